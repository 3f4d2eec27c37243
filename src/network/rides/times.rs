//! Times from door to door of those who ride: a search over the streets for each origin, none of them stored.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::costs::{CarSpeeds, Speeds};
use super::graph::RideGraph;
use super::search::{RiddenSearch, RiddenTargets};
use crate::base::executor::Pool;
use crate::network::links::{KeptComponents, Linkage};
use crate::network::reach::EdgePosition;
use crate::network::streets::RiddenStreets;

/// The streets of those who ride, and where the places of a region are linked to them.
#[derive(Clone, Debug)]
pub struct RiddenPlaces {
    pub streets: Arc<RiddenStreets>,
    pub origins: Arc<Linkage>,
    pub destinations: Arc<Linkage>,
    pub stops: Arc<Linkage>,
}

impl RiddenPlaces {
    /// Which components places are linked to.
    pub fn kept(&self) -> KeptComponents {
        KeptComponents::of(&self.streets.streets, &self.stops)
    }
}

/// How fast and how long one rides or drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RideLimits {
    pub by: Vehicle,
    /// From door to door.
    pub max_direct_s: u32,
}

/// What one rides or drives, and how fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vehicle {
    Bicycle(Speeds),
    /// And the seconds that getting into the car and parking take, beside the way.
    Car {
        speeds: CarSpeeds,
        parking_s: u32,
    },
}

impl Vehicle {
    /// The graph of streets for it.
    pub(super) fn graph(self, streets: Arc<RiddenStreets>) -> RideGraph {
        match self {
            Vehicle::Bicycle(speeds) => RideGraph::bicycle(streets, speeds),
            Vehicle::Car { speeds, .. } => RideGraph::car(streets, speeds),
        }
    }

    pub fn is_bicycle(self) -> bool {
        matches!(self, Vehicle::Bicycle(_))
    }

    /// Words for the streets that it goes on.
    pub fn on_streets(self) -> &'static str {
        match self {
            Vehicle::Bicycle(_) => "to cycle on",
            Vehicle::Car { .. } => "to drive on",
        }
    }

    /// Words for a journey with it.
    pub fn by(self) -> &'static str {
        match self {
            Vehicle::Bicycle(_) => "by bicycle",
            Vehicle::Car { .. } => "by car",
        }
    }

    /// Seconds of each ride beside the way.
    fn extra_s(self) -> u32 {
        match self {
            Vehicle::Bicycle(_) => 0,
            Vehicle::Car { parking_s, .. } => parking_s,
        }
    }
}

/// Times between the places of a region.
pub struct RiddenTimes {
    places: RiddenPlaces,
    limits: RideLimits,
    from_origins: RideSearches,
    /// Made when the first window of arrivals asks for it.
    from_destinations: OnceLock<RideSearches>,
}

impl fmt::Debug for RiddenTimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RiddenTimes").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Searches from one set of places to another.
struct RideSearches {
    graph: RideGraph,
    from: Arc<Linkage>,
    targets: RiddenTargets,
    scratch: Pool<RiddenSearch>,
}

impl RideSearches {
    fn new(graph: RideGraph, from: &Arc<Linkage>, to: &Linkage) -> RideSearches {
        let targets = RiddenTargets::new(&graph, to.len(), |place| to.spot(place));
        RideSearches { graph, from: Arc::clone(from), targets, scratch: Pool::default() }
    }

    fn each(&self, place: usize, limit_s: u32, hit: impl FnMut(u32, u32)) {
        let Some(spot) = self.from.spot(place).filter(|_| limit_s > 0) else { return };
        let make = || RiddenSearch::new(&self.graph, &self.targets);
        self.scratch.with(make, |search| search.each(&self.graph, spot, &self.targets, limit_s, hit));
    }
}

impl RiddenTimes {
    pub fn new(places: RiddenPlaces, limits: RideLimits) -> RiddenTimes {
        let streets = Arc::clone(&places.streets);
        RiddenTimes::over(limits.by.graph(streets), places, limits)
    }

    fn over(graph: RideGraph, places: RiddenPlaces, limits: RideLimits) -> RiddenTimes {
        let from_origins = RideSearches::new(graph, &places.origins, &places.destinations);
        RiddenTimes { places, limits, from_origins, from_destinations: OnceLock::new() }
    }

    /// The same vehicle between other places on the same streets, up to `longest_s`.
    pub fn between(&self, origins: Arc<Linkage>, destinations: Arc<Linkage>, longest_s: u32) -> RiddenTimes {
        let places = RiddenPlaces { origins, destinations, ..self.places.clone() };
        let max_direct_s = self.limits.max_direct_s.min(longest_s);
        RiddenTimes::over(self.graph().clone(), places, RideLimits { max_direct_s, ..self.limits })
    }

    /// Destinations that some origin gets to, rising.
    pub fn reached(&self) -> Vec<u32> {
        let RideSearches { graph, from, targets, .. } = &self.from_origins;
        let spots: Vec<EdgePosition> = (0..from.len()).filter_map(|origin| from.spot(origin)).collect();
        let mut reached = Vec::new();
        self.all_within(|limit_s, _| {
            let mut search = RiddenSearch::new(graph, targets);
            search.each_from_any(graph, &spots, targets, limit_s, |to, _| reached.push(to));
        });
        reached
    }

    pub fn limits(&self) -> RideLimits {
        self.limits
    }

    pub fn places(&self) -> &RiddenPlaces {
        &self.places
    }

    pub fn graph(&self) -> &RideGraph {
        &self.from_origins.graph
    }

    /// Calls `hit(destination, seconds)` for each destination within the limit of an origin, rising; of one set of places
    /// for the origin itself, too.
    pub fn from_origin(&self, origin: usize, hit: impl FnMut(u32, u32)) {
        self.within(&self.from_origins, origin, hit);
    }

    /// Calls `search` with the limit that is left for the way, and the seconds that each ride takes beside it; not where
    /// none is left.
    pub fn all_within(&self, search: impl FnOnce(u32, u32)) {
        let extra_s = self.limits.by.extra_s();
        let limit_s = self.limits.max_direct_s.checked_sub(extra_s);
        if let Some(limit_s) = limit_s.filter(|&limit_s| limit_s > 0) {
            search(limit_s, extra_s);
        }
    }

    fn within(&self, searches: &RideSearches, place: usize, mut hit: impl FnMut(u32, u32)) {
        self.all_within(|limit_s, extra_s| {
            searches.each(place, limit_s, |other, seconds| hit(other, seconds + extra_s));
        });
    }

    /// Calls `hit(origin, seconds)` for each origin from which one gets to a destination within the limit.
    pub fn to_destination(&self, destination: usize, hit: impl FnMut(u32, u32)) {
        let places = &self.places;
        let make = || RideSearches::new(self.graph().reversed(), &places.destinations, &places.origins);
        self.within(self.from_destinations.get_or_init(make), destination, hit);
    }
}
