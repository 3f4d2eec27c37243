//! Trip instances → their arrivals and departures within the horizon, in the one order in which the sweep visits them.

use std::collections::BTreeSet;

use super::expand::{ActiveTrips, TripInstance, alights, boards};
use super::ids::{ArrivalId, DepartureId, GraphStop, InstanceId};
use crate::base::hilbert::hilbert_order;
use crate::base::ids::{IdRange, IdVec, StopId};
use crate::network::transit::Timetable;

/// An arrival of an instance at a stop where one may alight (or whose riders stay seated into another).
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub time_s: i32,
    pub instance: InstanceId,
    pub stop: StopId,
    /// Whether one may alight.
    pub alights: bool,
}

/// A departure of an instance from a stop where one may board.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    pub time_s: i32,
    pub instance: InstanceId,
    pub stop: StopId,
}

/// Which event an event node is.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Arrival(ArrivalId),
    Departure(DepartureId),
}

/// Arrivals and departures within the horizon, each list instance by instance in the order of calls, and their one order.
#[derive(Debug, Default)]
pub struct Events {
    pub arrivals: IdVec<ArrivalId, Arrival>,
    pub departures: IdVec<DepartureId, Departure>,
    pub order: Vec<Event>,
    /// Instance → its arrivals and departures.
    pub arrivals_of: IdVec<InstanceId, IdRange<ArrivalId>>,
    pub departures_of: IdVec<InstanceId, IdRange<DepartureId>>,
    /// Where each arrival and departure stands in `order`.
    pub arrival_at: IdVec<ArrivalId, u32>,
    pub departure_at: IdVec<DepartureId, u32>,
}

impl Events {
    /// Arrivals come before departures within a second, but along an instance its own order holds: a hop of no
    /// length puts the next arrival after the departure (its rank is one higher).
    pub fn new(timetable: &Timetable, service: &ActiveTrips, horizon: i32) -> Events {
        let mut events = Events::default();
        let mut keyed = Vec::new();
        let has_join: BTreeSet<InstanceId> = service.joins.iter().map(|&(from, _)| from).collect();
        for (instance, &TripInstance { day_offset_s, .. }) in service.instances.iter() {
            let calls = service.calls(timetable, instance);
            let (arrivals, departures) = (events.arrivals.next(), events.departures.next());
            let mut rank = 0u32;
            let mut before = i32::MIN;
            for (i, call) in calls.iter().enumerate() {
                let arrives = day_offset_s + call.arrival_s;
                let departs = day_offset_s + call.departure_s;
                rank = if arrives == before { rank + 1 } else { 0 };
                let last = i + 1 == calls.len();
                let may_alight = alights(service.needs, call, i);
                if (may_alight || (last && has_join.contains(&instance))) && (0..=horizon).contains(&arrives)
                {
                    let (time_s, stop) = (arrives, StopId(call.stop));
                    let arrival = Arrival { time_s, instance, stop, alights: may_alight };
                    keyed.push((arrives, rank, false, Event::Arrival(events.arrivals.push(arrival))));
                }
                rank = if departs == arrives { rank } else { 0 };
                before = departs;
                if boards(service.needs, call, i, calls.len()) && (0..=horizon).contains(&departs) {
                    let departure = Departure { time_s: departs, instance, stop: StopId(call.stop) };
                    keyed.push((departs, rank, true, Event::Departure(events.departures.push(departure))));
                }
            }
            events.arrivals_of.push(IdRange::new(arrivals, events.arrivals.next()));
            events.departures_of.push(IdRange::new(departures, events.departures.next()));
        }
        // Stable: events that tie keep the order of instances and calls.
        keyed.sort_by_key(|&(time, rank, departs, _)| (time, rank, departs));
        events.arrival_at = IdVec::new(0, events.arrivals.len());
        events.departure_at = IdVec::new(0, events.departures.len());
        events.order = keyed.into_iter().map(|(_, _, _, event)| event).collect();
        for (at, event) in events.order.iter().enumerate() {
            match *event {
                Event::Arrival(a) => events.arrival_at[a] = at as u32,
                Event::Departure(d) => events.departure_at[d] = at as u32,
            }
        }
        events
    }

    /// Where in the order events of this second and later ones begin.
    pub fn first_from(&self, second: i32) -> usize {
        let time_s = |event: &Event| match *event {
            Event::Arrival(a) => self.arrivals[a].time_s,
            Event::Departure(d) => self.departures[d].time_s,
        };
        self.order.partition_point(|event| time_s(event) < second)
    }

    pub fn time_s(&self, at: usize) -> i32 {
        match self.order[at] {
            Event::Arrival(a) => self.arrivals[a].time_s,
            Event::Departure(d) => self.departures[d].time_s,
        }
    }
}

/// The stops with events, along Hilbert's curve, and the way back.
pub fn stops_in_use(
    timetable: &Timetable,
    events: &Events,
) -> (IdVec<GraphStop, StopId>, IdVec<StopId, GraphStop>) {
    let n = timetable.stops.ids.len();
    let mut used: IdVec<StopId, bool> = IdVec::new(false, n);
    let arrivals = events.arrivals.values().iter().map(|arrival| arrival.stop);
    for stop in arrivals.chain(events.departures.values().iter().map(|departure| departure.stop)) {
        used[stop] = true;
    }
    let points: Vec<(f64, f64)> =
        timetable.stops.lon.iter().zip(&timetable.stops.lat).map(|(&lon, &lat)| (lon, lat)).collect();
    let in_order = hilbert_order(&points).into_iter().map(StopId);
    let stops: IdVec<GraphStop, StopId> = in_order.filter(|&stop| used[stop]).collect();
    let stop_of = stops.inverse(n);
    (stops, stop_of)
}

/// The arrival of an instance at its last call, if it is within the horizon.
/// (One with an in-seat transfer always has one there, and it is its last event.)
pub fn last_arrival(events: &Events, instance: InstanceId) -> Option<ArrivalId> {
    let arrival = events.arrivals_of[instance].last()?;
    let departs_later = events.departures_of[instance]
        .last()
        .is_some_and(|departure| events.departure_at[departure] > events.arrival_at[arrival]);
    (!departs_later).then_some(arrival)
}
