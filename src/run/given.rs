//! A study file → the study; or all that is wrong with it: keys, values, measures, missing files, and what can be seen in
//! the tables that are there. Who corrects a study corrects it once.

use std::path::Path;

use super::load::WrongInputs;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::engine::equity;
use crate::engine::streamed;
use crate::inputs::raw::{Column, RawPlaces};
use crate::inputs::{cells, tables};
use crate::scenario::written::read_all;
use crate::study::{JoinSpec, PlacesSource, PlacesSpec, Study, split_layer};

/// Reads a study of which all is asked. Where anything is wrong with it, its tables are looked through for what else is;
/// else they are read by [`super::load::StudyData::load`], with all other files.
///
/// # Errors
/// `Error::Input` with every problem found.
pub fn study(file: &Path) -> Result<Study> {
    let (study, problems) = read_all(file)?;
    looked_through(study, WrongInputs(problems))
}

/// Reads a study of which only travel is asked, and no measure or figure.
///
/// # Errors
/// As [`study`], where the study's text or its list of files is wrong.
pub fn travel(file: &Path) -> Result<Study> {
    let (study, problems) = read_all(file)?;
    if problems.is_empty() { Ok(study) } else { looked_through(study, WrongInputs(problems)) }
}

fn looked_through(study: Study, mut wrong: WrongInputs) -> Result<Study> {
    wrong.keep(equity::settings(&study.equity))?;
    let measures = wrong.keep(streamed::asked(&study))?;
    if wrong.0.is_empty() {
        return Ok(study);
    }
    let mut places = Vec::new();
    for spec in std::iter::once(&study.cells).chain(&study.destinations) {
        places.push(seen(spec, &study.folder, &mut wrong)?);
    }
    // Measures name columns of cells and destinations; those of several lists are told apart when all are read.
    let others = if places.len() == 2 { places.pop().flatten().map(Some) } else { Some(None) };
    if let ([Some(cells)], Some(others), Some(measures)) = (&places[..], &others, &measures) {
        wrong.keep(streamed::bind_places(cells, others.as_ref(), measures, 0).map(|_| ()))?;
    }
    let mut told: Vec<Problem> = Vec::new();
    for problem in wrong.0 {
        if !told.contains(&problem) {
            told.push(problem);
        }
    }
    Err(Error::Input(told))
}

/// The places of a table, as far as the study says what they are; problems are kept. `None` where a part of them is to
/// come from elsewhere, or where the study has not said what is what.
fn seen(spec: &PlacesSpec, folder: &Path, wrong: &mut WrongInputs) -> Result<Option<RawPlaces>> {
    let there = |file: &Path| !file.as_os_str().is_empty() && folder.join(split_layer(file).0).is_file();
    let table = match &spec.source {
        PlacesSource::File { file, .. } => Some(file),
        PlacesSource::Grid { values, .. } => values.as_ref(),
        PlacesSource::Elements { .. } => None,
    };
    let Some(table) = table.filter(|table| there(table)) else { return Ok(None) };
    let whole = match &spec.source {
        PlacesSource::File { id, x, y, crs, .. } => ![id, x, y, crs].iter().any(|word| word.is_empty()),
        PlacesSource::Grid { .. } | PlacesSource::Elements { .. } => false,
    };
    let joined = spec.joins.iter().flat_map(JoinSpec::files).all(|file| there(file));
    let mut diagnostics = Diagnostics::default();
    if whole && joined {
        // What OpenStreetMap has is not looked up: such columns are taken to be there.
        let mut plain = spec.clone();
        plain.interests.clear();
        let counted = |name: &String| spec.interests.iter().any(|interest| interest.column == *name);
        plain.opportunities.retain(|name| !counted(name));
        let mut places = wrong.keep(cells::read(&plain, folder, None, &mut diagnostics))?;
        if let Some(places) = &mut places {
            for interest in &spec.interests {
                let values = vec![0.0; places.ids.len()];
                places.opportunities.push(Column { name: interest.column.clone(), values });
            }
        }
        return Ok(places);
    }
    let shown = table.display().to_string();
    let Some(table) = wrong.keep(tables::read(&folder.join(table), &shown, &mut diagnostics))? else {
        return Ok(None);
    };
    let added: Vec<&str> = spec.added().collect();
    let one =
        |key: &'static str, name: &Option<String>| name.iter().map(|name| (key, name.clone())).collect();
    let several =
        |key: &'static str, names: &[String]| names.iter().map(|name| (key, name.clone())).collect();
    let named: [Vec<(&str, String)>; 6] = [
        one("population", &spec.population),
        one("income", &spec.income),
        one("population_se", &spec.population_se),
        one("income_se", &spec.income_se),
        several("opportunities", &spec.opportunities),
        several("groups", &spec.groups),
    ];
    for (key, name) in named.iter().flatten().filter(|(_, name)| !added.contains(&name.as_str())) {
        wrong.0.extend(table.column(name, key).err());
    }
    Ok(None)
}
