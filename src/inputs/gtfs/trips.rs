//! calendar.txt, calendar_dates.txt, trips.txt and frequencies.txt.

use gtfs_structures::{
    Calendar, CalendarDate, ExactTimes, Exception, RawFrequency as FrequencyRow, RawTrip as TripRow,
};
use rustc_hash::FxHashSet;

use super::fields::{any, clock, date, exception_type, filled, flag, seconds};
use super::ids::{Ids, Named};
use super::places::DUPLICATE_ID;
use super::report::Report;
use super::rows::{Column, Need, typed};
use crate::base::findings::{Kind, Severity, kind};
use crate::inputs::raw::{RawCalendar, RawCalendarDate, RawFrequency, RawRoute, RawTrip};

const DUPLICATE_DATE: Kind = kind(
    "gtfs_duplicate_date",
    Severity::Dropped,
    "rows of calendar_dates.txt for a service and date that an earlier row names",
    "",
);
const BACKWARD_CALENDAR: Kind = kind(
    "gtfs_backward_calendar",
    Severity::Doubt,
    "services that end before they start: they never run",
    "",
);
const UNKNOWN_ROUTE: Kind = kind(
    "gtfs_unknown_route",
    Severity::Repaired,
    "trips of a route that routes.txt lacks: it is made up, as a bus of the first agency",
    "",
);
const UNKNOWN_SERVICE: Kind = kind(
    "gtfs_unknown_service",
    Severity::Dropped,
    "trips of a service that neither calendar.txt nor calendar_dates.txt has",
    "",
);
const UNKNOWN_TRIP: Kind = kind(
    "gtfs_frequency_of_unknown_trip",
    Severity::Dropped,
    "rows of frequencies.txt for an unknown trip",
    "",
);
const BAD_BAND: Kind = kind(
    "gtfs_bad_frequency",
    Severity::Dropped,
    "rows of frequencies.txt in which nothing runs: no headway, or an end not after the start",
    "",
);

const CALENDAR: [Column; 10] = [
    Column { name: "service_id", need: Need::Key, clean: filled },
    Column { name: "monday", need: Need::Expected("0"), clean: flag },
    Column { name: "tuesday", need: Need::Expected("0"), clean: flag },
    Column { name: "wednesday", need: Need::Expected("0"), clean: flag },
    Column { name: "thursday", need: Need::Expected("0"), clean: flag },
    Column { name: "friday", need: Need::Expected("0"), clean: flag },
    Column { name: "saturday", need: Need::Expected("0"), clean: flag },
    Column { name: "sunday", need: Need::Expected("0"), clean: flag },
    Column { name: "start_date", need: Need::Key, clean: date },
    Column { name: "end_date", need: Need::Key, clean: date },
];

const CALENDAR_DATE: [Column; 3] = [
    Column { name: "service_id", need: Need::Key, clean: filled },
    Column { name: "date", need: Need::Key, clean: date },
    Column { name: "exception_type", need: Need::Key, clean: exception_type },
];

/// The services of a feed, from either calendar file.
#[derive(Default)]
pub(super) struct Services {
    pub names: Vec<String>,
    pub ids: Ids,
    pub calendars: Vec<RawCalendar>,
    pub dates: Vec<RawCalendarDate>,
}

pub(super) fn services(calendar: Option<&str>, dates: Option<&str>, report: &mut Report) -> Services {
    let mut services = Services::default();
    let file = "calendar.txt";
    for (line, row) in typed::<Calendar>(file, calendar.unwrap_or_default(), &CALENDAR, false, report) {
        if services.ids.get(&row.id) != Named::Unknown {
            report.find(DUPLICATE_ID, file, line, format!("service {}", row.id));
            continue;
        }
        if row.end_date < row.start_date {
            report.find(BACKWARD_CALENDAR, file, line, format!("service {}: {row}", row.id));
        }
        services.calendars.push(RawCalendar {
            service: services.ids.intern(&row.id, &mut services.names),
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
    }
    let file = "calendar_dates.txt";
    let mut seen = FxHashSet::default();
    for (line, row) in typed::<CalendarDate>(file, dates.unwrap_or_default(), &CALENDAR_DATE, false, report) {
        let service = services.ids.intern(&row.service_id, &mut services.names);
        if !seen.insert((service, row.date)) {
            report.find(DUPLICATE_DATE, file, line, format!("service {} on {}", row.service_id, row.date));
            continue;
        }
        let added = row.exception_type == Exception::Added;
        services.dates.push(RawCalendarDate { service, date: row.date, added, line });
    }
    services
}

const TRIP: [Column; 5] = [
    Column { name: "trip_id", need: Need::Key, clean: filled },
    Column { name: "route_id", need: Need::Key, clean: filled },
    Column { name: "service_id", need: Need::Key, clean: filled },
    Column { name: "trip_headsign", need: Need::Optional, clean: any },
    Column { name: "block_id", need: Need::Optional, clean: any },
];

/// Trips of known services; a route that is missing is added to `routes`, for the ride is real.
pub(super) fn trips(
    text: &str,
    routes: &mut Vec<RawRoute>,
    route_ids: &mut Ids,
    services: &Ids,
    report: &mut Report,
) -> (Vec<RawTrip>, Ids) {
    let file = "trips.txt";
    let (mut trips, mut ids) = (Vec::new(), Ids::default());
    let listed = routes.len() as u32;
    for (line, row) in typed::<TripRow>(file, text, &TRIP, true, report) {
        if ids.get(&row.id) != Named::Unknown {
            report.find(DUPLICATE_ID, file, line, format!("trip {}", row.id));
            continue;
        }
        let Named::Row(service) = services.get(&row.service_id) else {
            report.find(
                UNKNOWN_SERVICE,
                file,
                line,
                format!("service {} of trip {}", row.service_id, row.id),
            );
            ids.add_dropped(&row.id);
            continue;
        };
        let route = match route_ids.get(&row.route_id) {
            Named::Row(route) => route,
            Named::Dropped | Named::Unknown => {
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
            line,
        });
    }
    (trips, ids)
}

// A time that cannot be read makes its band an empty one, below.
const FREQUENCY: [Column; 5] = [
    Column { name: "trip_id", need: Need::Key, clean: filled },
    Column { name: "start_time", need: Need::Expected("999:59:59"), clean: clock },
    Column { name: "end_time", need: Need::Expected("00:00:00"), clean: clock },
    Column { name: "headway_secs", need: Need::Expected("0"), clean: seconds },
    Column { name: "exact_times", need: Need::Optional, clean: flag },
];

/// More departures than one a second over a day and more: a slip, not a service.
const MOST_RUNS: u32 = 100_000;

/// Bands of headways. A band in which nothing runs is kept as an empty one: its trip has a row in
/// frequencies.txt, and so its own times are no service.
pub(super) fn frequencies(text: &str, trips: &Ids, report: &mut Report) -> Vec<RawFrequency> {
    let file = "frequencies.txt";
    let mut bands = Vec::new();
    for (line, row) in typed::<FrequencyRow>(file, text, &FREQUENCY, false, report) {
        let trip = match trips.get(&row.trip_id) {
            Named::Row(trip) => trip,
            Named::Dropped => continue,
            Named::Unknown => {
                report.find(UNKNOWN_TRIP, file, line, format!("trip {}", row.trip_id));
                continue;
            }
        };
        let exact = matches!(row.exact_times, Some(ExactTimes::ScheduleBased));
        let (mut start_s, mut end_s) = (row.start_time as i32, row.end_time as i32);
        let runs =
            row.end_time.saturating_sub(row.start_time).checked_div(row.headway_secs).unwrap_or(u32::MAX);
        if end_s <= start_s || runs > MOST_RUNS {
            report.find(BAD_BAND, file, line, format!("trip {}", row.trip_id));
            (start_s, end_s) = (0, 0);
        }
        bands.push(RawFrequency { trip, start_s, end_s, headway_s: row.headway_secs.max(1), exact, line });
    }
    bands
}
