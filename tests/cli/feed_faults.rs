//! Feeds and extracts that once misled, or whose message did: what the whole program says and computes of them.
//! Inputs that are not part of the repository lie in `$ISOKRON_DATA/faults`; each has its right answer in a README.

use std::fs;

use crate::common;
use crate::town::{Said, Town, rows};

/// A copy of a folder of `faults`, in a town that is not used.
fn fault(name: &str) -> Town {
    let town = Town::new();
    for file in fs::read_dir(common::data(&format!("faults/{name}"))).unwrap() {
        let file = file.unwrap();
        // The originals cannot be written to.
        town.write(&file.file_name().to_string_lossy(), fs::read(file.path()).unwrap());
    }
    town
}

/// It ended with 1 and said all of `words`; `check` says first what could be read.
#[track_caller]
fn wrong(said: &Said, words: &[&str]) {
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    for word in words {
        assert!(said.err.contains(word), "no {word:?} in:\n{}", said.err);
    }
}

/// The travel time of a pair in a matrix, s.
#[track_caller]
fn time(town: &Town, study: &str, from: &str, to: &str) -> String {
    town.isokron(&format!("matrix {study} -o m.csv")).well();
    let pairs = rows(&town.read("m.csv"));
    let pair = pairs.iter().find(|pair| pair["from_id"] == from && pair["to_id"] == to);
    pair.unwrap_or_else(|| panic!("no pair {from}, {to} in {pairs:?}"))["travel_time_s"].clone()
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn an_open_mark() {
    let town = fault("open-quote");
    assert_eq!(time(&town, "t.toml", "C0", "C2"), "900");
    let said = town.isokron("check t.toml").well();
    assert!(said.contains("1 × rows with a quotation mark that their line does not close"), "{said}");
    assert!(said.contains("stops.txt:3"), "{said}");
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn a_service_without_an_end() {
    let town = fault("far-end-date");
    assert_eq!(time(&town, "t.toml", "C0", "C2"), "900");
    assert_eq!(time(&town, "t.toml", "C0", "C4"), "1200");
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn distances_that_say_nothing() {
    let town = fault("zero-shape-dist");
    assert_eq!(time(&town, "t.toml", "C0", "C1"), "900");
    assert_eq!(time(&town, "t.toml", "C0", "C2"), "1200");
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn one_name_twice_in_a_zip() {
    let town = fault("zip-two-members");
    town.isokron("check t.toml").refused(1, &["g.zip/stop_times.txt: is in the zip 2 times"]);
    assert_eq!(time(&town, "case.toml", "C0", "C2"), "900");
    assert!(town.isokron("check case.toml").well().contains("STOP_TIMES.TXT"));
}

/// The feed's tables with another stop_times.txt, stops.txt or calendar.txt.
fn refeed(town: &Town, change: impl Fn(&mut std::collections::BTreeMap<String, String>)) {
    let mut tables = town.feed("town_gtfs.zip");
    change(&mut tables);
    town.write_feed("town_gtfs.zip", &tables);
}

#[test]
fn why_a_feed_never_runs() {
    // Its one trip comes back in time: that is said, with the count, and no other date is advised.
    let town = Town::new();
    refeed(&town, |tables| {
        let trips: Vec<&str> = tables["trips.txt"].lines().take(2).collect();
        let trips = trips.join("\n");
        let header = trips.lines().next().unwrap().split(',').position(|name| name == "trip_id").unwrap();
        let id = trips.lines().nth(1).unwrap().split(',').nth(header).unwrap().to_string();
        let stop = tables["stop_times.txt"].lines().nth(1).unwrap().split(',').nth(3).unwrap().to_string();
        tables.insert("trips.txt".into(), trips);
        let times = format!(
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n{id},09:00:00,09:00:00,{stop},1\n{id},08:00:00,08:00:00,{stop},2\n"
        );
        tables.insert("stop_times.txt".into(), times);
        tables.remove("frequencies.txt");
        tables.remove("transfers.txt");
    });
    let said = town.isokron("check study.toml");
    wrong(&said, &["town_gtfs: has no trip that can run; left out: ", "1 trips on which a time is earlier"]);
    assert!(!said.err.contains("Choose another date"), "{}", said.err);
    town.isokron("init new.toml --osm town.osm.pbf --gtfs town_gtfs.zip")
        .refused(1, &["1 trips on which a time"]);

    // Its stops lie elsewhere.
    let town = Town::new();
    refeed(&town, |tables| {
        let stops = tables["stops.txt"].clone();
        let mut lines = stops.lines();
        let header = lines.next().unwrap();
        let lat = header.split(',').position(|name| name == "stop_lat").unwrap();
        let moved = lines.map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            cells[lat] = "10.5";
            cells.join(",")
        });
        let moved: Vec<String> = std::iter::once(header.to_string()).chain(moved).collect();
        tables.insert("stops.txt".into(), moved.join("\n"));
    });
    let said = town.isokron("check study.toml");
    wrong(&said, &["town_gtfs: none of its ", " stops with trips is near a street of the study"]);
    town.isokron("init new.toml --osm town.osm.pbf --gtfs town_gtfs.zip")
        .refused(1, &["town_gtfs: no stop with trips is near the streets"]);
}

#[test]
fn streets_and_feed_exchanged() {
    let town = Town::new();
    town.isokron("init new.toml --osm town_gtfs.zip --gtfs town.osm.pbf")
        .refused(1, &["town_gtfs.zip: is not an OpenStreetMap PBF file", "[network] gtfs, or --gtfs"]);
    town.isokron("init new.toml --osm town.osm.pbf --gtfs town.osm.pbf")
        .refused(1, &["town.osm.pbf: is not a readable zip file: it is an OpenStreetMap extract (PBF)"]);
    town.write("page.zip", "<html><body>404</body></html>");
    town.isokron("check page.zip").refused(1, &["it is a web page (HTML)"]);
    town.write("town.osm", "<?xml version=\"1.0\"?><osm version=\"0.6\"></osm>");
    town.isokron("check town.osm").refused(1, &["an OpenStreetMap extract in XML", "osmium cat"]);
}

#[test]
fn a_headway_of_seconds_is_doubted() {
    let town = Town::new();
    let study = town.read("study.toml");
    let route = rows(&town.feed("town_gtfs.zip")["routes.txt"])[0]["route_id"].clone();
    let edit = |headway: u32| {
        format!(
            "{study}\n[[scenario]]\nname = \"often\"\n[[scenario.edit]]\nkind = \"set_headway\"\nroute = \"{route}\"\nheadway_s = {headway}\n"
        )
    };
    town.write("study.toml", edit(3));
    let said = town.isokron("check study.toml").well();
    assert!(said.contains("is that meant? a vehicle every 3 s: headway_s is in seconds"), "{said}");
    town.write("study.toml", edit(60));
    assert!(!town.isokron("check study.toml").well().contains("is that meant"));
}
