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
    /// Site → stops on foot; `None`: the targets are the stops.
    onward: Option<Arc<Csr<TimedArc>>>,
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
    pub onward: Option<Arc<Csr<TimedArc>>>,
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
                onward.row(target as usize).iter().for_each(|leg| hit(leg.to, seconds + leg.seconds));
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
        let pool: Pool<RiddenSearch> = Pool::default();
        let chunks: Vec<Vec<(u32, TimedArc)>> =
            collect(executor, self.places.len().div_ceil(CHUNK), |chunk| {
                let places = chunk * CHUNK..self.places.len().min((chunk + 1) * CHUNK);
                let mut found = Vec::new();
                pool.with(
                    || RiddenSearch::new(&self.graph, &self.targets),
                    |search| {
                        for place in places {
                            let Some(spot) = self.places.spot(place) else { continue };
                            self.each(search, spot, |to, seconds| {
                                found.push((place as u32, TimedArc { to, seconds }));
                            });
                        }
                    },
                );
                executor.advance(1);
                found
            })?;
        Ok(Csr::from_pairs(self.places.len(), &chunks.concat()))
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
        let (mut access, mut egress) = (rows(&self.access)?, rows(&self.egress)?);
        let StreetLegs { access: on_foot, egress: from_stops, footpaths, direct } = walked;
        let (origins, destinations) = (on_foot.len(), from_stops.len());
        access.extend(self.on_foot.then_some(on_foot));
        if egress.is_empty() {
            egress.push(from_stops);
        }
        let (access, egress) = (fastest(origins, &access), fastest(destinations, &egress));
        Ok(StreetLegs { access, egress, footpaths, direct })
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
        self.access.iter().find(|feeder| feeder.by == by).map(|feeder| &feeder.graph.streets)
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
