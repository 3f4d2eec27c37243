//! [`EndSpots`]: where a journey begins or ends, on the streets of every mode.

use std::sync::Arc;

use super::chained::ridden_spot;
use super::mode::LegMode;
use super::place::TripPlace;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::region::Region;
use crate::network::Network;
use crate::network::links::{LinkRule, Linkage};
use crate::network::reach::EdgePosition;
use crate::network::rides::{By, Vehicle};
use crate::network::streets::RiddenStreets;
use crate::study::Study;

/// Where a journey begins or ends.
#[derive(Clone, Copy, Debug)]
pub struct EndSpots {
    /// (lon, lat) in degrees; NaN where nobody knows.
    pub point: (f64, f64),
    pub on_foot: Option<EdgePosition>,
    pub bicycle: Option<EdgePosition>,
    pub car: Option<EdgePosition>,
}

impl EndSpots {
    /// On the streets of a mode.
    pub fn by(&self, mode: LegMode) -> Option<EdgePosition> {
        match mode {
            LegMode::Walk => self.on_foot,
            LegMode::Bicycle => self.bicycle,
            LegMode::Car => self.car,
            LegMode::Transit { .. } => None,
        }
    }

    /// Of a place.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn of_place(
        study: &Study,
        region: &Region,
        network: &Network,
        place: &TripPlace,
        is_start: bool,
        executor: &dyn Executor,
    ) -> Result<EndSpots> {
        let links = &region.links;
        let (on_foot, point) = match place {
            TripPlace::Cell(cell) => (links.cells.spot(*cell), region.cells.points[*cell]),
            TripPlace::Stop(stop) => {
                let (stops, at) = (&region.timetable.stops, *stop as usize);
                (links.stops.spot(at), (stops.lon[at], stops.lat[at]))
            }
            TripPlace::Point(lon, lat) => {
                let linked = region.link(LinkRule::from(&study.network), &[(*lon, *lat)], executor)?;
                (linked.spot(0), (*lon, *lat))
            }
        };
        let ridden = |mode: LegMode| match (place, known(network, mode, is_start)) {
            (TripPlace::Cell(_) | TripPlace::Point(..), Some((streets, known))) => {
                ridden_spot(study, region, &streets, &known, place, is_start, executor)
            }
            _ => Ok(None),
        };
        Ok(EndSpots { point, on_foot, bicycle: ridden(LegMode::Bicycle)?, car: ridden(LegMode::Car)? })
    }

    /// Of the region's cells, or of its destinations, by index.
    pub fn of_region(
        region: &Region,
        network: &Network,
        is_start: bool,
    ) -> impl Fn(usize) -> EndSpots + Sync {
        let (places, links) = match is_start {
            true => (&region.cells, &region.links.cells),
            false => region.destinations(),
        };
        let [bicycle, car] = [LegMode::Bicycle, LegMode::Car].map(|mode| known(network, mode, is_start));
        move |at: usize| EndSpots {
            point: places.points[at],
            on_foot: links.spot(at),
            bicycle: bicycle.as_ref().and_then(|(_, linked)| linked.spot(at)),
            car: car.as_ref().and_then(|(_, linked)| linked.spot(at)),
        }
    }
}

/// The streets of a vehicle, and where the region's origins or its destinations lie there.
fn known(network: &Network, mode: LegMode, is_start: bool) -> Option<(Arc<RiddenStreets>, Arc<Linkage>)> {
    let is_it = |vehicle: Vehicle| vehicle.is_bicycle() == (mode == LegMode::Bicycle);
    if let Some(ride) = network.rides.iter().find(|ride| is_it(ride.limits().by)) {
        let places = ride.places();
        let linked = if is_start { &places.origins } else { &places.destinations };
        return Some((Arc::clone(&places.streets), Arc::clone(linked)));
    }
    let chains = network.chains.as_ref()?;
    let ways: &[By] =
        if mode == LegMode::Bicycle { &[By::Bicycle] } else { &[By::ParkAndRide, By::DroppedOff] };
    let of = |&by: &By| Some((Arc::clone(chains.streets(by)?), Arc::clone(chains.linkage(by, is_start)?)));
    ways.iter().find_map(of)
}
