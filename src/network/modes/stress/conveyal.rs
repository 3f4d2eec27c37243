//! The table of Conveyal R5.
//!
//! Without cars 1; service roads are not rated; residential and living streets 1. Other streets are 2 up to 25 mph and
//! three lanes (or an unknown number), else 3; small ones (unclassified, tertiary) of up to three lanes and unknown speed
//! 2. A lane makes small ones 2; large ones without a lane are 4.

use super::levels::Levels;
use crate::network::modes::{Tags, Use, car, value};

pub(super) fn levels(tags: &Tags) -> Levels {
    let cars = car::way(tags);
    if cars.forward == Use::No && cars.backward == Use::No {
        return [1; 2];
    }
    let highway = value(tags, "highway").unwrap_or_default();
    match highway {
        "service" => return [0; 2],
        "residential" | "living_street" => return [1; 2],
        _ => {}
    }
    let kmh = value(tags, "maxspeed").and_then(kmh);
    let lanes = value(tags, "lanes").and_then(|text| text.parse::<u32>().ok());
    let is_slow = kmh.is_some_and(|kmh| kmh <= 25.0 * 1.61);
    let has_few_lanes = lanes.is_none_or(|lanes| lanes <= 3);
    let mixed = if is_slow && has_few_lanes { 2 } else { 3 };
    let is_small = matches!(highway, "unclassified" | "tertiary" | "tertiary_link");
    let of = |has_lane: bool| match (is_small, has_lane) {
        (true, true) => 2,
        (true, false) if kmh.is_none() && lanes.is_some_and(|lanes| lanes <= 3) => 2,
        (false, false) => 4,
        _ => mixed,
    };
    lanes_for_bicycles(tags).map(of)
}

/// Along, against.
fn lanes_for_bicycles(tags: &Tags) -> [bool; 2] {
    let is = |key: &str, word: &str| value(tags, key) == Some(word);
    let both = is("cycleway", "lane");
    let along = is("cycleway:left", "opposite") || is("cycleway:right", "lane");
    let against =
        is("cycleway:left", "lane") || is("cycleway", "opposite") || is("cycleway:right", "opposite");
    [both || along, both || against]
}

/// A number with a unit or none.
fn kmh(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    match text[end..].strip_prefix(' ').unwrap_or(&text[end..]) {
        "" | "km/h" | "kmh" | "kph" => Some(number),
        "mph" => Some(number * 1.609),
        "knots" => Some(number * 1.852),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::modes::tags;

    #[test]
    fn rule_by_rule() {
        for (text, expected) in [
            ("highway=cycleway", [1, 1]),
            ("highway=tertiary motor_vehicle=no", [1, 1]),
            ("highway=service", [0, 0]),
            ("highway=residential maxspeed=50", [1, 1]),
            ("highway=living_street", [1, 1]),
            // Small streets, mixed: by speed and lanes.
            ("highway=tertiary", [3, 3]),
            ("highway=tertiary lanes=2", [2, 2]),
            ("highway=tertiary lanes=4", [3, 3]),
            ("highway=tertiary maxspeed=40", [2, 2]),
            ("highway=tertiary maxspeed=40 lanes=3", [2, 2]),
            ("highway=tertiary maxspeed=40 lanes=4", [3, 3]),
            ("highway=tertiary maxspeed=50 lanes=2", [3, 3]),
            ("highway=unclassified", [3, 3]),
            // 25 mph are 40.225 km/h: up to 40.25.
            ("highway=unclassified maxspeed=25_mph", [3, 3]),
            // With a lane.
            ("highway=tertiary cycleway=lane maxspeed=50", [2, 2]),
            ("highway=tertiary cycleway:right=lane maxspeed=50", [2, 3]),
            ("highway=tertiary cycleway:left=lane maxspeed=50", [3, 2]),
            ("highway=tertiary cycleway=opposite maxspeed=50", [3, 2]),
            // Neither tracks nor `cycleway:both` are read.
            ("highway=tertiary cycleway:both=lane maxspeed=50", [3, 3]),
            ("highway=secondary cycleway=track", [4, 4]),
            // Large streets.
            ("highway=secondary", [4, 4]),
            ("highway=secondary maxspeed=30", [4, 4]),
            ("highway=secondary cycleway=lane", [3, 3]),
            ("highway=secondary cycleway=lane maxspeed=40", [2, 2]),
            ("highway=trunk cycleway:right=lane", [3, 4]),
        ] {
            assert_eq!(levels(&tags(text)), expected, "{text}");
        }
    }

    #[test]
    fn speeds() {
        assert_eq!(kmh("50"), Some(50.0));
        assert_eq!(kmh("25 mph"), Some(25.0 * 1.609));
        assert_eq!(kmh("25mph"), Some(25.0 * 1.609));
        assert_eq!(kmh("10 knots"), Some(18.52));
        assert_eq!(kmh("SE:urban"), None);
        assert_eq!(kmh("walk"), None);
    }
}
