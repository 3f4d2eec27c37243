//! Profiles that cycle and drive: from door to door, beside walking and public transport, and to public transport, in every
//! command.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use serde_json::Value;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

use crate::town::{Town, rows};

/// The demo town with a profile a mode and chain, a window of one departure and one of one arrival.
pub fn town() -> Town {
    let town = Town::without_intervals();
    let mut study = town.read("study.toml");
    for (name, modes) in [
        ("walks", "\"walk\""),
        ("cycles", "\"bicycle\""),
        ("either", "\"walk\", \"bicycle\""),
        ("rides", "\"walk\", \"transit\""),
        ("all", "\"walk\", \"bicycle\", \"transit\""),
        ("drives", "\"car\""),
        ("left", "\"walk\", \"bicycle>transit>walk\""),
        ("left_too", "\"walk\", \"transit\", \"bicycle>transit>walk\""),
        ("aboard", "\"walk\", \"bicycle>transit>bicycle\""),
        ("aboard_all", "\"walk\", \"bicycle>transit>bicycle\""),
        ("dropped", "\"walk\", \"dropped_off>transit>walk\""),
        ("parks", "\"walk\", \"car>transit>walk\""),
    ] {
        study += &format!("\n[[profile]]\nname = \"{name}\"\nmodes = [{modes}]\nmax_walk_s = 3600\n");
        if name == "aboard_all" {
            study += "bicycles_unknown = true\n";
        }
    }
    // The town has no such sites: two level crossings stand for them.
    study = study.replace("[network]", "[network]\npark_and_ride = [\"railway=level_crossing\"]");
    study = study.replace("[[period]]", "[[period]]\nname = \"at_nine\"\ndate = 2026-03-10\ndepart = \"09:00:00/09:00:01\"\n\n[[period]]\nname = \"by_ten\"\ndate = 2026-03-10\narrive = \"10:00:00/10:00:01\"\n\n[[period]]");
    town.write("study.toml", study);
    let cells = rows(&town.read("cells.csv"));
    let some = cells.iter().step_by(45).map(|row| format!("{},{},{}\n", row["id"], row["lon"], row["lat"]));
    town.write("from.csv", format!("id,lon,lat\n{}", some.collect::<String>()));
    town
}

pub type Times = BTreeMap<(String, String), Option<i64>>;

pub fn matrix(town: &Town, profile: &str, period: &str) -> Times {
    let words = format!("--profile {profile} --period {period} --origins from.csv --all-pairs -o m.csv");
    town.isokron(&format!("matrix study.toml {words}")).well();
    let row = |row: BTreeMap<String, String>| {
        ((row["from_id"].clone(), row["to_id"].clone()), row["travel_time_s"].parse().ok())
    };
    rows(&town.read("m.csv")).into_iter().map(row).collect()
}

/// Of each pair the lesser time.
fn fastest(a: &Times, b: &Times) -> Times {
    let less = |(pair, time): (&(String, String), &Option<i64>)| {
        let both = time.iter().chain(&b[pair]);
        (pair.clone(), both.min().copied())
    };
    a.iter().map(less).collect()
}

#[test]
fn the_fastest_of_the_modes_counts() {
    let town = town();
    let [walks, cycles, either] = ["walks", "cycles", "either"].map(|name| matrix(&town, name, "at_nine"));
    assert!(either == fastest(&walks, &cycles), "on foot or by bicycle");
    let faster =
        cycles.iter().filter(|(pair, time)| time.is_some_and(|s| walks[*pair].is_none_or(|w| s < w)));
    assert!(faster.count() > cycles.len() / 4, "a bicycle is of use");
    // One departure: a journey with rides, or all the way by bicycle.
    let [rides, all] = ["rides", "all"].map(|name| matrix(&town, name, "at_nine"));
    assert!(all == fastest(&rides, &cycles), "or with rides");
    assert_ne!(all, cycles);
    // Nothing departs: by bicycle it takes as long whenever one arrives.
    assert_eq!(cycles, matrix(&town, "cycles", "by_ten"));
}

#[test]
fn a_chain_is_at_least_as_fast_as_its_parts() {
    let town = town();
    let [walks, rides, drives, left, left_too, aboard, aboard_all, dropped, parks] =
        ["walks", "rides", "drives", "left", "left_too", "aboard", "aboard_all", "dropped", "parks"]
            .map(|name| matrix(&town, name, "at_nine"));
    let none_is_slower = |fast: &Times, slow: &Times| {
        slow.iter().all(|(pair, slow)| slow.is_none_or(|slow| fast[pair].is_some_and(|fast| fast <= slow)))
    };
    // With more ways to choose from nobody is slower.
    assert!(none_is_slower(&left, &walks) && none_is_slower(&left_too, &left));
    assert!(left_too == fastest(&left, &rides), "one departure: the fastest of the two ways to the stop");
    assert!(none_is_slower(&dropped, &walks) && dropped != walks);
    assert!(none_is_slower(&parks, &walks) && parks != walks, "a site is of use");
    assert_ne!(left, walks, "a bicycle to the stop is of use");
    // No trip of the town says that it takes bicycles.
    assert!(aboard == walks && aboard_all != walks && none_is_slower(&aboard_all, &walks));
    assert!(drives.values().flatten().count() > drives.len() / 2);
    // Arrivals: what one rides to the first stop one rides then, too.
    let by_ten = matrix(&town, "left", "by_ten");
    assert!(none_is_slower(&by_ten, &matrix(&town, "walks", "by_ten")) && by_ten != left);
}

#[test]
fn a_trip_takes_as_long_as_the_matrix_says() {
    let town = town();
    for (profile, kind) in [
        ("cycles", "bicycle"),
        ("drives", "car"),
        ("left", "bicycle"),
        ("aboard_all", "bicycle"),
        ("dropped", "dropped_off"),
        ("parks", "park_and_ride"),
    ] {
        let times = matrix(&town, profile, "at_nine");
        let mut kinds = Vec::new();
        for ((from, to), time) in times.iter().step_by(times.len() / 12) {
            let words =
                format!("--from {from} --to {to} --depart 09:00 --period at_nine --profile {profile} --json");
            let said = town.isokron(&format!("trip study.toml {words}"));
            // The skerry has no street.
            if said.code != 0 {
                assert_eq!(*time, None, "{}", said.err);
                continue;
            }
            let found: Value = serde_json::from_str(&said.out).unwrap();
            assert_eq!(found["travel_time_s"].as_i64(), *time, "{profile}: {from} → {to}");
            let legs = found["legs"].as_array().into_iter().flatten();
            kinds.extend(legs.map(|leg| leg["kind"].as_str().unwrap().to_string()));
        }
        assert!(kinds.iter().any(|one| one == kind), "{profile}: {kinds:?}");
    }
    // Between points of the map they are found anew: cells by their coordinates take as long.
    let cells = rows(&town.read("cells.csv"));
    let (a, b) = (&cells[100], &cells[400]);
    for profile in ["cycles", "drives", "left", "aboard_all"] {
        let trip = |from: &str, to: &str| -> Value {
            let words =
                format!("--from {from} --to {to} --depart 09:00 --period at_nine --profile {profile} --json");
            serde_json::from_str(&town.isokron(&format!("trip study.toml {words}")).well()).unwrap()
        };
        let point = |row: &BTreeMap<String, String>| format!("{},{}", row["lon"], row["lat"]);
        assert_eq!(trip(&a["id"], &b["id"]), trip(&point(a), &point(b)), "{profile}");
    }
}

/// A journey as lines: one after another from door to door, as long in time as the words say, and as far as their lines.
#[test]
fn a_trip_is_drawn_leg_by_leg() {
    let town = town();
    let cells = rows(&town.read("cells.csv"));
    let geodesic = |line: &[geo::Point]| -> f64 {
        line.windows(2).map(|pair| geo::Distance::distance(&geo::Geodesic, pair[0], pair[1])).sum()
    };
    let mut modes: Vec<(String, usize)> = Vec::new();
    for profile in ["walks", "rides", "cycles", "drives", "left", "aboard_all", "dropped", "parks"] {
        for (from, to) in [(50, 400), (120, 520), (300, 90)] {
            let (from, to) = (&cells[from], &cells[to]);
            let ends = format!("--from {} --to {}", from["id"], to["id"]);
            let words = format!("{ends} --depart 09:00 --period at_nine --profile {profile}");
            let said = town.isokron(&format!("trip study.toml {words} --geojson trip.geojson --json"));
            if said.code != 0 {
                continue;
            }
            let found: Value = serde_json::from_str(&said.out).unwrap();
            let text = town.read("trip.geojson");
            let drawn: Value = serde_json::from_str(&text).unwrap();
            let features = drawn["features"].as_array().unwrap();
            // Where nobody gets there is nothing to draw.
            let Some(legs) = found["legs"].as_array() else {
                assert!(features.is_empty());
                continue;
            };
            assert_eq!(town.isokron(&format!("trip study.toml {words} --geojson -")).well(), text);
            let lines: Vec<Vec<geo::Point>> = features
                .iter()
                .map(|feature| {
                    let points = feature["geometry"]["coordinates"].as_array().unwrap().iter();
                    points
                        .map(|at| geo::Point::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap()))
                        .collect()
                })
                .collect();
            let end = |row: &BTreeMap<String, String>| {
                let degrees = |key: &str| (row[key].parse::<f64>().unwrap() * 1e7).round() / 1e7;
                geo::Point::new(degrees("lon"), degrees("lat"))
            };
            assert_eq!(*lines[0].first().unwrap(), end(from));
            assert_eq!(*lines.last().unwrap().last().unwrap(), end(to));
            for pair in lines.windows(2) {
                assert_eq!(pair[0].last(), pair[1].first(), "{profile}: {text}");
            }
            let mut seconds = 0;
            for (feature, line) in features.iter().zip(&lines) {
                let said = &feature["properties"];
                let metres = said["metres"].as_f64().unwrap();
                // Points of lines are rounded to 7 decimals, lengths of edges to mm.
                assert!((geodesic(line) - metres).abs() < 1.0 + metres / 1000.0, "{profile}: {said}");
                seconds += said["seconds"].as_i64().unwrap();
                modes.push((said["mode"].as_str().unwrap().to_string(), line.len()));
                assert!(said["departs"].as_str().unwrap().starts_with("2026-03-10T09:"), "{said}");
            }
            // All that is not waited.
            let lasts = |leg: &Value| match leg["kind"].as_str() {
                Some("ride") => None,
                _ => leg["seconds"].as_i64(),
            };
            let streets: i64 = legs.iter().filter_map(lasts).sum();
            let rides = features.iter().filter(|feature| feature["properties"]["mode"] == "transit");
            let rides_s: i64 = rides.map(|ride| ride["properties"]["seconds"].as_i64().unwrap()).sum();
            assert_eq!(seconds, streets + rides_s, "{profile}");
        }
    }
    // Of each mode some, along more than two points.
    for mode in ["walk", "bicycle", "car", "transit"] {
        let some = modes.iter().filter(|(name, points)| name == mode && *points > 2);
        assert!(some.count() > 0, "{mode}: {modes:?}");
    }
    let words = "--from 1 --to 2 --depart 9:00 --geojson study.toml";
    town.isokron(&format!("trip study.toml {words}")).refused(1, &["would take the place of an input"]);
}

/// What a time is made of is what `trip` says of the departure that has it; and the times are those of the matrix.
#[test]
fn a_matrix_is_broken_down_as_trips_are() {
    let town = town();
    let cells = rows(&town.read("cells.csv"));
    let some = |every: usize, from: usize| -> String {
        let rows = cells.iter().skip(from).step_by(every);
        let rows = rows.map(|row| format!("{},{},{}\n", row["id"], row["lon"], row["lat"]));
        format!("id,lon,lat\n{}", rows.collect::<String>())
    };
    town.write("some.csv", some(150, 20));
    town.write("goals.csv", some(130, 20));
    town.edit("study.toml", "percentiles = [50]", "percentiles = [25, 50]");
    let mut ways: Vec<String> = Vec::new();
    for (profile, period) in [
        ("rides", "morning"),
        ("left_too", "morning"),
        ("parks", "morning"),
        ("all", "at_nine"),
        ("drives", "at_nine"),
        ("aboard_all", "at_nine"),
        ("dropped", "at_nine"),
    ] {
        let words =
            format!("--origins some.csv --destinations goals.csv --profile {profile} --period {period}");
        town.isokron(&format!("matrix study.toml {words} -o plain.csv")).well();
        town.isokron(&format!("matrix study.toml {words} --breakdown -o made_of.csv --threads 2")).well();
        let (plain, made_of) = (rows(&town.read("plain.csv")), rows(&town.read("made_of.csv")));
        assert_eq!(plain.len(), made_of.len());
        let again = town.read("made_of.csv");
        town.isokron(&format!("matrix study.toml {words} --breakdown -o made_of.csv --threads 1")).well();
        assert!(town.read("made_of.csv") == again, "one thread writes the same");
        for (i, (plain, row)) in plain.iter().zip(&made_of).enumerate() {
            for (key, value) in plain {
                assert_eq!(row[key], *value, "{profile}: {key} of {row:?}");
            }
            for p in ["p25", "p50"] {
                let number =
                    |what: &str, unit: &str| row[&format!("{what}_{p}{unit}")].parse::<i64>().unwrap();
                let Ok(time) = row[&format!("travel_time_{p}_s")].parse::<i64>() else { continue };
                let parts = ["walking", "cycling", "driving", "waiting", "riding", "changing"];
                let sum: i64 = parts.iter().map(|part| number(part, "_s")).sum();
                assert_eq!(sum, time, "{row:?}");
                let way = &row[&format!("way_{p}")];
                ways.push(way.clone());
                // A trip takes its time to be asked: every third pair.
                if (i + p.len()) % 3 > 0 || row["from_id"] == row["to_id"] {
                    continue;
                }
                let departs = &row[&format!("departs_{p}")];
                let ends = format!("--from {} --to {} --profile {profile}", row["from_id"], row["to_id"]);
                let words =
                    format!("{ends} --period {period} --depart {departs} --geojson trip.geojson --json");
                let said: Value =
                    serde_json::from_str(&town.isokron(&format!("trip study.toml {words}")).well()).unwrap();
                assert_eq!(said["travel_time_s"].as_i64(), Some(time), "{row:?}");
                assert_eq!(said["rides"].as_i64(), Some(number("rides", "")), "{row:?}");
                let drawn: Value = serde_json::from_str(&town.read("trip.geojson")).unwrap();
                let legs = || drawn["features"].as_array().unwrap().iter().map(|leg| &leg["properties"]);
                let modes =
                    [("walk", "walked"), ("bicycle", "cycled"), ("car", "driven"), ("transit", "ridden")];
                for (mode, what) in modes {
                    let of_mode = legs().filter(|leg| leg["mode"] == mode);
                    let metres: i64 = of_mode.map(|leg| leg["metres"].as_i64().unwrap()).sum();
                    // Each leg is rounded to metres for itself.
                    assert!((metres - number(what, "_m")).abs() <= 3, "{mode}: {metres} {row:?}");
                }
                let riding: i64 = legs()
                    .filter(|leg| leg["mode"] == "transit")
                    .map(|leg| leg["seconds"].as_i64().unwrap())
                    .sum();
                assert_eq!(riding, number("riding", "_s"), "nobody stays seated in the town: {row:?}");
            }
        }
    }
    for way in ["walk", "bicycle", "car", "walk>transit>walk", "bicycle>transit>walk", "car>transit>walk"] {
        assert!(ways.iter().any(|one| one == way), "{way}");
    }
    for way in ["bicycle>transit>bicycle", "dropped_off>transit>walk"] {
        assert!(ways.iter().any(|one| one == way), "{way}");
    }
    town.isokron("matrix study.toml --profile rides --period by_ten --breakdown -o m.csv")
        .refused(2, &["period by_ten is a window of arrivals", "depart"]);
}

/// Sites of a table stand beside those of the extract; what they hold and cost is shown.
#[test]
fn a_run_breaks_times_down_where_its_study_says_so() {
    let town = town();
    let cells = town.read("cells.csv");
    let few: Vec<&str> = cells.lines().step_by(60).collect();
    town.write("cells.csv", few.join("\n") + "\n");
    let study = town.read("study.toml").replace("[outputs]", "[outputs]\nbreakdown = true");
    let (study, _) = study.split_once("\n[[profile]]\nname = \"rides\"").expect("the fourth profile");
    // Periods of arrivals have none.
    town.write(
        "study.toml",
        study.replace("arrive = \"10:00:00/10:00:01\"", "depart = \"10:00:00/10:00:01\""),
    );
    town.isokron("run study.toml").well();
    let broken = rows(&town.read("out/base/either-at_nine/breakdown.csv"));
    assert_eq!(broken.len(), (few.len() - 1) * (few.len() - 1));
    let whole = |row: &BTreeMap<String, String>| {
        let part = |name: &str| row[name].parse::<u64>().unwrap_or(0);
        let parts = ["walking_s", "cycling_s", "driving_s", "waiting_s", "riding_s", "changing_s"];
        (part("travel_time_s"), parts.iter().map(|name| part(name)).sum())
    };
    for row in &broken {
        let (time, parts): (u64, u64) = whole(row);
        assert_eq!(time, parts, "{row:?}");
    }
    assert!(broken.iter().any(|row| row["way"] == "bicycle"));
}

#[test]
fn sites_come_from_a_table_as_well() {
    let town = town();
    let cells = rows(&town.read("cells.csv"));
    let by_tags = matrix(&town, "parks", "at_nine");
    let table = |capacity: &str| {
        let site = |row: &BTreeMap<String, String>| {
            format!("site_{},{},{},{capacity},2.5\n", row["id"], row["lon"], row["lat"])
        };
        let sites: String = cells.iter().step_by(10).map(site).collect();
        format!("id,lon,lat,capacity,price\n{sites}")
    };
    town.edit("study.toml", "[network]", "[network]\npark_and_ride_sites = \"sites.csv\"");
    town.isokron("build study.toml").refused(1, &["sites.csv"]);
    town.write("sites.csv", table("many"));
    town.isokron("build study.toml").refused(1, &["sites.csv:2", "capacity is \"many\"", "leave it blank"]);
    town.write("sites.csv", table("40"));
    let both = matrix(&town, "parks", "at_nine");
    let faster = both.iter().filter(|(pair, time)| {
        let before = by_tags[*pair];
        assert!(before.is_none_or(|before| time.is_some_and(|time| time <= before)), "{pair:?}");
        **time != before
    });
    assert!(faster.count() > 0, "more sites are of use");
    let said = town.isokron("build study.toml").well();
    assert!(said.contains("park-and-ride sites: "), "{said}");
    let is_at_site = |((from, to), _): &(&(String, String), &Option<i64>)| {
        let words = format!("--from {from} --to {to} --depart 09:00 --period at_nine --profile parks");
        let said = town.isokron(&format!("trip study.toml {words} --geojson -"));
        let drawn: Value =
            if said.code == 0 { serde_json::from_str(&said.out).unwrap() } else { Value::Null };
        drawn["features"].as_array().into_iter().flatten().any(|leg| {
            let said = &leg["properties"];
            let is_it = said["to"].as_str().is_some_and(|to| to.starts_with("site_"));
            assert!(!is_it || said["capacity"] == 40.0 && said["price"] == 2.5, "{said}");
            is_it
        })
    };
    let some = both.iter().filter(|(pair, time)| **time != by_tags[*pair]).take(5);
    assert!(some.clone().all(|pair| is_at_site(&pair)), "{:?}", some.collect::<Vec<_>>());
    town.isokron("run study.toml --dry-run").well();
}

#[test]
fn runs_write_what_is_reached_by_bicycle() {
    let town = town();
    // One departure, and profiles that need no timetable.
    let study = town.read("study.toml");
    let (head, rest) = study.split_once("\n[[period]]\nname = \"by_ten\"").expect("the second period");
    let (_, tail) = rest.split_once("\n[access]").expect("what follows the profile adult");
    let study = format!("{head}\n[access]{tail}");
    let (study, _) = study.split_once("\n[[profile]]\nname = \"rides\"").expect("the fourth profile");
    town.write("study.toml", study);
    town.isokron("run study.toml").well();
    let column = |profile: &str| -> Vec<Option<f64>> {
        let name = format!("out/base/{profile}-at_nine/access.csv");
        rows(&town.read(&name)).iter().map(|row| row["jobs_30min_p50"].parse().ok()).collect()
    };
    let [walks, cycles, either] = ["walks", "cycles", "either"].map(column);
    // The bicycle gets farther in sum; who may do either reaches as much as by the better one at least.
    let sum = |values: &[Option<f64>]| values.iter().flatten().sum::<f64>();
    assert!(sum(&cycles) > 1.5 * sum(&walks), "{} and {}", sum(&cycles), sum(&walks));
    for ((walk, cycle), either) in walks.iter().zip(&cycles).zip(&either) {
        assert!(either >= walk && either >= cycle, "{walk:?} {cycle:?} {either:?}");
    }
    // Parts of the network are found again, with the same bytes.
    let before = town.files("out/base/cycles-at_nine");
    let said = town.isokron("build study.toml").well();
    let parts = said.lines().find(|line| line.starts_with("network in ")).expect("a line of parts");
    assert!(!parts.contains("built ") && parts.contains("bicycle_links"), "{parts}");
    town.isokron("run study.toml").well();
    assert!(before == town.files("out/base/cycles-at_nine"));
}

/// A study without some of its profiles.
fn without(study: &str, names: &[&str]) -> String {
    let (head, profiles) = study.split_once("\n[[profile]]\n").expect("profiles");
    let others = profiles
        .split("\n[[profile]]\n")
        .filter(|one| !names.iter().any(|name| one.starts_with(&format!("name = \"{name}\""))));
    others.fold(head.to_string(), |study, one| format!("{study}\n[[profile]]\n{one}"))
}

/// The pixels of a raster with one band: longitude and latitude of their middles, and the time there.
fn surface(path: &Path) -> Vec<(f64, f64, i32)> {
    let mut tiff = Decoder::new(File::open(path).unwrap()).unwrap();
    let mut numbers = |tag: u16| tiff.get_tag(Tag::Unknown(tag)).unwrap().into_f64_vec().unwrap();
    let (scale, corner) = (numbers(33_550), numbers(33_922));
    let columns = tiff.dimensions().unwrap().0 as usize;
    let DecodingResult::I32(seconds) = tiff.read_image().unwrap() else { panic!("whole numbers") };
    let pixel = |(i, seconds): (usize, i32)| {
        let [column, row] = [i % columns, i / columns].map(|at| at as f64 + 0.5);
        (corner[3] + column * scale[0], corner[4] - row * scale[1], seconds)
    };
    seconds.into_iter().enumerate().map(pixel).collect()
}

/// What lies within is told of each cell by its own time: the sums of `access.csv`. And the lattice's points are reached when
/// cells would be that lie there: the times of `matrix`.
#[test]
fn isochrones_are_of_the_same_times() {
    let town = town();
    // One departure.
    let study = town.read("study.toml");
    let (head, rest) = study.split_once("\n[[period]]\nname = \"by_ten\"").expect("the second period");
    let (_, tail) = rest.split_once("\n[access]").expect("what follows the profile adult");
    let study = format!("{head}\n[access]{tail}");
    let asked = "[isochrones]\norigins = \"from.csv\"\ncutoffs_min = [15, 30]\ngrid_m = 200\n\n[outputs]";
    town.write("study.toml", without(&study.replacen("[outputs]", asked, 1), &["walks", "either", "rides"]));
    town.isokron("run study.toml --threads 2").well();
    let profiles = ["cycles", "drives", "all", "left", "aboard_all", "dropped", "parks"];
    for profile in profiles {
        let folder = format!("out/base/{profile}-at_nine");
        let table = rows(&town.read(&format!("{folder}/access.csv")));
        let table: Vec<_> = table.into_iter().step_by(45).collect();
        let found: Value = serde_json::from_str(&town.read(&format!("{folder}/isochrones.geojson"))).unwrap();
        let found = found["features"].as_array().unwrap();
        assert_eq!(found.len(), 2 * table.len());
        let mut jobs = 0.0;
        for (row, pair) in table.iter().zip(found.chunks(2)) {
            for (shape, cutoff) in pair.iter().zip([15, 30]) {
                let properties = &shape["properties"];
                assert_eq!(properties["id"], row["id"]);
                for name in ["jobs", "schools", "healthcare"] {
                    let expected = row[&format!("{name}_{cutoff}min_p50")].parse().ok();
                    let within = properties[format!("{name}_within")].as_f64();
                    assert_eq!(within, expected, "{profile}: {name} {row:?}");
                }
                jobs += properties["jobs_within"].as_f64().unwrap_or_default();
            }
        }
        assert!(jobs > 0.0, "{profile}");
    }

    // Hundreds of points of the lattice as destinations.
    let (at, minutes) = ("18.398136,59.297049", 30);
    for profile in profiles {
        let words = format!("--at {at} --profile {profile} --period at_nine --cutoffs-min {minutes}");
        town.isokron(&format!("isochrone study.toml {words} --surface s.tif -o i.geojson")).well();
        let surface = surface(&town.path("s.tif"));
        let points = surface.iter().step_by(surface.len() / 500);
        let points: Vec<&(f64, f64, i32)> = points.collect();
        let place = |(i, (lon, lat, _)): (usize, &&(f64, f64, i32))| format!("{i},{lon:.7},{lat:.7}\n");
        let list: String = points.iter().enumerate().map(place).collect();
        town.write("points.csv", format!("id,lon,lat\n{list}"));
        let (lon, lat) = at.split_once(',').unwrap();
        town.write("home.csv", format!("id,lon,lat\nhome,{lon},{lat}\n"));
        let words =
            format!("--profile {profile} --period at_nine --origins home.csv --destinations points.csv");
        town.isokron(&format!("matrix study.toml {words} --all-pairs -o m.csv")).well();
        let times = rows(&town.read("m.csv"));
        assert_eq!(times.len(), points.len());
        let mut reached = 0;
        for (row, (lon, lat, seconds)) in times.iter().zip(&points) {
            let time = row["travel_time_s"].parse().ok().filter(|&s: &i32| s <= minutes * 60).unwrap_or(-1);
            assert_eq!(time, *seconds, "{profile}: {lon},{lat}");
            reached += usize::from(time >= 0);
        }
        assert!(reached > 20, "{profile}: {reached}");
    }
}

#[test]
fn what_does_not_ride_yet_is_refused() {
    let town = town();
    let study = town.read("study.toml");
    let refused = |from: &str, to: &str, words: &[&str]| {
        town.write("study.toml", study.replace(from, to));
        let said = town.isokron("check study.toml");
        assert_ne!(said.code, 0, "{}", said.out);
        words.iter().for_each(|word| assert!(said.err.contains(word), "no {word:?} in:\n{}", said.err));
    };
    refused("[\"bicycle\"]", "[\"walk>transit>car\"]", &["does not do this chain of modes"]);
    refused("[\"bicycle\"]", "[\"bicycle>transit>walk\"]", &["lacks \"walk\""]);
    refused(
        "[\"bicycle\"]",
        "[\"walk\", \"transit\", \"bicycle>transit>bicycle\"]",
        &["a profile of its own"],
    );
    refused("[\"bicycle\"]", "[\"bicycle\", \"transit\"]", &["lacks \"walk\""]);
}
