//! A network, changed by lot: trips gone, shifted or boarded otherwise, walks longer, shorter or gone. Origins that
//! `affected` leaves out have the same times in both.

use isokron::base::NONE;
use isokron::base::csr::{Csr, TimedArc};
use isokron::base::executor::Quiet;
use isokron::network::StreetLegs;
use isokron::network::transit::{BOARD, Call, Timetable};
use isokron::routing::{ActiveTrips, AffectedNetwork, KernelOptions, ReverseSearch, affected};
use proptest::prelude::*;

use super::{routed, timetable_of};

use crate::engine::query;
use crate::oracle::random::Dice;
use crate::oracle::{Case, legs_of};

/// How many origins were left out, how many of these only because what they could be in contact with is outdone, and
/// how many there were: a bound that leaves out none proves nothing.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub left_out: usize,
    pub outdone: usize,
    pub all: usize,
}

pub fn same_where_untouched(case: &Case, seed: u64) -> Result<Counts, TestCaseError> {
    let mut dice = Dice(seed);
    let (timetable, legs, query) = (timetable_of(case), legs_of(case), query(case));
    let (other, came_from) = trips_changed(&timetable, &mut dice);
    let other_walks = if dice.chance(50) { walks_changed(&legs, &mut dice) } else { legs.clone() };
    let services = [&timetable, &other].map(|timetable| ActiveTrips::expand(timetable, &query));
    let base = AffectedNetwork { timetable: &timetable, legs: &legs, service: &services[0] };
    let scenario = AffectedNetwork { timetable: &other, legs: &other_walks, service: &services[1] };
    let [before, after] =
        [base, scenario].map(|network| ReverseSearch::new(network, &query, &Quiet).unwrap());
    // Without looks at what is outdone, and with as many as there can be.
    let [plainly, affected] =
        [usize::MAX, 0].map(|a_look| affected(&before, &after, &came_from, a_look, &Quiet).unwrap());
    prop_assert!(affected.iter().zip(&plainly).all(|(affected, plainly)| plainly | !affected));
    let (how, destinations) = (KernelOptions::best(), case.ways.destinations as usize);
    let before = routed(&timetable, &legs, query, destinations, how);
    let after = routed(&other, &other_walks, query, destinations, how);
    for origin in (0..affected.len()).filter(|&origin| !affected[origin]) {
        prop_assert_eq!(
            &before[origin],
            &after[origin],
            "origin {} is not touched, seed {}\n{:?}",
            origin,
            seed,
            case
        );
    }
    let left_out = |affected: &[bool]| affected.iter().filter(|affected| !**affected).count();
    let all = left_out(&affected);
    Ok(Counts { left_out: all, outdone: all - left_out(&plainly), all: affected.len() })
}

/// The timetable with some trips otherwise, perhaps some more, and where each trip came from.
fn trips_changed(base: &Timetable, dice: &mut Dice) -> (Timetable, Vec<u32>) {
    let mut other =
        Timetable { trips: Vec::new().into(), calls: Csr::default(), shifts: Csr::default(), ..base.clone() };
    (other.trip_ids, other.headsigns) = Default::default();
    let mut came_from = Vec::new();
    let share = dice.pick(&[0, 5, 30]);
    for t in 0..base.trips.len() {
        let mut calls: Vec<Call> = base.calls.row(t).to_vec();
        if dice.chance(share) {
            match dice.below(3) {
                0 => continue,
                1 => {
                    let by = dice.range(1, 90) as i32;
                    calls.iter_mut().for_each(|call| {
                        (call.arrival_s, call.departure_s) = (call.arrival_s + by, call.departure_s + by)
                    });
                }
                _ => {
                    let at = dice.below(calls.len());
                    calls[at].flags ^= BOARD;
                }
            }
        }
        other.trips.push(base.trips[t]);
        other.trip_ids.push(base.trip_ids.get(t));
        other.headsigns.push(base.headsigns.get(t));
        other.calls.push_row(calls);
        other.shifts.push_row(base.shifts.row(t).iter().copied());
        came_from.push(t as u32);
    }
    let more = if dice.chance(50) { dice.below(4).min(base.trips.len()) } else { 0 };
    for _ in 0..more {
        let t = dice.below(base.trips.len());
        let by = dice.range(1, 600) as i32;
        let later = |call: &Call| Call {
            arrival_s: call.arrival_s + by,
            departure_s: call.departure_s + by,
            ..*call
        };
        other.trips.push(base.trips[t]);
        other.trip_ids.push(base.trip_ids.get(t));
        other.headsigns.push(base.headsigns.get(t));
        other.calls.push_row(base.calls.row(t).iter().map(later));
        other.shifts.push_row(base.shifts.row(t).iter().copied());
    }
    came_from.extend(std::iter::repeat_n(NONE, more));
    let now = |trip: u32| came_from.iter().position(|&from| from == trip).map(|t| t as u32);
    let rules = base.rules.iter().filter_map(|rule| {
        let moved = |trip: u32| if trip == NONE { Some(NONE) } else { now(trip) };
        let (from_trip, to_trip) = (moved(rule.from_trip)?, moved(rule.to_trip)?);
        Some(isokron::network::transit::TransferRule { from_trip, to_trip, ..*rule })
    });
    other.rules = rules.collect::<Vec<_>>().into();
    let joins = base.joins.iter().filter_map(|join| {
        let (from_trip, to_trip) = (now(join.from_trip)?, now(join.to_trip)?);
        Some(isokron::network::transit::InSeatTransfer { from_trip, to_trip, ..*join })
    });
    other.joins = joins.collect::<Vec<_>>().into();
    (other, came_from)
}

/// Some walks gone, some of another length.
fn walks_changed(base: &StreetLegs, dice: &mut Dice) -> StreetLegs {
    let mut changed = |legs: &Csr<TimedArc>| {
        let rows: Vec<Vec<TimedArc>> = legs
            .rows()
            .map(|row| {
                let walk = |walk: &TimedArc| match dice.below(40) {
                    0 => None,
                    1 => Some(TimedArc { seconds: walk.seconds + 7, ..*walk }),
                    _ => Some(*walk),
                };
                row.iter().filter_map(walk).collect()
            })
            .collect();
        Csr::from_rows(rows)
    };
    StreetLegs {
        access: changed(&base.access),
        egress: changed(&base.egress),
        footpaths: changed(&base.footpaths),
        direct: changed(&base.direct),
    }
}
