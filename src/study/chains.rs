//! Chains of ways to travel: how somebody gets to public transport, and from it. Keys of `[[profile]]`.

use super::bicycle::BicycleSpec;
use super::car::CarSpec;
use super::keys::declaration::Fallback::Value;
use super::keys::declaration::Shape::Flag;
use super::keys::declaration::{Entry, key};
use super::keys::shapes::SECONDS;
use super::mode::Mode;

pub const WALKED: Mode = Mode { name: "walk>transit>walk", meaning: "the same as `transit`" };
pub const BICYCLE_LEFT: Mode = Mode {
    name: "bicycle>transit>walk",
    meaning: "by bicycle to the first stop, where it is left, and on foot from the last",
};
pub const BICYCLE_ABOARD: Mode = Mode {
    name: "bicycle>transit>bicycle",
    meaning: "by bicycle to the first stop and from the last: it comes along, in trips that take bicycles",
};
pub const PARK_AND_RIDE: Mode = Mode {
    name: "car>transit>walk",
    meaning: "by car to a park-and-ride site, on foot to the stop and from the last (park and ride)",
};
pub const DROPPED_OFF: Mode = Mode {
    name: "dropped_off>transit>walk",
    meaning: "by car to the street of the first stop, where nobody parks, and on foot from the last (kiss and ride)",
};

/// How somebody gets to public transport otherwise than on foot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChainSpec {
    /// On foot as well.
    pub on_foot: bool,
    pub bicycle_left: bool,
    pub bicycle_aboard: bool,
    pub park_and_ride: bool,
    pub dropped_off: bool,
    pub bicycle: BicycleSpec,
    pub car: CarSpec,
    pub limits: ChainLimits,
}

/// Of the legs to and from public transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainLimits {
    pub max_bicycle_s: u32,
    pub max_car_s: u32,
    /// To lock a bicycle that is left.
    pub bicycle_parking_s: u32,
    /// To leave a car at a park-and-ride site.
    pub park_and_ride_s: u32,
    /// Trips that do not say whether they take bicycles do.
    pub bicycles_unknown: bool,
}

impl ChainSpec {
    pub fn cycles(&self) -> bool {
        self.bicycle_left || self.bicycle_aboard
    }

    pub fn drives(&self) -> bool {
        self.park_and_ride || self.dropped_off
    }

    /// Whether it has a chain, by its name in `modes`.
    pub fn has(&self, name: &str) -> bool {
        [
            (BICYCLE_LEFT, self.bicycle_left),
            (BICYCLE_ABOARD, self.bicycle_aboard),
            (PARK_AND_RIDE, self.park_and_ride),
            (DROPPED_OFF, self.dropped_off),
        ]
        .iter()
        .any(|(mode, has)| *has && mode.name == name)
    }
}

impl ChainLimits {
    /// Of `[[profile]]`, too; scenarios leave them alone.
    pub const KEYS: &'static [Entry<ChainLimits>] = &[
        key("profile", "max_bicycle_s", Value("1800"), "1800", "longest ride by bicycle to or from a stop")
            .takes(SECONDS)
            .fills(|limits| &mut limits.max_bicycle_s),
        key(
            "profile",
            "max_car_s",
            Value("1800"),
            "1800",
            "longest drive to a park-and-ride site, or to the stop where one is dropped off",
        )
        .takes(SECONDS)
        .fills(|limits| &mut limits.max_car_s),
        key(
            "profile",
            "bicycle_parking_s",
            Value("60"),
            "60",
            "time to lock a bicycle that is left at a stop, s",
        )
        .takes(SECONDS)
        .fills(|limits| &mut limits.bicycle_parking_s),
        key(
            "profile",
            "park_and_ride_s",
            Value("60"),
            "60",
            "time to leave the car at a park-and-ride site, s",
        )
        .takes(SECONDS)
        .fills(|limits| &mut limits.park_and_ride_s),
        key(
            "profile",
            "bicycles_unknown",
            Value("false"),
            "true",
            "trips of which the feed does not say whether they take bicycles do",
        )
        .takes(Flag)
        .fills(|limits| &mut limits.bicycles_unknown),
    ];
}
