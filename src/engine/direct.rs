//! Walks all the way, rides by bicycle and drives by car → the direct times of a profile: of each pair the fastest.

use std::sync::{Arc, OnceLock};

use super::swept::{LEAST_SWEPT, Swept};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::network::StreetLegs;
use crate::network::rides::RiddenTimes;
use crate::routing::{DirectRows, DirectTimes, ReversedNetwork, SimdLevel};

/// From origins to destinations.
pub struct Forward {
    legs: Arc<StreetLegs>,
    rides: Vec<Ride>,
}

/// Times of one vehicle, and their hierarchy, once it is made.
struct Ride {
    times: Arc<RiddenTimes>,
    /// From destinations back to origins.
    is_backward: bool,
    swept: OnceLock<Swept>,
}

impl Ride {
    fn all(rides: &[Arc<RiddenTimes>], is_backward: bool) -> Vec<Ride> {
        let ride =
            |times: &Arc<RiddenTimes>| Ride { times: Arc::clone(times), is_backward, swept: OnceLock::new() };
        rides.iter().map(ride).collect()
    }

    /// Makes the hierarchy of the streets where so many places to begin with are worth it. The times are the same with it
    /// and without.
    fn prepare(&self, places: usize, simd: SimdLevel, executor: &dyn Executor) -> Result<()> {
        let is_worth_it = places >= LEAST_SWEPT && self.times.limits().max_direct_s > 0;
        if is_worth_it && self.swept.get().is_none() {
            executor.begin("streets by rank", 0);
            let make = if self.is_backward { Swept::backward } else { Swept::new };
            let swept = make(&self.times, simd, executor)?;
            self.swept.get_or_init(|| swept);
        }
        Ok(())
    }

    fn fill(&self, places: &[u32], rows: &mut DirectRows) {
        if let Some(swept) = self.swept.get() {
            self.times.all_within(|limit_s, extra_s| {
                swept.each(places, limit_s, |lane, other, seconds| {
                    rows.offer(other, lane, seconds + extra_s);
                });
            });
            return;
        }
        for (lane, &place) in places.iter().enumerate() {
            let hit = |other, seconds| rows.offer(other, lane, seconds);
            match self.is_backward {
                true => self.times.to_destination(place as usize, hit),
                false => self.times.from_origin(place as usize, hit),
            }
        }
    }
}

fn prepare(rides: &[Ride], places: usize, simd: SimdLevel, executor: &dyn Executor) -> Result<()> {
    rides.iter().try_for_each(|ride| ride.prepare(places, simd, executor))
}

fn bytes_per_thread(rides: &[Ride]) -> usize {
    rides.iter().filter_map(|ride| ride.swept.get()).map(Swept::bytes_per_thread).sum()
}

impl Forward {
    /// `None` where nobody rides or drives: then the walks are all.
    pub fn new(legs: &Arc<StreetLegs>, rides: &[Arc<RiddenTimes>]) -> Option<Forward> {
        let rides = Ride::all(rides, false);
        (!rides.is_empty()).then(|| Forward { legs: Arc::clone(legs), rides })
    }

    /// Makes hierarchies of the streets where so many origins are worth it.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop, which sees the stage "streets by rank".
    pub fn prepare(&self, origins: usize, simd: SimdLevel, executor: &dyn Executor) -> Result<()> {
        prepare(&self.rides, origins, simd, executor)
    }

    /// Bytes that a thread has held at most so far, for what is swept.
    pub fn bytes_per_thread(&self) -> usize {
        bytes_per_thread(&self.rides)
    }
}

impl DirectTimes for Forward {
    fn fill(&self, origins: &[u32], rows: &mut DirectRows) {
        self.legs.fill(origins, rows);
        self.rides.iter().for_each(|ride| ride.fill(origins, rows));
    }
}

/// From destinations back to origins.
pub struct Backward {
    pub network: ReversedNetwork,
    rides: Vec<Ride>,
}

impl Backward {
    pub fn new(network: ReversedNetwork, rides: &[Arc<RiddenTimes>]) -> Backward {
        Backward { network, rides: Ride::all(rides, true) }
    }

    /// As [`Forward::prepare`], for so many destinations.
    ///
    /// # Errors
    /// As there.
    pub fn prepare(&self, destinations: usize, simd: SimdLevel, executor: &dyn Executor) -> Result<()> {
        prepare(&self.rides, destinations, simd, executor)
    }

    /// Bytes that a thread has held at most so far, for what is swept.
    pub fn bytes_per_thread(&self) -> usize {
        bytes_per_thread(&self.rides)
    }
}

impl DirectTimes for Backward {
    fn fill(&self, destinations: &[u32], rows: &mut DirectRows) {
        self.network.legs.fill(destinations, rows);
        self.rides.iter().for_each(|ride| ride.fill(destinations, rows));
    }
}
