//! What is odd about trips that are otherwise fine: impossible speeds, long stands, trips that are there twice.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHashMap;

use super::interpolate::Distances;
use super::transit::Call;
use crate::base::csr::Csr;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::units::clock;
use crate::inputs::raw::{RawFeed, RawStopTime};

const TOO_FAST: DiagnosticCode = kind(
    "gtfs_too_fast",
    Severity::Doubt,
    "hops faster than 300 km/h (times are granted a minute of rounding)",
    "a stop's place or a time is wrong",
);
const TOO_SLOW: DiagnosticCode = kind(
    "gtfs_too_slow",
    Severity::Doubt,
    "hops of more than 6 hours at less than 5 km/h",
    "a time may be wrong",
);
const REPEATED: DiagnosticCode = kind(
    "gtfs_repeated_trip",
    Severity::Note,
    "trips with the stops and times of another trip on a day when both run",
    "",
);

/// Aircraft (extended route type 1100) may be fast.
const AIR: std::ops::Range<u16> = 1100..1200;

/// Looks at every hop of a trip.
pub(super) fn speeds(
    feed: &RawFeed,
    rows: &[RawStopTime],
    calls: &[Call],
    distances: &mut Distances,
    diagnostics: &mut Diagnostics,
) {
    for (hop, (row, pair)) in rows.windows(2).zip(calls.windows(2)).enumerate() {
        let Some(mm) = distances.mm(row[0].stop, row[1].stop) else { continue };
        let seconds = i64::from(pair[1].arrival_s) - i64::from(pair[0].departure_s);
        // 300 km/h is 250,000 mm in 3 s; 5 km/h 12,500 mm in 9 s.
        let fast = 3 * mm as i128 > 250_000 * i128::from(seconds + 60);
        let slow = seconds > 6 * 3600 && 9 * (mm as i128) < 12_500 * i128::from(seconds);
        let trip = &feed.trips[row[0].trip as usize];
        let kind = match (fast, slow) {
            (true, _) if !AIR.contains(&feed.routes[trip.route as usize].route_type) => TOO_FAST,
            (_, true) => TOO_SLOW,
            _ => continue,
        };
        let what = format!(
            "trip {}, hop {}: {} km from {} to {}",
            trip.id,
            hop + 1,
            mm / 1_000_000,
            clock(pair[0].departure_s),
            clock(pair[1].arrival_s)
        );
        diagnostics.add(kind, &feed.name, "stop_times.txt", row[1].line, what);
    }
}

/// Calls that are equal where stops and times are, whatever the pick-up rules.
struct SameCalls<'t>(&'t [Call]);

impl SameCalls<'_> {
    fn parts(&self) -> impl Iterator<Item = (u32, i32, i32)> {
        self.0.iter().map(|call| (call.stop, call.arrival_s, call.departure_s))
    }
}

impl PartialEq for SameCalls<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.parts().eq(other.parts())
    }
}

impl Eq for SameCalls<'_> {}

impl Hash for SameCalls<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().for_each(|part| part.hash(state));
    }
}

/// Finds trips that repeat another one.
pub(super) struct Repeats<'t> {
    days: &'t Csr<i32>,
    /// Calls and shifts → the services of the trips that have them.
    services: FxHashMap<(SameCalls<'t>, &'t [i32]), Vec<u32>>,
}

impl<'t> Repeats<'t> {
    /// `days`: service → its days, sorted.
    pub fn new(days: &'t Csr<i32>) -> Self {
        Repeats { days, services: FxHashMap::default() }
    }

    /// Whether an earlier trip has the same stops, times and shifts on one of the service's days.
    pub fn seen(&mut self, calls: &'t [Call], shifts: &'t [i32], service: u32) -> bool {
        let earlier = self.services.entry((SameCalls(calls), shifts)).or_default();
        let days = |service: u32| self.days.row(service as usize);
        let repeats = earlier.iter().any(|&other| share_a_day(days(other), days(service)));
        if !earlier.contains(&service) {
            earlier.push(service);
        }
        repeats
    }
}

/// Whether two sorted lists have a day in common.
fn share_a_day(mut a: &[i32], mut b: &[i32]) -> bool {
    while let ([first, rest @ ..], [other, others @ ..]) = (a, b) {
        match first.cmp(other) {
            std::cmp::Ordering::Less => a = rest,
            std::cmp::Ordering::Greater => b = others,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

/// Notes a repeated trip.
pub(super) fn say_repeated(feed: &str, line: u32, id: &str, diagnostics: &mut Diagnostics) {
    diagnostics.add(REPEATED, feed, "trips.txt", line, format!("trip {id}"));
}
