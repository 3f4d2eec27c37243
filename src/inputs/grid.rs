//! A grid of squares made on the spot, clipped to a boundary or to where the streets are.
//!
//! Squares lie at whole multiples of their side. They come by rows from the north-west: north to south, then
//! west to east.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use geo::{Geometry, Polygon};

use super::columns::{self, WrongRows};
use super::points::{self, Where};
use super::project::Crs;
use super::raw::{Column, RawPlaces};
use super::tables::{self, Table};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::study::{PlacesSource, PlacesSpec};

const OUTSIDE: DiagnosticCode = DiagnosticCode {
    code: "grid_values_outside",
    severity: Severity::Dropped,
    meaning: "points of the grid's values that lie in no square",
    remedy: "draw the boundary wider if they should count",
};
const STRETCHED: DiagnosticCode = DiagnosticCode {
    code: "grid_stretched",
    severity: Severity::Doubt,
    meaning: "grids in Web Mercator, whose metres are not metres on the ground",
    remedy: "take a UTM zone for crs",
};
const NODES_OUTSIDE: DiagnosticCode = DiagnosticCode {
    code: "grid_nodes_outside",
    severity: Severity::Dropped,
    meaning: "street nodes outside the area of the grid's projection: no square is made for them",
    remedy: "take a crs that fits the place",
};

/// More squares than any run could hold are a mistake in `size_m`.
const MAX_SQUARES: usize = 5_000_000;

/// A square by its row and column: (−north, east) of its lower left corner in sides, so that order is by rows
/// from the north-west.
type Square = (i64, i64);

/// Makes the squares of a `[cells]` with `size_m`. `nodes`: walkable street nodes (lon, lat).
///
/// # Errors
/// `Error::Input`: a projection that is unknown or not in metres, a broken or empty boundary, neither boundary
/// nor streets, more than five million squares, bad rows in the values.
pub fn make(
    spec: &PlacesSpec,
    folder: &Path,
    nodes: Option<&[(f64, f64)]>,
    diagnostics: &mut Diagnostics,
) -> Result<RawPlaces> {
    let PlacesSource::Grid { size_m, crs, boundary, values } = &spec.source else {
        return Err(Error::input(&spec.name, "is not a grid", "give size_m and crs"));
    };
    let place = format!("[{}] crs", spec.name);
    let metres = "take a projection in metres: a UTM zone, EPSG:3006, EPSG:3035";
    let crs = Crs::parse(crs).map_err(|what| Error::input(&place, what, metres))?;
    if !crs.is_metric() {
        return Err(Error::input(&place, format!("{crs} is not in metres"), metres));
    }
    crs.tell(&spec.name, diagnostics);
    let size = f64::from(*size_m);
    let squares = match (boundary, nodes) {
        (Some(file), _) => {
            let shown = file.display().to_string();
            let polygons = read_boundary(&folder.join(file), &shown, &crs, diagnostics)?;
            inside(&polygons, size).map_err(|what| {
                Error::input(&shown, what, "choose a larger size_m or a boundary that fits")
            })?
        }
        (None, Some(nodes)) => around(nodes, &crs, size, diagnostics)?,
        (None, None) => {
            return Err(Error::input(
                format!("[{}]", spec.name),
                "a grid needs a boundary or streets",
                "name a polygon file with boundary = \"area.geojson\", or an OpenStreetMap extract",
            ));
        }
    };
    let grid = ChosenSquares { crs, size_m: *size_m, squares };
    let mut places = grid.laid_out(&spec.name)?;
    if grid.crs.code() == 3857 {
        let lat = places.points.first().map_or(0.0, |point| point.1);
        let ground = size * lat.to_radians().cos();
        diagnostics.add(STRETCHED, &spec.name, "", "", format!("{size_m} m are some {ground:.0} m here"));
    }
    if let Some(file) = values {
        let table = tables::read(&folder.join(file), &file.display().to_string(), diagnostics)?;
        grid.sum_values(spec, &table, &mut places, diagnostics)?;
    }
    Ok(places)
}

/// The squares that were chosen, in order.
struct ChosenSquares {
    crs: Crs,
    size_m: u32,
    squares: Vec<Square>,
}

impl ChosenSquares {
    /// Squares with their ids, points and outlines; no numbers yet.
    fn laid_out(&self, name: &str) -> Result<RawPlaces> {
        let ChosenSquares { crs, size_m, squares } = self;
        let mut places =
            RawPlaces { name: name.to_string(), crs: Some(crs.to_string()), ..RawPlaces::default() };
        let mut wrong = WrongRows::default();
        let (side, size) = (i64::from(*size_m), f64::from(*size_m));
        for &(row, column) in squares {
            let (east, north) = (column * side, -row * side);
            let (x, y) = (east as f64, north as f64);
            let corner = |dx: f64, dy: f64| crs.to_lon_lat(x + dx * size, y + dy * size);
            let ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
            let ring: std::result::Result<Vec<_>, String> =
                ring.iter().map(|&(dx, dy)| corner(dx, dy)).collect();
            match (corner(0.5, 0.5), ring) {
                (Ok(point), Ok(ring)) => {
                    places.ids.push(id(crs, *size_m, east, north));
                    places.points.push(point);
                    places.outlines.push(vec![ring]);
                }
                (Err(what), _) | (_, Err(what)) => {
                    let name = format!("[{name}]");
                    wrong.add(
                        &name,
                        "squares outside",
                        Problem::new(&name, what, "take a crs that fits the place"),
                    );
                }
            }
        }
        wrong.finish()?;
        Ok(places)
    }

    /// Sums the columns of a table of points into the squares.
    fn sum_values(
        &self,
        spec: &PlacesSpec,
        table: &Table,
        places: &mut RawPlaces,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let ChosenSquares { crs, size_m, squares } = self;
        let (file, size) = (table.file.as_str(), f64::from(*size_m));
        let code = crs.to_string();
        let metric = !(table.has("lon") || table.has("lat")) && table.has("x") && table.has("y");
        let at = if metric {
            Where { x: "x", y: "y", crs: &code, ids: None }
        } else {
            Where { x: "lon", y: "lat", crs: "EPSG:4326", ids: None }
        };
        let mut wrong = WrongRows::default();
        let found = points::points(table, at, diagnostics, &mut wrong);
        let numbers = columns::numbers(table, spec, diagnostics, &mut wrong);
        wrong.finish()?;
        let square = |&(lon, lat): &(f64, f64)| {
            let (x, y) = metres(crs, lon, lat).ok()?;
            squares.binary_search(&square_of(x, y, size)).ok()
        };
        let home: Vec<Option<usize>> = found.points.iter().map(square).collect();
        let summed = |values: &[f64]| {
            let mut sums = vec![0.0; squares.len()];
            for (home, value) in home.iter().zip(values) {
                if let Some(home) = home {
                    sums[*home] += value;
                }
            }
            sums
        };
        let columns = |columns: &[Column]| -> Vec<Column> {
            columns.iter().map(|c| Column { name: c.name.clone(), values: summed(&c.values) }).collect()
        };
        places.population = numbers.population.as_deref().map(summed);
        places.opportunities = columns(&numbers.opportunities);
        places.groups = columns(&numbers.groups);
        let outside = home.iter().filter(|home| home.is_none()).count() as u64;
        let lost = |values: &[f64]| -> f64 {
            home.iter().zip(values).filter(|(home, _)| home.is_none()).map(|(_, value)| value).sum()
        };
        let people = numbers.population.as_deref().map(|values| format!("population {}", lost(values)));
        let others = numbers.opportunities.iter().map(|c| format!("{} {}", c.name, lost(&c.values)));
        let sums = people.into_iter().chain(others).collect::<Vec<_>>().join(", ");
        diagnostics.count(OUTSIDE, file, outside, format!("{outside} points with {sums}"));
        if outside == home.len() as u64 {
            let what = format!("none of its {outside} points lies in the grid");
            return Err(Error::input(
                file,
                what,
                "check lon and lat (or x and y in the grid's crs), or the boundary",
            ));
        }
        Ok(())
    }
}

/// The id of a square by its lower left corner, m.
///
/// - EPSG:3006: easting (six digits) and northing (seven), as in the grids of Statistics Sweden.
/// - EPSG:3035: `CRS3035RES250mN3150000E3858000`, as in Regulation (EU) 2018/1799, article 3.
/// - else `E674000N6580000`.
pub fn id(crs: &Crs, size_m: u32, east: i64, north: i64) -> String {
    match crs.code() {
        3006 => format!("{east:06}{north:07}"),
        3035 => format!("CRS3035RES{size_m}mN{north}E{east}"),
        _ => format!("E{east}N{north}"),
    }
}

/// x and y in the grid's projection, to the millimetre: a corner that went through degrees is a corner again.
fn metres(crs: &Crs, lon: f64, lat: f64) -> std::result::Result<(f64, f64), String> {
    let (x, y) = crs.from_lon_lat(lon, lat)?;
    Ok(((x * 1000.0).round() / 1000.0, (y * 1000.0).round() / 1000.0))
}

/// The square that a point in the grid's projection lies in; its lower and left sides belong to it.
fn square_of(x: f64, y: f64, size: f64) -> Square {
    (-((y / size).floor() as i64), (x / size).floor() as i64)
}

/// Squares that hold a street node.
fn around(nodes: &[(f64, f64)], crs: &Crs, size: f64, diagnostics: &mut Diagnostics) -> Result<Vec<Square>> {
    let mut squares = BTreeSet::new();
    let mut outside = 0;
    for &(lon, lat) in nodes {
        match metres(crs, lon, lat) {
            Ok((x, y)) => {
                squares.insert(square_of(x, y, size));
            }
            Err(_) => outside += 1,
        }
    }
    diagnostics.count(NODES_OUTSIDE, "grid", outside, format!("{outside} nodes outside {crs}"));
    if squares.is_empty() {
        let what = format!("none of {} street nodes lies in the area of {crs}", nodes.len());
        return Err(Error::input("grid", what, "take a crs that fits the place"));
    }
    if squares.len() > MAX_SQUARES {
        return Err(Error::input("grid", format!("has {} squares", squares.len()), "choose a larger size_m"));
    }
    Ok(squares.into_iter().collect())
}

/// All polygons of a boundary file, in the grid's projection. Edges stay straight lines between their ends.
fn read_boundary(path: &Path, file: &str, crs: &Crs, diagnostics: &mut Diagnostics) -> Result<Vec<Polygon>> {
    let table = tables::read(path, file, diagnostics)?;
    let remedy = "give a file with polygons, such as GeoJSON or GeoPackage";
    // What does not tell its projection, and is no degrees, is taken for the grid's.
    let same = table.crs.is_none() && table.unknown_crs.is_some() && !table.in_degrees();
    let own = if same { Ok(crs.clone()) } else { Crs::parse(table.crs.as_deref().unwrap_or("EPSG:4326")) };
    let own = own.map_err(|what| Error::input(file, what, "export it in WGS 84 (EPSG:4326)"))?;
    own.tell(file, diagnostics);
    let Some(shapes) = table.shapes() else {
        return Err(Error::input(file, "has no polygons", remedy));
    };
    let mut polygons = Vec::new();
    let mut wrong = WrongRows::default();
    for (row, shape) in shapes.iter().enumerate() {
        let parts = match shape {
            Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
            Geometry::MultiPolygon(parts) => &parts.0[..],
            _ => {
                wrong.add(file, "no polygons", Problem::new(table.place(row), "is not a polygon", remedy));
                continue;
            }
        };
        for part in parts {
            match projected(part, &own, crs) {
                Ok(polygon) => polygons.push(polygon),
                Err(what) => {
                    let remedy =
                        format!("the boundary lies outside the area of {crs}: take a crs that fits it");
                    wrong.add(file, "corners outside", Problem::new(table.place(row), what, remedy));
                }
            }
        }
    }
    wrong.finish()?;
    Ok(polygons)
}

fn projected(polygon: &Polygon, own: &Crs, crs: &Crs) -> std::result::Result<Polygon, String> {
    let mut rings = Vec::new();
    for ring in points::rings(polygon, own)? {
        let corners: std::result::Result<Vec<_>, String> =
            ring.into_iter().map(|(lon, lat)| metres(crs, lon, lat)).collect();
        rings.push(geo::LineString::from(corners?));
    }
    let shell = rings.remove(0);
    Ok(Polygon::new(shell, rings))
}

/// Squares whose centre lies in one of the polygons, row by row along the line through the centres.
fn inside(polygons: &[Polygon], size: f64) -> std::result::Result<Vec<Square>, String> {
    let (mut squares, mut rows) = (BTreeSet::new(), 0_usize);
    for polygon in polygons {
        // The edges that cross a row's line; the lower end belongs to an edge, the upper does not.
        let mut crossings: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for edge in ring.lines() {
                let (low, high) =
                    if edge.start.y <= edge.end.y { (edge.start, edge.end) } else { (edge.end, edge.start) };
                let (first, last) = ((low.y / size - 0.5).ceil() as i64, (high.y / size - 0.5).ceil() as i64);
                rows += (last - first).max(0) as usize;
                // Each row of an outline is crossed twice.
                if rows > 2 * MAX_SQUARES {
                    return Err(format!("makes more than {MAX_SQUARES} rows of squares"));
                }
                for row in first..last {
                    let y = (row as f64 + 0.5) * size;
                    let x = low.x + (high.x - low.x) * ((y - low.y) / (high.y - low.y));
                    crossings.entry(row).or_default().push(x);
                }
            }
        }
        for (row, mut xs) in crossings {
            xs.sort_by(f64::total_cmp);
            for pair in xs.chunks_exact(2) {
                let (first, last) =
                    ((pair[0] / size - 0.5).ceil() as i64, (pair[1] / size - 0.5).ceil() as i64);
                for column in first..last {
                    squares.insert((-row, column));
                    if squares.len() > MAX_SQUARES {
                        return Err(format!("makes more than {MAX_SQUARES} squares"));
                    }
                }
            }
        }
    }
    if squares.is_empty() {
        return Err("holds the centre of no square".into());
    }
    Ok(squares.into_iter().collect())
}
