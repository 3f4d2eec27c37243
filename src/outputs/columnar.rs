//! Columns as Parquet, the same bytes from run to run: fixed row groups, batches and `created_by`. Values go to the writer
//! of their column, a row group at a time; nothing is held in between.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use super::shapes::Placed;
use super::staging::Staged;
use super::tables::{ColumnData, ResultTable};
use crate::base::format;

/// Rows of a row group.
pub(super) const ROW_GROUP: usize = 1 << 20;
/// Rows of a row group with shapes, so that the boxes' statistics leave out what lies elsewhere.
const PLACED_GROUP: usize = 1 << 16;
/// Rows handed to a column's writer at once: fixed, for the bytes depend on it.
const BATCH: usize = 1 << 16;

/// What the schema is called. No reader looks at it; equal tables give the bytes that isokron always gave.
const ROOT: &str = "arrow_schema";

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
    let metadata = geometry.map(|g| KeyValue::new("geo".to_string(), g.metadata.clone()));
    let fields = fields(table, geometry.map(|g| g.box_column.as_str()))?;
    let mut writer = ColumnarWriter::new(out, fields, metadata)?;
    let step = if geometry.is_some() { PLACED_GROUP } else { ROW_GROUP };
    for from in (0..table.rows()).step_by(step) {
        let rows = from..(from + step).min(table.rows());
        let placed = geometry.map(|geometry| &geometry.placed[rows.clone()]);
        writer.group(|group| group.rows(table, rows, placed))?;
    }
    writer.finish()?;
    Ok(())
}

/// The columns of a table; with a column of boxes, those of its shapes behind.
pub(super) fn fields(table: &ResultTable, box_column: Option<&str>) -> io::Result<Vec<TypePtr>> {
    let field = |(name, data): &(String, ColumnData)| match data {
        ColumnData::Text(_) | ColumnData::Same(..) => text(name),
        ColumnData::Number(_) => blankable(name, Physical::DOUBLE),
        ColumnData::Integer(_) => blankable(name, Physical::INT64),
    };
    let mut fields: Vec<TypePtr> = table.columns().iter().map(field).collect::<io::Result<_>>()?;
    if let Some(name) = box_column {
        let wkb = Type::primitive_type_builder("geometry", Physical::BYTE_ARRAY);
        fields.push(built(wkb.with_repetition(Repetition::REQUIRED).build())?);
        let sides = ["xmin", "ymin", "xmax", "ymax"].map(|side| blankable(side, Physical::DOUBLE));
        let sides = sides.into_iter().collect::<io::Result<_>>()?;
        let boxes = Type::group_type_builder(name).with_fields(sides);
        fields.push(built(boxes.with_repetition(Repetition::REQUIRED).build())?);
    }
    Ok(fields)
}

/// A column of texts, none of them blank.
pub(super) fn text(name: &str) -> io::Result<TypePtr> {
    let text = Type::primitive_type_builder(name, Physical::BYTE_ARRAY);
    let text = text.with_repetition(Repetition::REQUIRED).with_logical_type(Some(LogicalType::String));
    built(text.build())
}

/// A column of numbers, some of them blank.
pub(super) fn blankable(name: &str, physical: Physical) -> io::Result<TypePtr> {
    built(Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL).build())
}

fn built(made: Result<Type, ParquetError>) -> io::Result<TypePtr> {
    made.map(Arc::new).map_err(io_error)
}

/// A number as it is written: not a number is blank, and there is one zero.
pub(super) fn known(value: Option<f64>) -> Option<f64> {
    value.filter(|value| !value.is_nan()).map(|value| value + 0.0)
}

/// A Parquet file on its way, with the house's settings.
pub(super) struct ColumnarWriter<W: io::Write + Send>(SerializedFileWriter<W>);

impl<W: io::Write + Send> ColumnarWriter<W> {
    pub(super) fn new(out: W, fields: Vec<TypePtr>, metadata: Option<KeyValue>) -> io::Result<Self> {
        let mut pairs: Vec<KeyValue> = metadata.into_iter().collect();
        pairs.push(KeyValue::new(format::KEY.to_string(), format::RESULTS.to_string()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("isokron {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(pairs))
            .build();
        let schema = built(Type::group_type_builder(ROOT).with_fields(fields).build())?;
        SerializedFileWriter::new(out, schema, Arc::new(properties)).map(ColumnarWriter).map_err(io_error)
    }

    /// Writes a row group; `fill` gives its columns in their order.
    pub(super) fn group(
        &mut self,
        fill: impl FnOnce(&mut RowGroup<'_, W>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut group = RowGroup(self.0.next_row_group().map_err(io_error)?);
        fill(&mut group)?;
        group.0.close().map_err(io_error)?;
        Ok(())
    }

    pub(super) fn explain(&mut self, key: &str, value: String) {
        self.0.append_key_value_metadata(KeyValue::new(key.to_string(), value));
    }

    pub(super) fn inner(&self) -> &W {
        self.0.inner()
    }

    pub(super) fn finish(self) -> io::Result<W> {
        self.0.into_inner().map_err(io_error)
    }
}

/// A row group on its way.
pub(super) struct RowGroup<'a, W: io::Write>(SerializedRowGroupWriter<'a, W>);

impl<W: io::Write + Send> RowGroup<'_, W> {
    /// The columns of some rows of a table, and of the shapes of these rows.
    pub(super) fn rows(
        &mut self,
        table: &ResultTable,
        rows: Range<usize>,
        placed: Option<&[Placed]>,
    ) -> io::Result<()> {
        for (_, data) in table.columns() {
            match data {
                ColumnData::Text(values) => {
                    self.texts(values[rows.clone()].iter().map(|text| ByteArray::from(text.as_str())))
                }
                ColumnData::Number(values) => {
                    self.optional::<DoubleType>(values[rows.clone()].iter().map(|value| known(*value)))
                }
                ColumnData::Integer(values) => {
                    self.optional::<Int64Type>(values[rows.clone()].iter().copied())
                }
                ColumnData::Same(text, _) => {
                    self.texts(std::iter::repeat_n(ByteArray::from(text.as_str()), rows.len()))
                }
            }?;
        }
        let Some(placed) = placed else { return Ok(()) };
        self.texts(placed.iter().map(|shape| ByteArray::from(shape.wkb.as_slice())))?;
        // Of a box without corners nothing is known.
        let side = |shape: &Placed, i: usize| Some(shape.bounds[i]).filter(|side| side.is_finite());
        (0..4).try_for_each(|i| self.optional::<DoubleType>(placed.iter().map(|shape| side(shape, i))))
    }

    /// A column of texts, or of other bytes.
    pub(super) fn texts(&mut self, mut values: impl Iterator<Item = ByteArray>) -> io::Result<()> {
        let mut column = self.0.next_column().map_err(io_error)?.ok_or_else(too_many)?;
        loop {
            let batch: Vec<ByteArray> = values.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return column.close().map_err(io_error);
            }
            column.typed::<ByteArrayType>().write_batch(&batch, None, None).map_err(io_error)?;
        }
    }

    /// A column of numbers, some of them blank.
    pub(super) fn optional<T: DataType>(
        &mut self,
        mut values: impl Iterator<Item = Option<T::T>>,
    ) -> io::Result<()> {
        let mut column = self.0.next_column().map_err(io_error)?.ok_or_else(too_many)?;
        let (mut batch, mut levels) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        loop {
            batch.clear();
            levels.clear();
            for value in values.by_ref().take(BATCH) {
                levels.push(i16::from(value.is_some()));
                batch.extend(value);
            }
            if levels.is_empty() {
                return column.close().map_err(io_error);
            }
            column.typed::<T>().write_batch(&batch, Some(&levels), None).map_err(io_error)?;
        }
    }
}

fn too_many() -> io::Error {
    io::Error::other("a row group has more columns than its file")
}

/// The machine's own error where there is one inside, so that "disk full" stays "disk full".
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}
