//! agency.txt, stops.txt and routes.txt.

use gtfs_structures::{Agency, LocationType, Route, RouteType, Stop};
use rustc_hash::{FxHashMap, FxHashSet};

use super::decode::TableLines;
use super::fields::{any, filled, latitude, location_type, longitude, route_type};
use super::ids::{IdNames, RowsById};
use super::report::FeedReport;
use super::rows::{Need, ReadColumn, typed};
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};
use crate::inputs::raw::{RawAgency, RawRoute, RawStop};

pub(super) const DUPLICATE_ID: DiagnosticCode =
    kind("gtfs_duplicate_id", Severity::Dropped, "rows with the id of an earlier row of their table", "");
const UNKNOWN_AGENCY: DiagnosticCode = kind(
    "gtfs_unknown_agency",
    Severity::Repaired,
    "routes of an agency that agency.txt lacks: taken as the first agency's",
    "",
);
const NO_AGENCY: DiagnosticCode = kind(
    "gtfs_route_without_agency",
    Severity::Doubt,
    "routes without agency_id where there are several agencies: taken as the first one's",
    "its time zone counts: see that it is the right one",
);
const UNKNOWN_PARENT: DiagnosticCode = kind(
    "gtfs_unknown_parent",
    Severity::Repaired,
    "stops whose parent station does not exist: no parent",
    "",
);
const PARENT_NO_STATION: DiagnosticCode =
    kind("gtfs_parent_no_station", Severity::Doubt, "stops whose parent is no station: taken as one", "");
const NO_COORDINATES: DiagnosticCode = kind(
    "gtfs_stop_without_coordinates",
    Severity::Doubt,
    "stops without coordinates: nobody can walk there",
    "",
);
const NULL_ISLAND: DiagnosticCode = kind(
    "gtfs_stop_at_zero",
    Severity::Repaired,
    "stops at 0° N 0° E, far from all others: taken as without coordinates",
    "",
);
const NEAR_NULL_ISLAND: DiagnosticCode = kind(
    "gtfs_stop_perhaps_at_zero",
    Severity::Doubt,
    "stops at 0° N 0° E in a feed of that part of the world: left there",
    "see whether they are real",
);
const ONE_PLACE: DiagnosticCode = kind(
    "gtfs_stops_at_one_place",
    Severity::Note,
    "stops within about a metre of an earlier stop of the feed",
    "",
);

const AGENCY: [ReadColumn; 4] = [
    ReadColumn { name: "agency_id", need: Need::Optional, clean: any },
    ReadColumn { name: "agency_name", need: Need::Expected(""), clean: any },
    ReadColumn { name: "agency_url", need: Need::Optional, clean: any },
    ReadColumn { name: "agency_timezone", need: Need::Key, clean: filled },
];

/// Agencies; a time zone that the bundled database lacks makes the feed unusable.
pub(super) fn agencies(table: Option<TableLines<'_>>, report: &mut FeedReport) -> (Vec<RawAgency>, RowsById) {
    let file = "agency.txt";
    let (mut agencies, mut ids) = (Vec::new(), RowsById::default());
    // A row twice is one agency; two rows without ids but of two names are two.
    let mut seen = FxHashSet::default();
    typed::<Agency>(file, table, &AGENCY, true, report, |line, row, report| {
        let id = row.id.unwrap_or_default();
        let taken = if id.is_empty() {
            !seen.insert((row.name.clone(), row.timezone.clone()))
        } else {
            !ids.add(&id, agencies.len())
        };
        if taken {
            report.find(DUPLICATE_ID, file, line, format!("agency {id:?}"));
            return;
        }
        if jiff::tz::TimeZoneDatabase::bundled().get(&row.timezone).is_err() {
            report.problem(
                &format!("{file}:{line}"),
                format!("agency_timezone {:?} is no time zone that we know", row.timezone),
                "write an IANA name such as Europe/Stockholm",
            );
        }
        agencies.push(RawAgency { id, name: row.name, timezone: row.timezone, line });
    });
    (agencies, ids)
}

const STOP: [ReadColumn; 6] = [
    ReadColumn { name: "stop_id", need: Need::Key, clean: filled },
    ReadColumn { name: "stop_name", need: Need::Optional, clean: any },
    ReadColumn { name: "stop_lat", need: Need::Optional, clean: latitude },
    ReadColumn { name: "stop_lon", need: Need::Optional, clean: longitude },
    ReadColumn { name: "location_type", need: Need::Optional, clean: location_type },
    ReadColumn { name: "parent_station", need: Need::Optional, clean: any },
];

/// Stops, stations, entrances and what else stops.txt holds.
pub(super) fn stops(table: Option<TableLines<'_>>, report: &mut FeedReport) -> (Vec<RawStop>, RowsById) {
    let file = "stops.txt";
    let (mut stops, mut ids) = (Vec::new(), RowsById::default());
    // Stop → its parent's id, where it has one.
    let mut parents: Vec<(usize, String)> = Vec::new();
    typed::<Stop>(file, table, &STOP, true, report, |line, row, report| {
        if !ids.add(&row.id, stops.len()) {
            report.find(DUPLICATE_ID, file, line, format!("stop {}", row.id));
            return;
        }
        let location_type = match row.location_type {
            LocationType::StopPoint | LocationType::Unknown(_) => 0,
            LocationType::StopArea => 1,
            LocationType::StationEntrance => 2,
            LocationType::GenericNode => 3,
            LocationType::BoardingArea => 4,
        };
        let lon_lat = row.longitude.zip(row.latitude);
        // Generic nodes and boarding areas need none.
        if lon_lat.is_none() && location_type <= 2 {
            report.find(NO_COORDINATES, file, line, format!("stop {}", row.id));
        }
        if let Some(parent) = row.parent_station.filter(|id| !id.is_empty()) {
            parents.push((stops.len(), parent));
        }
        stops.push(RawStop {
            id: row.id,
            name: row.name.unwrap_or_default(),
            lon_lat,
            location_type,
            parent: None,
            line,
        });
    });
    for (index, id) in &parents {
        set_parent(&mut stops, *index, id, &ids, report);
    }
    null_island(&mut stops, report);
    one_place(&stops, report);
    (stops, ids)
}

fn set_parent(stops: &mut [RawStop], index: usize, id: &str, ids: &RowsById, report: &mut FeedReport) {
    let IdNames::Row(parent) = ids.get(id) else {
        report.find(
            UNKNOWN_PARENT,
            "stops.txt",
            stops[index].line,
            format!("parent {id} of {}", stops[index].id),
        );
        return;
    };
    let (child, parent_type) = (stops[index].location_type, stops[parent as usize].location_type);
    // A boarding area lies on a platform, all else in a station; a station has no parent.
    let (good, hopeless) = match child {
        1 => (false, true),
        4 => (parent_type == 0, parent as usize == index),
        _ => (parent_type == 1, parent as usize == index || stops[parent as usize].parent.is_some()),
    };
    if hopeless {
        report.find(
            UNKNOWN_PARENT,
            "stops.txt",
            stops[index].line,
            format!("parent {id} of {}", stops[index].id),
        );
        return;
    }
    if !good {
        report.find(
            PARENT_NO_STATION,
            "stops.txt",
            stops[index].line,
            format!("parent {id} of {}", stops[index].id),
        );
    }
    stops[index].parent = Some(parent);
}

/// Coordinates of 0, 0 are blanks in disguise, unless the feed has other stops about there.
fn null_island(stops: &mut [RawStop], report: &mut FeedReport) {
    let origin = Some((0.0, 0.0));
    let others = stops.iter().filter_map(|stop| stop.lon_lat).filter(|&point| Some(point) != origin);
    let Some(degrees) = others.map(|(lon, lat)| lon.abs().max(lat.abs())).reduce(f64::min) else { return };
    for stop in stops.iter_mut().filter(|stop| stop.lon_lat == origin) {
        let kind = match degrees {
            near if near < 1.5 => continue,
            about if about < 15.0 => NEAR_NULL_ISLAND,
            _ => {
                stop.lon_lat = None;
                NULL_ISLAND
            }
        };
        report.find(kind, "stops.txt", stop.line, format!("stop {}", stop.id));
    }
}

fn one_place(stops: &[RawStop], report: &mut FeedReport) {
    let mut taken = FxHashMap::default();
    for stop in stops.iter().filter(|stop| stop.location_type == 0) {
        let Some((lon, lat)) = stop.lon_lat else { continue };
        // Squares of 1e-5 degrees.
        let square = ((lon * 1e5).round() as i64, (lat * 1e5).round() as i64);
        match taken.entry(square) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(&stop.id);
            }
            std::collections::hash_map::Entry::Occupied(first) => {
                report.find(ONE_PLACE, "stops.txt", stop.line, format!("{} and {}", stop.id, first.get()));
            }
        }
    }
}

const ROUTE: [ReadColumn; 5] = [
    ReadColumn { name: "route_id", need: Need::Key, clean: filled },
    ReadColumn { name: "agency_id", need: Need::Optional, clean: any },
    ReadColumn { name: "route_short_name", need: Need::Optional, clean: any },
    ReadColumn { name: "route_long_name", need: Need::Optional, clean: any },
    ReadColumn { name: "route_type", need: Need::Expected("3"), clean: route_type },
];

/// Routes. `agencies` is not empty.
pub(super) fn routes(
    table: Option<TableLines<'_>>,
    agencies: &[RawAgency],
    known: &RowsById,
    report: &mut FeedReport,
) -> (Vec<RawRoute>, RowsById) {
    let file = "routes.txt";
    let (mut routes, mut ids) = (Vec::new(), RowsById::default());
    typed::<Route>(file, table, &ROUTE, true, report, |line, row, report| {
        if !ids.add(&row.id, routes.len()) {
            report.find(DUPLICATE_ID, file, line, format!("route {}", row.id));
            return;
        }
        let agency = match row.agency_id.as_deref().unwrap_or_default() {
            "" => {
                let unnamed = agencies.iter().position(|agency| agency.id.is_empty());
                if agencies.len() > 1 {
                    report.find(NO_AGENCY, file, line, format!("route {}", row.id));
                }
                unnamed.unwrap_or(0) as u32
            }
            id => known.get(id).row().unwrap_or_else(|| {
                report.find(UNKNOWN_AGENCY, file, line, format!("agency {id} of route {}", row.id));
                0
            }),
        };
        routes.push(RawRoute {
            id: row.id,
            short_name: row.short_name.unwrap_or_default(),
            long_name: row.long_name.unwrap_or_default(),
            agency,
            route_type: number(row.route_type),
            line,
        });
    });
    (routes, ids)
}

/// The number in the feed; 11 and 12, the standard's own, are among `Other`.
fn number(route_type: RouteType) -> u16 {
    let number = match route_type {
        RouteType::Tramway => 0,
        RouteType::Subway => 1,
        RouteType::Rail => 2,
        RouteType::Bus => 3,
        RouteType::Ferry => 4,
        RouteType::CableCar => 5,
        RouteType::Gondola => 6,
        RouteType::Funicular => 7,
        RouteType::Extended(extended) => extended as i16,
        RouteType::Other(other) => other,
    };
    number.unsigned_abs()
}
