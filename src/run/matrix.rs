//! Travel times of all pairs as one long table, origin by origin in the cells' order.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};

use super::cache::Cache;
use super::choose::choose;
use super::debug_environment;
use super::estimate::{Estimate, Resources};
use super::given;
use super::guard;
use super::linked::check_linked;
use super::load::{StudyData, must_be_there};
use super::progress::Progress;
use super::scenarios::within;
use super::told;
use crate::base::NONE;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::task::linked;
use crate::engine::window::{self, WindowQuery};
use crate::measures::times::{Times, ranks};
use crate::outputs::formats;
use crate::outputs::matrix::{BeginPairs, MatrixOut, MatrixParts, MatrixSpec, MatrixWriter, by_id};
use crate::outputs::staging::Written;
use crate::outputs::turning::Turning;
use crate::routing::{KernelOptions, Router};
use crate::study::{Period, PlacesSource, PlacesSpec, Profile, Study, TableFormat, WindowOf};

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub origins: Option<PathBuf>,
    pub destinations: Option<PathBuf>,
    /// `None`: that of the file's ending.
    pub format: Option<TableFormat>,
    pub all_pairs: bool,
    pub period: Option<String>,
    pub profile: Option<String>,
    /// `None`: the base.
    pub scenario: Option<String>,
    /// Threads, and bytes to make do with.
    pub means: Resources,
}

/// A network and a question whose whole matrix is wanted.
#[derive(Clone, Copy)]
pub struct Whole<'a> {
    pub region: &'a Region,
    pub ground: &'a ProfileNetwork,
    pub asked: &'a WindowQuery,
    /// Origin → the destination that is the same place, or `NONE`; empty where the router knows.
    pub twins: &'a [u32],
}

/// Times held between two writes: origins enough for every thread, and at most 200 MB.
const HELD: usize = 50_000_000;

/// What is said of a matrix.
#[derive(Debug)]
pub struct Answer {
    pub pairs: u64,
    /// What is doubtful in the data.
    pub diagnostics: Diagnostics,
    /// What of it was not said before, and the number of the rest.
    pub news: Vec<String>,
}

/// Computes and writes the matrix.
///
/// # Errors
/// As [`super::run`]; a period or profile that does not exist or is not clear.
pub fn matrix(file: &FilePath, options: &Options, to: &FilePath, executor: &Progress) -> Result<Answer> {
    let mut study = given::travel(file)?;
    let period = choose("period", &study.periods, |p: &Period| &p.name, options.period.as_deref())?.clone();
    let profile =
        choose("profile", &study.profiles, |p: &Profile| &p.name, options.profile.as_deref())?.clone();
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    // The study's own files are spared, too, where others take their place for now.
    guard::spares_study([to], file, &study)?;
    let some_cells = other_places(&mut study, options)?;
    guard::spares_study([to], file, &study)?;
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let twins = if some_cells { twins(&loaded) } else { Vec::new() };
    let zone = window::zone(&study, &loaded.timetable)?;
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    check_linked(&loaded, &mut diagnostics)?;
    let how = debug_environment::how()?;
    let mut asked = window::ask(&study, &loaded, &zone, &period, &profile, how, &mut diagnostics)?;
    let scenario = options.scenario.as_deref();
    let (region, profile, network) = within(&study, scenario, &loaded, &profile, &zone, &cache, executor)?;
    if scenario.is_some() {
        asked = WindowQuery::plainly(&region, &zone, &period, &profile, how)?;
    }
    let ground = ProfileNetwork::new(network, &profile);
    let (_, begin) = formats::chosen(options.format, to, TableFormat::Csv, |format| format.pairs)?;
    let name = format!("{} × {}", profile.name, period.name);
    let trial = |asked: &WindowQuery| {
        let (longest_s, threads) = (asked.query.longest_s, options.means.threads);
        let opened = cache.opened_bytes();
        Estimate::new(&study, &region, longest_s, &ground, asked, &name, threads, opened, executor)
            .map(|estimate| estimate.holding(4 * HELD as u64))
    };
    executor.use_threads(options.means.keep(&mut asked, trial, None, executor)?);
    let whole = Whole { region: &region, ground: &ground, asked: &asked, twins: &twins };
    let spec = MatrixSpec { all_pairs: options.all_pairs, ..spec(&study, whole, begin) };
    let mut writer = MatrixWriter::create(to, &spec)?;
    fill(&study, whole, &in_order(whole), &mut writer, executor)?;
    executor.end();
    let pairs = writer.pairs();
    writer.finish()?;
    let news = told::news(&diagnostics, &cache, file, None, executor);
    Ok(Answer { pairs, diagnostics, news })
}

/// The matrix of a run, beside its other tables.
pub fn write_whole(study: &Study, whole: Whole<'_>, to: &FilePath, executor: &Progress) -> Result<Written> {
    let mut writer = MatrixWriter::create(to, &spec(study, whole, of_run(to)?))?;
    fill(study, whole, &in_order(whole), &mut writer, executor)?;
    writer.finish()
}

/// The matrix of a run as files of some origins each in the folder `to`; says their names there.
pub fn write_parts(
    study: &Study,
    whole: Whole<'_>,
    to: &FilePath,
    executor: &Progress,
) -> Result<Vec<(String, Written)>> {
    let mut parts = MatrixParts::new(to, spec(study, whole, of_run(to)?));
    fill(study, whole, &by_id(&whole.region.cells.ids), &mut parts, executor)?;
    parts.finish()
}

/// What writes `matrix.parquet`, and the files of a folder of it.
fn of_run(to: &FilePath) -> Result<BeginPairs> {
    let parquet = TableFormat::Parquet;
    formats::chosen(Some(parquet), to, parquet, |format| format.pairs).map(|(_, begin)| begin)
}

/// As runs and the command write it.
fn spec<'a>(study: &'a Study, whole: Whole<'a>, begin: BeginPairs) -> MatrixSpec<'a> {
    MatrixSpec {
        begin,
        from_ids: &whole.region.cells.ids,
        to_ids: &whole.region.destinations().0.ids,
        percentiles: &study.access.percentiles,
        all_pairs: false,
    }
}

/// The cells as they come.
fn in_order(whole: Whole<'_>) -> Vec<u32> {
    (0..whole.region.cells.ids.len() as u32).collect()
}

/// Routes all cells and writes their rows in `order`.
fn fill(
    study: &Study,
    whole: Whole<'_>,
    order: &[u32],
    writer: &mut impl MatrixOut,
    executor: &Progress,
) -> Result<()> {
    let Whole { region, ground, asked, .. } = whole;
    let (cells, (places, links)) = (&region.cells.points, region.destinations());
    let own_s = region.others.is_none().then_some(study.access.own_cell_s);
    ground.prepare(cells.len(), asked, executor)?;
    let router = ground.router(asked, asked.query.longest_s, cells, &places.points, own_s, None, executor)?;
    let ranks = ranks(&study.access.percentiles, asked.query.window.count());
    match asked.of {
        WindowOf::Departures => {
            let width = places.points.len() * ranks.len();
            executor.begin("travel times", cells.len() as u64);
            for stretch in stretches(cells.len(), width) {
                let (stretch, goals) = (&order[stretch], places.points.len());
                let origins: Vec<u32> =
                    stretch.iter().copied().filter(|&cell| ground.is_linked(region, cell as usize)).collect();
                let batches = times(&router, asked.how, &ranks, goals, &origins, executor)?;
                let mut rows = batches.iter().flat_map(|batch| batch.chunks(width.max(1)));
                let mut origins = origins.iter().peekable();
                for &cell in stretch {
                    let routed = origins.next_if_eq(&&cell).is_some();
                    push(study, &whole, writer, cell as usize, if routed { rows.next() } else { None })?;
                }
            }
        }
        WindowOf::ArrivalProfile => {
            // The mirror's come destination by destination.
            let width = cells.len() * ranks.len();
            let in_memory = places.points.len() * width <= HELD;
            let mut turning = Turning::new(cells.len(), in_memory, writer.path())?;
            executor.begin("travel times", places.points.len() as u64);
            for stretch in stretches(places.points.len(), width) {
                let all: Vec<u32> = stretch.clone().map(|goal| goal as u32).collect();
                let goals = linked(&all, links);
                let batches = times(&router, asked.how, &ranks, cells.len(), &goals, executor)?;
                let from: Vec<&[u32]> = batches.iter().flat_map(|batch| batch.chunks(width.max(1))).collect();
                let wide = stretch.len() * ranks.len();
                let mut block = vec![u32::MAX; cells.len() * wide];
                for (&cell, row) in order.iter().zip(block.chunks_mut(wide.max(1))) {
                    for (&goal, times) in goals.iter().zip(&from) {
                        let to = (goal as usize - stretch.start) * ranks.len();
                        let times = &times[cell as usize * ranks.len()..][..ranks.len()];
                        row[to..to + ranks.len()].copy_from_slice(times);
                    }
                }
                turning.add(wide, block)?;
            }
            let width = places.points.len() * ranks.len();
            for stretch in stretches(cells.len(), width) {
                let rows = turning.rows(stretch.clone())?;
                for (&cell, row) in order[stretch].iter().zip(rows.chunks(width.max(1))) {
                    let linked = ground.is_linked(region, cell as usize);
                    push(study, &whole, writer, cell as usize, linked.then_some(row))?;
                }
            }
        }
    }
    Ok(())
}

/// Stretches of `all` places, whose rows of `width` values are held at once.
fn stretches(all: usize, width: usize) -> impl Iterator<Item = Range<usize>> {
    let most = (HELD / width.max(1)).clamp(128, 1024);
    (0..all).step_by(most).map(move |first| first..(first + most).min(all))
}

/// The times of some of the router's origins, batch by batch.
fn times(
    router: &Router<'_>,
    how: KernelOptions,
    ranks: &[u32],
    goals: usize,
    origins: &[u32],
    executor: &Progress,
) -> Result<Vec<Vec<u32>>> {
    router.route(origins, how, |batch| Times::listen(ranks, goals, batch), executor)
}

/// Writes a cell's row; `None`: no street, and no time.
fn push(
    study: &Study,
    whole: &Whole<'_>,
    writer: &mut impl MatrixOut,
    cell: usize,
    row: Option<&[u32]>,
) -> Result<()> {
    let percentiles = study.access.percentiles.len();
    let twin = whole.twins.get(cell).map_or(usize::MAX, |&to| to as usize);
    let time = |to: usize, p: usize| {
        let time = |row: &[u32]| match to == twin {
            true => study.access.own_cell_s,
            false => row[to * percentiles + p],
        };
        row.map(time).filter(|&time| time != u32::MAX)
    };
    let legs = whole.ground.network.legs.direct.row(cell);
    let walk = |to: usize| match to == twin || whole.region.others.is_none() && to == cell {
        true => row.map(|_| study.access.own_cell_s),
        false => legs.binary_search_by_key(&(to as u32), |walk| walk.to).ok().map(|at| legs[at].seconds),
    };
    writer.push(cell, time, walk)
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
        study.cells.name = "origins".to_string();
        plain(&mut study.cells);
    }
    if let Some(file) = &options.destinations {
        let mut spec = study.cells.clone();
        spec.name = "destinations".to_string();
        spec.source = places_file(&spec.source, here.join(file));
        plain(&mut spec);
        study.destinations = vec![spec];
    }
    Ok(some_cells)
}

/// Cell → the destination of the same id at the same point: from a place to itself is no walk to the street.
fn twins(region: &Region) -> Vec<u32> {
    let (cells, places) = (&region.cells, region.destinations().0);
    let by_id: HashMap<&str, usize> = places.ids.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    let twin = |(id, point): (&String, &(f64, f64))| match by_id.get(id.as_str()) {
        Some(&place) if places.points[place] == *point => place as u32,
        _ => NONE,
    };
    cells.ids.iter().zip(&cells.points).map(twin).collect()
}

pub(super) fn places_file(like: &PlacesSource, file: PathBuf) -> PlacesSource {
    match like {
        PlacesSource::File { id, x, y, crs, .. } => {
            PlacesSource::File { file, id: id.clone(), x: x.clone(), y: y.clone(), crs: crs.clone() }
        }
        PlacesSource::Grid { .. } | PlacesSource::Elements { .. } => PlacesSource::File {
            file,
            id: "id".to_string(),
            x: "lon".to_string(),
            y: "lat".to_string(),
            crs: "EPSG:4326".to_string(),
        },
    }
}

/// Only ids and places matter to a matrix.
pub(super) fn plain(spec: &mut PlacesSpec) {
    *spec = PlacesSpec::bare(&spec.name, spec.source.clone());
}
