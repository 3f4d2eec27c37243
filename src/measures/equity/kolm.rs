//! Kolm's index: what people would give up, in units of the measure, for all to be alike.

use super::cells::{Draw, RankedCells, at_least_0, dot};
use super::register::{BuiltFigures, Family, FigureRow, Index};
use super::terms::{ALL, Settings, number_name};

pub(super) const FAMILY: Family = Family {
    indices: &[Index {
        name: "kolm",
        rows: "`kolm_0_5`, …; `kolm_0_5_turned`",
        formula: "(1/κ) ln Σ p exp(κ (μ − A)), κ = ε Σ p A / Σ p A² of the cells as they are",
        source: "Kolm 1976; κ as Sheriff & Maguire 2020",
        unit: "the measure's",
        parameters: "`kolm`: ε; `kolm_kappa`: κ at ε = 1",
        turned: "A − μ for μ − A",
        elsewhere: "Kolm–Pollak: `inequalipy` gives the equally distributed equivalent μ − `kolm`, too",
        ..Index::PLAIN
    }],
    build,
};

/// Σ p A / Σ p A²: κ at ε = 1. `None` where nobody has anything.
pub(super) fn base(cells: &RankedCells) -> Option<f64> {
    let all = cells.whole().all;
    let squares: Vec<f64> = cells.values.iter().map(|value| value * value).collect();
    Some(all.sum / dot(&all.weights, &squares)).filter(|base| *base > 0.0)
}

fn build(cells: &RankedCells, settings: &Settings) -> Option<BuiltFigures> {
    let whole = cells.whole().all;
    let base = settings.kolm_kappa.or_else(|| base(cells)).unwrap_or(f64::NAN);
    let centre = whole.mean().unwrap_or(0.0);
    let sign = if cells.less_is_better { 1.0 } else { -1.0 };
    // κ is that of the cells as they are, and stays in every resample: it is part of the question.
    let of = |epsilon: f64| -> (f64, Vec<f64>) {
        let kappa = epsilon * base;
        (kappa, cells.values.iter().map(|value| (sign * kappa * (value - centre)).exp()).collect())
    };
    let terms: Vec<(f64, Vec<f64>)> = settings.kolm.iter().map(|&epsilon| of(epsilon)).collect();
    let end = if cells.less_is_better { "_turned" } else { "" };
    let figure = |epsilon: &f64| FigureRow {
        of: "kolm",
        group: ALL.to_string(),
        row: format!("{}{end}", number_name("kolm_", *epsilon)),
    };
    let figures = settings.kolm.iter().map(figure).collect();
    let all_zero = whole.sum == 0.0 && !cells.below_zero;
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        for (kappa, terms) in &terms {
            out.push(match draw.all.mean() {
                None => f64::NAN,
                Some(_) if all_zero => 0.0,
                Some(mean) => {
                    let average = dot(&draw.all.weights, terms) / draw.all.total;
                    at_least_0(average.ln() / kappa - sign * (mean - centre))
                }
            });
        }
    };
    Some(BuiltFigures { figures, evaluate: Box::new(evaluate) })
}
