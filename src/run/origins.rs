//! From where isochrones are asked for, and how far: the study's `[isochrones]`, and the command line.

use std::path::PathBuf;

use super::apart::check_apart;
use super::link_diagnostics::report_places;
use super::load::must_be_there;
use super::matrix::{places_file, plain};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::base::extent::lon_lat;
use crate::engine::isochrones::Origins;
use crate::engine::region::Region;
use crate::inputs::cells;
use crate::network::links::LinkRule;
use crate::study::{self, IsochronesSpec, Profile, Study, TableFormat};

/// A file of surfaces has a band for each.
const MOST_SURFACES: usize = 1000;

/// What the command line asks for; what is empty or `None` is as the study has it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `LON,LAT` each.
    pub at: Vec<String>,
    pub origins: Option<PathBuf>,
    pub cells: bool,
    pub cutoffs_min: Vec<u32>,
    pub percentiles: Vec<f64>,
    pub grid_m: Option<u32>,
    pub period: Option<String>,
    pub profile: Option<String>,
    /// `None`: that of the file's ending.
    pub format: Option<TableFormat>,
    /// Also the times themselves, as a raster.
    pub surface: Option<PathBuf>,
}

/// The study's `[isochrones]`, or none, with what the command line says in its place.
pub fn asked_for(study: &Study, options: &Options, profile: &Profile) -> Result<IsochronesSpec> {
    must_be_there(options.origins.iter().map(PathBuf::as_path))?;
    let unset = || IsochronesSpec { cells: false, ..study::parse::isochrones_unset(&study.access) };
    let mut spec = study.isochrones.clone().unwrap_or_else(unset);
    if !options.at.is_empty() || options.origins.is_some() || options.cells {
        let here = std::env::current_dir().map_err(|error| Error::machine(".", error))?;
        spec.at = options.at.iter().map(|text| point(text)).collect::<Result<_>>()?;
        spec.origins = options.origins.as_ref().map(|file| here.join(file));
        spec.cells = options.cells;
    }
    if !spec.cells && spec.at.is_empty() && spec.origins.is_none() {
        let remedy = "give --at LON,LAT, --origins FILE or --cells, or write [isochrones] in the study";
        return Err(Error::Usage(Problem::new("", "nobody says from where", remedy)));
    }
    if !options.cutoffs_min.is_empty() {
        spec.cutoffs_min.clone_from(&options.cutoffs_min);
    }
    spec.cutoffs_min.sort_unstable();
    spec.cutoffs_min.dedup();
    if !options.percentiles.is_empty() {
        spec.percentiles.clone_from(&options.percentiles);
    }
    spec.grid_m = options.grid_m.unwrap_or(spec.grid_m);
    spec.surfaces = options.surface.is_some();
    let most = profile.max_travel_time_s;
    if let Some(over) = spec.cutoffs_min.iter().find(|&&cutoff| u64::from(cutoff) * 60 > u64::from(most)) {
        let what = format!("{over} min is above max_travel_time_s = {most} of profile {}", profile.name);
        return Err(Error::Usage(Problem::new("", what, "lower --cutoffs-min, or raise max_travel_time_s")));
    }
    Ok(spec)
}

fn point(text: &str) -> Result<(f64, f64)> {
    let wrong = |remedy| Error::Usage(Problem::new("--at", format!("{text} is no point"), remedy));
    lon_lat(text).map_err(wrong)
}

/// Points first, then the places of the file, then the cells.
///
/// # Errors
/// What is wrong in the file; a point without a street.
pub fn origins(
    study: &Study,
    spec: &IsochronesSpec,
    region: &Region,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<Origins> {
    let mut origins = Origins::of_points(&spec.at, region, &study.network, executor)?;
    if let Some(file) = &spec.origins {
        let mut places = study.cells.clone();
        places.name = "origins".to_string();
        places.source = places_file(&places.source, file.clone());
        plain(&mut places);
        let read = cells::read(&places, &study.folder, None, diagnostics)?;
        check_apart(&region.streets, &read)?;
        let found = region.link(LinkRule::from(&study.network), &read.points, executor)?;
        report_places(&read, &found, diagnostics);
        origins.add(read.ids, &read.points, &found);
    }
    if spec.cells {
        origins.add_cells(region);
    }
    let bands = origins.ids.len() * spec.percentiles.len();
    if spec.surfaces && bands > MOST_SURFACES {
        let remedy = format!("ask for at most {MOST_SURFACES}, of some points: with at or origins");
        let what = format!("would be {bands}, a band each");
        return Err(Error::input("[isochrones] surfaces", what, remedy));
    }
    Ok(origins)
}
