//! Isochrones from some points, or from every cell, as files: for the command, and beside the results of a run.

use std::path::Path;

use super::cache::Cache;
use super::choose::choose;
use super::debug_environment;
use super::given;
use super::guard;
pub use super::isochrone_sheets::{AreaAndSums, IsochroneFigures};
use super::isochrone_sheets::{Finished, Sheets};
use super::load::StudyData;
use super::origins::{Options, asked_for, origins};
use super::progress::Progress;
use super::told;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::isochrones::{Contoured, Origins};
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::setting::BASE;
use crate::engine::window::{self, WindowQuery};
use crate::outputs::folder::OutputFolder;
use crate::outputs::formats::{OutputFormats, chosen};
use crate::outputs::tables::Combination;
use crate::study::{OutputsSpec, Period, Profile, Study, TableFormat, WindowOf};

const OF_ARRIVALS: DiagnosticCode = DiagnosticCode {
    code: "isochrones_of_arrivals",
    severity: Severity::Note,
    meaning: "periods of arrivals: isochrones are made of departures only",
    remedy: "add a period with depart = \"…\"",
};

/// What became of a file of isochrones.
#[derive(Debug)]
pub struct IsochroneAnswer {
    pub isochrones: usize,
    pub origins: usize,
    /// The first of them.
    pub first: Vec<IsochroneFigures>,
    /// What is doubtful in the data.
    pub diagnostics: Diagnostics,
    /// What of it was not said before, and the number of the rest.
    pub news: Vec<String>,
}

/// Makes isochrones into the file `to`.
///
/// # Errors
/// As [`super::run`]; points, periods and profiles that are not there or not clear.
pub fn isochrone(file: &Path, options: &Options, to: &Path, executor: &Progress) -> Result<IsochroneAnswer> {
    let mut study = given::travel(file)?;
    let period = choose("period", &study.periods, |p: &Period| &p.name, options.period.as_deref())?.clone();
    let profile =
        choose("profile", &study.profiles, |p: &Profile| &p.name, options.profile.as_deref())?.clone();
    if period.of == WindowOf::Arrivals {
        let what =
            format!("period {} is a window of arrivals: isochrones are made of departures", period.name);
        return Err(Error::Usage(Problem::new("", what, "choose a period with depart = \"…\"")));
    }
    let spec = asked_for(&study, options, &profile)?;
    let outputs = || std::iter::once(to).chain(options.surface.as_deref());
    guard::spares_study(outputs(), file, &study)?;
    study.isochrones = Some(spec.clone());
    guard::spares_study(outputs(), file, &study)?;
    let cache = Cache::new(&study.folder.join(&study.network.cache));
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let zone = window::zone(&study, &loaded.timetable)?;
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    let asked =
        window::ask(&study, &loaded, &zone, &period, &profile, debug_environment::how()?, &mut diagnostics)?;
    let origins = origins(&study, &spec, &loaded, &mut diagnostics, executor)?;
    let outputs = OutputsSpec { crs: study.outputs.crs.clone(), ..OutputsSpec::default() };
    let formats = OutputFormats::of(&outputs, &loaded.cells, None, &mut diagnostics)?;
    let ground = ProfileNetwork::new(loaded.network(&profile, &cache, executor)?, &profile);
    let lattice = loaded.lattice(&study, spec.grid_m, &profile, &cache, executor)?;
    let of = Combination::new(BASE, &profile.name, &period.name);
    let contoured = Contoured::new(&study, &spec, &loaded, &lattice, &origins);
    let mut sheets = Sheets::new(&spec, &origins, &contoured.summed, of);
    let (_, begin) = chosen(options.format, to, TableFormat::GeoJson, |format| format.isochrones)?;
    sheets.files = vec![begin(to, &sheets.table(&[]), formats.projection.as_ref())?];
    sheets.surface_to = options.surface.as_deref();
    contoured.route(&ground, &profile, &asked, sheets.surface_to.is_some(), &mut sheets, executor)?;
    let Finished { rows, first, .. } = sheets.finish()?;
    executor.end();
    let news = told::news(&diagnostics, &cache, file, None, executor);
    Ok(IsochroneAnswer { isochrones: rows, origins: origins.ids.len(), first, diagnostics, news })
}

/// Writes the isochrones of a window, in the formats that the study has and that hold shapes of their own.
#[allow(clippy::too_many_arguments)] // one step of `run`, named
pub fn write_below(
    study: &Study,
    loaded: &StudyData,
    origins: &Origins,
    cache: &Cache,
    ground: &ProfileNetwork,
    (of, profile, period, asked): (&Combination, &Profile, &Period, &WindowQuery),
    folder: &mut OutputFolder,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<()> {
    let Some(spec) = &study.isochrones else { return Ok(()) };
    if asked.of == WindowOf::Arrivals {
        diagnostics.count(OF_ARRIVALS, &period.name, 1, "");
        return Ok(());
    }
    let lattice = loaded.lattice(study, spec.grid_m, profile, cache, executor)?;
    let contoured = Contoured::new(study, spec, loaded, &lattice, origins);
    let (mut names, name) = (Vec::new(), of.folder());
    let surfaces = format!("{name}/surfaces.tif");
    let path = spec.surfaces.then(|| folder.place(&surfaces)).transpose()?;
    let mut sheets = Sheets::new(spec, origins, &contoured.summed, of.clone());
    sheets.surface_to = path.as_deref();
    let (formats, like) = (folder.formats(), sheets.table(&[]));
    for (format, begin) in formats.holding_or(TableFormat::GeoJson, |format| format.isochrones) {
        let name = format.file(&format!("{name}/isochrones"));
        sheets.files.push(begin(&folder.place(&name)?, &like, formats.projection.as_ref())?);
        names.push(name);
    }
    contoured.route(ground, profile, asked, spec.surfaces, &mut sheets, executor)?;
    let Finished { files, surface, .. } = sheets.finish()?;
    let written = files.into_iter().zip(names);
    for (written, name) in written.chain(surface.map(|written| (written, surfaces))) {
        folder.record(&name, written);
    }
    Ok(())
}
