//! Spreads within each group: the indices of the whole over the people of one group alone. Apart from the families of
//! the whole, for they cost as much again with each group.

use super::cells::{Crowd, Draw, RankedCells};
use super::concentration::{concentration, sign};
use super::gini::gini;
use super::palma::{nearest, palma};
use super::register::{BuiltFigures, Family, FigureRow, Index, IndexNeeds, IndexRange};
use super::terms::Settings;
use super::theil::Logs;

pub(super) const GINI: Family = Family {
    indices: &[Index {
        name: "gini_by_group",
        rows: "`gini` of each group",
        formula: "`gini` over the people of the group",
        source: "Gini 1912",
        range: IndexRange::SHARE,
        needs: IndexNeeds::Groups,
        turned: "as it is: a spread",
        ..Index::PLAIN
    }],
    build: build_gini,
};

pub(super) const THEIL: Family = Family {
    indices: &[Index {
        name: "theil_by_group",
        rows: "`theil_t`, `theil_l` of each group",
        formula: "`theil_t` and `theil_l` over the people of the group: the T_g and L_g of `…_parts`",
        source: "Theil 1967",
        needs: IndexNeeds::Groups,
        turned: "as it is: a spread",
        ..Index::PLAIN
    }],
    build: build_theil,
};

pub(super) const PALMA: Family = Family {
    indices: &[Index {
        name: "palma_by_group",
        rows: "`palma`; `palma_turned` of each group",
        formula: "`palma` over the people of the group, with the group's own percentiles of income",
        source: "after Palma 2011",
        needs: IndexNeeds::IncomeAndGroups,
        turned: "as `palma`",
        ..Index::PLAIN
    }],
    build: build_palma,
};

pub(super) const CONCENTRATION: Family = Family {
    indices: &[Index {
        name: "concentration_by_group",
        rows: "`concentration`; `concentration_turned` of each group",
        formula: "`concentration` over the people of the group, with ranks among them",
        source: "Kakwani et al. 1997",
        range: IndexRange::SIGNED,
        needs: IndexNeeds::IncomeAndGroups,
        turned: "as `concentration`",
        ..Index::PLAIN
    }],
    build: build_concentration,
};

/// A figure of each group, blank where values are below 0.
fn each(
    cells: &RankedCells,
    of: &'static str,
    rows: &[&str],
    index: impl Fn(&Draw<'_>, &Crowd, &mut Vec<f64>) + Send + Sync + 'static,
) -> Option<BuiltFigures> {
    let figure = |group: &str, row: &&str| FigureRow { of, group: group.to_string(), row: row.to_string() };
    let figures: Vec<FigureRow> =
        cells.group_names().flat_map(|group| rows.iter().map(move |row| figure(group, row))).collect();
    let (below_zero, rows) = (cells.below_zero, rows.len());
    let evaluate = move |draw: &Draw<'_>, out: &mut Vec<f64>| {
        for crowd in &draw.groups {
            match below_zero {
                true => out.extend(std::iter::repeat_n(f64::NAN, rows)),
                false => index(draw, crowd, out),
            }
        }
    };
    (!figures.is_empty()).then(|| BuiltFigures { figures, evaluate: Box::new(evaluate) })
}

fn build_gini(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    each(cells, "gini_by_group", &["gini"], |draw, crowd, out| out.push(gini(crowd, &draw.cells.values)))
}

fn build_theil(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    let logs = Logs::new(cells);
    each(cells, "theil_by_group", &["theil_t", "theil_l"], move |_, crowd, out| {
        out.extend([logs.theil_t(crowd), logs.theil_l(crowd)]);
    })
}

fn build_palma(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    if !cells.has_income() {
        return None;
    }
    let turned = cells.less_is_better;
    let row = if turned { "palma_turned" } else { "palma" };
    each(cells, "palma_by_group", &[row], move |draw, crowd, out| {
        let (incomes, values) = draw.by_income();
        let crowd = draw.poorest_first(crowd);
        let (poor, rich) = (nearest(&crowd, incomes, 0.4), nearest(&crowd, incomes, 0.9));
        out.push(palma(&crowd, incomes, values, poor, rich, turned));
    })
}

fn build_concentration(cells: &RankedCells, _: &Settings) -> Option<BuiltFigures> {
    if !cells.has_income() {
        return None;
    }
    let turned = cells.less_is_better;
    let row = if turned { "concentration_turned" } else { "concentration" };
    each(cells, "concentration_by_group", &[row], move |draw, crowd, out| {
        let (incomes, values) = draw.by_income();
        out.push(sign(turned) * concentration(&draw.poorest_first(crowd), incomes, values));
    })
}
