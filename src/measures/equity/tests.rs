//! Figures by hand, and what comes of odd input.

use super::*;
use crate::base::executor::Quiet;
use crate::inputs::raw::Column;

pub(super) fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

/// All indices, no intervals.
pub(super) fn all() -> Settings {
    Settings {
        indices: register::indices().map(|index| index.name.to_string()).collect(),
        bootstrap: Bootstrap { replicates: 0, ..Bootstrap::default() },
        ..Settings::default()
    }
}

pub(super) fn measure<'a>(values: &'a [Option<f64>]) -> Measure<'a> {
    Measure { name: "jobs", values, less_is_better: false, standards: &[] }
}

pub(super) fn figure(rows: &[EquityRow], group: &str, index: &str) -> Option<f64> {
    let row = rows.iter().find(|row| row.group == group && row.index == index);
    row.unwrap_or_else(|| panic!("no {index} of {group}")).value
}

#[track_caller]
pub(super) fn close(found: Option<f64>, expected: f64) {
    let found = found.expect("a value");
    assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn quantiles_are_the_smallest_value_with_enough_people() {
    // People by value: 10 → 1, 20 → 2, 30 → 5, 40 → 2; ten in all, cumulated 1, 3, 8, 10.
    let (values, weights) = (some(&[40.0, 10.0, 30.0, 20.0]), [2.0, 1.0, 5.0, 2.0]);
    let at = |q| quantile(&values, &weights, q);
    assert_eq!((at(0.1), at(0.11), at(0.3)), (Some(10.0), Some(20.0), Some(20.0)));
    assert_eq!((at(0.5), at(0.8), at(0.81), at(1.0)), (Some(30.0), Some(30.0), Some(40.0), Some(40.0)));
    // Ten times 0.1 is a hair below 1, and five times 0.1 a hair from its half.
    let tenths: Vec<f64> = (1..=10).map(f64::from).collect();
    assert_eq!(quantile(&some(&tenths), &[0.1; 10], 0.5), Some(5.0));
    assert_eq!(quantile(&some(&tenths), &[0.1; 10], 0.3), Some(3.0));
}

/// The chunks in which weights are summed find the same cell as going through them one by one.
#[test]
fn quantiles_over_many_cells() {
    let values: Vec<f64> = (0..1000).map(f64::from).collect();
    let weights: Vec<f64> = (0..1000).map(|i| f64::from(i * 37 % 11)).collect();
    let total: f64 = weights.iter().sum();
    for k in 1..=200 {
        let q = f64::from(k) / 200.0;
        let mut below = 0.0;
        let plain = values.iter().zip(&weights).find(|(_, weight)| {
            below += **weight;
            below >= q * total - 1e-9
        });
        assert_eq!(quantile(&some(&values), &weights, q), plain.map(|(value, _)| *value), "{q}");
    }
}

#[test]
fn nobody_counts_for_nothing() {
    // A value that nobody has moves no quantile, be it the lowest or the highest.
    let values = some(&[0.0, 5.0, 9.0]);
    let weights = [0.0, 1.0, 0.0];
    assert_eq!(quantile(&values, &weights, 0.01), Some(5.0));
    assert_eq!(quantile(&values, &weights, 1.0), Some(5.0));
    assert_eq!(gini(&values, &weights), Some(0.0));
    assert_eq!(mean(&values, &weights), Some(5.0));
}

#[test]
fn points_of_lorenz_by_hand() {
    // 1, 2, 3, 4 held by one each, 10 in all: half of the people have 1 + 2; a tenth 0.4 of the first one's 1; nine
    // tenths 1 + 2 + 3 and 0.6 of 4.
    let values = some(&[3.0, 1.0, 4.0, 2.0]);
    let rows = equity(&measure(&values), &People::default(), &all(), &Quiet).unwrap();
    for (row, share) in [("lorenz_10", 0.04), ("lorenz_50", 0.3), ("lorenz_90", 0.84)] {
        close(figure(&rows, ALL, row), share);
    }
}

#[test]
fn gini_by_hand() {
    // 1, 2, 3, 4 held by one each: Σ|a−b| over all pairs is 20, so 20 / (2·4²·2.5) = 0.25.
    close(gini(&some(&[3.0, 1.0, 4.0, 2.0]), &[1.0; 4]), 0.25);
    // The same people in two cells instead of four, in any order of the cells.
    let split = gini(&some(&[1.0, 2.0, 2.0, 5.0]), &[1.0, 1.0, 2.0, 4.0]);
    close(gini(&some(&[5.0, 2.0, 1.0]), &[4.0, 3.0, 1.0]), split.unwrap());
}

/// Two people with 1 and 3: μ = 2.
#[test]
fn spreads_by_hand() {
    let values = some(&[3.0, 1.0]);
    let population = [1.0, 1.0];
    let settings = Settings {
        atkinson: vec![0.5, 1.0, 2.0],
        kolm: vec![1.0],
        ge: vec![-1.0, 0.0, 0.5, 1.0, 2.0],
        ..all()
    };
    let people = People { population: Some(&population), ..People::default() };
    let rows = equity(&measure(&values), &people, &settings, &Quiet).unwrap();
    let at = |index: &str| figure(&rows, ALL, index);
    close(at("theil_t"), 0.25 * 0.5f64.ln() + 0.75 * 1.5f64.ln());
    close(at("theil_l"), -(0.5f64.ln() + 1.5f64.ln()) / 2.0);
    // ε = ½: ((1 + √3)/2)² / 2; ε = 1: √3 / 2; ε = 2: harmonic mean 1.5 / 2.
    close(at("atkinson_0_5"), 1.0 - ((1.0 + 3f64.sqrt()) / 2.0).powi(2) / 2.0);
    close(at("atkinson_1"), 1.0 - 3f64.sqrt() / 2.0);
    close(at("atkinson_2"), 0.25);
    // κ = 4 / 10.
    close(at("kolm_1"), (((0.4f64).exp() + (-0.4f64).exp()) / 2.0).ln() / 0.4);
    close(at("p90_p10"), 3.0);
    close(at("s80_s20"), 3.0);
    // The tenth with most holds 0.2 · 3, the 40 % with least 0.8 · 1.
    close(at("palma_own"), 0.6 / 0.8);
    // Half of what there is beyond the mean: (3 − 2) / 4.
    close(at("hoover"), 0.25);
    // ((½² + 1½²) / 2 − 1) / 2, (2 + 2/3) / 2 − 1 over 2, and the root of ½ and 1½ over −¼; 0 and 1 are Theil's.
    close(at("ge_2"), 0.125);
    close(at("ge_minus_1"), 1.0 / 6.0);
    close(at("ge_0_5"), ((0.5f64.sqrt() + 1.5f64.sqrt()) / 2.0 - 1.0) / -0.25);
    assert_eq!((at("ge_0"), at("ge_1")), (at("theil_l"), at("theil_t")));
    // Kolm is the same when all have 10 more, the others when all have ten times as much.
    let more = some(&[13.0, 11.0]);
    let kappa = Settings { kolm_kappa: Some(0.4), ..settings.clone() };
    let rows = equity(&measure(&more), &people, &kappa, &Quiet).unwrap();
    close(figure(&rows, ALL, "kolm_1"), at("kolm_1").unwrap());
}

/// PySAL's `inequality` 1.1.2 gives this Schutz's distance, which is Hoover's index.
#[test]
fn hoover_as_others_have_it() {
    let rows = equity(&measure(&some(&[1.0, 2.0, 2.0, 5.0, 10.0, 0.5])), &People::default(), &all(), &Quiet)
        .unwrap();
    close(figure(&rows, ALL, "hoover"), 0.39837398373983735);
}

/// Where somebody never arrives there is no mean and no share of the whole: blank, never 0.
#[test]
fn never_is_no_number() {
    let groups = [
        Column { name: "a".into(), values: vec![1.0, 1.0, 0.0, 0.0] },
        Column { name: "b".into(), values: vec![0.0, 0.0, 1.0, 1.0] },
    ];
    // The richest never arrive.
    let income = [1.0, 2.0, 3.0, 4.0];
    let people =
        People { groups: &groups, income: Some(&income), population: Some(&[1.0; 4]), ..People::default() };
    let standards = [25.0];
    let settings = Settings { income_groups: 2, ..all() };
    let minutes = |values: &[f64]| {
        let values = some(values);
        let measure = Measure { less_is_better: true, standards: &standards, ..measure(&values) };
        equity(&measure, &people, &settings, &Quiet).unwrap()
    };
    let rows = minutes(&[10.0, 20.0, 30.0, f64::INFINITY]);
    let blank = [
        "mean",
        "gini",
        "hoover",
        "theil_t",
        "theil_l",
        "ge_2",
        "kolm_0_5_turned",
        "palma_interpolated_turned",
        "concentration_turned",
        "concentration_generalised_turned",
        "concentration_erreygers_turned",
        "concentration_wagstaff_turned",
        "suits_turned",
        "s80_s20",
        "palma_own",
        "p90_p10",
        "lorenz_50",
        "p90",
    ];
    for index in blank {
        assert_eq!(figure(&rows, ALL, index), None, "{index}");
    }
    for (group, part) in
        [("by_group", ""), ("by_group", "_between"), ("by_group", "_within"), ("by_income", "_within")]
    {
        assert_eq!(figure(&rows, group, &format!("theil_t{part}")), None, "{group}{part}");
        assert_eq!(figure(&rows, group, &format!("theil_l{part}")), None, "{group}{part}");
    }
    // What does not need a mean stands, and so does the group that arrives.
    assert_eq!((figure(&rows, ALL, "median"), figure(&rows, ALL, "people_never")), (Some(20.0), Some(1.0)));
    close(figure(&rows, ALL, "share_within_25"), 0.5);
    // 10 and 20, one each: 2 · 10 / (2 · 2² · 15); and the richer has the longer time.
    close(figure(&rows, "a", "gini"), 1.0 / 6.0);
    close(figure(&rows, "a", "concentration_turned"), -1.0 / 6.0);
    assert_eq!((figure(&rows, "b", "gini"), figure(&rows, "b", "theil_t")), (None, None));
    // Nobody arrives: not "all alike".
    let rows = minutes(&[f64::INFINITY; 4]);
    for index in blank.iter().chain(&["median"]) {
        assert_eq!(figure(&rows, ALL, index), None, "{index}");
    }
    // A place that nobody lives at is no matter: only a group has a memory of it.
    let groups = [Column { name: "a".into(), values: vec![0.0, 0.0, 0.0, 1.0] }];
    let people = People { groups: &groups, population: Some(&[1.0, 1.0, 2.0, 0.0]), ..people };
    let values = some(&[1.0, 1.0, 3.0, f64::INFINITY]);
    let rows = equity(&measure(&values), &people, &all(), &Quiet).unwrap();
    close(figure(&rows, ALL, "mean"), 2.0);
    close(figure(&rows, ALL, "theil_t"), 0.25 * 0.5f64.ln() + 0.75 * 1.5f64.ln());
    close(figure(&rows, ALL, "atkinson_1"), 1.0 - 3f64.sqrt() / 2.0);
}

/// The logsum of nothing: −∞ is the lowest value, has no mean, and counts as never.
#[test]
fn minus_infinite_is_the_lowest() {
    let values = some(&[f64::NEG_INFINITY, -2.0, 3.0, 4.0]);
    let standards = [3.5];
    let rows =
        equity(&Measure { standards: &standards, ..measure(&values) }, &People::default(), &all(), &Quiet)
            .unwrap();
    assert_eq!((figure(&rows, ALL, "median"), figure(&rows, ALL, "p75")), (Some(-2.0), Some(3.0)));
    assert_eq!((figure(&rows, ALL, "p10"), figure(&rows, ALL, "mean")), (None, None));
    close(figure(&rows, ALL, "fgt0_below_3_5"), 0.75);
    close(figure(&rows, ALL, "share_at_least_3_5"), 0.25);
    for index in ["fgt1_below_3_5", "gini", "hoover", "ge_2", "kolm_0_5", "atkinson_1", "p90_p10"] {
        assert_eq!(figure(&rows, ALL, index), None, "{index}");
    }
}

/// Values that bounds rule out have no index between them; others keep theirs.
#[test]
fn bounds_hold_the_values() {
    let income = [1.0, 2.0];
    let people = People { income: Some(&income), ..People::default() };
    let values = some(&[0.2, 0.6]);
    let of = |bounds| equity(&measure(&values), &people, &Settings { bounds, ..all() }, &Quiet).unwrap();
    // μ C = 2 · ½ · (0.2 · ¼ + 0.6 · ¾) − 0.4 = 0.1, so E = 0.4 and W = 0.1 / (0.6 · 0.4).
    let rows = of(Some((0.0, 1.0)));
    close(figure(&rows, ALL, "concentration_erreygers"), 0.4);
    close(figure(&rows, ALL, "concentration_wagstaff"), 0.1 / 0.24);
    let rows = of(Some((0.3, 1.0)));
    assert_eq!(figure(&rows, ALL, "concentration_erreygers"), None);
    assert_eq!(figure(&rows, ALL, "concentration_wagstaff"), None);
    close(figure(&rows, ALL, "concentration"), 0.25);
}

#[test]
fn what_would_overflow_is_refused() {
    let said =
        equity(&measure(&some(&[1.0, 1e308])), &People::default(), &all(), &Quiet).unwrap_err().to_string();
    assert!(said.starts_with("jobs: is 1e308 in cell 2, and above 1e60 sums overflow"), "{said}");
    let people = People { population: Some(&[1e300, 1.0]), ..People::default() };
    let said = equity(&measure(&some(&[1.0, 2.0])), &people, &all(), &Quiet).unwrap_err().to_string();
    assert!(said.starts_with("population: is 1e300 in cell 1"), "{said}");
    // At the limit all is a number.
    let most = [1e60; 2];
    let people = People { population: Some(&most), income: Some(&[1e60, 2e59]), ..People::default() };
    let rows = equity(&measure(&some(&[1e60, 1e59])), &people, &all(), &Quiet).unwrap();
    for index in [
        "mean",
        "gini",
        "hoover",
        "theil_t",
        "theil_l",
        "ge_2",
        "atkinson_1",
        "kolm_0_5",
        "concentration",
        "suits",
    ] {
        assert!(figure(&rows, ALL, index).is_some(), "{index}");
    }
}

/// Three cells: 0, 5 and 20 with 1, 2 and 1 people; standard 10.
#[test]
fn poverty_by_hand() {
    let values = some(&[20.0, 0.0, 5.0]);
    let population = [1.0, 1.0, 2.0];
    let groups = [
        Column { name: "a".into(), values: vec![1.0, 0.0, 1.0] },
        Column { name: "b".into(), values: vec![0.0, 1.0, 1.0] },
    ];
    let people = People { population: Some(&population), groups: &groups, ..People::default() };
    let standards = [10.0];
    let rows =
        equity(&Measure { standards: &standards, ..measure(&values) }, &people, &all(), &Quiet).unwrap();
    close(figure(&rows, ALL, "fgt0_below_10"), 0.75);
    close(figure(&rows, ALL, "fgt1_below_10"), (1.0 + 2.0 * 0.5) / 4.0);
    close(figure(&rows, ALL, "fgt2_below_10"), (1.0 + 2.0 * 0.25) / 4.0);
    close(figure(&rows, "a", "share_at_least_10"), 0.5);
    close(figure(&rows, "b", "share_at_least_10"), 0.0);
    // Shares ½ and 0 around ¼: (2·¼ + 2·¼) / 4 / (2·¼).
    close(figure(&rows, "by_group", "dissimilarity_rates_10"), 0.5);
    // a has ½, 0, ½ of its people in the cells, the others 0, ½, ½.
    close(figure(&rows, "a", "dissimilarity"), 0.5);

    // As minutes: above 10 is too far, an infinite time is the worst.
    let values = [Some(20.0), Some(f64::INFINITY), Some(5.0)];
    let minutes = Measure { standards: &standards, less_is_better: true, ..measure(&values) };
    let rows = equity(&minutes, &people, &all(), &Quiet).unwrap();
    close(figure(&rows, ALL, "fgt0_over_10"), 0.5);
    close(figure(&rows, ALL, "fgt1_over_10"), (0.5 + 1.0) / 4.0);
    close(figure(&rows, "a", "share_within_10"), 0.5);
    close(figure(&rows, ALL, "people_never"), 1.0);
    assert_eq!((figure(&rows, ALL, "mean"), figure(&rows, ALL, "gini")), (None, None));
    assert_eq!((figure(&rows, "a", "mean"), figure(&rows, ALL, "median")), (Some(12.5), Some(5.0)));
    assert!(rows.iter().all(|row| !row.index.starts_with("atkinson")));
}

/// Incomes 1, 2, 2, 4 and access 1, 2, 4, 5, one person each: μ = 3, ranks 1/8, ½, ½, 7/8.
#[test]
fn income_by_hand() {
    let values = some(&[1.0, 4.0, 2.0, 5.0]);
    let income = [1.0, 2.0, 2.0, 4.0];
    let people = People { income: Some(&income), population: Some(&[1.0; 4]), ..People::default() };
    let rows = equity(&measure(&values), &people, &all(), &Quiet).unwrap();
    let at = |index: &str| figure(&rows, ALL, index);
    // (2/3)·¼·((1−3)(−3/8) + (5−3)(3/8)) = (1/6)·1.5.
    close(at("concentration"), 0.25);
    close(at("concentration_generalised"), 0.75);
    close(at("concentration_erreygers"), 4.0 * 0.75 / 4.0);
    close(at("concentration_wagstaff"), 4.0 * 0.75 / (2.0 * 2.0));
    // Cumulative access 1/12, 7/12, 1 over income 1/9, 5/9, 1.
    close(at("suits"), 1.0 - (1.0 / 12.0 / 9.0 + 8.0 / 12.0 * 4.0 / 9.0 + 19.0 / 12.0 * 4.0 / 9.0));
    // The 40 % poorest end with the second person, whose income two have; above the 90th percentile, 4, is nobody.
    assert_eq!(at("palma"), None);
    // Interpolated: 40 %: position 2.2 → 2; 90 %: 3.7 → 3.4. So 5 over (1 + 2 + 4) / 3.
    close(at("palma_interpolated"), 5.0 / (7.0 / 3.0));
    // Among equal incomes the order of the cells is nothing.
    let values = some(&[1.0, 2.0, 4.0, 5.0]);
    let again = equity(&measure(&values), &people, &all(), &Quiet).unwrap();
    for (a, b) in rows.iter().zip(&again).filter(|(a, _)| a.group == ALL) {
        assert!(a.value == b.value || (a.value.unwrap() - b.value.unwrap()).abs() < 1e-15, "{a:?} {b:?}");
    }
    // Turned round.
    let minutes = Measure { less_is_better: true, ..measure(&values) };
    let turned = equity(&minutes, &people, &all(), &Quiet).unwrap();
    close(figure(&turned, ALL, "concentration_turned"), -0.25);
    close(figure(&turned, ALL, "palma_interpolated_turned"), 7.0 / 3.0 / 5.0);
}

#[test]
fn odd_input_has_an_answer() {
    let income = [1.0, 2.0];
    let nobody = [Column { name: "nobody".into(), values: vec![0.0, 0.0] }];
    let people =
        People { income: Some(&income), population: Some(&[3.0, 1.0]), groups: &nobody, ..People::default() };
    let settings = Settings { bootstrap: Bootstrap::default(), ..all() };
    // Nobody reaches anything: all are alike.
    let rows = equity(&measure(&some(&[0.0, 0.0])), &people, &settings, &Quiet).unwrap();
    for index in ["gini", "theil_t", "theil_l", "atkinson_1", "kolm_0_5", "concentration", "mean"] {
        assert_eq!(figure(&rows, ALL, index), Some(0.0), "{index}");
    }
    for index in ["palma_interpolated", "p90_p10", "suits"] {
        assert_eq!(figure(&rows, ALL, index), None, "{index}");
    }
    assert_eq!((figure(&rows, "nobody", "mean"), figure(&rows, "nobody", "people")), (None, Some(0.0)));
    // One cell: no spread, and no interval, for there is one block.
    let rows = equity(&measure(&[Some(4.0), None]), &people, &settings, &Quiet).unwrap();
    assert_eq!((figure(&rows, ALL, "gini"), figure(&rows, ALL, "blocks")), (Some(0.0), Some(1.0)));
    assert_eq!((figure(&rows, ALL, "mean"), figure(&rows, ALL, "people_left_out")), (Some(4.0), Some(1.0)));
    assert!(rows.iter().all(|row| row.lower.is_none()));
    // No cell, no income known, nobody at all.
    let rows = equity(&measure(&[None, None]), &people, &settings, &Quiet).unwrap();
    assert_eq!(figure(&rows, ALL, "gini"), None);
    let unknown = People { income: Some(&[f64::NAN; 2]), ..people };
    let rows = equity(&measure(&some(&[1.0, 2.0])), &unknown, &settings, &Quiet).unwrap();
    assert!(rows.iter().all(|row| row.index != "concentration"));
    assert_eq!(figure(&rows, ALL, "people_without_income"), Some(4.0));
    let empty = People { population: Some(&[0.0, 0.0]), ..people };
    let rows = equity(&measure(&some(&[1.0, 2.0])), &empty, &settings, &Quiet).unwrap();
    assert!(rows.iter().all(|row| row.value.is_none_or(|value| value == 0.0)));
    // Some without anything: Theil's L is not defined, Atkinson's index 1 from ε = 1 on.
    let rows = equity(&measure(&some(&[0.0, 2.0])), &people, &settings, &Quiet).unwrap();
    assert_eq!((figure(&rows, ALL, "theil_l"), figure(&rows, ALL, "atkinson_1")), (None, Some(1.0)));
    // Below 0: means and quantiles stand, indices of shares do not.
    let rows = equity(&measure(&some(&[-1.0, 2.0])), &people, &settings, &Quiet).unwrap();
    assert_eq!((figure(&rows, ALL, "gini"), figure(&rows, ALL, "mean")), (None, Some(-0.25)));

    let wrong = |people: People<'_>, settings: &Settings| {
        equity(&measure(&some(&[1.0, 2.0])), &people, settings, &Quiet).unwrap_err().to_string()
    };
    let said = wrong(People { population: Some(&[1.0, -2.0]), ..people }, &settings);
    assert!(said.starts_with("population: is -2 in cell 2"), "{said}");
    let said = wrong(People { income: Some(&[f64::INFINITY, 1.0]), ..people }, &settings);
    assert!(said.starts_with("income: is inf in cell 1"), "{said}");
    let said = wrong(People { population: Some(&[1.0]), ..people }, &settings);
    assert!(said.starts_with("population: has 1 values, and jobs 2"), "{said}");
    let said = wrong(people, &Settings { indices: vec!["ginny".into()], ..settings.clone() });
    assert!(said.starts_with("equity: no index is called \"ginny\""), "{said}");
    let said = wrong(people, &Settings { atkinson: vec![0.0], ..settings });
    assert!(said.contains("ε of atkinson is above 0"), "{said}");
}

#[test]
fn blanks_are_left_out_and_reported() {
    let values = [Some(10.0), None, Some(30.0)];
    let groups = [Column { name: "old".into(), values: vec![1.0, 4.0, 0.0] }];
    let people = People { population: Some(&[3.0, 7.0, 1.0]), groups: &groups, ..People::default() };
    let rows = equity(&measure(&values), &people, &Settings::default(), &Quiet).unwrap();
    let at = |group: &str, index: &str| figure(&rows, group, index);
    assert_eq!((at(ALL, "mean"), at(ALL, "median")), (Some(15.0), Some(10.0)));
    assert_eq!((at(ALL, "cells_left_out"), at(ALL, "people_left_out")), (Some(1.0), Some(7.0)));
    assert_eq!((at("old", "mean"), at("old", "people_left_out")), (Some(10.0), Some(4.0)));
    let rows = equity(&measure(&values), &People::default(), &Settings::default(), &Quiet).unwrap();
    assert_eq!((figure(&rows, ALL, "mean"), figure(&rows, ALL, "people_left_out")), (Some(20.0), None));
}

#[test]
fn curves_by_hand() {
    // 1 held by three quarters, 5 by a quarter: 3 of 8.
    let values = some(&[5.0, 1.0]);
    let income = [1.0, 2.0];
    let people = People { population: Some(&[1.0, 3.0]), income: Some(&income), ..People::default() };
    let rows = curves(&measure(&values), &people);
    let at = |curve: &str, share: f64| {
        let mut found = rows.iter().filter(|row| row.curve == curve && row.share_of_people == share);
        found.next().map(|row| row.share_of_measure)
    };
    assert_eq!(rows.len(), 202);
    close(at("lorenz", 0.75), 3.0 / 8.0);
    close(at("lorenz", 0.5), 2.0 / 8.0);
    close(at("concentration", 0.25), 5.0 / 8.0);
    assert_eq!((at("lorenz", 0.0), at("lorenz", 1.0)), (Some(0.0), Some(1.0)));
    assert!(curves(&measure(&some(&[0.0, 0.0])), &people).is_empty());
}

#[test]
fn a_difference_is_paired() {
    // A scenario that gives everybody one job more: how many there are is unsure, the one more is not.
    let now: Vec<Option<f64>> = (0..40).map(|i| Some(f64::from(i * i % 17))).collect();
    let then: Vec<Option<f64>> = now.iter().map(|value| value.map(|value| value + 1.0)).collect();
    let rows = differences(
        "more",
        &measure(&then),
        &measure(&now),
        &People::default(),
        &Settings::default(),
        &Quiet,
    )
    .unwrap();
    let mean = rows.iter().find(|row| row.index == "mean").unwrap();
    for end in [mean.value, mean.lower, mean.upper] {
        close(end, 1.0);
    }
    let gini = rows.iter().find(|row| row.index == "gini").unwrap();
    assert!(gini.upper.unwrap() < 0.0, "{gini:?}");
}
