//! Walks all the way, rides by bicycle and drives by car → the direct times of a profile: of each pair the fastest.

use std::sync::{Arc, OnceLock};

use super::swept::Swept;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::network::StreetLegs;
use crate::network::rides::RiddenTimes;
use crate::routing::{DirectRows, DirectTimes, ReversedNetwork, SimdLevel};

/// For fewer origins nobody waits for searches. (Where a hierarchy begins to pay was not measured: at 1,070 it costs a
/// quarter of them.)
const LEAST_SWEPT: usize = 1_000;

/// From origins to destinations.
pub struct Forward {
    legs: Arc<StreetLegs>,
    rides: Vec<Ride>,
}

/// Times of one vehicle, and their hierarchy, once it is made.
struct Ride {
    times: Arc<RiddenTimes>,
    swept: OnceLock<Swept>,
}

impl Forward {
    /// `None` where nobody rides or drives: then the walks are all.
    pub fn new(legs: &Arc<StreetLegs>, rides: &[Arc<RiddenTimes>]) -> Option<Forward> {
        let ride = |times: &Arc<RiddenTimes>| Ride { times: Arc::clone(times), swept: OnceLock::new() };
        let rides: Vec<Ride> = rides.iter().map(ride).collect();
        (!rides.is_empty()).then(|| Forward { legs: Arc::clone(legs), rides })
    }

    /// Makes hierarchies of the streets where so many origins are worth it. The times are the same with them and without.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop, which sees the stage "streets by rank".
    pub fn prepare(&self, origins: usize, simd: SimdLevel, executor: &dyn Executor) -> Result<()> {
        for ride in self.rides.iter().filter(|_| origins >= LEAST_SWEPT) {
            if ride.swept.get().is_none() && ride.times.limits().max_direct_s > 0 {
                executor.begin("streets by rank", 0);
                let swept = Swept::new(&ride.times, simd, executor)?;
                ride.swept.get_or_init(|| swept);
            }
        }
        Ok(())
    }
}

impl DirectTimes for Forward {
    fn fill(&self, origins: &[u32], rows: &mut DirectRows) {
        self.legs.fill(origins, rows);
        for Ride { times, swept } in &self.rides {
            if let Some(swept) = swept.get() {
                times.all_within(|limit_s, extra_s| {
                    swept.each(origins, limit_s, |lane, to, seconds| rows.offer(to, lane, seconds + extra_s));
                });
                continue;
            }
            for (lane, &origin) in origins.iter().enumerate() {
                times.from_origin(origin as usize, |to, seconds| rows.offer(to, lane, seconds));
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
