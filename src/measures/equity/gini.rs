//! The Gini index.

use super::cells::{Crowd, RankedCells, at_least_0};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexRange};
use super::terms::{ALL, Settings};

pub(super) const FAMILY: Family = Family {
    indices: &[Index {
        name: "gini",
        formula: "1 − Σₖ pₖ (Lₖ + Lₖ₋₁), L the cumulative share of p·A in rising order of A",
        source: "Gini 1912; trapezoids as Brown 1994",
        range: IndexRange::SHARE,
        turned: "unchanged: a measure of dispersion, whichever end is favourable",
        by_default: true,
        ..Index::PLAIN
    }],
    build,
};

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let below_zero = cells.below_zero;
    let figures = vec![FigureRow { of: "gini", group: ALL.to_string(), row: "gini".into() }];
    Some(BuiltFigures {
        figures,
        evaluate: Box::new(move |draw, out| {
            out.push(if below_zero { f64::NAN } else { gini(&draw.all, &draw.cells.values) });
        }),
    })
}

/// NaN without people; 0 where every value is 0.
pub(super) fn gini(crowd: &Crowd, values: &[f64]) -> f64 {
    if crowd.total <= 0.0 {
        return f64::NAN;
    }
    if crowd.sum == 0.0 {
        return 0.0;
    }
    let (mut held, mut area) = (0.0, 0.0);
    for (&value, &weight) in values.iter().zip(&crowd.weights).filter(|(_, weight)| **weight > 0.0) {
        let before = held;
        held += weight * value;
        area += weight * (held + before);
    }
    at_least_0(1.0 - area / (crowd.total * held))
}
