//! A timetable and a query → trip instances: each trip on each service day on which some of its calls can matter, on
//! one clock (seconds from the window's start), with the in-seat transfers between them.

use std::collections::{BTreeMap, BTreeSet};

use super::query::{Needs, Query};
use crate::base::NONE;
use crate::network::calendar;
use crate::network::transit::{ALIGHT, BOARD, Call, FREQUENCY, FREQUENCY_INEXACT, Timetable};

/// A trip on a day. A call's time on the query's clock is `day_offset_s` + its time in the timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TripInstance {
    pub trip: u32,
    pub day_offset_s: i32,
}

/// The runs of a period and what is worth reporting about them.
#[derive(Clone, Debug, Default)]
pub struct ActiveTrips {
    /// In the order of trips, days, shifts.
    pub(super) runs: Vec<TripInstance>,
    /// In-seat transfers: pairs (from, to) of instances; riders in `from` at its last call may stay seated into `to`. Sorted.
    pub(super) joins: Vec<(u32, u32)>,
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

/// A service day's trips: of each block (begins, arrives, trip, its run or `NONE`), and those with a run.
#[derive(Clone, Debug, Default)]
struct Day {
    blocks: BTreeMap<u32, Vec<(i64, i64, u32, u32)>>,
    running: BTreeMap<u32, u32>,
}

impl ActiveTrips {
    /// Unrolls the timetable for a question.
    pub fn expand(timetable: &Timetable, query: &Query) -> ActiveTrips {
        let horizon = query.horizon_s();
        let mut service = ActiveTrips { needs: query.needs, ..ActiveTrips::default() };
        let days = days_that_matter(timetable, query);
        // By day: the trips of blocks, all of the day's, and the runs by trip; frequency trips have no joins.
        let mut on: Vec<Day> = vec![Day::default(); days.len()];
        let starts: Vec<Vec<Option<i64>>> = timetable
            .zones
            .iter()
            .map(|zone| {
                days.clone().map(|day| calendar::service_day_start(zone, calendar::date_of(day)?)).collect()
            })
            .collect();
        for (t, trip) in timetable.trips.iter().enumerate() {
            let calls = timetable.calls.row(t);
            let (Some(first), Some(last)) = (calls.first(), calls.last()) else { continue };
            let zone = timetable.routes[trip.route as usize].zone as usize;
            let dates = timetable.services.row(trip.service as usize);
            let from = dates.partition_point(|&day| day < days.start);
            for &day in dates[from..].iter().take_while(|&&day| day < days.end) {
                let which = (day - days.start) as usize;
                let Some(start) = starts[zone][which] else { continue };
                for &shift in timetable.shifts.row(t) {
                    let day_offset_s = start + i64::from(shift) - query.start_unix_s;
                    let begins = day_offset_s + i64::from(first.departure_s);
                    let ends = day_offset_s + i64::from(last.arrival_s);
                    let suits = trip.flags & query.needs.trips == query.needs.trips;
                    let matters = suits && begins <= i64::from(horizon) && ends >= 0;
                    let run = if matters { service.runs.len() as u32 } else { NONE };
                    if matters {
                        service.runs.push(TripInstance { trip: t as u32, day_offset_s: day_offset_s as i32 });
                    }
                    if trip.flags & FREQUENCY == 0 {
                        // A trip that is over, or nothing for the traveller, still stands between the two around it.
                        if trip.block != NONE {
                            on[which]
                                .blocks
                                .entry(trip.block)
                                .or_default()
                                .push((begins, ends, t as u32, run));
                        }
                        if matters {
                            on[which].running.insert(t as u32, run);
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

    /// Calls of a run, with their times still those of the timetable.
    pub(super) fn calls<'a>(&self, timetable: &'a Timetable, run: usize) -> &'a [Call] {
        timetable.calls.row(self.runs[run].trip as usize)
    }

    /// The in-seat transfers of one service day: those of blocks and of type 4, less those of type 5.
    fn join(&mut self, timetable: &Timetable, day: Day) {
        let Day { blocks, running } = day;
        let ends = |run: u32| {
            let calls = timetable.calls.row(self.runs[run as usize].trip as usize);
            let shift = self.runs[run as usize].day_offset_s;
            (shift + calls[0].departure_s, shift + calls[calls.len() - 1].arrival_s)
        };
        let parted: BTreeSet<(u32, u32)> =
            timetable.joins.iter().filter(|j| j.stay == 0).map(|j| (j.from_trip, j.to_trip)).collect();
        let mut found = Vec::new();
        let mut overlapping = 0;
        for mut chain in blocks.into_values() {
            chain.sort_unstable();
            for pair in chain.windows(2) {
                let ((_, arrives, from_trip, from), (begins, _, to_trip, to)) = (pair[0], pair[1]);
                if begins < arrives {
                    overlapping += u64::from(from != NONE && to != NONE);
                } else if from != NONE && to != NONE && !parted.contains(&(from_trip, to_trip)) {
                    found.push((from, to));
                }
            }
        }
        let mut backward = 0;
        for join in timetable.joins.iter().filter(|j| j.stay == 1) {
            let (Some(&from), Some(&to)) = (running.get(&join.from_trip), running.get(&join.to_trip)) else {
                continue;
            };
            if ends(to).0 < ends(from).1 || from == to {
                backward += 1;
            } else if !parted.contains(&(join.from_trip, join.to_trip)) {
                found.push((from, to));
            }
        }
        self.joins.extend(found);
        self.overlapping_blocks += overlapping;
        self.backward_joins += backward;
    }

    fn count_departures(&mut self, timetable: &Timetable, horizon: i32) {
        for run in &self.runs {
            let calls = timetable.calls.row(run.trip as usize);
            let inexact = timetable.trips[run.trip as usize].flags & FREQUENCY_INEXACT != 0;
            for (i, call) in calls.iter().enumerate() {
                let time = run.day_offset_s + call.departure_s;
                if boards(self.needs, call, i, calls.len()) && (0..=horizon).contains(&time) {
                    self.departures += 1;
                    self.inexact_departures += u64::from(inexact);
                }
            }
        }
    }

    /// Per stop of the timetable: whether somebody may board there at a departure within the horizon.
    pub fn boardable_stops(&self, timetable: &Timetable, query: &Query) -> Vec<bool> {
        let mut boardable = vec![false; timetable.stops.ids.len()];
        for run in &self.runs {
            let calls = timetable.calls.row(run.trip as usize);
            for (i, call) in calls.iter().enumerate() {
                let time = run.day_offset_s + call.departure_s;
                let boards = boards(self.needs, call, i, calls.len());
                if boards && (0..=query.horizon_s()).contains(&time) {
                    boardable[call.stop as usize] = true;
                }
            }
        }
        boardable
    }
}

/// May board at call `i` of a run of `n` calls.
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
