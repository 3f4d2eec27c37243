//! `[[profile]]`: a person, and how they travel. What a scenario can change of one is a parameter, declared here once.

use super::bicycle::BicycleSpec;
use super::car::CarSpec;
use super::chains::ChainSpec;
use super::fields::KeyValue;
use super::keys::declaration::Fallback::{Absent, As, Value};
use super::keys::declaration::Shape::{Flag, List, Name, Number, Speed, Whole, Words};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::{SECONDS, SOME_SECONDS};
use super::mode;
use crate::base::units::SpeedMmPerS;

/// A person and how they travel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    pub name: String,
    /// False: nobody walks all the way.
    pub walk: bool,
    /// False: nobody rides by public transport.
    pub transit: bool,
    /// `None`: nobody cycles.
    pub bicycle: Option<BicycleSpec>,
    /// `None`: nobody drives.
    pub car: Option<CarSpec>,
    /// `None`: nobody gets to public transport but on foot.
    pub chains: Option<ChainSpec>,
    pub walk_speed: SpeedMmPerS,
    /// Slopes count, on foot and by bicycle.
    pub slopes: bool,
    /// As how many metres one of steps counts on foot.
    pub steps_factor: f64,
    /// Of each of access and egress.
    pub max_walk_s: u32,
    /// 0: no direct walks.
    pub max_direct_walk_s: u32,
    pub max_transfer_walk_s: u32,
    /// `None`: unlimited.
    pub max_rides: Option<u32>,
    pub board_slack_s: u32,
    pub transfer_slack_s: u32,
    pub max_travel_time_s: u32,
}

impl Profile {
    /// Who it is; scenarios leave that alone.
    pub const WHO: &'static [Entry<Profile>] = &[
        key("profile", "name", Value("\"adult\""), "\"adult\"", "a name, [a-z0-9_]+")
            .takes(Name)
            .fills(|person| &mut person.name),
        key(
            "profile",
            "modes",
            Value("[\"walk\", \"transit\"]"),
            "[\"walk\"]",
            "how they travel; of walk, bicycle, car and transit (walked to and from) the fastest counts",
        )
        .takes(List(&Words(mode::NAMES)))
        .apart(),
    ];

    /// What the person can do; `set_profile` takes the same keys.
    pub const PARAMETERS: &'static [Entry<Profile>] = &[
        key("profile", "walk_speed_mps", Value("1.2"), "1.2", "walking speed, m/s")
            .takes(Speed(100.0))
            .fills(|person| &mut person.walk_speed),
        key(
            "profile",
            "slopes",
            Value("false"),
            "true",
            "uphill and downhill take other times than the flat, on foot and by bicycle",
        )
        .takes(Flag)
        .fills(|person| &mut person.slopes),
        key(
            "profile",
            "steps_factor",
            Value("1"),
            "2.5",
            "on foot a metre of steps takes as long as so many, beside its slope",
        )
        .takes(Number(1.0, 100.0))
        .fills(|person| &mut person.steps_factor),
        key(
            "profile",
            "max_walk_s",
            Value("1800"),
            "1800",
            "longest walk to the first stop, and from the last",
        )
        .takes(SECONDS)
        .fills(|person| &mut person.max_walk_s),
        key("profile", "max_direct_walk_s", As("max_walk_s"), "1800", "longest walk all the way; 0: none")
            .takes(SECONDS)
            .fills(|person| &mut person.max_direct_walk_s),
        key("profile", "max_transfer_walk_s", Value("900"), "900", "longest walk between two rides")
            .takes(SECONDS)
            .fills(|person| &mut person.max_transfer_walk_s),
        key("profile", "max_rides", Absent("unlimited"), "4", "most boardings")
            .takes(Whole(1, 100))
            .fills(|person| &mut person.max_rides),
        key("profile", "board_slack_s", Value("60"), "60", "at the stop so long before the first boarding")
            .takes(SECONDS)
            .fills(|person| &mut person.board_slack_s),
        key("profile", "transfer_slack_s", As("board_slack_s"), "60", "the same before later boardings")
            .takes(SECONDS)
            .fills(|person| &mut person.transfer_slack_s),
        key("profile", "max_travel_time_s", Value("7200"), "7200", "longer journeys count as none")
            .takes(SOME_SECONDS)
            .fills(|person| &mut person.max_travel_time_s),
    ];

    /// Whether it rides or drives: from door to door, or to public transport.
    pub fn has_vehicle(&self) -> bool {
        self.bicycle.is_some() || self.car.is_some() || self.chains.is_some()
    }

    /// How it cycles, wherever it does.
    pub fn cycles_as(&self) -> Option<&BicycleSpec> {
        let chain = || self.chains.as_ref().filter(|chains| chains.cycles()).map(|chains| &chains.bicycle);
        self.bicycle.as_ref().or_else(chain)
    }

    /// How it drives, wherever it does.
    pub fn drives_as(&self) -> Option<&CarSpec> {
        let chain = || self.chains.as_ref().filter(|chains| chains.drives()).map(|chains| &chains.car);
        self.car.as_ref().or_else(chain)
    }

    /// Whether it travels by a mode, by its name.
    pub fn uses(&self, mode: &str) -> bool {
        mode == mode::WALK.name && self.walk
            || mode == mode::BICYCLE.name && self.bicycle.is_some()
            || mode == mode::CAR.name && self.car.is_some()
            || mode == mode::TRANSIT.name && self.transit && self.chains.as_ref().is_none_or(|c| c.on_foot)
            || self.chains.as_ref().is_some_and(|chains| chains.has(mode))
    }

    /// Changes a parameter, by its key.
    ///
    /// # Errors
    /// Where there is no such parameter, or the value is none of its.
    pub fn set(&mut self, parameter: &str, value: &KeyValue) -> Result<(), String> {
        let known = Profile::PARAMETERS.iter().find(|entry| entry.key.name == parameter);
        let field = known.and_then(|entry| entry.field).ok_or("is no parameter of a profile")?;
        field(self).put(value)
    }
}
