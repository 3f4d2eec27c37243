//! A network, changed by lot: trips gone, shifted or boarded otherwise, walks longer, shorter or gone. Origins that
//! `touched` leaves out have the same times in both.

use isokron::base::NONE;
use isokron::base::csr::{Csr, Walk};
use isokron::base::watch::Quiet;
use isokron::network::Walks;
use isokron::network::transit::{BOARD, Call, Timetable};
use isokron::routing::{Backwards, How, Service, TouchedNetwork, touched};
use proptest::prelude::*;

use crate::engine::question;
use crate::oracle::random::Dice;
use crate::oracle::{Case, walks_of};
use crate::{routed, timetable_of};

/// How many origins were left out so far, and how many there were: a bound that leaves out none proves nothing.
pub type Counts = (usize, usize);

pub fn same_where_untouched(case: &Case, seed: u64) -> Result<Counts, TestCaseError> {
    let mut dice = Dice(seed);
    let (timetable, walks, question) = (timetable_of(case), walks_of(case), question(case));
    let (other, came_from) = trips_changed(&timetable, &mut dice);
    let other_walks = if dice.chance(50) { walks_changed(&walks, &mut dice) } else { walks.clone() };
    let services = [&timetable, &other].map(|timetable| Service::unroll(timetable, &question));
    let base = TouchedNetwork { timetable: &timetable, walks: &walks, service: &services[0] };
    let scenario = TouchedNetwork { timetable: &other, walks: &other_walks, service: &services[1] };
    let [before, after] = [base, scenario].map(|network| Backwards::new(network, &question, &Quiet));
    let touched = touched(&before, &after, &came_from, &Quiet);
    let (how, destinations) = (How::best(), case.ways.destinations as usize);
    let before = routed(&timetable, &walks, question, destinations, how);
    let after = routed(&other, &other_walks, question, destinations, how);
    for origin in (0..touched.len()).filter(|&origin| !touched[origin]) {
        prop_assert_eq!(
            &before[origin],
            &after[origin],
            "origin {} is not touched, seed {}\n{:?}",
            origin,
            seed,
            case
        );
    }
    Ok((touched.iter().filter(|touched| !**touched).count(), touched.len()))
}

/// The timetable with some trips otherwise, and where each trip came from.
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
    let now = |trip: u32| came_from.iter().position(|&from| from == trip).map(|t| t as u32);
    let rules = base.rules.iter().filter_map(|rule| {
        let moved = |trip: u32| if trip == NONE { Some(NONE) } else { now(trip) };
        let (from_trip, to_trip) = (moved(rule.from_trip)?, moved(rule.to_trip)?);
        Some(isokron::network::transit::Rule { from_trip, to_trip, ..*rule })
    });
    other.rules = rules.collect::<Vec<_>>().into();
    let joins = base.joins.iter().filter_map(|join| {
        let (from_trip, to_trip) = (now(join.from_trip)?, now(join.to_trip)?);
        Some(isokron::network::transit::Join { from_trip, to_trip, ..*join })
    });
    other.joins = joins.collect::<Vec<_>>().into();
    (other, came_from)
}

/// Some walks gone, some of another length.
fn walks_changed(base: &Walks, dice: &mut Dice) -> Walks {
    let mut changed = |walks: &Csr<Walk>| {
        let rows: Vec<Vec<Walk>> = walks
            .rows()
            .map(|row| {
                let walk = |walk: &Walk| match dice.below(40) {
                    0 => None,
                    1 => Some(Walk { seconds: walk.seconds + 7, ..*walk }),
                    _ => Some(*walk),
                };
                row.iter().filter_map(walk).collect()
            })
            .collect();
        Csr::from_rows(rows)
    };
    Walks {
        access: changed(&base.access),
        egress: changed(&base.egress),
        transfers: changed(&base.transfers),
        direct: changed(&base.direct),
    }
}
