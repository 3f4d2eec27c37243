//! `[[cells.join]]` and `[[cells.points_of_interest]]` → more columns of the cells' table.
//!
//! Amounts are given out once and summed in the order of the other table's rows; figures are averaged. What finds no
//! cell is counted with its sums, so that what went in can be held against what came out.

mod key;
mod spread;

use std::cell::OnceCell;
use std::path::Path;

use geo::{Distance, Geodesic, Geometry, Point};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use super::areas::{Area, Areas, Plane};
use super::points::Ring;
use super::project::Crs;
use super::raw::{RawElement, RawPlaces};
use super::tables::{self, Table};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::study::{InterestSpec, JoinBy, PlacesSpec};

const JOINED: DiagnosticCode = DiagnosticCode {
    code: "join_sums",
    severity: Severity::Note,
    meaning: "cells with columns of another table",
    remedy: "",
};
const OUTSIDE: DiagnosticCode = DiagnosticCode {
    code: "join_outside",
    severity: Severity::Dropped,
    meaning: "rows of a joined table that lie outside the cells, wholly or in part",
    remedy: "usual where the table covers a larger area; else are the cells all there?",
};
const NO_MATCH: DiagnosticCode = DiagnosticCode {
    code: "join_cells_without_row",
    severity: Severity::Note,
    meaning: "cells that no row of the joined table belongs to: its columns are blank there",
    remedy: "",
};
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

/// The cells that columns are added to.
pub(super) struct Cells<'a> {
    pub points: &'a [(f64, f64)],
    outlines: &'a [Vec<Ring>],
    /// As they are written in the file.
    shapes: Option<(&'a [Geometry], &'a Crs)>,
    pub plane: Plane,
    areas: OnceCell<Option<Areas>>,
    tree: OnceCell<RTree<GeomWithData<[f64; 2], usize>>>,
}

impl<'a> Cells<'a> {
    /// Points and outlines in degrees; shapes in `crs`, where the file has them.
    pub fn new(
        points: &'a [(f64, f64)],
        outlines: &'a [Vec<Ring>],
        shapes: Option<&'a [Geometry]>,
        crs: Option<&'a Crs>,
    ) -> Cells<'a> {
        let plane = Plane::new(crs, points.get(points.len() / 2).copied().unwrap_or_default());
        Cells {
            points,
            outlines,
            shapes: shapes.zip(crs),
            plane,
            areas: OnceCell::new(),
            tree: OnceCell::new(),
        }
    }

    /// Their areas, where each has one.
    pub fn areas(&self) -> Option<&Areas> {
        let made = || {
            let of_shapes = self.shapes.and_then(|(shapes, crs)| {
                shapes.iter().map(|shape| Area::of_shape(shape, crs, &self.plane)).collect::<Option<Vec<_>>>()
            });
            let of_outlines = || {
                let outlines = self.outlines.iter().map(|outline| Area::of_outline(outline, &self.plane));
                outlines.collect::<Option<Vec<_>>>().filter(|areas| areas.len() == self.points.len())
            };
            of_shapes.or_else(of_outlines).map(Areas::new)
        };
        self.areas.get_or_init(made).as_ref()
    }

    /// The cell that holds a point in degrees; where cells are points, the nearest one within so many metres.
    pub fn holder(&self, point: (f64, f64), within_m: Option<f64>) -> Option<usize> {
        if let Some(areas) = self.areas() {
            return areas.holder(self.plane.at_degrees(point)?);
        }
        let tree = self.tree.get_or_init(|| {
            let at = |(i, &(lon, lat)): (usize, &(f64, f64))| GeomWithData::new([lon, lat], i);
            RTree::bulk_load(self.points.iter().enumerate().map(at).collect())
        });
        let within_m = within_m?;
        // A box that surely holds the circle.
        let lat = 1.01 * within_m / 110_500.0;
        let lon = lat / point.1.to_radians().cos().abs().max(0.01);
        let around = AABB::from_corners([point.0 - lon, point.1 - lat], [point.0 + lon, point.1 + lat]);
        let distance = |cell: usize| Geodesic.distance(Point::from(point), Point::from(self.points[cell]));
        tree.locate_in_envelope_intersecting(&around)
            .map(|found| (distance(found.data), found.data))
            .filter(|&(metres, _)| metres <= within_m)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, cell)| cell)
    }
}

/// Columns that a join makes: a name and a text for each cell, blank where nothing is known.
type Made = Vec<(String, Vec<String>)>;

/// Adds all columns of joins and of places of interest. `elements`: what was found for each of the latter.
///
/// # Errors
/// What is wrong in the tables, all of it; a column that is there already.
pub(super) fn add(
    spec: &PlacesSpec,
    folder: &Path,
    cells: &Cells<'_>,
    table: &mut Table,
    ids: &[String],
    elements: &[Vec<RawElement>],
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let mut problems = Vec::new();
    let mut keep = |made: Result<Made>, table: &mut Table| -> Result<()> {
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
    cells: &Cells<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<Made> {
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

/// # Errors
/// Where cells are points and nobody says how far from them is near.
fn must_hold(cells: &Cells<'_>, within_m: Option<f64>, place: &str) -> Result<()> {
    if within_m.is_some() || cells.areas().is_some() {
        return Ok(());
    }
    let remedy = "say how far from a cell's point something still belongs to it: within_m = 200";
    Err(Error::input(place, "the cells have no outlines that could hold a point", remedy))
}

/// Sums of columns before and after, and what lies outside.
fn report(
    file: &str,
    sums: &[(&str, f64, f64)],
    rows_outside: u64,
    cells: (u64, u64),
    diagnostics: &mut Diagnostics,
) {
    let (with, without) = cells;
    let lost = |total: f64, given: f64| total - given > 1e-9 * total.abs();
    let said =
        sums.iter().map(|(name, total, given)| format!("{name} {} of {}", amount(*given), amount(*total)));
    diagnostics.count(JOINED, file, with, said.collect::<Vec<_>>().join(", "));
    let outside = sums.iter().filter(|(_, total, given)| lost(*total, *given));
    let outside = outside.map(|(name, total, given)| format!("{name} {}", amount(total - given)));
    let outside = outside.collect::<Vec<_>>().join(", ");
    // Figures that belong to no cell are no loss.
    diagnostics.count(OUTSIDE, file, if sums.is_empty() { 0 } else { rows_outside }, outside);
    diagnostics.count(NO_MATCH, file, without, "");
}

/// A sum for the eyes, to a tenth.
fn amount(value: f64) -> String {
    ((value * 10.0).round() / 10.0).to_string()
}

/// A number as text that reads back as the same number; blank where it is unknown.
fn text(value: f64) -> String {
    if value.is_nan() { String::new() } else { value.to_string() }
}

/// A table without columns but the ids, for places that were made and not read.
pub(super) fn bare_table(places: &RawPlaces) -> Table {
    let mut cells = crate::base::strings::StringColumn::default();
    places.ids.iter().for_each(|id| cells.push(id));
    Table::of_rows(&format!("[{}]", places.name), vec!["id".into()], cells, places.ids.len(), None, None)
}
