//! Studies with elevation: walks and rides uphill and downhill, in every command.

use std::collections::BTreeMap;
use std::fs::File;

use tiff::encoder::TiffEncoder;
use tiff::encoder::colortype::Gray32Float;
use tiff::tags::Tag;

use crate::town::{Town, rows};

/// The demo town on the ground that a formula of (lon, lat) gives, with profiles that walk and cycle.
fn town(height: impl Fn(f64, f64) -> f64) -> Town {
    let town = Town::without_intervals();
    raster(&town, height);
    let mut study = town.read("study.toml");
    study = study.replace("[network]", "[network]\nelevation = [\"dem.tif\"]");
    for (name, more) in [
        ("flat", "modes = [\"walk\"]"),
        ("hilly", "modes = [\"walk\"]\nslopes = true"),
        ("cycles", "modes = [\"bicycle\"]"),
        ("climbs", "modes = [\"bicycle\"]\nslopes = true"),
        (
            "electric",
            "modes = [\"bicycle\"]\nslopes = true\nbicycle_type = \"e-bike\"\nbicycle_speed_kmh = 16",
        ),
    ] {
        study += &format!("\n[[profile]]\nname = \"{name}\"\n{more}\nmax_walk_s = 3600\n");
    }
    study = study.replace(
        "[[period]]",
        "[[period]]\nname = \"at_nine\"\ndate = 2026-03-10\ndepart = \"09:00:00/09:00:01\"\n\n[[period]]",
    );
    town.write("study.toml", study);
    let cells = rows(&town.read("cells.csv"));
    let some = cells.iter().step_by(45).map(|row| format!("{},{},{}\n", row["id"], row["lon"], row["lat"]));
    town.write("from.csv", format!("id,lon,lat\n{}", some.collect::<String>()));
    town
}

/// Pixels of 0.0005° around the cells.
fn raster(town: &Town, height: impl Fn(f64, f64) -> f64) {
    let cells = rows(&town.read("cells.csv"));
    let ends = |column: &str| {
        let values = cells.iter().map(|row| row[column].parse::<f64>().unwrap());
        values.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)))
    };
    let ((west, east), (south, north)) = (ends("lon"), ends("lat"));
    let (west, north, step) = (west - 0.05, north + 0.05, 0.0005);
    let columns = ((east + 0.05 - west) / step) as u32;
    let lines = ((north - south + 0.05) / step) as u32;
    let pixel = |at: u32| {
        let (column, line) = (f64::from(at % columns), f64::from(at / columns));
        height(west + (column + 0.5) * step, north - (line + 0.5) * step) as f32
    };
    let values: Vec<f32> = (0..columns * lines).map(pixel).collect();
    let mut encoder = TiffEncoder::new(File::create(town.path("dem.tif")).unwrap()).unwrap();
    let mut image = encoder.new_image::<Gray32Float>(columns, lines).unwrap();
    let keys: [u16; 16] = [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326];
    let tags = image.encoder();
    tags.write_tag(Tag::Unknown(33_550), &[step, step, 0.0][..]).unwrap();
    tags.write_tag(Tag::Unknown(33_922), &[0.0, 0.0, 0.0, west, north, 0.0][..]).unwrap();
    tags.write_tag(Tag::Unknown(34_735), &keys[..]).unwrap();
    image.write_data(&values).unwrap();
}

type Times = BTreeMap<(String, String), Option<i64>>;

fn matrix(town: &Town, profile: &str) -> Times {
    let words = format!("--profile {profile} --period at_nine --origins from.csv --all-pairs -o m.csv");
    town.isokron(&format!("matrix study.toml {words}")).well();
    let row = |row: BTreeMap<String, String>| {
        ((row["from_id"].clone(), row["to_id"].clone()), row["travel_time_s"].parse().ok())
    };
    rows(&town.read("m.csv")).into_iter().map(row).collect()
}

#[test]
fn on_level_ground_slopes_change_nothing() {
    let town = town(|_, _| 7.0);
    assert_eq!(matrix(&town, "flat"), matrix(&town, "hilly"));
    assert_eq!(matrix(&town, "cycles"), matrix(&town, "climbs"));
}

#[test]
fn uphill_it_takes_longer_than_down() {
    // 80 m up for each 0.01° north, 1,114 m: 7.2 %.
    let town = town(|_, lat| 8000.0 * (lat - 59.0));
    let cells = rows(&town.read("cells.csv"));
    let lat: BTreeMap<&str, f64> =
        cells.iter().map(|row| (row["id"].as_str(), row["lat"].parse().unwrap())).collect();
    let [flat, hilly, cycles, climbs, electric] =
        ["flat", "hilly", "cycles", "climbs", "electric"].map(|profile| matrix(&town, profile));
    // Two thousandths of a degree are 223 m: where one goes so far north it is uphill on the whole.
    let north = |pair: &(String, String)| lat[pair.1.as_str()] - lat[pair.0.as_str()] > 0.002;
    let mut asked = 0;
    for (level, hilly) in [(&flat, &hilly), (&cycles, &climbs)] {
        for (pair, time) in level.iter().filter(|(pair, _)| north(pair)) {
            let back = (pair.1.clone(), pair.0.clone());
            let (Some(level), Some(up), Some(down)) =
                (time, hilly[pair], hilly.get(&back).copied().flatten())
            else {
                continue;
            };
            assert!(up > *level && up > down, "{pair:?}: {level} s, {up} s up, {down} s down");
            asked += 1;
        }
    }
    assert!(asked > 20, "{asked}");
    // With electric help the hill matters less, both ways together and in sum.
    let sum = |times: &Times| {
        times.iter().filter(|(pair, _)| north(pair)).filter_map(|(_, time)| *time).sum::<i64>()
    };
    assert!(sum(&electric) < sum(&climbs) && sum(&electric) > sum(&cycles));
}

#[test]
fn slopes_are_kept_and_the_same_from_files() {
    let town = town(|lon, lat| 40.0 * (900.0 * lon).sin() + 30.0 * (1100.0 * lat).cos());
    let first = town.isokron("build study.toml").well();
    let parts = |said: &str| said.lines().find(|line| line.starts_with("network in ")).unwrap().to_string();
    assert!(parts(&first).contains("slopes") && parts(&first).contains("bicycle_slopes"), "{first}");
    let made = matrix(&town, "climbs");
    let again = town.isokron("build study.toml").well();
    assert!(!parts(&again).contains("built "), "{again}");
    assert_eq!(matrix(&town, "climbs"), made);
    // Another raster is another network.
    raster(&town, |_, _| 0.0);
    let anew = parts(&town.isokron("build study.toml").well());
    let built: Vec<&str> = anew.split(';').next().unwrap().split([' ', ',']).collect();
    assert!(built.contains(&"slopes") && built.contains(&"walks") && !built.contains(&"streets"), "{anew}");
    assert_ne!(matrix(&town, "climbs"), made);
}

#[test]
fn a_trip_takes_as_long_as_the_matrix_says() {
    let town = town(|lon, lat| 40.0 * (900.0 * lon).sin() + 30.0 * (1100.0 * lat).cos());
    for profile in ["hilly", "climbs"] {
        let times = matrix(&town, profile);
        let cells = rows(&town.read("cells.csv"));
        let point: BTreeMap<&str, String> =
            cells.iter().map(|row| (row["id"].as_str(), format!("{},{}", row["lon"], row["lat"]))).collect();
        let some: Vec<_> = times.iter().filter(|(pair, time)| time.is_some() && pair.0 != pair.1).collect();
        for ((from, to), time) in some.iter().step_by(some.len() / 4) {
            // As cells, and as points that are linked anew.
            for [from, to] in [[from, to], [&point[from.as_str()], &point[to.as_str()]]] {
                let words = format!(
                    "--from {from} --to {to} --depart 09:00 --period at_nine --profile {profile} --json"
                );
                let said = town.isokron(&format!("trip study.toml {words}")).well();
                let found: serde_json::Value = serde_json::from_str(&said).unwrap();
                assert_eq!(found["travel_time_s"].as_i64(), **time, "{profile}: {from} → {to}");
            }
        }
    }
}

#[test]
fn a_scenario_may_ask_for_slopes() {
    let town = town(|_, lat| 8000.0 * (lat - 59.0));
    let study = town.read("study.toml");
    // The profiles that ask for them leave, and a scenario asks.
    let (before, _) = study.split_once("\n[[profile]]\nname = \"hilly\"").unwrap();
    let edits = "[[scenario]]\nname = \"hills\"\n[[scenario.edit]]\nkind = \"set_profile\"\nprofiles = [\"flat\"]\nslopes = true\n";
    let hilly = matrix(&town, "hilly");
    town.write("study.toml", format!("{before}\n{edits}"));
    let words = "--profile flat --period at_nine --origins from.csv --all-pairs --scenario hills -o m.csv";
    town.isokron(&format!("matrix study.toml {words}")).well();
    let found = rows(&town.read("m.csv"));
    assert!(!found.is_empty());
    for row in found {
        let pair = (row["from_id"].clone(), row["to_id"].clone());
        assert_eq!(row["travel_time_s"].parse().ok(), hilly[&pair], "{pair:?}");
    }
    // With the bridge closed the other streets rise as before: nobody is faster, and somebody walks round. (Cells beside
    // the bridge may be linked elsewhere.)
    let near: Vec<String> = rows(&town.read("cells.csv"))
        .into_iter()
        .filter(|row| {
            let off = |key: &str, at: f64| (row[key].parse::<f64>().unwrap() - at).abs();
            off("lon", 18.4479) < 0.01 && off("lat", 59.2935) < 0.006
        })
        .map(|row| row["id"].clone())
        .collect();
    let ring = "[[18.4470, 59.2900], [18.4488, 59.2900], [18.4488, 59.2970], [18.4470, 59.2970]]";
    let closed = format!("{before}\n{edits}[[scenario.edit]]\nkind = \"close_streets\"\npolygon = {ring}\n");
    town.write("study.toml", closed);
    town.isokron(&format!("matrix study.toml {words}")).well();
    let mut longer = 0;
    for row in rows(&town.read("m.csv")) {
        let pair = (row["from_id"].clone(), row["to_id"].clone());
        let (after, before) = (row["travel_time_s"].parse::<i64>().ok(), hilly[&pair]);
        let is_near = near.contains(&pair.0) || near.contains(&pair.1);
        let none_faster = after.is_none_or(|after| before.is_some_and(|before| before <= after));
        assert!(is_near || none_faster, "{pair:?}");
        longer += usize::from(after != before);
    }
    assert!(longer > 0);
}

#[test]
fn who_bears_less_traffic_rides_no_faster() {
    let town = town(|_, _| 0.0);
    let mut study = town.read("study.toml");
    study += "\n[[profile]]\nname = \"child\"\nmodes = [\"bicycle\"]\nlts = \"osm_lts\"\nmax_lts = 1\n";
    town.write("study.toml", study);
    let (bold, calm) = (matrix(&town, "cycles"), matrix(&town, "child"));
    let pairs = || bold.iter().filter_map(|(pair, time)| Some((time.as_ref()?, calm[pair])));
    assert!(pairs().all(|(bold, calm)| calm.is_none_or(|calm| calm >= *bold)));
    assert!(pairs().filter(|(bold, calm)| calm.is_none_or(|calm| calm > **bold)).count() > bold.len() / 2);
    // Shares of what is ridden by level, all of it.
    let said = town.isokron("build study.toml").well();
    let line =
        said.lines().find(|line| line.starts_with("traffic stress of child by osm_lts: 1 ")).expect("a line");
    let shares = line
        .split(' ')
        .filter_map(|word| word.parse::<f64>().ok())
        .filter(|share| share.fract() > 0.0 || *share > 4.0);
    assert!((shares.sum::<f64>() - 100.0).abs() < 0.5, "{line}");
}

#[test]
fn rasters_that_cannot_be_read_are_named() {
    let town = town(|_, _| 0.0);
    town.write("dem.tif", "id,lon,lat\n");
    town.isokron("build study.toml").refused(1, &["dem.tif: cannot be read as a GeoTIFF"]);
    town.remove("dem.tif");
    town.isokron("build study.toml").refused(1, &["there is no file dem.tif"]);
}
