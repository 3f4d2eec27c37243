//! What a study says: its values, its defaults, and what follows from them.

use std::path::{Path, PathBuf};

use isokron::base::units::SpeedMmPerS;
use isokron::study::keys::{Fallback, defaults_table, keys};
use isokron::study::parse::resolved;
use isokron::study::{
    BicycleKind, CarDelays, GroupsAre, MatrixOutput, OutputCrs, PlacesSource, StressTable, TableFormat,
    Unlinked, WindowOf,
};

use super::every_key::STUDIES;
use super::{SMALL, text, wrong};

#[test]
fn every_key_is_read() {
    let study = text(STUDIES[0]).unwrap();
    assert_eq!((study.name.as_str(), study.output.as_path()), ("one", Path::new("results")));
    assert_eq!(study.time_zone.as_deref(), Some("America/Sao_Paulo"));
    let network = &study.network;
    assert_eq!(network.osm, [PathBuf::from("a.pbf"), PathBuf::from("b.pbf")]);
    assert_eq!(network.gtfs, [PathBuf::from("bus.zip"), PathBuf::from("tram.zip")]);
    assert_eq!((network.max_link_m, network.fragment_reach_m), (500.5, 300.0));
    assert_eq!((network.min_island_nodes, network.phone_ahead), (20, false));
    assert_eq!((network.may_be_idle.join(","), network.cache.clone()), ("tram".into(), "net".into()));
    let cells = &study.cells;
    assert_eq!(
        cells.source,
        PlacesSource::File {
            file: "cells.gpkg:squares".into(),
            id: "hex".into(),
            x: "east".into(),
            y: "north".into(),
            crs: "EPSG:32722".into()
        }
    );
    assert_eq!((cells.population.as_deref(), cells.income.as_deref()), (Some("people"), Some("pay")));
    // What is counted in OpenStreetMap stands behind the columns of the file.
    assert_eq!(
        (cells.opportunities.join(","), cells.groups.join(",")),
        ("jobs,schools".into(), "poor,rich".into())
    );
    assert_eq!(cells.groups_are, GroupsAre::Shares);
    assert_eq!((study.destinations[0].name.as_str(), study.destinations.len()), ("clinics", 2));
    assert_eq!(study.destinations[0].opportunities, ["beds"]);
    let periods: Vec<(i32, i32, u32)> =
        study.periods.iter().map(|p| (p.start_s, p.end_s, p.every_s)).collect();
    assert_eq!(periods, [(25_200, 32_400, 60), (61_200, 64_800, 1)]);
    assert_eq!(study.periods[1].date, jiff::civil::date(2025, 3, 4));
    let [slow, walker, cyclist, driver] = &study.profiles[..] else { panic!("{:?}", study.profiles) };
    assert_eq!((slow.transit, slow.walk_speed, slow.max_rides), (false, SpeedMmPerS(875), Some(3)));
    assert_eq!((slow.max_walk_s, slow.max_direct_walk_s, slow.max_transfer_walk_s), (900, 0, 300));
    assert_eq!((slow.board_slack_s, slow.transfer_slack_s, slow.max_travel_time_s), (0, 120, 3600));
    assert_eq!((walker.transit, walker.walk_speed, walker.bicycle), (true, SpeedMmPerS(1000), None));
    let bicycle = cyclist.bicycle.expect("it is a mode of theirs");
    assert_eq!((bicycle.speed_m_per_h, bicycle.max_direct_s, cyclist.walk), (20_500, 2700, false));
    assert_eq!((bicycle.kind, bicycle.stress), (BicycleKind::EBike, StressTable::Bna));
    let car = driver.car.expect("it is a mode of theirs");
    assert_eq!((car.delays, car.parking_s, car.max_direct_s), (CarDelays::Conveyal, 300, 2400));
    let chains = driver.chains.expect("they have two");
    assert_eq!((chains.on_foot, chains.bicycle_left, chains.park_and_ride), (false, true, true));
    assert_eq!((chains.limits.max_bicycle_s, chains.limits.park_and_ride_s), (1200, 120));
    assert_eq!(
        (&study.access.cutoffs_min[..], &study.access.percentiles[..]),
        (&[10, 60][..], &[5.0, 50.0, 99.5][..])
    );
    assert_eq!((study.access.unlinked, study.access.own_cell_s), (Unlinked::Zero, 90));
    let outputs = &study.outputs;
    assert_eq!(
        (&outputs.tables[..], outputs.matrix),
        (&[TableFormat::Csv, TableFormat::GeoPackage, TableFormat::GeoTiff][..], MatrixOutput::Partitioned)
    );
    assert_eq!((&outputs.crs, outputs.tidy), (&OutputCrs::Cells, false));
}

#[test]
fn outputs_come_in_the_order_of_the_register() {
    let written = "[outputs]\ntables = [\"tif\", \"gpkg\"]\ncrs = \"epsg:3006\"\nmatrix = \"partitioned\"";
    let study = text(&format!("{SMALL}{written}")).unwrap();
    let outputs = &study.outputs;
    assert_eq!(
        (&outputs.tables[..], outputs.matrix),
        (&[TableFormat::GeoPackage, TableFormat::GeoTiff][..], MatrixOutput::Partitioned)
    );
    assert_eq!(outputs.crs, OutputCrs::Code("EPSG:3006".into()));
    let json = resolved(&study);
    assert_eq!(
        (&json["outputs"]["crs"], &json["outputs"]["matrix"]),
        (&"EPSG:3006".into(), &"partitioned".into())
    );
    let plain = text(&format!("{SMALL}[outputs]\nmatrix = true")).unwrap().outputs;
    assert_eq!((plain.crs, plain.matrix), (OutputCrs::Degrees, MatrixOutput::Whole));
}

#[test]
fn defaults_are_those_of_the_table() {
    let study = text(SMALL).unwrap();
    let json = resolved(&study);
    for key in keys() {
        let Fallback::Value(default) = key.default else { continue };
        let section = match key.section.split('.').fold(&json, |at, part| &at[part]) {
            serde_json::Value::Array(list) if list.is_empty() => continue,
            serde_json::Value::Array(list) => &list[0],
            serde_json::Value::Null => continue,
            table => table,
        };
        if ["osm", "gtfs"].contains(&key.name) {
            continue;
        }
        let written = section[key.name].to_string().replace(".0", "").replace(',', ", ");
        assert_eq!(written, default, "{}.{}", key.section, key.name);
    }
    assert_eq!(study.network.cache, Path::new("out").join("network"));
    let adult = &study.profiles[0];
    assert_eq!((study.profiles.len(), adult.name.as_str(), adult.transit), (1, "adult", true));
    assert_eq!((adult.max_direct_walk_s, adult.transfer_slack_s, adult.max_rides), (1800, 60, None));
    assert!(defaults_table().contains("| profile | `walk_speed_mps` | `1.2` | walking speed, m/s |\n"));
    crate::pages::hold_page("docs/study.md", &defaults_table());
    // No key stands twice.
    let mut names: Vec<_> = keys().map(|key| (key.section, key.name)).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn equity_is_read() {
    let study = text(&format!(
        "{SMALL}[equity]\nindices = [\"all\"]\nstandards = {{ jobs = [5, 10.5] }}\nbounds = [0, 1]\nbootstrap = {{ \
         replicates = 0, interval = \"percentile\" }}\n"
    ))
    .unwrap();
    let equity = &study.equity;
    assert_eq!(equity.indices.join(","), "all");
    assert_eq!(equity.bounds_of("anything"), Some((0.0, 1.0)));
    assert_eq!(
        (equity.bootstrap.replicates, equity.bootstrap.bca, equity.bootstrap.block_m),
        (0, false, 2000)
    );
    assert_eq!(equity.standards_of("jobs_30min_p50"), [5.0, 10.5]);
    assert!(equity.standards_of("jobsites_30min_p50").is_empty());
    assert_eq!(equity.unused_standards(&["schools_15min_p50"]).collect::<Vec<_>>(), ["jobs"]);
    // By measure the longest name that fits counts; an empty list is none.
    let named = "bounds = { jobs = [0, 900], jobs_30min = [0, 50], near = [-1, 1] }";
    let named = text(&format!("{SMALL}[equity]\n{named}\n")).unwrap().equity;
    let of = ["jobs_30min_p50", "jobs_60min_p50", "near", "nearby", "jobs"].map(|name| named.bounds_of(name));
    assert_eq!(of, [Some((0.0, 50.0)), Some((0.0, 900.0)), Some((-1.0, 1.0)), None, Some((0.0, 900.0))]);
    assert_eq!(named.unused_bounds(&["jobs_30min_p50"]).collect::<Vec<_>>(), ["near"]);
    assert_eq!(text(&format!("{SMALL}[equity]\nbounds = []\n")).unwrap().equity.bounds_of("jobs"), None);
    let all = text(&format!("{SMALL}[equity]\nstandards = [3]\n")).unwrap();
    assert_eq!(all.equity.standards_of("anything"), [3.0]);
    // By measure: the longest name that fits; nothing for others.
    let by_name =
        "bounds = { jobs = [0, 9e4], jobs_30min = [0, 500], schools = [] }\nge = [-1, 2]\nkernel_m = 500\n";
    let by_name = text(&format!("{SMALL}[equity]\n{by_name}")).unwrap().equity;
    assert_eq!(by_name.bounds_of("jobs_30min_p50"), Some((0.0, 500.0)));
    assert_eq!(by_name.bounds_of("jobs_45min_p50"), Some((0.0, 9e4)));
    assert_eq!(
        (by_name.bounds_of("jobsites_45min_p50"), by_name.bounds_of("schools_15min_p50")),
        (None, None)
    );
    assert_eq!(by_name.unused_bounds(&["jobs_45min_p50"]).collect::<Vec<_>>(), ["jobs_30min"]);
    assert_eq!((by_name.ge, by_name.kernel_m), (vec![-1.0, 2.0], 500));
    for (line, said) in [
        ("bounds = { jobs = [1, 0] }", "equity.bounds .jobs is not a lower and an upper value"),
        ("bounds = { jobs = [0, 1], schools = 3 }", "equity.bounds .schools is not a list"),
        ("bounds = [nan, 1]", "equity.bounds"),
        ("ge = [11]", "equity.ge [1] is 11"),
        ("kernel_m = 0", "equity.kernel_m is 0"),
        ("standards = [0]", "equity.standards is 0 -> write numbers above 0"),
        ("standards = { jobs = 5 }", "equity.standards .jobs is not a list"),
        ("groups = [\"rich\"]", "names \"rich\", which is no group of the cells"),
        ("income = true", "equity.income is true, but the cells have none"),
        ("bounds = [1]", "equity.bounds is not a lower and an upper value"),
        ("bounds = { jobs = [5, 5] }", "equity.bounds .jobs is not a lower and an upper value"),
        ("bounds = { jobs = 5 }", "equity.bounds .jobs is not a list"),
        ("quantiles = [0]", "equity.quantiles [1] is 0"),
        ("bootstrap = 5", "equity.bootstrap is not a table"),
        (
            "bootstrap = { replicate = 5 }",
            "unknown key equity.bootstrap.replicate -> did you mean replicates?",
        ),
        (
            "bootstrap = { replicates = 5 }",
            "equity.bootstrap.replicates is 5 -> write 0, or a whole number from 100",
        ),
        ("bootstrap = { level = 1 }", "equity.bootstrap.level is 1 -> write a number above 0 and below 1"),
        ("bootstrap = { interval = \"t\" }", "equity.bootstrap.interval is \"t\""),
    ] {
        let found = wrong(&format!("{SMALL}[equity]\n{line}\n"));
        assert!(found.contains(said), "{line}\n{found}");
    }
    let se = wrong(&SMALL.replace("file = ", "population_se = \"se\"\nfile = "));
    assert!(se.contains("cells.population_se stands without population"), "{se}");
}

#[test]
fn isochrones_are_read() {
    assert_eq!(text(SMALL).unwrap().isochrones, None);
    let of = |lines: &str| text(&format!("{SMALL}[isochrones]\n{lines}\n")).unwrap().isochrones.unwrap();
    // Every cell, as far as [access] goes.
    let plain = of("");
    assert_eq!((plain.cells, plain.at.len(), plain.origins, plain.grid_m), (true, 0, None, 100));
    assert_eq!((&plain.cutoffs_min[..], &plain.percentiles[..]), (&[15, 30, 45, 60][..], &[50.0][..]));
    let points = of("at = [[-51.2, -30], [18.06, 59.33]]\ncutoffs_min = [30, 15]\ndepartures_percent = [80]");
    assert_eq!((points.cells, points.at), (false, vec![(-51.2, -30.0), (18.06, 59.33)]));
    assert_eq!((&points.cutoffs_min[..], &points.percentiles[..]), (&[15, 30][..], &[80.0][..]));
    assert!(of("at = [[0, 0]]\ncells = true\norigins = \"o.csv\"").cells);
    for (line, said) in [
        ("at = [[18.06]]", "isochrones.at [1] is no [lon, lat] -> write points as [[lon, lat], …]"),
        ("at = [[18.06, 99]]", "isochrones.at [1] lat is 99"),
        ("at = []", "isochrones.at is empty"),
        ("cells = false", "isochrones.cells is false, and there are no other points"),
        ("cutoffs_min = [600]", "isochrones.cutoffs_min has 600 min, above max_travel_time_s = 7200"),
        ("percentiles = [0]", "isochrones.percentiles [1] is 0"),
        (
            "percentiles = [5]\ndepartures_percent = [5]",
            "isochrones.departures_percent stands beside percentiles",
        ),
        ("grid_m = 5", "isochrones.grid_m is 5 -> write a whole number from 10 to 5000"),
        ("grid = 50", "unknown key isochrones.grid -> did you mean grid_m?"),
    ] {
        let found = wrong(&format!("{SMALL}[isochrones]\n{line}\n"));
        assert!(found.contains(said), "{line}\n{found}");
    }
}

#[test]
fn limits_follow_what_is_written() {
    let study = text(&format!("{SMALL}[[profile]]\nmax_walk_s = 600\nboard_slack_s = 10\n")).unwrap();
    let profile = &study.profiles[0];
    assert_eq!((profile.max_direct_walk_s, profile.transfer_slack_s), (600, 10));
}

#[test]
fn the_manifest_has_no_absolute_path() {
    let study = SMALL.replace("bus.zip", "/home/someone/feeds/bus.zip");
    let json = resolved(&text(&study).unwrap());
    assert_eq!(json["network"]["gtfs"][0], "bus.zip");
    assert!(!json.to_string().contains("/home"));
}

#[test]
fn a_window_is_of_departures_or_of_arrivals() {
    let study = text(SMALL).unwrap();
    assert_eq!((study.periods[0].of, study.access.by_hour), (WindowOf::Departures, false));
    let arrive =
        SMALL.replace("depart = \"7:00/9:00\"", "arrive = \"7:00/8:00\"") + "[access]\nby_hour = true\n";
    let study = text(&arrive).unwrap();
    let period = &study.periods[0];
    assert_eq!((period.of, period.start_s, period.end_s), (WindowOf::Arrivals, 25_200, 28_800));
    assert!(study.access.by_hour);
    let json = resolved(&study);
    assert_eq!(json["period"][0]["arrive"], "07:00:00/08:00:00");
    assert!(json["period"][0].get("depart").is_none());
    // A whole day at every second, and on any part of the clock.
    for day in ["0:00/24:00", "4:00/28:00"] {
        assert_eq!(text(&SMALL.replace("7:00/9:00", day)).unwrap().periods[0].every_s, 1);
    }
}

#[test]
fn windows_may_pass_midnight() {
    for (window, seconds) in [("23:30/24:30", (84_600, 88_200)), ("25:00/26:00", (90_000, 93_600))] {
        let study = text(&SMALL.replace("7:00/9:00", window)).unwrap();
        assert_eq!((study.periods[0].start_s, study.periods[0].end_s), seconds);
    }
}

#[test]
fn periods_may_be_missing_where_nothing_rides() {
    let (before, _) = SMALL.split_once("[[period]]").unwrap();
    assert!(wrong(before).starts_with("study.toml: there is no [[period]] -> say when people travel"));
    // One second stands for all: a study of streets alone has a period of its own.
    let walking = text(&before.replace("gtfs = [\"bus.zip\"]", "osm = [\"a.pbf\"]")).unwrap();
    assert_eq!(
        walking.periods.iter().map(|p| (p.name.as_str(), p.end_s)).collect::<Vec<_>>(),
        [("any_time", 1)]
    );
    assert!(wrong("").contains("study.toml: there is no [cells]"));
    assert!(wrong("").contains("study.toml: study.name is missing"));
}

#[test]
fn a_grid_needs_no_file() {
    let grid = "size_m = 250\ncrs = \"epsg:3006\"\nboundary = \"area.geojson\"\nvalues = \"p.csv\"\npopulation = \"n\"";
    let study = text(&SMALL.replace("file = \"cells.csv\"", grid)).unwrap();
    assert_eq!(
        study.cells.source,
        PlacesSource::Grid {
            size_m: 250,
            crs: "EPSG:3006".into(),
            boundary: Some("area.geojson".into()),
            values: Some("p.csv".into())
        }
    );
}
