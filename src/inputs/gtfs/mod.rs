//! A GTFS zip becomes plain tables ([`RawFeed`]): row by row, so that one bad cell costs a cell or a row, never a
//! table. Whatever is repaired, dropped or doubtful is counted with its file and line; only what makes the feed
//! unusable is an error.
//!
//! `archive` (zip → text) → `rows` (text → rows with their lines) → `places`, `trips`, `stop_times`, `transfers`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::base::error::{Error, Result, unread};
use crate::base::findings::Findings;
use crate::inputs::raw::RawFeed;

mod archive;
mod fields;
mod ids;
mod places;
mod report;
mod rows;
mod stop_times;
mod transfers;
mod trips;

use archive::Archive;
use report::Report;

/// Reads the feed at `path`; its name is the file's without the ending.
///
/// # Errors
/// [`Error::Input`] with all that makes the feed unusable: no such file, not a zip, two feeds in one, a table that is
/// missing, empty or UTF-16, an unknown time zone, no trip left. [`Error::Machine`] where reading itself fails.
pub fn read(path: &Path, findings: &mut Findings) -> Result<RawFeed> {
    let place = path.display().to_string();
    let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::IsADirectory => {
            Error::input(&place, "is a folder, not a zip file", "zip the tables in it and give the zip")
        }
        _ => unread(&*place, &error, "see that the path is right"),
    })?;
    read_bytes(&name, &place, bytes, findings)
}

/// As [`read`], from a zip in memory. `name` is the feed's scope, `place` what messages call the zip.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(name: &str, place: &str, bytes: Vec<u8>, findings: &mut Findings) -> Result<RawFeed> {
    let mut archive = Archive::open(place, bytes)?;
    let mut report = Report::new(name, place, findings);
    match tables(name, &mut archive, &mut report) {
        Some(feed) if !report.has_problems() => Ok(feed),
        _ => Err(Error::Input(report.into_problems())),
    }
}

/// All tables, or `None` as soon as problems make going on pointless.
fn tables(name: &str, archive: &mut Archive, report: &mut Report) -> Option<RawFeed> {
    let agency = required(archive, "agency.txt", report);
    let stops = required(archive, "stops.txt", report);
    let routes = required(archive, "routes.txt", report);
    let trips = required(archive, "trips.txt", report);
    let stop_times = required(archive, "stop_times.txt", report);
    let problems = report.problems();
    let calendar = archive.text("calendar.txt", report);
    let dates = archive.text("calendar_dates.txt", report);
    if calendar.is_none() && dates.is_none() && report.problems() == problems {
        report.problem(
            "",
            "has neither calendar.txt nor calendar_dates.txt, or both are empty",
            "without one of them no day of service is known: get the feed anew",
        );
    }
    if report.has_problems() {
        return None;
    }
    let mut feed = RawFeed { name: name.to_string(), ..RawFeed::default() };
    let (agencies, agency_ids) = places::agencies(&agency?, report);
    feed.agencies = agencies;
    let (stops, stop_ids) = places::stops(&stops?, report);
    feed.stops = stops;
    let (routes, mut route_ids) = places::routes(&routes?, &feed.agencies, &agency_ids, report);
    feed.routes = routes;
    if report.has_problems() {
        return None;
    }
    let services = trips::services(calendar.as_deref(), dates.as_deref(), report);
    (feed.services, feed.calendars, feed.calendar_dates) =
        (services.names, services.calendars, services.dates);
    let (trips, trip_ids) = trips::trips(&trips?, &mut feed.routes, &mut route_ids, &services.ids, report);
    feed.trips = trips;
    feed.stop_times = stop_times::stop_times(&stop_times?, &feed.trips, &trip_ids, &stop_ids, report);
    if let Some(text) = archive.text("frequencies.txt", report) {
        feed.frequencies = trips::frequencies(&text, &trip_ids, report);
    }
    if let Some(text) = archive.text("transfers.txt", report) {
        feed.transfers = transfers::transfers(&text, &stop_ids, &route_ids, &trip_ids, report);
    }
    Some(feed)
}

/// A table that a feed cannot do without.
fn required(archive: &mut Archive, file: &str, report: &mut Report) -> Option<String> {
    if !archive.has(file) {
        report.problem(
            file,
            "is missing, and a feed cannot do without it",
            "get the feed anew from its publisher",
        );
        return None;
    }
    let had = report.problems();
    let text = archive.text(file, report);
    if text.is_none() && report.problems() == had {
        report.problem(
            file,
            "is empty, and a feed cannot do without it",
            "get the feed anew from its publisher",
        );
    }
    text
}
