//! A study as JSON with every default resolved, for the manifest: nothing in it depends on the machine.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::base::units::clock;
use crate::study::{
    Attribute, EquitySpec, GroupsAre, InterestSpec, JoinBy, JoinSpec, Material, Matrix, OutputCrs,
    PlacedEdit, PlacesSource, PlacesSpec, Profile, Scenario, Search, Study, TagFilter, Taken, Unlinked,
    WindowOf,
};

/// Every parameter of the study in the words of the study file. Paths are as written; of an absolute one only
/// the file's name stays, so that equal runs on two machines give equal bytes.
pub fn resolved(study: &Study) -> Value {
    let network = &study.network;
    let outputs = &study.outputs;
    let tables: Vec<&str> = outputs.tables.iter().map(|format| format.name()).collect();
    json!({
        "study": {
            "name": study.name,
            "output": shown(&study.output),
            "time_zone": study.time_zone,
        },
        "network": {
            "osm": network.osm.iter().map(|path| shown(path)).collect::<Vec<_>>(),
            "gtfs": network.gtfs.iter().map(|path| shown(path)).collect::<Vec<_>>(),
            "max_link_m": network.max_link_m,
            "fragment_reach_m": network.fragment_reach_m,
            "min_island_nodes": network.min_island_nodes,
            "may_be_idle": network.may_be_idle,
            "cache": shown(&network.cache),
            "phone_ahead": network.phone_ahead,
        },
        "cells": places(&study.cells),
        "destinations": study.destinations.iter().map(places).collect::<Vec<_>>(),
        "period": study.periods.iter().map(|period| json!({
            "name": period.name,
            "date": period.date.to_string(),
            (window_key(period.of)): format!("{}/{}", clock(period.start_s), clock(period.end_s)),
            "every_s": period.every_s,
        })).collect::<Vec<_>>(),
        "profile": study.profiles.iter().map(profile).collect::<Vec<_>>(),
        "access": {
            "cutoffs_min": study.access.cutoffs_min,
            "percentiles": study.access.percentiles,
            "unlinked": match study.access.unlinked { Unlinked::Blank => "blank", Unlinked::Zero => "zero" },
            "own_cell_s": study.access.own_cell_s,
            "by_hour": study.access.by_hour,
            "contrasts": study.access.contrasts.iter().map(|contrast| &contrast.name).collect::<Vec<_>>(),
        },
        "measure": super::measures::as_json(&study.measures),
        "equity": equity(&study.equity),
        "isochrones": study.isochrones.as_ref().map(|spec| json!({
            "cells": spec.cells,
            "at": spec.at,
            "origins": spec.origins.as_deref().map(shown),
            "cutoffs_min": spec.cutoffs_min,
            "percentiles": spec.percentiles,
            "grid_m": spec.grid_m,
            "surfaces": spec.surfaces,
        })),
        "outputs": {
            "tables": tables,
            "tidy": outputs.tidy,
            "crs": match &outputs.crs {
                OutputCrs::Degrees => Value::Null,
                OutputCrs::Cells => json!("cells"),
                OutputCrs::Code(code) => json!(code),
            },
            "matrix": match outputs.matrix {
                Matrix::None => json!(false),
                Matrix::Whole => json!(true),
                Matrix::Partitioned => json!("partitioned"),
            },
        },
        "scenario": study.scenarios.iter().map(scenario).chain(study.searches.iter().map(search)).collect::<Vec<_>>(),
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
        WindowOf::ArrivalProfile => "arrive",
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
    json!({
        "indices": spec.indices,
        "groups": spec.groups,
        "income": spec.income,
        "income_groups": spec.income_groups,
        "quantiles": spec.quantiles,
        "atkinson": spec.atkinson,
        "kolm": spec.kolm,
        "kolm_kappa": spec.kolm_kappa,
        "ge": spec.ge,
        "kernel_m": spec.kernel_m,
        "bounds": by_measure(&spec.bounds, json!(null)),
        "standards": by_measure(&spec.standards, json!([])),
        "material_change": by_measure(&material, json!(0)),
        "bootstrap": {
            "replicates": spec.bootstrap.replicates,
            "seed": spec.bootstrap.seed,
            "block_m": spec.bootstrap.block_m,
            "interval": if spec.bootstrap.bca { "bca" } else { "percentile" },
            "level": spec.bootstrap.level,
        },
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
    map.insert("population".into(), json!(spec.population));
    map.insert("opportunities".into(), json!(spec.opportunities));
    map.insert("groups".into(), json!(spec.groups));
    let groups_are = match spec.groups_are {
        GroupsAre::Counts => "counts",
        GroupsAre::Shares => "shares",
    };
    map.insert("groups_are".into(), json!(groups_are));
    map.insert("income".into(), json!(spec.income));
    map.insert("population_se".into(), json!(spec.population_se));
    map.insert("income_se".into(), json!(spec.income_se));
    map.insert("join".into(), spec.joins.iter().map(join).collect());
    map.insert("points_of_interest".into(), spec.interests.iter().map(interest).collect());
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
    json!({
        "column": interest.column,
        "tags": interest.tags.iter().map(TagFilter::text).collect::<Vec<_>>(),
        "within_m": interest.within_m,
    })
}

/// A path for the eyes, the same on every machine: of an absolute one the file's name.
pub fn shown(path: &Path) -> String {
    if path.is_absolute() {
        return path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    path.to_string_lossy().replace('\\', "/")
}

fn profile(profile: &Profile) -> Value {
    let modes =
        [(profile.walk, "walk"), (profile.bicycle.is_some(), "bicycle"), (profile.transit, "transit")];
    let mut json = json!({
        "name": profile.name,
        "modes": modes.iter().filter_map(|&(is, mode)| is.then_some(mode)).collect::<Vec<_>>(),
        "walk_speed_mps": f64::from(profile.walk_speed.0) / 1000.0,
        "max_walk_s": profile.max_walk_s,
        "max_direct_walk_s": profile.max_direct_walk_s,
        "max_transfer_walk_s": profile.max_transfer_walk_s,
        "max_rides": profile.max_rides,
        "board_slack_s": profile.board_slack_s,
        "transfer_slack_s": profile.transfer_slack_s,
        "max_travel_time_s": profile.max_travel_time_s,
    });
    if let Some(bicycle) = profile.bicycle {
        json["bicycle_speed_kmh"] = json!(f64::from(bicycle.speed_m_per_h) / 1000.0);
        json["max_direct_bicycle_s"] = json!(bicycle.max_direct_s);
    }
    json
}
