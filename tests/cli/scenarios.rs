//! `[[scenario]]` in the demo town: what follows from the definitions of its edits, cell by cell.

use std::collections::BTreeMap;

use crate::town::{Said, Town, rows};

const HUB: &str = "6937506577500";

/// The demo with scenarios, without intervals.
fn town(scenarios: &str) -> Town {
    let town = Town::without_intervals();
    town.edit("study.toml", "[\"csv\", \"parquet\", \"geojson\"]", "[\"csv\"]");
    town.edit("study.toml", "max_travel_time_s = 7200", "max_travel_time_s = 3600");
    town.write("study.toml", town.read("study.toml") + scenarios);
    town
}

fn access(town: &Town, scenario: &str) -> Vec<BTreeMap<String, String>> {
    rows(&town.read(&format!("out/{scenario}/adult-morning/access.csv")))
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is {:?}", row[column]))
}

/// An edit and its inverse, one that changes nothing: the base's bytes, of which no origin was routed anew.
#[test]
fn what_changes_nothing_gives_the_bases_bytes() {
    let town = town(
        "[[scenario]]\nname = \"there_and_back\"\n[[scenario.edit]]\nkind = \"shift\"\nroute = \"T1\"\nby_s = 300\n\
         [[scenario.edit]]\nkind = \"shift\"\nroute = \"T1\"\nby_s = -300\n\
         [[scenario]]\nname = \"as_fast\"\n[[scenario.edit]]\nkind = \"set_speed\"\nroute = \"5\"\nscale = 1.0\n",
    );
    let out = town.isokron("run study.toml").well();
    let base = town.read("out/base/adult-morning/access.csv");
    for name in ["there_and_back", "as_fast"] {
        assert_eq!(town.read(&format!("out/{name}/adult-morning/access.csv")), base, "{name}");
        assert!(out.contains(&format!("scenario {name}, adult × morning: 0 of 681 origins routed")), "{out}");
        for row in rows(&town.read(&format!("out/{name}/adult-morning/winners.csv"))) {
            assert_eq!((row["gain"].as_str(), row["lose"].as_str()), ("0", "0"), "{row:?}");
        }
    }
}

/// 500 jobs more in one cell: whoever reaches that cell has exactly 500 more, all others as many as before.
#[test]
fn a_work_hub() {
    let town = town(&format!(
        "[[scenario]]\nname = \"hub\"\n[[scenario.edit]]\nkind = \"set_opportunities\"\ncolumn = \"jobs\"\n\
         ids = [\"{HUB}\"]\nadd = 500\n"
    ));
    let out = town.isokron("run study.toml").well();
    assert!(out.contains("scenario hub, adult × morning: 0 of 681 origins routed"), "{out}");
    town.isokron("matrix study.toml -o times.csv").well();
    let to_hub: BTreeMap<String, f64> = rows(&town.read("times.csv"))
        .into_iter()
        .filter(|row| row["to_id"] == HUB)
        .map(|row| (row["from_id"].clone(), number(&row, "travel_time_s")))
        .collect();
    let (before, after) = (access(&town, "base"), access(&town, "hub"));
    let mut reached = 0;
    for (before, after) in before.iter().zip(&after).filter(|(before, _)| before["status"] != "unlinked") {
        for minutes in [15.0, 30.0, 45.0, 60.0] {
            let column = format!("jobs_{minutes}min_p50");
            let within = to_hub.get(&before["id"]).is_some_and(|&s| s <= 60.0 * minutes);
            let more = if within { 500.0 } else { 0.0 };
            assert_eq!(number(after, &column) - number(before, &column), more, "{} {column}", before["id"]);
            reached += usize::from(within);
        }
        assert_eq!(before["schools_30min_p50"], after["schools_30min_p50"]);
    }
    assert!(reached > 100, "{reached}");
    let hub = rows(&town.read("out/hub/cells.csv")).into_iter().find(|row| row["id"] == HUB).unwrap();
    let was = rows(&town.read("out/base/cells.csv")).into_iter().find(|row| row["id"] == HUB).unwrap();
    assert_eq!(number(&hub, "jobs") - number(&was, "jobs"), 500.0);
}

const SERVICE: &str = r#"
[[scenario]]
name = "more"
[[scenario.edit]]
kind = "add_line"
id = "express"
feed = "town_gtfs"
route_type = 3
stops = [{ id = "n1", lon = 18.36, lat = 59.255 }, { id = "n2", lon = 18.42, lat = 59.28 }]
speed_kmh = 40
headways = [{ from = "06:00", to = "09:00", headway_s = 300 }]

[[scenario]]
name = "less"
[[scenario.edit]]
kind = "remove_routes"
route = "5"

[[scenario]]
name = "elsewhere"
[[scenario.edit]]
kind = "move_stop"
stop = "STOP"
lon = 18.38
lat = 59.26
"#;

/// More service takes nothing from anybody, less gives nothing; and origins that an edit cannot touch are as they
/// would be if all were routed.
#[test]
fn more_and_less_service() {
    let town = Town::new();
    let feed = town.feed("town_gtfs.zip");
    let stop = feed["stops.txt"].lines().nth(5).unwrap().split(',').next().unwrap().to_string();
    let town = self::town(&SERVICE.replace("STOP", &stop));
    town.isokron("run study.toml --threads 2").well();
    let winners = |scenario: &str| rows(&town.read(&format!("out/{scenario}/adult-morning/winners.csv")));
    for (scenario, never, some) in [("more", "lose", "gain"), ("less", "gain", "lose")] {
        assert!(winners(scenario).iter().all(|row| row[never] == "0"), "{scenario}");
        assert!(winners(scenario).iter().any(|row| number(row, some) > 0.0), "{scenario}");
    }
    // Means, and so their change, are the tables'.
    let row = &winners("less")[1];
    assert_eq!(row["group"], "low_income");
    assert!((number(row, "after") - number(row, "before") - number(row, "change")).abs() < 1e-9);
    let routed = |name: &str| town.files(&format!("out/{name}"));
    let some: Vec<_> = ["more", "less", "elsewhere"].map(routed).into();
    town.isokron_with("run study.toml --threads 1", &[("ISOKRON_WITHOUT", "touched")]).well();
    assert_eq!(some, Vec::from(["more", "less", "elsewhere"].map(routed)));
    let manifest: serde_json::Value = serde_json::from_str(&town.read("out/manifest.json")).unwrap();
    assert_eq!(manifest["scenarios"][1]["edits"][0]["trips"]["added"], 0);
    assert!(manifest["scenarios"][1]["edits"][0]["trips"]["removed"].as_u64().unwrap() > 0);

    // The same from the folders alone, in both directions.
    let said = town.isokron("compare out/base out/less -o changes --replicates 0").well();
    assert!(said.contains("\n  jobs_30min_p50        0.0 %  "), "{said}");
    assert_eq!(
        town.read("changes/adult-morning/winners.csv"),
        town.read("out/less/adult-morning/winners.csv")
    );
    let back = town.isokron("compare out/less out/base --replicates 0").well();
    let line = back.lines().find(|line| line.contains("jobs_30min_p50")).unwrap();
    assert!(line.contains("%  0.0 %  ") && line.contains(" +") && line.contains("│█"), "{back}");
}

#[test]
fn what_cannot_be_compared_or_made() {
    let refused = |scenarios: &str, words: &[&str]| {
        town(&format!("[[scenario]]\nname = \"a\"\n[[scenario.edit]]\n{scenarios}"))
            .isokron("run study.toml")
            .refused(1, words)
    };
    refused("kind = \"remove_routes\"\nroute = \"TT1\"\n", &["study.toml:", "names", "\"TT1\"", "T1"]);
    refused("kind = \"remove_rotes\"\nroute = \"T1\"\n", &["remove_routes"]);
    refused("kind = \"set_opportunities\"\ncolumn = \"job\"\nids = [\"x\"]\nadd = 1\n", &["\"job\"", "jobs"]);
    let town = town("");
    town.isokron("run study.toml").well();
    town.isokron("compare out nowhere").refused(1, &["nowhere", "no such folder"]);
    town.isokron("compare out .").refused(1, &["no manifest.json"]);
    town.edit("study.toml", "cutoffs_min = [15, 30, 45, 60]", "cutoffs_min = [15, 30]");
    town.edit("study.toml", "output = \"out\"", "output = \"other\"");
    let other: Said = town.isokron("run study.toml");
    other.well();
    town.isokron("compare out other").refused(1, &["[access] differs"]);
    // The same run twice: nobody gains, nobody loses.
    let said = town.isokron("compare out out --replicates 0").well();
    assert!(said.contains("\n  jobs_15min_p50        0.0 %  0.0 %    +0.0      │\n"), "{said}");
}
