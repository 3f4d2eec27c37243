//! A plain feed for the baselines: runs on one clock, footpaths, and the walks of origins and cells. It has no
//! rules of transfer, no blocks and no limit of rides; [`simplify`] takes those from the engine's side as well.
//! It shares with the engine the timetable and the walks, and nothing of `routing`.

use isokron::base::NONE;
use isokron::base::array::Array;
use isokron::base::csr::{Csr, TimedArc};
use isokron::network::StreetLegs;
use isokron::network::calendar;
use isokron::network::transit::{ALIGHT, BOARD, Timetable};
use isokron::routing::Query;

/// A vehicle's visit to a stop; seconds from the window's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    pub stop: u32,
    pub arrival_s: i32,
    pub departure_s: i32,
    pub boards: bool,
    pub alights: bool,
}

/// All that a baseline reads.
pub struct Plain<'a> {
    pub runs: Csr<Visit>,
    pub stops: usize,
    pub cells: usize,
    pub legs: &'a StreetLegs,
    /// Stop → cells in walking reach of it.
    pub cells_of: Csr<TimedArc>,
    pub query: Query,
    pub own_s: Option<u32>,
}

/// Takes away what the baselines do not know; says what that was.
pub fn simplify(timetable: &mut Timetable, query: &mut Query) -> Vec<String> {
    let mut said = Vec::new();
    let mut gone = |what: &str, n: usize| {
        if n > 0 {
            said.push(format!("{n} {what}"));
        }
    };
    gone("rules of transfers.txt", timetable.rules.len());
    gone("in-seat transfers", timetable.joins.len());
    gone("trips' blocks", timetable.trips.iter().filter(|trip| trip.block != NONE).count());
    gone("limits of rides", usize::from(query.max_rides.is_some()));
    timetable.rules = Array::default();
    timetable.joins = Array::default();
    timetable.trips.iter_mut().for_each(|trip| trip.block = NONE);
    query.max_rides = None;
    said
}

impl<'a> Plain<'a> {
    pub fn new(timetable: &Timetable, legs: &'a StreetLegs, query: Query, own_s: Option<u32>) -> Plain<'a> {
        // With no slack a change within one second can go round in circles, which a plain scan does not see.
        assert!(
            query.board_slack_s > 0 && query.transfer_slack_s > 0,
            "the baselines need a slack of 1 s or more"
        );
        let mut pairs = Vec::new();
        for cell in 0..legs.egress.len() {
            for walk in legs.egress.row(cell) {
                pairs.push((walk.to, TimedArc { to: cell as u32, seconds: walk.seconds }));
            }
        }
        let stops = timetable.stops.ids.len();
        Plain {
            runs: unrolled(timetable, &query),
            stops,
            cells: legs.egress.len(),
            legs,
            cells_of: Csr::from_pairs(stops, &pairs),
            query,
            own_s,
        }
    }

    /// Seconds on foot all the way from an origin to every cell; `u32::MAX`: too far.
    pub fn direct_s(&self, origin: u32) -> Vec<u32> {
        let mut direct = vec![u32::MAX; self.cells];
        self.legs.direct.row(origin as usize).iter().for_each(|w| direct[w.to as usize] = w.seconds);
        if let Some(own_s) = self.own_s {
            direct[origin as usize] = own_s;
        }
        direct
    }

    /// When departure `k` leaves home.
    pub fn leaves_s(&self, k: u32) -> i32 {
        (k * self.query.window.every_s) as i32
    }
}

/// Every trip of every service day that comes into the time that matters.
fn unrolled(timetable: &Timetable, query: &Query) -> Csr<Visit> {
    let mut runs = Csr::default();
    for (t, trip) in timetable.trips.iter().enumerate() {
        let calls = timetable.calls.row(t);
        let zone = &timetable.zones[timetable.routes[trip.route as usize].zone as usize];
        for &day in timetable.services.row(trip.service as usize) {
            // A day far from the window cannot matter: no trip here takes a week.
            let far = (i64::from(day) * 86_400 - query.start_unix_s).abs() > 8 * 86_400;
            let start = (!far).then(|| calendar::service_day_start(zone, calendar::date_of(day)?)).flatten();
            let Some(start) = start else { continue };
            for &shift in timetable.shifts.row(t) {
                let at = |s: i32| (start - query.start_unix_s) as i32 + shift + s;
                if at(calls[0].departure_s) > query.horizon_s() || at(calls[calls.len() - 1].arrival_s) < 0 {
                    continue;
                }
                runs.push_row(calls.iter().enumerate().map(|(i, call)| Visit {
                    stop: call.stop,
                    arrival_s: at(call.arrival_s),
                    departure_s: at(call.departure_s),
                    boards: call.flags & BOARD != 0 && i + 1 < calls.len(),
                    alights: call.flags & ALIGHT != 0 && i > 0,
                }));
            }
        }
    }
    runs
}
