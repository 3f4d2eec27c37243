//! Numbers of edits that can be meant, but hardly are: seconds that were minutes, speeds of aircraft. Those of one kind
//! of edit stand with it.

use super::draft::{Draft, DraftTrip};
use crate::network::transit::Call;

/// Vehicles follow each other no closer, s: trains need more, and buses in a row leave a stop every half minute.
const LEAST_HEADWAY_S: u32 = 30;
/// Nobody waits longer in a vehicle that stands, s.
const MOST_DWELL_S: u32 = 3600;
/// Faster than all that runs on streets, km/h, and on rails.
const MOST_KMH: f64 = 200.0;
const MOST_RAIL_KMH: f64 = 400.0;
/// Over shorter hops a second more or less makes a speed of its own, mm.
const SHORT_MM: u64 = 300_000;
/// Streets make nobody four times as fast.
const LEAST_WALK_FACTOR: f64 = 0.25;

/// A factor of walking.
pub(super) fn walk_factor(factor: f64) -> Option<String> {
    let doubt = || format!("walk_factor = {factor}: people walk {:.0} times as fast there", 1.0 / factor);
    (factor < LEAST_WALK_FACTOR).then(doubt)
}

/// Streets make nobody who cycles four times as fast.
pub(super) fn bicycle_factor(factor: f64) -> Option<String> {
    let doubt = || format!("bicycle_factor = {factor}: people cycle {:.0} times as fast there", 1.0 / factor);
    (factor < LEAST_WALK_FACTOR).then(doubt)
}

/// A factor of the speed of cars: no street makes them four times as fast.
pub(super) fn car_speed_factor(factor: f64) -> Option<String> {
    let doubt = || format!("car_speed_factor = {factor}: cars are {factor:.0} times as fast there");
    (factor > 1.0 / LEAST_WALK_FACTOR).then(doubt)
}

/// The shortest headway of an edit.
pub(super) fn headway(shortest: Option<u32>) -> Option<String> {
    let doubt = |s| format!("a vehicle every {s} s: headway_s is in seconds, and {s} min are {}", 60 * s);
    shortest.filter(|&s| s < LEAST_HEADWAY_S).map(doubt)
}

/// The longest dwell of an edit.
pub(super) fn dwell(longest: Option<u32>) -> Option<String> {
    let doubt = |s| format!("vehicles stand {} at a stop: dwell_s is in seconds", minutes(s));
    longest.filter(|&s| s > MOST_DWELL_S).map(doubt)
}

/// The fastest hop of the trips that the edit has changed or made, where it is too fast and was not before.
pub(super) fn speeds(draft: &mut Draft<'_>) -> Option<String> {
    let (rows, edit, base) = (std::mem::take(&mut draft.rows), draft.edit, draft.base);
    let (mut fastest, mut trips): (Option<Hop>, usize) = (None, 0);
    for row in rows.iter().filter(|row| row.edit == edit) {
        let most = if is_rail(draft, row) { MOST_RAIL_KMH } else { MOST_KMH };
        let Some(hop) = hop(draft, &row.calls).filter(|hop| hop.kmh > most) else { continue };
        let old = (row.key as usize) < base.trips.len();
        let before = if old { hop_kmh(draft, base.calls.row(row.key as usize)) } else { 0.0 };
        if hop.kmh > 1.001 * before {
            trips += 1;
            if fastest.as_ref().is_none_or(|known| hop.kmh > known.kmh) {
                fastest = Some(hop);
            }
        }
    }
    draft.rows = rows;
    let Hop { kmh, from, to } = fastest?;
    let stop = |stop: u32| draft.table.stops.ids.get(stop as usize);
    let trips = if trips == 1 { "a trip runs".to_string() } else { format!("{trips} trips run") };
    Some(format!("{trips} at up to {kmh:.0} km/h, from {} to {}: times are in seconds", stop(from), stop(to)))
}

struct Hop {
    kmh: f64,
    from: u32,
    to: u32,
}

/// The fastest of some calls' hops.
fn hop(draft: &mut Draft<'_>, calls: &[Call]) -> Option<Hop> {
    let of = |pair: &[Call], draft: &mut Draft<'_>| {
        let (from, to) = (pair[0].stop, pair[1].stop);
        let mm = draft.hop_mm(from, to).filter(|&mm| mm >= SHORT_MM)?;
        let seconds = (pair[1].arrival_s - pair[0].departure_s).max(1);
        Some(Hop { kmh: mm as f64 * 3600.0 / (f64::from(seconds) * 1e6), from, to })
    };
    let hops = calls.windows(2).filter_map(|pair| of(pair, draft));
    hops.reduce(|fastest, next| if next.kmh > fastest.kmh { next } else { fastest })
}

fn hop_kmh(draft: &mut Draft<'_>, calls: &[Call]) -> f64 {
    hop(draft, calls).map_or(0.0, |hop| hop.kmh)
}

/// Trains, by GTFS's basic and extended types.
fn is_rail(draft: &Draft<'_>, row: &DraftTrip<'_>) -> bool {
    matches!(draft.table.routes[row.trip.route as usize].route_type, 2 | 100..=199)
}

pub(super) fn minutes(seconds: u32) -> String {
    if seconds < 7200 {
        format!("{} min", seconds / 60)
    } else {
        format!("{:.1} h", f64::from(seconds) / 3600.0)
    }
}
