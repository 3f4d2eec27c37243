//! What the travel times of a matrix are made of: of each pair and percentile the journey of the departure that has that
//! time, told as `isokron trip` tells it.

mod pairs;
mod parts;

pub use pairs::{BreakdownSink, PairParts, fill};
pub use parts::Breakdown;
