//! Results as GeoJSON (RFC 7946): a feature a line, longitude and latitude, null for blank.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use geo::{Coord, Polygon};

use super::super::isochrones::IsochroneFile;
use super::super::shapes::{PlaceShape, cut, shapes};
use super::super::staging::{Staged, WrittenFile, failed, write_atomically};
use super::super::tables::{ColumnData, ResultTable, write_integer, write_number};
use super::holds::{FormatWriters, NOTHING};
use crate::base::error::Result;
use crate::inputs::raw::RawPlaces;
use crate::measures::isochrone;

pub(super) static WRITERS: FormatWriters = FormatWriters {
    places: Some(|path, table, placing| {
        write_atomically(path, |out| features_of_places(table, placing.places, out))
    }),
    isochrones: Some(|path, _, _| Ok(Box::new(GeoJsonIsochrones::create(path)?))),
    drawn: true,
    ..NOTHING
};

const BEGIN: &str = "{\"type\":\"FeatureCollection\",\"features\":[";
const END: &str = "\n]}\n";

/// The places' shapes to 7 decimals.
fn features_of_places(table: &ResultTable, places: &RawPlaces, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{BEGIN}")?;
    for (row, shape) in shapes(places).into_iter().map(cut).enumerate() {
        let separator = if row == 0 { "" } else { "," };
        write!(out, "{separator}\n{{\"type\":\"Feature\",\"geometry\":")?;
        write_shape(out, &shape)?;
        write_properties(out, table, row)?;
        write!(out, "}}")?;
    }
    write!(out, "{END}")
}

/// `,"properties":{…}` of a row.
fn write_properties(out: &mut impl Write, table: &ResultTable, row: usize) -> io::Result<()> {
    write!(out, ",\"properties\":{{")?;
    for (i, (name, data)) in table.columns().iter().enumerate() {
        write!(out, "{}", if i == 0 { "" } else { "," })?;
        serde_json::to_writer(&mut *out, name)?;
        write!(out, ":")?;
        match data {
            ColumnData::Text(values) => serde_json::to_writer(&mut *out, &values[row])?,
            ColumnData::Number(values) => write_number(out, values[row], "null")?,
            ColumnData::Integer(values) => write_integer(out, values[row], "null")?,
            ColumnData::Same(text, _) => serde_json::to_writer(&mut *out, text)?,
        }
    }
    write!(out, "}}")
}

fn write_shape(out: &mut impl Write, shape: &PlaceShape) -> io::Result<()> {
    match shape {
        PlaceShape::Point(at) => {
            write!(out, "{{\"type\":\"Point\",\"coordinates\":")?;
            write_coord(out, *at)?;
        }
        PlaceShape::Polygon(polygon) => {
            write!(out, "{{\"type\":\"Polygon\",\"coordinates\":")?;
            write_rings(out, polygon)?;
        }
        PlaceShape::Parts(parts) => {
            write!(out, "{{\"type\":\"MultiPolygon\",\"coordinates\":[")?;
            for (i, part) in parts.0.iter().enumerate() {
                write!(out, "{}", if i == 0 { "" } else { "," })?;
                write_rings(out, part)?;
            }
            write!(out, "]")?;
        }
    }
    write!(out, "}}")
}

fn write_rings(out: &mut impl Write, polygon: &Polygon) -> io::Result<()> {
    write!(out, "[")?;
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    for (i, ring) in rings.enumerate() {
        write!(out, "{}[", if i == 0 { "" } else { "," })?;
        for (k, at) in ring.0.iter().enumerate() {
            write!(out, "{}", if k == 0 { "" } else { "," })?;
            write_coord(out, *at)?;
        }
        write!(out, "]")?;
    }
    write!(out, "]")
}

/// `[lon,lat]` to 7 decimals (about 1 cm), without idle zeros.
fn write_coord(out: &mut impl Write, at: Coord) -> io::Result<()> {
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7 + 0.0;
    write!(out, "[{},{}]", rounded(at.x), rounded(at.y))
}

/// Multipolygons on their way.
struct GeoJsonIsochrones {
    out: Staged,
    path: PathBuf,
    rows: usize,
}

impl GeoJsonIsochrones {
    fn create(path: &Path) -> Result<GeoJsonIsochrones> {
        let mut out = Staged::create(path)?;
        write!(out, "{BEGIN}").map_err(|error| failed(path, &error))?;
        Ok(GeoJsonIsochrones { out, path: path.to_path_buf(), rows: 0 })
    }
}

impl IsochroneFile for GeoJsonIsochrones {
    fn push(&mut self, table: &ResultTable, shapes: &[&[isochrone::Polygon]]) -> Result<()> {
        let pushed = features(&mut self.out, table, shapes, &mut self.rows);
        pushed.map_err(|error| failed(&self.path, &error))
    }

    fn finish(mut self: Box<Self>) -> Result<WrittenFile> {
        write!(self.out, "{END}").map_err(|error| failed(&self.path, &error))?;
        self.out.finish()
    }
}

fn features(
    out: &mut Staged,
    table: &ResultTable,
    shapes: &[&[isochrone::Polygon]],
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
