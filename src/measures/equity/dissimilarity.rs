//! How differently groups are spread: over cells, and over the two sides of a standard.

use super::cells::{Crowd, Draw, RankedCells};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds, IndexRange};
use super::terms::{Settings, number_name};

pub(super) const FAMILY: Family = Family {
    indices: &[
        Index {
            name: "dissimilarity",
            formula: "½ Σ |g/G − o/O| over the cells, g people of the group, o all other people",
            source: "Duncan & Duncan 1955",
            range: IndexRange::SHARE,
            elsewhere: "the World Bank's D-index of opportunity is `dissimilarity_rates`",
            needs: IndexNeeds::Groups,
            turned: "as it is: where people live, not what they reach",
            ..Index::PLAIN
        },
        Index {
            name: "dissimilarity_rates",
            rows: "`dissimilarity_rates_1000` of `by_group`, `by_income`",
            formula: "(1/2s) Σ_g p_g |s_g − s|, s the share of people who have the standard",
            source: "Paes de Barros et al. 2009",
            range: IndexRange::SHARE,
            elsewhere: "the World Bank's D-index",
            needs: IndexNeeds::Standards,
            turned: "the standard is A ≤ z",
            ..Index::PLAIN
        },
    ],
    build,
};

/// Of all groups together.
pub(super) const MULTIGROUP: Family = Family {
    indices: &[Index {
        name: "dissimilarity_multigroup",
        rows: "`dissimilarity_multigroup` of `by_group`",
        formula: "Σ_g Σ t |π_g(cell) − π_g| / (2 T Σ_g π_g (1 − π_g)) over the cells, π_g the share of a group among the \
                  t people of the groups in the cell, and among all T; of two groups it is `dissimilarity`",
        source: "Morgan 1975; Sakoda 1981; Reardon & Firebaugh 2002",
        range: IndexRange::SHARE,
        needs: IndexNeeds::Groups,
        turned: "as it is: where people live, not what they reach",
        elsewhere: "PySAL `segregation`: `MultiDissim`",
        ..Index::PLAIN
    }],
    build: build_multigroup,
};

fn build_multigroup(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let own = cells.own_groups;
    let row = "dissimilarity_multigroup";
    let figures = vec![FigureRow { of: row, group: "by_group".into(), row: row.into() }];
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| out.push(of_all(&draw.groups[..own]));
    (own > 1).then(|| BuiltFigures { figures, evaluate: Box::new(evaluate) })
}

/// NaN where there is nobody, or only one group has people.
fn of_all(groups: &[Crowd]) -> f64 {
    let total: f64 = groups.iter().map(|group| group.total).sum();
    let cells = groups.first().map_or(0, |group| group.weights.len());
    let mut people = vec![0.0; cells];
    for group in groups {
        people.iter_mut().zip(&group.weights).for_each(|(people, weight)| *people += weight);
    }
    let (mut apart, mut mixed) = (0.0, 0.0);
    for group in groups {
        let share = group.total / total;
        mixed += share * (1.0 - share);
        apart += group.weights.iter().zip(&people).map(|(g, t)| (g - t * share).abs()).sum::<f64>();
    }
    if mixed > 0.0 { apart / (2.0 * total * mixed) } else { f64::NAN }
}

fn build(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let partitions = cells.partitions();
    let mut figures = Vec::new();
    for group in cells.group_names().take(cells.own_groups) {
        figures.push(FigureRow { of: "dissimilarity", group: group.into(), row: "dissimilarity".into() });
    }
    for (name, _) in &partitions {
        for &standard in &cells.standards {
            let row = number_name("dissimilarity_rates_", standard);
            figures.push(FigureRow { of: "dissimilarity_rates", group: name.to_string(), row });
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
        let everyone = || cells_people(draw);
        out.extend(draw.groups[..own].iter().map(|group| from_others(group, everyone())));
        for (_, groups) in &partitions {
            out.extend(borders.iter().map(|&border| of_rates(&draw.groups[groups.clone()], border, less)));
        }
    };
    Some(BuiltFigures { figures, evaluate: Box::new(evaluate) })
}

/// Cell by cell, all who live there.
fn cells_people<'a>(draw: &'a Draw<'_>) -> impl Iterator<Item = f64> + Clone + 'a {
    draw.cells.everyone.iter().zip(draw.factors()).map(|(people, factor)| people * factor)
}

/// NaN where the group, or the others, are nobody.
fn from_others(group: &Crowd, everyone: impl Iterator<Item = f64> + Clone) -> f64 {
    let pairs = everyone.zip(&group.weights).map(|(all, &group)| (group, (all - group).max(0.0)));
    let others: f64 = pairs.clone().map(|(_, others)| others).sum();
    if group.total <= 0.0 || others <= 0.0 {
        return f64::NAN;
    }
    pairs.map(|(g, o)| (g / group.total - o / others).abs()).sum::<f64>() / 2.0
}

fn of_rates(groups: &[Crowd], border: usize, less: bool) -> f64 {
    let has = |group: &Crowd| if less { group.people_before(border) } else { group.people_from(border) };
    let total: f64 = groups.iter().map(|group| group.total).sum();
    let share = groups.iter().map(has).sum::<f64>() / total;
    // Nobody has it, or there is nobody.
    if share.is_nan() || share <= 0.0 {
        return f64::NAN;
    }
    let apart = |group: &Crowd| (has(group) - group.total * share).abs();
    groups.iter().map(apart).sum::<f64>() / total / (2.0 * share)
}
