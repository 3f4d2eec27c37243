//! The hierarchy of streets against Dijkstra's algorithm on the streets as they are, and against itself by every way.

mod hand;
mod plain;
mod plain_turns;
mod random;
mod turns;

use isokron::routing::SimdLevel;
use isokron::routing::hierarchy::{
    Customised, GraphSpot, Hierarchy, StreetCosts, StreetGraph, StreetPlace, TravelTimes,
};

/// Streets as a test draws them.
#[derive(Clone, Debug, Default)]
pub struct Streets {
    pub from: Vec<u32>,
    pub to: Vec<u32>,
    pub directions: Vec<u8>,
    pub lon_e7: Vec<i32>,
    pub lat_e7: Vec<i32>,
    pub forward_ms: Vec<u32>,
    pub backward_ms: Vec<u32>,
}

impl Streets {
    pub fn graph(&self) -> StreetGraph<'_> {
        StreetGraph {
            from: &self.from,
            to: &self.to,
            directions: &self.directions,
            lon_e7: &self.lon_e7,
            lat_e7: &self.lat_e7,
            gates: &[],
        }
    }

    pub fn costs(&self) -> StreetCosts<'_> {
        StreetCosts { forward_ms: &self.forward_ms, backward_ms: &self.backward_ms }
    }

    pub fn customised(&self) -> Customised {
        let quiet = isokron::base::executor::Quiet;
        Hierarchy::build(&self.graph(), &quiet).unwrap().customise(&self.costs(), &quiet).unwrap()
    }
}

pub fn spots(places: &[StreetPlace]) -> Vec<GraphSpot> {
    places.iter().copied().map(GraphSpot::from).collect()
}

/// Origin by origin, target by target; batches are of `lanes` origins.
pub fn times(
    customised: &Customised,
    origins: &[StreetPlace],
    targets: &[StreetPlace],
    limit_ms: u32,
    lanes: usize,
    simd: SimdLevel,
) -> Vec<Vec<u32>> {
    let prepared = customised.targets(&spots(targets));
    let mut times = TravelTimes::default();
    let mut rows = Vec::new();
    for batch in spots(origins).chunks(lanes) {
        customised.rows(&batch.iter().collect::<Vec<_>>(), &prepared, limit_ms, simd, &mut times);
        for lane in 0..batch.len() {
            rows.push((0..targets.len() as u32).map(|target| times.ms(lane, target)).collect());
        }
    }
    rows
}
