//! Coordinates, shapes and H3 ids of a table → a point in degrees for each row, and outlines.

use std::borrow::Cow;
use std::str::FromStr;

use geo::{Area, Centroid, Contains, Coord, Geometry, InteriorPoint, LineString, MapCoords, Point, Polygon};
use h3o::{CellIndex, LatLng};

use super::columns::{WrongRows, number};
use super::numbers::BLANK;
use super::project::Crs;
use super::tables::Table;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::Problem;
use crate::base::meridian::wrapped;

const PARTS: DiagnosticCode = DiagnosticCode {
    code: "cells_several_parts",
    severity: Severity::Note,
    meaning: "places of several polygons: the point and the outline are those of the largest",
    remedy: "",
};
const NULL_ISLAND: DiagnosticCode = DiagnosticCode {
    code: "cells_at_zero",
    severity: Severity::Doubt,
    meaning: "places at longitude 0, latitude 0",
    remedy: "leave out rows whose place is not known",
};
const TAKEN_AS_DEGREES: DiagnosticCode = DiagnosticCode {
    code: "table_unknown_crs",
    severity: Severity::Doubt,
    meaning: "tables that do not tell their projection: longitude and latitude are taken for granted",
    remedy: "say what the coordinates are in with crs",
};
const FROM_H3: DiagnosticCode = DiagnosticCode {
    code: "cells_from_h3",
    severity: Severity::Note,
    meaning: "tables without coordinates: the points are the centres of the H3 ids",
    remedy: "",
};

/// A closed ring of (lon, lat).
pub(super) type LonLatRing = Vec<(f64, f64)>;

/// Points in degrees, one per row, and rings: none at all, or a list (maybe empty) per row.
#[derive(Default)]
pub(super) struct Points {
    pub points: Vec<(f64, f64)>,
    pub outlines: Vec<Vec<LonLatRing>>,
    /// Of the table's coordinates, where it has any.
    pub crs: Option<Crs>,
}

/// Where a table's coordinates are.
#[derive(Clone, Copy)]
pub(super) struct Where<'a> {
    pub x: &'a str,
    pub y: &'a str,
    pub crs: &'a str,
    /// The ids of the rows, if they may stand for coordinates.
    pub ids: Option<&'a [String]>,
}

/// The points of a table. What is wrong goes into `wrong`; then the points are of no use.
pub(super) fn points(
    table: &Table,
    at: Where<'_>,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongRows,
) -> Points {
    let code = match (&table.crs, at.crs) {
        (Some(own), "EPSG:4326") => own.as_str(),
        (Some(own), code) if own != code => {
            let what = format!("is in {own} by its crs member, and the study says {code}");
            wrong.add(
                &table.file,
                "projections",
                Problem::new(&table.file, what, "correct crs in the study"),
            );
            return Points::default();
        }
        (_, code) => code,
    };
    let undefined = table.unknown_crs.as_ref().filter(|_| table.crs.is_none() && code == "EPSG:4326");
    if let Some(said) = undefined {
        if !table.in_degrees() {
            let what = format!("does not tell its projection ({said}), and its coordinates are no degrees");
            let remedy = "say what they are in: crs = \"EPSG:…\", such as \"EPSG:3006\" for SWEREF 99 TM";
            wrong.add(&table.file, "projections", Problem::new(&table.file, what, remedy));
            return Points::default();
        }
        diagnostics.add(TAKEN_AS_DEGREES, &table.file, "", "", said.as_str());
    }
    let crs = match Crs::parse(code) {
        Ok(crs) => crs,
        Err(what) => {
            let remedy = "set crs to the EPSG code of x and y, such as \"EPSG:3006\"";
            wrong.add(&table.file, "projections", Problem::new(&table.file, what, remedy));
            return Points::default();
        }
    };
    crs.tell(&table.file, diagnostics);
    let mut found = match table.shapes() {
        Some(shapes) => from_shapes(table, shapes, &crs, diagnostics, wrong),
        None if !table.has(at.x) && !table.has(at.y) => match at.ids.and_then(h3_centres) {
            Some(points) => {
                diagnostics.add(FROM_H3, &table.file, "", "", format!("{} ids", points.len()));
                Points { points, ..Points::default() }
            }
            None => {
                let keys = if crs.is_geographic() { "lon and lat" } else { "x and y" };
                let problem = Problem::new(
                    &table.file,
                    format!("has no coordinates: no column \"{}\", no column \"{}\"", at.x, at.y),
                    format!(
                        "name the columns with {keys} in the study (or x, y and crs); its columns are {}",
                        table.headers().join(", ")
                    ),
                );
                wrong.add(&table.file, "missing columns", problem);
                return Points::default();
            }
        },
        None => from_columns(table, at, &crs, wrong),
    };
    for (row, _) in found.points.iter().enumerate().filter(|(_, point)| **point == (0.0, 0.0)) {
        diagnostics.add(NULL_ISLAND, &table.file, "", table.at(row), "");
    }
    if let Some(ids) = at.ids {
        add_hexagons(&mut found, ids);
    }
    found.crs = Some(crs);
    found
}

fn from_columns(table: &Table, at: Where<'_>, crs: &Crs, wrong: &mut WrongRows) -> Points {
    let keys = if crs.is_geographic() { ["lon", "lat"] } else { ["x", "y"] };
    let (x, y) = match (table.column(at.x, keys[0]), table.column(at.y, keys[1])) {
        (Ok(x), Ok(y)) => (x, y),
        (x, y) => {
            for problem in [x.err(), y.err()].into_iter().flatten() {
                wrong.add(&table.file, "missing columns", problem);
            }
            return Points::default();
        }
    };
    let mut written = Vec::with_capacity(table.len());
    let mut sound = true;
    for row in 0..table.len() {
        let mut read = |column: usize, name: &str| match number(table.cell(row, column)) {
            Ok(Some(value)) => value,
            Ok(None) => {
                let problem = Problem::new(
                    table.place(row),
                    format!("{name} is blank"),
                    "give each place its coordinates, or leave out the row",
                );
                wrong.add(&table.file, "places without coordinates", problem);
                sound = false;
                0.0
            }
            Err((what, remedy)) => {
                // A place without coordinates is none.
                let missing = "give each place its coordinates, or leave out the row";
                let remedy = if remedy == BLANK { missing.to_string() } else { remedy };
                let problem = Problem::new(table.place(row), format!("{name} {what}"), remedy);
                wrong.add(&table.file, "places without coordinates", problem);
                sound = false;
                0.0
            }
        };
        written.push((read(x, at.x), read(y, at.y)));
    }
    if !sound {
        return Points::default();
    }
    Points { points: projected(table, &written, crs, wrong), ..Points::default() }
}

/// Degrees of points in `crs`, or the rows that are outside its area.
fn projected(table: &Table, written: &[(f64, f64)], crs: &Crs, wrong: &mut WrongRows) -> Vec<(f64, f64)> {
    let all: Vec<_> = written.iter().map(|&(x, y)| degrees(crs, x, y)).collect();
    let swapped_is_sound = || written.iter().all(|&(x, y)| degrees(crs, y, x).is_ok());
    let names = if crs.is_geographic() { "lon and lat" } else { "x and y" };
    // A few that are outside are mistakes of their own.
    let outside = all.iter().filter(|point| point.is_err()).count();
    if 2 * outside > all.len() && swapped_is_sound() {
        let row = all.iter().position(Result::is_err).unwrap_or_default();
        let (x, y) = written[row];
        let problem = Problem::new(
            table.place(row),
            format!("{x}, {y} is outside the area of {crs}, and {y}, {x} is not"),
            format!("{names} look exchanged: exchange them in the study"),
        );
        wrong.add(&table.file, "places outside", problem);
        return Vec::new();
    }
    let mut points = Vec::with_capacity(all.len());
    for (row, point) in all.into_iter().enumerate() {
        match point {
            Ok(point) => points.push(point),
            Err(what) => {
                let remedy = if crs.is_geographic() {
                    "longitudes are -180 to 180 and latitudes -90 to 90; for metres name x, y and crs in the study"
                } else {
                    "correct the coordinates, or crs in the study"
                };
                wrong.add(&table.file, "places outside", Problem::new(table.place(row), what, remedy));
            }
        }
    }
    points
}

/// Degrees as they are written stay as they are; the rest is projected.
fn degrees(crs: &Crs, x: f64, y: f64) -> std::result::Result<(f64, f64), String> {
    if crs.code() != 4326 {
        return crs.to_lon_lat(x, y);
    }
    let inside = (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y);
    if inside { Ok((x, y)) } else { Err(format!("{x}, {y} is no longitude and latitude")) }
}

fn from_shapes(
    table: &Table,
    shapes: &[Geometry],
    crs: &Crs,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongRows,
) -> Points {
    let mut written = Vec::with_capacity(shapes.len());
    let mut polygons: Vec<Option<&Polygon>> = Vec::with_capacity(shapes.len());
    for (row, shape) in shapes.iter().enumerate() {
        let polygon = match shape {
            Geometry::Point(point) => {
                written.push((point.x(), point.y()));
                polygons.push(None);
                continue;
            }
            Geometry::Polygon(polygon) => Some(polygon),
            Geometry::MultiPolygon(parts) => {
                if parts.0.len() > 1 {
                    diagnostics.add(
                        PARTS,
                        &table.file,
                        "",
                        table.at(row),
                        format!("{} parts", parts.0.len()),
                    );
                }
                largest(&parts.0)
            }
            _ => None,
        };
        match polygon.and_then(|polygon| Some((inner_point(&onwards(polygon, crs))?, polygon))) {
            Some((point, polygon)) => {
                let x = if crs.is_geographic() { wrapped(point.x()) } else { point.x() };
                written.push((x, point.y()));
                polygons.push(Some(polygon));
            }
            None => {
                let problem =
                    Problem::new(table.place(row), "is a polygon without area", "correct its outline");
                wrong.add(&table.file, "polygons without area", problem);
                written.push((0.0, 0.0));
                polygons.push(None);
            }
        }
    }
    let points = projected(table, &written, crs, wrong);
    if polygons.iter().all(Option::is_none) || points.len() < shapes.len() {
        return Points { points, ..Points::default() };
    }
    let mut outlines = Vec::with_capacity(shapes.len());
    for (row, polygon) in polygons.into_iter().enumerate() {
        match polygon.map_or(Ok(Vec::new()), |polygon| rings(polygon, crs)) {
            Ok(rings) => outlines.push(rings),
            Err(what) => {
                let problem =
                    Problem::new(table.place(row), what, "correct its outline, or crs in the study");
                wrong.add(&table.file, "places outside", problem);
            }
        }
    }
    Points { points, outlines, ..Points::default() }
}

/// A polygon in degrees that crosses the antimeridian, with longitudes that go on behind it.
fn onwards<'p>(polygon: &'p Polygon, crs: &Crs) -> Cow<'p, Polygon> {
    let crosses = |ring: &LineString| ring.lines().any(|side| (side.end.x - side.start.x).abs() > 180.0);
    if !crs.is_geographic() || !crosses(polygon.exterior()) {
        return Cow::Borrowed(polygon);
    }
    Cow::Owned(polygon.map_coords(|at| Coord { x: if at.x < 0.0 { at.x + 360.0 } else { at.x }, y: at.y }))
}

/// The part with the most area, the first of equal ones.
fn largest(parts: &[Polygon]) -> Option<&Polygon> {
    parts.iter().reduce(|best, next| if next.unsigned_area() > best.unsigned_area() { next } else { best })
}

/// The centroid if it lies inside, else some point inside; none without area.
fn inner_point(polygon: &Polygon) -> Option<Point> {
    if polygon.unsigned_area() == 0.0 {
        return None;
    }
    polygon.centroid().filter(|centre| polygon.contains(centre)).or_else(|| polygon.interior_point())
}

/// The shell and the holes of a polygon in degrees.
pub(super) fn rings(polygon: &Polygon, crs: &Crs) -> std::result::Result<Vec<LonLatRing>, String> {
    std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .map(|ring| ring.coords().map(|coord| degrees(crs, coord.x, coord.y)).collect())
        .collect()
}

fn h3_cell(id: &str) -> Option<CellIndex> {
    let hex = id.len() == 15 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| CellIndex::from_str(id).ok()).flatten()
}

/// The centres of H3 ids, if all are.
pub(super) fn h3_centres(ids: &[String]) -> Option<Vec<(f64, f64)>> {
    let centre = |id: &String| {
        let centre = LatLng::from(h3_cell(id)?);
        Some((centre.lng(), centre.lat()))
    };
    ids.iter().map(centre).collect()
}

/// Points whose id is an H3 cell that they lie in get its outline.
fn add_hexagons(found: &mut Points, ids: &[String]) {
    let hexagon = |id: &String, point: &(f64, f64)| -> Option<LonLatRing> {
        let cell = h3_cell(id)?;
        let here = LatLng::new(point.1, point.0).ok()?.to_cell(cell.resolution());
        (here == cell).then(|| {
            let mut ring: LonLatRing =
                cell.boundary().iter().map(|corner| (corner.lng(), corner.lat())).collect();
            ring.extend(ring.first().copied());
            ring
        })
    };
    let hexagons: Vec<Option<LonLatRing>> =
        ids.iter().zip(&found.points).map(|(id, point)| hexagon(id, point)).collect();
    if hexagons.iter().all(Option::is_none) {
        return;
    }
    found.outlines.resize(found.points.len(), Vec::new());
    for (outline, hexagon) in found.outlines.iter_mut().zip(hexagons) {
        if let (true, Some(ring)) = (outline.is_empty(), hexagon) {
            outline.push(ring);
        }
    }
}
