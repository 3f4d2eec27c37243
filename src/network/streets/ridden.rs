//! Streets of those who ride: as those of walkers, each edge of one way, with what its cost depends on.

use bytemuck::{Pod, Zeroable};

use super::table::{BACKWARD, FORWARD, Streets};
use crate::base::array::Array;
use crate::network::modes::bicycle;

/// What is kept of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct RiddenWay {
    pub osm_id: i64,
    /// Row of [`bicycle::CLASSES`].
    pub class: u16,
    /// Row of [`bicycle::SURFACES`].
    pub surface: u16,
    /// 1: only to begin or to end there.
    pub ends_only: u32,
}

/// Streets to ride on, or to push a bicycle along.
///
/// Their arcs are not kept: a [`crate::network::costs::CostGraph`] has its own. A component is a *strongly connected* one: from
/// everywhere in it one gets everywhere. Streets that are only to begin or to end on count to the component that they lead
/// to and come from; one-way streets that lead from one component into another are of none that is large.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RiddenStreets {
    pub streets: Streets,
    /// Edge → the directions in which one rides, [`FORWARD`] | [`BACKWARD`]; in the others that its directions allow one
    /// pushes.
    pub edge_ridden: Array<u8>,
    /// Edge → its way in `ways`.
    pub edge_way: Array<u32>,
    /// In the order of the edges that lie on them first.
    pub ways: Array<RiddenWay>,
}

impl RiddenStreets {
    /// The way of an edge.
    pub fn way(&self, edge: u32) -> &RiddenWay {
        &self.ways[self.edge_way[edge as usize] as usize]
    }

    /// Whether an edge is only to begin or to end on.
    pub fn is_ends_only(&self, edge: u32) -> bool {
        self.way(edge).ends_only != 0
    }

    /// Whether the arrays fit each other: what a file must pass before it is used.
    pub fn check(&self) -> bool {
        let edges = self.streets.edges();
        let known = |way: &RiddenWay| {
            (way.class as usize) < bicycle::CLASSES.len()
                && (way.surface as usize) < bicycle::SURFACES.len()
                && way.ends_only <= 1
        };
        self.streets.check()
            && [self.edge_ridden.len(), self.edge_way.len()].iter().all(|&len| len == edges)
            && self.edge_ridden.iter().all(|&ridden| ridden <= FORWARD | BACKWARD)
            && self.edge_way.iter().all(|&way| (way as usize) < self.ways.len())
            && self.ways.iter().all(known)
    }
}
