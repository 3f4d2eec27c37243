//! `trip`: one journey, and that it takes as long as the matrix says.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::town::{Dice, Town, rows};

fn json(town: &Town, words: &str) -> Value {
    serde_json::from_str(&town.isokron(&format!("trip study.toml --json {words}")).well()).unwrap()
}

/// Seconds of `HH:MM:SS`.
fn seconds(clock: &Value) -> i64 {
    let parts = clock.as_str().unwrap().split(':').map(|part| part.parse::<i64>().unwrap());
    parts.fold(0, |sum, part| sum * 60 + part)
}

/// The matrix is the kernel's, `trip` the plain scan's.
#[test]
fn trips_take_as_long_as_the_matrix_says() {
    let town = Town::without_intervals();
    let departures = ["05:40:00", "07:10:00", "12:34:56", "17:45:01", "23:20:00"];
    let mut study = town.read("study.toml");
    for (i, departure) in departures.iter().enumerate() {
        let next = format!("{}{}", &departure[..7], &departure[7..].parse::<u32>().unwrap() + 1);
        study +=
            &format!("\n[[period]]\nname = \"p{i}\"\ndate = 2026-03-10\ndepart = \"{departure}/{next}\"\n");
    }
    town.write("study.toml", study);
    let mut dice = Dice(20_260_310);
    let mut cells = rows(&town.read("cells.csv"));
    // A place without a street is refused.
    cells.retain(|row| row["id"] != "6870006576250");
    let mut ridden = 0;
    for (i, departure) in departures.iter().enumerate() {
        // Five that differ: a fifth of the table apart.
        let first = dice.below(cells.len());
        let froms: Vec<_> = (0..5).map(|k| &cells[(first + k * cells.len() / 5) % cells.len()]).collect();
        let lines: Vec<String> =
            froms.iter().map(|row| format!("{},{},{}\n", row["id"], row["lon"], row["lat"])).collect();
        town.write("from.csv", format!("id,lon,lat\n{}", lines.concat()));
        town.isokron(&format!("matrix study.toml --period p{i} --origins from.csv --all-pairs -o m.csv"))
            .well();
        let times: BTreeMap<(String, String), Option<i64>> = rows(&town.read("m.csv"))
            .into_iter()
            .map(|row| ((row["from_id"].clone(), row["to_id"].clone()), row["travel_time_s"].parse().ok()))
            .collect();
        for (k, from) in froms.iter().enumerate() {
            let to = &cells[dice.below(cells.len())];
            // By id, or by place, with the date or on that of a period.
            let ends = match k {
                0 => format!("{},{} --to {},{}", from["lon"], from["lat"], to["lon"], to["lat"]),
                1 => format!("{} --to {},{}", from["id"], to["lon"], to["lat"]),
                _ => format!("{} --to {}", from["id"], to["id"]),
            };
            let when =
                if k < 3 { format!("2026-03-10T{departure}") } else { format!("{departure} --period p0") };
            let found = json(&town, &format!("--from {ends} --depart {when}"));
            let expected = times[&(from["id"].clone(), to["id"].clone())];
            assert_eq!(found["travel_time_s"].as_i64(), expected, "{ends} at {when}: {found:#}");
            if expected.is_some() {
                ridden += found["rides"].as_i64().unwrap();
                told_without_gaps(&found, departure);
            }
        }
    }
    assert!(ridden > 20, "{ridden} rides");
}

/// Legs follow each other in time and place, the first from the start, the last to the goal.
fn told_without_gaps(found: &Value, departure: &str) {
    let mut now = seconds(&found["departs"]);
    let mut at = "start".to_string();
    let mut rides = 0;
    for leg in found["legs"].as_array().unwrap() {
        assert_eq!(leg["from"], at.as_str(), "{found:#}");
        let walk = leg["kind"] == "walk";
        let starts = seconds(&leg[if walk { "starts" } else { "departs" }]);
        assert!(now <= starts, "{found:#}");
        now = if walk { starts + leg["seconds"].as_i64().unwrap() } else { seconds(&leg["arrives"]) };
        rides += i64::from(!walk && leg["stayed_seated"] == false);
        at = leg["to"].as_str().unwrap().to_string();
    }
    assert_eq!((at.as_str(), now), ("goal", seconds(&found["arrives"])), "{found:#}");
    assert_eq!(found["rides"], rides);
    assert_eq!(now - seconds(&departure.into()), found["travel_time_s"].as_i64().unwrap());
}

#[test]
fn a_trip_in_words() {
    let town = Town::without_intervals();
    let said = town.isokron("trip study.toml --from 6935006576750 --to 6915006582500 --depart 07:10").well();
    let first = said.lines().next().unwrap();
    // There at 07:40:31, after 30 min 31 s; early enough is 07:10:43.
    assert_eq!(
        first, "7:10 → 7:41 (Europe/Stockholm): 31 min, 1 ride; leaving at 7:10 is early enough",
        "{said}"
    );
    // On foot at 1.2 m/s: seconds, minutes and metres of a leg are of one length.
    let found = json(&town, "--from 6935006576750 --to 6915006582500 --depart 07:10");
    let walks: Vec<&Value> =
        found["legs"].as_array().unwrap().iter().filter(|leg| leg["kind"] == "walk").collect();
    assert!(!walks.is_empty());
    let ride = found["legs"].as_array().unwrap().iter().find(|leg| leg["kind"] == "ride").unwrap();
    let minutes = (seconds(&ride["arrives"]) - seconds(&ride["departs"]) + 30) / 60;
    let line = format!("ride T1 towards Björkhöjden, {minutes} min: Hamntorget (T07-2) → ");
    assert!(said.contains(&line), "{said}");
    for walk in walks {
        let (seconds, metres) = (walk["seconds"].as_f64().unwrap(), walk["metres"].as_f64().unwrap());
        assert!((metres - 1.2 * seconds).abs() <= 0.5, "{walk}");
        let minutes = (seconds / 60.0).round();
        let way = if metres < 950.0 {
            format!("{} m", (metres / 10.0).round() * 10.0)
        } else {
            format!("{:.1} km", metres / 1000.0)
        };
        assert!(said.contains(&format!("  walk {minutes} min ({way}): ")), "{walk} in {said}");
    }

    let itself =
        town.isokron("trip study.toml --from 6935006576750 --to 6935006576750 --depart 07:10").well();
    assert!(itself.starts_with("7:10 → 7:10 (Europe/Stockholm): 0 min, on foot"), "{itself}");
    let cut_off = "trip study.toml --from 6935006576750 --to 7015006578500 --depart 07:10";
    assert_eq!(
        town.isokron(cut_off).well(),
        "No journey from 6935006576750 to 7015006578500 within 120 min, leaving 7:10 or later.\n"
    );
    assert_eq!(town.isokron(&format!("{cut_off} --json")).well(), "null\n");
}

#[test]
fn places_of_every_kind() {
    let town = Town::without_intervals();
    // The ferry leaves F1 at 07:10 or so: no walk, but board_slack_s of waiting.
    let ferry = json(&town, "--from stop:F1 --to stop:F2 --depart 07:00");
    let legs = ferry["legs"].as_array().unwrap();
    let rides: Vec<_> = legs.iter().filter(|leg| leg["kind"] == "ride").collect();
    assert_eq!((rides.len(), &rides[0]["feed"]), (1, &Value::from("town_ferry")), "{ferry:#}");
    assert!(seconds(&rides[0]["departs"]) - seconds(&ferry["departs"]) >= 60, "{ferry:#}");
    assert_eq!(json(&town, "--from stop:town_ferry:F1 --to stop:town_ferry:F2 --depart 07:00"), ferry);
    assert_eq!(json(&town, "--from stop:F1 --to stop:F1 --depart 07:00")["travel_time_s"], 0);
    // From the pier's own place it is a walk of no length to the stop, or close to none.
    let near = json(&town, "--from 18.425017,59.280190 --to stop:F2 --depart 07:00");
    assert_eq!(near["arrives"], ferry["arrives"]);
    // A stop that one walks to.
    let walk = json(&town, "--from 18.425017,59.280190 --to stop:F1 --depart 07:00");
    assert!(walk["rides"] == 0 && walk["travel_time_s"].as_i64().unwrap() < 60, "{walk:#}");
}

#[test]
fn places_and_times_that_are_none() {
    let town = Town::without_intervals();
    let trip = |from: &str, to: &str, depart: &str| {
        town.isokron(&format!("trip study.toml --from {from} --to {to} --depart {depart}"))
    };
    // Negative longitudes are no options.
    trip("-51.2,-30.0", "stop:F1", "07:10").refused(2, &["-51.2,-30: no street within 1000 m", "LON,LAT"]);
    trip("stop:F1", "-51.2,-30.0", "07:10").refused(2, &["-51.2,-30: no street within 1000 m"]);
    trip("59.30,18.40", "stop:F1", "07:10").refused(
        2,
        &["59.3,18.4: no street", "in this order?", "look exchanged: 18.4, 59.3 (longitude, latitude)"],
    );
    trip("-18.40,59.26", "stop:F1", "07:10").refused(2, &["a minus sign looks wrong", "18.4, 59.26"]);
    trip("674000,6580000", "stop:F1", "07:10").refused(2, &["is no id", "metres of a projection"]);
    trip("1824.0,5915.6", "stop:F1", "07:10").refused(2, &["degrees and minutes in one", "18.40000"]);
    trip("59°15'36\"N,18°24'E", "stop:F1", "07:10").refused(2, &["longitude first: 18.400000,59.260000"]);
    trip("nowhere", "stop:F1", "07:10")
        .refused(2, &["nowhere: is no id of a cell or destination, and not LON,LAT"]);
    trip("1,2,3", "stop:F1", "07:10").refused(2, &["1,2,3: is no id"]);
    trip("18.3,59.2,x", "stop:F1", "07:10").refused(2, &["18.3,59.2,x: is no id"]);
    trip("181,0", "stop:F1", "07:10").refused(2, &["181,0: is no id"]);
    trip("stop:X9", "stop:F1", "07:10").refused(2, &["stop:X9: no feed has this stop"]);
    trip("stop:town_gtfs:F1", "stop:F1", "07:10").refused(2, &["no feed has this stop"]);
    trip("stop:T01", "stop:F1", "07:10")
        .refused(2, &["stop:T01: no trip calls here", "stop:T01-1, stop:T01-2"]);
    trip("6870006576250", "stop:F1", "07:10")
        .refused(1, &["cell 6870006576250: this cell has no street within 1000 m"]);
    for depart in ["7h", "soon", "2026-02-30T07:10", "07:10:99"] {
        trip("stop:F1", "stop:F2", depart).refused(2, &[&format!("--depart: {depart} is no time")]);
    }
    // The night of 2026-03-29 has no 02:30.
    trip("stop:F1", "stop:F2", "2026-03-29T02:30")
        .refused(1, &["--depart: 02:30:00 on 2026-03-29 in Europe/Stockholm does not exist"]);
}
