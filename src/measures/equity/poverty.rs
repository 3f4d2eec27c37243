//! Who is short of a standard, and by how much: Foster, Greer & Thorbecke's family, and shares of each group.

use super::cells::{Crowd, Draw, RankedCells, dot};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds, IndexRange};
use super::terms::{ALL, Settings, number_name};

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "fgt",
            rows: "`fgt0_below_1000`, `fgt1_…`, `fgt2_…`; `fgt0_over_1800`, …",
            formula: "Σ p ((z − A)/z)^α over A < z, α = 0, 1, 2",
            source: "Foster, Greer & Thorbecke 1984",
            range: IndexRange::SHARE,
            needs: IndexNeeds::Standards,
            turned: "(A − z)/A over A > z: the same of 1/A and 1/z, so that an infinite time counts as 1",
            elsewhere: "R `accessibility`: the same, strict `<`; no turned form for costs",
            by_default: true,
            ..Index::PLAIN
        },
        Index {
            name: "share",
            rows: "`share_at_least_1000`; `share_within_1800`",
            formula: "share of the people with A ≥ z",
            source: "–",
            range: IndexRange::SHARE,
            needs: IndexNeeds::Standards,
            turned: "A ≤ z",
            by_default: true,
            ..Index::PLAIN
        },
    ],
    build,
};

/// A standard: how many cells are on the poor side, and their gaps in units of it.
struct PovertyLine {
    poor: std::ops::Range<usize>,
    gaps: Vec<f64>,
    squares: Vec<f64>,
}

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let turned = cells.less_is_better;
    let lines: Vec<PovertyLine> = cells.standards.iter().map(|&standard| line(cells, standard)).collect();
    let mut figures = Vec::new();
    for group in std::iter::once(ALL).chain(cells.group_names()) {
        for &standard in &cells.standards {
            let (poor, well) =
                if turned { ("over_", "share_within_") } else { ("below_", "share_at_least_") };
            for alpha in 0..3 {
                let row = number_name(&format!("fgt{alpha}_{poor}"), standard);
                figures.push(FigureRow { of: "fgt", group: group.to_string(), row });
            }
            figures.push(FigureRow {
                of: "share",
                group: group.to_string(),
                row: number_name(well, standard),
            });
        }
    }
    let below_zero = cells.below_zero;
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        for crowd in std::iter::once(&draw.all).chain(&draw.groups) {
            for line in &lines {
                let of = |gaps: &[f64]| dot(&crowd.weights[line.poor.clone()], gaps) / crowd.total;
                let poor = poor(crowd, line) / crowd.total;
                let [first, second] =
                    if below_zero { [f64::NAN; 2] } else { [of(&line.gaps), of(&line.squares)] };
                out.extend([poor, first, second, 1.0 - poor]);
            }
        }
    };
    Some(BuiltFigures { figures, evaluate: Box::new(evaluate) })
}

fn line(cells: &RankedCells, standard: f64) -> PovertyLine {
    let values = &cells.values;
    // Strictly below the standard; where less is better, strictly above it.
    let poor = match cells.less_is_better {
        false => 0..values.partition_point(|&value| value < standard),
        true => values.partition_point(|&value| value <= standard)..values.len(),
    };
    let gap = |value: &f64| match cells.less_is_better {
        false => (standard - value) / standard,
        true => 1.0 - standard / value,
    };
    let gaps: Vec<f64> = values[poor.clone()].iter().map(gap).collect();
    PovertyLine { poor, squares: gaps.iter().map(|gap| gap * gap).collect(), gaps }
}

fn poor(crowd: &Crowd, line: &PovertyLine) -> f64 {
    match line.poor.start {
        0 => crowd.people_before(line.poor.end),
        start => crowd.people_from(start),
    }
}
