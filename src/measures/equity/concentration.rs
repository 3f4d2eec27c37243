//! Concentration indices: whether access goes with income.

use super::cells::{Crowd, Draw, RankedCells};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds, IndexRange};
use super::terms::{ALL, Settings};

const TURNED: &str = "times −1, so that above 0 the rich are better off";

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "concentration",
            rows: "`concentration`; `concentration_turned`, as of the others",
            formula: "C = (2/μ) Σ p (A − μ)(r − ½), r the fractional rank by income, ties sharing their average rank",
            source: "Kakwani et al. 1997",
            range: IndexRange::SIGNED,
            elsewhere: "R `accessibility` takes equal incomes in the order of the rows, so that the order moves it (Belo \
                        Horizonte: 0.286443 to 0.286508; here 0.286476)",
            needs: IndexNeeds::Income,
            turned: TURNED,
            by_default: true,
            ..Index::PLAIN
        },
        Index {
            name: "concentration_generalised",
            formula: "μ C",
            source: "Clarke et al. 2002",
            unit: "the measure's",
            range: IndexRange::From(f64::NEG_INFINITY, f64::INFINITY),
            needs: IndexNeeds::Income,
            turned: TURNED,
            ..Index::PLAIN
        },
        Index {
            name: "concentration_erreygers",
            formula: "4 μ C / (b − a), a and b the bounds of A",
            source: "Erreygers 2009",
            range: IndexRange::SIGNED,
            elsewhere: "R `accessibility`: type `\"corrected\"`, bounds of all cells, empty ones too",
            needs: IndexNeeds::Income,
            parameters: "`bounds`, else the lowest and the highest A where people live; blank where a value is outside \
                         of them",
            turned: TURNED,
            ..Index::PLAIN
        },
        Index {
            name: "concentration_wagstaff",
            formula: "(b − a) μ C / ((b − μ)(μ − a))",
            source: "Wagstaff 2005",
            range: IndexRange::SIGNED,
            needs: IndexNeeds::Income,
            parameters: "`bounds`, likewise",
            turned: TURNED,
            ..Index::PLAIN
        },
    ],
    build,
};

const NAMES: [&str; 4] =
    ["concentration", "concentration_generalised", "concentration_erreygers", "concentration_wagstaff"];

fn build(cells: &RankedCells, settings: &Settings) -> Option<BuiltFigures> {
    if !cells.has_income() {
        return None;
    }
    let turned = cells.less_is_better;
    let end = if turned { "_turned" } else { "" };
    let figures = NAMES.map(|of| FigureRow { of, group: ALL.to_string(), row: format!("{of}{end}") });
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
    let outside = observed.0 < low || observed.1 > high;
    // All alike: nothing to concentrate, whatever rounding leaves of it.
    let alike = observed.0 == observed.1 && observed.0.is_finite();
    let below_zero = cells.below_zero;
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        let (incomes, values) = draw.by_income();
        let mean = draw.income.mean().unwrap_or(f64::NAN);
        let found = if alike { 0.0 } else { generalised(&draw.income, incomes, values) };
        let generalised = if mean.is_nan() { f64::NAN } else { sign(turned) * found };
        let per = |by: f64| per(generalised, by);
        out.push(if below_zero { f64::NAN } else { per(mean) });
        out.push(generalised);
        let spread = high - low;
        let bounded = |by: f64| if outside { f64::NAN } else { per(by) };
        out.push(4.0 * bounded(spread));
        out.push(bounded((high - mean) * (mean - low) / spread));
    };
    Some(BuiltFigures { figures: figures.into(), evaluate: Box::new(evaluate) })
}

/// −1 where less is better.
pub(super) fn sign(turned: bool) -> f64 {
    if turned { -1.0 } else { 1.0 }
}

/// `generalised` over `by`. Where it is 0 all are alike, and there is nothing to concentrate.
fn per(generalised: f64, by: f64) -> f64 {
    if generalised == 0.0 { 0.0 } else { generalised / by }
}

/// C of a crowd in rising order of income; NaN without people, or where somebody's value is infinite.
pub(super) fn concentration(crowd: &Crowd, incomes: &[f64], values: &[f64]) -> f64 {
    per(generalised(crowd, incomes, values), crowd.mean().unwrap_or(f64::NAN))
}

/// μ C = 2 Σ p A r − μ, exactly 0 where all are alike; NaN as above.
fn generalised(crowd: &Crowd, incomes: &[f64], values: &[f64]) -> f64 {
    let Some(mean) = crowd.mean().filter(|mean| mean.is_finite()) else { return f64::NAN };
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
