//! Theil's two indices, whole and split into what lies between groups and within them.

use super::ALL;
use super::Settings;
use super::cells::{Cells, Crowd, Draw, at_least_0, dot};
use super::register::{Built, Family, Figure, Index, Needs};

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "theil_t",
            formula: "Σ p (A/μ) ln(A/μ); A = 0 counts as 0",
            source: "Theil 1967",
            turned: "as it is: a spread",
            ..Index::PLAIN
        },
        Index {
            name: "theil_t_parts",
            rows: "`theil_t`, `theil_t_between`, `theil_t_within` of `by_group`, `by_income`",
            formula: "between Σ_g p_g (μ_g/μ) ln(μ_g/μ); within Σ_g p_g (μ_g/μ) T_g; they add up",
            source: "Theil 1967; Shorrocks 1980",
            needs: Needs::Groups,
            turned: "as it is: a spread",
            ..Index::PLAIN
        },
        Index {
            name: "theil_l",
            formula: "Σ p ln(μ/A); blank if somebody has 0",
            source: "Theil 1967 (mean log deviation)",
            turned: "as it is: a spread",
            ..Index::PLAIN
        },
        Index {
            name: "theil_l_parts",
            rows: "`theil_l`, `theil_l_between`, `theil_l_within` of `by_group`, `by_income`",
            formula: "between Σ_g p_g ln(μ/μ_g); within Σ_g p_g L_g; they add up",
            source: "Shorrocks 1980",
            needs: Needs::Groups,
            turned: "as it is: a spread",
            ..Index::PLAIN
        },
    ],
    build,
};

fn build(cells: &Cells, _: &Settings) -> Option<Built> {
    // In units of the highest value, so that no logarithm is of a large number.
    let unit = cells.values.last().copied().filter(|&highest| highest > 0.0).unwrap_or(1.0);
    let logs: Vec<f64> = cells.values.iter().map(|value| (value / unit).ln()).collect();
    let held_logs: Vec<f64> =
        cells.values.iter().zip(&logs).map(|(&v, log)| if v == 0.0 { 0.0 } else { v / unit * log }).collect();
    let below_zero = cells.below_zero;
    let partitions = cells.partitions();
    let mut figures = Vec::new();
    for kind in ["theil_t", "theil_l"] {
        figures.push(Figure { of: kind, group: ALL.to_string(), row: kind.into() });
        let of = if kind == "theil_t" { "theil_t_parts" } else { "theil_l_parts" };
        for (name, _) in &partitions {
            for part in ["", "_between", "_within"] {
                figures.push(Figure { of, group: name.to_string(), row: format!("{kind}{part}") });
            }
        }
    }
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        let t = |crowd: &Crowd| theil_t(crowd, &held_logs, unit);
        let l = |crowd: &Crowd| theil_l(crowd, &logs, unit);
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
    Some(Built { figures, evaluate: Box::new(evaluate) })
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
    if total <= 0.0 {
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

/// T = Σ w·v·ln v / (W μ) − ln μ, all in `unit`; 0 where nobody has anything; NaN without people.
fn theil_t(crowd: &Crowd, held_logs: &[f64], unit: f64) -> f64 {
    let Some(mean) = crowd.mean() else { return f64::NAN };
    if mean == 0.0 {
        return 0.0;
    }
    let mean = mean / unit;
    at_least_0(dot(&crowd.weights, held_logs) / (crowd.total * mean) - mean.ln())
}

/// L = ln μ − Σ w·ln v / W, all in `unit`; 0 where nobody has anything; infinite where some have nothing.
fn theil_l(crowd: &Crowd, logs: &[f64], unit: f64) -> f64 {
    let Some(mean) = crowd.mean() else { return f64::NAN };
    if mean == 0.0 {
        return 0.0;
    }
    at_least_0((mean / unit).ln() - dot(&crowd.weights, logs) / crowd.total)
}
