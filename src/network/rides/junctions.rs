//! A graph whose nodes are junctions: turns cost nothing and are all allowed.
//!
//! Nobody passes through streets that are only to begin or to end on: beside its own node a junction that such streets
//! meet has one for those who have not left the streets of their start (*outward*), and one for those who have entered the
//! streets of their goal (*inward*). From an outward node one comes to the junction's own node, from that to inward ones,
//! and never back.

use super::costs::EdgeCosts;
use super::layer::Layer;
use crate::base::NONE;
use crate::network::streets::RiddenStreets;

#[derive(Clone, Debug)]
pub(super) struct JunctionNodes {
    /// Junction → whether it lies on a street to pass through.
    is_through: Vec<bool>,
    /// Junction → its outward node, before its inward one; `NONE` where it has none.
    outward: Vec<u32>,
    pub nodes: usize,
}

impl JunctionNodes {
    pub fn new(streets: &RiddenStreets) -> JunctionNodes {
        let junctions = streets.streets.nodes();
        let (mut is_through, mut outward) = (vec![false; junctions], vec![NONE; junctions]);
        let mut nodes = junctions as u32;
        for directed in 0..2 * streets.streets.edges() as u32 {
            let junction = streets.streets.head(directed) as usize;
            if !streets.is_ends_only(directed / 2) {
                is_through[junction] = true;
            } else if outward[junction] == NONE {
                outward[junction] = nodes;
                nodes += 2;
            }
        }
        JunctionNodes { is_through, outward, nodes: nodes as usize }
    }

    /// (From, (to, ms)).
    pub fn arcs(&self, streets: &RiddenStreets, costs: &EdgeCosts) -> Vec<(u32, (u32, u32))> {
        let mut arcs = Vec::new();
        for directed in 0..2 * streets.streets.edges() as u32 {
            let (edge, backward) = (directed / 2, directed & 1 == 1);
            let (a, b) = (streets.streets.tail(directed), streets.streets.head(directed));
            let Some(ms) = costs.edge_ms(edge, backward).filter(|_| a != b) else { continue };
            let [out_a, out_b] = [a, b].map(|end| self.outward[end as usize]);
            if !streets.is_ends_only(edge) {
                arcs.push((a, (b, ms)));
                continue;
            }
            arcs.push((out_a, (out_b, ms)));
            arcs.push((out_a + 1, (out_b + 1, ms)));
            if self.is_through[b as usize] {
                arcs.push((out_a, (b, ms)));
            }
            if self.is_through[a as usize] {
                arcs.push((a, (out_b + 1, ms)));
            }
        }
        arcs
    }

    /// To whom a node is.
    pub fn layer(&self, node: u32) -> Layer {
        match node.checked_sub(self.is_through.len() as u32) {
            None => Layer::Through,
            Some(more) if more % 2 == 0 => Layer::Outward,
            Some(_) => Layer::Inward,
        }
    }

    /// The nodes at which somebody is who has set out on an edge and has come to a junction at its end.
    pub fn after(&self, junction: u32, ends_only: bool) -> impl Iterator<Item = u32> {
        let through = self.is_through[junction as usize].then_some(junction);
        through.into_iter().chain(ends_only.then_some(self.outward[junction as usize]))
    }

    /// The nodes from which one goes along an edge to a place on it, by the junction at its end.
    pub fn before(&self, junction: u32, ends_only: bool) -> impl Iterator<Item = u32> {
        let through = self.is_through[junction as usize].then_some(junction);
        let outward = self.outward[junction as usize];
        through
            .into_iter()
            .chain(ends_only.then_some([outward, outward.wrapping_add(1)]).into_iter().flatten())
    }
}
