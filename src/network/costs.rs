//! Streets to ride on → a directed graph with whole milliseconds, and what is within a limit of a place on it.
//!
//! An edge costs whole milliseconds, rounded up, by direction. A place on an edge lies so many of them from its start,
//! rounded up, and the rest of the whole from its end. A leg (link, streets, link) is summed in milliseconds and rounded
//! up to seconds once. Links are straight lines at the speed of pushing.
//!
//! Nobody passes through streets that are only to begin or to end on: beside its own node a junction that such streets
//! meet has one for those who have not left the streets of their start (*outward*), and one for those who have entered the
//! streets of their goal (*inward*). From an outward node one comes to the junction's own node, from that to inward ones,
//! and never back.

use std::sync::Arc;

use super::reach::{Arcs, BoundedDijkstra, EdgePosition, FoundTargets};
use super::streets::{BACKWARD, FORWARD, RiddenStreets};
use crate::base::NONE;
use crate::base::csr::Csr;
use crate::base::units::SpeedMmPerS;
use crate::network::modes::bicycle;

/// How fast one rides and pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speeds {
    /// On a good surface on the flat, metres an hour.
    pub ride_m_per_h: u32,
    pub push: SpeedMmPerS,
}

const MS_PER_S: u64 = 1000;
const S_PER_H: u64 = 3600;

/// Streets with the costs of one who rides.
#[derive(Clone, Debug)]
pub struct CostGraph {
    streets: Arc<RiddenStreets>,
    speeds: Speeds,
    first_out: Vec<u32>,
    head: Vec<u32>,
    cost_ms: Vec<u32>,
    /// Junction → whether it lies on a street to pass through.
    is_through: Vec<bool>,
    /// Junction → its outward node, before its inward one; `NONE` where it has none.
    outward: Vec<u32>,
    /// Arcs go against the way of travel, and searches from goals to starts.
    reversed: bool,
}

impl CostGraph {
    pub fn new(streets: Arc<RiddenStreets>, speeds: Speeds) -> CostGraph {
        let junctions = streets.streets.nodes();
        let edges = 0..streets.streets.edges() as u32;
        let (mut is_through, mut outward) = (vec![false; junctions], vec![NONE; junctions]);
        let mut nodes = junctions as u32;
        for edge in edges.clone() {
            let ends = [&streets.streets.edge_from, &streets.streets.edge_to].map(|end| end[edge as usize]);
            for junction in ends.map(|end| end as usize) {
                if !streets.is_ends_only(edge) {
                    is_through[junction] = true;
                } else if outward[junction] == NONE {
                    outward[junction] = nodes;
                    nodes += 2;
                }
            }
        }
        let (first_out, head, cost_ms) = (Vec::new(), Vec::new(), Vec::new());
        let mut graph =
            CostGraph { streets, speeds, first_out, head, cost_ms, is_through, outward, reversed: false };
        let mut arcs: Vec<(u32, (u32, u32))> = Vec::new();
        for edge in edges {
            for backward in [false, true] {
                let Some((a, b)) = graph.ends(edge, backward).filter(|(a, b)| a != b) else { continue };
                let ms = graph.edge_ms(edge, backward);
                let [out_a, out_b] = [a, b].map(|end| graph.outward[end as usize]);
                if !graph.streets.is_ends_only(edge) {
                    arcs.push((a, (b, ms)));
                    continue;
                }
                arcs.push((out_a, (out_b, ms)));
                arcs.push((out_a + 1, (out_b + 1, ms)));
                if graph.is_through[b as usize] {
                    arcs.push((out_a, (b, ms)));
                }
                if graph.is_through[a as usize] {
                    arcs.push((a, (out_b + 1, ms)));
                }
            }
        }
        graph.set_arcs(nodes as usize, &arcs);
        graph
    }

    /// The same seen from the goals.
    pub fn reversed(&self) -> CostGraph {
        let mut graph = CostGraph { reversed: !self.reversed, ..self.clone() };
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

    /// The first and the last junction of an edge in the order of travel, where one may go that way.
    fn ends(&self, edge: u32, backward: bool) -> Option<(u32, u32)> {
        let streets = &self.streets.streets;
        let (from, to) = (streets.edge_from[edge as usize], streets.edge_to[edge as usize]);
        let (bit, ends) = if backward { (BACKWARD, (to, from)) } else { (FORWARD, (from, to)) };
        (streets.edge_directions[edge as usize] & bit != 0).then_some(ends)
    }

    /// Milliseconds along an edge.
    fn edge_ms(&self, edge: u32, backward: bool) -> u32 {
        let ms = self.along_ms(edge, backward, self.streets.streets.edge_mm[edge as usize]);
        u32::try_from(ms.max(1)).unwrap_or(u32::MAX)
    }

    /// Milliseconds for `mm` of an edge, rounded up.
    fn along_ms(&self, edge: u32, backward: bool, mm: u32) -> u64 {
        let bit = if backward { BACKWARD } else { FORWARD };
        if self.streets.edge_ridden[edge as usize] & bit == 0 {
            return self.push_ms(mm);
        }
        let way = self.streets.way(edge);
        let part = bicycle::CLASSES[way.class as usize].1.min(bicycle::SURFACES[way.surface as usize].1);
        let (whole, part) = (u64::from(bicycle::WHOLE), u64::from(part));
        // mm · (3,600 ms·m / mm·h) / (m/h), by the part of the speed.
        (u64::from(mm) * S_PER_H * whole).div_ceil(u64::from(self.speeds.ride_m_per_h.max(1)) * part)
    }

    fn push_ms(&self, mm: u32) -> u64 {
        (u64::from(mm) * MS_PER_S).div_ceil(u64::from(self.speeds.push.0))
    }

    /// From a place on an edge to the end that one comes to: its junction, and ms.
    fn on(&self, at: EdgePosition, backward: bool) -> Option<(u32, u64)> {
        let mm = self.streets.streets.edge_mm[at.edge as usize];
        let at_end = if backward { at.at_mm == 0 } else { at.at_mm == mm };
        let Some((_, end)) = self.ends(at.edge, backward) else {
            // At its end a place is at the junction, whatever the direction of the edge.
            let end = if backward { &self.streets.streets.edge_from } else { &self.streets.streets.edge_to };
            return at_end.then(|| (end[at.edge as usize], 0));
        };
        let before = self.along_ms(at.edge, backward, at.at_mm);
        let whole = u64::from(self.edge_ms(at.edge, backward));
        Some((end, if backward { before } else { whole.saturating_sub(before) }))
    }

    /// From the end that one comes from to a place on an edge.
    fn from(&self, at: EdgePosition, backward: bool) -> Option<(u32, u64)> {
        let mm = self.streets.streets.edge_mm[at.edge as usize];
        let at_end = if backward { at.at_mm == mm } else { at.at_mm == 0 };
        let Some((end, _)) = self.ends(at.edge, backward) else {
            let end = if backward { &self.streets.streets.edge_to } else { &self.streets.streets.edge_from };
            return at_end.then(|| (end[at.edge as usize], 0));
        };
        let before = self.along_ms(at.edge, backward, at.at_mm);
        let whole = u64::from(self.edge_ms(at.edge, backward));
        Some((end, if backward { whole.saturating_sub(before) } else { before }))
    }

    /// The nodes that one comes to who sets out at a place, with ms, its link included.
    fn starts(&self, at: EdgePosition) -> Vec<(u32, u64)> {
        let link = self.push_ms(at.link_mm);
        let mut nodes = Vec::new();
        for (junction, ms) in [false, true].into_iter().filter_map(|backward| self.on(at, backward)) {
            let through = self.is_through[junction as usize].then_some(junction);
            let restricted = self.streets.is_ends_only(at.edge).then(|| self.outward[junction as usize]);
            nodes.extend(through.into_iter().chain(restricted).map(|node| (node, link + ms)));
        }
        nodes
    }

    /// The nodes from which one comes to a place, with ms, its link included.
    fn goals(&self, at: EdgePosition) -> Vec<(u32, u64)> {
        let link = self.push_ms(at.link_mm);
        let mut nodes = Vec::new();
        for (junction, ms) in [false, true].into_iter().filter_map(|backward| self.from(at, backward)) {
            let through = self.is_through[junction as usize].then_some(junction);
            let outward = self.outward[junction as usize];
            let restricted = self.streets.is_ends_only(at.edge).then(|| [outward, outward + 1]);
            let all = through.into_iter().chain(restricted.into_iter().flatten());
            nodes.extend(all.map(|node| (node, link + ms)));
        }
        nodes
    }

    /// From one place to another of the same edge without leaving it, links included.
    fn along(&self, from: EdgePosition, to: EdgePosition) -> Option<u64> {
        let links = self.push_ms(from.link_mm) + self.push_ms(to.link_mm);
        if from.at_mm == to.at_mm {
            return Some(links);
        }
        let backward = to.at_mm < from.at_mm;
        self.ends(from.edge, backward)?;
        let [a, b] = [from, to].map(|at| self.along_ms(at.edge, backward, at.at_mm));
        Some(links + a.abs_diff(b))
    }
}

/// Places to be found from others.
#[derive(Clone, Debug)]
pub struct RiddenTargets {
    /// Node → (place, ms from the node to it, link included).
    by_node: Csr<(u32, u32)>,
    /// Edge → places on it.
    by_edge: Csr<(u32, EdgePosition)>,
    places: usize,
}

impl RiddenTargets {
    /// Of `places` places those that have a spot.
    pub fn new(
        graph: &CostGraph,
        places: usize,
        spot: impl Fn(usize) -> Option<EdgePosition>,
    ) -> RiddenTargets {
        let (mut by_node, mut by_edge) = (Vec::new(), Vec::new());
        for (place, spot) in (0..places).filter_map(|place| Some((place as u32, spot(place)?))) {
            by_edge.push((spot.edge, (place, spot)));
            let nodes = if graph.reversed { graph.starts(spot) } else { graph.goals(spot) };
            let within = |(node, ms)| (node, (place, u32::try_from(ms).unwrap_or(u32::MAX)));
            by_node.extend(nodes.into_iter().map(within));
        }
        RiddenTargets {
            by_node: Csr::from_pairs(graph.nodes(), &by_node),
            by_edge: Csr::from_pairs(graph.streets.streets.edges(), &by_edge),
            places,
        }
    }
}

/// A search and its memory.
#[derive(Debug)]
pub struct RiddenSearch {
    reach: BoundedDijkstra,
    found: FoundTargets,
}

impl RiddenSearch {
    pub fn new(graph: &CostGraph, targets: &RiddenTargets) -> RiddenSearch {
        RiddenSearch {
            reach: BoundedDijkstra::over(graph.nodes()),
            found: FoundTargets::over(targets.places),
        }
    }

    /// Calls `hit(place, seconds)` for each target within `limit_s` of a place, in ascending order of places.
    pub fn each(
        &mut self,
        graph: &CostGraph,
        from: EdgePosition,
        targets: &RiddenTargets,
        limit_s: u32,
        mut hit: impl FnMut(u32, u32),
    ) {
        let limit = u64::from(limit_s) * MS_PER_S;
        let starts = if graph.reversed { graph.goals(from) } else { graph.starts(from) };
        self.reach.search_from(graph.arcs(), starts.into_iter(), limit);
        let along = targets.by_edge.row(from.edge as usize).iter().filter_map(|&(place, spot)| {
            let ms = if graph.reversed { graph.along(spot, from) } else { graph.along(from, spot) };
            Some((place, ms?))
        });
        let seconds = |ms: u64| ms.div_ceil(MS_PER_S) as u32;
        self.found.collect_at(&self.reach, &targets.by_node, along, limit, |to, ms| hit(to, seconds(ms)));
    }
}
