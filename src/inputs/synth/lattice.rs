//! A line of the lattice, by which streets are laid and named.

/// A row (`north = false`) or column of the lattice, counted from the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub north: bool,
    pub index: i32,
}
