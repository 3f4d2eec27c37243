//! Which keys a section, a kind of edit or a table within one knows.

use serde_json::Value;
use toml::de::DeValue;

use super::scenario::{json, keys_of};
use crate::study::keys::{Key, LATER, keys};

/// The key of a section; destinations share the keys of cells.
pub(super) fn find(section: &str, name: &str) -> Option<&'static Key> {
    of_section(section).find(|key| key.name == name)
}

/// All keys of a section, or of a kind of edit.
pub fn of_section(section: &str) -> impl Iterator<Item = &'static Key> {
    let shared = match section {
        "destinations" => "cells",
        "destinations.join" => "cells.join",
        "destinations.points_of_interest" => "cells.points_of_interest",
        _ => section,
    };
    let keys = keys().filter(move |key| {
        (key.section == section || key.section == shared)
            && !LATER.iter().any(|later| later.0 == section && later.1 == key.name)
    });
    keys.chain(keys_of(section))
}

/// A default or an example as JSON.
pub fn as_json(toml: &str) -> Option<Value> {
    DeValue::parse(toml).ok().map(|value| json(value.get_ref()))
}
