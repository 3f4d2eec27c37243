//! Values of TOML → checked values, or what is wrong with them; and as JSON.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};
use toml::de::DeValue;

use crate::base::extent::{Axis, from_minutes, no_degrees};

/// A text that is not blank.
pub(crate) fn text(value: &DeValue<'_>) -> Result<String, String> {
    match value.as_str() {
        Some(text) if text.trim().is_empty() => Err("is empty".into()),
        Some(text) => Ok(text.to_string()),
        None => Err(format!("is {}, not a text", kind(value))),
    }
}

pub(super) fn integer(value: &DeValue<'_>) -> Result<i128, String> {
    let integer = value.as_integer().ok_or_else(|| format!("is {}, not a whole number", kind(value)))?;
    i128::from_str_radix(integer.as_str(), integer.radix()).map_err(|_| "is too large".to_string())
}

pub(crate) fn whole(value: &DeValue<'_>, range: &RangeInclusive<u32>) -> Result<u32, String> {
    let number = integer(value)?;
    u32::try_from(number).ok().filter(|n| range.contains(n)).ok_or_else(|| format!("is {number}"))
}

pub(crate) fn number(value: &DeValue<'_>, range: &RangeInclusive<f64>) -> Result<f64, String> {
    let number: Option<f64> = match value {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => return Err(format!("is {}, not a number", kind(value))),
    };
    let number = number.ok_or("is no number")?;
    if range.contains(&number) { Ok(number) } else { Err(format!("is {number}")) }
}

/// Degrees of longitude or latitude; what else a number or text may be is said.
pub(crate) fn degrees(value: &DeValue<'_>, axis: Axis) -> Result<f64, String> {
    if let Some((text, decimal)) = value.as_str().and_then(|text| Some((text, from_minutes(text)?))) {
        return Err(format!("is \"{text}\": in decimal degrees that is {decimal:.6}"));
    }
    let number = number(value, &(f64::MIN..=f64::MAX))?;
    let most = axis.most();
    if (-most..=most).contains(&number) {
        Ok(number)
    } else {
        Err(format!("is {number}: {}", no_degrees(axis, number)))
    }
}

pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// A value as written, for the manifest.
pub(super) fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => json!(number),
            Err(_) => json!(integer.as_str()),
        },
        DeValue::Float(float) => float.as_str().parse::<f64>().map_or(Value::Null, |number| json!(number)),
        DeValue::Datetime(time) => json!(time.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| json(item.get_ref())).collect()),
        DeValue::Table(table) => {
            // In the order in which they stand.
            let mut keys: Vec<_> = table.iter().collect();
            keys.sort_by_key(|(key, _)| key.span().start);
            let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                (key.to_string(), json(value.get_ref()))
            };
            Value::Object(keys.into_iter().map(entry).collect::<Map<_, _>>())
        }
    }
}
