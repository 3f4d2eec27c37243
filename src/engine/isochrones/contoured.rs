//! Origins and a window → what each reaches: isochrones, sums of what lies within, and the times themselves.

use std::sync::Arc;

use super::lattice::LatticeNetwork;
use super::origins::Origins;
use super::ridden::{OwnTimes, RiddenLattice};
use crate::base::NONE;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::base::hilbert::hilbert_order;
use crate::base::ids::{CellId, Id};
use crate::engine::direct::Forward;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::{Region, limits};
use crate::engine::window::WindowQuery;
use crate::measures::isochrone::{IsochroneQuestion, Isochrones, Reach};
use crate::measures::times::ranks;
use crate::network::StreetLegs;
use crate::network::links::{Around, LinkRule, outward};
use crate::network::rides::RiddenTimes;
use crate::network::surface::Lattice;
use crate::routing::{Query, Router};
use crate::study::{IsochronesSpec, Profile, Study};

/// Origins whose isochrones are held at once.
const HELD: usize = 1024;

/// Takes what origins reach, in their order.
pub trait ReachSink {
    /// Before the first: the lattice, and those of its points that somebody may reach.
    ///
    /// # Errors
    /// The sink's.
    fn begin(&mut self, lattice: &Lattice, nodes: &[u32]) -> Result<()>;

    /// What the origins from `first` on reach; `None`: one without a street.
    ///
    /// # Errors
    /// The sink's.
    fn push(&mut self, first: usize, reached: &[Option<Reach>]) -> Result<()>;
}

/// What lies within isochrones is summed: people, opportunities.
pub struct SummedColumn<'a> {
    pub name: String,
    /// The place that the first value is of.
    first: usize,
    pub values: &'a [f64],
}

impl SummedColumn<'_> {
    /// 0 for places that it is not about.
    fn values_of(&self, places: &[u32]) -> Vec<f64> {
        let value =
            |&place: &u32| (place as usize).checked_sub(self.first).and_then(|at| self.values.get(at));
        places.iter().map(|place| value(place).copied().unwrap_or(0.0)).collect()
    }
}

/// What isochrones are asked of, and from where.
pub struct Contoured<'a> {
    study: &'a Study,
    spec: &'a IsochronesSpec,
    region: &'a Region,
    lattice: &'a LatticeNetwork,
    origins: &'a Origins,
    pub summed: Vec<SummedColumn<'a>>,
}

impl<'a> Contoured<'a> {
    pub fn new(
        study: &'a Study,
        spec: &'a IsochronesSpec,
        region: &'a Region,
        lattice: &'a LatticeNetwork,
        origins: &'a Origins,
    ) -> Contoured<'a> {
        let cells = lattice.surface.nodes.len();
        let (places, others) = match &region.others {
            Some(places) => (places, cells + region.cells.ids.len()),
            None => (&region.cells, cells),
        };
        // Where people are what is reached, they have a column already.
        let named = places.opportunities.iter().any(|column| column.name == "population");
        let people = region.cells.population.iter().filter(|_| !named);
        let people = people.map(|people| SummedColumn {
            name: "population".to_string(),
            first: cells,
            values: &people[..],
        });
        let things = &places.opportunities;
        let things = things.iter().map(|c| SummedColumn {
            name: c.name.clone(),
            first: others,
            values: &c.values[..],
        });
        let summed = people.chain(things).collect();
        Contoured { study, spec, region, lattice, origins, summed }
    }

    /// Routes all origins and hands over what they reach, origin by origin. `surfaces`: with the times themselves.
    ///
    /// # Errors
    /// Those of `sink`; `Stopped`.
    pub fn route(
        &self,
        ground: &ProfileNetwork,
        profile: &Profile,
        asked: &WindowQuery,
        surfaces: bool,
        sink: &mut dyn ReachSink,
        executor: &dyn Executor,
    ) -> Result<()> {
        let Contoured { spec, region, lattice: network, origins, .. } = *self;
        let cutoffs_s: Vec<u32> = spec.cutoffs_min.iter().map(|minutes| minutes * 60).collect();
        let ranks = ranks(&spec.percentiles, asked.query.window.count());
        let walk_s = profile.walk_speed.seconds(u64::from(spec.grid_m) * 1000);
        // The boundary lies between times within the cutoff and later ones.
        let longest_s = cutoffs_s.iter().max().map_or(0, |&s| s.saturating_add(2 * walk_s));
        let query = Query { longest_s: longest_s.min(asked.query.longest_s), ..asked.query };
        let how = asked.how;

        let limits = limits(profile);
        let reach_m = limits.reach_mm(profile.max_direct_walk_s) as f64 / 1000.0;
        let around = Around::new(&origins.points, reach_m);
        let points = self.points();
        let wanted = |place: usize| around.holds(points[place]);
        let (stops, streets) = (&region.links.stops, region.walked_streets(profile));
        let (on_foot, direct) = match profile.walk {
            true => outward(&streets, &origins.linked, stops, &network.places, wanted, limits, executor)?,
            false => {
                let none = Csr::from_rows(vec![Vec::new(); origins.ids.len()]);
                (none.clone(), none)
            }
        };
        let rule = LinkRule::from(&self.study.network);
        let ridden = RiddenLattice::new(&ground.network, &network.ridden, &origins.points, rule, executor)?;
        let access = ridden.access(on_foot, executor)?;
        // Which stops somebody may get to says which places are worth an egress leg.
        let footpaths = ground.network.legs.footpaths.clone();
        let outset = StreetLegs { access, footpaths, ..StreetLegs::default() };
        let timetable = &ground.network.timetable;
        let router = Router::aimless(timetable, &outset, &asked.service, query, executor)?;
        let linked = |&origin: &u32| {
            let origin = origin as usize;
            origins.linked.has_street(origin) && (profile.walk || ridden.is_linked(origin))
        };
        let all: Vec<u32> = (0..origins.ids.len() as u32).filter(linked).collect();
        let reachable_stops = router.stops_near(&all, how);
        let by_bicycle = ridden.cycled_from_stops(&reachable_stops, executor)?;
        let from_stops = by_bicycle.as_ref().unwrap_or(&network.from_stops);
        let rides = ridden.rides(query.longest_s);
        let (stops, longest_s) = (&reachable_stops[..], query.longest_s);
        let reached = self.reached(stops, from_stops, &direct, &rides, longest_s);
        let legs = Arc::new(StreetLegs {
            egress: egress(stops, from_stops, &reached),
            direct: self.direct(&direct, &reached),
            ..outset.clone()
        });
        let points: Vec<(f64, f64)> = reached.places.iter().map(|&place| points[place as usize]).collect();
        let forward = Forward::new(&legs, &RiddenLattice::some(rides, &reached.places));
        if let Some(forward) = forward.as_ref().filter(|_| how.hierarchy) {
            forward.prepare(all.len(), how.path, executor)?;
        }
        let own = |origin: usize| self.itself(origin).map_or(NONE, |place| reached.new[place as usize]);
        let own: Vec<u32> = (0..origins.ids.len()).map(own).collect();
        let own_s = self.study.access.own_cell_s;
        let by_vehicle = forward.map(|forward| OwnTimes { forward, own, own_s });
        let mut router = router.towards(&legs, &points);
        if let Some(direct) = &by_vehicle {
            router = router.direct_by(direct);
        }

        let all_nodes = &network.surface.nodes;
        let (of_lattice, of_places) = reached
            .places
            .split_at(reached.places.partition_point(|&place| (place as usize) < all_nodes.len()));
        let nodes: Vec<u32> = of_lattice.iter().map(|&place| all_nodes[place as usize]).collect();
        let columns: Vec<Vec<f64>> = self.summed.iter().map(|of| of.values_of(of_places)).collect();
        let lattice = &network.surface.lattice;
        let wanted = IsochroneQuestion {
            lattice,
            nodes: &nodes,
            columns: &columns,
            ranks: &ranks,
            cutoffs_s: &cutoffs_s,
            walk_s,
            surfaces,
        };
        sink.begin(lattice, &nodes)?;
        executor.begin("isochrones", all.len() as u64);
        for first in (0..origins.ids.len()).step_by(HELD) {
            let stretch = first..(first + HELD).min(origins.ids.len());
            let curve = hilbert_order(&origins.points[stretch.clone()]);
            let order: Vec<u32> = curve.into_iter().map(|i| i + first as u32).filter(linked).collect();
            let found =
                router.route_few(&order, how, |batch| Isochrones::listen(&wanted, batch), executor)?;
            let mut of: Vec<Option<Reach>> = vec![None; stretch.len()];
            for (&origin, reach) in order.iter().zip(found.into_iter().flatten()) {
                of[origin as usize - first] = Some(reach);
            }
            sink.push(first, &of)?;
        }
        Ok(())
    }

    /// All places' (lon, lat).
    fn points(&self) -> Vec<(f64, f64)> {
        let mut points = self.lattice.surface.points();
        points.extend(&self.region.cells.points);
        points.extend(self.region.others.iter().flat_map(|places| &places.points));
        points
    }

    /// The place that an origin itself is.
    fn itself(&self, origin: usize) -> Option<u32> {
        let cell = self.origins.cell[origin];
        (cell != CellId::NONE && self.origins.linked.has_street(origin))
            .then(|| self.lattice.surface.nodes.len() as u32 + cell.0)
    }

    /// The places that somebody may get to: on foot all the way, from one of the stops, or by a vehicle all the way.
    fn reached(
        &self,
        stops: &[u32],
        from_stops: &Csr<TimedArc>,
        direct: &Csr<TimedArc>,
        rides: &[RiddenTimes],
        longest_s: u32,
    ) -> Reached {
        let mut new = vec![NONE; self.lattice.places.len()];
        let from_stops = stops.iter().flat_map(|&stop| from_stops.row(stop as usize));
        for walk in from_stops.chain(direct.values()).filter(|walk| walk.seconds <= longest_s) {
            new[walk.to as usize] = 0;
        }
        rides.iter().flat_map(RiddenTimes::reached).for_each(|place| new[place as usize] = 0);
        (0..self.origins.ids.len())
            .filter_map(|origin| self.itself(origin))
            .for_each(|p| new[p as usize] = 0);
        let mut places = Vec::new();
        for (place, new) in new.iter_mut().enumerate().filter(|(_, new)| **new != NONE) {
            *new = places.len() as u32;
            places.push(place as u32);
        }
        Reached { places, new }
    }

    /// Origin → places on foot; from a cell to itself it takes as long as the study says.
    fn direct(&self, direct: &Csr<TimedArc>, reached: &Reached) -> Csr<TimedArc> {
        let own_s = self.study.access.own_cell_s;
        Csr::from_rows(direct.rows().enumerate().map(|(origin, row)| {
            let itself = self.itself(origin);
            let others = row.iter().filter(|walk| Some(walk.to) != itself).copied();
            let mut row: Vec<TimedArc> =
                others.chain(itself.map(|to| TimedArc { to, seconds: own_s })).collect();
            row.retain(|walk| reached.new[walk.to as usize] != NONE);
            row.iter_mut().for_each(|walk| walk.to = reached.new[walk.to as usize]);
            row.sort_unstable();
            row
        }))
    }
}

/// Place that is reached → stops from which it is.
fn egress(stops: &[u32], from_stops: &Csr<TimedArc>, reached: &Reached) -> Csr<TimedArc> {
    let legs = || {
        let row = |&stop: &u32| from_stops.row(stop as usize).iter().map(move |walk| (stop, walk));
        stops.iter().flat_map(row).filter_map(|(stop, walk)| {
            let place = reached.new[walk.to as usize];
            (place != NONE).then_some((place as usize, TimedArc { to: stop, seconds: walk.seconds }))
        })
    };
    let mut offsets = vec![0u32; reached.places.len() + 1];
    legs().for_each(|(place, _)| offsets[place + 1] += 1);
    for place in 0..reached.places.len() {
        offsets[place + 1] += offsets[place];
    }
    let mut next = offsets.clone();
    let mut values = vec![TimedArc { to: 0, seconds: 0 }; offsets[reached.places.len()] as usize];
    for (place, walk) in legs() {
        values[next[place] as usize] = walk;
        next[place] += 1;
    }
    Csr::from_parts(offsets, values).expect("counted above")
}

/// Places that may be reached, rising, and place → its index among them, or `NONE`.
struct Reached {
    places: Vec<u32>,
    new: Vec<u32>,
}
