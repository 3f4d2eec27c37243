//! Scenarios from and to Conveyal's JSON: files in, a file out.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::choose::choose;
use super::given;
use super::guard;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result, unread};
use crate::base::executor::Quiet;
use crate::inputs::gtfs;
use crate::outputs::staging::write_atomically;
use crate::scenario::conveyal::{IdOf, Options, exported, read};
use crate::study::{Scenario, Study};

/// What was made of a scenario.
#[derive(Debug)]
pub struct ConveyalAnswer {
    pub translated: usize,
    pub left_out: Vec<Problem>,
    pub notes: Vec<String>,
}

/// Writes the edits that a scenario of Conveyal's is here. Without `partly` nothing is written where something
/// cannot be translated.
///
/// # Errors
/// What is wrong in the file; what cannot be translated; the machine's.
pub fn from_conveyal(file: &Path, output: &Path, options: &Options, partly: bool) -> Result<ConveyalAnswer> {
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| unread(&shown, &error, "check the path"))?;
    guard::spares([output], [file.to_path_buf()])?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::input(&shown, "is not UTF-8", "give a scenario as Conveyal Analysis writes it")
    })?;
    let imported = read(&text, &shown, options)?;
    enough(&imported.left_out, imported.translated, partly)?;
    if imported.toml.is_empty() {
        return Err(Error::input(shown, "makes no edit", "look at its modifications, and at --day"));
    }
    let mut text =
        format!("# Edits of {}; a study names this file in a scenario's include.\n", one_line(&shown));
    for problem in &imported.left_out {
        text += &format!("# Left out: {}: {}\n", one_line(&problem.place), one_line(&problem.what));
    }
    write(output, &format!("{text}\n{}", imported.toml.trim_end()))?;
    Ok(ConveyalAnswer { translated: imported.translated, left_out: imported.left_out, notes: imported.notes })
}

/// Writes a scenario of a study as Conveyal's JSON. `feeds`: what its feeds are called there.
///
/// # Errors
/// What is wrong in the study and its feeds; what cannot be translated, without `partly`; the machine's.
pub fn to_conveyal(
    file: &Path,
    scenario: &str,
    output: &Path,
    feeds: &[(String, String)],
    partly: bool,
) -> Result<ConveyalAnswer> {
    let study = given::travel(file)?;
    let scenario =
        choose("scenario", &study.scenarios, |scenario: &Scenario| &scenario.name, Some(scenario))?;
    guard::spares_study([output], file, &study)?;
    let ids = FeedIds::read(&study, feeds)?;
    let exported = exported(scenario, &|of, id| ids.scoped(of, id));
    enough(&exported.left_out, exported.written, partly)?;
    write(output, &format!("{:#}", exported.json))?;
    Ok(ConveyalAnswer { translated: exported.written, left_out: exported.left_out, notes: Vec::new() })
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Whether what could be translated may be written.
fn enough(left_out: &[Problem], translated: usize, partly: bool) -> Result<()> {
    if left_out.is_empty() || (partly && translated > 0) {
        Ok(())
    } else {
        Err(Error::Input(left_out.to_vec()))
    }
}

fn write(output: &Path, text: &str) -> Result<()> {
    write_atomically(output, |file| std::io::Write::write_all(file, format!("{text}\n").as_bytes()))
        .map(|_| ())
}

/// The ids of the study's feeds.
struct FeedIds {
    /// Name here, name there, ids.
    feeds: Vec<(String, String, FxHashMap<IdOf, FxHashSet<String>>)>,
}

impl FeedIds {
    fn read(study: &Study, names: &[(String, String)]) -> Result<FeedIds> {
        let mut feeds = Vec::new();
        for file in &study.network.gtfs {
            let feed = gtfs::read(&study.folder.join(file), &mut Diagnostics::default(), &Quiet)?;
            let there = names.iter().find(|(here, _)| *here == feed.name);
            let there = there.map_or(feed.name.clone(), |(_, there)| there.clone());
            // Stations have no calls, and there only stops with calls are found.
            let stops = feed.stops.into_iter().filter(|stop| stop.location_type == 0).map(|stop| stop.id);
            let ids = FxHashMap::from_iter([
                (IdOf::Route, feed.routes.into_iter().map(|route| route.id).collect()),
                (IdOf::Stop, stops.collect()),
                (IdOf::Trip, feed.trips.into_iter().map(|trip| trip.id).collect()),
            ]);
            feeds.push((feed.name, there, ids));
        }
        Ok(FeedIds { feeds })
    }

    /// An id as there; why not, where it is none or of several feeds.
    fn scoped(&self, of: IdOf, id: &str) -> std::result::Result<String, String> {
        let mut found = Vec::new();
        for (here, there, ids) in &self.feeds {
            let bare = id.strip_prefix(here.as_str()).and_then(|rest| rest.strip_prefix(':'));
            let known = [Some(id), bare].into_iter().flatten().find(|id| ids[&of].contains(*id));
            found.extend(known.map(|id| format!("{there}:{id}")));
        }
        let what = match of {
            IdOf::Route => "route",
            IdOf::Stop => "stop",
            IdOf::Trip => "trip",
        };
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(format!(
                "names {what} \"{id}\", which no feed of the study has (stations stand for no stops there)"
            )),
            _ => Err(format!("names {what} \"{id}\", which several feeds have: {}", found.join(", "))),
        }
    }
}
