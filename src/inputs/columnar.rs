//! Parquet and GeoParquet → a table of texts and shapes, as of a CSV or GeoJSON file.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use geo::Geometry;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::KeyValue;
use parquet::file::reader::ChunkReader;
use serde_json::Value;

use super::pages;
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
    let bytes = bytes::Bytes::from(bytes);
    let reader = open(bytes.clone()).map_err(|error| broken(&error))?;
    let metadata = reader.metadata().file_metadata().key_value_metadata();
    not_newer(metadata, file)?;
    let geo = metadata.and_then(|pairs| pairs.iter().find(|pair| pair.key == "geo")?.value.clone());
    let geo = geo.map(|text| geo_column(&text, file)).transpose()?;
    let fields = reader.schema().fields().clone();
    room.columns(fields.len())?;
    let is_shape = |name: &str| geo.as_ref().is_some_and(|geo| geo.column == name);
    let mut kept = Vec::new();
    for (i, field) in fields.iter().enumerate().filter(|(_, field)| !is_shape(field.name())) {
        let is_box = geo.as_ref().is_some_and(|geo| geo.boxes.as_ref() == Some(field.name()));
        if is_plain(field.data_type()) {
            kept.push(i);
        } else if !is_box {
            let what = format!("{} ({})", field.name(), field.data_type());
            diagnostics.add(SKIPPED, file, "", field.name(), what);
        }
    }
    unpanicked(|| pages::look_at(bytes, |_| true))
        .and_then(|looked| looked)
        .map_err(|error| broken(&error))?;
    let claimed = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
    room.claims(claimed.saturating_mul(kept.len().max(1) as u64))?;
    let (mut cells, mut shapes, mut rows) = (StringColumn::default(), geo.as_ref().map(|_| Vec::new()), 0);
    let mut wrong = WrongShapes::default();
    for batch in batches(reader) {
        let batch = batch.map_err(|error| broken(&error))?;
        for row in 0..batch.num_rows() {
            room.row(kept.len(), kept.iter().map(|&i| text_bytes(batch.column(i), row)).sum())?;
        }
        let columns: Vec<Vec<String>> = kept.iter().map(|&i| texts(batch.column(i))).collect();
        for row in 0..batch.num_rows() {
            columns.iter().for_each(|column| cells.push(column[row].trim()));
        }
        if let (Some(shapes), Some(geo)) = (&mut shapes, &geo) {
            read_shapes(&batch, &geo.column, shapes, &mut wrong, file)?;
        }
        rows += batch.num_rows();
    }
    wrong.finish(file)?;
    let headers = kept.iter().map(|&i| fields[i].name().clone()).collect();
    let crs = geo.and_then(|geo| geo.crs);
    Ok(Table::of_rows(file, headers, cells, rows, shapes, crs))
}

/// Opens a file of Parquet: plain columns, whatever its writer held in memory.
///
/// # Errors
/// What is no Parquet, in words.
pub(super) fn open<R: ChunkReader + 'static>(
    file: R,
) -> std::result::Result<ParquetRecordBatchReaderBuilder<R>, String> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    unpanicked(|| ParquetRecordBatchReaderBuilder::try_new_with_options(file, options))?
        .map_err(|error| error.to_string())
}

/// The rows of an opened file, part by part; after an error nothing comes.
pub(super) fn batches<R: ChunkReader + 'static>(
    file: ParquetRecordBatchReaderBuilder<R>,
) -> impl Iterator<Item = std::result::Result<RecordBatch, String>> {
    let opened = unpanicked(|| file.build()).and_then(|built| built.map_err(|error| error.to_string()));
    let (mut reader, mut failed) = match opened {
        Ok(reader) => (Some(reader), None),
        Err(what) => (None, Some(what)),
    };
    std::iter::from_fn(move || {
        if let Some(what) = failed.take() {
            return Some(Err(what));
        }
        let batch = match unpanicked(|| reader.as_mut()?.next()) {
            Ok(batch) => batch?.map_err(|error| error.to_string()),
            Err(what) => Err(what),
        };
        if batch.is_err() {
            reader = None;
        }
        Some(batch)
    })
}

/// What a call into the library gives, or that it broke down: of damage that `pages` does not know, its asserts and indices
/// are the only check, as what a page holds is known once it is decoded.
pub(super) fn unpanicked<T>(task: impl FnOnce() -> T) -> std::result::Result<T, String> {
    catch_unwind(AssertUnwindSafe(task)).map_err(|_| "its pages are damaged".to_string())
}

/// Bytes that the text of a value takes, no less.
fn text_bytes(column: &ArrayRef, row: usize) -> usize {
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).len(),
        _ => 0,
    }
}

/// Refuses a table that a later isokron wrote.
pub(super) fn not_newer(metadata: Option<&Vec<KeyValue>>, file: &str) -> Result<()> {
    let pair = metadata.and_then(|pairs| pairs.iter().find(|pair| pair.key == format::KEY));
    format::known(file, pair.and_then(|pair| pair.value.as_deref()?.parse().ok()))
}

fn is_plain(kind: &DataType) -> bool {
    use DataType::*;
    match kind {
        Null | Boolean | Utf8 | LargeUtf8 | Utf8View | Float32 | Float64 => true,
        Dictionary(_, value) => matches!(**value, Utf8 | LargeUtf8),
        other => other.is_integer(),
    }
}

/// A column of a plain kind as texts, blank for null.
fn texts(column: &ArrayRef) -> Vec<String> {
    fn all<T: Display>(values: impl Iterator<Item = Option<T>>) -> Vec<String> {
        values.map(|value| value.map_or_else(String::new, |value| value.to_string())).collect()
    }
    match column.data_type() {
        DataType::Boolean => all(column.as_boolean().iter()),
        DataType::Utf8 => all(column.as_string::<i32>().iter()),
        DataType::LargeUtf8 => all(column.as_string::<i64>().iter()),
        DataType::Utf8View => all(column.as_string_view().iter()),
        DataType::Int8 => all(column.as_primitive::<Int8Type>().iter()),
        DataType::Int16 => all(column.as_primitive::<Int16Type>().iter()),
        DataType::Int32 => all(column.as_primitive::<Int32Type>().iter()),
        DataType::Int64 => all(column.as_primitive::<Int64Type>().iter()),
        DataType::UInt8 => all(column.as_primitive::<UInt8Type>().iter()),
        DataType::UInt16 => all(column.as_primitive::<UInt16Type>().iter()),
        DataType::UInt32 => all(column.as_primitive::<UInt32Type>().iter()),
        DataType::UInt64 => all(column.as_primitive::<UInt64Type>().iter()),
        DataType::Float32 => all(column.as_primitive::<Float32Type>().iter()),
        DataType::Float64 => all(column.as_primitive::<Float64Type>().iter()),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let values = texts(dictionary.values());
            let keys = dictionary.normalized_keys();
            let value = |(row, key): (usize, usize)| {
                if column.is_null(row) { String::new() } else { values[key].clone() }
            };
            keys.into_iter().enumerate().map(value).collect()
        }
        _ => vec![String::new(); column.len()],
    }
}

/// The primary column of the `geo` metadata (GeoParquet 1.0 and 1.1).
fn geo_column(text: &str, file: &str) -> Result<Geo> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
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

fn read_shapes(
    batch: &RecordBatch,
    column: &str,
    shapes: &mut Vec<Geometry>,
    wrong: &mut WrongShapes,
    file: &str,
) -> Result<()> {
    let missing =
        || Error::input(file, format!("has no shapes in its column {column}"), "export it once more");
    let column = batch.column_by_name(column).ok_or_else(missing)?;
    let values: Vec<Option<&[u8]>> = match column.data_type() {
        DataType::Binary => column.as_binary::<i32>().iter().collect(),
        DataType::LargeBinary => column.as_binary::<i64>().iter().collect(),
        DataType::BinaryView => column.as_binary_view().iter().collect(),
        _ => return Err(missing()),
    };
    for value in values {
        let place = || format!("{file}:{}", shapes.len() + 1);
        let read = value.ok_or_else(|| "has no geometry".to_string()).and_then(wkb::read);
        let shape = wrong.usable(read, place);
        shapes.push(shape);
    }
    Ok(())
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
