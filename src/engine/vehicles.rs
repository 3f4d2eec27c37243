//! What somebody rides or drives in a region: streets, where places and stops are linked to them, and park-and-ride
//! sites. From it and the walks of a profile its network is made.

use std::sync::Arc;

use super::feeders;
use super::region::{Region, by_bicycle, by_car, limits, ride_limits};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::network::links::{LinkRule, Linkage, Linker, outward};
use crate::network::rides::{
    By, Chains, Feeder, FeederParts, OnwardWalks, RiddenPlaces, RiddenTimes, RideLimits, SiteList, Vehicle,
    kept,
};
use crate::network::streets::RiddenStreets;
use crate::network::{Network, StreetLegs};
use crate::routing::SimdLevel;
use crate::study::{ChainSpec, Profile};

/// Streets to ride and to drive on; `None`: no profile does.
#[derive(Clone, Debug, Default)]
pub struct Vehicles {
    pub bicycle: Option<RiddenPlaces>,
    pub car: Option<RiddenPlaces>,
    /// `None`: nobody parks and rides.
    pub sites: Option<Sites>,
    /// Ways from many places to stops go by a hierarchy of the streets, by these instructions; `None`: by a search each.
    pub swept: Option<SimdLevel>,
}

/// Where one may park and ride.
#[derive(Clone, Debug)]
pub struct Sites {
    pub list: Arc<SiteList>,
    pub by_car: Arc<Linkage>,
    pub on_foot: Linkage,
}

impl Vehicles {
    /// The streets of a vehicle.
    pub fn places(&self, vehicle: Vehicle) -> Option<&RiddenPlaces> {
        match vehicle {
            Vehicle::Bicycle(_) => self.bicycle.as_ref(),
            Vehicle::Car { .. } => self.car.as_ref(),
        }
    }

    /// The streets of a way to public transport; `None`: one walks.
    pub fn places_by(&self, by: By) -> Option<&RiddenPlaces> {
        match by {
            By::OnFoot => None,
            By::Bicycle => self.bicycle.as_ref(),
            By::ParkAndRide | By::DroppedOff => self.car.as_ref(),
        }
    }

    /// The same with points, (lon, lat), as origins.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn from_points(
        &self,
        points: &[(f64, f64)],
        rule: LinkRule,
        executor: &dyn Executor,
    ) -> Result<Vehicles> {
        let linked = |places: &Option<RiddenPlaces>| {
            let linked = |places: &RiddenPlaces| {
                let linker = Linker::around(&places.streets.streets, rule, points);
                let origins = Arc::new(linker.link(&places.kept(), points, executor)?);
                Ok(RiddenPlaces { origins, ..places.clone() })
            };
            places.as_ref().map(linked).transpose()
        };
        let (bicycle, car) = (linked(&self.bicycle)?, linked(&self.car)?);
        Ok(Vehicles { bicycle, car, ..self.clone() })
    }

    /// The network of a profile in a region, from its walks.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn network(
        &self,
        profile: &Profile,
        region: &Region,
        walked: Arc<StreetLegs>,
        executor: &dyn Executor,
    ) -> Result<Network> {
        let of = |limits: RideLimits| {
            let places = self.places(limits.by)?.clone();
            Some(Arc::new(RiddenTimes::new(places, limits)))
        };
        let rides = ride_limits(profile).into_iter().filter_map(of).collect();
        let timetable = Arc::clone(&region.timetable);
        let Some(spec) = &profile.chains else {
            return Ok(Network { timetable, legs: walked, rides, chains: None });
        };
        let chains = self.chains(spec, profile, region, executor)?;
        let rows = |feeder: &Feeder| feeders::rows(feeder, self.swept, executor);
        let legs = Arc::new(chains.legs(Arc::unwrap_or_clone(walked), &rows, executor)?);
        Ok(Network { timetable, legs, rides, chains: Some(Arc::new(chains)) })
    }

    /// The ways to public transport of a profile, and from it.
    fn chains(
        &self,
        spec: &ChainSpec,
        profile: &Profile,
        region: &Region,
        executor: &dyn Executor,
    ) -> Result<Chains> {
        let cycle = by_bicycle(&spec.bicycle, profile);
        let drive = by_car(&spec.car, 0, profile.walk_speed);
        let feeder = |by: By, vehicle: Vehicle, limit_s: u32, extra_s: u32| {
            let RiddenPlaces { streets, origins, stops, .. } = self.places(vehicle)?.clone();
            Some(FeederParts {
                by,
                vehicle,
                streets,
                places: origins,
                to: stops,
                limit_s,
                extra_s,
                onward: None,
                from_stops: false,
            })
        };
        let limits_of = &spec.limits;
        let (mut access, mut egress) = (Vec::new(), Vec::new());
        if spec.bicycle_left {
            let lock_s = limits_of.bicycle_parking_s;
            access.extend(feeder(By::Bicycle, cycle, limits_of.max_bicycle_s, lock_s));
        }
        if spec.bicycle_aboard {
            let parts = feeder(By::Bicycle, cycle, limits_of.max_bicycle_s, 0);
            access.extend(parts.clone());
            let destinations = self.bicycle.as_ref().map(|places| Arc::clone(&places.destinations));
            egress.extend(parts.zip(destinations).map(|(parts, places)| FeederParts {
                places,
                from_stops: true,
                ..parts
            }));
        }
        if spec.dropped_off {
            access.extend(feeder(By::DroppedOff, drive, limits_of.max_car_s, 0));
        }
        if let Some(sites) = self.sites.as_ref().filter(|_| spec.park_and_ride) {
            let nowhere = Linkage::default();
            let (streets, stops) = (region.walked_streets(profile), &region.links.stops);
            let limits = limits(profile);
            let (to_stops, _) =
                outward(&streets, &sites.on_foot, stops, &nowhere, |_| false, limits, executor)?;
            let parts = feeder(By::ParkAndRide, drive, limits_of.max_car_s, limits_of.park_and_ride_s);
            access.extend(parts.map(|parts| FeederParts {
                to: Arc::clone(&sites.by_car),
                onward: Some(Arc::new(OnwardWalks {
                    walks: to_stops,
                    sites: Arc::clone(&sites.list),
                    on_foot: sites.on_foot.clone(),
                })),
                ..parts
            }));
        }
        let made = |parts: Vec<FeederParts>| parts.into_iter().map(Feeder::new).collect();
        Ok(Chains { on_foot: spec.on_foot, access: made(access), egress: made(egress) })
    }

    /// Whether one rides and drives on the streets of other vehicles.
    pub fn has_streets_of(&self, other: &Vehicles) -> bool {
        let same = |a: &Option<RiddenPlaces>, b: &Option<RiddenPlaces>| match (a, b) {
            (Some(a), Some(b)) => Arc::ptr_eq(&a.streets, &b.streets),
            (None, None) => true,
            _ => false,
        };
        same(&self.bicycle, &other.bicycle) && same(&self.car, &other.car)
    }

    /// The same on these streets, with the places and stops of another region: one with edits. `moved`: places or stops are
    /// not where they were.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn within(
        &self,
        (bicycle, car): (Option<Arc<RiddenStreets>>, Option<Arc<RiddenStreets>>),
        region: &Region,
        moved: bool,
        rule: LinkRule,
        executor: &dyn Executor,
    ) -> Result<Vehicles> {
        let of = |before: &Option<RiddenPlaces>, streets: Option<Arc<RiddenStreets>>| match (before, streets)
        {
            (Some(before), Some(streets)) if moved || !Arc::ptr_eq(&before.streets, &streets) => {
                linked(&streets, region, rule, executor).map(Some)
            }
            (before, _) => Ok(before.clone()),
        };
        let (bicycle, car) = (of(&self.bicycle, bicycle)?, of(&self.car, car)?);
        let sites = match (&self.sites, &car) {
            (Some(sites), Some(car)) => {
                Some(Sites::linked(Arc::clone(&sites.list), &car.streets, region, rule, executor)?)
            }
            _ => None,
        };
        Ok(Vehicles { bicycle, car, sites, swept: self.swept })
    }
}

impl Sites {
    /// Links the sites of a region to its streets, by car and on foot.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn linked(
        list: Arc<SiteList>,
        streets: &RiddenStreets,
        region: &Region,
        rule: LinkRule,
        executor: &dyn Executor,
    ) -> Result<Sites> {
        let linker = Linker::around(&streets.streets, rule, &list.points);
        let large = linker.keep_large(&mut Diagnostics::default());
        let by_car = Arc::new(linker.link(&large, &list.points, executor)?);
        let on_foot = region.link(rule, &list.points, executor)?;
        Ok(Sites { list, by_car, on_foot })
    }
}

/// The places and stops of a region on streets to ride or drive on.
fn linked(
    streets: &Arc<RiddenStreets>,
    region: &Region,
    rule: LinkRule,
    executor: &dyn Executor,
) -> Result<RiddenPlaces> {
    let linker = Linker::new(&streets.streets, rule);
    let stops = &region.timetable.stops;
    let kept = kept(&linker, streets, stops, &mut Diagnostics::default(), executor)?;
    let origins = Arc::new(linker.link(&kept, &region.cells.points, executor)?);
    let destinations = match &region.others {
        Some(places) => Arc::new(linker.link(&kept, &places.points, executor)?),
        None => Arc::clone(&origins),
    };
    let stops = Arc::new(linker.link_stops(&kept, stops, executor)?);
    Ok(RiddenPlaces { streets: Arc::clone(streets), origins, destinations, stops })
}
