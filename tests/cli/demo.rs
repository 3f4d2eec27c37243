//! The main job on the demo town: what `run` and `matrix` write, and that it is always the same.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use parquet::data_type::Int32Type;
use serde_json::Value;

use crate::parquet_files;
use crate::town::{Town, rows};

const RESULTS: [&str; 13] = [
    "base/adult-morning/access.csv",
    "base/adult-morning/access.geojson",
    "base/adult-morning/access.parquet",
    "base/adult-morning/curves.csv",
    "base/adult-morning/equity.csv",
    "base/cells.csv",
    "base/cells.parquet",
    "diagnostics.csv",
    "manifest.json",
    "map.json",
    "report.html",
    "results.csv",
    "results.parquet",
];
/// On a skerry without a street, and on an islet with paths of its own.
const UNLINKED: &str = "6870006576250";
const ISLAND: [&str; 2] = ["7015006578500", "7017506578500"];

/// What a run wrote, without the network's files and the log.
fn results(town: &Town) -> BTreeMap<String, Vec<u8>> {
    let mut files = town.files("out");
    files.retain(|name, _| !name.starts_with("network/") && name != "run.log");
    files
}

#[test]
fn a_run_writes_what_the_design_says() {
    let town = Town::new();
    let said = town.isokron("run study.toml");
    assert_eq!(said.err, "", "bars are for terminals");
    let out = said.well();
    assert!(out.contains("base/adult-morning: 681 cells, 2 island, 1 unlinked\n"), "{out}");
    // The demo's 31,619 jobs: 16,101 are 50.9 %, and of a bar of 20 characters 10 and an eighth.
    assert!(out.contains("\n  jobs_30min_p50  16,101  50.9 %  20,192  0.319  ██████████▏\n"), "{out}");
    assert!(out.ends_with("\nResults in ./out\n"), "{out}");
    assert!(out.lines().count() <= 14, "{out}");
    assert!(
        out.lines().filter(|line| line.starts_with("  ")).all(|line| line.chars().count() <= 80),
        "{out}"
    );
    assert!(results(&town).keys().eq(RESULTS.iter()), "{:?}", results(&town).keys());

    let cells = rows(&town.read("cells.csv"));
    let table = rows(&town.read("out/base/adult-morning/access.csv"));
    assert!(cells.iter().map(|row| &row["id"]).eq(table.iter().map(|row| &row["id"])), "a row for each cell");
    let values = |row: &BTreeMap<String, String>| {
        row.iter()
            .filter(|(name, _)| name.contains("min_p50"))
            .map(|(_, value)| value.clone())
            .collect::<Vec<_>>()
    };
    for row in &table {
        let id = row["id"].as_str();
        let status = match id {
            UNLINKED => "unlinked",
            _ if ISLAND.contains(&id) => "island",
            _ => "ok",
        };
        assert_eq!(row["status"], status, "{id}");
        assert_eq!(values(row).len(), 3 * 4);
        assert!(values(row).iter().all(|value| value.is_empty() == (status == "unlinked")), "{row:?}");
        assert_eq!(row["link_m"].is_empty(), status == "unlinked");
    }
    let features: Value = serde_json::from_str(&town.read("out/base/adult-morning/access.geojson")).unwrap();
    assert_eq!(features["features"].as_array().unwrap().len(), 681);
    assert!(town.read("out/run.log").contains("CPU time"));

    // What an earlier run wrote and this one does not is gone.
    town.edit("study.toml", "[\"csv\", \"parquet\", \"geojson\"]", "[\"csv\"]\nmatrix = true");
    town.isokron("run study.toml").well();
    let now = [
        "base/adult-morning/access.csv",
        "base/adult-morning/curves.csv",
        "base/adult-morning/equity.csv",
        "base/adult-morning/matrix.parquet",
    ];
    assert!(results(&town).keys().take(4).eq(now.iter()), "{:?}", results(&town).keys());
}

#[test]
fn the_manifest_says_from_what_and_nothing_that_differs() {
    let town = Town::new();
    town.isokron("run study.toml --threads 1").well();
    let first = results(&town);
    let text = town.read("out/manifest.json");
    let manifest: Value = serde_json::from_str(&text).unwrap();
    for (list, folder) in [("inputs", ""), ("outputs", "out/")] {
        for file in manifest[list].as_array().unwrap() {
            let bytes =
                std::fs::read(town.path(&format!("{folder}{}", file["path"].as_str().unwrap()))).unwrap();
            assert_eq!(file["blake3"], blake3::hash(&bytes).to_hex().to_string());
            assert_eq!(file["bytes"], bytes.len());
        }
    }
    assert_eq!(manifest["inputs"].as_array().unwrap().len(), 4);
    assert_eq!(manifest["outputs"].as_array().unwrap().len(), RESULTS.len() - 1);
    assert!(text.contains("© OpenStreetMap contributors"));
    assert!(!text.contains(town.root().to_str().unwrap()) && !text.contains("\"/"), "no absolute path");
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    assert!(host.trim().is_empty() || !text.contains(&format!("\"{}\"", host.trim())), "no host");
    assert!(!text.contains("threads") && !text.contains("cpu"), "no clock");

    // Where the study itself has an absolute path, the file's name stands for it.
    let elsewhere = Town::new();
    elsewhere.edit("study.toml", "\"cells.csv\"", &format!("{:?}", elsewhere.path("cells.csv")));
    elsewhere.isokron("run study.toml").well();
    let text = elsewhere.read("out/manifest.json");
    assert!(text.contains("\"path\": \"cells.csv\"") && !text.contains("\"/"), "no absolute path");

    // The cache is warm and two threads work; then another folder, a cold cache.
    town.isokron("run study.toml --threads 2").well();
    let other = Town::new();
    other.isokron("run study.toml --threads 2 --quiet").well();
    for again in [results(&town), results(&other)] {
        assert!(first.keys().eq(again.keys()));
        for (name, bytes) in &first {
            assert!(*bytes == again[name], "{name} differs");
        }
    }
}

/// ((from, to), the time).
type Pair = ((String, String), Option<i32>);

fn csv_times(text: &str) -> Vec<Pair> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["from_id", "to_id", "travel_time_s", "walk_s"]);
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| ((row[0].to_string(), row[1].to_string()), row[2].parse().ok())).collect()
}

fn parquet_times(path: &std::path::Path) -> Vec<Pair> {
    let pairs = parquet_files::texts(path, "from_id").into_iter().zip(parquet_files::texts(path, "to_id"));
    pairs.zip(parquet_files::column::<Int32Type>(path, "travel_time_s")).collect()
}

#[test]
fn the_matrix_is_the_same_in_both_forms_and_adds_up_to_the_access() {
    let town = Town::without_intervals();
    town.isokron("run study.toml").well();
    let said = town.isokron("matrix study.toml -o some.csv").well();
    let times = csv_times(&town.read("some.csv"));
    assert!(said.ends_with(&format!("{} pairs in some.csv\n", grouped(times.len()))), "{said}");
    town.isokron("matrix study.toml -o some.parquet").well();
    assert!(times == parquet_times(&town.path("some.parquet")));
    town.isokron("matrix study.toml -o all.csv --all-pairs").well();
    town.isokron("matrix study.toml -o all.bin --all-pairs --format parquet").well();
    let all = csv_times(&town.read("all.csv"));
    assert!(all == parquet_times(&town.path("all.bin")));
    assert_eq!(all.len(), 681 * 681);
    assert!(all.iter().filter(|(_, time)| time.is_some()).eq(times.iter()));

    // jobs_30min_p50 is the sum of the jobs in cells within 1800 s, here in whole numbers.
    let jobs: BTreeMap<String, u64> = rows(&town.read("cells.csv"))
        .into_iter()
        .map(|row| (row["id"].clone(), row["jobs"].parse().unwrap()))
        .collect();
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for ((from, to), time) in &times {
        assert!(from != UNLINKED && to != UNLINKED, "not even to itself");
        assert!(ISLAND.contains(&from.as_str()) == ISLAND.contains(&to.as_str()), "{from} → {to}");
        assert!(from != to || *time == Some(0));
        *sums.entry(from).or_default() += if time.unwrap() <= 1800 { jobs[to] } else { 0 };
    }
    assert_eq!(sums.len(), 680, "all linked cells reach themselves");
    for row in rows(&town.read("out/base/adult-morning/access.csv")) {
        let value = &row["jobs_30min_p50"];
        assert_eq!(value.parse().ok(), sums.get(row["id"].as_str()).copied(), "{}", row["id"]);
    }

    // Origins and destinations of the command line: the same times, for they lie where cells lie. Only from a
    // cell to itself it is 0 s, and to another place in its middle the way to the street and back.
    let cells = town.read("cells.csv");
    let picked = |rows: &[usize]| {
        let lines: Vec<&str> = cells.lines().collect();
        let places: Vec<String> =
            rows.iter().map(|&row| lines[row].split(',').take(3).collect::<Vec<_>>().join(",")).collect();
        format!("id,lon,lat\n{}\n", places.join("\n"))
    };
    town.write("homes.csv", picked(&[600, 20, 333]));
    town.write("clinics.csv", picked(&[20, 100]));
    let id = |row: usize| cells.lines().nth(row).unwrap().split(',').next().unwrap().to_string();
    let of = |from: &str, to: &str| all.iter().find(|((f, t), _)| f == from && t == to).unwrap().clone();
    town.isokron("matrix study.toml -o few.csv --all-pairs --origins homes.csv --destinations clinics.csv")
        .well();
    let expected: Vec<_> =
        [600, 20, 333].iter().flat_map(|&from| [20, 100].map(|to| of(&id(from), &id(to)))).collect();
    same_but_to_itself(&csv_times(&town.read("few.csv")), &expected);
    town.isokron("matrix study.toml -o from.csv --all-pairs --origins homes.csv").well();
    let expected: Vec<_> =
        [600, 20, 333].iter().flat_map(|row| all[(row - 1) * 681..row * 681].to_vec()).collect();
    same_but_to_itself(&csv_times(&town.read("from.csv")), &expected);
    town.isokron("matrix study.toml -o to.csv --all-pairs --destinations clinics.csv").well();
    let clinics = [id(20), id(100)];
    let expected: Vec<_> = all.iter().filter(|((_, to), _)| clinics.contains(to)).cloned().collect();
    same_but_to_itself(&csv_times(&town.read("to.csv")), &expected);
}

fn same_but_to_itself(found: &[Pair], expected: &[Pair]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let itself = found.0.0 == found.0.1;
        assert!(found == expected || (itself && found.0 == expected.0 && expected.1 == Some(0)), "{found:?}");
    }
}

fn grouped(n: usize) -> String {
    format!("{},{:03}", n / 1000, n % 1000)
}

#[test]
fn percentiles_have_a_column_each() {
    let town = Town::without_intervals();
    town.edit("study.toml", "percentiles = [50]", "percentiles = [5, 50, 97.5]");
    let lines: Vec<String> = town.read("cells.csv").lines().take(31).map(str::to_string).collect();
    town.write("cells.csv", lines.join("\n") + "\n");
    town.isokron("matrix study.toml -o m.csv").well();
    let text = town.read("m.csv");
    assert!(
        text.starts_with("from_id,to_id,travel_time_p5_s,travel_time_p50_s,travel_time_p97_5_s,walk_s\n")
    );
    for row in rows(&text) {
        let time = |name: &str| row[name].parse().unwrap_or(u32::MAX);
        let times = ["travel_time_p5_s", "travel_time_p50_s", "travel_time_p97_5_s"].map(time);
        assert!(times.is_sorted() && times[0] <= 7200, "{row:?}");
    }
    // The end of a run says one percentile of each cutoff.
    let said = town.isokron("run study.toml").well();
    for (name, is_said) in [("jobs_15min_p5 ", true), ("jobs_45min_p5 ", true), ("jobs_15min_p50 ", false)] {
        assert_eq!(said.contains(name), is_said, "{name}\n{said}");
    }
}

#[test]
fn other_destinations_than_the_cells() {
    let town = Town::without_intervals();
    town.write("kiosks.csv", "id,lon,lat\nharbour,18.425017,59.280190\nsquare,18.398136,59.297049\n");
    town.edit(
        "study.toml",
        "[[period]]",
        "[[destinations]]\nname = \"kiosks\"\nfile = \"kiosks.csv\"\nid = \"id\"\n\n[[period]]",
    );
    let said = town.isokron("run study.toml").well();
    assert!(said.contains("\n  kiosks_15min_p50 "), "{said}");
    town.isokron("matrix study.toml -o m.csv").well();
    let times = csv_times(&town.read("m.csv"));
    for row in rows(&town.read("out/base/adult-morning/access.csv")) {
        let near = |((from, _), time): &&Pair| *from == row["id"] && time.unwrap() <= 3600;
        let value = &row["kiosks_60min_p50"];
        assert!(
            row["status"] == "unlinked" || *value == times.iter().filter(near).count().to_string(),
            "{row:?}"
        );
    }
    // A trip goes to them by id and takes as long.
    town.edit("study.toml", "07:00/08:00", "07:10:00/07:10:01");
    town.isokron("matrix study.toml -o m.csv").well();
    for ((from, to), time) in csv_times(&town.read("m.csv")).iter().step_by(271) {
        let said =
            town.isokron(&format!("trip study.toml --json --from {from} --to {to} --depart 07:10")).well();
        let trip: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(trip["travel_time_s"].as_i64(), time.map(i64::from), "{from} → {to}: {said}");
    }
}

#[test]
fn streets_alone_have_walks_and_need_no_period() {
    let town = Town::without_intervals();
    town.isokron("init walk.toml --osm town.osm.pbf --cells cells.csv").well();
    town.edit("walk.toml", "max_walk_s = 3600", "max_walk_s = 1800");
    let said = town.isokron("run walk.toml").well();
    assert!(said.contains("base/adult-any_time: 681 cells"), "{said}");
    town.isokron("matrix walk.toml -o m.csv").well();
    let times: BTreeMap<_, _> = csv_times(&town.read("m.csv")).into_iter().collect();
    // Walks of half an hour: some 2 km around each cell, a twentieth of the town. Back is as far as there,
    // but for the one subway that leads out only.
    assert!((20_000..60_000).contains(&times.len()), "{}", times.len());
    let same = times.iter().filter(|((a, b), time)| times.get(&(b.clone(), a.clone())) == Some(time)).count();
    assert!(same * 100 > times.len() * 95, "{same} of {}", times.len());
}

/// Nobody reads what it says: no panic, no error.
#[test]
fn a_reader_that_goes_is_no_failure() {
    let town = Town::new();
    for words in [&["check", "study.toml"][..], &["--help"], &["run", "study.toml"], &["run", "nowhere.toml"]]
    {
        let mut child = Command::new(env!("CARGO_BIN_EXE_isokron"))
            .args(words)
            .current_dir(town.root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        drop(child.stderr.take());
        let code = i32::from(words[1..] == ["nowhere.toml"]);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{words:?}");
    }
}

#[test]
fn a_dry_run_writes_no_results_and_a_memory_limit_changes_none() {
    let town = Town::without_intervals();
    let said = town.isokron("run study.toml --dry-run --threads 2").well();
    assert!(said.contains("adult × morning: 681 cells, ") && said.contains(" on 2 threads ("), "{said}");
    assert_eq!(results(&town), BTreeMap::new());
    let json: Value = serde_json::from_str(&town.isokron("run study.toml --dry-run --json").well()).unwrap();
    let number = |key: &str| json[0][key].as_f64().unwrap();
    assert!(number("events") > 0.0 && number("pushes") > 0.0 && number("cpu_s") > 0.0);

    town.isokron("run study.toml --threads 2").well();
    let free = results(&town);
    // Room for what is there and one thread and a half.
    let need = number("memory_bytes") - number("threads") * number("bytes_per_thread");
    let limit = (need + 1.5 * number("bytes_per_thread")) as u64 + (8 << 20);
    town.isokron(&format!("run study.toml --threads 64 --memory-limit {limit}")).well();
    assert_eq!(results(&town), free);
    town.isokron("run study.toml --memory-limit 1MB")
        .refused(2, &["--memory-limit 1 MiB", "with a single thread"]);
    town.isokron("run study.toml --memory-limit 1potato").refused(2, &["not a size"]);
    assert_eq!(results(&town), free);
}
