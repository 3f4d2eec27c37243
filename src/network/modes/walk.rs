//! Who may walk: per way and direction, and through a node.
//!
//! From the general to the specific, each overruling what stands before it: the class of the way,
//! `motorroad`, sidewalks, `access` (and `service=private`), `foot`. What is not there (planned, razed,
//! impassable) and ferries nobody walks, whatever else is said.
//! Classes follow the OSM wiki's "OSM tags for routing/Access restrictions" (worldwide defaults): people walk
//! on trunk roads (in small towns often the main street), and, Nordic practice, on cycleways. A trunk road
//! says by `sidewalk=no` or `separate` that nobody walks on it.

use super::{Along, ModeRules, Tags, Use, first_word, value};

/// Those who walk.
pub const RULES: ModeRules = ModeRules { input: "osm", way: along, blocks, by_way: false };

fn along(tags: &Tags) -> Along {
    let walk = way(tags);
    let of = |may| if may { Use::OnFoot } else { Use::No };
    Along { forward: of(walk.forward), backward: of(walk.backward), ends_only: false }
}

/// Whether people may walk along a way, in the order of its nodes and against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnFoot {
    pub forward: bool,
    pub backward: bool,
}

impl OnFoot {
    pub const NO: OnFoot = OnFoot { forward: false, backward: false };
    pub const BOTH: OnFoot = OnFoot { forward: true, backward: true };
}

/// What an access value says of walkers; `None` where it says nothing (vehicles only, unknown words).
/// `destination` and `customers` are yes: a walk's ends are destinations.
fn verdict(value: &str) -> Option<bool> {
    match value {
        "yes" | "designated" | "permissive" | "official" | "public" | "destination" | "customers"
        | "delivery" | "limited" | "discouraged" => Some(true),
        "no" | "private" | "use_sidepath" | "permit" | "military" | "emergency" | "employees"
        | "residents" | "restricted" | "prohibited" | "none" => Some(false),
        _ => None,
    }
}

fn verdict_of(tags: &Tags, key: &str) -> Option<bool> {
    first_word(tags, key, verdict)
}

/// What the class of a `highway` allows where nothing else is said; `None` for a value that we do not know.
fn by_class(highway: &str) -> Option<bool> {
    match highway {
        "trunk" | "trunk_link" | "primary" | "primary_link" | "secondary" | "secondary_link" | "tertiary"
        | "tertiary_link" | "unclassified" | "residential" | "living_street" | "service" | "road"
        | "track" | "pedestrian" | "footway" | "path" | "steps" | "cycleway" | "bridleway" | "corridor"
        | "elevator" | "escalator" | "platform" | "crossing" | "trail" | "byway" | "minor" | "unsurfaced"
        | "ladder" => Some(true),
        "motorway" | "motorway_link" | "busway" | "bus_guideway" | "raceway" | "escape" | "emergency_bay"
        | "emergency_access" | "via_ferrata" | "rest_area" | "services" | "bus_stop" => Some(false),
        _ => None,
    }
}

/// Values of `highway` for what is not (or no longer, or not yet) there.
fn is_absent(highway: &str) -> bool {
    matches!(
        highway,
        "construction"
            | "proposed"
            | "planned"
            | "abandoned"
            | "razed"
            | "disused"
            | "demolished"
            | "removed"
            | "dismantled"
            | "historic"
            | "impassable"
            | "no"
            | "none"
    )
}

/// The `highway` value of a way, where it is one that no rule here knows.
pub fn unknown_highway(tags: &Tags) -> Option<&str> {
    value(tags, "highway").filter(|v| by_class(v).is_none() && !is_absent(v))
}

/// Whether a sidewalk lies along the road, drawn with it (`separate` ones are ways of their own).
fn has_sidewalk(tags: &Tags) -> bool {
    value(tags, "sidewalk").is_some_and(|v| matches!(v, "yes" | "both" | "left" | "right"))
        || ["sidewalk:both", "sidewalk:left", "sidewalk:right"]
            .iter()
            .any(|key| value(tags, key).is_some_and(|v| v == "yes"))
}

/// Whether the road says that nobody walks on it: no sidewalk, or one drawn by itself.
fn lacks_sidewalk(tags: &Tags) -> bool {
    value(tags, "sidewalk").is_some_and(|v| matches!(v, "no" | "none" | "separate"))
}

/// Whether a way is a street by itself, not a platform, a pier or the outline of an area, which are of use only
/// where they meet one.
pub fn is_street(tags: &Tags) -> bool {
    value(tags, "highway").is_some_and(|v| v != "platform") && value(tags, "area") != Some("yes")
}

/// Whether there is a way at all: no ferry, and nothing planned, razed or impassable.
pub(super) fn is_there(tags: &Tags) -> bool {
    value(tags, "route") != Some("ferry")
        && value(tags, "impassable") != Some("yes")
        && !value(tags, "highway").is_some_and(is_absent)
}

/// Who may walk along a way with these tags (sorted by key).
///
/// `oneway` binds vehicles only; `oneway:foot` (`yes`, `-1`) alone makes a direction. Outlines of areas are
/// ways like others.
pub fn way(tags: &Tags) -> OnFoot {
    if !is_there(tags) {
        return OnFoot::NO;
    }
    let highway = value(tags, "highway");
    let is = |key, wanted| value(tags, key) == Some(wanted);
    let mut may = match highway {
        Some(highway) => by_class(highway).unwrap_or(false),
        None if is("railway", "platform") || is("public_transport", "platform") || is("man_made", "pier") => {
            true
        }
        None => return OnFoot::NO,
    };
    if is("motorroad", "yes") {
        may = false;
    }
    if highway.is_some_and(|v| v.starts_with("trunk")) && lacks_sidewalk(tags) {
        may = false;
    }
    if has_sidewalk(tags) {
        may = true;
    }
    if is("service", "private") || verdict_of(tags, "access") == Some(false) {
        may = false;
    }
    if let Some(verdict) = verdict_of(tags, "foot") {
        may = verdict;
    }
    if !may {
        return OnFoot::NO;
    }
    match value(tags, "oneway:foot") {
        Some("yes" | "1" | "true") => OnFoot { forward: true, backward: false },
        Some("-1" | "reverse") => OnFoot { forward: false, backward: true },
        _ => OnFoot::BOTH,
    }
}

/// Whether nobody may walk through a node with these tags: a barrier that `foot`, or else `access`, closes.
/// Level crossings, crossings and kerbs are no barriers here.
pub fn blocks(tags: &Tags) -> bool {
    value(tags, "barrier").is_some()
        && verdict_of(tags, "foot").or_else(|| verdict_of(tags, "access")) == Some(false)
}

#[cfg(test)]
mod tests {
    use super::super::tags;
    use super::*;

    #[test]
    fn ways_tag_by_tag() {
        let both = [
            "highway=residential",
            "highway=footway",
            "highway=steps",
            "highway=steps conveying=forward",
            "highway=path bicycle=designated",
            "highway=track access=forestry",
            "highway=trunk",
            "highway=trunk_link sidewalk:right=no",
            "highway=pedestrian area=yes",
            "highway=corridor indoor=yes level=1",
            "highway=elevator",
            "highway=platform",
            "railway=platform",
            "public_transport=platform",
            "man_made=pier",
            // Nordic: people walk on cycleways unless told not to.
            "highway=cycleway",
            "highway=cycleway oneway=yes",
            "highway=residential oneway=yes",
            "highway=residential oneway=-1",
            "highway=residential oneway:foot=no",
            "highway=residential access=destination",
            "highway=service service=driveway",
            "highway=residential sidewalk=no",
            "highway=residential sidewalk=separate",
            // Sidewalks grant what the class does not.
            "highway=motorway sidewalk:left=yes",
            "highway=trunk motorroad=yes sidewalk=both",
            "highway=primary motorroad=yes sidewalk=right",
            // The most specific tag wins.
            "highway=trunk sidewalk=no foot=yes",
            "highway=motorway foot=designated",
            "highway=primary motorroad=yes foot=permissive",
            "highway=service access=private foot=yes",
            "highway=service access=no foot=permissive",
            "highway=service service=private foot=designated",
            "highway=unheard_of foot=yes",
            "highway=footway foot=yes;customers",
        ];
        for text in both {
            assert_eq!(way(&tags(text)), OnFoot::BOTH, "{text}");
        }
        let no = [
            "",
            "building=yes",
            "railway=rail",
            "waterway=river foot=yes",
            "highway=motorway",
            "highway=motorway_link",
            "highway=trunk sidewalk=no",
            "highway=trunk sidewalk=separate",
            "highway=trunk motorroad=yes",
            "highway=primary motorroad=yes",
            "highway=residential foot=no",
            "highway=primary foot=use_sidepath",
            "highway=footway foot=private",
            "highway=cycleway foot=no",
            "highway=service access=private",
            "highway=service access=no",
            "highway=residential access=no sidewalk=both",
            "highway=service service=private",
            "highway=residential access=yes foot=no",
            "highway=construction construction=residential",
            "highway=construction foot=yes",
            "highway=proposed",
            "highway=planned",
            "highway=abandoned",
            "highway=razed",
            "highway=path impassable=yes",
            "highway=raceway",
            "highway=bus_guideway",
            "highway=unheard_of",
            "route=ferry",
            "route=ferry foot=yes",
            "route=ferry highway=service",
            "railway=platform foot=no",
        ];
        for text in no {
            assert_eq!(way(&tags(text)), OnFoot::NO, "{text}");
        }
    }

    #[test]
    fn only_oneway_foot_makes_a_direction() {
        let forward = OnFoot { forward: true, backward: false };
        let backward = OnFoot { forward: false, backward: true };
        assert_eq!(way(&tags("highway=footway oneway:foot=yes")), forward);
        assert_eq!(way(&tags("highway=residential oneway=-1 oneway:foot=yes")), forward);
        assert_eq!(way(&tags("highway=steps oneway:foot=-1")), backward);
        assert_eq!(way(&tags("highway=motorway oneway:foot=yes")), OnFoot::NO);
    }

    #[test]
    fn barriers_block_where_they_say_so() {
        for text in
            ["barrier=gate access=no", "barrier=gate access=private", "barrier=gate access=yes foot=no"]
        {
            assert!(blocks(&tags(text)), "{text}");
        }
        for text in [
            "barrier=gate",
            "barrier=bollard motor_vehicle=no",
            "barrier=gate access=private foot=yes",
            "barrier=lift_gate access=customers",
            "railway=level_crossing",
            "railway=level_crossing access=no",
            "highway=crossing foot=no",
            "",
        ] {
            assert!(!blocks(&tags(text)), "{text}");
        }
    }

    #[test]
    fn unknown_classes_are_named() {
        assert_eq!(unknown_highway(&tags("highway=residental")), Some("residental"));
        assert_eq!(unknown_highway(&tags("highway=proposed")), None);
        assert_eq!(unknown_highway(&tags("highway=motorway")), None);
    }
}
