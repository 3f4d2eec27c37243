//! Laws of the equity indices on random cells, and how often their intervals hold the truth.

use isokron::base::watch::{Quiet, Watch};
use isokron::inputs::raw::Column;
use isokron::measures::equity::register::{indices, table};
use isokron::measures::equity::{
    ALL, Bootstrap, EquityRow, Interval, Measure, People, Settings, differences, equity,
};
use proptest::prelude::*;
use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

/// Cells as a test draws them.
#[derive(Clone, Debug)]
struct Town {
    values: Vec<f64>,
    people: Vec<f64>,
    /// Part of the first group, the rest being the second.
    share: Vec<f64>,
    income: Vec<f64>,
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
    })
}

fn all() -> Settings {
    Settings {
        indices: indices().map(|index| index.name.to_string()).collect(),
        bootstrap: Bootstrap { replicates: 0, ..Bootstrap::default() },
        atkinson: vec![0.001, 0.5, 1.0, 2.0],
        ..Settings::default()
    }
}

impl Town {
    fn figures(&self, settings: &Settings, standards: &[f64]) -> Vec<EquityRow> {
        let values: Vec<Option<f64>> = self.values.iter().copied().map(Some).collect();
        let part = |name: &str, of: fn(f64) -> f64| Column {
            name: name.into(),
            values: self.people.iter().zip(&self.share).map(|(people, &share)| people * of(share)).collect(),
        };
        let groups = [part("a", |share| share), part("b", |share| 1.0 - share)];
        let people = People {
            population: Some(&self.people),
            groups: &groups,
            income: Some(&self.income),
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
        }
    }
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

fn settings(indices: &[&str], bootstrap: Bootstrap) -> Settings {
    Settings {
        indices: indices.iter().map(|name| name.to_string()).collect(),
        bootstrap,
        ..Settings::default()
    }
}

/// Tasks in another order, as threads would run them.
struct Backwards;

impl Watch for Backwards {
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
    assert_eq!(rows, equity(&measure, &who, &settings(&names, plan), &Backwards).unwrap());
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

/// A square of cells 100 m apart whose values hang together over some cells: exp of a moving mean of noise.
struct Field {
    side: usize,
    values: Vec<f64>,
}

impl Field {
    /// `reach`: cells so far apart (in each direction) still share noise; 0: none do.
    fn new(side: usize, reach: usize, seed: u64) -> Field {
        let mut random = Pcg64::new(u128::from(seed) << 64 | 0x9e37_79b9, 77);
        let mut noise = || {
            // A sum of twelve uniform numbers: nearly normal.
            (0..12).map(|_| (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64).sum::<f64>() - 6.0
        };
        let wide = side + reach;
        let raw: Vec<f64> = (0..wide * wide).map(|_| noise()).collect();
        let width = reach + 1;
        let mut values = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let mut sum = 0.0;
                for dy in 0..width {
                    for dx in 0..width {
                        sum += raw[(y + dy) * wide + x + dx];
                    }
                }
                values.push((0.7 * sum / width as f64).exp());
            }
        }
        Field { side, values }
    }

    fn places(&self) -> Vec<(f64, f64)> {
        (0..self.side * self.side)
            .map(|i| ((i % self.side) as f64 * 100.0 + 50.0, (i / self.side) as f64 * 100.0 + 50.0))
            .collect()
    }
}

/// How often intervals of 90 % hold the value of the field itself. exp(0.7 z): mean exp(0.245), Gini
/// 2 Φ(0.7/√2) − 1 = erf(0.35) = 0.37938.
fn coverage(
    side: usize,
    reach: usize,
    block_m: f64,
    interval: Interval,
    runs: u64,
    replicates: u32,
) -> [f64; 2] {
    let truth = [0.245f64.exp(), 0.379_382];
    let plan = Bootstrap { replicates, seed: 9, block_m, interval, level: 0.9 };
    let settings = settings(&["mean", "gini"], plan);
    let mut held = [0.0; 2];
    for run in 0..runs {
        let field = Field::new(side, reach, run);
        let places = field.places();
        let values: Vec<Option<f64>> = field.values.iter().copied().map(Some).collect();
        let people = People { places_m: Some(&places), ..People::default() };
        let measure = Measure { name: "m", values: &values, less_is_better: false, standards: &[] };
        let rows = equity(&measure, &people, &settings, &Quiet).unwrap();
        for (held, (index, truth)) in held.iter_mut().zip(["mean", "gini"].iter().zip(truth)) {
            let row = rows.iter().find(|row| row.index == *index).unwrap();
            if row.lower.unwrap() <= truth && truth <= row.upper.unwrap() {
                *held += 1.0 / runs as f64;
            }
        }
    }
    held
}

/// Of 200 intervals of 90 %, 180 should hold the truth, ± 4.2 by chance. Blocks of cells that hang together do
/// nearly; cells one by one, taken as a sample of their own, do not by far.
#[test]
fn blocks_cover_what_cells_do_not() {
    let blocks = coverage(40, 3, 800.0, Interval::Bca, 200, 300);
    let cells = coverage(40, 3, 0.0, Interval::Bca, 100, 200);
    assert!(blocks.iter().all(|held| (0.80..=0.97).contains(held)), "blocks {blocks:?}");
    assert!(cells.iter().all(|held| *held < 0.65), "cells {cells:?}");
}

/// Longer, and printed: `cargo test --release --test library -- --ignored --nocapture equity::`.
#[test]
#[ignore = "a minute or more of computing; prints its figures"]
fn coverage_in_full() {
    for (reach, block_m) in [(0, 0.0), (3, 0.0), (3, 400.0), (3, 800.0), (7, 0.0), (7, 800.0), (7, 1600.0)] {
        for interval in [Interval::Percentile, Interval::Bca] {
            let [mean, gini] = coverage(48, reach, block_m, interval, 400, 400);
            println!(
                "shared noise over {reach} cells, blocks {block_m} m, {interval:?}: mean {mean:.3} gini {gini:.3}"
            );
        }
    }
}

/// The same draws for both: what they share does not blur their difference.
#[test]
fn paired_intervals_are_narrower() {
    let (field, change) = (Field::new(32, 3, 1), Field::new(32, 3, 2));
    let places = field.places();
    let now: Vec<Option<f64>> = field.values.iter().copied().map(Some).collect();
    let then: Vec<Option<f64>> =
        field.values.iter().zip(&change.values).map(|(now, change)| Some(now + 0.1 * change)).collect();
    let people = People { places_m: Some(&places), ..People::default() };
    let plan = Bootstrap { block_m: 800.0, interval: Interval::Percentile, ..Bootstrap::default() };
    let settings = settings(&["mean"], plan);
    let of = |values| Measure { name: "m", values, less_is_better: false, standards: &[] };
    let row = |rows: Vec<EquityRow>| rows.into_iter().find(|row| row.index == "mean").unwrap();
    let width = |row: &EquityRow| row.upper.unwrap() - row.lower.unwrap();
    let (first, second) = (of(&then), of(&now));
    let paired = row(differences("more", &first, &second, &people, &settings, &Quiet).unwrap());
    let alone = row(equity(&first, &people, &settings, &Quiet).unwrap());
    assert!(width(&paired) < 0.3 * width(&alone), "{paired:?} {alone:?}");
    // Not by luck: it is that of the change, a tenth.
    let tenth: Vec<Option<f64>> = change.values.iter().map(|value| Some(0.1 * value)).collect();
    let change = row(equity(&of(&tenth), &people, &settings, &Quiet).unwrap());
    assert!((paired.lower.unwrap() - change.lower.unwrap()).abs() < 1e-9, "{paired:?} {change:?}");
}

/// The docs have the very same table as the register.
#[test]
fn the_docs_have_the_register() {
    assert!(include_str!("../../docs/measures.md").contains(&table()), "docs/measures.md:\n{}", table());
}
