//! Walking, cycling, driving: what edits of streets are about, and what the same says in tags.

use crate::inputs::raw::{RawNode, RawWay};
use crate::network::modes::{Along, ModeRules, Use, bicycle, car, walk};

/// A set of modes on streets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    pub walk: bool,
    pub bicycle: bool,
    pub car: bool,
}

/// Their names in a study, and what people do.
pub const NAMES: [(&str, &str); 3] = [("walk", "walk"), ("bicycle", "cycle"), ("car", "drive")];

const RULES: [ModeRules; 3] = [walk::RULES, bicycle::RULES, car::RULES];

/// What says who may use a way, mode by mode: the tag that wins, and those that would win over it in one direction.
const TAGS: [(&str, &[&str]); 3] = [
    ("foot", &["foot:forward", "foot:backward"]),
    ("bicycle", &["bicycle:forward", "bicycle:backward"]),
    (
        "motorcar",
        &[
            "motorcar:forward",
            "motorcar:backward",
            "motor_vehicle:forward",
            "motor_vehicle:backward",
            "vehicle:forward",
            "vehicle:backward",
            "access:forward",
            "access:backward",
        ],
    ),
];

impl Modes {
    pub const ALL: Modes = Modes { walk: true, bicycle: true, car: true };
    pub const WALK: Modes = Modes { walk: true, bicycle: false, car: false };

    fn bits(self) -> [bool; 3] {
        [self.walk, self.bicycle, self.car]
    }

    fn of([walk, bicycle, car]: [bool; 3]) -> Modes {
        Modes { walk, bicycle, car }
    }

    /// One by one, walking first.
    pub fn each(self) -> impl Iterator<Item = StreetMode> {
        let bits = self.bits();
        (0..3).filter(move |&mode| bits[mode]).map(StreetMode)
    }

    /// Those that are in both.
    pub fn and(self, other: Modes) -> Modes {
        let (a, b) = (self.bits(), other.bits());
        Modes::of([0, 1, 2].map(|mode| a[mode] && b[mode]))
    }

    pub fn or(self, other: Modes) -> Modes {
        let (a, b) = (self.bits(), other.bits());
        Modes::of([0, 1, 2].map(|mode| a[mode] || b[mode]))
    }

    pub fn is_empty(self) -> bool {
        self == Modes::default()
    }

    /// The modes of names; `None`: one is unknown.
    pub fn named<S: AsRef<str>>(names: &[S]) -> Option<Modes> {
        let mut bits = [false; 3];
        for name in names {
            bits[NAMES.iter().position(|(known, _)| *known == name.as_ref())?] = true;
        }
        Some(Modes::of(bits))
    }

    /// Whether one of them uses a way.
    pub fn use_way(self, way: &RawWay) -> bool {
        self.each().any(|mode| mode.uses(way))
    }

    /// "walk", "walk or cycle".
    pub fn doing(self) -> String {
        let all: Vec<&str> = self.each().map(|mode| NAMES[mode.0].1).collect();
        match all.split_last() {
            Some((last, [])) => (*last).to_string(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => "travel".to_string(),
        }
    }

    /// Lets these modes use a way, and no others, as tags of the map would.
    pub fn allow(self, tags: &mut Vec<(String, String)>) {
        for (mode, allowed) in self.bits().into_iter().enumerate() {
            StreetMode(mode).set_allowed(tags, allowed);
        }
    }

    /// Forbids them.
    pub fn forbid(self, tags: &mut Vec<(String, String)>) {
        self.each().for_each(|mode| mode.set_allowed(tags, false));
    }
}

/// One of them: a row of [`NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreetMode(usize);

impl StreetMode {
    pub fn alone(self) -> Modes {
        Modes::of([0, 1, 2].map(|mode| mode == self.0))
    }

    /// Whether one gets along a way, pushing a bicycle too.
    pub fn uses(self, way: &RawWay) -> bool {
        let Along { forward, backward, .. } = (RULES[self.0].way)(&way.tags);
        forward != Use::No || backward != Use::No
    }

    /// Whether nobody gets through a node.
    pub fn is_blocked(self, node: &RawNode) -> bool {
        (RULES[self.0].blocks)(&node.tags)
    }

    fn set_allowed(self, tags: &mut Vec<(String, String)>, allowed: bool) {
        let (own, in_one_direction) = TAGS[self.0];
        in_one_direction.iter().for_each(|key| set_tag(tags, key, ""));
        set_tag(tags, own, if allowed { "yes" } else { "no" });
    }
}

/// Writes a tag over what there is; an empty value takes it out.
pub fn set_tag(tags: &mut Vec<(String, String)>, key: &str, value: &str) {
    let found = tags.binary_search_by(|(k, _)| k.as_str().cmp(key));
    match (found, value) {
        (Ok(at), "") => drop(tags.remove(at)),
        (Ok(at), value) => tags[at].1 = value.to_string(),
        (Err(_), "") => {}
        (Err(at), value) => tags.insert(at, (key.to_string(), value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_set_changed_and_taken_out() {
        let mut tags = vec![("highway".to_string(), "path".to_string())];
        set_tag(&mut tags, "foot", "no");
        set_tag(&mut tags, "highway", "track");
        set_tag(&mut tags, "width", "");
        assert_eq!(tags, [("foot".into(), "no".into()), ("highway".into(), "track".into())]);
        set_tag(&mut tags, "foot", "");
        assert_eq!(tags.len(), 1);
    }

    #[test]
    fn who_may_use_a_way_after_the_tags_are_set() {
        let way = |text: &str| RawWay {
            tags: text
                .split(' ')
                .filter_map(|t| t.split_once('='))
                .map(|(k, v)| (k.into(), v.into()))
                .collect(),
            ..RawWay::default()
        };
        let uses = |way: &RawWay| Modes::ALL.each().map(|mode| mode.uses(way)).collect::<Vec<_>>();
        // Streets, paths and steps that say otherwise today.
        for text in [
            "highway=residential",
            "access=no highway=track",
            "highway=cycleway",
            "highway=service motorcar:forward=no",
        ] {
            let mut street = way(text);
            Modes::ALL.allow(&mut street.tags);
            assert_eq!(uses(&street), [true; 3], "{text}");
            Modes::ALL.forbid(&mut street.tags);
            assert_eq!(uses(&street), [false; 3], "{text}");
            Modes { walk: false, bicycle: false, car: true }.allow(&mut street.tags);
            assert_eq!(uses(&street), [false, false, true], "{text}");
            // Who may walk may push a bicycle.
            Modes::WALK.allow(&mut street.tags);
            assert_eq!(uses(&street), [true, true, false], "{text}");
        }
        assert_eq!(Modes::ALL.doing(), "walk, cycle or drive");
    }
}
