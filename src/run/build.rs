//! The network's files alone: what is missing or out of date is built, what is there is kept.

use std::path::{Path, PathBuf};

use super::cache::{Cache, Used};
use super::facts::{self, Fact};
use super::load::StudyData;
use super::progress::Progress;
use super::{elements, given, told};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::network::modes::stress;
use crate::network::rides::{RiddenTimes, SiteList, Vehicle};
use crate::study::StressTable;

/// How to build.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Every part, though it is there.
    pub anew: bool,
    /// Afterwards remove all parts that this study does not use.
    pub prune: bool,
}

/// What a build has found and done.
#[derive(Debug)]
pub struct BuildAnswer {
    pub facts: Vec<Fact>,
    pub profiles: Vec<ProfileBuilt>,
    /// Where one may park and ride, if a profile does.
    pub sites: Option<SitesBuilt>,
    pub diagnostics: Diagnostics,
    /// The network's.
    pub folder: PathBuf,
    pub parts: Vec<Used>,
    pub removed: Vec<PathBuf>,
}

/// What a profile has of the network.
#[derive(Debug)]
pub struct ProfileBuilt {
    pub name: String,
    pub rides: Vec<RideBuilt>,
    /// Walks to stops, between stops, between places.
    pub walks: [usize; 3],
    pub lattice: Option<LatticeBuilt>,
}

/// Streets to ride or drive on.
#[derive(Debug)]
pub struct RideBuilt {
    /// "to cycle on".
    pub streets: &'static str,
    pub nodes: usize,
    pub arcs: usize,
    /// By bicycle: the table of traffic stress, and mm by its level, from 0, not rated.
    pub stress: Option<(StressTable, [u64; 5])>,
}

/// What isochrones are made from.
#[derive(Debug)]
pub struct LatticeBuilt {
    pub points: usize,
    pub grid_m: u32,
    /// To its points, from stops.
    pub walks: usize,
}

/// Park-and-ride sites.
#[derive(Debug)]
pub struct SitesBuilt {
    pub sites: usize,
    /// Of so many it is known how many cars they take.
    pub known: usize,
    pub cars: f64,
}

/// Builds the network's files and nothing else.
///
/// # Errors
/// What is wrong in the study and its files; the machine's; `Stopped`.
pub fn build(file: &Path, options: Options, executor: &Progress) -> Result<BuildAnswer> {
    let study = given::travel(file)?;
    let folder = study.folder.join(&study.network.cache);
    let mut cache = Cache::new(&folder);
    cache.anew = options.anew;
    let mut loaded = StudyData::load(&study, &cache, executor)?;
    let facts = facts::of_network(&loaded);
    let mut profiles = Vec::new();
    for profile in &study.profiles {
        let network = loaded.network(profile, &cache, executor)?;
        let legs = [&network.legs.access, &network.legs.footpaths, &network.legs.direct];
        let walks = legs.map(|legs| legs.values().len());
        let lattice = match &study.isochrones {
            None => None,
            Some(spec) => {
                let lattice = loaded.lattice(&study, spec.grid_m, profile, &cache, executor)?;
                let (points, walks) = (lattice.surface.nodes.len(), lattice.from_stops.values().len());
                Some(LatticeBuilt { points, grid_m: spec.grid_m, walks })
            }
        };
        let rides = network.rides.iter().map(|ride| ride_built(ride)).collect();
        profiles.push(ProfileBuilt { name: profile.name.clone(), rides, walks, lattice });
    }
    elements::water(&study, &cache, &loaded.osm_key, &mut loaded.diagnostics, executor)?;
    let parts = cache.parts();
    let removed = if options.prune { cache.clean(true)? } else { cache.clean_up(executor) };
    executor.end();
    let diagnostics = std::mem::take(&mut loaded.diagnostics);
    told::remember(&diagnostics, &cache, executor);
    let sites = loaded.vehicles.sites.as_ref().map(|sites| sites_built(&sites.list));
    Ok(BuildAnswer { facts, profiles, sites, diagnostics, folder, parts, removed })
}

fn sites_built(list: &SiteList) -> SitesBuilt {
    let known = list.capacity.iter().flatten();
    SitesBuilt { sites: list.ids.len(), known: known.clone().count(), cars: known.sum() }
}

fn ride_built(ride: &RiddenTimes) -> RideBuilt {
    let (graph, by) = (ride.graph(), ride.limits().by);
    let stress = match by {
        Vehicle::Bicycle(speeds) => {
            let table = speeds.stress;
            Some((table, ride.places().streets.ridden_mm_by_stress(stress::number(table))))
        }
        Vehicle::Car { .. } => None,
    };
    RideBuilt { streets: by.on_streets(), nodes: graph.nodes(), arcs: graph.arcs().head.len(), stress }
}
