//! The conductor: it alone sees every folder, and owns the loop over profile × period. It reads like the design:
//! study → inputs → network → routing → measures → outputs.

use std::io::Write;

use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::base::ids::CellId;
use crate::engine::equity::EquityContext;
use crate::engine::hours as hours_of;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::scenario::EditMaker;
use crate::engine::setting::{BASE, Setting, WindowOn};
use crate::engine::window::WindowQuery;
use crate::engine::windowed::Windowed;
use crate::engine::{scenario, streamed, task, window};
use crate::measures::spec::MeasureSpec;
use crate::outputs::folder::{self, OutputFolder};
use crate::outputs::formats::OutputFormats;
use crate::outputs::log::RunLog;
use crate::outputs::manifest::{InputFile, Manifest, OSM_ATTRIBUTION};
use crate::outputs::swap::Swap;
use crate::outputs::{diagnostics, report};
use crate::routing::ReverseSearch;
use crate::study::{self, Profile, Scenario, Study};

pub mod access;
mod apart;
mod around;
pub mod ask;
mod breakdown;
pub mod build;
pub mod cache;
pub mod check;
mod choose;
pub mod compare;
mod contrasts;
pub mod conveyal;
mod debug_environment;
mod elements;
pub mod equity;
pub mod estimate;
mod extract;
pub mod facts;
mod files;
mod given;
pub mod guard;
pub mod hours;
pub mod init;
pub mod isochrone;
mod isochrone_sheets;
mod journal;
pub mod ledger;
mod link_diagnostics;
mod linked;
pub mod load;
pub mod matrix;
pub mod origins;
mod places;
pub mod progress;
mod results;
mod scenarios;
mod search;
mod slopes;
mod spill;
pub mod summary;
mod surface;
mod tidy;
mod told;
pub mod trip;
mod trip_drawn;
mod vehicles;
pub mod verify;
mod work;

use cache::Cache;
use estimate::{Estimate, Resources};
use linked::check_linked;
use load::{EditFiles, StudyData, StudyNetworks, WrongInputs};
use origins::origins;
use progress::Progress;
use results::Results;
use search::StudySearches;
use spill::OnDisk;
use summary::{RoutedOrigins, ScenarioSummary, Summary};
use work::RunUnderWay;

const SHORT_WALKS: DiagnosticCode = DiagnosticCode {
    code: "walks_shorter_than_cutoff",
    severity: Severity::Doubt,
    meaning: "profiles that only walk, and not as long as the largest cutoff: it reaches no farther than they walk",
    remedy: "raise max_walk_s, or max_direct_walk_s, of the profile",
};
const EQUAL_WEIGHTS: DiagnosticCode = DiagnosticCode {
    code: "equal_weights",
    severity: Severity::Note,
    meaning: "no population column: every cell weighs the same",
    remedy: "[cells] population = \"…\"",
};

/// Computes all that a study asks for, into its output folder.
///
/// # Errors
/// What is wrong in the study and its files; the machine's; `Stopped`.
pub fn run(file: &std::path::Path, means: Resources, executor: &Progress) -> Result<Summary> {
    let log = RunLog::begin(file, means.threads);
    let study = given::study(file)?;
    guard::of_run(file, &study)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let mut summary = compute(&study, &cache, None, means, log, executor)?;
    let all = summary.folder.join("diagnostics.csv");
    summary.news = told::news(&summary.diagnostics, &cache, file, Some(&all), executor);
    Ok(summary)
}

/// What [`run`] would cost: the network is built where it is not there yet, some batches are routed, and nothing is
/// written to the output.
///
/// # Errors
/// As [`run`].
pub fn dry_run(file: &std::path::Path, threads: usize, executor: &Progress) -> Result<Vec<Estimate>> {
    let mut log = RunLog::begin(file, threads);
    let study = given::study(file)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let Prepared { loaded, wanted, windows, .. } = prepare(&study, &cache, None, &mut log, executor)?;
    let fairness = EquityContext::new(&study.equity, &loaded.region.cells)?;
    let mut ground: Option<ProfileNetwork> = None;
    let mut estimates = Vec::new();
    for Windowed { profile, period, asked, hours } in windows {
        let ground = ground_of(&mut ground, &loaded, &cache, profile, &mut log, executor)?;
        let name = format!("{} × {}", profile.name, period.name);
        let trial = |name: &str, asked: &WindowQuery| {
            executor.begin(&format!("trying {name}"), 0);
            let longest_s = task::longest_s(&study, &wanted, asked);
            Estimate::new(
                &study,
                &loaded.region,
                longest_s,
                ground,
                asked,
                name,
                threads,
                cache.opened_bytes(),
                executor,
            )
        };
        let measures = task::cumulative(&study, &loaded.region, &asked).names().len();
        let equity_cpu_s =
            equity::trial_cpu_s(&fairness, &study.equity, &loaded.region.cells, measures, executor)?;
        estimates.push(trial(&name, &asked)?.and_all(equity_cpu_s));
        // Hours have means alone, which cost nothing.
        for hour in &hours {
            estimates.push(trial(&format!("{name} {}", hour.name), &hour.asked)?);
        }
    }
    executor.end();
    if !study.scenarios.is_empty() {
        executor.note(
            "Scenarios are not counted: each costs what its edits can touch, at most as much as the base.",
        );
    }
    Ok(estimates)
}

/// All that there is before anything is routed.
struct Prepared<'a> {
    loaded: StudyData,
    zone: String,
    wanted: Vec<MeasureSpec>,
    windows: Vec<Windowed<'a>>,
    diagnostics: Diagnostics,
}

/// The network of a profile: that of the last one, if it serves.
fn ground_of<'g>(
    ground: &'g mut Option<ProfileNetwork>,
    loaded: &StudyData,
    cache: &Cache,
    profile: &Profile,
    log: &mut RunLog,
    executor: &Progress,
) -> Result<&'g ProfileNetwork> {
    if ground.as_ref().is_none_or(|ground| !ground.serves(profile)) {
        *ground = Some(ProfileNetwork::new(loaded.network(profile, cache, executor)?, profile));
        log.note(&format!("walks of profile {} loaded", profile.name));
    }
    Ok(ground.as_ref().expect("made above"))
}

fn prepare<'a>(
    study: &'a Study,
    cache: &Cache,
    only: Option<Vec<CellId>>,
    log: &mut RunLog,
    executor: &Progress,
) -> Result<Prepared<'a>> {
    let wanted = streamed::asked(study)?;
    let mut loaded = StudyData::load(study, cache, executor)?;
    let mut wrong = WrongInputs::default();
    wrong.keep(streamed::bind(&loaded.region, &wanted, 0).map(|_| ()))?;
    // Where a cell's value depends on all cells, some are as good as none.
    loaded.only = only.filter(|_| wanted.iter().all(MeasureSpec::is_of_one_origin));
    loaded.only.iter_mut().for_each(|only| only.sort_unstable());
    log.note("network loaded");
    let zone = wrong.keep(window::zone(study, &loaded.region.timetable))?;
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    wrong.keep(check_linked(&loaded.region, &mut diagnostics))?;
    let Some(zone) = zone else { return Err(Error::Input(wrong.0)) };
    if loaded.region.cells.population.is_none() {
        diagnostics.count(EQUAL_WEIGHTS, "cells", 1, "");
    }

    let largest_s = study.access.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
    for profile in &study.profiles {
        let walks_only = !profile.has_vehicle() && (!profile.transit || study.network.gtfs.is_empty());
        if walks_only && profile.max_direct_walk_s < largest_s {
            diagnostics.add(SHORT_WALKS, &profile.name, "", "", format!("{} s", profile.max_direct_walk_s));
        }
    }

    // All questions are asked before any is answered: a window without service must not show after an hour.
    let how = debug_environment::how()?;
    let mut windows = Vec::new();
    for profile in &study.profiles {
        for period in &study.periods {
            let region = &loaded.region;
            let asked =
                wrong.keep(window::ask(study, region, &zone, period, profile, how, &mut diagnostics))?;
            let hours = match study.access.by_hour {
                true => hours_of::ask(region, &zone, period, profile, how),
                false => Ok(Vec::new()),
            };
            if let (Some(asked), Some(hours)) = (asked, wrong.keep(hours)?) {
                windows.push(Windowed { profile, period, asked, hours });
            }
        }
    }
    if !wrong.0.is_empty() {
        // What is wrong with edits is worth saying with the rest.
        let files = EditFiles { study, base: &loaded, cache, executor };
        let (base, vehicles, only_affected) =
            (&loaded.region, &loaded.vehicles, debug_environment::only_affected());
        let edits = EditMaker { study, base, vehicles, zone: &zone, files: &files, only_affected, executor };
        wrong.keep(scenario::all(&edits).map(|_| ()))?;
        wrong.0.dedup();
        return Err(Error::Input(wrong.0));
    }
    Ok(Prepared { loaded, zone, wanted, windows, diagnostics })
}

/// [`run`] for all cells, or for some only (then what is said of all of them together means nothing).
fn compute(
    study: &Study,
    cache: &Cache,
    only: Option<Vec<CellId>>,
    means: Resources,
    mut log: RunLog,
    executor: &Progress,
) -> Result<Summary> {
    // Isochrones are of all that the study names, or not made.
    let contoured = study.isochrones.as_ref().filter(|_| only.is_none());
    let root = study.folder.join(&study.output);
    let swap = Swap::begin(&root, &format!("isokron run, study {}", study.name))?;
    folder::earlier(&root)?;
    let Prepared { loaded, zone, wanted, mut windows, mut diagnostics } =
        prepare(study, cache, only, &mut log, executor)?;
    let region = &loaded.region;
    // All edits are made before anything is routed: a wrong one must not show after an hour.
    let others = region.others.as_ref();
    let mut formats = OutputFormats::of(&study.outputs, &region.cells, others, &mut diagnostics)?;
    let (files, only_affected) =
        (EditFiles { study, base: &loaded, cache, executor }, debug_environment::only_affected());
    let edits = EditMaker {
        study,
        base: region,
        vehicles: &loaded.vehicles,
        zone: &zone,
        files: &files,
        only_affected,
        executor,
    };
    let scenarios = scenario::all(&edits)?;
    scenarios::doubts(&scenarios, &mut diagnostics);
    let networks = StudyNetworks { study, base: &loaded, cache, executor };
    let rooms = OnDisk::new(&root);
    let only = loaded.only.as_deref();
    let setting = Setting { edits, wanted: &wanted, only, networks: &networks, rooms: &rooms };
    let mut searches = StudySearches::new(&setting, &windows)?;
    let origins = contoured.map(|spec| origins(study, spec, &loaded, &mut diagnostics, executor));
    let origins = origins.transpose()?;
    let mut ground: Option<ProfileNetwork> = None;
    // Too little memory must not show then either, nor cost the results that are there.
    let mut threads = Vec::new();
    for Windowed { profile, period, asked, hours } in &mut windows {
        let ground = ground_of(&mut ground, &loaded, cache, profile, &mut log, executor)?;
        let name = format!("{} × {}", profile.name, period.name);
        let longest_s = task::longest_s(study, &wanted, asked);
        let trial = |asked: &WindowQuery| {
            let opened = cache.opened_bytes();
            Estimate::new(study, region, longest_s, ground, asked, &name, means.threads, opened, executor)
        };
        threads.push(means.keep(asked, trial, Some(&mut log), executor)?);
        hours.iter_mut().for_each(|hour| hour.asked.how = asked.how);
    }
    let all: Vec<&Region> =
        std::iter::once(region).chain(scenarios.iter().map(|edited| &edited.region)).collect();
    formats.whole = tidy::whole(study, &wanted, &all);
    let folder = OutputFolder::over(swap, formats)?;
    let fairness = EquityContext::new(&study.equity, &loaded.region.cells)?;
    let mut work = RunUnderWay { setting, executor, log, diagnostics, folder };
    let mut results: Vec<Results> = Vec::new();
    let mut of_scenarios: Vec<Vec<Results>> = scenarios.iter().map(|_| Vec::new()).collect();
    let mut routed: Vec<Vec<RoutedOrigins>> = scenarios.iter().map(|_| Vec::new()).collect();
    let travels = study.named_scenarios().any(Scenario::travels);
    for (window, threads) in windows.iter().zip(threads) {
        let ground = ground_of(&mut ground, &loaded, cache, window.profile, &mut work.log, executor)?;
        executor.use_threads(threads);
        // What scenarios alone have at the places is measured in the same pass.
        let own = scenarios.iter().filter(|edited| edited.has_land()).map(|edited| &edited.region);
        let lands: Vec<&Region> = std::iter::once(region).chain(own).collect();
        // Scenarios ask which cells they touch of the same flow.
        let before = if travels { setting.backwards(ground, &window.asked)? } else { None };
        let before = before.as_ref();
        let graph = before.map(ReverseSearch::flow);
        let measured =
            setting.measured(WindowOn::base(ground, window), only, graph, &lands, &mut work.log)?;
        let mut measured = measured.into_iter();
        let of_base = measured.next().expect("the base is one of the lands");
        for ((edited, all), routed) in scenarios.iter().zip(&mut of_scenarios).zip(&mut routed) {
            let there = if edited.has_land() { measured.next() } else { None };
            let there = there.unwrap_or_else(|| of_base.clone());
            let (found, origins) = work.scenario(edited, (ground, window), before, there)?;
            all.push(found);
            routed.push(origins);
        }
        let found = work.answer(BASE, region, ground, window, of_base, &fairness)?;
        if let Some(origins) = &origins {
            let of = (&found.of, window.profile, window.period, &window.asked);
            let RunUnderWay { folder, diagnostics, .. } = &mut work;
            isochrone::write_below(
                study,
                &loaded,
                origins,
                cache,
                ground,
                of,
                folder,
                diagnostics,
                executor,
            )?;
        }
        let with_results = (&scenarios[..], &of_scenarios[..]);
        searches.window(&mut work, (ground, window), before, &found, with_results)?;
        results.push(found);
    }
    let contrasts = work.together(BASE, region, &results, &fairness)?;
    work.cells(BASE, region)?;
    let mut told = Vec::new();
    for ((edited, others), routed) in scenarios.iter().zip(&of_scenarios).zip(routed) {
        work.cells(edited.name(), &edited.region)?;
        let compared = work.compared(region, &results, others, &fairness)?;
        let own = EquityContext::new(&study.equity, &edited.region.cells)?;
        let contrasts = work.together(edited.name(), &edited.region, others, &own)?;
        let (name, reports) = (edited.name().to_string(), edited.reports.clone());
        told.push(ScenarioSummary { name, reports, routed, compared, contrasts });
    }
    let (rankings, attributions) = searches.finish(&mut work)?;
    let RunUnderWay { mut log, diagnostics, mut folder, .. } = work;
    executor.end();
    let every: Vec<&Results> = results.iter().chain(of_scenarios.iter().flatten()).collect();
    tidy::write(study, &wanted, region, &every, &mut folder)?;
    folder.write("diagnostics.csv", |out| diagnostics::table(&diagnostics).write_csv(out))?;
    let counts = results::counts(region, &every);
    let manifest = Manifest {
        study: study.name.clone(),
        parameters: study::parse::resolved(study),
        inputs: loaded.inputs.iter().map(as_shown).collect(),
        scenarios: scenarios.iter().map(scenarios::as_json).collect(),
        counts: counts.clone(),
        warnings: diagnostics::summary(&diagnostics),
        attribution: attribution(study, &loaded),
    };
    let water = elements::water(study, cache, &loaded.osm_key, &mut Diagnostics::default(), executor)?;
    let tables = vehicles::stress_tables(study);
    let cycled = loaded.vehicles.bicycle.as_ref();
    let cycled = cycled.map(|places| report::Cycled { streets: &places.streets, tables: &tables });
    let map = report::map(&region.cells, &region.streets, cycled, &region.timetable.stops, &water);
    folder.write(report::MAP, |out| writeln!(out, "{map}"))?;
    log.note("map drawn");
    let page = report::page(folder.staged(), &folder.manifest(&manifest), executor)?;
    folder.write(report::REPORT, |out| out.write_all(page.as_bytes()))?;
    log.finish(&folder.beside("run.log")?)?;
    for name in folder.finish(&manifest)? {
        executor
            .note(&format!("{}: changed since the earlier run, and left there", root.join(name).display()));
    }
    cache.clean_up(executor);
    Ok(Summary {
        folder: root,
        results: results.iter().map(|found| found.overview(study, region)).collect(),
        contrasts,
        scenarios: told,
        rankings,
        attributions,
        diagnostics,
        news: Vec::new(),
        counts,
    })
}

fn as_shown(file: &InputFile) -> InputFile {
    InputFile { path: study::parse::shown(file.path.as_ref()), ..file.clone() }
}

fn attribution(study: &Study, loaded: &StudyData) -> Vec<String> {
    let osm = (!study.network.osm.is_empty()).then(|| OSM_ATTRIBUTION.to_string());
    let feeds = loaded.timetable.feeds.iter().map(|feed| {
        let agencies: Vec<&str> = feed.agencies.iter().take(5).map(String::as_str).collect();
        format!("GTFS feed {}: {}", feed.name, agencies.join(", "))
    });
    osm.into_iter().chain(feeds).collect()
}
