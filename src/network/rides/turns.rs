//! A graph whose nodes are directed edges: a node's time is that at which one is at its edge's start. Turns cost
//! time or are forbidden; one turns back only where no other turn is left.
//!
//! Of an edge that is only to begin or to end on there are two nodes: *outward*, of those who have not left the streets of
//! their start, and *inward*, of those who have entered the streets of their goal. Others have one. Edges that restrictions
//! over several ways run along have more, one for each state of [`States`].

use super::costs::{CLOSED, EdgeCosts};
use super::ids::{CoreVertex, DriveState, RideNode};
use super::layer::Layer;
use super::restrictions::States;
use crate::base::csr::Csr;
use crate::base::ids::{Id, IdVec, JunctionId};
use crate::network::modes::car_delays::{Delays, TurnKind};
use crate::network::modes::car_speeds;
use crate::network::streets::{DirectedEdge, RiddenStreets, Streets};

#[derive(Clone, Debug)]
pub(super) struct TurnNodes {
    /// Node → (node, ms of the turn).
    turns: Csr<(RideNode, u32)>,
    /// Node → the directed edge that it is of.
    edge: IdVec<RideNode, DirectedEdge>,
    layer: IdVec<RideNode, Layer>,
    /// Node → its vertex of the core, or `NONE` where its edge is only to begin or to end on.
    vertex: IdVec<RideNode, CoreVertex>,
    /// Directed edge → its nodes; one begins with the first.
    of_edge: Csr<RideNode>,
    pub nodes: usize,
}

/// What turns cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct TurnCosts {
    pub delays: Option<Delays>,
    pub drives_left: bool,
}

impl TurnNodes {
    pub fn new(streets: &RiddenStreets, costs: &EdgeCosts, turn_costs: TurnCosts) -> TurnNodes {
        let directed_edges = 2 * streets.streets.edges() as u32;
        let states = States::new(directed_edges, streets.forbidden_sequences());
        let leaving = leaving(streets, costs);
        let around = around(streets, costs);
        // State → its (outward) node, before its inward one.
        let mut first: IdVec<DriveState, RideNode> = Vec::with_capacity(states.len()).into();
        let (mut edge, mut layer, mut vertex) = (Vec::new(), Vec::new(), Vec::new());
        let mut more = directed_edges;
        for state in states.ids() {
            first.push(RideNode(edge.len() as u32));
            let of = states.edge(state);
            if streets.is_ends_only(of.edge()) {
                edge.extend([of; 2]);
                vertex.extend([CoreVertex::NONE; 2]);
                layer.extend([Layer::Outward, Layer::Inward]);
                continue;
            }
            edge.push(of);
            layer.push(Layer::Through);
            if state == DriveState::of_edge(of) {
                vertex.push(CoreVertex(of.0));
            } else {
                // A street of its own, one way.
                vertex.push(CoreVertex(more));
                more += 2;
            }
        }
        let mut turns = Vec::new();
        for state in states.ids() {
            let from = states.edge(state);
            if costs.directed_ms(from).is_none() {
                continue;
            }
            let junction = streets.streets.head(from);
            let allowed: Vec<DirectedEdge> = leaving
                .row(junction.index())
                .iter()
                .copied()
                .filter(|&into| states.allows(state, into))
                .collect();
            let onward = allowed.iter().any(|&into| into != from.turned());
            for into in allowed.into_iter().filter(|&into| !onward || into != from.turned()) {
                let ms = turn_costs.ms(streets, from, into, around[junction] >= 3);
                let there = first[states.step(state, into)];
                let here = first[state];
                match [from, into].map(|directed| streets.is_ends_only(directed.edge())) {
                    [false, false] => turns.push((here, (there, ms))),
                    [false, true] => turns.push((here, (there.inward(), ms))),
                    [true, false] => turns.push((here, (there, ms))),
                    [true, true] => {
                        turns.push((here, (there, ms)));
                        turns.push((here.inward(), (there.inward(), ms)));
                    }
                }
            }
        }
        let by_edge: Vec<(DirectedEdge, RideNode)> = edge.iter().copied().zip((0..).map(RideNode)).collect();
        TurnNodes {
            turns: Csr::from_pairs(edge.len(), &turns),
            nodes: edge.len(),
            of_edge: Csr::from_pairs(directed_edges as usize, &by_edge),
            edge: edge.into(),
            layer: layer.into(),
            vertex: vertex.into(),
        }
    }

    /// To whom a node is.
    pub fn layer(&self, node: RideNode) -> Layer {
        self.layer[node]
    }

    /// The vertex of the core that a node is, or `NONE`.
    pub fn vertex(&self, node: RideNode) -> CoreVertex {
        self.vertex[node]
    }

    /// The directed edge that a node is of.
    pub fn edge(&self, node: RideNode) -> DirectedEdge {
        self.edge[node]
    }

    /// Turns of the core that cost something, or are not those that would be allowed without restrictions, as vertices, with
    /// ms or [`CLOSED`]: all of the junctions where there is one such.
    pub fn listed(&self, streets: &Streets, costs: &EdgeCosts) -> Vec<(CoreVertex, CoreVertex, u32)> {
        let mut at_junction: [Vec<(JunctionId, RideNode)>; 2] = Default::default();
        for node in self.vertex.ids().filter(|&node| self.vertex(node) != CoreVertex::NONE) {
            let directed = self.edge(node);
            if costs.directed_ms(directed).is_none() {
                continue;
            }
            at_junction[0].push((streets.head(directed), node));
            at_junction[1].push((streets.tail(directed), node));
        }
        let [entering, leaving] = at_junction.map(|pairs| Csr::from_pairs(streets.nodes(), &pairs));
        let mut listed = Vec::new();
        for junction in 0..streets.nodes() {
            let (entering, leaving) = (entering.row(junction), leaving.row(junction));
            let ms = |from: RideNode, into: RideNode| {
                let turn = self.turns.row(from.index()).iter().find(|(node, _)| *node == into);
                turn.map_or(CLOSED, |&(_, ms)| ms)
            };
            let back = |from, into| self.vertex(from) == self.vertex(into).turned();
            let plain = |from: RideNode, into: RideNode| {
                let onward = leaving.iter().any(|&other| !back(from, other));
                if onward && back(from, into) { CLOSED } else { 0 }
            };
            let pairs = || entering.iter().flat_map(|&from| leaving.iter().map(move |&into| (from, into)));
            let is_longer = |node: &RideNode| self.vertex(*node).index() >= self.of_edge.len();
            let is_special = entering.iter().chain(leaving).any(is_longer)
                || pairs().any(|(from, into)| ms(from, into) != plain(from, into));
            if is_special {
                listed.extend(
                    pairs().map(|(from, into)| (self.vertex(from), self.vertex(into), ms(from, into))),
                );
            }
        }
        listed
    }

    /// (From, (to, ms)): along the edge, and into the next.
    pub fn arcs(&self, costs: &EdgeCosts) -> Vec<(RideNode, (RideNode, u32))> {
        let mut arcs = Vec::with_capacity(self.turns.values().len());
        for (node, &edge) in self.edge.iter() {
            let Some(ms) = costs.directed_ms(edge) else { continue };
            let row = self.turns.row(node.index());
            arcs.extend(row.iter().map(|&(into, turn_ms)| (node, (into, ms.saturating_add(turn_ms)))));
        }
        arcs
    }

    /// The nodes to which somebody turns who has set out on a directed edge and has come to its end, with ms.
    pub fn after(&self, directed: DirectedEdge) -> &[(RideNode, u32)] {
        match self.of_edge.row(directed.index()).first() {
            Some(&node) => self.turns.row(node.index()),
            None => &[],
        }
    }

    /// The nodes from which one goes along a directed edge to a place on it.
    pub fn before(&self, directed: DirectedEdge) -> &[RideNode] {
        self.of_edge.row(directed.index())
    }
}

/// Junction → directed edges that leave it and are open.
fn leaving(streets: &RiddenStreets, costs: &EdgeCosts) -> Csr<DirectedEdge> {
    let open = |&directed: &DirectedEdge| costs.directed_ms(directed).is_some();
    let pairs: Vec<(JunctionId, DirectedEdge)> = streets
        .streets
        .directed_edges()
        .filter(open)
        .map(|directed| (streets.streets.tail(directed), directed))
        .collect();
    Csr::from_pairs(streets.streets.nodes(), &pairs)
}

/// Junction → streets that meet there (a loop counts twice), of those that are open and not to one place only.
fn around(streets: &RiddenStreets, costs: &EdgeCosts) -> IdVec<JunctionId, u32> {
    let mut around = IdVec::new(0, streets.streets.nodes());
    for edge in streets.streets.edge_ids() {
        let open = [false, true].iter().any(|&backward| costs.edge_ms(edge, backward).is_some());
        if open && !streets.is_ends_only(edge) {
            around[streets.streets.edge_from[edge.index()]] += 1;
            around[streets.streets.edge_to[edge.index()]] += 1;
        }
    }
    around
}

impl TurnCosts {
    fn ms(self, streets: &RiddenStreets, from: DirectedEdge, into: DirectedEdge, is_crossing: bool) -> u32 {
        let Some(delays) = self.delays else { return 0 };
        let [way, next] = [from, into].map(|directed| streets.driven_way(directed.edge()));
        delays.ms(TurnKind {
            class: car_speeds::CLASSES[way.class as usize].0,
            is_crossing,
            is_round: way.is_round != 0 || next.is_round != 0,
            angle: angle(streets, from, into),
            drives_left: self.drives_left,
        })
    }
}

/// Counter-clockwise from straight on, degrees, 0 … 360.
fn angle(streets: &RiddenStreets, from: DirectedEdge, into: DirectedEdge) -> f64 {
    let point = |at: usize| {
        (f64::from(streets.streets.shape_lon_e7[at]), f64::from(streets.streets.shape_lat_e7[at]))
    };
    // The last piece of the one, the first of the other, as one drives.
    let piece = |directed: DirectedEdge, last: bool| {
        let shape = streets.streets.shape(directed.edge());
        let along = !directed.is_backward();
        let at_end = last == along;
        let (a, b) = if at_end { (shape.end - 2, shape.end - 1) } else { (shape.start, shape.start + 1) };
        if along { (point(a), point(b)) } else { (point(b), point(a)) }
    };
    let heading = |((x0, y0), (x1, y1)): ((f64, f64), (f64, f64))| {
        let shrink = (y0 / 1e7).to_radians().cos();
        (y1 - y0).atan2((x1 - x0) * shrink).to_degrees()
    };
    (heading(piece(into, false)) - heading(piece(from, true))).rem_euclid(360.0)
}
