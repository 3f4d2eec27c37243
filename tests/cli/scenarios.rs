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
    let base = town.values("out/base/adult-morning/access.csv");
    for name in ["there_and_back", "as_fast"] {
        assert_eq!(town.values(&format!("out/{name}/adult-morning/access.csv")), base, "{name}");
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
        town.values("changes/adult-morning/winners.csv"),
        town.values("out/less/adult-morning/winners.csv")
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

/// Every coordinate that an edit writes is held to the region: lon and lat exchanged, a minus sign, metres, minutes.
#[test]
fn coordinates_of_edits_are_held_to_the_region() {
    // One town, whose network is built once.
    let town = town("");
    let study = town.read("study.toml");
    let with = |edit: &str| format!("{study}[[scenario]]\nname = \"a\"\n[[scenario.edit]]\n{edit}");
    let refused = |edit: &str, words: &[&str]| {
        town.write("study.toml", with(edit));
        town.isokron("run study.toml").refused(1, words);
        assert!(!town.path("out/base").exists());
    };
    let exchanged =
        ["study.toml:", "outside of the region", "look exchanged: 18.4, 59.27 (longitude, latitude)"];
    let hub = "kind = \"set_opportunities\"\ncolumn = \"jobs\"\nadd = 500\n";
    refused(&format!("{hub}lon = 59.27\nlat = 18.4\n"), &exchanged);
    refused(&format!("{hub}lon = 59.27\nlat = 18.4\nradius_m = 500\n"), &exchanged);
    refused(
        &format!("{hub}lon = -18.4\nlat = 59.27\n"),
        &["a minus sign looks wrong or missing: 18.4, 59.27"],
    );
    refused(
        &format!("{hub}lon = -51.2\nlat = -30.0\n"),
        &["outside of the region", "longitude, then latitude"],
    );
    refused(
        &format!("{hub}lon = 1824.0\nlat = 5916.2\n"),
        &["degrees and minutes in one", "18.40000", "59.27000"],
    );
    refused(&format!("{hub}lon = 674000\nlat = 6580000\n"), &["lon is 674000", "metres of a projection"]);
    refused(&format!("{hub}lon = 18.4\nlat = 118.4\n"), &["latitudes are -90 to 90", "look exchanged"]);
    refused(&format!("{hub}lon = \"18°24'E\"\nlat = 59.27\n"), &["in decimal degrees that is 18.400000"]);
    // The nearest cell is none that is meant: 0.3° of latitude are 33 km.
    refused(
        &format!("{hub}lon = 18.4\nlat = 59.7\n"),
        &["has the point 18.4, 59.7", "km outside of the region"],
    );
    refused(
        &format!("{hub}polygon = [[59.25, 18.38], [59.25, 18.42], [59.27, 18.4]]\n"),
        &["corner 59.25, 18.38", "(and 2 more of its 3 corners do)", "look exchanged: 18.38, 59.25"],
    );
    // One corner of many.
    refused(
        &format!("{hub}polygon = [[18.38, 59.25], [59.25, 18.42], [18.4, 59.27]]\n"),
        &["corner 59.25, 18.42", "look exchanged: 18.42, 59.25"],
    );
    let people = "kind = \"move_population\"\nshare = 0.5\n";
    refused(
        &format!("{people}from = {{ lon = 59.27, lat = 18.4 }}\nto = {{ lon = 18.4, lat = 59.27 }}\n"),
        &["move_population: from: point 59.27, 18.4", "look exchanged"],
    );
    refused(
        &format!("{people}from = {{ lon = 18.4, lat = 59.27 }}\nto = {{ lon = 59.27, lat = 18.4 }}\n"),
        &["move_population: to: point 59.27, 18.4", "look exchanged"],
    );
    refused(
        "kind = \"move_stop\"\nstop = \"F1\"\nlon = 59.27\nlat = 18.4\n",
        &["stop \"F1\" to 59.27, 18.4", exchanged[2]],
    );
    let line = "kind = \"add_line\"\nid = \"x\"\nfeed = \"town_gtfs\"\nroute_type = 3\nspeed_kmh = 40\n\
                headways = [{ from = \"06:00\", to = \"09:00\", headway_s = 600 }]\n";
    let stops =
        "stops = [{ id = \"n1\", lon = 18.36, lat = 59.255 }, { id = \"n2\", lon = 59.27, lat = 18.4 }]\n";
    refused(&format!("{line}{stops}"), &["new stop \"n2\" at 59.27, 18.4", exchanged[2]]);
    refused(
        "kind = \"extend\"\nroute = \"T1\"\nafter = \"T01-1\"\nspeed_kmh = 30\nstops = [{ id = \"n\", lon = 59.27, lat = 18.4 }]\n",
        &["new stop \"n\" at 59.27, 18.4", exchanged[2]],
    );
    refused(
        "kind = \"reroute\"\nroute = \"T1\"\nfrom_stop = \"T01-1\"\nspeed_kmh = 30\nstops = [{ id = \"n\", lon = 59.27, lat = 18.4 }]\n",
        &["new stop \"n\" at 59.27, 18.4", exchanged[2]],
    );
    refused(
        "kind = \"add_street\"\nline = [[59.27, 18.4], [59.28, 18.41]]\n",
        &["line point 59.27, 18.4", exchanged[2]],
    );
    let ring = "polygon = [[59.25, 18.38], [59.25, 18.42], [59.27, 18.4]]\n";
    refused(&format!("kind = \"close_streets\"\n{ring}"), &["polygon corner 59.25, 18.38", "look exchanged"]);
    refused(&format!("kind = \"change_streets\"\nwalk_factor = 2\n{ring}"), &["polygon corner 59.25, 18.38"]);

    // The next village is of the region, and so is a town 60 km off that a new line goes to.
    let there =
        "stops = [{ id = \"n1\", lon = 18.36, lat = 59.255 }, { id = \"n2\", lon = 18.4, lat = 59.8 }]\n";
    town.write("study.toml", with(&format!("{line}{there}")));
    town.isokron("check study.toml").well();
    town.write("study.toml", format!("{study}[isochrones]\nat = [[59.27, 18.4]]\n"));
    town.isokron("run study.toml").refused(1, &["no street within 1000 m", "look exchanged: 18.4, 59.27"]);
    town.isokron("isochrone study.toml --at 18.4,-59.27")
        .refused(1, &["a minus sign looks wrong", "18.4, 59.27"]);
    town.isokron("isochrone study.toml --at 674000,6580000").refused(2, &["--at", "metres of a projection"]);
}

/// Cells and destinations, too: of a file with a minus sign too many nothing would be reached.
#[test]
fn places_of_files_are_held_to_the_streets() {
    let town = town("");
    let cells = town.read("cells.csv");
    let turned: String = cells.lines().map(|line| line.replacen(",18.", ",-18.", 1) + "\n").collect();
    town.write("cells.csv", &turned);
    town.isokron("run study.toml")
        .refused(1, &["the cells lie far from the streets", "a minus sign looks wrong or missing"]);
    town.write("cells.csv", &cells);
    town.write("shops.csv", "id,lon,lat\na,59.27,18.4\nb,59.28,18.41\n");
    town.write(
        "study.toml",
        town.read("study.toml") + "[[destinations]]\nname = \"shops\"\nfile = \"shops.csv\"\nid = \"id\"\n",
    );
    town.isokron("run study.toml")
        .refused(1, &["the destinations lie far from the streets", "lon and lat exchanged"]);
}

/// What an edit does to the service of whole routes, by the feed's own tables; and numbers that are hardly meant.
#[test]
fn edits_are_told_in_terms_of_service() {
    let town = town(
        "[[scenario]]\nname = \"often\"\n[[scenario.edit]]\nkind = \"set_headway\"\nroute = \"T1\"\n\
         headways = [{ from = \"07:00\", to = \"08:00\", headway_s = 150 }]\nretain_outside = true\n\
         [[scenario]]\nname = \"slip\"\n[[scenario.edit]]\nkind = \"set_headway\"\nroute = \"T1\"\nheadway_s = 3\n\
         [[scenario.edit]]\nkind = \"set_dwell\"\nroute = \"5\"\ndwell_s = 7200\n\
         [[scenario.edit]]\nkind = \"set_speed\"\nroute = \"T1\"\nscale = 20\n\
         [[scenario.edit]]\nkind = \"set_profile\"\nwalk_speed_mps = 12\n",
    );
    let said = town.isokron("check study.toml").well();
    for words in [
        "is that meant? a vehicle every 3 s: headway_s is in seconds, and 3 min are 180",
        "is that meant? vehicles stand 2.0 h at a stop",
        "km/h, from T",
        "is that meant? people walk 43 km/h",
    ] {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
    town.edit("study.toml", "headway_s = 3\n", "headway_s = 30\n");
    town.isokron("run study.toml").well();
    let manifest: serde_json::Value = serde_json::from_str(&town.read("out/manifest.json")).unwrap();
    let service = &manifest["scenarios"][0]["edits"][0]["service"];
    assert_eq!(service["routes"].as_array().unwrap().len(), 1);
    // All runs of T1 on the date, of which those that leave from 07:00 until before 08:00 become 24 in each direction.
    let feed = town.feed("town_gtfs.zip");
    let table = |name: &str| rows(&feed[name]);
    let runs_on: Vec<String> = table("calendar.txt")
        .into_iter()
        .filter(|row| {
            row["tuesday"] == "1"
                && row["start_date"].as_str() <= "20260310"
                && row["end_date"].as_str() >= "20260310"
        })
        .map(|row| row["service_id"].clone())
        .collect();
    let mut first: BTreeMap<String, (i64, String)> = BTreeMap::new();
    let mut last: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for row in table("stop_times.txt") {
        let n: i64 = row["stop_sequence"].parse().unwrap();
        let trip = row["trip_id"].clone();
        if first.get(&trip).is_none_or(|known| n < known.0) {
            first.insert(trip.clone(), (n, row["departure_time"].clone()));
        }
        if last.get(&trip).is_none_or(|known| n > known.0) {
            last.insert(trip, (n, row["arrival_time"].clone()));
        }
    }
    let clock = |text: &str| text.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap());
    let (mut runs, mut within, mut seconds) = (0, 0, 0);
    for row in table("trips.txt")
        .iter()
        .filter(|row| row["route_id"] == "T1" && runs_on.contains(&row["service_id"]))
    {
        let departs = clock(&first[&row["trip_id"]].1);
        runs += 1;
        within += i64::from((7 * 3600..8 * 3600).contains(&departs));
        seconds += clock(&last[&row["trip_id"]].1) - departs;
    }
    assert!(runs > 50 && within > 2, "{runs} {within}");
    assert_eq!(service["before"]["runs"], runs);
    assert_eq!(service["after"]["runs"], runs - within + 48);
    let hours = service["before"]["vehicle_h"].as_f64().unwrap();
    assert!((hours - seconds as f64 / 3600.0).abs() < 1e-9, "{hours}");
    let line = manifest["scenarios"][0]["edits"][0]["service"]["routes"][0]["route"].as_str().unwrap();
    assert_eq!(line, "town_gtfs:T1");
    let diagnostics = town.read("out/diagnostics.csv");
    assert!(diagnostics.contains("edit_unlikely"), "{diagnostics}");
}

/// `compare` says what the run said: indices, standards, groups by income, what matters, of the study; contrasts are no
/// results to compare.
#[test]
fn compare_takes_the_studys_equity() {
    let town =
        town("[[scenario]]\nname = \"less\"\n[[scenario.edit]]\nkind = \"remove_routes\"\nroute = \"5\"\n");
    town.edit(
        "study.toml",
        "[equity]\nbootstrap = { replicates = 0 }",
        "[equity]\nindices = [\"mean\", \"gini\", \"share\", \"fgt\"]\nincome_groups = 3\n\
         standards = { jobs_30min = [1000], jobs = [400] }\nmaterial_change = { jobs = \"5%\", schools = 1 }\n\
         bootstrap = { replicates = 100, seed = 5, block_m = 1500, level = 0.9 }",
    );
    town.edit("study.toml", "[access]", "[access]\ncontrasts = [\"morning - noon\"]");
    town.edit(
        "study.toml",
        "[[profile]]",
        "[[period]]\nname = \"noon\"\ndate = 2026-03-10\ndepart = \"12:00/12:10\"\n\n[[profile]]",
    );
    let run = town.isokron("run study.toml").well();
    assert!(run.contains("who changes by less than 5% or 1 neither gains nor loses"), "{run}");
    let said = town.isokron("compare out/base out/less -o changes").well();
    let contrast = town.files("out/base").into_keys().find(|name| {
        name.contains("morning") && !name.contains("adult-morning/") && name.ends_with("equity.csv")
    });
    let contrast = contrast.expect("a contrast").split('/').next().unwrap().to_string();
    assert!(
        said.contains(&format!("note: contrasts are comparisons already, and left out: {contrast}")),
        "{said}"
    );
    assert!(!said.contains(&format!("\n{contrast}\n")), "{said}");
    for window in ["adult-morning", "adult-noon"] {
        for file in ["winners.csv", "differences.csv", "changes.csv"] {
            let of_run = town.values(&format!("out/less/{window}/{file}"));
            assert_eq!(town.values(&format!("changes/{window}/{file}")), of_run, "{window} {file}");
        }
    }
    let differences = rows(&town.read("changes/adult-morning/differences.csv"));
    let has = |index: &str| differences.iter().any(|row| row["index"] == index);
    assert!(has("gini") && has("share_at_least_1000") && has("share_at_least_400") && !has("palma"));
    assert!(differences.iter().any(|row| row["group"].contains("of_3")), "groups by income");
    // Relative changes, by the two tables of equity where they are over the same cells.
    let before = rows(&town.read("out/base/adult-morning/equity.csv"));
    let mut seen = 0;
    for row in differences.iter().filter(|row| row["index"] == "mean" && !row["relative"].is_empty()) {
        let was = before
            .iter()
            .find(|other| ["measure", "group", "index"].iter().all(|key| other[*key] == row[*key]));
        let was = number(was.expect("the same row"), "value");
        assert!((number(row, "before") - was).abs() <= 1e-9 * was.abs(), "{row:?}");
        assert!((number(row, "relative") - number(row, "value") / was).abs() < 1e-12, "{row:?}");
        seen += 1;
    }
    assert!(seen > 5, "{seen}");
    // Who loses 5 % or more of the jobs, counted from the table of cells.
    let cells = rows(&town.read("changes/adult-morning/changes.csv"));
    assert_eq!(
        town.read("changes/adult-morning/changes.csv")
            .lines()
            .next()
            .unwrap()
            .split(',')
            .take(5)
            .collect::<Vec<_>>(),
        ["id", "lon", "lat", "status", "population"]
    );
    let losers = cells.iter().filter(|row| !row["jobs_30min_p50_before"].is_empty());
    let losers = losers.filter(|row| {
        let (was, change) = (number(row, "jobs_30min_p50_before"), number(row, "jobs_30min_p50_change"));
        change < 0.0 && -change >= 0.05 * was
    });
    let people: f64 = losers.map(|row| number(row, "population")).sum();
    let winners = rows(&town.read("changes/adult-morning/winners.csv"));
    let row = winners.iter().find(|row| row["measure"] == "jobs_30min_p50" && row["group"] == "all").unwrap();
    assert!((number(row, "lose") - people).abs() < 1e-6 && people > 0.0, "{row:?} {people}");
    assert_eq!(row["material_change"], "5%");
    let any = cells.iter().filter(|row| row["jobs_30min_p50_change"].starts_with('-'));
    assert!(any.map(|row| number(row, "population")).sum::<f64>() > people, "some lose less than that");

    town.isokron(&format!("compare out/base/{contrast} out/less/{contrast}"))
        .refused(1, &["but a contrast", &contrast, "a comparison already"]);
    // Other settings in the second run: said, and the first's are taken.
    town.edit("study.toml", "income_groups = 3", "income_groups = 2");
    town.edit("study.toml", "output = \"out\"", "output = \"other\"");
    town.isokron("run study.toml").well();
    let said = town.isokron("compare out/base other/less -o others").well();
    assert!(
        said.starts_with("note: [equity] differs between out and other: that of out is used\n"),
        "{said}"
    );
    assert_eq!(
        town.read("others/adult-noon/differences.csv"),
        town.read("changes/adult-noon/differences.csv")
    );
}
