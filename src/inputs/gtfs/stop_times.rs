//! stop_times.txt: by far the largest table, so read with borrowed cells and ids resolved on the fly.

use gtfs_structures::PickupDropOffType;
use rustc_hash::FxHashMap;

use super::fields::{clock, time};
use super::ids::{Ids, Named};
use super::report::Report;
use super::rows::Rows;
use crate::base::findings::{Kind, Severity, kind};
use crate::inputs::raw::{RawStopTime, RawTrip};

const UNKNOWN_TRIP: Kind =
    kind("gtfs_unknown_trip", Severity::Dropped, "stop times of a trip that trips.txt lacks", "");
const DROPPED_TRIP: Kind =
    kind("gtfs_stop_time_of_dropped_trip", Severity::Dropped, "stop times of trips that were dropped", "");
const UNKNOWN_STOP: Kind = kind(
    "gtfs_unknown_stop",
    Severity::Dropped,
    "stop times at a stop that stops.txt lacks: the trip passes without stopping",
    "",
);
const BAD_TIME: Kind = kind(
    "gtfs_bad_time",
    Severity::Repaired,
    "times that are none: taken as blank, then interpolated where possible",
    "",
);
const SHORT_TIME: Kind =
    kind("gtfs_time_without_seconds", Severity::Repaired, "times without seconds: understood", "");
const BAD_SEQUENCE: Kind =
    kind("gtfs_bad_sequence", Severity::Dropped, "stop times whose stop_sequence is no whole number", "");
const ODD_SEQUENCE: Kind = kind(
    "gtfs_odd_sequence",
    Severity::Repaired,
    "stop times whose stop_sequence is negative or written with decimals: their order is kept",
    "",
);
const DUPLICATE_SEQUENCE: Kind = kind(
    "gtfs_duplicate_sequence",
    Severity::Dropped,
    "stop times with the trip and stop_sequence of an earlier row",
    "",
);
const SHARED_SEQUENCE: Kind = kind(
    "gtfs_shared_sequence",
    Severity::Repaired,
    "stop times with the stop_sequence of the stop before them: kept, in the order of the file",
    "",
);
const BAD_PICKUP: Kind = kind(
    "gtfs_bad_pickup_type",
    Severity::Repaired,
    "pick-up or drop-off types other than 0 to 3: taken as 0",
    "",
);
const BAD_DISTANCE: Kind = kind(
    "gtfs_bad_distance",
    Severity::Repaired,
    "values of shape_dist_traveled that are no usable number: taken as blank",
    "",
);
const FLEX: Kind = kind(
    "gtfs_flex",
    Severity::Doubt,
    "stop times of on-demand (GTFS-Flex) services: flex trips are not routed yet",
    "scheduled trips of the feed are used",
);
const WITHOUT_TIMES: Kind =
    kind("gtfs_trip_without_stop_times", Severity::Dropped, "trips without any stop time", "");
const NO_USABLE_TRIP: Kind = kind(
    "gtfs_no_usable_trip",
    Severity::Doubt,
    "feeds without any scheduled trip: nothing of them is routed",
    "leave the feed out, or list it under may_be_idle",
);

/// Distances above this (or below 0) are a slip, whatever the unit.
const MOST_DISTANCE: f64 = 1e9;

/// Columns of stop_times.txt.
struct Columns {
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

impl Columns {
    fn of(rows: &Rows) -> Self {
        let flex = [
            "location_id",
            "location_group_id",
            "start_pickup_drop_off_window",
            "end_pickup_drop_off_window",
        ];
        Columns {
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
    text: &str,
    trips: &[RawTrip],
    trip_ids: &Ids,
    stop_ids: &Ids,
    report: &mut Report,
) -> Vec<RawStopTime> {
    let mut rows = Rows::open(FILE, text, report);
    let columns = Columns::of(&rows);
    let mut table = Table { flex: vec![0; trips.len()], ..Table::default() };
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
    table.shift_negatives();
    let flex = table.flex;
    let stop_times = sorted(table.rows, report);
    account(trips, &stop_times, &flex, report);
    stop_times
}

const FILE: &str = "stop_times.txt";

#[derive(Default)]
struct Table {
    rows: Vec<RawStopTime>,
    /// Row → its sequence, where it is below 0.
    negative: Vec<(usize, i64)>,
    /// Trip → its flex stop times.
    flex: Vec<u32>,
}

impl Table {
    fn read(&mut self, rows: &mut Rows, columns: &Columns, trips: &Ids, stops: &Ids, report: &mut Report) {
        let (mut last_id, mut last_trip) = (String::new(), Named::Unknown);
        let mut dropped = 0;
        while let Some(line) = rows.next_line(report) {
            let id = rows.cell(columns.trip);
            if id != last_id || last_id.is_empty() {
                last_id.clear();
                last_id.push_str(id);
                last_trip = trips.get(id);
            }
            let trip = match last_trip {
                Named::Row(trip) => trip,
                Named::Dropped => {
                    dropped += 1;
                    continue;
                }
                Named::Unknown => {
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
            let Named::Row(stop) = stops.get(stop_id) else {
                report.find(UNKNOWN_STOP, FILE, line, format!("stop {stop_id} of trip {id}"));
                continue;
            };
            let Some(sequence) = self.sequence(rows.cell(columns.sequence), line, report) else { continue };
            self.rows.push(RawStopTime {
                trip,
                stop,
                sequence,
                arrival_s: seconds(arrival, line, report),
                departure_s: seconds(departure, line, report),
                pickup_type: pickup(rows.cell(columns.pickup), line, report),
                drop_off_type: pickup(rows.cell(columns.drop_off), line, report),
                shape_dist_traveled: distance(rows.cell(columns.distance), line, report),
                line,
            });
        }
        report.count(DROPPED_TRIP, dropped, "");
    }

    /// The sequence of the row that is pushed next; 0 for now where it is below 0.
    fn sequence(&mut self, cell: &str, line: u32, report: &mut Report) -> Option<u32> {
        if let Ok(sequence) = cell.parse::<u32>() {
            return Some(sequence);
        }
        let number = cell.parse::<f64>().ok().filter(|n| n.fract() == 0.0 && n.abs() <= 1e9);
        match number {
            Some(number) => {
                report.find(ODD_SEQUENCE, FILE, line, cell);
                if number < 0.0 {
                    self.negative.push((self.rows.len(), number as i64));
                }
                Some(number.max(0.0) as u32)
            }
            None => {
                report.find(BAD_SEQUENCE, FILE, line, format!("stop_sequence {cell:?}"));
                None
            }
        }
    }

    /// Moves all sequences of a trip with negative ones up, so that they begin at 0 and keep their order.
    fn shift_negatives(&mut self) {
        let mut lowest: FxHashMap<u32, i64> = FxHashMap::default();
        for &(row, sequence) in &self.negative {
            let low = lowest.entry(self.rows[row].trip).or_insert(0);
            *low = sequence.min(*low);
        }
        if lowest.is_empty() {
            return;
        }
        let negative: FxHashMap<usize, i64> = self.negative.iter().copied().collect();
        for (index, row) in self.rows.iter_mut().enumerate() {
            if let Some(low) = lowest.get(&row.trip) {
                let sequence = negative.get(&index).copied().unwrap_or(i64::from(row.sequence));
                row.sequence = u32::try_from(sequence - low).unwrap_or(u32::MAX);
            }
        }
    }
}

fn seconds(cell: &str, line: u32, report: &mut Report) -> Option<i32> {
    if cell.is_empty() {
        return None;
    }
    time(cell).or_else(|| {
        let understood = clock(cell).and_then(|cell| time(&cell));
        let kind = if understood.is_some() { SHORT_TIME } else { BAD_TIME };
        report.find(kind, FILE, line, cell);
        understood
    })
}

fn pickup(cell: &str, line: u32, report: &mut Report) -> u8 {
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

fn distance(cell: &str, line: u32, report: &mut Report) -> Option<f64> {
    if cell.is_empty() {
        return None;
    }
    let distance = cell.parse().ok().filter(|distance| (0.0..=MOST_DISTANCE).contains(distance));
    if distance.is_none() {
        report.find(BAD_DISTANCE, FILE, line, cell);
    }
    distance
}

/// By trip and sequence, each sequence once. Of rows that share one, a later row stays, moved up, if it is at another
/// stop and not earlier than the row before it: the numbers are wrong there, not the trip.
fn sorted(mut rows: Vec<RawStopTime>, report: &mut Report) -> Vec<RawStopTime> {
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
fn account(trips: &[RawTrip], rows: &[RawStopTime], flex: &[u32], report: &mut Report) {
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
