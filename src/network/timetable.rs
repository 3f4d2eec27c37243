//! Feeds become one timetable: indices over all feeds, blank times filled, trips that cannot run left out and counted.

use rustc_hash::FxHashMap;

use super::calendar::service_days;
use super::doubts::{Repeats, say_repeated, speeds};
use super::interpolate::{CallTimes, Distances, Filled, Unusable, times};
use super::rules::{self, Offsets};
use super::runs::{Bands, shifts};
use super::transit::{
    ALIGHT, BICYCLES, BICYCLES_UNKNOWN_OR_YES, BOARD, Call, FREQUENCY, FREQUENCY_INEXACT, Feed, Route,
    Timetable, Trip,
};
use crate::base::NONE;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::error::{Error, Problem, Result};
use crate::inputs::raw::{RawFeed, RawStop, RawStopTime, RawTrip};

const ONE_CALL: DiagnosticCode =
    kind("gtfs_trip_too_short", Severity::Dropped, "trips with one stop time only", "");
const UNTIMED_END: DiagnosticCode =
    kind("gtfs_untimed_end", Severity::Dropped, "trips whose first or last stop has no time", "");
const FALLING: DiagnosticCode = kind(
    "gtfs_falling_times",
    Severity::Dropped,
    "trips on which a time is earlier than the one before it",
    "",
);
const INTERPOLATED: DiagnosticCode = kind(
    "gtfs_interpolated_time",
    Severity::Repaired,
    "calls without times: interpolated along the trip, by shape_dist_traveled or by distance",
    "",
);
const IDLE_SHAPE: DiagnosticCode = kind(
    "gtfs_idle_distance",
    Severity::Repaired,
    "calls without times whose shape_dist_traveled falls, or stays where stops lie apart: distance counts instead",
    "",
);
const HALF_BLANK: DiagnosticCode = kind(
    "gtfs_half_blank_time",
    Severity::Repaired,
    "calls with only one of arrival and departure: it stands for both",
    "",
);
const PHONE_AHEAD: DiagnosticCode = kind(
    "gtfs_phone_ahead",
    Severity::Doubt,
    "calls where one must phone ahead to board or alight",
    "[network] phone_ahead says whether they are used",
);
const NO_RUNS: DiagnosticCode = kind(
    "gtfs_frequency_without_runs",
    Severity::Dropped,
    "trips whose bands in frequencies.txt hold no departure (their own times are no service)",
    "",
);
const NEVER_RUNS: DiagnosticCode =
    kind("gtfs_service_never_runs", Severity::Note, "services without any day on which they run", "");

/// Every feed must have a name of its own: ids are told apart by it.
///
/// # Errors
/// [`Error::Input`] that names the feeds of equal names.
pub fn check_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<()> {
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let problem = |(name, count): (&str, usize)| {
        Problem::new(
            format!("{name}.zip"),
            format!("{count} feeds are named {name:?}"),
            "rename the zips: a feed is called after its file, and two feeds of one name cannot be told apart",
        )
    };
    let problems: Vec<Problem> = counts.into_iter().filter(|&(_, count)| count > 1).map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// Builds the timetable of all feeds. `phone_ahead`: whether calls with pick-up or drop-off type 2 are used.
pub fn build(feeds: &[RawFeed], phone_ahead: bool, diagnostics: &mut Diagnostics) -> Timetable {
    let mut timetable = Timetable::default();
    let mut blocks = 0;
    for feed in feeds {
        add(&mut timetable, feed, phone_ahead, &mut blocks, diagnostics);
    }
    let mut called = vec![0; timetable.stops.feed.len()];
    for call in timetable.calls.values() {
        called[call.stop as usize] = 1;
    }
    timetable.stops.called = called.into();
    timetable
}

/// Adds one feed.
fn add(
    timetable: &mut Timetable,
    feed: &RawFeed,
    phone_ahead: bool,
    blocks: &mut u32,
    diagnostics: &mut Diagnostics,
) {
    let number = timetable.feeds.len() as u32;
    let agencies = feed.agencies.iter().map(|agency| agency.name.clone()).collect();
    timetable.feeds.push(Feed { name: feed.name.clone(), agencies });
    let offsets =
        (timetable.stops.feed.len() as u32, timetable.routes.len() as u32, timetable.services.len() as u32);
    add_stops(timetable, feed, number, offsets.0);
    add_routes(timetable, feed, number);
    add_services(timetable, feed, diagnostics);
    let trips = add_trips(timetable, feed, number, offsets, phone_ahead, blocks, diagnostics);
    note_repeats(timetable, feed, &trips, diagnostics);
    let by_frequency: Vec<bool> = timetable.trips.iter().map(|trip| trip.flags & FREQUENCY != 0).collect();
    let offsets = Offsets {
        stops: offsets.0,
        routes: offsets.1,
        trips: &trips,
        calls: &timetable.calls,
        station: &timetable.stops.station,
        by_frequency: &by_frequency,
    };
    rules::add(feed, &offsets, timetable.rules.to_mut(), timetable.joins.to_mut(), diagnostics);
}

fn add_stops(timetable: &mut Timetable, feed: &RawFeed, number: u32, offset: u32) {
    let stops = &mut timetable.stops;
    for index in 0..feed.stops.len() {
        let stop = &feed.stops[index];
        stops.ids.push(&stop.id);
        stops.names.push(&stop.name);
        stops.feed.push(number);
        let (lon, lat) = stop.lon_lat.unwrap_or((f64::NAN, f64::NAN));
        stops.lon.push(lon);
        stops.lat.push(lat);
        stops.station.push(station(&feed.stops, index).map_or(NONE, |station| station + offset));
    }
}

/// The station that a stop belongs to: its parent, or for a boarding area its platform's.
fn station(stops: &[RawStop], index: usize) -> Option<u32> {
    let mut at = stops[index].parent?;
    // Boarding area → platform → station is the longest chain of GTFS.
    for _ in 0..2 {
        match stops[at as usize] {
            RawStop { location_type, parent: Some(parent), .. } if location_type != 1 => at = parent,
            _ => break,
        }
    }
    (at as usize != index).then_some(at)
}

fn add_routes(timetable: &mut Timetable, feed: &RawFeed, number: u32) {
    for route in &feed.routes {
        let zone = &feed.agencies[route.agency as usize].timezone;
        let zone = timetable.zones.iter().position(|known| known == zone).unwrap_or_else(|| {
            timetable.zones.push(zone.clone());
            timetable.zones.len() - 1
        });
        let route_type = u32::from(route.route_type);
        timetable.routes.push(Route { feed: number, zone: zone as u32, route_type });
        timetable.route_ids.push(&route.id);
        let name = if route.short_name.is_empty() { &route.long_name } else { &route.short_name };
        timetable.route_names.push(name);
    }
}

fn add_services(timetable: &mut Timetable, feed: &RawFeed, diagnostics: &mut Diagnostics) {
    let days = service_days(feed.services.len(), &feed.calendars, &feed.calendar_dates);
    for (service, days) in feed.services.iter().zip(days.rows()) {
        if days.is_empty() {
            let calendar = feed.calendars.iter().find(|row| feed.services[row.service as usize] == *service);
            let (file, line) = calendar.map_or(("calendar_dates.txt", 0), |row| ("calendar.txt", row.line));
            diagnostics.add(NEVER_RUNS, &feed.name, file, line, format!("service {service}"));
        }
        timetable.services.push_row(days.iter().copied());
    }
}

/// Adds the trips that can run; says what each of the feed's trips became ([`NONE`]: nothing).
fn add_trips(
    timetable: &mut Timetable,
    feed: &RawFeed,
    number: u32,
    (stops, routes, services): (u32, u32, u32),
    phone_ahead: bool,
    blocks: &mut u32,
    diagnostics: &mut Diagnostics,
) -> Vec<u32> {
    let rows = rows_by_trip(feed);
    let bands = Bands::new(&feed.frequencies);
    let mut distances = Distances::new(&feed.stops);
    let mut block_numbers: FxHashMap<&str, u32> = FxHashMap::default();
    let mut buffer = CallTimes::new();
    let mut kept = vec![NONE; feed.trips.len()];
    let mut filled = Filled::default();
    let (mut half, mut phone) = (0, 0);
    for (index, trip) in feed.trips.iter().enumerate() {
        let rows = rows.row(index);
        match times(rows, &mut distances, &mut buffer) {
            Ok(calls) => filled.add(calls),
            Err(reason) => {
                say_unusable(feed, trip, rows, reason, diagnostics);
                continue;
            }
        }
        let bands = bands.of(index as u32);
        let shifts = match bands {
            [] => vec![0],
            bands => shifts(bands, buffer[0].1, &feed.name, diagnostics),
        };
        if shifts.is_empty() {
            diagnostics.add(NO_RUNS, &feed.name, "trips.txt", trip.line, format!("trip {}", trip.id));
            continue;
        }
        let calls: Vec<Call> = rows
            .iter()
            .zip(&buffer)
            .map(|(row, &(arrival_s, departure_s))| {
                let flags = flags(row, phone_ahead);
                half += u64::from(row.arrival_s.is_some() != row.departure_s.is_some());
                phone += u64::from(row.pickup_type == 2 || row.drop_off_type == 2);
                Call { stop: row.stop + stops, arrival_s, departure_s, flags }
            })
            .collect();
        speeds(feed, rows, &calls, &mut distances, diagnostics);
        let block = match (bands, trip.block_id.as_str()) {
            ([], id) if !id.is_empty() => *block_numbers.entry(id).or_insert_with(|| {
                *blocks += 1;
                *blocks - 1
            }),
            _ => NONE,
        };
        let inexact = bands.iter().any(|band| !band.exact);
        kept[index] = timetable.trips.len() as u32;
        timetable.trips.push(Trip {
            feed: number,
            route: trip.route + routes,
            service: trip.service + services,
            block,
            flags: if bands.is_empty() { 0 } else { FREQUENCY }
                | if inexact { FREQUENCY_INEXACT } else { 0 }
                | bicycles(trip.bikes_allowed),
        });
        timetable.trip_ids.push(&trip.id);
        timetable.headsigns.push(&trip.headsign);
        timetable.calls.push_row(calls);
        timetable.shifts.push_row(shifts);
    }
    let by = format!(
        "{} by shape_dist_traveled, {} by distance, {} evenly",
        filled.by_shape, filled.by_ground, filled.evenly
    );
    diagnostics.count(INTERPOLATED, &feed.name, filled.all(), by);
    diagnostics.count(IDLE_SHAPE, &feed.name, filled.idle_shape, "");
    diagnostics.count(HALF_BLANK, &feed.name, half, "");
    let used = if phone_ahead { "used as if one need not phone" } else { "not used" };
    diagnostics.count(PHONE_AHEAD, &feed.name, phone, used);
    kept
}

/// The stop times of each trip; they come sorted.
fn rows_by_trip(feed: &RawFeed) -> RowsByTrip<'_> {
    let mut offsets = vec![0; feed.trips.len() + 1];
    for row in &feed.stop_times {
        offsets[row.trip as usize + 1] += 1;
    }
    for index in 0..feed.trips.len() {
        offsets[index + 1] += offsets[index];
    }
    RowsByTrip { rows: &feed.stop_times, offsets }
}

struct RowsByTrip<'f> {
    rows: &'f [RawStopTime],
    offsets: Vec<usize>,
}

impl<'f> RowsByTrip<'f> {
    fn row(&self, trip: usize) -> &'f [RawStopTime] {
        &self.rows[self.offsets[trip]..self.offsets[trip + 1]]
    }
}

fn say_unusable(
    feed: &RawFeed,
    trip: &RawTrip,
    rows: &[RawStopTime],
    reason: Unusable,
    diagnostics: &mut Diagnostics,
) {
    let (kind, line) = match reason {
        // Trips without any stop time were counted where they were read.
        Unusable::TooShort => match rows {
            [row] => (ONE_CALL, row.line),
            _ => return,
        },
        Unusable::UntimedEnd(line) => (UNTIMED_END, line),
        Unusable::Falling(line) => (FALLING, line),
    };
    diagnostics.add(kind, &feed.name, "stop_times.txt", line, format!("trip {}", trip.id));
}

/// Whether one may board and alight: types 0 and 3 yes, 1 no, 2 as asked.
/// Flags of a trip for GTFS `bikes_allowed`.
fn bicycles(bikes_allowed: u8) -> u32 {
    match bikes_allowed {
        1 => BICYCLES | BICYCLES_UNKNOWN_OR_YES,
        2 => 0,
        _ => BICYCLES_UNKNOWN_OR_YES,
    }
}

fn flags(row: &RawStopTime, phone_ahead: bool) -> u32 {
    let may = |kind: u8| match kind {
        1 => false,
        2 => phone_ahead,
        _ => true,
    };
    let board = if may(row.pickup_type) { BOARD } else { 0 };
    board | if may(row.drop_off_type) { ALIGHT } else { 0 }
}

fn note_repeats(timetable: &Timetable, feed: &RawFeed, kept: &[u32], diagnostics: &mut Diagnostics) {
    let mut repeats = Repeats::new(&timetable.services);
    for (trip, &index) in feed.trips.iter().zip(kept).filter(|&(_, &index)| index != NONE) {
        let index = index as usize;
        let service = timetable.trips[index].service;
        if repeats.seen(timetable.calls.row(index), timetable.shifts.row(index), service) {
            say_repeated(&feed.name, trip.line, &trip.id, diagnostics);
        }
    }
}
