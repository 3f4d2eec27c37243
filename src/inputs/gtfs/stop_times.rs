//! stop_times.txt: by far the largest table, so read with borrowed cells and ids resolved on the fly.

use gtfs_structures::PickupDropOffType;
use rustc_hash::FxHashMap;

use super::decode::TableLines;
use super::fields::{clock, time};
use super::ids::{IdNames, RowsById};
use super::report::FeedReport;
use super::rows::TableRows;
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};
use crate::inputs::raw::{RawStopTime, RawTrip};

const UNKNOWN_TRIP: DiagnosticCode =
    kind("gtfs_unknown_trip", Severity::Dropped, "stop times of a trip that trips.txt lacks", "");
const DROPPED_TRIP: DiagnosticCode =
    kind("gtfs_stop_time_of_dropped_trip", Severity::Dropped, "stop times of trips that were dropped", "");
const UNKNOWN_STOP: DiagnosticCode = kind(
    "gtfs_unknown_stop",
    Severity::Dropped,
    "stop times at a stop that stops.txt lacks: the trip passes without stopping",
    "",
);
const BAD_TIME: DiagnosticCode = kind(
    "gtfs_bad_time",
    Severity::Repaired,
    "times that are none: taken as blank, then interpolated where possible",
    "",
);
const SHORT_TIME: DiagnosticCode =
    kind("gtfs_time_without_seconds", Severity::Repaired, "times without seconds: understood", "");
const BAD_SEQUENCE: DiagnosticCode =
    kind("gtfs_bad_sequence", Severity::Dropped, "stop times whose stop_sequence cannot be used", "");
const ODD_SEQUENCE: DiagnosticCode = kind(
    "gtfs_odd_sequence",
    Severity::Repaired,
    "stop times whose stop_sequence is negative, above 4294967295 or written with decimals: their order is kept",
    "",
);
const DUPLICATE_SEQUENCE: DiagnosticCode = kind(
    "gtfs_duplicate_sequence",
    Severity::Dropped,
    "stop times with the trip and stop_sequence of an earlier row",
    "",
);
const SHARED_SEQUENCE: DiagnosticCode = kind(
    "gtfs_shared_sequence",
    Severity::Repaired,
    "stop times with the stop_sequence of the stop before them: kept, in the order of the file",
    "",
);
const BAD_PICKUP: DiagnosticCode = kind(
    "gtfs_bad_pickup_type",
    Severity::Repaired,
    "pick-up or drop-off types other than 0 to 3: taken as 0",
    "",
);
const BAD_DISTANCE: DiagnosticCode = kind(
    "gtfs_bad_distance",
    Severity::Repaired,
    "values of shape_dist_traveled that are no usable number: taken as blank",
    "",
);
const FLEX: DiagnosticCode = kind(
    "gtfs_flex",
    Severity::Doubt,
    "stop times of on-demand (GTFS-Flex) services: flex trips are not routed yet",
    "scheduled trips of the feed are used",
);
const WITHOUT_TIMES: DiagnosticCode =
    kind("gtfs_trip_without_stop_times", Severity::Dropped, "trips without any stop time", "");
const NO_USABLE_TRIP: DiagnosticCode = kind(
    "gtfs_no_usable_trip",
    Severity::Doubt,
    "feeds without any scheduled trip: nothing of them is routed",
    "leave the feed out, or list it under may_be_idle",
);

/// Distances above this (or below 0) are a slip, whatever the unit.
const MOST_DISTANCE: f64 = 1e9;
/// The largest stop_sequence, and the smallest below 0: whole numbers up to here are exact with decimals, too.
const MOST_SEQUENCE: i64 = 1 << 53;

/// Columns of stop_times.txt.
struct StopTimesColumns {
    trip: Option<usize>,
    stop: Option<usize>,
    sequence: Option<usize>,
    arrival: Option<usize>,
    departure: Option<usize>,
    pickup: Option<usize>,
    drop_off: Option<usize>,
    distance: Option<usize>,
    /// Where a flex service picks up: zones, groups, windows; whichever of them are there.
    flex: Vec<Option<usize>>,
}

impl StopTimesColumns {
    fn of(rows: &TableRows) -> Self {
        let flex = [
            "location_id",
            "location_group_id",
            "start_pickup_drop_off_window",
            "end_pickup_drop_off_window",
        ];
        StopTimesColumns {
            trip: rows.column("trip_id"),
            stop: rows.column("stop_id"),
            sequence: rows.column("stop_sequence"),
            arrival: rows.column("arrival_time"),
            departure: rows.column("departure_time"),
            pickup: rows.column("pickup_type"),
            drop_off: rows.column("drop_off_type"),
            distance: rows.column("shape_dist_traveled"),
            flex: flex.iter().map(|name| rows.column(name)).filter(Option::is_some).collect(),
        }
    }
}

/// Stop times sorted by trip and sequence. Without any trip left the feed is unusable, unless all it has is flex.
pub(super) fn stop_times(
    table: Option<TableLines<'_>>,
    trips: &[RawTrip],
    trip_ids: &RowsById,
    stop_ids: &RowsById,
    report: &mut FeedReport,
) -> Vec<RawStopTime> {
    let Some(lines) = table else { return Vec::new() };
    let mut rows = TableRows::open(FILE, lines, report);
    let columns = StopTimesColumns::of(&rows);
    let mut table = StopTimesTable { flex: vec![0; trips.len()], ..StopTimesTable::default() };
    let stops_missing = columns.stop.is_none() && columns.flex.is_empty();
    let needed = [
        ("trip_id", columns.trip.is_none()),
        ("stop_sequence", columns.sequence.is_none()),
        ("stop_id", stops_missing),
    ];
    for (name, _) in needed.iter().filter(|(_, missing)| *missing) {
        report.problem(FILE, format!("has no column {name}"), "the table cannot do without it");
    }
    if report.has_problems() {
        return Vec::new();
    }
    table.read(&mut rows, &columns, trip_ids, stop_ids, report);
    if report.has_problems() || report.is_over() {
        return Vec::new();
    }
    table.number_anew();
    let flex = table.flex;
    let stop_times = sorted(table.rows, report);
    account(trips, &stop_times, &flex, report);
    stop_times
}

const FILE: &str = "stop_times.txt";

#[derive(Default)]
struct StopTimesTable {
    rows: Vec<RawStopTime>,
    /// Row → its sequence, where 32 bits do not hold it.
    odd: Vec<(usize, i64)>,
    /// Trip → its flex stop times.
    flex: Vec<u32>,
}

impl StopTimesTable {
    fn read(
        &mut self,
        rows: &mut TableRows,
        columns: &StopTimesColumns,
        trips: &RowsById,
        stops: &RowsById,
        report: &mut FeedReport,
    ) {
        let (mut last_id, mut last_trip) = (String::new(), IdNames::Unknown);
        let mut dropped = 0;
        while let Some(line) = rows.next_line(report) {
            let id = rows.cell(columns.trip);
            if id != last_id || last_id.is_empty() {
                last_id.clear();
                last_id.push_str(id);
                last_trip = trips.get(id);
            }
            let trip = match last_trip {
                IdNames::Row(trip) => trip,
                IdNames::Dropped => {
                    dropped += 1;
                    continue;
                }
                IdNames::Unknown => {
                    report.find(UNKNOWN_TRIP, FILE, line, format!("trip {id}"));
                    continue;
                }
            };
            let (arrival, departure) = (rows.cell(columns.arrival), rows.cell(columns.departure));
            // A zone, or a window in place of a time. (A window beside a time only says more about a fixed stop.)
            let untimed = arrival.is_empty() && departure.is_empty();
            let stop_id = rows.cell(columns.stop);
            if (untimed || stop_id.is_empty()) && columns.flex.iter().any(|&flex| !rows.cell(flex).is_empty())
            {
                self.flex[trip as usize] += 1;
                report.find(FLEX, FILE, line, format!("trip {id}"));
                continue;
            }
            let IdNames::Row(stop) = stops.get(stop_id) else {
                report.find(UNKNOWN_STOP, FILE, line, format!("stop {stop_id} of trip {id}"));
                continue;
            };
            let Some(sequence) = self.sequence(rows.cell(columns.sequence), line, report) else { continue };
            let row = RawStopTime {
                trip,
                stop,
                sequence,
                arrival_s: seconds(arrival, line, report),
                departure_s: seconds(departure, line, report),
                pickup_type: pickup(rows.cell(columns.pickup), line, report),
                drop_off_type: pickup(rows.cell(columns.drop_off), line, report),
                shape_dist_traveled: distance(rows.cell(columns.distance), line, report),
                line,
            };
            // The row before, written again, takes no room. (Numbers that are set aside are no part of a row yet.)
            let whole = self.odd.last().is_none_or(|&(odd, _)| odd + 1 < self.rows.len());
            let is_same = |before: &RawStopTime| RawStopTime { line, ..before.clone() } == row;
            let again = whole && self.rows.last().is_some_and(is_same);
            if again {
                report.find(DUPLICATE_SEQUENCE, FILE, line, format!("stop_sequence {sequence}"));
            } else {
                self.rows.push(row);
            }
        }
        report.count(DROPPED_TRIP, dropped, "");
    }

    /// The sequence of the row that is pushed next; 0 for now where 32 bits do not hold it.
    fn sequence(&mut self, cell: &str, line: u32, report: &mut FeedReport) -> Option<u32> {
        if let Ok(sequence) = cell.parse::<u32>() {
            return Some(sequence);
        }
        let decimal =
            || cell.parse::<f64>().ok().filter(|n| n.fract() == 0.0 && n.abs() <= MOST_SEQUENCE as f64);
        let number = cell.parse::<i64>().ok().filter(|n| n.abs() <= MOST_SEQUENCE);
        let Some(number) = number.or_else(|| decimal().map(|number| number as i64)) else {
            let what = format!("stop_sequence {cell:?}: it takes whole numbers up to {MOST_SEQUENCE}");
            report.find(BAD_SEQUENCE, FILE, line, what);
            return None;
        };
        report.find(ODD_SEQUENCE, FILE, line, cell);
        let fits = u32::try_from(number);
        if fits.is_err() {
            self.odd.push((self.rows.len(), number));
        }
        Some(fits.unwrap_or(0))
    }

    /// Numbers the calls of trips with sequences beyond 32 bits anew, in their order: from the lowest on where that
    /// does, else one after the other.
    fn number_anew(&mut self) {
        let odd: FxHashMap<usize, i64> = self.odd.iter().copied().collect();
        let mut trips: FxHashMap<u32, Vec<i64>> = FxHashMap::default();
        for &(row, _) in &self.odd {
            trips.insert(self.rows[row].trip, Vec::new());
        }
        if trips.is_empty() {
            return;
        }
        let written =
            |index: usize, row: &RawStopTime| odd.get(&index).copied().unwrap_or(i64::from(row.sequence));
        for (index, row) in self.rows.iter().enumerate() {
            if let Some(numbers) = trips.get_mut(&row.trip) {
                numbers.push(written(index, row));
            }
        }
        for numbers in trips.values_mut() {
            numbers.sort_unstable();
            numbers.dedup();
        }
        for (index, row) in self.rows.iter_mut().enumerate() {
            let Some(numbers) = trips.get(&row.trip) else { continue };
            let number = written(index, row);
            let lowest = numbers.first().copied().unwrap_or(0).min(0);
            let highest = numbers.last().copied().unwrap_or(0);
            let rank = numbers.partition_point(|&other| other < number) as i64;
            let fits = highest - lowest <= i64::from(u32::MAX);
            row.sequence = u32::try_from(if fits { number - lowest } else { rank }).unwrap_or(u32::MAX);
        }
    }
}

fn seconds(cell: &str, line: u32, report: &mut FeedReport) -> Option<i32> {
    if cell.is_empty() {
        return None;
    }
    time(cell).or_else(|| {
        let understood = clock(cell).and_then(|cell| time(&cell));
        let kind = if understood.is_some() { SHORT_TIME } else { BAD_TIME };
        let limit = if understood.is_some() { "" } else { ": it takes H:MM:SS, up to 999:59:59" };
        report.find(kind, FILE, line, format!("{cell}{limit}"));
        understood
    })
}

fn pickup(cell: &str, line: u32, report: &mut FeedReport) -> u8 {
    let kind = match cell {
        "" | "0" => PickupDropOffType::Regular,
        "1" => PickupDropOffType::NotAvailable,
        "2" => PickupDropOffType::ArrangeByPhone,
        "3" => PickupDropOffType::CoordinateWithDriver,
        _ => {
            report.find(BAD_PICKUP, FILE, line, cell);
            PickupDropOffType::Regular
        }
    };
    match kind {
        PickupDropOffType::Regular | PickupDropOffType::Unknown(_) => 0,
        PickupDropOffType::NotAvailable => 1,
        PickupDropOffType::ArrangeByPhone => 2,
        PickupDropOffType::CoordinateWithDriver => 3,
    }
}

fn distance(cell: &str, line: u32, report: &mut FeedReport) -> Option<f64> {
    if cell.is_empty() {
        return None;
    }
    let distance = cell.parse().ok().filter(|distance| (0.0..=MOST_DISTANCE).contains(distance));
    if distance.is_none() {
        report.find(BAD_DISTANCE, FILE, line, format!("{cell}: it takes numbers, 0 to {MOST_DISTANCE}"));
    }
    distance
}

/// By trip and sequence, each sequence once. Of rows that share one, a later row stays, moved up, if it is at another
/// stop and not earlier than the row before it: the numbers are wrong there, not the trip.
fn sorted(mut rows: Vec<RawStopTime>, report: &mut FeedReport) -> Vec<RawStopTime> {
    if rows.is_sorted_by(|a, b| (a.trip, a.sequence) < (b.trip, b.sequence)) {
        return rows;
    }
    rows.sort_by_key(|row| (row.trip, row.sequence));
    // The sequence of the row before as the file has it, for that row may have been moved up.
    let mut before = None;
    rows.dedup_by(|row, earlier| {
        let written = (row.trip, row.sequence);
        let equal = before.unwrap_or((earlier.trip, earlier.sequence)) == written;
        let later = row.arrival_s.or(row.departure_s) >= earlier.departure_s.or(earlier.arrival_s);
        if equal && (row.stop == earlier.stop || !later) {
            report.find(DUPLICATE_SEQUENCE, FILE, row.line, format!("stop_sequence {}", row.sequence));
            return true;
        }
        if equal {
            report.find(SHARED_SEQUENCE, FILE, row.line, format!("stop_sequence {}", row.sequence));
        }
        if row.trip == earlier.trip && row.sequence <= earlier.sequence {
            row.sequence = earlier.sequence.saturating_add(1);
        }
        before = Some(written);
        false
    });
    rows
}

/// Says which trips have no stop times, and whether any trip is left.
fn account(trips: &[RawTrip], rows: &[RawStopTime], flex: &[u32], report: &mut FeedReport) {
    let mut calls = vec![0u32; trips.len()];
    for row in rows {
        calls[row.trip as usize] += 1;
    }
    for (index, trip) in trips.iter().enumerate() {
        if calls[index] == 0 && flex[index] == 0 {
            report.find(WITHOUT_TIMES, "trips.txt", trip.line, format!("trip {}", trip.id));
        }
    }
    if calls.iter().any(|&calls| calls >= 2) {
        return;
    }
    if flex.iter().any(|&flex| flex > 0) {
        report.find(NO_USABLE_TRIP, FILE, "", "all its trips are flex trips");
    } else {
        let dropped = report.dropped();
        let remedy = format!("put right what was dropped: {dropped}");
        report.problem(FILE, "leaves no trip with two stop times or more", remedy);
    }
}
