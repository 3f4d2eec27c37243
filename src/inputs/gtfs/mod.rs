//! A GTFS zip becomes plain tables ([`RawFeed`]): row by row, so that one bad cell costs a cell or a row, never a
//! table. Whatever is repaired, dropped or doubtful is counted with its file and line; only what makes the feed
//! unusable is an error.
//!
//! `archive` (zip → members) → `decode` (bytes → lines of text) → `cells` (a line → cells) → `rows` (rows with their
//! lines) → `places`, `trips`, `stop_times`, `transfers`. Tables are read as they are unpacked: none is held as a whole.

use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::{Executor, Quiet};
use crate::inputs::content;
use crate::inputs::raw::RawFeed;

mod archive;
mod cells;
mod decode;
mod fields;
mod ids;
mod places;
mod report;
mod rows;
mod stop_times;
mod transfers;
mod trips;

use archive::{Archive, TableState, ZipSource};
use report::FeedReport;

/// Reads the feed at `path`; its name is the file's without the ending. `executor` is asked now and then whether to stop.
///
/// # Errors
/// [`Error::Input`](crate::base::error::Error::Input) with all that makes the feed unusable: no such file, not a zip,
/// two feeds in one, a table that is missing, twice there, empty, UTF-16 or too large unpacked, an unknown time zone, no
/// trip left. [`Error::Machine`](crate::base::error::Error::Machine) where reading itself fails.
pub fn read(path: &Path, diagnostics: &mut Diagnostics, executor: &dyn Executor) -> Result<RawFeed> {
    let place = path.display().to_string();
    let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
    content::regular(path, "zip the tables in it and give the zip")?;
    let file = File::open(path).map_err(|error| content::failed(path, error))?;
    read_from(&name, &place, Box::new(file), diagnostics, executor)
}

/// As [`read`], from a zip in memory. `name` is the feed's scope, `place` what messages call the zip.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(name: &str, place: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Result<RawFeed> {
    read_from(name, place, Box::new(Cursor::new(bytes)), diagnostics, &Quiet)
}

fn read_from(
    name: &str,
    place: &str,
    source: Box<dyn ZipSource + '_>,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<RawFeed> {
    let mut archive = Archive::open(place, source)?;
    let mut report = FeedReport::new(name, place, diagnostics, executor);
    archive.say_strays(&mut report);
    let feed = tables(name, &mut archive, &mut report);
    match report.into_error() {
        Some(error) => Err(error),
        None => Ok(feed),
    }
}

/// All tables, or fewer as soon as problems make going on pointless.
fn tables(name: &str, archive: &mut Archive, report: &mut FeedReport) -> RawFeed {
    let mut feed = RawFeed { name: name.to_string(), ..RawFeed::default() };
    for file in ["agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"] {
        require(archive, file, report);
    }
    let problems = report.problems();
    let calendars = ["calendar.txt", "calendar_dates.txt"].map(|file| archive.state(file, report));
    if calendars.iter().all(|state| matches!(state, TableState::Missing | TableState::Empty))
        && report.problems() == problems
    {
        report.problem(
            "",
            "has neither calendar.txt nor calendar_dates.txt, or both are empty",
            "without one of them no day of service is known: get the feed anew",
        );
    }
    let given_up = |report: &FeedReport| report.has_problems() || report.is_over();
    if given_up(report) {
        return feed;
    }
    let (agencies, agency_ids) = places::agencies(archive.lines("agency.txt", report), report);
    feed.agencies = agencies;
    let (stops, stop_ids) = places::stops(archive.lines("stops.txt", report), report);
    feed.stops = stops;
    let table = archive.lines("routes.txt", report);
    let (routes, mut route_ids) = places::routes(table, &feed.agencies, &agency_ids, report);
    feed.routes = routes;
    if given_up(report) {
        return feed;
    }
    let mut services = trips::Services::default();
    services.add_calendars(archive.lines("calendar.txt", report), report);
    services.add_dates(archive.lines("calendar_dates.txt", report), report);
    services.bound(report);
    let table = archive.lines("trips.txt", report);
    let (trips, trip_ids) = trips::trips(table, &mut feed.routes, &mut route_ids, &services.ids, report);
    (feed.services, feed.calendars, feed.calendar_dates) =
        (services.names, services.calendars, services.dates);
    feed.trips = trips;
    if given_up(report) {
        return feed;
    }
    let table = archive.lines("stop_times.txt", report);
    feed.stop_times = stop_times::stop_times(table, &feed.trips, &trip_ids, &stop_ids, report);
    feed.frequencies = trips::frequencies(archive.lines("frequencies.txt", report), &trip_ids, report);
    let table = archive.lines("transfers.txt", report);
    feed.transfers = transfers::transfers(table, &stop_ids, &route_ids, &trip_ids, report);
    feed
}

/// A table that a feed cannot do without.
fn require(archive: &mut Archive, file: &'static str, report: &mut FeedReport) {
    let what = match archive.state(file, report) {
        TableState::Missing => "is missing, and a feed cannot do without it",
        TableState::Empty => "is empty, and a feed cannot do without it",
        TableState::Filled | TableState::Unreadable => return,
    };
    report.problem(file, what, "get the feed anew from its publisher");
}
