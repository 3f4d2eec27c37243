//! Lorenz and concentration curves: what share of the measure the share of the people has, from those with the least
//! (or the poorest) on.

use super::cells::{Crowd, RankedCells};
use super::terms::{ALL, Measure, People};

/// Points of a curve beside its start.
const POINTS: usize = 100;

/// A point of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveRow {
    pub measure: String,
    /// `lorenz` (Lorenz 1905) or `concentration` (Kakwani 1977).
    pub curve: &'static str,
    pub group: String,
    pub share_of_people: f64,
    pub share_of_measure: f64,
}

/// Curves of a measure at each hundredth of the people: Lorenz for all and each group, concentration for all where
/// there is an income. None where there is nothing to share, or a value is infinite or below 0.
pub fn curves(measure: &Measure<'_>, people: &People<'_>) -> Vec<CurveRow> {
    let cells = RankedCells::new(measure, people, 0);
    let draw = cells.whole();
    let mut rows = Vec::new();
    let mut add = |curve: &'static str, group: &str, crowd: &Crowd, order: &[f64], values: &[f64]| {
        for (share_of_people, share_of_measure) in points(crowd, order, values, POINTS) {
            let (measure, group) = (measure.name.to_string(), group.to_string());
            rows.push(CurveRow { measure, curve, group, share_of_people, share_of_measure });
        }
    };
    if cells.below_zero {
        return rows;
    }
    let groups = cells.group_names().zip(&draw.groups);
    for (group, crowd) in std::iter::once((ALL, &draw.all)).chain(groups) {
        add("lorenz", group, crowd, &cells.values, &cells.values);
    }
    let (incomes, values) = draw.by_income();
    add("concentration", ALL, &draw.income, incomes, values);
    rows
}

/// (share of people, share of the measure) at 0 and the end of each of so many parts of the people, straight between the
/// ends of cells that tie in `order`. None where there is nothing to share.
pub(super) fn points(crowd: &Crowd, order: &[f64], values: &[f64], parts: usize) -> Vec<(f64, f64)> {
    if !(crowd.sum > 0.0 && crowd.sum.is_finite()) {
        return Vec::new();
    }
    let share_at = |point: usize| point as f64 / parts as f64;
    let mut points = vec![(0.0, 0.0)];
    let mut next = share_at(1) * crowd.total;
    let (mut people, mut held) = (0.0, 0.0);
    let mut from = (0.0, 0.0);
    for i in 0..order.len() {
        people += crowd.weights[i];
        held += if crowd.weights[i] > 0.0 { crowd.weights[i] * values[i] } else { 0.0 };
        if order.get(i + 1) == Some(&order[i]) {
            continue;
        }
        // A hair more, so that the hundredth that ends here is not missed for rounding.
        while points.len() <= parts && next <= people * (1.0 + 1e-12) {
            let share = share_at(points.len());
            let part = (share * crowd.total - from.0) / (people - from.0);
            points.push((share, (from.1 + part * (held - from.1)) / crowd.sum));
            next = share_at(points.len()) * crowd.total;
        }
        from = (people, held);
    }
    if let Some(last) = points.get_mut(parts) {
        *last = (1.0, 1.0);
    }
    points
}
