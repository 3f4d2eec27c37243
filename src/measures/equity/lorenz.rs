//! Points of Lorenz's curve as figures, so that they too get intervals.

use super::cells::{Draw, RankedCells};
use super::curves::points;
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexRange};
use super::terms::{ALL, Settings};

/// Of so many parts of the people, from those with the least on; the last one has all.
const PARTS: usize = 10;

pub(super) const FAMILY: Family = Family {
    indices: &[Index {
        name: "lorenz",
        rows: "`lorenz_10` to `lorenz_90`",
        formula: "L(q): the share of Σ p·A that the q % of the people with the least A have",
        source: "Lorenz 1905",
        range: IndexRange::SHARE,
        turned: "as it is: the share of the times or costs",
        by_default: true,
        ..Index::PLAIN
    }],
    build,
};

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let below_zero = cells.below_zero;
    let figure = |part: usize| FigureRow {
        of: "lorenz",
        group: ALL.to_string(),
        row: format!("lorenz_{}", part * 100 / PARTS),
    };
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        let values = &draw.cells.values;
        let found = if below_zero { Vec::new() } else { points(&draw.all, values, values, PARTS) };
        out.extend((1..PARTS).map(|part| found.get(part).map_or(f64::NAN, |point| point.1)));
    };
    Some(BuiltFigures { figures: (1..PARTS).map(figure).collect(), evaluate: Box::new(evaluate) })
}
