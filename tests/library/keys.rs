//! The register of keys: each is declared once, and parser, manifest, scenarios and docs follow.

use std::collections::BTreeSet;
use std::path::Path;

use isokron::base::error::Error;
use isokron::scenario::edits::set_profile::SetProfile;
use isokron::scenario::edits::spec_as;
use isokron::scenario::written::{edits_of, parse};
use isokron::study::fields::KeyValue;
use isokron::study::keys::{Fallback, Key, Shape, keys};
use isokron::study::mode::{MODES, NAMES, modes_table};
use isokron::study::parse::resolved;
use isokron::study::{Profile, Study};
use serde_json::Value;

use crate::study::every_key::STUDIES;

fn study(text: &str) -> Study {
    parse(text, "study.toml", Path::new(".")).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn of_section<'v>(json: &'v Value, section: &str) -> Vec<&'v Value> {
    let step = |at: Vec<&'v Value>, part: &str| -> Vec<&'v Value> {
        at.into_iter()
            .map(|value| &value[part])
            .flat_map(|value| match value {
                Value::Array(list) => list.iter().collect(),
                one => vec![one],
            })
            .collect()
    };
    section.split('.').fold(vec![json], step)
}

/// Every key of the register is written by one of the studies, and stands in its manifest.
#[test]
fn every_key_is_in_the_manifest() {
    let manifests: Vec<Value> = STUDIES.iter().map(|text| resolved(&study(text))).collect();
    // The manifest has them under another key: in `file`, `every_s` and `percentiles`.
    let elsewhere = [("cells", "layer"), ("period", "departures"), ("isochrones", "departures_percent")];
    let shown = |key: &&Key| {
        let mut sections = manifests.iter().flat_map(|json| of_section(json, key.section));
        sections.any(|section| section.get(key.name).is_some_and(|value| !value.is_null()))
    };
    let missing: BTreeSet<(&str, &str)> =
        keys().filter(|key| !shown(key)).map(|key| (key.section, key.name)).collect();
    assert_eq!(missing, BTreeSet::from(elsewhere));
}

/// A value of the manifest as TOML; `None` for null, a key that is not there.
fn toml(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Array(items) => format!("[{}]", items.iter().filter_map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(keys) => {
            let entry = |(key, value): (&String, &Value)| Some(format!("{key} = {}", toml(value)?));
            format!("{{ {} }}", keys.iter().filter_map(entry).collect::<Vec<_>>().join(", "))
        }
        // Texts and numbers are written alike in both.
        plain => plain.to_string(),
    })
}

/// What a manifest says is the study: read again it gives the same.
#[test]
fn a_manifest_is_a_study() {
    for text in STUDIES {
        let written = study(text);
        let mut json = resolved(&written);
        // What no study writes so: degrees need no projection, and destinations have no people.
        for cells in json["destinations"].as_array_mut().unwrap() {
            for key in ["population", "groups", "groups_are", "income", "population_se", "income_se"] {
                cells.as_object_mut().unwrap().remove(key);
            }
            if cells.get("lon").is_some() {
                cells.as_object_mut().unwrap().remove("crs");
            }
        }
        let cells = json["cells"].as_object_mut().unwrap();
        cells.remove("name");
        if cells.contains_key("lon") {
            cells.remove("crs");
        }
        // Defaults that nobody may write where there is nothing to hold them to: no income, no points.
        if cells["income"].is_null() {
            json["equity"].as_object_mut().unwrap().remove("income");
        }
        if let Some(isochrones) = json["isochrones"].as_object_mut() {
            isochrones.retain(|key, value| key != "at" || value.as_array().is_some_and(|at| !at.is_empty()));
        }
        // Variants that are kept stand beside the scenario that makes them.
        let variants = written.searches.iter().flat_map(|search| &search.variants);
        let variants: Vec<&str> = variants.map(|variant| variant.scenario.name.as_str()).collect();
        let scenarios = json["scenario"].as_array_mut().unwrap();
        scenarios.retain(|scenario| !variants.contains(&scenario["name"].as_str().unwrap()));
        let sections = json.as_object().unwrap().iter();
        let again: String =
            sections.filter_map(|(name, value)| Some(format!("{name} = {}\n", toml(value)?))).collect();
        let mut again = study(&again);
        // Where an edit stood is not of the manifest.
        assert_eq!(resolved(&again)["scenario"], resolved(&written)["scenario"]);
        again.scenarios.clone_from(&written.scenarios);
        again.searches.clone_from(&written.searches);
        assert_eq!(again, written);
    }
}

/// What a study of one key says is wrong with that key.
fn said_of(key: &Key, value: &str) -> String {
    let (section, within) = key.section.split_once('.').unwrap_or((key.section, ""));
    let table = match within {
        "" => format!("{} = {value}\n", key.name),
        inner => format!("{inner} = {{ {} = {value} }}\n", key.name),
    };
    let list = ["period", "profile", "destinations"].contains(&section);
    let head = if list { format!("[[{section}]]\n") } else { format!("[{section}]\n") };
    match parse(&format!("{head}{table}"), "study.toml", Path::new(".")) {
        Err(Error::Input(problems)) => {
            let of_key = format!("{}.{} ", key.section, key.name);
            let said = problems.iter().filter(|problem| problem.what.starts_with(&of_key));
            said.map(|problem| format!("{} -> {}\n", problem.what, problem.remedy)).collect()
        }
        _ => String::new(),
    }
}

/// The limits of the register are those that the parser holds numbers to, and names in its remedy.
#[test]
fn limits_are_those_of_the_register() {
    let mut tried = 0;
    for key in keys().filter(|key| !key.section.starts_with("cells")) {
        let (good, bad, limits) = match key.takes {
            Shape::Whole(from, to) if !key.section.starts_with("scenario") => (
                vec![from.to_string(), to.to_string()],
                vec![(from - 1).to_string(), (to + 1).to_string()],
                vec![from.to_string(), to.to_string()],
            ),
            Shape::Number(from, to) => (
                vec![from.to_string(), to.to_string()],
                vec![(from - 0.5).to_string(), (to + 0.5).to_string()],
                vec![from.to_string(), to.to_string()],
            ),
            Shape::Between(from, to) => (
                vec![((from + to) / 2.0).to_string()],
                vec![from.to_string(), to.to_string()],
                vec![format!("above {from}"), format!("below {to}")],
            ),
            Shape::Speed(most) => (
                vec![most.to_string(), "0.001".to_string()],
                vec!["0".to_string(), (most + 0.5).to_string()],
                vec!["above 0".to_string(), format!("up to {most}")],
            ),
            _ => continue,
        };
        tried += 1;
        for value in good {
            assert_eq!(said_of(key, &value), "", "{}.{} = {value}", key.section, key.name);
        }
        for value in bad {
            let said = said_of(key, &value);
            assert!(said.contains(&format!("is {value} -> write ")), "{value}: {said}");
            assert!(limits.iter().all(|limit| said.contains(limit)), "{limits:?}: {said}");
        }
    }
    // Nineteen of a profile, three of the network, one of a period, one of access, two of equity and three of its
    // bootstrap, one of isochrones.
    assert_eq!(tried, 30);
}

/// `set_profile` takes each parameter of a profile, and sets it alone.
#[test]
fn a_scenario_changes_every_parameter_of_a_person() {
    let before = study(STUDIES[2]).profiles.remove(0);
    let shown = |person: &Profile| {
        let of = Study { profiles: vec![person.clone()], ..study(STUDIES[2]) };
        resolved(&of)["profile"][0].clone()
    };
    for entry in Profile::PARAMETERS {
        let name = entry.key.name;
        // No default and no example.
        let value = match name {
            "walk_speed_mps" => "0.9",
            "slopes" => "true",
            _ => "77",
        };
        let text = format!("[[edit]]\nkind = \"set_profile\"\n{name} = {value}\n");
        let edits = edits_of(&text, "e.toml").unwrap();
        let edit = spec_as::<SetProfile>(&edits[0].edit).unwrap();
        assert_eq!(edit.to.len(), 1);
        let mut after = before.clone();
        after.set(edit.to[0].0, &edit.to[0].1).unwrap();
        let mut wanted = shown(&before);
        wanted[name] = match name {
            "steps_factor" => 77.0.into(),
            _ => serde_json::from_str(value).unwrap(),
        };
        assert_eq!(shown(&after), wanted);
        // What a profile refuses an edit refuses, in the same words.
        let refused = |text: &str, name: &str| match parse(text, "s.toml", Path::new(".")).map(|_| ()) {
            Err(Error::Input(problems)) => problems
                .iter()
                .find_map(|p| p.what.strip_prefix(name).map(|what| format!("{what}{}", p.remedy))),
            _ => None,
        };
        let of_edit = format!(
            "{}[[scenario]]\nname = \"u\"\nedit = [{{ kind = \"set_profile\", {name} = -1 }}]\n",
            STUDIES[2]
        );
        let of_profile = format!("{}[[profile]]\n{name} = -1\n", STUDIES[2]);
        let said = refused(&of_edit, &format!("set_profile.{name} "));
        assert!(said.is_some() && said == refused(&of_profile, &format!("profile.{name} ")), "{said:?}");
    }
    let mut person = before.clone();
    assert!(person.set("name", &KeyValue::Text("b".into())).is_err());
    assert!(person.set("max_walk_s", &KeyValue::Number(1.5)).is_err());
    assert_eq!(person, before);
}

/// A key that stands for another takes its value, wherever the two stand.
#[test]
fn a_key_may_hold_what_another_says() {
    let followers = keys().filter_map(|key| match key.default {
        Fallback::As(other) => Some((key.section, key.name, other)),
        _ => None,
    });
    assert_eq!(
        followers.collect::<Vec<_>>(),
        [("profile", "max_direct_walk_s", "max_walk_s"), ("profile", "transfer_slack_s", "board_slack_s")]
    );
    for (written, values) in [
        ("max_walk_s = 600\nboard_slack_s = 5", (600, 5)),
        ("board_slack_s = 5\nmax_direct_walk_s = 7\nmax_walk_s = 600", (7, 5)),
        ("transfer_slack_s = 9", (1800, 9)),
    ] {
        let person = study(&format!("{}[[profile]]\n{written}\n", STUDIES[2])).profiles.remove(0);
        assert_eq!((person.max_direct_walk_s, person.transfer_slack_s), values, "{written}");
    }
}

#[test]
fn modes_are_those_of_their_register() {
    assert_eq!(NAMES, MODES.iter().map(|mode| mode.name).collect::<Vec<_>>());
    let docs = include_str!("../../docs/study.md");
    assert!(docs.contains(&format!("\n{}\n", modes_table())), "docs/study.md lacks\n{}", modes_table());
    for (modes, uses) in [
        ("\"walk\"", [true, false, false]),
        ("\"bicycle\"", [false, true, false]),
        ("\"bicycle\", \"walk\"", [true, true, false]),
        ("\"transit\", \"walk\"", [true, false, true]),
        ("\"walk\", \"bicycle\", \"transit\"", [true, true, true]),
    ] {
        let person = study(&format!("{}[[profile]]\nmodes = [{modes}]\n", STUDIES[2])).profiles.remove(0);
        assert_eq!([person.walk, person.bicycle.is_some(), person.transit], uses, "{modes}");
        assert_eq!(["walk", "bicycle", "transit"].map(|mode| person.uses(mode)), uses, "{modes}");
    }
}

/// What a scenario does not do with bicycles yet it says, also where a profile cycles.
#[test]
fn a_scenario_leaves_bicycles_alone() {
    for key in
        ["bicycle_speed_kmh = 20", "max_direct_bicycle_s = 600", "bicycle_type = \"cargo\"", "max_lts = 1"]
    {
        let said = edits_of(&format!("[[edit]]\nkind = \"set_profile\"\n{key}\n"), "e.toml").unwrap_err();
        assert!(said.to_string().contains("isokron does not do cycling in a scenario yet"), "{said}");
    }
}

/// The longest ride is as long as the longest journey where nothing else is said, wherever the two stand.
#[test]
fn a_cyclist_rides_as_long_as_one_travels() {
    for (written, longest) in [
        ("", 7200),
        ("max_travel_time_s = 3600", 3600),
        ("max_direct_bicycle_s = 60\nmax_travel_time_s = 3600", 60),
    ] {
        let text = format!(
            "{}[[profile]]\nmodes = [\"bicycle\"]\n{written}\n[access]\ncutoffs_min = [15]\n",
            STUDIES[2]
        );
        let bicycle = study(&text).profiles.remove(0).bicycle.unwrap();
        assert_eq!((bicycle.speed_m_per_h, bicycle.max_direct_s), (16_000, longest), "{written}");
    }
}

/// Where nothing else is said one rides as fast as is usual for the kind.
#[test]
fn an_e_bike_is_faster() {
    for (written, m_per_h) in [
        ("", 16_000),
        ("bicycle_type = \"e-bike\"", 18_000),
        ("bicycle_type = \"cargo\"", 16_000),
        ("bicycle_speed_kmh = 12\nbicycle_type = \"e-bike\"", 12_000),
    ] {
        let text = format!("{}[[profile]]\nmodes = [\"bicycle\"]\n{written}\n", STUDIES[2]);
        assert_eq!(study(&text).profiles.remove(0).bicycle.unwrap().speed_m_per_h, m_per_h, "{written}");
    }
}
