//! One plain scan of all connections per origin and departure, repeated until nothing changes.

use super::Case;
use super::rules::needed;
use super::runs::{Call, Run, lay_out, window};

const NEVER: u32 = u32::MAX;

/// A case with its runs laid out.
pub struct Oracle<'a> {
    pub case: &'a Case,
    pub runs: Vec<Run>,
    /// (run, call) of every event, numbered run by run.
    events: Vec<(usize, usize)>,
    /// Events where a vehicle leaves for its next call, by departure, then arrival there.
    connections: Vec<usize>,
    /// Event → arrivals from which one can change into its departure.
    changes: Vec<Vec<usize>>,
    /// Event → last arrivals of the runs whose passengers are in their seats here.
    seated: Vec<Vec<usize>>,
    length: i64,
}

impl<'a> Oracle<'a> {
    pub fn new(case: &'a Case) -> Self {
        let (runs, follow) = lay_out(case);
        let mut first = Vec::new();
        let mut events = Vec::new();
        for (r, run) in runs.iter().enumerate() {
            first.push(events.len());
            events.extend((0..run.calls.len()).map(|c| (r, c)));
        }
        let mut changes = vec![Vec::new(); events.len()];
        for (to, &(b, j)) in events.iter().enumerate() {
            for (from, &(a, i)) in events.iter().enumerate() {
                let (arrives, leaves) = (runs[a].calls[i], runs[b].calls[j]);
                // The same vehicle too: within one second it may go round and be boarded again.
                if !arrives.alight || !leaves.board || leaves.departure < arrives.arrival {
                    continue;
                }
                if needed(case, &runs[a], i, &runs[b], j)
                    .is_some_and(|s| leaves.departure >= arrives.arrival + i64::from(s))
                {
                    changes[to].push(from);
                }
            }
        }
        let mut seated = vec![Vec::new(); events.len()];
        for (a, b) in follow {
            seated[first[b]].push(first[a] + runs[a].calls.len() - 1);
        }
        let mut connections: Vec<usize> =
            (0..events.len()).filter(|&e| events[e].1 + 1 < runs[events[e].0].calls.len()).collect();
        connections.sort_by_key(|&e| {
            let (r, c) = events[e];
            (runs[r].calls[c].departure, runs[r].calls[c + 1].arrival)
        });
        let length = window(&case.query).1;
        Oracle { case, runs, events, connections, changes, seated, length }
    }

    /// The departures in seconds from the window's start.
    pub fn departures(&self) -> Vec<i64> {
        (0..self.length).step_by(self.case.query.every_s as usize).collect()
    }

    /// `[destination][departure]`.
    pub fn times(&self, origin: u32) -> Vec<Vec<Option<u32>>> {
        let mut times = vec![Vec::new(); self.case.ways.destinations as usize];
        for departure in self.departures() {
            for (list, time) in times.iter_mut().zip(self.from(origin, departure)) {
                list.push(time);
            }
        }
        times
    }

    /// `[destination][percentile]`, nearest rank.
    pub fn answer(&self, origin: u32, percentiles: &[f64]) -> Vec<Vec<Option<u32>>> {
        let percentile = |sorted: &[u64], p: f64| {
            let n = sorted.len() as f64;
            let rank = (1..sorted.len()).find(|&k| k as f64 * 100.0 + 1e-6 >= p * n).unwrap_or(sorted.len());
            u32::try_from(sorted[rank - 1]).ok()
        };
        self.times(origin)
            .into_iter()
            .map(|list| {
                let mut sorted: Vec<u64> = list.into_iter().map(|t| t.map_or(u64::MAX, u64::from)).collect();
                sorted.sort();
                percentiles.iter().map(|&p| percentile(&sorted, p)).collect()
            })
            .collect()
    }

    /// Travel times to every destination, leaving `origin` at `leave`.
    pub fn from(&self, origin: u32, leave: i64) -> Vec<Option<u32>> {
        let ways = &self.case.ways;
        let mut best = vec![i64::MAX; ways.destinations as usize];
        for (&(_, destination), &walk) in ways.direct.range((origin, 0)..=(origin, u32::MAX)) {
            best[destination as usize] = i64::from(walk);
        }
        let arrived = self.arrived(origin, leave);
        for (e, &(r, c)) in self.events.iter().enumerate() {
            let call = self.runs[r].calls[c];
            if arrived[e] == NEVER || !call.alight {
                continue;
            }
            for (&(_, destination), &walk) in ways.egress.range((call.stop, 0)..=(call.stop, u32::MAX)) {
                let time = &mut best[destination as usize];
                *time = (*time).min(call.arrival + i64::from(walk) - leave);
            }
        }
        let within = |t: i64| t <= i64::from(self.case.query.max_travel_time_s);
        best.into_iter().map(|t| within(t).then_some(t as u32)).collect()
    }

    /// For every event the fewest rides with which one arrives there in the vehicle.
    fn arrived(&self, origin: u32, leave: i64) -> Vec<u32> {
        let query = &self.case.query;
        let max_rides = query.max_rides.unwrap_or(NEVER - 1);
        let mut arrived = vec![NEVER; self.events.len()];
        let walk_to = |e: &usize| {
            let (r, c) = self.events[*e];
            self.case.ways.access.get(&(origin, self.runs[r].calls[c].stop)).copied()
        };
        let legs: Vec<Option<u32>> = self.connections.iter().map(walk_to).collect();
        loop {
            let mut changed = false;
            for (&e, walk) in self.connections.iter().zip(&legs) {
                let (r, c) = self.events[e];
                let call = self.runs[r].calls[c];
                let mut rides = arrived[e];
                if let Some(walk) = *walk
                    && call.board
                    && leave + i64::from(walk) + i64::from(query.board_slack_s) <= call.departure
                    && max_rides >= 1
                {
                    rides = rides.min(1);
                }
                for &from in &self.changes[e] {
                    if arrived[from] < max_rides {
                        rides = rides.min(arrived[from] + 1);
                    }
                }
                for &from in &self.seated[e] {
                    rides = rides.min(arrived[from]);
                }
                if rides < arrived[e + 1] {
                    arrived[e + 1] = rides;
                    changed = true;
                }
            }
            if !changed {
                return arrived;
            }
        }
    }

    /// A journey that takes what `from` says, leg by leg, to see why: for a failed comparison.
    pub fn explain(&self, origin: u32, leave: i64, destination: u32) -> String {
        let arrived = self.arrived(origin, leave);
        let ways = &self.case.ways;
        let ends = (0..self.events.len()).filter_map(|e| {
            let call = self.call(e);
            let walk =
                ways.egress.get(&(call.stop, destination)).filter(|_| call.alight && arrived[e] != NEVER)?;
            Some((call.arrival + i64::from(*walk), e))
        });
        let direct = ways.direct.get(&(origin, destination));
        let Some((at, end)) = ends.min() else { return format!("no ride; direct walk: {direct:?} s") };
        let mut legs = vec![format!("there at {at}; direct walk: {direct:?} s")];
        let mut e = end;
        // Hops of no length may go round in circles: then the story is cut.
        while legs.len() < 50 {
            let rides = arrived[e];
            let (r, c) = self.events[e];
            let run = &self.runs[r];
            let who = format!("feed {} trip {} of day {}", run.feed, run.trip, run.day);
            legs.push(format!(
                "  at stop {} at {} by {who}, ride {rides}",
                run.calls[c].stop, run.calls[c].arrival
            ));
            e -= 1;
            if c > 1 && arrived[e] == rides {
                continue;
            }
            legs.push(format!("  from stop {} at {}", self.call(e).stop, self.call(e).departure));
            let seat = self.seated[e].iter().find(|&&from| arrived[from] == rides);
            let change = self.changes[e].iter().find(|&&from| arrived[from].checked_add(1) == Some(rides));
            match (seat, change) {
                (Some(&from), _) => {
                    legs.push("  staying seated".into());
                    e = from;
                }
                (None, Some(&from)) if rides > 1 => {
                    legs.push("  changing".into());
                    e = from;
                }
                _ => break,
            }
        }
        legs.push(format!("leaving origin {origin} at {leave}"));
        legs.reverse();
        legs.join("\n")
    }

    fn call(&self, e: usize) -> Call {
        let (r, c) = self.events[e];
        self.runs[r].calls[c]
    }
}
