//! The made-up city, by rule as the larger sizes: the same each time, and as a real city is put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use isokron::base::executor::Quiet;
use isokron::inputs::raw::RawPlaces;
use isokron::inputs::synth::{Size, Synth, SynthRegion};
use isokron::outputs::feeds;

use super::read::{Tables, rows};

pub fn city() -> &'static SynthRegion {
    static CITY: OnceLock<SynthRegion> = OnceLock::new();
    CITY.get_or_init(|| Synth { size: Size::City, seed: 1 }.make())
}

fn tables(region: &SynthRegion) -> Tables {
    region.feeds[0].tables.iter().map(|(name, text)| (name.clone(), rows(text.as_bytes()))).collect()
}

fn column<'a>(places: &'a RawPlaces, name: &str) -> &'a [f64] {
    let all = places.groups.iter().chain(&places.opportunities);
    &all.into_iter().find(|column| column.name == name).unwrap().values
}

#[test]
fn the_same_seed_gives_the_same_city() {
    let again = Synth { size: Size::City, seed: 1 }.make();
    assert!(again == *city());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let files = dirs.each_ref().map(|dir| feeds::write(city(), dir.path(), &Quiet).unwrap());
    for (one, other) in files[0].iter().zip(&files[1]) {
        assert!(std::fs::read(one).unwrap() == std::fs::read(other).unwrap(), "{}", one.display());
    }
    let names: Vec<&str> = files[0].iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    let heights = "city_heights.tif";
    let feeds = ["city_gtfs.zip", "city_ferry.zip"];
    assert_eq!(names, ["city.osm.pbf", heights, feeds[0], feeds[1], "cells.csv", "study.toml"]);
    let other = Synth { size: Size::City, seed: 2 }.make();
    assert!(other.streets != city().streets && other.cells != city().cells);
}

#[test]
fn streets_have_ranks_and_few_bridges() {
    let streets = &city().streets;
    let tag = |k: usize, key: &str| -> Option<&str> {
        streets.ways[k].tags.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    };
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut bridges = BTreeSet::new();
    for k in 0..streets.ways.len() {
        if let Some(class) = tag(k, "highway") {
            *classes.entry(class).or_default() += streets.ways[k].nodes.len() - 1;
        }
        if tag(k, "bridge").is_some() {
            bridges.extend(tag(k, "name"));
        }
    }
    println!("{} nodes, {classes:?}, {} bridges", streets.nodes.len(), bridges.len());
    assert!((80_000..120_000).contains(&streets.nodes.len()));
    assert!(classes["residential"] > classes["tertiary"] && classes["tertiary"] > classes["secondary"]);
    assert!(classes["footway"] > 500 && classes["motorway"] > 0);
    // Two or three to each of three parts from the middle, up to three between neighbouring parts.
    assert!((12..=17).contains(&bridges.len()), "{bridges:?}");
}

#[test]
fn lines_of_every_kind_run_by_the_hour() {
    let feed = tables(city());
    let kinds: BTreeSet<&str> = feed["routes.txt"].iter().map(|row| row["route_type"].as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["109", "401", "700", "702", "704", "705"]));
    let platforms = feed["stops.txt"].iter().filter(|row| row["location_type"] == "0").count();
    assert!((1300..1700).contains(&platforms), "{platforms}");
    let weekdays: BTreeSet<&str> = feed["trips.txt"]
        .iter()
        .filter(|trip| trip["service_id"] == "vardag")
        .map(|trip| trip["trip_id"].as_str())
        .collect();
    let mut starts = [0; 30];
    for row in &feed["stop_times.txt"] {
        if row["stop_sequence"] == "1" && weekdays.contains(row["trip_id"].as_str()) {
            starts[row["departure_time"][..2].parse::<usize>().unwrap()] += 1;
        }
    }
    println!("{platforms} platforms, trips by the hour: {starts:?}");
    assert!(starts[7] * 2 > starts[12] * 3 && starts[12] > starts[22] && starts[22] > starts[25]);
    assert!(starts[25] > 0 && starts[3] == 0);
}

#[test]
fn people_thin_out_and_live_apart() {
    let cells = &city().cells;
    let people = cells.population.as_ref().unwrap();
    let jobs = column(cells, "jobs");
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    // The middle of the city, by the plan in SWEREF 99 TM; an id is a cell's lower left corner.
    let far = |id: &str| {
        let (east, north): (f64, f64) = (id[..6].parse().unwrap(), id[6..].parse().unwrap());
        (east + 125.0 - 584_000.0).hypot(north + 125.0 - 6_608_000.0)
    };
    let mean = |from: f64, until: f64, values: &[f64]| {
        let inside: Vec<f64> = (0..values.len())
            .filter(|&k| (from..until).contains(&far(&cells.ids[k])))
            .map(|k| values[k])
            .collect();
        sum(&inside) / inside.len() as f64
    };
    let rings = [(0.0, 1500.0), (1500.0, 4000.0), (4000.0, 9000.0)];
    for values in [people, jobs] {
        let means = rings.map(|(from, until)| mean(from, until, values));
        println!("by ring: {means:?}");
        assert!(means[0] > 1.5 * means[1] && means[1] > 1.5 * means[2]);
    }
    assert!((2700..3500).contains(&cells.ids.len()), "{}", cells.ids.len());
    assert!((0.4..0.7).contains(&(sum(jobs) / sum(people))), "jobs a head");
    println!("{} people, {} jobs", sum(people), sum(jobs));
    let (from_others, from_high) = apart(cells);
    println!("dissimilarity of low incomes: {from_others:.3} from all others, {from_high:.3} from high");
    // As in real cities: see `SIDES` of the generator's plan.
    assert!((0.3..0.45).contains(&from_others) && (from_others..0.6).contains(&from_high));
}

/// Duncan and Duncan (1955): how far people with low incomes live apart from all others, and from those with
/// high incomes.
fn apart(cells: &RawPlaces) -> (f64, f64) {
    let [low, middle, high] = ["low_income", "middle_income", "high_income"].map(|name| column(cells, name));
    let others: Vec<f64> = middle.iter().zip(high).map(|(middle, high)| middle + high).collect();
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let from = |others: &[f64]| {
        let (all_low, all) = (sum(low), sum(others));
        let each = low.iter().zip(others).map(|(l, o)| (l / all_low - o / all).abs());
        each.sum::<f64>() / 2.0
    };
    (from(&others), from(high))
}

#[test]
#[ignore = "the size of a capital: some fifteen seconds"]
fn stockholm_has_the_promised_size() {
    let region = Synth { size: Size::Stockholm, seed: 1 }.make();
    let found = Counts::of(&region);
    println!("{found:?}, low incomes apart {:.3?}", apart(&region.cells));
    assert!((12_000..=14_000).contains(&found.stops) && (950_000..1_050_000).contains(&found.calls));
    assert!((28_000..33_000).contains(&found.cells) && (800_000..1_000_000).contains(&found.nodes));
    assert!((0.3..0.45).contains(&apart(&region.cells).0));
}

#[test]
#[ignore = "the size of a country: minutes, and 3 GB"]
fn country_is_ten_times_stockholm() {
    let region = Synth { size: Size::Country, seed: 1 }.make();
    let found = Counts::of(&region);
    println!("{found:?}, low incomes apart {:.3?}", apart(&region.cells));
    assert!((110_000..=150_000).contains(&found.stops) && (8_500_000..11_000_000).contains(&found.calls));
    assert!((270_000..340_000).contains(&found.cells) && (7_000_000..12_000_000).contains(&found.nodes));
    assert!((0.25..0.45).contains(&apart(&region.cells).0));
}

/// How large a region is: stops, calls of a weekday and cells with people; nodes of the map.
#[derive(Debug)]
struct Counts {
    nodes: usize,
    stops: usize,
    calls: usize,
    cells: usize,
}

impl Counts {
    fn of(region: &SynthRegion) -> Self {
        let feed = &region.feeds[0].tables;
        let text = |name: &str| feed.iter().find(|table| table.0 == name).unwrap().1.as_str();
        // A trip's id is its line, `u` or `i` for out or in, `v` for a weekday, and a number.
        let weekday = |row: &&str| row.split(',').next().is_some_and(|trip| trip.contains('v'));
        Counts {
            nodes: region.streets.nodes.len(),
            stops: text("stops.txt").lines().filter(|row| row.contains(",0,")).count(),
            calls: text("stop_times.txt").lines().filter(weekday).count(),
            cells: region.cells.ids.len(),
        }
    }
}

/// What is promised of all sizes, on the one that every run of the tests can afford.
#[test]
fn city_has_a_tenth_of_a_capital() {
    let found = Counts::of(city());
    println!("{found:?}");
    assert!((1200..=1700).contains(&found.stops) && (90_000..130_000).contains(&found.calls));
    assert!((2700..3500).contains(&found.cells) && (80_000..120_000).contains(&found.nodes));
    // Just the hour, the person and the cutoffs that speed is measured with.
    let study = &city().study;
    assert_eq!((study.matches("\n[[period]]").count(), study.matches("\n[[profile]]").count()), (1, 1));
    for line in [
        "depart = \"07:00/08:00\"",
        "departures = \"exact\"",
        "max_travel_time_s = 3600",
        "cutoffs_min = [15, 30, 45, 60]",
        "percentiles = [50]",
    ] {
        assert!(study.contains(line), "{line}");
    }
}
