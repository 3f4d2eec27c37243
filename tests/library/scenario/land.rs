//! Edits of cells, destinations and profiles, by hand.

use isokron::base::error::Error;
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::{Column, RawPlaces};
use isokron::scenario::{EditedPlaces, edit_places, edit_profiles};
use isokron::study::Profile;

use super::hand::edits;

/// Four cells 0.01° of the equator apart, 1,113 m: people 100, 300, 0, 600; poor 50, 30, 0, 120; jobs 10 to 40.
fn cells() -> RawPlaces {
    let column = |name: &str, values: [f64; 4]| Column { name: name.into(), values: values.to_vec() };
    RawPlaces {
        name: "cells".into(),
        ids: ["c1", "c2", "c3", "c4"].map(String::from).to_vec(),
        points: (0..4).map(|i| (f64::from(i) / 100.0, 0.0)).collect(),
        population: Some(vec![100.0, 300.0, 0.0, 600.0]),
        opportunities: vec![column("jobs", [10.0, 20.0, 30.0, 40.0])],
        groups: vec![column("poor", [50.0, 30.0, 0.0, 120.0])],
        ..RawPlaces::default()
    }
}

fn edited(text: &str) -> EditedPlaces {
    edit_places(&cells(), None, &edits(text)).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> String {
    match edit_places(&cells(), None, &edits(text)) {
        Err(Error::Input(problems)) => {
            problems.iter().map(|p| format!("{} -> {}\n", p.what, p.remedy)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn opportunities() {
    let jobs = |text: &str| edited(text).cells.opportunities[0].values.clone();
    let set = "kind = \"set_opportunities\"\ncolumn = \"jobs\"\n";
    // A hub at the cell nearest to 0.0149° E, which is c2; at both within 600 m of 0.015°, half each.
    assert_eq!(jobs(&format!("{set}add = 5000\nlon = 0.0149\nlat = 0.0")), [10.0, 5020.0, 30.0, 40.0]);
    assert_eq!(
        jobs(&format!("{set}add = 5000\nlon = 0.015\nlat = 0.0\nradius_m = 600")),
        [10.0, 2520.0, 2530.0, 40.0]
    );
    // 25 of c2 and c3 go: half of each.
    assert_eq!(jobs(&format!("{set}add = -25\nids = [\"c3\", \"c2\"]")), [10.0, 10.0, 15.0, 40.0]);
    assert_eq!(
        jobs(&format!("{set}scale = 1.5\npolygon = [[-1, -1], [0.005, -1], [0.005, 1], [-1, 1]]")),
        [15.0, 20.0, 30.0, 40.0]
    );
    assert_eq!(
        jobs("kind = \"close_opportunities\"\ncolumn = \"jobs\"\nids = [\"c4\"]"),
        [10.0, 20.0, 30.0, 0.0]
    );
    let moved = edited(
        "kind = \"move_opportunities\"\ncolumn = \"jobs\"\nshare = 0.5\nfrom = { ids = [\"c3\", \"c4\"] }\nto = { lon = 0, lat = 0 }",
    );
    assert_eq!(moved.cells.opportunities[0].values, [45.0, 20.0, 15.0, 20.0]);
    let report = &moved.reports[0];
    assert_eq!(
        (report.places.join(" "), report.total_before, report.total_after),
        ("c1 c3 c4".into(), 100.0, 100.0)
    );
    // Each sees what the one before has made: 28 of 70, two fifths, move on.
    let twice = edited(
        "kind = \"set_opportunities\"\ncolumn = \"jobs\"\nids = [\"c1\"]\nset = 70; \
         kind = \"move_opportunities\"\ncolumn = \"jobs\"\nnumber = 28\nfrom = { ids = [\"c1\"] }\nto = { ids = [\"c2\", \"c3\"] }",
    );
    assert_eq!(twice.cells.opportunities[0].values, [42.0, 34.0, 44.0, 40.0]);
}

#[test]
fn people_and_their_groups() {
    // c1 grows by half, and so do its poor.
    let scaled = edited("kind = \"set_population\"\nids = [\"c1\"]\nscale = 1.5").cells;
    assert_eq!((scaled.population.unwrap()[0], scaled.groups[0].values[0]), (150.0, 75.0));
    // In the empty c3 one in five is poor, as among all: 200 of 1,000.
    let new = edited("kind = \"set_population\"\nids = [\"c3\"]\nadd = 500").cells;
    assert_eq!((new.population.unwrap()[2], new.groups[0].values[2]), (500.0, 100.0));
    // A third of c2 and c4: 100 and 200 people, 10 and 40 poor, to c1 and c3.
    let moved = edited("kind = \"move_population\"\nnumber = 300\nfrom = { ids = [\"c2\", \"c4\"] }\nto = { ids = [\"c1\", \"c3\"] }").cells;
    let near =
        |values: &[f64], expected: [f64; 4]| values.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9);
    assert!(near(&moved.population.clone().unwrap(), [250.0, 200.0, 150.0, 400.0]), "{moved:?}");
    assert!(near(&moved.groups[0].values, [75.0, 20.0, 25.0, 80.0]), "{moved:?}");
}

#[test]
fn destinations_have_columns_of_their_own() {
    let mut others = cells();
    others.name = "destinations".into();
    others.opportunities[0].name = "beds".into();
    let edit = "kind = \"set_opportunities\"\ncolumn = \"beds\"\nids = [\"c1\"]\nset = 7";
    let changed = edit_places(&cells(), Some(&others), &edits(edit)).unwrap();
    assert_eq!(changed.others.unwrap().opportunities[0].values, [7.0, 20.0, 30.0, 40.0]);
    assert_eq!(changed.cells, cells());
}

#[test]
fn wrong_places_are_all_named() {
    let said = refused(
        "kind = \"set_opportunities\"\ncolumn = \"job\"\nids = [\"c1\"]\nset = 1; \
         kind = \"set_population\"\nids = [\"c9\"]\nscale = 2; \
         kind = \"set_population\"\nids = [\"c1\"]\nadd = -101; \
         kind = \"set_population\"\nlon = 9\nlat = 9\nradius_m = 5\nscale = 2",
    );
    assert_eq!(
        said,
        "set_opportunities names \"job\", which is no column there -> did you mean jobs?\n\
         set_population names \"c9\", which is none of the cells -> did you mean c1 or c2 or c3?\n\
         set_population takes 101 where there are 100 -> take fewer, or write set = 0\n\
         set_population matches none of the cells -> are lon and lat in that order? Or widen the area\n"
    );
}

#[test]
fn profiles() {
    let adult = Profile {
        name: "adult".into(),
        walk: true,
        transit: true,
        bicycle: None,
        walk_speed: SpeedMmPerS(1200),
        max_walk_s: 1800,
        max_direct_walk_s: 1800,
        max_transfer_walk_s: 900,
        board_slack_s: 60,
        transfer_slack_s: 60,
        max_travel_time_s: 7200,
        ..Profile::default()
    };
    let child = Profile { name: "child".into(), ..adult.clone() };
    let edit = edits(
        "kind = \"set_profile\"\nprofiles = [\"adult\"]\nwalk_speed_mps = 0.8\nmax_rides = 2\nmax_walk_s = 600",
    );
    let (changed, reports) = edit_profiles(&[adult.clone(), child.clone()], &edit, 3600).unwrap();
    let slow = Profile { walk_speed: SpeedMmPerS(800), max_rides: Some(2), max_walk_s: 600, ..adult.clone() };
    assert_eq!((changed, reports[0].profiles.join(" ")), (vec![slow, child], "adult".into()));
    let wrong = edits(
        "kind = \"set_profile\"\nprofiles = [\"adlut\"]\nmax_rides = 1; kind = \"set_profile\"\nmax_travel_time_s = 1800",
    );
    let said = edit_profiles(&[adult], &wrong, 3600).unwrap_err().to_string();
    assert!(
        said.contains("did you mean adult?") && said.contains("needs max_travel_time_s = 3600"),
        "{said}"
    );
}
