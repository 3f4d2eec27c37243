//! A new line: a route, its stops, and a trip in each direction that runs at all its departures.

use std::borrow::Cow;

use super::draft::{Draft, Row};
use super::line::{Route, calls, dwells, hops};
use super::names::Said;
use crate::base::NONE;
use crate::network::transit::{self, Call, FREQUENCY, Feed, Trip};
use crate::study::{AddLine, Band, Departures};

pub(super) fn add_line(draft: &mut Draft<'_>, edit: &AddLine, said: &mut Said) {
    let mut feed = edit.feed.as_ref().and_then(|name| draft.feed(name, said));
    let route = Route::find(draft, &edit.stops, feed, said);
    if edit.feed.is_none() {
        feed = route.feed(&draft.table).or((draft.table.feeds.len() == 1).then_some(0));
    }
    if feed.is_none() && said.is_well() && !draft.table.feeds.is_empty() {
        let feeds: Vec<&str> = draft.table.feeds.iter().map(|feed| feed.name.as_str()).collect();
        said.wrong(
            "joins no feed: all its stops are new",
            format!("write feed = one of {}", feeds.join(", ")),
        );
    }
    let mut routes = draft.table.routes.iter().enumerate();
    if routes.any(|(r, route)| Some(route.feed) == feed && draft.table.route_ids.get(r) == edit.id) {
        said.wrong(format_args!("makes route \"{}\", which is there already", edit.id), "write another id");
    }
    if !said.is_well() {
        return;
    }
    let feed = feed.unwrap_or_else(|| {
        draft.table.feeds.push(Feed { name: "scenario".into(), agencies: Vec::new() });
        0
    });
    let stops = route.make(draft, feed);
    let Some(mut hops) = hops(&draft.table, &stops, &edit.pace) else {
        said.wrong("has a stop without coordinates, and a speed", "write hop_s");
        return;
    };
    let mut dwells = dwells(&edit.dwell, stops.len());
    let (out_s, back_s) = match &edit.departures {
        Departures::Bands(bands) => (laid_out(bands), None),
        Departures::Times { out_s, back_s } => (out_s.clone(), back_s.clone()),
    };
    let number = add_route(draft, feed, edit);
    let service = draft.service(draft.given.days);
    let add = |draft: &mut Draft<'_>, way: &str, calls: Vec<Call>, mut shifts: Vec<i32>| {
        shifts.sort_unstable();
        shifts.dedup();
        let last = calls[calls.len() - 1].stop as usize;
        let headsign = draft.table.stops.names.get(last).to_string();
        let row = Row {
            key: draft.new_key(),
            edit: draft.edit,
            trip: Trip { feed, route: number, service, block: NONE, flags: FREQUENCY },
            text: draft.add_text(&format!("{}_{way}", edit.id), &headsign),
            calls: Cow::Owned(calls),
            shifts: Cow::Owned(shifts),
        };
        draft.add(row);
    };
    add(draft, "out", calls(&stops, &hops, &dwells), out_s.clone());
    if edit.both_directions {
        let stops: Vec<u32> = stops.iter().rev().copied().collect();
        hops.reverse();
        dwells.reverse();
        add(draft, "back", calls(&stops, &hops, &dwells), back_s.unwrap_or(out_s));
    }
}

/// Departures of bands as those of frequencies.txt: from the start, strictly before the end.
pub(super) fn laid_out(bands: &[Band]) -> Vec<i32> {
    bands.iter().flat_map(|band| (band.from_s..band.to_s).step_by(band.headway_s as usize)).collect()
}

fn add_route(draft: &mut Draft<'_>, feed: u32, edit: &AddLine) -> u32 {
    let table = &mut draft.table;
    let of_feed = table.routes.iter().find(|route| route.feed == feed).map(|route| route.zone);
    let zone = of_feed.unwrap_or_else(|| {
        let zone = draft.given.zone;
        let known = table.zones.iter().position(|known| known == zone);
        known.unwrap_or_else(|| {
            table.zones.push(zone.to_string());
            table.zones.len() - 1
        }) as u32
    });
    table.routes.push(transit::Route { feed, zone, route_type: edit.route_type });
    table.route_ids.push(&edit.id);
    table.route_names.push(&edit.name);
    table.routes.len() as u32 - 1
}
