//! Windows of arrivals and whole days, and access by hour, as the command line gives them.

use std::collections::BTreeMap;

use crate::town::{Dice, Town, rows};

const WINDOW: &str = "depart = \"07:00/08:00\"";
const NAME: &str = "out/base/adult-morning";

fn town(window: &str) -> Town {
    let town = Town::without_intervals();
    town.edit("study.toml", WINDOW, window);
    town
}

/// With a measure that is infinite for everybody.
fn with_never(window: &str) -> Town {
    let town = town(window);
    let never = "[[measure]]\nkind = \"dual\"\nname = \"never\"\namounts = 1000000000\nof = [\"jobs\"]\n";
    town.write("study.toml", town.read("study.toml") + never);
    town
}

/// (from, to) → time.
fn matrix(town: &Town, words: &str) -> BTreeMap<(String, String), u32> {
    town.isokron(&format!("matrix study.toml -o m.csv {words}")).well();
    let time = |row: BTreeMap<String, String>| {
        ((row["from_id"].clone(), row["to_id"].clone()), row["travel_time_s"].parse().unwrap())
    };
    rows(&town.read("m.csv")).into_iter().map(time).collect()
}

/// The matrix comes from the mirrored kernel, destination by destination; the access of the run from its marks.
#[test]
fn arrivals_add_up_to_the_access() {
    let town = town("arrive = \"07:30/07:45\"");
    town.isokron("run study.toml --threads 2").well();
    let times = matrix(&town, "");
    let cells = rows(&town.read("cells.csv"));
    let access = rows(&town.read(&format!("{NAME}/access.csv")));
    assert!(town.read("out/manifest.json").contains("\"arrive\": \"07:30:00/07:45:00\""));
    let mut reached = 0;
    for row in access.iter().filter(|row| row["status"] != "unlinked") {
        for minutes in [15, 30, 45] {
            // Whole jobs: their sum is exact in any order.
            let jobs: f64 = cells
                .iter()
                .filter(|cell| {
                    let pair = (row["id"].clone(), cell["id"].clone());
                    times.get(&pair).is_some_and(|&time| time <= minutes * 60)
                })
                .map(|cell| cell["jobs"].parse::<f64>().unwrap())
                .sum();
            assert_eq!(row[&format!("jobs_{minutes}min_p50")].parse::<f64>().unwrap(), jobs, "{}", row["id"]);
            reached += usize::from(jobs > 0.0);
        }
    }
    assert!(reached > 1000, "{reached}");
    // The same bytes on one thread.
    let first = town.files("out");
    town.isokron("run study.toml --threads 1").well();
    let again = town.files("out");
    let told = |name: &str| name.ends_with("run.log") || name.starts_with("network/");
    for (name, bytes) in first.iter().filter(|(name, _)| !told(name)) {
        assert!(again[name] == *bytes, "{name} differs");
    }
}

/// `trip --arrive` is the plain scan's.
#[test]
fn trips_arrive_when_the_matrix_says() {
    for (by, next) in [("08:10:00", "08:10:01"), ("00:20:00", "00:20:01")] {
        let town = town(&format!("arrive = \"{by}/{next}\""));
        let times = matrix(&town, "");
        let mut dice = Dice(20_260_310);
        let mut cells = rows(&town.read("cells.csv"));
        cells.retain(|row| row["id"] != "6870006576250");
        let mut ridden = 0;
        for _ in 0..12 {
            let (from, to) = (&cells[dice.below(cells.len())]["id"], &cells[dice.below(cells.len())]["id"]);
            let words = format!("trip study.toml --json --from {from} --to {to} --arrive {by}");
            let found: serde_json::Value = serde_json::from_str(&town.isokron(&words).well()).unwrap();
            let known = times.get(&(from.clone(), to.clone())).copied();
            assert_eq!(found["travel_time_s"].as_u64(), known.map(u64::from), "{words}");
            ridden += u32::from(found["rides"].as_u64() > Some(0));
        }
        assert!(ridden > 2, "{ridden}");
    }
}

#[test]
fn an_arrival_in_words() {
    let town = Town::without_intervals();
    let trip =
        |when: &str| town.isokron(&format!("trip study.toml --from 6935006576750 --to 6915006582500 {when}"));
    // `a_trip_in_words` leaves at 07:10:43 at the latest and is there at 07:40:31.
    let said = trip("--arrive 07:40:31").well();
    let first = said.lines().next().unwrap();
    assert_eq!(first, "7:10 → 7:41 (Europe/Stockholm): 30 min, 1 ride; there at 7:41", "{said}");
    // Being there half a minute later needs no later departure, but takes longer.
    let said = trip("--arrive 07:41:01").well();
    assert!(said.starts_with("7:10 → 7:41 (Europe/Stockholm): 30 min, 1 ride; there at 7:41"), "{said}");
    // By midnight one leaves the day before.
    let said = trip("--arrive 00:15").well();
    assert!(said.contains(" the day before → 0:15 (Europe/Stockholm)"), "{said}");
    trip("").refused(2, &["--depart <TIME>|--arrive <TIME>"]);
    trip("--arrive 07:30 --depart 07:10").refused(2, &["cannot be used with"]);
    trip("--arrive soon").refused(2, &["--arrive: soon is no time"]);
    trip("--arrive 9999-12-31T10:00")
        .refused(1, &["--arrive: 10:00:00 on 9999-12-31", "is beyond the calendar"]);
}

/// An hour of a longer window is the run of a study with just that hour, byte for byte. A time that is infinite for
/// somebody has no mean in either.
#[test]
fn hours_are_windows_of_their_own() {
    for key in ["depart", "arrive"] {
        let town = with_never(&format!("{key} = \"06:30/08:15\""));
        town.edit("study.toml", "[access]", "[access]\nby_hour = true");
        town.isokron("run study.toml").well();
        let by_hour = town.read(&format!("{NAME}/access_by_hour.csv"));
        let means = rows(&town.read(&format!("{NAME}/means_by_hour.csv")));
        let never = |row: &&BTreeMap<String, String>| row["measure"] == "jobs_never_1000000000_s_p50";
        assert!(
            means.iter().filter(never).count() > 0
                && means.iter().filter(never).all(|row| row["mean"].is_empty())
        );
        let hours = [("06:30", "07:00"), ("07:00", "08:00"), ("08:00", "08:15")];
        let cells = rows(&town.read("cells.csv")).len();
        assert_eq!(by_hour.lines().count(), 1 + hours.len() * cells);
        assert!(town.path(&format!("{NAME}/access_by_hour.parquet")).exists());
        for (i, (start, end)) in hours.iter().enumerate() {
            let one = with_never(&format!("{key} = \"{start}/{end}\""));
            // An hour like any other: no table by hour.
            one.edit("study.toml", "[access]", "[access]\nby_hour = true");
            one.isokron("run study.toml").well();
            assert!(!one.path(&format!("{NAME}/access_by_hour.csv")).exists());
            let access = one.read(&format!("{NAME}/access.csv"));
            for (line, whole) in by_hour.lines().skip(1 + i * cells).zip(access.lines().skip(1)) {
                // id, hour, measures; id, lon, lat, status, link_m, population, measures.
                let (mine, whole): (Vec<&str>, Vec<&str>) =
                    (line.split(',').collect(), whole.split(',').collect());
                assert_eq!((mine[0], mine[1]), (whole[0], *start));
                assert_eq!(mine[2..], whole[6..], "{start}");
            }
            // Groups by income are the equity table's alone.
            let means_of = |row: &&BTreeMap<String, String>| {
                row["index"] == "mean" && !row["group"].starts_with("income_")
            };
            for row in rows(&one.read(&format!("{NAME}/equity.csv"))).iter().filter(means_of) {
                let same = |mean: &&BTreeMap<String, String>| {
                    (&mean["hour"], &mean["measure"], &mean["group"])
                        == (&start.to_string(), &row["measure"], &row["group"])
                };
                assert_eq!(means.iter().find(same).map(|mean| &mean["mean"]), Some(&row["value"]), "{row:?}");
            }
        }
    }
}

#[test]
fn a_whole_day_and_the_end_of_the_calendar() {
    let town = town("depart = \"00:00/24:00\"");
    let said = town.isokron("run study.toml").well();
    assert!(said.contains("base/adult-morning: 681 cells"), "{said}");
    town.edit("study.toml", "date = 2026-03-10", "date = 9999-12-31");
    town.isokron("run study.toml").refused(
        1,
        &[
            "[[period]] morning: 00:00:00 on 9999-12-31 in Europe/Stockholm is beyond the calendar",
            "choose a date nearer to today",
        ],
    );
}

#[test]
fn findings_name_the_places_of_the_command_line() {
    let town = Town::without_intervals();
    town.write("clinics.csv", "id,lon,lat\nfar,10.0,50.0\nnear,18.425017,59.280190\n");
    let said = town.isokron("matrix study.toml --destinations clinics.csv -o m.csv --json").well();
    // The town has a cell without a street as well.
    for place in ["destinations", "cells"] {
        assert!(said.contains(&format!("\"{place}: doubt 1 × places without a street")), "{said}");
    }
}
