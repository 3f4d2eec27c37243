//! `[access] contrasts`: two results of the demo town against each other, held to the two tables themselves.

use std::collections::BTreeMap;

use crate::town::Town;

const SLOW: &str = r#"
[[profile]]
name = "slow"
modes = ["walk", "transit"]
walk_speed_mps = 0.8
max_walk_s = 1800
max_transfer_walk_s = 900
board_slack_s = 60
max_travel_time_s = 7200

[[period]]
name = "night"
date = 2026-03-10
depart = "22:00/22:20"

[[measure]]
kind = "nearest"
of = ["healthcare"]
"#;

type Columns = BTreeMap<String, Vec<Option<f64>>>;

fn columns(town: &Town, file: &str) -> Columns {
    let text = town.read(file);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_string).collect();
    let mut columns = Columns::new();
    for record in reader.records() {
        for (name, field) in names.iter().zip(&record.unwrap()) {
            columns.entry(name.clone()).or_default().push(field.parse().ok());
        }
    }
    columns
}

/// The mean of everybody in an equity table, with its interval.
fn mean(town: &Town, file: &str, measure: &str) -> (f64, f64, f64) {
    let text = town.read(file);
    let line = text.lines().find(|line| line.starts_with(&format!("{measure},all,mean,"))).expect(measure);
    let numbers: Vec<f64> = line.split(',').skip(3).take(3).map(|n| n.parse().expect(line)).collect();
    (numbers[0], numbers[1], numbers[2])
}

fn town(contrasts: &str) -> Town {
    let town = Town::new();
    let access = format!("[equity]\nbootstrap = {{ replicates = 100 }}\n[access]\ncontrasts = {contrasts}");
    town.write("study.toml", &(town.read("study.toml").replace("[access]", &access) + SLOW));
    town
}

#[test]
fn profiles_and_periods_against_each_other() {
    let town = town(r#"["adult / slow", "morning - night", "adult-morning - slow-night"]"#);
    town.isokron("run study.toml --threads 2").well();
    let of = |name: &str| columns(&town, &format!("out/base/{name}/access.csv"));
    let (adult, slow, night) = (of("adult-morning"), of("slow-morning"), of("adult-night"));
    let (ratio, difference) = (of("adult_over_slow-morning"), of("adult-morning_minus_night"));
    let measures = || adult.keys().filter(|name| name.starts_with("jobs") || name.contains("nearest"));
    assert_eq!(measures().count(), 5);
    let mut compared = 0;
    for name in measures() {
        for cell in 0..adult[name].len() {
            let (a, s, n) = (adult[name][cell], slow[name][cell], night[name][cell]);
            let quotient = a.zip(s).map(|(a, s)| a / s).filter(|q| q.is_finite());
            let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
                (a, b) => a == b,
            };
            assert!(near(ratio[name][cell], quotient), "{name} {cell}: {:?} {quotient:?}", ratio[name][cell]);
            let minus = a.zip(n).map(|(a, n)| a - n).filter(|d| d.is_finite());
            assert!(near(difference[name][cell], minus), "{name} {cell}");
            compared += usize::from(quotient.is_some() && minus.is_some());
        }
    }
    assert!(compared > 1000, "{compared}");

    // The difference of the means is the mean of the differences: the same cells have both.
    let (morning, _, _) = mean(&town, "out/base/adult-morning/equity.csv", "jobs_30min_p50");
    let (evening, _, _) = mean(&town, "out/base/adult-night/equity.csv", "jobs_30min_p50");
    let (minus, lower, upper) =
        mean(&town, "out/base/adult-morning_minus_night/equity.csv", "jobs_30min_p50");
    assert!((minus - (morning - evening)).abs() < 1e-6 * morning, "{minus} {morning} {evening}");
    assert!(lower <= minus && minus <= upper);
    for file in
        ["slow_over", "slow-morning_minus_night/access.csv", "adult-morning_minus_slow-night/equity.csv"]
    {
        assert_eq!(town.path(&format!("out/base/{file}")).exists(), !file.ends_with("over"), "{file}");
    }
}

#[test]
fn contrasts_that_mean_nothing() {
    for (contrasts, said) in [
        (r#"["adult / fast"]"#, "names \"fast\", which is no profile, period or profile-period"),
        (r#"["adult / nigth"]"#, "did you mean night?"),
        (r#"["adult / night"]"#, "two profiles, two periods, or two of profile-period"),
        (r#"["adult / adult"]"#, "both are the same"),
        (r#"["adult over slow"]"#, "two names with \" / \" or \" - \" between"),
    ] {
        town(contrasts).isokron("run study.toml").refused(1, &["contrasts", said]);
    }
}
