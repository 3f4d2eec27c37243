//! Chains of ways to travel: how somebody gets to public transport, and from it. Keys of `[[profile]]`.

use super::bicycle::BicycleSpec;
use super::car::CarSpec;
use super::keys::declaration::Fallback::Absent;
use super::keys::declaration::Shape::Flag;
use super::keys::declaration::{Entry, key};
use super::keys::shapes::SECONDS;
use super::mode::{BICYCLE_ABOARD, BICYCLE_LEFT, DROPPED_OFF, PARK_AND_RIDE};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A minute to park is what OpenTripPlanner takes (2.x, `parkTime` of bicycles and cars).
impl Default for ChainLimits {
    fn default() -> Self {
        ChainLimits {
            max_bicycle_s: 1800,
            max_car_s: 1800,
            bicycle_parking_s: 60,
            park_and_ride_s: 60,
            bicycles_unknown: false,
        }
    }
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
        key(
            "profile",
            "max_bicycle_s",
            Absent("1800, in chains"),
            "1800",
            "longest ride by bicycle to or from a stop",
        )
        .takes(SECONDS)
        .fills(|limits| &mut limits.max_bicycle_s),
        key(
            "profile",
            "max_car_s",
            Absent("1800, in chains"),
            "1800",
            "longest drive to a park-and-ride site, or to the stop where one is dropped off",
        )
        .takes(SECONDS)
        .fills(|limits| &mut limits.max_car_s),
        key(
            "profile",
            "bicycle_parking_s",
            Absent("60, in chains"),
            "60",
            "time to lock a bicycle that is left at a stop, s",
        )
        .takes(SECONDS)
        .fills(|limits| &mut limits.bicycle_parking_s),
        key(
            "profile",
            "park_and_ride_s",
            Absent("60, in chains"),
            "60",
            "time to leave the car at a park-and-ride site, s",
        )
        .takes(SECONDS)
        .fills(|limits| &mut limits.park_and_ride_s),
        key(
            "profile",
            "bicycles_unknown",
            Absent("false, in chains"),
            "true",
            "trips of which the feed does not say whether they take bicycles do",
        )
        .takes(Flag)
        .fills(|limits| &mut limits.bicycles_unknown),
    ];
}
