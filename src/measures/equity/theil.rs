//! Theil's two indices, whole and split into what lies between groups and within them; and the family of generalised
//! entropy to which they belong.

use super::cells::{Crowd, Draw, RankedCells, at_least_0, dot};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds};
use super::terms::{ALL, Settings, number_name};

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "theil_t",
            formula: "Σ p (A/μ) ln(A/μ); A = 0 counts as 0",
            source: "Theil 1967",
            turned: "as it is: a spread",
            elsewhere: "R `accessibility` without groups drops cells with A = 0 from the weights but not from μ; with \
                        groups it gives NaN. `ge` at α = 1",
            ..Index::PLAIN
        },
        Index {
            name: "theil_t_parts",
            rows: "`theil_t`, `theil_t_between`, `theil_t_within` of `by_group`, `by_income`",
            formula: "between Σ_g p_g (μ_g/μ) ln(μ_g/μ); within Σ_g p_g (μ_g/μ) T_g; they add up",
            source: "Theil 1967; Shorrocks 1980",
            needs: IndexNeeds::Groups,
            turned: "as it is: a spread",
            ..Index::PLAIN
        },
        Index {
            name: "theil_l",
            formula: "Σ p ln(μ/A); blank if somebody has 0",
            source: "Theil 1967 (mean log deviation)",
            turned: "as it is: a spread",
            elsewhere: "`ge` at α = 0",
            ..Index::PLAIN
        },
        Index {
            name: "theil_l_parts",
            rows: "`theil_l`, `theil_l_between`, `theil_l_within` of `by_group`, `by_income`",
            formula: "between Σ_g p_g ln(μ/μ_g); within Σ_g p_g L_g; they add up",
            source: "Shorrocks 1980",
            needs: IndexNeeds::Groups,
            turned: "as it is: a spread",
            ..Index::PLAIN
        },
    ],
    build,
};

/// E(α), of which α = 0 and 1 are Theil's.
pub(super) const GENERALISED: Family = Family {
    indices: &[Index {
        name: "ge",
        rows: "`ge_2`, `ge_0_5`, `ge_minus_1`, …",
        formula: "(Σ p (A/μ)^α − 1) / (α (α − 1)); α = 1: `theil_t`, α = 0: `theil_l`; blank if somebody has 0 and α ≤ 0",
        source: "Cowell 1980; Shorrocks 1980",
        parameters: "`ge`: α",
        turned: "as it is: a spread",
        elsewhere: "at α = 2 half of the squared coefficient of variation",
        ..Index::PLAIN
    }],
    build: build_generalised,
};

fn build_generalised(cells: &RankedCells, settings: &Settings) -> Option<BuiltFigures> {
    let logs = Logs::new(cells);
    let unit = cells.unit();
    let power = |&alpha: &f64| (alpha, cells.values.iter().map(|value| (value / unit).powf(alpha)).collect());
    let powers: Vec<(f64, Vec<f64>)> = settings.ge.iter().map(power).collect();
    let figure =
        |alpha: &f64| FigureRow { of: "ge", group: ALL.to_string(), row: number_name("ge_", *alpha) };
    let figures = settings.ge.iter().map(figure).collect();
    let below_zero = cells.below_zero;
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        for (alpha, powers) in &powers {
            out.push(match draw.all.mean() {
                _ if below_zero => f64::NAN,
                None => f64::NAN,
                Some(0.0) => 0.0,
                Some(_) if *alpha == 1.0 => logs.theil_t(&draw.all),
                Some(_) if *alpha == 0.0 => logs.theil_l(&draw.all),
                Some(mean) => {
                    let average = dot(&draw.all.weights, powers) / draw.all.total;
                    at_least_0((average / (mean / unit).powf(*alpha) - 1.0) / (alpha * (alpha - 1.0)))
                }
            });
        }
    };
    Some(BuiltFigures { figures, evaluate: Box::new(evaluate) })
}

/// Logarithms of the values, in units of the highest, so that none is of a large number.
pub(super) struct Logs {
    unit: f64,
    /// ln v, and v · ln v.
    logs: Vec<f64>,
    held: Vec<f64>,
}

impl Logs {
    pub(super) fn new(cells: &RankedCells) -> Logs {
        let unit = cells.unit();
        let logs: Vec<f64> = cells.values.iter().map(|value| (value / unit).ln()).collect();
        let held = |(&value, log): (&f64, &f64)| if value == 0.0 { 0.0 } else { value / unit * log };
        Logs { unit, held: cells.values.iter().zip(&logs).map(held).collect(), logs }
    }

    /// T = Σ w·v·ln v / (W μ) − ln μ, all in `unit`; 0 where nobody has anything; NaN without people, or where somebody's
    /// value is infinite.
    pub(super) fn theil_t(&self, crowd: &Crowd) -> f64 {
        let Some(mean) = crowd.mean() else { return f64::NAN };
        if mean == 0.0 {
            return 0.0;
        }
        let mean = mean / self.unit;
        at_least_0(dot(&crowd.weights, &self.held) / (crowd.total * mean) - mean.ln())
    }

    /// L = ln μ − Σ w·ln v / W, all in `unit`; 0 where nobody has anything; infinite where some have nothing; NaN as T.
    pub(super) fn theil_l(&self, crowd: &Crowd) -> f64 {
        let Some(mean) = crowd.mean() else { return f64::NAN };
        if mean == 0.0 {
            return 0.0;
        }
        at_least_0((mean / self.unit).ln() - dot(&crowd.weights, &self.logs) / crowd.total)
    }
}

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let logs = Logs::new(cells);
    let below_zero = cells.below_zero;
    let partitions = cells.partitions();
    let mut figures = Vec::new();
    for kind in ["theil_t", "theil_l"] {
        figures.push(FigureRow { of: kind, group: ALL.to_string(), row: kind.into() });
        let of = if kind == "theil_t" { "theil_t_parts" } else { "theil_l_parts" };
        for (name, _) in &partitions {
            for part in ["", "_between", "_within"] {
                figures.push(FigureRow { of, group: name.to_string(), row: format!("{kind}{part}") });
            }
        }
    }
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        let (t, l) = (|crowd: &Crowd| logs.theil_t(crowd), |crowd: &Crowd| logs.theil_l(crowd));
        if below_zero {
            out.extend(std::iter::repeat_n(f64::NAN, 2 + 6 * partitions.len()));
            return;
        }
        out.push(t(&draw.all));
        for (_, groups) in &partitions {
            // A group's share in the sum of T is what it holds.
            parts(&draw.groups[groups.clone()], &t, |share, ratio| share * ratio, f64::ln, out);
        }
        out.push(l(&draw.all));
        for (_, groups) in &partitions {
            parts(&draw.groups[groups.clone()], &l, |share, _| share, |ratio| -ratio.ln(), out);
        }
    };
    Some(BuiltFigures { figures, evaluate: Box::new(evaluate) })
}

/// Total, between, within. `weight` of a group comes from its share of the people and μ_g/μ, `term` is what it adds
/// between the groups per weight.
fn parts(
    groups: &[Crowd],
    index: &dyn Fn(&Crowd) -> f64,
    weight: fn(f64, f64) -> f64,
    term: fn(f64) -> f64,
    out: &mut Vec<f64>,
) {
    let total: f64 = groups.iter().map(|group| group.total).sum();
    let sum: f64 = groups.iter().map(|group| group.sum).sum();
    // Nobody, or somebody's value is infinite: no group has a share of what there is.
    if total <= 0.0 || !sum.is_finite() {
        out.extend([f64::NAN; 3]);
        return;
    }
    let (mut between, mut within) = (0.0, 0.0);
    for group in groups.iter().filter(|group| group.total > 0.0) {
        // All alike where nobody has anything.
        let ratio = if sum == 0.0 { 1.0 } else { group.sum / group.total / (sum / total) };
        let weight = weight(group.total / total, ratio);
        if weight > 0.0 {
            between += weight * term(ratio);
            within += weight * index(group);
        }
    }
    out.extend([between + within, between, within]);
}
