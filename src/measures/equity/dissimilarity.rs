//! How differently groups are spread: over cells, and over the two sides of a standard.

use super::cells::{Cells, Crowd, Draw};
use super::register::{Built, Family, Figure, Index, Needs};
use super::{Settings, number_name};

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "dissimilarity",
            formula: "½ Σ |g/G − o/O| over the cells, g people of the group, o all other people",
            source: "Duncan & Duncan 1955",
            needs: Needs::Groups,
            turned: "as it is: where people live, not what they reach",
            ..Index::PLAIN
        },
        Index {
            name: "dissimilarity_rates",
            rows: "`dissimilarity_rates_1000` of `by_group`, `by_income`",
            formula: "(1/2s) Σ_g p_g |s_g − s|, s the share of people who have the standard",
            source: "Paes de Barros et al. 2009",
            needs: Needs::Standards,
            turned: "the standard is A ≤ z",
            ..Index::PLAIN
        },
    ],
    build,
};

fn build(cells: &Cells, _: &Settings) -> Option<Built> {
    let partitions = cells.partitions();
    let mut figures = Vec::new();
    for group in cells.group_names().take(cells.own_groups) {
        figures.push(Figure { of: "dissimilarity", group: group.into(), row: "dissimilarity".into() });
    }
    for (name, _) in &partitions {
        for &standard in &cells.standards {
            let row = number_name("dissimilarity_rates_", standard);
            figures.push(Figure { of: "dissimilarity_rates", group: name.to_string(), row });
        }
    }
    let own = cells.own_groups;
    // Cells before the border are on one side of the standard, the others on the other.
    let border = |standard: &f64| match cells.less_is_better {
        false => cells.values.partition_point(|value| value < standard),
        true => cells.values.partition_point(|value| value <= standard),
    };
    let borders: Vec<usize> = cells.standards.iter().map(border).collect();
    let less = cells.less_is_better;
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        out.extend(draw.groups[..own].iter().map(|group| from_others(group, &draw.all)));
        for (_, groups) in &partitions {
            out.extend(borders.iter().map(|&border| of_rates(&draw.groups[groups.clone()], border, less)));
        }
    };
    Some(Built { figures, evaluate: Box::new(evaluate) })
}

/// NaN where the group, or the others, are nobody.
fn from_others(group: &Crowd, all: &Crowd) -> f64 {
    let others: f64 = all.weights.iter().zip(&group.weights).map(|(all, group)| (all - group).max(0.0)).sum();
    if group.total <= 0.0 || others <= 0.0 {
        return f64::NAN;
    }
    let pairs = all.weights.iter().zip(&group.weights);
    pairs.map(|(a, g)| (g / group.total - (a - g).max(0.0) / others).abs()).sum::<f64>() / 2.0
}

fn of_rates(groups: &[Crowd], border: usize, less: bool) -> f64 {
    let has = |group: &Crowd| {
        let before = group.people_before(border);
        if less { before } else { group.total - before }
    };
    let total: f64 = groups.iter().map(|group| group.total).sum();
    let share = groups.iter().map(has).sum::<f64>() / total;
    if !(share > 0.0) {
        return f64::NAN;
    }
    let apart = |group: &Crowd| (has(group) - group.total * share).abs();
    groups.iter().map(apart).sum::<f64>() / total / (2.0 * share)
}
