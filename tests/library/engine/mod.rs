//! A case of the oracle's put to the engine: tables → timetable → service → router and scanner.

use std::sync::Arc;

use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::{Executor, Quiet};
use isokron::base::units::{SpeedMmPerS, Window};
use isokron::engine::profile_network::ProfileNetwork;
use isokron::engine::window::WindowQuery;
use isokron::inputs::raw::Column;
use isokron::measures::access::Cumulative;
use isokron::measures::times::{BatchTimes, ranks};
use isokron::network::transit::Timetable;
use isokron::network::{Network, StreetLegs, calendar, timetable};
use isokron::routing::journey::{Journey, JourneyEnds, Scanner};
use isokron::routing::{ActiveTrips, KernelOptions, Needs, Query, Router, SimdLevel, before};
use isokron::study::{Profile, WindowOf};

use crate::oracle::{Case, legs_of};

/// A time, or `None` where it is infinite.
pub type Time = Option<u32>;

/// A case as the engine holds it.
pub struct Engine {
    pub timetable: Timetable,
    pub legs: StreetLegs,
    pub query: Query,
    pub service: ActiveTrips,
    pub destinations: usize,
    pub origins: u32,
}

/// The question of a case.
pub fn query(case: &Case) -> Query {
    let q = &case.query;
    let wall = |s| calendar::wall(&q.zone, q.date, s).expect("a wall time that exists");
    let (start, end) = (wall(q.start_s), wall(q.end_s));
    Query {
        start_unix_s: start,
        window: Window { length_s: (end - start) as u32, every_s: q.every_s },
        board_slack_s: q.board_slack_s,
        transfer_slack_s: q.transfer_slack_s,
        max_rides: q.max_rides,
        longest_s: q.max_travel_time_s,
        needs: Needs::default(),
    }
}

/// A case whose window is one of arrivals, as a run of the engine holds it.
pub fn arrivals(case: &Case) -> (ProfileNetwork, WindowQuery) {
    let Engine { timetable, legs, query, .. } = Engine::new(case);
    let profile = Profile {
        name: "adult".into(),
        walk: true,
        transit: true,
        bicycle: None,
        walk_speed: SpeedMmPerS(1000),
        max_rides: query.max_rides,
        board_slack_s: query.board_slack_s,
        transfer_slack_s: query.transfer_slack_s,
        max_travel_time_s: query.longest_s,
        ..Profile::default()
    };
    let service = ActiveTrips::expand(&timetable, &before(&query));
    let network =
        Network { timetable: Arc::new(timetable), legs: Arc::new(legs), rides: Vec::new(), chains: None };
    (
        ProfileNetwork::new(network, &profile),
        WindowQuery { of: WindowOf::Arrivals, query, service, how: KernelOptions::best() },
    )
}

/// `[origin][destination][rank]` of a window of arrivals, by the mirror.
pub fn arriving(
    case: &Case,
    ground: &ProfileNetwork,
    asked: &WindowQuery,
    ranks: &[u32],
) -> Vec<Vec<Vec<Time>>> {
    let points = |n: u32| vec![(0.0, 0.0); n as usize];
    let (cells, goals) = (points(case.ways.origins), points(case.ways.destinations));
    let router = ground.router(asked, asked.query.longest_s, &cells, &goals, None, None, &Quiet).unwrap();
    let destinations: Vec<u32> = (0..case.ways.destinations).collect();
    let batches = router
        .route(
            &destinations,
            KernelOptions::best(),
            |batch| BatchTimes::listen(ranks, cells.len(), batch),
            &Quiet,
        )
        .expect("nobody cancels");
    let width = ranks.len();
    let from: Vec<&[u32]> = batches.iter().flat_map(|batch| batch.chunks(cells.len() * width)).collect();
    let time = |&s: &u32| (s != u32::MAX).then_some(s);
    let pair = |row: &&[u32], cell: usize| row[cell * width..][..width].iter().map(time).collect();
    (0..cells.len()).map(|cell| from.iter().map(|row| pair(row, cell)).collect()).collect()
}

/// Where a journey from an origin to a destination may begin and end.
pub fn ends(legs: &StreetLegs, origin: u32, destination: u32) -> JourneyEnds {
    let direct = legs.direct.row(origin as usize).iter().find(|w| w.to == destination);
    JourneyEnds {
        access: legs.access.row(origin as usize).to_vec(),
        egress: legs.egress.row(destination as usize).to_vec(),
        direct_s: direct.map(|w| w.seconds),
    }
}

impl Engine {
    pub fn new(case: &Case) -> Engine {
        let query = query(case);
        let timetable = timetable::build(&case.feeds, case.query.phone_ahead, &mut Diagnostics::default());
        let service = ActiveTrips::expand(&timetable, &query);
        Engine {
            legs: legs_of(case),
            timetable,
            query,
            service,
            destinations: case.ways.destinations as usize,
            origins: case.ways.origins,
        }
    }

    pub fn router(&self) -> Router<'_> {
        let points = vec![(0.0, 0.0); self.destinations];
        Router::new(&self.timetable, &self.legs, &self.service, self.query, &points, None, &Quiet).unwrap()
    }

    pub fn scanner(&self) -> Scanner<'_> {
        Scanner::new(&self.timetable, &self.legs, &self.service, self.query)
    }

    pub fn ends(&self, origin: u32, destination: u32) -> JourneyEnds {
        ends(&self.legs, origin, destination)
    }

    /// `[origin][destination][rank]`, for the origins asked for, in their order.
    pub fn ranked(
        &self,
        origins: &[u32],
        ranks: &[u32],
        how: KernelOptions,
        executor: &dyn Executor,
    ) -> Vec<Vec<Vec<Time>>> {
        let batches = self
            .router()
            .route(origins, how, |batch| BatchTimes::listen(ranks, self.destinations, batch), executor)
            .expect("nobody cancels");
        let time = |&s: &u32| (s != u32::MAX).then_some(s);
        let row =
            |row: &[u32]| row.chunks(ranks.len()).map(|times| times.iter().map(time).collect()).collect();
        batches.iter().flat_map(|b| b.chunks(self.destinations * ranks.len()).map(row)).collect()
    }

    /// Percentile times from every origin: `[origin][destination][percentile]`.
    pub fn percentiles(&self, percentiles: &[f64]) -> Vec<Vec<Vec<Time>>> {
        let ranks = ranks(percentiles, self.query.window.count());
        let origins: Vec<u32> = (0..self.origins).collect();
        self.ranked(&origins, &ranks, KernelOptions::best(), &Quiet)
    }

    /// Cumulative opportunities of every origin: `[origin]`[column × cutoff × percentile].
    pub fn access(&self, columns: &[Column], cutoffs_min: &[u32], percentiles: &[f64]) -> Vec<Vec<f64>> {
        let what = Cumulative {
            columns,
            cutoffs_min,
            percentiles,
            departures: self.query.window.count(),
            destinations: self.destinations,
        };
        let origins: Vec<u32> = (0..self.origins).collect();
        let route = self.router().route(&origins, KernelOptions::best(), |batch| what.listen(batch), &Quiet);
        route.expect("nobody cancels").into_iter().flatten().collect()
    }

    pub fn journey(&self, origin: u32, destination: u32, departs_s: i32) -> Option<Journey> {
        self.scanner().journey(&self.ends(origin, destination), departs_s)
    }

    /// Times from an origin by the scan, `[destination][departure]`; held equal to what the router says of all
    /// ranks of them (of 60 or so, where there are many) on both of its paths.
    pub fn times(&self, origin: u32) -> Vec<Vec<Time>> {
        let window = self.query.window;
        let scanner = self.scanner();
        let departs = |k: u32| (k * window.every_s) as i32;
        let to = |destination: usize| {
            let ends = self.ends(origin, destination as u32);
            (0..window.count()).map(|k| scanner.time_s(&ends, departs(k))).collect()
        };
        let scanned: Vec<Vec<Time>> = (0..self.destinations).map(to).collect();
        let step = (window.count() as usize / 60).max(1);
        let mut ranks: Vec<u32> = (1..=window.count()).step_by(step).collect();
        ranks.push(window.count());
        for how in [KernelOptions::on(SimdLevel::Portable), KernelOptions::best()] {
            let routed = &self.ranked(&[origin], &ranks, how, &Quiet)[0];
            for (times, routed) in scanned.iter().zip(routed) {
                let mut sorted = times.clone();
                sorted.sort_by_key(|time| time.unwrap_or(u32::MAX));
                let at: Vec<Time> = ranks.iter().map(|&rank| sorted[rank as usize - 1]).collect();
                assert_eq!(&at, routed, "the scan and the router ({how:?}) differ");
            }
        }
        scanned
    }
}

/// `[destination][departure]` from origin 0 by scan and router.
pub fn times(case: &Case) -> Vec<Vec<Time>> {
    Engine::new(case).times(0)
}

/// Time to destination 0 from origin 0 at the window's start.
pub fn first(case: &Case) -> Time {
    times(case)[0][0]
}
