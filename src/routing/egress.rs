//! Labels at stops → arrivals at destinations (egress propagation).
//!
//! Destinations lie in tiles of sixteen neighbours, and a tile in quads of four. For a tile, the nondominated arrivals
//! at its nearest stops, delayed by the tile's longest egress leg, make a profile: an upper bound on when everybody in
//! the tile is reached. An arrival at any of its stops is dropped if the profile beats it strictly even over the tile's
//! shortest leg. A quad does the same with what its tile kept. What remains goes to each destination, is sorted by
//! arrival there and scanned with a running maximum: an [`ArrivalProfile`].

use super::arrival_profile::ArrivalProfile;
use super::direct::DirectRows;
use super::graph::SweepGraph;
use super::ids::GraphStop;
use super::lanes::{Label, Row};
use super::sweep::{Clock, SweepRows};
use super::tiles::{Destinations, Group, QUAD, Tile};
use crate::base::NONE;
use crate::base::ids::Id;

/// A survivor of a stop of the block.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// Stop of the block.
    stop: u32,
    /// When it is at the stop.
    time_s: i32,
    survivor: u32,
}

/// Scratch of the pass over destinations: one a thread.
#[derive(Debug)]
pub struct Egress<T, const N: usize> {
    at: PassPosition,
    profile: LatestArrivals<T, N>,
    /// All survivors of a block's stops; what the block has left of them; what a quad has.
    all: Vec<Candidate>,
    of_block: Vec<Candidate>,
    of_quad: Vec<Candidate>,
    /// (arrival, survivor) of one destination, and room to sort them.
    arriving: Vec<(u32, u32)>,
    sorting: Vec<(u32, u32)>,
    times_s: Vec<i32>,
    rows: Vec<Row<T, N>>,
}

impl<T, const N: usize> Egress<T, N> {
    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let candidates = self.all.capacity() + self.of_block.capacity() + self.of_quad.capacity();
        let pairs = self.arriving.capacity() + self.sorting.capacity() + self.profile.events.capacity();
        let rows = self.rows.capacity() + self.profile.rows.capacity();
        candidates * size_of::<Candidate>() + pairs * 8 + rows * size_of::<Row<T, N>>()
    }
}

impl<T, const N: usize> Default for Egress<T, N> {
    fn default() -> Self {
        Egress {
            at: PassPosition::default(),
            profile: LatestArrivals { events: Vec::new(), times_s: Vec::new(), rows: Vec::new() },
            all: Vec::new(),
            of_block: Vec::new(),
            of_quad: Vec::new(),
            arriving: Vec::new(),
            sorting: Vec::new(),
            times_s: Vec::new(),
            rows: Vec::new(),
        }
    }
}

/// What a pass over the destinations looks at.
pub struct Pass<'a, T, const N: usize> {
    pub graph: &'a SweepGraph,
    pub destinations: &'a Destinations,
    pub rows: &'a SweepRows<T, N>,
    pub direct: &'a DirectRows,
    pub clock: Clock,
    pub longest_s: u32,
    pub dominance_pruning: bool,
}

impl<T: Label, const N: usize> Pass<'_, T, N> {
    fn horizon_s(&self) -> i32 {
        ((self.clock.departures - 1) * self.clock.every_s + self.longest_s) as i32
    }
}

/// Where a pass is: which of the blocks to visit, which quad of it, which members are to come.
#[derive(Debug, Default)]
struct PassPosition {
    visited: Vec<u32>,
    tile: usize,
    quad: usize,
    members: std::ops::Range<usize>,
}

impl<T: Label, const N: usize> Egress<T, N> {
    /// Begins a pass. `reachable`: the blocks within reach of the graph's stops, sorted.
    pub fn begin(&mut self, destinations: &Destinations, reachable: &[u32], direct: &DirectRows) {
        let visited = &mut self.at.visited;
        visited.clear();
        visited.extend_from_slice(reachable);
        visited.extend(direct.destinations().iter().map(|&d| destinations.block_of[d as usize]));
        visited.sort_unstable();
        visited.dedup();
        (self.at.tile, self.at.quad, self.at.members) = (0, 0, 0..0);
    }

    /// The next destination, along the curve, that some origin gets to in time; its arrivals are then there.
    #[inline(always)]
    pub fn next(&mut self, pass: &Pass<'_, T, N>) -> Option<u32> {
        loop {
            let tile = &pass.destinations.tiles[*self.at.visited.get(self.at.tile)? as usize];
            if let Some(m) = self.at.members.next() {
                self.member(pass, tile, m);
                let destination = tile.members[m];
                if !self.rows.is_empty() || pass.direct.has(destination) {
                    return Some(destination);
                }
            } else if self.at.quad < tile.quads.len() {
                let q = self.at.quad;
                if q == 0 {
                    self.tile(pass, tile);
                }
                self.profile.make(pass, tile, &tile.quads[q]);
                self.profile.sift(pass, &tile.quads[q], &self.of_block, &mut self.of_quad);
                self.at.members = q * QUAD..((q + 1) * QUAD).min(tile.members.len());
                self.at.quad += 1;
            } else {
                self.at.tile += 1;
                self.at.quad = 0;
            }
        }
    }

    /// Those of the destination that [`Egress::next`] named last.
    #[inline(always)]
    pub fn arrivals<'a>(&'a self, pass: &Pass<'a, T, N>, destination: u32) -> ArrivalProfile<'a, T, N> {
        ArrivalProfile {
            times_s: &self.times_s,
            rows: &self.rows,
            direct_s: pass.direct.get(destination),
            clock: pass.clock,
            longest_s: pass.longest_s,
        }
    }

    /// All survivors of the block's stops, sifted.
    #[inline(always)]
    fn tile(&mut self, pass: &Pass<'_, T, N>, tile: &Tile) {
        self.all.clear();
        for (s, &stop) in tile.stops.iter().enumerate() {
            let stop = pass.graph.stop_of[stop];
            if stop == GraphStop::NONE {
                continue;
            }
            let first = pass.graph.first_survivor(stop);
            for survivor in first..first + pass.rows.survivor_counts[stop] {
                let time_s = pass.rows.survivor_times_s[survivor as usize];
                self.all.push(Candidate { stop: s as u32, time_s, survivor });
            }
        }
        self.profile.make(pass, tile, &tile.whole);
        self.profile.sift(pass, &tile.whole, &self.all, &mut self.of_block);
    }

    /// What the quad has left, by true arrival at one of its members, with the running maximum.
    #[inline(always)]
    fn member(&mut self, pass: &Pass<'_, T, N>, tile: &Tile, m: usize) {
        let horizon_s = pass.horizon_s() as u32;
        let walks_s = &tile.walks_s[m * tile.stops.len()..][..tile.stops.len()];
        self.arriving.clear();
        for candidate in &self.of_quad {
            let walk_s = walks_s[candidate.stop as usize];
            let time_s = (candidate.time_s as u32).saturating_add(walk_s);
            if time_s <= horizon_s {
                self.arriving.push((time_s, candidate.survivor));
            }
        }
        sort_by_time(&mut self.arriving, &mut self.sorting);
        self.times_s.clear();
        self.rows.clear();
        let mut reached: Row<T, N> = Row::zero();
        for &(time_s, survivor) in &self.arriving {
            let row = &pass.rows.survivor_rows[survivor as usize];
            if reached.lifted_above(row, T::from_u32(pass.clock.too_early(time_s))) {
                self.times_s.push(time_s as i32);
                self.rows.push(reached);
            }
        }
    }
}

/// When at the latest every destination of a group is reached with which labels.
#[derive(Debug)]
struct LatestArrivals<T, const N: usize> {
    events: Vec<(u32, u32)>,
    times_s: Vec<i32>,
    rows: Vec<Row<T, N>>,
}

impl<T: Label, const N: usize> LatestArrivals<T, N> {
    #[inline(always)]
    fn make(&mut self, pass: &Pass<'_, T, N>, tile: &Tile, group: &Group) {
        let Pass { graph, rows, clock, .. } = pass;
        self.events.clear();
        // Without a profile everything is left.
        for &(s, longest_s) in group.covering.iter().filter(|_| pass.dominance_pruning) {
            let stop = graph.stop_of[tile.stops[s as usize]];
            if stop == GraphStop::NONE {
                continue;
            }
            let first = graph.first_survivor(stop);
            for survivor in first..first + rows.survivor_counts[stop] {
                self.events.push((rows.survivor_times_s[survivor as usize] as u32 + longest_s, survivor));
            }
        }
        self.events.sort_unstable();
        self.times_s.clear();
        self.rows.clear();
        let mut covered: Row<T, N> = Row::zero();
        for &(time_s, survivor) in &self.events {
            let row = &rows.survivor_rows[survivor as usize];
            if covered.lifted_above(row, T::from_u32(clock.too_early(time_s))) {
                self.times_s.push(time_s as i32);
                self.rows.push(covered);
            }
        }
    }

    /// Keeps the candidates that the profile does not cover before they could arrive. Candidates come stop by
    /// stop, in order of time.
    #[inline(always)]
    fn sift(
        &self,
        pass: &Pass<'_, T, N>,
        group: &Group,
        candidates: &[Candidate],
        left: &mut Vec<Candidate>,
    ) {
        let Pass { rows, clock, .. } = pass;
        let horizon_s = pass.horizon_s();
        left.clear();
        let nothing = Row::zero();
        let mut stop = NONE;
        let mut covering = 0;
        for candidate in candidates {
            if candidate.stop != stop {
                stop = candidate.stop;
                covering = 0;
            }
            let earliest_s = (candidate.time_s as u32).saturating_add(group.shortest_s[stop as usize]);
            if earliest_s > horizon_s as u32 {
                continue;
            }
            while covering < self.times_s.len() && self.times_s[covering] < earliest_s as i32 {
                covering += 1;
            }
            let row = &rows.survivor_rows[candidate.survivor as usize];
            let useless = T::from_u32(clock.too_early(earliest_s));
            let covered = if covering == 0 { &nothing } else { &self.rows[covering - 1] };
            if row.raises_above(covered, useless) {
                left.push(*candidate);
            }
        }
    }
}

/// Sorts by time, equal times in their order: by digits of eight bits, from the last (radix sort).
#[inline(always)]
fn sort_by_time(items: &mut Vec<(u32, u32)>, room: &mut Vec<(u32, u32)>) {
    if items.len() < 48 {
        // Few: each goes back to its place.
        for i in 1..items.len() {
            let item = items[i];
            let mut at = i;
            while at > 0 && items[at - 1].0 > item.0 {
                items[at] = items[at - 1];
                at -= 1;
            }
            items[at] = item;
        }
        return;
    }
    let mut greatest = 0;
    for item in items.iter() {
        greatest = item.0.max(greatest);
    }
    room.clear();
    room.resize(items.len(), (0, 0));
    let mut shift = 0;
    while greatest >> shift > 0 {
        let mut starts = [0u32; 256];
        for item in items.iter() {
            starts[(item.0 >> shift & 255) as usize] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            (*start, sum) = (sum, sum + *start);
        }
        for &item in items.iter() {
            let start = &mut starts[(item.0 >> shift & 255) as usize];
            room[*start as usize] = item;
            *start += 1;
        }
        std::mem::swap(items, room);
        shift += 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_sorted_and_equal_ones_keep_their_order() {
        for n in [0, 1, 2, 47, 48, 1000] {
            let mut items: Vec<(u32, u32)> = (0..n).map(|i| (i * 7919 % 251 * 300, i)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_time(&mut items, &mut Vec::new());
            assert_eq!(items, expected);
        }
    }
}
