//! Scenarios that are run many times, with one value after another: what varies, and by which figure they are ranked.

use super::Scenario;
use crate::base::place::Place;

/// A scenario with `[[scenario.vary]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    pub name: String,
    /// `study.toml:41:1`.
    pub place: Place,
    /// Each variant is one of the study's scenarios, too, with all its files.
    pub keep: bool,
    /// What varies, as columns of the ranking are called.
    pub keys: Vec<String>,
    /// The last key's values run fastest.
    pub variants: Vec<Variant>,
    /// The edit, counted from 0, of which the first key is.
    pub varied: usize,
    pub rank: RankSpec,
    /// So many values are chosen, one on top of the other; 0: none.
    pub greedy: u32,
    /// Its keys as JSON, for the manifest.
    pub written: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub scenario: Scenario,
    /// One for each key, as text.
    pub values: Vec<String>,
}

/// The figure of equity by which variants are ranked.
#[derive(Clone, Debug, PartialEq)]
pub struct RankSpec {
    pub place: Place,
    /// A measure; `None`: the first.
    pub by: Option<String>,
    pub index: String,
    pub group: String,
    /// `None`: the study's first.
    pub profile: Option<String>,
    pub period: Option<String>,
    /// Whether large figures are good; `None`: as the measure and the index are.
    pub largest: Option<bool>,
}

/// How the change that a scenario makes is shared among its edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Each edit alone, and all but it.
    OneAtATime,
    /// Shapley's shares beside.
    Shapley,
}

/// Most edits for Shapley's shares: 2⁶ scenarios.
pub const MAX_SHAPLEY: usize = 6;
