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
use super::ids::{ArrivalId, ArrivalPlace, BoardingPlace, DepartureId, InstanceId, NamedQueue};
use super::query::Query;
use super::transfer_rules::{NamingRules, Rider, TransferRules};
use crate::base::NONE;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::base::ids::{Id, IdRange, IdVec, StopId, TripId};
use crate::network::StreetLegs;
use crate::network::transit::Timetable;

/// The static edges of the graph, by indices of `Events`.
#[derive(Debug, Default)]
pub struct Transfers {
    /// Arrival → departures whose boarding place it is pushed to.
    pub transfer_edges: Csr<DepartureId>,
    /// Arrival → departures that only this change can catch.
    pub guaranteed_edges: Csr<DepartureId>,
    /// Arrival → its arrival place; `NONE` where nobody may alight.
    pub arrival_place: IdVec<ArrivalId, ArrivalPlace>,
    pub boarding_place: IdVec<DepartureId, BoardingPlace>,
    pub arrival_places: usize,
    pub boarding_places: usize,
}

const NOBODY: Rider = Rider { trip: TripId::NONE, route: NONE };

/// Places and what they lead to: all changes, none left out.
#[derive(Debug)]
pub struct TransferPlaces {
    /// Arrival → its arrival place; `NONE` where nobody may alight.
    pub arrival_place: IdVec<ArrivalId, ArrivalPlace>,
    /// Arrival place → what it leads to.
    pub onward: IdVec<ArrivalPlace, Onward>,
    departing: Departing,
}

/// A boarding place, or the departures of one that an easier rule names: in the order of the sweep.
#[derive(Debug, Default)]
struct Queue {
    times_s: Vec<i32>,
    departures: Vec<DepartureId>,
}

/// What an arrival place leads to.
#[derive(Debug, Default)]
pub struct Onward {
    /// (boarding place, seconds from arrival to the earliest departure)
    pub places: Vec<(BoardingPlace, u32)>,
    /// (queue of named departures, seconds by the easier rule, seconds at which the row takes over)
    pub easier: Vec<(NamedQueue, u32, u32)>,
}

#[derive(Debug)]
struct Departing {
    /// Departure → boarding place.
    place: IdVec<DepartureId, BoardingPlace>,
    /// Stop → its boarding places, each with a rider that stands for its departures.
    places_at: IdVec<StopId, Vec<(BoardingPlace, Rider)>>,
    queues: IdVec<BoardingPlace, Queue>,
    /// Stop → the queues that easier rules name, with their rider.
    named_at: IdVec<StopId, Vec<(NamedQueue, Rider)>>,
    named: IdVec<NamedQueue, Queue>,
}

impl TransferPlaces {
    pub fn new(
        timetable: &Timetable,
        legs: &StreetLegs,
        service: &ActiveTrips,
        query: &Query,
        events: &Events,
        stops: &[StopId],
        executor: &dyn Executor,
    ) -> Result<TransferPlaces> {
        let rules = TransferRules::new(timetable, query.transfer_slack_s, service.backwards);
        let rider = |instance: InstanceId| {
            let trip = service.instances[instance].trip;
            Rider { trip, route: timetable.trips[trip.index()].route }
        };
        let departing = departing(timetable, legs, events, stops, &rules, &rider);
        let (arrival_place, members) = arriving(events, stops, timetable.stops.ids.len(), &rules, &rider);
        let onward = collect(executor, members.len(), |m| {
            if query.max_rides == Some(1) {
                Onward::default()
            } else {
                onward(legs, &departing, &rules, members.values()[m].0, members.values()[m].1)
            }
        })?;
        Ok(TransferPlaces { arrival_place, onward: onward.into(), departing })
    }

    /// Boarding places; boarding places and then the queues that easier rules name.
    pub fn counts(&self) -> (usize, usize) {
        (self.departing.queues.len(), self.departing.named.len())
    }

    /// Departure → its boarding place, and the named queue that it stands in, or `NONE`.
    pub fn of_departure(&self) -> (&IdVec<DepartureId, BoardingPlace>, IdVec<DepartureId, NamedQueue>) {
        let mut named = IdVec::new(NamedQueue::NONE, self.departing.place.len());
        for (q, queue) in self.departing.named.iter() {
            queue.departures.iter().for_each(|&d| named[d] = q);
        }
        (&self.departing.place, named)
    }

    /// The edges of the sweep, less those that cannot matter.
    pub fn transfers(
        self,
        service: &ActiveTrips,
        events: &Events,
        executor: &dyn Executor,
    ) -> Result<Transfers> {
        // Instances in chunks, so that the work spreads and the order stays.
        const CHUNK: usize = 512;
        let all = service.instances.len();
        let chunks = collect(executor, all.div_ceil(CHUNK), |c| {
            let chunk = [c * CHUNK, ((c + 1) * CHUNK).min(all)].map(|at| InstanceId(at as u32));
            self.edges_of(IdRange::new(chunk[0], chunk[1]), events)
        })?;
        let (mut all_edges, mut all_guaranteed) = (Csr::default(), Csr::default());
        for (transfer_edges, guaranteed_edges) in chunks {
            transfer_edges.rows().for_each(|row| all_edges.push_row(row.iter().copied()));
            guaranteed_edges.rows().for_each(|row| all_guaranteed.push_row(row.iter().copied()));
        }
        Ok(Transfers {
            transfer_edges: all_edges,
            guaranteed_edges: all_guaranteed,
            arrival_places: self.onward.len(),
            boarding_places: self.departing.queues.len(),
            arrival_place: self.arrival_place,
            boarding_place: self.departing.place,
        })
    }
}

impl TransferPlaces {
    /// The edges of the arrivals of some instances.
    ///
    /// An edge is left out where a later arrival of the same instance has one that is strictly better: to an earlier
    /// departure of the same boarding place, or to the same departure with less time needed. The second half keeps
    /// the rule sound beside the sweep's own pruning (an arrival that raises no label pushes nothing, for an
    /// earlier arrival at its place has): were ties left to the later arrival, two instances that meet the same two
    /// stops in opposite order could each rely on the other, and neither would push.
    fn edges_of(
        &self,
        instances: IdRange<InstanceId>,
        events: &Events,
    ) -> (Csr<DepartureId>, Csr<DepartureId>) {
        let TransferPlaces { arrival_place, onward, departing } = self;
        // Boarding place → (instance, index in the queue, seconds needed) of the best later arrival.
        let mut best = IdVec::new((InstanceId::NONE, usize::MAX, u32::MAX), departing.queues.len());
        let mut best_guaranteed: BTreeMap<DepartureId, u32> = BTreeMap::new();
        let (mut transfer_edges, mut guaranteed_edges) = (Csr::default(), Csr::default());
        // Of one instance, from its last arrival back; and where those of each arrival begin.
        let (mut edges, mut guaranteed, mut begins) = (Vec::new(), Vec::new(), Vec::new());
        for instance in instances.iter() {
            best_guaranteed.clear();
            for a in events.arrivals_of[instance].iter().rev() {
                begins.push((edges.len(), guaranteed.len()));
                let place = arrival_place[a];
                if place != ArrivalPlace::NONE {
                    let time = events.arrivals[a].time_s;
                    for &(target, need) in &onward[place].places {
                        let queue = &departing.queues[target];
                        let ready = time.saturating_add_unsigned(need);
                        let first = queue.times_s.partition_point(|&t| t < ready);
                        let later = &mut best[target];
                        if later.0 != instance {
                            *later = (instance, usize::MAX, u32::MAX);
                        }
                        if first < queue.departures.len() && (first, need) <= (later.1, later.2) {
                            *later = (instance, first, need);
                            edges.push(queue.departures[first]);
                        }
                    }
                    for &(named, need, takes_over) in &onward[place].easier {
                        let queue = &departing.named[named];
                        let ready = time.saturating_add_unsigned(need);
                        let until = time.saturating_add_unsigned(takes_over);
                        let first = queue.times_s.partition_point(|&t| t < ready);
                        let end = queue.times_s.partition_point(|&t| t < until);
                        for &d in &queue.departures[first..end] {
                            let later = best_guaranteed.entry(d).or_insert(u32::MAX);
                            if need <= *later {
                                *later = need;
                                guaranteed.push(d);
                            }
                        }
                    }
                }
            }
            for (first, first_guaranteed) in begins.drain(..).rev() {
                transfer_edges.push_row(edges[first..].iter().copied());
                guaranteed_edges.push_row(guaranteed[first_guaranteed..].iter().copied());
                edges.truncate(first);
                guaranteed.truncate(first_guaranteed);
            }
        }
        (transfer_edges, guaranteed_edges)
    }
}

/// The walk from stop `a` to stop `b`: 0 for the same, `None` where there is none within the limit.
fn walk_s(legs: &StreetLegs, a: StopId, b: StopId) -> Option<u32> {
    if a == b {
        return Some(0);
    }
    let row = legs.footpaths.row(a.index());
    row.binary_search_by_key(&b.number(), |walk| walk.to).ok().map(|i| row[i].seconds)
}

fn departing(
    timetable: &Timetable,
    legs: &StreetLegs,
    events: &Events,
    stops: &[StopId],
    rules: &TransferRules,
    rider: &dyn Fn(InstanceId) -> Rider,
) -> Departing {
    let n = timetable.stops.ids.len();
    let named = NamingRules::new(rules);
    let walk = |a: StopId, b: StopId| walk_s(legs, a, b);
    // (stop, own signature; empty: the shared place) → departures
    let mut at_stop: IdVec<StopId, BTreeMap<Vec<u32>, Vec<DepartureId>>> = IdVec::new(BTreeMap::new(), n);
    let mut easier_at = at_stop.clone();
    let mut known: BTreeMap<(StopId, Rider), (Vec<u32>, bool)> = BTreeMap::new();
    for (d, departure) in events.departures.iter() {
        let stop = departure.stop;
        let (signature, harder) = if named.any(stop) {
            let who = rider(departure.instance);
            known.entry((stop, who)).or_insert_with(|| named.departure_signature(stop, who, &walk)).clone()
        } else {
            Default::default()
        };
        if harder {
            at_stop[stop].entry(signature).or_default().push(d);
        } else {
            if !signature.is_empty() {
                easier_at[stop].entry(signature).or_default().push(d);
            }
            at_stop[stop].entry(Vec::new()).or_default().push(d);
        }
    }
    let queue = |mut departures: Vec<DepartureId>| {
        departures.sort_by_key(|&d| events.departure_at[d]);
        let times_s = departures.iter().map(|&d| events.departures[d].time_s).collect();
        Queue { times_s, departures }
    };
    let mut out = Departing {
        place: IdVec::new(BoardingPlace::NONE, events.departures.len()),
        places_at: IdVec::new(Vec::new(), n),
        queues: IdVec::default(),
        named_at: IdVec::new(Vec::new(), n),
        named: IdVec::default(),
    };
    for &stop in stops {
        for (signature, departures) in std::mem::take(&mut at_stop[stop]) {
            let who =
                if signature.is_empty() { NOBODY } else { rider(events.departures[departures[0]].instance) };
            let place = out.queues.next();
            departures.iter().for_each(|&d| out.place[d] = place);
            out.places_at[stop].push((place, who));
            out.queues.push(queue(departures));
        }
        for (_, departures) in std::mem::take(&mut easier_at[stop]) {
            let who = rider(events.departures[departures[0]].instance);
            let named = out.named.push(queue(departures));
            out.named_at[stop].push((named, who));
        }
    }
    out
}

/// Arrival → arrival place, and of each place its stop and a rider that stands for its arrivals.
fn arriving(
    events: &Events,
    stops: &[StopId],
    all_stops: usize,
    rules: &TransferRules,
    rider: &dyn Fn(InstanceId) -> Rider,
) -> (IdVec<ArrivalId, ArrivalPlace>, IdVec<ArrivalPlace, (StopId, Rider)>) {
    let mut at_stop: IdVec<StopId, BTreeMap<Vec<u32>, Vec<ArrivalId>>> =
        IdVec::new(BTreeMap::new(), all_stops);
    let mut known: BTreeMap<(StopId, Rider), Vec<u32>> = BTreeMap::new();
    let with_rules: IdVec<StopId, bool> =
        (0..all_stops as u32).map(|s| rules.partners(StopId(s)).next().is_some()).collect();
    for (a, arrival) in events.arrivals.iter().filter(|(_, a)| a.alights) {
        let signature = if with_rules[arrival.stop] {
            let who = rider(arrival.instance);
            known
                .entry((arrival.stop, who))
                .or_insert_with(|| rules.arrival_signature(arrival.stop, who))
                .clone()
        } else {
            Vec::new()
        };
        at_stop[arrival.stop].entry(signature).or_default().push(a);
    }
    let mut place = IdVec::new(ArrivalPlace::NONE, events.arrivals.len());
    let mut members: IdVec<ArrivalPlace, (StopId, Rider)> = IdVec::default();
    for &stop in stops {
        for (signature, arrivals) in std::mem::take(&mut at_stop[stop]) {
            let who =
                if signature.is_empty() { NOBODY } else { rider(events.arrivals[arrivals[0]].instance) };
            let own = members.push((stop, who));
            arrivals.iter().for_each(|&a| place[a] = own);
        }
    }
    (place, members)
}

fn onward(
    legs: &StreetLegs,
    departing: &Departing,
    rules: &TransferRules,
    stop: StopId,
    from: Rider,
) -> Onward {
    let here = TimedArc { to: stop.number(), seconds: 0 };
    let mut targets: Vec<(StopId, Option<u32>)> = std::iter::once(&here)
        .chain(legs.footpaths.row(stop.index()))
        .map(|walk| (StopId(walk.to), Some(walk.seconds)))
        .collect();
    let unwalkable: Vec<StopId> = rules.partners(stop).filter(|&b| walk_s(legs, stop, b).is_none()).collect();
    targets.extend(unwalkable.into_iter().map(|b| (b, None)));
    let mut onward = Onward::default();
    for (b, walk) in targets {
        let shared = rules.need_s(stop, b, walk, from, NOBODY);
        for &(place, who) in &departing.places_at[b] {
            let need = if who == NOBODY { shared } else { rules.need_s(stop, b, walk, from, who) };
            onward.places.extend(need.map(|need| (place, need)));
        }
        for &(queue, who) in &departing.named_at[b] {
            let takes_over = shared.unwrap_or(u32::MAX);
            let need = rules.need_s(stop, b, walk, from, who).filter(|&need| need < takes_over);
            onward.easier.extend(need.map(|need| (queue, need, takes_over)));
        }
    }
    onward
}
