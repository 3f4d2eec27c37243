//! The made-up town: the fixture is what the generator makes, the same each time, small, and as rich as
//! promised. Everything is read back by other crates, not by our own readers.

mod city;
mod read;
mod ridden;
mod walks;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use isokron::base::executor::Quiet;
use isokron::inputs::synth::town;
use isokron::outputs::feeds;
use osmpbfreader::Way;
use read::{Row, cells, fixture, gtfs, number, osm, seconds, stops};
use walks::{StreetLegs, metres};

/// Writes the fixture anew: `cargo test --test library -- --ignored write_fixture`.
#[test]
#[ignore = "writes into the repository"]
fn write_fixture() {
    let _ = std::fs::remove_file(fixture().join("study.toml"));
    feeds::write(&town(1), &fixture(), &Quiet).unwrap();
}

#[test]
fn made_anew_it_is_the_fixture() {
    let anew = tempfile::tempdir().unwrap();
    let files = feeds::write(&town(1), anew.path(), &Quiet).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["town.osm.pbf", "town_gtfs.zip", "town_ferry.zip", "cells.csv", "study.toml"]);
    assert!(osm(&anew.path().join(names[0])) == osm(&fixture().join(names[0])));
    for feed in &names[1..3] {
        assert!(gtfs(&anew.path().join(feed)) == gtfs(&fixture().join(feed)), "{feed}");
    }
    let text = |dir: &Path, name: &str| std::fs::read_to_string(dir.join(name)).unwrap().replace('\r', "");
    for name in &names[3..] {
        assert_eq!(text(anew.path(), name), text(&fixture(), name));
    }
    let size: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();
    println!("{size} bytes in all");
    assert!(size < 1_000_000, "{size}");
}

#[test]
fn two_runs_give_the_same_bytes_and_another_seed_another_town() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let files = dirs.each_ref().map(|dir| feeds::write(&town(7), dir.path(), &Quiet).unwrap());
    for (one, other) in files[0].iter().zip(&files[1]) {
        assert!(std::fs::read(one).unwrap() == std::fs::read(other).unwrap(), "{}", one.display());
    }
    assert!(town(7).streets != town(1).streets && town(7).cells != town(1).cells);
}

#[test]
fn a_study_of_someone_else_stays() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("study.toml"), "mine").unwrap();
    let error = feeds::write(&town(1), dir.path(), &Quiet).unwrap_err();
    assert_eq!(error.exit_code(), 1);
    assert!(error.to_string().contains("another study is there"));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is written");
}

#[test]
fn streets_have_what_a_real_map_has() {
    let (nodes, ways) = osm(&fixture().join("town.osm.pbf"));
    assert!(nodes.windows(2).all(|pair| pair[0].id < pair[1].id), "sorted");
    assert!(ways.windows(2).all(|pair| pair[0].id < pair[1].id), "sorted");
    let there: BTreeSet<_> = nodes.iter().map(|node| node.id).collect();
    assert!(ways.iter().all(|way| way.nodes.len() > 1 && way.nodes.iter().all(|node| there.contains(node))));
    println!("{} nodes, {} ways", nodes.len(), ways.len());

    let count = |tags: &[(&str, &str)]| {
        let has = |way: &&Way| tags.iter().all(|(key, value)| way.tags.contains(key, value));
        ways.iter().filter(has).count()
    };
    for (tags, least) in [
        (vec![("highway", "primary")], 20),
        (vec![("highway", "secondary")], 20),
        (vec![("highway", "tertiary")], 50),
        (vec![("highway", "residential")], 300),
        (vec![("highway", "footway")], 50),
        (vec![("highway", "steps")], 5),
        (vec![("highway", "motorway")], 4),
        (vec![("highway", "motorway"), ("bridge", "yes")], 2),
        (vec![("highway", "motorway_link")], 4),
        (vec![("highway", "service"), ("access", "private")], 5),
        (vec![("highway", "cycleway"), ("foot", "no")], 1),
        (vec![("highway", "cycleway"), ("foot", "designated")], 2),
        (vec![("highway", "footway"), ("oneway:foot", "yes")], 1),
        (vec![("highway", "footway"), ("footway", "sidewalk")], 6),
        (vec![("highway", "footway"), ("man_made", "pier")], 3),
        (vec![("highway", "pedestrian"), ("area", "yes")], 1),
        (vec![("highway", "construction")], 1),
        (vec![("highway", "path")], 4),
        (vec![("highway", "residential"), ("oneway", "yes")], 20),
        (vec![("sidewalk", "separate")], 1),
        (vec![("sidewalk", "both")], 50),
        (vec![("route", "ferry")], 2),
        (vec![("railway", "rail")], 1),
        (vec![("railway", "subway")], 1),
        (vec![("natural", "coastline")], 7),
    ] {
        assert!(count(&tags) >= least, "{tags:?}: {}", count(&tags));
    }
    let bridges: BTreeSet<_> = ways
        .iter()
        .filter(|way| way.tags.contains("bridge", "yes"))
        .filter_map(|way| way.tags.get("name"))
        .collect();
    assert_eq!(bridges.len(), 5, "few bridges: {bridges:?}");
    let slopes: Vec<i32> =
        ways.iter().filter_map(|way| way.tags.get("incline")?.strip_suffix('%')?.parse().ok()).collect();
    assert!(slopes.len() > 200 && slopes.iter().any(|s| *s >= 6) && slopes.iter().any(|s| *s <= -6));
    assert!(slopes.iter().all(|slope| slope.abs() <= 30), "hills, not walls");
    let tagged = |key: &str, value: &str| nodes.iter().filter(|node| node.tags.contains(key, value)).count();
    assert!(tagged("railway", "level_crossing") == 2 && tagged("barrier", "bollard") == 1);
    assert!(tagged("barrier", "gate") >= 5);
    let coasts = ways.iter().filter(|way| way.tags.contains("natural", "coastline"));
    assert!(coasts.into_iter().all(|way| way.nodes.first() == way.nodes.last()));
}

#[test]
fn islands_are_as_planned() {
    let walks = StreetLegs::new();
    let pieces = walks.pieces();
    println!("pieces: {:?}", pieces.iter().map(|piece| piece.0).collect::<Vec<_>>());
    assert_eq!(pieces.len(), 3, "the bridged town, the ferry's island, the islet");
    assert!(pieces[0].0 > 2000 && pieces[1].0 >= 40 && (5..40).contains(&pieces[2].0));
    let islet: Vec<(f64, f64)> =
        walks.reach(pieces[2].1, f64::INFINITY).keys().map(|node| walks.at[*node]).collect();
    let large = walks.reach(pieces[0].1, f64::INFINITY);
    let middle = walks.reach(pieces[1].1, f64::INFINITY);
    let to_islet = |p: (f64, f64)| islet.iter().map(|q| metres(p, *q)).fold(f64::INFINITY, f64::min);
    for (id, at) in stops() {
        assert!(to_islet(at) > 1000.0, "no stop is near the islet: {id}");
        let (node, m) = walks.nearest(at);
        assert!(m < 60.0 && (large.contains_key(&node) || middle.contains_key(&node)), "{id}: {m} m");
    }
    let (mut on_islet, mut lost) = (0, 0);
    for row in cells() {
        let at = (number(&row, "lon"), number(&row, "lat"));
        let (node, m) = walks.nearest(at);
        lost += u32::from(m > 1100.0);
        let kept = large.keys().chain(middle.keys()).map(|node| metres(walks.at[*node], at));
        if !large.contains_key(&node) && !middle.contains_key(&node) && m < 1000.0 {
            on_islet += 1;
            assert!(kept.fold(f64::INFINITY, f64::min) > 1000.0, "{} could link elsewhere", row["id"]);
        } else {
            assert!(!(900.0..=1100.0).contains(&m), "{}: {m} m", row["id"]);
        }
    }
    println!("{on_islet} cells on the islet, {lost} on the skerry");
    assert!((2..=12).contains(&on_islet) && (1..=2).contains(&lost));
}

#[test]
fn timetables_have_every_feature() {
    let land = gtfs(&fixture().join("town_gtfs.zip"));
    let ferry = gtfs(&fixture().join("town_ferry.zip"));
    let column =
        |table: &str, key: &str| -> Vec<String> { land[table].iter().map(|row| row[key].clone()).collect() };
    let types: BTreeSet<String> = column("routes.txt", "route_type").into_iter().collect();
    assert_eq!(types.iter().map(String::as_str).collect::<Vec<_>>(), ["401", "700", "702", "704", "705"]);
    assert_eq!(
        ferry["routes.txt"].iter().map(|row| row["route_type"].as_str()).collect::<Vec<_>>(),
        ["1000", "4"]
    );
    for feed in [&land, &ferry] {
        assert_eq!(feed["agency.txt"][0]["agency_timezone"], "Europe/Stockholm");
        let ids = |table: &str, key: &str| -> BTreeSet<&String> {
            feed[table].iter().map(|row| &row[key]).collect()
        };
        for (table, key, home) in [
            ("stop_times.txt", "trip_id", "trips.txt"),
            ("stop_times.txt", "stop_id", "stops.txt"),
            ("trips.txt", "route_id", "routes.txt"),
            ("trips.txt", "service_id", "calendar.txt"),
            ("calendar_dates.txt", "service_id", "calendar.txt"),
        ] {
            assert!(ids(table, key).is_subset(&ids(home, key)), "{table} {key}");
        }
        for (table, key) in [("trips.txt", "trip_id"), ("stops.txt", "stop_id"), ("routes.txt", "route_id")] {
            assert_eq!(ids(table, key).len(), feed[table].len(), "{table}: ids are unique");
        }
    }
    let stop_times = &land["stop_times.txt"];
    println!(
        "{} + {} stop times, {} + {} trips, {} + {} stops",
        stop_times.len(),
        ferry["stop_times.txt"].len(),
        land["trips.txt"].len(),
        ferry["trips.txt"].len(),
        land["stops.txt"].len(),
        ferry["stops.txt"].len()
    );
    // Times rise along every trip; no hop is of no length.
    for feed in [&land, &ferry] {
        let mut last: (&str, i32) = ("", 0);
        for row in &feed["stop_times.txt"] {
            if row["arrival_time"].is_empty() {
                continue;
            }
            let (arrival, departure) = (seconds(&row["arrival_time"]), seconds(&row["departure_time"]));
            assert!(arrival <= departure && (last.0 != row["trip_id"] || last.1 < arrival), "{row:?}");
            last = (&row["trip_id"], departure);
        }
    }
    // Stations hold platforms of metro and bus.
    let stations = column("stops.txt", "location_type").iter().filter(|kind| *kind == "1").count();
    let centralen = land["stops.txt"].iter().find(|row| row["stop_name"] == "Centralen").unwrap();
    let children: Vec<&Row> =
        land["stops.txt"].iter().filter(|row| row["parent_station"] == centralen["stop_id"]).collect();
    assert!(stations == 9 && children.len() >= 3, "{children:?}");
    // By the hour: line 1 in the rush, at noon.
    let first_calls: Vec<&Row> = stop_times.iter().filter(|row| row["stop_sequence"] == "1").collect();
    let starts = |prefix: &str, hour: i32| {
        let of = |row: &&&Row| {
            row["trip_id"].starts_with(prefix) && seconds(&row["departure_time"]) / 3600 == hour
        };
        first_calls.iter().filter(of).count()
    };
    assert!(starts("1uv", 7) > starts("1uv", 12) && starts("1uv", 12) > starts("1uv", 22));
    // Past midnight, both as late trips of the day and over midnight on the way.
    let late = first_calls.iter().filter(|row| row["departure_time"].as_str() >= "24:00:00").count();
    let over = first_calls.iter().any(|row| {
        row["departure_time"].starts_with("23:4") && {
            let same = |other: &&Row| other["trip_id"] == row["trip_id"];
            stop_times.iter().filter(same).any(|call| call["arrival_time"].as_str() >= "24:00:00")
        }
    });
    assert!(late >= 4 && over && first_calls.iter().any(|row| row["departure_time"] == "24:30:00"));
    // Frequencies, exact.
    assert!(
        land["frequencies.txt"]
            .iter()
            .all(|row| row["exact_times"] == "1" && ["3uv0", "3uh0"].contains(&row["trip_id"].as_str()))
    );
    assert_eq!(land["frequencies.txt"].len(), 8);
    // Blank times: on line 7, never at the ends, with distances one way only.
    let blank = |row: &&Row| row["arrival_time"].is_empty() && row["departure_time"].is_empty();
    let blanks: Vec<&Row> = stop_times.iter().filter(blank).collect();
    assert!(
        blanks.len() > 300
            && blanks.iter().all(|row| row["trip_id"].starts_with("7u") || row["trip_id"].starts_with("7i"))
    );
    assert!(
        blanks.iter().all(|row| row["shape_dist_traveled"].is_empty() == row["trip_id"].starts_with("7i"))
    );
    assert!(blanks.iter().all(|row| row["stop_sequence"] != "1"));
    // Express: in the outskirts it only picks up, in the middle it only sets down; the rural bus asks.
    let rules = |prefix: &str| -> BTreeSet<(String, String)> {
        let of = |row: &&Row| row["trip_id"].starts_with(prefix);
        stop_times
            .iter()
            .filter(of)
            .map(|row| (row["pickup_type"].clone(), row["drop_off_type"].clone()))
            .collect()
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(rules("51X"), BTreeSet::from([pair("", "1"), pair("1", "")]));
    assert_eq!(rules("21"), BTreeSet::from([pair("", ""), pair("3", "3")]));
    // Blocks: each of line 5 goes on as line 6, at the platform where it came, not back in time.
    let mut blocks: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for trip in land["trips.txt"].iter().filter(|trip| !trip["block_id"].is_empty()) {
        blocks.entry(&trip["block_id"]).or_default().push(trip);
    }
    assert!(blocks.len() > 30);
    for trips in blocks.values() {
        assert!(trips.len() == 2 && trips[0]["route_id"] == "5" && trips[1]["route_id"] == "6");
        assert!(trips[0]["service_id"] == trips[1]["service_id"]);
        let calls = |trip: &Row| -> Vec<&Row> {
            stop_times.iter().filter(|row| row["trip_id"] == trip["trip_id"]).collect()
        };
        let (came, goes) = (calls(trips[0]), calls(trips[1]));
        assert_eq!(came[came.len() - 1]["stop_id"], goes[0]["stop_id"]);
        assert!(seconds(&came[came.len() - 1]["arrival_time"]) <= seconds(&goes[0]["departure_time"]));
    }
    // Days: weekday, weekend, holidays swapped.
    assert_eq!(column("calendar.txt", "service_id"), ["vardag", "helg"]);
    let removed = land["calendar_dates.txt"].iter().find(|row| row["date"] == "20260106").unwrap();
    assert!(removed["service_id"] == "vardag" && removed["exception_type"] == "2");
    assert!(
        land["calendar_dates.txt"].iter().all(|row| row["date"] != "20260310"),
        "the study's day is plain"
    );
    // Rules of changing, of every kind, and one between trips.
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    let stops: BTreeSet<String> = column("stops.txt", "stop_id").into_iter().collect();
    let trips: BTreeSet<String> = column("trips.txt", "trip_id").into_iter().collect();
    for rule in &land["transfers.txt"] {
        *kinds.entry(rule["transfer_type"].clone()).or_default() += 1;
        assert!(stops.contains(&rule["from_stop_id"]) && stops.contains(&rule["to_stop_id"]), "{rule:?}");
        for trip in [&rule["from_trip_id"], &rule["to_trip_id"]] {
            assert!(trip.is_empty() || trips.contains(trip));
        }
        assert!((rule["transfer_type"] == "2") != rule["min_transfer_time"].is_empty());
    }
    println!("transfers: {kinds:?}");
    assert_eq!(kinds.keys().map(String::as_str).collect::<Vec<_>>(), ["0", "1", "2", "3"]);
    let between_trips = |rule: &&Row| !rule["from_trip_id"].is_empty() && !rule["to_trip_id"].is_empty();
    assert!(land["transfers.txt"].iter().filter(between_trips).count() >= 1);
    assert!(
        land["transfers.txt"]
            .iter()
            .any(|rule| rule["transfer_type"] == "1" && rule["from_trip_id"].is_empty())
    );
}

#[test]
fn people_are_parted_as_in_real_towns() {
    let cells = cells();
    let sum = |key: &str| -> f64 { cells.iter().map(|row| number(row, key)).sum() };
    println!(
        "{} cells, {} people ({} low, {} middle, {} high), {} jobs, {} schools, {} health centres",
        cells.len(),
        sum("population"),
        sum("low_income"),
        sum("middle_income"),
        sum("high_income"),
        sum("jobs"),
        sum("schools"),
        sum("healthcare")
    );
    assert!((400..=700).contains(&cells.len()));
    let ids: BTreeSet<&String> = cells.iter().map(|row| &row["id"]).collect();
    assert_eq!(ids.len(), cells.len());
    for row in &cells {
        let id = &row["id"];
        let (east, north): (u32, u32) = (id[..6].parse().unwrap(), id[6..].parse().unwrap());
        assert!(id.len() == 13 && east % 250 == 0 && north % 250 == 0, "{id}");
        let groups = ["low_income", "middle_income", "high_income"].map(|key| number(row, key));
        assert!(groups.iter().all(|n| *n >= 0.0) && groups.iter().sum::<f64>() == number(row, "population"));
        assert!(number(row, "income") > 100_000.0);
    }
    // Half of the jobs of the centre and the business park are in a tenth of the cells; people are not.
    let top_tenth = |key: &str| {
        let mut values: Vec<f64> = cells.iter().map(|row| number(row, key)).collect();
        values.sort_by(|a, b| b.total_cmp(a));
        values[..values.len() / 10].iter().sum::<f64>() / sum(key)
    };
    println!(
        "top tenth of cells: {:.2} of jobs, {:.2} of people",
        top_tenth("jobs"),
        top_tenth("population")
    );
    assert!(top_tenth("jobs") > 0.5 && top_tenth("population") < 0.4);
    // Dissimilarity (Duncan and Duncan 1955) of low and high incomes: clearly apart, not wholly. The bounds are ours.
    let apart: f64 = cells
        .iter()
        .map(|row| {
            (number(row, "low_income") / sum("low_income") - number(row, "high_income") / sum("high_income"))
                .abs()
        })
        .sum::<f64>()
        / 2.0;
    println!("dissimilarity of low and high incomes: {apart:.2}");
    assert!((0.3..0.6).contains(&apart));
}

/// A 30-minute walk at 1.2 m/s must reach as many stops as in a real town: some 60 by design section 10.
#[test]
fn a_walk_reaches_as_many_stops_as_in_a_real_town() {
    let walks = StreetLegs::new();
    let mut at_node: BTreeMap<usize, u32> = BTreeMap::new();
    let called = {
        let mut called = BTreeSet::new();
        for feed in ["town_gtfs.zip", "town_ferry.zip"] {
            called.extend(
                gtfs(&fixture().join(feed))["stop_times.txt"].iter().map(|row| row["stop_id"].clone()),
            );
        }
        called
    };
    for (_, at) in stops().into_iter().filter(|(id, _)| called.contains(id)) {
        *at_node.entry(walks.nearest(at).0).or_default() += 1;
    }
    let middle = stops().into_iter().find(|(id, _)| id == "T06-1").unwrap().1;
    let mut by_distance = Vec::new();
    let mut counts = Vec::new();
    for row in cells() {
        let (node, m) = walks.nearest((number(&row, "lon"), number(&row, "lat")));
        if m < 1000.0 {
            let reach = walks.reach(node, 2160.0 - m);
            let stops: u32 =
                at_node.iter().filter(|(node, _)| reach.contains_key(node)).map(|(_, n)| n).sum();
            let far = metres((number(&row, "lon"), number(&row, "lat")), middle);
            counts.push((stops, number(&row, "population")));
            by_distance.push((far as u64, stops));
        }
    }
    // The half of the cells nearest to Centralen.
    by_distance.sort_unstable();
    let mut central: Vec<u32> =
        by_distance[..by_distance.len() / 2].iter().map(|(_, stops)| *stops).collect();
    central.sort_unstable();
    let central_mean = f64::from(central.iter().sum::<u32>()) / central.len() as f64;
    println!(
        "central half of the cells: mean {central_mean:.1}, least {}, quarter {}, half {}, three quarters {}, most {}",
        central[0],
        central[central.len() / 4],
        central[central.len() / 2],
        central[central.len() * 3 / 4],
        central[central.len() - 1]
    );
    assert!((25.0..=60.0).contains(&central_mean), "{central_mean}");
    let people: f64 = counts.iter().map(|(_, people)| people).sum();
    let mean = counts.iter().map(|(stops, people)| f64::from(*stops) * people).sum::<f64>() / people;
    counts.sort_by_key(|(stops, _)| *stops);
    let quantile = |q: f64| counts[((counts.len() - 1) as f64 * q) as usize].0;
    println!(
        "stops within a 30-minute walk: {mean:.1} by people; by cells least {} quarter {} half {} three quarters {} most {}",
        quantile(0.0),
        quantile(0.25),
        quantile(0.5),
        quantile(0.75),
        quantile(1.0)
    );
    assert!((30.0..=75.0).contains(&mean) && quantile(0.5) >= 20);
}

/// The plan holds for other seeds too: every bridge finds its place, every line runs.
#[test]
fn other_seeds_give_whole_towns() {
    for seed in 2..10 {
        let region = town(seed);
        let tag = |way: &isokron::inputs::raw::RawWay, key: &str| {
            way.tags.iter().find(|(k, _)| k == key).map(|(_, value)| value.clone())
        };
        let bridges: BTreeSet<String> = region
            .streets
            .ways
            .iter()
            .filter(|way| tag(way, "bridge").is_some())
            .filter_map(|way| tag(way, "name"))
            .collect();
        assert_eq!(bridges.len(), 5, "seed {seed}: {bridges:?}");
        assert!((400..=700).contains(&region.cells.ids.len()), "seed {seed}");
        let stops =
            region.feeds[0].tables.iter().find(|(name, _)| name == "stops.txt").unwrap().1.lines().count();
        assert!(stops > 200, "seed {seed}: {stops}");
    }
}
