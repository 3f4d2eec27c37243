//! The worked examples, `fixtures/skargard/scenarios.toml`: what follows from the definition of each.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::town::{Dice, Town, fixture, rows};

const FILES: [&str; 6] = ["tram", "half_headway", "bridge_out", "work_hub", "night_cut", "faster_buses"];

/// The demo with its example scenarios, and more of them.
fn town(more: &str) -> Town {
    let town = Town::new();
    fs::create_dir(town.path("scenarios")).unwrap();
    for name in FILES {
        let file = format!("scenarios/{name}.toml");
        fs::copy(fixture().join(&file), town.path(&file)).unwrap();
    }
    let study = fs::read_to_string(fixture().join("scenarios.toml")).unwrap();
    town.write("scenarios.toml", study + more);
    town
}

fn trip(town: &Town, words: &str) -> Value {
    serde_json::from_str(&town.isokron(&format!("trip scenarios.toml --json {words}")).well()).unwrap()
}

/// The routes that a trip rides.
fn ridden(trip: &Value) -> Vec<&str> {
    let legs = trip["legs"].as_array().unwrap().iter();
    legs.filter(|leg| leg["kind"] == "ride").map(|leg| leg["route"].as_str().unwrap()).collect()
}

fn winners(town: &Town, folder: &str) -> Vec<BTreeMap<String, String>> {
    rows(&town.read(&format!("out/scenarios/{folder}/winners.csv")))
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is {:?}", row[column]))
}

/// Pair of cells → seconds, where there is a journey.
fn times(town: &Town, words: &str) -> BTreeMap<(String, String), u32> {
    town.isokron(&format!("matrix scenarios.toml {words} -o times.csv")).well();
    let seconds = |row: &BTreeMap<String, String>| row["travel_time_s"].parse().ok();
    let table = rows(&town.read("times.csv")).into_iter();
    table.filter_map(|row| Some(((row["from_id"].clone(), row["to_id"].clone()), seconds(&row)?))).collect()
}

/// From a home in Lyckostrand to a job in Teknikbyn, leaving at 07:10:00: a walk of 289 s and the minute before boarding
/// end at 07:15:49; trams leave every ten minutes from 05:30 on, so at 07:20:00; 200 + 20 + 320 s later, at 07:29:00, it is
/// a walk of 61 s to the door. That is 1,201 s. Today three buses take until 08:06:35, 3,395 s.
#[test]
fn a_new_tram() {
    let town = town("\n[[period]]\nname = \"at_0710\"\ndate = 2026-03-10\ndepart = \"07:10:00/07:10:01\"\n");
    let (home, work) = ("6972506577750", "6962506581500");
    let pair = format!("--from {home} --to {work} --depart 07:10 --period morning");
    let to_stop = trip(&town, &format!("--from {home} --to stop:1078A --depart 07:10 --period morning"));
    assert_eq!((&to_stop["rides"], &to_stop["travel_time_s"]), (&0.into(), &289.into()));
    let from_stop = trip(&town, &format!("--from stop:1097A --to {work} --depart 07:10 --period morning"));
    let (before, after) = (trip(&town, &pair), trip(&town, &format!("{pair} --scenario tram")));
    assert_eq!(ridden(&after), ["Spårväg Öster"], "{after:#}");
    assert_eq!((&before["travel_time_s"], &after["travel_time_s"]), (&3395.into(), &1201.into()));
    assert_eq!(from_stop["legs"].as_array().unwrap().len(), 1, "{from_stop:#}");
    // The matrix is the kernel's, a trip the plain scan's.
    let cells = rows(&town.read("cells.csv"));
    let row = cells.iter().find(|row| row["id"] == home).unwrap();
    town.write("from.csv", format!("id,lon,lat\n{home},{},{}\n", row["lon"], row["lat"]));
    let of_pair = |words: &str| {
        let table = times(&town, &format!("--period at_0710 --origins from.csv {words}"));
        table[&(home.to_string(), work.to_string())]
    };
    assert_eq!((of_pair(""), of_pair("--scenario tram")), (3395, 1201));
}

/// Bus 1 leaves Kvarngränd's end of the line at 07:04, 07:12, …; now also at 07:08. Who comes at 07:05 is there four
/// minutes sooner, who comes at 07:10 as soon as before.
#[test]
fn half_the_headway() {
    let town = town("");
    let calls = calls(&town, "1uv10");
    let to = &calls[4].0;
    let at = |depart: &str, words: &str| {
        let words = format!("--from stop:1001B --to stop:{to} --depart {depart} --period morning {words}");
        let trip = trip(&town, &words);
        assert_eq!(ridden(&trip), ["1"], "{trip:#}");
        trip["travel_time_s"].as_u64().unwrap()
    };
    assert_eq!(at("07:05", "") - at("07:05", "--scenario half_headway"), 240);
    assert_eq!(at("07:10", ""), at("07:10", "--scenario half_headway"));
}

/// Stop, arrival and departure of a trip of the demo, s.
fn calls(town: &Town, trip: &str) -> Vec<(String, u32, u32)> {
    let seconds = |clock: &str| clock.split(':').fold(0, |sum, part| sum * 60 + part.parse::<u32>().unwrap());
    let table = rows(&town.feed("town_gtfs.zip")["stop_times.txt"]);
    let of_trip = table.iter().filter(|row| row["trip_id"] == trip);
    of_trip
        .map(|row| (row["stop_id"].clone(), seconds(&row["arrival_time"]), seconds(&row["departure_time"])))
        .collect()
}

/// A hop of h seconds takes h / 1.25, rounded half up; dwells stay.
#[test]
fn faster_buses() {
    let town = town("");
    let calls = calls(&town, "1uv10");
    let (mut before, mut after) = (calls[0].2, calls[0].2);
    for pair in calls[..5].windows(2) {
        let dwell = if pair[0].0 == calls[0].0 { 0 } else { pair[0].2 - pair[0].1 };
        let hop = pair[1].1 - pair[0].2;
        before += dwell + hop;
        after += dwell + (hop * 8 + 5) / 10;
    }
    assert!(before - after > 20, "{before} {after}");
    let arrives = |words: &str| {
        let words =
            format!("--from stop:1001B --to stop:{} --depart 07:00 --period morning {words}", calls[4].0);
        let trip = trip(&town, &words);
        7 * 3600 + trip["travel_time_s"].as_u64().unwrap()
    };
    assert_eq!((arrives(""), arrives("--scenario faster_buses")), (u64::from(before), u64::from(after)));
}

/// Lyckö lies east of 696 400 m and south of 6 579 500 m (ids of cells are easting and northing), and Lyckobron is the
/// only way there on foot: pairs over it are lost, all others take as long as before.
#[test]
fn the_bridge_is_out() {
    let town = town(
        "\n[[profile]]\nname = \"on_foot\"\nmodes = [\"walk\"]\nwalk_speed_mps = 1.2\nmax_direct_walk_s = 5400\n\
         max_travel_time_s = 5400\n",
    );
    let (before, after) = (
        times(&town, "--profile on_foot --period morning"),
        times(&town, "--profile on_foot --period morning --scenario bridge_out"),
    );
    let metres = |part: &str| part.parse::<u32>().unwrap();
    let on_lycko = |id: &str| metres(&id[..6]) >= 696_400 && metres(&id[6..]) < 6_579_500;
    let (mut over, mut beside) = (0, 0);
    for ((from, to), seconds) in &before {
        let now = after.get(&(from.clone(), to.clone()));
        if on_lycko(from) == on_lycko(to) {
            beside += 1;
            assert_eq!(now, Some(seconds), "{from} {to}");
        } else {
            over += 1;
            assert_eq!(now, None, "{from} {to}");
        }
    }
    assert_eq!(after.len(), beside);
    assert!(over > 1000 && beside > 10_000, "{over} {beside}");
}

/// The last bus from Centralen leaves at 25:15, which is 01:15 the next day.
#[test]
fn no_night_service() {
    let town = town("");
    let words = "--from stop:1034A --to stop:1147B --depart 2026-03-11T01:00 --period night";
    assert_eq!(ridden(&trip(&town, words)), ["91"]);
    assert_eq!(trip(&town, &format!("{words} --scenario night_cut")), Value::Null);
}

/// The whole run: what each scenario cannot do to anybody; and edits that undo the examples, after which there are the
/// base's bytes.
#[test]
fn the_run() {
    let town = town(
        "\n[[scenario]]\nname = \"undone\"\ninclude = [\"scenarios/tram.toml\", \"scenarios/work_hub.toml\"]\n\
         [[scenario.edit]]\nkind = \"remove_routes\"\nroute = \"tram\"\n\
         [[scenario.edit]]\nkind = \"set_opportunities\"\ncolumn = \"jobs\"\nlon = 18.390159\nlat = 59.264785\n\
         add = -500\n",
    );
    let out = town.isokron("run scenarios.toml").well();
    for period in ["morning", "night"] {
        let of = |scenario: &str| town.values(&format!("out/scenarios/{scenario}/adult-{period}/access.csv"));
        assert_eq!(of("undone"), of("base"), "{period}");
        for (scenario, never) in [
            ("tram", "lose"),
            ("half_headway", "lose"),
            ("work_hub", "lose"),
            ("bridge_out", "gain"),
            ("night_cut", "gain"),
            ("undone", "gain"),
            ("undone", "lose"),
        ] {
            let rows = winners(&town, &format!("{scenario}/adult-{period}"));
            assert!(rows.iter().all(|row| row[never] == "0"), "{scenario} {period}");
        }
    }
    for (scenario, period, some) in [
        ("tram", "morning", "gain"),
        ("half_headway", "morning", "gain"),
        ("work_hub", "night", "gain"),
        ("bridge_out", "morning", "lose"),
        ("night_cut", "night", "lose"),
        ("faster_buses", "morning", "gain"),
    ] {
        let rows = winners(&town, &format!("{scenario}/adult-{period}"));
        assert!(rows.iter().any(|row| number(row, some) > 0.0), "{scenario} {period}");
    }
    // Bus 1 runs more often until nine, and jobs move nobody: these are not routed again.
    for line in ["half_headway, adult × night", "work_hub, adult × morning", "night_cut, adult × morning"]
    {
        assert!(out.contains(&format!("scenario {line}: 0 of 681 origins routed")), "{out}");
    }
    assert!(
        out.contains("close_streets (scenarios/bridge_out.toml:2:1): 0.")
            && out.contains("km of streets closed")
    );

    // Desks for 500: exactly for those who are there in time. The nearest cell is 300 m from the station or less.
    let hub = rows(&town.read("out/scenarios/work_hub/cells.csv"));
    let base = rows(&town.read("out/scenarios/base/cells.csv"));
    let changed: Vec<_> = hub.iter().zip(&base).filter(|(now, was)| now["jobs"] != was["jobs"]).collect();
    let [(now, was)] = changed[..] else { panic!("{} cells", changed.len()) };
    assert_eq!(number(now, "jobs") - number(was, "jobs"), 500.0);
    let there = times(&town, "--period morning");
    let of = |scenario: &str| rows(&town.read(&format!("out/scenarios/{scenario}/adult-morning/access.csv")));
    let mut reached = 0;
    for (before, after) in
        of("base").iter().zip(&of("work_hub")).filter(|(row, _)| row["status"] != "unlinked")
    {
        let seconds = there.get(&(before["id"].clone(), now["id"].clone()));
        for minutes in [15, 30, 45, 60] {
            let column = format!("jobs_{minutes}min_p50");
            let within = seconds.is_some_and(|&seconds| seconds <= 60 * minutes);
            let more = if within { 500.0 } else { 0.0 };
            assert_eq!(number(after, &column) - number(before, &column), more, "{} {column}", before["id"]);
            reached += usize::from(within);
        }
    }
    assert!(reached > 1000, "{reached}");
}

/// Lines between places drawn at random: no cell reaches less of anything, by any measure of the run.
#[test]
fn a_line_more_takes_nothing_away() {
    let mut dice = Dice(7_041_971);
    let town = Town::new();
    let cells = rows(&town.read("cells.csv"));
    let mut text = fs::read_to_string(fixture().join("scenarios.toml")).unwrap();
    text.truncate(text.find("[[scenario]]").unwrap());
    for n in 0..5 {
        let stop = |k: usize, dice: &mut Dice| {
            let row = &cells[dice.below(cells.len())];
            format!("{{ id = \"n{n}_{k}\", lon = {}, lat = {} }}", row["lon"], row["lat"])
        };
        let stops: Vec<String> = (0..2 + dice.below(3)).map(|k| stop(k, &mut dice)).collect();
        text += &format!(
            "[[scenario]]\nname = \"line{n}\"\n[[scenario.edit]]\nkind = \"add_line\"\nid = \"line\"\n\
             feed = \"town_gtfs\"\nstops = [{}]\nspeed_kmh = {}\ndwell_s = {}\n\
             headways = [{{ from = \"06:00\", to = \"26:00\", headway_s = {} }}]\n",
            stops.join(", "),
            15 + dice.below(40),
            dice.below(60),
            120 + dice.below(1200),
        );
    }
    town.write("scenarios.toml", text.replace("every_s = 60", "every_s = 240"));
    town.isokron("run scenarios.toml").well();
    let mut gained = 0;
    for n in 0..5 {
        for period in ["morning", "night"] {
            let folder = format!("line{n}/adult-{period}");
            for row in rows(&town.read(&format!("out/scenarios/{folder}/changes.csv"))) {
                for (column, value) in row.iter().filter(|(column, _)| column.ends_with("_change")) {
                    // Blank where there is no value before or after.
                    let change = value.parse::<f64>().unwrap_or(0.0);
                    assert!(change >= 0.0, "{folder}: {} {column} {change}", row["id"]);
                    gained += usize::from(change > 0.0);
                }
            }
        }
    }
    assert!(gained > 100, "{gained}");
}

/// The examples in Conveyal's JSON and back: what is there the same gives the same results.
#[test]
fn to_conveyal_and_back() {
    let town = town("");
    let there = |scenario: &str, words: &str| {
        town.isokron(&format!(
            "scenario to-conveyal scenarios.toml --scenario {scenario} -o {scenario}.json {words}"
        ))
    };
    let said = there("tram", "--feed town_gtfs=5f3a").well();
    assert_eq!(said, "1 of 1 edits written to tram.json\n");
    let json: Value = serde_json::from_str(&town.read("tram.json")).unwrap();
    assert_eq!(json["modifications"][0]["stops"][1]["id"], "5f3a:1039A");
    town.isokron("scenario from-conveyal tram.json -o scenarios/tram.toml --feed 5f3a=town_gtfs").well();
    let back = town.read("scenarios/tram.toml");
    assert!(
        back.contains("stops = [\"town_gtfs:1078A\", \"town_gtfs:1039A\", \"town_gtfs:1097A\"]"),
        "{back}"
    );
    // It is a file that a study includes.
    let pair = "--from 6972506577750 --to 6962506581500 --depart 07:10 --period morning --scenario tram";
    assert_eq!(trip(&town, pair)["travel_time_s"], 1201);

    there("half_headway", "").well();
    town.isokron("scenario from-conveyal half_headway.json -o half.toml").well();
    there("faster_buses", "")
        .refused(1, &["scenarios/faster_buses.toml:2:1", "set_speed", "by routes, or by trips"]);
    assert!(!town.path("faster_buses.json").exists());
    let said = there("bridge_out", "--partly").well();
    assert!(
        said.starts_with("1 of 3 edits written to bridge_out.json\nleft out: scenarios/bridge_out.toml:"),
        "{said}"
    );
    there("nothing", "").refused(2, &["nothing", "tram"]);

    let two = r#"[{ "type": "remove-trips", "routes": ["town_gtfs:5"] }, { "type": "pickup-delay" }]"#;
    town.write("two.json", two);
    let from = |words: &str| town.isokron(&format!("scenario from-conveyal two.json -o two.toml {words}"));
    from("").refused(1, &["two.json: modification 2 (pickup-delay): is not supported yet", "zones"]);
    assert!(!town.path("two.toml").exists());
    let said = from("--partly").well();
    assert!(
        said.starts_with("1 of 2 modifications written to two.toml\nleft out: two.json: modification 2"),
        "{said}"
    );
    assert!(town.read("two.toml").contains("# Left out: two.json: modification 2 (pickup-delay)"));
    from("--feed x").refused(2, &["--feed: x is no pair of names"]);
    town.write("two.json", "[{ \"type\": \"remove-trips\" }]");
    from("--partly").refused(1, &["two.json: modification 1 (remove-trips): routes is missing"]);
}
