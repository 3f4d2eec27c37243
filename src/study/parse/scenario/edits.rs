//! One table of an edit → the edit, kind by kind.

use std::path::Path;

use super::below;
use super::values::{
    area, area_in, bands, clocks, dwell, lon_lat, pace, pairs, points, positive, routes, signed, stops, which,
};
use crate::study::parse::walk::{Section, number, text};
use crate::study::parse::{MAX_SECONDS, feed_name};
use crate::study::*;

/// Most that trips may be shifted: a day.
const MAX_SHIFT_S: u32 = 86_400;

/// The edit of a section that is opened already; `None` where nothing can be made of it, which is said.
pub(super) fn edit(s: &mut Section<'_, '_>, kind: &str, base: &Path) -> Option<Edit> {
    Some(match kind {
        "add_line" => Edit::AddLine(add_line(s)),
        "remove_trips" => {
            let which = which(s);
            some_given(s, &which);
            Edit::RemoveTrips(which)
        }
        "remove_routes" => Edit::RemoveRoutes(RemoveRoutes { routes: some_routes(s) }),
        "remove_stops" => Edit::RemoveStops(RemoveStops {
            which: which(s),
            stops: some_stops(s),
            seconds_saved: s.whole("seconds_saved", 0..=3600).unwrap_or_default(),
        }),
        "set_headway" => Edit::SetHeadway(set_headway(s)),
        "set_speed" => {
            let which = which(s);
            some_given(s, &which);
            Edit::SetSpeed(SetSpeed {
                which,
                scale: s.number("scale", 0.01..=100.0).unwrap_or(1.0),
                hops: pairs(s, "hops"),
                scale_dwells: s.flag("scale_dwells"),
            })
        }
        "set_dwell" => Edit::SetDwell(set_dwell(s)),
        "shift" => {
            let which = which(s);
            some_given(s, &which);
            Edit::Shift(Shift { which, by_s: signed(s, "by_s", MAX_SHIFT_S).unwrap_or_default() })
        }
        "reroute" => Edit::Reroute(reroute(s)),
        "extend" => Edit::Extend(extend(s)),
        "cut_short" => {
            if !s.has("start_at") && !s.has("end_at") {
                s.wrong("end_at", "is missing, and so is start_at", "write one of them, or both");
            }
            Edit::CutShort(CutShort {
                which: which(s),
                start_at: s.text("start_at"),
                end_at: s.text("end_at"),
            })
        }
        "move_stop" => {
            let (lon, lat) = lon_lat(s).unwrap_or_default();
            Edit::MoveStop(MoveStop { stop: s.text("stop").unwrap_or_default(), lon, lat })
        }
        "set_pickup_dropoff" => {
            let given = |s: &mut Section<'_, '_>, key: &str| s.has(key).then(|| s.flag(key));
            if !s.has("pickup") && !s.has("dropoff") {
                s.wrong("pickup", "is missing, and so is dropoff", "write one of them, or both");
            }
            Edit::SetPickupDropoff(SetPickupDropoff {
                which: which(s),
                stops: some_stops(s),
                pickup: given(s, "pickup"),
                dropoff: given(s, "dropoff"),
            })
        }
        "add_feed" => {
            let file = feed_file(s, base);
            Edit::AddFeed(AddFeed { name: feed_name(&file), file })
        }
        "replace_feed" => Edit::ReplaceFeed(ReplaceFeed {
            feed: s.text("feed").unwrap_or_default(),
            file: feed_file(s, base),
        }),
        "set_opportunities" | "close_opportunities" => {
            let change = if kind == "set_opportunities" { change(s) } else { AmountChange::Set(0.0) };
            let (places, amount) = column(s);
            Edit::SetAmounts(SetAmounts { places, amount, area: area(s), change })
        }
        "set_population" => {
            let (places, amount) = (Some(Whose::Cells), Amount::People);
            Edit::SetAmounts(SetAmounts { places, amount, area: area(s), change: change(s) })
        }
        "move_opportunities" => {
            let (places, amount) = column(s);
            Edit::MoveAmounts(moved(s, places, amount))
        }
        "move_population" => Edit::MoveAmounts(moved(s, Some(Whose::Cells), Amount::People)),
        "add_street" => Edit::AddStreet(AddStreet {
            line: s
                .read("line", "write points [[lon, lat], …]", |value| points(value, false))
                .unwrap_or_default(),
            walk_factor: positive(s, "walk_factor", 100.0).unwrap_or(1.0),
            oneway: s.flag("oneway"),
        }),
        "close_streets" => Edit::CloseStreets(streets(s)),
        "change_streets" => Edit::ChangeStreets(ChangeStreets {
            streets: streets(s),
            walk_factor: positive(s, "walk_factor", 100.0).unwrap_or(1.0),
        }),
        "set_profile" => Edit::SetProfile(set_profile(s)),
        // The register and this list are held together by a test.
        _ => return None,
    })
}

/// An edit of trips must say of which.
fn some_given(s: &mut Section<'_, '_>, which: &Which) {
    if *which == Which::default() {
        s.wrong(
            "routes",
            "is missing, and so is all else that says which trips",
            "write routes, or another of route, trips, feeds, route_types, headsigns, from and to",
        );
    }
}

fn some_routes(s: &mut Section<'_, '_>) -> Vec<String> {
    let routes = routes(s);
    if routes.is_empty() && !s.has("route") {
        s.wrong("routes", "is missing or empty", "name routes by their ids");
    }
    routes
}

fn some_stops(s: &mut Section<'_, '_>) -> Vec<String> {
    let stops = s.texts("stops");
    if stops.is_empty() && s.has("stops") {
        s.wrong("stops", "is empty", "name stops by their ids");
    }
    stops
}

fn add_line(s: &mut Section<'_, '_>) -> AddLine {
    let id = s.text("id").unwrap_or_default();
    let stops = stops(s, "stops");
    if stops.len() == 1 || (stops.is_empty() && s.has("stops")) {
        s.wrong("stops", "are fewer than two", "a line needs two stops or more");
    }
    let both_directions = s.flag("both_directions");
    if s.has("departures_back") && !both_directions {
        s.wrong("departures_back", "stands beside both_directions = false", "leave out one of the two");
    }
    let departures = match (s.has("headways"), s.has("departures")) {
        (true, false) => {
            if s.has("departures_back") {
                s.wrong("departures_back", "stands beside headways", "write departures, or leave it out");
            }
            Departures::Bands(bands(s, "headways"))
        }
        (false, true) => {
            let out_s = clocks(s, "departures");
            if out_s.is_empty() {
                s.wrong("departures", "holds nothing", "write times such as [\"07:00\", \"07:20\"]");
            }
            let back_s = s.has("departures_back").then(|| clocks(s, "departures_back"));
            Departures::Times { out_s, back_s }
        }
        (true, true) => {
            s.wrong("departures", "stands beside headways", "leave out one of the two");
            Departures::Bands(Vec::new())
        }
        (false, false) => {
            s.wrong("headways", "is missing, and so is departures", "write one of the two");
            Departures::Bands(Vec::new())
        }
    };
    AddLine {
        name: s.text("name").unwrap_or_else(|| id.clone()),
        id,
        feed: s.text("feed"),
        route_type: s.whole("route_type", 0..=1999).unwrap_or_default(),
        pace: pace(s, stops.len().saturating_sub(1)),
        dwell: dwell(s, stops.len()),
        stops,
        departures,
        both_directions,
    }
}

fn set_headway(s: &mut Section<'_, '_>) -> SetHeadway {
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
        headway_s: s.whole("headway_s", 1..=MAX_SECONDS),
        bands: bands(s, "headways"),
        templates: s.texts("templates"),
        each_pattern: s.choice("patterns", &["main", "each"]) == Some(1),
        retain_outside: s.flag("retain_outside"),
    }
}

fn set_dwell(s: &mut Section<'_, '_>) -> SetDwell {
    let which = which(s);
    let stops = s.texts("stops");
    if stops.is_empty() {
        some_given(s, &which);
    }
    let change = match (s.has("dwell_s"), s.has("scale")) {
        (true, false) => s.whole("dwell_s", 0..=MAX_SECONDS).map(DwellChange::Seconds),
        (false, true) => {
            let remedy = "write a number from 0 to 100";
            s.read("scale", remedy, |value| number(value, &(0.0..=100.0))).map(DwellChange::Scale)
        }
        (true, true) => {
            s.wrong("scale", "stands beside dwell_s", "leave out one of the two");
            None
        }
        (false, false) => {
            s.wrong("dwell_s", "is missing, and so is scale", "write one of the two");
            None
        }
    };
    SetDwell { which, stops, change: change.unwrap_or(DwellChange::Scale(1.0)) }
}

fn reroute(s: &mut Section<'_, '_>) -> Reroute {
    let which = which(s);
    let (from_stop, to_stop) = (s.text("from_stop"), s.text("to_stop"));
    if !s.has("from_stop") && !s.has("to_stop") {
        s.wrong("from_stop", "is missing, and so is to_stop", "write one of them, or both");
    }
    let stops = stops(s, "stops");
    let both = from_stop.is_some() && to_stop.is_some();
    if stops.is_empty() && s.has("stops") && !both {
        s.wrong("stops", "is empty", "name stops, or end trips on their way with cut_short");
    }
    let hops = stops.len() + usize::from(both);
    Reroute { which, from_stop, to_stop, pace: pace(s, hops), dwell: dwell(s, stops.len()), stops }
}

fn extend(s: &mut Section<'_, '_>) -> Extend {
    let which = which(s);
    let (after, before) = (s.text("after"), s.text("before"));
    match (s.has("after"), s.has("before")) {
        (true, true) => s.wrong("before", "stands beside after", "write two edits, one for each end"),
        (false, false) => s.wrong("after", "is missing, and so is before", "write one of the two"),
        _ => {}
    }
    let stops = stops(s, "stops");
    if stops.is_empty() && s.has("stops") {
        s.wrong("stops", "is empty", "name the stops to go on to");
    }
    Extend { which, after, before, pace: pace(s, stops.len()), dwell: dwell(s, stops.len()), stops }
}

fn feed_file(s: &mut Section<'_, '_>, base: &Path) -> std::path::PathBuf {
    let Some(file) = s.file("file") else { return Default::default() };
    let file = below(base, file);
    // The study's list of files holds it as seen from the study's folder.
    if let Some(last) = s.walk.files.last_mut() {
        last.1.clone_from(&file);
    }
    file
}

fn column(s: &mut Section<'_, '_>) -> (Option<Whose>, Amount) {
    let whose = [Whose::Cells, Whose::Destinations];
    let places = s.choice("places", &["cells", "destinations"]).map(|which| whose[which]);
    (places, Amount::Of(s.text("column").unwrap_or_default()))
}

fn change(s: &mut Section<'_, '_>) -> AmountChange {
    match (s.has("add"), s.has("scale"), s.has("set")) {
        (true, false, false) => AmountChange::Add(s.number("add", -1e12..=1e12).unwrap_or_default()),
        (false, true, false) => AmountChange::Scale(s.number("scale", 0.0..=1e6).unwrap_or(1.0)),
        (false, false, true) => AmountChange::Set(s.number("set", 0.0..=1e12).unwrap_or_default()),
        (false, false, false) => {
            s.wrong("add", "is missing, and so are scale and set", "write one of the three");
            AmountChange::Scale(1.0)
        }
        (add, ..) => {
            let key = if add { "add" } else { "scale" };
            s.wrong(key, "stands beside another of add, scale, set", "keep one of the three");
            AmountChange::Scale(1.0)
        }
    }
}

fn moved(s: &mut Section<'_, '_>, places: Option<Whose>, amount: Amount) -> MoveAmounts {
    let moved = match (s.has("share"), s.has("number")) {
        (true, false) => positive(s, "share", 1.0).map(Moved::Share),
        (false, true) => positive(s, "number", 1e12).map(Moved::Number),
        (true, true) => {
            s.wrong("number", "stands beside share", "leave out one of the two");
            None
        }
        (false, false) => {
            s.wrong("share", "is missing, and so is number", "write one of the two");
            None
        }
    };
    let (from, to) = (area_in(s, "from"), area_in(s, "to"));
    MoveAmounts { places, amount, from, to, moved: moved.unwrap_or(Moved::Share(1.0)) }
}

fn streets(s: &mut Section<'_, '_>) -> Streets {
    let id = "write OSM ids of ways, whole numbers above 0";
    let ways = s.list("ways", id, |value| {
        let id = number(value, &(1.0..=9e15))?;
        if id.fract() == 0.0 { Ok(id as i64) } else { Err(format!("is {id}")) }
    });
    let polygon = s.read("polygon", "write corners [[lon, lat], …]", |value| points(value, true));
    let tag = s.read("tag", "write a key and a value, such as \"highway=steps\"", |value| {
        let written = text(value)?;
        let (key, value) = written.split_once('=').ok_or(format!("is \"{written}\""))?;
        Ok((key.trim().to_string(), value.trim().to_string()))
    });
    let streets = Streets { ways, polygon: polygon.unwrap_or_default(), tag };
    if streets == Streets::default() && !["ways", "polygon", "tag"].iter().any(|key| s.has(key)) {
        s.wrong("ways", "is missing, and so are polygon and tag", "say which streets");
    }
    streets
}

fn set_profile(s: &mut Section<'_, '_>) -> SetProfile {
    let profiles = s.texts("profiles");
    let to = s.values(Profile::PARAMETERS, &mut Profile::default());
    if to.is_empty() {
        s.wrong("profiles", "stands without anything to change", "write walk_speed_mps or another parameter");
    }
    SetProfile { profiles, to }
}
