//! The table of osm-lts 0.5.1, after Furth's of Northeastern University. It rates both directions alike.

use super::levels::{Levels, first_number};
use crate::network::modes::{Tags, value};

/// By class where no sign says so, mph; others 25.
const MPH: &[(&str, u32)] = &[
    ("living_street", 15),
    ("tertiary", 30),
    ("tertiary_link", 30),
    ("secondary", 35),
    ("secondary_link", 35),
    ("primary", 40),
    ("primary_link", 40),
    ("trunk", 40),
    ("trunk_link", 40),
];
/// By zone, for the United States: what `maxspeed:type` or `source:maxspeed` says, mph.
const ZONES: &[(&str, u32)] = &[("living_street", 10), ("urban", 25), ("rural", 55)];
const KMH_TO_MPH: f64 = 0.621371;

pub(super) fn levels(tags: &Tags) -> Levels {
    [level(tags); 2]
}

fn level(tags: &Tags) -> u8 {
    let Some(highway) = value(tags, "highway") else { return 0 };
    if matches!(highway, "motorway" | "motorway_link" | "footway" | "sidewalk" | "steps" | "pedestrian") {
        return 0;
    }
    let cycleway = ["cycleway", "cycleway:right", "cycleway:left", "cycleway:both"];
    let cycleway = cycleway.iter().find_map(|key| value(tags, key).filter(|value| !value.is_empty()));
    if matches!(highway, "cycleway" | "path" | "track" | "living_street") || cycleway == Some("track") {
        return 1;
    }
    let mph = mph(tags, highway);
    let many_lanes = matches!(highway, "primary" | "primary_link" | "secondary" | "secondary_link");
    let lanes = value(tags, "lanes").and_then(first_number).unwrap_or(if many_lanes { 4 } else { 2 });
    let is_large = matches!(highway, "primary" | "primary_link" | "trunk" | "trunk_link");
    if mph > 35 || is_large || lanes >= 3 && mph > 30 {
        return 4;
    }
    let has_lane = matches!(cycleway, Some("lane" | "opposite_lane" | "shared_lane"));
    if mph <= 25 && (has_lane || matches!(highway, "residential" | "unclassified")) {
        return 2;
    }
    // What is left are moderate streets, and service roads, where there is little traffic.
    if highway == "service" && !has_lane { 1 } else { 3 }
}

fn mph(tags: &Tags, highway: &str) -> u32 {
    let signed = value(tags, "maxspeed").and_then(|text| {
        let number = first_number(text)?;
        let is_mph = text.to_ascii_lowercase().contains("mph");
        Some(if is_mph { number } else { (f64::from(number) * KMH_TO_MPH).round() as u32 })
    });
    let zone = || {
        let text = value(tags, "maxspeed:type").or_else(|| value(tags, "source:maxspeed"))?;
        let (country, zone) = text.trim().split_once(':')?;
        let is_american = country == "US" || country.starts_with("US-");
        let row = ZONES.iter().find(|(name, _)| is_american && *name == zone);
        row.map(|&(_, mph)| mph)
    };
    let by_class = || MPH.iter().find(|(class, _)| *class == highway).map(|&(_, mph)| mph);
    signed.or_else(zone).or_else(by_class).unwrap_or(25)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::modes::tags;

    #[test]
    fn rule_by_rule() {
        for (text, expected) in [
            ("railway=platform", 0),
            ("highway=motorway", 0),
            ("highway=footway bicycle=yes", 0),
            ("highway=steps", 0),
            ("highway=cycleway", 1),
            ("highway=path", 1),
            ("highway=track tracktype=grade2", 1),
            ("highway=living_street", 1),
            ("highway=primary cycleway:right=track maxspeed=70", 1),
            ("highway=secondary maxspeed=60", 4),
            ("highway=primary", 4),
            ("highway=primary maxspeed=30", 4),
            // 35 mph and four lanes, where nothing is said of a secondary street.
            ("highway=secondary", 4),
            ("highway=secondary lanes=2", 3),
            ("highway=secondary maxspeed=50", 4),
            ("highway=secondary maxspeed=48", 3),
            ("highway=residential", 2),
            ("highway=residential maxspeed=40", 2),
            // 50 km/h are 31 mph.
            ("highway=residential maxspeed=50", 3),
            ("highway=unclassified maxspeed=30", 2),
            ("highway=tertiary", 3),
            ("highway=tertiary maxspeed=40 cycleway=lane", 2),
            ("highway=tertiary cycleway=shared_lane maxspeed=30", 2),
            ("highway=tertiary cycleway=lane", 3),
            ("highway=service", 1),
            ("highway=service maxspeed=60", 4),
            ("highway=road", 3),
            ("highway=residential maxspeed:type=US-CO:rural", 4),
            ("highway=residential source:maxspeed=SE:rural", 2),
        ] {
            assert_eq!(level(&tags(text)), expected, "{text}");
        }
        // Texts with spaces.
        let with = |speed: &str| {
            let mut all = tags("highway=residential");
            all.push(("maxspeed".to_string(), speed.to_string()));
            level(&all)
        };
        assert_eq!((with("25 mph"), with("30 mph"), with("40 mph"), with("50 km/h")), (2, 3, 4, 3));
    }
}
