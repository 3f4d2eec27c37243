//! Cells and destinations: a file or a grid → plain tables of places.

use std::collections::HashMap;
use std::path::Path;

use super::columns::{self, Wrong};
use super::grid;
use super::points::{self, Where};
use super::raw::RawPlaces;
use super::tables::{self, Table};
use crate::base::error::{Problem, Result};
use crate::base::findings::Findings;
use crate::study::{PlacesSource, PlacesSpec};

/// Reads the places of a study's `[cells]` or `[[destinations]]`, in the file's order (a grid's: by rows from
/// the north-west).
///
/// `nodes` are the walkable street nodes (lon, lat); a grid without a boundary needs them.
///
/// # Errors
/// `Error::Input` with everything that is wrong in the file, each with its line.
pub fn read(
    spec: &PlacesSpec,
    folder: &Path,
    nodes: Option<&[(f64, f64)]>,
    findings: &mut Findings,
) -> Result<RawPlaces> {
    match &spec.source {
        PlacesSource::Grid { .. } => grid::make(spec, folder, nodes, findings),
        PlacesSource::File { file, id, x, y, crs } => {
            let shown = file.display().to_string();
            let table = tables::read(&folder.join(file), &shown, findings)?;
            from_table(spec, &table, [id, x, y, crs], findings)
        }
    }
}

fn from_table(
    spec: &PlacesSpec,
    table: &Table,
    [id, x, y, crs]: [&str; 4],
    findings: &mut Findings,
) -> Result<RawPlaces> {
    let mut wrong = Wrong::default();
    let ids = ids(table, id, &mut wrong);
    let at = Where { x, y, crs, ids: Some(&ids) };
    let found = points::points(table, at, findings, &mut wrong);
    let numbers = columns::numbers(table, spec, findings, &mut wrong);
    wrong.finish()?;
    Ok(RawPlaces {
        name: spec.name.clone(),
        ids,
        points: found.points,
        outlines: found.outlines,
        crs: found.crs,
        population: numbers.population,
        opportunities: numbers.opportunities,
        groups: numbers.groups,
        income: numbers.income,
        population_se: numbers.population_se,
        income_se: numbers.income_se,
    })
}

/// The ids of the rows: there, and each only once.
fn ids(table: &Table, id: &str, wrong: &mut Wrong) -> Vec<String> {
    let column = match table.column(id, "id") {
        Ok(column) => column,
        Err(problem) => {
            wrong.add(&table.file, "missing columns", problem);
            return Vec::new();
        }
    };
    let ids: Vec<String> = (0..table.len()).map(|row| table.cell(row, column).to_string()).collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (row, id) in ids.iter().enumerate() {
        if id.is_empty() {
            let problem = Problem::new(table.place(row), "has no id", "give each place an id of its own");
            wrong.add(&table.file, "places without id", problem);
        } else if let Some(before) = first.get(id.as_str()) {
            let what = format!("the id {id} stands in {} already", table.place(*before));
            let problem = Problem::new(table.place(row), what, "give each place an id of its own");
            wrong.add(&table.file, "ids that stand there twice", problem);
        } else {
            first.insert(id, row);
        }
    }
    ids
}

/// Whether most points would lie in the streets' box (min lon, min lat, max lon, max lat) if lon and lat were
/// exchanged, and do not as they are.
pub fn would_swap_help(points: &[(f64, f64)], bbox: (f64, f64, f64, f64)) -> bool {
    // A tenth of a degree around, for points beyond the last street.
    const AROUND: f64 = 0.1;
    let inside = |x: f64, y: f64| {
        (bbox.0 - AROUND..=bbox.2 + AROUND).contains(&x) && (bbox.1 - AROUND..=bbox.3 + AROUND).contains(&y)
    };
    let as_they_are = points.iter().filter(|&&(x, y)| inside(x, y)).count();
    let exchanged = points.iter().filter(|&&(x, y)| inside(y, x)).count();
    2 * as_they_are < points.len() && 2 * exchanged > points.len()
}
