//! Parquet files as tests write and read them: whole columns, by the library's own readers and writers.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

pub fn open(path: &Path) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(path).unwrap()).unwrap()
}

/// What a file says about itself under a key.
pub fn said(path: &Path, key: &str) -> Option<String> {
    let file = open(path);
    let pairs = file.metadata().file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.clone()
}

/// All values of a column, by its path as `bbox.xmin`; `None` is null.
pub fn column<T: DataType>(path: &Path, name: &str) -> Vec<Option<T::T>> {
    let file = open(path);
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let leaf = schema.columns().iter().position(|column| column.path().string() == name).expect(name);
    let most = schema.column(leaf).max_def_level();
    let mut all = Vec::new();
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group).unwrap();
        let mut reader = get_typed_column_reader::<T>(group.get_column_reader(leaf).unwrap());
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let rows = group.metadata().num_rows() as usize;
        assert_eq!(reader.read_records(rows, Some(&mut levels), None, &mut values).unwrap().0, rows);
        let mut values = values.into_iter();
        all.extend((0..rows).map(|row| if most == 0 || levels[row] == most { values.next() } else { None }));
    }
    all
}

/// All values of a column of texts, none of which is null.
pub fn texts(path: &Path, name: &str) -> Vec<String> {
    let values = column::<ByteArrayType>(path, name).into_iter();
    values.map(|value| value.unwrap().as_utf8().unwrap().to_string()).collect()
}

/// The types of all columns: of values, of what they mean, and whether there are nulls.
pub fn types(path: &Path) -> BTreeMap<String, (Physical, Option<LogicalType>, bool)> {
    let schema = open(path).metadata().file_metadata().schema_descr_ptr();
    let column = |i: usize| {
        let column = schema.column(i);
        let kind =
            (column.physical_type(), column.logical_type_ref().cloned(), column.self_type().is_optional());
        (column.path().string(), kind)
    };
    (0..schema.num_columns()).map(column).collect()
}

/// A column to write.
pub enum Written<'a> {
    Texts(&'a [&'a str]),
    Numbers(&'a [Option<f64>]),
    Integers(&'a [i64]),
    Bytes(&'a [&'a [u8]]),
    /// So many nulls.
    Nulls(usize),
}

impl Written<'_> {
    fn field(&self, name: &str) -> TypePtr {
        let (physical, logical, repetition) = match self {
            Written::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
            Written::Numbers(_) => (Physical::DOUBLE, None, Repetition::OPTIONAL),
            Written::Integers(_) => (Physical::INT64, None, Repetition::REQUIRED),
            Written::Bytes(_) => (Physical::BYTE_ARRAY, None, Repetition::REQUIRED),
            Written::Nulls(_) => (Physical::INT32, Some(LogicalType::Unknown), Repetition::OPTIONAL),
        };
        let field = Type::primitive_type_builder(name, physical).with_logical_type(logical);
        Arc::new(field.with_repetition(repetition).build().unwrap())
    }

    fn write<W: Write + Send>(&self, group: &mut SerializedRowGroupWriter<'_, W>) {
        let mut column = group.next_column().unwrap().unwrap();
        match self {
            Written::Texts(texts) => {
                let values: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(*text)).collect();
                column.typed::<ByteArrayType>().write_batch(&values, None, None)
            }
            Written::Bytes(all) => {
                let values: Vec<ByteArray> = all.iter().map(|bytes| ByteArray::from(*bytes)).collect();
                column.typed::<ByteArrayType>().write_batch(&values, None, None)
            }
            Written::Numbers(numbers) => {
                let levels: Vec<i16> = numbers.iter().map(|number| i16::from(number.is_some())).collect();
                let values: Vec<f64> = numbers.iter().copied().flatten().collect();
                column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)
            }
            Written::Integers(values) => column.typed::<Int64Type>().write_batch(values, None, None),
            Written::Nulls(rows) => column.typed::<Int32Type>().write_batch(&[], Some(&vec![0; *rows]), None),
        }
        .unwrap();
        column.close().unwrap();
    }
}

/// Writes columns as so many row groups that are all the same.
pub fn write<W: Write + Send>(
    out: W,
    columns: &[(&str, Written<'_>)],
    properties: WriterProperties,
    groups: usize,
) {
    let fields = columns.iter().map(|(name, column)| column.field(name)).collect();
    let schema = Type::group_type_builder("schema").with_fields(fields).build().unwrap();
    let mut writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).unwrap();
    for _ in 0..groups {
        let mut group = writer.next_row_group().unwrap();
        columns.iter().for_each(|(_, column)| column.write(&mut group));
        group.close().unwrap();
    }
    writer.close().unwrap();
}
