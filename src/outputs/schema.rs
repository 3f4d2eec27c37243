//! The study file as a JSON Schema (2020-12), for editors: made from the keys, kinds of edits, measures and indices
//! that the program knows. It says what a key may be; what keys want of each other the parser says.

use serde_json::{Map, Value, json};

use crate::measures::decay::DECAYS;
use crate::measures::equity::register::indices;
use crate::measures::kinds::{MEASURES, MeasureKind};
use crate::measures::parameters::{Param, Unset};
use crate::measures::spec::{COMMON, DECAY, DEMAND};
use crate::scenario::written::{EDIT_KINDS, EDITS};
use crate::study::keys::{Fallback, Key, SECTIONS, Shape, keys};
use crate::study::parse::{EditKind, as_json, of_section};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Of a study file.
pub fn study() -> Value {
    let mut sections = Map::new();
    for &(name, several) in SECTIONS {
        let one = if name == "measure" { reference("measure") } else { section(name) };
        let schema = if several { json!({ "type": "array", "items": one }) } else { one };
        sections.insert(name.to_string(), schema);
    }
    let mut document = document("A study of isokron", sections, &["study", "network", "cells"]);
    for name in keys().map(|key| key.section).filter(|name| name.contains('.')) {
        document["$defs"][name] = section(name);
    }
    document["$defs"]["measure"] = any_of(MEASURES.iter().map(|kind| measure(kind)).collect());
    document
}

/// Of a file of `[[edit]]` tables that a scenario includes.
pub fn edits() -> Value {
    let list = json!({ "type": "array", "items": reference("edit"), "minItems": 1 });
    let sections = Map::from_iter([("edit".to_string(), list)]);
    document("A file of edits of isokron", sections, &["edit"])
}

fn document(title: &str, properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut parts: Map<String, Value> =
        EDIT_KINDS.tables().iter().map(|table| (table.name.replace(' ', "_"), section(table.name))).collect();
    let edit = |kind: &&EditKind| {
        let mut schema = section(kind.name);
        schema["properties"]["kind"] = json!({ "const": kind.name, "description": kind.meaning });
        schema["description"] = json!(kind.meaning);
        schema
    };
    parts.insert("edit".to_string(), any_of(EDITS.iter().map(edit).collect()));
    json!({
        "$schema": DIALECT,
        "title": title,
        "description": format!("isokron {}", env!("CARGO_PKG_VERSION")),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "$defs": parts,
    })
}

fn any_of(kinds: Vec<Value>) -> Value {
    json!({ "type": "object", "required": ["kind"], "anyOf": kinds })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{}", name.replace(' ', "_")) })
}

/// A table with the keys of a section, of a kind of edit, or of a table within one.
fn section(name: &str) -> Value {
    let keys: Vec<&Key> = of_section(name).chain(EDIT_KINDS.keys_of(name)).collect();
    let required = keys.iter().filter(|key| key.default == Fallback::Required).map(|key| key.name);
    json!({
        "type": "object",
        "properties": keys.iter().map(|key| (key.name.to_string(), of_key(key))).collect::<Map<_, _>>(),
        "required": required.collect::<Vec<_>>(),
        "additionalProperties": false,
    })
}

fn of_key(key: &Key) -> Value {
    let mut schema = value(key.takes);
    schema["description"] = match key.default.otherwise() {
        Some(otherwise) => json!(format!("{}; without it: {otherwise}", key.meaning)),
        None => json!(key.meaning),
    };
    if let Fallback::Value(default) = key.default {
        schema["default"] = as_json(default).unwrap_or_default();
    }
    schema["examples"] = json!([as_json(key.example).unwrap_or_default()]);
    schema
}

fn value(shape: Shape) -> Value {
    let number = |from: (&str, f64), to: (&str, f64)| {
        let mut schema = json!({ "type": "number" });
        for (word, limit) in [from, to] {
            if limit.abs() < f64::MAX {
                schema[word] = json!(limit);
            }
        }
        schema
    };
    match shape {
        Shape::Text | Shape::File => json!({ "type": "string", "pattern": "\\S" }),
        Shape::Name => json!({ "type": "string", "pattern": "^[a-z0-9_]+$" }),
        Shape::Form(pattern) => json!({ "type": "string", "pattern": pattern }),
        Shape::Words(words) => json!({ "type": "string", "enum": words }),
        Shape::Index => {
            let names = std::iter::once("all").chain(indices().map(|index| index.name));
            json!({ "type": "string", "enum": names.collect::<Vec<_>>() })
        }
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Shape::Number(from, to) => number(("minimum", from), ("maximum", to)),
        Shape::Above(from, to) => number(("exclusiveMinimum", from), ("maximum", to)),
        Shape::Speed(most) => number(("exclusiveMinimum", 0.0), ("maximum", most)),
        Shape::Between(from, to) => number(("exclusiveMinimum", from), ("exclusiveMaximum", to)),
        Shape::List(item) => json!({ "type": "array", "items": value(*item) }),
        Shape::Filled(item) => json!({ "type": "array", "items": value(*item), "minItems": 1 }),
        Shape::Exactly(number, item) => {
            json!({ "type": "array", "items": value(*item), "minItems": number, "maxItems": number })
        }
        Shape::Either(shapes) => {
            json!({ "anyOf": shapes.iter().map(|shape| value(*shape)).collect::<Vec<_>>() })
        }
        Shape::Table(name) => reference(name),
        Shape::Map(item) => json!({ "type": "object", "additionalProperties": value(*item) }),
        Shape::Edit => reference("edit"),
        Shape::Any => json!({}),
    }
}

/// A `[[measure]]` of one kind. Where it takes a decay function it takes the parameters of any; those that the one
/// chosen must have are asked for.
fn measure(kind: &MeasureKind) -> Value {
    let mut params: Vec<&Param> = COMMON.iter().chain(kind.parameters).collect();
    if kind.demand {
        params.push(&DEMAND);
    }
    if kind.decay {
        params.push(&DECAY);
    }
    let must = |params: &[Param]| {
        params.iter().filter(|param| param.unset == Unset::Must).map(|param| param.name).collect::<Vec<_>>()
    };
    let mut properties: Map<String, Value> =
        params.iter().map(|param| (param.name.to_string(), of_param(kind.name, param))).collect();
    properties["kind"] = json!({ "const": kind.name, "description": kind.purpose });
    let mut required = [must(COMMON), must(kind.parameters)].concat();
    let mut rules = Vec::new();
    if kind.decay {
        required.push(DECAY.name);
        for decay in DECAYS {
            for param in decay.parameters {
                properties.entry(param.name).or_insert_with(|| of_param(kind.name, param));
            }
            rules.push(json!({
                "if": { "properties": { "decay": { "const": decay.name } } },
                "then": { "required": must(decay.parameters) },
            }));
        }
    }
    let mut schema = json!({
        "type": "object",
        "description": kind.purpose,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !rules.is_empty() {
        schema["allOf"] = json!(rules);
    }
    schema
}

/// What a parameter of a measure takes: names carry units, so equal names take the same, but for one.
fn of_param(kind: &str, param: &Param) -> Value {
    let words = |words: &[&str]| json!({ "type": "string", "enum": words });
    let one_or_more = |item: Shape, empty: bool| {
        let least = u8::from(!empty);
        json!({ "anyOf": [value(item), { "type": "array", "items": value(item), "minItems": least }] })
    };
    let above = Shape::Above(0.0, f64::MAX);
    let from_zero = Shape::Number(0.0, f64::MAX);
    let mut schema = match param.name {
        "name" => value(Shape::Name),
        "of" => one_or_more(Shape::Form("."), false),
        "direction" => words(&["active", "passive"]),
        "mean" => value(Shape::Flag),
        "kind" | "demand" => value(Shape::Text),
        "decay" => words(&DECAYS.iter().map(|kind| kind.name).collect::<Vec<_>>()),
        "summary" => words(&["median", "mean", "min", "max"]),
        "rule" => words(&["at_least", "more_than"]),
        "percentiles" => one_or_more(Shape::Above(0.0, 100.0), true),
        "n" => one_or_more(Shape::Whole(1, 1_000_000), false),
        "cutoffs_min" | "amounts" => one_or_more(above, false),
        "steps_min" | "at_min" => one_or_more(from_zero, false),
        "weights" => one_or_more(Shape::Number(0.0, 1.0), false),
        // 0: to the second.
        "step_min" if kind == "balancing" => value(from_zero),
        _ => value(above),
    };
    schema["description"] = match param.unset {
        Unset::Words(otherwise) => json!(format!("{}; without it: {otherwise}", param.meaning)),
        _ => json!(param.meaning),
    };
    match param.unset {
        Unset::Number(number) => schema["default"] = json!(number),
        Unset::Word(word) => schema["default"] = json!(word),
        Unset::Must | Unset::Words(_) => {}
    }
    schema
}
