//! `[[scenario]]` in a study and files of edits → scenarios, or every mistake at once with its place.

use std::path::Path;

use isokron::base::error::Error;
use isokron::scenario::edits::reroute::Reroute;
use isokron::scenario::line::{Dwell, Pace, StopAt};
use isokron::scenario::which::Which;
use isokron::scenario::written::{EDITS, LATER_EDITS, edits_tables, parse, read};
use isokron::study::{Concern, HeldEdit};

const SMALL: &str = "[study]\nname = \"s\"\n[network]\ngtfs = [\"bus.zip\"]\n[cells]\nfile = \"cells.csv\"\n[[period]]\n\
                     name = \"am\"\ndate = 2025-03-04\ndepart = \"07:00/08:00\"\n";

fn edit_of(keys: &str) -> Result<HeldEdit, String> {
    let text = format!("{SMALL}[[scenario]]\nname = \"a\"\n[[scenario.edit]]\n{keys}\n");
    match parse(&text, "study.toml", Path::new(".")) {
        Ok(study) => Ok(study.scenarios[0].edits[0].edit.clone()),
        Err(Error::Input(problems)) => {
            Err(problems.iter().map(|p| format!("{}: {} -> {}\n", p.place, p.what, p.remedy)).collect())
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn the_docs_have_the_register() {
    crate::pages::hold_page("docs/scenarios.md", &edits_tables());
}

/// A value as one would write it for every key of a kind: each example of the register that goes with the others.
#[test]
fn every_kind_is_read_by_its_examples() {
    // Keys that stand beside others of the same edit, and are left out here.
    const BESIDE: [(&str, &[&str]); 9] = [
        ("which", &["route"]),
        ("routes", &["route"]),
        ("new stops", &["speed_kmh"]),
        ("add_line", &["departures", "departures_back"]),
        ("set_headway", &["headway_s"]),
        ("set_dwell", &["scale"]),
        ("extend", &["before"]),
        ("area", &["polygon", "lon", "lat", "radius_m"]),
        ("amounts", &["scale", "set"]),
    ];
    for kind in EDITS {
        let mut text = String::new();
        let keys = kind.groups.iter().flat_map(|group| group.keys.iter().map(|key| (group.name, key)));
        for (group, key) in keys {
            let beside = BESIDE.iter().any(|(of, keys)| *of == group && keys.contains(&key.name));
            let example = match (kind.name, key.name) {
                ("add_line", "hop_s") => "[60]",
                ("reroute", "hop_s") => "[60, 60, 60]",
                _ => key.example,
            };
            if !beside && key.name != "number" {
                text += &format!("{} = {example}\n", key.name);
            }
        }
        let edit = edit_of(&format!("kind = \"{}\"\n{text}", kind.name))
            .unwrap_or_else(|e| panic!("{}\n{text}\n{e}", kind.name));
        let same =
            [edit.kind(), if kind.name == "close_opportunities" { "set_opportunities" } else { kind.name }];
        assert_eq!(same[0], same[1]);
    }
}

#[test]
fn an_edit_is_read() {
    let edit = edit_of(
        "kind = \"reroute\"\nroute = \"bus:1\"\nfrom = \"22:00\"\nfrom_stop = \"A\"\nto_stop = \"D\"\n\
         stops = [\"B\", { id = \"n\", lon = 18, lat = 59.5 }]\nhop_s = [1, 2, 3]\ndwell_s = [4, 5]",
    );
    let expected = HeldEdit::from(Reroute {
        which: Which {
            routes: vec!["bus:1".into()],
            between_s: Some((22 * 3600, i32::MAX)),
            ..Which::default()
        },
        from_stop: Some("A".into()),
        to_stop: Some("D".into()),
        stops: vec![
            StopAt::Known("B".into()),
            StopAt::New { id: "n".into(), name: "n".into(), lon: 18.0, lat: 59.5 },
        ],
        pace: Pace::Hops(vec![1, 2, 3]),
        dwell: Dwell::List(vec![4, 5]),
    });
    assert_eq!(edit, Ok(expected));
}

#[test]
fn mistakes_come_with_their_places() {
    for (keys, said) in [
        (
            "kind = \"set_hedway\"",
            "study.toml:14:8: edit.kind is \"set_hedway\" -> did you mean set_headway?",
        ),
        ("by_s = 1", "study.toml:13:1: edit.kind is missing -> write one of add_line, "),
        (
            "kind = \"shift\"\nby = 1\nroute = \"a\"",
            "study.toml:15:1: unknown key shift.by -> did you mean by_s?",
        ),
        ("kind = \"shift\"\nby = 1\nroute = \"a\"", "shift.by_s is missing -> write whole seconds"),
        ("kind = \"shift\"\nby_s = 1", "shift.routes is missing, and so is all else that says which trips"),
        ("kind = \"shift\"\nby_s = 1.5\nroute = \"a\"", "study.toml:15:8: shift.by_s is 1.5"),
        (
            "kind = \"pickup_delay\"",
            "is \"pickup_delay\": not yet: needs on-demand zones -> leave this edit out",
        ),
        ("kind = \"add_line\"\nbicycles = 4", "add_line.bicycles: isokron does not do bicycles aboard yet"),
        (
            "kind = \"add_line\"\nstops = [\"A\", { id = \"n\", lng = 1 }]",
            "add_line.stops [2] has the unknown key lng: known here: id, name, lon, lat",
        ),
        (
            "kind = \"add_line\"\nstops = [\"A\", \"B\"]\nhop_s = [1, 2]",
            "add_line.hop_s has 2 numbers -> write 1: one for each hop",
        ),
        (
            "kind = \"set_headway\"\nroute = \"a\"\nheadways = [{ from = \"8:00\", to = \"9:00\", headway_s = 60 }, { from = \"8:30\", to = \"9:30\", headway_s = 60 }]",
            "set_headway.headways has bands over each other",
        ),
        (
            "kind = \"set_opportunities\"\ncolumn = \"jobs\"\nadd = 1\nids = [\"a\"]\nlon = 1\nlat = 2",
            "set_opportunities.ids stands beside another way to say where",
        ),
        ("kind = \"close_streets\"", "close_streets.ways is missing, and so are polygon and tag"),
        (
            "kind = \"set_profile\"\nprofiles = [\"adult\"]",
            "set_profile.profiles stands without anything to change",
        ),
    ] {
        let found = edit_of(keys).expect_err(keys);
        assert!(found.contains(said), "{keys}\n{found}");
    }
    assert!(LATER_EDITS.iter().all(|later| EDITS.iter().all(|kind| kind.name != later.name)));
}

#[test]
fn scenarios_have_names_of_their_own_and_share_files() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::create_dir_all(folder.path().join("shared")).unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
    };
    for file in ["bus.zip", "cells.csv", "shared/new.zip"] {
        write(file, "");
    }
    write("shared/tram.toml", "[[edit]]\nkind = \"add_feed\"\nfile = \"new.zip\"\n");
    let scenario =
        |name: &str| format!("[[scenario]]\nname = \"{name}\"\ninclude = [\"shared/tram.toml\"]\n");
    let own = "[[scenario.edit]]\nkind = \"remove_routes\"\nroute = \"1\"\n";
    write("study.toml", &format!("{SMALL}{}{own}{}", scenario("a"), scenario("b")));
    let study = read(&folder.path().join("study.toml")).unwrap_or_else(|error| panic!("{error}"));
    let [a, b] = &study.scenarios[..] else { panic!("two") };
    assert_eq!(
        a.edits.iter().map(|placed| placed.edit.kind()).collect::<Vec<_>>(),
        ["add_feed", "remove_routes"]
    );
    assert_eq!((&*a.edits[0].place, b.edits.len()), ("shared/tram.toml:1:1", 1));
    assert_eq!(a.files(), [Path::new("shared/tram.toml"), Path::new("shared/new.zip")]);
    assert!(a.changes(Concern::Timetable) && !a.changes(Concern::Places));
    let json = isokron::study::parse::resolved(&study);
    assert_eq!(json["scenario"][0]["edit"][1].to_string(), "{\"kind\":\"remove_routes\",\"route\":\"1\"}");
    // Mistakes in the shared file come with its lines, missing files with the study's.
    write("shared/tram.toml", "[edits]\n[[edit]]\nkind = \"shift\"\nby_s = \"x\"\nroute = \"1\"\n");
    let study = format!("{SMALL}{}{own}{}{own}", scenario("base"), scenario("b"))
        .replace("b\"\ninclude = [\"shared/tram.toml\"]", "base\"\n");
    write("study.toml", &study);
    let said = read(&folder.path().join("study.toml")).unwrap_err().to_string();
    for what in [
        "shared/tram.toml:1:2: edits is no [[edit]]",
        "shared/tram.toml:4:8: shift.by_s is a text, not a number",
        "scenario.name is \"base\", which is the study without edits",
        "there are two [[scenario]] called base",
    ] {
        assert!(said.contains(what), "{what}\n{said}");
    }
    write("shared/tram.toml", "[[edit]]\nkind = \"add_feed\"\nfile = \"nw.zip\"\n");
    write("study.toml", &format!("{SMALL}{}", scenario("a")));
    let said = read(&folder.path().join("study.toml")).unwrap_err().to_string();
    assert!(said.contains("there is no file shared/nw.zip\n  → did you mean new.zip?"), "{said}");
}
