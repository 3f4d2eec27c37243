//! Feeds that edits add: found among those that were read, and taken in.

use std::borrow::Cow;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::draft::{Draft, DraftTrip};
use super::said::WrongEdit;
use crate::base::NONE;
use crate::network::transit::{InSeatTransfer, Route, Timetable, TransferRule, Trip};

pub(super) fn read<'b>(draft: &Draft<'b>, file: &Path, said: &mut WrongEdit) -> Option<&'b Timetable> {
    let found = draft.given.feeds.iter().find(|(known, _)| *known == file);
    if found.is_none() {
        said.wrong(
            format_args!("needs {}, which has not been read", file.display()),
            "name a GTFS feed, a .zip",
        );
    }
    found.filter(|_| said.is_well()).map(|(_, timetable)| timetable)
}

/// Takes all of `more` in as feed `number`.
pub(super) fn append<'b>(draft: &mut Draft<'b>, more: &'b Timetable, number: u32) {
    let stops = stops(draft, more, number);
    let routes = routes(draft, more, number);
    let services = draft.table.services.len() as u32;
    more.services.rows().for_each(|days| draft.table.services.push_row(days.iter().copied()));
    let blocks = draft.rows.iter().map(|row| row.trip.block).filter(|&block| block != NONE);
    let blocks = blocks.max().map_or(0, |last| last + 1);
    let key = draft.next_key;
    draft.next_key += more.trips.len() as u32;
    for (t, trip) in more.trips.iter().enumerate() {
        let calls = more
            .calls
            .row(t)
            .iter()
            .map(|call| crate::network::transit::Call { stop: stops[call.stop as usize], ..*call });
        let row = DraftTrip {
            key: key + t as u32,
            edit: draft.edit,
            trip: Trip {
                feed: number,
                route: routes[trip.route as usize],
                service: trip.service + services,
                block: if trip.block == NONE { NONE } else { trip.block + blocks },
                flags: trip.flags,
            },
            text: draft.add_text(more.trip_ids.get(t), more.headsigns.get(t)),
            calls: Cow::Owned(calls.collect()),
            shifts: Cow::Borrowed(more.shifts.row(t)),
        };
        draft.add(row);
    }
    let at = |index: u32, list: &[u32]| if index == NONE { NONE } else { list[index as usize] };
    let keyed = |trip: u32| if trip == NONE { NONE } else { trip + key };
    if !more.rules.is_empty() {
        draft.table.rules.to_mut().extend(more.rules.iter().map(|rule| TransferRule {
            from_stop: at(rule.from_stop, &stops),
            to_stop: at(rule.to_stop, &stops),
            from_route: at(rule.from_route, &routes),
            to_route: at(rule.to_route, &routes),
            from_trip: keyed(rule.from_trip),
            to_trip: keyed(rule.to_trip),
            ..*rule
        }));
    }
    if !more.joins.is_empty() {
        let joins = more.joins.iter().map(|join| InSeatTransfer {
            from_trip: keyed(join.from_trip),
            to_trip: keyed(join.to_trip),
            ..*join
        });
        draft.table.joins.to_mut().extend(joins);
    }
}

/// Stop of `more` → stop: the feed's of the same id, or a new one.
fn stops(draft: &mut Draft<'_>, more: &Timetable, number: u32) -> Vec<u32> {
    let known: FxHashMap<String, u32> = (0..draft.table.stops.ids.len())
        .filter(|&s| draft.table.stops.feed[s] == number)
        .map(|s| (draft.table.stops.ids.get(s).to_string(), s as u32))
        .collect();
    let of = &more.stops;
    let mut stops = Vec::with_capacity(of.ids.len());
    for s in 0..of.ids.len() {
        let place = (of.lon[s], of.lat[s]);
        let stop = match known.get(of.ids.get(s)) {
            Some(&stop) => {
                let before = (draft.table.stops.lon[stop as usize], draft.table.stops.lat[stop as usize]);
                // Bits, for a stop without a place is where it was if it has none now.
                if [before.0, before.1].map(f64::to_bits) != [place.0, place.1].map(f64::to_bits) {
                    draft.move_stop(stop, place);
                }
                stop
            }
            None => draft.add_stop(number, of.ids.get(s), of.names.get(s), place, NONE),
        };
        stops.push(stop);
    }
    for (s, &stop) in stops.iter().enumerate() {
        let station = match of.station[s] {
            NONE => NONE,
            station => stops[station as usize],
        };
        if draft.table.stops.station[stop as usize] != station {
            draft.table.stops.station[stop as usize] = station;
            // Stops of a station are walked between by straight line: its walks are others now.
            let place = (draft.table.stops.lon[stop as usize], draft.table.stops.lat[stop as usize]);
            if (stop as usize) < draft.base.stops.ids.len() {
                draft.move_stop(stop, place);
            }
        }
    }
    stops
}

/// Route of `more` → route: the feed's of the same id, or a new one.
fn routes(draft: &mut Draft<'_>, more: &Timetable, number: u32) -> Vec<u32> {
    let table = &mut draft.table;
    let known: FxHashMap<String, u32> = (0..table.routes.len())
        .filter(|&r| table.routes[r].feed == number)
        .map(|r| (table.route_ids.get(r).to_string(), r as u32))
        .collect();
    let mut routes = Vec::with_capacity(more.routes.len());
    for (r, route) in more.routes.iter().enumerate() {
        let zone = &more.zones[route.zone as usize];
        let zone = table.zones.iter().position(|known| known == zone).unwrap_or_else(|| {
            table.zones.push(zone.clone());
            table.zones.len() - 1
        });
        let route = Route { feed: number, zone: zone as u32, route_type: route.route_type };
        routes.push(match known.get(more.route_ids.get(r)) {
            Some(&old) => {
                table.routes[old as usize] = route;
                old
            }
            None => {
                table.routes.push(route);
                table.route_ids.push(more.route_ids.get(r));
                table.route_names.push(more.route_names.get(r));
                table.routes.len() as u32 - 1
            }
        });
    }
    routes
}

/// The key of a feed's file.
#[cfg(feature = "native")]
pub(super) mod written {
    use crate::scenario::reading::{KeyGroup, Required, Text, group, key};

    pub const FEED_FILE: KeyGroup =
        group("feeds", &[key("file", Text, Required, "\"new.zip\"", "a GTFS feed, named after its file")]);
}
