//! The conductor: it alone sees every folder, and owns the loop over profile × period. It reads like the design:
//! study → inputs → network → routing → measures → outputs.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::base::error::{Error, Result};
use crate::base::findings::{Findings, Kind, Severity};
use crate::base::watch::Watch;
use crate::inputs::raw::RawPlaces;
use crate::measures::asked::Asked as Wanted;
use crate::measures::equity::{CurveRow, EquityRow};
use crate::measures::stream::Slot;
use crate::network::transit::FREQUENCY_INEXACT;
use crate::outputs::folder::OutputFolder;
use crate::outputs::log::RunLog;
use crate::outputs::manifest::{InputFile, Manifest, OSM_ATTRIBUTION};
use crate::outputs::{diagnostics, geo, report, tables};
use crate::study::{self, Period, Profile, Study};

pub mod access;
pub mod build;
pub mod cache;
pub mod check;
mod contrasts;
pub mod equity;
pub mod estimate;
pub mod ground;
pub mod hours;
pub mod init;
pub mod ledger;
pub mod load;
pub mod matrix;
pub mod measured;
pub mod periods;
pub mod progress;
pub mod streamed;
mod switches;
pub mod trip;
pub mod verify;

use cache::Cache;
use equity::{Fairness, Found};
use estimate::{Estimate, Means};
use ground::Ground;
use load::Loaded;
use measured::{Measured, Measures, measured};
use periods::Asked;
use progress::Progress;

const MOSTLY_UNLINKED: Kind = Kind {
    code: "cells_mostly_unlinked",
    severity: Severity::Doubt,
    meaning: "more than half of the cells have no street within [network] max_link_m",
    remedy: "are the streets and the cells of the same area?",
};
const SHORT_WALKS: Kind = Kind {
    code: "walks_shorter_than_cutoff",
    severity: Severity::Doubt,
    meaning: "profiles that only walk, and not as long as the largest cutoff: it reaches no farther than they walk",
    remedy: "raise max_walk_s, or max_direct_walk_s, of the profile",
};
const EQUAL_WEIGHTS: Kind = Kind {
    code: "equal_weights",
    severity: Severity::Note,
    meaning: "no population column: every cell weighs the same",
    remedy: "[cells] population = \"…\"",
};

/// What a run says of itself, for the terminal.
#[derive(Debug)]
pub struct Summary {
    pub folder: PathBuf,
    /// Five lines or so.
    pub lines: Vec<String>,
    pub findings: Findings,
    pub counts: Map<String, Value>,
}

/// One combination's results.
struct Results {
    name: String,
    status: Vec<&'static str>,
    measures: Measures,
    equity: Vec<EquityRow>,
    /// By destination, where these are other places than the cells.
    passive: Measures,
    slots: Vec<Slot>,
    curves: Vec<CurveRow>,
}

impl Results {
    /// A measure as `[equity]` wants it: of opportunities more is better, of times less.
    fn found<'a>(&self, name: &'a str, values: &'a [Option<f64>]) -> Found<'a> {
        let less_is_better = self.slots.iter().any(|slot| slot.name == name && slot.less_is_better);
        Found { name, values, less_is_better }
    }
}

/// Computes all that a study asks for, into its output folder.
///
/// # Errors
/// What is wrong in the study and its files; the machine's; `Stopped`.
pub fn run(file: &std::path::Path, means: Means, watch: &Progress) -> Result<Summary> {
    let log = RunLog::begin(file, means.threads);
    let study = study::parse::read(file)?;
    equity::settings(&study.equity)?;
    streamed::asked(&study)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    compute(&study, &cache, None, means, log, watch)
}

/// What [`run`] would cost: the network is built where it is not there yet, some batches are routed, and nothing is
/// written to the output.
///
/// # Errors
/// As [`run`].
pub fn dry_run(file: &std::path::Path, threads: usize, watch: &Progress) -> Result<Vec<Estimate>> {
    let mut log = RunLog::begin(file, threads);
    let study = study::parse::read(file)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let Prepared { mut loaded, wanted, windows, .. } = prepare(&study, &cache, None, &mut log, watch)?;
    let fairness = Fairness::new(&study.equity, &loaded.cells)?;
    let mut ground: Option<Ground> = None;
    let mut estimates = Vec::new();
    for Windowed { profile, period, asked, hours } in windows {
        let ground = ground_of(&mut ground, &mut loaded, &cache, profile, &mut log, watch)?;
        let name = format!("{} × {}", profile.name, period.name);
        let trial = |name: &str, asked: &Asked| {
            watch.begin(&format!("trying {name}"), 0);
            let longest_s = measured::longest_s(&study, &wanted, asked);
            Estimate::new(
                &study,
                &loaded,
                longest_s,
                ground,
                asked,
                name,
                threads,
                cache.opened_bytes(),
                watch,
            )
        };
        let measures = measured::cumulative(&study, &loaded, &asked).names().len();
        let equity_cpu_s = fairness.trial_cpu_s(&study.equity, &loaded.cells, measures, watch)?;
        estimates.push(trial(&name, &asked)?.and_all(equity_cpu_s));
        // Hours have means alone, which cost nothing.
        for hour in &hours {
            estimates.push(trial(&format!("{name} {}", hour.name), &hour.asked)?);
        }
    }
    watch.end();
    Ok(estimates)
}

/// A profile × period and what is asked of it.
struct Windowed<'a> {
    profile: &'a Profile,
    period: &'a Period,
    asked: Asked,
    hours: Vec<hours::Hour>,
}

/// All that there is before anything is routed.
struct Prepared<'a> {
    loaded: Loaded,
    wanted: Vec<Wanted>,
    windows: Vec<Windowed<'a>>,
    findings: Findings,
}

/// The network of a profile: that of the last one, if it serves.
fn ground_of<'g>(
    ground: &'g mut Option<Ground>,
    loaded: &mut Loaded,
    cache: &Cache,
    profile: &Profile,
    log: &mut RunLog,
    watch: &Progress,
) -> Result<&'g Ground> {
    if ground.as_ref().is_none_or(|ground| !ground.serves(profile)) {
        *ground = Some(Ground::new(loaded.network(profile, cache, watch)?, profile));
        log.note(&format!("walks of profile {} loaded", profile.name));
    }
    Ok(ground.as_ref().expect("made above"))
}

fn prepare<'a>(
    study: &'a Study,
    cache: &Cache,
    only: Option<Vec<u32>>,
    log: &mut RunLog,
    watch: &Progress,
) -> Result<Prepared<'a>> {
    let wanted = streamed::asked(study)?;
    let mut loaded = Loaded::load(study, cache, watch)?;
    streamed::bind(&loaded, &wanted, 0)?;
    // Where a cell's value hangs on all cells, some are as good as none.
    loaded.only = only.filter(|_| wanted.iter().all(|wanted| wanted.is_of_one_origin()));
    log.note("network loaded");
    let zone = periods::zone(study, &loaded.timetable)?;
    let mut findings = std::mem::take(&mut loaded.findings);
    check_linked(&loaded, &mut findings)?;
    if loaded.cells.population.is_none() {
        findings.count(EQUAL_WEIGHTS, "cells", 1, "");
    }

    let largest_s = study.access.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
    for profile in &study.profiles {
        let walks_only = !profile.transit || study.network.gtfs.is_empty();
        if walks_only && profile.max_direct_walk_s < largest_s {
            findings.add(SHORT_WALKS, &profile.name, "", "", format!("{} s", profile.max_direct_walk_s));
        }
    }

    // All questions are asked before any is answered: a window without service must not show after an hour.
    let mut windows = Vec::new();
    for profile in &study.profiles {
        for period in &study.periods {
            let asked = periods::ask(study, &loaded, &zone, period, profile, &mut findings)?;
            let by_hour = study.access.by_hour;
            let hours = if by_hour { hours::ask(&loaded, &zone, period, profile)? } else { Vec::new() };
            windows.push(Windowed { profile, period, asked, hours });
        }
    }
    Ok(Prepared { loaded, wanted, windows, findings })
}

/// [`run`] for all cells, or for some only (then what is said of all of them together means nothing).
fn compute(
    study: &Study,
    cache: &Cache,
    only: Option<Vec<u32>>,
    means: Means,
    mut log: RunLog,
    watch: &Progress,
) -> Result<Summary> {
    let Prepared { mut loaded, wanted, mut windows, mut findings } =
        prepare(study, cache, only, &mut log, watch)?;
    let fairness = Fairness::new(&study.equity, &loaded.cells)?;
    let mut ground: Option<Ground> = None;
    // Too little memory must not show after an hour either, nor cost the results that are there.
    let mut threads = Vec::new();
    for Windowed { profile, period, asked, hours } in &mut windows {
        let ground = ground_of(&mut ground, &mut loaded, cache, profile, &mut log, watch)?;
        let name = format!("{} × {}", profile.name, period.name);
        let longest_s = measured::longest_s(study, &wanted, asked);
        let trial = |asked: &Asked| {
            let opened = cache.opened_bytes();
            Estimate::new(study, &loaded, longest_s, ground, asked, &name, means.threads, opened, watch)
        };
        threads.push(means.keep(asked, trial, Some(&mut log), watch)?);
        hours.iter_mut().for_each(|hour| hour.asked.how = asked.how);
    }
    let mut folder = OutputFolder::begin(&study.folder.join(&study.output))?;
    let mut results = Vec::new();
    for (Windowed { profile, period, asked, hours }, threads) in windows.into_iter().zip(threads) {
        let ground = ground_of(&mut ground, &mut loaded, cache, profile, &mut log, watch)?;
        watch.use_threads(threads);
        let mut found = answer(study, &loaded, &wanted, ground, profile, period, &asked, watch, &mut log)?;
        let measured: Vec<Found<'_>> =
            found.measures.iter().map(|(name, values)| found.found(name, values)).collect();
        watch.begin(&format!("equity of {}", found.name), measured.len() as u64);
        (found.equity, found.curves) =
            fairness.measure(&study.equity, &loaded.cells, &measured, &mut findings, watch)?;
        log.note(&format!("{} equity figures", found.name));
        write(study, &loaded, &found, &mut folder)?;
        if !hours.is_empty() {
            hours::write(study, &loaded, &wanted, ground, &hours, &found.name, &mut folder, watch, &mut log)?;
        }
        if study.outputs.matrix {
            let name = format!("{}/matrix.parquet", found.name);
            let spec = matrix::Whole { loaded: &loaded, ground, asked: &asked, twins: &[] };
            folder.record(&name, matrix::write_whole(study, spec, &folder.path(&name), watch)?);
        }
        log.note(&format!("{} written", found.name));
        results.push(found);
    }
    for period in &study.periods {
        let ending = format!("-{}", period.name);
        let of_period = results.iter().filter(|found| found.name.ends_with(&ending));
        let profiles: Vec<_> = of_period.map(|found| (&found.slots[..], &found.measures[..])).collect();
        streamed::write_over_profiles(study, &loaded, &wanted, period, &profiles, &mut folder)?;
    }
    let mut lines = said(study, &loaded, &results);
    // Results lie profile by profile, period by period.
    let result = |(profile, period): (usize, usize)| &results[profile * study.periods.len() + period];
    for contrast in &study.access.contrasts {
        let sides = [result(contrast.first), result(contrast.second)];
        let (cells, all) = (&loaded.cells, &mut findings);
        lines.extend(contrasts::write(study, cells, contrast, sides, &fairness, all, &mut folder, watch)?);
        log.note(&format!("{} written", contrast.name));
    }
    watch.end();
    findings.append(std::mem::take(&mut loaded.findings));
    folder.write("diagnostics.csv", |out| diagnostics::table(&findings).write_csv(out))?;
    let counts = counts(&loaded, &results);
    let manifest = Manifest {
        study: study.name.clone(),
        parameters: study::parse::resolved(study),
        inputs: loaded.inputs.iter().map(as_shown).collect(),
        counts: counts.clone(),
        warnings: diagnostics::summary(&findings),
        attribution: attribution(study, &loaded),
    };
    let root = study.folder.join(&study.output);
    let map = report::map(&loaded.cells, &loaded.streets, &loaded.timetable.stops);
    folder.write(report::MAP, |out| writeln!(out, "{map}"))?;
    let page = report::page(&root, &folder.manifest(&manifest))?;
    folder.write(report::REPORT, |out| out.write_all(page.as_bytes()))?;
    log.finish(&root.join("run.log"))?;
    folder.finish(&manifest)?;
    cache.clean_up(watch);
    Ok(Summary { lines, folder: root, findings, counts })
}

/// # Errors
/// No cell is linked at all.
fn check_linked(loaded: &Loaded, findings: &mut Findings) -> Result<()> {
    let links = &loaded.links.cells;
    let unlinked = links.edge.iter().filter(|&&edge| edge == crate::base::NONE).count();
    if unlinked == links.len() {
        return Err(Error::input(
            "cells",
            format!("none of the {} cells has a street within [network] max_link_m", links.len()),
            "are the streets and the cells of the same area? Are lon and lat, or crs, right?",
        ));
    }
    if 2 * unlinked > links.len() {
        findings.count(MOSTLY_UNLINKED, "cells", unlinked as u64, format!("of {}", links.len()));
    }
    Ok(())
}

/// One combination: its measures, how they are shared, the cells' statuses.
#[allow(clippy::too_many_arguments)] // one step of `run`, named
fn answer(
    study: &Study,
    loaded: &Loaded,
    wanted: &[Wanted],
    ground: &Ground,
    profile: &Profile,
    period: &Period,
    asked: &Asked,
    watch: &Progress,
    log: &mut RunLog,
) -> Result<Results> {
    let name = format!("{} × {}", profile.name, period.name);
    let Measured { measures, passive, slots } =
        measured(study, loaded, wanted, ground, asked, &name, watch, log)?;
    let status = periods::statuses(loaded, &ground.network.walks, profile.transit.then_some(asked));
    Ok(Results {
        name: format!("base/{}-{}", profile.name, period.name),
        status,
        measures,
        passive,
        slots,
        equity: Vec::new(),
        curves: Vec::new(),
    })
}

fn write(study: &Study, loaded: &Loaded, found: &Results, folder: &mut OutputFolder) -> Result<()> {
    let cells: &RawPlaces = &loaded.cells;
    let table = tables::access_table(cells, &found.status, &periods::link_m(loaded), found.measures.clone());
    let name = |file: &str| format!("{}/{file}", found.name);
    streamed::write_passive(study, loaded, &found.passive, name, folder)?;
    if study.outputs.csv {
        folder.write(&name("access.csv"), |out| table.write_csv(out))?;
    }
    if study.outputs.parquet {
        folder.write(&name("access.parquet"), |out| geo::write_geoparquet(&table, cells, out))?;
    }
    if study.outputs.geojson {
        folder.write(&name("access.geojson"), |out| geo::write_geojson(&table, cells, out))?;
    }
    folder.write(&name("curves.csv"), |out| tables::curves_table(&found.curves).write_csv(out))?;
    folder.write(&name("equity.csv"), |out| tables::equity_table(&found.equity).write_csv(out))
}

fn counts(loaded: &Loaded, results: &[Results]) -> Map<String, Value> {
    let timetable = &*loaded.timetable;
    let mut counts = Map::new();
    let mut set = |name: &str, value: Value| counts.insert(name.to_string(), value);
    set("cells", json!(loaded.cells.ids.len()));
    set("destinations", json!(loaded.destinations().0.ids.len()));
    set("street_edges", json!(loaded.streets.edges()));
    set("street_km", json!(loaded.streets.total_mm() / 1_000_000));
    set("stops_called", json!(timetable.stops.called.iter().filter(|&&c| c != 0).count()));
    set("trips", json!(timetable.trips.len()));
    let by_headway = timetable.trips.iter().filter(|trip| trip.flags & FREQUENCY_INEXACT != 0);
    set("trips_by_headway", json!(by_headway.count()));
    for found in results {
        let mut by_status = Map::new();
        for word in ["ok", "no_service", "island", "unlinked"] {
            by_status.insert(word.to_string(), json!(found.status.iter().filter(|&&s| s == word).count()));
        }
        set(&format!("status of {}", found.name), Value::Object(by_status));
    }
    counts
}

fn as_shown(file: &InputFile) -> InputFile {
    InputFile { path: study::parse::shown(file.path.as_ref()), ..file.clone() }
}

fn attribution(study: &Study, loaded: &Loaded) -> Vec<String> {
    let osm = (!study.network.osm.is_empty()).then(|| OSM_ATTRIBUTION.to_string());
    let feeds = loaded.timetable.feeds.iter().map(|feed| {
        let agencies: Vec<&str> = feed.agencies.iter().take(5).map(String::as_str).collect();
        format!("GTFS feed {}: {}", feed.name, agencies.join(", "))
    });
    osm.into_iter().chain(feeds).collect()
}

/// What the results say, in a few lines.
fn said(study: &Study, loaded: &Loaded, results: &[Results]) -> Vec<String> {
    let mut lines = Vec::new();
    for found in results {
        let number = |word: &str| found.status.iter().filter(|&&s| s == word).count();
        let mut line = format!("{}: {} cells", found.name, diagnostics::grouped(found.status.len() as u64));
        for word in ["no_service", "island", "unlinked"] {
            if number(word) > 0 {
                line += &format!(", {} {word}", number(word));
            }
        }
        lines.push(line);
        // The first column, at each cutoff of the first percentile, says most.
        let Some(column) = loaded.destinations().0.opportunities.first() else { continue };
        let total: f64 = column.values.iter().sum();
        let (cutoffs, percentiles) = (&study.access.cutoffs_min, study.access.percentiles.len());
        for (name, _) in found.measures.iter().take(cutoffs.len() * percentiles).step_by(percentiles).take(3)
        {
            let index = |index: &str| {
                let row = |r: &&EquityRow| r.measure == *name && r.group == "all" && r.index == index;
                found.equity.iter().find(row).and_then(|r| r.value)
            };
            if let (Some(mean), Some(median)) = (index("mean"), index("median")) {
                let gini = index("gini").map_or_else(String::new, |g| format!(", Gini {g:.3}"));
                let share = if total > 0.0 { 100.0 * mean / total } else { 0.0 };
                lines.push(format!(
                    "  {name}: {} on average ({share:.1} % of all), half of the people reach {} or more{gini}",
                    diagnostics::grouped(mean.round() as u64),
                    diagnostics::grouped(median.round() as u64),
                ));
            }
        }
    }
    lines
}
