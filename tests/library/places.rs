//! Real places, through the binary: what their READMEs state, and answers that were worked out by hand or by another
//! program.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::inputs::gtfs;
use isokron::network::timetable;
use isokron::network::transit::FREQUENCY;

use crate::common;

/// A folder of its own with a study for a place's files.
struct Place(tempfile::TempDir);

impl Place {
    /// `init` over the files, then the window, and `cells` exchanged where they are given.
    fn new(osm: &str, feeds: &[&str], cells: Option<&str>, date: &str, depart: &str) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let study = folder.path().join("study.toml");
        let mut init = isokron();
        init.arg("init").arg(&study).arg("--osm").arg(common::data(osm));
        for feed in feeds {
            init.arg("--gtfs").arg(common::data(feed));
        }
        if let Some(cells) = cells {
            init.arg("--cells").arg(common::data(cells));
        }
        init.assert().success();
        let place = Place(folder);
        place.edit("date = ", &format!("date = {date}"));
        place.edit("depart = ", &format!("depart = \"{depart}\""));
        place
    }

    fn study(&self) -> PathBuf {
        self.0.path().join("study.toml")
    }

    /// Puts a line in the place of the one that begins so.
    fn edit(&self, begins: &str, line: &str) {
        let text = std::fs::read_to_string(self.study()).unwrap();
        let lines = text.lines().map(|old| if old.starts_with(begins) { line } else { old });
        std::fs::write(self.study(), lines.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    }

    fn add(&self, text: &str) {
        let old = std::fs::read_to_string(self.study()).unwrap();
        std::fs::write(self.study(), old + text).unwrap();
    }

    /// What a command prints, which must succeed.
    fn said(&self, arguments: &[&str]) -> String {
        let output = isokron().arg(arguments[0]).arg(self.study()).args(&arguments[1..]).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", text(output.stderr));
        text(output.stdout)
    }

    /// `access.csv` of the only combination.
    fn access(&self) -> Table {
        let folder = self.0.path().join("out/base");
        let tables = std::fs::read_dir(&folder).unwrap().map(|one| one.unwrap().path().join("access.csv"));
        Table::read(&tables.into_iter().find(|table| table.exists()).unwrap())
    }

    fn matrix(&self, arguments: &[&str]) -> HashMap<(String, String), u32> {
        let file = self.0.path().join("matrix.csv");
        let mut all = vec!["matrix", "-o", file.to_str().unwrap()];
        all.extend(arguments);
        self.said(&all);
        let table = Table::read(&file);
        table.rows.iter().map(|r| ((r[0].clone(), r[1].clone()), r[2].parse().unwrap())).collect()
    }

    fn trip(&self, from: &str, to: &str, depart: &str) -> serde_json::Value {
        let said = self.said(&["trip", "--from", from, "--to", to, "--depart", depart, "--json"]);
        serde_json::from_str(&said).unwrap()
    }
}

struct Table {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(path: &Path) -> Table {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let texts = |record: &csv::StringRecord| record.iter().map(String::from).collect::<Vec<_>>();
        let headers = texts(reader.headers().unwrap());
        Table { headers, rows: reader.records().map(|record| texts(&record.unwrap())).collect() }
    }

    fn column(&self, name: &str) -> impl Iterator<Item = &str> + use<'_> {
        let at = self.headers.iter().position(|header| header == name).expect("a column of that name");
        self.rows.iter().map(move |row| row[at].as_str())
    }

    fn sum(&self, name: &str) -> f64 {
        self.column(name).filter_map(|value| value.parse::<f64>().ok()).sum()
    }

    fn count(&self, name: &str, value: &str) -> usize {
        self.column(name).filter(|found| *found == value).count()
    }
}

fn isokron() -> Command {
    Command::cargo_bin("isokron").unwrap()
}

fn porto_alegre(depart: &str) -> Place {
    Place::new(
        "porto_alegre/poa_osm.pbf",
        &["porto_alegre/poa_eptc.zip", "porto_alegre/poa_trensurb.zip"],
        Some("porto_alegre/poa_hexgrid.csv"),
        "2019-05-13",
        depart,
    )
}

/// Counts and sums of the README; the studies' own consistency.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn porto_alegre_as_its_readme_says() {
    let place = porto_alegre("14:00/14:02");
    let said = place.said(&["check"]);
    for fact in [
        "feed poa_eptc: 3,986 stops with trips, 115 routes, 2,374 trips",
        "feed poa_trensurb: 24 stops with trips, 2 routes, 1,248 trips",
        "2,374 trips, 11:20:00 to 17:50:00",
        "529 trips",
        "cells: 1,227, 1,222 linked, 5 on small islands, 0 without a street",
        "population 812,935, jobs 337,921, schools 194, healthcare 141",
        "repaired 125,271 × calls without times",
        // Five cells without jobs and healthcare.
        "repaired 10 × blank people or opportunities",
    ] {
        assert!(said.contains(fact), "{fact} is not in\n{said}");
    }
    place.said(&["run", "--quiet"]);
    let access = place.access();
    assert_eq!((access.rows.len(), access.sum("population")), (1227, 812_935.0));
    assert_eq!(access.count("status", "island"), 5);
    // More time never reaches less, and an hour does not reach more than there is.
    let of =
        |minutes: u32| access.column(&format!("jobs_{minutes}min_p50")).map(|v| v.parse::<f64>().unwrap());
    for (shorter, longer) in [(15, 30), (30, 45), (45, 60)] {
        assert!(of(shorter).zip(of(longer)).all(|(less, more)| less <= more));
    }
    assert!(of(60).all(|jobs| jobs <= 337_921.0));
}

/// No bus before 11:20: an error that names the feed and its hours, never a walking-only result.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn porto_alegre_has_no_buses_in_the_morning() {
    let place = porto_alegre("07:00/08:00");
    for command in ["check", "run"] {
        let output = isokron().arg(command).arg(place.study()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("poa_eptc: no departure") && said.contains("11:20:00"), "{said}");
        assert!(!said.contains("poa_trensurb: no departure"), "{said}");
    }
}

/// A stop 8 m from the street and 4 m from a footway that meets nothing: times as the fault's README works them out, for
/// the stop and for a cell beside the footway; the stop is listed with the two cells, two people, around it.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn a_stop_beside_a_stray_footway_keeps_the_network() {
    let fault = common::data("faults/stop-on-fragment");
    let place = Place(tempfile::tempdir().unwrap());
    for (file, name) in
        [("t.toml", "study.toml"), ("s.osm.pbf", "s.osm.pbf"), ("g.zip", "g.zip"), ("c.csv", "c.csv")]
    {
        std::fs::copy(fault.join(file), place.0.path().join(name)).unwrap();
    }
    let said = place.said(&["check"]);
    for fact in ["doubt 1 × stops that a small island of streets is nearest to", "2 cells with 2 people"] {
        assert!(said.contains(fact), "{fact} is not in\n{said}");
    }
    let matrix = place.matrix(&[]);
    let time = |from: &str, to: &str| matrix[&(from.to_string(), to.to_string())];
    assert!(time("C0", "C2") <= 910 && time("C2", "C4") == 1200, "{matrix:?}");
    assert!(time("C2n", "C2") <= 30 && time("C2", "C2n") <= 30, "{matrix:?}");
    // `trip` links places by the same rule.
    for (from, to) in [("C0", "C2"), ("C2n", "C4"), ("18.0351034,59.3001299", "C4")] {
        let trip = place.trip(from, to, "07:00");
        assert!(trip["travel_time_s"].as_u64().unwrap() <= 1200, "{trip}");
    }
}

/// A matrix of one second's departures is what `trip` says, pair by pair; rows by `--origins` are rows of the whole.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn trips_of_porto_alegre_are_its_matrix() {
    let place = porto_alegre("14:20:17/14:20:18");
    let cells = Table::read(&common::data("porto_alegre/poa_hexgrid.csv"));
    let some: Vec<&Vec<String>> = cells.rows.iter().step_by(300).collect();
    let file = place.0.path().join("some.csv");
    let mut text = cells.headers.join(",");
    some.iter().for_each(|row| text += &format!("\n{}", row.join(",")));
    std::fs::write(&file, text).unwrap();
    let matrix = place.matrix(&["--origins", file.to_str().unwrap()]);
    let mut rides = 0;
    for from in &some {
        assert_eq!(matrix.get(&(from[0].clone(), from[0].clone())), Some(&0));
        for to in cells.rows.iter().skip(7).step_by(600) {
            let Some(&time) = matrix.get(&(from[0].clone(), to[0].clone())) else { continue };
            let trip = place.trip(&from[0], &to[0], "14:20:17");
            assert_eq!(trip["travel_time_s"], time, "{} to {}: {trip}", from[0], to[0]);
            rides += trip["rides"].as_u64().unwrap();
        }
    }
    assert!(rides > 0);
}

/// 511 census points, 22 supermarkets of which 15 lie in the streets' box; 577 + 3 stops on the streets' box, and
/// those within a kilometre of it; 383 doubled trips (README).
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn supermarkets_of_newport() {
    let supermarkets = common::data("newport/newport_supermarkets.csv");
    let place = Place::new(
        "newport/newport.osm.pbf",
        &["newport/newport_bus_gtfs.zip", "newport/newport_rail_gtfs.zip"],
        Some("newport/newport_output_areas.csv"),
        "2024-03-05",
        "07:00/07:05",
    );
    place.add(&format!(
        "[[destinations]]\nname = \"supermarkets\"\nfile = {:?}\nid = \"id\"\nopportunities = [\"supermarkets\"]\n",
        supermarkets
    ));
    let said = place.said(&["check"]);
    for fact in [
        "newport_bus_gtfs: note 383 ×",
        "other destinations: 22",
        "cells: 511, 410 linked",
        "stops: 5,613 with trips, 619 linked",
        "× stops with trips, but without a street",
    ] {
        assert!(said.contains(fact), "{fact} is not in\n{said}");
    }
    place.said(&["run", "--quiet"]);
    let access = place.access();
    assert_eq!((access.rows.len(), access.count("status", "unlinked")), (511, 101));
    // Unknown, not none.
    assert_eq!(access.count("supermarkets_30min_p50", ""), 101);
    let most =
        access.column("supermarkets_60min_p50").filter_map(|v| v.parse::<f64>().ok()).fold(0.0, f64::max);
    assert!((10.0..=22.0).contains(&most), "{most}");
    // Each place by itself: never more within reach than supermarkets in the matrix.
    let matrix = place.matrix(&[]);
    let near = |id: &str| matrix.iter().filter(|((from, _), time)| from == id && **time <= 1800).count();
    for (id, reached) in access.column("id").zip(access.column("supermarkets_30min_p50")).step_by(60) {
        assert_eq!(reached.parse::<usize>().unwrap_or(0), near(id), "{id}");
    }
}

/// By hand, from the timetable of the official sample feed (its README).
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn beatty_by_hand() {
    let place = Place::new(
        "beatty/beatty.osm.pbf",
        &["beatty/google_sample_feed_1.zip"],
        None,
        "2007-06-05",
        "08:00/08:30",
    );
    // Both stops in the south are 30 km from any street.
    let said = place.said(&["check"]);
    assert!(said.contains("stops: 9 with trips, 7 linked to streets"), "{said}");
    assert!(said.contains("doubt 2 × stops with trips, but without a street"), "{said}");
    // AB1 leaves at 08:00, is at Bullfrog at 08:10, and goes on as BFC1 at 08:20: one ride.
    let trip = place.trip("stop:BEATTY_AIRPORT", "stop:FUR_CREEK_RES", "07:50");
    assert_eq!((&trip["arrives"], &trip["rides"]), (&"09:20:00".into(), &1.into()), "{trip}");
    // The shuttle every half an hour, 20 min: 08:00 is caught at 07:59, a minute later only 08:30.
    let back = |depart: &str| place.trip("stop:STAGECOACH", "stop:BEATTY_AIRPORT", depart)["arrives"].clone();
    let arrivals = [back("07:59"), back("07:59:01"), back("08:29")];
    assert_eq!(arrivals, ["08:20:00", "08:50:00", "08:50:00"].map(serde_json::Value::from));
    // On Monday 2007-06-04 there is no service at all.
    place.edit("date = ", "date = 2007-06-04");
    let output = isokron().arg("run").arg(place.study()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("google_sample_feed_1: no departure"), "{said}");
}

/// 3,226 exact bands on 1,780 trips are 11,463 runs; 1,415 trips have none; 8 trips with one stop are dropped, of
/// them 5 with bands (README), which leaves 11,376 runs, counted from the tables by a few lines of Python.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn frequencies_of_helsinki() {
    let feed = common::data("helsinki/helsinki_gtfs.zip");
    let feed = gtfs::read(&feed, &mut Diagnostics::default(), &Quiet).unwrap();
    let timetable = timetable::build(&[feed], true, &mut Diagnostics::default());
    let (mut trips, mut runs) = ((0, 0), 0);
    for (t, trip) in timetable.trips.iter().enumerate() {
        if trip.flags & FREQUENCY != 0 {
            trips.0 += 1;
            runs += timetable.shifts.row(t).len();
        } else {
            trips.1 += 1;
        }
    }
    assert_eq!((trips, runs), ((1775, 1412), 11_376));
}

/// The streets of Helsinki alone: a walking study needs no period, and counts cells.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn walking_needs_no_timetable() {
    let place = Place::new("helsinki/helsinki_centre.osm.pbf", &[], None, "", "");
    let said = place.said(&["run"]);
    assert!(said.contains("base/adult-any_time: 39 cells"), "{said}");
    assert!(!said.contains("as long as the largest cutoff"), "{said}");
    let access = place.access();
    assert_eq!(access.count("status", "ok"), 39);
    // The own cell counts, and there are no more than 39.
    let reached: Vec<f64> = access.column("cells_15min_p50").map(|v| v.parse().unwrap()).collect();
    assert!(reached.iter().all(|cells| (1.0..=39.0).contains(cells)), "{reached:?}");
    // 15 minutes of walking at 1.2 m/s are 1,080 m at most: of squares of 250 m, less than a circle holds.
    assert!(reached.iter().all(|cells| *cells <= std::f64::consts::PI * (1.08 / 0.25_f64 + 0.71).powi(2)));
    place.edit("max_walk_s = ", "max_walk_s = 1800");
    let said = place.said(&["run"]);
    assert!(said.contains("not as long as the largest cutoff"), "{said}");
}
