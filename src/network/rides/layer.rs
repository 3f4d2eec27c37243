//! Three kinds of nodes: streets that are only to begin or to end on are left once, and entered once.

/// To whom a node is: to those who have not left the streets of their start that are only to begin or to end on, to those
/// on the way, to those who have entered such streets of their goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    Outward,
    Through,
    Inward,
}
