//! The ways to public transport of one profile: on foot, by bicycle, by car to a site or to the stop's street. Of each
//! pair of origin and stop the fastest counts, and so the rows of walks become rows of legs.

use std::sync::Arc;

use super::graph::RideGraph;
use super::search::{RiddenSearch, RiddenTargets};
use super::times::Vehicle;
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::{Executor, Pool, collect};
use crate::network::links::Linkage;
use crate::network::reach::EdgePosition;
use crate::network::street_legs::StreetLegs;
use crate::network::streets::RiddenStreets;

/// How somebody gets to a stop, or from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    OnFoot,
    Bicycle,
    ParkAndRide,
    DroppedOff,
}

/// Rides or drives between the places of a region and its stops, or sites.
#[derive(Clone, Debug)]
pub struct Feeder {
    by: By,
    places: Arc<Linkage>,
    graph: Arc<RideGraph>,
    /// Where its targets are linked, and as searches take them.
    to: Arc<Linkage>,
    targets: Arc<RiddenTargets>,
    limit_s: u32,
    /// Beside the way.
    extra_s: u32,
    /// `None`: the targets are the stops.
    onward: Option<Arc<OnwardWalks>>,
}

/// Where one may park and ride.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteList {
    /// Of OSM's elements kind and number, as in `w42`; of others those of their table.
    pub ids: Vec<String>,
    /// (lon, lat) in degrees.
    pub points: Vec<(f64, f64)>,
    /// Cars, and the price of parking, where a table says so: shown, and not used.
    pub capacity: Vec<Option<f64>>,
    pub price: Vec<Option<f64>>,
}

/// The way on from the sites where one parks.
#[derive(Clone, Debug, Default)]
pub struct OnwardWalks {
    /// Site → stops on foot.
    pub walks: Csr<TimedArc>,
    pub sites: Arc<SiteList>,
    /// Where the sites lie on the streets to walk on.
    pub on_foot: Linkage,
}

/// What a feeder is made of.
#[derive(Clone, Debug)]
pub struct FeederParts {
    pub by: By,
    pub vehicle: Vehicle,
    pub streets: Arc<RiddenStreets>,
    /// Origins; or destinations, of legs from stops.
    pub places: Arc<Linkage>,
    /// Stops, or sites.
    pub to: Arc<Linkage>,
    pub limit_s: u32,
    pub extra_s: u32,
    pub onward: Option<Arc<OnwardWalks>>,
    /// Legs lead from the stops to the places.
    pub from_stops: bool,
}

impl Feeder {
    pub fn new(parts: FeederParts) -> Feeder {
        let FeederParts { by, vehicle, streets, places, to, limit_s, extra_s, onward, from_stops } = parts;
        let graph = vehicle.graph(streets);
        let graph = if from_stops { graph.reversed() } else { graph };
        let targets = Arc::new(RiddenTargets::new(&graph, to.len(), |place| to.spot(place)));
        Feeder { by, places, graph: Arc::new(graph), to, targets, limit_s, extra_s, onward }
    }

    /// The streets as they are gone from its places: backwards where legs lead from the stops.
    pub fn graph(&self) -> &RideGraph {
        &self.graph
    }

    pub fn places(&self) -> &Linkage {
        &self.places
    }

    /// Stops, or sites.
    pub fn targets(&self) -> &Linkage {
        &self.to
    }

    /// The longest way to a target, s.
    pub fn limit_s(&self) -> u32 {
        self.limit_s
    }

    /// Calls `hit(stop, seconds)` for each stop that one gets to who comes to a target after so many seconds.
    pub fn beyond(&self, target: u32, seconds: u32, mut hit: impl FnMut(u32, u32)) {
        let seconds = seconds + self.extra_s;
        match &self.onward {
            None => hit(target, seconds),
            Some(onward) => {
                onward.walks.row(target as usize).iter().for_each(|leg| hit(leg.to, seconds + leg.seconds));
            }
        }
    }

    /// Calls `hit(stop, seconds)` for each stop within the limit of a spot, some several times.
    fn each(&self, search: &mut RiddenSearch, spot: EdgePosition, mut hit: impl FnMut(u32, u32)) {
        search.each(&self.graph, spot, &self.targets, self.limit_s, |to, seconds| {
            self.beyond(to, seconds, &mut hit);
        });
    }

    /// The rows of all places, some stops several times, by a search a place.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    pub fn rows(&self, executor: &dyn Executor) -> Result<Csr<TimedArc>> {
        self.rows_of(self.places.len(), |place| self.places.spot(place), executor)
    }

    /// The rows of `places` places; empty where one has no spot.
    fn rows_of(
        &self,
        places: usize,
        spot: impl Fn(usize) -> Option<EdgePosition> + Sync,
        executor: &dyn Executor,
    ) -> Result<Csr<TimedArc>> {
        let pool: Pool<RiddenSearch> = Pool::default();
        let chunks: Vec<Vec<Vec<TimedArc>>> = collect(executor, places.div_ceil(CHUNK), |chunk| {
            let of_chunk = chunk * CHUNK..places.min((chunk + 1) * CHUNK);
            let rows = pool.with(
                || RiddenSearch::new(&self.graph, &self.targets),
                |search| {
                    let mut row_of = |place: usize| {
                        let mut row = Vec::new();
                        if let Some(spot) = spot(place) {
                            self.each(search, spot, |to, seconds| row.push(TimedArc { to, seconds }));
                        }
                        row
                    };
                    of_chunk.map(&mut row_of).collect()
                },
            );
            executor.advance(1);
            rows
        })?;
        Ok(Csr::from_rows(chunks.into_iter().flatten()))
    }
}

/// So many places are one task.
const CHUNK: usize = 64;

/// All ways to public transport, and from it, of one profile.
#[derive(Clone, Debug)]
pub struct Chains {
    /// People walk to stops, too.
    pub on_foot: bool,
    pub access: Vec<Feeder>,
    /// In place of walks from stops; none: one walks.
    pub egress: Vec<Feeder>,
}

impl Chains {
    /// The legs of a profile, from its walks. `rows` finds those of a feeder, as [`Feeder::rows`] does.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop, which sees the stage "ways to stops".
    pub fn legs(
        &self,
        walked: StreetLegs,
        rows: &dyn Fn(&Feeder) -> Result<Csr<TimedArc>>,
        executor: &dyn Executor,
    ) -> Result<StreetLegs> {
        let tasks = |feeders: &[Feeder]| -> u64 {
            feeders.iter().map(|feeder| feeder.places.len().div_ceil(CHUNK) as u64).sum()
        };
        executor.begin("ways to stops", tasks(&self.access) + tasks(&self.egress));
        let rows = |feeders: &[Feeder]| feeders.iter().map(rows).collect::<Result<Vec<_>>>();
        let (access, mut egress) = (rows(&self.access)?, rows(&self.egress)?);
        let StreetLegs { access: on_foot, egress: from_stops, footpaths, direct } = walked;
        let destinations = from_stops.len();
        if egress.is_empty() {
            egress.push(from_stops);
        }
        let (access, egress) = (self.fastest_access(access, on_foot), fastest(destinations, &egress));
        Ok(StreetLegs { access, egress, footpaths, direct })
    }

    /// The fastest ways to stops, and the walks where people walk there.
    fn fastest_access(&self, mut ways: Vec<Csr<TimedArc>>, on_foot: Csr<TimedArc>) -> Csr<TimedArc> {
        let origins = on_foot.len();
        ways.extend(self.on_foot.then_some(on_foot));
        fastest(origins, &ways)
    }

    /// The ways to stops of other origins than the region's, from their walks; `linked` is where they lie on the streets of a
    /// way.
    ///
    /// # Errors
    /// As [`Chains::legs`].
    pub fn access_from<'l>(
        &self,
        linked: impl Fn(By) -> Option<&'l Linkage>,
        on_foot: Csr<TimedArc>,
        executor: &dyn Executor,
    ) -> Result<Csr<TimedArc>> {
        let origins = on_foot.len();
        executor.begin("ways to stops", (self.access.len() * origins.div_ceil(CHUNK)) as u64);
        let rows = |feeder: &Feeder| {
            let linked = linked(feeder.by);
            feeder.rows_of(origins, |origin| linked?.spot(origin), executor)
        };
        let ways = self.access.iter().map(rows).collect::<Result<_>>()?;
        Ok(self.fastest_access(ways, on_foot))
    }

    /// Stop → other places than the region's, of the stops that are wanted, where one does not walk from them but cycles;
    /// `stops` and `places` lie on the streets to cycle on.
    ///
    /// # Errors
    /// As [`Chains::legs`].
    pub fn from_stops(
        &self,
        stops: &Linkage,
        wanted: impl Fn(usize) -> bool + Sync,
        places: &Linkage,
        executor: &dyn Executor,
    ) -> Result<Option<Csr<TimedArc>>> {
        let to_stops = |from: &Feeder| self.access.iter().find(|feeder| feeder.by == from.by);
        let Some((from, to)) = self.egress.first().and_then(|from| Some((from, to_stops(from)?))) else {
            return Ok(None);
        };
        // The way to the stops has the streets as they are ridden: from the stops they are searched the same way.
        let targets = Arc::new(RiddenTargets::new(&to.graph, places.len(), |place| places.spot(place)));
        let feeder = Feeder { graph: Arc::clone(&to.graph), targets, ..from.clone() };
        executor.begin("ways from stops", stops.len().div_ceil(CHUNK) as u64);
        let spot = |stop: usize| if wanted(stop) { stops.spot(stop) } else { None };
        feeder.rows_of(stops.len(), spot, executor).map(Some)
    }

    /// The ways from one place to stops, sorted by stop: the fastest to each. `spot` is where it lies on the streets of a
    /// way; `on_foot` are its walks.
    pub fn ways(
        &self,
        spot: impl Fn(By) -> Option<EdgePosition>,
        on_foot: &[TimedArc],
        access: bool,
    ) -> Vec<(TimedArc, By)> {
        let feeders = if access { &self.access } else { &self.egress };
        let mut ways: Vec<(TimedArc, By)> = Vec::new();
        if if access { self.on_foot } else { feeders.is_empty() } {
            ways.extend(on_foot.iter().map(|&leg| (leg, By::OnFoot)));
        }
        for feeder in feeders {
            let Some(spot) = spot(feeder.by) else { continue };
            let mut search = RiddenSearch::new(&feeder.graph, &feeder.targets);
            feeder.each(&mut search, spot, |to, seconds| ways.push((TimedArc { to, seconds }, feeder.by)));
        }
        ways.sort_by_key(|(leg, by)| (leg.to, leg.seconds, *by));
        ways.dedup_by_key(|(leg, _)| leg.to);
        ways
    }

    /// Where the places of a way's legs are linked; legs to stops, or from them.
    pub fn linkage(&self, by: By, access: bool) -> Option<&Arc<Linkage>> {
        let feeders = if access { &self.access } else { &self.egress };
        feeders.iter().find(|feeder| feeder.by == by).map(|feeder| &feeder.places)
    }

    /// The streets of a way.
    pub fn streets(&self, by: By) -> Option<&Arc<RiddenStreets>> {
        self.graph(by).map(|graph| &graph.streets)
    }

    /// The graph of a way, as one goes along it.
    pub fn graph(&self, by: By) -> Option<&RideGraph> {
        self.feeder(by).map(|feeder| &*feeder.graph)
    }

    fn feeder(&self, by: By) -> Option<&Feeder> {
        self.access.iter().find(|feeder| feeder.by == by)
    }

    /// Where the stops of a way lie on its streets; of park and ride the sites.
    pub fn linked_to(&self, by: By) -> Option<&Linkage> {
        self.feeder(by).map(|feeder| &*feeder.to)
    }

    /// The way on from park-and-ride sites.
    pub fn onward(&self) -> Option<&OnwardWalks> {
        self.feeder(By::ParkAndRide)?.onward.as_deref()
    }

    /// Seconds beside a way to public transport: to lock a bicycle, to leave a car.
    pub fn extra_s(&self, by: By, access: bool) -> u32 {
        let feeders = if access { &self.access } else { &self.egress };
        feeders.iter().find(|feeder| feeder.by == by).map_or(0, |feeder| feeder.extra_s)
    }

    /// Of park and ride from a spot to a stop the site that is on the fastest way, the first of several, and the seconds of the
    /// walk from there.
    pub fn site(&self, spot: EdgePosition, stop: u32) -> Option<(u32, u32)> {
        let feeder = self.feeder(By::ParkAndRide)?;
        let onward = feeder.onward.as_ref()?;
        let mut best: Option<(u32, u32, u32)> = None;
        let mut search = RiddenSearch::new(&feeder.graph, &feeder.targets);
        search.each(&feeder.graph, spot, &feeder.targets, feeder.limit_s, |site, seconds| {
            for walk in onward.walks.row(site as usize).iter().filter(|walk| walk.to == stop) {
                let whole_s = seconds + walk.seconds;
                if best.is_none_or(|(least_s, _, _)| whole_s < least_s) {
                    best = Some((whole_s, site, walk.seconds));
                }
            }
        });
        best.map(|(_, site, walk_s)| (site, walk_s))
    }
}

/// Row by row the least seconds to each.
fn fastest(rows: usize, all: &[Csr<TimedArc>]) -> Csr<TimedArc> {
    let mut row: Vec<TimedArc> = Vec::new();
    let mut fastest = Csr::default();
    for at in 0..rows {
        row.clear();
        all.iter().for_each(|legs| row.extend_from_slice(legs.row(at)));
        row.sort_unstable_by_key(|leg| (leg.to, leg.seconds));
        row.dedup_by_key(|leg| leg.to);
        fastest.push_row(row.iter().copied());
    }
    fastest
}
