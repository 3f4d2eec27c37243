//! The lattice of a study's isochrones, linked, with the walks from the stops to it; taken from the cache where
//! nothing has changed.

use super::cache::Cache;
use super::load::StudyData;
use crate::base::csr::{Csr, TimedArc};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::engine::region::{Region, limits};
use crate::network::format::check_indices;
use crate::network::links::{Kept, LinkRule, Linkage, Linker, to_places};
use crate::network::streets::Streets;
use crate::network::surface::{FARTHEST_LAT, Lattice, Surface};
use crate::study::{Profile, Study};

/// More points are a mistake: 100 m apart, those of a square of 3,000 km.
const MOST_POINTS: usize = 1 << 30;

/// What isochrones of a walking profile are made of.
pub struct Fine {
    pub surface: Surface,
    /// Its points, then the cells, then the other destinations.
    pub places: Linkage,
    /// Stop → places within a walk.
    pub from_stops: Csr<TimedArc>,
}

impl StudyData {
    /// # Errors
    /// As [`StudyData::load`]; a lattice of far too many points.
    pub fn fine(
        &self,
        study: &Study,
        grid_m: u32,
        profile: &Profile,
        cache: &Cache,
        executor: &dyn Executor,
    ) -> Result<Fine> {
        let Region { streets, links, .. } = &self.region;
        let max_link_m = study.network.max_link_m;
        check_drawable(streets)?;
        let lattice = Lattice::over(streets, grid_m, max_link_m);
        if lattice.is_empty() && streets.edges() > 0 {
            let what = "cannot be laid over the streets: they reach round the Earth, or far to both sides of the \
                        antimeridian";
            return Err(Error::input("[isochrones]", what, "cut the extract to the region"));
        }
        if lattice.len() > MOST_POINTS {
            let what = format!("makes {} × {} points over the streets", lattice.columns, lattice.rows);
            return Err(Error::input("[isochrones] grid_m", what, "make it larger"));
        }
        let key = self.key.clone().and("surface").and(format!("{lattice:?}"));
        let surface = cache.part(
            "surface",
            &key,
            &mut Diagnostics::default(),
            executor,
            |reader| Surface::read(reader, streets),
            |_| {
                executor.begin("lattice", 0);
                let linker = Linker::new(streets, LinkRule::from(&study.network));
                let kept = Kept::of(streets, &links.stops);
                Surface::new(streets, &linker, &kept, lattice, max_link_m, executor)
            },
            Surface::write,
        )?;
        let mut places = surface.linked.clone();
        places.append(&links.cells);
        places.append(&links.others);
        let limits = limits(profile);
        let key = key.and("walks").and(format!("{:?} {}", limits.speed, limits.max_walk_s));
        let stops = &links.stops;
        let from_stops = cache.part(
            "surface_walks",
            &key,
            &mut Diagnostics::default(),
            executor,
            |reader| {
                let legs: Csr<TimedArc> = reader.csr("from_stops", stops.len())?;
                if !reader.is_known() {
                    check_indices("walks", legs.values().iter().map(|walk| walk.to), places.len(), false)?;
                }
                Ok(legs)
            },
            |_| to_places(streets, stops, &places, limits, executor),
            |legs, writer| writer.csr("from_stops", legs),
        )?;
        cache.save();
        Ok(Fine { surface, places, from_stops })
    }
}

/// Near a pole degrees of longitude shrink to nothing, and no lattice of them fits the ground.
fn check_drawable(streets: &Streets) -> Result<()> {
    let lats = streets.shape_lat_e7.iter().map(|&e7| f64::from(e7) / 1e7);
    match lats.max_by(|a, b| a.abs().total_cmp(&b.abs())) {
        Some(lat) if lat.abs() > FARTHEST_LAT => {
            let what = format!(
                "are not drawn beyond {FARTHEST_LAT}° of latitude, and there are streets at {lat:.2}°"
            );
            Err(Error::input("[isochrones]", what, "cut the extract to the region"))
        }
        _ => Ok(()),
    }
}
