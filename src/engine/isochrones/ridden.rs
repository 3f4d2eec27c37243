//! What riding and driving add to isochrones: ways to the stops and from them, and what is reached from door to door.

use std::sync::Arc;

use crate::base::NONE;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::direct::Forward;
use crate::engine::vehicles::Vehicles;
use crate::network::Network;
use crate::network::links::LinkRule;
use crate::network::rides::{By, RiddenPlaces, RiddenTimes};
use crate::routing::{DirectRows, DirectTimes};

/// The vehicles of a profile, between the origins of isochrones and the places of a lattice.
pub(super) struct RiddenLattice<'a> {
    network: &'a Network,
    places: Vehicles,
}

impl<'a> RiddenLattice<'a> {
    /// From points, (lon, lat), to the destinations of `lattice`; the network is that of the profile.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn new(
        network: &'a Network,
        lattice: &Vehicles,
        points: &[(f64, f64)],
        rule: LinkRule,
        executor: &dyn Executor,
    ) -> Result<RiddenLattice<'a>> {
        Ok(RiddenLattice { network, places: lattice.from_points(points, rule, executor)? })
    }

    /// Whether an origin has a street to ride or drive on from door to door.
    pub fn is_linked(&self, origin: usize) -> bool {
        let mut places = self.network.rides.iter().filter_map(|ride| self.places.places(ride.limits().by));
        places.any(|places| places.origins.has_street(origin))
    }

    /// The ways to stops, from the walks.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn access(&self, on_foot: Csr<TimedArc>, executor: &dyn Executor) -> Result<Csr<TimedArc>> {
        let Some(chains) = &self.network.chains else { return Ok(on_foot) };
        let origins = |by: By| self.places.places_by(by).map(|places| &*places.origins);
        chains.access_from(origins, on_foot, executor)
    }

    /// Stop → the lattice's places, of some stops, rising; `None`: one walks from them.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn cycled_from_stops(&self, stops: &[u32], executor: &dyn Executor) -> Result<Option<Csr<TimedArc>>> {
        let Some(chains) = &self.network.chains else { return Ok(None) };
        let Some(RiddenPlaces { stops: linked, destinations, .. }) = self.places.places_by(By::Bicycle)
        else {
            return Ok(None);
        };
        let wanted = |stop: usize| stops.binary_search(&(stop as u32)).is_ok();
        chains.from_stops(linked, wanted, destinations, executor)
    }

    /// From door to door, up to `longest_s`.
    pub fn rides(&self, longest_s: u32) -> Vec<RiddenTimes> {
        let between = |ride: &Arc<RiddenTimes>| {
            let RiddenPlaces { origins, destinations, .. } = self.places.places(ride.limits().by)?;
            Some(ride.between(Arc::clone(origins), Arc::clone(destinations), longest_s))
        };
        self.network.rides.iter().filter_map(between).collect()
    }

    /// The same to some of the destinations, in the order given.
    pub fn some(rides: Vec<RiddenTimes>, destinations: &[u32]) -> Vec<Arc<RiddenTimes>> {
        let some = |ride: RiddenTimes| {
            let RiddenPlaces { origins, destinations: all, .. } = ride.places();
            let some = Arc::new(all.some(destinations));
            Arc::new(ride.between(Arc::clone(origins), some, ride.limits().max_direct_s))
        };
        rides.into_iter().map(some).collect()
    }
}

/// Direct times where an origin may be a destination: to itself it takes as long as the study says.
pub(super) struct OwnTimes {
    pub forward: Forward,
    /// Origin → itself among the destinations, or `NONE`.
    pub own: Vec<u32>,
    pub own_s: u32,
}

impl DirectTimes for OwnTimes {
    fn fill(&self, origins: &[u32], rows: &mut DirectRows) {
        self.forward.fill(origins, rows);
        for (lane, &origin) in origins.iter().enumerate() {
            let own = self.own[origin as usize];
            if own != NONE {
                rows.set(own, lane, self.own_s);
            }
        }
    }
}
