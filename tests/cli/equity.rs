//! `isokron equity` on the demo town and on small tables, and the equity section of a study.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::town::{Town, rows};

/// (measure, group, index) → value, lower, upper as they are written.
fn figures(text: &str) -> BTreeMap<[String; 3], [String; 3]> {
    let pick = |row: &BTreeMap<String, String>, names: [&str; 3]| names.map(|name| row[name].clone());
    rows(text)
        .iter()
        .map(|row| (pick(row, ["measure", "group", "index"]), pick(row, ["value", "lower", "upper"])))
        .collect()
}

#[test]
fn a_table_gives_what_the_run_gave() {
    let town = Town::new();
    let add = "[equity]\nstandards = { jobs_30min = [10000] }\nbootstrap = { replicates = 100, block_m = 1500 }\n\n[outputs]";
    town.edit("study.toml", "[outputs]", add);
    town.isokron("run study.toml --threads 2").well();
    let run = figures(&town.read("out/base/adult-morning/equity.csv"));
    let with_interval =
        run.values().filter(|[_, lower, upper]| !lower.is_empty() && !upper.is_empty()).count();
    assert!(with_interval > 12 * 40, "{with_interval}");
    let key = |index: &str| ["jobs_30min_p50", "all", index].map(str::to_string);
    for index in ["gini", "palma", "concentration", "fgt1_below_10000"] {
        let [value, lower, upper] = run[&key(index)].clone().map(|text| text.parse::<f64>().unwrap());
        assert!(lower < value && value < upper, "{index}: {lower} {value} {upper}");
    }
    assert!(!run.contains_key(&["jobs_15min_p50", "all", "fgt1_below_10000"].map(str::to_string)));
    let curves = town.values("out/base/adult-morning/curves.csv");
    assert!(curves.iter().any(|row| row["curve"] == "concentration"));

    // The same from the table that it wrote, as CSV and as GeoParquet, with the people of the cells' file.
    let ask = "--people cells.csv --groups low_income,middle_income,high_income --value jobs_30min_p50 \
               --standard 10000 --replicates 100 --block-m 1500";
    for table in ["access.csv", "access.parquet", "access.geojson"] {
        let said = town
            .isokron(&format!(
                "equity out/base/adult-morning/{table} {ask} -o e.csv --curves c.csv --threads 1"
            ))
            .well();
        assert!(said.contains("  95 % intervals: 100 resamples of "), "{said}");
        let again = figures(&town.read("e.csv"));
        assert!(!again.is_empty());
        for (key, figure) in &again {
            assert_eq!(figure, &run[key], "{table} {key:?}");
        }
        let of_measure = |row: &&BTreeMap<String, String>| row["measure"] == "jobs_30min_p50";
        assert!(rows(&town.read("c.csv")).iter().eq(curves.iter().filter(of_measure)), "{table}");
    }
    // Printed lines fit a terminal.
    let said = town.isokron(&format!("equity out/base/adult-morning/access.csv {ask}")).well();
    assert!(said.lines().skip_while(|line| *line != "jobs_30min_p50").all(|line| line.chars().count() <= 80));

    // What one column has more than another.
    let said = town
        .isokron(
            "equity out/base/adult-morning/access.csv --value jobs_30min_p50 --minus jobs_15min_p50 --json",
        )
        .well();
    let said: Value = serde_json::from_str(&said).unwrap();
    let mean = said["rows"].as_array().unwrap().iter().find(|row| row["index"] == "mean").unwrap();
    let of = |name: &str| run[&[name, "all", "mean"].map(str::to_string)][0].parse::<f64>().unwrap();
    assert_eq!(mean["measure"], "jobs_30min_p50 - jobs_15min_p50");
    let more = of("jobs_30min_p50") - of("jobs_15min_p50");
    assert!((mean["value"].as_f64().unwrap() - more).abs() < 1e-9 * more);
}

/// Few blocks of a small town, all indices: no share above 1, no access below 0. Once 30 of 792 ends were outside.
#[test]
fn ends_of_intervals_are_possible() {
    let town = Town::new();
    let add = "[equity]\nindices = [\"all\"]\nstandards = [500, 10000]\nbootstrap = { replicates = 200 }\n\n[outputs]";
    town.edit("study.toml", "[outputs]", add);
    town.isokron("run study.toml --threads 2").well();
    let mut ends = 0;
    for (key, figure) in figures(&town.read("out/base/adult-morning/equity.csv")) {
        let [_, _, index] = &key;
        let signed = ["concentration", "suits"].iter().any(|name| index.starts_with(name));
        let shares = [
            "gini",
            "hoover",
            "lorenz",
            "atkinson",
            "fgt",
            "share",
            "dissimilarity",
            "isolation",
            "exposure",
            "entropy",
            "concentration",
            "suits",
        ];
        let a_share =
            index != "concentration_generalised" && shares.iter().any(|name| index.starts_with(name));
        for end in figure[1..].iter().filter_map(|end| end.parse::<f64>().ok()) {
            ends += 1;
            assert!(
                signed && end >= -1.0 || end >= 0.0 || index == "concentration_generalised",
                "{key:?} {figure:?}"
            );
            assert!(!a_share || end <= 1.0, "{key:?} {figure:?}");
        }
    }
    assert!(ends > 2000, "{ends}");
}

/// What the program writes it reads: `-inf` of a logsum, `inf` of a time.
#[test]
fn infinite_values_are_results() {
    let town = Town::new();
    town.write("t.csv", "id,population,u_logsum,minutes,odd\na,1,-inf,10,1\nb,1,-3.5,inf,x\nc,2,-1,30,3\n");
    let said = town
        .isokron("equity t.csv --indices mean,median,share,ge --ge -1,2 --standard 1 -o e.csv --replicates 0")
        .well();
    assert!(
        said.contains("1 × columns left out though most of their cells are numbers, for others are not"),
        "{said}"
    );
    let found = figures(&town.read("e.csv"));
    let at = |measure: &str, index: &str| found[&[measure, "all", index].map(str::to_string)][0].clone();
    assert_eq!((at("u_logsum", "median"), at("u_logsum", "mean")), ("-3.5".into(), String::new()));
    assert_eq!(
        (at("u_logsum", "people_never"), at("u_logsum", "share_at_least_1")),
        ("1".into(), "0".into())
    );
    assert_eq!((at("minutes", "median"), at("minutes", "people_never")), ("30".into(), "1".into()));
    assert!(found.keys().all(|[measure, _, _]| measure != "odd"));
    let found = town.isokron("equity t.csv --value odd");
    assert!(found.err.contains("t.csv:3: odd is \"x\", not a number"), "{}", found.err);
    // Sums of such numbers would be infinite.
    town.write("huge.csv", "id,population,jobs\na,1,1e308\nb,1,1e308\n");
    let found = town.isokron("equity huge.csv --value jobs");
    found.refused(1, &["huge.csv:2: jobs is 1e308, more than 1e100"]);
}

/// Bounds by measure, in a run: each measure between its own; what does not fit is said.
#[test]
fn bounds_by_measure() {
    let erreygers = |bounds: &str, said: &str| {
        let town = Town::new();
        let indices =
            "indices = [\"concentration\", \"concentration_generalised\", \"concentration_erreygers\"]";
        let add =
            format!("[equity]\n{indices}\nbounds = {bounds}\nbootstrap = {{ replicates = 0 }}\n\n[outputs]");
        town.edit("study.toml", "[outputs]", &add);
        let found = town.isokron("run study.toml --threads 2");
        let diagnostics = town.read("out/base/adult-morning/../../diagnostics.csv");
        assert!(said.is_empty() || diagnostics.contains(said), "{said}\n{diagnostics}");
        found.well();
        let manifest = town.read("out/manifest.json");
        (figures(&town.read("out/base/adult-morning/equity.csv")), manifest)
    };
    let (found, manifest) = erreygers("{ jobs = [0, 100000], jobs_15min = [0, 50000] }", "");
    let at = |measure: &str, index: &str| -> f64 {
        found[&[measure, "all", index].map(str::to_string)][0].parse().unwrap()
    };
    for (measure, width) in [("jobs_15min_p50", 5e4), ("jobs_30min_p50", 1e5)] {
        let expected = 4.0 * at(measure, "concentration_generalised") / width;
        assert!((at(measure, "concentration_erreygers") - expected).abs() < 1e-9, "{measure}");
    }
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let bounds = manifest.to_string();
    assert!(bounds.contains(r#""bounds":{"jobs":[0.0,100000.0],"jobs_15min":[0.0,50000.0]}"#), "{bounds}");
    let (found, _) = erreygers("{ jobs = [0, 1] }", "equity_outside_bounds");
    let key = ["jobs_30min_p50", "all", "concentration_erreygers"].map(str::to_string);
    assert_eq!(found[&key][0], "");
    erreygers("{ jbs = [0, 1] }", "equity_unused_bounds");
}

#[test]
fn tables_of_others() {
    let town = Town::new();
    town.write("t.csv", "id;x;y;minutes;who\na;0;0;10;n\nb;3000;0;30;s\nc;0;3000;inf;s\nd;3000;3000;NA;n\n");
    let said = town
        .isokron("equity t.csv --value minutes --less-is-better --standard 20 --by who --indices fgt,share,median -o e.csv")
        .well();
    assert!(said.contains("note 1 × tables without a population: every row weighs the same"), "{said}");
    let figures = figures(&town.read("e.csv"));
    let at = |group: &str, index: &str| figures[&["minutes", group, index].map(str::to_string)][0].clone();
    // Three have a value; two of them are beyond 20 minutes, one by a third of its time, one for ever.
    assert_eq!(at("all", "fgt0_over_20").parse::<f64>().unwrap(), 2.0 / 3.0);
    let gap: f64 = at("all", "fgt1_over_20").parse().unwrap();
    assert!((gap - (1.0 / 3.0 + 1.0) / 3.0).abs() < 1e-12);
    assert_eq!((at("who_n", "share_within_20"), at("who_s", "share_within_20")), ("1".into(), "0".into()));
    assert_eq!((at("all", "median"), at("all", "cells_left_out")), ("30".into(), "1".into()));

    town.write("flat.csv", "place,people,jobs\nf,3,1\ng,1,5\n");
    let said = town.isokron("equity flat.csv --value jobs --population people --indices gini").well();
    assert!(said.contains("tables without coordinates: cells are drawn one by one"), "{said}");
    assert!(said.contains("    gini                                   0.3750"), "{said}");
}

#[test]
fn what_is_wrong_is_said() {
    let town = Town::new();
    town.write("t.csv", "id,population,jobs\na,-3,1\nb,2,x\n");
    town.write("other.csv", "id,population\na,3\n");
    for (ask, said) in [
        ("equity t.csv --value jobs", "t.csv:2: population is -3, below 0"),
        ("equity t.csv --value jobs", "t.csv:3: jobs is \"x\", not a number"),
        (
            "equity cells.csv --indices ginny",
            "--indices: no index is called \"ginny\"\n  → did you mean gini?",
        ),
        ("equity cells.csv --value jbs", "did you mean --value = \"jobs\"?"),
        ("equity cells.csv --groups low_incme", "has no column \"low_incme\""),
        ("equity cells.csv --by id", "which makes no groups"),
        ("equity cells.csv --level 2", "the level of intervals is above 0 and below 1"),
        ("equity cells.csv --standard 0", "a standard that is not above 0"),
        ("equity cells.csv --minus jobs --value jobs", "--minus leaves no other result"),
        ("equity nowhere.csv", "nowhere.csv: there is no such file"),
        ("equity cells.csv --people other.csv", "cells.csv: shares no id with other.csv"),
    ] {
        let found = town.isokron(ask);
        assert!(found.err.contains(said), "{ask}\n{}", found.err);
        assert!([1, 2].contains(&found.code), "{ask}: {}", found.code);
    }
    // A study with a wrong index stops before it routes, and so does its check.
    town.edit("study.toml", "[outputs]", "[equity]\nindices = [\"ginny\"]\n[outputs]");
    for command in ["run", "check"] {
        let found = town.isokron(&format!("{command} study.toml"));
        assert!(found.err.contains("no index is called \"ginny\""), "{}", found.err);
    }
}
