//! Streets to ride or drive on → a directed graph with whole milliseconds.
//!
//! A leg (link, streets, link) is summed in milliseconds and rounded up to seconds once. Links are straight lines on
//! foot, beside the vehicle or from it. With [`RideGraph::reversed`] one searches from goals to starts.

use std::sync::Arc;

use super::costs::{CarSpeeds, EdgeCosts, Speeds, on_foot_ms};
use super::junctions::JunctionNodes;
use super::turns::{TurnCosts, TurnNodes};
use crate::base::csr::Csr;
use crate::base::units::SpeedMmPerS;
use crate::network::modes::car_delays;
use crate::network::reach::{Arcs, EdgePosition};
use crate::network::streets::RiddenStreets;

/// Streets with the costs of one who rides or drives.
#[derive(Clone, Debug)]
pub struct RideGraph {
    pub(super) streets: Arc<RiddenStreets>,
    costs: Arc<EdgeCosts>,
    /// Along links.
    on_foot: SpeedMmPerS,
    nodes: Arc<Nodes>,
    first_out: Vec<u32>,
    head: Vec<u32>,
    cost_ms: Vec<u32>,
    /// Arcs go against the way of travel, and searches from goals to starts.
    pub(super) reversed: bool,
}

/// What a node of the graph is.
#[derive(Debug)]
enum Nodes {
    Junctions(JunctionNodes),
    Turns(TurnNodes),
}

impl RideGraph {
    /// By bicycle: whoever may not turn may push.
    pub fn bicycle(streets: Arc<RiddenStreets>, speeds: Speeds) -> RideGraph {
        let costs = EdgeCosts::bicycle(&streets, speeds);
        let nodes = JunctionNodes::new(&streets);
        let (count, arcs) = (nodes.nodes, nodes.arcs(&streets, &costs));
        RideGraph::of(streets, costs, speeds.push, Nodes::Junctions(nodes), count, &arcs)
    }

    /// By car, with delays and restrictions of turns.
    pub fn car(streets: Arc<RiddenStreets>, speeds: CarSpeeds) -> RideGraph {
        let costs = EdgeCosts::car(&streets, &speeds);
        let delays = car_delays::delays(speeds.delays);
        let turn_costs = TurnCosts { delays, drives_left: streets.drives_left() };
        let nodes = TurnNodes::new(&streets, &costs, turn_costs);
        let (count, arcs) = (nodes.nodes, nodes.arcs(&costs));
        RideGraph::of(streets, costs, speeds.walk, Nodes::Turns(nodes), count, &arcs)
    }

    fn of(
        streets: Arc<RiddenStreets>,
        costs: EdgeCosts,
        on_foot: SpeedMmPerS,
        nodes: Nodes,
        count: usize,
        arcs: &[(u32, (u32, u32))],
    ) -> RideGraph {
        let (first_out, head, cost_ms) = (Vec::new(), Vec::new(), Vec::new());
        let (costs, nodes) = (Arc::new(costs), Arc::new(nodes));
        let mut graph =
            RideGraph { streets, costs, on_foot, nodes, first_out, head, cost_ms, reversed: false };
        graph.set_arcs(count, arcs);
        graph
    }

    /// The same seen from the goals.
    pub fn reversed(&self) -> RideGraph {
        let mut graph = RideGraph { reversed: !self.reversed, ..self.clone() };
        let arcs: Vec<(u32, (u32, u32))> = (0..self.nodes() as u32)
            .flat_map(|node| {
                let own = self.first_out[node as usize] as usize..self.first_out[node as usize + 1] as usize;
                own.map(move |arc| (self.head[arc], (node, self.cost_ms[arc])))
            })
            .collect();
        graph.set_arcs(self.nodes(), &arcs);
        graph
    }

    fn set_arcs(&mut self, nodes: usize, arcs: &[(u32, (u32, u32))]) {
        let rows = Csr::from_pairs(nodes, arcs);
        self.first_out = rows.offsets().to_vec();
        self.head = rows.values().iter().map(|&(head, _)| head).collect();
        self.cost_ms = rows.values().iter().map(|&(_, ms)| ms).collect();
    }

    /// The graph as flat arrays, each cost at least 1 ms.
    pub fn arcs(&self) -> Arcs<'_> {
        Arcs { first_out: &self.first_out, head: &self.head, cost: &self.cost_ms }
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.first_out.len() - 1
    }

    fn edge_mm(&self, at: EdgePosition) -> u32 {
        self.streets.streets.edge_mm[at.edge as usize]
    }

    /// The directed edges that one who is at a place can set out along, or come along, with the ms to their end or from
    /// their start.
    fn ways(
        &self,
        at: EdgePosition,
        ms: impl Fn(&EdgeCosts, u32, EdgePosition, bool) -> Option<u64>,
    ) -> impl Iterator<Item = (u32, u64)> {
        let of = [false, true].map(|backward| {
            Some((2 * at.edge + u32::from(backward), ms(&self.costs, self.edge_mm(at), at, backward)?))
        });
        of.into_iter().flatten()
    }

    /// The junctions at whose spot a place is (an edge of no length is at both ends).
    fn junction_at(&self, at: EdgePosition) -> impl Iterator<Item = u32> {
        let streets = &self.streets.streets;
        let start = (at.at_mm == 0).then(|| streets.edge_from[at.edge as usize]);
        let end = (at.at_mm == self.edge_mm(at)).then(|| streets.edge_to[at.edge as usize]);
        start.into_iter().chain(end)
    }

    /// The nodes that one comes to who sets out at a place, with ms, its link included.
    pub(super) fn starts(&self, at: EdgePosition) -> Vec<(u32, u64)> {
        let link = self.link_ms(at);
        let ends_only = self.streets.is_ends_only(at.edge);
        let mut nodes = Vec::new();
        for (directed, ms) in self.ways(at, EdgeCosts::from_place) {
            match &*self.nodes {
                Nodes::Junctions(all) => {
                    let head = self.streets.streets.head(directed);
                    nodes.extend(all.after(head, ends_only).map(|node| (node, link + ms)));
                }
                Nodes::Turns(all) => {
                    let after = all.after(directed).iter();
                    nodes.extend(after.map(|&(node, turn_ms)| (node, link + ms + u64::from(turn_ms))));
                }
            }
        }
        if let Nodes::Junctions(all) = &*self.nodes {
            // At its end a place is at the junction, whatever the direction of the edge.
            for junction in self.junction_at(at) {
                nodes.extend(all.after(junction, ends_only).map(|node| (node, link)));
            }
        }
        nodes
    }

    /// The nodes from which one comes to a place, with ms, its link included.
    pub(super) fn goals(&self, at: EdgePosition) -> Vec<(u32, u64)> {
        let link = self.link_ms(at);
        let ends_only = self.streets.is_ends_only(at.edge);
        let mut nodes = Vec::new();
        for (directed, ms) in self.ways(at, EdgeCosts::to_place) {
            match &*self.nodes {
                Nodes::Junctions(all) => {
                    let tail = self.streets.streets.tail(directed);
                    nodes.extend(all.before(tail, ends_only).map(|node| (node, link + ms)));
                }
                Nodes::Turns(all) => {
                    nodes.extend(all.before(directed).iter().map(|&node| (node, link + ms)));
                }
            }
        }
        if let Nodes::Junctions(all) = &*self.nodes {
            for junction in self.junction_at(at) {
                nodes.extend(all.before(junction, ends_only).map(|node| (node, link)));
            }
        }
        nodes
    }

    fn link_ms(&self, at: EdgePosition) -> u64 {
        on_foot_ms(self.on_foot, at.link_mm)
    }

    /// From one place to another of the same edge without leaving it, links included.
    pub(super) fn along(&self, from: EdgePosition, to: EdgePosition) -> Option<u64> {
        let links = self.link_ms(from) + self.link_ms(to);
        if from.at_mm == to.at_mm {
            return Some(links);
        }
        let backward = to.at_mm < from.at_mm;
        let place = |at| self.costs.to_place(self.edge_mm(at), at, backward);
        Some(links + place(to)?.abs_diff(place(from)?))
    }
}
