//! Routes get another headway: new trips like those that there are, laid out anew.
//!
//! A *pattern* is what trips with equal stops and rules of boarding have in common, a *direction* a set of patterns
//! of which each has two stops in the order of the most frequent one. Trips change with the kind of day, so the
//! study's days are taken by which trips of the route run on them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::base::NONE;
use crate::network::transit::{BICYCLES, BICYCLES_UNKNOWN_OR_YES, FREQUENCY, Trip};
use crate::scenario::bands::{Band, laid_out, least};
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::doubts;
use crate::scenario::draft::{Draft, DraftTrip, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Chosen;

const NAME: &str = "set_headway";

#[derive(Clone, Debug, PartialEq)]
pub struct SetHeadway {
    pub routes: Vec<String>,
    /// All day: from the first departure to the last, in each direction.
    pub headway_s: Option<u32>,
    /// Or by time of day.
    pub bands: Vec<Band>,
    /// Trips that the new ones are like; empty: chosen.
    pub templates: Vec<String>,
    /// Every sequence of stops gets the headway; else one in each direction does, and the others go.
    pub each_pattern: bool,
    /// Whether trips outside the bands stay.
    pub retain_outside: bool,
}

/// Stops and rules of boarding, call by call.
type TripPattern = Vec<(u32, u32)>;

/// A run: first departure, and its row among those of the route.
type Run = (i32, usize);

struct Direction {
    /// Rows of its main pattern, most frequent or named; then those of the others.
    main: Vec<usize>,
    others: Vec<usize>,
}

impl EditSpec for SetHeadway {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }

    #[cfg(feature = "native")]
    fn to_conveyal(&self, ids: &mut ConveyalIds<'_>) -> Translated {
        written::to_conveyal(self, ids)
    }
}

impl TimetableEdit for SetHeadway {
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let mut routes: Vec<(u32, &String)> = Vec::new();
        for name in &self.routes {
            // "T1" and "bus:T1" may be one.
            if let Some(route) =
                draft.route(name, said).filter(|route| routes.iter().all(|(known, _)| known != route))
            {
                routes.push((route, name));
            }
        }
        let templates: FxHashSet<u32> =
            self.templates.iter().filter_map(|trip| draft.trip(trip, said)).collect();
        if !said.is_well() {
            return;
        }
        let mut used = FxHashSet::default();
        for (route, name) in routes {
            if !set_of_route(draft, self, route, &templates, &mut used, said) {
                said.wrong(
                    format_args!("finds no trip of route \"{name}\" to be like on the study's days"),
                    "look at the dates and templates, or add a line",
                );
            }
        }
        if said.is_well() && used.len() < templates.len() {
            said.wrong(
                "names templates that do not run on its routes on the study's days",
                "name trips of the routes that run on the periods' dates, or leave templates out",
            );
        }
    }

    fn doubts(&self) -> Vec<String> {
        doubts::headway(self.headway_s.into_iter().chain(least(&self.bands)).min()).into_iter().collect()
    }
}

/// Whether there was a trip to be like, on any of the study's days.
fn set_of_route(
    draft: &mut Draft<'_>,
    edit: &SetHeadway,
    route: u32,
    templates: &FxHashSet<u32>,
    used: &mut FxHashSet<u32>,
    said: &WrongEdit,
) -> bool {
    let rows: Vec<DraftTrip<'_>> = draft.rows.iter().filter(|row| row.trip.route == route).cloned().collect();
    let mut kinds: BTreeMap<Vec<usize>, Vec<i32>> = BTreeMap::new();
    for &day in draft.given.days {
        let runs = |row: &DraftTrip<'_>| {
            draft.table.services.row(row.trip.service as usize).binary_search(&day).is_ok()
        };
        let running: Vec<usize> = (0..rows.len()).filter(|&r| runs(&rows[r])).collect();
        if !running.is_empty() {
            kinds.entry(running).or_default().push(day);
        }
    }
    let mut replaced = FxHashSet::default();
    let mut new = Vec::new();
    for (running, days) in &kinds {
        let service = draft.service(days);
        for direction in directions(&rows, running, templates, edit.each_pattern) {
            let all = || direction.main.iter().chain(&direction.others);
            replaced.extend(all().map(|&r| rows[r].key));
            used.extend(direction.main.iter().map(|&r| rows[r].key).filter(|key| templates.contains(key)));
            new.extend(
                laid(&rows, &direction, edit, templates).into_iter().map(|(r, shifts)| (r, shifts, service)),
            );
        }
    }
    let meant = Chosen::of_trips(replaced);
    if edit.headway_s.is_some() || !edit.retain_outside {
        draft.change(&meant, said, |_, _| Fate::Gone);
    } else {
        for band in &edit.bands {
            draft.change(&meant.clone().between(band.from_s, band.to_s), said, |_, _| Fate::Gone);
        }
    }
    let any = !new.is_empty();
    for (n, (r, shifts, service)) in new.into_iter().enumerate() {
        let like = &rows[r];
        let (id, headsign) =
            (draft.table.trip_ids.get(like.text as usize), draft.table.headsigns.get(like.text as usize));
        let (id, headsign) = (format!("{id}_headway_{}", n + 1), headsign.to_string());
        let row = DraftTrip {
            key: draft.new_key(),
            edit: draft.edit,
            trip: Trip {
                service,
                block: NONE,
                flags: FREQUENCY | like.trip.flags & (BICYCLES | BICYCLES_UNKNOWN_OR_YES),
                ..like.trip
            },
            text: draft.add_text(&id, &headsign),
            calls: like.calls.clone(),
            shifts: Cow::Owned(shifts),
        };
        draft.add(row);
    }
    any
}

/// New shifts of template rows for one direction, in the order of the rows.
fn laid(
    rows: &[DraftTrip<'_>],
    direction: &Direction,
    edit: &SetHeadway,
    templates: &FxHashSet<u32>,
) -> BTreeMap<usize, Vec<i32>> {
    let runs_of = |list: &[usize]| -> Vec<Run> {
        let runs =
            |&r: &usize| rows[r].shifts.iter().map(move |shift| (rows[r].calls[0].departure_s + shift, r));
        let mut runs: Vec<Run> = list.iter().flat_map(runs).collect();
        runs.sort_unstable();
        runs
    };
    let mut main = runs_of(&direction.main);
    let others = runs_of(&direction.others);
    let mut bands = edit.bands.clone();
    if let Some(headway_s) = edit.headway_s {
        let all = || main.iter().chain(&others).map(|run| run.0);
        if let (Some(first), Some(last)) = (all().min(), all().max()) {
            bands.push(Band { from_s: first, to_s: last + 1, headway_s });
        }
    }
    if main.iter().any(|run| templates.contains(&rows[run.1].key)) {
        main.retain(|run| templates.contains(&rows[run.1].key));
    }
    let mut laid: BTreeMap<usize, Vec<i32>> = BTreeMap::new();
    for band in &bands {
        let within = |run: &&Run| (band.from_s..band.to_s).contains(&run.0);
        // Twice the distance from the middle of the band's seconds, so that it is whole; of equals the earlier one.
        let off = |run: &&Run| ((2 * run.0 - band.from_s - (band.to_s - 1)).abs(), **run);
        let Some(&(_, like)) =
            main.iter().filter(within).min_by_key(off).or_else(|| main.iter().min_by_key(off))
        else {
            continue;
        };
        let first = rows[like].calls[0].departure_s;
        laid.entry(like).or_default().extend(laid_out(&[*band]).into_iter().map(|departs| departs - first));
    }
    for shifts in laid.values_mut() {
        shifts.sort_unstable();
    }
    laid
}

/// The directions of rows that run on one kind of day. With templates only those that have one; a template's pattern
/// is the main one.
fn directions(
    rows: &[DraftTrip<'_>],
    running: &[usize],
    templates: &FxHashSet<u32>,
    each_pattern: bool,
) -> Vec<Direction> {
    let mut patterns: BTreeMap<TripPattern, Vec<usize>> = BTreeMap::new();
    for &r in running {
        let pattern = rows[r].calls.iter().map(|call| (call.stop, call.flags)).collect();
        patterns.entry(pattern).or_default().push(r);
    }
    let named = |list: &[usize]| list.iter().any(|&r| templates.contains(&rows[r].key));
    let runs = |list: &[usize]| list.iter().map(|&r| rows[r].shifts.len()).sum::<usize>();
    let mut order: Vec<(TripPattern, Vec<usize>)> = patterns.into_iter().collect();
    order.sort_by_key(|(_, list)| (!named(list), std::cmp::Reverse(runs(list)), list[0]));
    let mut directions: Vec<(TripPattern, Direction)> = Vec::new();
    for (pattern, list) in order {
        let same = directions.iter_mut().find(|(main, _)| !each_pattern && same_way(main, &pattern));
        match same {
            // Two templates of one direction both get the headway: that is asked for.
            Some((_, direction)) if templates.is_empty() || !named(&list) => direction.others.extend(list),
            _ if templates.is_empty() || named(&list) => {
                directions.push((pattern, Direction { main: list, others: Vec::new() }));
            }
            _ => {}
        }
    }
    directions.into_iter().map(|(_, direction)| direction).collect()
}

/// Whether two stops of the one come in the same order in the other.
fn same_way(main: &[(u32, u32)], other: &[(u32, u32)]) -> bool {
    let at = |stop: u32| main.iter().position(|call| call.0 == stop);
    let places: Vec<usize> = other.iter().filter_map(|call| at(call.0)).collect();
    places.windows(2).filter(|pair| pair[1] > pair[0]).count()
        > places.windows(2).filter(|pair| pair[1] < pair[0]).count()
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{NAME, SetHeadway};
    use crate::scenario::bands::written::{HEADWAYS, band_there, bands};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, quoted, texts};
    use crate::scenario::conveyal::ids::{ConveyalIds, IdOf, Translated, every_day};
    use crate::scenario::conveyal::service::{FromToHeadway, ServiceTimes, apart, headways, runs, times};
    use crate::scenario::reading::{
        Absent, EditKind, Filled, Flag, KeyGroup, SOME_SECONDS, Section, TEXTS, Table, Value, Words, key,
        whole_of, word_of,
    };
    use crate::scenario::which::written::{ROUTES, some_routes};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "routes get another headway, all day or by time of day",
            groups: &[&ROUTES, &KEYS],
            read: |s, _| read(s).into(),
        },
        modifications: &[("adjust-frequency", from_conveyal)],
    };

    const KEYS: KeyGroup = KeyGroup {
        name: NAME,
        keys: &[
            key("headway_s", SOME_SECONDS, Absent("headways"), "300", "from the first departure to the last"),
            key(
                "headways",
                Filled(&Table(HEADWAYS.name)),
                Absent("headway_s"),
                "[{ from = \"07:00\", to = \"09:00\", headway_s = 300 }]",
                "or by time of day: a departure at from, and then every headway_s before to",
            ),
            key(
                "templates",
                TEXTS,
                Absent("of the most frequent stops, the departure nearest to the middle of the band"),
                "[\"4711\"]",
                "trips to take stops and times of",
            ),
            key(
                "patterns",
                Words(&["main", "each"]),
                Value("\"main\""),
                "\"each\"",
                "\"main\": one sequence of stops in each direction gets the headway, the others go; \"each\": all get it",
            ),
            key("retain_outside", Flag, Value("true"), "false", "trips outside the bands stay"),
        ],
        tables: &[HEADWAYS],
        later: &[],
    };

    fn read(s: &mut Section<'_, '_>) -> SetHeadway {
        match (s.has("headway_s"), s.has("headways")) {
            (true, true) => s.wrong("headways", "stands beside headway_s", "leave out one of the two"),
            (false, false) => s.wrong("headway_s", "is missing, and so is headways", "write one of the two"),
            _ => {}
        }
        if s.has("retain_outside") && !s.has("headways") {
            s.wrong("retain_outside", "stands without headways", "headway_s holds all day: leave it out");
        }
        SetHeadway {
            routes: some_routes(s),
            headway_s: whole_of(s, "headway_s"),
            bands: bands(s, "headways"),
            templates: s.texts("templates"),
            each_pattern: word_of(s, "patterns") == Some(1),
            retain_outside: s.flag("retain_outside"),
        }
    }

    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let route = m.text("route");
        let route = m.must("route", route).map(|route| m.id(route));
        let retain = m.flag("retainTripsOutsideFrequencyEntries", false);
        let entries = m.objects("entries", |entry| {
            let runs = runs(entry);
            let trip = entry.text("sourceTrip");
            let trip = entry.must("sourceTrip", trip).map(|trip| entry.id(trip));
            let times = times(entry);
            // The trip's own are used.
            entry.wholes("hopTimes");
            entry.wholes("dwellTimes");
            match times? {
                ServiceTimes::Bands(bands) => Some((runs, trip?, bands[0])),
                ServiceTimes::Departures(_) => {
                    let what =
                        format!("{} has departures, and ours headways alone", entry.named("firstDepartures"));
                    entry.not_yet(what, "write startTime, endTime and headwaySecs");
                    None
                }
            }
        });
        if !m.has("entries") {
            m.wrong("entries is missing or empty", "say how often it runs");
        }
        // Trip by trip its bands; then the trips that have the same.
        let mut of_trips: Vec<(String, Vec<FromToHeadway>)> = Vec::new();
        for (_, trip, band) in entries.into_iter().filter(|entry| entry.0) {
            match of_trips.iter_mut().find(|(known, _)| *known == trip) {
                Some((_, bands)) => bands.push(band),
                None => of_trips.push((trip, vec![band])),
            }
        }
        let mut groups: Vec<(Vec<FromToHeadway>, Vec<String>)> = Vec::new();
        for (trip, mut bands) in of_trips {
            bands.sort_unstable();
            match groups.iter_mut().find(|(known, _)| *known == bands) {
                Some((_, trips)) => trips.push(trip),
                None => groups.push((bands, vec![trip])),
            }
        }
        // One edit a group, each sees what the one before it left.
        let all: Vec<FromToHeadway> = groups.iter().flat_map(|(bands, _)| bands.clone()).collect();
        if !apart(&all) {
            let what = "has entries over each other that are not of the same hours for each sourceTrip";
            m.not_yet(what, "let all trips have the same hours, or hours that are apart");
        }
        if groups.len() > 1 && !retain {
            let what = "has other hours for each sourceTrip, and removes the trips outside them";
            m.not_yet(what, "set retainTripsOutsideFrequencyEntries, or give all trips the same hours");
        } else if !retain {
            m.note(
                "directions without a sourceTrip stay as they are here; there all other trips of the route go",
            );
        }
        let Some(route) = route else { return Vec::new() };
        let edit = |(bands, trips): &(Vec<FromToHeadway>, Vec<String>)| {
            EditToml::new(NAME)
                .put("route", quoted(&route))
                .put("headways", headways(bands))
                .put("templates", texts(trips))
                .maybe("retain_outside", (!retain).then_some(false))
        };
        groups.iter().map(edit).collect()
    }

    pub fn to_conveyal(edit: &SetHeadway, ids: &mut ConveyalIds<'_>) -> Translated {
        let [route] = edit.routes.as_slice() else {
            return Err(("it is for one route there".into(), "write an edit for each route"));
        };
        if edit.headway_s.is_some() {
            return Err(("a headway holds there from one time to another".into(), "write headways"));
        }
        if edit.each_pattern {
            return Err(("patterns = \"each\" is not there".into(), "write a template of each pattern"));
        }
        if edit.templates.is_empty() {
            return Err(("needs trips to be like there".into(), "write templates, one for each direction"));
        }
        let mut entries = Vec::new();
        for trip in ids.all(IdOf::Trip, &edit.templates)? {
            entries.extend(edit.bands.iter().map(|of| {
                let mut entry = band_there(of);
                entry["sourceTrip"] = json!(trip);
                every_day(entry)
            }));
        }
        Ok(json!({
            "type": "adjust-frequency", "route": ids.one(IdOf::Route, route)?, "entries": entries,
            "retainTripsOutsideFrequencyEntries": edit.retain_outside,
        }))
    }
}
