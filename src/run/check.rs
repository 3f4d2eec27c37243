//! What is in the data: found, repaired, dropped, doubtful. For a study, or for bare files.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::cache::Cache;
use super::load::{EditFiles, StudyData, WrongInputs, must_be_there};
use super::progress::Progress;
use super::{debug_environment, given, told};
use crate::base::diagnostics::{Diagnostics, Severity};
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::base::units::clock;
use crate::engine::scenario::EditMaker;
use crate::engine::{scenario, streamed, window};
use crate::inputs::content::{self, Content};
use crate::inputs::{geopackage, gtfs, osm, tables};
use crate::network::links::LinkStatus;
use crate::network::streets::{self, Streets};
use crate::network::transit::{FREQUENCY, Timetable};
use crate::network::{calendar, span, timetable};
use crate::outputs::diagnostics::{self, counted, grouped};
use crate::study::{Study, split_layer, with_layer};

/// What `check` says: lines for a person, diagnostics as data.
#[derive(Debug)]
pub struct CheckAnswer {
    pub lines: Vec<String>,
    pub diagnostics: Value,
}

/// Checks a study, or bare files.
///
/// # Errors
/// What makes the data unusable, all of it at once.
pub fn check(files: &[PathBuf], executor: &Progress) -> Result<CheckAnswer> {
    let is_study = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "toml");
    let mut diagnostics = Diagnostics::default();
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        let found = if is_study(file) {
            study_lines(file, &mut diagnostics, executor)
        } else {
            file_lines(file, &mut diagnostics, executor)
        };
        match found {
            Ok(found) => lines.extend(found),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
    }
    executor.end();
    lines.extend(findings_lines(&diagnostics));
    if !problems.is_empty() {
        // What could be read is worth saying too.
        lines.iter().for_each(|line| executor.note(line));
        return Err(Error::Input(problems));
    }
    let rows = diagnostics.counts().map(|(kind, input, number)| {
        json!({ "code": kind.code, "severity": kind.severity.word(), "input": input, "number": number,
            "meaning": kind.meaning, "remedy": kind.remedy })
    });
    Ok(CheckAnswer { diagnostics: rows.collect(), lines })
}

fn study_lines(file: &Path, diagnostics: &mut Diagnostics, executor: &Progress) -> Result<Vec<String>> {
    let study = given::study(file)?;
    let measures = streamed::asked(&study)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let mut wrong = WrongInputs::default();
    wrong.keep(streamed::bind(&loaded, &measures, 0).map(|_| ()))?;
    let mut lines = network_lines(&loaded);
    let mut found = std::mem::take(&mut loaded.diagnostics);
    wrong.keep(super::linked::check_linked(&loaded, &mut found))?;
    if let Some(zone) = wrong.keep(window::zone(&study, &loaded.timetable))? {
        lines.extend(asked_lines(&study, &loaded, &zone, &mut found, &mut wrong)?);
        let (files, only_affected) = (
            EditFiles { study: &study, base: &loaded, cache: &cache, executor },
            debug_environment::only_affected(),
        );
        let (study, base, vehicles, zone) = (&study, &loaded.region, &loaded.vehicles, &*zone);
        let edits = EditMaker { study, base, vehicles, zone, files: &files, only_affected, executor };
        if let Some(all) = wrong.keep(scenario::all(&edits))? {
            for edited in &all {
                lines.push(format!("scenario {}", edited.name()));
                lines.extend(edited.reports.iter().flat_map(super::scenarios::said));
            }
        }
        let tried = super::search::tried(&edits);
        lines.append(&mut wrong.keep(tried)?.unwrap_or_default());
    }
    told::remember(&found, &cache, executor);
    diagnostics.append(found);
    let mut problems = wrong.0;
    problems.dedup();
    if problems.is_empty() {
        return Ok(lines);
    }
    lines.iter().for_each(|line| executor.note(line));
    Err(Error::Input(problems))
}

/// What each profile and period asks, a line each.
fn asked_lines(
    study: &Study,
    loaded: &StudyData,
    zone: &str,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongInputs,
) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for profile in &study.profiles {
        for period in &study.periods {
            let how = debug_environment::how()?;
            let asked = wrong.keep(window::ask(study, loaded, zone, period, profile, how, diagnostics))?;
            match asked {
                Some(_) if !profile.transit => {
                    let ways = [
                        (profile.walk, "on foot"),
                        (profile.bicycle.is_some(), "by bicycle"),
                        (profile.car.is_some(), "by car"),
                    ];
                    let ways: Vec<&str> = ways.iter().filter(|way| way.0).map(|way| way.1).collect();
                    let how = match ways.as_slice() {
                        [one] => format!("{one} only"),
                        several => several.join(" or "),
                    };
                    lines.push(format!("{} × {}: {how}", profile.name, period.name));
                }
                Some(asked) => {
                    let (from, until) = asked.between(period);
                    lines.push(format!(
                        "{} × {}: {} departures to board between {} and {} ({zone})",
                        profile.name,
                        period.name,
                        grouped(asked.service.departures),
                        window::time_of_day(from),
                        window::time_of_day(until),
                    ));
                }
                None => {}
            }
        }
    }
    Ok(lines)
}

fn file_lines(file: &Path, diagnostics: &mut Diagnostics, executor: &Progress) -> Result<Vec<String>> {
    must_be_there([file])?;
    content::no_pipe(file)?;
    let shown = file.display().to_string();
    let (bare, layer) = split_layer(file);
    let ending = bare.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "pbf" => {
            let raw = osm::read(&[file.to_path_buf()], diagnostics, executor)?;
            Ok(streets_lines(&shown, &streets::build(&raw, 40, diagnostics)))
        }
        "zip" => {
            let feed = gtfs::read(file, diagnostics, executor)?;
            let timetable = timetable::build(std::slice::from_ref(&feed), true, diagnostics);
            Ok(timetable_lines(&timetable))
        }
        "csv" | "tsv" | "txt" | "geojson" | "json" | "parquet" | "geoparquet" | "shp" => {
            Ok(vec![table_line(file, &shown, diagnostics)?])
        }
        "gpkg" if layer.is_none() => {
            let layers = geopackage::layers(&bare, &shown)?;
            if layers.len() < 2 {
                return Ok(vec![table_line(file, &shown, diagnostics)?]);
            }
            let line = |layer: &String| {
                table_line(&with_layer(&bare, Some(layer)), &format!("{shown}:{layer}"), diagnostics)
            };
            layers.iter().map(line).collect()
        }
        "gpkg" => Ok(vec![table_line(file, &shown, diagnostics)?]),
        _ => Err(unknown_kind(file, &shown)),
    }
}

/// A file whose ending says nothing to us: what it is, if its first bytes tell.
fn unknown_kind(file: &Path, shown: &str) -> Error {
    let start = std::fs::File::open(file).and_then(|mut file| content::start_of(&mut file));
    let content = match start {
        Ok(start) => Content::of(&start),
        Err(error) => return content::failed(file, error),
    };
    let is = content.name().map_or_else(String::new, |name| format!(": it is {name}"));
    let what = format!("is none of the kinds of file that check knows by their endings{is}");
    let kinds = "give a study (.toml), streets (.osm.pbf), a feed (.zip) or a table (.csv, .geojson, .gpkg, .shp, .parquet)";
    Error::input(shown, what, content.remedy().unwrap_or(kinds))
}

fn table_line(file: &Path, shown: &str, diagnostics: &mut Diagnostics) -> Result<String> {
    let table = tables::read(file, shown, diagnostics)?;
    let rows = grouped(table.len() as u64);
    let crs = table.crs.as_ref().map_or_else(String::new, |crs| format!(" in {crs}"));
    Ok(format!("{shown}: {rows} rows{crs}; columns {}", table.headers().join(", ")))
}

/// Streets, feeds and cells of a study, a line or two each.
pub fn network_lines(loaded: &StudyData) -> Vec<String> {
    let mut lines = Vec::new();
    if loaded.streets.edges() > 0 {
        lines.extend(streets_lines("streets", &loaded.streets));
    }
    lines.extend(timetable_lines(&loaded.timetable));
    let stops = &loaded.links.stops;
    let called = loaded.timetable.stops.called.iter().filter(|&&c| c != 0).count();
    let linked = (0..stops.len()).filter(|&s| stops.status(s) != LinkStatus::Unlinked).count();
    if called > 0 {
        lines.push(format!(
            "stops: {} with trips, {} linked to streets",
            grouped(called as u64),
            grouped(linked as u64)
        ));
    }
    let links = &loaded.links.cells;
    let number = |status: LinkStatus| (0..links.len()).filter(|&c| links.status(c) == status).count();
    let cells = &loaded.cells;
    lines.push(format!(
        "cells: {}, {} linked, {} on small islands, {} without a street",
        grouped(links.len() as u64),
        grouped(number(LinkStatus::Linked) as u64),
        number(LinkStatus::Island),
        number(LinkStatus::Unlinked),
    ));
    let people = cells.population.iter().map(|p| ("population", p));
    let columns = cells.opportunities.iter().chain(&cells.groups).map(|c| (c.name.as_str(), &c.values));
    let sums: Vec<String> = people
        .chain(columns)
        .map(|(name, values)| format!("{name} {}", grouped(values.iter().sum::<f64>().round() as u64)))
        .collect();
    if !sums.is_empty() {
        lines.push(format!("  in all: {}", sums.join(", ")));
    }
    if let Some(places) = &loaded.others {
        lines.push(format!("other destinations: {}", grouped(places.ids.len() as u64)));
    }
    lines
}

fn streets_lines(name: &str, streets: &Streets) -> Vec<String> {
    vec![format!(
        "{name}: {} km to walk, {} junctions, {} edges, {} ({:.1} % of the nodes in the largest)",
        grouped((streets.total_mm() / 1_000_000) as u64),
        grouped(streets.nodes() as u64),
        grouped(streets.edges() as u64),
        counted(streets.components(), "component"),
        100.0 * streets.largest_share(),
    )]
}

fn timetable_lines(timetable: &Timetable) -> Vec<String> {
    let mut lines = Vec::new();
    for (f, feed) in timetable.feeds.iter().enumerate() {
        let stops = (0..timetable.stops.feed.len())
            .filter(|&s| timetable.stops.feed[s] == f as u32 && timetable.stops.called[s] != 0)
            .count();
        let trips: Vec<_> = timetable.trips.iter().filter(|trip| trip.feed == f as u32).collect();
        let frequent = trips.iter().filter(|trip| trip.flags & FREQUENCY != 0).count();
        let by_headway = if frequent > 0 {
            format!(" ({} by frequencies.txt)", grouped(frequent as u64))
        } else {
            String::new()
        };
        lines.push(format!(
            "feed {}: {} with trips, {}, {}{by_headway}",
            feed.name,
            counted(stops, "stop"),
            counted(timetable.routes.iter().filter(|route| route.feed == f as u32).count(), "route"),
            counted(trips.len(), "trip"),
        ));
        let date = |day: i32| calendar::date_of(day).map_or_else(String::new, |date| date.to_string());
        lines.push(match span::service_span(timetable, f as u32) {
            None => "  never runs".to_string(),
            Some(s) => {
                let hours = span::hours(timetable, f as u32, s.best);
                let hours =
                    hours.map_or_else(String::new, |(a, b)| format!(", {} to {}", clock(a), clock(b)));
                format!(
                    "  runs {} to {}; most on {}: {}{hours}",
                    date(s.first),
                    date(s.last),
                    date(s.best),
                    counted(s.trips, "trip")
                )
            }
        });
    }
    lines
}

/// The diagnostics by input and what became of them; of all but mere notes an example each.
fn findings_lines(diagnostics: &Diagnostics) -> Vec<String> {
    let mut lines = Vec::new();
    for told in diagnostics::told(diagnostics) {
        lines.push(told.line);
        if let Some(example) = told.example.filter(|_| told.severity != Severity::Note) {
            lines.push(format!("    e.g. {example}"));
        }
    }
    lines
}
