//! Who may cycle, where one may only push, and how fast it goes.
//!
//! Of `access`, `vehicle`, `bicycle` the most specific tag wins, and in its direction `bicycle:forward` over `bicycle`, and so
//! on; without any, the class of the way decides, after the OSM wiki's "OSM tags for routing/Access
//! restrictions" (worldwide defaults). Who may not ride but may walk pushes the bicycle at walking speed: those who push
//! one are walkers (for Sweden Trafikförordning 1998:1276, chapter 1 § 4), against a one-way street as well. On steps
//! one pushes only where they have a ramp, or where `bicycle` says so.

use super::{Along, ModeRules, OfValue, Tags, Use, first_word, in_direction, oneway, value, walk};

/// Those who cycle.
pub const RULES: ModeRules = ModeRules { input: "osm, bicycle", way, blocks, by_way: true };

/// What an access value says of those who cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CycleVerdict {
    Yes,
    /// To begin or to end there.
    Ends,
    Push,
    No,
}

fn verdict(value: &str) -> Option<CycleVerdict> {
    match value {
        "yes" | "designated" | "permissive" | "official" | "public" | "limited" | "discouraged"
        | "optional_sidepath" => Some(CycleVerdict::Yes),
        "destination" | "customers" | "delivery" | "private" | "residents" | "permit" | "employees" => {
            Some(CycleVerdict::Ends)
        }
        "dismount" => Some(CycleVerdict::Push),
        "no" | "use_sidepath" | "military" | "emergency" | "restricted" | "prohibited" | "none" => {
            Some(CycleVerdict::No)
        }
        _ => None,
    }
}

/// Of vehicles in general also those words that mean farmers and foresters.
fn verdict_of_vehicles(value: &str) -> Option<CycleVerdict> {
    match value {
        "agricultural" | "forestry" => Some(CycleVerdict::No),
        other => verdict(other),
    }
}

/// From the most specific.
const KEYS: [(&str, OfValue<CycleVerdict>); 3] =
    [("bicycle", verdict), ("vehicle", verdict_of_vehicles), ("access", verdict)];

/// What the tags say by mode, from the most specific.
fn said(tags: &Tags) -> Option<CycleVerdict> {
    KEYS.iter().find_map(|(key, says)| first_word(tags, key, says))
}

/// Whether one rides on a class of way where nothing else is said.
fn is_ridden(highway: &str) -> bool {
    matches!(
        highway,
        "trunk"
            | "trunk_link"
            | "primary"
            | "primary_link"
            | "secondary"
            | "secondary_link"
            | "tertiary"
            | "tertiary_link"
            | "unclassified"
            | "residential"
            | "living_street"
            | "service"
            | "road"
            | "track"
            | "path"
            | "cycleway"
            | "trail"
            | "byway"
            | "minor"
            | "unsurfaced"
    )
}

/// What those who cycle may do along a way with these tags (sorted by key).
pub fn way(tags: &Tags) -> Along {
    let highway = value(tags, "highway");
    if !walk::is_there(tags) || highway.is_none() {
        return pushed_along(tags, [Use::No; 2], false);
    }
    let by_class = highway.is_some_and(is_ridden) && value(tags, "motorroad") != Some("yes");
    // `access=yes` on a footpath does not mean bicycles.
    let keys = if by_class { &KEYS[..] } else { &KEYS[..2] };
    let said = keys.iter().find_map(|(key, says)| first_word(tags, key, says));
    let verdict = said.unwrap_or(if by_class { CycleVerdict::Yes } else { CycleVerdict::No });
    let of_service = said.is_none() && value(tags, "service") == Some("private");
    let rides = |verdict| match verdict {
        CycleVerdict::Yes | CycleVerdict::Ends if highway != Some("steps") => Use::Riding,
        _ => Use::No,
    };
    let mut along = [rides(verdict); 2];
    for (direction, is_open) in along.iter_mut().zip(directions(tags)) {
        if !is_open {
            *direction = Use::No;
        }
    }
    for (direction, suffix) in along.iter_mut().zip([":forward", ":backward"]) {
        if let Some(own) = in_direction(tags, keys, suffix) {
            *direction = rides(own);
        }
    }
    pushed_along(tags, along, verdict == CycleVerdict::Ends || verdict == CycleVerdict::Yes && of_service)
}

/// Whether one may push a bicycle along a way, and against it.
pub fn pushed(tags: &Tags) -> [bool; 2] {
    let walk = walk::way(tags);
    let asks_for_ramp = value(tags, "highway") == Some("steps");
    let has_ramp = ["ramp:bicycle", "ramp"].iter().any(|key| value(tags, key).is_some_and(|v| v != "no"))
        || matches!(first_word(tags, "bicycle", verdict), Some(CycleVerdict::Yes | CycleVerdict::Push));
    let pushes = !asks_for_ramp || has_ramp;
    [walk.forward, walk.backward].map(|walks| pushes && walks)
}

/// Where one does not ride, one pushes if one may walk.
fn pushed_along(tags: &Tags, ridden: [Use; 2], ends_only: bool) -> Along {
    let pushes = pushed(tags);
    let of = |direction: usize| match (ridden[direction], pushes[direction]) {
        (Use::No, true) => Use::OnFoot,
        (ridden, _) => ridden,
    };
    Along { forward: of(0), backward: of(1), ends_only }
}

/// Whether one may ride in the order of the nodes, and against it.
fn directions(tags: &Tags) -> [bool; 2] {
    if let Some(own) = value(tags, "oneway:bicycle").and_then(oneway) {
        return own;
    }
    let contraflow = ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"]
        .iter()
        .any(|key| value(tags, key).is_some_and(|v| v.starts_with("opposite")))
        || ["cycleway:left:oneway", "cycleway:right:oneway", "cycleway:both:oneway"]
            .iter()
            .any(|key| value(tags, key).is_some_and(|v| matches!(v, "no" | "-1")));
    if contraflow {
        return [true, true];
    }
    let is_round = matches!(value(tags, "junction"), Some("roundabout" | "circular"));
    let implied = is_round || value(tags, "highway") == Some("motorway");
    value(tags, "oneway").and_then(oneway).unwrap_or(if implied { [true, false] } else { [true, true] })
}

/// Whether nobody gets a bicycle through a node with these tags: a barrier that is closed to those who cycle and to those
/// who walk, or one that no bicycle fits through.
pub fn blocks(tags: &Tags) -> bool {
    let Some(barrier) = value(tags, "barrier") else { return false };
    let is_narrow = matches!(barrier, "stile" | "turnstile" | "full-height_turnstile" | "kissing_gate");
    if is_narrow
        && !matches!(first_word(tags, "bicycle", verdict), Some(CycleVerdict::Yes | CycleVerdict::Push))
    {
        return true;
    }
    // A gate that is for some only shuts out those who may not walk through either.
    !matches!(said(tags), Some(CycleVerdict::Yes | CycleVerdict::Push)) && walk::blocks(tags)
}

/// How fast one rides on a class of way, as parts of the speed on the flat: those of OSRM's bicycle profile
/// (`profiles/bicycle.lua` of Project-OSRM/osrm-backend at 00bc24c, `bicycle_speeds`), where 15 km/h is the whole.
/// Other classes that one may ride on are ridden at the whole speed.
pub const CLASSES: &[(&str, u32)] = &[("", 15), ("track", 12), ("path", 13)];

/// The same by surface (`surface_speeds` of that profile); of class and surface the slower counts.
pub const SURFACES: &[(&str, u32)] = &[
    ("", 15),
    ("wood", 10),
    ("metal", 10),
    ("cobblestone:flattened", 10),
    ("paving_stones", 10),
    ("compacted", 10),
    ("cobblestone", 7),
    ("unpaved", 6),
    ("fine_gravel", 10),
    ("gravel", 6),
    ("pebblestone", 6),
    ("grass_paver", 6),
    ("ground", 10),
    ("dirt", 8),
    ("earth", 6),
    ("grass", 6),
    ("mud", 3),
    ("sand", 3),
    ("woodchips", 3),
    ("sett", 9),
];

/// The whole of [`CLASSES`] and [`SURFACES`].
pub const WHOLE: u32 = 15;

/// The same by smoothness, in hundredths: GraphHopper's factors (`BikeCommonAverageSpeedParser` of graphhopper/graphhopper
/// at 088840c), none above the whole.
pub const SMOOTHNESS: &[(&str, u32)] = &[
    ("", 100),
    ("intermediate", 90),
    ("bad", 70),
    ("very_bad", 40),
    ("horrible", 30),
    ("very_horrible", 10),
    ("impassable", 10),
];

/// The rows of [`CLASSES`], [`SURFACES`] and [`SMOOTHNESS`] that a way belongs to.
pub fn kind(tags: &Tags) -> [u16; 3] {
    let row = |key: &str, rows: &[(&str, u32)]| {
        let at = value(tags, key).and_then(|value| rows.iter().position(|(name, _)| *name == value));
        at.unwrap_or(0) as u16
    };
    [row("highway", CLASSES), row("surface", SURFACES), row("smoothness", SMOOTHNESS)]
}

/// The whole of [`part`].
pub const WHOLE_PART: u32 = WHOLE * 100;

/// The part of the speed on the flat that a way of a kind leaves: of class, surface and smoothness the slowest counts.
pub fn part([class, surface, smoothness]: [u16; 3]) -> u32 {
    let of_ground = CLASSES[class as usize].1.min(SURFACES[surface as usize].1) * 100;
    of_ground.min(SMOOTHNESS[smoothness as usize].1 * WHOLE)
}

#[cfg(test)]
mod tests {
    use super::super::tags;
    use super::*;

    /// `forward/backward`, each `ride`, `push` or `no`, and `ends` where nobody passes through.
    fn told(text: &str) -> String {
        let Along { forward, backward, ends_only } = way(&tags(text));
        let word = |used| match used {
            Use::No => "no",
            Use::OnFoot => "push",
            Use::Riding => "ride",
        };
        let ends = if ends_only { " ends" } else { "" };
        format!("{}/{}{ends}", word(forward), word(backward))
    }

    #[test]
    fn ways_tag_by_tag() {
        for (text, expected) in [
            ("highway=residential", "ride/ride"),
            ("highway=cycleway", "ride/ride"),
            ("highway=cycleway foot=no", "ride/ride"),
            ("highway=footway", "push/push"),
            ("highway=footway bicycle=yes", "ride/ride"),
            ("highway=pedestrian", "push/push"),
            ("highway=path bicycle=dismount", "push/push"),
            ("highway=steps", "no/no"),
            ("highway=steps ramp:bicycle=yes", "push/push"),
            ("highway=steps bicycle=yes", "push/push"),
            ("railway=platform", "push/push"),
            ("highway=motorway", "no/no"),
            ("highway=motorway bicycle=yes", "ride/no"),
            ("highway=trunk motorroad=yes", "no/no"),
            ("highway=busway", "no/no"),
            ("highway=busway bicycle=yes", "ride/ride"),
            ("highway=construction bicycle=yes", "no/no"),
            ("route=ferry bicycle=yes", "no/no"),
            // Who may not ride may push, who may do neither is out.
            ("highway=residential bicycle=no", "push/push"),
            ("highway=residential bicycle=no foot=no", "no/no"),
            ("highway=primary bicycle=use_sidepath foot=no", "no/no"),
            // One-way streets are ridden along, and pushed against.
            ("highway=residential oneway=yes", "ride/push"),
            ("highway=residential oneway=-1", "push/ride"),
            ("highway=cycleway oneway=yes foot=no", "ride/no"),
            ("highway=residential oneway=yes oneway:bicycle=no", "ride/ride"),
            ("highway=residential oneway:bicycle=-1", "push/ride"),
            ("highway=residential oneway=yes cycleway=opposite", "ride/ride"),
            ("highway=residential oneway=yes cycleway:left=opposite_lane", "ride/ride"),
            ("highway=residential oneway=yes cycleway:right:oneway=no", "ride/ride"),
            ("highway=residential oneway=yes bicycle:backward=yes", "ride/ride"),
            ("highway=residential bicycle:backward=no foot=no", "ride/no"),
            ("highway=residential access:backward=no", "ride/push"),
            ("highway=residential vehicle:forward=no", "push/ride"),
            ("highway=residential oneway=yes access:backward=destination", "ride/ride"),
            // What is said of bicycles goes before what is said of all in one direction.
            ("highway=residential bicycle=yes access:backward=no", "ride/ride"),
            ("highway=residential vehicle=yes access:backward=no bicycle:forward=no", "push/ride"),
            ("highway=footway access=yes", "push/push"),
            ("highway=footway access=private", "no/no"),
            ("highway=tertiary junction=roundabout foot=no", "ride/no"),
            ("highway=tertiary junction=roundabout oneway=no", "ride/ride"),
            // The most specific tag wins.
            ("highway=track access=no bicycle=yes", "ride/ride"),
            ("highway=track vehicle=no", "push/push"),
            ("highway=track vehicle=no bicycle=permissive", "ride/ride"),
            ("highway=track vehicle=forestry", "push/push"),
            ("highway=residential motor_vehicle=no", "ride/ride"),
            // Only to begin or to end there.
            ("highway=service access=private", "ride/ride ends"),
            ("highway=service access=customers", "ride/ride ends"),
            ("highway=residential vehicle=destination", "ride/ride ends"),
            ("highway=residential access=destination bicycle=yes", "ride/ride"),
            ("highway=service access=delivery", "ride/ride ends"),
            ("highway=service service=private", "ride/ride ends"),
            ("highway=service service=private bicycle=yes", "ride/ride"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn barriers_block_where_nobody_can_push() {
        for text in [
            "barrier=gate access=no",
            "barrier=gate access=private",
            "barrier=gate bicycle=no foot=no",
            "barrier=stile",
            "barrier=turnstile foot=yes",
        ] {
            assert!(blocks(&tags(text)), "{text}");
        }
        for text in [
            "barrier=gate",
            "barrier=bollard motor_vehicle=no",
            "barrier=cycle_barrier bicycle=no",
            "barrier=gate access=private foot=yes",
            "barrier=gate access=no bicycle=yes",
            "barrier=stile bicycle=yes",
            "highway=crossing",
        ] {
            assert!(!blocks(&tags(text)), "{text}");
        }
    }

    #[test]
    fn speeds_by_class_and_surface() {
        let parts = |text: &str| {
            let kind = kind(&tags(text));
            [CLASSES[kind[0] as usize].1, SURFACES[kind[1] as usize].1]
        };
        let whole = |text: &str| part(kind(&tags(text)));
        assert_eq!(whole("highway=path surface=asphalt smoothness=good"), 1300);
        assert_eq!(whole("highway=path surface=gravel smoothness=intermediate"), 600);
        assert_eq!(whole("highway=residential smoothness=very_bad"), 600);
        assert_eq!(whole("highway=residential smoothness=excellent"), WHOLE_PART);
        assert_eq!(parts("highway=residential"), [15, 15]);
        assert_eq!(parts("highway=track surface=gravel"), [12, 6]);
        assert_eq!(parts("highway=path surface=asphalt"), [13, 15]);
        assert_eq!(parts("highway=cycleway surface=moon_dust"), [15, 15]);
    }
}
