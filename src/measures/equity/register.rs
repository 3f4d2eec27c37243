//! All indices in one list. A new one is a file with a [`Family`] and a line in [`FAMILIES`]; help, the study's names
//! and the table in `docs/measures.md` follow from it.

use super::cells::{Cells, Draw};
use super::{
    Settings, atkinson, central, concentration, dissimilarity, gini, kolm, lorenz, palma, poverty, ratios,
    suits, theil,
};

/// What an index needs beside the measure and the people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Groups,
    Income,
    Standards,
}

impl Needs {
    fn words(self) -> &'static str {
        match self {
            Needs::Nothing => "",
            Needs::Groups => "groups",
            Needs::Income => "income",
            Needs::Standards => "standards",
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
    pub needs: Needs,
    /// Parameters, by their keys in the study.
    pub parameters: &'static str,
    /// What becomes of it where small values are good.
    pub turned: &'static str,
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
        needs: Needs::Nothing,
        parameters: "",
        turned: "as it is",
        by_default: false,
    };
}

/// Indices that are computed together.
pub struct Family {
    pub indices: &'static [Index],
    /// `None` where the cells lack what the family needs.
    pub(super) build: fn(&Cells, &Settings) -> Option<Built>,
}

/// One row to come: `group` and `row` are its names in the table, `of` the index that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub of: &'static str,
    pub group: String,
    pub row: String,
}

/// Figures, and the function that computes them from a draw, in their order; NaN where one is not defined.
pub(super) struct Built {
    pub figures: Vec<Figure>,
    pub evaluate: Evaluate,
}

pub(super) type Evaluate = Box<dyn Fn(&Draw<'_>, &mut Vec<f64>) + Send + Sync>;

/// All there are, in the order of their rows.
pub const FAMILIES: &[Family] = &[
    central::FAMILY,
    ratios::FAMILY,
    gini::FAMILY,
    lorenz::FAMILY,
    theil::FAMILY,
    atkinson::FAMILY,
    kolm::FAMILY,
    poverty::FAMILY,
    palma::FAMILY,
    concentration::FAMILY,
    suits::FAMILY,
    dissimilarity::FAMILY,
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
        "| index | rows | formula | author, year | unit | needs | parameters | where less is better |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for index in indices() {
        let star = if index.by_default { "\\*" } else { "" };
        let rows = if index.rows.is_empty() { format!("`{}`", index.name) } else { index.rows.to_string() };
        let formula = index.formula.replace('|', "\\|");
        table += &format!(
            "| `{}`{star} | {rows} | {formula} | {} | {} | {} | {} | {} |\n",
            index.name,
            index.source,
            index.unit,
            index.needs.words(),
            index.parameters,
            index.turned,
        );
    }
    table
}

/// A line or two for each index, for terminals of 80 columns.
pub fn help() -> String {
    let mut text = String::new();
    for index in indices() {
        let star = if index.by_default { "*" } else { " " };
        let needs = match index.needs {
            Needs::Nothing => String::new(),
            needs => format!("; needs {}", needs.words()),
        };
        text += &format!("  {:<26}{star}{}{needs}\n", index.name, index.source);
    }
    text
}
