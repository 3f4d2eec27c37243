//! Laws of the equity indices on random cells, and how often their intervals hold the truth.

use isokron::base::executor::{Executor, Quiet};
use isokron::inputs::raw::Column;
use isokron::measures::equity::register::{Index, IndexRange, help, indices, table};
use isokron::measures::equity::{ALL, Bootstrap, EquityRow, Interval, Measure, People, Settings, equity};
use proptest::prelude::*;

use crate::intervals::Field;

/// Cells as a test draws them.
#[derive(Clone, Debug)]
struct Town {
    values: Vec<f64>,
    people: Vec<f64>,
    /// Part of the first group, the rest being the second.
    share: Vec<f64>,
    income: Vec<f64>,
    /// Whether it is known where cells are.
    places: bool,
}

fn towns() -> impl Strategy<Value = Town> {
    let cell = (
        prop_oneof![1 => Just(0.0), 6 => 1.0..1000.0, 1 => Just(7.0)],
        prop_oneof![1 => Just(0.0), 6 => 0.5..100.0],
        prop_oneof![1 => Just(0.0), 1 => Just(1.0), 4 => 0.0..1.0],
        prop_oneof![1 => Just(f64::NAN), 3 => (1u8..6).prop_map(f64::from), 4 => 1.0..50.0],
    );
    prop::collection::vec(cell, 1..90).prop_map(|cells| Town {
        values: cells.iter().map(|c| c.0).collect(),
        people: cells.iter().map(|c| c.1).collect(),
        share: cells.iter().map(|c| c.2).collect(),
        income: cells.iter().map(|c| c.3).collect(),
        places: false,
    })
}

fn all() -> Settings {
    Settings {
        indices: indices().map(|index| index.name.to_string()).collect(),
        bootstrap: Bootstrap { replicates: 0, ..Bootstrap::default() },
        atkinson: vec![0.001, 0.5, 1.0, 2.0],
        ge: vec![-1.0, 0.5, 2.0],
        ..Settings::default()
    }
}

impl Town {
    fn part(&self, of: fn(f64) -> f64) -> Vec<f64> {
        self.people.iter().zip(&self.share).map(|(people, &share)| people * of(share)).collect()
    }

    fn figures(&self, settings: &Settings, standards: &[f64]) -> Vec<EquityRow> {
        let values: Vec<Option<f64>> = self.values.iter().copied().map(Some).collect();
        let part = |name: &str, of: fn(f64) -> f64| Column { name: name.into(), values: self.part(of) };
        let groups = [part("a", |share| share), part("b", |share| 1.0 - share)];
        // In rows of ten, 100 m apart.
        let places: Vec<(f64, f64)> =
            (0..self.values.len()).map(|i| ((i % 10 * 100) as f64, (i / 10 * 100) as f64)).collect();
        let people = People {
            population: Some(&self.people),
            groups: &groups,
            income: Some(&self.income),
            places_m: self.places.then_some(&places),
            ..People::default()
        };
        let measure = Measure { name: "m", values: &values, less_is_better: false, standards };
        equity(&measure, &people, settings, &Quiet).unwrap()
    }

    fn picked(&self, cells: impl Iterator<Item = usize> + Clone, people: f64, value: f64) -> Town {
        let pick = |column: &[f64], times: f64| cells.clone().map(|cell| column[cell] * times).collect();
        Town {
            values: pick(&self.values, value),
            people: pick(&self.people, people),
            share: pick(&self.share, 1.0),
            income: pick(&self.income, 1.0),
            places: false,
        }
    }
}

/// Figures and the ends of their intervals lie in the range that the register tells.
fn in_range(index: &Index, rows: &[EquityRow], values: &[f64]) -> Result<(), TestCaseError> {
    let of = |range| match range {
        IndexRange::From(low, high) => (low, high),
        IndexRange::Measure => {
            values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)))
        }
    };
    let (low, high) = of(index.range);
    // A mean of values that are all alike ends where rounding ends.
    let (low, high) =
        if index.range == IndexRange::Measure { (low - 1e-9, high + 1e-9) } else { (low, high) };
    // The rows of an index are called as it is, or as what its words in the register begin with.
    let stem = index.name.trim_end_matches("_by_group").trim_end_matches("_parts");
    let own = |row: &&EquityRow| match stem {
        "quantiles" => ["p10", "p25", "p75", "p90"].contains(&row.index.as_str()),
        "theil" => row.index.starts_with("theil_"),
        "ge" | "atkinson" | "kolm" | "lorenz" | "fgt" | "share" | "exposure" => row.index.starts_with(stem),
        "dissimilarity_rates" => row.index.starts_with(stem),
        stem => row.index == stem,
    };
    for row in rows.iter().filter(own) {
        for end in [row.value, row.lower, row.upper].into_iter().flatten() {
            prop_assert!((low..=high).contains(&end), "{} {:?} {low} {high}", index.name, row);
        }
        prop_assert!(row.lower <= row.upper, "{row:?}");
    }
    Ok(())
}

fn at(rows: &[EquityRow], group: &str, index: &str) -> f64 {
    let row = rows.iter().find(|row| row.group == group && row.index == index);
    row.and_then(|row| row.value).unwrap_or(f64::NAN)
}

/// The same figures but for rounding; those that count cells aside.
fn alike(a: &[EquityRow], b: &[EquityRow], except: &[&str]) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        if a.index == "cells_left_out" || except.contains(&a.index.as_str()) {
            continue;
        }
        let same = match (a.value, b.value) {
            (Some(x), Some(y)) => (x - y).abs() <= 1e-9 * x.abs().max(1.0),
            (x, y) => x == y,
        };
        prop_assert!(same, "{:?} {:?}", a, b);
    }
    Ok(())
}

/// Plain formulas, pair by pair or straight from the definition.
fn plain_gini(town: &Town) -> f64 {
    let n = town.values.len();
    let total: f64 = town.people.iter().sum();
    let sum: f64 = town.values.iter().zip(&town.people).map(|(v, p)| v * p).sum();
    let mut apart = 0.0;
    for i in 0..n {
        for j in 0..n {
            apart += town.people[i] * town.people[j] * (town.values[i] - town.values[j]).abs();
        }
    }
    if sum == 0.0 { 0.0 } else { apart / (2.0 * total * sum) }
}

/// C = (2/μ) Σ p (A − μ)(r − ½), with the rank of a cell from all pairs: poorer people, and half of those alike.
fn plain_concentration(town: &Town) -> f64 {
    let known: Vec<usize> = (0..town.values.len()).filter(|&i| !town.income[i].is_nan()).collect();
    let total: f64 = known.iter().map(|&i| town.people[i]).sum();
    let mean = known.iter().map(|&i| town.people[i] * town.values[i]).sum::<f64>() / total;
    let mut sum = 0.0;
    for &i in &known {
        let before = |&j: &usize| match town.income[j].total_cmp(&town.income[i]) {
            std::cmp::Ordering::Less => town.people[j],
            std::cmp::Ordering::Equal => town.people[j] / 2.0,
            std::cmp::Ordering::Greater => 0.0,
        };
        let rank = known.iter().map(before).sum::<f64>() / total;
        sum += town.people[i] / total * (town.values[i] - mean) * (rank - 0.5);
    }
    if mean == 0.0 { 0.0 } else { 2.0 * sum / mean }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn indices_keep_their_laws(town in towns(), factor in 0.01..100.0f64, turn in 0usize..90) {
        prop_assume!(town.people.iter().sum::<f64>() > 0.0);
        let rows = town.figures(&all(), &[50.0]);
        let of = |index: &str| at(&rows, ALL, index);

        // Definitions, the slow way.
        prop_assert!((of("gini") - plain_gini(&town)).abs() < 1e-9);
        let plain = plain_concentration(&town);
        prop_assert!(plain.is_nan() || (of("concentration") - plain).abs() < 1e-9, "{} {plain}", of("concentration"));

        // Ranges.
        prop_assert!((0.0..=1.0).contains(&of("gini")));
        prop_assert!(of("theil_t") >= 0.0 && of("kolm_0_5") >= 0.0);
        for index in ["atkinson_0_5", "atkinson_1", "atkinson_2", "fgt0_below_50", "fgt1_below_50", "fgt2_below_50"] {
            prop_assert!((0.0..=1.0).contains(&of(index)), "{index} {}", of(index));
        }
        prop_assert!(of("fgt0_below_50") >= of("fgt1_below_50") && of("fgt1_below_50") >= of("fgt2_below_50"));
        prop_assert!(((of("fgt0_below_50") + of("share_at_least_50")) - 1.0).abs() < 1e-12);
        prop_assert!(of("concentration").is_nan() || of("concentration").abs() <= 1.0);

        // Atkinson rises with ε, and vanishes with it.
        prop_assert!(of("atkinson_0_5") <= of("atkinson_1") + 1e-12 && of("atkinson_1") <= of("atkinson_2") + 1e-12);
        // Near ε = 0 it is ε times Theil's T.
        let (small, theil) = (of("atkinson_0_001"), 0.001 * of("theil_t"));
        prop_assert!((small - theil).abs() < 0.05 * theil + 1e-9, "{small} {theil}");

        // What lies between and within adds up to the whole, over groups that part the people.
        for kind in ["theil_t", "theil_l"] {
            let part = |part: &str| at(&rows, "by_group", &format!("{kind}{part}"));
            if of(kind).is_finite() {
                prop_assert!((part("_between") + part("_within") - of(kind)).abs() < 1e-9);
                prop_assert!(part("_between") >= -1e-12 && part("_within") >= -1e-12);
            }
        }
        // Within a group: the same as if its people were all there are.
        for (name, group) in [("a", town.part(|share| share)), ("b", town.part(|share| 1.0 - share))] {
            let alone = Town { people: group, ..town.clone() }.figures(&all(), &[]);
            for index in ["gini", "theil_t", "theil_l", "palma", "concentration"] {
                let (found, own) = (at(&rows, name, index), at(&alone, ALL, index));
                prop_assert!(found.is_nan() && own.is_nan() || (found - own).abs() < 1e-9, "{name} {index} {found} {own}");
            }
        }
        // Whom a group lives among adds up to everybody, where groups part the people.
        for (own, other) in [("a", "b"), ("b", "a")] {
            let met = at(&rows, own, "isolation") + at(&rows, own, &format!("exposure_to_{other}"));
            prop_assert!(met.is_nan() || (met - 1.0).abs() < 1e-9, "{met}");
        }
        // Two groups: the multigroup indices are those of either.
        for (index, of_all) in [("dissimilarity", "dissimilarity_multigroup"), ("entropy", "entropy")] {
            let (two, many) = (at(&rows, "a", index), at(&rows, "by_group", of_all));
            prop_assert!(two.is_nan() && many.is_nan() || (two - many).abs() < 1e-9, "{index} {two} {many}");
        }
        let hoover = of("hoover");
        prop_assert!(hoover <= of("gini") + 1e-12 && of("gini") <= hoover * (2.0 - hoover) + 1e-9);
        for index in indices() {
            in_range(index, &rows, &town.values)?;
        }
        prop_assert!(at(&rows, "a", "dissimilarity").is_nan() || (0.0..=1.0 + 1e-12).contains(&at(&rows, "a", "dissimilarity")));

        // A cell that is split in two, other units, another order of the cells: nothing changes.
        let n = town.values.len();
        let split = town.picked((0..n).chain(0..n), 0.5, 1.0);
        alike(&rows, &split.figures(&all(), &[50.0]), &[])?;
        let turned = town.picked((0..n).map(|i| (i + turn) % n), 1.0, 1.0);
        alike(&rows, &turned.figures(&all(), &[50.0]), &[])?;
        // `palma_interpolated` counts people one by one, so that it is not free of their unit.
        let people = town.picked(0..n, factor, 1.0);
        alike(&rows, &people.figures(&all(), &[50.0]), &["people", "people_without_income", "palma_interpolated"])?;

        // Indices of shares do not see the unit of the measure, the others follow it.
        let scaled = town.picked(0..n, 1.0, factor).figures(&all(), &[50.0 * factor]);
        for (a, b) in rows.iter().zip(&scaled) {
            let follows = ["mean", "median", "p10", "p25", "p75", "p90", "kolm_0_5", "concentration_generalised"];
            let times = if follows.contains(&a.index.as_str()) { factor } else { 1.0 };
            // A value at a standard may fall on its other side by rounding.
            let border = a.index.ends_with(|c: char| c.is_ascii_digit()) && a.index.contains('_') && !a.index.starts_with("atk");
            let same = match (a.value, b.value) {
                (Some(x), Some(y)) => (x * times - y).abs() <= 1e-9 * y.abs().max(1.0),
                (x, y) => x == y,
            };
            prop_assert!(same || border, "{:?} {:?}", a, b);
        }
    }

    /// The poorest have least and the richest most: concentration is the Gini index.
    #[test]
    fn concentration_by_access_itself_is_gini(town in towns()) {
        prop_assume!(town.people.iter().sum::<f64>() > 0.0);
        let town = Town { income: town.values.clone(), ..town };
        let rows = town.figures(&all(), &[]);
        prop_assert!((at(&rows, ALL, "gini") - at(&rows, ALL, "concentration")).abs() < 1e-9);
        // And shared as income is, Suits's index is 0.
        let suits = at(&rows, ALL, "suits");
        prop_assert!(suits.is_nan() || suits.abs() < 1e-9, "{suits}");
    }

    /// Equal incomes are one, in whatever order and however split.
    #[test]
    fn equal_incomes_have_no_order(town in towns()) {
        prop_assume!(town.people.iter().sum::<f64>() > 0.0);
        let rows = Town { income: vec![3.0; town.values.len()], ..town }.figures(&all(), &[]);
        let zero = at(&rows, ALL, "concentration");
        prop_assert!(zero.abs() < 1e-12, "{zero}");
        let suits = at(&rows, ALL, "suits");
        prop_assert!(suits.is_nan() || suits.abs() < 1e-12);
    }
}

pub fn settings(indices: &[&str], bootstrap: Bootstrap) -> Settings {
    Settings {
        indices: indices.iter().map(|name| name.to_string()).collect(),
        bootstrap,
        ..Settings::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// No interval ends where its index cannot be: with few blocks of all sizes, stretched or not, by both ways.
    #[test]
    fn intervals_stay_in_their_ranges(town in towns(), block in 0usize..4, bca in any::<bool>(), level in 0.5..0.999) {
        prop_assume!(town.people.iter().sum::<f64>() > 0.0);
        let interval = if bca { Interval::Bca } else { Interval::Percentile };
        let block_m = [0.0, 150.0, 300.0, 500.0][block];
        let plan = Bootstrap { replicates: 150, block_m, interval, level, ..Bootstrap::default() };
        let town = Town { places: true, ..town };
        let rows = town.figures(&Settings { bootstrap: plan, kernel_m: 250.0, ..all() }, &[50.0]);
        for index in indices() {
            in_range(index, &rows, &town.values)?;
        }
    }
}

/// Tasks in another order, as threads would run them.
struct ReverseSearch;

impl Executor for ReverseSearch {
    fn each(&self, n: usize, task: &(dyn Fn(usize) + Sync)) -> isokron::base::error::Result<()> {
        std::thread::scope(|scope| {
            scope.spawn(|| (0..n / 2).rev().for_each(task));
            scope.spawn(|| (n / 2..n).rev().for_each(task));
        });
        Ok(())
    }
}

#[test]
fn intervals_do_not_depend_on_threads_or_the_order_of_cells() {
    let field = Field::new(24, 3, 5);
    let places = field.places();
    let values: Vec<Option<f64>> = field.values.iter().copied().map(Some).collect();
    let people: Vec<f64> = (0..values.len()).map(|i| (i * 7 % 13) as f64).collect();
    let income: Vec<f64> = field.values.iter().map(|v| v.sqrt()).collect();
    let (se, income_se) = (vec![1.0; values.len()], vec![0.2; values.len()]);
    let who = People {
        population: Some(&people),
        income: Some(&income),
        population_se: Some(&se),
        income_se: Some(&income_se),
        places_m: Some(&places),
        ..People::default()
    };
    let names: Vec<&str> = indices().map(|index| index.name).collect();
    let plan = Bootstrap { replicates: 200, block_m: 400.0, ..Bootstrap::default() };
    let measure = Measure { name: "m", values: &values, less_is_better: false, standards: &[1.0] };
    let rows = equity(&measure, &who, &settings(&names, plan), &Quiet).unwrap();
    assert_eq!(rows, equity(&measure, &who, &settings(&names, plan), &ReverseSearch).unwrap());
    let gini = rows.iter().find(|row| row.index == "gini").unwrap();
    assert!(gini.lower < gini.value && gini.value < gini.upper, "{gini:?}");
    let other = Bootstrap { seed: 2, ..plan };
    assert_ne!(rows, equity(&measure, &who, &settings(&names, other), &Quiet).unwrap());

    // Blocks are numbered by place: cells in another order are drawn alike.
    let back = |column: &[f64]| column.iter().rev().copied().collect::<Vec<f64>>();
    let (turned_people, turned_income) = (back(&people), back(&income));
    let turned_places: Vec<(f64, f64)> = places.iter().rev().copied().collect();
    let turned_values: Vec<Option<f64>> = values.iter().rev().copied().collect();
    let exact = People { population_se: None, income_se: None, ..who };
    let turned = People {
        population: Some(&turned_people),
        income: Some(&turned_income),
        places_m: Some(&turned_places),
        ..exact
    };
    let rows = equity(&measure, &exact, &settings(&names, plan), &Quiet).unwrap();
    let measure = Measure { values: &turned_values, ..measure };
    let again = equity(&measure, &turned, &settings(&names, plan), &Quiet).unwrap();
    for (a, b) in rows.iter().zip(&again) {
        for (a, b) in [(a.lower, b.lower), (a.upper, b.upper)] {
            assert!(a == b || (a.unwrap() - b.unwrap()).abs() < 1e-9, "{a:?} {b:?}");
        }
    }
}

/// Errors of population and income alone widen the intervals.
#[test]
fn standard_errors_widen_intervals() {
    let field = Field::new(20, 0, 3);
    let values: Vec<Option<f64>> = field.values.iter().copied().map(Some).collect();
    let people = vec![10.0; values.len()];
    let income: Vec<f64> = field.values.clone();
    let exact = People { population: Some(&people), income: Some(&income), ..People::default() };
    let plan = Bootstrap { interval: Interval::Percentile, ..Bootstrap::default() };
    let (se, income_se) = (vec![10.0; values.len()], vec![5.0; values.len()]);
    let width = |people: &People<'_>, index: &str| {
        let measure = Measure { name: "m", values: &values, less_is_better: false, standards: &[] };
        let rows = equity(&measure, people, &settings(&[index], plan), &Quiet).unwrap();
        let row = rows.iter().find(|row| row.index == index).unwrap();
        row.upper.unwrap() - row.lower.unwrap()
    };
    let unsure = People { population_se: Some(&se), ..exact };
    assert!(width(&unsure, "mean") > 1.1 * width(&exact, "mean"));
    let unsure = People { income_se: Some(&income_se), ..exact };
    // Access rose with income; with noise it hardly does, and how much is less sure.
    assert!(width(&unsure, "concentration") > 0.0);
    assert!(width(&unsure, "mean") == width(&exact, "mean"));
}

/// Its lines fit a terminal.
#[test]
fn help_is_narrow() {
    let wide: Vec<String> =
        help().lines().filter(|line| line.chars().count() > 80).map(str::to_string).collect();
    assert!(wide.is_empty() && help().contains("  hoover "), "{wide:?}");
}

/// The docs have the very same table as the register.
#[test]
fn the_docs_have_the_register() {
    assert!(include_str!("../../docs/measures.md").contains(&table()), "docs/measures.md:\n{}", table());
}
