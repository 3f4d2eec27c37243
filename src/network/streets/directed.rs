//! An edge and the direction in which one goes along it.

use crate::base::ids::{EdgeId, Id, ids};

ids! {
    /// An edge along its shape (twice its number), or against it (one more).
    DirectedEdge;
}

impl DirectedEdge {
    /// An edge in the direction 0, along it, or 1, against it.
    #[inline]
    pub fn new(edge: EdgeId, direction: usize) -> DirectedEdge {
        DirectedEdge(2 * edge.0 + direction as u32)
    }

    /// An edge in both directions.
    #[inline]
    pub fn both(edge: EdgeId) -> [DirectedEdge; 2] {
        [0, 1].map(|direction| DirectedEdge::new(edge, direction))
    }

    #[inline]
    pub fn edge(self) -> EdgeId {
        EdgeId(self.0 / 2)
    }

    /// 0: along the edge; 1: against it.
    #[inline]
    pub fn direction(self) -> usize {
        self.index() % 2
    }

    #[inline]
    pub fn is_backward(self) -> bool {
        self.direction() == 1
    }

    /// The same edge the other way.
    #[inline]
    pub fn turned(self) -> DirectedEdge {
        DirectedEdge(self.0 ^ 1)
    }
}
