//! Each type of modification → edits of ours. Field by field after R5's `com.conveyal.r5.analyst.scenario`.

use super::fields::{EditToml, Fields, listed, point, points, texts};
use super::service::{add_trips, adjust_frequency, reroute};
use crate::study::parse::LATER_EDITS;

/// Types that are translated.
const KNOWN: [&str; 9] = [
    "add-trips",
    "adjust-frequency",
    "adjust-dwell-time",
    "adjust-speed",
    "remove-stops",
    "remove-trips",
    "reroute",
    "add-streets",
    "modify-streets",
];
/// Types that wait for the edit of ours that is named so.
const LATER: [&str; 5] =
    ["pickup-delay", "road-congestion", "raster-cost", "shapefile-lts", "set-fare-calculator"];
pub fn names() -> String {
    [&KNOWN[..], &LATER[..]].concat().join(", ")
}

pub fn edits(m: &mut Fields<'_>, kind: &str, number: usize) -> Vec<EditToml> {
    match kind {
        "add-trips" => add_trips(m, number),
        "adjust-frequency" => adjust_frequency(m),
        "adjust-dwell-time" => adjust_dwell_time(m),
        "adjust-speed" => adjust_speed(m),
        "remove-stops" => remove_stops(m),
        "remove-trips" => remove_trips(m),
        "reroute" => reroute(m, number),
        "add-streets" => add_streets(m),
        "modify-streets" => modify_streets(m),
        _ => {
            let ours = kind.replace('-', "_");
            match LATER_EDITS.iter().find(|later| LATER.contains(&kind) && later.name == ours) {
                Some(later) => m.not_yet(
                    format!("is not supported yet: {} needs {}", later.meaning, later.needs),
                    "leave it out",
                ),
                None => m.not_yet("is of a type that is not known", &format!("known are {}", names())),
            }
            Vec::new()
        }
    }
}

/// Routes or trips; one of the two, as there.
pub struct Which {
    key: &'static str,
    ids: Vec<String>,
}

impl Which {
    pub fn put(&self, edit: EditToml) -> EditToml {
        edit.put(self.key, texts(&self.ids))
    }
}

pub fn which(m: &mut Fields<'_>) -> Option<Which> {
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
            Some(Which { key, ids: m.ids(key) })
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

fn adjust_dwell_time(m: &mut Fields<'_>) -> Vec<EditToml> {
    let which = which(m);
    let stops = m.ids("stops");
    // Below 0 is how an object without it is written there.
    let dwell_s = m.whole("dwellSecs").filter(|&dwell| dwell >= 0);
    let scale = m.number("scale").filter(|&scale| scale >= 0.0);
    if dwell_s.is_some() == scale.is_some() {
        m.wrong("needs one of dwellSecs and scale", "write one of the two");
    }
    let Some(which) = which else { return Vec::new() };
    let edit = which.put(EditToml::new("set_dwell"));
    let edit = edit.maybe("stops", (!stops.is_empty()).then(|| texts(&stops)));
    vec![edit.maybe("dwell_s", dwell_s).maybe("scale", scale.map(|scale| format!("{scale:?}")))]
}

fn adjust_speed(m: &mut Fields<'_>) -> Vec<EditToml> {
    let which = which(m);
    let scale = m.number("scale");
    let scale = m.must("scale", scale);
    let pair = |value: &serde_json::Value| match value.as_array()?.as_slice() {
        [from, to] => Some([from.as_str()?.to_string(), to.as_str()?.to_string()]),
        _ => None,
    };
    let hops = m.list("hops", "a list of pairs of stops", pair).unwrap_or_default();
    let dwells = m.flag("scaleDwells", false);
    let reference = m.has("referenceStops");
    m.ids("referenceStops");
    if reference {
        m.not_yet("referenceStops keep their time, and ours the first departure", "take them out");
    }
    let (Some(which), Some(scale)) = (which, scale) else { return Vec::new() };
    let pairs = listed(&hops, |pair| texts(&[m.id(&pair[0]), m.id(&pair[1])]));
    let edit = which.put(EditToml::new("set_speed")).put("scale", format!("{scale:?}"));
    vec![
        edit.maybe("hops", (!hops.is_empty()).then_some(pairs)).maybe("scale_dwells", dwells.then_some(true)),
    ]
}

fn remove_stops(m: &mut Fields<'_>) -> Vec<EditToml> {
    let which = which(m);
    let stops = m.ids("stops");
    if stops.is_empty() {
        m.wrong("stops is missing or empty", "name the stops to pass");
    }
    let saved = m.whole("secondsSavedAtEachStop").filter(|&seconds| seconds != 0);
    let Some(which) = which else { return Vec::new() };
    let edit = which.put(EditToml::new("remove_stops")).put("stops", texts(&stops));
    vec![edit.maybe("seconds_saved", saved)]
}

fn remove_trips(m: &mut Fields<'_>) -> Vec<EditToml> {
    let Some(which) = which(m) else { return Vec::new() };
    let kind = if which.key == "routes" { "remove_routes" } else { "remove_trips" };
    vec![which.put(EditToml::new(kind))]
}

/// Whether one may walk there by the modes of a modification; the others are said.
fn walked(m: &mut Fields<'_>) -> Option<bool> {
    let given = m.list("allowedModes", "a list of modes", serde_json::Value::as_str)?;
    for mode in &given {
        if !["WALK", "BICYCLE", "CAR"].contains(mode) {
            m.wrong(format!("allowedModes has {mode}"), "write WALK, BICYCLE or CAR");
        }
    }
    Some(given.contains(&"WALK"))
}

/// What concerns bicycles and cars, which nothing here has yet.
fn not_on_foot(m: &mut Fields<'_>, keys: [&'static str; 4]) {
    for key in keys {
        if m.number(key).is_some() {
            m.note(format_args!("{key} is left out: people walk, and cars and bicycles are not there yet"));
        }
    }
}

/// How many times longer walking takes, where it is not as long as ever.
fn walk_factor(m: &mut Fields<'_>) -> Option<String> {
    m.number("walkTimeFactor").filter(|&factor| factor != 1.0).map(|factor| format!("{factor:?}"))
}

fn add_streets(m: &mut Fields<'_>) -> Vec<EditToml> {
    let line = |value: &serde_json::Value| value.as_array()?.iter().map(point).collect::<Option<Vec<_>>>();
    let lines = m.list("lineStrings", "a list of lines [[lon, lat], …]", line);
    let lines = m.must("lineStrings", lines).unwrap_or_default();
    let walked = walked(m);
    if m.must("allowedModes", walked) == Some(false) {
        m.not_yet("is not for walking", "streets for cars and bicycles alone are not there yet");
    }
    if !m.flag("linkable", true) {
        m.not_yet("is not linkable, and a new street here is", "take linkable out");
    }
    let factor = walk_factor(m);
    not_on_foot(m, ["carSpeedKph", "bikeTimeFactor", "bikeLts", "carSpeedFactor"]);
    let street = |line: &Vec<[f64; 2]>| {
        EditToml::new("add_street").put("line", points(line)).maybe("walk_factor", factor.clone())
    };
    lines.iter().map(street).collect()
}

fn modify_streets(m: &mut Fields<'_>) -> Vec<EditToml> {
    let ring = |value: &serde_json::Value| value.as_array()?.iter().map(point).collect::<Option<Vec<_>>>();
    let polygons = m.list("polygons", "a list of polygons [[lon, lat], …]", ring);
    let polygons = m.must("polygons", polygons).unwrap_or_default();
    let walked = walked(m);
    let factor = walk_factor(m);
    not_on_foot(m, ["carSpeedKph", "carSpeedFactor", "bikeTimeFactor", "bikeLts"]);
    match (walked, factor) {
        (Some(false), _) => {
            let close = |ring: &Vec<[f64; 2]>| EditToml::new("close_streets").put("polygon", points(ring));
            polygons.iter().map(close).collect()
        }
        (_, Some(factor)) => {
            if polygons.len() > 1 {
                let remedy = "write a modification for each polygon";
                m.not_yet(
                    "has a walkTimeFactor for several polygons, which would count twice in both",
                    remedy,
                );
            }
            if walked == Some(true) {
                m.note("streets that may not be walked stay so, also where allowedModes has WALK");
            }
            let change = |ring: &Vec<[f64; 2]>| {
                EditToml::new("change_streets").put("polygon", points(ring)).put("walk_factor", &factor)
            };
            polygons.iter().map(change).collect()
        }
        _ => {
            m.not_yet("changes nothing for people who walk", "cars and bicycles are not there yet");
            Vec::new()
        }
    }
}
