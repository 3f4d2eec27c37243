//! Result columns as Parquet, the same bytes from run to run: fixed row groups, batches and `created_by`.

use std::io;
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, Float64Array, Int64Array, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field, Fields, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::shapes::Placed;
use super::staging::Staged;
use super::tables::{ColumnData, ResultTable};
use crate::base::format;

/// Rows of a row group.
const ROW_GROUP: usize = 1 << 20;
/// Rows handed to the writer at once: fixed, for the bytes depend on it.
pub(super) const BATCH: usize = 1 << 16;

/// A geometry column beside the plain ones: WKB values, their boxes in a column of their own, and the `geo` metadata
/// that explains both.
pub(super) struct Geometry<'a> {
    pub placed: &'a [Placed],
    pub box_column: String,
    pub metadata: String,
}

/// Writes a table as Parquet (Snappy); with `geometry` it is GeoParquet, geometry and boxes its last columns.
pub(super) fn write(
    table: &ResultTable,
    geometry: Option<&Geometry<'_>>,
    out: &mut Staged,
) -> io::Result<()> {
    let mut fields: Vec<Field> = table.columns().iter().map(|(name, data)| field(name, data)).collect();
    if let Some(geometry) = geometry {
        fields.extend(geometry_fields(&geometry.box_column));
    }
    let schema = Arc::new(Schema::new(fields));
    let metadata = geometry.map(|g| vec![KeyValue::new("geo".to_string(), g.metadata.clone())]);
    let mut writer = writer(out, &schema, metadata)?;
    let mut from = 0;
    while from < table.rows() {
        let to = (from + BATCH).min(table.rows());
        let mut arrays: Vec<ArrayRef> =
            table.columns().iter().map(|(_, data)| array(data, from..to)).collect();
        if let Some(geometry) = geometry {
            let placed = &geometry.placed[from..to];
            arrays.push(Arc::new(BinaryArray::from_iter_values(placed.iter().map(|shape| &shape.wkb))));
            arrays.push(box_array(placed));
        }
        let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
        writer.write(&batch).map_err(io_error)?;
        if geometry.is_some() {
            // A row group each, so that the boxes' statistics leave out what lies elsewhere.
            writer.flush().map_err(io_error)?;
        }
        from = to;
    }
    writer.close().map_err(io_error)?;
    Ok(())
}

/// The columns of a geometry and its box.
pub(super) fn geometry_fields(box_column: &str) -> [Field; 2] {
    let boxes = Field::new(box_column, DataType::Struct(sides()), false);
    [Field::new("geometry", DataType::Binary, false), boxes]
}

/// Of a box without corners nothing is known.
pub(super) fn box_array(placed: &[Placed]) -> ArrayRef {
    let side = |i: usize| -> ArrayRef {
        Arc::new(
            placed
                .iter()
                .map(|shape| Some(shape.bounds[i]).filter(|v| v.is_finite()))
                .collect::<Float64Array>(),
        )
    };
    Arc::new(StructArray::new(sides(), (0..4).map(side).collect(), None))
}

fn sides() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"].map(|side| Field::new(side, DataType::Float64, true)).to_vec().into()
}

/// A Parquet writer with the house's settings.
pub(super) fn writer<W: io::Write + Send>(
    out: W,
    schema: &Arc<Schema>,
    metadata: Option<Vec<KeyValue>>,
) -> io::Result<ArrowWriter<W>> {
    let mut pairs = metadata.unwrap_or_default();
    pairs.push(KeyValue::new(format::KEY.to_string(), format::RESULTS.to_string()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("isokron {}", env!("CARGO_PKG_VERSION")))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_key_value_metadata(Some(pairs))
        .build();
    // Without Arrow's own schema every reader sees plain columns, also where ids were written as a dictionary.
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    ArrowWriter::try_new_with_options(out, schema.clone(), options).map_err(io_error)
}

/// The machine's own error where there is one inside, so that "disk full" stays "disk full".
pub(super) fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

pub(super) fn field(name: &str, data: &ColumnData) -> Field {
    match data {
        ColumnData::Text(_) | ColumnData::Same(..) => Field::new(name, DataType::Utf8, false),
        ColumnData::Number(_) => Field::new(name, DataType::Float64, true),
        ColumnData::Integer(_) => Field::new(name, DataType::Int64, true),
    }
}

pub(super) fn array(data: &ColumnData, rows: std::ops::Range<usize>) -> ArrayRef {
    match data {
        ColumnData::Text(values) => Arc::new(StringArray::from_iter_values(&values[rows])),
        ColumnData::Number(values) => {
            let known = |v: &Option<f64>| v.filter(|v| !v.is_nan()).map(|v| v + 0.0);
            Arc::new(values[rows].iter().map(known).collect::<Float64Array>())
        }
        ColumnData::Integer(values) => Arc::new(Int64Array::from(values[rows].to_vec())),
        ColumnData::Same(text, _) => {
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, rows.len())))
        }
    }
}
