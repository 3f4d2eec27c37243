//! Text → study. Every mistake is found in one go: unknown keys with the nearest right one, then wrong values,
//! each with its line and column.

mod access;
mod again;
mod contrasts;
mod crs;
mod edit_keys;
mod equity;
mod fill;
mod isochrones;
mod joins;
mod known;
mod measures;
mod network;
mod outputs;
mod period;
mod places;
mod profile;
mod resolved;
mod scenario;
mod syntax;
mod tables;
mod value;
mod walk;

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{Period, PlacesSpec, Profile, Study, split_layer};
use crate::base::error::{Error, Problem, Result, unread};
pub use crate::base::near::nearest;
use crate::base::place::Place;
use access::access;
pub use again::equity_of;
pub use edit_keys::{EVERY_EDIT, KeyGroup, KeyTable, LaterKind};
pub use isochrones::isochrones_unset;
pub use known::{as_json, of_section};
pub use measures::{measure_of_flag, measures_of_toml};
pub(crate) use network::feed_name;
use network::network;
use outputs::outputs;
pub(crate) use period::MAX_CLOCK_S;
pub use period::window_of;
use period::{any_time, period};
use places::places;
use profile::profile;
pub use resolved::{resolved, shown};
pub use scenario::edits_of;
use tables::{several, single, table_missing, unique};
pub(crate) use value::{degrees, number, text, whole};
pub(crate) use walk::Section;
use walk::TableReader;
pub use walk::{EditKind, EditKinds};

/// Reads a study file, with edits of these kinds; the files that it names must be there.
///
/// # Errors
/// `Error::Input` with every problem found.
pub fn read(path: &Path, edits: EditKinds) -> Result<Study> {
    let (study, problems) = read_all(path, edits)?;
    if problems.is_empty() { Ok(study) } else { Err(Error::Input(problems)) }
}

/// A study as far as it can be understood, and all that is wrong with it; what is wrong has its default.
///
/// # Errors
/// Where nothing can be known: there is no file, it is no text, or no TOML.
pub fn read_all(path: &Path, edits: EditKinds) -> Result<(Study, Vec<Problem>)> {
    let place = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::input(
            &place,
            "there is no such study file",
            "check the path, or write one with: isokron init STUDY.toml --osm F --gtfs F --cells F",
        ),
        _ => unread(&*place, &error, "give the path of a study file"),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Error::input(format!("{place}:{line}"), "is not UTF-8", "save the study file as UTF-8")
    })?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (study, files, mut problems) = parsed(&text, &file, folder, edits)?;
    problems.extend(files.iter().filter_map(|(place, file)| missing_file(place, folder, file)));
    Ok((study, problems))
}

/// Makes a study of text. `file` is the name to show in messages, `folder` what its paths are relative to.
///
/// # Errors
/// `Error::Input` with every problem found.
pub fn parse(text: &str, file: &str, folder: &Path, edits: EditKinds) -> Result<Study> {
    let (study, _, problems) = parsed(text, file, folder, edits)?;
    if problems.is_empty() { Ok(study) } else { Err(Error::Input(problems)) }
}

type NamedFiles = Vec<(Place, PathBuf)>;

fn parsed(
    text: &str,
    file: &str,
    folder: &Path,
    edits: EditKinds,
) -> Result<(Study, NamedFiles, Vec<Problem>)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut walk = TableReader::new(text, file, &folder.join(file)).with_edits(edits);
    if syntax::told(&mut walk, text, &errors) {
        return Err(Error::Input(walk.problems()));
    }
    let document = document.get_ref();
    walk.check_sections(document);
    let study = study(&mut walk, document, folder);
    let problems = walk.problems();
    Ok((study, walk.files, problems))
}

fn study<'t>(walk: &mut TableReader<'t>, document: &DeTable<'t>, folder: &Path) -> Study {
    let (table, at) = single(document, "study");
    let mut s = Section::open(walk, "study", table, at);
    let name = s.name();
    let output = PathBuf::from(s.text("output").unwrap_or_default());
    let time_zone = s.read("time_zone", "write an IANA name such as \"Europe/Stockholm\"", zone);
    let network = network(walk, document, &output);
    if table_missing(document, "cells") {
        walk.missing("there is no [cells]", "name the cells' file, or make a grid with size_m = 250 and crs");
    }
    let (table, at) = single(document, "cells");
    let cells = places(walk, "cells", table, at);
    let destinations: Vec<PlacesSpec> = several(document, "destinations")
        .map(|(table, at)| places(walk, "destinations", Some(table), at))
        .collect();
    let mut periods: Vec<Period> =
        several(document, "period").map(|(table, at)| period(walk, table, at)).collect();
    if periods.is_empty() && !network.gtfs.is_empty() {
        walk.missing(
            "there is no [[period]]",
            "say when people travel: name = \"morning\", date = 2025-03-04, depart = \"07:00/09:00\"",
        );
    }
    if periods.is_empty() && network.gtfs.is_empty() && table_missing(document, "period") {
        periods.push(any_time());
    }
    let mut profiles: Vec<Profile> =
        several(document, "profile").map(|(table, at)| profile(walk, Some(table), at)).collect();
    if profiles.is_empty() && table_missing(document, "profile") {
        profiles.push(profile(walk, None, 0));
    }
    unique(walk, document, "destinations", destinations.iter().map(|place| place.name.as_str()));
    unique(walk, document, "period", periods.iter().map(|period| period.name.as_str()));
    unique(walk, document, "profile", profiles.iter().map(|profile| profile.name.as_str()));
    let access = access(walk, document, &profiles, &periods);
    let (table, at) = single(document, "equity");
    let equity = equity::equity(walk, table, at, &cells);
    let isochrones = (!table_missing(document, "isochrones")).then(|| {
        let (table, at) = single(document, "isochrones");
        isochrones::isochrones(walk, table, at, &access, &profiles)
    });
    let outputs = outputs(walk, document);
    let (scenarios, searches) = scenario::scenarios(walk, document, folder);
    Study {
        name,
        folder: folder.to_path_buf(),
        output,
        time_zone,
        network,
        cells,
        destinations,
        periods,
        profiles,
        access,
        measures: several(document, "measure")
            .map(|(table, at)| measures::measure(walk, table, at))
            .collect(),
        equity,
        isochrones,
        outputs,
        scenarios,
        searches,
    }
}

fn zone(value: &DeValue<'_>) -> std::result::Result<String, String> {
    let name = text(value)?;
    // The bundled database only, so that every machine says the same.
    match jiff::tz::TimeZoneDatabase::bundled().get(&name) {
        Ok(_) => Ok(name),
        Err(_) => Err(format!("is \"{name}\", which is no time zone")),
    }
}

fn missing_file(place: &Place, folder: &Path, file: &Path) -> Option<Problem> {
    let file = &split_layer(file).0;
    let path = folder.join(file);
    // What is there and cannot be looked at shows when it is read.
    let missing = |error| matches!(unread("", &error, ""), Error::Input(_));
    if !path.metadata().is_err_and(missing) {
        return None;
    }
    let wanted = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let entries = path.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    let mut names: Vec<String> = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    let remedy = match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => "paths are relative to the study file's folder".to_string(),
    };
    Some(Problem::new(place, format!("there is no file {}", file.display()), remedy))
}
