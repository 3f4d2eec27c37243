//! Which keys a section knows.

use serde_json::Value;
use toml::de::DeValue;

use super::value::json;
use crate::study::keys::{Key, LATER, keys};

/// All keys of a section; destinations share the keys of cells.
pub fn of_section(section: &str) -> impl Iterator<Item = &'static Key> {
    let shared = match section {
        "destinations" => "cells",
        "destinations.join" => "cells.join",
        "destinations.points_of_interest" => "cells.points_of_interest",
        _ => section,
    };
    keys().filter(move |key| {
        (key.section == section || key.section == shared)
            && !LATER.iter().any(|later| later.0 == section && later.1 == key.name)
    })
}

/// A default or an example as JSON.
pub fn as_json(toml: &str) -> Option<Value> {
    DeValue::parse(toml).ok().map(|value| json(value.get_ref()))
}
