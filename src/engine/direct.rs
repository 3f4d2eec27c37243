//! Walks all the way and rides by bicycle → the direct times of a profile: of each pair the fastest.

use std::sync::Arc;

use crate::network::StreetLegs;
use crate::network::ridden_times::RiddenTimes;
use crate::routing::{DirectRows, DirectTimes, ReversedNetwork};

/// From origins to destinations.
pub struct Forward {
    legs: Arc<StreetLegs>,
    bicycle: Arc<RiddenTimes>,
}

impl Forward {
    pub fn new(legs: &Arc<StreetLegs>, bicycle: &Arc<RiddenTimes>) -> Forward {
        Forward { legs: Arc::clone(legs), bicycle: Arc::clone(bicycle) }
    }
}

impl DirectTimes for Forward {
    fn fill(&self, origins: &[u32], rows: &mut DirectRows) {
        self.legs.fill(origins, rows);
        for (lane, &origin) in origins.iter().enumerate() {
            self.bicycle.from_origin(origin as usize, |to, seconds| rows.offer(to, lane, seconds));
        }
    }
}

/// From destinations back to origins.
pub struct Backward {
    pub network: ReversedNetwork,
    bicycle: Option<Arc<RiddenTimes>>,
}

impl Backward {
    pub fn new(network: ReversedNetwork, bicycle: Option<Arc<RiddenTimes>>) -> Backward {
        Backward { network, bicycle }
    }
}

impl DirectTimes for Backward {
    fn fill(&self, destinations: &[u32], rows: &mut DirectRows) {
        self.network.legs.fill(destinations, rows);
        let Some(bicycle) = &self.bicycle else { return };
        for (lane, &destination) in destinations.iter().enumerate() {
            bicycle.to_destination(destination as usize, |from, seconds| rows.offer(from, lane, seconds));
        }
    }
}
