//! Streets that scenarios change mode by mode, and cars in traffic, in the demo town of `modes`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::modes::{Times, matrix, town};
use crate::town::{Town, rows};

/// The matrix of a scenario, made of edits alone.
fn edited(town: &Town, profile: &str, edits: &str) -> Times {
    town.write("edits.toml", edits.replace("kind", "[[edit]]\nkind"));
    let study = town.read("study.toml");
    if !study.contains("edits.toml") {
        town.write(
            "study.toml",
            format!("{study}\n[[scenario]]\nname = \"edited\"\ninclude = [\"edits.toml\"]\n"),
        );
    }
    let words = "--period at_nine --origins from.csv --all-pairs --scenario edited -o m.csv";
    town.isokron(&format!("matrix study.toml --profile {profile} {words}")).well();
    let row = |row: BTreeMap<String, String>| {
        ((row["from_id"].clone(), row["to_id"].clone()), row["travel_time_s"].parse().ok())
    };
    rows(&town.read("m.csv")).into_iter().map(row).collect()
}

const CENTRE: &str = "polygon = [[18.43, 59.28], [18.46, 59.28], [18.46, 59.30], [18.43, 59.30]]";

#[test]
fn streets_are_changed_mode_by_mode() {
    let town = town();
    let profiles = ["walks", "cycles", "drives", "parks", "left"];
    let before = profiles.map(|profile| matrix(&town, profile, "at_nine"));
    let cars = format!("kind = \"close_streets\"\nmodes = [\"car\"]\n{CENTRE}\n");
    for (profile, before) in profiles.iter().zip(&before) {
        let after = edited(&town, profile, &cars);
        match *profile {
            "walks" | "cycles" | "left" => assert!(after == *before, "{profile}: of no concern"),
            _ => assert!(after != *before, "{profile}"),
        }
    }
    // Twice as slow everywhere, then twice as fast: as before, but for what is rounded on the way.
    let all = "tag = \"highway=residential\"\n";
    let slow = format!(
        "kind = \"change_streets\"\n{all}bicycle_factor = 2\ncar_speed_factor = 0.5\nwalk_factor = 2\n"
    );
    let back = format!(
        "{slow}kind = \"change_streets\"\n{all}bicycle_factor = 0.5\ncar_speed_factor = 2\nwalk_factor = 0.5\n"
    );
    for (profile, before) in profiles.iter().zip(&before) {
        let slower = edited(&town, profile, &slow);
        assert!(slower != *before, "{profile}");
        let never_faster = |(pair, time): (&(String, String), &Option<i64>)| {
            time.is_none_or(|s| before[pair].is_some_and(|b| b <= s))
        };
        assert!(slower.iter().all(never_faster), "{profile}");
        assert!(edited(&town, profile, &back) == *before, "{profile}");
    }
    // No place is linked to the bridge: whose links are where they were walks over it more slowly all the same.
    let bridge = "polygon = [[18.4470, 59.2900], [18.4488, 59.2900], [18.4488, 59.2970], [18.4470, 59.2970]]";
    let slow_bridge = format!("kind = \"change_streets\"\nwalk_factor = 3\n{bridge}\n");
    assert!(edited(&town, "walks", &slow_bridge) != before[0]);
    // A trip within the scenario takes as long as its matrix says.
    let slower = edited(&town, "drives", &slow);
    let (pair, time) = slower.iter().find(|(_, time)| time.is_some_and(|s| s > 300)).unwrap();
    let words = format!(
        "--from {} --to {} --depart 09:00 --period at_nine --profile drives --scenario edited --json",
        pair.0, pair.1
    );
    let found: Value =
        serde_json::from_str(&town.isokron(&format!("trip study.toml {words}")).well()).unwrap();
    assert_eq!(found["travel_time_s"].as_i64(), *time);
}

#[test]
fn edits_for_nobody_are_doubted() {
    let town = Town::without_intervals();
    let calm = format!(
        "{}\n[[scenario]]\nname = \"calm\"\n[[scenario.edit]]\nkind = \"close_streets\"\nmodes = \"car\"\n{CENTRE}\n",
        town.read("study.toml")
    );
    town.write("study.toml", calm);
    let said = town.isokron("check study.toml").well();
    assert!(said.contains("for those who drive, as no profile does"), "{said}");
    let scenario = |edit: &str| {
        let study = town.read("study.toml");
        let (before, _) = study.split_once("[[scenario.edit]]").unwrap();
        town.write("study.toml", format!("{before}[[scenario.edit]]\n{edit}\n{CENTRE}\n"));
        town.isokron("check study.toml")
    };
    scenario("kind = \"change_streets\"").refused(1, &["nothing changes"]);
    scenario("kind = \"change_streets\"\nmodes = [\"tram\"]").refused(1, &["\"bicycle\""]);
    scenario("kind = \"change_streets\"\ntags = [\"calm\"]").refused(1, &["cycleway=track"]);
    scenario("kind = \"change_streets\"\nstress = 5").refused(1, &["from 1 to 4"]);
}

#[test]
fn cars_stand_in_traffic_at_some_hours() {
    let town = town();
    let free = matrix(&town, "drives", "at_nine");
    let ring = "[[18.3,59.2],[18.6,59.2],[18.6,59.4],[18.3,59.4],[18.3,59.2]]";
    let zone = |column: &str, factor: f64, hours: &str| {
        format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{\"{column}\":{factor}{hours}}},\
             \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}]}}"
        )
    };
    town.write("zone.geojson", zone("speed_factor", 0.5, ",\"from\":\"07:00\",\"to\":\"09:00\""));
    let study = town.read("study.toml").replace("[network]", "[network]\ntraffic = [\"zone.geojson\"]");
    let rush = study.replace("modes = [\"car\"]", "modes = [\"car\"]\ncar_traffic_at = \"08:00\"");
    let slower = |times: &Times| {
        let slow = |(pair, time): (&(String, String), &Option<i64>)| match (time, free[pair]) {
            (Some(slow), Some(free)) => *slow >= free,
            (slow, _) => slow.is_none(),
        };
        times.iter().all(slow) && *times != free
    };
    town.write("study.toml", &study);
    assert!(matrix(&town, "drives", "at_nine") == free, "what holds at some hours holds for who says so");
    town.write("study.toml", &rush);
    let at_eight = matrix(&town, "drives", "at_nine");
    assert!(slower(&at_eight));
    // The same as a scenario's, in a table whose columns are called otherwise: as slow at all hours.
    town.write("study.toml", study.replace("traffic = [\"zone.geojson\"]\n", ""));
    town.write("theirs.geojson", zone("scaling", 0.5, ""));
    let edit = "kind = \"road_congestion\"\nfile = \"theirs.geojson\"\nspeed_factor_column = \"scaling\"\n";
    assert!(edited(&town, "drives", edit) == at_eight);
    assert!(edited(&town, "cycles", edit) == matrix(&town, "cycles", "at_nine"), "cars alone");
    let said = town.isokron("check study.toml").well();
    assert!(said.contains("1 rows of traffic"), "{said}");
    // Wrong tables are named with their line, and unknown ways counted.
    town.write("traffic.csv", "way_id,speed_kmh\n1,0\n");
    town.write("study.toml", study.replace("zone.geojson", "traffic.csv"));
    town.isokron("check study.toml").refused(1, &["traffic.csv:2", "speed_kmh is 0"]);
    town.write("traffic.csv", "way_id,speed_kmh\n1,20\n");
    let said = town.isokron("check study.toml").well();
    assert!(said.contains("in tables of traffic that are no streets to drive on"), "{said}");
}

#[test]
fn stress_comes_from_surveyed_lines() {
    let town = town();
    let study =
        town.read("study.toml").replace("modes = [\"bicycle\"]", "modes = [\"bicycle\"]\nmax_lts = 2");
    town.write("study.toml", study);
    // A fan of lines from west to east over the town, 0.0001° (11 m) from each other, all of level 4.
    let line = |i: i32| {
        let lat = 59.28 + f64::from(i) * 0.0001;
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"LTS\":4}},\"geometry\":{{\"type\":\"LineString\",\
             \"coordinates\":[[18.40,{lat}],[18.50,{lat}]]}}}}"
        )
    };
    let all: Vec<String> = (0..200).map(line).collect();
    let lines = |level: &str| {
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", all.join(",").replace(":4}", level))
    };
    town.write("lines.geojson", lines(":4}"));
    let before = matrix(&town, "cycles", "at_nine");
    let edit = "kind = \"set_stress\"\nfile = \"lines.geojson\"\ncolumn = \"LTS\"\n";
    let after = edited(&town, "cycles", edit);
    // Streets from west to east are pushed along now.
    let none_faster = |(pair, time): (&(String, String), &Option<i64>)| {
        time.is_none_or(|s| before[pair].is_some_and(|b| b <= s))
    };
    assert!(after != before && after.iter().all(none_faster));
    assert!(edited(&town, "drives", edit) == matrix(&town, "drives", "at_nine"), "cars do not mind");
    town.write("lines.geojson", lines(":5}"));
    let said = town.isokron("check study.toml");
    assert!(said.code == 1 && said.err.contains("lines.geojson, feature 1: LTS is \"5\""), "{}", said.err);
}
