//! How access is shared: a value for each cell and the people who live there → means, indices of inequality and of
//! sufficiency, and how sure they are. A blank value is unknown, not zero: such cells are left out and their people
//! counted.

use std::collections::HashMap;

use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;

mod atkinson;
mod bootstrap;
mod by_group;
mod cells;
mod central;
mod concentration;
mod contact;
mod curves;
mod dissimilarity;
mod entropy;
mod gini;
mod hoover;
mod interval;
mod kolm;
mod lorenz;
mod palma;
mod poverty;
mod ratios;
pub mod register;
mod suits;
mod surfaces;
mod terms;
mod theil;

pub use bootstrap::metres;
pub use curves::{CurveRow, curves};
pub use interval::Interval;
pub use terms::{ALL, Bootstrap, EquityRow, MOST_GE, Measure, People, Settings};

use bootstrap::{Sample, Units};
use cells::RankedCells;

/// Values, people, incomes and errors are at most so large that no sum or product of them overflows.
const LARGEST: f64 = 1e60;

/// The figures of one measure, in the order of the register, group by group.
///
/// Beside the indices: `people`, `people_left_out` (in cells without a value; each also by group), `cells_left_out`,
/// `people_without_income`, `people_never` (with an infinite value) and `blocks`, how many were drawn from.
///
/// # Errors
/// Columns of several lengths, people below 0 or not finite, parameters out of range; `Stopped`.
pub fn equity(
    measure: &Measure<'_>,
    people: &People<'_>,
    settings: &Settings,
    executor: &dyn Executor,
) -> Result<Vec<EquityRow>> {
    check(measure, people, settings)?;
    let cells = RankedCells::new(measure, people, settings.income_groups);
    let samples = [Sample::new(&cells, settings)];
    figures(measure.name, &samples, measure.values, people, settings, executor)
}

/// The figures of `first` minus those of `second`, over the cells where both have a value: scenarios, profiles or
/// periods on the same cells. Intervals are paired: every resample draws the same blocks for both, so that what they
/// share does not blur the difference. Bounds, where not given, are those of both; Kolm's κ is that of `second`.
///
/// # Errors
/// As [`equity`]; measures of which one is better small and the other large, or whose standards differ.
pub fn differences(
    name: &str,
    first: &Measure<'_>,
    second: &Measure<'_>,
    people: &People<'_>,
    settings: &Settings,
    executor: &dyn Executor,
) -> Result<Vec<EquityRow>> {
    let rows = differences_from(name, first, second, people, settings, executor)?;
    Ok(rows.into_iter().map(|(row, _)| row).collect())
}

/// As [`differences`], each with the figure of `second`, where it is a difference of figures.
///
/// # Errors
/// As [`differences`].
pub fn differences_from(
    name: &str,
    first: &Measure<'_>,
    second: &Measure<'_>,
    people: &People<'_>,
    settings: &Settings,
    executor: &dyn Executor,
) -> Result<Vec<(EquityRow, Option<f64>)>> {
    check(first, people, settings)?;
    check(second, people, settings)?;
    if first.less_is_better != second.less_is_better || first.standards != second.standards {
        let what = format!("{} and {} have not the same direction and standards", first.name, second.name);
        return Err(Error::input("equity", what, "compare one measure with itself"));
    }
    let both = |of: &Measure<'_>, other: &Measure<'_>| -> Vec<Option<f64>> {
        of.values.iter().zip(other.values).map(|(of, other)| other.and(*of)).collect()
    };
    let values = [both(first, second), both(second, first)];
    let cells = values
        .each_ref()
        .map(|values| RankedCells::new(&Measure { values, ..*first }, people, settings.income_groups));
    let mut settings = settings.clone();
    let ends = cells.iter().filter_map(|cells| Some((*cells.values.first()?, *cells.values.last()?)));
    settings.bounds = settings.bounds.or_else(|| ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))));
    settings.kolm_kappa = settings.kolm_kappa.or_else(|| kolm::base(&cells[1]));
    let samples = cells.each_ref().map(|cells| Sample::new(cells, &settings));
    let from = samples[1].values(&samples[1].cells.whole());
    let from: HashMap<(String, String), f64> =
        samples[0].figures().map(|figure| (figure.group.clone(), figure.row.clone())).zip(from).collect();
    let rows = figures(name, &samples, &values[0], people, &settings, executor)?;
    // What is counted beside the figures is of both.
    let with = |row: EquityRow| {
        let from = from.get(&(row.group.clone(), row.index.clone())).copied();
        (row, from.filter(|from| from.is_finite()))
    };
    Ok(rows.into_iter().map(with).collect())
}

fn figures(
    name: &str,
    samples: &[Sample<'_>],
    values: &[Option<f64>],
    people: &People<'_>,
    settings: &Settings,
    executor: &dyn Executor,
) -> Result<Vec<EquityRow>> {
    let whole: Vec<Vec<f64>> = samples.iter().map(|sample| sample.values(&sample.cells.whole())).collect();
    let found: Vec<f64> = match whole.as_slice() {
        [first, second] => first.iter().zip(second).map(|(a, b)| a - b).collect(),
        _ => whole.concat(),
    };
    let mut counted = vec![false; values.len()];
    for &cell in &samples[0].cells.at {
        counted[cell as usize] = true;
    }
    let plan = &settings.bootstrap;
    let units = Units::new(people.places_m, plan.block_m, &counted);
    let halves = Units::new(people.places_m, plan.block_m / 2.0, &counted);
    let intervals = bootstrap::intervals(samples, &found, people, [&units, &halves], plan, executor)?;
    let row = |group: &str, index: &str, value: Option<f64>| EquityRow {
        measure: name.to_string(),
        group: group.to_string(),
        index: index.to_string(),
        // An empty sum is −0.
        value: value.filter(|value| value.is_finite()).map(|value| value + 0.0),
        lower: None,
        upper: None,
    };
    let mut rows = Vec::new();
    for ((figure, value), interval) in samples[0].figures().zip(found).zip(intervals) {
        let (lower, upper) = interval.unzip();
        rows.push(EquityRow { lower, upper, ..row(&figure.group, &figure.row, Some(value)) });
    }
    let blank = values.iter().filter(|value| value.is_none()).count();
    rows.push(row(ALL, "cells_left_out", Some(blank as f64)));
    rows.push(row(ALL, "people_left_out", people.population.map(|people| left_out(values, people))));
    rows.push(row(ALL, "people", people.population.map(|people| people.iter().sum())));
    if let Some(income) = people.income {
        let unknown = |cell: &usize| values[*cell].is_some() && income[*cell].is_nan();
        let lost = people.population.map(|people| (0..values.len()).filter(unknown).map(|c| people[c]).sum());
        rows.push(row(ALL, "people_without_income", lost));
    }
    if values.iter().flatten().any(|value| value.is_infinite()) {
        let never = |(value, people): (&Option<f64>, &f64)| {
            if value.is_some_and(f64::is_infinite) { *people } else { 0.0 }
        };
        let lost = people.population.map(|people| values.iter().zip(people).map(never).sum());
        rows.push(row(ALL, "people_never", lost));
    }
    if plan.replicates > 0 {
        rows.push(row(ALL, "blocks", Some(units.number as f64)));
    }
    for group in people.groups {
        rows.push(row(&group.name, "people_left_out", Some(left_out(values, &group.values))));
        rows.push(row(&group.name, "people", Some(group.values.iter().sum())));
    }
    // Group by group, each where it came first.
    let mut groups: Vec<String> = Vec::new();
    for row in &rows {
        if !groups.contains(&row.group) {
            groups.push(row.group.clone());
        }
    }
    rows.sort_by_key(|row| groups.iter().position(|group| *group == row.group));
    Ok(rows)
}

fn too_large(name: &str, value: f64, cell: usize) -> Problem {
    let what = format!("is {value:e} in cell {}, and above {LARGEST:e} sums overflow", cell + 1);
    Problem::new(name, what, "look where that number comes from, or give it in a larger unit")
}

fn check(measure: &Measure<'_>, people: &People<'_>, settings: &Settings) -> Result<()> {
    let n = measure.values.len();
    let mut problems = Vec::new();
    let huge = |value: &Option<f64>| value.is_some_and(|value| value.is_finite() && value.abs() > LARGEST);
    if let Some(cell) = measure.values.iter().position(huge) {
        problems.push(too_large(measure.name, measure.values[cell].unwrap_or(f64::NAN), cell));
    }
    let mut column = |name: &str, values: Option<&[f64]>, may_be_unknown: bool, below_zero: bool| {
        let Some(values) = values else { return };
        if values.len() != n {
            let what = format!("has {} values, and {} {n}", values.len(), measure.name);
            problems.push(Problem::new(name, what, "give one for each cell"));
        }
        let bad = |v: &f64| !(v.is_finite() || may_be_unknown && v.is_nan()) || !below_zero && *v < 0.0;
        if let Some(cell) = values.iter().position(bad) {
            let what = format!("is {} in cell {}", values[cell], cell + 1);
            problems.push(Problem::new(name, what, "give finite numbers, of people not below 0"));
        } else if let Some(cell) = values.iter().position(|value| value.abs() > LARGEST) {
            problems.push(too_large(name, values[cell], cell));
        }
    };
    column("population", people.population, false, false);
    column("population_se", people.population_se, false, false);
    column("income", people.income, true, true);
    column("income_se", people.income_se, false, false);
    for group in people.groups {
        column(&format!("group {}", group.name), Some(&group.values), false, false);
    }
    if people.places_m.is_some_and(|places| places.len() != n) {
        problems.push(Problem::new("places", "are not as many as cells", "give one for each cell"));
    }
    if measure.standards.iter().any(|&standard| !(standard > 0.0 && standard.is_finite())) {
        problems.push(Problem::new(
            measure.name,
            "has a standard that is not above 0",
            "give standards above 0",
        ));
    }
    problems.extend(settings.problems());
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// The weighted mean Σ wᵢ·vᵢ / Σ wᵢ over cells with a value, summed in the cells' order; `None` without weight, and where
/// it is not finite: somebody never arrives.
pub fn mean(values: &[Option<f64>], weights: &[f64]) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    // Where nobody lives, an infinite value is nobody's.
    for (value, weight) in values.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
        if let Some(value) = value {
            sum += weight * value;
            total += weight;
        }
    }
    Some(sum / total).filter(|mean| mean.is_finite())
}

/// The weighted quantile `q` (0 < q ≤ 1): the smallest value with a cumulative weight of at least q times the
/// total. `None` without weight.
pub fn quantile(values: &[Option<f64>], weights: &[f64], q: f64) -> Option<f64> {
    let cells = alone(values, weights);
    cells.whole().all.quantile_at(q).map(|i| cells.values[i])
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
    let cells = alone(values, weights);
    Some(gini::gini(&cells.whole().all, &cells.values)).filter(|gini| !gini.is_nan())
}

fn alone(values: &[Option<f64>], weights: &[f64]) -> RankedCells {
    let measure = Measure { name: "", values, less_is_better: false, standards: &[] };
    RankedCells::new(&measure, &People { population: Some(weights), ..People::default() }, 0)
}

fn left_out(values: &[Option<f64>], people: &[f64]) -> f64 {
    values.iter().zip(people).filter(|(value, _)| value.is_none()).map(|(_, people)| people).sum()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_groups;
