//! Walks all the way, rides by bicycle and drives by car → the direct times of a profile: of each pair the fastest.

use std::sync::Arc;

use crate::network::StreetLegs;
use crate::network::rides::RiddenTimes;
use crate::routing::{DirectRows, DirectTimes, ReversedNetwork};

/// From origins to destinations.
pub struct Forward {
    legs: Arc<StreetLegs>,
    rides: Vec<Arc<RiddenTimes>>,
}

impl Forward {
    /// `None` where nobody rides or drives: then the walks are all.
    pub fn new(legs: &Arc<StreetLegs>, rides: &[Arc<RiddenTimes>]) -> Option<Forward> {
        (!rides.is_empty()).then(|| Forward { legs: Arc::clone(legs), rides: rides.to_vec() })
    }
}

impl DirectTimes for Forward {
    fn fill(&self, origins: &[u32], rows: &mut DirectRows) {
        self.legs.fill(origins, rows);
        for ride in &self.rides {
            for (lane, &origin) in origins.iter().enumerate() {
                ride.from_origin(origin as usize, |to, seconds| rows.offer(to, lane, seconds));
            }
        }
    }
}

/// From destinations back to origins.
pub struct Backward {
    pub network: ReversedNetwork,
    rides: Vec<Arc<RiddenTimes>>,
}

impl Backward {
    pub fn new(network: ReversedNetwork, rides: &[Arc<RiddenTimes>]) -> Backward {
        Backward { network, rides: rides.to_vec() }
    }
}

impl DirectTimes for Backward {
    fn fill(&self, destinations: &[u32], rows: &mut DirectRows) {
        self.network.legs.fill(destinations, rows);
        for ride in &self.rides {
            for (lane, &destination) in destinations.iter().enumerate() {
                ride.to_destination(destination as usize, |from, seconds| rows.offer(from, lane, seconds));
            }
        }
    }
}
