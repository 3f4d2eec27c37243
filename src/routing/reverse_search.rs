//! A reverse search through a time-expanded graph: how early does a traveller who boards here reach a target? It
//! follows transfer edges, rides without limit, and later departures that wait at the same boarding place. A change
//! without a transfer edge is not needed: a later arrival of the same instance makes a better change (see `transfers`).

use super::events::{Arrival, Event, last_arrival};
use super::expand::ActiveTrips;
use super::ids::{ArrivalPlace, BoardingPlace, DepartureId, InstanceId};
use super::query::Query;
use super::time_expanded::TimeExpandedGraph;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::ids::{Id, IdVec};
use crate::network::StreetLegs;
use crate::network::transit::Timetable;

/// One of two networks.
#[derive(Clone, Copy, Debug)]
pub struct AffectedNetwork<'a> {
    pub timetable: &'a Timetable,
    pub legs: &'a StreetLegs,
    pub service: &'a ActiveTrips,
}

/// A network's flow for a question, to be looked through backwards: for one scenario after another.
#[derive(Debug)]
pub struct ReverseSearch<'a> {
    pub(super) network: AffectedNetwork<'a>,
    pub(super) query: Query,
    pub(super) flow: TimeExpandedGraph,
}

/// Stop of the timetable → (departure, earliest arrival at what is sought after boarding it or a later one), s; both
/// rise from entry to entry.
pub(super) type Front = Csr<(i32, i32)>;

/// What is sought by each of `K` looks at once.
pub(super) type Goals<const K: usize> = [bool; K];

/// No arrival.
const NEVER: i32 = i32::MAX;

/// How seconds with hops of no length are gone through.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Within {
    /// Until nothing changes: nothing is missed; labels may be too early.
    Repeated,
    /// Once, in their order: what is found can be travelled; something may be missed.
    Once,
}

impl<'a> ReverseSearch<'a> {
    /// # Errors
    /// `Stopped` when the caller cancels.
    pub fn new(
        network: AffectedNetwork<'a>,
        query: &Query,
        executor: &dyn Executor,
    ) -> Result<ReverseSearch<'a>> {
        let AffectedNetwork { timetable, legs, service } = network;
        // Changes are those of unlimited rides.
        let unlimited = Query { max_rides: None, ..*query };
        let flow = TimeExpandedGraph::new(timetable, legs, service, &unlimited, executor)?;
        Ok(ReverseSearch { network, query: *query, flow })
    }

    pub fn query(&self) -> &Query {
        &self.query
    }

    /// What it looks through, for a router of the same network and question.
    pub fn flow(&self) -> &TimeExpandedGraph {
        &self.flow
    }

    /// A front for each of `K` goals; `sought`: those that an arrival is.
    pub(super) fn fronts<const K: usize>(
        &self,
        within: Within,
        sought: impl Fn(&Arrival) -> Goals<K>,
    ) -> Vec<Front> {
        let AffectedNetwork { timetable, service, .. } = self.network;
        let TimeExpandedGraph { events, transfers, segments, .. } = &self.flow;
        let never = [NEVER; K];
        // What riding on brings, of each instance; and of whoever waits at a boarding place.
        let mut riding: IdVec<InstanceId, [i32; K]> = IdVec::new(never, service.instances.len());
        let mut waiting: IdVec<BoardingPlace, [i32; K]> = IdVec::new(never, transfers.boarding_places);
        let mut boarded: IdVec<DepartureId, [i32; K]> = IdVec::new(never, events.departures.len());
        let mut waited = boarded.clone();
        let joined = |instance: InstanceId| {
            let from = service.joins.partition_point(|join| join.0 < instance);
            service.joins[from..].iter().take_while(move |join| join.0 == instance).map(|join| join.1)
        };
        for segment in segments.iter().rev() {
            let repeats = segment.repeats && within == Within::Repeated;
            let mut changed = true;
            while changed {
                changed = false;
                for at in segment.ops.clone().rev() {
                    match events.order[at as usize] {
                        Event::Arrival(a) => {
                            let arrival = &events.arrivals[a];
                            let mut found = riding[arrival.instance];
                            for (found, is_sought) in found.iter_mut().zip(sought(arrival)) {
                                if is_sought {
                                    *found = arrival.time_s.min(*found);
                                }
                            }
                            for &d in transfers.transfer_edges.row(a.index()) {
                                lower(&mut found, &waited[d]);
                            }
                            for &d in transfers.guaranteed_edges.row(a.index()) {
                                lower(&mut found, &boarded[d]);
                            }
                            if last_arrival(events, arrival.instance) == Some(a) {
                                joined(arrival.instance).for_each(|to| lower(&mut found, &riding[to]));
                            }
                            let riding = &mut riding[arrival.instance];
                            changed |= repeats && found != *riding;
                            *riding = found;
                        }
                        Event::Departure(d) => {
                            let riding = riding[events.departures[d].instance];
                            let place = &mut waiting[transfers.boarding_place[d]];
                            lower(place, &riding);
                            changed |= repeats && (riding != boarded[d] || *place != waited[d]);
                            (boarded[d], waited[d]) = (riding, *place);
                        }
                    }
                }
            }
        }
        self.by_stop(timetable.stops.ids.len(), &boarded)
    }

    pub(super) fn arrivals(&self) -> &[Arrival] {
        self.flow.events.arrivals.values()
    }

    /// Stop → whether runs of both networks bring somebody, and all who arrive go on like these: no rule of transfer
    /// tells them apart.
    pub(super) fn go_on_alike(&self, common: &IdVec<InstanceId, bool>) -> Vec<bool> {
        let stops = self.network.timetable.stops.ids.len();
        let (mut place, mut one, mut both) =
            (vec![ArrivalPlace::NONE; stops], vec![true; stops], vec![false; stops]);
        let TimeExpandedGraph { events, transfers, .. } = &self.flow;
        let places = events.arrivals.values().iter().zip(transfers.arrival_place.values());
        for (arrival, &of_arrival) in places.filter(|(_, place)| **place != ArrivalPlace::NONE) {
            let stop = arrival.stop.index();
            one[stop] &= place[stop] == ArrivalPlace::NONE || place[stop] == of_arrival;
            place[stop] = of_arrival;
            both[stop] |= common[arrival.instance];
        }
        one.into_iter().zip(both).map(|(one, both)| one && both).collect()
    }

    fn by_stop<const K: usize>(&self, stops: usize, boarded: &IdVec<DepartureId, [i32; K]>) -> Vec<Front> {
        let mut fronts: Vec<Vec<Vec<(i32, i32)>>> = vec![vec![Vec::new(); stops]; K];
        let events = &self.flow.events;
        let departures = events.order.iter().rev().filter_map(|event| match event {
            Event::Departure(d) => Some(*d),
            Event::Arrival(_) => None,
        });
        // The latest first, so that the last entry is the earliest arrival so far.
        for d in departures {
            let departure = &events.departures[d];
            for (front, &found) in fronts.iter_mut().zip(&boarded[d]) {
                let row = &mut front[departure.stop.index()];
                if found < row.last().map_or(NEVER, |last| last.1) {
                    row.push((departure.time_s, found));
                }
            }
        }
        let front =
            |rows: Vec<Vec<(i32, i32)>>| Csr::from_rows(rows.into_iter().map(|row| row.into_iter().rev()));
        fronts.into_iter().map(front).collect()
    }
}

#[inline]
fn lower<const K: usize>(labels: &mut [i32; K], others: &[i32; K]) {
    labels.iter_mut().zip(others).for_each(|(label, other)| *label = (*label).min(*other));
}

/// The ways from an origin to what is sought in time: (latest departure from there, s of the window; arrival).
pub(super) fn in_time<'f>(
    access: &'f [TimedArc],
    front: &'f Front,
    query: &'f Query,
) -> impl Iterator<Item = (i32, i32)> + 'f {
    let last_s = query.last_departure_s() as i32;
    access.iter().flat_map(move |walk| {
        let before_s = walk.seconds.saturating_add(query.board_slack_s);
        front.row(walk.to as usize).iter().filter_map(move |&(departs_s, arrives_s)| {
            // Leaving as late as that departure and the window allow.
            let leaves_s = departs_s.saturating_sub_unsigned(before_s).min(last_s);
            (leaves_s >= 0 && (arrives_s - leaves_s) as u32 <= query.longest_s)
                .then_some((leaves_s, arrives_s))
        })
    })
}

/// Whether an origin that is left at `leaves_s` or later gets to what is sought before `arrives_s`.
pub(super) fn is_earlier(
    access: &[TimedArc],
    front: &Front,
    query: &Query,
    (leaves_s, arrives_s): (i32, i32),
) -> bool {
    access.iter().any(|walk| {
        let before_s = walk.seconds.saturating_add(query.board_slack_s);
        let row = front.row(walk.to as usize);
        let first =
            row.partition_point(|&(departs_s, _)| departs_s < leaves_s.saturating_add_unsigned(before_s));
        row.get(first).is_some_and(|&(_, earliest_s)| earliest_s < arrives_s)
    })
}
