//! `[[cells.join]]` and `[[cells.points_of_interest]]` → more columns of the cells' table.
//!
//! Amounts are given out once and summed in the order of the other table's rows; figures are averaged. What finds no
//! cell is counted with its sums, so that what went in can be held against what came out.

mod cells;
mod key;
mod made;
mod spread;

use std::path::Path;

use super::raw::{RawElement, RawPlaces};
use super::tables::{self, Table};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::study::{InterestSpec, JoinBy, PlacesSpec};
pub(super) use cells::JoinCells;
use cells::must_hold;
use made::MadeColumns;

const INTERESTS: DiagnosticCode = DiagnosticCode {
    code: "points_of_interest",
    severity: Severity::Note,
    meaning: "places of interest in OpenStreetMap, counted in the cells that hold them",
    remedy: "",
};
const NO_INTERESTS: DiagnosticCode = DiagnosticCode {
    code: "points_of_interest_none",
    severity: Severity::Doubt,
    meaning: "columns of places of interest of which no cell has any",
    remedy: "are the tags right, and is the extract whole, not one of streets only?",
};

/// Adds all columns of joins and of places of interest. `elements`: what was found for each of the latter.
///
/// # Errors
/// What is wrong in the tables, all of it; a column that is there already.
pub(super) fn add(
    spec: &PlacesSpec,
    folder: &Path,
    cells: &JoinCells<'_>,
    table: &mut Table,
    ids: &[String],
    elements: &[Vec<RawElement>],
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let mut problems = Vec::new();
    let mut keep = |made: Result<MadeColumns>, table: &mut Table| -> Result<()> {
        match made {
            Ok(made) => {
                for (name, column) in made {
                    if table.has(&name) {
                        let what = format!("has a column {name} already");
                        let remedy = format!("give what is joined another name: \"{name} as …\"");
                        problems.push(Problem::new(&table.file, what, remedy));
                    } else {
                        table.add(&name, &column);
                    }
                }
                Ok(())
            }
            Err(Error::Input(more)) => {
                problems.extend(more);
                Ok(())
            }
            Err(other) => Err(other),
        }
    };
    for join in &spec.joins {
        let shown = join.file.display().to_string();
        let made = tables::read(&folder.join(&join.file), &shown, diagnostics).and_then(|source| match &join
            .by
        {
            JoinBy::Key { key, on } => {
                let own = match on {
                    Some(on) => {
                        let column = table.column(on, "on").map_err(|problem| Error::Input(vec![problem]))?;
                        (0..table.len()).map(|row| table.cell(row, column).to_string()).collect()
                    }
                    None => ids.to_vec(),
                };
                key::by_key(join, &source, key, &own, diagnostics)
            }
            JoinBy::Area => spread::by_area(join, &source, cells, diagnostics),
            JoinBy::Points { weights: None, within_m } => {
                spread::by_points(join, &source, cells, *within_m, diagnostics)
            }
            JoinBy::Points { weights: Some(weights), within_m } => {
                let shown = weights.display().to_string();
                let weights = tables::read(&folder.join(weights), &shown, diagnostics)?;
                spread::over_points(join, &source, &weights, cells, *within_m, diagnostics)
            }
        });
        keep(made, table)?;
    }
    for (interest, found) in spec.interests.iter().zip(elements) {
        keep(counted(interest, found, cells, diagnostics), table)?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// How many of the elements each cell holds.
fn counted(
    interest: &InterestSpec,
    elements: &[RawElement],
    cells: &JoinCells<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<MadeColumns> {
    must_hold(cells, interest.within_m, &format!("points_of_interest {}", interest.column))?;
    let mut counts = vec![0_u64; cells.points.len()];
    let mut outside = 0;
    for element in elements {
        match cells.holder((element.lon, element.lat), interest.within_m) {
            Some(cell) => counts[cell] += 1,
            None => outside += 1,
        }
    }
    let inside = elements.len() as u64 - outside;
    let what = format!("{} found, {outside} in no cell", elements.len());
    diagnostics.count(INTERESTS, &interest.column, inside, &what);
    if inside == 0 {
        diagnostics.count(NO_INTERESTS, &interest.column, 1, what);
    }
    Ok(vec![(interest.column.clone(), counts.iter().map(u64::to_string).collect())])
}

/// A table without columns but the ids, for places that were made and not read.
pub(super) fn bare_table(places: &RawPlaces) -> Table {
    let mut cells = crate::base::strings::StringColumn::default();
    places.ids.iter().for_each(|id| cells.push(id));
    Table::of_rows(&format!("[{}]", places.name), vec!["id".into()], cells, places.ids.len(), None, None)
}
