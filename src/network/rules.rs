//! transfers.txt: types 0–3 become rules between stops, types 4 and 5 joins of trips.

use rustc_hash::FxHashSet;

use super::transit::{Call, InSeatTransfer, TransferRule};
use crate::base::NONE;
use crate::base::csr::Csr;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::inputs::raw::{RawFeed, RawTransfer};

const WITHOUT_STOPS: DiagnosticCode = kind(
    "gtfs_transfer_without_stops",
    Severity::Dropped,
    "rules of transfers.txt (types 0 to 3) that do not name both stops",
    "",
);
const WITHOUT_TRIPS: DiagnosticCode = kind(
    "gtfs_transfer_without_trips",
    Severity::Dropped,
    "rules for staying seated (types 4 and 5) that do not name both trips",
    "",
);
const OF_LOST_TRIP: DiagnosticCode = kind(
    "gtfs_transfer_of_lost_trip",
    Severity::Dropped,
    "rules of transfers.txt for a trip that was dropped",
    "",
);
const WITHOUT_TIME: DiagnosticCode = kind(
    "gtfs_transfer_without_time",
    Severity::Repaired,
    "rules of type 2 without min_transfer_time: taken as type 0",
    "",
);
const DUPLICATE: DiagnosticCode = kind(
    "gtfs_duplicate_transfer",
    Severity::Dropped,
    "rules of transfers.txt for what an earlier row is for: the first counts",
    "",
);
const ELSEWHERE: DiagnosticCode = kind(
    "gtfs_seated_transfer_elsewhere",
    Severity::Dropped,
    "rules for staying seated (type 4) at other stops than the last of the one trip and the first of the next",
    "",
);
const BY_FREQUENCY: DiagnosticCode = kind(
    "gtfs_seated_transfer_of_frequency",
    Severity::Dropped,
    "rules for staying seated (type 4) of trips that run by frequencies.txt, which have none",
    "",
);
const UNKNOWN_TYPE: DiagnosticCode = kind(
    "gtfs_unknown_transfer_type",
    Severity::Repaired,
    "rules of an unknown transfer_type: taken as type 0",
    "",
);

/// Where a feed's rows begin in the timetable, and what became of its trips.
pub(super) struct Offsets<'t> {
    pub stops: u32,
    pub routes: u32,
    /// Trip of the feed → trip of the timetable, or [`NONE`].
    pub trips: &'t [u32],
    pub calls: &'t Csr<Call>,
    /// Stop of the timetable → its station.
    pub station: &'t [u32],
    /// Trip of the timetable → whether it runs by frequencies.txt.
    pub by_frequency: &'t [bool],
}

/// Appends the rules of one feed, in the file's order.
pub(super) fn add(
    feed: &RawFeed,
    offsets: &Offsets,
    rules: &mut Vec<TransferRule>,
    joins: &mut Vec<InSeatTransfer>,
    diagnostics: &mut Diagnostics,
) {
    let mut seen = FxHashSet::default();
    for row in &feed.transfers {
        let mut say = |kind, what: &str| diagnostics.add(kind, &feed.name, "transfers.txt", row.line, what);
        let trip = |trip: Option<u32>| trip.map_or(NONE, |trip| offsets.trips[trip as usize]);
        let (from_trip, to_trip) = (trip(row.from_trip), trip(row.to_trip));
        let lost = |given: Option<u32>, kept: u32| given.is_some() && kept == NONE;
        if lost(row.from_trip, from_trip) || lost(row.to_trip, to_trip) {
            say(OF_LOST_TRIP, &trip_names(feed, row));
            continue;
        }
        let stays = matches!(row.transfer_type, 4 | 5);
        if stays && (from_trip == NONE || to_trip == NONE) {
            say(WITHOUT_TRIPS, &format!("type {}", row.transfer_type));
            continue;
        }
        let at = |index: Option<u32>, offset: u32| index.map_or(NONE, |index| index + offset);
        let (from_stop, to_stop) = (at(row.from_stop, offsets.stops), at(row.to_stop, offsets.stops));
        if !stays && (from_stop == NONE || to_stop == NONE) {
            say(WITHOUT_STOPS, &format!("type {}", row.transfer_type));
            continue;
        }
        let (from_route, to_route) = (at(row.from_route, offsets.routes), at(row.to_route, offsets.routes));
        if row.transfer_type == 4 && !joins_ends(offsets, (from_trip, to_trip), (from_stop, to_stop)) {
            say(ELSEWHERE, &trip_names(feed, row));
            continue;
        }
        if row.transfer_type == 4 && [from_trip, to_trip].iter().any(|&t| offsets.by_frequency[t as usize]) {
            say(BY_FREQUENCY, &trip_names(feed, row));
            continue;
        }
        // Types 4 and 5 of the same trips may both be there: then they are parted, as routing sees it.
        let key = match stays {
            true => (from_trip, to_trip, [u32::from(row.transfer_type); 4], true),
            false => (from_trip, to_trip, [from_stop, to_stop, from_route, to_route], false),
        };
        if !seen.insert(key) {
            say(DUPLICATE, &format!("type {}", row.transfer_type));
            continue;
        }
        if stays {
            joins.push(InSeatTransfer { from_trip, to_trip, stay: u32::from(row.transfer_type == 4) });
            continue;
        }
        let (kind, min_s) = match (row.transfer_type, row.min_transfer_time_s) {
            (2, Some(seconds)) => (2, seconds),
            (2, None) => {
                say(WITHOUT_TIME, "");
                (0, 0)
            }
            (known @ (0 | 1 | 3), _) => (u32::from(known), 0),
            (other, _) => {
                say(UNKNOWN_TYPE, &format!("type {other}"));
                (0, 0)
            }
        };
        rules.push(TransferRule {
            from_stop,
            to_stop,
            from_route,
            to_route,
            from_trip,
            to_trip,
            kind,
            min_s,
        });
    }
}

/// Whether the stops that a type 4 names, if any, are the last of the one trip and the first of the other,
/// or their stations.
fn joins_ends(offsets: &Offsets, (from_trip, to_trip): (u32, u32), (from_stop, to_stop): (u32, u32)) -> bool {
    let is = |named: u32, stop: Option<&Call>| {
        named == NONE || stop.is_some_and(|c| c.stop == named || offsets.station[c.stop as usize] == named)
    };
    is(from_stop, offsets.calls.row(from_trip as usize).last())
        && is(to_stop, offsets.calls.row(to_trip as usize).first())
}

fn trip_names(feed: &RawFeed, row: &RawTransfer) -> String {
    let names =
        [row.from_trip, row.to_trip].map(|trip| trip.map_or("", |trip| &feed.trips[trip as usize].id));
    format!("{} → {}", names[0], names[1])
}
