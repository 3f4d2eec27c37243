//! calendar.txt, calendar_dates.txt, trips.txt and frequencies.txt.

use gtfs_structures::{
    BikesAllowedType, Calendar, CalendarDate, ExactTimes, Exception, RawFrequency as FrequencyRow,
    RawTrip as TripRow,
};
use jiff::civil::{Date, date};
use jiff::{Span, Unit};
use rustc_hash::FxHashSet;

use super::decode::TableLines;
use super::fields::{self, allowed, any, clock, exception_type, filled, flag, seconds};
use super::ids::{IdNames, RowsById};
use super::places::DUPLICATE_ID;
use super::report::FeedReport;
use super::rows::{Need, ReadColumn, typed};
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};
use crate::base::units::LEAST_HEADWAY_S;
use crate::inputs::raw::{RawCalendar, RawCalendarDate, RawFrequency, RawRoute, RawTrip};

const DUPLICATE_DATE: DiagnosticCode = kind(
    "gtfs_duplicate_date",
    Severity::Dropped,
    "rows of calendar_dates.txt for a service and date that an earlier row names",
    "",
);
const BACKWARD_CALENDAR: DiagnosticCode = kind(
    "gtfs_backward_calendar",
    Severity::Doubt,
    "services that end before they start: they never run",
    "",
);
const UNKNOWN_ROUTE: DiagnosticCode = kind(
    "gtfs_unknown_route",
    Severity::Repaired,
    "trips of a route that routes.txt lacks: it is made up, as a bus of the first agency",
    "",
);
const UNKNOWN_SERVICE: DiagnosticCode = kind(
    "gtfs_unknown_service",
    Severity::Dropped,
    "trips of a service that neither calendar.txt nor calendar_dates.txt has",
    "",
);
const UNKNOWN_TRIP: DiagnosticCode = kind(
    "gtfs_frequency_of_unknown_trip",
    Severity::Dropped,
    "rows of frequencies.txt for an unknown trip",
    "",
);
const BAD_BAND: DiagnosticCode = kind(
    "gtfs_bad_frequency",
    Severity::Dropped,
    "rows of frequencies.txt in which nothing runs: no headway, or an end not after the start",
    "",
);

const FAR_DATES: DiagnosticCode = kind(
    "gtfs_far_date",
    Severity::Note,
    "services that begin or end far from any time that a study asks for: kept between the dates shown",
    "",
);
const SHORT_HEADWAY: DiagnosticCode = kind(
    "gtfs_short_headway",
    Severity::Doubt,
    "rows of frequencies.txt with a headway below 10 seconds: used as written",
    "is it in minutes? GTFS asks for seconds",
);

const CALENDAR_FILE: &str = "calendar.txt";
/// Days beyond these are not kept.
const BOUNDS: (Date, Date) = (date(1900, 1, 1), date(2199, 12, 31));
/// Days of service of a feed, of all its services together, from which on a generation must do: 100 MB.
const MANY_DAYS: u64 = 25_000_000;
/// … and how many years that is, before and after.
const GENERATION: i32 = 20;
/// A feed with more days of service, of all its services together, is refused: 800 MB.
const MOST_DAYS: u64 = 200_000_000;

const CALENDAR: [ReadColumn; 10] = [
    ReadColumn { name: "service_id", need: Need::Key, clean: filled },
    ReadColumn { name: "monday", need: Need::Expected("0"), clean: flag },
    ReadColumn { name: "tuesday", need: Need::Expected("0"), clean: flag },
    ReadColumn { name: "wednesday", need: Need::Expected("0"), clean: flag },
    ReadColumn { name: "thursday", need: Need::Expected("0"), clean: flag },
    ReadColumn { name: "friday", need: Need::Expected("0"), clean: flag },
    ReadColumn { name: "saturday", need: Need::Expected("0"), clean: flag },
    ReadColumn { name: "sunday", need: Need::Expected("0"), clean: flag },
    ReadColumn { name: "start_date", need: Need::Key, clean: fields::date },
    ReadColumn { name: "end_date", need: Need::Key, clean: fields::date },
];

const CALENDAR_DATE: [ReadColumn; 3] = [
    ReadColumn { name: "service_id", need: Need::Key, clean: filled },
    ReadColumn { name: "date", need: Need::Key, clean: fields::date },
    ReadColumn { name: "exception_type", need: Need::Key, clean: exception_type },
];

/// The services of a feed, from either calendar file.
#[derive(Default)]
pub(super) struct Services {
    pub names: Vec<String>,
    pub ids: RowsById,
    pub calendars: Vec<RawCalendar>,
    pub dates: Vec<RawCalendarDate>,
}

impl Services {
    pub fn add_calendars(&mut self, table: Option<TableLines<'_>>, report: &mut FeedReport) {
        let file = CALENDAR_FILE;
        typed::<Calendar>(file, table, &CALENDAR, false, report, |line, row, report| {
            if self.ids.get(&row.id) != IdNames::Unknown {
                report.find(DUPLICATE_ID, file, line, format!("service {}", row.id));
                return;
            }
            if row.end_date < row.start_date {
                report.find(BACKWARD_CALENDAR, file, line, format!("service {}: {row}", row.id));
            }
            self.calendars.push(RawCalendar {
                service: self.ids.intern(&row.id, &mut self.names),
                weekdays: [
                    row.monday,
                    row.tuesday,
                    row.wednesday,
                    row.thursday,
                    row.friday,
                    row.saturday,
                    row.sunday,
                ],
                start: row.start_date,
                end: row.end_date,
                line,
            });
        });
    }

    pub fn add_dates(&mut self, table: Option<TableLines<'_>>, report: &mut FeedReport) {
        let file = "calendar_dates.txt";
        let mut seen = FxHashSet::default();
        typed::<CalendarDate>(file, table, &CALENDAR_DATE, false, report, |line, row, report| {
            let service = self.ids.intern(&row.service_id, &mut self.names);
            if !seen.insert((service, row.date)) {
                report.find(
                    DUPLICATE_DATE,
                    file,
                    line,
                    format!("service {} on {}", row.service_id, row.date),
                );
                return;
            }
            let added = row.exception_type == Exception::Added;
            self.dates.push(RawCalendarDate { service, date: row.date, added, line });
        });
    }

    /// Ends services that run "until further notice", for a service is kept as the list of its days.
    pub fn bound(&mut self, report: &mut FeedReport) {
        let (mut first, mut last) = BOUNDS;
        let days = |calendars: &[RawCalendar], first: Date, last: Date| -> u64 {
            let of = |c: &RawCalendar| {
                let length = c.start.max(first).until((Unit::Day, c.end.min(last)));
                length.map_or(0, |span| (i64::from(span.get_days()) + 1).max(0).unsigned_abs())
            };
            let kept = |c: &RawCalendar| of(c) * c.weekdays.iter().filter(|runs| **runs).count() as u64 / 7;
            calendars.iter().map(kept).sum()
        };
        if days(&self.calendars, first, last) > MANY_DAYS {
            // So many services without an end that lists of their days would fill the memory: a generation around the
            // latest date on which one of them begins must do.
            let starts = self.calendars.iter().map(|c| c.start).filter(|date| (first..=last).contains(date));
            let begun = starts.max().unwrap_or(first);
            first = first.max(begun.saturating_sub(Span::new().years(GENERATION)));
            last = last.min(begun.saturating_add(Span::new().years(GENERATION)));
        }
        for calendar in &mut self.calendars {
            let (start, end) = (calendar.start.max(first), calendar.end.min(last));
            if (start, end) == (calendar.start, calendar.end) || calendar.end < calendar.start {
                continue;
            }
            let service = &self.names[calendar.service as usize];
            let what =
                format!("service {service}: {} to {}, kept {start} to {end}", calendar.start, calendar.end);
            report.find(FAR_DATES, CALENDAR_FILE, calendar.line, what);
            (calendar.start, calendar.end) = (start, end);
        }
        let all = days(&self.calendars, first, last);
        if all > MOST_DAYS {
            let what = format!(
                "has services with {all} days together, more than the {MOST_DAYS} that isokron holds"
            );
            report.problem(CALENDAR_FILE, what, "give them nearer dates, or cut the feed to a year");
        }
    }
}

const TRIP: [ReadColumn; 6] = [
    ReadColumn { name: "trip_id", need: Need::Key, clean: filled },
    ReadColumn { name: "route_id", need: Need::Key, clean: filled },
    ReadColumn { name: "service_id", need: Need::Key, clean: filled },
    ReadColumn { name: "trip_headsign", need: Need::Optional, clean: any },
    ReadColumn { name: "block_id", need: Need::Optional, clean: any },
    ReadColumn { name: "bikes_allowed", need: Need::Optional, clean: allowed },
];

/// Trips of known services; a route that is missing is added to `routes`, for the ride is real.
pub(super) fn trips(
    table: Option<TableLines<'_>>,
    routes: &mut Vec<RawRoute>,
    route_ids: &mut RowsById,
    services: &RowsById,
    report: &mut FeedReport,
) -> (Vec<RawTrip>, RowsById) {
    let file = "trips.txt";
    let (mut trips, mut ids) = (Vec::new(), RowsById::default());
    let listed = routes.len() as u32;
    typed::<TripRow>(file, table, &TRIP, true, report, |line, row, report| {
        if ids.get(&row.id) != IdNames::Unknown {
            report.find(DUPLICATE_ID, file, line, format!("trip {}", row.id));
            return;
        }
        let IdNames::Row(service) = services.get(&row.service_id) else {
            report.find(
                UNKNOWN_SERVICE,
                file,
                line,
                format!("service {} of trip {}", row.service_id, row.id),
            );
            ids.add_dropped(&row.id);
            return;
        };
        let route = match route_ids.get(&row.route_id) {
            IdNames::Row(route) => route,
            IdNames::Dropped | IdNames::Unknown => {
                let made_up = RawRoute { id: row.route_id.clone(), route_type: 3, ..RawRoute::default() };
                route_ids.add(&row.route_id, routes.len());
                routes.push(made_up);
                routes.len() as u32 - 1
            }
        };
        if route >= listed {
            report.find(UNKNOWN_ROUTE, file, line, format!("route {} of trip {}", row.route_id, row.id));
        }
        ids.add(&row.id, trips.len());
        trips.push(RawTrip {
            id: row.id,
            route,
            service,
            headsign: row.trip_headsign.unwrap_or_default(),
            block_id: row.block_id.unwrap_or_default(),
            bikes_allowed: match row.bikes_allowed {
                BikesAllowedType::AtLeastOneBike => 1,
                BikesAllowedType::NoBikesAllowed => 2,
                _ => 0,
            },
            line,
        });
    });
    (trips, ids)
}

// A time that cannot be read makes its band an empty one, below.
const FREQUENCY: [ReadColumn; 5] = [
    ReadColumn { name: "trip_id", need: Need::Key, clean: filled },
    ReadColumn { name: "start_time", need: Need::Expected("999:59:59"), clean: clock },
    ReadColumn { name: "end_time", need: Need::Expected("00:00:00"), clean: clock },
    ReadColumn { name: "headway_secs", need: Need::Expected("0"), clean: seconds },
    ReadColumn { name: "exact_times", need: Need::Optional, clean: flag },
];

/// More departures than one a second over a day and more: a slip, not a service.
const MOST_RUNS: u32 = 100_000;
/// A feed with more departures by frequencies.txt on a day is refused: 80 MB.
const MOST_RUNS_OF_FEED: u64 = 20_000_000;

/// Bands of headways. A band in which nothing runs is kept as an empty one: its trip has a row in
/// frequencies.txt, and so its own times are no service.
pub(super) fn frequencies(
    table: Option<TableLines<'_>>,
    trips: &RowsById,
    report: &mut FeedReport,
) -> Vec<RawFrequency> {
    let file = "frequencies.txt";
    let mut bands = Vec::new();
    let mut all_runs = 0u64;
    typed::<FrequencyRow>(file, table, &FREQUENCY, false, report, |line, row, report| {
        let trip = match trips.get(&row.trip_id) {
            IdNames::Row(trip) => trip,
            IdNames::Dropped => return,
            IdNames::Unknown => {
                report.find(UNKNOWN_TRIP, file, line, format!("trip {}", row.trip_id));
                return;
            }
        };
        let exact = matches!(row.exact_times, Some(ExactTimes::ScheduleBased));
        let (mut start_s, mut end_s) = (row.start_time as i32, row.end_time as i32);
        let runs =
            row.end_time.saturating_sub(row.start_time).checked_div(row.headway_secs).unwrap_or(u32::MAX);
        if end_s <= start_s || runs > MOST_RUNS {
            report.find(BAD_BAND, file, line, format!("trip {}", row.trip_id));
            (start_s, end_s) = (0, 0);
        } else {
            all_runs += u64::from(runs) + 1;
        }
        if (1..LEAST_HEADWAY_S).contains(&row.headway_secs) {
            let what = format!("trip {}, headway_secs {}", row.trip_id, row.headway_secs);
            report.find(SHORT_HEADWAY, file, line, what);
        }
        bands.push(RawFrequency { trip, start_s, end_s, headway_s: row.headway_secs.max(1), exact, line });
    });
    if all_runs > MOST_RUNS_OF_FEED {
        let what =
            format!("has {all_runs} departures a day, more than the {MOST_RUNS_OF_FEED} that isokron holds");
        report.problem(file, what, "see that headway_secs are seconds");
    }
    bands
}
