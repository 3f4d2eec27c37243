//! What each key of an edit takes, for a schema that editors read: the same limits that the parser holds values to.
//! Keys that are not named here, and do not say it themselves, take what their example is.

use toml::de::DeValue;

use crate::study::keys::Key;
use crate::study::keys::Shape::{
    self, Above, Any, Either, Exactly, Filled, Flag, Form, List, Number, Table, Text, Whole, Words,
};
use crate::study::keys::shapes::{LARGE, LON, POINT, SECONDS, SOME_SECONDS};

const CLOCK: Shape = Form(r"^\s*[0-9]{1,3}:[0-5][0-9](:[0-5][0-9])?\s*$");
const TAG: Shape = Form("=");
const FACTOR: Shape = Above(0.0, 100.0);
const LAT: Shape = Number(-90.0, 90.0);
/// Longitude and latitude; that the second is within 90° the parser says.
const POINTS: Shape = List(&POINT);
const ROUTE_TYPE: Shape = Whole(0, 1999);

/// By section ("" for any) and key; the first that holds.
const SHAPES: &[(&str, &str, Shape)] = &[
    ("add_line", "name", Text),
    ("new stop", "name", Text),
    ("which", "route_types", List(&ROUTE_TYPE)),
    ("which", "from", CLOCK),
    ("which", "to", CLOCK),
    ("new stops", "stops", Filled(&Either(&[Text, Table("new stop")]))),
    ("new stops", "hop_s", List(&SECONDS)),
    ("new stops", "speed_kmh", Above(0.0, 1000.0)),
    ("new stops", "dwell_s", Either(&[SECONDS, List(&SECONDS)])),
    ("stops", "stops", Filled(&Text)),
    ("places", "places", Words(&["cells", "destinations"])),
    ("area", "polygon", POINTS),
    ("area", "radius_m", Above(0.0, 1e6)),
    ("", "lon", LON),
    ("", "lat", LAT),
    ("from_to", "share", Above(0.0, 1.0)),
    ("from_to", "number", Above(0.0, 1e12)),
    ("from_to", "from", Table("from")),
    ("from_to", "to", Table("to")),
    ("amounts", "add", Number(-1e12, 1e12)),
    ("amounts", "scale", Number(0.0, 1e6)),
    ("amounts", "set", Number(0.0, 1e12)),
    ("streets", "ways", List(&Whole(1, 9_000_000_000_000_000))),
    ("streets", "polygon", POINTS),
    ("streets", "tag", TAG),
    ("add_line", "route_type", ROUTE_TYPE),
    ("", "headways", Filled(&Table("headways"))),
    ("add_line", "departures", Filled(&CLOCK)),
    ("add_line", "departures_back", List(&CLOCK)),
    ("headways", "from", CLOCK),
    ("headways", "to", CLOCK),
    ("", "headway_s", SOME_SECONDS),
    ("set_headway", "patterns", Words(&["main", "each"])),
    ("set_speed", "scale", Number(0.01, 100.0)),
    ("set_speed", "hops", List(&Exactly(2, &Text))),
    ("set_dwell", "dwell_s", SECONDS),
    ("set_dwell", "scale", Number(0.0, 100.0)),
    ("shift", "by_s", Whole(-86_400, 86_400)),
    ("remove_stops", "seconds_saved", Whole(0, 3600)),
    ("", "walk_factor", FACTOR),
    ("add_street", "line", POINTS),
];

/// What a key takes.
pub fn shape(key: &Key) -> Shape {
    if key.takes != Shape::Example {
        return key.takes;
    }
    let of = |(section, name, _): &&(&str, &str, Shape)| {
        *name == key.name && (*section == key.section || section.is_empty())
    };
    match SHAPES.iter().find(of) {
        Some(found) => found.2,
        None => DeValue::parse(key.example).map_or(Any, |example| of_example(example.get_ref())),
    }
}

fn of_example(example: &DeValue<'_>) -> Shape {
    match example {
        DeValue::String(_) => Text,
        DeValue::Boolean(_) => Flag,
        DeValue::Integer(_) | DeValue::Float(_) => Number(-LARGE, LARGE),
        DeValue::Array(items) if items.iter().all(|item| item.get_ref().is_str()) => List(&Text),
        _ => Any,
    }
}
