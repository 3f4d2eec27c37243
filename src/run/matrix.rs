//! Travel times of all pairs as one long table, origin by origin in the cells' order.

use std::path::{Path as FilePath, PathBuf};

use super::breakdown;
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
use super::spill::OnDisk;
use super::told;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::engine::matrix::{HELD, Matrix, fill, in_order, twins};
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::window::{self, WindowQuery};
use crate::outputs::formats;
use crate::outputs::matrix::{BeginPairs, MatrixParts, MatrixSpec, MatrixWriter, by_id};
use crate::outputs::staging::WrittenFile;
use crate::study::{Period, PlacesSource, PlacesSpec, Profile, Study, TableFormat, WindowOf};

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub origins: Option<PathBuf>,
    pub destinations: Option<PathBuf>,
    /// `None`: that of the file's ending.
    pub format: Option<TableFormat>,
    pub all_pairs: bool,
    /// With what the times are made of.
    pub breakdown: bool,
    pub period: Option<String>,
    pub profile: Option<String>,
    /// `None`: the base.
    pub scenario: Option<String>,
    /// Resource limits: threads and memory.
    pub means: Resources,
}

/// What is said of a matrix.
#[derive(Debug)]
pub struct MatrixAnswer {
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
pub fn matrix(
    file: &FilePath,
    options: &Options,
    to: &FilePath,
    executor: &Progress,
) -> Result<MatrixAnswer> {
    let mut study = given::travel(file)?;
    let period = choose("period", &study.periods, |p: &Period| &p.name, options.period.as_deref())?.clone();
    let profile =
        choose("profile", &study.profiles, |p: &Profile| &p.name, options.profile.as_deref())?.clone();
    if options.breakdown && period.of == WindowOf::Arrivals {
        let what =
            format!("period {} is a window of arrivals: times are broken down for departures", period.name);
        let remedy = "choose a period with depart = \"…\", or leave out --breakdown";
        return Err(Error::Usage(Problem::new("--breakdown", what, remedy)));
    }
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
    let matrix = Matrix { study: &study, region: &region, ground: &ground, asked: &asked, twins: &twins };
    if options.breakdown {
        let of = breakdown::Asked { profile: &profile, period: &period, zone: &zone };
        let pairs = breakdown::write(matrix, of, options.format, to, executor)?;
        executor.end();
        let news = told::news(&diagnostics, &cache, file, None, executor);
        return Ok(MatrixAnswer { pairs, diagnostics, news });
    }
    let spec = MatrixSpec { all_pairs: options.all_pairs, ..spec(matrix, begin) };
    let mut writer = MatrixWriter::create(to, &spec)?;
    fill(matrix, &in_order(matrix), &mut writer, &beside(to), executor)?;
    executor.end();
    let pairs = writer.pairs();
    writer.finish()?;
    let news = told::news(&diagnostics, &cache, file, None, executor);
    Ok(MatrixAnswer { pairs, diagnostics, news })
}

/// The matrix of a run, beside its other tables.
pub fn write_whole(matrix: Matrix<'_>, to: &FilePath, executor: &Progress) -> Result<WrittenFile> {
    let mut writer = MatrixWriter::create(to, &spec(matrix, of_run(to)?))?;
    fill(matrix, &in_order(matrix), &mut writer, &beside(to), executor)?;
    writer.finish()
}

/// The matrix of a run as files of some origins each in the folder `to`; says their names there.
pub fn write_parts(
    matrix: Matrix<'_>,
    to: &FilePath,
    executor: &Progress,
) -> Result<Vec<(String, WrittenFile)>> {
    let mut parts = MatrixParts::new(to, spec(matrix, of_run(to)?));
    fill(matrix, &by_id(&matrix.region.cells.ids), &mut parts, &beside(to), executor)?;
    parts.finish()
}

/// Room beside a matrix, for windows of arrivals.
fn beside(to: &FilePath) -> OnDisk {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    OnDisk::new(folder.unwrap_or(FilePath::new(".")))
}

/// What writes `matrix.parquet`, and the files of a folder of it.
fn of_run(to: &FilePath) -> Result<BeginPairs> {
    let parquet = TableFormat::Parquet;
    formats::chosen(Some(parquet), to, parquet, |format| format.pairs).map(|(_, begin)| begin)
}

/// As runs and the command write it.
fn spec<'a>(matrix: Matrix<'a>, begin: BeginPairs) -> MatrixSpec<'a> {
    MatrixSpec {
        begin,
        from_ids: &matrix.region.cells.ids,
        to_ids: &matrix.region.destinations().0.ids,
        percentiles: &matrix.study.access.percentiles,
        all_pairs: false,
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
