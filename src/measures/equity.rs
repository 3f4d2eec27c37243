//! How access is shared: one value per cell and the people who live there, in; means, quantiles and the Gini
//! index, out. A blank value is unknown, not zero: such cells are left out and their people reported.

use crate::inputs::raw::Column;

/// The group that means everybody.
pub const ALL: &str = "all";

/// One figure of the equity table. Intervals (`lower`, `upper`) are blank where none was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct EquityRow {
    pub measure: String,
    pub group: String,
    pub index: String,
    /// `None`: not defined, for there is nobody to take it over.
    pub value: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
}

/// The equity figures of one measure over cells.
///
/// For all people: `mean`, `median`, `p10`, `p25`, `p75`, `p90`, `gini`; per group (people of the group per cell)
/// its `mean`. Each comes with `people_left_out`, the people in cells without a value; `cells_left_out` is their
/// number. Without a population every cell weighs the same and the people left out are not known.
pub fn equity(
    measure: &str,
    values: &[Option<f64>],
    population: Option<&[f64]>,
    groups: &[Column],
) -> Vec<EquityRow> {
    let equal = vec![1.0; values.len()];
    let weights = population.unwrap_or(&equal);
    let mut rows = Vec::new();
    let mut row = |group: &str, index: &str, value: Option<f64>| {
        rows.push(EquityRow {
            measure: measure.to_string(),
            group: group.to_string(),
            index: index.to_string(),
            value,
            lower: None,
            upper: None,
        });
    };
    let sorted = Sorted::new(values, weights);
    row(ALL, "mean", mean(values, weights));
    for (index, q) in [("median", 0.5), ("p10", 0.1), ("p25", 0.25), ("p75", 0.75), ("p90", 0.9)] {
        row(ALL, index, sorted.quantile(q));
    }
    row(ALL, "gini", sorted.gini());
    let blank = values.iter().filter(|value| value.is_none()).count();
    row(ALL, "cells_left_out", Some(blank as f64));
    row(ALL, "people_left_out", population.map(|people| left_out(values, people)));
    for group in groups {
        row(&group.name, "mean", mean(values, &group.values));
        row(&group.name, "people_left_out", Some(left_out(values, &group.values)));
    }
    rows
}

/// The weighted mean Σ wᵢ·vᵢ / Σ wᵢ over cells with a value, summed in the cells' order; `None` without weight.
pub fn mean(values: &[Option<f64>], weights: &[f64]) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (value, weight) in values.iter().zip(weights) {
        if let Some(value) = value {
            sum += weight * value;
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}

/// The weighted quantile `q` (0 < q ≤ 1): the smallest value with a cumulative weight of at least q times the
/// total. `None` without weight.
pub fn quantile(values: &[Option<f64>], weights: &[f64], q: f64) -> Option<f64> {
    Sorted::new(values, weights).quantile(q)
}

/// The Gini index (Gini 1912) of `values`, each held by `weights` people, from 0 (all alike) towards 1 (one has all):
/// G = 1 − Σₖ pₖ (Lₖ + Lₖ₋₁), cells in rising order of value, pₖ the cell's share of the people and Lₖ the
/// cumulative share of p·v: the area by trapezoids under Lorenz's curve (1905), as Brown (1994) applied it to access.
///
/// 0 where every value is 0, for then too all are alike; `None` without weight.
///
/// ```
/// use isokron::measures::equity::gini;
/// // Four people, of whom one has everything: (n − 1) / n.
/// assert_eq!(gini(&[Some(0.0), Some(8.0)], &[3.0, 1.0]), Some(0.75));
/// ```
pub fn gini(values: &[Option<f64>], weights: &[f64]) -> Option<f64> {
    Sorted::new(values, weights).gini()
}

fn left_out(values: &[Option<f64>], people: &[f64]) -> f64 {
    values.iter().zip(people).filter(|(value, _)| value.is_none()).map(|(_, people)| people).sum()
}

/// (value, weight) of the cells that have both, in rising order of value; cells that tie keep their order.
struct Sorted {
    cells: Vec<(f64, f64)>,
    total: f64,
}

impl Sorted {
    fn new(values: &[Option<f64>], weights: &[f64]) -> Self {
        let mut cells: Vec<(f64, f64)> = values
            .iter()
            .zip(weights)
            .filter_map(|(value, &weight)| value.map(|value| (value, weight)))
            .filter(|&(_, weight)| weight > 0.0)
            .collect();
        cells.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total = cells.iter().map(|&(_, weight)| weight).sum();
        Sorted { cells, total }
    }

    fn quantile(&self, q: f64) -> Option<f64> {
        // A hair below, so that ten weights of 0.1 reach half of their sum with the fifth.
        let wanted = (q - 1e-12) * self.total;
        let mut below = 0.0;
        let found = self.cells.iter().find(|&&(_, weight)| {
            below += weight;
            below >= wanted
        });
        found.or(self.cells.last()).map(|&(value, _)| value)
    }

    fn gini(&self) -> Option<f64> {
        let sum: f64 = self.cells.iter().map(|&(value, weight)| weight * value).sum();
        if self.cells.is_empty() {
            return None;
        }
        if sum == 0.0 {
            return Some(0.0);
        }
        let (mut held, mut area) = (0.0, 0.0);
        for &(value, weight) in &self.cells {
            let before = held;
            held += weight * value;
            area += weight * (held + before);
        }
        // Where all are alike, rounding may end a hair below 0.
        Some((1.0 - area / (self.total * sum)).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
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
    fn edges_have_answers() {
        assert_eq!(gini(&some(&[0.0, 0.0]), &[1.0, 2.0]), Some(0.0));
        for values in [vec![], vec![None], vec![Some(1.0)]] {
            let weights = vec![0.0; values.len()];
            assert_eq!(mean(&values, &weights), None);
            assert_eq!(quantile(&values, &weights, 0.5), None);
            assert_eq!(gini(&values, &weights), None);
        }
    }

    #[test]
    fn gini_by_hand() {
        // 1, 2, 3, 4 held by one each: Σ|a−b| over all pairs is 20, so 20 / (2·4²·2.5) = 0.25.
        let gini = gini(&some(&[3.0, 1.0, 4.0, 2.0]), &[1.0; 4]).unwrap();
        assert!((gini - 0.25).abs() < 1e-15);
        // The same people in two cells instead of four, in any order of the cells.
        let split = super::gini(&some(&[1.0, 2.0, 2.0, 5.0]), &[1.0, 1.0, 2.0, 4.0]).unwrap();
        let merged = super::gini(&some(&[5.0, 2.0, 1.0]), &[4.0, 3.0, 1.0]).unwrap();
        assert!((split - merged).abs() < 1e-15);
    }

    #[test]
    fn blanks_are_left_out_and_reported() {
        let values = [Some(10.0), None, Some(30.0)];
        let groups = [Column { name: "old".into(), values: vec![1.0, 4.0, 0.0] }];
        let rows = equity("jobs_30min_p50", &values, Some(&[3.0, 7.0, 1.0]), &groups);
        let value = |group: &str, index: &str| {
            rows.iter().find(|row| row.group == group && row.index == index).map(|row| row.value)
        };
        assert_eq!(value(ALL, "mean"), Some(Some(15.0)));
        assert_eq!(value(ALL, "median"), Some(Some(10.0)));
        assert_eq!(value(ALL, "cells_left_out"), Some(Some(1.0)));
        assert_eq!(value(ALL, "people_left_out"), Some(Some(7.0)));
        assert_eq!(value("old", "mean"), Some(Some(10.0)));
        assert_eq!(value("old", "people_left_out"), Some(Some(4.0)));
        let nobody_known = equity("jobs", &values, None, &[]);
        assert_eq!(nobody_known[0].value, Some(20.0));
        assert_eq!(nobody_known.last().map(|row| row.value), Some(None));
    }
}
