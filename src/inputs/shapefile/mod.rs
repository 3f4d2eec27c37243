//! A Shapefile (`.shp` with `.dbf`, perhaps `.prj` and `.cpg`; ESRI, 1998) → a table of texts and shapes.

mod dbf;
mod prj;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use geo::{Contains, Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use shapefile::{PolygonRing, Shape, ShapeReader};

use super::tables::shapes::WrongShapes;
use super::tables::table::Table;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};

/// The first bytes of every `.shp`.
pub(super) const MAGIC: &[u8] = b"\x00\x00\x27\x0a";

const AGAIN: &str = "copy all of its files once more: .shp, .dbf, .prj, .cpg";

/// Reads a Shapefile by the path of its `.shp`. Rows count from 1; deleted rows are passed over, with their shapes.
///
/// # Errors
/// A `.dbf` that is missing, damaged or of another length; a broken `.shp`; shapes that are of no use.
pub(super) fn table(path: &Path, file: &str, diagnostics: &mut Diagnostics) -> Result<Table> {
    let columns = beside(path, "dbf").ok_or_else(|| {
        Error::input(
            file,
            "has no .dbf beside it, where the columns are",
            "copy all of its files: .shp, .dbf, .prj",
        )
    })?;
    let text = |ending: &str| beside(path, ending).and_then(|path| std::fs::read_to_string(path).ok());
    let bytes =
        std::fs::read(&columns).map_err(|error| Error::machine(columns.display().to_string(), error))?;
    let dbf_name = Path::new(file).with_extension("dbf").display().to_string();
    let rows = dbf::read(&bytes, text("cpg").as_deref(), &dbf_name, diagnostics)?;

    let broken =
        |what: String| Error::input(file, format!("is no Shapefile that can be read ({what})"), AGAIN);
    let opened = File::open(path).map_err(|error| Error::machine(file, error))?;
    let mut reader = ShapeReader::new(BufReader::new(opened)).map_err(|error| broken(error.to_string()))?;
    let (mut shapes, mut wrong) = (Vec::new(), WrongShapes::default());
    let mut number = 0;
    for shape in reader.iter_shapes() {
        let shape = shape.map_err(|error| broken(format!("shape {}: {error}", number + 1)))?;
        let kept = rows.kept.get(number).is_some_and(|&kept| kept);
        number += 1;
        if !kept {
            continue;
        }
        shapes.push(wrong.usable(geometry(shape), || format!("{file}:{number}")));
    }
    if number != rows.kept.len() {
        let what = format!("has {number} shapes, and its .dbf {} rows", rows.kept.len());
        return Err(Error::input(file, what, AGAIN));
    }
    wrong.finish(file)?;
    let (crs, unknown) = match text("prj").map(|text| prj::code(&text)) {
        Some(Ok(code)) => (Some(format!("EPSG:{code}")), None),
        Some(Err(name)) => (None, Some(format!("its .prj says {name}"))),
        None => (None, Some("it has no .prj".to_string())),
    };
    let count = shapes.len();
    Ok(Table::of_rows(file, rows.headers, rows.cells, count, Some(shapes), crs).of_unknown_crs(unknown))
}

/// The file of that name with another ending, in small or capital letters.
fn beside(path: &Path, ending: &str) -> Option<PathBuf> {
    let named = [ending.to_string(), ending.to_uppercase()].map(|ending| path.with_extension(ending));
    named.into_iter().find(|path| path.is_file())
}

fn geometry(shape: Shape) -> std::result::Result<Geometry, String> {
    let point = |x: f64, y: f64| Ok(Geometry::Point(Point::new(x, y)));
    match shape {
        Shape::NullShape => Err("has no geometry".into()),
        Shape::Point(p) => point(p.x, p.y),
        Shape::PointM(p) => point(p.x, p.y),
        Shape::PointZ(p) => point(p.x, p.y),
        Shape::Polygon(polygon) => polygons(polygon.rings(), |p| (p.x, p.y)),
        Shape::PolygonM(polygon) => polygons(polygon.rings(), |p| (p.x, p.y)),
        Shape::PolygonZ(polygon) => polygons(polygon.rings(), |p| (p.x, p.y)),
        Shape::Multipoint(all) => points(all.points(), |p| (p.x, p.y)),
        Shape::MultipointM(all) => points(all.points(), |p| (p.x, p.y)),
        Shape::MultipointZ(all) => points(all.points(), |p| (p.x, p.y)),
        Shape::Polyline(line) => lines(line.parts(), |p| (p.x, p.y)),
        Shape::PolylineM(line) => lines(line.parts(), |p| (p.x, p.y)),
        Shape::PolylineZ(line) => lines(line.parts(), |p| (p.x, p.y)),
        Shape::Multipatch(_) => Err("is a body of patches".into()),
    }
}

fn points<P>(points: &[P], xy: impl Fn(&P) -> (f64, f64)) -> std::result::Result<Geometry, String> {
    Ok(Geometry::MultiPoint(MultiPoint(points.iter().map(|point| Point::from(xy(point))).collect())))
}

fn lines<P>(parts: &[Vec<P>], xy: impl Fn(&P) -> (f64, f64)) -> std::result::Result<Geometry, String> {
    let line = |points: &Vec<P>| points.iter().map(|point| Coord::from(xy(point))).collect::<LineString>();
    Ok(Geometry::MultiLineString(MultiLineString(parts.iter().map(line).collect())))
}

/// Rings in any order: a hole belongs to the first shell that holds it.
fn polygons<P>(
    rings: &[PolygonRing<P>],
    xy: impl Fn(&P) -> (f64, f64),
) -> std::result::Result<Geometry, String> {
    let line = |points: &[P]| points.iter().map(|point| Coord::from(xy(point))).collect::<LineString>();
    let (mut shells, mut holes) = (Vec::new(), Vec::new());
    for ring in rings {
        match ring {
            PolygonRing::Outer(points) => shells.push(Polygon::new(line(points), Vec::new())),
            PolygonRing::Inner(points) => holes.push(line(points)),
        }
    }
    for hole in holes {
        let of = shells.iter().position(|shell| hole.0.iter().any(|corner| shell.contains(corner)));
        match of {
            Some(shell) => shells[shell].interiors_push(hole),
            // Alone, it is a shell that runs the wrong way round.
            None => shells.push(Polygon::new(hole, Vec::new())),
        }
    }
    match shells.is_empty() {
        true => Err("has no geometry".into()),
        false => Ok(Geometry::MultiPolygon(MultiPolygon(shells))),
    }
}
