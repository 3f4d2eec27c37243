//! The streets of a graph that one may pass through, as a hierarchy takes them, and how places meet them. What is only to
//! begin or to end on lies around this core: a place there has the times to the core's vertices and from them.
//!
//! Streets of the core are the edges, then one for each longer state of forbidden sequences.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::costs::CLOSED;
use super::graph::{Nodes, RideGraph};
use super::ids::{CoreStreet, CoreVertex, RideNode};
use super::layer::Layer;
use super::search::RiddenTargets;
use crate::base::ids::{EdgeId, Id, IdVec, JunctionId};
use crate::network::reach::EdgePosition;
use crate::network::streets::{BACKWARD, DirectedEdge, FORWARD, Streets};

/// Streets between junctions; arrays are by street, coordinates by junction.
#[derive(Clone, Debug, Default)]
pub struct Core {
    pub from: Vec<JunctionId>,
    pub to: Vec<JunctionId>,
    /// [`FORWARD`] | [`BACKWARD`]; 0: not of the core.
    pub directions: Vec<u8>,
    /// [`CLOSED`] where nobody goes.
    pub forward_ms: Vec<u32>,
    pub backward_ms: Vec<u32>,
    /// 1e-7 degrees.
    pub lon_e7: Vec<i32>,
    pub lat_e7: Vec<i32>,
    /// Junctions that are vertices for places off the core, sorted.
    pub gates: Vec<JunctionId>,
    /// Turns that cost something, or are not as they would be without restrictions: (from, into), and ms or
    /// [`CLOSED`]. `None`: turns cost nothing, and all are allowed.
    pub turns: Option<Vec<(CoreVertex, CoreVertex, u32)>>,
}

/// How a place meets the core; all times include its link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoreSpot {
    /// It lies on a street of the core: the street; ms from its start along it, and from its end against it (of no meaning
    /// where closed); ms of the link.
    pub on: Option<(CoreStreet, [u32; 2], u32)>,
    /// Vertices, with ms to them; beside those of its street.
    pub out: Vec<(CoreVertex, u32)>,
    /// Vertices, with ms from them; beside those of its street.
    pub into: Vec<(CoreVertex, u32)>,
}

fn whole(ms: u64) -> u32 {
    u32::try_from(ms).unwrap_or(CLOSED)
}

impl RideGraph {
    /// The core of the graph.
    pub fn core(&self) -> Core {
        let streets = &self.streets.streets;
        let edges = streets.edges();
        let mut core = Core::default();
        for edge in streets.edge_ids() {
            let is_of_core = !self.streets.is_ends_only(edge);
            let ms = [false, true].map(|backward| self.costs.edge_ms(edge, backward).filter(|_| is_of_core));
            core.from.push(streets.edge_from[edge.index()]);
            core.to.push(streets.edge_to[edge.index()]);
            core.directions.push(ms[0].map_or(0, |_| FORWARD) | ms[1].map_or(0, |_| BACKWARD));
            core.forward_ms.push(ms[0].unwrap_or(CLOSED));
            core.backward_ms.push(ms[1].unwrap_or(CLOSED));
        }
        (core.lon_e7, core.lat_e7) = points(streets);
        core.gates = self.gates();
        if let Nodes::Turns(all) = &*self.nodes {
            for node in (0..all.nodes as u32).map(RideNode) {
                let vertex = all.vertex(node);
                if vertex == CoreVertex::NONE || vertex.index() < 2 * edges {
                    continue;
                }
                let directed = all.edge(node);
                core.from.push(streets.tail(directed));
                core.to.push(streets.head(directed));
                core.directions.push(FORWARD);
                core.forward_ms.push(self.costs.ms[directed.direction()][directed.edge().index()]);
                core.backward_ms.push(CLOSED);
            }
            core.turns = Some(all.listed(streets, &self.costs));
        }
        core
    }

    /// Junctions where streets to pass through meet such as are only to begin or to end on.
    fn gates(&self) -> Vec<JunctionId> {
        let streets = &self.streets.streets;
        let mut meets: IdVec<JunctionId, [bool; 2]> = IdVec::new([false; 2], streets.nodes());
        let ends_of = |edge: EdgeId| [streets.edge_from[edge.index()], streets.edge_to[edge.index()]];
        for edge in streets.edge_ids() {
            let kind = usize::from(self.streets.is_ends_only(edge));
            for end in ends_of(edge) {
                meets[end][kind] = true;
            }
        }
        let is_met = meets.values().iter().map(|meets| *meets == [true; 2]);
        let mut is_gate: IdVec<JunctionId, bool> = is_met.collect::<Vec<_>>().into();
        if let Nodes::Turns(_) = &*self.nodes {
            // Whoever comes out of the core comes from the start of a street: of a chain, then.
            let before: Vec<bool> = is_gate.values().to_vec();
            for edge in streets.edge_ids().filter(|&edge| !self.streets.is_ends_only(edge)) {
                let ends = ends_of(edge);
                if ends.iter().any(|&end| before[end.index()]) {
                    ends.iter().for_each(|&end| is_gate[end] = true);
                }
            }
        }
        is_gate.ids().filter(|&junction| is_gate[junction]).collect()
    }

    /// How a place meets the core. `back` is the graph reversed.
    pub fn core_spot(&self, back: &RideGraph, at: EdgePosition) -> CoreSpot {
        if self.streets.is_ends_only(at.edge) {
            let out = pocket(self, &self.starts(at), Layer::Outward);
            let into = pocket(back, &self.goals(at), Layer::Inward);
            let of_core = |reached: BTreeMap<RideNode, u64>| {
                let vertices = reached.into_iter().filter(|&(node, _)| self.layer(node) == Layer::Through);
                vertices.map(|(node, ms)| (self.vertex(node), whole(ms))).collect()
            };
            return CoreSpot { on: None, out: of_core(out), into: of_core(into) };
        }
        let place = self.place(at);
        let gone = place.gone.map(|ms| ms.map_or(0, whole));
        let mut spot = CoreSpot {
            on: Some((CoreStreet(at.edge.0), gone, whole(self.link_ms(at)))),
            ..CoreSpot::default()
        };
        if let Nodes::Turns(all) = &*self.nodes {
            for (direction, ms) in place.from_start.into_iter().enumerate() {
                let directed = DirectedEdge::new(at.edge, direction);
                // The first node is the street itself.
                let others = all.before(directed).iter().skip(1);
                let ms = ms.filter(|_| self.costs.directed_ms(directed).is_some());
                spot.into.extend(
                    ms.into_iter()
                        .flat_map(|ms| others.clone().map(move |&node| (node, ms)))
                        .map(|(node, ms)| (all.vertex(node), whole(self.link_ms(at) + ms))),
                );
            }
        }
        spot
    }

    /// Places that one gets to without coming to a vertex of the core, with ms, links included; some several times: out of
    /// one street that is only to begin or to end on into others, or from a street of the core right into such. Of the
    /// reversed graph: places from which one gets here so.
    pub fn off_core(&self, at: EdgePosition, targets: &RiddenTargets) -> Vec<(u32, u32)> {
        let is_ends_only = self.streets.is_ends_only(at.edge);
        let layers: &[Layer] = match (is_ends_only, self.reversed) {
            (true, false) => &[Layer::Outward],
            (false, false) => &[Layer::Inward],
            (true, true) => &[Layer::Outward, Layer::Inward],
            (false, true) => &[],
        };
        let ends = if self.reversed { self.goals(at) } else { self.starts(at) };
        let mut found = Vec::new();
        for &layer in layers {
            let mut ends = ends.clone();
            ends.retain(|&(node, _)| self.layer(node) == layer);
            let around = pocket(self, &ends, layer).into_iter();
            for (node, ms) in around.filter(|&(node, _)| self.layer(node) == layer) {
                found.extend(targets.at(node).map(|(to, more)| (to, whole(ms + more))));
            }
        }
        let along = targets.along(self, at).filter(|_| is_ends_only);
        found.extend(along.map(|(to, ms)| (to, whole(ms))));
        found
    }
}

/// All nodes reached from some, where only those of a layer are gone on from.
fn pocket(graph: &RideGraph, starts: &[(RideNode, u64)], layer: Layer) -> BTreeMap<RideNode, u64> {
    let arcs = graph.arcs();
    let mut known: BTreeMap<RideNode, u64> = BTreeMap::new();
    let mut heap = BinaryHeap::new();
    let mut reach = |heap: &mut BinaryHeap<Reverse<(u64, RideNode)>>, node: RideNode, ms: u64| {
        let best = known.entry(node).or_insert(u64::MAX);
        if ms < *best {
            *best = ms;
            heap.push(Reverse((ms, node)));
        }
    };
    starts.iter().for_each(|&(node, ms)| reach(&mut heap, node, ms));
    let mut done = BTreeSet::new();
    while let Some(Reverse((ms, node))) = heap.pop() {
        if graph.layer(node) != layer || !done.insert(node) {
            continue;
        }
        for arc in arcs.first_out[node.index()]..arcs.first_out[node.index() + 1] {
            let (head, cost) = (arcs.head[arc as usize], arcs.cost[arc as usize]);
            reach(&mut heap, head, ms + u64::from(cost));
        }
    }
    known
}

fn points(streets: &Streets) -> (Vec<i32>, Vec<i32>) {
    let (mut lon_e7, mut lat_e7) = (vec![0; streets.nodes()], vec![0; streets.nodes()]);
    for edge in streets.edge_ids() {
        let shape = streets.shape(edge);
        let ends = [streets.edge_from[edge.index()], streets.edge_to[edge.index()]];
        for (junction, point) in ends.into_iter().zip([shape.start, shape.end - 1]) {
            lon_e7[junction.index()] = streets.shape_lon_e7[point];
            lat_e7[junction.index()] = streets.shape_lat_e7[point];
        }
    }
    (lon_e7, lat_e7)
}
