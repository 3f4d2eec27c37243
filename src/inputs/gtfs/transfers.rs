//! transfers.txt, with the trip and route columns that `gtfs-structures` does not know.

use gtfs_structures::TransferType;
use serde::Deserialize;

use super::decode::TableLines;
use super::fields::{any, seconds, transfer_type};
use super::ids::{IdNames, RowsById};
use super::report::FeedReport;
use super::rows::{Need, ReadColumn, typed};
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};
use crate::inputs::raw::RawTransfer;

const UNKNOWN_END: DiagnosticCode = kind(
    "gtfs_transfer_of_unknown",
    Severity::Dropped,
    "rows of transfers.txt that name an unknown stop, route or trip",
    "",
);

const TRANSFER: [ReadColumn; 8] = [
    ReadColumn { name: "from_stop_id", need: Need::Optional, clean: any },
    ReadColumn { name: "to_stop_id", need: Need::Optional, clean: any },
    ReadColumn { name: "from_route_id", need: Need::Optional, clean: any },
    ReadColumn { name: "to_route_id", need: Need::Optional, clean: any },
    ReadColumn { name: "from_trip_id", need: Need::Optional, clean: any },
    ReadColumn { name: "to_trip_id", need: Need::Optional, clean: any },
    ReadColumn { name: "transfer_type", need: Need::Optional, clean: transfer_type },
    ReadColumn { name: "min_transfer_time", need: Need::Optional, clean: seconds },
];

/// A whole row.
#[derive(Deserialize)]
struct TransferRow {
    from_stop_id: Option<String>,
    to_stop_id: Option<String>,
    from_route_id: Option<String>,
    to_route_id: Option<String>,
    from_trip_id: Option<String>,
    to_trip_id: Option<String>,
    transfer_type: TransferType,
    min_transfer_time: Option<u32>,
}

/// Rules whose stops, routes and trips all exist.
pub(super) fn transfers(
    table: Option<TableLines<'_>>,
    stops: &RowsById,
    routes: &RowsById,
    trips: &RowsById,
    report: &mut FeedReport,
) -> Vec<RawTransfer> {
    let file = "transfers.txt";
    let mut rules = Vec::new();
    typed::<TransferRow>(file, table, &TRANSFER, false, report, |line, row, report| {
        let mut lost = Vec::new();
        let mut find = |ids: &RowsById, what: &str, id: Option<String>| {
            let id = id?;
            let named = ids.get(&id);
            if !matches!(named, IdNames::Row(_)) {
                lost.push(format!("{what} {id}"));
            }
            named.row()
        };
        let rule = RawTransfer {
            from_stop: find(stops, "stop", row.from_stop_id),
            to_stop: find(stops, "stop", row.to_stop_id),
            from_route: find(routes, "route", row.from_route_id),
            to_route: find(routes, "route", row.to_route_id),
            from_trip: find(trips, "trip", row.from_trip_id),
            to_trip: find(trips, "trip", row.to_trip_id),
            transfer_type: match row.transfer_type {
                TransferType::Recommended => 0,
                TransferType::Timed => 1,
                TransferType::MinTime => 2,
                TransferType::Impossible => 3,
                TransferType::StayOnBoard => 4,
                TransferType::MustAlight => 5,
            },
            min_transfer_time_s: row.min_transfer_time,
            line,
        };
        if lost.is_empty() {
            rules.push(rule);
        } else {
            report.find(UNKNOWN_END, file, line, lost.join(", "));
        }
    });
    rules
}
