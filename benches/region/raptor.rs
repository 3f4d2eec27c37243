//! Range-RAPTOR (Delling, Pajor & Werneck 2012, 2015), written for the bench: rounds over patterns of trips that do
//! not overtake each other, and the departures of the window from the last to the first, so that what a later
//! departure has reached prunes the earlier ones.
//!
//! In its favour: only departures at which some vehicle at a stop near home can be caught are looked at, and then
//! only that stop is marked; what the seconds between are worth is counted in one go; the number of rides is not
//! limited, so one label a stop is enough; scratch is used again; whatever is later than the longest time is dropped.

use std::collections::BTreeMap;

use isokron::base::csr::Csr;

use super::plain::{Plain, Visit};
use super::sink::Counts;

const NEVER: i32 = i32::MAX;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Halt {
    stop: u32,
    boards: bool,
    alights: bool,
}

/// The patterns, and one thread's scratch.
pub struct Raptor<'a> {
    plain: &'a Plain<'a>,
    halts: Csr<Halt>,
    /// Pattern → number of its trips, and where its times begin: halt by halt, trip by trip.
    trips: Vec<u32>,
    begins: Vec<u32>,
    departures_s: Vec<i32>,
    arrivals_s: Vec<i32>,
    /// Stop → (pattern, halt) where one may board.
    patterns_at: Csr<(u32, u32)>,
    labels: Labels,
    /// Pattern → the halt to begin at, or `NONE`.
    queued: Vec<u32>,
    queue: Vec<u32>,
    /// Stops to board at in the next round; stops reached in this round, and for this departure.
    marked: Marks,
    reached: Marks,
    improved: Marks,
    cells: Cells,
}

/// Stop → when one may board; when the first vehicle comes in.
struct Labels {
    ready_s: Vec<i32>,
    arrived_s: Vec<i32>,
}

/// A set of stops.
struct Marks {
    is: Vec<bool>,
    list: Vec<u32>,
}

/// Cell → its best arrival, the departure since which it is that, and the last one that bettered it.
struct Cells {
    best_s: Vec<i32>,
    since: Vec<u32>,
    list: Vec<u32>,
}

impl Marks {
    fn new(stops: usize) -> Marks {
        Marks { is: vec![false; stops], list: Vec::new() }
    }

    #[inline]
    fn add(&mut self, stop: u32) {
        if !std::mem::replace(&mut self.is[stop as usize], true) {
            self.list.push(stop);
        }
    }

    fn clear(&mut self) {
        self.list.drain(..).for_each(|stop| self.is[stop as usize] = false);
    }
}

impl<'a> Raptor<'a> {
    pub fn new(plain: &'a Plain<'a>) -> Raptor<'a> {
        let mut halts = Csr::default();
        let (mut trips, mut begins) = (Vec::new(), Vec::new());
        let (mut departures_s, mut arrivals_s) = (Vec::new(), Vec::new());
        let mut boards = Vec::new();
        for pattern in patterns(plain) {
            let first = plain.runs.row(pattern[0] as usize);
            for (i, visit) in first.iter().enumerate().filter(|(_, visit)| visit.boards) {
                boards.push((visit.stop, (trips.len() as u32, i as u32)));
            }
            halts.push_row(first.iter().map(|v| Halt { stop: v.stop, boards: v.boards, alights: v.alights }));
            trips.push(pattern.len() as u32);
            begins.push(departures_s.len() as u32);
            for i in 0..first.len() {
                for &run in &pattern {
                    let visit = plain.runs.row(run as usize)[i];
                    departures_s.push(visit.departure_s);
                    arrivals_s.push(visit.arrival_s);
                }
            }
        }
        Raptor {
            plain,
            patterns_at: Csr::from_pairs(plain.stops, &boards),
            queued: vec![NONE; trips.len()],
            halts,
            trips,
            begins,
            departures_s,
            arrivals_s,
            labels: Labels { ready_s: vec![NEVER; plain.stops], arrived_s: vec![NEVER; plain.stops] },
            queue: Vec::new(),
            marked: Marks::new(plain.stops),
            reached: Marks::new(plain.stops),
            improved: Marks::new(plain.stops),
            cells: Cells { best_s: vec![NEVER; plain.cells], since: vec![0; plain.cells], list: Vec::new() },
        }
    }

    pub fn patterns(&self) -> usize {
        self.trips.len()
    }

    /// All departures of the window from one origin, the last first.
    pub fn window(&mut self, origin: u32, counts: &mut Counts) {
        let plain = self.plain;
        self.labels.ready_s.fill(NEVER);
        self.labels.arrived_s.fill(NEVER);
        let events = self.events(origin);
        for same in events.chunk_by(|a, b| a.0 == b.0) {
            let k = same[0].0;
            let leaves_s = plain.leaves_s(k);
            for walk in plain.legs.access.row(origin as usize) {
                let at_s = leaves_s + (walk.seconds + plain.query.board_slack_s) as i32;
                let ready = &mut self.labels.ready_s[walk.to as usize];
                *ready = at_s.min(*ready);
            }
            same.iter().for_each(|&(_, stop)| self.marked.add(stop));
            let latest_s = leaves_s + plain.query.longest_s as i32;
            while !self.marked.list.is_empty() {
                self.round(latest_s);
            }
            self.at_cells(k, latest_s, counts);
        }
        for cell in self.cells.list.drain(..) {
            let best_s = std::mem::replace(&mut self.cells.best_s[cell as usize], NEVER);
            counts.piece(cell, 0, self.cells.since[cell as usize], best_s);
        }
    }

    /// (departure of the window, stop) from which on a vehicle can be caught there; the last departure first.
    fn events(&self, origin: u32) -> Vec<(u32, u32)> {
        let query = &self.plain.query;
        let (every_s, last) = (query.window.every_s as i32, query.window.count() - 1);
        let mut events = Vec::new();
        for walk in self.plain.legs.access.row(origin as usize) {
            let before_s = (walk.seconds + query.board_slack_s) as i32;
            for &(pattern, halt) in self.patterns_at.row(walk.to as usize) {
                let times_s = self.times(&self.departures_s, pattern, halt);
                let leave = times_s.iter().map(|&time_s| time_s - before_s).filter(|&s| s >= 0);
                events.extend(leave.map(|s| (((s / every_s) as u32).min(last), walk.to)));
            }
        }
        events.sort_unstable_by(|a, b| b.cmp(a));
        events.dedup();
        events
    }

    #[inline]
    fn times<'t>(&self, times_s: &'t [i32], pattern: u32, halt: u32) -> &'t [i32] {
        let trips = self.trips[pattern as usize];
        &times_s[(self.begins[pattern as usize] + halt * trips) as usize..][..trips as usize]
    }

    fn round(&mut self, latest_s: i32) {
        for &stop in &self.marked.list {
            for &(pattern, halt) in self.patterns_at.row(stop as usize) {
                let queued = &mut self.queued[pattern as usize];
                if *queued == NONE {
                    self.queue.push(pattern);
                }
                *queued = halt.min(*queued);
            }
        }
        self.marked.clear();
        for q in 0..self.queue.len() {
            let pattern = self.queue[q];
            let from = std::mem::replace(&mut self.queued[pattern as usize], NONE);
            self.ride(pattern, from, latest_s);
        }
        self.queue.clear();
        let slack_s = self.plain.query.transfer_slack_s as i32;
        for i in 0..self.reached.list.len() {
            let stop = self.reached.list[i];
            let at_s = self.labels.arrived_s[stop as usize] + slack_s;
            self.ready(stop, at_s);
            for walk in self.plain.legs.footpaths.row(stop as usize) {
                self.ready(walk.to, at_s + walk.seconds as i32);
            }
            self.improved.add(stop);
        }
        self.reached.clear();
    }

    #[inline]
    fn ready(&mut self, stop: u32, at_s: i32) {
        if at_s < self.labels.ready_s[stop as usize] {
            self.labels.ready_s[stop as usize] = at_s;
            self.marked.add(stop);
        }
    }

    /// Along a pattern with the earliest trip that can be caught.
    fn ride(&mut self, pattern: u32, from: u32, latest_s: i32) {
        let mut trip = self.trips[pattern as usize] as usize;
        let trips = trip;
        for (i, halt) in self.halts.row(pattern as usize).iter().enumerate().skip(from as usize) {
            let stop = halt.stop as usize;
            if trip < trips && halt.alights {
                let at_s = self.times(&self.arrivals_s, pattern, i as u32)[trip];
                if at_s > latest_s {
                    // Too late with this trip; an earlier one may be caught further on.
                    trip = trips;
                } else if at_s < self.labels.arrived_s[stop] {
                    self.labels.arrived_s[stop] = at_s;
                    self.reached.add(halt.stop);
                }
            }
            if halt.boards && self.labels.ready_s[stop] != NEVER {
                let departures_s = self.times(&self.departures_s, pattern, i as u32);
                let ready_s = self.labels.ready_s[stop];
                if trip == trips || departures_s[trip] >= ready_s {
                    trip = departures_s[..trip].partition_point(|&s| s < ready_s);
                }
            }
        }
    }

    /// What the stops bettered by departure `k` mean for the cells near them.
    fn at_cells(&mut self, k: u32, latest_s: i32, counts: &mut Counts) {
        let Cells { best_s, since, list } = &mut self.cells;
        for &stop in &self.improved.list {
            let arrived_s = self.labels.arrived_s[stop as usize];
            for walk in self.plain.cells_of.row(stop as usize) {
                let at_s = arrived_s + walk.seconds as i32;
                let cell = walk.to as usize;
                if at_s >= best_s[cell] || at_s > latest_s {
                    continue;
                }
                if best_s[cell] == NEVER {
                    list.push(walk.to);
                } else if since[cell] != k {
                    counts.piece(walk.to, k + 1, since[cell], best_s[cell]);
                }
                since[cell] = k;
                best_s[cell] = at_s;
            }
        }
        self.improved.clear();
    }
}

/// Runs with the same halts, none of which overtakes another, in order.
fn patterns(plain: &Plain<'_>) -> Vec<Vec<u32>> {
    let mut alike: BTreeMap<Vec<(u32, bool, bool)>, Vec<u32>> = BTreeMap::new();
    for (run, visits) in plain.runs.rows().enumerate() {
        let halts = visits.iter().map(|v| (v.stop, v.boards, v.alights)).collect();
        alike.entry(halts).or_default().push(run as u32);
    }
    let behind = |a: &[Visit], b: &[Visit]| {
        a.iter().zip(b).all(|(a, b)| a.departure_s <= b.departure_s && a.arrival_s <= b.arrival_s)
    };
    let mut out: Vec<Vec<u32>> = Vec::new();
    for mut runs in alike.into_values() {
        runs.sort_by_key(|&run| plain.runs.row(run as usize)[0].departure_s);
        let first = out.len();
        for run in runs {
            let fits = |pattern: &&mut Vec<u32>| {
                let last = *pattern.last().expect("made with one");
                behind(plain.runs.row(last as usize), plain.runs.row(run as usize))
            };
            match out[first..].iter_mut().find(fits) {
                Some(pattern) => pattern.push(run),
                None => out.push(vec![run]),
            }
        }
    }
    out
}
