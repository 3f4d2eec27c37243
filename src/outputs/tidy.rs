//! The measures of all scenarios, profiles and periods as one long table, a row a value: `results.csv`, `results.parquet`.
//! Rows are made as they are written, for there may be millions of them.

use super::tables::Combination;

/// The columns, in their order.
pub const COLUMNS: [&str; 8] =
    ["scenario", "profile", "period", "id", "measure", "cutoff", "percentile", "value"];

/// A measure of every cell of a combination.
#[derive(Clone, Debug, PartialEq)]
pub struct Series<'a> {
    pub of: &'a Combination,
    pub ids: &'a [String],
    /// What is measured, without cutoff and percentile.
    pub measure: String,
    /// Minutes; `None`: it has none.
    pub cutoff: Option<u32>,
    /// `None`: none, as of a mean over the window.
    pub percentile: Option<f64>,
    pub values: &'a [Option<f64>],
}
