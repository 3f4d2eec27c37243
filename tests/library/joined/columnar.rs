//! Parquet as other tools write it: every type and encoding is read, or passed over with its name.

use std::sync::Arc;

use isokron::inputs::rows::{LongTable, RowField};
use isokron::inputs::tables;
use parquet::basic::{Compression, Encoding};
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;

/// What is read, with its first and its last value of three; the one between is null.
const READ: [(&str, &str, &str); 13] = [
    ("optional int32 i8 (INTEGER(8,true))", "-1", "7"),
    ("optional int32 i16 (INT_16)", "-1", "7"),
    ("optional int32 i32", "-1", "7"),
    ("optional int64 i64", "-1", "7"),
    // As their bits are stored: 2³² − 1 and 2⁶⁴ − 1.
    ("optional int32 u32 (INTEGER(32,false))", "4294967295", "7"),
    ("optional int64 u64 (UINT_64)", "18446744073709551615", "7"),
    ("optional boolean b", "true", "false"),
    ("optional float f", "0.1", "7"),
    ("optional double d", "0.1", "7"),
    ("optional binary s (STRING)", "å", "word"),
    ("optional binary utf8 (UTF8)", "å", "word"),
    ("optional binary json (JSON)", "å", "word"),
    ("optional int32 nothing (UNKNOWN)", "", ""),
];

/// What is passed over, and what it is called.
const PASSED: [(&str, &str); 14] = [
    ("optional binary bytes", "Binary"),
    ("optional fixed_len_byte_array(4) fixed", "FixedSizeBinary(4)"),
    ("optional fixed_len_byte_array(2) half (FLOAT16)", "Float16"),
    ("optional int32 dec (DECIMAL(9,2))", "Decimal128(9, 2)"),
    ("optional fixed_len_byte_array(20) long (DECIMAL(40,2))", "Decimal256(40, 2)"),
    ("optional int32 day (DATE)", "Date32"),
    ("optional int64 time (TIME(MICROS,false))", "Time64(µs)"),
    ("optional int64 stamp (TIMESTAMP(MILLIS,true))", "Timestamp(ms, \"UTC\")"),
    ("optional int64 local (TIMESTAMP(NANOS,false))", "Timestamp(ns)"),
    ("optional int96 old", "Timestamp(ns)"),
    ("repeated int32 many", "List(non-null Int32, field: 'many')"),
    ("optional group l (LIST) { repeated group list { optional binary item (STRING); } }", "List(Utf8)"),
    (
        "optional group m (MAP) { repeated group kv { required binary k (STRING); optional double v; } }",
        "Map(\"kv\": non-null Struct(\"k\": non-null Utf8, \"v\": Float64), unsorted)",
    ),
    (
        "optional group r { required double x; optional int64 y; }",
        "Struct(\"x\": non-null Float64, \"y\": Int64)",
    ),
];

/// Three rows of a column: one value, none, another; of what is nested and of nothing, none.
fn column<T: DataType>(writer: &mut ColumnWriterImpl<'_, T>, values: [T::T; 2]) {
    let column = writer.get_descriptor().clone();
    let plain = column.path().parts().len() == 1 && column.max_rep_level() == 0 && column.name() != "nothing";
    let levels = if plain { [1, 0, 1] } else { [0; 3] };
    let repeated = (column.max_rep_level() > 0).then_some(&[0; 3][..]);
    writer.write_batch(if plain { &values } else { &[] }, Some(&levels), repeated).unwrap();
}

/// All columns, in two row groups.
fn written(path: &Path, properties: WriterPropertiesBuilder) {
    let fields = READ.iter().map(|column| column.0).chain(PASSED.iter().map(|column| column.0));
    let fields =
        fields.map(|field| if field.ends_with('}') { field.to_string() } else { format!("{field};") });
    let schema = format!("message m {{ {} }}", fields.collect::<String>());
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let file = std::fs::File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).unwrap();
    for _ in 0..2 {
        let mut group = writer.next_row_group().unwrap();
        while let Some(mut next) = group.next_column().unwrap() {
            match next.untyped() {
                ColumnWriter::BoolColumnWriter(writer) => column(writer, [true, false]),
                ColumnWriter::Int32ColumnWriter(writer) => column(writer, [-1, 7]),
                ColumnWriter::Int64ColumnWriter(writer) => column(writer, [-1, 7]),
                ColumnWriter::Int96ColumnWriter(writer) => column(writer, [Int96::new(), Int96::new()]),
                ColumnWriter::FloatColumnWriter(writer) => column(writer, [0.1, 7.0]),
                ColumnWriter::DoubleColumnWriter(writer) => column(writer, [0.1, 7.0]),
                ColumnWriter::ByteArrayColumnWriter(writer) => {
                    column(writer, ["å", "word"].map(ByteArray::from))
                }
                ColumnWriter::FixedLenByteArrayColumnWriter(writer) => {
                    let length = writer.get_descriptor().type_length() as usize;
                    let value = || FixedLenByteArray::from(vec![1; length]);
                    column(writer, [value(), value()]);
                }
            }
            next.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
}

/// Properties with the encodings of some columns.
fn encoded(properties: WriterPropertiesBuilder, encodings: &[(&str, Encoding)]) -> WriterPropertiesBuilder {
    encodings.iter().fold(properties, |properties, (name, encoding)| {
        properties.set_column_encoding((*name).into(), *encoding)
    })
}

#[test]
fn what_other_tools_write_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let properties = WriterProperties::builder;
    let delta = [
        ("i8", Encoding::DELTA_BINARY_PACKED),
        ("u32", Encoding::DELTA_BINARY_PACKED),
        ("i64", Encoding::DELTA_BINARY_PACKED),
        ("u64", Encoding::DELTA_BINARY_PACKED),
        ("b", Encoding::RLE),
        ("f", Encoding::BYTE_STREAM_SPLIT),
        ("d", Encoding::BYTE_STREAM_SPLIT),
        ("s", Encoding::DELTA_BYTE_ARRAY),
        ("json", Encoding::DELTA_LENGTH_BYTE_ARRAY),
    ];
    let second = || properties().set_writer_version(WriterVersion::PARQUET_2_0);
    for way in [
        properties(),
        properties().set_dictionary_enabled(false).set_compression(Compression::SNAPPY),
        second().set_compression(Compression::ZSTD(Default::default())),
        second().set_data_page_row_count_limit(1).set_write_batch_size(1),
        encoded(second().set_dictionary_enabled(false), &delta),
    ] {
        written(&path, way);
        let mut diagnostics = Diagnostics::default();
        let table = tables::read(&path, "t.parquet", &mut diagnostics).unwrap();
        assert_eq!((table.len(), table.headers().len()), (6, READ.len()));
        for (i, (name, first, last)) in READ.iter().enumerate() {
            let column: Vec<&str> = (0..6).map(|row| table.cell(row, i)).collect();
            assert_eq!(column, [*first, "", last, first, "", last], "{name}");
        }
        let passed: Vec<&str> = diagnostics.kept().iter().map(|kept| kept.what.as_str()).collect();
        assert_eq!(passed.len(), PASSED.len());
        for ((declared, kind), passed) in PASSED.iter().zip(passed) {
            assert!(passed.ends_with(&format!(" ({kind})")), "{declared}: {passed}");
        }
    }
}

/// Row by row: an id of more digits than a float has keeps them all.
#[test]
fn long_tables_take_every_number_and_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    written(&path, WriterProperties::builder());
    let table = LongTable::open(&path).unwrap();
    let read = |name: &str| {
        let (mut fields, column) = (Vec::new(), table.find(name).unwrap());
        let read = table.rows(&[column], |place, row| {
            fields.push((place(), row[0].clone()));
            Ok(())
        });
        read.map(|()| fields).map_err(|error| error.to_string())
    };
    for (name, first) in [
        ("i8", RowField::Number(-1.0)),
        ("u32", RowField::Number(4_294_967_295.0)),
        ("u64", RowField::Text("18446744073709551615".to_string())),
        ("f", RowField::Number(f64::from(0.1_f32))),
        ("json", RowField::Text("å".to_string())),
        ("bytes", RowField::Text("å".to_string())),
        ("nothing", RowField::Blank),
    ] {
        let fields = read(name).unwrap();
        assert_eq!(fields.len(), 6);
        assert_eq!(fields[1], (format!("{}, row 2", path.display()), RowField::Blank));
        assert_eq!((&fields[0].1, &fields[3].1), (&first, &first), "{name}");
    }
    for (name, kind) in [("b", "Boolean"), ("day", "Date32"), ("l", "List(Utf8)")] {
        let error = read(name).unwrap_err();
        assert!(error.contains(&format!("column {name} is {kind}")), "{error}");
    }
}
