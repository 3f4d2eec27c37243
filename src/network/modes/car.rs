//! Who may drive, in which direction, and what stops a car.
//!
//! Of `access`, `vehicle`, `motor_vehicle`, `motorcar` the most specific tag wins, and in its direction
//! `motorcar:forward` over `motorcar`, and so on; without any, the class of the way decides, after the OSM wiki's "OSM tags for
//! routing/Access restrictions" (worldwide defaults). A track is not driven unless a tag says so. How fast it goes is in
//! [`super::car_speeds`], how long it takes to turn in [`super::car_delays`].

use super::{Along, ModeRules, OfValue, Tags, Use, first_word, in_direction, oneway, value, walk};

/// Those who drive a car.
pub const RULES: ModeRules = ModeRules { input: "osm, car", way, blocks, by_way: true };

/// What an access value says of those who drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DriveVerdict {
    Yes,
    /// To begin or to end there.
    Ends,
    No,
}

/// From the most specific.
const KEYS: [(&str, OfValue<DriveVerdict>); 4] =
    [("motorcar", verdict), ("motor_vehicle", verdict), ("vehicle", verdict), ("access", verdict)];

fn verdict(value: &str) -> Option<DriveVerdict> {
    match value {
        "yes" | "designated" | "permissive" | "official" | "public" | "limited" | "discouraged"
        | "unsuitable" => Some(DriveVerdict::Yes),
        "destination" | "customers" | "delivery" | "private" | "residents" | "permit" | "employees" => {
            Some(DriveVerdict::Ends)
        }
        "no" | "agricultural" | "forestry" | "military" | "emergency" | "restricted" | "prohibited"
        | "none" | "bus" | "psv" | "hov" | "use_sidepath" | "dismount" => Some(DriveVerdict::No),
        _ => None,
    }
}

/// What the tags say of both directions.
fn said(tags: &Tags) -> Option<DriveVerdict> {
    KEYS.iter().find_map(|(key, says)| first_word(tags, key, says))
}

/// Classes of ways that are driven where nothing else is said.
const DRIVEN: &[&str] = &[
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "minor",
];

/// Service roads that lead to one place.
const TO_ONE_PLACE: &[&str] = &["driveway", "parking_aisle", "drive-through", "private"];

/// What those who drive may do along a way with these tags (sorted by key).
pub fn way(tags: &Tags) -> Along {
    let Some(highway) = value(tags, "highway").filter(|_| walk::is_there(tags)) else { return Along::NO };
    // Whatever says `access=yes`: no car fits there, or nobody means one.
    if matches!(highway, "steps" | "corridor" | "elevator" | "platform" | "proposed" | "construction") {
        return Along::NO;
    }
    let by_class = DRIVEN.contains(&highway) && value(tags, "service") != Some("emergency_access");
    let of_cars = KEYS[..3].iter().find_map(|(key, says)| first_word(tags, key, says));
    let verdict = match by_class {
        true => said(tags).unwrap_or(DriveVerdict::Yes),
        // `access=yes` on a footpath does not mean cars.
        false => of_cars.unwrap_or(DriveVerdict::No),
    };
    let open = |verdict| if verdict == DriveVerdict::No { Use::No } else { Use::Riding };
    let mut along = [open(verdict); 2];
    for (direction, is_open) in along.iter_mut().zip(directions(tags, highway)) {
        if !is_open {
            *direction = Use::No;
        }
    }
    for (direction, suffix) in along.iter_mut().zip([":forward", ":backward"]) {
        let own = in_direction(tags, &KEYS, suffix);
        if let Some(own) = own.filter(|_| by_class || of_cars.is_some()) {
            *direction = open(own);
        }
    }
    let of_service = value(tags, "service").is_some_and(|service| TO_ONE_PLACE.contains(&service));
    let ends_only = verdict == DriveVerdict::Ends || of_service && of_cars != Some(DriveVerdict::Yes);
    Along { forward: along[0], backward: along[1], ends_only }
}

/// Whether one may drive in the order of the nodes, and against it.
fn directions(tags: &Tags, highway: &str) -> [bool; 2] {
    let is_round = matches!(value(tags, "junction"), Some("roundabout" | "circular"));
    let implied = is_round || matches!(highway, "motorway" | "motorway_link");
    ["oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"]
        .iter()
        .find_map(|key| value(tags, key).and_then(oneway))
        .unwrap_or(if implied { [true, false] } else { [true, true] })
}

/// Barriers that a car passes unless a tag says otherwise.
const PASSED: &[&str] = &[
    "gate",
    "lift_gate",
    "swing_gate",
    "toll_booth",
    "border_control",
    "checkpoint",
    "cattle_grid",
    "entrance",
    "height_restrictor",
    "kerb",
    "no",
    "sally_port",
    "width_restrictor",
    "bump_gate",
    "spikes",
    "speed_bump",
];

/// Whether nobody drives through a node with these tags: a barrier that no car passes, or that is for some only.
pub fn blocks(tags: &Tags) -> bool {
    let Some(barrier) = value(tags, "barrier") else { return false };
    match said(tags) {
        Some(verdict) => verdict != DriveVerdict::Yes,
        None => !PASSED.contains(&barrier),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tags;
    use super::*;

    /// `forward/backward`, each `drive` or `no`, and `ends` where nobody passes through.
    fn told(text: &str) -> String {
        let Along { forward, backward, ends_only } = way(&tags(text));
        let word = |used| if used == Use::Riding { "drive" } else { "no" };
        let ends = if ends_only { " ends" } else { "" };
        format!("{}/{}{ends}", word(forward), word(backward))
    }

    #[test]
    fn ways_tag_by_tag() {
        for (text, expected) in [
            ("highway=residential", "drive/drive"),
            ("highway=service", "drive/drive"),
            ("highway=motorway", "drive/no"),
            ("highway=motorway_link", "drive/no"),
            ("highway=motorway_link oneway=no", "drive/drive"),
            ("highway=trunk", "drive/drive"),
            ("highway=tertiary junction=roundabout", "drive/no"),
            ("highway=track", "no/no"),
            ("highway=track motor_vehicle=yes", "drive/drive"),
            ("highway=track access=yes", "no/no"),
            ("highway=footway", "no/no"),
            ("highway=footway access=yes", "no/no"),
            ("highway=pedestrian motor_vehicle=destination", "drive/drive ends"),
            ("highway=cycleway motorcar=yes", "drive/drive"),
            ("highway=steps motorcar=yes", "no/no"),
            ("highway=construction motorcar=yes", "no/no"),
            ("highway=busway", "no/no"),
            ("railway=platform", "no/no"),
            // The most specific tag wins.
            ("highway=residential access=no", "no/no"),
            ("highway=residential access=no motorcar=yes", "drive/drive"),
            ("highway=residential vehicle=no motor_vehicle=yes", "drive/drive"),
            ("highway=residential motor_vehicle=no", "no/no"),
            ("highway=residential bicycle=no foot=no", "drive/drive"),
            ("highway=unclassified motor_vehicle=agricultural;destination", "no/no"),
            ("highway=service access=psv", "no/no"),
            // One-way streets.
            ("highway=residential oneway=yes", "drive/no"),
            ("highway=residential oneway=-1", "no/drive"),
            ("highway=residential oneway=yes oneway:bicycle=no", "drive/no"),
            ("highway=residential oneway=yes oneway:motor_vehicle=no", "drive/drive"),
            ("highway=residential oneway=reversible", "no/no"),
            ("highway=residential motor_vehicle:backward=no", "drive/no"),
            ("highway=residential access:forward=no", "no/drive"),
            // What is said of cars goes before what is said of all in one direction.
            ("highway=residential motorcar=yes access:forward=no", "drive/drive"),
            ("highway=residential vehicle:forward=no", "no/drive"),
            ("highway=footway motor_vehicle:forward=yes", "no/no"),
            // Only to begin or to end there.
            ("highway=residential motor_vehicle=destination", "drive/drive ends"),
            ("highway=service access=private", "drive/drive ends"),
            ("highway=service access=customers", "drive/drive ends"),
            ("highway=service service=parking_aisle", "drive/drive ends"),
            ("highway=service service=driveway", "drive/drive ends"),
            ("highway=service service=driveway motor_vehicle=yes", "drive/drive"),
            ("highway=service service=alley", "drive/drive"),
            ("highway=service service=emergency_access", "no/no"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn barriers() {
        for text in [
            "barrier=bollard",
            "barrier=block",
            "barrier=cycle_barrier",
            "barrier=gate access=no",
            "barrier=gate access=private",
            "barrier=lift_gate motor_vehicle=private",
            "barrier=gate motorcar=no",
            "barrier=unheard_of",
        ] {
            assert!(blocks(&tags(text)), "{text}");
        }
        for text in [
            "barrier=gate",
            "barrier=bollard motor_vehicle=yes",
            "barrier=lift_gate",
            "barrier=toll_booth",
            "barrier=gate access=private motorcar=yes",
            "barrier=gate foot=no",
            "highway=crossing",
        ] {
            assert!(!blocks(&tags(text)), "{text}");
        }
    }
}
