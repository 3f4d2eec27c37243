//! Another person: parameters of profiles.

use crate::scenario::edit::{EditSpec, ProfilesEdit, Target};
use crate::scenario::said::{NamedThing, WrongEdit, hint};
use crate::study::Profile;
use crate::study::fields::KeyValue;

const NAME: &str = "set_profile";

/// Nobody walks faster, m/s.
const MOST_WALK_MPS: f64 = 3.0;

/// What replaces a profile's parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetProfile {
    /// Empty: all of the study's.
    pub profiles: Vec<String>,
    /// Parameters, by their keys, and their new values; others stay as they are.
    pub to: Vec<(&'static str, KeyValue)>,
}

impl EditSpec for SetProfile {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Profiles(self)
    }
}

impl ProfilesEdit for SetProfile {
    fn apply(&self, profiles: &mut [Profile], longest_cutoff_s: u32, said: &mut WrongEdit) -> Vec<String> {
        for name in self.profiles.iter().filter(|name| profiles.iter().all(|profile| profile.name != **name))
        {
            let named =
                profiles.iter().map(|profile| NamedThing { index: 0, feed: "", id: &profile.name, name: "" });
            said.wrong(format_args!("names profile \"{name}\", which there is none of"), hint(name, named));
        }
        let mut changed = Vec::new();
        for profile in profiles.iter_mut() {
            if self.profiles.is_empty() || self.profiles.contains(&profile.name) {
                for (parameter, value) in &self.to {
                    if let Err(what) = profile.set(parameter, value) {
                        said.wrong(format_args!("{parameter} {what}"), "leave it out");
                    }
                }
                changed.push(profile.name.clone());
                if profile.max_travel_time_s < longest_cutoff_s {
                    said.wrong(
                        format_args!("leaves {} journeys of {} s", profile.name, profile.max_travel_time_s),
                        format!("the largest cutoff needs max_travel_time_s = {longest_cutoff_s}"),
                    );
                }
            }
        }
        changed
    }

    fn doubts(&self) -> Vec<String> {
        let speed = |(parameter, value): &(&str, KeyValue)| match value {
            KeyValue::Number(mps) if *parameter == "walk_speed_mps" => Some(*mps),
            _ => None,
        };
        let fast = self.to.iter().filter_map(speed).filter(|mps| *mps > MOST_WALK_MPS);
        fast.map(|mps| format!("people walk {:.0} km/h", mps * 3.6)).collect()
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{NAME, SetProfile};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields};
    use crate::scenario::reading::{Absent, EditKind, Fallback, Key, KeyGroup, Section, TEXTS, key};
    use crate::scenario::written::Registered;
    use crate::study::Profile;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "another person: parameters of profiles",
            groups: &[&KEYS],
            read: |s, _| read(s).into(),
        },
        modifications: &[("raster-cost", from_conveyal)],
    };

    /// Slopes from a raster, which the study must name; the sun is not there.
    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let (source, function) = (m.text("dataSourceId"), m.text("costFunction"));
        let source = m.must("dataSourceId", source).unwrap_or_default();
        let function = m.must("costFunction", function);
        for scale in ["inputScale", "outputScale"] {
            if m.number(scale).is_some_and(|scale| scale != 1.0) {
                m.not_yet(format!("has an {scale}, and heights are in metres here"), "convert the raster");
            }
        }
        for shift in ["northShiftMeters", "eastShiftMeters"] {
            if m.number(shift).is_some_and(|metres| metres != 0.0) {
                m.not_yet(format!("has {shift}, and rasters lie where they are here"), "convert the raster");
            }
        }
        match function {
            Some("TOBLER") => {}
            Some("MINETTI") => m.note("MINETTI becomes Tobler's function, on foot"),
            Some(other) => m.not_yet(format!("has costFunction {other}"), "slopes alone are there: TOBLER"),
            None => return Vec::new(),
        }
        m.note(format_args!(
            "name the raster {source} in the study: [network] elevation = [\"{source}.tif\"]"
        ));
        vec![EditToml::new(NAME).put("slopes", "true")]
    }

    const SAME: Fallback = Absent("as it is");

    const KEYS: KeyGroup = KeyGroup {
        name: NAME,
        keys: ALL_KEYS,
        tables: &[],
        later: &[
            ("modes", "other modes in a scenario"),
            ("bicycle_type", "cycling in a scenario"),
            ("bicycle_speed_kmh", "cycling in a scenario"),
            ("lts", "cycling in a scenario"),
            ("max_lts", "cycling in a scenario"),
            ("max_bicycle_s", "cycling in a scenario"),
            ("bicycle_parking_s", "cycling in a scenario"),
            ("bicycles_unknown", "cycling in a scenario"),
            ("max_car_s", "driving in a scenario"),
            ("park_and_ride_s", "driving in a scenario"),
            ("car_speed_factor", "driving in a scenario"),
            ("car_delays", "driving in a scenario"),
            ("car_parking_s", "driving in a scenario"),
            ("max_direct_car_s", "driving in a scenario"),
            ("max_direct_bicycle_s", "cycling in a scenario"),
            ("wheelchair", "wheelchair access"),
            ("max_fare", "fares"),
        ],
    };

    /// Whose, and all parameters of a person.
    const ALL_KEYS: &[Key] = &{
        let profiles = key("profiles", TEXTS, Absent("all"), "[\"adult\"]", "profiles of the study");
        let mut keys = [profiles; 1 + Profile::PARAMETERS.len()];
        let mut i = 1;
        while i < keys.len() {
            keys[i] = Profile::PARAMETERS[i - 1].key.of("", SAME);
            i += 1;
        }
        keys
    };

    fn read(s: &mut Section<'_, '_>) -> SetProfile {
        let profiles = s.texts("profiles");
        let to = s.values(Profile::PARAMETERS, &mut Profile::default());
        if to.is_empty() {
            s.wrong(
                "profiles",
                "stands without anything to change",
                "write walk_speed_mps or another parameter",
            );
        }
        SetProfile { profiles, to }
    }
}
