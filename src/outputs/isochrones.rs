//! Isochrones on their way into a file, stretch by stretch: a row for each origin, percentile and cutoff, its shape a
//! multipolygon, shells counter-clockwise and holes clockwise.

use std::io;
use std::path::Path;

use super::projection::Projection;
use super::shapes::Placed;
use super::staging::WrittenFile;
use super::tables::ResultTable;
use crate::base::error::Result;
use crate::measures::isochrone::Polygon;

/// A file of isochrones; it appears under its name at [`IsochroneFile::finish`].
pub trait IsochroneFile {
    /// Writes the rows of a table, each with its shape. What is one call is one row group in Parquet.
    ///
    /// # Errors
    /// The machine's; a corner outside the area of the projection.
    fn push(&mut self, table: &ResultTable, shapes: &[&[Polygon]]) -> Result<()>;

    /// # Errors
    /// The machine's.
    fn finish(self: Box<Self>) -> Result<WrittenFile>;
}

/// Begins a file at a path. The table has the columns to come, perhaps without rows; the projection is that of the
/// shapes, if not degrees.
pub type BeginIsochrones =
    for<'p> fn(&Path, &ResultTable, Option<&'p Projection>) -> Result<Box<dyn IsochroneFile + 'p>>;

/// Multipolygons with their boxes.
pub(super) fn placed(shapes: &[&[Polygon]], projection: Option<&Projection>) -> io::Result<Vec<Placed>> {
    shapes.iter().map(|polygons| wkb(polygons, projection).map_err(io::Error::other)).collect()
}

fn wkb(polygons: &[Polygon], projection: Option<&Projection>) -> std::result::Result<Placed, String> {
    let (mut bytes, nowhere) =
        (Vec::new(), [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY]);
    let mut bounds = nowhere;
    let head = |bytes: &mut Vec<u8>, kind: u32, n: usize| {
        bytes.push(1);
        bytes.extend(kind.to_le_bytes());
        bytes.extend((n as u32).to_le_bytes());
    };
    head(&mut bytes, 6, polygons.len());
    for polygon in polygons {
        head(&mut bytes, 3, 1 + polygon.holes.len());
        for ring in polygon.rings() {
            bytes.extend((ring.len() as u32).to_le_bytes());
            for &(lon, lat) in ring {
                let degrees = (f64::from(lon) / 1e7, f64::from(lat) / 1e7);
                let (x, y) = projection.map_or(Ok(degrees), |projection| projection.place(degrees))?;
                bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
                bytes.extend(x.to_le_bytes());
                bytes.extend(y.to_le_bytes());
            }
        }
    }
    Ok(Placed { wkb: bytes, bounds })
}
