//! What a made-up city has for riding and driving, as real ones: read back from its files by the program's own readers.

use std::collections::BTreeMap;
use std::path::Path;

use isokron::base::NONE;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::inputs::elevation::Rasters;
use isokron::inputs::osm;
use isokron::inputs::raw::{RawStreets, RawWay};
use isokron::outputs::feeds;
use isokron::scenario::written::parse;

use super::city::city;

fn tag<'a>(way: &'a RawWay, key: &str) -> Option<&'a str> {
    way.tags.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

fn is_street(way: &RawWay) -> bool {
    tag(way, "highway").is_some()
}

/// Of the nodes of streets those where not just two pieces meet.
fn share_of_junctions(streets: &RawStreets) -> f64 {
    let mut pieces = vec![0; streets.nodes.len()];
    for way in streets.ways.iter().filter(|way| is_street(way)) {
        for pair in way.nodes.windows(2) {
            pieces[pair[0] as usize] += 1;
            pieces[pair[1] as usize] += 1;
        }
    }
    let used = pieces.iter().filter(|&&n| n > 0).count();
    let junctions = pieces.iter().filter(|&&n| n > 2).count();
    junctions as f64 / used as f64
}

#[test]
fn streets_bend_between_junctions() {
    let share = share_of_junctions(&city().streets);
    println!("{share:.3} of the points are junctions");
    // Porto: 0.21.
    assert!((0.19..0.23).contains(&share), "{share}");
}

#[test]
fn streets_say_what_riders_and_drivers_ask() {
    let streets = &city().streets;
    let mut edges: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut all = 0;
    for way in streets.ways.iter().filter(|way| is_street(way)) {
        let length = way.nodes.len() - 1;
        all += length;
        for (key, value) in &way.tags {
            *edges.entry((key, value)).or_default() += length;
        }
    }
    let of = |key, value| edges.get(&(key, value)).copied().unwrap_or(0) as f64 / all as f64;
    for (key, value, least, most) in [
        ("oneway", "yes", 0.03, 0.3),
        ("oneway", "-1", 0.03, 0.3),
        ("oneway:bicycle", "no", 0.01, 0.3),
        ("highway", "cycleway", 0.005, 0.1),
        ("cycleway:both", "track", 0.01, 0.3),
        ("cycleway:both", "lane", 0.002, 0.2),
        ("cycleway:right", "lane", 0.001, 0.2),
        ("surface", "gravel", 0.01, 0.5),
        ("surface", "sett", 0.001, 0.1),
    ] {
        println!("{key}={value}: {:.4}", of(key, value));
        assert!((least..most).contains(&of(key, value)), "{key}={value}: {}", of(key, value));
    }
    for limit in ["30", "40", "50", "60", "70", "80"] {
        assert!(of("maxspeed", limit) > 0.0, "maxspeed={limit}");
    }
}

/// Members meet: the first way ends where the second begins, and so on.
#[test]
fn turns_are_forbidden_where_ways_meet() {
    let streets = &city().streets;
    let ends = |way: u32| {
        let nodes = &streets.ways[way as usize].nodes;
        [nodes[0], nodes[nodes.len() - 1]]
    };
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for restriction in &streets.restrictions {
        let kind = restriction.tags.iter().find(|(key, _)| key == "restriction").unwrap();
        *kinds.entry(kind.1.as_str()).or_default() += 1;
        let meet = |one: u32, other: u32| ends(one).iter().any(|end| ends(other).contains(end));
        match restriction.via_nodes[..] {
            [via] => {
                assert!(restriction.via_ways.is_empty());
                let both = [restriction.from[0], restriction.to[0]];
                assert!(both.iter().all(|&way| ends(way).contains(&via)), "{restriction:?}");
            }
            _ => {
                assert!(!restriction.via_ways.is_empty());
                let ways = [&restriction.from[..], &restriction.via_ways, &restriction.to].concat();
                assert!(ways.windows(2).all(|pair| meet(pair[0], pair[1])), "{restriction:?}");
            }
        }
    }
    println!("{kinds:?}");
    for kind in ["no_left_turn", "no_right_turn", "no_u_turn", "only_straight_on"] {
        assert!(kinds[kind] >= 10, "{kinds:?}");
    }
    let spared = |(key, value): &(String, String)| key == "except" && value == "bicycle";
    assert!(streets.restrictions.iter().any(|restriction| restriction.tags.iter().any(spared)));
}

#[test]
fn its_files_say_the_same() {
    let dir = tempfile::tempdir().unwrap();
    feeds::write(city(), dir.path(), &Quiet).unwrap();
    let mut diagnostics = Diagnostics::default();
    let read = osm::read(&[dir.path().join("city.osm.pbf")], &mut diagnostics, &Quiet).unwrap();
    let made = &city().streets;
    // Ways and nodes that matter to nobody who travels are left out by the reader.
    let ids = |streets: &RawStreets, list: &[u32]| -> Vec<i64> {
        list.iter().map(|&way| streets.ways[way as usize].osm_id).collect()
    };
    assert_eq!(read.restrictions.len(), made.restrictions.len());
    for (one, other) in read.restrictions.iter().zip(&made.restrictions) {
        // That it is one is not kept.
        let tags: Vec<_> = other.tags.iter().filter(|(key, _)| key != "type").cloned().collect();
        assert_eq!((one.osm_id, &one.tags, one.missing), (other.osm_id, &tags, 0));
        for (here, there) in
            [(&one.from, &other.from), (&one.via_ways, &other.via_ways), (&one.to, &other.to)]
        {
            assert_eq!(ids(&read, here), ids(made, there));
        }
        assert!(one.via_nodes.len() == other.via_nodes.len() && !one.via_nodes.contains(&NONE));
    }
    // Heights: those of the pixels, and between them (bilinear) no higher or lower than around.
    let heights = city().heights.as_ref().unwrap();
    let rasters = Rasters::open(&[dir.path().join(&heights.file)], &mut diagnostics).unwrap();
    let nodes = made.nodes.iter().step_by(97);
    let points: Vec<(f64, f64)> =
        nodes.map(|node| (f64::from(node.lon_e7) / 1e7, f64::from(node.lat_e7) / 1e7)).collect();
    let found = rasters.heights(&points).unwrap();
    let (lowest, highest) = heights
        .metres
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), &metres| (low.min(metres), high.max(metres)));
    println!("{lowest} to {highest} m");
    assert!(lowest == 0.0 && (30.0..120.0).contains(&highest));
    assert!(found.iter().all(|&m| f64::from(m) >= lowest && f64::from(m) <= highest));
    assert!(found.iter().any(|&m| m > 20.0) && found.iter().any(|&m| m < 5.0));
}

/// Without their signs.
#[test]
fn the_profiles_that_the_study_shows_can_be_asked_for() {
    let (before, after) = city().study.split_once("# [[profile]]").unwrap();
    let shown: Vec<&str> = after.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    let text = format!("{before}[[profile]]\n{}\n", shown.join("\n"));
    let study = parse(&text, "study.toml", Path::new(".")).unwrap();
    let names: Vec<&str> = study.profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["adult", "cyclist", "driver"]);
    assert!(study.profiles[1].slopes && study.network.elevation.len() == 1);
}
