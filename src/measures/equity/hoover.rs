//! Hoover's index: the share of the measure that would have to change hands for all to be alike.

use super::cells::{Crowd, RankedCells, dot};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexRange};
use super::terms::{ALL, Settings};

pub(super) const FAMILY: Family = Family {
    indices: &[Index {
        name: "hoover",
        formula: "½ Σ p |A/μ − 1|",
        source: "Hoover 1936; Pietra 1915",
        range: IndexRange::SHARE,
        turned: "as it is: a spread",
        elsewhere: "Robin Hood index, Pietra's ratio, Schutz's coefficient (1951)",
        ..Index::PLAIN
    }],
    build,
};

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let below_zero = cells.below_zero;
    let figures = vec![FigureRow { of: "hoover", group: ALL.to_string(), row: "hoover".into() }];
    Some(BuiltFigures {
        figures,
        evaluate: Box::new(move |draw, out| {
            out.push(if below_zero { f64::NAN } else { hoover(&draw.all, &draw.cells.values) });
        }),
    })
}

/// What those above the mean have beyond it, as a share of all: values are in rising order. NaN without people; 0 where
/// every value is 0.
fn hoover(crowd: &Crowd, values: &[f64]) -> f64 {
    let Some(mean) = crowd.mean() else { return f64::NAN };
    if mean == 0.0 {
        return 0.0;
    }
    let above = values.partition_point(|&value| value <= mean);
    (dot(&crowd.weights[above..], &values[above..]) - crowd.people_from(above) * mean) / crowd.sum
}
