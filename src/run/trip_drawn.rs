//! The legs of a journey as lines with properties, for a map.

use serde_json::{Map, Value, json};

use crate::base::ids::{Id, StopId};
use crate::engine::trip::{DrawnLeg, LegEnd, LegMode};
use crate::network::calendar;
use crate::network::rides::SiteList;
use crate::network::transit::Timetable;
use crate::outputs::lines::{LineFeature, feature_collection};
use crate::study::mode;

/// What legs are told by: the timetable, the zone of its clocks, the Unix second that times count from, and park-and-ride sites.
pub(super) struct Told<'a> {
    pub timetable: &'a Timetable,
    pub zone: &'a str,
    pub start_unix_s: i64,
    pub sites: Option<&'a SiteList>,
}

/// A FeatureCollection with a line a leg.
pub(super) fn drawn(legs: &[DrawnLeg], told: &Told<'_>) -> Value {
    let feature = |(at, leg): (usize, &DrawnLeg)| LineFeature {
        line: leg.line.clone(),
        properties: properties(at + 1, leg, told),
    };
    let features: Vec<LineFeature> = legs.iter().enumerate().map(feature).collect();
    feature_collection(&features)
}

fn properties(number: usize, leg: &DrawnLeg, told: &Told<'_>) -> Map<String, Value> {
    let Told { timetable, zone, start_unix_s, sites } = *told;
    let at = |s: i32| calendar::moment(zone, start_unix_s + i64::from(s));
    let end = |end: LegEnd| match end {
        LegEnd::Start => "start".to_string(),
        LegEnd::Goal => "goal".to_string(),
        LegEnd::Stop(stop) => named(timetable, stop),
        LegEnd::Site(site) => sites.map_or_else(String::new, |sites| sites.ids[site].clone()),
    };
    let mode = match leg.mode {
        LegMode::Walk => mode::WALK,
        LegMode::Bicycle => mode::BICYCLE,
        LegMode::Car => mode::CAR,
        LegMode::Transit { .. } => mode::TRANSIT,
    };
    let mut said = Map::new();
    let mut say = |key: &str, value: Value| said.insert(key.to_string(), value);
    say("leg", json!(number));
    say("mode", json!(mode.name));
    say("from", json!(end(leg.from)));
    say("to", json!(end(leg.to)));
    say("departs", json!(at(leg.starts_s)));
    say("arrives", json!(at(leg.ends_s)));
    say("seconds", json!(leg.ends_s - leg.starts_s));
    say("metres", json!((leg.mm + 500) / 1000));
    match leg.mode {
        LegMode::Walk => {}
        LegMode::Bicycle | LegMode::Car => {
            say("parking_s", json!(leg.parking_s));
            say("osm_ways", json!(leg.ways));
            if let (LegEnd::Site(site), Some(sites)) = (leg.to, sites) {
                say("capacity", json!(sites.capacity[site]));
                say("price", json!(sites.price[site]));
            }
        }
        LegMode::Transit { trip, seated } => {
            let of = &timetable.trips[trip.index()];
            say("route", json!(timetable.route_names.get(of.route as usize)));
            say("headsign", json!(timetable.headsigns.get(trip.index())));
            say("trip_id", json!(timetable.trip_ids.get(trip.index())));
            say("feed", json!(timetable.feeds[of.feed as usize].name));
            say("stayed_seated", json!(seated));
        }
    }
    said
}

fn named(timetable: &Timetable, stop: StopId) -> String {
    let stops = &timetable.stops;
    format!("{} ({})", stops.names.get(stop.index()), stops.ids.get(stop.index()))
}
