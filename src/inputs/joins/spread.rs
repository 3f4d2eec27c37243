//! Joins by where things are: polygons by their share of area, points by the cell that holds them, polygons over points.

use super::super::areas::{Areas, Plane, RingsOfArea};
use super::super::columns::{Holds, WrongRows, column};
use super::super::points::{self, Where};
use super::super::project::Crs;
use super::super::tables::Table;
use super::cells::{JoinCells, must_hold};
use super::made::{MadeColumns, report, text};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::study::JoinSpec;

const OVERLAP: DiagnosticCode = DiagnosticCode {
    code: "join_cells_overlap",
    severity: Severity::Doubt,
    meaning: "rows of a joined table of which more than all was given out, for cells lie over each other",
    remedy: "give cells that do not overlap",
};
const NO_POINTS: DiagnosticCode = DiagnosticCode {
    code: "join_area_without_points",
    severity: Severity::Dropped,
    meaning: "areas of a joined table that hold no point of the weights: their amounts are lost",
    remedy: "do the points cover the whole area of the table?",
};

/// What rows have, by column.
struct SpreadColumns {
    amounts: Vec<Vec<f64>>,
    figures: Vec<Vec<f64>>,
    /// Of the figures; `None`: as many as they are, or their area.
    weight: Option<Vec<f64>>,
}

impl SpreadColumns {
    fn read(
        join: &JoinSpec,
        table: &Table,
        weight: Option<&str>,
        diagnostics: &mut Diagnostics,
        wrong: &mut WrongRows,
    ) -> SpreadColumns {
        let mut one =
            |name: &str, key: &str, holds: Holds| column(table, name, key, holds, diagnostics, wrong);
        SpreadColumns {
            amounts: join.columns.iter().map(|taken| one(&taken.column, "columns", Holds::Amounts)).collect(),
            figures: join.mean.iter().map(|taken| one(&taken.column, "mean", Holds::Incomes)).collect(),
            weight: weight.map(|name| one(name, "weight", Holds::Amounts)),
        }
    }
}

/// Sums and means under way, by column and cell.
struct Sums<'j> {
    join: &'j JoinSpec,
    amounts: Vec<Vec<f64>>,
    /// Weighted figures, and their weights.
    figures: Vec<(Vec<f64>, Vec<f64>)>,
    reached: Vec<bool>,
    totals: Vec<f64>,
    given: Vec<f64>,
    outside: u64,
}

impl<'j> Sums<'j> {
    fn new(join: &'j JoinSpec, source: &SpreadColumns, cells: usize) -> Sums<'j> {
        Sums {
            join,
            amounts: vec![vec![0.0; cells]; source.amounts.len()],
            figures: vec![(vec![0.0; cells], vec![0.0; cells]); source.figures.len()],
            reached: vec![false; cells],
            totals: source.amounts.iter().map(|values| values.iter().sum()).collect(),
            given: vec![0.0; source.amounts.len()],
            outside: 0,
        }
    }

    /// A share of a row goes to a cell; its figures weigh so much there.
    fn give(&mut self, source: &SpreadColumns, row: usize, cell: usize, share: f64, weight: f64) {
        self.reached[cell] = true;
        for ((sums, given), values) in self.amounts.iter_mut().zip(&mut self.given).zip(&source.amounts) {
            let part = values[row] * share;
            sums[cell] += part;
            *given += part;
        }
        for ((sums, weights), values) in self.figures.iter_mut().zip(&source.figures) {
            if !values[row].is_nan() && weight > 0.0 {
                sums[cell] += values[row] * weight;
                weights[cell] += weight;
            }
        }
    }

    /// The columns. Where nothing is, there are no amounts; `known`: only where something was looked at.
    fn finish(self, file: &str, known: bool, diagnostics: &mut Diagnostics) -> MadeColumns {
        let (cells, with) = (self.reached.len(), self.reached.iter().filter(|&&reached| reached).count());
        let names = self.join.columns.iter().map(|taken| taken.name.as_str());
        let sums: Vec<(&str, f64, f64)> = names
            .zip(&self.totals)
            .zip(&self.given)
            .map(|((name, &total), &given)| (name, total, given))
            .collect();
        let without = if known { 0 } else { cells - with };
        report(file, &sums, self.outside, (with as u64, without as u64), diagnostics);
        let amount = |sums: &Vec<f64>| -> Vec<String> {
            let one =
                |(&sum, &reached): (&f64, &bool)| if reached || known { text(sum) } else { String::new() };
            sums.iter().zip(&self.reached).map(one).collect()
        };
        let figure = |(sums, weights): &(Vec<f64>, Vec<f64>)| -> Vec<String> {
            sums.iter().zip(weights).map(|(sum, weight)| text(sum / weight)).collect()
        };
        let amounts = self.join.columns.iter().zip(self.amounts.iter().map(amount));
        let figures = self.join.mean.iter().zip(self.figures.iter().map(figure));
        amounts.chain(figures).map(|(taken, values)| (taken.name.clone(), values)).collect()
    }
}

/// Amounts of polygons go to the cells by share of area; figures are averaged by area, or by an amount so spread.
///
/// # Errors
/// Cells without outlines, shapes that are no polygons, columns that are missing or hold no numbers.
pub(super) fn by_area(
    join: &JoinSpec,
    table: &Table,
    cells: &JoinCells<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<MadeColumns> {
    let Some(places) = cells.areas() else {
        let remedy = "join by key or by points, or give cells with polygons or H3 ids";
        return Err(Error::input(
            &table.file,
            "cannot be spread by area: the cells have no outlines",
            remedy,
        ));
    };
    let mut wrong = WrongRows::default();
    let source = SpreadColumns::read(join, table, join.weight.as_deref(), diagnostics, &mut wrong);
    let areas = areas(join, table, &cells.plane, diagnostics, &mut wrong);
    wrong.finish()?;
    let mut sums = Sums::new(join, &source, cells.points.len());
    for (row, area) in areas.iter().enumerate() {
        let Some(area) = area else {
            sums.outside += 1;
            continue;
        };
        let mut given = 0.0;
        for (cell, shared) in places.shares(area) {
            let share = shared / area.size;
            given += share;
            let weight = source.weight.as_ref().map_or(shared, |weight| weight[row] * share);
            sums.give(&source, row, cell, share, weight);
        }
        // A strip of a millionth is the rounding of a common border.
        sums.outside += u64::from(given < 1.0 - 1e-6);
        if given > 1.0 + 1e-6 {
            diagnostics.add(OVERLAP, &table.file, "", table.at(row), format!("{:.1} %", given * 100.0));
        }
    }
    all_outside(&sums, table)?;
    Ok(sums.finish(&table.file, false, diagnostics))
}

/// Points are summed in the cell that holds them.
///
/// # Errors
/// As [`by_area`]; cells that are points, and no distance.
pub(super) fn by_points(
    join: &JoinSpec,
    table: &Table,
    cells: &JoinCells<'_>,
    within_m: Option<f64>,
    diagnostics: &mut Diagnostics,
) -> Result<MadeColumns> {
    must_hold(cells, within_m, &table.file)?;
    let mut wrong = WrongRows::default();
    let source = SpreadColumns::read(join, table, join.weight.as_deref(), diagnostics, &mut wrong);
    let at = located(join, table, diagnostics, &mut wrong);
    wrong.finish()?;
    let mut sums = Sums::new(join, &source, cells.points.len());
    for (row, point) in at.into_iter().enumerate() {
        match cells.holder(point, within_m) {
            Some(cell) => {
                let weight = source.weight.as_ref().map_or(1.0, |weight| weight[row]);
                sums.give(&source, row, cell, 1.0, weight);
            }
            None => sums.outside += 1,
        }
    }
    all_outside(&sums, table)?;
    Ok(sums.finish(&table.file, true, diagnostics))
}

/// Amounts of polygons go to the points within them, in proportion to the points' weight, and from there to cells.
///
/// # Errors
/// As [`by_area`] and [`by_points`].
pub(super) fn over_points(
    join: &JoinSpec,
    table: &Table,
    weights: &Table,
    cells: &JoinCells<'_>,
    within_m: Option<f64>,
    diagnostics: &mut Diagnostics,
) -> Result<MadeColumns> {
    must_hold(cells, within_m, &weights.file)?;
    let mut wrong = WrongRows::default();
    let source = SpreadColumns::read(join, table, None, diagnostics, &mut wrong);
    let weight = join.weight.as_deref();
    let weight = weight.map(|name| column(weights, name, "weight", Holds::Amounts, diagnostics, &mut wrong));
    let points = located(join, weights, diagnostics, &mut wrong);
    let areas = areas(join, table, &cells.plane, diagnostics, &mut wrong);
    wrong.finish()?;
    let areas = Areas::new(areas.into_iter().map(Option::unwrap_or_default).collect());
    let weight = |point: usize| weight.as_ref().map_or(1.0, |weight| weight[point]);
    // Points by polygon, in the points' order.
    let mut within: Vec<Vec<usize>> = vec![Vec::new(); table.len()];
    for (point, &at) in points.iter().enumerate() {
        let row = cells.plane.at_degrees(at).and_then(|at| areas.holder(at));
        if let Some(row) = row.filter(|_| weight(point) > 0.0) {
            within[row].push(point);
        }
    }
    let mut sums = Sums::new(join, &source, cells.points.len());
    for (row, points_of_row) in within.iter().enumerate() {
        let all: f64 = points_of_row.iter().map(|&point| weight(point)).sum();
        let mut outside = points_of_row.is_empty();
        if outside && source.amounts.iter().any(|values| values[row] > 0.0) {
            let lost = join.columns.iter().zip(&source.amounts);
            let lost = lost.map(|(taken, values)| format!("{} {}", taken.name, values[row]));
            diagnostics.add(NO_POINTS, &table.file, "", table.at(row), lost.collect::<Vec<_>>().join(", "));
        }
        for &point in points_of_row {
            match cells.holder(points[point], within_m) {
                Some(cell) => sums.give(&source, row, cell, weight(point) / all, weight(point)),
                None => outside = true,
            }
        }
        sums.outside += u64::from(outside);
    }
    all_outside(&sums, table)?;
    Ok(sums.finish(&table.file, true, diagnostics))
}

/// # Errors
/// Where nothing went to any cell: then it is a mistake.
fn all_outside(sums: &Sums<'_>, table: &Table) -> Result<()> {
    if sums.reached.iter().any(|&reached| reached) {
        return Ok(());
    }
    let what = format!("none of its {} rows lies in any cell", table.len());
    Err(Error::input(&table.file, what, "do both cover the same area, and is the projection right?"))
}

/// The polygons of the rows; `None` where one lies outside the plane.
fn areas(
    join: &JoinSpec,
    table: &Table,
    plane: &Plane,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongRows,
) -> Vec<Option<RingsOfArea>> {
    let Some(shapes) = table.shapes() else {
        let remedy = "give polygons: GeoPackage, GeoJSON, GeoParquet or Shapefile; or join by key";
        wrong.add(&table.file, "no shapes", Problem::new(&table.file, "has no polygons to spread", remedy));
        return Vec::new();
    };
    let Some(crs) = crs(join, table, wrong) else { return Vec::new() };
    crs.tell(&table.file, diagnostics);
    let mut found = Vec::with_capacity(shapes.len());
    for (row, shape) in shapes.iter().enumerate() {
        if matches!(shape, geo::Geometry::Point(_)) {
            let problem = Problem::new(table.place(row), "is a point, and has no area", "join it by points");
            wrong.add(&table.file, "points", problem);
        }
        let area = RingsOfArea::of_shape(shape, &crs, plane);
        if area.as_ref().is_some_and(|area| area.size <= 0.0) {
            let problem = Problem::new(table.place(row), "is a polygon without area", "correct its outline");
            wrong.add(&table.file, "polygons without area", problem);
        }
        found.push(area);
    }
    found
}

/// The projection of a table's shapes.
fn crs(join: &JoinSpec, table: &Table, wrong: &mut WrongRows) -> Option<Crs> {
    let code = match (&table.crs, &join.crs) {
        (Some(own), Some(said)) if own != said => {
            let what = format!("is in {own} by what it says itself, and the study says {said}");
            wrong.add(
                &table.file,
                "projections",
                Problem::new(&table.file, what, "correct crs in the study"),
            );
            return None;
        }
        (Some(own), _) => own.as_str(),
        (None, Some(said)) => said.as_str(),
        (None, None) if table.in_degrees() => "EPSG:4326",
        (None, None) => {
            let said = table.unknown_crs.as_deref().unwrap_or("nothing says it");
            let what = format!("does not tell its projection ({said}), and its coordinates are no degrees");
            let problem = Problem::new(&table.file, what, "say what they are in: crs = \"EPSG:…\"");
            wrong.add(&table.file, "projections", problem);
            return None;
        }
    };
    Crs::parse(code)
        .map_err(|what| {
            let problem =
                Problem::new(&table.file, what, "name another projection with crs, or convert the file");
            wrong.add(&table.file, "projections", problem);
        })
        .ok()
}

/// Where rows are, in degrees: by shapes, columns lon and lat, or x and y in `crs`.
fn located(
    join: &JoinSpec,
    table: &Table,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongRows,
) -> Vec<(f64, f64)> {
    let metric = table.shapes().is_none() && !(table.has("lon") || table.has("lat")) && table.has("x");
    if metric && join.crs.is_none() {
        let problem = Problem::new(
            &table.file,
            "has x and y, and nothing says in which projection",
            "say it in the join: crs = \"EPSG:…\"",
        );
        wrong.add(&table.file, "projections", problem);
        return Vec::new();
    }
    let said = join.crs.as_deref().filter(|_| metric || table.shapes().is_some());
    let crs = said.unwrap_or("EPSG:4326");
    let (x, y) = if metric { ("x", "y") } else { ("lon", "lat") };
    points::points(table, Where { x, y, crs, ids: None }, diagnostics, wrong).points
}
