//! What a column of Parquet holds, by its types: those that are read, and words for all.

use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::schema::types::Type;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inputs) enum ValueKind {
    /// Nothing but blanks.
    Nothing,
    Truth,
    Integer,
    Unsigned,
    Float,
    Double,
    Text,
    Bytes,
    /// Not read: times, decimals, bytes of fixed length, nested columns.
    Other,
}

/// A column of a file.
#[derive(Clone, Debug)]
pub(in crate::inputs) struct ParquetColumn {
    pub(in crate::inputs) name: String,
    pub(in crate::inputs) kind: ValueKind,
    /// Its type, in Arrow's words, as other tools show it.
    pub(in crate::inputs) said: String,
    pub(super) optional: bool,
    /// Its place among the columns that have values; none where they are not looked at.
    pub(super) leaf: Option<usize>,
}

/// A column of the file's schema, whose first values are those of the column `leaf`.
pub(super) fn column(field: &Type, leaf: Option<usize>) -> ParquetColumn {
    let (kind, said) = kind(field);
    let leaf = leaf.filter(|_| kind != ValueKind::Nothing);
    ParquetColumn { name: field.name().to_string(), kind, said, optional: is_optional(field), leaf }
}

fn is(field: &Type, repetition: Repetition) -> bool {
    let info = field.get_basic_info();
    info.has_repetition() && info.repetition() == repetition
}

fn is_optional(field: &Type) -> bool {
    is(field, Repetition::OPTIONAL)
}

fn kind(field: &Type) -> (ValueKind, String) {
    if is(field, Repetition::REPEATED) {
        (ValueKind::Other, list_of(field, "non-null "))
    } else {
        held(field)
    }
}

/// What one value of a column is.
fn held(field: &Type) -> (ValueKind, String) {
    match field {
        Type::GroupType { .. } => (ValueKind::Other, nested(field)),
        Type::PrimitiveType { basic_info, physical_type, type_length, scale, precision } => {
            let annotation = (basic_info.logical_type_ref(), basic_info.converted_type());
            let decimal = match annotation {
                (Some(LogicalType::Decimal(decimal)), _) => Some((decimal.precision, decimal.scale)),
                (None, ConvertedType::DECIMAL) => Some((*precision, *scale)),
                _ => None,
            };
            if annotation.0 == Some(&LogicalType::Unknown) {
                return (ValueKind::Nothing, "Null".to_string());
            }
            if let Some((precision, scale)) = decimal {
                let bits = if *type_length > 16 || precision > 38 { 256 } else { 128 };
                return (ValueKind::Other, format!("Decimal{bits}({precision}, {scale})"));
            }
            plain(*physical_type, annotation, *type_length)
        }
    }
}

type Annotation<'a> = (Option<&'a LogicalType>, ConvertedType);

fn plain(physical: Physical, annotation: Annotation<'_>, length: i32) -> (ValueKind, String) {
    let other = |said: &str| (ValueKind::Other, said.to_string());
    match physical {
        Physical::BOOLEAN => (ValueKind::Truth, "Boolean".to_string()),
        Physical::FLOAT => (ValueKind::Float, "Float32".to_string()),
        Physical::DOUBLE => (ValueKind::Double, "Float64".to_string()),
        Physical::INT96 => other("Timestamp(ns)"),
        Physical::INT32 => number(annotation, 32),
        Physical::INT64 => number(annotation, 64),
        Physical::BYTE_ARRAY => match annotation {
            (Some(LogicalType::String | LogicalType::Json), _)
            | (None, ConvertedType::UTF8 | ConvertedType::JSON) => (ValueKind::Text, "Utf8".to_string()),
            _ => (ValueKind::Bytes, "Binary".to_string()),
        },
        Physical::FIXED_LEN_BYTE_ARRAY => match annotation {
            (Some(LogicalType::Float16), _) => other("Float16"),
            (None, ConvertedType::INTERVAL) => other("Interval(DayTime)"),
            _ => other(&format!("FixedSizeBinary({length})")),
        },
    }
}

/// What whole numbers of so many bits stand for.
fn number(annotation: Annotation<'_>, bits: u8) -> (ValueKind, String) {
    let whole = |bits: u8, signed: bool| match signed {
        true => (ValueKind::Integer, format!("Int{bits}")),
        false => (ValueKind::Unsigned, format!("UInt{bits}")),
    };
    let time = match annotation {
        (Some(LogicalType::Integer(int)), _) => return whole(int.bit_width.unsigned_abs(), int.is_signed),
        (None, ConvertedType::INT_8) => return whole(8, true),
        (None, ConvertedType::INT_16) => return whole(16, true),
        (None, ConvertedType::UINT_8) => return whole(8, false),
        (None, ConvertedType::UINT_16) => return whole(16, false),
        (None, ConvertedType::UINT_32) => return whole(32, false),
        (None, ConvertedType::UINT_64) => return whole(64, false),
        (None, ConvertedType::NONE | ConvertedType::INT_32 | ConvertedType::INT_64) => {
            return whole(bits, true);
        }
        (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => "Date32".to_string(),
        (Some(LogicalType::Time(time)), _) => format!("Time{bits}({})", unit(time.unit)),
        (None, ConvertedType::TIME_MILLIS) => "Time32(ms)".to_string(),
        (None, ConvertedType::TIME_MICROS) => "Time64(µs)".to_string(),
        (Some(LogicalType::Timestamp(time)), _) => {
            let zone = if time.is_adjusted_to_u_t_c { ", \"UTC\"" } else { "" };
            format!("Timestamp({}{zone})", unit(time.unit))
        }
        (None, ConvertedType::TIMESTAMP_MILLIS) => "Timestamp(ms, \"UTC\")".to_string(),
        (None, ConvertedType::TIMESTAMP_MICROS) => "Timestamp(µs, \"UTC\")".to_string(),
        (logical, converted) => format!("of an unknown type ({logical:?}, {converted})"),
    };
    (ValueKind::Other, time)
}

fn unit(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::MILLIS => "ms",
        TimeUnit::MICROS => "µs",
        TimeUnit::NANOS => "ns",
    }
}

/// A column of columns.
fn nested(field: &Type) -> String {
    let info = field.get_basic_info();
    let is_list = matches!(info.logical_type_ref(), Some(LogicalType::List))
        || info.converted_type() == ConvertedType::LIST;
    let is_map = matches!(info.logical_type_ref(), Some(LogicalType::Map))
        || matches!(info.converted_type(), ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE);
    match field.get_fields() {
        [entry] if is_map => format!("Map({:?}: non-null {}, unsorted)", entry.name(), record(entry)),
        [entry] if is_list => match entry.is_group().then(|| entry.get_fields()) {
            Some([item]) => list_of(item, if is_optional(item) { "" } else { "non-null " }),
            _ => list_of(entry, "non-null "),
        },
        _ => record(field),
    }
}

fn list_of(item: &Type, blank: &str) -> String {
    let name = if item.name() == "item" { String::new() } else { format!(", field: '{}'", item.name()) };
    format!("List({blank}{}{name})", held(item).1)
}

fn record(field: &Type) -> String {
    let part = |part: &std::sync::Arc<Type>| {
        let blank = if is_optional(part) { "" } else { "non-null " };
        format!("{:?}: {blank}{}", part.name(), kind(part).1)
    };
    format!("Struct({})", field.get_fields().iter().map(part).collect::<Vec<_>>().join(", "))
}
