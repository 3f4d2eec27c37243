//! Tables that can be put together: each says whose it is, one holds all measures, and all forms have the same types.

use std::collections::{BTreeMap, BTreeSet};

use parquet::basic::Type as Physical;
use parquet::data_type::{DoubleType, Int64Type};
use rusqlite::Connection;
use serde_json::Value;

use crate::parquet_files::{column, texts, types};
use crate::town::{Town, rows};

/// The demo with two periods, a measure, a scenario that adds jobs and one that adds half a job, of 60 cells.
fn town(more: &str) -> Town {
    let town = Town::without_intervals();
    let lines: Vec<String> = town.read("cells.csv").lines().take(61).map(str::to_string).collect();
    town.write("cells.csv", lines.join("\n") + "\n");
    town.edit("study.toml", "[outputs]", &format!("{more}[outputs]"));
    town
}

const MORE: &str = "\
[[period]]\nname = \"night\"\ndate = 2026-03-10\ndepart = \"21:00/21:01\"\n\
[[measure]]\nkind = \"nearest\"\nof = [\"jobs\"]\n\
[[measure]]\nkind = \"cumulative\"\nname = \"near\"\nof = [\"schools\"]\ncutoffs_min = [10, 7.5]\nmean = true\n\
[[scenario]]\nname = \"hub\"\n[[scenario.edit]]\nkind = \"set_opportunities\"\ncolumn = \"jobs\"\nids = [\"ID\"]\nadd = 500\n";

#[test]
fn one_table_holds_all_measures_and_every_table_says_whose_it_is() {
    let town = town("");
    let id = town.read("cells.csv").lines().nth(5).unwrap().split(',').next().unwrap().to_string();
    let study = town.read("study.toml");
    town.write("study.toml", study.replace("[outputs]", &format!("{}[outputs]", MORE.replace("ID", &id))));
    town.isokron("run study.toml").well();

    // What the tables of access hold, by whose it is, cell and column.
    let mut wanted: BTreeMap<[String; 7], String> = BTreeMap::new();
    let mut columns = BTreeSet::new();
    for scenario in ["base", "hub"] {
        for period in ["morning", "night"] {
            for row in rows(&town.read(&format!("out/{scenario}/adult-{period}/access.csv"))) {
                assert_eq!(
                    (&row["scenario"], &row["profile"], &row["period"]),
                    (&scenario.into(), &"adult".into(), &period.into())
                );
                for (column, value) in
                    row.iter().filter(|(column, _)| column.ends_with("_p50") || column.ends_with("_mean"))
                {
                    columns.insert(column.clone());
                    // As they are named: column, cutoff, percentile; a half minute and a mean have no place of their own.
                    let (measure, cutoff, percentile) = match column.as_str() {
                        "jobs_nearest_1_s_p50" => ("jobs_nearest_1_s", "", "50"),
                        "schools_near_10min_p50" => ("schools_near", "10", "50"),
                        "schools_near_7_5min_p50" => ("schools_near_7_5min", "", "50"),
                        mean if mean.ends_with("_mean") => (mean, "", ""),
                        plain => {
                            let (measure, rest) = plain.split_once('_').unwrap();
                            (measure, rest.strip_suffix("min_p50").unwrap(), "50")
                        }
                    };
                    let key = [scenario, "adult", period, &row["id"], measure, cutoff, percentile]
                        .map(str::to_string);
                    assert_eq!(wanted.insert(key, value.clone()), None);
                }
            }
        }
    }
    assert_eq!(columns.len(), 4 * 3 + 1 + 4, "{columns:?}");
    let text = town.read("out/results.csv");
    assert!(
        text.starts_with("scenario,profile,period,id,measure,cutoff,percentile,value\n"),
        "{}",
        &text[..200]
    );
    let key = |row: &BTreeMap<String, String>| {
        ["scenario", "profile", "period", "id", "measure", "cutoff", "percentile"]
            .map(|name| row[name].clone())
    };
    let found: Vec<_> = rows(&text).iter().map(|row| (key(row), row["value"].clone())).collect();
    assert_eq!(found.len(), wanted.len());
    assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), wanted);

    // The same in Parquet.
    let path = town.path("out/results.parquet");
    let texts = ["scenario", "profile", "period", "id", "measure"].map(|name| texts(&path, name));
    let (cutoffs, percentiles) =
        (column::<Int64Type>(&path, "cutoff"), column::<DoubleType>(&path, "percentile"));
    let values = column::<DoubleType>(&path, "value");
    fn shown<T: ToString>(value: Option<T>) -> String {
        value.map_or_else(String::new, |value| value.to_string())
    }
    for (row, value) in values.iter().enumerate() {
        let [scenario, profile, period, id, measure] = [0, 1, 2, 3, 4].map(|i| texts[i][row].clone());
        let (cutoff, percentile) = (shown(cutoffs[row]), shown(percentiles[row]));
        let key = [scenario, profile, period, id, measure, cutoff, percentile];
        assert_eq!(wanted[&key], shown(*value), "{key:?}");
    }
    assert_eq!(values.len(), wanted.len());

    for (file, named) in [
        ("base/adult-night/equity.csv", ["base", "adult", "night"]),
        ("base/adult-morning/curves.csv", ["base", "adult", "morning"]),
        ("hub/adult-morning/changes.csv", ["hub", "adult", "morning"]),
        ("hub/adult-morning/winners.csv", ["hub", "adult", "morning"]),
        ("hub/adult-night/differences.csv", ["hub", "adult", "night"]),
    ] {
        let table = rows(&town.read(&format!("out/{file}")));
        assert!(!table.is_empty(), "{file}");
        for row in table {
            assert_eq!([&row["scenario"], &row["profile"], &row["period"]], named, "{file}");
        }
    }
    assert!(rows(&town.read("out/hub/cells.csv")).iter().all(|row| row["scenario"] == "hub"));

    // Commands that read tables are not misled by names that are numbers.
    town.edit("study.toml", "name = \"hub\"", "name = \"2030\"");
    town.isokron("run study.toml").well();
    let table = "out/2030/adult-morning/access.csv";
    let said =
        town.isokron(&format!("equity {table} --people out/2030/cells.csv --replicates 0 --json")).well();
    let json: Value = serde_json::from_str(&said).unwrap();
    assert!(!json.to_string().contains("\"scenario\""), "{json}");
    town.isokron("compare out/base out/2030 --replicates 0 -o changed").well();
    town.isokron("report out").well();
    town.isokron("verify study.toml --origins 3").well();

    // Who wants no such table leaves it out.
    town.edit("study.toml", "[outputs]", "[outputs]\ntidy = false");
    town.isokron("run study.toml").well();
    assert!(!town.path("out/results.csv").exists() && !town.path("out/results.parquet").exists());
}

/// Jobs, schools and people of the demo are whole, so what is summed of them is; with half a job more it is not, in any
/// scenario, for tables of one run are of one form.
#[test]
fn counts_are_whole_numbers_in_every_form() {
    let town = town("");
    let id = town.read("cells.csv").lines().nth(5).unwrap().split(',').next().unwrap().to_string();
    let study = town.read("study.toml");
    let more = MORE.replace("ID", &id);
    let with = |more: &str| {
        let forms = "[outputs]\ntables = [\"csv\", \"parquet\", \"geojson\", \"gpkg\"]\n";
        let (before, _) = study.split_once("[outputs]").unwrap();
        town.write("study.toml", format!("{before}{more}{forms}"));
        town.isokron("run study.toml").well();
    };
    with(&more);
    let whole = ["population", "jobs_30min_p50", "schools_60min_p50", "schools_near_10min_p50"];
    let double = ["lon", "link_m", "jobs_nearest_1_s_p50", "schools_near_10min_mean"];
    for scenario in ["base", "hub"] {
        let folder = town.path(&format!("out/{scenario}/adult-morning"));
        let parquet = types(&folder.join("access.parquet"));
        let gpkg = Connection::open(folder.join("access.gpkg")).unwrap();
        let sqlite = |column: &str| -> String {
            let sql = "select type from pragma_table_info('access') where name = ?";
            gpkg.query_row(sql, [column], |row| row.get(0)).unwrap()
        };
        for column in whole {
            assert_eq!(
                (parquet[column].0, sqlite(column).as_str()),
                (Physical::INT64, "INTEGER"),
                "{column}"
            );
        }
        for column in double {
            assert_eq!((parquet[column].0, sqlite(column).as_str()), (Physical::DOUBLE, "REAL"), "{column}");
        }
    }
    let changes = types(&town.path("out/hub/adult-morning/changes.parquet"));
    for (end, wanted) in [
        ("before", Physical::INT64),
        ("after", Physical::INT64),
        ("change", Physical::INT64),
        ("relative", Physical::DOUBLE),
    ] {
        assert_eq!(changes[&format!("jobs_30min_p50_{end}")].0, wanted, "{end}");
    }
    assert_eq!(types(&town.path("out/base/cells.parquet"))["jobs"].0, Physical::INT64);
    let csv = town.read("out/base/adult-morning/access.csv");

    with(&more.replace("add = 500", "add = 0.5"));
    let types = types(&town.path("out/base/adult-morning/access.parquet"));
    assert_eq!(
        (types["jobs_30min_p50"].0, types["schools_60min_p50"].0),
        (Physical::DOUBLE, Physical::INT64)
    );
    // The text of the base does not change by that.
    assert_eq!(town.read("out/base/adult-morning/access.csv"), csv);
}

#[test]
fn a_matrix_has_one_schema_whoever_writes_it() {
    let town = town("");
    town.edit("study.toml", "[outputs]", "[outputs]\nmatrix = true");
    town.isokron("run study.toml").well();
    town.isokron("matrix study.toml -o m.parquet").well();
    town.isokron("matrix study.toml -o all.parquet --all-pairs").well();
    let schema = |name: &str| types(&town.path(name));
    let of_run = schema("out/base/adult-morning/matrix.parquet");
    assert_eq!(schema("m.parquet"), of_run);
    assert_eq!(schema("all.parquet"), of_run);
    // And the same bytes.
    let bytes = |name: &str| std::fs::read(town.path(name)).unwrap();
    assert!(bytes("m.parquet") == bytes("out/base/adult-morning/matrix.parquet"));
    town.isokron("matrix study.toml -o m.csv").well();
    assert!(town.read("m.csv").starts_with("from_id,to_id,travel_time_s,walk_s\n"));
}
