//! Which trips an edit is for, and of frequency trips which runs.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::draft::{Draft, Row};
use super::names::Said;
use crate::study::Which;

/// [`Which`] with its names found; `None`: any.
#[derive(Clone, Debug, Default)]
pub(super) struct Chosen {
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
pub(super) enum Cut<'b> {
    Nothing,
    All,
    Parts { inside: Row<'b>, outside: Row<'b> },
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
    pub fn cut<'b>(&self, draft: &Draft<'b>, row: &Row<'b>) -> Cut<'b> {
        if !self.is(draft, row) {
            return Cut::Nothing;
        }
        let Some((from, to)) = self.between_s else { return Cut::All };
        let first = row.calls[0].departure_s;
        let meant = |shift: &i32| (from..to).contains(&(first + shift));
        match row.shifts.iter().filter(|shift| meant(shift)).count() {
            0 => Cut::Nothing,
            n if n == row.shifts.len() => Cut::All,
            _ => {
                let (inside, outside) = row.shifts.iter().copied().partition::<Vec<i32>, _>(meant);
                let part = |shifts| Row { shifts: Cow::Owned(shifts), ..row.clone() };
                Cut::Parts { inside: part(inside), outside: part(outside) }
            }
        }
    }

    fn is(&self, draft: &Draft<'_>, row: &Row<'_>) -> bool {
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

    fn calls_in_order(&self, row: &Row<'_>) -> bool {
        let mut calls = row.calls.iter();
        self.via.iter().all(|stop| calls.any(|call| stop.contains(&call.stop)))
    }
}

impl Draft<'_> {
    pub fn chosen(&self, which: &Which, said: &mut Said) -> Chosen {
        let via = which.via.iter().map(|name| self.stops(std::slice::from_ref(name), said)).collect();
        let mut found = |names: &[String], find: &dyn Fn(&str, &mut Said) -> Option<u32>| {
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
