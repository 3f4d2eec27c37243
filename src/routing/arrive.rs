//! Labels at stops → arrivals at destinations.
//!
//! Destinations hang in blocks of neighbours. In a block, the survivors of its nearest stops, taken with the
//! longest walk in the block, give a profile; a survivor of any of its stops is dropped if the profile covers
//! it strictly before the block's shortest walk could bring it in. What is left, a few dozen, goes down to
//! each destination, is put in order of true arrival there and walked with a running maximum: an [`Arrivals`].

use super::graph::Graph;
use super::lanes::{Label, Row};
use super::sweep::{Clock, Rows};
use crate::base::NONE;
use crate::network::Walks;

/// Destinations in a block.
const BLOCK: usize = 16;
/// Stops whose survivors make the profile of a block.
const COVERING: usize = 8;
/// No walk.
const FAR: u32 = u32::MAX;

/// A stop within reach of some destination of a block.
#[derive(Clone, Copy, Debug)]
struct BlockStop {
    /// Stop of the graph.
    stop: u32,
    /// Shortest and longest walk to a destination of the block, s; the longest is `FAR` if one is out of reach.
    shortest_s: u32,
    longest_s: u32,
}

#[derive(Clone, Debug)]
struct Block {
    /// Range in `Destinations::order`.
    members: std::ops::Range<u32>,
    /// Range in `Destinations::stops`: those that cover come first, the nearest first.
    stops: std::ops::Range<u32>,
    /// First of the block's walks: member by member, stop by stop.
    walks: usize,
}

/// The destinations with the stops that they can be reached from.
#[derive(Debug, Default)]
pub struct Destinations {
    order: Vec<u32>,
    blocks: Vec<Block>,
    stops: Vec<BlockStop>,
    walks_s: Vec<u32>,
}

impl Destinations {
    /// `order`: the destinations along a curve.
    pub fn new(graph: &Graph, walks: &Walks, order: Vec<u32>) -> Destinations {
        let mut out = Destinations::default();
        for (b, members) in order.chunks(BLOCK).enumerate() {
            let mut of_block: Vec<(u32, u32, u32)> = Vec::new();
            for (m, &destination) in members.iter().enumerate() {
                for walk in walks.egress.row(destination as usize) {
                    let stop = graph.stop_of[walk.to as usize];
                    if stop != NONE {
                        of_block.push((stop, m as u32, walk.seconds));
                    }
                }
            }
            of_block.sort_unstable();
            let mut stops: Vec<(BlockStop, Vec<u32>)> = Vec::new();
            for (stop, member, seconds) in of_block {
                if stops.last().is_none_or(|(last, _)| last.stop != stop) {
                    stops.push((BlockStop { stop, shortest_s: FAR, longest_s: 0 }, vec![FAR; members.len()]));
                }
                let (entry, to_members) = stops.last_mut().expect("pushed above");
                entry.shortest_s = entry.shortest_s.min(seconds);
                to_members[member as usize] = seconds;
            }
            for (entry, to_members) in &mut stops {
                entry.longest_s = to_members.iter().copied().max().unwrap_or(FAR);
            }
            stops.sort_by_key(|(entry, _)| (entry.longest_s, entry.stop));
            let first = out.stops.len() as u32;
            let walks_at = out.walks_s.len();
            for m in 0..members.len() {
                out.walks_s.extend(stops.iter().map(|(_, to_members)| to_members[m]));
            }
            out.stops.extend(stops.iter().map(|(entry, _)| *entry));
            out.blocks.push(Block {
                members: (b * BLOCK) as u32..(b * BLOCK + members.len()) as u32,
                stops: first..out.stops.len() as u32,
                walks: walks_at,
            });
        }
        out.order = order;
        out
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
        let mut count = Row::zero();
        let mut before = Row::zero();
        for (&time, row) in self.times_s.iter().zip(self.rows) {
            let late = (time as u32).saturating_sub(cutoff_s).div_ceil(self.clock.every_s);
            let too_early = before.max(&Row::splat(T::from_u32(late)));
            count = count.plus(&row.minus(&too_early));
            before = *row;
        }
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
            self.count(|step, _| Row::splat(step).minus(steps)).at_least(&rank)
        });
        let rest = if every == 1 {
            Row::zero()
        } else {
            self.search(every, |rest| {
                let count = self.count(|step, over| {
                    let mut late = Row::splat(step);
                    for i in 0..N {
                        let carry = if over > rest.0[i] { T::from_u32(1) } else { T::default() };
                        late.0[i] = late.0[i].plus(carry);
                    }
                    late.minus(&steps)
                });
                count.at_least(&rank)
            })
        };
        for i in 0..N {
            let time = steps.0[i].to_u32() * every + rest.0[i].to_u32();
            let best = time.min(self.direct_s[i]);
            out[i] = if best <= self.longest_s { best } else { u32::MAX };
        }
    }

    /// Departures that count when those up to `late(step, rest)` of a piece's time are too early.
    #[inline(always)]
    fn count(&self, late: impl Fn(T, T) -> Row<T, N>) -> Row<T, N> {
        let mut count = Row::zero();
        let mut before = Row::zero();
        for (&time, row) in self.times_s.iter().zip(self.rows) {
            let time = time as u32;
            let late = late(T::from_u32(time / self.clock.every_s), T::from_u32(time % self.clock.every_s));
            count = count.plus(&row.minus(&before.max(&late)));
            before = *row;
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

/// Scratch of the pass over destinations: one a thread.
#[derive(Debug)]
pub struct Gather<T, const N: usize> {
    profile: Vec<(i32, u32)>,
    profile_times_s: Vec<i32>,
    profile_rows: Vec<Row<T, N>>,
    /// What is left of a block's survivors: stop of the block, time at the stop, survivor.
    left: Vec<(u32, i32, u32)>,
    /// (arrival, survivor) of one destination.
    arriving: Vec<(i32, u32)>,
    times_s: Vec<i32>,
    rows: Vec<Row<T, N>>,
}

impl<T, const N: usize> Default for Gather<T, N> {
    fn default() -> Self {
        Gather {
            profile: Vec::new(),
            profile_times_s: Vec::new(),
            profile_rows: Vec::new(),
            left: Vec::new(),
            arriving: Vec::new(),
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
    fn get(&self, destination: u32) -> &[u32; N] {
        let row = self.row_of[destination as usize];
        &self.rows[if row == NONE { 0 } else { row as usize }]
    }
}

/// Hands every destination's arrivals to `take`, along the curve.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // the parts of a worker, borrowed apart
pub fn gather<T: Label, const N: usize>(
    graph: &Graph,
    destinations: &Destinations,
    rows: &Rows<T, N>,
    direct: &Direct<N>,
    clock: Clock,
    longest_s: u32,
    scratch: &mut Gather<T, N>,
    mut take: impl FnMut(u32, &Arrivals<'_, T, N>),
) {
    let horizon_s = ((clock.departures - 1) * clock.every_s + longest_s) as i32;
    for block in &destinations.blocks {
        let stops = &destinations.stops[block.stops.start as usize..block.stops.end as usize];
        profile(graph, stops, rows, scratch);
        sift(graph, stops, rows, horizon_s, scratch);
        for (m, at) in block.members.clone().enumerate() {
            let destination = destinations.order[at as usize];
            let walks = &destinations.walks_s[block.walks + m * stops.len()..][..stops.len()];
            scratch.arriving.clear();
            for &(stop, time, survivor) in &scratch.left {
                let walk = walks[stop as usize];
                if walk != FAR {
                    scratch.arriving.push((time + walk as i32, survivor));
                }
            }
            scratch.arriving.sort_unstable();
            scratch.times_s.clear();
            scratch.rows.clear();
            let mut reached: Row<T, N> = Row::zero();
            for &(time, survivor) in &scratch.arriving {
                let row = &rows.survivor_rows[survivor as usize];
                if time <= horizon_s && row.raises(&reached) {
                    reached = reached.max(row);
                    scratch.times_s.push(time);
                    scratch.rows.push(reached);
                }
            }
            let arrivals = Arrivals {
                times_s: &scratch.times_s,
                rows: &scratch.rows,
                direct_s: direct.get(destination),
                clock,
                longest_s,
            };
            take(destination, &arrivals);
        }
    }
}

/// When at the latest every destination of the block is reached with which labels.
#[inline(always)]
fn profile<T: Label, const N: usize>(
    graph: &Graph,
    stops: &[BlockStop],
    rows: &Rows<T, N>,
    scratch: &mut Gather<T, N>,
) {
    scratch.profile.clear();
    for entry in stops.iter().take(COVERING).take_while(|entry| entry.longest_s != FAR) {
        let first = graph.survivors[entry.stop as usize];
        for i in first..first + rows.survivor_counts[entry.stop as usize] {
            scratch.profile.push((rows.survivor_times_s[i as usize] + entry.longest_s as i32, i));
        }
    }
    scratch.profile.sort_unstable();
    scratch.profile_times_s.clear();
    scratch.profile_rows.clear();
    let mut covered: Row<T, N> = Row::zero();
    for &(time, survivor) in &scratch.profile {
        let row = &rows.survivor_rows[survivor as usize];
        if row.raises(&covered) {
            covered = covered.max(row);
            scratch.profile_times_s.push(time);
            scratch.profile_rows.push(covered);
        }
    }
}

/// Keeps the survivors of the block's stops that the profile does not cover before they could arrive.
#[inline(always)]
fn sift<T: Label, const N: usize>(
    graph: &Graph,
    stops: &[BlockStop],
    rows: &Rows<T, N>,
    horizon_s: i32,
    scratch: &mut Gather<T, N>,
) {
    scratch.left.clear();
    for (s, entry) in stops.iter().enumerate() {
        let first = graph.survivors[entry.stop as usize];
        let mut covering = 0;
        for i in first..first + rows.survivor_counts[entry.stop as usize] {
            let time = rows.survivor_times_s[i as usize];
            let earliest = time + entry.shortest_s as i32;
            if earliest > horizon_s {
                break;
            }
            while covering < scratch.profile_times_s.len() && scratch.profile_times_s[covering] < earliest {
                covering += 1;
            }
            let row = &rows.survivor_rows[i as usize];
            if covering == 0 || row.raises(&scratch.profile_rows[covering - 1]) {
                scratch.left.push((s as u32, time, i));
            }
        }
    }
}
