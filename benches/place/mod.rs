//! A study → its network in memory with the question of its first period and profile: what the benches ask.
#![allow(dead_code)] // every bench uses its own part

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use isokron::base::csr::Csr;
use isokron::base::executor::{Executor, Quiet};
use isokron::base::hilbert::hilbert_order;
use isokron::base::units::Window;
use isokron::engine::window;
use isokron::inputs::raw::RawPlaces;
use isokron::measures::access::Cumulative;
use isokron::measures::times::{BatchTimes, ranks};
use isokron::network::StreetLegs;
use isokron::network::transit::Timetable;
use isokron::routing::{ActiveTrips, Batch, KernelOptions, Query, Router};
use isokron::run::cache::Cache;
use isokron::run::load::StudyData;
use isokron::scenario::written::{parse, read};
use isokron::study::Study;

/// A network and what is asked of it.
#[derive(Clone)]
pub struct Place {
    pub timetable: Arc<Timetable>,
    pub legs: Arc<StreetLegs>,
    /// Up to the longest time of the profile.
    pub query: Query,
    pub destinations: RawPlaces,
    /// Seconds from a cell to itself, where cells are the destinations.
    pub own_s: Option<u32>,
    pub cutoffs_min: Vec<u32>,
    pub percentiles: Vec<f64>,
    /// All cells along a curve; and those of them that are linked to streets.
    pub cells: Vec<u32>,
    pub origins: Vec<u32>,
    /// Of the cells, lon, lat.
    pub points: Vec<(f64, f64)>,
}

impl Place {
    /// Reads, builds (or takes from the cache) and links.
    pub fn of(study: &Study, cache: &Cache, executor: &dyn Executor) -> Place {
        let loaded = StudyData::load(study, cache, executor).expect("a sound study");
        let (period, profile) = (&study.periods[0], &study.profiles[0]);
        let zone = window::zone(study, &loaded.timetable).expect("one zone");
        let query = window::query(&zone, period, profile, profile.max_travel_time_s).expect("a window");
        let network = loaded.network(profile, cache, executor).expect("walks");
        let linked = |cell: &u32| loaded.links.cells.has_street(*cell as usize);
        let cells = hilbert_order(&loaded.cells.points);
        let origins = cells.iter().copied().filter(linked).collect();
        Place {
            timetable: network.timetable,
            legs: network.legs,
            query,
            own_s: loaded.others.is_none().then_some(study.access.own_cell_s),
            destinations: loaded.destinations().0.clone(),
            cutoffs_min: study.access.cutoffs_min.clone(),
            percentiles: study.access.percentiles.clone(),
            cells,
            origins,
            points: loaded.cells.points.clone(),
        }
    }

    /// Built without files.
    pub fn built(study: &Study) -> Place {
        let folder = tempfile::tempdir().expect("a folder for the cache");
        Place::of(study, &Cache::new(folder.path()), &Quiet)
    }

    /// The demo in `fixtures/`.
    pub fn demo() -> Place {
        Place::built(&read(&Place::demo_file()).expect("the demo's study"))
    }

    pub fn demo_file() -> PathBuf {
        FilePath::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/skargard/study.toml")
    }

    /// Porto Alegre, Monday 2019-05-13, 14:00–15:00, where its data is there.
    pub fn porto_alegre() -> Option<Place> {
        let folder = data("porto_alegre/poa_eptc.zip")?.parent().map(PathBuf::from)?;
        let study = parse(PORTO_ALEGRE, "study.toml", &folder).expect("a sound study");
        Some(Place::built(&study))
    }

    /// The network without destinations: what is left is the sweep, and laying out the walks from home.
    pub fn without_destinations(self) -> Place {
        let legs = StreetLegs {
            egress: Csr::default(),
            direct: Csr::from_rows(vec![Vec::new(); self.legs.direct.len()]),
            ..(*self.legs).clone()
        };
        Place { legs: legs.into(), destinations: RawPlaces::default(), own_s: None, ..self }
    }

    /// The question with other departures and rides.
    pub fn with(&self, every_s: u32, max_rides: Option<u32>) -> Query {
        let window = Window { every_s, ..self.query.window };
        Query { window, max_rides, ..self.query }
    }

    /// The question as `run` asks it: no farther than the largest cutoff.
    pub fn reachable(&self, query: Query) -> Query {
        let largest_s = self.cutoffs_min.iter().max().map_or(0, |minutes| minutes * 60);
        Query { longest_s: query.longest_s.min(largest_s), ..query }
    }

    pub fn service(&self, query: &Query) -> ActiveTrips {
        ActiveTrips::expand(&self.timetable, query)
    }

    pub fn router(&self, service: &ActiveTrips, query: Query) -> Router<'_> {
        let points = &self.destinations.points;
        Router::new(&self.timetable, &self.legs, service, query, points, self.own_s, &Quiet)
            .expect("nobody stops it")
    }

    /// Neighbours from the middle of the town, where most is to be reached.
    pub fn middle(&self, n: usize) -> Vec<u32> {
        let from = self.cells.len().saturating_sub(n) / 2;
        self.cells.iter().copied().skip(from).take(n).collect()
    }

    /// Cumulative opportunities, as `run` counts them.
    pub fn measure(&self, query: &Query) -> Cumulative<'_> {
        Cumulative {
            columns: &self.destinations.opportunities,
            cutoffs_min: &self.cutoffs_min,
            percentiles: &self.percentiles,
            departures: query.window.count(),
            destinations: self.destinations.points.len(),
        }
    }

    /// Origin by origin what can be reached.
    pub fn access(
        &self,
        router: &Router<'_>,
        query: &Query,
        origins: &[u32],
        how: KernelOptions,
        executor: &dyn Executor,
    ) -> Vec<Vec<f64>> {
        let what = self.measure(query);
        router.route(origins, how, |batch| what.listen(batch), executor).expect("nobody cancels").concat()
    }

    /// Median times, s: origin by origin, destination by destination.
    pub fn medians(
        &self,
        router: &Router<'_>,
        query: &Query,
        origins: &[u32],
        how: KernelOptions,
    ) -> Vec<u32> {
        let ranks = ranks(&[50.0], query.window.count());
        let places = self.destinations.points.len();
        let listen = |batch: Batch<'_>| BatchTimes::listen(&ranks, places, batch);
        router.route(origins, how, listen, &Quiet).expect("nobody cancels").concat()
    }
}

/// `../shared/data/<rel>` or `$ISOKRON_DATA/<rel>`; says so when it is missing.
pub fn data(rel: &str) -> Option<PathBuf> {
    let base = std::env::var_os("ISOKRON_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = base.join(rel);
    if !path.exists() {
        eprintln!("skipped: {} is not there (set ISOKRON_DATA)", path.display());
        return None;
    }
    Some(path)
}

const PORTO_ALEGRE: &str = include_str!("../../scripts/porto_alegre.toml");
