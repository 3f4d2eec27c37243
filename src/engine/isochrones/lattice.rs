//! The lattice of isochrones over the streets, linked, with the walks from the stops to it; linked to the streets to ride or
//! drive on, too, where a profile does.

use std::sync::Arc;

use crate::base::csr::{Csr, TimedArc};
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::engine::region::{Region, limits};
use crate::engine::vehicles::Vehicles;
use crate::network::links::{KeptComponents, LinkRule, Linkage, Linker, to_places};
use crate::network::rides::RiddenPlaces;
use crate::network::streets::Streets;
use crate::network::surface::{FARTHEST_LAT, Lattice, Surface};
use crate::study::{NetworkSpec, Profile};

/// More points are a mistake: 100 m apart, those of a square of 3,000 km.
const MOST_POINTS: usize = 1 << 30;

/// What isochrones of a profile are made of.
pub struct LatticeNetwork {
    pub surface: Surface,
    /// Its points, then the cells, then the other destinations.
    pub places: Linkage,
    /// Stop → places within a walk; empty rows where nobody walks from the stops.
    pub from_stops: Csr<TimedArc>,
    /// The same places as destinations, on the streets that the profile rides or drives on.
    pub ridden: Vehicles,
}

impl LatticeNetwork {
    /// Links the lattice and measures the walks from the stops.
    ///
    /// # Errors
    /// As [`lattice`]; `Stopped`.
    pub fn new(
        region: &Region,
        vehicles: &Vehicles,
        network: &NetworkSpec,
        grid_m: u32,
        profile: &Profile,
        executor: &dyn Executor,
    ) -> Result<LatticeNetwork> {
        let lattice = lattice(&region.streets, grid_m, network.max_link_m)?;
        let surface = Self::surface(region, network, lattice, executor)?;
        let places = Self::places(region, &surface);
        let from_stops = match Self::walks_from_stops(profile) {
            true => Self::from_stops(region, &places, profile, executor)?,
            false => Csr::from_rows(vec![Vec::new(); region.links.stops.len()]),
        };
        let ridden = Self::ridden(region, vehicles, profile, |ridden| {
            Self::on_ridden(ridden, &surface, network, executor)
        })?;
        Ok(LatticeNetwork { surface, places, from_stops, ridden })
    }

    /// The points of a lattice that are near a street.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn surface(
        region: &Region,
        network: &NetworkSpec,
        lattice: Lattice,
        executor: &dyn Executor,
    ) -> Result<Surface> {
        executor.begin("lattice", 0);
        let streets = &region.streets;
        let linker = Linker::new(streets, LinkRule::from(network));
        let kept = KeptComponents::of(streets, &region.links.stops);
        Surface::new(streets, &linker, &kept, lattice, network.max_link_m, executor)
    }

    /// Where the lattice's points, the cells and the other destinations are linked.
    pub fn places(region: &Region, surface: &Surface) -> Linkage {
        let mut places = surface.linked.clone();
        places.append(&region.links.cells);
        places.append(&region.links.others);
        places
    }

    /// The walks of a profile from the stops to these places.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn from_stops(
        region: &Region,
        places: &Linkage,
        profile: &Profile,
        executor: &dyn Executor,
    ) -> Result<Csr<TimedArc>> {
        let streets = region.walked_streets(profile);
        to_places(&streets, &region.links.stops, places, limits(profile), executor)
    }

    /// Whether a profile walks from the last stop.
    pub fn walks_from_stops(profile: &Profile) -> bool {
        profile.walk && !profile.chains.is_some_and(|chains| chains.bicycle_aboard)
    }

    /// Where the lattice's points are linked to streets to ride or drive on.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn on_ridden(
        ridden: &RiddenPlaces,
        surface: &Surface,
        network: &NetworkSpec,
        executor: &dyn Executor,
    ) -> Result<Linkage> {
        let linker = Linker::new(&ridden.streets.streets, LinkRule::from(network));
        linker.link(&ridden.kept(), &surface.points(), executor)
    }

    /// The lattice's places on all streets that a profile rides or drives on; `linked` says where its points are.
    ///
    /// # Errors
    /// Those of `linked`.
    pub fn ridden(
        region: &Region,
        vehicles: &Vehicles,
        profile: &Profile,
        linked: impl Fn(&RiddenPlaces) -> Result<Linkage>,
    ) -> Result<Vehicles> {
        let of = |ridden: Option<&RiddenPlaces>| {
            let places = |ridden: &RiddenPlaces| {
                let mut places = linked(ridden)?;
                places.append(&ridden.origins);
                if region.others.is_some() {
                    places.append(&ridden.destinations);
                }
                Ok(RiddenPlaces { destinations: Arc::new(places), ..ridden.clone() })
            };
            ridden.map(places).transpose()
        };
        Ok(Vehicles {
            bicycle: of(vehicles.bicycle.as_ref().filter(|_| profile.cycles_as().is_some()))?,
            car: of(vehicles.car.as_ref().filter(|_| profile.drives_as().is_some()))?,
            ..Vehicles::default()
        })
    }
}

/// The lattice over the streets.
///
/// # Errors
/// There is none: streets near a pole or round the Earth; or it has far too many points.
pub fn lattice(streets: &Streets, grid_m: u32, max_link_m: f64) -> Result<Lattice> {
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
    Ok(lattice)
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
