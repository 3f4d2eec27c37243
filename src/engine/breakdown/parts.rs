//! [`Breakdown`]: a journey → seconds and metres by what somebody does.

use crate::engine::trip::{FoundTrip, LegMode};
use crate::network::rides::By;
use crate::routing::journey::{Journey, Leg};
use crate::study::mode::{
    BICYCLE, BICYCLE_ABOARD, BICYCLE_LEFT, CAR, DROPPED_OFF, PARK_AND_RIDE, WALK, WALKED,
};

/// What a travel time is made of: the seconds add up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// The departure that is asked about, seconds from the query's start.
    pub departs_s: i32,
    /// The mode or chain that won, as in `modes` of a profile.
    pub way: &'static str,
    /// To the first stop, from the last, or all the way.
    pub walking_s: u32,
    pub cycling_s: u32,
    /// Parking included.
    pub driving_s: u32,
    /// Before the first ride, at home or at the stop.
    pub waiting_s: u32,
    pub riding_s: u32,
    /// From getting off to the next ride's departure, walks included.
    pub changing_s: u32,
    pub rides: u32,
    /// By mode, all legs.
    pub walked_mm: u64,
    pub cycled_mm: u64,
    pub driven_mm: u64,
    pub ridden_mm: u64,
    /// Trips ridden in, in order, by their indices.
    pub trips: Vec<u32>,
}

/// A part of a leg: by what, for how long, how far.
pub(super) type Portion = (LegMode, u32, u64);

impl Breakdown {
    /// Of a journey that is asked about at a departure; `portions` are those of its legs.
    pub(super) fn new(
        trip: &FoundTrip,
        journey: &Journey,
        departs_s: i32,
        mut portions: impl FnMut(&Leg) -> Vec<Portion>,
    ) -> Breakdown {
        let mut made = Breakdown { departs_s, way: way(trip, journey), ..Breakdown::default() };
        let mut got_off_s = None;
        for leg in &journey.legs {
            let is_change = matches!(leg, Leg::Street { from: Some(_), to: Some(_), .. });
            for (mode, seconds, mm) in portions(leg) {
                made.add(mode, if is_change { 0 } else { seconds }, mm);
            }
            if let Leg::Ride { trip, departs_s: left_s, arrives_s, seated, .. } = *leg {
                let since_s = |before_s: i32| u32::try_from(left_s - before_s).unwrap_or(0);
                match got_off_s {
                    None => made.waiting_s = since_s(departs_s).saturating_sub(made.on_streets_s()),
                    Some(before_s) if seated => made.riding_s += since_s(before_s),
                    Some(before_s) => made.changing_s += since_s(before_s),
                }
                made.trips.push(trip.0);
                made.rides += u32::from(!seated);
                got_off_s = Some(arrives_s);
            }
        }
        made
    }

    fn add(&mut self, mode: LegMode, seconds: u32, mm: u64) {
        let (of_seconds, of_mm) = match mode {
            LegMode::Walk => (&mut self.walking_s, &mut self.walked_mm),
            LegMode::Bicycle => (&mut self.cycling_s, &mut self.cycled_mm),
            LegMode::Car => (&mut self.driving_s, &mut self.driven_mm),
            LegMode::Transit { .. } => (&mut self.riding_s, &mut self.ridden_mm),
        };
        *of_seconds += seconds;
        *of_mm += mm;
    }

    fn on_streets_s(&self) -> u32 {
        self.walking_s + self.cycling_s + self.driving_s
    }

    /// The travel time.
    pub fn seconds(&self) -> u32 {
        self.on_streets_s() + self.waiting_s + self.riding_s + self.changing_s
    }
}

/// The name of the mode or chain that a journey is by.
fn way(trip: &FoundTrip, journey: &Journey) -> &'static str {
    let first = journey.legs.iter().find_map(|leg| match leg {
        Leg::Ride { from, .. } => Some(from),
        Leg::Street { .. } => None,
    });
    let Some(first) = first else {
        return trip
            .vehicle
            .map_or(WALK.name, |vehicle| if vehicle.is_bicycle() { BICYCLE.name } else { CAR.name });
    };
    let last = journey.legs.iter().rev().find_map(|leg| match leg {
        Leg::Ride { to, .. } => trip.legs_by.egress.get(&to.0),
        Leg::Street { .. } => None,
    });
    let mode = match (trip.legs_by.access.get(&first.0), last) {
        (Some(By::Bicycle), Some(By::Bicycle)) => BICYCLE_ABOARD,
        (Some(By::Bicycle), _) => BICYCLE_LEFT,
        (Some(By::ParkAndRide), _) => PARK_AND_RIDE,
        (Some(By::DroppedOff), _) => DROPPED_OFF,
        (Some(By::OnFoot) | None, _) => WALKED,
    };
    mode.name
}
