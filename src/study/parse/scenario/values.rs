//! Values of edits as they are written.

use serde_json::{Map, Value, json};
use toml::de::DeValue;

/// A value as written, for the manifest.
pub fn json(value: &DeValue<'_>) -> Value {
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
