//! What is in the data: found, repaired, dropped, doubtful. For a study, or for bare files.

use std::path::{Path, PathBuf};

use super::cache::Cache;
use super::facts::{self, Fact, FeedFact, StreetsFact};
use super::load::{EditFiles, StudyData, WrongInputs, must_be_there};
use super::progress::Progress;
use super::{debug_environment, given, told};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::engine::scenario::EditMaker;
use crate::engine::{scenario, streamed, window};
use crate::inputs::content::{self, Content};
use crate::inputs::{geopackage, gtfs, osm, tables};
use crate::network::{streets, timetable};
use crate::study::{Study, split_layer, with_layer};

/// What `check` has found.
#[derive(Debug)]
pub struct CheckAnswer {
    /// Of studies that something is wrong with, then of all others.
    pub facts: Vec<Fact>,
    pub diagnostics: Diagnostics,
    /// What makes the data unusable, all of it at once.
    pub problems: Vec<Problem>,
}

/// Checks a study, or bare files.
///
/// # Errors
/// The machine's; `Stopped`. What is wrong with the data stands in the answer, for what could be read is worth knowing too.
pub fn check(files: &[PathBuf], executor: &Progress) -> Result<CheckAnswer> {
    let is_study = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "toml");
    let mut diagnostics = Diagnostics::default();
    let (mut of_wrong, mut facts, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let found = if is_study(file) {
            study_facts(file, &mut diagnostics, &mut of_wrong, executor)
        } else {
            file_facts(file, &mut diagnostics, executor)
        };
        match found {
            Ok(found) => facts.extend(found),
            Err(Error::Input(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
    }
    executor.end();
    of_wrong.append(&mut facts);
    Ok(CheckAnswer { facts: of_wrong, diagnostics, problems })
}

/// `of_wrong` takes the facts of a study that something is wrong with.
fn study_facts(
    file: &Path,
    diagnostics: &mut Diagnostics,
    of_wrong: &mut Vec<Fact>,
    executor: &Progress,
) -> Result<Vec<Fact>> {
    let study = given::study(file)?;
    let measures = streamed::asked(&study)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let mut wrong = WrongInputs::default();
    wrong.keep(streamed::bind(&loaded, &measures, 0).map(|_| ()))?;
    let mut facts = facts::of_network(&loaded);
    let mut found = std::mem::take(&mut loaded.diagnostics);
    wrong.keep(super::linked::check_linked(&loaded, &mut found))?;
    if let Some(zone) = wrong.keep(window::zone(&study, &loaded.timetable))? {
        facts.extend(asked(&study, &loaded, &zone, &mut found, &mut wrong)?);
        let (files, only_affected) = (
            EditFiles { study: &study, base: &loaded, cache: &cache, executor },
            debug_environment::only_affected(),
        );
        let (study, base, vehicles, zone) = (&study, &loaded.region, &loaded.vehicles, &*zone);
        let edits = EditMaker { study, base, vehicles, zone, files: &files, only_affected, executor };
        if let Some(all) = wrong.keep(scenario::all(&edits))? {
            facts.extend(all.iter().map(|edited| Fact::Edits {
                scenario: edited.name().to_string(),
                reports: edited.reports.clone(),
            }));
        }
        let tried = super::search::tried(&edits);
        let variants = wrong.keep(tried)?.unwrap_or_default();
        facts.extend(variants.into_iter().map(|(scenario, number)| Fact::Variants { scenario, number }));
    }
    told::remember(&found, &cache, executor);
    diagnostics.append(found);
    let mut problems = wrong.0;
    problems.dedup();
    if problems.is_empty() {
        return Ok(facts);
    }
    of_wrong.append(&mut facts);
    Err(Error::Input(problems))
}

/// What each profile and period asks.
fn asked(
    study: &Study,
    loaded: &StudyData,
    zone: &str,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongInputs,
) -> Result<Vec<Fact>> {
    let mut facts = Vec::new();
    for profile in &study.profiles {
        for period in &study.periods {
            let how = debug_environment::how()?;
            let asked = wrong.keep(window::ask(study, loaded, zone, period, profile, how, diagnostics))?;
            let Some(asked) = asked else { continue };
            let (profile_name, period_name) = (profile.name.clone(), period.name.clone());
            facts.push(if profile.transit {
                let (from, until) = asked.between(period);
                Fact::Departures {
                    profile: profile_name,
                    period: period_name,
                    number: asked.service.departures,
                    from: window::time_of_day(from),
                    until: window::time_of_day(until),
                    zone: zone.to_string(),
                }
            } else {
                let ways = [
                    (profile.walk, "on foot"),
                    (profile.bicycle.is_some(), "by bicycle"),
                    (profile.car.is_some(), "by car"),
                ];
                let ways = ways.iter().filter(|way| way.0).map(|way| way.1).collect();
                Fact::OnStreets { profile: profile_name, period: period_name, ways }
            });
        }
    }
    Ok(facts)
}

fn file_facts(file: &Path, diagnostics: &mut Diagnostics, executor: &Progress) -> Result<Vec<Fact>> {
    must_be_there([file])?;
    content::no_pipe(file)?;
    let shown = file.display().to_string();
    let (bare, layer) = split_layer(file);
    let ending = bare.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "pbf" => {
            let raw = osm::read(&[file.to_path_buf()], diagnostics, executor)?;
            let streets = streets::build(&raw, 40, diagnostics);
            Ok(vec![Fact::Streets(StreetsFact::new(&shown, &streets))])
        }
        "zip" => {
            let feed = gtfs::read(file, diagnostics, executor)?;
            let timetable = timetable::build(std::slice::from_ref(&feed), true, diagnostics);
            Ok(FeedFact::all(&timetable).into_iter().map(Fact::Feed).collect())
        }
        "csv" | "tsv" | "txt" | "geojson" | "json" | "parquet" | "geoparquet" | "shp" => {
            Ok(vec![table_fact(file, &shown, diagnostics)?])
        }
        "gpkg" if layer.is_none() => {
            let layers = geopackage::layers(&bare, &shown)?;
            if layers.len() < 2 {
                return Ok(vec![table_fact(file, &shown, diagnostics)?]);
            }
            let fact = |layer: &String| {
                table_fact(&with_layer(&bare, Some(layer)), &format!("{shown}:{layer}"), diagnostics)
            };
            layers.iter().map(fact).collect()
        }
        "gpkg" => Ok(vec![table_fact(file, &shown, diagnostics)?]),
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

fn table_fact(file: &Path, shown: &str, diagnostics: &mut Diagnostics) -> Result<Fact> {
    let table = tables::read(file, shown, diagnostics)?;
    let (name, rows, crs) = (shown.to_string(), table.len(), table.crs.clone());
    Ok(Fact::Table { name, rows, crs, columns: table.headers().to_vec() })
}
