//! `attribute` of a scenario: how its change is shared among its edits.

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
