//! Isochrones of the demo town: what they hold, that they are nested and always the same, and what is refused.

use std::collections::BTreeMap;

use geo::{Contains, Validation};
use serde_json::Value;

use crate::town::{Town, rows};

const SQUARE: &str = "18.398136,59.297049";

struct Shape {
    properties: Value,
    geometry: geo::MultiPolygon,
}

fn shapes(text: &str) -> Vec<Shape> {
    let all: Value = serde_json::from_str(text).unwrap();
    let shape = |feature: &Value| {
        let geometry: geojson::Geometry = serde_json::from_value(feature["geometry"].clone()).unwrap();
        let geometry: geo::Geometry = geometry.value.try_into().unwrap();
        let geo::Geometry::MultiPolygon(geometry) = geometry else { panic!("no multipolygon") };
        Shape { properties: feature["properties"].clone(), geometry }
    };
    all["features"].as_array().unwrap().iter().map(shape).collect()
}

#[test]
fn isochrones_grow_and_are_valid() {
    let town = Town::without_intervals();
    let ask = format!("isochrone study.toml --at {SQUARE} --cutoffs-min 45,5,15,30 --percentiles 10,50");
    let said = town.isokron(&format!("{ask} --threads 1")).well();
    assert!(said.ends_with("8 isochrones in isochrones.geojson\n"), "{said}");
    assert!(said.contains(&format!("{SQUARE}: 30 min, p50: ")), "{said}");
    let text = town.read("isochrones.geojson");
    let found = shapes(&text);
    let number = |shape: &Shape, key: &str| shape.properties[key].as_f64().unwrap();
    for (k, shape) in found.iter().enumerate() {
        assert!(shape.geometry.is_valid());
        assert_eq!(number(shape, "cutoff_min"), [5.0, 15.0, 30.0, 45.0][k % 4]);
        assert_eq!(number(shape, "percentile"), [10.0, 50.0][k / 4]);
        // Five minutes at 1.2 m/s are at most a circle of 360 m, and what interpolation between points 100 m apart adds.
        let area = number(shape, "area_km2");
        assert!(k % 4 > 0 || (0.05..0.55).contains(&area), "{area}");
        // Within a longer cutoff, and within the tenth percentile's shorter times.
        for (larger, of) in [(k + 1, k % 4 < 3), (k % 4, k >= 4)] {
            if of {
                let (small, large) = (shape, &found[larger]);
                for key in ["area_km2", "population_within", "jobs_within"] {
                    assert!(number(small, key) <= number(large, key), "{key} {k}");
                }
                for corner in
                    small.geometry.0.iter().flat_map(|polygon| polygon.exterior().0.iter()).step_by(7)
                {
                    let at = geo::Point(*corner);
                    assert!(geo::Intersects::intersects(&large.geometry, &at), "{at:?}");
                }
            }
        }
    }
    // More threads, a network that is there, other cutoffs asked for beside: the same.
    town.isokron(&format!("{ask} --threads 2 -o again.geojson")).well();
    assert!(text == town.read("again.geojson"));
    town.isokron(&format!(
        "isochrone study.toml --at {SQUARE} --cutoffs-min 15 --departures-percent 10 -o one.geojson"
    ))
    .well();
    let one = shapes(&town.read("one.geojson"));
    assert!(
        one.len() == 1 && one[0].geometry == found[1].geometry && one[0].properties == found[1].properties
    );
}

/// The kernel's own tables are the other source: the sums of `access.csv`, the medians of `matrix`.
#[test]
fn every_cell_holds_what_the_tables_say() {
    let town = Town::without_intervals();
    town.edit("study.toml", "[outputs]", "[isochrones]\ncutoffs_min = [30, 15]\ngrid_m = 125\n\n[outputs]");
    town.isokron("build study.toml").well();
    town.isokron("run study.toml --threads 2").well();
    let table = rows(&town.read("out/base/adult-morning/access.csv"));
    let text = town.read("out/base/adult-morning/isochrones.geojson");
    let found = shapes(&text);
    assert_eq!(found.len(), 2 * table.len());
    let mut with_cells = 0;
    for (row, pair) in table.iter().zip(found.chunks(2)) {
        for (shape, cutoff) in pair.iter().zip([15, 30]) {
            assert_eq!(shape.properties["id"], row["id"]);
            for name in ["jobs", "schools", "healthcare"] {
                let within = &shape.properties[format!("{name}_within")];
                let expected = row[&format!("{name}_{cutoff}min_p50")].parse().ok();
                assert_eq!(within.as_f64(), expected, "{name} {row:?}");
            }
            let unlinked = row["status"] == "unlinked";
            assert_eq!(shape.geometry.0.is_empty(), unlinked);
            assert_eq!(shape.properties["area_km2"].is_null(), unlinked);
        }
    }
    // Cells lie as drawn: those within 12 of 15 minutes in the shape, those beyond 20 outside, but for few beside water
    // or a line that the lattice has no point on.
    town.isokron("matrix study.toml -o m.csv").well();
    let points: BTreeMap<&str, geo::Point> = table
        .iter()
        .map(|row| {
            (row["id"].as_str(), geo::Point::new(row["lon"].parse().unwrap(), row["lat"].parse().unwrap()))
        })
        .collect();
    let shape_of: BTreeMap<&str, &Shape> =
        table.iter().zip(found.chunks(2)).map(|(row, pair)| (row["id"].as_str(), &pair[0])).collect();
    let matrix = town.read("m.csv");
    let (mut wrong, mut right) = (0, 0);
    for line in matrix.lines().skip(1).step_by(97) {
        let mut fields = line.split(',');
        let (from, to) = (fields.next().unwrap(), fields.next().unwrap());
        let time: u32 = fields.next().unwrap().parse().unwrap();
        if from != to && !(720..=1200).contains(&time) {
            let inside = shape_of[from].geometry.contains(&points[to]);
            *(if inside == (time < 720) { &mut right } else { &mut wrong }) += 1;
            with_cells += usize::from(inside);
        }
    }
    assert!(with_cells > 50 && wrong * 20 < right, "{with_cells} {wrong} {right}");

    // One thread writes the same bytes; Parquet where it is asked for.
    let parquet = std::fs::read(town.path("out/base/adult-morning/isochrones.parquet")).unwrap();
    town.isokron("run study.toml --threads 1").well();
    assert!(text == town.read("out/base/adult-morning/isochrones.geojson"));
    assert!(parquet == std::fs::read(town.path("out/base/adult-morning/isochrones.parquet")).unwrap());
    assert!(parquet.windows(12).any(|bytes| bytes == b"MultiPolygon"));
    let manifest = town.read("out/manifest.json");
    assert!(manifest.contains("isochrones.geojson") && manifest.contains("\"grid_m\": 125"), "{manifest}");
    town.isokron("verify study.toml").well();
}

#[test]
fn what_cannot_be_is_refused() {
    let town = Town::without_intervals();
    town.isokron("isochrone study.toml").refused(2, &["nobody says from where", "--at LON,LAT"]);
    town.isokron("isochrone study.toml --at 18.4")
        .refused(2, &["18.4 is no point", "such as -51.2177,-30.0331"]);
    // Negative longitudes are understood: these points lie in Brazil.
    let said = town.isokron("isochrone study.toml --at -51.2177,-30.0331 --at -51.18,-30.05");
    said.refused(1, &["-51.2177,-30.0331: no street within 1000 m", "-51.18,-30.05: no street"]);
    town.isokron(&format!("isochrone study.toml --at {SQUARE} --cutoffs-min 15,121"))
        .refused(2, &["121 min is above max_travel_time_s = 7200 of profile adult"]);
    town.isokron(&format!("isochrone study.toml --at {SQUARE} --percentiles 50 --departures-percent 50"))
        .refused(2, &["cannot be used with"]);
    town.isokron(&format!("isochrone study.toml --at {SQUARE} --percentiles 0"))
        .refused(2, &["above 0, up to 100"]);
    town.isokron("isochrone study.toml --origins nowhere.csv")
        .refused(1, &["nowhere.csv: there is no such file"]);
    town.edit("study.toml", "depart =", "arrive =");
    town.edit("study.toml", "departures = \"exact\"", "");
    town.isokron(&format!("isochrone study.toml --at {SQUARE}"))
        .refused(2, &["period morning is a window of arrivals", "depart"]);
}

#[test]
fn a_list_and_points_of_the_study() {
    let town = Town::without_intervals();
    town.write("homes.csv", "id,lon,lat\nharbour,18.425017,59.280190\nmoon,18.0,58.0\n");
    town.edit(
        "study.toml",
        "[outputs]",
        "[isochrones]\nat = [[18.398136, 59.297049]]\norigins = \"homes.csv\"\ncutoffs_min = [20]\n\n[outputs]",
    );
    town.isokron("isochrone study.toml -o listed.geojson").well();
    let found = shapes(&town.read("listed.geojson"));
    let ids: Vec<&str> = found.iter().map(|shape| shape.properties["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [SQUARE, "harbour", "moon"]);
    assert!(found[2].geometry.0.is_empty() && found[2].properties["population_within"].is_null());
    assert!(found[0].properties["area_km2"].as_f64() > Some(0.1));
    // A run writes the same, and its manifest names the list.
    town.isokron("run study.toml").well();
    assert!(town.read("listed.geojson") == town.read("out/base/adult-morning/isochrones.geojson"));
    assert!(town.read("out/manifest.json").contains("\"homes.csv\""));
}
