//! The time-expanded graph of a query: events and transfer edges, for the router's sweep graph and for finding affected
//! origins. Nothing here depends on an origin.

use super::events::{Events, last_arrival, stops_in_use};
use super::expand::ActiveTrips;
use super::ids::{GraphStop, RunRow, Slot};
use super::query::Query;
use super::transfers::{TransferPlaces, Transfers};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::ids::{IdVec, StopId};
use crate::network::StreetLegs;
use crate::network::transit::Timetable;

/// A stretch of operations; one that repeats is run until nothing changes.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    pub ops: std::ops::Range<u32>,
    pub repeats: bool,
    /// Rows of all runs of a stretch that repeats, sorted.
    pub runs: Vec<RunRow>,
    /// Rows to set to zero after a stretch that repeats: of runs, and of `pre` slots.
    pub ended_runs: Vec<RunRow>,
    pub ended_slots: Vec<Slot>,
}

/// All arrivals and departures of a query, their transfer edges, and the stretches of their order.
#[derive(Debug)]
pub struct TimeExpandedGraph {
    pub(super) events: Events,
    pub(super) transfers: Transfers,
    pub(super) segments: Vec<Segment>,
    /// Stops with events, along a curve, and the way back.
    pub(super) stops: IdVec<GraphStop, StopId>,
    pub(super) stop_of: IdVec<StopId, GraphStop>,
}

impl TimeExpandedGraph {
    /// # Errors
    /// `Stopped` when the caller cancels.
    pub fn new(
        timetable: &Timetable,
        legs: &StreetLegs,
        service: &ActiveTrips,
        query: &Query,
        executor: &dyn Executor,
    ) -> Result<TimeExpandedGraph> {
        let events = Events::new(timetable, service, query.horizon_s());
        let (stops, stop_of) = stops_in_use(timetable, &events);
        let places = TransferPlaces::new(timetable, legs, service, query, &events, stops.values(), executor)?;
        let transfers = places.transfers(service, &events, executor)?;
        let segments = segments(service, &events, &transfers);
        Ok(TimeExpandedGraph { events, transfers, segments, stops, stop_of })
    }
}

/// Cuts the order into stretches: a second in which a label would flow backwards is one that repeats.
fn segments(service: &ActiveTrips, events: &Events, transfers: &Transfers) -> Vec<Segment> {
    let n = events.order.len();
    let mut repeats = std::collections::BTreeSet::new();
    for edges in [&transfers.transfer_edges, &transfers.guaranteed_edges] {
        for ((arrival, &at), edges) in events.arrival_at.iter().zip(edges.rows()) {
            if edges.iter().any(|&departure| events.departure_at[departure] < at) {
                repeats.insert(events.arrivals[arrival].time_s);
            }
        }
    }
    for &(from, to) in &service.joins {
        let Some(last) = last_arrival(events, from) else { continue };
        // An instance that nobody may board has arrivals only.
        let departs = events.departures_of[to].first().map(|departure| events.departure_at[departure]);
        let arrives = events.arrivals_of[to].first().map(|arrival| events.arrival_at[arrival]);
        let first_event = departs.into_iter().chain(arrives).min();
        if first_event.is_some_and(|first| first < events.arrival_at[last]) {
            repeats.insert(events.arrivals[last].time_s);
        }
    }
    let plain = |ops| Segment { ops, ..Segment::default() };
    let mut segments = Vec::new();
    let mut done = 0u32;
    for time in repeats {
        let start = first_at(events, time);
        let end = first_at(events, time + 1);
        if start > done {
            segments.push(plain(done..start));
        }
        segments.push(Segment { repeats: true, ..plain(start..end) });
        done = end;
    }
    if done < n as u32 {
        segments.push(plain(done..n as u32));
    }
    segments
}

fn first_at(events: &Events, time_s: i32) -> u32 {
    let (mut low, mut high) = (0, events.order.len());
    while low < high {
        let middle = (low + high) / 2;
        if events.time_s(middle) < time_s {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low as u32
}
