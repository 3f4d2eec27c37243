//! `[equity]` of a manifest, where it stands as JSON with every default → what it was in the study.

use std::path::{Path, PathBuf};

use serde_json::Value;
use toml::de::DeTable;

use super::equity;
use super::tables::single;
use super::walk::TableReader;
use crate::base::error::{Error, Result};
use crate::study::{EquitySpec, GroupsAre, PlacesSource, PlacesSpec};

/// The equity section of a manifest's parameters (see [`super::resolved`]). Keys of other versions are passed over, and
/// keys that it lacks have their defaults.
///
/// # Errors
/// Values that no study has.
pub fn equity_of(parameters: &Value, manifest: &str) -> Result<EquitySpec> {
    let wrong = |what: String| Error::input(manifest, what, "run the study again: isokron run STUDY");
    let keys = parameters["equity"].as_object().into_iter().flatten();
    let lines = keys.filter_map(|(key, value)| Some(format!("{key} = {}\n", toml(value)?)));
    let text = format!("[equity]\n{}", lines.collect::<String>());
    let (document, errors) = DeTable::parse_recoverable(&text);
    if let Some(error) = errors.first() {
        return Err(wrong(format!("has an [equity] that is not understood: {}", error.message())));
    }
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
    };
    let text_of = |key: &str| parameters["cells"][key].as_str().map(str::to_string);
    let nowhere = String::new;
    let cells = PlacesSpec {
        name: "cells".to_string(),
        source: PlacesSource::File {
            file: PathBuf::new(),
            id: nowhere(),
            x: nowhere(),
            y: nowhere(),
            crs: nowhere(),
        },
        population: text_of("population"),
        opportunities: Vec::new(),
        groups: texts(&parameters["cells"]["groups"]),
        groups_are: GroupsAre::Counts,
        // That [equity] asks for income where there is none is no mistake here.
        income: Some(text_of("income").unwrap_or_default()),
        population_se: text_of("population_se"),
        income_se: text_of("income_se"),
        joins: Vec::new(),
        interests: Vec::new(),
    };
    let mut walk = TableReader::new(&text, manifest, Path::new(manifest));
    let (table, at) = single(document.get_ref(), "equity");
    let spec = equity::equity(&mut walk, table, at, &cells);
    if walk.wrongs() > 0 {
        let said: Vec<String> = walk.problems().into_iter().map(|problem| problem.what).collect();
        return Err(wrong(said.join("; ")));
    }
    Ok(spec)
}

/// A value as TOML; `None` for null, which is a key that is absent.
fn toml(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Array(items) => {
            format!("[{}]", items.iter().filter_map(toml).collect::<Vec<_>>().join(", "))
        }
        Value::Object(keys) => {
            let entry = |(key, value): (&String, &Value)| {
                Some(format!("{} = {}", Value::from(key.as_str()), toml(value)?))
            };
            format!("{{ {} }}", keys.iter().filter_map(entry).collect::<Vec<_>>().join(", "))
        }
        // Texts and numbers are written alike in both.
        plain => plain.to_string(),
    })
}
