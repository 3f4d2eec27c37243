//! A region: streets, timetable and places, linked. What does not depend on a profile or a period.

use std::sync::Arc;

use crate::base::error;
use crate::base::executor::Executor;
use crate::base::units::SpeedMmPerS;
use crate::inputs::raw::RawPlaces;
use crate::network::StreetLegs;
use crate::network::format::{Damage, Reader, Writer};
use crate::network::links::{KeptComponents, Limits, LinkRule, Linkage, Linker, legs};
use crate::network::rides::{CarSpeeds, RideLimits, Speeds, Vehicle};
use crate::network::slopes::WalkLengths;
use crate::network::streets::{Slopes, Streets};
use crate::network::transit::Timetable;
use crate::scenario::EditedPlaces;
use crate::study::{BicycleSpec, CarSpec, Profile};

/// Streets, timetable and places of a study, or of a scenario of it. Immutable: a scenario is another region, which
/// shares what it leaves alone.
#[derive(Clone)]
pub struct Region {
    pub streets: Arc<Streets>,
    /// How these rise; `None`: no profile asks.
    pub slopes: Option<Arc<Slopes>>,
    pub timetable: Arc<Timetable>,
    pub cells: RawPlaces,
    /// Other places than the cells, all lists of the study in one; `None`: the cells.
    pub others: Option<RawPlaces>,
    pub links: Links,
}

/// Where cells, destinations and stops are linked to the streets.
#[derive(Clone)]
pub struct Links {
    pub cells: Linkage,
    pub others: Linkage,
    pub stops: Linkage,
}

impl Links {
    /// From a part of the network's files.
    ///
    /// # Errors
    /// `Damage` where something is missing, or points at no street.
    pub fn read(from: &Reader, streets: &Streets) -> Result<Links, Damage> {
        let linked = |name: &str| Linkage::read(name, from, streets);
        Ok(Links { cells: linked("cells")?, others: linked("others")?, stops: linked("stops")? })
    }

    pub fn write<'a>(&'a self, to: &mut Writer<'a>) {
        self.cells.write("cells", to);
        self.others.write("others", to);
        self.stops.write("stops", to);
    }
}

impl Region {
    /// The same places on another network, and with other amounts.
    pub fn with(
        &self,
        streets: Arc<Streets>,
        slopes: Option<Arc<Slopes>>,
        timetable: Arc<Timetable>,
        links: Links,
        places: EditedPlaces,
    ) -> Region {
        Region { streets, slopes, timetable, cells: places.cells, others: places.others, links }
    }

    /// The places that travel goes to, and where they are linked.
    pub fn destinations(&self) -> (&RawPlaces, &Linkage) {
        match &self.others {
            Some(places) => (places, &self.links.others),
            None => (&self.cells, &self.links.cells),
        }
    }

    /// The walks of a profile, measured anew.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn legs(&self, profile: &Profile, executor: &dyn Executor) -> error::Result<StreetLegs> {
        let (streets, stops) = (self.walked_streets(profile), &self.timetable.stops);
        if !profile.walk {
            let (origins, destinations) = (self.links.cells.len(), self.destinations().1.len());
            return Ok(StreetLegs::none(origins, destinations, stops.ids.len()));
        }
        let (Links { cells, stops: linked, .. }, same) = (&self.links, self.others.is_none());
        legs(&streets, cells, self.destinations().1, same, linked, stops, limits(profile), executor)
    }

    /// The streets as a profile walks them: with other lengths where slopes or steps count.
    pub fn walked_streets(&self, profile: &Profile) -> Arc<Streets> {
        let lengths = walk_lengths(profile);
        match &self.slopes {
            Some(slopes) if lengths != WalkLengths::PLAIN => Arc::new(slopes.walked(&self.streets, lengths)),
            _ => Arc::clone(&self.streets),
        }
    }

    /// Links other points, (lon, lat) in degrees, as cells are linked.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn link(
        &self,
        rule: LinkRule,
        points: &[(f64, f64)],
        executor: &dyn Executor,
    ) -> error::Result<Linkage> {
        let linker = Linker::around(&self.streets, rule, points);
        linker.link(&KeptComponents::of(&self.streets, &self.links.stops), points, executor)
    }

    /// Metres from each cell to its street; `None` where it is not linked.
    pub fn link_m(&self) -> Vec<Option<f64>> {
        let links = &self.links.cells;
        let link_m = |c: usize| links.has_street(c).then(|| f64::from(links.link_mm[c]) / 1000.0);
        (0..links.len()).map(link_m).collect()
    }
}

/// The walking limits of a profile.
pub fn limits(profile: &Profile) -> Limits {
    Limits {
        speed: profile.walk_speed,
        max_walk_s: profile.max_walk_s,
        max_transfer_walk_s: profile.max_transfer_walk_s,
        max_direct_walk_s: profile.max_direct_walk_s,
        lengths: walk_lengths(profile),
    }
}

/// What makes a profile's walks longer than the streets.
pub fn walk_lengths(profile: &Profile) -> WalkLengths {
    // A profile that says nothing has 0.
    let steps_permille = (profile.steps_factor.max(1.0) * 1000.0).round() as u32;
    WalkLengths { slopes: profile.slopes, steps_permille }
}

/// How a profile cycles and drives from door to door: in this order, where it does.
pub fn ride_limits(profile: &Profile) -> Vec<RideLimits> {
    let cycles = profile
        .bicycle
        .as_ref()
        .map(|bicycle| RideLimits { by: by_bicycle(bicycle, profile), max_direct_s: bicycle.max_direct_s });
    let drives = profile.car.as_ref().map(|car| RideLimits {
        by: by_car(car, car.parking_s, profile.walk_speed),
        max_direct_s: car.max_direct_s,
    });
    cycles.into_iter().chain(drives).collect()
}

/// A bicycle as somebody rides it.
pub fn by_bicycle(bicycle: &BicycleSpec, profile: &Profile) -> Vehicle {
    Vehicle::Bicycle(Speeds {
        ride_m_per_h: bicycle.speed_m_per_h,
        push: profile.walk_speed,
        kind: bicycle.kind,
        slopes: profile.slopes,
        stress: bicycle.stress,
        max_stress: bicycle.max_stress as u8,
    })
}

/// A car as somebody drives it.
pub fn by_car(car: &CarSpec, parking_s: u32, walk: SpeedMmPerS) -> Vehicle {
    let permille = (car.speed_factor * 1000.0).round() as u32;
    let traffic_at_s = car.traffic_at.map(|at| at.0);
    Vehicle::Car { speeds: CarSpeeds { permille, delays: car.delays, traffic_at_s, walk }, parking_s }
}
