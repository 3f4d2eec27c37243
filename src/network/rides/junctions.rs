//! A graph whose nodes are junctions: turns cost nothing and are all allowed.
//!
//! Nobody passes through streets that are only to begin or to end on: beside its own node a junction that such streets
//! meet has one for those who have not left the streets of their start (*outward*), and one for those who have entered the
//! streets of their goal (*inward*). From an outward node one comes to the junction's own node, from that to inward ones,
//! and never back.

use super::costs::EdgeCosts;
use super::ids::RideNode;
use super::layer::Layer;
use crate::base::ids::{Id, IdVec, JunctionId};
use crate::network::streets::RiddenStreets;

#[derive(Clone, Debug)]
pub(super) struct JunctionNodes {
    /// Junction → whether it lies on a street to pass through.
    is_through: IdVec<JunctionId, bool>,
    /// Junction → its outward node, before its inward one; `NONE` where it has none.
    outward: IdVec<JunctionId, RideNode>,
    pub nodes: usize,
}

impl JunctionNodes {
    pub fn new(streets: &RiddenStreets) -> JunctionNodes {
        let junctions = streets.streets.nodes();
        let (mut is_through, mut outward) =
            (IdVec::new(false, junctions), IdVec::new(RideNode::NONE, junctions));
        let mut nodes = junctions as u32;
        for directed in streets.streets.directed_edges() {
            let junction = streets.streets.head(directed);
            if !streets.is_ends_only(directed.edge()) {
                is_through[junction] = true;
            } else if outward[junction] == RideNode::NONE {
                outward[junction] = RideNode(nodes);
                nodes += 2;
            }
        }
        JunctionNodes { is_through, outward, nodes: nodes as usize }
    }

    /// (From, (to, ms)).
    pub fn arcs(&self, streets: &RiddenStreets, costs: &EdgeCosts) -> Vec<(RideNode, (RideNode, u32))> {
        let mut arcs = Vec::new();
        for directed in streets.streets.directed_edges() {
            let (from, to) = (streets.streets.tail(directed), streets.streets.head(directed));
            let Some(ms) = costs.directed_ms(directed).filter(|_| from != to) else { continue };
            let [a, b] = [from, to].map(own);
            if !streets.is_ends_only(directed.edge()) {
                arcs.push((a, (b, ms)));
                continue;
            }
            let [out_a, out_b] = [from, to].map(|end| self.outward[end]);
            arcs.push((out_a, (out_b, ms)));
            arcs.push((out_a.inward(), (out_b.inward(), ms)));
            if self.is_through[to] {
                arcs.push((out_a, (b, ms)));
            }
            if self.is_through[from] {
                arcs.push((a, (out_b.inward(), ms)));
            }
        }
        arcs
    }

    /// To whom a node is.
    pub fn layer(&self, node: RideNode) -> Layer {
        match node.0.checked_sub(self.is_through.len() as u32) {
            None => Layer::Through,
            Some(more) if more % 2 == 0 => Layer::Outward,
            Some(_) => Layer::Inward,
        }
    }

    /// The junction of each node.
    pub fn junctions(&self) -> IdVec<RideNode, JunctionId> {
        let own = (0..self.is_through.len() as u32).map(JunctionId);
        let mut junctions: Vec<JunctionId> = own.clone().collect();
        junctions.resize(self.nodes, JunctionId::NONE);
        for (junction, outward) in own.map(|own| (own, self.outward[own])) {
            if outward != RideNode::NONE {
                junctions[outward.index()] = junction;
                junctions[outward.inward().index()] = junction;
            }
        }
        junctions.into()
    }

    /// The nodes at which somebody is who has set out on an edge and has come to a junction at its end.
    pub fn after(&self, junction: JunctionId, ends_only: bool) -> impl Iterator<Item = RideNode> {
        let through = self.is_through[junction].then_some(own(junction));
        through.into_iter().chain(ends_only.then_some(self.outward[junction]))
    }

    /// The nodes from which one goes along an edge to a place on it, by the junction at its end.
    pub fn before(&self, junction: JunctionId, ends_only: bool) -> impl Iterator<Item = RideNode> {
        let through = self.is_through[junction].then_some(own(junction));
        let outward = ends_only.then(|| self.outward[junction]);
        through.into_iter().chain(outward.into_iter().flat_map(|outward| [outward, outward.inward()]))
    }
}

/// A junction's own node, of those on the way.
fn own(junction: JunctionId) -> RideNode {
    RideNode(junction.0)
}
