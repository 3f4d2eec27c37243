//! Results of older formats are read as long as `base::format` says so, those of a newer one refused with a word.
//! `fixtures/old/v1` was made by isokron 0.1.0, before manifests and Parquet files said their format; `v1_sums` by the
//! last one that wrote format 1.

use std::fs;
use std::path::Path;

use isokron::base::format;
use serde_json::Value;
use tempfile::TempDir;

use crate::parquet_files::{self, Written};
use crate::town::{Town, rows};

/// A copy of a folder and all below it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(path, to.join(name)).unwrap();
        }
    }
}

/// The demo town with old results of `fixtures/old` in `old/v1`, as they lie in the repository.
fn old(which: &str) -> Town {
    let town = Town::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    copy(&root.join("old").join(which), &town.path("old/v1"));
    // Its study asks for the streets and feeds of the demo in its own place.
    fs::create_dir(town.path("skargard")).unwrap();
    for file in ["town.osm.pbf", "town_gtfs.zip", "town_ferry.zip"] {
        fs::copy(town.path(file), town.path("skargard").join(file)).unwrap();
    }
    town
}

#[test]
fn results_of_format_1_are_read_by_every_command() {
    let said = read_by_every_command("v1", &Value::Null);
    assert!(said.contains("5 cells × 2 tables computed anew"), "{said}");
}

#[test]
fn sums_of_format_1_may_differ_in_their_last_digits() {
    // Every cell of both windows and scenarios.
    let said = read_by_every_command("v1_sums", &1.into());
    assert!(said.contains("5 cells × 4 tables computed anew"), "{said}");
    assert!(said.contains("numbers may differ from the 12th digit on"), "{said}");
    let town = old("v1_sums");
    let verify = "verify old/v1/results --study old/v1/study.toml --origins 20";
    assert!(town.isokron(verify).well().contains("20 cells × 4 tables computed anew"));
    // Of the present format all digits count, and some are others: the fixture shows what it is there for.
    let manifest = town.read("old/v1/results/manifest.json");
    let present = format!("\"format\": {}", format::RESULTS);
    town.write("old/v1/results/manifest.json", manifest.replacen("\"format\": 1", &present, 1));
    let faults = |word: &str| {
        let ended = town.isokron(verify);
        assert_eq!(ended.code, 1, "{}", ended.err);
        assert!(ended.err.contains(word), "no {word:?} in:\n{}", ended.err);
    };
    faults("jobs_who_p50 is ");
    // Other digits than the last are wrong of any format.
    town.write("old/v1/results/manifest.json", &manifest);
    let table = "old/v1/results/base/adult-morning/access.csv";
    let text = town.read(table);
    let row = rows(&text).remove(0);
    let value = &row["jobs_who_p50"];
    let other = (value.parse::<f64>().unwrap() * (1.0 + 1e-10)).to_string();
    town.write(table, text.replacen(value, &other, 1));
    faults(&format!("jobs_who_p50 is {other}, computed anew "));
}

/// Reads old results by all commands; what `verify` says.
fn read_by_every_command(which: &str, format: &Value) -> String {
    let town = old(which);
    let manifest: Value = serde_json::from_str(&town.read("old/v1/results/manifest.json")).unwrap();
    assert_eq!((&manifest["version"], &manifest["format"]), (&"0.1.0".into(), format));

    town.isokron("report old/v1/results").well();
    assert!(town.read("old/v1/results/report.html").contains(&format!("old_{which}")));

    let before = "old/v1/results/base/adult-morning";
    let after = "old/v1/results/often/adult-morning";
    let said =
        town.isokron("compare old/v1/results/base old/v1/results/often -o changes --replicates 0").well();
    assert!(said.contains("jobs_30min_p50"), "{said}");
    // What the run itself found then, but for the intervals, which were not asked for now.
    let of = |text: &str| {
        rows(text)
            .into_iter()
            .map(|row| {
                (row["measure"].clone(), row["group"].clone(), row["gain"].clone(), row["before"].clone())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(&town.read("changes/adult-morning/winners.csv")),
        of(&town.read(&format!("{after}/winners.csv")))
    );

    for table in ["access.csv", "access.parquet"] {
        let words = format!(
            "equity {before}/{table} --people old/v1/results/base/cells.csv --groups low_income,high_income --replicates 0 -o {table}.csv"
        );
        town.isokron(&words).well();
    }
    assert_eq!(town.read("access.csv.csv"), town.read("access.parquet.csv"));
    let mean = |text: &str| {
        let row = |row: &std::collections::BTreeMap<String, String>| {
            row["measure"] == "jobs_30min_p50" && row["group"] == "all" && row["index"] == "mean"
        };
        rows(text).iter().find(|r| row(r)).map(|row| row["value"].clone())
    };
    assert_eq!(mean(&town.read("access.csv.csv")), mean(&town.read(&format!("{before}/equity.csv"))));

    // From the matrix the same access as the run has: origins and destinations are the twenty cells.
    let words = format!(
        "access {before}/matrix.parquet --land-use old/v1/cells.csv -m cumulative:cutoffs_min=30,of=jobs,name=jobs -o again.csv"
    );
    town.isokron(&words).well();
    let column = |text: &str, name: &str| -> Vec<(String, f64)> {
        rows(text).iter().map(|row| (row["id"].clone(), row[name].parse().unwrap())).collect()
    };
    let again = town.read("again.csv");
    let name =
        again.lines().next().unwrap().split(',').find(|name| name.starts_with("jobs_")).unwrap().to_string();
    assert_eq!(column(&again, &name), column(&town.read(&format!("{before}/access.csv")), "jobs_30min_p50"));

    town.isokron("verify old/v1/results --study old/v1/study.toml --origins 5").well()
}

#[test]
fn results_of_a_later_isokron_are_refused_with_a_word() {
    let town = old("v1");
    let manifest = town.read("old/v1/results/manifest.json");
    let newer = format::RESULTS + 1;
    let with =
        |format: u64| manifest.replacen("\"version\":", &format!("\"format\": {format},\n  \"version\":"), 1);
    town.write("old/v1/results/manifest.json", with(newer));
    let word = format!(
        "manifest.json: is of format {newer}, and this isokron knows results up to format {}",
        format::RESULTS
    );
    for command in [
        "report old/v1/results",
        "compare old/v1/results/base old/v1/results/often",
        "verify old/v1/results --study old/v1/study.toml",
    ] {
        town.isokron(command).refused(1, &[&word, "read it with the isokron that wrote it, or a later one"]);
    }
    town.write("old/v1/results/manifest.json", with(format::RESULTS));
    town.isokron("report old/v1/results").well();
    // Tables say it too.
    let folder = TempDir::new().unwrap();
    let table = folder.path().join("newer.parquet");
    parquet_of(&table, newer);
    for command in
        ["equity TABLE --replicates 0", "access TABLE --land-use TABLE -m nearest:of=jobs -o a.csv"]
    {
        let command = command.replace("TABLE", table.to_str().unwrap());
        town.isokron(&command).refused(1, &[&format!("newer.parquet: is of format {newer}")]);
    }
    parquet_of(&table, format::RESULTS);
    town.isokron(&format!("equity {} --replicates 0", table.display())).well();
}

/// A table with one cell that says its format.
fn parquet_of(path: &Path, format: u64) {
    use parquet::file::metadata::KeyValue;
    use parquet::file::properties::WriterProperties;

    let columns = [("id", Written::Texts(&["a", "b"])), ("jobs", Written::Numbers(&[Some(1.0), Some(2.0)]))];
    let pair = KeyValue::new(format::KEY.to_string(), format.to_string());
    let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![pair])).build();
    parquet_files::write(fs::File::create(path).unwrap(), &columns, properties, 1);
}
