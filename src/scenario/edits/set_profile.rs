//! Another person: parameters of profiles.

use crate::base::units::SpeedMmPerS;
use crate::scenario::edits::{EditSpec, ProfilesEdit, Target};
use crate::scenario::names::{Named, Said, hint};
use crate::study::Profile;

const NAME: &str = "set_profile";

/// Nobody walks faster, mm/s.
const MOST_WALK_MM_PER_S: u32 = 3000;

/// What replaces a profile's parameters; `None`: as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetProfile {
    /// Empty: all of the study's.
    pub profiles: Vec<String>,
    pub walk_speed: Option<SpeedMmPerS>,
    pub max_walk_s: Option<u32>,
    pub max_direct_walk_s: Option<u32>,
    pub max_transfer_walk_s: Option<u32>,
    pub max_rides: Option<u32>,
    pub board_slack_s: Option<u32>,
    pub transfer_slack_s: Option<u32>,
    pub max_travel_time_s: Option<u32>,
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
    fn apply(&self, profiles: &mut [Profile], longest_cutoff_s: u32, said: &mut Said) -> Vec<String> {
        for name in self.profiles.iter().filter(|name| profiles.iter().all(|profile| profile.name != **name))
        {
            let named =
                profiles.iter().map(|profile| Named { index: 0, feed: "", id: &profile.name, name: "" });
            said.wrong(format_args!("names profile \"{name}\", which there is none of"), hint(name, named));
        }
        let mut changed = Vec::new();
        for profile in profiles.iter_mut() {
            if self.profiles.is_empty() || self.profiles.contains(&profile.name) {
                set(profile, self);
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
        let fast = self.walk_speed.filter(|speed| speed.0 > MOST_WALK_MM_PER_S);
        let doubt = |speed: SpeedMmPerS| format!("people walk {:.0} km/h", f64::from(speed.0) * 0.0036);
        fast.map(doubt).into_iter().collect()
    }
}

fn set(profile: &mut Profile, edit: &SetProfile) {
    let put = |to: &mut u32, new: Option<u32>| *to = new.unwrap_or(*to);
    profile.walk_speed = edit.walk_speed.unwrap_or(profile.walk_speed);
    profile.max_rides = edit.max_rides.or(profile.max_rides);
    put(&mut profile.max_walk_s, edit.max_walk_s);
    put(&mut profile.max_direct_walk_s, edit.max_direct_walk_s);
    put(&mut profile.max_transfer_walk_s, edit.max_transfer_walk_s);
    put(&mut profile.board_slack_s, edit.board_slack_s);
    put(&mut profile.transfer_slack_s, edit.transfer_slack_s);
    put(&mut profile.max_travel_time_s, edit.max_travel_time_s);
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{NAME, SetProfile};
    use crate::base::units::SpeedMmPerS;
    use crate::scenario::reading::{
        Above, Absent, EditKind, Fallback, KeyGroup, SECONDS, SOME_SECONDS, Section, TEXTS, Whole, key,
        number, whole_of,
    };
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "another person: parameters of profiles",
            groups: &[&KEYS],
            read: |s, _| read(s).into(),
        },
        modifications: &[],
    };

    const SAME: Fallback = Absent("as it is");

    const KEYS: KeyGroup = KeyGroup {
        name: NAME,
        keys: &[
            key("profiles", TEXTS, Absent("all"), "[\"adult\"]", "profiles of the study"),
            key("walk_speed_mps", Above(0.0, 100.0), SAME, "0.9", "walking speed, m/s"),
            key("max_walk_s", SECONDS, SAME, "900", "longest walk to the first stop and from the last, s"),
            key("max_direct_walk_s", SECONDS, SAME, "900", "longest walk without riding, s"),
            key("max_transfer_walk_s", SECONDS, SAME, "600", "longest walk between rides, s"),
            key("max_rides", Whole(1, 100), SAME, "3", "most vehicles boarded"),
            key("board_slack_s", SECONDS, SAME, "120", "time needed before the first boarding, s"),
            key("transfer_slack_s", SECONDS, SAME, "120", "time needed before later ones, s"),
            key("max_travel_time_s", SOME_SECONDS, SAME, "5400", "longest journey, s"),
        ],
        tables: &[],
        later: &[
            ("modes", "other modes in a scenario"),
            ("bicycle_speed_mps", "cycling"),
            ("max_stress", "cycling"),
            ("wheelchair", "wheelchair access"),
            ("max_fare", "fares"),
        ],
    };

    fn read(s: &mut Section<'_, '_>) -> SetProfile {
        let speed = "write m/s above 0, up to 100, with at most three decimals: walk_speed_mps = 1.2";
        let walk_speed = s.read("walk_speed_mps", speed, |value| {
            let mps = number(value, &(f64::MIN..=f64::MAX))?;
            SpeedMmPerS::from_mps(mps).ok_or(format!("is {mps}"))
        });
        let mut whole = |key: &str| whole_of(s, key);
        let edit = SetProfile {
            walk_speed,
            max_walk_s: whole("max_walk_s"),
            max_direct_walk_s: whole("max_direct_walk_s"),
            max_transfer_walk_s: whole("max_transfer_walk_s"),
            board_slack_s: whole("board_slack_s"),
            transfer_slack_s: whole("transfer_slack_s"),
            max_rides: whole("max_rides"),
            max_travel_time_s: whole("max_travel_time_s"),
            profiles: s.texts("profiles"),
        };
        if edit == (SetProfile { profiles: edit.profiles.clone(), ..SetProfile::default() }) {
            s.wrong(
                "profiles",
                "stands without anything to change",
                "write walk_speed_mps or another parameter",
            );
        }
        edit
    }
}
