//! Atkinson's index, one figure for each aversion to inequality.

use super::cells::{Draw, RankedCells, at_least_0, dot};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexRange};
use super::terms::{ALL, Settings, number_name};

pub(super) const FAMILY: Family = Family {
    indices: &[Index {
        name: "atkinson",
        rows: "`atkinson_0_5`, …",
        formula: "1 − (Σ p (A/μ)^(1−ε))^(1/(1−ε)); at ε = 1: 1 − exp(Σ p ln A)/μ; 1 if somebody has 0 and ε ≥ 1",
        source: "Atkinson 1970",
        range: IndexRange::SHARE,
        parameters: "`atkinson`: ε",
        turned: "blank: it values a good; take `kolm`",
        ..Index::PLAIN
    }],
    build,
};

fn build(cells: &RankedCells, settings: &Settings) -> Option<BuiltFigures> {
    if cells.less_is_better {
        return None;
    }
    let unit = cells.unit();
    let of = |epsilon: f64| -> Vec<f64> {
        let power = |value: &f64| match value / unit {
            // A value of 0 makes the index 1 here, and says so by an infinity.
            scaled if epsilon == 1.0 => scaled.ln(),
            scaled => scaled.powf(1.0 - epsilon),
        };
        cells.values.iter().map(power).collect()
    };
    let powers: Vec<(f64, Vec<f64>)> =
        settings.atkinson.iter().map(|&epsilon| (epsilon, of(epsilon))).collect();
    let figure = |epsilon: &f64| FigureRow {
        of: "atkinson",
        group: ALL.to_string(),
        row: number_name("atkinson_", *epsilon),
    };
    let figures = settings.atkinson.iter().map(figure).collect();
    let below_zero = cells.below_zero;
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        for (epsilon, powers) in &powers {
            out.push(match draw.all.mean() {
                None => f64::NAN,
                Some(_) if below_zero => f64::NAN,
                Some(0.0) => 0.0,
                Some(mean) => {
                    let average = dot(&draw.all.weights, powers) / draw.all.total;
                    let alike =
                        if *epsilon == 1.0 { average.exp() } else { average.powf(1.0 / (1.0 - epsilon)) };
                    at_least_0(1.0 - alike / (mean / unit))
                }
            });
        }
    };
    Some(BuiltFigures { figures, evaluate: Box::new(evaluate) })
}
