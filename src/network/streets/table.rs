//! [`Streets`]: junctions, edges with their shapes, arcs to walk along and components, as flat arrays.

use super::directed::DirectedEdge;
use crate::base::array::Array;
use crate::base::ids::{EdgeId, Id, JunctionId};

/// An edge may be walked in the order of its shape.
pub const FORWARD: u8 = 1;
/// … and against it.
pub const BACKWARD: u8 = 2;
/// No edge is longer, in mm, so that sums of two fit in `u32`.
pub const MAX_EDGE_MM: u32 = 1 << 30;

/// Streets of a mode. Lengths in mm, coordinates in 1e-7 degrees (WGS 84).
///
/// All indices are in range, all offsets sound: made by [`super::build`] or tested by [`Streets::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streets {
    /// Junction → its arcs (`nodes + 1` offsets).
    pub arc_offsets: Array<u32>,
    /// The junction that an arc leads to.
    pub arc_to: Array<JunctionId>,
    pub arc_mm: Array<u32>,
    pub edge_from: Array<JunctionId>,
    pub edge_to: Array<JunctionId>,
    pub edge_mm: Array<u32>,
    /// [`FORWARD`] | [`BACKWARD`].
    pub edge_directions: Array<u8>,
    pub edge_component: Array<u32>,
    /// Edge → as how many mm it counts along it, and against it, where slopes do; empty: its length. No part of a file.
    pub walked_mm: [Array<u32>; 2],
    /// Edge → its points, both ends included (`edges + 1` offsets).
    pub shape_offsets: Array<u32>,
    pub shape_lon_e7: Array<i32>,
    pub shape_lat_e7: Array<i32>,
    /// From the edge's start along it: 0 … `edge_mm`.
    pub shape_mm: Array<u32>,
    /// OSM nodes before contraction.
    pub component_nodes: Array<u32>,
    /// Length of all edges.
    pub component_mm: Array<i64>,
    /// 1: has `min_island_nodes` nodes; 0: a small island.
    pub component_large: Array<u8>,
}

impl Default for Streets {
    /// No streets at all.
    fn default() -> Self {
        Streets {
            arc_offsets: vec![0].into(),
            arc_to: Array::default(),
            arc_mm: Array::default(),
            edge_from: Array::default(),
            edge_to: Array::default(),
            edge_mm: Array::default(),
            edge_directions: Array::default(),
            edge_component: Array::default(),
            walked_mm: [Array::default(), Array::default()],
            shape_offsets: vec![0].into(),
            shape_lon_e7: Array::default(),
            shape_lat_e7: Array::default(),
            shape_mm: Array::default(),
            component_nodes: Array::default(),
            component_mm: Array::default(),
            component_large: Array::default(),
        }
    }
}

/// Whether offsets start at 0, never fall and end at `values`.
fn sound_offsets(offsets: &[u32], values: usize) -> bool {
    offsets.first() == Some(&0)
        && offsets.is_sorted()
        && offsets.last().is_some_and(|&last| last as usize == values)
}

impl Streets {
    /// As how many mm an edge counts in a direction.
    #[inline]
    pub fn walked_mm(&self, edge: EdgeId, backward: bool) -> u32 {
        let walked = &self.walked_mm[usize::from(backward)];
        walked.get(edge.index()).copied().unwrap_or(self.edge_mm[edge.index()])
    }

    /// Sets the arcs of every junction, in the order of the edges.
    pub fn set_arcs(&mut self, junctions: usize) {
        let mut arcs: Vec<(JunctionId, JunctionId, u32)> = Vec::with_capacity(self.edges() * 2);
        for edge in self.edge_ids() {
            let (from, to) = (self.edge_from[edge.index()], self.edge_to[edge.index()]);
            // A loop leads nowhere else: links on it find its junction by themselves.
            if from == to {
                continue;
            }
            if self.edge_directions[edge.index()] & FORWARD != 0 {
                arcs.push((from, to, self.walked_mm(edge, false)));
            }
            if self.edge_directions[edge.index()] & BACKWARD != 0 {
                arcs.push((to, from, self.walked_mm(edge, true)));
            }
        }
        arcs.sort_by_key(|&(from, _, _)| from);
        let mut offsets = vec![0; junctions + 1];
        for &(from, _, _) in &arcs {
            offsets[from.index() + 1] += 1;
        }
        for i in 0..junctions {
            offsets[i + 1] += offsets[i];
        }
        self.arc_offsets = offsets.into();
        self.arc_to = arcs.iter().map(|&(_, to, _)| to).collect();
        self.arc_mm = arcs.iter().map(|&(_, _, mm)| mm).collect();
    }

    /// Number of junctions.
    pub fn nodes(&self) -> usize {
        self.arc_offsets.len() - 1
    }

    /// Number of edges.
    pub fn edges(&self) -> usize {
        self.edge_from.len()
    }

    pub fn edge_ids(&self) -> impl Iterator<Item = EdgeId> + use<> {
        (0..self.edges() as u32).map(EdgeId)
    }

    /// Every edge in both directions.
    pub fn directed_edges(&self) -> impl Iterator<Item = DirectedEdge> + use<> {
        self.edge_ids().flat_map(DirectedEdge::both)
    }

    pub fn junction_ids(&self) -> impl Iterator<Item = JunctionId> + use<> {
        (0..self.nodes() as u32).map(JunctionId)
    }

    /// Number of components, directions ignored.
    pub fn components(&self) -> usize {
        self.component_nodes.len()
    }

    /// Where the points of an edge lie in the `shape_…` arrays.
    #[inline]
    pub fn shape(&self, edge: EdgeId) -> std::ops::Range<usize> {
        self.shape_offsets[edge.index()] as usize..self.shape_offsets[edge.index() + 1] as usize
    }

    /// The junction that a directed edge leads to.
    pub fn head(&self, directed: DirectedEdge) -> JunctionId {
        let ends = if directed.is_backward() { &self.edge_from } else { &self.edge_to };
        ends[directed.edge().index()]
    }

    /// The junction that a directed edge comes from.
    pub fn tail(&self, directed: DirectedEdge) -> JunctionId {
        self.head(directed.turned())
    }

    /// Total length, mm.
    pub fn total_mm(&self) -> i64 {
        self.component_mm.iter().sum()
    }

    /// The share of all OSM nodes that lies in the largest component, 0 … 1; 0 without streets.
    pub fn largest_share(&self) -> f64 {
        let all: u64 = self.component_nodes.iter().map(|&n| u64::from(n)).sum();
        let largest = self.component_nodes.iter().max().copied().unwrap_or(0);
        if all == 0 { 0.0 } else { f64::from(largest) / all as f64 }
    }

    /// Whether the arrays fit each other: what a file must pass before it is used.
    pub fn check(&self) -> bool {
        let edges = self.edges();
        let points = self.shape_mm.len();
        let arcs = self.arc_to.len();
        let components = self.components();
        let lengths =
            [self.edge_to.len(), self.edge_mm.len(), self.edge_directions.len(), self.edge_component.len()]
                .iter()
                .all(|&len| len == edges)
                && self.arc_mm.len() == arcs
                && self.shape_lon_e7.len() == points
                && self.shape_lat_e7.len() == points
                && self.component_mm.len() == components
                && self.component_large.len() == components
                && self.shape_offsets.len() == edges + 1;
        if !lengths || !sound_offsets(&self.arc_offsets, arcs) || !sound_offsets(&self.shape_offsets, points)
        {
            return false;
        }
        let nodes = self.nodes();
        let in_range = |values: &[JunctionId]| values.iter().all(|junction| junction.index() < nodes);
        let shape_is_sound = |id: EdgeId| {
            let (mm, edge) = (&self.shape_mm[self.shape(id)], id.index());
            mm.len() >= 2
                && mm[0] == 0
                && mm.is_sorted()
                && mm.last() == Some(&self.edge_mm[edge])
                && self.edge_mm[edge] <= MAX_EDGE_MM
                && (FORWARD..=FORWARD | BACKWARD).contains(&self.edge_directions[edge])
        };
        in_range(&self.arc_to)
            && in_range(&self.edge_from)
            && in_range(&self.edge_to)
            && self.edge_component.iter().all(|&component| (component as usize) < components)
            && self.arc_mm.iter().all(|&mm| mm <= MAX_EDGE_MM)
            && self.edge_ids().all(shape_is_sound)
    }
}
