//! Travel times of all pairs as one long table, origin by origin in the cells' order.

use std::collections::HashMap;
use std::path::{Path as FilePath, PathBuf};

use super::cache::Cache;
use super::load::{Loaded, must_be_there};
use super::periods;
use super::progress::Progress;
use super::switches;
use crate::base::NONE;
use crate::base::error::{Error, Problem, Result};
use crate::base::findings::Findings;
use crate::base::watch::Watch;
use crate::measures::times::{Times, ranks};
use crate::network::Network;
use crate::outputs::matrix::{MatrixFormat, MatrixSpec, MatrixWriter};
use crate::outputs::staging::Written;
use crate::routing::{Question, Router, Service};
use crate::study::{self, Period, PlacesSource, Profile, Study};

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub origins: Option<PathBuf>,
    pub destinations: Option<PathBuf>,
    pub parquet: bool,
    pub all_pairs: bool,
    pub period: Option<String>,
    pub profile: Option<String>,
}

/// A network and a question whose whole matrix is wanted.
#[derive(Clone, Copy)]
pub struct Whole<'a> {
    pub loaded: &'a Loaded,
    pub network: &'a Network,
    pub question: Question,
    pub service: &'a Service,
    /// Origin → the destination that is the same place, or `NONE`; empty where the router knows.
    pub twins: &'a [u32],
}

/// Times held between two writes: origins enough for every thread, and at most 200 MB.
const HELD: usize = 50_000_000;

/// Computes and writes the matrix; says how many pairs it has, and what is doubtful in the data.
///
/// # Errors
/// As [`super::run`]; a period or profile that does not exist or is not clear.
pub fn matrix(
    file: &FilePath,
    options: &Options,
    to: &FilePath,
    watch: &Progress,
) -> Result<(u64, Findings)> {
    let mut study = study::parse::read(file)?;
    let period = choose("period", &study.periods, |p: &Period| &p.name, options.period.as_deref())?.clone();
    let profile =
        choose("profile", &study.profiles, |p: &Profile| &p.name, options.profile.as_deref())?.clone();
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let some_cells = other_places(&mut study, options)?;
    let mut loaded = Loaded::load(&study, &cache, watch)?;
    let twins = if some_cells { twins(&loaded) } else { Vec::new() };
    let zone = periods::zone(&study, &loaded.timetable)?;
    let question = periods::question(&zone, &period, &profile, profile.max_travel_time_s)?;
    let mut findings = std::mem::take(&mut loaded.findings);
    super::check_linked(&loaded, &mut findings)?;
    let service = periods::service(&study, &loaded, &period, &profile, &question, &mut findings)?;
    let network = loaded.network(&profile, &cache, watch)?;
    let format = if options.parquet { MatrixFormat::Parquet } else { MatrixFormat::Csv };
    let whole = Whole { loaded: &loaded, network: &network, question, service: &service, twins: &twins };
    let mut writer = writer(&study, &whole, format, options.all_pairs, to)?;
    fill(&study, whole, &mut writer, watch)?;
    watch.end();
    let pairs = writer.pairs();
    writer.finish()?;
    findings.append(std::mem::take(&mut loaded.findings));
    Ok((pairs, findings))
}

/// The matrix of a run, beside its other tables.
pub fn write_whole(study: &Study, whole: Whole<'_>, to: &FilePath, watch: &Progress) -> Result<Written> {
    let mut writer = writer(study, &whole, MatrixFormat::Parquet, false, to)?;
    fill(study, whole, &mut writer, watch)?;
    writer.finish()
}

fn writer(
    study: &Study,
    whole: &Whole<'_>,
    format: MatrixFormat,
    all_pairs: bool,
    to: &FilePath,
) -> Result<MatrixWriter> {
    let (places, _) = whole.loaded.destinations();
    MatrixWriter::create(
        to,
        &MatrixSpec {
            format,
            from_ids: &whole.loaded.cells.ids,
            to_ids: &places.ids,
            percentiles: &study.access.percentiles,
            all_pairs,
        },
    )
}

fn fill(study: &Study, whole: Whole<'_>, writer: &mut MatrixWriter, watch: &Progress) -> Result<()> {
    let (places, _) = whole.loaded.destinations();
    let own_s = whole.loaded.others.is_none().then_some(study.access.own_cell_s);
    let (timetable, walks) = (&*whole.network.timetable, &*whole.network.walks);
    let router = Router::new(timetable, walks, whole.service, whole.question, &places.points, own_s, watch);
    let ranks = ranks(&study.access.percentiles, whole.question.window.count());
    let destinations = places.points.len();
    let width = destinations * ranks.len();
    let cells: Vec<u32> = (0..whole.loaded.cells.points.len() as u32).collect();
    let path = switches::path()?;
    watch.begin("travel times", cells.len() as u64);
    for stretch in cells.chunks((HELD / width.max(1)).clamp(128, 1024)) {
        let linked: Vec<u32> =
            stretch.iter().copied().filter(|&c| whole.loaded.links.cells.edge[c as usize] != NONE).collect();
        let batches =
            router.route(&linked, path, |batch| Times::listen(&ranks, destinations, batch), watch)?;
        let mut rows = batches.iter().flat_map(|batch| batch.chunks(width.max(1)));
        let mut linked = linked.iter().peekable();
        for &cell in stretch {
            let twin = whole.twins.get(cell as usize).map_or(usize::MAX, |&to| to as usize);
            let row = if linked.next_if_eq(&&cell).is_some() { rows.next() } else { None };
            writer.push(cell as usize, |to, p| {
                let time = |row: &[u32]| match to == twin {
                    true => study.access.own_cell_s,
                    false => row[to * ranks.len() + p],
                };
                row.map(time).filter(|&time| time != u32::MAX)
            })?;
        }
    }
    Ok(())
}

/// The one that is meant: by name, or the only one.
pub fn choose<'a, T>(
    what: &str,
    all: &'a [T],
    name: impl Fn(&T) -> &str,
    asked: Option<&str>,
) -> Result<&'a T> {
    let names = all.iter().map(&name).collect::<Vec<_>>().join(", ");
    let problem = |text: String| {
        let remedy = match all {
            [] => format!("add a [[{what}]] to the study"),
            _ => format!("choose one with --{what}: {names}"),
        };
        Err(Error::Usage(Problem::new("", text, remedy)))
    };
    match (asked, all) {
        (Some(asked), _) => match all.iter().find(|one| name(one) == asked) {
            Some(one) => Ok(one),
            None => problem(format!("the study has no {what} {asked}")),
        },
        (None, [one]) => Ok(one),
        (None, []) => problem(format!("the study has no {what}")),
        (None, _) => problem(format!("the study has several {what}s")),
    }
}

/// Puts the places of the command line in the place of the study's; their columns are those of the cells.
/// True where the origins are others, and the destinations the study's cells.
fn other_places(study: &mut Study, options: &Options) -> Result<bool> {
    must_be_there(options.origins.iter().chain(&options.destinations).map(PathBuf::as_path))?;
    let mut some_cells = false;
    let here = std::env::current_dir().map_err(|error| Error::machine(".", error))?;
    if let Some(file) = &options.origins {
        // Without other destinations, the study's cells stay the destinations.
        if study.destinations.is_empty() && options.destinations.is_none() {
            study.destinations.push(study.cells.clone());
            some_cells = true;
        }
        study.cells.source = places_file(&study.cells.source, here.join(file));
        plain(&mut study.cells);
    }
    if let Some(file) = &options.destinations {
        let mut spec = study.cells.clone();
        spec.source = places_file(&spec.source, here.join(file));
        plain(&mut spec);
        study.destinations = vec![spec];
    }
    Ok(some_cells)
}

/// Cell → the destination of the same id at the same point: from a place to itself is no walk to the street.
fn twins(loaded: &Loaded) -> Vec<u32> {
    let (cells, places) = (&loaded.cells, loaded.destinations().0);
    let by_id: HashMap<&str, usize> = places.ids.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    let twin = |(id, point): (&String, &(f64, f64))| match by_id.get(id.as_str()) {
        Some(&place) if places.points[place] == *point => place as u32,
        _ => NONE,
    };
    cells.ids.iter().zip(&cells.points).map(twin).collect()
}

fn places_file(like: &PlacesSource, file: PathBuf) -> PlacesSource {
    match like {
        PlacesSource::File { id, x, y, crs, .. } => {
            PlacesSource::File { file, id: id.clone(), x: x.clone(), y: y.clone(), crs: crs.clone() }
        }
        PlacesSource::Grid { .. } => PlacesSource::File {
            file,
            id: "id".to_string(),
            x: "lon".to_string(),
            y: "lat".to_string(),
            crs: "EPSG:4326".to_string(),
        },
    }
}

/// Only ids and places matter to a matrix.
fn plain(spec: &mut crate::study::PlacesSpec) {
    spec.population = None;
    spec.opportunities.clear();
    spec.groups.clear();
    spec.income = None;
}
