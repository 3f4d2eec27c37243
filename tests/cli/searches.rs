//! `[[scenario.vary]]`, `[scenario.greedy]` and `attribute` in the demo town: as separate runs would have it.

use std::collections::BTreeMap;

use crate::town::{Town, rows};

const SITES: [&str; 3] = ["6937506577500", "6932506577750", "6962506581500"];

/// The demo with scenarios, without intervals.
fn town(scenarios: &str) -> Town {
    let town = Town::without_intervals();
    town.edit("study.toml", "[\"csv\", \"parquet\", \"geojson\"]", "[\"csv\"]");
    town.edit("study.toml", "max_travel_time_s = 7200", "max_travel_time_s = 3600");
    town.write("study.toml", town.read("study.toml") + scenarios);
    town
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is {:?}", row[column]))
}

fn figure(town: &Town, file: &str, [measure, group, index]: [&str; 3]) -> String {
    let row = rows(&town.read(file)).into_iter().find(|row| {
        (row["measure"].as_str(), row["group"].as_str(), row["index"].as_str()) == (measure, group, index)
    });
    row.unwrap_or_else(|| panic!("{measure} {group} {index} in {file}"))["value"].clone()
}

const HEADWAY: &str = r#"
[[scenario]]
name = "headway"
[[scenario.edit]]
kind = "set_headway"
route = "5"
headway_s = 900
[[scenario.vary]]
key = "headway_s"
values = [1800, 300, 900]
[scenario.rank]
by = "jobs_45min_p50"
group = "low_income"
"#;

/// Each row of a ranking is what a scenario of its own says of the same value; the fewer seconds, the better.
#[test]
fn a_ranking_is_as_separate_runs() {
    let alone = |s: u32| {
        format!(
            "[[scenario]]\nname = \"every_{s}\"\n[[scenario.edit]]\nkind = \"set_headway\"\nroute = \"5\"\nheadway_s = {s}\n"
        )
    };
    let town = town(&format!("{HEADWAY}{}{}{}", alone(300), alone(900), alone(1800)));
    assert!(town.isokron("check study.toml").well().contains("scenario headway: 3 variants"));
    let out = town.isokron("run study.toml").well();
    assert!(
        out.contains("headway: 3 variants by mean jobs_45min_p50 of low_income, adult × morning"),
        "{out}"
    );
    let ranking = rows(&town.read("out/headway/ranking.csv"));
    let order: Vec<&str> = ranking.iter().map(|row| row["headway_s"].as_str()).collect();
    assert_eq!(order, ["300", "900", "1800"], "{ranking:?}");
    let of = ["jobs_45min_p50", "low_income", "mean"];
    for (rank, row) in ranking.iter().enumerate() {
        let folder = format!("out/every_{}/adult-morning", row["headway_s"]);
        assert_eq!(
            (row["rank"].clone(), row["variant"].clone()),
            (format!("{}", rank + 1), format!("headway_{}", row["headway_s"]))
        );
        assert_eq!(row["value"], figure(&town, &format!("{folder}/equity.csv"), of));
        assert_eq!(row["change"], figure(&town, &format!("{folder}/differences.csv"), of));
    }
    assert!(number(&ranking[0], "value") > number(&ranking[2], "value"));
    // Small outputs alone, unless all are wanted; then the same ranking.
    assert_eq!(town.files("out/headway").keys().collect::<Vec<_>>(), ["ranking.csv"]);
    let before = town.read("out/headway/ranking.csv");
    town.edit("study.toml", "name = \"headway\"\n", "name = \"headway\"\nkeep = true\n");
    town.isokron("run study.toml --threads 1").well();
    assert_eq!(town.read("out/headway/ranking.csv"), before);
    assert_eq!(
        town.values("out/headway_300/adult-morning/access.csv"),
        town.values("out/every_300/adult-morning/access.csv")
    );
}

/// Jobs within reach add up: what two hubs give together is the sum of what each gives alone, so the two best alone
/// are the best pair, and a round's gain is the change that the ranking says of its choice.
#[test]
fn hubs_are_placed_best() {
    let [a, b, c] = SITES;
    let town = town(&format!(
        "[[scenario]]\nname = \"hub\"\n[[scenario.edit]]\nkind = \"set_opportunities\"\ncolumn = \"jobs\"\n\
         ids = [\"{a}\"]\nadd = 500\n[[scenario.vary]]\nkey = \"ids\"\nvalues = [[\"{a}\"], [\"{b}\"], [\"{c}\"]]\n\
         [scenario.rank]\nby = \"jobs_30min_p50\"\n[scenario.greedy]\nk = 2\n"
    ));
    let out = town.isokron("run study.toml").well();
    assert!(out.contains("  choice 2: "), "{out}");
    let ranking = rows(&town.read("out/hub/ranking.csv"));
    assert!(SITES.iter().all(|site| ranking.iter().any(|row| row["variant"] == format!("hub_{site}"))));
    let greedy = rows(&town.read("out/hub/greedy.csv"));
    assert_eq!(greedy.len(), 2);
    for (round, (choice, best)) in greedy.iter().zip(&ranking).enumerate() {
        assert_eq!((choice["round"].clone(), &choice["ids"]), ((round + 1).to_string(), &best["ids"]));
        assert!((number(choice, "gain") - number(best, "change")).abs() < 1e-6, "{choice:?} {best:?}");
        assert_eq!(choice["runner_up"], ranking[round + 1]["ids"]);
    }
    assert!(number(&greedy[0], "gain") > number(&greedy[1], "gain"), "{greedy:?}");
    // The base's passes for the results, one for all candidates, one for those of the second round.
    let routed = town.read("out/run.log").matches(" origins routed").count();
    assert_eq!(routed, 3);
}

/// More sites than one pass holds. By hand, from the matrix: a hub gives its 500 jobs to the share of the people who get
/// there within half an hour.
#[test]
fn a_hub_at_each_of_many_sites() {
    let cells = rows(&Town::new().read("cells.csv"));
    let sites: Vec<String> = cells.iter().step_by(10).map(|row| row["id"].clone()).collect();
    assert!(sites.len() > 64);
    let values: Vec<String> = sites.iter().map(|site| format!("[\"{site}\"]")).collect();
    let town = town(&format!(
        "[[scenario]]\nname = \"hub\"\n[[scenario.edit]]\nkind = \"set_opportunities\"\ncolumn = \"jobs\"\nadd = 500\n\
         [[scenario.vary]]\nkey = \"ids\"\nvalues = [{}]\n[scenario.rank]\nby = \"jobs_30min_p50\"\n",
        values.join(", ")
    ));
    let out = town.isokron("run study.toml").well();
    assert!(out.contains(&format!("… {} more in hub/ranking.csv", sites.len() - 10)), "{out}");
    // One pass for the base, two for the sites.
    assert_eq!(town.read("out/run.log").matches(" origins routed").count(), 3);
    town.isokron("matrix study.toml -o times.csv").well();
    let unlinked = rows(&town.read("out/base/adult-morning/access.csv"));
    let unlinked: Vec<String> =
        unlinked.iter().filter(|row| row["status"] == "unlinked").map(|row| row["id"].clone()).collect();
    let people: BTreeMap<&str, f64> = cells
        .iter()
        .filter(|row| !unlinked.contains(&row["id"]))
        .map(|row| (row["id"].as_str(), number(row, "population")))
        .collect();
    let mut near: BTreeMap<String, f64> = BTreeMap::new();
    for row in rows(&town.read("times.csv")).iter().filter(|row| number(row, "travel_time_s") <= 1800.0) {
        *near.entry(row["to_id"].clone()).or_default() += people.get(row["from_id"].as_str()).unwrap_or(&0.0);
    }
    let all: f64 = people.values().sum();
    let ranking = rows(&town.read("out/hub/ranking.csv"));
    assert_eq!(ranking.len(), sites.len());
    for row in &ranking {
        let expected = 500.0 * near.get(&row["ids"]).unwrap_or(&0.0) / all;
        assert!((number(row, "change") - expected).abs() < 1e-6, "{row:?}: {expected}");
    }
    assert!(ranking.windows(2).all(|pair| number(&pair[0], "value") >= number(&pair[1], "value")));
}

/// A hub and a route that goes: shares add up to the whole change, measure by measure and group by group; of the first
/// alone and the last it is what scenarios of one edit say.
#[test]
fn shares_add_up() {
    let hub = format!(
        "[[scenario.edit]]\nkind = \"set_opportunities\"\ncolumn = \"jobs\"\nids = [\"{}\"]\nadd = 5000\n",
        SITES[0]
    );
    let less = "[[scenario.edit]]\nkind = \"remove_routes\"\nroute = \"5\"\n";
    let town = town(&format!(
        "[[scenario]]\nname = \"both\"\nattribute = \"shapley\"\n{hub}{less}[[scenario]]\nname = \"hub\"\n{hub}\
         [[scenario]]\nname = \"less\"\n{less}"
    ));
    let out = town.isokron("run study.toml").well();
    assert!(out.contains("  edit 2 (remove_routes): "), "{out}");
    let table = rows(&town.read("out/both/attribution.csv"));
    let mean = |scenario: &str, row: &BTreeMap<String, String>| -> f64 {
        let file = format!("out/{scenario}/adult-morning/equity.csv");
        figure(&town, &file, [&row["measure"], &row["group"], "mean"]).parse().unwrap()
    };
    for pair in table.chunks(2).step_by(7) {
        let [first, second] = pair else { panic!("two edits") };
        let base = mean("base", first);
        let whole = mean("both", first) - base;
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}: {pair:?}");
        near(number(first, "change"), whole);
        near(number(first, "shapley") + number(second, "shapley"), whole);
        near(number(first, "alone"), mean("hub", first) - base);
        near(number(second, "alone"), mean("less", first) - base);
        near(number(second, "last"), mean("both", first) - mean("hub", first));
        // Of two causes each has the mean of what it does first and what it does last.
        near(number(first, "shapley"), (number(first, "alone") + number(first, "last")) / 2.0);
    }
    assert!(table.iter().any(|row| number(row, "shapley") > 0.0 && row["kind"] == "set_opportunities"));
    assert!(table.iter().any(|row| number(row, "alone") != number(row, "last")), "they interact somewhere");
}

#[test]
fn what_cannot_be_ranked_or_shared() {
    let refused =
        |scenarios: &str, words: &[&str]| town(scenarios).isokron("run study.toml").refused(1, words);
    refused(&HEADWAY.replace("jobs_45min_p50", "jobs_45_p50"), &["rank.by", "jobs_45min_p50"]);
    refused(&HEADWAY.replace("low_income", "low_incom"), &["rank.group", "low_income"]);
    refused(&format!("{HEADWAY}index = \"ginni\"\nperiod = \"mornin\"\n"), &["rank.period", "morning"]);
    refused(&format!("{HEADWAY}index = \"p12\"\n"), &["rank.index is \"p12\""]);
    refused(
        &HEADWAY.replace("\"headway_s\"\nvalues = [1800, 300, 900]", "\"route\"\nvalues = [\"5\", \"55\"]"),
        &["\"55\"", "variant headway_55"],
    );
    // The second edit shortens the line that the first one adds.
    refused(
        "[[scenario]]\nname = \"a\"\nattribute = \"one_at_a_time\"\n[[scenario.edit]]\nkind = \"shift\"\nroute = \"T1\"\nby_s = 60\n\
         [[scenario.edit]]\nkind = \"add_line\"\nid = \"new\"\nfeed = \"town_gtfs\"\nspeed_kmh = 40\n\
         stops = [{ id = \"n1\", lon = 18.36, lat = 59.255 }, { id = \"n2\", lon = 18.42, lat = 59.28 }]\n\
         headways = [{ from = \"06:00\", to = \"09:00\", headway_s = 300 }]\n\
         [[scenario.edit]]\nkind = \"set_headway\"\nroute = \"new\"\nheadway_s = 600\n",
        &["edit 3 (set_headway) needs edit 2 (add_line)", "attribution takes edits apart"],
    );
}
