//! `[[measure]]` in a study of the demo town: the columns that come, that they are the same whatever the threads, and
//! the same as `isokron access` makes of the matrix of the same study.

use std::collections::BTreeMap;

use crate::town::Town;

const MEASURES: &str = r#"
[[measure]]
kind = "cumulative"
cutoffs_min = [30, 45]
of = ["jobs"]
mean = true
[[measure]]
kind = "dual"
amounts = [1000]
of = ["jobs"]
[[measure]]
kind = "nearest"
direction = "passive"
[[measure]]
kind = "gravity"
name = "near"
direction = "passive"
of = ["low_income"]
decay = "exponential"
half_life_min = 10
[[measure]]
kind = "spatial_availability"
of = ["jobs"]
decay = "exponential"
half_life_min = 10
[[measure]]
kind = "doubly_constrained"
of = ["jobs"]
decay = "exponential"
half_life_min = 10
[[measure]]
kind = "mean_time"
of = ["jobs"]
within_min = 30
[[measure]]
kind = "completeness"
cutoffs_min = [15]
"#;

/// Columns by name, row by row, of a CSV.
fn columns(text: &str) -> BTreeMap<String, Vec<Option<f64>>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_string).collect();
    let mut columns: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for record in reader.records() {
        for (name, field) in names.iter().zip(&record.unwrap()) {
            columns.entry(name.clone()).or_default().push(field.parse().ok());
        }
    }
    columns
}

#[test]
fn a_study_with_measures_is_the_same_from_its_matrix() {
    same_from_the_matrix("depart = \"07:00/08:00\"");
}

/// Routing then goes from destinations to origins.
#[test]
fn so_is_one_with_a_window_of_arrivals() {
    same_from_the_matrix("arrive = \"07:00/08:00\"");
}

fn same_from_the_matrix(window: &str) {
    let town = Town::without_intervals();
    let study = town.read("study.toml").replace("depart = \"07:00/08:00\"", window) + MEASURES;
    town.write("study.toml", &study);
    // How far balancing came is said, and stands in the diagnostics.
    let balanced =
        "note 1 × doubly constrained: balanced until all margins held (jobs_doubly_constrained_potential: ";
    let said = town.isokron("run study.toml --threads 1").well();
    assert!(said.contains(balanced), "{said}");
    let kept = town.read("out/diagnostics.csv");
    assert!(kept.contains("doubly_constrained_balanced,note,base/adult-morning,"), "{kept}");
    let one = town.read("out/base/adult-morning/access.csv");
    town.isokron("run study.toml --threads 2").well();
    assert_eq!(town.read("out/base/adult-morning/access.csv"), one);
    let run = columns(&one);

    town.isokron("matrix study.toml -o times.parquet").well();
    let flags = "-m cumulative:cutoffs_min=30+45,of=jobs -m dual:amounts=1000,of=jobs -m nearest:direction=passive \
                 -m gravity:name=near,direction=passive,of=low_income,decay=exponential,half_life_min=10 \
                 -m spatial_availability:decay=exponential,half_life_min=10,of=jobs \
                 -m doubly_constrained:decay=exponential,half_life_min=10,of=jobs -m mean_time:within_min=30,of=jobs \
                 -m completeness:cutoffs_min=15,of=jobs+schools+healthcare";
    town.isokron(&format!("access times.parquet --land-use cells.csv -o access.csv {flags}")).well();
    let access = columns(&town.read("access.csv"));
    assert_eq!(access.len(), 14);
    for (name, values) in access.iter().filter(|(name, _)| *name != "id") {
        let streamed = &run[&format!("{name}_p50")];
        let mut compared = 0;
        for (a, b) in streamed.iter().zip(values) {
            // Blank only where the cell is not linked: the matrix cannot tell that.
            let (Some(a), Some(b)) = (a, b) else { continue };
            assert!(a == b || (a - b).abs() <= 1e-9 * b.abs(), "{name}: {a} and {b}");
            compared += 1;
        }
        assert_eq!(compared, 680, "{name}");
    }
    // What [access] counts in its own way.
    assert_eq!(run["jobs_30min_p50"], run["jobs_cumulative_30min_p50"]);
    // The mean over departures is another figure, but not far on the whole.
    let sum = |name: &str| run[name].iter().flatten().sum::<f64>();
    let (median, mean) = (sum("jobs_cumulative_30min_p50"), sum("jobs_cumulative_30min_mean"));
    assert!(median != mean && (median / mean - 1.0).abs() < 0.1, "{median} and {mean}");
    // On a skerry without a street nothing is known.
    let skerry = run["id"].iter().position(|id| *id == Some(6_870_006_576_250.0)).unwrap();
    assert_eq!(
        (run["jobs_dual_1000_s_p50"][skerry], run["population_passive_nearest_1_s_p50"][skerry]),
        (None, None)
    );
}

#[test]
fn wrong_measures_are_found_before_anything_is_read() {
    let town = Town::without_intervals();
    let study = town.read("study.toml");
    town.write("study.toml", format!("{study}[[measure]]\nkind = \"gravity\"\ndecay = \"linear\"\n"));
    town.isokron("run study.toml")
        .refused(1, &["measure.decay is \"linear\"", "linear_from_start", "study.toml:"]);
    town.write("study.toml", format!("{study}[[measure]]\nkind = \"dual\"\namounts = 9\nof = \"shops\"\n"));
    town.isokron("run study.toml").refused(1, &["dual: of names \"shops\""]);
    // check tells what it has read first.
    let said = town.isokron("check study.toml");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("dual: of names \"shops\""), "{}", said.err);
    town.write("study.toml", format!("{study}[[measure]]\nkind = \"cumulative\"\ncutoffs_min = 150\n"));
    town.isokron("check study.toml")
        .refused(1, &["cumulative reaches 150 min, above max_travel_time_s = 7200"]);
    town.nothing_half_written();
}

/// With two profiles the logsum over both is ln(Σ exp) of the two; the one of each is in its own table.
#[test]
fn a_logsum_runs_over_profiles() {
    let town = Town::without_intervals();
    let study = town
        .read("study.toml")
        .replace("[access]", "[[profile]]\nname = \"walker\"\nmodes = [\"walk\"]\n[access]")
        + "[[measure]]\nkind = \"logsum\"\nrate_per_min = 0.05\nof = [\"jobs\"]\n";
    town.write("study.toml", study);
    town.isokron("run study.toml").well();
    let of = |file: &str| columns(&town.read(&format!("out/base/{file}")))["jobs_logsum_p50"].clone();
    let both = of("over_profiles_morning.csv");
    let (adult, walker) = (of("adult-morning/access.csv"), of("walker-morning/access.csv"));
    let mut compared = 0;
    for ((both, adult), walker) in both.iter().zip(&adult).zip(&walker) {
        let (Some(both), Some(adult), Some(walker)) = (both, adult, walker) else { continue };
        assert!((both - (adult.exp() + walker.exp()).ln()).abs() < 1e-9 || both == adult);
        assert!(both >= adult && both >= walker);
        compared += 1;
    }
    assert_eq!(compared, 680);
}
