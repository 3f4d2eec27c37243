//! Arrivals and departures → transfer edges: for each arrival, the earliest departure that it can still catch at each
//! boarding place.
//!
//! Departures from a stop share a boarding place, and so one row, when the same incoming rules hold for them. A rule
//! that can make a change harder gives the departures that it names a place of their own. One that only makes it easier
//! is a direct edge to the instance, past the row. Rules on the trip or route that one comes from are a property of the
//! arrival: arrivals under the same rules share an arrival place.

use std::collections::BTreeMap;

use super::events::Events;
use super::expand::ActiveTrips;
use super::query::Query;
use super::transfer_rules::{Named, Rider, Rules};
use crate::base::NONE;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::base::ids::{Id, StopId};
use crate::network::StreetLegs;
use crate::network::transit::Timetable;

/// The static edges of the graph, by indices of `Events`.
#[derive(Debug, Default)]
pub struct Transfers {
    /// Arrival → departures whose boarding place it is pushed to.
    pub transfer_edges: Csr<u32>,
    /// Arrival → departures that only this change can catch.
    pub guaranteed_edges: Csr<u32>,
    /// Arrival → its arrival place; `NONE` where nobody may alight.
    pub arrival_place: Vec<u32>,
    pub boarding_place: Vec<u32>,
    pub arrival_places: usize,
    pub boarding_places: usize,
}

const NOBODY: Rider = Rider { trip: NONE, route: NONE };

/// Places and what they lead to: all changes, none left out.
#[derive(Debug)]
pub struct Places {
    /// Arrival → its arrival place; `NONE` where nobody may alight.
    pub arrival_place: Vec<u32>,
    /// Arrival place → what it leads to.
    pub onward: Vec<Onward>,
    departing: Departing,
}

/// A boarding place, or the departures of one that an easier rule names: in the order of the sweep.
#[derive(Debug, Default)]
struct Queue {
    times_s: Vec<i32>,
    departures: Vec<u32>,
}

/// What an arrival place leads to.
#[derive(Debug, Default)]
pub struct Onward {
    /// (boarding place, seconds from arrival to the earliest departure)
    pub places: Vec<(u32, u32)>,
    /// (queue of named departures, seconds by the easier rule, seconds at which the row takes over)
    pub easier: Vec<(u32, u32, u32)>,
}

#[derive(Debug)]
struct Departing {
    /// Departure → boarding place.
    place: Vec<u32>,
    /// Stop of the timetable → its boarding places, each with a rider that stands for its departures.
    places_at: Vec<Vec<(u32, Rider)>>,
    queues: Vec<Queue>,
    /// Stop of the timetable → the queues that easier rules name, with their rider.
    named_at: Vec<Vec<(u32, Rider)>>,
    named: Vec<Queue>,
}

impl Places {
    pub fn new(
        timetable: &Timetable,
        legs: &StreetLegs,
        service: &ActiveTrips,
        query: &Query,
        events: &Events,
        stops: &[StopId],
        executor: &dyn Executor,
    ) -> Result<Places> {
        let rules = Rules::new(timetable, query.transfer_slack_s, service.backwards);
        let rider = |run: u32| {
            let trip = service.runs[run as usize].trip;
            Rider { trip, route: timetable.trips[trip as usize].route }
        };
        let departing = departing(timetable, legs, events, stops, &rules, &rider);
        let (arrival_place, members) = arriving(events, stops, timetable.stops.ids.len(), &rules, &rider);
        let onward = collect(executor, members.len(), |m| {
            if query.max_rides == Some(1) {
                Onward::default()
            } else {
                onward(legs, &departing, &rules, members[m].0, members[m].1)
            }
        })?;
        Ok(Places { arrival_place, onward, departing })
    }

    /// Boarding places; boarding places and then the queues that easier rules name.
    pub fn counts(&self) -> (usize, usize) {
        (self.departing.queues.len(), self.departing.named.len())
    }

    /// Departure → its boarding place, and the named queue that it stands in, or `NONE`.
    pub fn of_departure(&self) -> (&[u32], Vec<u32>) {
        let mut named = vec![NONE; self.departing.place.len()];
        for (q, queue) in self.departing.named.iter().enumerate() {
            queue.departures.iter().for_each(|&d| named[d as usize] = q as u32);
        }
        (&self.departing.place, named)
    }

    /// The pushes of the sweep, less those that cannot matter.
    pub fn transfers(
        self,
        service: &ActiveTrips,
        events: &Events,
        executor: &dyn Executor,
    ) -> Result<Transfers> {
        // Runs in chunks, so that the work spreads and the order stays.
        const CHUNK: usize = 512;
        let chunks = collect(executor, service.runs.len().div_ceil(CHUNK), |c| {
            let runs = c * CHUNK..((c + 1) * CHUNK).min(service.runs.len());
            pushes_of(runs, events, &self.arrival_place, &self.departing, &self.onward)
        })?;
        let (mut all_pushes, mut all_directs) = (Csr::default(), Csr::default());
        for (transfer_edges, guaranteed_edges) in chunks {
            transfer_edges.rows().for_each(|row| all_pushes.push_row(row.iter().copied()));
            guaranteed_edges.rows().for_each(|row| all_directs.push_row(row.iter().copied()));
        }
        Ok(Transfers {
            transfer_edges: all_pushes,
            guaranteed_edges: all_directs,
            arrival_places: self.onward.len(),
            boarding_places: self.departing.queues.len(),
            arrival_place: self.arrival_place,
            boarding_place: self.departing.place,
        })
    }
}

/// The walk from stop `a` to stop `b`: 0 for the same, `None` where there is none within the limit.
fn walk_s(legs: &StreetLegs, a: u32, b: u32) -> Option<u32> {
    if a == b {
        return Some(0);
    }
    let row = legs.footpaths.row(a as usize);
    row.binary_search_by_key(&b, |walk| walk.to).ok().map(|i| row[i].seconds)
}

fn departing(
    timetable: &Timetable,
    legs: &StreetLegs,
    events: &Events,
    stops: &[StopId],
    rules: &Rules,
    rider: &dyn Fn(u32) -> Rider,
) -> Departing {
    let n = timetable.stops.ids.len();
    let named = Named::new(rules);
    let walk = |a: u32, b: u32| walk_s(legs, a, b);
    // (stop, own signature; empty: the shared place) → departures
    let mut at_stop: Vec<BTreeMap<Vec<u32>, Vec<u32>>> = vec![BTreeMap::new(); n];
    let mut easier_at: Vec<BTreeMap<Vec<u32>, Vec<u32>>> = vec![BTreeMap::new(); n];
    let mut known: BTreeMap<(u32, Rider), (Vec<u32>, bool)> = BTreeMap::new();
    for (d, departure) in events.departures.iter().enumerate() {
        let stop = departure.stop;
        let (signature, harder) = if named.any(stop) {
            let who = rider(departure.run);
            known.entry((stop, who)).or_insert_with(|| named.departure_signature(stop, who, &walk)).clone()
        } else {
            Default::default()
        };
        if harder {
            at_stop[stop as usize].entry(signature).or_default().push(d as u32);
        } else {
            if !signature.is_empty() {
                easier_at[stop as usize].entry(signature).or_default().push(d as u32);
            }
            at_stop[stop as usize].entry(Vec::new()).or_default().push(d as u32);
        }
    }
    let queue = |mut departures: Vec<u32>| {
        departures.sort_by_key(|&d| events.departure_at[d as usize]);
        let times_s = departures.iter().map(|&d| events.departures[d as usize].time_s).collect();
        Queue { times_s, departures }
    };
    let mut out = Departing {
        place: vec![NONE; events.departures.len()],
        places_at: vec![Vec::new(); n],
        queues: Vec::new(),
        named_at: vec![Vec::new(); n],
        named: Vec::new(),
    };
    for &stop in stops {
        for (signature, departures) in std::mem::take(&mut at_stop[stop.index()]) {
            let who = if signature.is_empty() {
                NOBODY
            } else {
                rider(events.departures[departures[0] as usize].run)
            };
            let place = out.queues.len() as u32;
            departures.iter().for_each(|&d| out.place[d as usize] = place);
            out.places_at[stop.index()].push((place, who));
            out.queues.push(queue(departures));
        }
        for (_, departures) in std::mem::take(&mut easier_at[stop.index()]) {
            let who = rider(events.departures[departures[0] as usize].run);
            out.named_at[stop.index()].push((out.named.len() as u32, who));
            out.named.push(queue(departures));
        }
    }
    out
}

/// Arrival → arrival place, and of each place its stop and a rider that stands for its arrivals.
fn arriving(
    events: &Events,
    stops: &[StopId],
    all_stops: usize,
    rules: &Rules,
    rider: &dyn Fn(u32) -> Rider,
) -> (Vec<u32>, Vec<(u32, Rider)>) {
    let mut at_stop: Vec<BTreeMap<Vec<u32>, Vec<u32>>> = vec![BTreeMap::new(); all_stops];
    let mut known: BTreeMap<(u32, Rider), Vec<u32>> = BTreeMap::new();
    let with_rules: Vec<bool> = (0..all_stops as u32).map(|s| rules.partners(s).next().is_some()).collect();
    for (a, arrival) in events.arrivals.iter().enumerate().filter(|(_, a)| a.alights) {
        let signature = if with_rules[arrival.stop as usize] {
            let who = rider(arrival.run);
            known
                .entry((arrival.stop, who))
                .or_insert_with(|| rules.arrival_signature(arrival.stop, who))
                .clone()
        } else {
            Vec::new()
        };
        at_stop[arrival.stop as usize].entry(signature).or_default().push(a as u32);
    }
    let mut place = vec![NONE; events.arrivals.len()];
    let mut members = Vec::new();
    for &stop in stops {
        for (signature, arrivals) in std::mem::take(&mut at_stop[stop.index()]) {
            let who =
                if signature.is_empty() { NOBODY } else { rider(events.arrivals[arrivals[0] as usize].run) };
            arrivals.iter().for_each(|&a| place[a as usize] = members.len() as u32);
            members.push((stop.number(), who));
        }
    }
    (place, members)
}

fn onward(legs: &StreetLegs, departing: &Departing, rules: &Rules, stop: u32, from: Rider) -> Onward {
    let here = TimedArc { to: stop, seconds: 0 };
    let mut targets: Vec<(u32, Option<u32>)> = std::iter::once(&here)
        .chain(legs.footpaths.row(stop as usize))
        .map(|walk| (walk.to, Some(walk.seconds)))
        .collect();
    let unwalkable: Vec<u32> = rules.partners(stop).filter(|&b| walk_s(legs, stop, b).is_none()).collect();
    targets.extend(unwalkable.into_iter().map(|b| (b, None)));
    let mut onward = Onward::default();
    for (b, walk) in targets {
        let shared = rules.need_s(stop, b, walk, from, NOBODY);
        for &(place, who) in &departing.places_at[b as usize] {
            let need = if who == NOBODY { shared } else { rules.need_s(stop, b, walk, from, who) };
            onward.places.extend(need.map(|need| (place, need)));
        }
        for &(queue, who) in &departing.named_at[b as usize] {
            let takes_over = shared.unwrap_or(u32::MAX);
            let need = rules.need_s(stop, b, walk, from, who).filter(|&need| need < takes_over);
            onward.easier.extend(need.map(|need| (queue, need, takes_over)));
        }
    }
    onward
}

/// Pushes and direct pushes of the arrivals of some runs.
///
/// A push is left out where a later arrival of the same run makes one that is strictly better: to an earlier
/// departure of the same boarding place, or to the same departure with less time needed. The second half keeps
/// the rule sound beside the sweep's own pruning (an arrival that raises no label pushes nothing, for an
/// earlier arrival at its place has): were ties left to the later arrival, two runs that meet the same two
/// stops in opposite order could each rely on the other, and neither would push.
fn pushes_of(
    runs: std::ops::Range<usize>,
    events: &Events,
    arrival_place: &[u32],
    departing: &Departing,
    onward: &[Onward],
) -> (Csr<u32>, Csr<u32>) {
    // Boarding place → (run, index in the queue, seconds needed) of the best later arrival.
    let mut best = vec![(usize::MAX, usize::MAX, u32::MAX); departing.queues.len()];
    let mut best_direct: BTreeMap<u32, u32> = BTreeMap::new();
    let (mut transfer_edges, mut guaranteed_edges) = (Csr::default(), Csr::default());
    for run in runs {
        best_direct.clear();
        let mut rows: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
        for a in events.arrivals_of[run].clone().rev() {
            let (mut push, mut direct) = (Vec::new(), Vec::new());
            let place = arrival_place[a as usize];
            if place != NONE {
                let time = events.arrivals[a as usize].time_s;
                for &(target, need) in &onward[place as usize].places {
                    let queue = &departing.queues[target as usize];
                    let ready = time.saturating_add_unsigned(need);
                    let first = queue.times_s.partition_point(|&t| t < ready);
                    let later = &mut best[target as usize];
                    if later.0 != run {
                        *later = (run, usize::MAX, u32::MAX);
                    }
                    if first < queue.departures.len() && (first, need) <= (later.1, later.2) {
                        *later = (run, first, need);
                        push.push(queue.departures[first]);
                    }
                }
                for &(named, need, takes_over) in &onward[place as usize].easier {
                    let queue = &departing.named[named as usize];
                    let ready = time.saturating_add_unsigned(need);
                    let until = time.saturating_add_unsigned(takes_over);
                    let first = queue.times_s.partition_point(|&t| t < ready);
                    let end = queue.times_s.partition_point(|&t| t < until);
                    for &d in &queue.departures[first..end] {
                        let later = best_direct.entry(d).or_insert(u32::MAX);
                        if need <= *later {
                            *later = need;
                            direct.push(d);
                        }
                    }
                }
            }
            rows.push((push, direct));
        }
        for (push, direct) in rows.into_iter().rev() {
            transfer_edges.push_row(push);
            guaranteed_edges.push_row(direct);
        }
    }
    (transfer_edges, guaranteed_edges)
}
