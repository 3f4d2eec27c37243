//! The version of what a run writes: the manifest says it, and every Parquet file under [`KEY`].

use super::error::{Error, Result};

/// Grows when files, columns or keys move or change their meaning, so that an older isokron would read them wrongly.
/// What is only added leaves it. Results that do not say theirs are of 1. `fixtures/old` has a folder of each.
///
/// 2: sums over places are added up in another order than in 1, so that their last digits may be others.
pub const RESULTS: u64 = 2;

/// Who wrote results, as their manifest says.
pub const PROGRAM: &str = "isokron";

/// The key in the metadata of Parquet files.
pub const KEY: &str = "isokron.format";

/// Refuses what a later isokron wrote: it may mean something else by the same names.
///
/// # Errors
/// A format above [`RESULTS`], as a problem of `place`.
pub fn known(place: &str, format: Option<u64>) -> Result<()> {
    match format {
        Some(newer) if newer > RESULTS => Err(Error::input(
            place,
            format!("is of format {newer}, and this isokron knows results up to format {RESULTS}"),
            "read it with the isokron that wrote it, or a later one",
        )),
        _ => Ok(()),
    }
}
