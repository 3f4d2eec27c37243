//! A graph whose nodes are directed edges: a node's time is that at which one is at its edge's start. Turns cost
//! time or are forbidden; one turns back only where no other turn is left.
//!
//! Of an edge that is only to begin or to end on there are two nodes: *outward*, of those who have not left the streets of
//! their start, and *inward*, of those who have entered the streets of their goal. Others have one. Edges that restrictions
//! over several ways run along have more, one for each state of [`States`].

use super::costs::{CLOSED, EdgeCosts};
use super::layer::Layer;
use super::restrictions::States;
use crate::base::NONE;
use crate::base::csr::Csr;
use crate::network::modes::car_delays::{Delays, TurnKind};
use crate::network::modes::car_speeds;
use crate::network::streets::{RiddenStreets, Streets};

#[derive(Clone, Debug)]
pub(super) struct TurnNodes {
    /// Node → (node, ms of the turn).
    turns: Csr<(u32, u32)>,
    /// Node → the directed edge that it is of.
    edge: Vec<u32>,
    layer: Vec<Layer>,
    /// Node → its vertex of the core, or [`NONE`] where its edge is only to begin or to end on.
    vertex: Vec<u32>,
    /// Directed edge → its nodes; one begins with the first.
    of_edge: Csr<u32>,
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
        let (mut first, mut edge) = (Vec::with_capacity(states.len() as usize), Vec::new());
        let (mut layer, mut vertex, mut more) = (Vec::new(), Vec::new(), directed_edges);
        for state in 0..states.len() {
            first.push(edge.len() as u32);
            let of = states.edge(state);
            if streets.is_ends_only(of / 2) {
                edge.extend([of; 2]);
                vertex.extend([NONE; 2]);
                layer.extend([Layer::Outward, Layer::Inward]);
                continue;
            }
            edge.push(of);
            layer.push(Layer::Through);
            if state < directed_edges {
                vertex.push(state);
            } else {
                // A street of its own, one way.
                vertex.push(more);
                more += 2;
            }
        }
        let mut turns = Vec::new();
        for state in 0..states.len() {
            let from = states.edge(state);
            if costs.edge_ms(from / 2, from & 1 == 1).is_none() {
                continue;
            }
            let junction = streets.streets.head(from) as usize;
            let allowed: Vec<u32> =
                leaving.row(junction).iter().copied().filter(|&into| states.allows(state, into)).collect();
            let onward = allowed.iter().any(|&into| into != from ^ 1);
            for into in allowed.into_iter().filter(|&into| !onward || into != from ^ 1) {
                let ms = turn_costs.ms(streets, from, into, around[junction] >= 3);
                let there = first[states.step(state, into) as usize];
                let here = first[state as usize];
                match [from, into].map(|directed| streets.is_ends_only(directed / 2)) {
                    [false, false] => turns.push((here, (there, ms))),
                    [false, true] => turns.push((here, (there + 1, ms))),
                    [true, false] => turns.push((here, (there, ms))),
                    [true, true] => {
                        turns.push((here, (there, ms)));
                        turns.push((here + 1, (there + 1, ms)));
                    }
                }
            }
        }
        let by_edge: Vec<(u32, u32)> = edge.iter().zip(0..).map(|(&edge, node)| (edge, node)).collect();
        TurnNodes {
            turns: Csr::from_pairs(edge.len(), &turns),
            nodes: edge.len(),
            of_edge: Csr::from_pairs(directed_edges as usize, &by_edge),
            edge,
            layer,
            vertex,
        }
    }

    /// To whom a node is.
    pub fn layer(&self, node: u32) -> Layer {
        self.layer[node as usize]
    }

    /// The vertex of the core that a node is, or [`NONE`].
    pub fn vertex(&self, node: u32) -> u32 {
        self.vertex[node as usize]
    }

    /// The directed edge that a node is of.
    pub fn edge(&self, node: u32) -> u32 {
        self.edge[node as usize]
    }

    /// Turns of the core that cost something, or are not those that would be allowed without restrictions, as vertices, with
    /// ms or [`CLOSED`]: all of the junctions where there is one such.
    pub fn listed(&self, streets: &Streets, costs: &EdgeCosts) -> Vec<(u32, u32, u32)> {
        let mut at_junction: [Vec<(u32, u32)>; 2] = Default::default();
        for node in (0..self.nodes as u32).filter(|&node| self.vertex(node) != NONE) {
            let directed = self.edge(node);
            if costs.edge_ms(directed / 2, directed & 1 == 1).is_none() {
                continue;
            }
            at_junction[0].push((streets.head(directed), node));
            at_junction[1].push((streets.tail(directed), node));
        }
        let [entering, leaving] = at_junction.map(|pairs| Csr::from_pairs(streets.nodes(), &pairs));
        let mut listed = Vec::new();
        for junction in 0..streets.nodes() {
            let (entering, leaving) = (entering.row(junction), leaving.row(junction));
            let ms = |from: u32, into: u32| {
                let turn = self.turns.row(from as usize).iter().find(|(node, _)| *node == into);
                turn.map_or(CLOSED, |&(_, ms)| ms)
            };
            let back = |from: u32, into: u32| self.vertex(from) == self.vertex(into) ^ 1;
            let plain = |from: u32, into: u32| {
                let onward = leaving.iter().any(|&other| !back(from, other));
                if onward && back(from, into) { CLOSED } else { 0 }
            };
            let pairs = || entering.iter().flat_map(|&from| leaving.iter().map(move |&into| (from, into)));
            let is_longer = |node: &u32| self.vertex(*node) >= self.of_edge.len() as u32;
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
    pub fn arcs(&self, costs: &EdgeCosts) -> Vec<(u32, (u32, u32))> {
        let mut arcs = Vec::with_capacity(self.turns.values().len());
        for (node, row) in self.turns.rows().enumerate() {
            let edge = self.edge[node];
            let Some(ms) = costs.edge_ms(edge / 2, edge & 1 == 1) else { continue };
            arcs.extend(row.iter().map(|&(into, turn_ms)| (node as u32, (into, ms.saturating_add(turn_ms)))));
        }
        arcs
    }

    /// The nodes to which somebody turns who has set out on a directed edge and has come to its end, with ms.
    pub fn after(&self, directed: u32) -> &[(u32, u32)] {
        match self.of_edge.row(directed as usize).first() {
            Some(&node) => self.turns.row(node as usize),
            None => &[],
        }
    }

    /// The nodes from which one goes along a directed edge to a place on it.
    pub fn before(&self, directed: u32) -> &[u32] {
        self.of_edge.row(directed as usize)
    }
}

/// Junction → directed edges that leave it and are open.
fn leaving(streets: &RiddenStreets, costs: &EdgeCosts) -> Csr<u32> {
    let open = |&directed: &u32| costs.edge_ms(directed / 2, directed & 1 == 1).is_some();
    let pairs: Vec<(u32, u32)> = (0..2 * streets.streets.edges() as u32)
        .filter(open)
        .map(|directed| (streets.streets.tail(directed), directed))
        .collect();
    Csr::from_pairs(streets.streets.nodes(), &pairs)
}

/// Junction → streets that meet there (a loop counts twice), of those that are open and not to one place only.
fn around(streets: &RiddenStreets, costs: &EdgeCosts) -> Vec<u32> {
    let mut around = vec![0; streets.streets.nodes()];
    for edge in 0..streets.streets.edges() as u32 {
        let open = [false, true].iter().any(|&backward| costs.edge_ms(edge, backward).is_some());
        if open && !streets.is_ends_only(edge) {
            around[streets.streets.edge_from[edge as usize] as usize] += 1;
            around[streets.streets.edge_to[edge as usize] as usize] += 1;
        }
    }
    around
}

impl TurnCosts {
    fn ms(self, streets: &RiddenStreets, from: u32, into: u32, is_crossing: bool) -> u32 {
        let Some(delays) = self.delays else { return 0 };
        let [way, next] = [from, into].map(|directed| streets.driven_way(directed / 2));
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
fn angle(streets: &RiddenStreets, from: u32, into: u32) -> f64 {
    let point = |at: usize| {
        (f64::from(streets.streets.shape_lon_e7[at]), f64::from(streets.streets.shape_lat_e7[at]))
    };
    // The last piece of the one, the first of the other, as one drives.
    let piece = |directed: u32, last: bool| {
        let shape = streets.streets.shape(directed / 2);
        let along = directed & 1 == 0;
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
