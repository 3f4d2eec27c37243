//! All indices in one list. A new one is a file with a [`Family`] and a line in [`FAMILIES`]; help, the study's names
//! and the table in `docs/measures.md` follow from it.

use super::cells::{Draw, RankedCells};
use super::terms::Settings;
use super::{
    atkinson, by_group, central, concentration, contact, dissimilarity, entropy, gini, hoover, kolm, lorenz,
    palma, poverty, ratios, suits, surfaces, theil,
};

/// What an index needs beside the measure and the people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexNeeds {
    Nothing,
    Groups,
    /// Groups, and where the cells are.
    GroupsInPlaces,
    Income,
    IncomeAndGroups,
    Standards,
}

impl IndexNeeds {
    fn words(self) -> &'static str {
        match self {
            IndexNeeds::Nothing => "",
            IndexNeeds::Groups => "groups",
            IndexNeeds::GroupsInPlaces => "groups, places",
            IndexNeeds::Income => "income",
            IndexNeeds::IncomeAndGroups => "income, groups",
            IndexNeeds::Standards => "standards",
        }
    }
}

/// What values an index can have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IndexRange {
    /// Those of the measure itself.
    Measure,
    /// From the first to the second, infinite where there is no end.
    From(f64, f64),
}

/// How far rounding can bring a figure out of its range.
const ROUNDING: f64 = 1e-9;

impl IndexRange {
    pub(super) const SHARE: IndexRange = IndexRange::From(0.0, 1.0);
    pub(super) const FROM_0: IndexRange = IndexRange::From(0.0, f64::INFINITY);
    pub(super) const SIGNED: IndexRange = IndexRange::From(-1.0, 1.0);

    /// `0 to 1`, `0 and more`.
    fn words(self) -> String {
        let number = |x: f64| x.to_string().replace('-', "−");
        match self {
            IndexRange::Measure => "the measure's".to_string(),
            IndexRange::From(f64::NEG_INFINITY, _) => "any".to_string(),
            IndexRange::From(low, f64::INFINITY) => format!("{} and more", number(low)),
            IndexRange::From(low, high) => format!("{} to {}", number(low), number(high)),
        }
    }

    /// `value` without what rounding adds at an end: a share of 1 + 2⁻⁵² is 1. What is further out stays: it would be
    /// a mistake, which nothing should hide.
    pub(super) fn rounded(self, value: f64) -> f64 {
        match self {
            IndexRange::From(low, _) if value < low && value > low - ROUNDING => low,
            IndexRange::From(_, high) if value > high && value < high + ROUNDING => high,
            _ => value,
        }
    }
}

/// What is said of an index.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// The name in the study and on the command line.
    pub name: &'static str,
    /// How its rows are called, if not as itself alone.
    pub rows: &'static str,
    /// p: share of the people, A: the measure, μ: its mean.
    pub formula: &'static str,
    /// Author and year.
    pub source: &'static str,
    pub unit: &'static str,
    /// Figures and both ends of their intervals are in it.
    pub range: IndexRange,
    pub needs: IndexNeeds,
    /// Parameters, by their keys in the study.
    pub parameters: &'static str,
    /// What becomes of it where small values are good.
    pub turned: &'static str,
    /// What else the name stands for, and what others call this.
    pub elsewhere: &'static str,
    pub by_default: bool,
}

impl Index {
    /// An index without unit, needs or parameters: what a family changes, it names.
    pub(super) const PLAIN: Index = Index {
        name: "",
        rows: "",
        formula: "",
        source: "",
        unit: "1",
        range: IndexRange::FROM_0,
        needs: IndexNeeds::Nothing,
        parameters: "",
        turned: "as it is",
        elsewhere: "",
        by_default: false,
    };
}

/// Indices that are computed together.
pub struct Family {
    pub indices: &'static [Index],
    /// `None` where the cells lack what the family needs.
    pub(super) build: fn(&RankedCells, &Settings) -> Option<BuiltFigures>,
}

/// One row to come: `group` and `row` are its names in the table, `of` the index that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureRow {
    pub of: &'static str,
    pub group: String,
    pub row: String,
}

/// Figures, and the function that computes them from a draw, in their order; NaN where one is not defined.
pub(super) struct BuiltFigures {
    pub figures: Vec<FigureRow>,
    pub evaluate: Evaluate,
}

pub(super) type Evaluate = Box<dyn Fn(&Draw<'_>, &mut Vec<f64>) + Send + Sync>;

/// All there are, in the order of their rows.
pub const FAMILIES: &[Family] = &[
    central::FAMILY,
    ratios::FAMILY,
    gini::FAMILY,
    by_group::GINI,
    hoover::FAMILY,
    lorenz::FAMILY,
    theil::FAMILY,
    by_group::THEIL,
    theil::GENERALISED,
    atkinson::FAMILY,
    kolm::FAMILY,
    poverty::FAMILY,
    palma::FAMILY,
    by_group::PALMA,
    concentration::FAMILY,
    by_group::CONCENTRATION,
    suits::FAMILY,
    dissimilarity::FAMILY,
    dissimilarity::MULTIGROUP,
    surfaces::FAMILY,
    contact::FAMILY,
    entropy::FAMILY,
];

/// All indices, in the order of their rows.
pub fn indices() -> impl Iterator<Item = &'static Index> + Clone {
    FAMILIES.iter().flat_map(|family| family.indices)
}

/// The names of the indices that are computed when nobody says which.
pub fn defaults() -> Vec<String> {
    indices().filter(|index| index.by_default).map(|index| index.name.to_string()).collect()
}

/// The table of `docs/measures.md`.
pub fn table() -> String {
    let mut table = String::from(
        "| index | rows | formula | author, year | unit | range | needs | parameters | where less is better | elsewhere \
         |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for index in indices() {
        let star = if index.by_default { "\\*" } else { "" };
        let rows = if index.rows.is_empty() { format!("`{}`", index.name) } else { index.rows.to_string() };
        let formula = index.formula.replace('|', "\\|");
        table += &format!(
            "| `{}`{star} | {rows} | {formula} | {} | {} | {} | {} | {} | {} | {} |\n",
            index.name,
            index.source,
            index.unit,
            index.range.words(),
            index.needs.words(),
            index.parameters,
            index.turned,
            index.elsewhere,
        );
    }
    table
}

/// A line or two for each index, for terminals of 80 columns.
pub fn help() -> String {
    let mut text = String::new();
    for index in indices() {
        let star = if index.by_default { "*" } else { " " };
        let range = index.range.words();
        let more = match index.needs {
            IndexNeeds::Nothing => range,
            needs => format!("needs {}; {range}", needs.words()),
        };
        let line = format!("  {:<26}{star}{}; ", index.name, index.source);
        text += &match line.chars().count() + more.chars().count() {
            0..=80 => format!("{line}{more}\n"),
            _ => format!("{}\n{:29}{more}\n", line.trim_end(), ""),
        };
    }
    text
}
