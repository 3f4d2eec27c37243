//! What the graph of a sweep numbers.

use crate::base::ids::ids;

ids! {
    /// A stop of the graph: one with events, along a curve.
    GraphStop;
    /// Where the labels of a trip instance are while it runs.
    RunRow;
    /// Where labels wait for a departure.
    Slot;
    /// Where the walks of a batch to a stop of the graph are.
    AccessRow;
}
