//! What a run has found, in short: for whoever started it.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::base::diagnostics::Diagnostics;
use crate::engine::compare::Comparison;
use crate::engine::overview::Overview;
use crate::engine::search::Valued;
use crate::measures::equity::EquityRow;
use crate::measures::shapley::Share;
use crate::scenario::EditReport;
use crate::study::Against;

/// What a run has found.
#[derive(Debug)]
pub struct Summary {
    pub folder: PathBuf,
    pub results: Vec<Overview>,
    /// Of the base.
    pub contrasts: Vec<ContrastSummary>,
    pub scenarios: Vec<ScenarioSummary>,
    pub rankings: Vec<RankingSummary>,
    pub attributions: Vec<AttributionSummary>,
    pub diagnostics: Diagnostics,
    /// Those that were not said before, and the number of the others.
    pub news: Vec<String>,
    pub counts: Map<String, Value>,
}

/// Two results of a study set against each other.
#[derive(Debug)]
pub struct ContrastSummary {
    /// `base/half_the_speed`.
    pub name: String,
    pub against: Against,
    /// Of all people, measure by measure.
    pub means: Vec<EquityRow>,
}

/// A scenario of the study.
#[derive(Debug)]
pub struct ScenarioSummary {
    pub name: String,
    /// Edit by edit.
    pub reports: Vec<EditReport>,
    pub routed: Vec<RoutedOrigins>,
    /// Each of its results against that of the base.
    pub compared: Vec<ComparedResults>,
    pub contrasts: Vec<ContrastSummary>,
}

/// How many origins were routed for a scenario in a window.
#[derive(Debug)]
pub struct RoutedOrigins {
    pub profile: String,
    pub period: String,
    pub routed: usize,
    pub all: usize,
}

/// A result against that of the base; without the columns of cells.
#[derive(Debug)]
pub struct ComparedResults {
    /// `tram/adult-morning`.
    pub after: String,
    pub before: String,
    pub found: Comparison,
}

/// Variants of a scenario by a figure.
#[derive(Debug)]
pub struct RankingSummary {
    pub name: String,
    pub figure: FigureName,
    pub profile: String,
    pub period: String,
    /// The best first.
    pub variants: Vec<(String, Valued)>,
    /// Where values are chosen one on top of the other.
    pub choices: Vec<ChoiceSummary>,
}

/// A figure of equity by its names.
#[derive(Debug)]
pub struct FigureName {
    pub measure: String,
    pub row: String,
    pub group: String,
}

/// A value that was chosen, with the figure that there is then, and the next best.
#[derive(Debug)]
pub struct ChoiceSummary {
    pub value: String,
    pub figure: Option<f64>,
    pub next: Option<(String, Option<f64>)>,
}

/// The change of a scenario's first measure, shared among its edits.
#[derive(Debug)]
pub struct AttributionSummary {
    pub scenario: String,
    pub measure: String,
    pub profile: String,
    pub period: String,
    pub whole: Option<f64>,
    /// Edit by edit.
    pub edits: Vec<(String, Option<Share>)>,
    /// Whether each has its share, of all orders.
    pub every: bool,
}
