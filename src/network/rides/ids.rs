//! What graphs to ride or drive on number, beside junctions and edges.

use crate::base::ids::ids;
use crate::network::streets::DirectedEdge;

ids! {
    /// A node of a ride graph: where one is, and of those streets that are only to begin or to end on, to whom it is.
    RideNode;
    /// A vertex of the core: a junction, or, where turns matter, a directed street (`2 × street`, `+ 1` against it).
    CoreVertex;
    /// A street of the core: an edge, or, behind these, one of a longer state.
    CoreStreet;
    /// Where one drives, and as much of the way there as matters for what is forbidden next.
    DriveState;
}

impl RideNode {
    /// Beside the node of those who have not left the streets of their start, that of those who have entered the streets of
    /// their goal.
    pub(super) fn inward(self) -> RideNode {
        RideNode(self.0 + 1)
    }
}

impl CoreVertex {
    /// Where turns matter: the same street the other way.
    pub(super) fn turned(self) -> CoreVertex {
        CoreVertex(self.0 ^ 1)
    }
}

impl DriveState {
    /// That of an edge, however one came there.
    pub(super) fn of_edge(directed: DirectedEdge) -> DriveState {
        DriveState(directed.0)
    }
}
