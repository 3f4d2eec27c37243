//! Labels at stops → arrivals at destinations.
//!
//! Destinations hang in blocks of neighbours, and a block in quads. In a block, the survivors of its nearest
//! stops, taken with the longest walk in the block, give a profile; a survivor of any of its stops is dropped if
//! the profile covers it strictly before the block's shortest walk could bring it in. A quad sifts what its block
//! has left in the same way. What is left goes down to each destination, is put in order of true arrival there
//! and walked with a running maximum: an [`Arrivals`].

use super::graph::Graph;
use super::lanes::{Label, Row};
use super::summed::Summed;
use super::sweep::{Clock, Rows};
use crate::base::NONE;
use crate::network::Walks;

/// Destinations in a block, and in a quad of it.
const BLOCK: usize = 16;
const QUAD: usize = 4;
/// Stops whose survivors make a profile.
const COVERING: usize = 12;
/// No walk.
const FAR: u32 = u32::MAX;

/// The walks between the stops of a block and some of its destinations.
#[derive(Clone, Debug, Default)]
struct Group {
    /// Stop of the block → shortest walk, s; `FAR` if no destination of the group is in reach.
    shortest_s: Vec<u32>,
    /// The nearest stops from which all destinations of the group are in reach, with the longest walk, s.
    covering: Vec<(u32, u32)>,
}

#[derive(Clone, Debug)]
struct Block {
    members: Vec<u32>,
    /// Stops of the timetable within reach of some member.
    stops: Vec<u32>,
    whole: Group,
    /// One for each four members.
    quads: Vec<Group>,
    /// Member by member, stop by stop.
    walks_s: Vec<u32>,
}

/// The destinations with the stops that they can be reached from.
#[derive(Debug, Default)]
pub struct Destinations {
    blocks: Vec<Block>,
    /// Destination → its block.
    block_of: Vec<u32>,
}

impl Destinations {
    /// `order`: the destinations along a curve. Of the walks only those from stops of the graph matter.
    pub fn new(graph: &Graph, walks: &Walks, order: &[u32]) -> Destinations {
        let mut block_of = vec![NONE; order.len()];
        for (at, &destination) in order.iter().enumerate() {
            block_of[destination as usize] = (at / BLOCK) as u32;
        }
        Destinations {
            blocks: order.chunks(BLOCK).map(|members| Block::new(graph, walks, members)).collect(),
            block_of,
        }
    }

    pub fn blocks(&self) -> std::ops::Range<u32> {
        0..self.blocks.len() as u32
    }

    /// Those of the blocks that somebody can walk to from a stop where the graph has arrivals.
    pub fn near(&self, blocks: &[u32], graph: &Graph) -> Vec<u32> {
        let left = |stop: &u32| {
            let stop = graph.stop_of[*stop as usize];
            stop != NONE && graph.survivors[stop as usize] < graph.survivors[stop as usize + 1]
        };
        blocks.iter().copied().filter(|&block| self.blocks[block as usize].stops.iter().any(left)).collect()
    }
}

impl Block {
    fn new(graph: &Graph, walks: &Walks, members: &[u32]) -> Block {
        let mut found: Vec<(u32, usize, u32)> = Vec::new();
        for (m, &destination) in members.iter().enumerate() {
            for walk in walks.egress.row(destination as usize) {
                if graph.stop_of[walk.to as usize] != NONE {
                    found.push((walk.to, m, walk.seconds));
                }
            }
        }
        let mut stops: Vec<u32> = found.iter().map(|&(stop, _, _)| stop).collect();
        stops.sort_unstable();
        stops.dedup();
        let mut walks_s = vec![FAR; members.len() * stops.len()];
        for (stop, m, seconds) in found {
            let s = stops.binary_search(&stop).expect("gathered above");
            walks_s[m * stops.len() + s] = seconds;
        }
        let all = |members: std::ops::Range<usize>| Group::new(&walks_s, stops.len(), members);
        let quads = (0..members.len()).step_by(QUAD).map(|m| all(m..(m + QUAD).min(members.len())));
        Block {
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
        let of = |s: usize| members.clone().map(move |m| walks_s[m * stops + s]);
        let shortest_s = (0..stops).map(|s| of(s).min().unwrap_or(FAR)).collect();
        let mut covering: Vec<(u32, u32)> = (0..stops)
            .map(|s| (of(s).max().unwrap_or(FAR), s as u32))
            .filter(|&(longest_s, _)| longest_s != FAR)
            .collect();
        covering.sort_unstable();
        covering.truncate(COVERING);
        Group { shortest_s, covering: covering.into_iter().map(|(longest_s, s)| (s, longest_s)).collect() }
    }
}

/// One destination's arrivals for each of `N` origins: from the k-th piece's time on, the origins are there
/// with the departures up to the k-th row. Times rise, and every row raises some lane of the one before.
pub struct Arrivals<'a, T, const N: usize> {
    times_s: &'a [i32],
    rows: &'a [Row<T, N>],
    /// Seconds on foot all the way; `u32::MAX`: too far.
    direct_s: &'a [u32; N],
    clock: Clock,
    longest_s: u32,
}

impl<T: Label, const N: usize> Arrivals<'_, T, N> {
    /// How many departures get there within `cutoff_s` (at most the longest time asked for), lane by lane.
    #[inline(always)]
    pub fn within(&self, cutoff_s: u32) -> Row<T, N> {
        let cutoff_s = cutoff_s.min(self.longest_s);
        let mut count = self.count(|time_s| {
            let late = T::from_u32(self.clock.steps_up(time_s.saturating_sub(cutoff_s)));
            move |_| late
        });
        let all = T::from_u32(self.clock.departures);
        for i in 0..N {
            if self.direct_s[i] <= cutoff_s {
                count.0[i] = all;
            }
        }
        count
    }

    /// A bit for each lane in which at least `rank` departures get there within `cutoff_s`.
    #[inline(always)]
    pub fn reached(&self, cutoff_s: u32, rank: u32) -> u128 {
        self.within(cutoff_s).at_least(&Row::splat(T::from_u32(rank)))
    }

    /// The `rank`-th shortest travel time over the departures, s; `u32::MAX` where it is above the longest.
    #[inline(always)]
    pub fn ranked(&self, rank: u32) -> [u32; N] {
        let mut out = [u32::MAX; N];
        self.ranked_into(rank, &mut out);
        out
    }

    #[inline(always)]
    fn ranked_into(&self, rank: u32, out: &mut [u32; N]) {
        let every = self.clock.every_s;
        let rank = Row::splat(T::from_u32(rank));
        // A time is `steps · every + rest`. First the steps, with the rest at its greatest, then the rest.
        let steps = self.search(self.longest_s / every + 1, |steps| {
            let count = self.count(|time_s| {
                let step = T::from_u32(time_s / every);
                move |lane: usize| step.minus(steps.0[lane])
            });
            count.at_least(&rank)
        });
        let rest = if every == 1 {
            Row::zero()
        } else {
            self.search(every, |rest| {
                let count = self.count(|time_s| {
                    let (step, over) = (T::from_u32(time_s / every), T::from_u32(time_s % every));
                    move |lane: usize| {
                        let carry = if over > rest.0[lane] { T::from_u32(1) } else { T::default() };
                        step.plus(carry).minus(steps.0[lane])
                    }
                });
                count.at_least(&rank)
            })
        };
        for (i, slot) in out.iter_mut().enumerate() {
            let time = steps.0[i].to_u32() * every + rest.0[i].to_u32();
            let best = time.min(self.direct_s[i]);
            *slot = if best <= self.longest_s { best } else { u32::MAX };
        }
    }

    /// The weights of all departures' travel times summed, lane by lane: what is slower than the longest time asked
    /// for, which must be the table's, weighs nothing.
    #[inline(always)]
    pub fn summed(&self, table: &Summed) -> [u64; N] {
        let every = self.clock.every_s;
        let mut sums = [0; N];
        let mut counted = [0; N];
        let nothing = Row::zero();
        let mut before: &Row<T, N> = &nothing;
        for (&time_s, row) in self.times_s.iter().zip(self.rows) {
            let time_s = time_s as u32;
            for i in 0..N {
                // Of the departures that get there now, those for which walking is not faster.
                let late = time_s.saturating_sub(self.direct_s[i].min(self.longest_s)).div_ceil(every);
                let (early, last) = (before.0[i].to_u32().max(late), row.0[i].to_u32());
                if last > early {
                    sums[i] += table.between(time_s, early, last);
                    counted[i] += last - early;
                }
            }
            before = row;
        }
        for i in 0..N {
            if self.direct_s[i] <= self.longest_s {
                sums[i] += u64::from(self.clock.departures - counted[i]) * table.weight(self.direct_s[i]);
            }
        }
        sums
    }

    /// Departures that count when those up to `late(time)(lane)` are too early for a piece of that time.
    #[inline(always)]
    fn count<L: Fn(usize) -> T>(&self, late: impl Fn(u32) -> L) -> Row<T, N> {
        let mut count: Row<T, N> = Row::zero();
        let nothing = Row::zero();
        let mut before: &Row<T, N> = &nothing;
        for (&time_s, row) in self.times_s.iter().zip(self.rows) {
            let late = late(time_s as u32);
            for i in 0..N {
                let too_early = before.0[i].max(late(i));
                count.0[i] = count.0[i].plus(row.0[i].minus(too_early));
            }
            before = row;
        }
        count
    }

    /// Lane by lane the smallest value below `end` that `holds` (which, once true, stays true); else `end`.
    #[inline(always)]
    fn search(&self, end: u32, holds: impl Fn(&Row<T, N>) -> u128) -> Row<T, N> {
        let mut found: Row<T, N> = Row::zero();
        let mut bit = end.next_power_of_two();
        while bit > 0 {
            let mut tried = found;
            for i in 0..N {
                tried.0[i] = T::from_u32(found.0[i].to_u32() + bit - 1);
            }
            let reached = holds(&tried);
            for i in 0..N {
                let next = found.0[i].to_u32() + bit;
                if reached >> i & 1 == 0 && next <= end {
                    found.0[i] = T::from_u32(next);
                }
            }
            bit /= 2;
        }
        found
    }
}

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
pub struct Gather<T, const N: usize> {
    /// Blocks to visit.
    visited: Vec<u32>,
    profile: Profile<T, N>,
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

impl<T, const N: usize> Gather<T, N> {
    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let candidates = self.all.capacity() + self.of_block.capacity() + self.of_quad.capacity();
        let pairs = self.arriving.capacity() + self.sorting.capacity() + self.profile.events.capacity();
        let rows = self.rows.capacity() + self.profile.rows.capacity();
        candidates * size_of::<Candidate>() + pairs * 8 + rows * size_of::<Row<T, N>>()
    }
}

impl<T, const N: usize> Default for Gather<T, N> {
    fn default() -> Self {
        Gather {
            visited: Vec::new(),
            profile: Profile { events: Vec::new(), times_s: Vec::new(), rows: Vec::new() },
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

/// Direct walks of a batch: destination → row of seconds, one lane an origin.
#[derive(Debug)]
pub struct Direct<const N: usize> {
    row_of: Vec<u32>,
    rows: Vec<[u32; N]>,
    touched: Vec<u32>,
}

impl<const N: usize> Direct<N> {
    pub fn new(destinations: usize) -> Self {
        Direct { row_of: vec![NONE; destinations], rows: vec![[u32::MAX; N]], touched: Vec::new() }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        4 * (self.row_of.capacity() + self.touched.capacity() + N * self.rows.capacity())
    }

    pub fn clear(&mut self) {
        for &d in &self.touched {
            self.row_of[d as usize] = NONE;
        }
        self.touched.clear();
        self.rows.truncate(1);
    }

    pub fn set(&mut self, destination: u32, lane: usize, seconds: u32) {
        let row = &mut self.row_of[destination as usize];
        if *row == NONE {
            *row = self.rows.len() as u32;
            self.rows.push([u32::MAX; N]);
            self.touched.push(destination);
        }
        self.rows[*row as usize][lane] = seconds;
    }

    #[inline(always)]
    fn has(&self, destination: u32) -> bool {
        self.row_of[destination as usize] != NONE
    }

    #[inline(always)]
    fn get(&self, destination: u32) -> &[u32; N] {
        let row = self.row_of[destination as usize];
        &self.rows[if row == NONE { 0 } else { row as usize }]
    }
}

/// Hands to `take`, along the curve, the arrivals of each destination that some origin gets to in time. `near`: the
/// blocks within reach of the graph's stops, sorted.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // the parts of a worker, borrowed apart
pub fn gather<T: Label, const N: usize>(
    graph: &Graph,
    destinations: &Destinations,
    near: &[u32],
    rows: &Rows<T, N>,
    direct: &Direct<N>,
    clock: Clock,
    longest_s: u32,
    sifted: bool,
    scratch: &mut Gather<T, N>,
    mut take: impl FnMut(u32, &Arrivals<'_, T, N>),
) {
    let horizon_s = ((clock.departures - 1) * clock.every_s + longest_s) as i32;
    let Gather { visited, profile, all, of_block, of_quad, arriving, sorting, times_s, rows: pieces } =
        scratch;
    visited.clear();
    visited.extend_from_slice(near);
    visited.extend(direct.touched.iter().map(|&d| destinations.block_of[d as usize]));
    visited.sort_unstable();
    visited.dedup();
    for &block in visited.iter() {
        let block = &destinations.blocks[block as usize];
        all.clear();
        for (s, &stop) in block.stops.iter().enumerate() {
            let stop = graph.stop_of[stop as usize];
            if stop == NONE {
                continue;
            }
            let first = graph.survivors[stop as usize];
            for survivor in first..first + rows.survivor_counts[stop as usize] {
                let time_s = rows.survivor_times_s[survivor as usize];
                all.push(Candidate { stop: s as u32, time_s, survivor });
            }
        }
        profile.make(graph, block, &block.whole, clock, sifted, rows);
        profile.sift(&block.whole, rows, clock, horizon_s, all, of_block);
        for (q, quad) in block.quads.iter().enumerate() {
            profile.make(graph, block, quad, clock, sifted, rows);
            profile.sift(quad, rows, clock, horizon_s, of_block, of_quad);
            let members = q * QUAD..((q + 1) * QUAD).min(block.members.len());
            for m in members {
                let destination = block.members[m];
                let walks_s = &block.walks_s[m * block.stops.len()..][..block.stops.len()];
                arriving.clear();
                for candidate in of_quad.iter() {
                    let walk_s = walks_s[candidate.stop as usize];
                    let time_s = (candidate.time_s as u32).saturating_add(walk_s);
                    if time_s <= horizon_s as u32 {
                        arriving.push((time_s, candidate.survivor));
                    }
                }
                sort_by_time(arriving, sorting);
                times_s.clear();
                pieces.clear();
                let mut reached: Row<T, N> = Row::zero();
                for &(time_s, survivor) in arriving.iter() {
                    let row = &rows.survivor_rows[survivor as usize];
                    if reached.lifted_above(row, T::from_u32(clock.too_early(time_s))) {
                        times_s.push(time_s as i32);
                        pieces.push(reached);
                    }
                }
                if !pieces.is_empty() || direct.has(destination) {
                    let direct_s = direct.get(destination);
                    take(destination, &Arrivals { times_s, rows: pieces, direct_s, clock, longest_s });
                }
            }
        }
    }
}

/// When at the latest every destination of a group is reached with which labels.
#[derive(Debug)]
struct Profile<T, const N: usize> {
    events: Vec<(u32, u32)>,
    times_s: Vec<i32>,
    rows: Vec<Row<T, N>>,
}

impl<T: Label, const N: usize> Profile<T, N> {
    #[inline(always)]
    fn make(
        &mut self,
        graph: &Graph,
        block: &Block,
        group: &Group,
        clock: Clock,
        sifted: bool,
        rows: &Rows<T, N>,
    ) {
        self.events.clear();
        // Without a profile everything is left.
        for &(s, longest_s) in group.covering.iter().filter(|_| sifted) {
            let stop = graph.stop_of[block.stops[s as usize] as usize];
            if stop == NONE {
                continue;
            }
            let stop = stop as usize;
            let first = graph.survivors[stop];
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
        group: &Group,
        rows: &Rows<T, N>,
        clock: Clock,
        horizon_s: i32,
        candidates: &[Candidate],
        left: &mut Vec<Candidate>,
    ) {
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
    let greatest = items.iter().map(|item| item.0).max().unwrap_or(0);
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
