//! Text → study. Every mistake is found in one go: unknown keys with the nearest right one, then wrong values,
//! each with its line and column.

mod again;
mod contrasts;
mod equity;
mod fill;
mod isochrones;
mod joins;
mod known;
mod measures;
mod places;
mod resolved;
mod scenario;
mod syntax;
mod walk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::*;
use crate::base::error::{Error, Problem, Result, unread};
use crate::base::place::Place;
use crate::base::units::parse_clock;
pub use again::equity_of;
pub use isochrones::isochrones_unset;
pub use known::{as_json, of_section};
pub use measures::{measure_of_flag, measures_of_toml};
use places::places;
pub use resolved::{resolved, shown};
pub use scenario::{EVERY_EDIT, EditKind, EditKinds, KeyGroup, KeyTable, LaterKind, edits_of};
use walk::TableReader;
pub use walk::nearest;
pub(crate) use walk::{Section, degrees, number, text, whole};

/// A day at every second.
const MAX_DEPARTURES: u32 = 86_400;
/// Windows end within two days after the date's midnight.
pub(crate) const MAX_CLOCK_S: i32 = 72 * 3600;

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

type Named = Vec<(Place, PathBuf)>;

fn parsed(text: &str, file: &str, folder: &Path, edits: EditKinds) -> Result<(Study, Named, Vec<Problem>)> {
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

fn network<'t>(walk: &mut TableReader<'t>, document: &DeTable<'t>, output: &Path) -> NetworkSpec {
    let (table, at) = single(document, "network");
    let mut s = Section::open(walk, "network", table, at);
    let mut spec = NetworkSpec::default();
    s.fill(NetworkSpec::KEYS, &mut spec);
    spec.cache = s.text("cache").map_or_else(|| output.join("network"), PathBuf::from);
    if spec.osm.is_empty() && spec.gtfs.is_empty() && !s.has("osm") && !s.has("gtfs") {
        let (what, remedy) =
            ("network: neither osm nor gtfs is given", "name an OpenStreetMap extract, GTFS feeds, or both");
        match table {
            Some(_) => s.walk.wrong(at, what, remedy),
            None => s.walk.missing(what, remedy),
        }
    }
    let feeds: Vec<String> = spec.gtfs.iter().map(|path| feed_name(path)).collect();
    for (i, feed) in feeds.iter().enumerate() {
        if feeds[..i].contains(feed) {
            s.wrong("gtfs", format!("has two feeds called {feed}"), "rename one of the files");
        }
    }
    for feed in &spec.may_be_idle {
        if !feeds.contains(feed) {
            let near = nearest(feed, feeds.iter().map(String::as_str));
            let remedy = near.map_or(format!("the feeds are {}", feeds.join(", ")), |near| {
                format!("did you mean {near}?")
            });
            s.wrong("may_be_idle", format!("names \"{feed}\", which is no feed of this study"), remedy);
        }
    }
    spec
}

/// A feed's name: its file's without the ending.
pub(crate) fn feed_name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Where nothing rides every second is like every other.
fn any_time() -> Period {
    let date = jiff::civil::date(2000, 1, 1);
    Period { name: "any_time".to_string(), date, of: WindowOf::Departures, start_s: 0, end_s: 1, every_s: 1 }
}

fn period<'t>(walk: &mut TableReader<'t>, table: &DeTable<'t>, at: usize) -> Period {
    let mut s = Section::open(walk, "period", Some(table), at);
    let name = s.name();
    let date = s.read("date", "write a day that exists, such as date = 2025-03-04", date).unwrap_or_default();
    let (of, key) = match (s.has("depart"), s.has("arrive")) {
        (_, false) => (WindowOf::Departures, "depart"),
        (_, true) => (WindowOf::ArrivalProfile, "arrive"),
    };
    if s.has("depart") && s.has("arrive") {
        s.wrong("arrive", "stands beside depart", "leave out one of the two, or write two periods");
    } else if !s.has(key) {
        s.wrong(key, "is missing, and so is arrive", "write one of them, such as depart = \"07:00/09:00\"");
    }
    let remedy = format!("write start and end, such as {key} = \"07:00/09:00\"; hours may pass 24");
    let (start_s, end_s) = s.read(key, &remedy, window).unwrap_or((0, 1));
    let exact = s.word("departures").is_some();
    if exact && s.has("every_s") {
        s.wrong("every_s", "stands beside departures = \"exact\"", "leave out one of the two");
    }
    let every_s = s.get("every_s").unwrap_or(1);
    let departures = (end_s - start_s).unsigned_abs().div_ceil(every_s);
    if departures > MAX_DEPARTURES {
        s.wrong(
            key,
            format!("holds {departures} seconds, and {MAX_DEPARTURES}, those of 24 h, are the most"),
            "shorten the window, or sample it with every_s = 60",
        );
    }
    Period { name, date, of, start_s, end_s, every_s }
}

fn profile<'t>(walk: &mut TableReader<'t>, table: Option<&DeTable<'t>>, at: usize) -> Profile {
    let mut s = Section::open(walk, "profile", table, at);
    let mut person = Profile::default();
    s.fill(Profile::WHO, &mut person);
    let remedy = "write some of \"walk\", \"bicycle\", \"car\" and \"transit\": [\"walk\", \"transit\"]";
    let modes = s.list("modes", remedy, mode);
    let has = |mode: &mode::Mode| modes.contains(&mode.name);
    person.walk = has(&mode::WALK);
    let mut chains = ChainSpec {
        on_foot: has(&mode::TRANSIT) || has(&chains::WALKED),
        bicycle_left: has(&chains::BICYCLE_LEFT),
        bicycle_aboard: has(&chains::BICYCLE_ABOARD),
        park_and_ride: has(&chains::PARK_AND_RIDE),
        dropped_off: has(&chains::DROPPED_OFF),
        ..ChainSpec::default()
    };
    let chained = chains.cycles() || chains.drives();
    person.transit = chains.on_foot || chained;
    let (cycles, drives) = (has(&mode::BICYCLE), has(&mode::CAR));
    if !modes.is_empty() && !person.walk && (person.transit || !(cycles || drives)) {
        s.wrong("modes", "lacks \"walk\"", "transit is walked to: write [\"walk\", \"transit\"]");
    }
    let others = chains.on_foot || chains.bicycle_left || chains.drives();
    if chains.bicycle_aboard && others {
        s.wrong(
            "modes",
            "has \"bicycle>transit>bicycle\" beside other ways to public transport",
            "a bicycle that comes along needs trips that take it: give it a profile of its own, with \"walk\"",
        );
    }
    s.fill(Profile::PARAMETERS, &mut person);
    chains.bicycle = bicycle_of(&mut s, person.max_travel_time_s);
    person.bicycle = cycles.then_some(chains.bicycle);
    chains.car.max_direct_s = person.max_travel_time_s;
    s.fill(CarSpec::KEYS, &mut chains.car);
    person.car = drives.then_some(chains.car);
    s.fill(ChainLimits::KEYS, &mut chains.limits);
    person.chains = chained.then_some(chains);
    person
}

/// How a profile cycles, where it does.
fn bicycle_of(s: &mut Section<'_, '_>, max_travel_time_s: u32) -> BicycleSpec {
    let mut spec = BicycleSpec { max_direct_s: max_travel_time_s, ..BicycleSpec::default() };
    s.fill(BicycleSpec::KEYS, &mut spec);
    let remedy = "write km/h from 1 to 100, with at most three decimals: bicycle_speed_kmh = 16";
    let speed = s.read("bicycle_speed_kmh", remedy, |value| {
        let metres = number(value, &(1.0..=100.0))? * 1000.0;
        let whole = (metres - metres.round()).abs() < 1e-6;
        if whole { Ok(metres.round() as u32) } else { Err("has more than three decimals".to_string()) }
    });
    spec.speed_m_per_h = speed.unwrap_or(spec.speed_m_per_h);
    spec
}

fn access<'t>(
    walk: &mut TableReader<'t>,
    document: &DeTable<'t>,
    profiles: &[Profile],
    periods: &[Period],
) -> AccessSpec {
    let (table, at) = single(document, "access");
    let mut s = Section::open(walk, "access", table, at);
    let mut spec = AccessSpec::default();
    s.fill(AccessSpec::KEYS, &mut spec);
    within_travel_time(&mut s, &spec.cutoffs_min, profiles);
    spec.contrasts = contrasts::contrasts(&mut s, profiles, periods);
    spec
}

/// No cutoff is above a profile's longest time.
fn within_travel_time(s: &mut Section<'_, '_>, cutoffs_min: &[u32], profiles: &[Profile]) {
    for profile in profiles {
        let most = profile.max_travel_time_s;
        let over: Vec<String> =
            cutoffs_min.iter().filter(|cutoff| **cutoff * 60 > most).map(u32::to_string).collect();
        // A wrong limit is 0 here and reported already.
        if most > 0 && !over.is_empty() {
            let (over, name) = (over.join(", "), &profile.name);
            let remedy =
                format!("raise max_travel_time_s, or write [{}] cutoffs_min with lower limits", s.name);
            s.wrong(
                "cutoffs_min",
                format!("has {over} min, above max_travel_time_s = {most} of profile {name}"),
                remedy,
            );
        }
    }
}

fn outputs<'t>(walk: &mut TableReader<'t>, document: &DeTable<'t>) -> OutputsSpec {
    let (table, at) = single(document, "outputs");
    let mut s = Section::open(walk, "outputs", table, at);
    let names = TableFormat::NAMES.join("\", \"");
    let tables = s.list("tables", &format!("write some of \"{names}\""), |value| {
        let name = text(value)?;
        TableFormat::named(&name).ok_or_else(|| format!("is \"{name}\""))
    });
    let crs = s.read(
        "crs",
        "write an EPSG code, such as \"EPSG:3006\", or \"cells\": that of the cells",
        |value| {
            let written = text(value)?;
            let code = written.to_uppercase();
            match code.strip_prefix("EPSG:").is_some_and(|number| number.parse::<u16>().is_ok()) {
                true => Ok(OutputCrs::Code(code)),
                false if written == "cells" => Ok(OutputCrs::Cells),
                false => Err(format!("is \"{written}\"")),
            }
        },
    );
    let matrix = s.read("matrix", "write true, false or \"partitioned\"", |value| {
        match (value.as_bool(), value.as_str()) {
            (Some(whole), _) => Ok(if whole { Matrix::Whole } else { Matrix::None }),
            (None, Some("partitioned")) => Ok(Matrix::Partitioned),
            (None, _) => Err(text(value).map_or_else(|what| what, |word| format!("is \"{word}\""))),
        }
    });
    OutputsSpec {
        tables: TableFormat::ALL.iter().copied().filter(|format| tables.contains(format)).collect(),
        crs: crs.unwrap_or_default(),
        matrix: matrix.unwrap_or_default(),
        tidy: s.flag("tidy"),
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

fn date(value: &DeValue<'_>) -> std::result::Result<Date, String> {
    if let Some(datetime) = value.as_datetime() {
        let date = datetime.date.filter(|_| datetime.time.is_none() && datetime.offset.is_none());
        let date = date.ok_or("is not a day alone")?;
        let unknown = |_| format!("is {date}, and there is no such day");
        let (month, day) = (date.month as i8, date.day as i8);
        return Date::new(date.year as i16, month, day).map_err(unknown);
    }
    let written = text(value)?;
    written.parse().map_err(|_| format!("is \"{written}\", and there is no such day"))
}

fn window(value: &DeValue<'_>) -> std::result::Result<(i32, i32), String> {
    window_of(&text(value)?)
}

/// A window such as `07:00/09:00`, seconds from midnight; or what is wrong with it.
pub fn window_of(written: &str) -> std::result::Result<(i32, i32), String> {
    let (start, end) = written.split_once('/').ok_or(format!("is \"{written}\""))?;
    let clock = |part: &str| parse_clock(part).ok_or(format!("is \"{written}\": \"{part}\" is no time"));
    let (start, end) = (clock(start)?, clock(end)?);
    if end <= start {
        return Err(format!(
            "is \"{written}\": the end must be later than the start (past midnight is 24:30)"
        ));
    }
    if end > MAX_CLOCK_S {
        return Err(format!("is \"{written}\": later than 72:00; take a later date"));
    }
    Ok((start, end))
}

fn mode(value: &DeValue<'_>) -> std::result::Result<&'static str, String> {
    let name = text(value)?;
    if let Some(known) = mode::NAMES.iter().find(|known| **known == name) {
        return Ok(known);
    }
    if name.contains('>') {
        return Err(format!("is \"{name}\": isokron does not do this chain of modes"));
    }
    if mode::LATER_MODES.contains(&name.as_str()) {
        return Err(format!("is \"{name}\": isokron does not do {name} yet"));
    }
    Err(format!("is \"{name}\""))
}

fn single<'d, 't>(document: &'d DeTable<'t>, name: &str) -> (Option<&'d DeTable<'t>>, usize) {
    let found = document.iter().find(|(key, _)| key.get_ref() == name);
    found.map_or((None, 0), |(key, value)| (value.get_ref().as_table(), key.span().start))
}

fn several<'d, 't>(document: &'d DeTable<'t>, name: &str) -> impl Iterator<Item = (&'d DeTable<'t>, usize)> {
    let found = document.iter().find(|(key, _)| key.get_ref() == name);
    let items = found.and_then(|(_, value)| value.get_ref().as_array());
    items.into_iter().flat_map(|items| items.iter()).filter_map(|item| {
        let table = item.get_ref().as_table()?;
        // An item's span may begin at its first key; its header is what one looks for.
        Some((table, item.span().start))
    })
}

/// # Errors
/// Where the name stands, if what it names is no list of tables.
fn single_list(document: &DeTable<'_>, name: &str) -> std::result::Result<(), usize> {
    let found = document.iter().find(|(key, _)| key.get_ref() == name);
    let tables = |value: &DeValue<'_>| {
        value.as_array().is_some_and(|items| items.iter().all(|item| item.get_ref().is_table()))
    };
    found.map_or(Ok(()), |(key, value)| if tables(value.get_ref()) { Ok(()) } else { Err(key.span().start) })
}

fn table_missing(document: &DeTable<'_>, name: &str) -> bool {
    document.iter().all(|(key, _)| key.get_ref() != name)
}

fn unique<'n>(
    walk: &mut TableReader<'_>,
    document: &DeTable<'_>,
    section: &str,
    names: impl Iterator<Item = &'n str>,
) {
    let mut seen = BTreeSet::new();
    for (name, (_, at)) in names.zip(several(document, section)) {
        if !name.is_empty() && !seen.insert(name) {
            walk.wrong(
                at,
                format!("there are two [[{section}]] called {name}"),
                "give each a name of its own",
            );
        }
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
