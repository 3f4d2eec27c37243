//! Concentration indices: whether access goes with income.

use super::ALL;
use super::Settings;
use super::cells::{Cells, Draw};
use super::register::{Built, Family, Figure, Index, Needs};

const TURNED: &str = "times −1, so that above 0 the rich are better off";

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "concentration",
            rows: "`concentration`; `concentration_turned`, as of the others",
            formula: "C = (2/μ) Σ p (A − μ)(r − ½), r the fractional rank by income, ties sharing their average rank",
            source: "Kakwani et al. 1997",
            needs: Needs::Income,
            turned: TURNED,
            by_default: true,
            ..Index::PLAIN
        },
        Index {
            name: "concentration_generalised",
            formula: "μ C",
            source: "Clarke et al. 2002",
            unit: "the measure's",
            needs: Needs::Income,
            turned: TURNED,
            ..Index::PLAIN
        },
        Index {
            name: "concentration_erreygers",
            formula: "4 μ C / (b − a), a and b the bounds of A",
            source: "Erreygers 2009",
            needs: Needs::Income,
            parameters: "`bounds`, else the lowest and the highest A where people live",
            turned: TURNED,
            ..Index::PLAIN
        },
        Index {
            name: "concentration_wagstaff",
            formula: "(b − a) μ C / ((b − μ)(μ − a))",
            source: "Wagstaff 2005",
            needs: Needs::Income,
            parameters: "`bounds`, likewise",
            turned: TURNED,
            ..Index::PLAIN
        },
    ],
    build,
};

const NAMES: [&str; 4] =
    ["concentration", "concentration_generalised", "concentration_erreygers", "concentration_wagstaff"];

fn build(cells: &Cells, settings: &Settings) -> Option<Built> {
    if !cells.has_income() {
        return None;
    }
    let turned = cells.less_is_better;
    let end = if turned { "_turned" } else { "" };
    let figures = NAMES.map(|of| Figure { of, group: ALL.to_string(), row: format!("{of}{end}") });
    // The bounds are part of the question and stay in every resample.
    let whole = cells.whole();
    let inhabited = |i: &&usize| whole.income.weights[**i] > 0.0;
    let all: Vec<usize> = (0..whole.income.weights.len()).collect();
    let values = whole.by_income().1;
    let observed =
        all.iter().filter(inhabited).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &i| {
            (low.min(values[i]), high.max(values[i]))
        });
    let (low, high) = settings.bounds.unwrap_or(observed);
    let below_zero = cells.below_zero;
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        let Some(mean) = draw.income.mean() else {
            out.extend([f64::NAN; 4]);
            return;
        };
        let sign = if turned { -1.0 } else { 1.0 };
        let generalised = sign * generalised(draw);
        // All alike: nothing to concentrate.
        let per = |by: f64| if generalised == 0.0 { 0.0 } else { generalised / by };
        out.push(if below_zero { f64::NAN } else { per(mean) });
        out.push(generalised);
        out.push(4.0 * per(high - low));
        out.push(per((high - mean) * (mean - low) / (high - low)));
    };
    Some(Built { figures: figures.into(), evaluate: Box::new(evaluate) })
}

/// μ C = 2 Σ p A r − μ, exactly 0 where all are alike.
fn generalised(draw: &Draw<'_>) -> f64 {
    let (incomes, values) = draw.by_income();
    let crowd = &draw.income;
    let mean = crowd.sum / crowd.total;
    let (mut below, mut sum) = (0.0, 0.0);
    let mut i = 0;
    while i < incomes.len() {
        let income = incomes[i];
        let (mut people, mut off) = (0.0, 0.0);
        while i < incomes.len() && incomes[i] == income {
            let weight = crowd.weights[i];
            if weight > 0.0 {
                people += weight;
                off += weight * (values[i] - mean);
            }
            i += 1;
        }
        // Tied incomes share the middle of their ranks.
        sum += off * (below + people / 2.0);
        below += people;
    }
    2.0 * (sum / crowd.total) / crowd.total
}
