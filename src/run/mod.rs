//! The conductor: it alone sees every folder, and owns the loop over profile × period. It reads like the design:
//! study → inputs → network → routing → measures → outputs.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::base::curve::along_curve;
use crate::base::error::{Error, Result};
use crate::base::findings::{Findings, Kind, Severity};
use crate::base::watch::Watch;
use crate::inputs::raw::RawPlaces;
use crate::measures::access::Cumulative;
use crate::measures::asked::Asked;
use crate::measures::equity::{EquityRow, equity};
use crate::measures::stream::{Slot, Stream};
use crate::network::Network;
use crate::outputs::folder::OutputFolder;
use crate::outputs::log::RunLog;
use crate::outputs::manifest::{InputFile, Manifest, OSM_ATTRIBUTION};
use crate::outputs::{diagnostics, geo, tables};
use crate::routing::{Question, Router, Service};
use crate::study::{self, Period, Profile, Study, Unlinked};

pub mod access;
pub mod cache;
pub mod check;
pub mod init;
pub mod load;
pub mod matrix;
pub mod periods;
pub mod progress;
pub mod streamed;
pub mod trip;

use cache::Cache;
use load::Loaded;
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
    measures: Vec<(String, Vec<Option<f64>>)>,
    equity: Vec<EquityRow>,
    /// By destination, where these are other places than the cells.
    passive: Vec<(String, Vec<Option<f64>>)>,
    slots: Vec<Slot>,
}

/// Computes all that a study asks for, into its output folder.
///
/// # Errors
/// What is wrong in the study and its files; the machine's; `Stopped`.
pub fn run(file: &std::path::Path, threads: usize, watch: &Progress) -> Result<Summary> {
    let mut log = RunLog::begin(file, threads);
    let study = study::parse::read(file)?;
    let wanted = streamed::asked(&study)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let mut loaded = Loaded::load(&study, &cache, watch)?;
    streamed::bind(&loaded, &wanted, 0)?;
    log.note("network loaded");
    let zone = periods::zone(&study, &loaded.timetable)?;
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
    let mut questions = Vec::new();
    for profile in &study.profiles {
        for period in &study.periods {
            let question = periods::question(&zone, period, profile, profile.max_travel_time_s)?;
            let service = periods::service(&study, &loaded, period, profile, &question, &mut findings)?;
            questions.push((profile, period, question, service));
        }
    }
    let mut folder = OutputFolder::begin(&study.folder.join(&study.output))?;
    let mut results = Vec::new();
    let mut network: Option<(&Profile, Network)> = None;
    for (profile, period, question, service) in questions {
        if network.as_ref().is_none_or(|(of, _)| load::limits(of) != load::limits(profile)) {
            network = Some((profile, loaded.network(profile, &cache, watch)?));
            log.note(&format!("walks of profile {} loaded", profile.name));
        }
        let (_, network) = network.as_ref().expect("made above");
        let found =
            answer(&study, &loaded, &wanted, network, profile, period, question, &service, watch, &mut log)?;
        write(&study, &loaded, &found, &mut folder)?;
        if study.outputs.matrix {
            let name = format!("{}/matrix.parquet", found.name);
            let spec = matrix::Whole { loaded: &loaded, network, question, service: &service, twins: &[] };
            folder.record(&name, matrix::write_whole(&study, spec, &folder.path(&name), watch)?);
        }
        log.note(&format!("{} written", found.name));
        results.push(found);
    }
    for period in &study.periods {
        let ending = format!("-{}", period.name);
        let of_period = results.iter().filter(|found| found.name.ends_with(&ending));
        let profiles: Vec<_> = of_period.map(|found| (&found.slots[..], &found.measures[..])).collect();
        streamed::write_over_profiles(&study, &loaded, &wanted, period, &profiles, &mut folder)?;
    }
    watch.end();
    findings.append(std::mem::take(&mut loaded.findings));
    folder.write("diagnostics.csv", |out| diagnostics::table(&findings).write_csv(out))?;
    let counts = counts(&loaded, &results);
    let manifest = Manifest {
        study: study.name.clone(),
        parameters: study::parse::resolved(&study),
        inputs: loaded.inputs.iter().map(as_shown).collect(),
        counts: counts.clone(),
        warnings: diagnostics::summary(&findings),
        attribution: attribution(&study, &loaded),
    };
    let root = study.folder.join(&study.output);
    log.finish(&root.join("run.log"))?;
    folder.finish(&manifest)?;
    Ok(Summary { lines: said(&study, &loaded, &results), folder: root, findings, counts })
}

/// Builds the network's files and nothing else; says where they are.
pub fn build(file: &std::path::Path, watch: &Progress) -> Result<Vec<String>> {
    let study = study::parse::read(file)?;
    let mut cache = Cache::new(&study.folder.join(&study.network.cache));
    cache.anew = true;
    let mut loaded = Loaded::load(&study, &cache, watch)?;
    let mut lines = check::network_lines(&loaded);
    for profile in &study.profiles {
        let network = loaded.network(profile, &cache, watch)?;
        let walks = &network.walks;
        lines.push(format!(
            "walks of {}: {} to stops, {} between stops, {} between places",
            profile.name,
            diagnostics::grouped(walks.access.values().len() as u64),
            diagnostics::grouped(walks.transfers.values().len() as u64),
            diagnostics::grouped(walks.direct.values().len() as u64),
        ));
    }
    watch.end();
    lines.extend(diagnostics::summary(&loaded.findings));
    lines.push(format!("network in {}", study.folder.join(&study.network.cache).display()));
    Ok(lines)
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

/// Routes all cells and measures.
#[allow(clippy::too_many_arguments)] // one step of `run`, named
fn answer(
    study: &Study,
    loaded: &Loaded,
    wanted: &[Asked],
    network: &Network,
    profile: &Profile,
    period: &Period,
    question: Question,
    service: &Service,
    watch: &Progress,
    log: &mut RunLog,
) -> Result<Results> {
    let (places, _) = loaded.destinations();
    let own_s = loaded.others.is_none().then_some(study.access.own_cell_s);
    let (timetable, walks) = (&*network.timetable, &*network.walks);
    // Times beyond the largest cutoff do not matter here.
    let largest_s = study.access.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
    let largest_s = largest_s.max(Asked::longest_s(wanted, question.longest_s));
    let near = Question { longest_s: largest_s.min(question.longest_s), ..question };
    let router = Router::new(timetable, walks, service, near, &places.points, own_s, watch);
    let (events, pushes) = router.size();
    log.note(&format!("{} × {}: {events} events, {pushes} pushes", profile.name, period.name));
    let what = Cumulative {
        columns: &places.opportunities,
        cutoffs_min: &study.access.cutoffs_min,
        percentiles: &study.access.percentiles,
        departures: question.window.count(),
        destinations: places.points.len(),
    };
    let order = routed(loaded);
    watch.begin(&format!("{} × {}", profile.name, period.name), order.len() as u64);
    let bound = streamed::bind(loaded, wanted, near.longest_s)?;
    let (cells, to) = (loaded.cells.ids.len(), places.ids.len());
    let stream = Stream::new(&bound, false, to, &study.access.percentiles, question.window, near.longest_s);
    let folder = study.folder.join(&study.output);
    let stretches = streamed::stretches(&router, &stream, &order);
    let mut batches = Vec::new();
    let measured = streamed::route(
        &router,
        (&stretches, cells),
        (&stream, to),
        |batch| what.listen(batch),
        |_, mut heard| batches.append(&mut heard),
        &folder,
        watch,
    )?;
    log.note(&format!("{} × {}: {} origins routed", profile.name, period.name, order.len()));

    let blank = match study.access.unlinked {
        Unlinked::Blank => None,
        Unlinked::Zero => Some(0.0),
    };
    let mut measures: Vec<(String, Vec<Option<f64>>)> =
        what.names().into_iter().map(|name| (name, vec![blank; loaded.cells.ids.len()])).collect();
    for (&cell, values) in order.iter().zip(batches.iter().flatten()) {
        for ((_, column), value) in measures.iter_mut().zip(values) {
            column[cell as usize] = Some(*value);
        }
    }
    let columns = |passive| streamed::columns(loaded, &bound, &measured, study.access.unlinked, passive);
    measures.append(&mut columns(false));
    let mut passive = columns(true);
    if loaded.others.is_none() {
        measures.append(&mut passive);
    }
    let slots = measured.into_iter().map(|(slot, _)| slot).collect();
    let (population, groups) = (loaded.cells.population.as_deref(), &loaded.cells.groups);
    let equity =
        measures.iter().flat_map(|(name, values)| equity(name, values, population, groups)).collect();
    let status = periods::statuses(loaded, walks, profile.transit.then_some((service, &question)));
    Ok(Results {
        name: format!("base/{}-{}", profile.name, period.name),
        status,
        measures,
        equity,
        passive,
        slots,
    })
}

/// The cells that are linked, along a curve: neighbours share a batch.
fn routed(loaded: &Loaded) -> Vec<u32> {
    let linked = |cell: &u32| loaded.links.cells.edge[*cell as usize] != crate::base::NONE;
    along_curve(&loaded.cells.points).into_iter().filter(linked).collect()
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
