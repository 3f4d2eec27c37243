//! Destinations in tiles of neighbours, and a tile in quads: from which stops they can be reached. All batches share
//! them.

use super::graph::SweepGraph;
use super::ids::GraphStop;
use crate::base::NONE;
use crate::base::ids::{Id, StopId};
use crate::network::StreetLegs;

/// Destinations in a block, and in a quad of it.
const BLOCK: usize = 16;
pub const QUAD: usize = 4;
/// Stops whose survivors make a profile.
const COVERING: usize = 12;
/// No walk.
const FAR: u32 = u32::MAX;

/// The walks between the stops of a block and some of its destinations.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Stop of the block → shortest walk, s; `FAR` if no destination of the group is in reach.
    pub shortest_s: Vec<u32>,
    /// The nearest stops from which all destinations of the group are in reach, with the longest walk, s.
    pub covering: Vec<(u32, u32)>,
}

#[derive(Clone, Debug)]
pub struct Tile {
    pub members: Vec<u32>,
    /// Within reach of some member.
    pub stops: Vec<StopId>,
    pub whole: Group,
    /// One for each four members.
    pub quads: Vec<Group>,
    /// Member by member, stop by stop.
    pub walks_s: Vec<u32>,
}

/// The destinations with the stops that they can be reached from.
#[derive(Debug, Default)]
pub struct Destinations {
    pub tiles: Vec<Tile>,
    /// Destination → its block.
    pub block_of: Vec<u32>,
}

impl Destinations {
    /// `order`: the destinations along a curve. Of the walks only those from stops of the graph matter.
    pub fn new(graph: &SweepGraph, legs: &StreetLegs, order: &[u32]) -> Destinations {
        let mut block_of = vec![NONE; order.len()];
        for (at, &destination) in order.iter().enumerate() {
            block_of[destination as usize] = (at / BLOCK) as u32;
        }
        Destinations {
            tiles: order.chunks(BLOCK).map(|members| Tile::new(graph, legs, members)).collect(),
            block_of,
        }
    }

    pub fn tiles(&self) -> std::ops::Range<u32> {
        0..self.tiles.len() as u32
    }

    /// Those of the blocks that somebody can walk to from a stop where the graph has arrivals.
    pub fn reachable(&self, tiles: &[u32], graph: &SweepGraph) -> Vec<u32> {
        let left = |stop: &StopId| {
            let stop = graph.stop_of[*stop];
            stop != GraphStop::NONE && graph.first_survivor(stop) < graph.nondominated[stop.index() + 1]
        };
        tiles.iter().copied().filter(|&tile| self.tiles[tile as usize].stops.iter().any(left)).collect()
    }
}

impl Tile {
    fn new(graph: &SweepGraph, legs: &StreetLegs, members: &[u32]) -> Tile {
        let mut found: Vec<(StopId, usize, u32)> = Vec::new();
        for (m, &destination) in members.iter().enumerate() {
            for walk in legs.egress.row(destination as usize) {
                let stop = StopId(walk.to);
                if graph.stop_of[stop] != GraphStop::NONE {
                    found.push((stop, m, walk.seconds));
                }
            }
        }
        let mut stops: Vec<StopId> = found.iter().map(|&(stop, _, _)| stop).collect();
        stops.sort_unstable();
        stops.dedup();
        let mut walks_s = vec![FAR; members.len() * stops.len()];
        for (stop, m, seconds) in found {
            let s = stops.binary_search(&stop).expect("gathered above");
            walks_s[m * stops.len() + s] = seconds;
        }
        let all = |members: std::ops::Range<usize>| Group::new(&walks_s, stops.len(), members);
        let quads = (0..members.len()).step_by(QUAD).map(|m| all(m..(m + QUAD).min(members.len())));
        Tile {
            whole: all(0..members.len()),
            quads: quads.collect(),
            members: members.to_vec(),
            stops,
            walks_s,
        }
    }
}

impl Group {
    fn new(walks_s: &[u32], stops: usize, members: std::ops::Range<usize>) -> Group {
        let (mut shortest_s, mut longest_s) = (vec![FAR; stops], vec![0; stops]);
        for of_member in walks_s[members.start * stops..members.end * stops].chunks_exact(stops.max(1)) {
            for ((shortest_s, longest_s), &walk_s) in shortest_s.iter_mut().zip(&mut longest_s).zip(of_member)
            {
                *shortest_s = walk_s.min(*shortest_s);
                *longest_s = walk_s.max(*longest_s);
            }
        }
        let mut covering: Vec<(u32, u32)> =
            longest_s.into_iter().zip(0..).filter(|&(longest_s, _)| longest_s != FAR).collect();
        covering.sort_unstable();
        covering.truncate(COVERING);
        Group { shortest_s, covering: covering.into_iter().map(|(longest_s, s)| (s, longest_s)).collect() }
    }
}
