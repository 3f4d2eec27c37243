//! A plan for each size of region.

mod centre;
mod lines;
mod region;
mod town;

pub use region::{city, country, stockholm};
pub use town::town;
