//! Streets to ride or drive on → a directed graph with whole milliseconds.
//!
//! A leg (link, streets, link) is summed in milliseconds and rounded up to seconds once. Links are straight lines on
//! foot, beside the vehicle or from it. With [`RideGraph::reversed`] one searches from goals to starts.

use std::sync::Arc;

use super::costs::{CarSpeeds, EdgeCosts, PlaceMs, Speeds, on_foot_ms};
use super::ids::{CoreVertex, RideNode};
use super::junctions::JunctionNodes;
use super::layer::Layer;
use super::turns::{TurnCosts, TurnNodes};
use crate::base::csr::Csr;
use crate::base::ids::Id;
use crate::base::units::SpeedMmPerS;
use crate::network::modes::car_delays;
use crate::network::reach::{Arcs, EdgePosition};
use crate::network::streets::{DirectedEdge, RiddenStreets};

/// Streets with the costs of one who rides or drives.
#[derive(Clone, Debug)]
pub struct RideGraph {
    pub(super) streets: Arc<RiddenStreets>,
    pub(super) costs: Arc<EdgeCosts>,
    /// Along links.
    on_foot: SpeedMmPerS,
    pub(super) nodes: Arc<Nodes>,
    first_out: Vec<u32>,
    head: Vec<RideNode>,
    cost_ms: Vec<u32>,
    /// Arcs go against the way of travel, and searches from goals to starts.
    pub(super) reversed: bool,
}

/// What a node of the graph is.
#[derive(Debug)]
pub(super) enum Nodes {
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
        arcs: &[(RideNode, (RideNode, u32))],
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
        let arcs: Vec<(RideNode, (RideNode, u32))> = (0..self.nodes() as u32)
            .map(RideNode)
            .flat_map(|node| {
                let own = self.first_out[node.index()] as usize..self.first_out[node.index() + 1] as usize;
                own.map(move |arc| (self.head[arc], (node, self.cost_ms[arc])))
            })
            .collect();
        graph.set_arcs(self.nodes(), &arcs);
        graph
    }

    /// Whether it leads from goals to starts.
    pub fn is_reversed(&self) -> bool {
        self.reversed
    }

    fn set_arcs(&mut self, nodes: usize, arcs: &[(RideNode, (RideNode, u32))]) {
        let rows = Csr::from_pairs(nodes, arcs);
        self.first_out = rows.offsets().to_vec();
        self.head = rows.values().iter().map(|&(head, _)| head).collect();
        self.cost_ms = rows.values().iter().map(|&(_, ms)| ms).collect();
    }

    /// The graph as flat arrays, each cost at least 1 ms.
    pub fn arcs(&self) -> Arcs<'_, RideNode> {
        Arcs { first_out: &self.first_out, head: &self.head, cost: &self.cost_ms }
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.first_out.len() - 1
    }

    /// To whom a node is.
    pub(super) fn layer(&self, node: RideNode) -> Layer {
        match &*self.nodes {
            Nodes::Junctions(all) => all.layer(node),
            Nodes::Turns(all) => all.layer(node),
        }
    }

    /// The vertex of the core that a node is, or `NONE`.
    pub(super) fn vertex(&self, node: RideNode) -> CoreVertex {
        match &*self.nodes {
            Nodes::Junctions(_) => CoreVertex(node.0),
            Nodes::Turns(all) => all.vertex(node),
        }
    }

    /// The nodes that one comes to who sets out at a place, with ms, its link included.
    pub fn starts(&self, at: EdgePosition) -> Vec<(RideNode, u64)> {
        self.starts_by_direction(at).into_iter().map(|(node, ms, _)| (node, ms)).collect()
    }

    /// The same with the direction in which the place's edge is left: 0 along it, 1 against it.
    pub(super) fn starts_by_direction(&self, at: EdgePosition) -> Vec<(RideNode, u64, usize)> {
        let (link, ends_only) = (self.link_ms(at), self.streets.is_ends_only(at.edge));
        let mut nodes = Vec::new();
        for (direction, ms) in self.place(at).to_end.into_iter().enumerate() {
            let Some(ms) = ms else { continue };
            let directed = DirectedEdge::new(at.edge, direction);
            match &*self.nodes {
                Nodes::Junctions(all) => {
                    let head = self.streets.streets.head(directed);
                    nodes.extend(all.after(head, ends_only).map(|node| (node, link + ms, direction)));
                }
                Nodes::Turns(all) => {
                    let after = all.after(directed).iter();
                    nodes.extend(
                        after.map(|&(node, turn_ms)| (node, link + ms + u64::from(turn_ms), direction)),
                    );
                }
            }
        }
        nodes
    }

    /// The nodes from which one comes to a place, with ms, its link included.
    pub fn goals(&self, at: EdgePosition) -> Vec<(RideNode, u64)> {
        self.goals_by_direction(at).into_iter().map(|(node, ms, _)| (node, ms)).collect()
    }

    /// The same with the direction in which the place's edge is gone along.
    pub(super) fn goals_by_direction(&self, at: EdgePosition) -> Vec<(RideNode, u64, usize)> {
        let (link, ends_only) = (self.link_ms(at), self.streets.is_ends_only(at.edge));
        let mut nodes = Vec::new();
        for (direction, ms) in self.place(at).from_start.into_iter().enumerate() {
            let Some(ms) = ms else { continue };
            let directed = DirectedEdge::new(at.edge, direction);
            match &*self.nodes {
                Nodes::Junctions(all) => {
                    let tail = self.streets.streets.tail(directed);
                    nodes.extend(all.before(tail, ends_only).map(|node| (node, link + ms, direction)));
                }
                Nodes::Turns(all) => {
                    nodes.extend(all.before(directed).iter().map(|&node| (node, link + ms, direction)));
                }
            }
        }
        nodes
    }

    pub(super) fn place(&self, at: EdgePosition) -> PlaceMs {
        self.costs.place(self.streets.streets.edge_mm[at.edge.index()], at)
    }

    pub(super) fn link_ms(&self, at: EdgePosition) -> u64 {
        on_foot_ms(self.on_foot, at.link_mm)
    }

    /// From one place to another of the same edge without leaving it, links included.
    pub fn along(&self, from: EdgePosition, to: EdgePosition) -> Option<u64> {
        let (a, b) = (self.place(from).from_start, self.place(to).from_start);
        let by = |side: usize| b[side]?.checked_sub(a[side]?);
        let ms = [by(0), by(1)].into_iter().flatten().min()?;
        Some(self.link_ms(from) + self.link_ms(to) + ms)
    }
}
