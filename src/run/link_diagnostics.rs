//! Links → what is doubtful about them: places and stops far from streets, or on small islands of streets or past them.

use crate::base::NONE;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::ids::Id;
use crate::inputs::raw::RawPlaces;
use crate::network::links::{LinkStatus, Linkage};
use crate::network::streets::{Streets, distance_mm};
use crate::network::transit::Timetable;
use crate::outputs::diagnostics::grouped;

const FAR_CELLS: DiagnosticCode = DiagnosticCode {
    code: "cells_far_from_streets",
    severity: Severity::Doubt,
    meaning: "places without a street within [network] max_link_m: their values are blank",
    remedy: "are the streets and the places of the same area? Or raise max_link_m",
};
const LONG_LINKS: DiagnosticCode = DiagnosticCode {
    code: "cells_with_long_links",
    severity: Severity::Doubt,
    meaning: "places 300 m or more from the street they are linked to: their times begin or end with a walk where no \
              street is",
    remedy: "do the streets cover the whole area? link_m says how far each is; lower [network] max_link_m to leave \
             them blank",
};
const FAR_STOPS: DiagnosticCode = DiagnosticCode {
    code: "stops_far_from_streets",
    severity: Severity::Doubt,
    meaning: "stops with trips, but without a street within [network] max_link_m: nobody walks to or from them",
    remedy: "do the streets cover the whole area of the feed? Or raise max_link_m",
};
const ON_ISLAND: DiagnosticCode = DiagnosticCode {
    code: "stop_on_street_island",
    severity: Severity::Doubt,
    meaning: "stops on small islands of streets, no other street near: one walks from them on that island alone",
    remedy: "is it an islet? Else the map lacks a way from there: mend it, or raise [network] fragment_reach_m",
};
const PAST_ISLAND: DiagnosticCode = DiagnosticCode {
    code: "stop_past_street_island",
    severity: Severity::Doubt,
    meaning: "stops that a small island of streets is nearest to: they are linked to the street behind it",
    remedy: "is it an islet? Then lower [network] fragment_reach_m; else nothing",
};

/// Links of this length, mm, and longer ones are doubtful.
const LONG_MM: u32 = 300_000;
/// Cells as near to a stop, mm, have to do with it.
const ABOUT_MM: u64 = 500_000;
/// Farther than [`ABOUT_MM`] apart, degrees of latitude.
const ABOUT_DEGREES: f64 = 0.0046;

/// Places that are not linked, one by one, and those with long links, by their number and people.
pub(super) fn report_places(places: &RawPlaces, linked: &Linkage, diagnostics: &mut Diagnostics) {
    let mut long: Vec<usize> = Vec::new();
    for (i, id) in places.ids.iter().enumerate() {
        if linked.status(i) == LinkStatus::Unlinked {
            let (lon, lat) = places.points[i];
            diagnostics.add(FAR_CELLS, &places.name, "", id, format!("{id} at {lon:.5}, {lat:.5}"));
        } else if linked.link_mm[i] >= LONG_MM {
            long.push(i);
        }
    }
    let Some(&farthest) = long.iter().max_by_key(|&&i| (linked.link_mm[i], std::cmp::Reverse(i))) else {
        return;
    };
    let what = format!(
        "of {}{}; farthest, {} m: {}",
        grouped(places.ids.len() as u64),
        people(places, &long).map_or_else(String::new, |people| format!(", with {people} people")),
        linked.link_mm[farthest] / 1000,
        places.ids[farthest],
    );
    diagnostics.count(LONG_LINKS, &places.name, long.len() as u64, what);
}

/// Stops that are not linked, that lie on small islands of streets, or that such an island is nearer to than the street
/// they are linked to (`passed_mm`; `NONE`: none), each with who lives around.
pub(super) fn report_stops(
    streets: &Streets,
    timetable: &Timetable,
    linked: &Linkage,
    passed_mm: &[u32],
    cells: &RawPlaces,
    diagnostics: &mut Diagnostics,
) {
    let stops = &timetable.stops;
    for stop in (0..linked.len()).filter(|&stop| stops.called[stop] != 0) {
        let feed = &timetable.feeds[stops.feed[stop] as usize].name;
        let (id, lon, lat) = (stops.ids.get(stop), stops.lon[stop], stops.lat[stop]);
        let mut say = |kind: DiagnosticCode, more: String| {
            diagnostics.add(kind, feed, "stops.txt", id, format!("stop {id} at {lon:.5}, {lat:.5}{more}"));
        };
        let Some(spot) = linked.spot(stop) else {
            say(FAR_STOPS, String::new());
            continue;
        };
        let component = streets.edge_component[spot.edge.index()] as usize;
        let metres = spot.link_mm / 1000;
        if streets.component_large[component] == 0 {
            let nodes = streets.component_nodes[component];
            let about = about(cells, (lon, lat));
            say(ON_ISLAND, format!(": {metres} m from an island of {nodes} nodes; {about}"));
        } else if passed_mm[stop] != NONE {
            let (island, about) = (passed_mm[stop] / 1000, about(cells, (lon, lat)));
            say(PAST_ISLAND, format!(": {metres} m from the street, {island} m from the island; {about}"));
        }
    }
}

/// "12 cells with 3,400 people within 500 m" of a point.
fn about(cells: &RawPlaces, (lon, lat): (f64, f64)) -> String {
    let near = |&cell: &usize| {
        let at = cells.points[cell];
        (at.1 - lat).abs() < ABOUT_DEGREES && distance_mm(at, (lon, lat)) <= ABOUT_MM
    };
    let near: Vec<usize> = (0..cells.points.len()).filter(near).collect();
    let people = people(cells, &near).map_or_else(String::new, |people| format!(" with {people} people"));
    format!(
        "{} {}{people} within 500 m",
        grouped(near.len() as u64),
        if near.len() == 1 { "cell" } else { "cells" }
    )
}

/// The people of some places; `None` where nobody says who lives there.
fn people(places: &RawPlaces, some: &[usize]) -> Option<String> {
    let population = places.population.as_ref()?;
    Some(grouped(some.iter().map(|&i| population[i]).sum::<f64>().round() as u64))
}
