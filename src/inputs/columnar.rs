//! Parquet and GeoParquet → a table of texts and shapes, as of a CSV or GeoJSON file.

use std::fmt::Display;

use geo::Geometry;
use serde_json::Value as Json;

use super::parquet::{ParquetFile, RowValue, ValueKind};
use super::tables::room::Room;
use super::tables::shapes::WrongShapes;
use super::tables::table::{SKIPPED, Table};
use super::wkb;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::format;
use crate::base::strings::StringColumn;

/// Where a GeoParquet file has its shapes.
struct Geo {
    column: String,
    /// `EPSG:n`; `None`: degrees.
    crs: Option<String>,
    /// The column of the shapes' boxes, if there is one.
    boxes: Option<String>,
}

/// Reads a Parquet file. Rows count from 1; a column of shapes is no column of the table.
///
/// # Errors
/// A broken file; shapes that are not WKB or whose projection has no EPSG code.
pub(super) fn table(bytes: Vec<u8>, file: &str, diagnostics: &mut Diagnostics) -> Result<Table> {
    let broken = |error: &dyn Display| {
        Error::input(file, format!("is not a Parquet file that can be read ({error})"), "export it once more")
    };
    let mut room = Room::new(file, bytes.len() as u64);
    let opened = ParquetFile::open(bytes::Bytes::from(bytes)).map_err(|error| broken(&error))?;
    not_newer(opened.explained(format::KEY), file)?;
    let geo = opened.explained("geo").map(|text| geo_column(text, file)).transpose()?;
    let columns = opened.columns.clone();
    room.columns(columns.len())?;
    let is_shape = |name: &str| geo.as_ref().is_some_and(|geo| geo.column == name);
    let mut kept = Vec::new();
    for (i, column) in columns.iter().enumerate().filter(|(_, column)| !is_shape(&column.name)) {
        let is_box = geo.as_ref().is_some_and(|geo| geo.boxes.as_ref() == Some(&column.name));
        if is_plain(column.kind) {
            kept.push(i);
        } else if !is_box {
            let what = format!("{} ({})", column.name, column.said);
            diagnostics.add(SKIPPED, file, "", &column.name, what);
        }
    }
    opened.look_at(|_| true).map_err(|error| broken(&error))?;
    room.claims(opened.len().saturating_mul(kept.len().max(1) as u64))?;
    let (mut cells, mut shapes, mut rows) = (StringColumn::default(), geo.as_ref().map(|_| Vec::new()), 0);
    let mut wrong = WrongShapes::default();
    let shape = columns.iter().position(|column| is_shape(&column.name) && column.kind == ValueKind::Bytes);
    // Shapes stand behind what is kept.
    let wanted: Vec<usize> = kept.iter().copied().chain(shape).collect();
    for batch in opened.batches(&wanted) {
        let batch = batch.map_err(|error| broken(&error))?;
        let plain = &batch.columns[..kept.len()];
        for row in 0..batch.rows {
            room.row(kept.len(), plain.iter().map(|column| text_bytes(&column[row])).sum())?;
        }
        for row in 0..batch.rows {
            plain.iter().for_each(|column| cells.push(column[row].text().trim()));
        }
        if let (Some(shapes), Some(geo)) = (&mut shapes, &geo) {
            let missing = format!("has no shapes in its column {}", geo.column);
            let column = batch.columns.get(kept.len());
            let column = column.ok_or_else(|| Error::input(file, missing, "export it once more"))?;
            read_shapes(column, shapes, &mut wrong, file);
        }
        rows += batch.rows;
    }
    wrong.finish(file)?;
    let headers = kept.iter().map(|&i| columns[i].name.clone()).collect();
    let crs = geo.and_then(|geo| geo.crs);
    Ok(Table::of_rows(file, headers, cells, rows, shapes, crs))
}

/// Bytes that the text of a value takes, no less.
fn text_bytes(value: &RowValue) -> usize {
    if let RowValue::Text(text) = value { text.len() } else { 0 }
}

/// Refuses a table that a later isokron wrote.
pub(super) fn not_newer(written: Option<&str>, file: &str) -> Result<()> {
    format::known(file, written.and_then(|version| version.parse().ok()))
}

fn is_plain(kind: ValueKind) -> bool {
    !matches!(kind, ValueKind::Bytes | ValueKind::Other)
}

/// The primary column of the `geo` metadata (GeoParquet 1.0 and 1.1).
fn geo_column(text: &str, file: &str) -> Result<Geo> {
    let value: Json = serde_json::from_str(text).unwrap_or_default();
    let column = value["primary_column"].as_str().unwrap_or("geometry").to_string();
    let about = &value["columns"][&column];
    if about["encoding"].as_str().is_some_and(|encoding| encoding != "WKB") {
        let what = format!("has shapes as {}, not as WKB", about["encoding"]);
        return Err(Error::input(file, what, "export it with the encoding WKB"));
    }
    let id = &about["crs"]["id"];
    let crs = match (id["authority"].as_str(), id["code"].as_u64()) {
        // No crs is longitude and latitude; a null one is not known, and taken for the same.
        _ if about["crs"].is_null() => None,
        (Some("OGC"), _) => None,
        (Some("EPSG"), Some(code)) => Some(format!("EPSG:{code}")),
        _ => {
            let what = "has a crs without an EPSG code";
            return Err(Error::input(file, what, "export it in WGS 84 (EPSG:4326) or with an EPSG code"));
        }
    };
    let boxes = about["covering"]["bbox"]["xmin"][0].as_str().map(str::to_string);
    Ok(Geo { column, crs, boxes })
}

fn read_shapes(column: &[RowValue], shapes: &mut Vec<Geometry>, wrong: &mut WrongShapes, file: &str) {
    for value in column {
        let place = || format!("{file}:{}", shapes.len() + 1);
        let read = match value {
            RowValue::Bytes(bytes) => wkb::read(bytes.data()),
            _ => Err("has no geometry".to_string()),
        };
        let shape = wrong.usable(read, place);
        shapes.push(shape);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_parquet_is_said() {
        let error =
            table(b"PAR1 and nothing".to_vec(), "t.parquet", &mut Diagnostics::default()).unwrap_err();
        assert!(
            error.to_string().starts_with("t.parquet: is not a Parquet file that can be read"),
            "{error}"
        );
    }

    #[test]
    fn geo_metadata() {
        let of = |crs: &str| {
            let text = format!(
                "{{\"primary_column\":\"shape\",\"columns\":{{\"shape\":{{\"encoding\":\"WKB\"{crs}}}}}}}"
            );
            geo_column(&text, "t.parquet").map(|geo| (geo.column, geo.crs)).map_err(|error| error.to_string())
        };
        assert_eq!(of(""), Ok(("shape".to_string(), None)));
        let epsg = of(",\"crs\":{\"id\":{\"authority\":\"EPSG\",\"code\":3006}}");
        assert_eq!(epsg, Ok(("shape".to_string(), Some("EPSG:3006".to_string()))));
        assert!(of(",\"crs\":{\"name\":\"my own\"}").unwrap_err().contains("without an EPSG code"));
    }
}
