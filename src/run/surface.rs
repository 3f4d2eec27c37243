//! The lattice of a study's isochrones, linked, with the walks from the stops to it, and linked to the streets to ride or drive
//! on; taken from the cache where nothing has changed.

use super::cache::{Cache, PartKey};
use super::load::StudyData;
use crate::base::csr::{Csr, TimedArc};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::isochrones::{LatticeNetwork, lattice};
use crate::engine::region::limits;
use crate::network::format::{Damage, check_indices};
use crate::network::links::Linkage;
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
        let from_stops = match LatticeNetwork::walks_from_stops(profile) {
            true => self.walks_to(&places, &key, profile, cache, executor)?,
            false => Csr::from_rows(vec![Vec::new(); region.links.stops.len()]),
        };
        let ridden = LatticeNetwork::ridden(region, &self.vehicles, profile, |ridden| {
            let (part, country) = match ridden.streets.driven.is_empty() {
                true => ("surface_bicycle", &None),
                false => ("surface_car", &network.country),
            };
            let points = surface.nodes.len();
            cache.part(
                part,
                &key.clone().and(part).and(format!("{country:?}")),
                &mut Diagnostics::default(),
                executor,
                |reader| match Linkage::read("surface", reader, &ridden.streets.streets)? {
                    linked if linked.len() == points => Ok(linked),
                    _ => Err(Damage::Damaged("links of another lattice".into())),
                },
                |_| LatticeNetwork::on_ridden(ridden, &surface, network, executor),
                |linked, writer| linked.write("surface", writer),
            )
        })?;
        cache.save();
        Ok(LatticeNetwork { surface, places, from_stops, ridden })
    }

    /// The walks of a profile from the stops to places; `key` is that of the lattice.
    fn walks_to(
        &self,
        places: &Linkage,
        key: &PartKey,
        profile: &Profile,
        cache: &Cache,
        executor: &dyn Executor,
    ) -> Result<Csr<TimedArc>> {
        let (region, limits) = (&self.region, limits(profile));
        let key = self.walks_key(key, profile).and(format!("{:?} {}", limits.speed, limits.max_walk_s));
        cache.part(
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
            |_| LatticeNetwork::from_stops(region, places, profile, executor),
            |legs, writer| writer.csr("from_stops", legs),
        )
    }
}
