//! The lattice of a study's isochrones, linked, with the walks from the stops to it; taken from the cache where
//! nothing has changed.

use super::cache::Cache;
use super::load::StudyData;
use crate::base::csr::{Csr, TimedArc};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::isochrones::{LatticeNetwork, lattice};
use crate::engine::region::limits;
use crate::network::format::check_indices;
use crate::network::surface::Surface;
use crate::study::{Profile, Study};

impl StudyData {
    /// # Errors
    /// As [`LatticeNetwork::new`]; the machine's.
    pub fn lattice(
        &self,
        study: &Study,
        grid_m: u32,
        profile: &Profile,
        cache: &Cache,
        executor: &dyn Executor,
    ) -> Result<LatticeNetwork> {
        let (region, network) = (&self.region, &study.network);
        let lattice = lattice(&region.streets, grid_m, network.max_link_m)?;
        let key = self.key.clone().and("surface").and(format!("{lattice:?}"));
        let surface = cache.part(
            "surface",
            &key,
            &mut Diagnostics::default(),
            executor,
            |reader| Surface::read(reader, &region.streets),
            |_| LatticeNetwork::surface(region, network, lattice, executor),
            Surface::write,
        )?;
        let places = LatticeNetwork::places(region, &surface);
        let limits = limits(profile);
        let key = self.walks_key(&key, profile).and(format!("{:?} {}", limits.speed, limits.max_walk_s));
        let from_stops = cache.part(
            "surface_walks",
            &key,
            &mut Diagnostics::default(),
            executor,
            |reader| {
                let legs: Csr<TimedArc> = reader.csr("from_stops", region.links.stops.len())?;
                if !reader.is_known() {
                    check_indices("walks", legs.values().iter().map(|walk| walk.to), places.len(), false)?;
                }
                Ok(legs)
            },
            |_| LatticeNetwork::from_stops(region, &places, profile, executor),
            |legs, writer| writer.csr("from_stops", legs),
        )?;
        cache.save();
        Ok(LatticeNetwork { surface, places, from_stops })
    }
}
