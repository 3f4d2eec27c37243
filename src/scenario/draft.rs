//! A timetable under way: trips as rows that borrow what no edit has changed, everything else as it is.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::given::Given;
use super::report::{EditReport, RouteService, Tally};
use crate::base::NONE;
use crate::base::place::Place;
use crate::network::streets::distance_mm;
use crate::network::transit::{Call, Timetable, Trip};

/// A trip. Rows of equal keys are one trip of before whose runs have become different.
#[derive(Clone, Debug)]
pub struct DraftTrip<'b> {
    /// Trip of the timetable before, or a number behind all of those. Rules and joins of the draft name keys.
    pub key: u32,
    pub trip: Trip,
    /// Where its id and headsign are.
    pub text: u32,
    /// The edit that made it what it is, from 1; 0: none has.
    pub edit: u32,
    pub calls: Cow<'b, [Call]>,
    pub shifts: Cow<'b, [i32]>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was not meant after all.
    Other,
    Same,
    Changed,
    Gone,
}

impl Fate {
    /// Gives a row its calls.
    pub fn of_calls(row: &mut DraftTrip<'_>, calls: Vec<Call>) -> Fate {
        if *row.calls == *calls {
            return Fate::Same;
        }
        row.calls = Cow::Owned(calls);
        Fate::Changed
    }
}

pub struct Draft<'b> {
    pub base: &'b Timetable,
    pub given: &'b Given<'b>,
    /// All but trips, calls and shifts are as they will be; ids and headsigns of trips stand at [`DraftTrip::text`].
    pub table: Timetable,
    pub rows: Vec<DraftTrip<'b>>,
    /// The next new row's.
    pub next_key: u32,
    /// The number of the edit under way, from 1.
    pub edit: u32,
    /// Names that a wrong edit would have made.
    pub expected: FxHashSet<String>,
    /// Stops of before that are elsewhere now.
    pub moved_stops: BTreeSet<u32>,
    /// Stop → calls of rows there.
    calls_at: Vec<u32>,
    /// Millimetres between stops.
    hops: FxHashMap<(u32, u32), u64>,
    pub(super) touched: Touched,
}

/// What the edit under way has changed.
#[derive(Default)]
pub(super) struct Touched {
    pub report: EditReport,
    /// Route → service of its rows before they changed, and after.
    routes: BTreeMap<u32, (Tally, Tally)>,
    /// Stops whose calls may have become fewer, with how many there were.
    calls: FxHashMap<u32, u32>,
    stops_added: BTreeSet<u32>,
    stops_moved: BTreeSet<u32>,
}

impl<'b> Draft<'b> {
    pub fn new(base: &'b Timetable, given: &'b Given<'b>) -> Draft<'b> {
        let row = |t: usize| DraftTrip {
            key: t as u32,
            trip: base.trips[t],
            text: t as u32,
            edit: 0,
            calls: Cow::Borrowed(base.calls.row(t)),
            shifts: Cow::Borrowed(base.shifts.row(t)),
        };
        let mut calls_at = vec![0; base.stops.ids.len()];
        for call in base.calls.values() {
            calls_at[call.stop as usize] += 1;
        }
        Draft {
            base,
            given,
            table: base.clone(),
            rows: (0..base.trips.len()).map(row).collect(),
            next_key: base.trips.len() as u32,
            edit: 1,
            expected: FxHashSet::default(),
            moved_stops: BTreeSet::new(),
            calls_at,
            hops: FxHashMap::default(),
            touched: Touched::default(),
        }
    }

    /// A new trip.
    pub fn add(&mut self, row: DraftTrip<'b>) {
        self.touched.report.trips_added += 1;
        self.count(&row);
        self.rows.push(row);
    }

    /// Takes a row's service out of the figures, for one that is changed or gone.
    pub(super) fn forget(&mut self, row: &DraftTrip<'_>) {
        let tally = self.tally(row);
        let (before, after) = self.touched.routes.entry(row.trip.route).or_default();
        if row.edit == self.edit {
            // This edit has changed it once already.
            after.take(tally);
            let changed = &mut self.touched.report.trips_changed;
            *changed = changed.saturating_sub(1);
        } else {
            before.add(tally);
        }
        for call in row.calls.iter() {
            let at = &mut self.calls_at[call.stop as usize];
            self.touched.calls.entry(call.stop).or_insert(*at);
            *at -= 1;
        }
    }

    pub(super) fn count(&mut self, row: &DraftTrip<'_>) {
        let tally = self.tally(row);
        self.touched.routes.entry(row.trip.route).or_default().1.add(tally);
        for call in row.calls.iter() {
            self.calls_at[call.stop as usize] += 1;
        }
    }

    /// Service on the periods' dates.
    fn tally(&mut self, row: &DraftTrip<'_>) -> Tally {
        let days = self.table.services.row(row.trip.service as usize);
        let dates = self.given.dates.iter().filter(|date| days.binary_search(date).is_ok()).count();
        let runs = (dates * row.shifts.len()) as u64;
        if runs == 0 {
            return Tally::default();
        }
        let mm: u64 =
            row.calls.windows(2).map(|pair| self.hop_mm(pair[0].stop, pair[1].stop).unwrap_or(0)).sum();
        let seconds = row.calls[row.calls.len() - 1].arrival_s - row.calls[0].departure_s;
        // No time falls along a trip.
        Tally { runs, mm: runs * mm, seconds: runs * u64::try_from(seconds).unwrap_or(0) }
    }

    /// Geodesic distance between stops (WGS 84; Karney, 2013), each worked out once; `None` where one has no place.
    pub fn hop_mm(&mut self, from: u32, to: u32) -> Option<u64> {
        let at = |stop: u32| (self.table.stops.lon[stop as usize], self.table.stops.lat[stop as usize]);
        let (a, b) = (at(from), at(to));
        let known = [a.0, a.1, b.0, b.1].iter().all(|degrees| degrees.is_finite());
        known.then(|| *self.hops.entry((from, to)).or_insert_with(|| distance_mm(a, b)))
    }

    /// Appends a stop.
    pub fn add_stop(&mut self, feed: u32, id: &str, name: &str, (lon, lat): (f64, f64), station: u32) -> u32 {
        let stops = &mut self.table.stops;
        stops.ids.push(id);
        stops.names.push(name);
        stops.feed.push(feed);
        stops.lon.push(lon);
        stops.lat.push(lat);
        stops.station.push(station);
        stops.called.push(0);
        self.calls_at.push(0);
        let stop = stops.ids.len() as u32 - 1;
        self.touched.stops_added.insert(stop);
        stop
    }

    /// Puts a stop elsewhere.
    pub fn move_stop(&mut self, stop: u32, (lon, lat): (f64, f64)) {
        self.table.stops.lon[stop as usize] = lon;
        self.table.stops.lat[stop as usize] = lat;
        self.hops.retain(|&(from, to), _| from != stop && to != stop);
        self.touched.stops_moved.insert(stop);
        if (stop as usize) < self.base.stops.ids.len() {
            self.moved_stops.insert(stop);
        }
    }

    /// Where a new trip's id and headsign are.
    pub fn add_text(&mut self, id: &str, headsign: &str) -> u32 {
        self.table.trip_ids.push(id);
        self.table.headsigns.push(headsign);
        self.table.trip_ids.len() as u32 - 1
    }

    pub fn new_key(&mut self) -> u32 {
        self.next_key += 1;
        self.next_key - 1
    }

    /// A service of these days, sorted: one that an edit has made, or a new one.
    pub fn service(&mut self, days: &[i32]) -> u32 {
        let services = &mut self.table.services;
        let made = self.base.services.len()..services.len();
        let known = made.into_iter().find(|&service| services.row(service) == days);
        known.unwrap_or_else(|| {
            services.push_row(days.iter().copied());
            services.len() - 1
        }) as u32
    }

    /// After a wrong edit: the ids that it would have made are not held against those after it.
    pub fn expect(&mut self, ids: Vec<&str>) {
        self.expected.extend(ids.into_iter().map(str::to_string));
    }

    /// The report on the edit under way, which ends here.
    pub fn report(&mut self, place: &Place, kind: &'static str) -> EditReport {
        let touched = std::mem::take(&mut self.touched);
        self.edit += 1;
        let (mut before, mut after) = (Tally::default(), Tally::default());
        for (was, is) in touched.routes.values() {
            before.add(*was);
            after.add(*is);
        }
        let services = self.services(&touched.routes);
        let mut left: Vec<u32> = touched
            .calls
            .into_iter()
            .filter(|&(stop, before)| before > 0 && self.calls_at[stop as usize] == 0)
            .map(|(stop, _)| stop)
            .collect();
        left.sort_unstable();
        let scoped = |feed: u32, id: &str| format!("{}:{id}", self.table.feeds[feed as usize].name);
        let stops = |set: &mut dyn Iterator<Item = u32>| {
            let stops = &self.table.stops;
            set.map(|stop| scoped(stops.feed[stop as usize], stops.ids.get(stop as usize)))
                .collect::<Vec<_>>()
        };
        EditReport {
            place: place.clone(),
            kind,
            before: before.figures(),
            after: after.figures(),
            routes: services.iter().map(|service| service.route.clone()).collect(),
            services,
            stops_added: stops(&mut touched.stops_added.iter().copied()),
            stops_moved: stops(&mut touched.stops_moved.iter().copied()),
            stops_left: stops(&mut left.into_iter()),
            ..touched.report
        }
    }

    /// All service of some routes, as it is and as it was before the edit: without what came, with what went.
    fn services(&mut self, routes: &BTreeMap<u32, (Tally, Tally)>) -> Vec<RouteService> {
        let mut now: BTreeMap<u32, Tally> = routes.keys().map(|&route| (route, Tally::default())).collect();
        let rows = std::mem::take(&mut self.rows);
        for row in &rows {
            if now.contains_key(&row.trip.route) {
                let tally = self.tally(row);
                now.entry(row.trip.route).or_default().add(tally);
            }
        }
        self.rows = rows;
        let table = &self.table;
        let service = |(&route, after): (&u32, &Tally)| {
            let (went, came) = routes[&route];
            let mut before = *after;
            before.take(came);
            before.add(went);
            let feed = &table.feeds[table.routes[route as usize].feed as usize].name;
            RouteService {
                route: format!("{feed}:{}", table.route_ids.get(route as usize)),
                name: table.route_names.get(route as usize).to_string(),
                before: before.figures(),
                after: after.figures(),
            }
        };
        now.iter().map(service).collect()
    }

    /// Whether a row is as in the timetable before.
    pub fn is_old(row: &DraftTrip<'_>) -> bool {
        row.key != NONE && matches!((&row.calls, &row.shifts), (Cow::Borrowed(_), Cow::Borrowed(_)))
    }
}
