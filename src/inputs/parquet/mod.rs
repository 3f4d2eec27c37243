//! A Parquet file → its columns, and the values of some of them, stretch by stretch. The library decodes pages; what it would
//! break down on is refused before, or caught.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::result::Result;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};

pub(super) use self::kinds::{ParquetColumn, ValueKind};

mod kinds;
mod pages;

/// Rows of a stretch.
const BATCH: usize = 1 << 10;

/// What stands in a row of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum RowValue {
    Blank,
    Truth(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f32),
    Double(f64),
    Text(String),
    Bytes(ByteArray),
}

impl RowValue {
    /// As in a CSV; bytes are no text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            RowValue::Blank | RowValue::Bytes(_) => Cow::Borrowed(""),
            RowValue::Text(text) => Cow::Borrowed(text),
            RowValue::Truth(truth) => truth.to_string().into(),
            RowValue::Integer(number) => number.to_string().into(),
            RowValue::Unsigned(number) => number.to_string().into(),
            RowValue::Float(number) => number.to_string().into(),
            RowValue::Double(number) => number.to_string().into(),
        }
    }
}

/// A file whose columns are known.
pub(super) struct ParquetFile<R: ChunkReader> {
    reader: SerializedFileReader<R>,
    /// Of the file in bytes.
    size: u64,
    /// In the file's order; of a nested one its parts are not told apart.
    pub(super) columns: Vec<ParquetColumn>,
}

impl<R: ChunkReader + 'static> ParquetFile<R> {
    /// # Errors
    /// What is no Parquet, in words.
    pub(super) fn open(file: R) -> Result<ParquetFile<R>, String> {
        let size = file.len();
        unpanicked(|| {
            let reader = SerializedFileReader::new(file).map_err(said)?;
            let schema = reader.metadata().file_metadata().schema_descr();
            let roots = schema.root_schema().get_fields().iter().enumerate();
            let leaf =
                |root| (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == root);
            let columns = roots.map(|(root, field)| kinds::column(field, leaf(root))).collect();
            Ok(ParquetFile { reader, size, columns })
        })
    }

    /// What the file says about itself under a key.
    pub(super) fn explained(&self, key: &str) -> Option<&str> {
        let pairs = self.reader.metadata().file_metadata().key_value_metadata()?;
        pairs.iter().find(|pair: &&KeyValue| pair.key == key)?.value.as_deref()
    }

    /// Rows, as the file says.
    pub(super) fn len(&self) -> u64 {
        u64::try_from(self.reader.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// Looks at the pages of some columns before their values are decoded.
    ///
    /// # Errors
    /// In words: what would break the library, or fill the memory.
    pub(super) fn look_at(&self, wanted: impl Fn(usize) -> bool) -> Result<(), String> {
        unpanicked(|| pages::look_at(&self.reader, self.size, wanted))
    }

    /// The values of some columns, stretch by stretch, a vector a column; after an error nothing comes.
    pub(super) fn batches(self, wanted: &[usize]) -> impl Iterator<Item = Result<RowBatch, String>> {
        let columns = wanted.iter().map(|&i| self.columns[i].clone()).collect();
        let mut rows =
            ParquetRows { reader: self.reader, columns, next_group: 0, chunks: Vec::new(), left: 0 };
        let mut failed = false;
        std::iter::from_fn(move || {
            if failed {
                return None;
            }
            let batch = unpanicked(|| rows.next()).transpose();
            failed = matches!(batch, Some(Err(_)));
            batch
        })
    }
}

/// A stretch of rows.
pub(super) struct RowBatch {
    pub(super) rows: usize,
    pub(super) columns: Vec<Vec<RowValue>>,
}

/// Where the reading of some columns stands.
struct ParquetRows<R: ChunkReader> {
    reader: SerializedFileReader<R>,
    columns: Vec<ParquetColumn>,
    next_group: usize,
    /// Of the row group that is being read; none of columns that only have blanks.
    chunks: Vec<Option<ColumnReader>>,
    /// Rows of that row group still to come.
    left: usize,
}

impl<R: ChunkReader + 'static> ParquetRows<R> {
    fn next(&mut self) -> Result<Option<RowBatch>, String> {
        while self.left == 0 {
            if self.next_group == self.reader.num_row_groups() {
                return Ok(None);
            }
            let group = self.reader.get_row_group(self.next_group).map_err(said)?;
            self.left = usize::try_from(group.metadata().num_rows()).map_err(|_| TORN)?;
            let chunk =
                |column: &ParquetColumn| column.leaf.map(|leaf| group.get_column_reader(leaf)).transpose();
            self.chunks = self.columns.iter().map(chunk).collect::<Result<_, _>>().map_err(said)?;
            self.next_group += 1;
        }
        let rows = self.left.min(BATCH);
        // At the end of a row group there is nothing more in its columns.
        let most = if rows == self.left { rows + 1 } else { rows };
        let values = self.columns.iter().zip(&mut self.chunks).map(|(column, chunk)| match chunk {
            Some(chunk) => values(column, chunk, most),
            None => Ok(vec![RowValue::Blank; rows]),
        });
        let columns = values.collect::<Result<Vec<_>, _>>()?;
        if columns.iter().any(|column| column.len() != rows) {
            return Err(TORN.to_string());
        }
        self.left -= rows;
        Ok(Some(RowBatch { rows, columns }))
    }
}

const TORN: &str = "its columns have not as many values as it has rows";

/// The next values of a column, `most` at most.
fn values(column: &ParquetColumn, chunk: &mut ColumnReader, most: usize) -> Result<Vec<RowValue>, String> {
    let optional = column.optional;
    match (chunk, column.kind) {
        (ColumnReader::BoolColumnReader(chunk), ValueKind::Truth) => {
            read(chunk, optional, most, |v| Ok(RowValue::Truth(v)))
        }
        (ColumnReader::Int32ColumnReader(chunk), ValueKind::Integer) => {
            read(chunk, optional, most, |v| Ok(RowValue::Integer(v.into())))
        }
        (ColumnReader::Int32ColumnReader(chunk), ValueKind::Unsigned) => {
            read(chunk, optional, most, |v| Ok(RowValue::Unsigned((v as u32).into())))
        }
        (ColumnReader::Int64ColumnReader(chunk), ValueKind::Integer) => {
            read(chunk, optional, most, |v| Ok(RowValue::Integer(v)))
        }
        (ColumnReader::Int64ColumnReader(chunk), ValueKind::Unsigned) => {
            read(chunk, optional, most, |v| Ok(RowValue::Unsigned(v as u64)))
        }
        (ColumnReader::FloatColumnReader(chunk), ValueKind::Float) => {
            read(chunk, optional, most, |v| Ok(RowValue::Float(v)))
        }
        (ColumnReader::DoubleColumnReader(chunk), ValueKind::Double) => {
            read(chunk, optional, most, |v| Ok(RowValue::Double(v)))
        }
        (ColumnReader::ByteArrayColumnReader(chunk), ValueKind::Text) => read(chunk, optional, most, |v| {
            let text = std::str::from_utf8(v.data()).map_err(|_| "a text of it is not UTF-8")?;
            Ok(RowValue::Text(text.to_string()))
        }),
        (ColumnReader::ByteArrayColumnReader(chunk), ValueKind::Bytes) => {
            read(chunk, optional, most, |v| Ok(RowValue::Bytes(v)))
        }
        _ => Err(format!("column {} is {}", column.name, column.said)),
    }
}

fn read<T: DataType>(
    chunk: &mut ColumnReaderImpl<T>,
    optional: bool,
    most: usize,
    value: impl Fn(T::T) -> Result<RowValue, String>,
) -> Result<Vec<RowValue>, String> {
    let (mut found, mut levels) = (Vec::new(), Vec::new());
    let (rows, ..) = chunk.read_records(most, Some(&mut levels), None, &mut found).map_err(said)?;
    let mut found = found.into_iter().map(value);
    let torn = || Err(TORN.to_string());
    let next = |row: usize| match optional && levels.get(row) == Some(&0) {
        true => Ok(RowValue::Blank),
        false => found.next().unwrap_or_else(torn),
    };
    (0..rows).map(next).collect()
}

fn said(error: ParquetError) -> String {
    error.to_string()
}

/// What calls into the library give, or that it broke down: of damage that `pages` does not know, its asserts and indices
/// are the only check, as what a page holds is known once it is decoded.
fn unpanicked<T>(task: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(task)).unwrap_or_else(|_| Err("its pages are damaged".to_string()))
}
