//! The demo town moved along its parallel so that the antimeridian runs through it: every answer is as before.

use std::collections::BTreeMap;

use geo::{GeodesicArea, Validation};
use isokron::base::executor::Quiet;
use isokron::inputs::synth;
use isokron::outputs::feeds;
use serde_json::Value;

use crate::town::{Town, rows};

/// The demo's middle is near 18.40°, where its isochrones are asked for.
const SQUARE: (f64, f64) = (18.398136, 59.297049);

/// The longitude, moved, to the micro-degree: cells are written so.
fn moved(lon: f64, by: f64) -> f64 {
    let lon = ((lon + by) * 1e6).round() / 1e6;
    if lon > 180.0 { ((lon - 360.0) * 1e6).round() / 1e6 } else { lon }
}

fn town(by: f64) -> Town {
    let town = Town::without_intervals();
    let mut region = synth::town(7);
    for node in &mut region.streets.nodes {
        let lon = i64::from(node.lon_e7) + (by * 1e7).round() as i64;
        node.lon_e7 = (if lon > 1_800_000_000 { lon - 3_600_000_000 } else { lon }) as i32;
    }
    for point in &mut region.cells.points {
        point.0 = moved(point.0, by);
    }
    for feed in &mut region.feeds {
        for (name, text) in &mut feed.tables {
            if name != "stops.txt" {
                continue;
            }
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let header = reader.headers().unwrap().clone();
            let at = header.iter().position(|name| name == "stop_lon").unwrap();
            let mut table = csv::Writer::from_writer(Vec::new());
            table.write_record(&header).unwrap();
            for record in reader.records().map(Result::unwrap) {
                let mut cells: Vec<String> = record.iter().map(str::to_string).collect();
                cells[at] = format!("{:.6}", moved(cells[at].parse().unwrap(), by));
                table.write_record(&cells).unwrap();
            }
            *text = String::from_utf8(table.into_inner().unwrap()).unwrap();
        }
    }
    let study = town.read("study.toml");
    for file in ["study.toml", "town.osm.pbf", "town_gtfs.zip", "town_ferry.zip", "cells.csv"] {
        town.remove(file);
    }
    feeds::write(&region, town.root(), &Quiet).unwrap();
    town.write("study.toml", study);
    town.edit("study.toml", "\"parquet\", \"geojson\"", "\"geojson\"");
    town.edit("study.toml", "max_travel_time_s = 7200", "max_travel_time_s = 3600");
    town
}

fn areas(town: &Town, by: f64) -> Vec<(f64, f64, f64)> {
    let at = format!("{},{}", moved(SQUARE.0, by), SQUARE.1);
    town.isokron(&format!("isochrone study.toml --at {at} --cutoffs-min 5,15,30")).well();
    let all: Value = serde_json::from_str(&town.read("isochrones.geojson")).unwrap();
    let of = |feature: &Value| {
        let geometry: geojson::Geometry = serde_json::from_value(feature["geometry"].clone()).unwrap();
        let geometry: geo::Geometry = geometry.value.try_into().unwrap();
        let geo::Geometry::MultiPolygon(shape) = geometry else { panic!("no multipolygon") };
        assert!(shape.is_valid());
        let corners = shape.0.iter().flat_map(|part| part.exterior().0.iter());
        assert!(corners.clone().all(|corner| (-180.0..=180.0).contains(&corner.x)));
        // RFC 7946, 3.1.9: no part lies on both sides.
        for part in &shape.0 {
            let sides = |is: fn(f64) -> bool| part.exterior().0.iter().all(|corner| is(corner.x));
            assert!(sides(|lon| lon >= 0.0) || sides(|lon| lon <= 0.0));
        }
        let number = |key: &str| feature["properties"][key].as_f64().unwrap();
        (number("area_km2"), number("population_within"), shape.geodesic_area_unsigned() / 1e6)
    };
    all["features"].as_array().unwrap().iter().map(of).collect()
}

fn times(town: &Town) -> BTreeMap<(String, String), i64> {
    // From every fortieth cell.
    let cells = town.read("cells.csv");
    let some = cells.lines().enumerate().filter(|(i, _)| i % 40 == 0);
    town.write("some.csv", some.map(|(_, line)| format!("{line}\n")).collect::<String>());
    town.isokron("matrix study.toml --origins some.csv -o times.csv").well();
    let text = town.read("times.csv");
    let row = |row: BTreeMap<String, String>| {
        ((row["from_id"].clone(), row["to_id"].clone()), row["travel_time_s"].parse().unwrap())
    };
    rows(&text).into_iter().map(row).collect()
}

#[test]
fn a_town_on_the_antimeridian_is_as_anywhere_else() {
    // The square at 179.9995° E as in the report, and 10° E.
    let (here, there) = (10.0 - SQUARE.0, 179.9995 - SQUARE.0);
    let (here, there) = ((here * 1e6).round() / 1e6, (there * 1e6).round() / 1e6);
    let (before, after) = (town(here), town(there));
    let (plain, cut) = (areas(&before, here), areas(&after, there));
    for ((area, people, _), (other, others, drawn)) in plain.iter().zip(&cut) {
        // Lattices lie elsewhere by less than a step of 100 m; nothing else differs.
        assert!((other / area - 1.0).abs() < 0.02, "{area} {other}");
        assert_eq!(people, others);
        // What is drawn is what is told, here by Karney's geodesic areas.
        assert!((drawn / other - 1.0).abs() < 1e-4, "{drawn} {other}");
    }
    // Times from door to door: places are whole 1e-7 degrees, so that lengths differ by the last bit of a double at most.
    let (plain, cut) = (times(&before), times(&after));
    assert_eq!(plain.len(), cut.len());
    let off = plain.iter().filter(|(pair, time)| (cut[*pair] - **time).abs() > 1).count();
    assert!(off == 0 && plain.len() > 2_000, "{off} of {}", plain.len());

    // Edits: a polygon around the town reaches over the antimeridian, and holds all that it held before.
    let scenario = |by: f64| {
        let corner = |lon: f64, lat: f64| format!("[{}, {lat}]", moved(lon, by));
        let ring = [corner(18.35, 59.25), corner(18.45, 59.25), corner(18.45, 59.31), corner(18.35, 59.31)];
        format!(
            "[[scenario]]\nname = \"hub\"\n[[scenario.edit]]\nkind = \"set_opportunities\"\ncolumn = \"jobs\"\n\
             polygon = [{}]\nscale = 2\n[[scenario.edit]]\nkind = \"close_streets\"\npolygon = [{}]\n",
            ring.join(", "),
            [corner(18.397, 59.296), corner(18.399, 59.296), corner(18.399, 59.298)].join(", "),
        )
    };
    let said = |town: &Town, by: f64| {
        town.write("study.toml", town.read("study.toml") + scenario(by).as_str());
        let said = town.isokron("check study.toml").well();
        said.lines()
            .skip_while(|line| !line.starts_with("scenario hub"))
            .take(3)
            .map(str::to_string)
            .collect::<Vec<_>>()
    };
    let (plain, cut) = (said(&before, here), said(&after, there));
    assert!(
        plain.len() == 3 && plain[1].contains("places changed") && plain[2].contains("km of streets closed")
    );
    assert_eq!(plain, cut);
}

/// A grid in metres, laid over the town: as many squares, and those on the antimeridian are cut in two.
#[test]
fn a_grid_is_cut_at_the_antimeridian() {
    let there = ((180.0 - SQUARE.0) * 1e6).round() / 1e6;
    let town = town(there);
    let study = town.read("study.toml");
    let (head, rest) = study.split_once("[cells]").unwrap();
    let (_, tail) = rest.split_once("[[period]]").unwrap();
    let cells = "[cells]\nsize_m = 500\ncrs = \"EPSG:32660\"\n";
    town.write("study.toml", format!("{head}{cells}\n[[period]]{tail}"));
    town.isokron("run study.toml").well();
    let all: Value = serde_json::from_str(&town.read("out/base/adult-morning/access.geojson")).unwrap();
    let mut parts = 0;
    for feature in all["features"].as_array().unwrap() {
        let geometry: geojson::Geometry = serde_json::from_value(feature["geometry"].clone()).unwrap();
        let geometry: geo::Geometry = geometry.value.try_into().unwrap();
        // Squares of 500 m in UTM, up to 3° beside its meridian: scale 0.9996 to 1.0004.
        let km2 = geometry.geodesic_area_unsigned() / 1e6;
        assert!((km2 / 0.25 - 1.0).abs() < 0.002, "{km2} {feature}");
        if let geo::Geometry::MultiPolygon(shape) = geometry {
            assert_eq!(shape.0.len(), 2, "{feature}");
            parts += 1;
        }
    }
    assert!(parts > 3, "{parts}");
    // The map of the page is one, a few kilometres wide.
    let map: Value = serde_json::from_str(&town.read("out/map.json")).unwrap();
    let west = map["cells"]["x"].as_f64().unwrap();
    assert!((179.8..180.0).contains(&west), "{west}");
}
