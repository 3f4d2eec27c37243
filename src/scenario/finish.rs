//! Rows of a draft → the timetable of a scenario: trips numbered anew, rules and joins with them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Draft, DraftTrip};
use super::edited::EditedTimetable;
use super::report::EditReport;
use crate::base::NONE;
use crate::base::csr::Csr;
use crate::base::strings::StringColumn;
use crate::network::transit::{InSeatTransfer, Timetable, TransferRule};

impl Draft<'_> {
    pub fn finish(self, reports: Vec<EditReport>) -> EditedTimetable {
        let Draft { base, mut table, rows, moved_stops, .. } = self;
        let old = base.trips.len() as u32;
        let came_from = rows.iter().map(|row| if row.key < old { row.key } else { NONE }).collect();
        let same = |(t, row): (usize, &DraftTrip<'_>)| row.key == t as u32 && Draft::is_old(row);
        if rows.len() == base.trips.len() && rows.iter().enumerate().all(same) {
            table.trip_ids = base.trip_ids.clone();
            table.headsigns = base.headsigns.clone();
        } else {
            lay_out(&mut table, &rows);
            renumber(&mut table, &rows);
            set_called(&mut table);
        }
        drop_unused(&mut table, base);
        EditedTimetable {
            timetable: table,
            came_from,
            moved_stops: moved_stops.into_iter().collect(),
            reports,
        }
    }
}

/// Trips, their texts, calls and shifts.
fn lay_out(table: &mut Timetable, rows: &[DraftTrip<'_>]) {
    let pick =
        |texts: &StringColumn| rows.iter().map(|row| texts.get(row.text as usize)).collect::<StringColumn>();
    (table.trip_ids, table.headsigns) = (pick(&table.trip_ids), pick(&table.headsigns));
    table.trips = rows.iter().map(|row| row.trip).collect();
    table.calls = Csr::from_rows(rows.iter().map(|row| row.calls.iter().copied()));
    table.shifts = Csr::from_rows(rows.iter().map(|row| row.shifts.iter().copied()));
}

/// Rules and joins from keys to trips. A rule for a trip that has become two is there for both; what names a trip
/// that is gone is gone.
fn renumber(table: &mut Timetable, rows: &[DraftTrip<'_>]) {
    let of_rules = table.rules.iter().flat_map(|rule| [rule.from_trip, rule.to_trip]);
    let of_joins = table.joins.iter().flat_map(|join| [join.from_trip, join.to_trip]);
    let named: FxHashSet<u32> = of_rules.chain(of_joins).filter(|&key| key != NONE).collect();
    let mut trips: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (t, row) in rows.iter().enumerate().filter(|(_, row)| named.contains(&row.key)) {
        trips.entry(row.key).or_default().push(t as u32);
    }
    let of = |key: u32| match key {
        NONE => &[NONE][..],
        key => trips.get(&key).map_or(&[][..], Vec::as_slice),
    };
    let mut rules = Vec::with_capacity(table.rules.len());
    for rule in table.rules.iter() {
        for &from_trip in of(rule.from_trip) {
            rules.extend(of(rule.to_trip).iter().map(|&to_trip| TransferRule {
                from_trip,
                to_trip,
                ..*rule
            }));
        }
    }
    let mut joins = Vec::with_capacity(table.joins.len());
    for join in table.joins.iter() {
        for &from_trip in of(join.from_trip) {
            joins.extend(of(join.to_trip).iter().map(|&to_trip| InSeatTransfer {
                from_trip,
                to_trip,
                ..*join
            }));
        }
    }
    (table.rules, table.joins) = (rules.into(), joins.into());
}

fn set_called(table: &mut Timetable) {
    let mut called = vec![0; table.stops.ids.len()];
    for call in table.calls.values() {
        called[call.stop as usize] = 1;
    }
    if table.stops.called != called {
        table.stops.called = called.into();
    }
}

/// Takes away the last of the routes and services that edits have made, as long as nothing uses them: what one edit
/// makes and another removes leaves no trace.
fn drop_unused(table: &mut Timetable, base: &Timetable) {
    let named = table.rules.iter().flat_map(|rule| [rule.from_route, rule.to_route]);
    let routes = table.trips.iter().map(|trip| trip.route).chain(named.filter(|&route| route != NONE));
    let routes = routes.max().map_or(0, |last| last as usize + 1).max(base.routes.len());
    if routes < table.routes.len() {
        table.routes.to_mut().truncate(routes);
        table.route_ids = table.route_ids.iter().take(routes).collect();
        table.route_names = table.route_names.iter().take(routes).collect();
    }
    let services = table.trips.iter().map(|trip| trip.service as usize + 1).max().unwrap_or(0);
    let services = services.max(base.services.len());
    if services < table.services.len() {
        table.services =
            Csr::from_rows(table.services.rows().take(services).map(|days| days.iter().copied()));
    }
}
