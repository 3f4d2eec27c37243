//! A timetable and a query → trip instances: each trip on each service day on which some of its calls can matter, on
//! one clock (seconds from the window's start), with the in-seat transfers between them.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::InstanceId;
use super::query::{Needs, Query};
use crate::base::NONE;
use crate::base::ids::{Id, IdVec, StopId, TripId};
use crate::network::calendar;
use crate::network::transit::{ALIGHT, BOARD, Call, FREQUENCY, FREQUENCY_INEXACT, InSeatTransfer, Timetable};

/// A trip on a day. A call's time on the query's clock is `day_offset_s` + its time in the timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TripInstance {
    pub trip: TripId,
    pub day_offset_s: i32,
}

/// The trip instances of a query, and what is worth reporting about them.
#[derive(Clone, Debug, Default)]
pub struct ActiveTrips {
    /// In the order of trips, days, shifts.
    pub(super) instances: IdVec<InstanceId, TripInstance>,
    /// In-seat transfers: pairs (from, to) of instances; riders in `from` at its last call may stay seated into `to`. Sorted.
    pub(super) joins: Vec<(InstanceId, InstanceId)>,
    /// Seen backwards in time: the sides of transfers.txt have changed places.
    pub(super) backwards: bool,
    pub(super) needs: Needs,
    /// Blocks that end because the next trip starts before the last one has arrived.
    pub overlapping_blocks: u64,
    /// Type 4 transfers that would go back in time.
    pub backward_joins: u64,
    /// Boardable departures within the horizon, all and those of `exact_times = 0`.
    pub departures: u64,
    pub inexact_departures: u64,
}

/// A service day's trips: of each block (begins, arrives, trip, its instance or `NONE`), and those with an instance.
#[derive(Clone, Debug, Default)]
struct Day {
    blocks: BTreeMap<u32, Vec<(i64, i64, TripId, InstanceId)>>,
    running: BTreeMap<TripId, InstanceId>,
}

impl ActiveTrips {
    /// Expands the timetable for a query.
    pub fn expand(timetable: &Timetable, query: &Query) -> ActiveTrips {
        let horizon = query.horizon_s();
        let mut service = ActiveTrips { needs: query.needs, ..ActiveTrips::default() };
        let days = days_that_matter(timetable, query);
        // By day; frequency trips have no in-seat transfers.
        let mut on: Vec<Day> = vec![Day::default(); days.len()];
        let starts: Vec<Vec<Option<i64>>> = timetable
            .zones
            .iter()
            .map(|zone| {
                days.clone().map(|day| calendar::service_day_start(zone, calendar::date_of(day)?)).collect()
            })
            .collect();
        // Of each service's days the first that may matter.
        let from: Vec<usize> =
            timetable.services.rows().map(|dates| dates.partition_point(|&day| day < days.start)).collect();
        for (t, trip) in timetable.trips.iter().enumerate() {
            let calls = timetable.calls.row(t);
            let (Some(first), Some(last)) = (calls.first(), calls.last()) else { continue };
            let zone = timetable.routes[trip.route as usize].zone as usize;
            let dates = timetable.services.row(trip.service as usize);
            for &day in dates[from[trip.service as usize]..].iter().take_while(|&&day| day < days.end) {
                let which = (day - days.start) as usize;
                let Some(start) = starts[zone][which] else { continue };
                for &shift in timetable.shifts.row(t) {
                    let day_offset_s = start + i64::from(shift) - query.start_unix_s;
                    let begins = day_offset_s + i64::from(first.departure_s);
                    let ends = day_offset_s + i64::from(last.arrival_s);
                    let suits = trip.flags & query.needs.trips == query.needs.trips;
                    let matters = suits && begins <= i64::from(horizon) && ends >= 0;
                    let of = TripId(t as u32);
                    let instance = match matters {
                        true => service
                            .instances
                            .push(TripInstance { trip: of, day_offset_s: day_offset_s as i32 }),
                        false => InstanceId::NONE,
                    };
                    if trip.flags & FREQUENCY == 0 {
                        // A trip that is over, or nothing for the traveller, still stands between the two around it.
                        if trip.block != NONE {
                            on[which]
                                .blocks
                                .entry(trip.block)
                                .or_default()
                                .push((begins, ends, of, instance));
                        }
                        if matters {
                            on[which].running.insert(of, instance);
                        }
                    }
                }
            }
        }
        for day in on {
            service.join(timetable, day);
        }
        service.joins.sort_unstable();
        service.joins.dedup();
        service.count_departures(timetable, horizon);
        service
    }

    /// Calls of an instance, with their times still those of the timetable.
    pub(super) fn calls<'a>(&self, timetable: &'a Timetable, instance: InstanceId) -> &'a [Call] {
        timetable.calls.row(self.instances[instance].trip.index())
    }

    /// The in-seat transfers of one service day: those of blocks and of type 4, less those of type 5.
    fn join(&mut self, timetable: &Timetable, day: Day) {
        let Day { blocks, running } = day;
        let ends = |instance: InstanceId| {
            let calls = self.calls(timetable, instance);
            let shift = self.instances[instance].day_offset_s;
            (shift + calls[0].departure_s, shift + calls[calls.len() - 1].arrival_s)
        };
        let trips = |join: &InSeatTransfer| (TripId(join.from_trip), TripId(join.to_trip));
        let parted: BTreeSet<(TripId, TripId)> =
            timetable.joins.iter().filter(|join| join.stay == 0).map(trips).collect();
        let mut found = Vec::new();
        let mut overlapping = 0;
        for mut chain in blocks.into_values() {
            chain.sort_unstable();
            for pair in chain.windows(2) {
                let ((_, arrives, from_trip, from), (begins, _, to_trip, to)) = (pair[0], pair[1]);
                if begins < arrives {
                    overlapping += u64::from(from != InstanceId::NONE && to != InstanceId::NONE);
                } else if from != InstanceId::NONE
                    && to != InstanceId::NONE
                    && !parted.contains(&(from_trip, to_trip))
                {
                    found.push((from, to));
                }
            }
        }
        let mut backward = 0;
        for join in timetable.joins.iter().filter(|j| j.stay == 1) {
            let (from_trip, to_trip) = trips(join);
            let (Some(&from), Some(&to)) = (running.get(&from_trip), running.get(&to_trip)) else { continue };
            if ends(to).0 < ends(from).1 || from == to {
                backward += 1;
            } else if !parted.contains(&(from_trip, to_trip)) {
                found.push((from, to));
            }
        }
        self.joins.extend(found);
        self.overlapping_blocks += overlapping;
        self.backward_joins += backward;
    }

    fn count_departures(&mut self, timetable: &Timetable, horizon: i32) {
        for instance in self.instances.values() {
            let calls = timetable.calls.row(instance.trip.index());
            let inexact = timetable.trips[instance.trip.index()].flags & FREQUENCY_INEXACT != 0;
            for (i, call) in calls.iter().enumerate() {
                let time = instance.day_offset_s + call.departure_s;
                if boards(self.needs, call, i, calls.len()) && (0..=horizon).contains(&time) {
                    self.departures += 1;
                    self.inexact_departures += u64::from(inexact);
                }
            }
        }
    }

    /// Per stop of the timetable: whether somebody may board there at a departure within the horizon.
    pub fn boardable_stops(&self, timetable: &Timetable, query: &Query) -> IdVec<StopId, bool> {
        let mut boardable = IdVec::new(false, timetable.stops.ids.len());
        for instance in self.instances.values() {
            let calls = timetable.calls.row(instance.trip.index());
            for (i, call) in calls.iter().enumerate() {
                let time = instance.day_offset_s + call.departure_s;
                let boards = boards(self.needs, call, i, calls.len());
                if boards && (0..=query.horizon_s()).contains(&time) {
                    boardable[StopId(call.stop)] = true;
                }
            }
        }
        boardable
    }
}

/// May board at call `i` of `n`.
pub(super) fn boards(needs: Needs, call: &Call, i: usize, n: usize) -> bool {
    let flags = BOARD | needs.calls;
    i + 1 < n && call.flags & flags == flags
}

/// May alight at call `i`.
pub(super) fn alights(needs: Needs, call: &Call, i: usize) -> bool {
    let flags = ALIGHT | needs.calls;
    i > 0 && call.flags & flags == flags
}

/// The service days whose trips can run within the horizon, one spare on both sides for the time zones.
fn days_that_matter(timetable: &Timetable, query: &Query) -> std::ops::Range<i32> {
    let latest = (0..timetable.trips.len())
        .map(|t| {
            let last = timetable.calls.row(t).last().map_or(0, |call| call.arrival_s);
            last + timetable.shifts.row(t).iter().max().copied().unwrap_or(0)
        })
        .max()
        .unwrap_or(0);
    let day_of = |unix_s: i64| unix_s.div_euclid(86_400) as i32;
    let first = day_of(query.start_unix_s - i64::from(latest)) - 1;
    let last = day_of(query.start_unix_s + i64::from(query.horizon_s())) + 1;
    first..last + 1
}
