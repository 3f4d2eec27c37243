//! Who reaches what, and how it is shared.

pub mod access;
pub mod equity;
