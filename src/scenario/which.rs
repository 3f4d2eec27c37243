//! Which trips an edit is for, and of frequency trips which runs: keys that edits share, and what they choose.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::draft::{Draft, DraftTrip};
use super::said::WrongEdit;

/// Which trips an edit is for: those of which all holds that is given here. Lists name any of their items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Which {
    pub routes: Vec<String>,
    pub trips: Vec<String>,
    pub feeds: Vec<String>,
    pub route_types: Vec<u32>,
    pub headsigns: Vec<String>,
    /// Stops at which a trip calls in this order.
    pub via: Vec<String>,
    /// Runs whose first departure is in this half-open band, seconds of the service day.
    pub between_s: Option<(i32, i32)>,
}

/// [`Which`] with its names found; `None`: any.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    routes: Option<FxHashSet<u32>>,
    /// Keys of rows.
    trips: Option<FxHashSet<u32>>,
    feeds: Option<FxHashSet<u32>>,
    route_types: Option<FxHashSet<u32>>,
    headsigns: Option<FxHashSet<String>>,
    /// Called at in this order.
    via: Vec<FxHashSet<u32>>,
    between_s: Option<(i32, i32)>,
}

/// What of a row is meant.
pub enum RowPart<'b> {
    Nothing,
    All,
    Parts { inside: DraftTrip<'b>, outside: DraftTrip<'b> },
}

impl Chosen {
    pub fn of_routes(routes: FxHashSet<u32>) -> Chosen {
        Chosen { routes: Some(routes), ..Chosen::default() }
    }

    /// By the keys of their rows.
    pub fn of_trips(keys: FxHashSet<u32>) -> Chosen {
        Chosen { trips: Some(keys), ..Chosen::default() }
    }

    pub fn of_feed(feed: u32) -> Chosen {
        Chosen { feeds: Some(FxHashSet::from_iter([feed])), ..Chosen::default() }
    }

    pub fn between(self, from_s: i32, to_s: i32) -> Chosen {
        Chosen { between_s: Some((from_s, to_s)), ..self }
    }

    /// What of a row's runs is meant. A row is cut in two only where some are and some are not.
    pub fn cut<'b>(&self, draft: &Draft<'b>, row: &DraftTrip<'b>) -> RowPart<'b> {
        if !self.is(draft, row) {
            return RowPart::Nothing;
        }
        let Some((from, to)) = self.between_s else { return RowPart::All };
        let first = row.calls[0].departure_s;
        let meant = |shift: &i32| (from..to).contains(&(first + shift));
        match row.shifts.iter().filter(|shift| meant(shift)).count() {
            0 => RowPart::Nothing,
            n if n == row.shifts.len() => RowPart::All,
            _ => {
                let (inside, outside) = row.shifts.iter().copied().partition::<Vec<i32>, _>(meant);
                let part = |shifts| DraftTrip { shifts: Cow::Owned(shifts), ..row.clone() };
                RowPart::Parts { inside: part(inside), outside: part(outside) }
            }
        }
    }

    fn is(&self, draft: &Draft<'_>, row: &DraftTrip<'_>) -> bool {
        let among =
            |set: &Option<FxHashSet<u32>>, index: u32| set.as_ref().is_none_or(|set| set.contains(&index));
        among(&self.routes, row.trip.route)
            && among(&self.trips, row.key)
            && among(&self.feeds, row.trip.feed)
            && self.is_of_type(draft.table.routes[row.trip.route as usize].route_type)
            && self
                .headsigns
                .as_ref()
                .is_none_or(|set| set.contains(draft.table.headsigns.get(row.text as usize)))
            && self.calls_in_order(row)
    }

    /// A basic type means its extended ones too.
    fn is_of_type(&self, route_type: u32) -> bool {
        let Some(types) = &self.route_types else { return true };
        types.contains(&route_type) || basic(route_type).is_some_and(|basic| types.contains(&basic))
    }

    fn calls_in_order(&self, row: &DraftTrip<'_>) -> bool {
        let mut calls = row.calls.iter();
        self.via.iter().all(|stop| calls.any(|call| stop.contains(&call.stop)))
    }
}

impl Draft<'_> {
    pub fn chosen(&self, which: &Which, said: &mut WrongEdit) -> Chosen {
        let via = which.via.iter().map(|name| self.stops(std::slice::from_ref(name), said)).collect();
        let mut found = |names: &[String], find: &dyn Fn(&str, &mut WrongEdit) -> Option<u32>| {
            let set: FxHashSet<u32> = names.iter().filter_map(|name| find(name, said)).collect();
            (!names.is_empty()).then_some(set)
        };
        Chosen {
            routes: found(&which.routes, &|name, said| self.route(name, said)),
            trips: found(&which.trips, &|name, said| self.trip(name, said)),
            feeds: found(&which.feeds, &|name, said| self.feed(name, said)),
            route_types: (!which.route_types.is_empty()).then(|| which.route_types.iter().copied().collect()),
            headsigns: (!which.headsigns.is_empty()).then(|| which.headsigns.iter().cloned().collect()),
            via,
            between_s: which.between_s,
        }
    }
}

/// The basic GTFS type of an extended one (Google's list of extended route types): tram, metro, rail, bus, ferry,
/// aerial lift, funicular, trolleybus.
fn basic(extended: u32) -> Option<u32> {
    match extended {
        900..=999 => Some(0),
        400..=699 => Some(1),
        100..=199 => Some(2),
        200..=299 | 700..=799 => Some(3),
        1000..=1099 | 1200..=1299 => Some(4),
        1300..=1399 => Some(6),
        1400..=1499 => Some(7),
        800..=899 => Some(11),
        _ => None,
    }
}

/// Reading [`Which`] and routes and stops by their ids, and both translations.
#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Map, Value, json};

    use super::Which;
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, texts};
    use crate::scenario::conveyal::ids::{ConveyalIds, IdOf, Not};
    use crate::scenario::reading::{
        Absent, CLOCK, Filled, KeyGroup, List, ROUTE_TYPE, Required, Section, TEXTS, Text, clock, group, key,
        whole, wholes,
    };

    pub const WHICH: KeyGroup = group(
        "which",
        &[
            key("route", Text, Absent("any"), "\"bus:T1\"", "route id; or routes, a list"),
            key("routes", TEXTS, Absent("any"), "[\"T1\", \"T2\"]", "route ids"),
            key("trips", TEXTS, Absent("any"), "[\"4711\"]", "trip ids"),
            key("feeds", TEXTS, Absent("any"), "[\"bus\"]", "feeds, by name"),
            key(
                "route_types",
                List(&ROUTE_TYPE),
                Absent("any"),
                "[3]",
                "GTFS route types; 3 means extended types of buses too, and so on",
            ),
            key("headsigns", TEXTS, Absent("any"), "[\"Centrum\"]", "headsigns"),
            key(
                "via",
                TEXTS,
                Absent("any"),
                "[\"A\", \"C\"]",
                "stops at which they call in this order: a direction",
            ),
            key(
                "from",
                CLOCK,
                Absent("all day"),
                "\"06:00\"",
                "first departure at or after this time of the service day",
            ),
            key("to", CLOCK, Absent("all day"), "\"09:00\"", "… and before this; hours may pass 24"),
        ],
    );

    pub const ROUTES: KeyGroup = group(
        "routes",
        &[
            key("route", Text, Absent("routes"), "\"bus:T1\"", "route id"),
            key("routes", TEXTS, Absent("route"), "[\"T1\", \"T2\"]", "route ids"),
        ],
    );

    pub const STOPS: KeyGroup = group(
        "stops",
        &[key(
            "stops",
            Filled(&Text),
            Required,
            "[\"A\", \"B\"]",
            "stop ids; a station stands for all its stops",
        )],
    );

    /// Which trips, from the keys that all edits of trips share.
    pub fn which(s: &mut Section<'_, '_>) -> Which {
        let between_s = match (clock(s, "from"), clock(s, "to")) {
            (None, None) => None,
            (from, to) => Some((from.unwrap_or(i32::MIN), to.unwrap_or(i32::MAX))),
        };
        if between_s.is_some_and(|(from, to)| from >= to) {
            s.wrong("to", "is not later than from", "past midnight write hours above 24, such as \"26:00\"");
        }
        Which {
            routes: routes(s),
            trips: s.texts("trips"),
            feeds: s.texts("feeds"),
            route_types: s.list("route_types", "write GTFS route types, such as [3]", |value| {
                whole(value, &wholes(ROUTE_TYPE))
            }),
            headsigns: s.texts("headsigns"),
            via: s.texts("via"),
            between_s,
        }
    }

    /// `route` or `routes`.
    fn routes(s: &mut Section<'_, '_>) -> Vec<String> {
        if s.has("route") && s.has("routes") {
            s.wrong("routes", "stands beside route", "leave out one of the two");
        }
        if s.has("routes") { s.texts("routes") } else { s.text("route").into_iter().collect() }
    }

    /// An edit of trips must say of which.
    pub fn some_given(s: &mut Section<'_, '_>, which: &Which) {
        if *which == Which::default() {
            s.wrong(
                "routes",
                "is missing, and so is all else that says which trips",
                "write routes, or another of route, trips, feeds, route_types, headsigns, from and to",
            );
        }
    }

    pub fn some_routes(s: &mut Section<'_, '_>) -> Vec<String> {
        let routes = routes(s);
        if routes.is_empty() && !s.has("route") {
            s.wrong("routes", "is missing or empty", "name routes by their ids");
        }
        routes
    }

    pub fn some_stops(s: &mut Section<'_, '_>) -> Vec<String> {
        let stops = s.texts("stops");
        if stops.is_empty() && s.has("stops") {
            s.wrong("stops", "is empty", "name stops by their ids");
        }
        stops
    }

    /// Routes or trips; one of the two, as there.
    pub struct ChosenThere {
        pub key: &'static str,
        ids: Vec<String>,
    }

    impl ChosenThere {
        pub fn put(&self, edit: EditToml) -> EditToml {
            edit.put(self.key, texts(&self.ids))
        }
    }

    /// Routes or trips of a modification.
    pub fn chosen_there(m: &mut ModificationFields<'_>) -> Option<ChosenThere> {
        let given: Vec<&str> = ["routes", "patterns", "trips"].into_iter().filter(|key| m.has(key)).collect();
        match given.as_slice() {
            ["patterns"] => {
                m.ids("patterns");
                let remedy = "choose whole routes, or write trips: all trips of the patterns";
                m.not_yet("patterns are chosen by an example trip, which needs the timetable", remedy);
                None
            }
            [one] => {
                let key = if *one == "routes" { "routes" } else { "trips" };
                Some(ChosenThere { key, ids: m.ids(key) })
            }
            [] => {
                m.wrong("routes is missing, and so are patterns and trips", "add one of the three");
                None
            }
            _ => {
                m.wrong(format!("{} stand beside each other", given.join(" and ")), "keep one of them");
                None
            }
        }
    }

    /// A modification with its trips, by routes or by trips.
    pub fn of_which(ids: &ConveyalIds<'_>, kind: &str, which: &Which) -> Result<Value, Not> {
        let Which { routes, trips, .. } = which;
        let plain = Which { routes: routes.clone(), trips: trips.clone(), ..Which::default() };
        if *which != plain || routes.is_empty() == trips.is_empty() {
            let what = "trips are chosen there by routes, or by trips, and by nothing else";
            return Err((what.into(), "write routes or trips alone"));
        }
        let mut value = Map::from_iter([("type".to_string(), json!(kind))]);
        if routes.is_empty() {
            value.insert("trips".into(), json!(ids.all(IdOf::Trip, trips)?));
        } else {
            value.insert("routes".into(), json!(ids.all(IdOf::Route, routes)?));
        }
        Ok(Value::Object(value))
    }
}
