//! When feeds have service: dates, trips a date, hours of a date.

use std::collections::BTreeMap;

use super::transit::Timetable;

/// When a feed has service. Days count from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceSpan {
    pub first: i32,
    pub last: i32,
    /// The first of the days with most trips, and how many those are.
    pub best: i32,
    pub trips: usize,
}

/// Day → trips of the feed that run on it (a trip of frequencies.txt is one), for days with any.
pub fn trips_by_day(timetable: &Timetable, feed: u32) -> BTreeMap<i32, usize> {
    let mut trips = vec![0; timetable.services.len()];
    for trip in timetable.trips.iter().filter(|trip| trip.feed == feed) {
        trips[trip.service as usize] += 1;
    }
    let mut days = BTreeMap::new();
    for (service, &trips) in trips.iter().enumerate().filter(|(_, trips)| **trips > 0) {
        for &day in timetable.services.row(service) {
            *days.entry(day).or_insert(0) += trips;
        }
    }
    days
}

/// First, last and best day of a feed; `None` where it never runs.
pub fn service_span(timetable: &Timetable, feed: u32) -> Option<ServiceSpan> {
    let days = trips_by_day(timetable, feed);
    let (&first, &last) = (days.first_key_value()?.0, days.last_key_value()?.0);
    let (best, trips) = most(&days)?;
    Some(ServiceSpan { first, last, best, trips })
}

/// The first of the days on which most trips of the feed run, and how many.
pub fn best_date(timetable: &Timetable, feed: u32) -> Option<(i32, usize)> {
    most(&trips_by_day(timetable, feed))
}

/// How many trips of the feed run on a service day.
pub fn trips_on(timetable: &Timetable, feed: u32, day: i32) -> usize {
    running(timetable, feed, day).count()
}

/// First departure and last arrival of the feed on a service day, seconds from noon − 12 h.
pub fn hours(timetable: &Timetable, feed: u32, day: i32) -> Option<(i32, i32)> {
    let mut hours: Option<(i32, i32)> = None;
    for trip in running(timetable, feed, day) {
        let (calls, shifts) = (timetable.calls.row(trip), timetable.shifts.row(trip));
        let (Some(first), Some(last)) = (calls.first(), calls.last()) else { continue };
        let (Some(earliest), Some(latest)) = (shifts.iter().min(), shifts.iter().max()) else { continue };
        let (start, end) = (first.departure_s + earliest, last.arrival_s + latest);
        let (open, close) = hours.unwrap_or((start, end));
        hours = Some((open.min(start), close.max(end)));
    }
    hours
}

fn running(timetable: &Timetable, feed: u32, day: i32) -> impl Iterator<Item = usize> {
    let runs = move |service: u32| timetable.services.row(service as usize).binary_search(&day).is_ok();
    let trips = timetable.trips.iter().enumerate();
    trips.filter(move |(_, trip)| trip.feed == feed && runs(trip.service)).map(|(index, _)| index)
}

/// The first day of the largest value.
fn most<T: Ord + Copy>(days: &BTreeMap<i32, T>) -> Option<(i32, T)> {
    days.iter().rev().max_by_key(|&(_, &value)| value).map(|(&day, &value)| (day, value))
}
