//! How fast one drives along a way: what its sign says, else what the law of its country says, else what is usual on
//! its class.
//!
//! `maxspeed`, `maxspeed:forward` and `maxspeed:backward` in km/h, `mph` or `knots`, `walk`, `none`, and the names of
//! zones (`SE:urban`, `30` at `zone:maxspeed`), as the OSM wiki's "Key:maxspeed" has them.

use super::{Tags, value};

/// Metres an hour.
pub type MPerH = u32;

/// The law of a country where no sign stands, km/h: what passenger cars may drive. Put together by hand; of laws that
/// differ within a country the usual one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    pub living_street: u32,
    pub urban: u32,
    pub rural: u32,
    /// Motor roads that are no motorways.
    pub trunk: u32,
    pub motorway: u32,
}

const fn law(country: &'static str, kmh: [u32; 5]) -> Law {
    let [living_street, urban, rural, trunk, motorway] = kmh;
    Law { country, living_street, urban, rural, trunk, motorway }
}

/// By country, in the order of their codes. Germany's motorways have no limit: 130 km/h is what is advised there.
pub const LAWS: &[Law] = &[
    law("AT", [5, 50, 100, 100, 130]),
    law("AU", [10, 50, 100, 110, 110]),
    law("BE", [20, 50, 70, 90, 120]),
    law("BR", [20, 40, 60, 80, 110]),
    law("CH", [20, 50, 80, 100, 120]),
    law("CZ", [20, 50, 90, 110, 130]),
    law("DE", [7, 50, 100, 100, 130]),
    law("DK", [15, 50, 80, 80, 130]),
    law("EE", [20, 50, 90, 90, 110]),
    law("ES", [20, 50, 90, 90, 120]),
    law("FI", [20, 50, 80, 80, 120]),
    law("FR", [20, 50, 80, 110, 130]),
    law("GB", [32, 48, 97, 97, 113]),
    law("IE", [20, 50, 80, 100, 120]),
    law("IT", [20, 50, 90, 110, 130]),
    law("NL", [15, 50, 80, 100, 100]),
    law("NO", [15, 50, 80, 80, 100]),
    law("NZ", [10, 50, 100, 100, 100]),
    law("PL", [20, 50, 90, 100, 140]),
    law("PT", [20, 50, 90, 100, 120]),
    law("SE", [7, 50, 70, 90, 110]),
    law("US", [24, 40, 89, 89, 105]),
];

/// What is driven where no country is named, km/h by class: those of OSRM's car profile (`profiles/car.lua` of
/// Project-OSRM/osrm-backend at 0012f45, `speed_profile`). Classes that it lacks are ours. A way keeps its row.
pub const CLASSES: &[(&str, u32)] = &[
    ("", 25),
    ("motorway", 90),
    ("motorway_link", 75),
    ("trunk", 85),
    ("trunk_link", 70),
    ("primary", 65),
    ("primary_link", 60),
    ("secondary", 55),
    ("secondary_link", 50),
    ("tertiary", 40),
    ("tertiary_link", 30),
    ("unclassified", 25),
    ("residential", 25),
    ("living_street", 10),
    ("service", 15),
    ("track", 15),
];

/// Countries of [`LAWS`] where one drives on the left.
const LEFT: &[&str] = &["AU", "GB", "IE", "NZ"];

impl Law {
    /// Whether one drives on the left.
    pub fn drives_left(&self) -> bool {
        LEFT.contains(&self.country)
    }
}

/// Nobody drives faster, nor slower, km/h.
const FASTEST: u32 = 140;
const SLOWEST: u32 = 5;

/// The row of [`CLASSES`] that a way belongs to.
pub fn class(tags: &Tags) -> u16 {
    let at = value(tags, "highway").and_then(|class| CLASSES.iter().position(|(name, _)| *name == class));
    at.unwrap_or(0) as u16
}

/// A country's law by its code.
pub fn law_of(country: &str) -> Option<&'static Law> {
    LAWS.iter().find(|law| law.country == country)
}

/// A way's speeds along it and against it, and whether a tag says so. `urban`: built-up.
pub fn speeds(tags: &Tags, law: Option<&Law>, urban: bool) -> ([MPerH; 2], bool) {
    let signed = |key: &str| value(tags, key).and_then(of_sign);
    let both = signed("maxspeed").or_else(|| {
        ["maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"]
            .iter()
            .find_map(|key| signed(key))
    });
    let [forward, backward] = ["maxspeed:forward", "maxspeed:backward"].map(|key| signed(key).or(both));
    let usual = usual(tags, law, urban);
    let bounded = |speed: Option<MPerH>| speed.unwrap_or(usual).clamp(SLOWEST * 1000, FASTEST * 1000);
    let slower = |speed: MPerH| match (value(tags, "highway"), value(tags, "service")) {
        // Nobody drives along a parking aisle as fast as the zone allows.
        (Some("service"), Some("parking_aisle" | "driveway" | "drive-through")) => speed.min(10_000),
        (Some("service"), _) => speed.min(30_000),
        _ => speed,
    };
    ([slower(bounded(forward)), slower(bounded(backward))], forward.is_some() && backward.is_some())
}

fn usual(tags: &Tags, law: Option<&Law>, urban: bool) -> MPerH {
    let by_class = CLASSES[class(tags) as usize].1;
    let Some(law) = law else { return by_class * 1000 };
    let is_motor_road = value(tags, "motorroad") == Some("yes");
    let kmh = match value(tags, "highway").unwrap_or("") {
        "motorway" => law.motorway,
        "living_street" => law.living_street,
        // Ramps, and roads to one place, are driven as one can.
        link if link.ends_with("_link") => by_class,
        "service" | "track" => by_class,
        _ if is_motor_road => law.trunk,
        "trunk" if !urban => law.trunk,
        _ if urban => law.urban,
        _ => law.rural,
    };
    kmh * 1000
}

/// What a value of `maxspeed` says; `None` where it says nothing. Of several the first.
fn of_sign(text: &str) -> Option<MPerH> {
    let text = text.split(';').next()?.trim();
    match text {
        "none" | "no" => return Some(FASTEST * 1000),
        "walk" => return Some(SLOWEST * 1000),
        _ => {}
    }
    if let Some((country, zone)) = text.split_once(':') {
        return of_zone(country, zone);
    }
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let m_per_h = match text[digits..].trim() {
        "" | "km/h" | "kmh" | "kph" => 1000.0,
        "mph" => 1609.344,
        "knots" => 1852.0,
        _ => return None,
    };
    (number > 0.0).then(|| (number * m_per_h).round() as MPerH)
}

/// `SE:urban`, `DE:zone30`, `DE:zone:30`, `NO:80`.
fn of_zone(country: &str, zone: &str) -> Option<MPerH> {
    let numbered = zone.trim_start_matches("zone").trim_start_matches(':');
    if let Ok(kmh) = numbered.parse::<u32>() {
        return (kmh > 0).then_some(kmh * 1000);
    }
    let law = law_of(country)?;
    let kmh = match zone {
        "urban" | "nsl_restricted" => law.urban,
        "rural" | "nsl_single" => law.rural,
        "trunk" | "motorroad" | "nsl_dual" | "expressway" => law.trunk,
        "motorway" => law.motorway,
        "living_street" | "bicycle_road" => law.living_street,
        _ => return None,
    };
    Some(kmh * 1000)
}

#[cfg(test)]
mod tests {
    use super::super::tags;
    use super::*;

    fn kmh(text: &str, country: &str, urban: bool) -> [f64; 2] {
        speeds(&tags(text), law_of(country), urban).0.map(|m_per_h| f64::from(m_per_h) / 1000.0)
    }

    #[test]
    fn signs() {
        for (text, expected) in [
            ("maxspeed=50", [50.0; 2]),
            ("maxspeed=30 maxspeed:backward=20", [30.0, 20.0]),
            ("maxspeed=25_mph", [40.234; 2]),
            ("maxspeed=none", [140.0; 2]),
            ("maxspeed=walk", [5.0; 2]),
            ("maxspeed=SE:rural", [70.0; 2]),
            ("maxspeed=DE:zone:30", [30.0; 2]),
            ("source:maxspeed=NO:urban", [50.0; 2]),
            ("maxspeed=signals", [25.0; 2]),
        ] {
            // Tests write tags without spaces.
            let text = format!("highway=residential {text}");
            let mut tags = tags(&text);
            tags.iter_mut().for_each(|(_, value)| *value = value.replace("_mph", " mph"));
            let found = speeds(&tags, None, true).0.map(|m_per_h| f64::from(m_per_h) / 1000.0);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn the_law_where_no_sign_stands() {
        assert_eq!(kmh("highway=residential", "SE", true), [50.0; 2]);
        assert_eq!(kmh("highway=tertiary", "SE", false), [70.0; 2]);
        assert_eq!(kmh("highway=motorway", "SE", false), [110.0; 2]);
        assert_eq!(kmh("highway=trunk", "SE", false), [90.0; 2]);
        assert_eq!(kmh("highway=living_street", "SE", true), [7.0; 2]);
        assert_eq!(kmh("highway=service", "SE", true), [15.0; 2]);
        assert_eq!(kmh("highway=service service=parking_aisle maxspeed=30", "SE", true), [10.0; 2]);
        // No country: by class.
        assert_eq!(kmh("highway=primary", "", true), [65.0; 2]);
        assert_eq!(kmh("highway=residential", "", false), [25.0; 2]);
    }

    #[test]
    fn laws_are_in_the_order_of_countries() {
        assert!(LAWS.is_sorted_by_key(|law| law.country));
    }
}
