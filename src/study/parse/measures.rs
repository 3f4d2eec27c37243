//! `[[measure]]` → keys and values with their places. What they mean is `measures`' business, which comes later.

use std::path::Path;

use serde_json::{Map, Value, json};
use toml::de::{DeTable, DeValue};

use super::syntax;
use super::tables::several;
use super::walk::TableReader;
use crate::base::error::{Error, Problem, Result};
use crate::base::place::Place;
use crate::study::{WrittenKey, WrittenMeasure, WrittenValue};

pub(super) fn measure<'t>(walk: &mut TableReader<'t>, table: &DeTable<'t>, at: usize) -> WrittenMeasure {
    let mut keys = Vec::new();
    for (key, value) in table.iter() {
        let place = walk.place(value.span().start);
        let key = key.get_ref().to_string();
        keys.push((value.span().start, WrittenKey { key, place, value: written(value.get_ref()) }));
    }
    keys.sort_by_key(|(at, _)| *at);
    WrittenMeasure { place: walk.place(at), keys: keys.into_iter().map(|(_, key)| key).collect() }
}

fn written(value: &DeValue<'_>) -> WrittenValue {
    match value {
        DeValue::String(text) => WrittenValue::Text(text.to_string()),
        DeValue::Boolean(flag) => WrittenValue::Flag(*flag),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => WrittenValue::Number(number as f64),
            Err(_) => WrittenValue::Other("too large a number"),
        },
        DeValue::Float(float) => {
            float.as_str().parse().map_or(WrittenValue::Other("no number"), WrittenValue::Number)
        }
        DeValue::Array(items) => {
            WrittenValue::List(items.iter().map(|item| written(item.get_ref())).collect())
        }
        DeValue::Datetime(_) => WrittenValue::Other("a date or time"),
        DeValue::Table(_) => WrittenValue::Other("a table"),
    }
}

/// The `[[measure]]` tables of a TOML file that holds nothing else.
///
/// # Errors
/// Where it is not TOML, or holds something else, or nothing.
pub fn measures_of_toml(text: &str, file: &str) -> Result<Vec<WrittenMeasure>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut walk = TableReader::new(text, file, Path::new(file));
    if syntax::told(&mut walk, text, &errors) {
        return Err(Error::Input(walk.problems()));
    }
    let document = document.get_ref();
    for (name, value) in document.iter() {
        if name.get_ref() != "measure" || !value.get_ref().is_array() {
            let what = format!("{} is no [[measure]]", name.get_ref());
            walk.wrong(name.span().start, what, "this file is for [[measure]] alone");
        }
    }
    let specs: Vec<WrittenMeasure> =
        several(document, "measure").map(|(table, at)| measure(&mut walk, table, at)).collect();
    if specs.is_empty() {
        walk.missing("there is no [[measure]]", "write [[measure]] and kind = \"gravity\", …");
    }
    let problems = walk.problems();
    if problems.is_empty() { Ok(specs) } else { Err(Error::Input(problems)) }
}

/// A measure from the command line: `gravity:decay=exponential,half_life_min=20,of=jobs`; lists with `+`.
///
/// # Errors
/// Where a part is no `key=value`.
pub fn measure_of_flag(flag: &str) -> Result<WrittenMeasure> {
    let place = Place::from(format!("--measure {flag}"));
    let (kind, rest) = flag.split_once(':').unwrap_or((flag, ""));
    let key =
        |key: &str, value: WrittenValue| WrittenKey { key: key.to_string(), place: place.clone(), value };
    let mut keys = vec![key("kind", WrittenValue::Text(kind.trim().to_string()))];
    for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((name, value)) => keys.push(key(name.trim(), of_text(value.trim()))),
            None => {
                let remedy = "write KIND:key=value,key=value; a list as key=15+30+45";
                let what = format!("\"{part}\" is no key=value");
                return Err(Error::Usage(Problem::new(&place, what, remedy)));
            }
        }
    }
    Ok(WrittenMeasure { place: place.clone(), keys })
}

fn of_text(text: &str) -> WrittenValue {
    if let Ok(number) = text.parse::<f64>() {
        return WrittenValue::Number(number);
    }
    match text {
        "true" => WrittenValue::Flag(true),
        "false" => WrittenValue::Flag(false),
        _ if text.contains('+') => {
            WrittenValue::List(text.split('+').map(|part| of_text(part.trim())).collect())
        }
        _ => WrittenValue::Text(text.to_string()),
    }
}

/// Measures as the manifest has them.
pub(super) fn as_json(specs: &[WrittenMeasure]) -> Value {
    let measure = |spec: &WrittenMeasure| {
        let keys = spec.keys.iter().map(|written| (written.key.clone(), value(&written.value)));
        Value::Object(keys.collect::<Map<_, _>>())
    };
    Value::Array(specs.iter().map(measure).collect())
}

fn value(written: &WrittenValue) -> Value {
    match written {
        WrittenValue::Text(text) => json!(text),
        WrittenValue::Number(number) => json!(number),
        WrittenValue::Flag(flag) => json!(flag),
        WrittenValue::List(items) => Value::Array(items.iter().map(value).collect()),
        WrittenValue::Other(what) => json!(what),
    }
}
