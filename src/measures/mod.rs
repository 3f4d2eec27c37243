//! Who reaches what, and how it is shared. Listeners of routing, and plain functions over their results.

pub mod access;
pub mod equity;
pub mod times;
pub mod turned;
