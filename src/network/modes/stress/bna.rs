//! The table of PeopleForBikes' Bicycle Network Analysis, for segments: 1 is low stress, 3 high; 2 are narrow residential
//! streets at 25 mph. What it leaves out of its network (most footways, service roads and tracks) is not rated.
//!
//! Lanes are taken as 5 feet wide and parking as 8, the analysis' own defaults; its lanes for turning are not read.

use super::levels::{Levels, first_number};
use crate::network::modes::{Tags, value};

/// What there is for bicycles in a direction, the first of a list counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Infra {
    Shared,
    Buffered,
    Lane,
    Track,
}

/// One way for cars: along, against.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OneWay {
    No,
    Along,
    Against,
}

pub(super) fn levels(tags: &Tags) -> Levels {
    let (highway, mph) = (value(tags, "highway").unwrap_or_default(), mph(tags));
    let one_way = match value(tags, "oneway") {
        Some("yes" | "1" | "true") => OneWay::Along,
        Some("-1") => OneWay::Against,
        _ if value(tags, "junction") == Some("roundabout") => OneWay::Along,
        _ => OneWay::No,
    };
    let infra = [false, true].map(|against| infra(tags, one_way, against));
    let lanes = [false, true].map(|against| lanes(tags, one_way, against));
    let rates = |mph_default: u32, lanes_default: u32| {
        [0, 1].map(|d| higher_order(infra[d], mph.unwrap_or(mph_default), lanes[d].unwrap_or(lanes_default)))
    };
    match highway {
        "motorway" | "motorway_link" | "trunk" | "trunk_link" => [3; 2],
        "primary" | "primary_link" | "secondary" | "secondary_link" => rates(40, 2),
        "tertiary" | "tertiary_link" => rates(30, 1),
        "residential" | "unclassified" => {
            let is_own = |infra: Option<Infra>| infra.is_some_and(|infra| infra != Infra::Shared);
            let is_busy = lanes.iter().any(|lanes| lanes.is_some_and(|lanes| lanes > 1));
            if infra.iter().all(|&infra| is_own(infra)) || is_busy || mph.is_some_and(|mph| mph >= 30) {
                rates(30, 1)
            } else if highway == "residential" {
                [residential(tags, mph.unwrap_or(25)); 2]
            } else {
                [if mph.unwrap_or(25) <= 25 { 1 } else { 3 }; 2]
            }
        }
        "living_street" | "cycleway" | "path" => [1; 2],
        _ if is_path(tags, highway) => [1; 2],
        _ => [0; 2],
    }
}

/// Streets with through traffic.
fn higher_order(infra: Option<Infra>, mph: u32, lanes: u32) -> u8 {
    let is_calm = |most_mph: u32| mph <= most_mph && lanes <= 1;
    let low = match infra {
        Some(Infra::Track) => true,
        Some(Infra::Buffered) => is_calm(25),
        // Beside parking, too: 5 + 8 feet are 12 or more.
        Some(Infra::Lane) => is_calm(20),
        Some(Infra::Shared) | None => is_calm(15),
    };
    if low { 1 } else { 3 }
}

fn residential(tags: &Tags, mph: u32) -> u8 {
    let parks = |side: &str| {
        let said = value(tags, side).or_else(|| value(tags, "parking:lane:both"));
        !matches!(said, Some("no_parking" | "no_stopping"))
    };
    let both = parks("parking:lane:left") && parks("parking:lane:right");
    let width_ft = width_ft(tags).unwrap_or(27.0);
    match mph {
        25 if width_ft >= if both { 27.0 } else { 19.0 } => 1,
        25 => 2,
        _ if mph <= 20 => 1,
        _ => 3,
    }
}

/// Whether it belongs to the network as a path: what is for bicycles.
fn is_path(tags: &Tags, highway: &str) -> bool {
    let is_for_bicycles = matches!(value(tags, "bicycle"), Some("yes" | "permissive" | "designated"));
    let is_private = matches!(value(tags, "access"), Some("no" | "private"));
    match highway {
        "track" => value(tags, "tracktype") == Some("grade1"),
        "service" => is_for_bicycles,
        "pedestrian" => is_for_bicycles && !is_private,
        "footway" => {
            matches!(value(tags, "footway"), Some("crossing" | "traffic_island"))
                || is_for_bicycles && !is_private && width_ft(tags).is_some_and(|ft| ft >= 8.0)
        }
        _ => false,
    }
}

/// Rounded to 5 mph where it is in km/h.
fn mph(tags: &Tags) -> Option<u32> {
    let text = value(tags, "maxspeed")?;
    let number = first_number(text)?;
    if text.ends_with(" mph") {
        return Some(number);
    }
    let is_kmh = text.ends_with(" kmph") || text.parse::<f64>().is_ok();
    is_kmh.then(|| (f64::from(number) / 1.609 / 5.0).round() as u32 * 5)
}

/// Feet where it says so, else metres below 20.
fn width_ft(tags: &Tags) -> Option<f64> {
    let text = value(tags, "width")?;
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    match text[end..].trim() {
        "ft" => Some(number),
        "m" => Some(number * 3.28084),
        "" if number < 20.0 => Some(number * 3.28084),
        rest => {
            let inches = rest.strip_prefix('\'')?.trim_end_matches('"');
            Some(number + inches.parse().unwrap_or(0.0) / 12.0)
        }
    }
}

/// Lanes for cars in a direction.
fn lanes(tags: &Tags, one_way: OneWay, against: bool) -> Option<u32> {
    let number = |key: &str| value(tags, key).and_then(first_number);
    let own = number(if against { "lanes:backward" } else { "lanes:forward" });
    let of_all = || match one_way {
        OneWay::No => number("lanes").map(|lanes| lanes.div_ceil(2)),
        _ if (one_way == OneWay::Against) == against => number("lanes"),
        _ => None,
    };
    own.or_else(of_all)
}

/// What there is for bicycles in a direction.
fn infra(tags: &Tags, one_way: OneWay, against: bool) -> Option<Infra> {
    let buffered = |side: &str| {
        let is = |key: &str| matches!(value(tags, key), Some("yes" | "both" | "left" | "right"));
        is("cycleway:buffer") || is(&format!("{side}:buffer"))
    };
    let along = |side: &str| match value(tags, side)? {
        "shared_lane" => Some(Infra::Shared),
        "buffered_lane" => Some(Infra::Buffered),
        "lane" if buffered(side) => Some(Infra::Buffered),
        "lane" => Some(Infra::Lane),
        "track" => Some(Infra::Track),
        _ => None,
    };
    if let Some(both) = along("cycleway:both") {
        return Some(both);
    }
    let [left, right] = ["cycleway:left", "cycleway:right"];
    let is_turned = |side: &str| value(tags, &format!("{side}:oneway")) == Some("-1");
    if value(tags, "oneway:bicycle") == Some("no") {
        let sides = ["cycleway", left, right];
        if sides.iter().any(|side| value(tags, side) == Some("track") && !is_turned(side)) {
            return Some(Infra::Track);
        }
    }
    let opposite = |side: &str| match value(tags, side)? {
        "opposite_lane" if buffered(side) => Some(Infra::Buffered),
        "opposite_lane" => Some(Infra::Lane),
        "opposite_track" => Some(Infra::Track),
        _ => along(side).filter(|infra| is_turned(side) && *infra != Infra::Shared),
    };
    if one_way == OneWay::No {
        return [along("cycleway"), along(if against { left } else { right })].into_iter().flatten().min();
    }
    if (one_way == OneWay::Against) == against {
        let sides = ["cycleway", left, right].into_iter().filter(|side| !is_turned(side));
        return sides.filter_map(along).min();
    }
    ["cycleway", left, right].into_iter().filter_map(opposite).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::modes::tags;

    #[test]
    fn rule_by_rule() {
        for (text, expected) in [
            ("highway=trunk cycleway=track", [3, 3]),
            ("highway=cycleway", [1, 1]),
            ("highway=path", [1, 1]),
            ("highway=living_street", [1, 1]),
            ("highway=track", [0, 0]),
            ("highway=track tracktype=grade1", [1, 1]),
            ("highway=service", [0, 0]),
            ("highway=service bicycle=yes", [1, 1]),
            ("highway=footway bicycle=yes", [0, 0]),
            ("highway=footway bicycle=yes width=3", [1, 1]),
            ("highway=footway footway=crossing", [1, 1]),
            ("highway=pedestrian bicycle=yes", [1, 1]),
            // Large streets: 40 mph and two lanes unless something is said.
            ("highway=primary", [3, 3]),
            ("highway=primary cycleway=lane", [3, 3]),
            ("highway=primary cycleway=track", [1, 1]),
            ("highway=primary cycleway:right=track", [1, 3]),
            ("highway=primary cycleway:both=track", [1, 1]),
            ("highway=secondary maxspeed=40 lanes=2 cycleway=buffered_lane", [1, 1]),
            ("highway=secondary maxspeed=40 lanes=2 cycleway=lane cycleway:buffer=yes", [1, 1]),
            ("highway=secondary maxspeed=50 lanes=2 cycleway=buffered_lane", [3, 3]),
            ("highway=secondary maxspeed=40 lanes=4 cycleway=buffered_lane", [3, 3]),
            // 30 km/h are 20 mph, rounded to 5.
            ("highway=tertiary maxspeed=30 cycleway=lane", [1, 1]),
            ("highway=tertiary maxspeed=40 cycleway=lane", [3, 3]),
            ("highway=tertiary maxspeed=30 lanes=3 cycleway=lane", [3, 3]),
            ("highway=tertiary maxspeed=30", [3, 3]),
            ("highway=tertiary maxspeed=20", [1, 1]),
            ("highway=tertiary maxspeed=20 lanes=4", [3, 3]),
            // Residential: at 25 mph by width and parking.
            ("highway=residential", [1, 1]),
            ("highway=residential maxspeed=30", [1, 1]),
            ("highway=residential maxspeed=40 width=8", [2, 2]),
            ("highway=residential width=6 parking:lane:both=no_parking", [1, 1]),
            ("highway=residential width=5 parking:lane:both=no_parking", [2, 2]),
            ("highway=residential width=6 parking:lane:right=no_stopping", [1, 1]),
            // Busy ones are rated as tertiary.
            ("highway=residential maxspeed=50", [3, 3]),
            ("highway=residential lanes=4", [3, 3]),
            ("highway=residential cycleway=lane", [3, 3]),
            ("highway=residential cycleway=lane maxspeed=30", [1, 1]),
            ("highway=unclassified", [1, 1]),
            ("highway=unclassified maxspeed=40", [1, 1]),
            ("highway=unclassified maxspeed=50", [3, 3]),
            // One way: both sides along it, what is opposite against it.
            ("highway=primary oneway=yes cycleway:left=track", [1, 3]),
            ("highway=primary oneway=yes cycleway:right=track", [1, 3]),
            ("highway=primary oneway=yes cycleway=opposite_track", [3, 1]),
            ("highway=primary oneway=yes cycleway:left=track cycleway:left:oneway=-1", [3, 1]),
            ("highway=primary oneway=-1 cycleway:right=track", [3, 1]),
            ("highway=primary oneway=yes oneway:bicycle=no cycleway:left=track", [1, 1]),
        ] {
            assert_eq!(levels(&tags(text)), expected, "{text}");
        }
    }

    #[test]
    fn widths_and_speeds() {
        let width = |text: &str| width_ft(&[("width".to_string(), text.to_string())]);
        assert_eq!(width("27 ft"), Some(27.0));
        assert_eq!(width("12'6\""), Some(12.5));
        assert_eq!(width("10'"), Some(10.0));
        assert_eq!(width("2 m"), Some(6.56168));
        assert_eq!((width("30"), width("wide")), (None, None));
        let speed = |text: &str| mph(&[("maxspeed".to_string(), text.to_string())]);
        assert_eq!(
            (speed("25 mph"), speed("50"), speed("30"), speed("SE:urban")),
            (Some(25), Some(30), Some(20), None)
        );
    }
}
