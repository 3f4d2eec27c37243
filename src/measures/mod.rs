//! Who reaches what, and how it is shared. Listeners of routing, and plain functions over their results.
//!
//! `kinds` and `decay` are the registers of measures of access and of decay functions; `asked` makes them from a
//! study, `plan` ties them to columns, `stream` listens to routing, `pairwise` adds up what it hears, `rows` and `tiles` are
//! stored matrices.

pub mod access;
pub mod decay;
pub mod departures;
pub mod equity;
pub mod isochrone;
pub mod kinds;
pub mod pairwise;
pub mod parameters;
pub mod plan;
pub mod ranking;
pub mod rows;
pub mod shapley;
pub mod spec;
pub mod stream;
pub mod tables;
pub mod tiles;
pub mod times;
pub mod turned;
pub mod unit;
pub mod winners;
