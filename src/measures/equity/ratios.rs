//! How many times as much those with the most have as those with the least, by the measure itself.

use super::cells::{Crowd, Draw, RankedCells};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexRange};
use super::terms::{ALL, Settings};

const AT_LEAST_1: IndexRange = IndexRange::From(1.0, f64::INFINITY);

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "p90_p10",
            formula: "the 90th percentile of A over the 10th",
            source: "–",
            range: AT_LEAST_1,
            elsewhere: "\"P90/P10\" of income statistics",
            ..Index::PLAIN
        },
        Index {
            name: "p80_p20",
            formula: "the 80th percentile of A over the 20th",
            source: "–",
            range: AT_LEAST_1,
            ..Index::PLAIN
        },
        Index {
            name: "s80_s20",
            formula: "the mean A of the fifth with most over that of the fifth with least",
            source: "Eurostat (quintile share ratio)",
            range: AT_LEAST_1,
            elsewhere: "Eurostat's S80/S20",
            ..Index::PLAIN
        },
        Index {
            name: "palma_own",
            formula: "what the tenth with most holds over what the 40 % with least hold",
            source: "Palma 2011; Cobham & Sumner 2013",
            // All alike: a tenth over four.
            range: IndexRange::From(0.25, f64::INFINITY),
            elsewhere: "the Palma ratio of income statistics; `palma` is by income",
            ..Index::PLAIN
        },
    ],
    build,
};

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let below_zero = cells.below_zero;
    let names = ["p90_p10", "p80_p20", "s80_s20", "palma_own"];
    let figures = names.map(|of| FigureRow { of, group: ALL.to_string(), row: of.into() });
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        let (all, values) = (&draw.all, &draw.cells.values);
        if below_zero || all.total <= 0.0 {
            out.extend([f64::NAN; 4]);
            return;
        }
        let at = |q: f64| all.quantile_at(q).map_or(f64::NAN, |i| values[i]);
        let below = |q: f64| held_by_least(all, values, q);
        out.push(over(at(0.9), at(0.1)));
        out.push(over(at(0.8), at(0.2)));
        out.push(over(all.sum - below(0.8), below(0.2)));
        out.push(over(all.sum - below(0.9), below(0.4)));
    };
    Some(BuiltFigures { figures: figures.into(), evaluate: Box::new(evaluate) })
}

/// NaN where nothing is below.
pub(super) fn over(above: f64, below: f64) -> f64 {
    if below > 0.0 { above / below } else { f64::NAN }
}

/// What the share `q` of the people with the least holds; the cell at the border is split.
pub(super) fn held_by_least(crowd: &Crowd, values: &[f64], q: f64) -> f64 {
    let Some(border) = crowd.quantile_at(q) else { return f64::NAN };
    let whole = super::cells::dot(&crowd.weights[..border], &values[..border]);
    let part = q * crowd.total - crowd.people_before(border);
    whole + part.clamp(0.0, crowd.weights[border]) * values[border]
}
