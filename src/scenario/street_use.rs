//! How a new or changed street is used: by whom, and how fast.

use super::doubts;
use super::modes::{Modes, set_tag};
use super::streets::{Among, change_of, times};
use crate::inputs::raw::RawStreets;

/// What an edit says of streets; `None`: they stay as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreetUse {
    /// Who may use them, and nobody else.
    pub modes: Option<Modes>,
    /// Walking, and cycling, take so many times as long; above 0.
    pub walk_factor: Option<f64>,
    pub bicycle_factor: Option<f64>,
    /// Cars are so many times as fast; above 0.
    pub car_speed_factor: Option<f64>,
    /// The speed limit of cars.
    pub car_speed_kmh: Option<f64>,
    /// The traffic stress of those who cycle, 1 to 4.
    pub stress: Option<u32>,
    /// Tags as the map would have them; an empty value takes one out.
    pub tags: Vec<(String, String)>,
}

impl StreetUse {
    /// Whose streets it concerns: those that one of its modes uses; all, where it can make new ones theirs.
    pub(super) fn among(&self) -> Among {
        if self.modes.is_some() || !self.tags.is_empty() {
            return Among::All(Modes::ALL);
        }
        Among::Used(Modes {
            walk: self.walk_factor.is_some(),
            bicycle: self.bicycle_factor.is_some() || self.stress.is_some(),
            car: self.car_speed_factor.is_some() || self.car_speed_kmh.is_some(),
        })
    }

    /// Writes it into a way.
    pub(super) fn apply(&self, raw: &mut RawStreets, way: u32) {
        let tags = &mut raw.ways[way as usize].tags;
        if let Some(modes) = self.modes {
            modes.allow(tags);
        }
        if let Some(kmh) = self.car_speed_kmh {
            ["maxspeed:forward", "maxspeed:backward"].iter().for_each(|key| set_tag(tags, key, ""));
            set_tag(tags, "maxspeed", &kmh.to_string());
        }
        if let Some(stress) = self.stress {
            set_tag(tags, "lts", &stress.to_string());
        }
        self.tags.iter().for_each(|(key, value)| set_tag(tags, key, value));
        let factors =
            [self.walk_factor, self.bicycle_factor, self.car_speed_factor.map(|factor| 1.0 / factor)];
        if factors.iter().all(Option::is_none) {
            return;
        }
        let change = change_of(raw, way);
        let permille = [&mut change.walk_permille, &mut change.bicycle_permille, &mut change.car_permille];
        for (permille, factor) in permille.into_iter().zip(factors) {
            *permille = times(*permille, factor.unwrap_or(1.0));
        }
    }

    pub(super) fn doubts(&self) -> Vec<String> {
        let walk = self.walk_factor.and_then(doubts::walk_factor);
        let bicycle = self.bicycle_factor.and_then(doubts::bicycle_factor);
        let car = self.car_speed_factor.and_then(doubts::car_speed_factor);
        walk.into_iter().chain(bicycle).chain(car).collect()
    }
}

/// Reading it, and what both translations have in common.
#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Map, Value, json};

    use super::{Modes, StreetUse};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields};
    use crate::scenario::conveyal::ids::Not;
    use crate::scenario::modes::NAMES;
    use crate::scenario::reading::{
        Above, Absent, Either, FACTOR, Fallback, Filled, Form, Key, KeyGroup, List, Section, Whole, Words,
        group, key, positive, text, whole_of,
    };

    const TAG: crate::scenario::reading::Shape = Form("^[^=]+=.*$");

    pub const USE: KeyGroup = group(
        "street use",
        &[
            key("walk_factor", FACTOR, Absent("as it is"), "1.5", "walking takes so many times as long"),
            key("bicycle_factor", FACTOR, Absent("as it is"), "1.2", "cycling takes so many times as long"),
            key(
                "car_speed_factor",
                FACTOR,
                Absent("as it is"),
                "0.7",
                "cars are so many times as fast: congestion",
            ),
            key("car_speed_kmh", Above(0.0, 140.0), Absent("as it is"), "30", "the speed limit of cars"),
            key(
                "stress",
                Whole(1, 4),
                Absent("as it is"),
                "1",
                "traffic stress of those who cycle there: a cycleway is 1",
            ),
            key(
                "tags",
                List(&TAG),
                Absent("as they are"),
                "[\"cycleway=track\"]",
                "tags as the map would have them, by which all modes go; \"key=\" takes one out",
            ),
        ],
    );

    pub const fn modes_key(default: Fallback, meaning: &'static str) -> Key {
        const MODES: crate::scenario::reading::Shape = Words(&["walk", "bicycle", "car"]);
        const SOME: crate::scenario::reading::Shape = Either(&[Filled(&MODES), MODES]);
        key("modes", SOME, default, "[\"walk\", \"bicycle\"]", meaning)
    }

    /// The value of a key made by [`modes_key`].
    pub fn modes(s: &mut Section<'_, '_>) -> Option<Modes> {
        let known = NAMES.map(|(name, _)| format!("\"{name}\"")).join(", ");
        s.read("modes", &format!("write one or more of {known}"), |value| {
            let names = match value.as_array() {
                None => vec![text(value)?],
                Some(items) => items.iter().map(|item| text(item.get_ref())).collect::<Result<_, _>>()?,
            };
            if names.is_empty() {
                return Err("is empty".into());
            }
            Modes::named(&names).ok_or_else(|| format!("is {names:?}"))
        })
    }

    /// All but `modes`.
    pub fn read(s: &mut Section<'_, '_>) -> StreetUse {
        let tags = s.list("tags", "write tags, such as \"cycleway=track\"", |value| {
            let written = text(value)?;
            let (key, value) = written.split_once('=').ok_or(format!("is \"{written}\""))?;
            match key.trim() {
                "" => Err(format!("is \"{written}\"")),
                key => Ok((key.to_string(), value.trim().to_string())),
            }
        });
        StreetUse {
            modes: None,
            walk_factor: positive(s, "walk_factor"),
            bicycle_factor: positive(s, "bicycle_factor"),
            car_speed_factor: positive(s, "car_speed_factor"),
            car_speed_kmh: positive(s, "car_speed_kmh"),
            stress: whole_of(s, "stress"),
            tags,
        }
    }

    /// Conveyal's names of [`NAMES`].
    const THERE: [&str; 3] = ["WALK", "BICYCLE", "CAR"];

    /// The modes of a modification; `None`: it names none. Unknown ones are said.
    pub fn modes_there(m: &mut ModificationFields<'_>) -> Option<Vec<&'static str>> {
        let given = m.list("allowedModes", "a list of modes", Value::as_str)?;
        for mode in &given {
            if !THERE.contains(mode) {
                m.wrong(format!("allowedModes has {mode}"), "write WALK, BICYCLE or CAR");
            }
        }
        let ours = NAMES.iter().zip(THERE).filter(|(_, there)| given.contains(there));
        Some(ours.map(|((name, _), _)| *name).collect())
    }

    /// What a modification says of the use of streets, as keys of ours.
    pub fn use_there(m: &mut ModificationFields<'_>) -> Vec<(&'static str, String)> {
        let mut keys = Vec::new();
        for (there, ours) in [
            ("walkTimeFactor", "walk_factor"),
            ("bikeTimeFactor", "bicycle_factor"),
            ("carSpeedFactor", "car_speed_factor"),
            ("carSpeedKph", "car_speed_kmh"),
        ] {
            let as_ever = |value: f64| value == 1.0 && there.ends_with("Factor");
            keys.extend(
                m.number(there).filter(|&value| !as_ever(value)).map(|value| (ours, format!("{value:?}"))),
            );
        }
        keys.extend(m.whole("bikeLts").map(|level| ("stress", level.to_string())));
        keys
    }

    /// The same keys in an edit.
    pub fn put_use(edit: EditToml, keys: &[(&'static str, String)]) -> EditToml {
        keys.iter().fold(edit, |edit, (key, value)| edit.put(key, value))
    }

    /// Modes as a value of TOML.
    pub fn modes_toml(modes: &[&'static str]) -> String {
        let quoted: Vec<String> = modes.iter().map(|mode| format!("\"{mode}\"")).collect();
        format!("[{}]", quoted.join(", "))
    }

    /// What is said there of the use of streets.
    pub fn put_there(use_of: &StreetUse, into: &mut Map<String, Value>) -> Result<(), Not> {
        if !use_of.tags.is_empty() {
            return Err(("tags cannot be set there".into(), "write modes, speeds and stress instead"));
        }
        if let Some(modes) = use_of.modes {
            let there: Vec<&str> = THERE
                .into_iter()
                .zip(NAMES)
                .filter(|(_, (name, _))| has(modes, name))
                .map(|(there, _)| there)
                .collect();
            into.insert("allowedModes".into(), json!(there));
        }
        for (factor, there) in
            [(use_of.walk_factor, "walkTimeFactor"), (use_of.bicycle_factor, "bikeTimeFactor")]
        {
            match factor {
                Some(factor) if factor > 10.0 => {
                    return Err((format!("{there} is at most 10 there"), "write less"));
                }
                Some(factor) => drop(into.insert(there.into(), json!(factor))),
                None => {}
            }
        }
        if use_of.car_speed_factor.is_some() {
            let remedy = "write car_speed_kmh; or a road-congestion there";
            return Err(("there is no factor of car speeds in such a modification".into(), remedy));
        }
        if let Some(kmh) = use_of.car_speed_kmh {
            into.insert("carSpeedKph".into(), json!(kmh));
        }
        if let Some(stress) = use_of.stress {
            into.insert("bikeLts".into(), json!(stress));
        }
        Ok(())
    }

    fn has(modes: Modes, name: &str) -> bool {
        Modes::named(&[name]).is_some_and(|mode| modes.and(mode) == mode)
    }
}
