//! Isochrones as GeoJSON (RFC 7946), GeoParquet 1.1 or GeoPackage, written stretch by stretch: a row for each origin, percentile
//! and cutoff, its shape a multipolygon, shells counter-clockwise and holes clockwise.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, RecordBatch};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;

use super::columnar::{self, Bounds};
use super::geo::{geo_metadata, write_properties};
use super::gpkg::{GeoPackage, Placed};
use super::projection::Projection;
use super::staging::{Staged, Written, failed};
use super::tables::ResultTable;
use crate::base::error::Result;
use crate::measures::isochrone::Polygon;

/// A file of isochrones; it appears under its name at [`IsochroneWriter::finish`].
pub enum IsochroneWriter<'p> {
    GeoJson { out: Box<Staged>, rows: usize },
    Parquet(Box<ParquetFile<'p>>),
    GeoPackage(Box<GeoPackage>, Option<&'p Projection>),
}

impl<'p> IsochroneWriter<'p> {
    pub fn geojson(path: &Path) -> Result<IsochroneWriter<'p>> {
        let mut out = Staged::create(path)?;
        write!(out, "{{\"type\":\"FeatureCollection\",\"features\":[")
            .map_err(|error| failed(path, &error))?;
        Ok(IsochroneWriter::GeoJson { out: Box::new(out), rows: 0 })
    }

    /// `like`: a table with the columns to come, perhaps without rows; `projection`: that of the shapes, if not degrees.
    pub fn parquet(
        path: &Path,
        like: &ResultTable,
        projection: Option<&'p Projection>,
    ) -> Result<IsochroneWriter<'p>> {
        let file = ParquetFile::new(Staged::create(path)?, like, projection);
        Ok(IsochroneWriter::Parquet(Box::new(file.map_err(|error| failed(path, &error))?)))
    }

    /// As [`IsochroneWriter::parquet`].
    pub fn geopackage(
        path: &Path,
        like: &ResultTable,
        projection: Option<&'p Projection>,
    ) -> Result<IsochroneWriter<'p>> {
        let package = GeoPackage::create(path, like, "MULTIPOLYGON", projection)?;
        Ok(IsochroneWriter::GeoPackage(Box::new(package), projection))
    }

    /// Writes the rows of a table, each with its shape. What is one call is one row group in Parquet.
    ///
    /// # Errors
    /// The machine's; a corner outside the area of the projection.
    pub fn push(&mut self, table: &ResultTable, shapes: &[&[Polygon]]) -> Result<()> {
        let pushed = match self {
            IsochroneWriter::GeoJson { out, rows } => features(out, table, shapes, rows),
            IsochroneWriter::Parquet(file) => file.push(table, shapes),
            IsochroneWriter::GeoPackage(package, projection) => match placed(shapes, *projection) {
                Ok(placed) => return package.push(table, &placed),
                Err(error) => Err(error),
            },
        };
        pushed.map_err(|error| failed(self.path(), &error))
    }

    pub fn finish(self) -> Result<Written> {
        let path = self.path().to_path_buf();
        let staged = match self {
            IsochroneWriter::GeoJson { mut out, .. } => writeln!(out, "\n]}}").map(|()| *out),
            IsochroneWriter::Parquet(file) => file.finish(),
            IsochroneWriter::GeoPackage(package, _) => return package.finish(),
        };
        staged.map_err(|error| failed(&path, &error))?.finish()
    }

    fn path(&self) -> &Path {
        match self {
            IsochroneWriter::GeoJson { out, .. } => out.path(),
            IsochroneWriter::Parquet(file) => file.writer.inner().path(),
            IsochroneWriter::GeoPackage(package, _) => package.path(),
        }
    }
}

fn features(
    out: &mut Staged,
    table: &ResultTable,
    shapes: &[&[Polygon]],
    rows: &mut usize,
) -> io::Result<()> {
    let mut text = Vec::new();
    for (row, polygons) in shapes.iter().enumerate() {
        text.clear();
        let separator = if *rows == 0 { "" } else { "," };
        write!(text, "{separator}\n{{\"type\":\"Feature\",\"geometry\":")?;
        text.extend(b"{\"type\":\"MultiPolygon\",\"coordinates\":[");
        for (i, polygon) in polygons.iter().enumerate() {
            text.extend(if i == 0 { &b"["[..] } else { &b",["[..] });
            for (k, ring) in polygon.rings().enumerate() {
                text.extend(if k == 0 { &b"["[..] } else { &b",["[..] });
                for (n, &(lon, lat)) in ring.iter().enumerate() {
                    text.extend(if n == 0 { &b"["[..] } else { &b",["[..] });
                    degrees(&mut text, lon);
                    text.push(b',');
                    degrees(&mut text, lat);
                    text.push(b']');
                }
                text.push(b']');
            }
            text.push(b']');
        }
        text.extend(b"]}");
        write_properties(&mut text, table, row)?;
        text.push(b'}');
        out.write_all(&text)?;
        *rows += 1;
    }
    Ok(())
}

/// 1e-7 degrees as degrees, without idle zeros.
fn degrees(text: &mut Vec<u8>, e7: i32) {
    if e7 < 0 {
        text.push(b'-');
    }
    let (mut rest, mut digits) = (e7.unsigned_abs(), [b'0'; 10]);
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let first = digits[..2].iter().take_while(|&&digit| digit == b'0').count();
    let idle = digits[3..].iter().rev().take_while(|&&digit| digit == b'0').count();
    text.extend_from_slice(&digits[first..3]);
    if idle < 7 {
        text.push(b'.');
        text.extend_from_slice(&digits[3..10 - idle]);
    }
}

/// GeoParquet on its way.
pub struct ParquetFile<'p> {
    writer: ArrowWriter<Staged>,
    schema: Arc<Schema>,
    projection: Option<&'p Projection>,
    box_column: String,
    around: Option<Bounds>,
}

impl<'p> ParquetFile<'p> {
    fn new(
        out: Staged,
        like: &ResultTable,
        projection: Option<&'p Projection>,
    ) -> io::Result<ParquetFile<'p>> {
        let mut fields: Vec<Field> =
            like.columns().iter().map(|(name, data)| columnar::field(name, data)).collect();
        let box_column = columnar::free_name(like, "bbox");
        fields.extend(columnar::geometry_fields(&box_column));
        let schema = Arc::new(Schema::new(fields));
        let writer = columnar::writer(out, &schema, None)?;
        Ok(ParquetFile { writer, schema, projection, box_column, around: None })
    }

    fn push(&mut self, table: &ResultTable, shapes: &[&[Polygon]]) -> io::Result<()> {
        let placed = placed(shapes, self.projection)?;
        let bounds: Vec<Bounds> = placed.iter().map(|shape| shape.bounds).collect();
        let known = bounds.iter().copied().filter(|of| of[0] <= of[2]);
        self.around = columnar::around(&self.around.into_iter().chain(known).collect::<Vec<_>>());
        let mut arrays: Vec<ArrayRef> =
            table.columns().iter().map(|(_, data)| columnar::array(data, 0..table.rows())).collect();
        arrays.push(Arc::new(BinaryArray::from_iter_values(placed.iter().map(|shape| &shape.wkb))));
        arrays.push(columnar::box_array(&bounds));
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(columnar::io_error)?;
        self.writer.flush().map_err(columnar::io_error)
    }

    fn finish(mut self) -> io::Result<Staged> {
        let metadata = geo_metadata(&["MultiPolygon"], self.around, &self.box_column, self.projection);
        self.writer.append_key_value_metadata(KeyValue::new("geo".to_string(), metadata));
        self.writer.into_inner().map_err(columnar::io_error)
    }
}

/// Multipolygons as well-known binary (OGC 06-103r4), little-endian, with their boxes.
fn placed(shapes: &[&[Polygon]], projection: Option<&Projection>) -> io::Result<Vec<Placed>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_plain_numbers() {
        for (e7, text) in [
            (0, "0"),
            (1, "0.0000001"),
            (-512_177_000, "-51.2177"),
            (1_800_000_000, "180"),
            (-1_799_999_999, "-179.9999999"),
            (100_000_010, "10.000001"),
        ] {
            let mut written = Vec::new();
            degrees(&mut written, e7);
            assert_eq!(String::from_utf8(written).unwrap(), text);
        }
    }
}
