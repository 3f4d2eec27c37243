//! Trip instances → their arrivals and departures within the horizon, in the one order in which the sweep visits them.

use super::expand::{ActiveTrips, alights, boards};
use super::ids::GraphStop;
use crate::base::hilbert::hilbert_order;
use crate::base::ids::{IdVec, StopId};
use crate::network::transit::Timetable;

/// An arrival of a run at a stop where one may alight (or whose riders stay seated into another run).
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub time_s: i32,
    pub run: u32,
    /// Stop of the timetable.
    pub stop: u32,
    /// Whether one may alight.
    pub alights: bool,
}

/// A departure of a run from a stop where one may board.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    pub time_s: i32,
    pub run: u32,
    pub stop: u32,
}

/// Which event an operation is.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Arrival(u32),
    Departure(u32),
}

/// Arrivals and departures within the horizon, each list run by run in the order of calls, and their one order.
#[derive(Debug, Default)]
pub struct Events {
    pub arrivals: Vec<Arrival>,
    pub departures: Vec<Departure>,
    pub order: Vec<Event>,
    /// Run → its arrivals and departures.
    pub arrivals_of: Vec<std::ops::Range<u32>>,
    pub departures_of: Vec<std::ops::Range<u32>>,
    /// Where each arrival and departure stands in `order`.
    pub arrival_at: Vec<u32>,
    pub departure_at: Vec<u32>,
}

impl Events {
    /// Arrivals come before departures within a second, but along a run its own order holds: a hop of no
    /// length puts the next arrival after the departure (its rank is one higher).
    pub fn new(timetable: &Timetable, service: &ActiveTrips, horizon: i32) -> Events {
        let mut events = Events::default();
        let mut keyed = Vec::new();
        let has_join: std::collections::BTreeSet<u32> = service.joins.iter().map(|&(from, _)| from).collect();
        for (r, run) in service.runs.iter().enumerate() {
            let calls = service.calls(timetable, r);
            let (arrivals, departures) = (events.arrivals.len() as u32, events.departures.len() as u32);
            let mut rank = 0u32;
            let mut before = i32::MIN;
            for (i, call) in calls.iter().enumerate() {
                let arrives = run.day_offset_s + call.arrival_s;
                let departs = run.day_offset_s + call.departure_s;
                rank = if arrives == before { rank + 1 } else { 0 };
                let last = i + 1 == calls.len();
                let may_alight = alights(service.needs, call, i);
                if (may_alight || (last && has_join.contains(&(r as u32))))
                    && (0..=horizon).contains(&arrives)
                {
                    keyed.push((arrives, rank, false, Event::Arrival(events.arrivals.len() as u32)));
                    events.arrivals.push(Arrival {
                        time_s: arrives,
                        run: r as u32,
                        stop: call.stop,
                        alights: may_alight,
                    });
                }
                rank = if departs == arrives { rank } else { 0 };
                before = departs;
                if boards(service.needs, call, i, calls.len()) && (0..=horizon).contains(&departs) {
                    keyed.push((departs, rank, true, Event::Departure(events.departures.len() as u32)));
                    events.departures.push(Departure { time_s: departs, run: r as u32, stop: call.stop });
                }
            }
            events.arrivals_of.push(arrivals..events.arrivals.len() as u32);
            events.departures_of.push(departures..events.departures.len() as u32);
        }
        // Stable: events that tie keep the order of runs and calls.
        keyed.sort_by_key(|&(time, rank, departs, _)| (time, rank, departs));
        events.arrival_at = vec![0; events.arrivals.len()];
        events.departure_at = vec![0; events.departures.len()];
        events.order = keyed.into_iter().map(|(_, _, _, event)| event).collect();
        for (at, event) in events.order.iter().enumerate() {
            match *event {
                Event::Arrival(a) => events.arrival_at[a as usize] = at as u32,
                Event::Departure(d) => events.departure_at[d as usize] = at as u32,
            }
        }
        events
    }

    pub fn time_s(&self, at: usize) -> i32 {
        match self.order[at] {
            Event::Arrival(a) => self.arrivals[a as usize].time_s,
            Event::Departure(d) => self.departures[d as usize].time_s,
        }
    }
}

/// The stops with events, along Hilbert's curve, and the way back.
pub fn stops_in_use(
    timetable: &Timetable,
    events: &Events,
) -> (IdVec<GraphStop, StopId>, IdVec<StopId, GraphStop>) {
    let n = timetable.stops.ids.len();
    let mut used = vec![false; n];
    for stop in events.arrivals.iter().map(|a| a.stop).chain(events.departures.iter().map(|d| d.stop)) {
        used[stop as usize] = true;
    }
    let points: Vec<(f64, f64)> =
        timetable.stops.lon.iter().zip(&timetable.stops.lat).map(|(&lon, &lat)| (lon, lat)).collect();
    let in_order = hilbert_order(&points).into_iter().filter(|&stop| used[stop as usize]);
    let stops: IdVec<GraphStop, StopId> = in_order.map(StopId).collect();
    let stop_of = stops.inverse(n);
    (stops, stop_of)
}

/// The arrival of a run at its last call, if it is within the horizon.
/// (A run with a join always has one there, and it is its last event.)
pub fn last_arrival(events: &Events, run: u32) -> Option<u32> {
    let range = events.arrivals_of[run as usize].clone();
    let arrival = range.end.checked_sub(1).filter(|&a| a >= range.start)?;
    let departs_later = events.departures_of[run as usize]
        .clone()
        .next_back()
        .is_some_and(|d| events.departure_at[d as usize] > events.arrival_at[arrival as usize]);
    (!departs_later).then_some(arrival)
}
