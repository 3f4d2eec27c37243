//! A study as JSON with every default resolved, for the manifest: nothing in it depends on the machine.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::base::units::clock;
use crate::study::fields::KeyValue;
use crate::study::keys::{Entry, Shape};
use crate::study::{
    AccessSpec, Attribute, BicycleSpec, BootstrapSpec, CarSpec, ChainLimits, EquitySpec, InterestSpec,
    IsochronesSpec, JoinBy, JoinSpec, Material, MatrixOutput, NetworkSpec, OutputCrs, PlacedEdit,
    PlacesSource, PlacesSpec, Profile, Scenario, Search, Study, TagFilter, Taken, WindowOf, mode,
};

/// Every parameter of the study in the words of the study file. Paths are as written; of an absolute one only
/// the file's name stays, so that equal runs on two machines give equal bytes.
pub fn resolved(study: &Study) -> Value {
    let outputs = &study.outputs;
    let tables: Vec<&str> = outputs.tables.iter().map(|format| format.name()).collect();
    json!({
        "study": {
            "name": study.name,
            "output": shown(&study.output),
            "time_zone": study.time_zone,
        },
        "network": of_keys(NetworkSpec::KEYS, &study.network, |_| Some(json!(shown(&study.network.cache)))),
        "cells": places(&study.cells),
        "destinations": study.destinations.iter().map(places).collect::<Vec<_>>(),
        "period": study.periods.iter().map(|period| json!({
            "name": period.name,
            "date": period.date.to_string(),
            (window_key(period.of)): format!("{}/{}", clock(period.start_s), clock(period.end_s)),
            "every_s": period.every_s,
        })).collect::<Vec<_>>(),
        "profile": study.profiles.iter().map(profile).collect::<Vec<_>>(),
        "access": of_keys(AccessSpec::KEYS, &study.access, |_| {
            Some(study.access.contrasts.iter().map(|contrast| json!(contrast.name)).collect())
        }),
        "measure": super::measures::as_json(&study.measures),
        "equity": equity(&study.equity),
        "isochrones": study.isochrones.as_ref().map(isochrones),
        "outputs": {
            "tables": tables,
            "breakdown": outputs.breakdown,
            "tidy": outputs.tidy,
            "crs": match &outputs.crs {
                OutputCrs::Degrees => Value::Null,
                OutputCrs::Cells => json!("cells"),
                OutputCrs::Code(code) => json!(code),
            },
            "matrix": match outputs.matrix {
                MatrixOutput::None => json!(false),
                MatrixOutput::Whole => json!(true),
                MatrixOutput::Partitioned => json!("partitioned"),
            },
        },
        "scenario": study.scenarios.iter().map(scenario).chain(study.searches.iter().map(search)).collect::<Vec<_>>(),
    })
}

/// The keys of a section with their values, in the register's order; of those that the section's own code reads,
/// `apart` has the value, or none.
fn of_keys<S: Clone>(
    entries: &[Entry<S>],
    section: &S,
    apart: impl Fn(&'static str) -> Option<Value>,
) -> Value {
    // A field is found in a section that could be changed.
    let mut section = section.clone();
    let value = |Entry { key, field }: &Entry<S>| {
        let value = match field {
            Some(field) => as_written(field(&mut section).value(), &key.takes),
            None => apart(key.name)?,
        };
        Some((key.name.to_string(), value))
    };
    Value::Object(entries.iter().filter_map(value).collect())
}

fn as_written(value: KeyValue, takes: &Shape) -> Value {
    match (value, takes) {
        (KeyValue::Nothing, _) => Value::Null,
        (KeyValue::Flag(flag), _) => json!(flag),
        (KeyValue::Whole(number), _) => json!(number),
        (KeyValue::Number(number), _) => json!(number),
        (KeyValue::Text(file), Shape::File) => json!(shown(Path::new(&file))),
        (KeyValue::Text(text), _) => json!(text),
        (KeyValue::List(items), Shape::List(item) | Shape::Filled(item)) => {
            items.into_iter().map(|value| as_written(value, item)).collect()
        }
        (KeyValue::List(items), _) => items.into_iter().map(|value| as_written(value, takes)).collect(),
    }
}

fn profile(person: &Profile) -> Value {
    let modes = || mode::MODES.iter().map(|mode| mode.name).filter(|&name| person.uses(name));
    let mut all = of_keys(Profile::WHO, person, |_| Some(modes().collect()));
    let parameters = of_keys(Profile::PARAMETERS, person, |_| None);
    let bicycle = person.cycles_as().map(bicycle);
    let car = person.drives_as().map(|car| of_keys(CarSpec::KEYS, car, |_| None));
    let chains = person.chains.as_ref().map(|chains| of_keys(ChainLimits::KEYS, &chains.limits, |_| None));
    if let Value::Object(all) = &mut all {
        for more in [Some(parameters), bicycle, car, chains].into_iter().flatten() {
            all.extend(
                more.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())),
            );
        }
    }
    all
}

fn bicycle(spec: &BicycleSpec) -> Value {
    of_keys(BicycleSpec::KEYS, spec, |_| Some(json!(f64::from(spec.speed_m_per_h) / 1000.0)))
}

fn isochrones(spec: &IsochronesSpec) -> Value {
    of_keys(IsochronesSpec::KEYS, spec, |key| match key {
        "cells" => Some(json!(spec.cells)),
        "at" => Some(json!(spec.at)),
        // The same as percentiles.
        _ => None,
    })
}

fn search(search: &Search) -> Value {
    serde_json::from_str(&search.written).unwrap_or(Value::Null)
}

fn scenario(scenario: &Scenario) -> Value {
    // Edits as written: what they leave out has no one value.
    let edit = |edit: &PlacedEdit| serde_json::from_str::<Value>(&edit.written).unwrap_or(Value::Null);
    let mut json = json!({
        "name": scenario.name,
        "include": scenario.include.iter().map(|path| shown(path)).collect::<Vec<_>>(),
        "edit": scenario.edits.iter().map(edit).collect::<Vec<_>>(),
    });
    if let Some(attribute) = scenario.attribute {
        json["attribute"] = match attribute {
            Attribute::OneAtATime => "one_at_a_time".into(),
            Attribute::Shapley => "shapley".into(),
        };
    }
    json
}

fn window_key(of: WindowOf) -> &'static str {
    match of {
        WindowOf::Departures => "depart",
        WindowOf::Arrivals => "arrive",
    }
}

fn equity(spec: &EquitySpec) -> Value {
    let least = |least: &Material| match least {
        // Whole numbers as they are written, so that the default is the default.
        Material::Absolute(least) if least.fract() == 0.0 && *least < 1e15 => json!(*least as i64),
        Material::Absolute(least) => json!(least),
        share => json!(share.to_string()),
    };
    let material: Vec<(String, Value)> =
        spec.material_change.iter().map(|(name, of)| (name.clone(), least(of))).collect();
    let bootstrap = || {
        let interval = if spec.bootstrap.bca { "bca" } else { "percentile" };
        of_keys(BootstrapSpec::KEYS, &spec.bootstrap, |_| Some(json!(interval)))
    };
    of_keys(EquitySpec::KEYS, spec, |key| {
        Some(match key {
            "bounds" => by_measure(&spec.bounds, json!(null)),
            "standards" => by_measure(&spec.standards, json!([])),
            "material_change" => by_measure(&material, json!(0)),
            _ => bootstrap(),
        })
    })
}

/// As a study may have it: one for all measures, or a table by name.
fn by_measure<T: serde::Serialize>(named: &[(String, T)], nothing: Value) -> Value {
    match named {
        [] => nothing,
        [(name, all)] if name.is_empty() => json!(all),
        named => named.iter().map(|(name, of)| (name.clone(), json!(of))).collect::<Map<_, _>>().into(),
    }
}

fn places(spec: &PlacesSpec) -> Value {
    let mut map = Map::new();
    map.insert("name".into(), json!(spec.name));
    match &spec.source {
        PlacesSource::File { file, id, x, y, crs } => {
            for (key, value) in [("file", shown(file)), ("id", id.clone())] {
                map.insert(key.into(), json!(value));
            }
            let names = if crs == "EPSG:4326" { ["lon", "lat"] } else { ["x", "y"] };
            map.insert(names[0].into(), json!(x));
            map.insert(names[1].into(), json!(y));
            map.insert("crs".into(), json!(crs));
        }
        PlacesSource::Grid { size_m, crs, boundary, values } => {
            map.insert("size_m".into(), json!(size_m));
            map.insert("crs".into(), json!(crs));
            map.insert("boundary".into(), json!(boundary.as_deref().map(shown)));
            map.insert("values".into(), json!(values.as_deref().map(shown)));
        }
        PlacesSource::Elements { tags } => {
            map.insert("tags".into(), json!(tags.iter().map(TagFilter::text).collect::<Vec<_>>()));
        }
    }
    let columns = of_keys(PlacesSpec::KEYS, spec, |key| match key {
        "join" => Some(spec.joins.iter().map(join).collect()),
        "points_of_interest" => Some(spec.interests.iter().map(interest).collect()),
        // Where they come from stands before.
        _ => None,
    });
    if let Value::Object(columns) = columns {
        map.extend(columns);
    }
    Value::Object(map)
}

fn join(join: &JoinSpec) -> Value {
    let taken = |taken: &[Taken]| -> Vec<String> {
        let one = |Taken { column, name }: &Taken| {
            if column == name { name.clone() } else { format!("{column} as {name}") }
        };
        taken.iter().map(one).collect()
    };
    let mut map = Map::new();
    map.insert("file".into(), json!(shown(&join.file)));
    match &join.by {
        JoinBy::Key { key, on } => {
            map.insert("key".into(), json!(key));
            map.insert("on".into(), json!(on));
        }
        JoinBy::Area => {
            map.insert("by".into(), json!("area"));
        }
        JoinBy::Points { weights, within_m } => {
            map.insert("by".into(), json!("points"));
            map.insert("weights".into(), json!(weights.as_deref().map(shown)));
            map.insert("within_m".into(), json!(within_m));
        }
    }
    map.insert("columns".into(), json!(taken(&join.columns)));
    map.insert("mean".into(), json!(taken(&join.mean)));
    map.insert("weight".into(), json!(join.weight));
    map.insert("crs".into(), json!(join.crs));
    Value::Object(map)
}

fn interest(interest: &InterestSpec) -> Value {
    let tags = || interest.tags.iter().map(|filter| json!(filter.text())).collect();
    of_keys(InterestSpec::KEYS, interest, |_| Some(tags()))
}

/// A path for the eyes, the same on every machine: of an absolute one the file's name.
pub fn shown(path: &Path) -> String {
    if path.is_absolute() {
        return path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    path.to_string_lossy().replace('\\', "/")
}
