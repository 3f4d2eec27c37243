//! The JSON Schema of a study, held to the parser: both take and refuse the same.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

use isokron::base::error::Error;
use isokron::measures::decay::DECAYS;
use isokron::measures::kinds::MEASURES;
use isokron::measures::spec::resolve;
use isokron::outputs::schema;
use isokron::scenario::written::{EDITS, edits_of, parse};
use isokron::study::keys::{SECTIONS, keys};
use isokron::study::parse::measures_of_toml;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// A schema with its validator, which is not ours.
struct Schema {
    root: Value,
    validator: Validator,
    /// Of its parts, by their text: one takes long to make, and holds of thousands of values are asked.
    parts: RefCell<HashMap<String, Validator>>,
}

impl Schema {
    fn new(root: Value) -> Schema {
        assert!(jsonschema::draft202012::meta::is_valid(&root), "the schema is none");
        let validator = jsonschema::validator_for(&root).expect("a schema");
        Schema { validator, root, parts: RefCell::default() }
    }

    /// What is wrong, by path.
    fn check(&self, value: &Value) -> Vec<String> {
        let said = |error: jsonschema::ValidationError| format!("{}: {error}", error.instance_path());
        self.validator.iter_errors(value).map(said).collect()
    }

    /// Whether a part of the schema, which may point at its definitions, holds of a value.
    fn holds(&self, part: &Value, value: &Value) -> bool {
        let made = || {
            let whole =
                json!({ "$schema": self.root["$schema"], "$defs": self.root["$defs"], "allOf": [part] });
            jsonschema::validator_for(&whole).expect("a schema")
        };
        self.parts.borrow_mut().entry(part.to_string()).or_insert_with(made).is_valid(value)
    }
}

fn json_of(toml: &str) -> Value {
    fn plain(value: toml::Value) -> Value {
        match value {
            toml::Value::String(text) => json!(text),
            toml::Value::Integer(number) => json!(number),
            toml::Value::Float(number) => json!(number),
            toml::Value::Boolean(flag) => json!(flag),
            toml::Value::Datetime(time) => json!(time.to_string()),
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Table(table) => Value::Object(
                table.into_iter().map(|(key, value)| (key, plain(value))).collect::<Map<_, _>>(),
            ),
        }
    }
    plain(toml::Value::Table(toml.parse().unwrap_or_else(|error| panic!("{error}\n{toml}"))))
}

#[test]
fn the_demo_is_valid_and_mistakes_are_seen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (study, edits) = (Schema::new(schema::study()), Schema::new(schema::edits()));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    for path in [
        "fixtures/skargard/study.toml",
        "fixtures/skargard/scenarios.toml",
        "fixtures/old/v1/study.toml",
        "scripts/porto_alegre.toml",
    ] {
        assert_eq!(study.check(&json_of(&read(path))), Vec::<String>::new(), "{path}");
    }
    for entry in std::fs::read_dir(root.join("fixtures/skargard/scenarios")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(edits.check(&json_of(&text)), Vec::<String>::new(), "{}", path.display());
    }
    let text = read("fixtures/skargard/scenarios.toml");
    for (from, to, wrong) in [
        (
            "population =",
            "populatoin =",
            "/cells: Additional properties are not allowed ('populatoin' was unexpected)",
        ),
        ("[outputs]", "[output]", ": Additional properties are not allowed ('output' was unexpected)"),
        (
            "max_walk_s = 1800",
            "max_walk_s = \"1800\"",
            "/profile/0/max_walk_s: \"1800\" is not of type \"integer\"",
        ),
        ("date = 2026-03-10", "day = 2026-03-10", "/period/0: \"date\" is a required property"),
        ("\"07:00/08:00\"", "\"7 to 8\"", "/period/0/depart: \"7 to 8\" does not match"),
    ] {
        assert!(text.contains(from), "{from}");
        let found = study.check(&json_of(&text.replacen(from, to, 1))).join("\n");
        assert!(found.contains(wrong), "no {wrong:?} in {found}");
    }
}

#[test]
fn every_key_kind_and_measure_is_there() {
    let root = schema::study();
    let schema = Schema::new(root.clone());
    for key in keys() {
        let table = match SECTIONS.iter().find(|section| section.0 == key.section) {
            Some((name, true)) => &root["properties"][name]["items"],
            Some((name, false)) => &root["properties"][name],
            None => &root["$defs"][key.section],
        };
        let said = &table["properties"][key.name];
        assert!(
            said["description"].as_str().is_some_and(|text| text.starts_with(key.meaning)),
            "{}.{}",
            key.section,
            key.name
        );
        assert_eq!(table["additionalProperties"], json!(false), "{}", key.section);
        // An example is one of the values that the key takes, and so is what holds without it.
        for value in [&said["examples"][0], &said["default"]] {
            let edit = (key.section, key.name) == ("scenario", "edit");
            let given = !value.is_null() && !edit;
            assert!(!given || schema.holds(said, value), "{}.{}: {value}", key.section, key.name);
        }
    }
    let kinds = |list: &Value| -> Vec<String> {
        let kind = |schema: &Value| schema["properties"]["kind"]["const"].as_str().unwrap().to_string();
        list.as_array().unwrap().iter().map(kind).collect()
    };
    assert_eq!(
        kinds(&root["$defs"]["edit"]["anyOf"]),
        EDITS.iter().map(|kind| kind.name).collect::<Vec<_>>()
    );
    assert_eq!(
        kinds(&root["$defs"]["measure"]["anyOf"]),
        MEASURES.iter().map(|kind| kind.name).collect::<Vec<_>>()
    );
}

/// Values of all kinds, good and bad, as TOML; none of its dates, which are texts in JSON.
const VALUES: [&str; 33] = [
    "\"\"",
    "\" \"",
    "\"word\"",
    "\"Word-1\"",
    "\"a=b\"",
    "\"07:30\"",
    "\"07:00/09:00\"",
    "\"EPSG:3006\"",
    "\"2026-03-10\"",
    "true",
    "-1",
    "0",
    "1",
    "50",
    "99",
    "100",
    "101",
    "5000",
    "200000",
    "3000000000",
    "0.5",
    "1.5",
    "-0.5",
    "1e13",
    "[]",
    "[\"walk\"]",
    "[0]",
    "[1, 2]",
    "[0.5]",
    "[101]",
    "[[18.0, 59.3], [18.1, 59.3], [18.1, 59.4]]",
    "{}",
    "[{}]",
];

/// Of every key of the sections: what the schema refuses the parser refuses there, and where the parser says that a
/// value is of the wrong kind, the schema has refused it.
#[test]
fn parser_and_schema_take_the_same_values() {
    let schema = Schema::new(schema::study());
    let base = "[study]\nname = \"x\"\n[network]\nosm = [\"a.pbf\"]\n[cells]\nfile = \"c.csv\"\npopulation = \"p\"\n\
                groups = [\"g\"]\nincome = \"i\"\n[[profile]]\nname = \"adult\"\n";
    let (mut tried, mut apart) = (0, Vec::new());
    for key in keys().filter(|key| !key.section.starts_with("scenario")) {
        for value in VALUES {
            let mut document: toml::Table = base.parse().unwrap();
            document
                .remove(key.section)
                .filter(|_| key.section != "cells" && key.section != "study" && key.section != "network");
            let mut table = match (key.section, key.name) {
                ("cells", "size_m" | "boundary" | "values") => {
                    "size_m = 250\ncrs = \"EPSG:3006\"".to_string()
                }
                ("cells", "x" | "y" | "crs") => "file = \"c.csv\"\ncrs = \"EPSG:3006\"".to_string(),
                ("cells", _) => {
                    "file = \"c.csv\"\npopulation = \"p\"\ngroups = [\"g\"]\nincome = \"i\"".to_string()
                }
                ("study", _) => "name = \"x\"".to_string(),
                ("network", _) => "osm = [\"a.pbf\"]".to_string(),
                ("destinations", _) => "file = \"d.csv\"\nname = \"d\"".to_string(),
                ("period", "arrive") => "name = \"p\"\ndate = 2026-03-10".to_string(),
                ("period", _) => "name = \"p\"\ndate = 2026-03-10\ndepart = \"07:00/08:00\"".to_string(),
                (
                    "profile",
                    "bicycle_speed_kmh" | "bicycle_type" | "lts" | "max_lts" | "max_direct_bicycle_s",
                ) => "name = \"a\"\nmodes = [\"bicycle\"]".to_string(),
                ("profile", _) => "name = \"a\"".to_string(),
                _ => String::new(),
            }
            .parse::<toml::Table>()
            .unwrap();
            let given: toml::Table = format!("v = {value}").parse().unwrap();
            table.insert(key.name.to_string(), given["v"].clone());
            let several = SECTIONS.contains(&(key.section, true));
            let (section, table) = match key.section.split_once('.') {
                Some((outer, inner)) => (outer, toml::Table::from_iter([(inner.to_string(), table.into())])),
                None => (key.section, table),
            };
            let table =
                if several { vec![toml::Value::Table(table)].into() } else { toml::Value::Table(table) };
            document.insert(section.to_string(), table);
            let text = toml::to_string(&document).unwrap();
            let refused = schema.check(&json_of(&text));
            let problems = match parse(&text, "study.toml", Path::new(".")) {
                Err(Error::Input(problems)) => problems,
                _ => Vec::new(),
            };
            let name = format!("{}.{}", key.section, key.name);
            let of_key = |what: &str| {
                what.split([' ', '[']).next() == Some(&name) || what.starts_with(&format!("{name} "))
            };
            let of_parser: Vec<&str> =
                problems.iter().map(|p| p.what.as_str()).filter(|what| of_key(what)).collect();
            tried += 1;
            // Names of indices are looked up later.
            if !refused.is_empty() && problems.is_empty() && name != "equity.indices" {
                apart.push(format!("{name} = {value}: only the schema: {refused:?}"));
            }
            let kind = of_parser.iter().any(|what| {
                [", not a ", " is not a ", " is a text", " is empty"].iter().any(|part| what.contains(part))
            });
            if kind && refused.is_empty() {
                apart.push(format!("{name} = {value}: only the parser: {of_parser:?}"));
            }
        }
    }
    assert!(apart.is_empty(), "{}", apart.join("\n"));
    assert!(tried > 2000, "{tried}");
}

/// The same of the keys of every kind of edit, each alone beside its kind: a key's own mistake is known by its name.
#[test]
fn parser_and_schema_take_the_same_edits() {
    let mut apart = Vec::new();
    let schema = Schema::new(schema::edits());
    for kind in EDITS {
        for key in kind.keys().filter(|key| key.name != "kind") {
            for value in VALUES {
                // Departures back are read beside departures.
                let beside = if key.name == "departures_back" { "departures = [\"07:00\"]\n" } else { "" };
                let text = format!("[[edit]]\nkind = \"{}\"\n{beside}{} = {value}\n", kind.name, key.name);
                let edit = json_of(&text)["edit"][0].clone();
                let branch = EDITS.iter().position(|other| other.name == kind.name).unwrap();
                let branch = &schema.root["$defs"]["edit"]["anyOf"][branch];
                let refused = !schema.holds(&branch["properties"][key.name], &edit[key.name]);
                let Err(Error::Input(problems)) = edits_of(&text, "e.toml") else { continue };
                let name = format!("{}.{}", kind.name, key.name);
                let said: Vec<&str> = problems
                    .iter()
                    .map(|p| p.what.as_str())
                    .filter(|what| what.starts_with(&format!("{name} ")))
                    .collect();
                if refused && said.is_empty() {
                    apart.push(format!("{name} = {value}: only the schema"));
                }
                let of_kind = said.iter().any(|what| {
                    [", not a ", "is not a table", "is not a list", "is empty"]
                        .iter()
                        .any(|part| what.contains(part))
                });
                if of_kind && !refused {
                    apart.push(format!("{name} = {value}: only the parser: {said:?}"));
                }
            }
        }
    }
    assert!(apart.is_empty(), "{}", apart.join("\n"));
}

/// Of every kind of measure, with every decay function: parameters with values of all kinds.
#[test]
fn measures_and_schema_take_the_same() {
    let schema = Schema::new(schema::study());
    let mut apart = Vec::new();
    let good = |name: &str| match name {
        "cutoffs_min" | "amounts" => "[30]",
        "steps_min" | "at_min" => "[10, 20]",
        "weights" => "[0.5, 0]",
        "to_min" => "60",
        _ => "20",
    };
    for (k, kind) in MEASURES.iter().enumerate() {
        let decays: Vec<Option<usize>> =
            if kind.decay { (0..DECAYS.len()).map(Some).collect() } else { vec![None] };
        for decay in decays {
            let parameters =
                kind.parameters.iter().chain(decay.into_iter().flat_map(|d| DECAYS[d].parameters));
            let mut lines: Vec<(&str, String)> = vec![("kind", format!("\"{}\"", kind.name))];
            lines.extend(decay.map(|d| ("decay", format!("\"{}\"", DECAYS[d].name))));
            let must =
                parameters.clone().filter(|param| param.unset == isokron::measures::parameters::Unset::Must);
            lines.extend(must.map(|param| (param.name, good(param.name).to_string())));
            if decay.is_some_and(|d| DECAYS[d].name == "exponential") {
                lines.push(("half_life_min", "20".to_string()));
            }
            let both = |lines: &[(&str, String)]| {
                let keys: String = lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
                let text = format!("[[measure]]\n{keys}");
                let value = json_of(&text)["measure"][0].clone();
                let taken = resolve(&measures_of_toml(&text, "m.toml").unwrap()).is_ok();
                (taken, schema.holds(&schema.root["$defs"]["measure"]["anyOf"][k], &value), text)
            };
            let (taken, holds, text) = both(&lines);
            assert!(taken && holds, "{taken} {holds}\n{text}");
            let common = ["name", "of", "direction", "percentiles", "mean", "unheard_of"];
            for name in parameters.map(|param| param.name).chain(common) {
                for value in VALUES.iter().filter(|value| !value.starts_with("20")) {
                    let mut lines = lines.clone();
                    lines.retain(|(key, _)| *key != name);
                    lines.push((name, value.to_string()));
                    let (taken, holds, text) = both(&lines);
                    // Limits that depend on each other, and means of what has none, only the program knows.
                    let alone = [
                        "cutoff_min",
                        "from_min",
                        "to_min",
                        "step_min",
                        "width_min",
                        "mean",
                        "steps_min",
                        "at_min",
                        "weights",
                        "half_life_min",
                        "rate_per_min",
                        "percentiles",
                    ];
                    if taken != holds && (taken || !alone.contains(&name)) {
                        let who = if taken { "schema" } else { "program" };
                        apart.push(format!("only the {who} refuses:\n{text}"));
                    }
                }
            }
        }
    }
    assert!(apart.is_empty(), "{}", apart.join("\n"));
}
