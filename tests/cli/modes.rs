//! Profiles that cycle and drive: from door to door, beside walking and public transport, and to public transport, in every
//! command.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::town::{Town, rows};

/// The demo town with a profile a mode and chain, a window of one departure and one of one arrival.
fn town() -> Town {
    let town = Town::without_intervals();
    let mut study = town.read("study.toml");
    for (name, modes) in [
        ("walks", "\"walk\""),
        ("cycles", "\"bicycle\""),
        ("either", "\"walk\", \"bicycle\""),
        ("rides", "\"walk\", \"transit\""),
        ("all", "\"walk\", \"bicycle\", \"transit\""),
        ("drives", "\"car\""),
        ("left", "\"walk\", \"bicycle>transit>walk\""),
        ("left_too", "\"walk\", \"transit\", \"bicycle>transit>walk\""),
        ("aboard", "\"walk\", \"bicycle>transit>bicycle\""),
        ("aboard_all", "\"walk\", \"bicycle>transit>bicycle\""),
        ("dropped", "\"walk\", \"dropped_off>transit>walk\""),
        ("parks", "\"walk\", \"car>transit>walk\""),
    ] {
        study += &format!("\n[[profile]]\nname = \"{name}\"\nmodes = [{modes}]\nmax_walk_s = 3600\n");
        if name == "aboard_all" {
            study += "bicycles_unknown = true\n";
        }
    }
    // The town has no such sites: two level crossings stand for them.
    study = study.replace("[network]", "[network]\npark_and_ride = [\"railway=level_crossing\"]");
    study = study.replace("[[period]]", "[[period]]\nname = \"at_nine\"\ndate = 2026-03-10\ndepart = \"09:00:00/09:00:01\"\n\n[[period]]\nname = \"by_ten\"\ndate = 2026-03-10\narrive = \"10:00:00/10:00:01\"\n\n[[period]]");
    town.write("study.toml", study);
    let cells = rows(&town.read("cells.csv"));
    let some = cells.iter().step_by(45).map(|row| format!("{},{},{}\n", row["id"], row["lon"], row["lat"]));
    town.write("from.csv", format!("id,lon,lat\n{}", some.collect::<String>()));
    town
}

type Times = BTreeMap<(String, String), Option<i64>>;

fn matrix(town: &Town, profile: &str, period: &str) -> Times {
    let words = format!("--profile {profile} --period {period} --origins from.csv --all-pairs -o m.csv");
    town.isokron(&format!("matrix study.toml {words}")).well();
    let row = |row: BTreeMap<String, String>| {
        ((row["from_id"].clone(), row["to_id"].clone()), row["travel_time_s"].parse().ok())
    };
    rows(&town.read("m.csv")).into_iter().map(row).collect()
}

/// Of each pair the lesser time.
fn fastest(a: &Times, b: &Times) -> Times {
    let less = |(pair, time): (&(String, String), &Option<i64>)| {
        let both = time.iter().chain(&b[pair]);
        (pair.clone(), both.min().copied())
    };
    a.iter().map(less).collect()
}

#[test]
fn the_fastest_of_the_modes_counts() {
    let town = town();
    let [walks, cycles, either] = ["walks", "cycles", "either"].map(|name| matrix(&town, name, "at_nine"));
    assert!(either == fastest(&walks, &cycles), "on foot or by bicycle");
    let faster =
        cycles.iter().filter(|(pair, time)| time.is_some_and(|s| walks[*pair].is_none_or(|w| s < w)));
    assert!(faster.count() > cycles.len() / 4, "a bicycle is of use");
    // One departure: a journey with rides, or all the way by bicycle.
    let [rides, all] = ["rides", "all"].map(|name| matrix(&town, name, "at_nine"));
    assert!(all == fastest(&rides, &cycles), "or with rides");
    assert_ne!(all, cycles);
    // Nothing departs: by bicycle it takes as long whenever one arrives.
    assert_eq!(cycles, matrix(&town, "cycles", "by_ten"));
}

#[test]
fn a_chain_is_at_least_as_fast_as_its_parts() {
    let town = town();
    let [walks, rides, drives, left, left_too, aboard, aboard_all, dropped, parks] =
        ["walks", "rides", "drives", "left", "left_too", "aboard", "aboard_all", "dropped", "parks"]
            .map(|name| matrix(&town, name, "at_nine"));
    let none_is_slower = |fast: &Times, slow: &Times| {
        slow.iter().all(|(pair, slow)| slow.is_none_or(|slow| fast[pair].is_some_and(|fast| fast <= slow)))
    };
    // With more ways to choose from nobody is slower.
    assert!(none_is_slower(&left, &walks) && none_is_slower(&left_too, &left));
    assert!(left_too == fastest(&left, &rides), "one departure: the fastest of the two ways to the stop");
    assert!(none_is_slower(&dropped, &walks) && dropped != walks);
    assert!(none_is_slower(&parks, &walks) && parks != walks, "a site is of use");
    assert_ne!(left, walks, "a bicycle to the stop is of use");
    // No trip of the town says that it takes bicycles.
    assert!(aboard == walks && aboard_all != walks && none_is_slower(&aboard_all, &walks));
    assert!(drives.values().flatten().count() > drives.len() / 2);
    // Arrivals: what one rides to the first stop one rides then, too.
    let by_ten = matrix(&town, "left", "by_ten");
    assert!(none_is_slower(&by_ten, &matrix(&town, "walks", "by_ten")) && by_ten != left);
}

#[test]
fn a_trip_takes_as_long_as_the_matrix_says() {
    let town = town();
    for (profile, kind) in [
        ("cycles", "bicycle"),
        ("drives", "car"),
        ("left", "bicycle"),
        ("aboard_all", "bicycle"),
        ("dropped", "dropped_off"),
        ("parks", "park_and_ride"),
    ] {
        let times = matrix(&town, profile, "at_nine");
        let mut kinds = Vec::new();
        for ((from, to), time) in times.iter().step_by(times.len() / 12) {
            let words =
                format!("--from {from} --to {to} --depart 09:00 --period at_nine --profile {profile} --json");
            let said = town.isokron(&format!("trip study.toml {words}"));
            // The skerry has no street.
            if said.code != 0 {
                assert_eq!(*time, None, "{}", said.err);
                continue;
            }
            let found: Value = serde_json::from_str(&said.out).unwrap();
            assert_eq!(found["travel_time_s"].as_i64(), *time, "{profile}: {from} → {to}");
            let legs = found["legs"].as_array().into_iter().flatten();
            kinds.extend(legs.map(|leg| leg["kind"].as_str().unwrap().to_string()));
        }
        assert!(kinds.iter().any(|one| one == kind), "{profile}: {kinds:?}");
    }
    // Between points of the map they are found anew: cells by their coordinates take as long.
    let cells = rows(&town.read("cells.csv"));
    let (a, b) = (&cells[100], &cells[400]);
    for profile in ["cycles", "drives", "left", "aboard_all"] {
        let trip = |from: &str, to: &str| -> Value {
            let words =
                format!("--from {from} --to {to} --depart 09:00 --period at_nine --profile {profile} --json");
            serde_json::from_str(&town.isokron(&format!("trip study.toml {words}")).well()).unwrap()
        };
        let point = |row: &BTreeMap<String, String>| format!("{},{}", row["lon"], row["lat"]);
        assert_eq!(trip(&a["id"], &b["id"]), trip(&point(a), &point(b)), "{profile}");
    }
}

#[test]
fn runs_write_what_is_reached_by_bicycle() {
    let town = town();
    // One departure, and profiles that need no timetable.
    let study = town.read("study.toml");
    let (head, rest) = study.split_once("\n[[period]]\nname = \"by_ten\"").expect("the second period");
    let (_, tail) = rest.split_once("\n[access]").expect("what follows the profile adult");
    let study = format!("{head}\n[access]{tail}");
    let (study, _) = study.split_once("\n[[profile]]\nname = \"rides\"").expect("the fourth profile");
    town.write("study.toml", study);
    town.isokron("run study.toml").well();
    let column = |profile: &str| -> Vec<Option<f64>> {
        let name = format!("out/base/{profile}-at_nine/access.csv");
        rows(&town.read(&name)).iter().map(|row| row["jobs_30min_p50"].parse().ok()).collect()
    };
    let [walks, cycles, either] = ["walks", "cycles", "either"].map(column);
    // The bicycle gets farther in sum; who may do either reaches as much as by the better one at least.
    let sum = |values: &[Option<f64>]| values.iter().flatten().sum::<f64>();
    assert!(sum(&cycles) > 1.5 * sum(&walks), "{} and {}", sum(&cycles), sum(&walks));
    for ((walk, cycle), either) in walks.iter().zip(&cycles).zip(&either) {
        assert!(either >= walk && either >= cycle, "{walk:?} {cycle:?} {either:?}");
    }
    // Parts of the network are found again, with the same bytes.
    let before = town.files("out/base/cycles-at_nine");
    let said = town.isokron("build study.toml").well();
    let parts = said.lines().find(|line| line.starts_with("network in ")).expect("a line of parts");
    assert!(!parts.contains("built ") && parts.contains("bicycle_links"), "{parts}");
    town.isokron("run study.toml").well();
    assert!(before == town.files("out/base/cycles-at_nine"));
}

#[test]
fn what_does_not_ride_yet_is_refused() {
    let town = town();
    town.isokron("isochrone study.toml --profile cycles --period at_nine --at 18.0,59.0 -o i.geojson")
        .refused(2, &["profile cycles rides or drives"]);
    let study = town.read("study.toml");
    let refused = |from: &str, to: &str, words: &[&str]| {
        town.write("study.toml", study.replace(from, to));
        let said = town.isokron("check study.toml");
        assert_ne!(said.code, 0, "{}", said.out);
        words.iter().for_each(|word| assert!(said.err.contains(word), "no {word:?} in:\n{}", said.err));
    };
    refused("[\"bicycle\"]", "[\"walk>transit>car\"]", &["does not do this chain of modes"]);
    refused("[\"bicycle\"]", "[\"bicycle>transit>walk\"]", &["lacks \"walk\""]);
    refused(
        "[\"bicycle\"]",
        "[\"walk\", \"transit\", \"bicycle>transit>bicycle\"]",
        &["a profile of its own"],
    );
    refused("[\"bicycle\"]", "[\"bicycle\", \"transit\"]", &["lacks \"walk\""]);
}

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
