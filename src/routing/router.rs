//! Origins in batches, one a lane; each batch is swept on some thread, and its results are placed by index.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::arrival_profile::ArrivalProfile;
use super::budget::{Budget, Rides, Unlimited};
use super::direct::{DirectRows, DirectTimes};
use super::egress::{Egress, Pass};
use super::expand::ActiveTrips;
use super::graph::SweepGraph;
use super::ids::{AccessRow, GraphStop};
use super::lanes::{Label, Row};
use super::options::KernelOptions;
use super::query::Query;
use super::reachable::{FAR, ShortestToBoard};
use super::sweep::{Access, Clock, SweepRows, sweep};
use super::tiles::Destinations;
use super::time_expanded::TimeExpandedGraph;
use crate::base::error::Result;
use crate::base::executor::{Executor, Pool, collect};
use crate::base::hilbert::hilbert_order;
use crate::base::ids::{Id, IdVec, StopId};
use crate::network::StreetLegs;
use crate::network::transit::Timetable;

/// Takes the arrivals of a batch, destination by destination, each at most once. It is not called for destinations that
/// no origin of the batch reaches within the longest travel time.
pub trait Listener {
    type Output: Send + Default;

    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>);

    fn finish(self) -> Self::Output;
}

/// Several that listen to one routing.
impl<L: Listener> Listener for Vec<L> {
    type Output = Vec<L::Output>;

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        self.iter_mut().for_each(|listener| listener.arrivals(destination, arrivals));
    }

    fn finish(self) -> Self::Output {
        self.into_iter().map(Listener::finish).collect()
    }
}

/// The origins of a batch, one a lane.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    pub origins: &'a [u32],
    /// How many of those that are routed come before them.
    pub first: usize,
}

/// A network unrolled for one question: answers for any origin.
pub struct Router<'a> {
    legs: &'a StreetLegs,
    direct: &'a dyn DirectTimes,
    query: Query,
    whole: GroupSubgraph,
    destinations: Destinations,
    /// Seconds from a place to itself, where origins and destinations are one set.
    own_s: Option<u32>,
    /// The most that a thread has held for a batch so far, bytes.
    held: AtomicUsize,
}

/// So many origins are few: labels of two bytes for all of them fill a register.
const FEW: usize = 16;
/// Batches in a group that shares a part of the graph, and groups in a region that shares the part these are from.
const GROUP: usize = 8;
const REGION: usize = 8;

/// A part of the network: a graph, and the blocks of destinations within reach of its stops.
struct GroupSubgraph {
    graph: SweepGraph,
    tiles: Vec<u32>,
}

/// Neighbouring groups: their part is made when the first of them asks, and dropped after the last.
struct Neighbourhood<'o> {
    origins: &'o [u32],
    held: Mutex<HeldPart>,
}

struct HeldPart {
    part: Option<Arc<GroupSubgraph>>,
    groups_to_come: usize,
}

impl<'o> Neighbourhood<'o> {
    fn new(origins: &'o [u32], group: usize) -> Neighbourhood<'o> {
        let groups_to_come = origins.len().div_ceil(group);
        Neighbourhood { origins, held: Mutex::new(HeldPart { part: None, groups_to_come }) }
    }

    fn part(&self, make: impl FnOnce(&[u32]) -> GroupSubgraph) -> Arc<GroupSubgraph> {
        let mut held = self.held.lock().expect("no task panics while it holds a region");
        let part = held.part.take().unwrap_or_else(|| Arc::new(make(self.origins)));
        held.groups_to_come -= 1;
        if held.groups_to_come > 0 {
            held.part = Some(Arc::clone(&part));
        }
        part
    }
}

/// One thread's memory.
struct Worker<T, const N: usize> {
    access: Access<T, N>,
    rows: SweepRows<T, N>,
    direct: DirectRows,
    egress: Egress<T, N>,
}

impl<T: Label, const N: usize> Worker<T, N> {
    fn bytes(&self) -> usize {
        let access = &self.access;
        let legs = access.steps.capacity() + access.rest.capacity();
        self.rows.bytes() + self.egress.bytes() + self.direct.bytes() + legs * size_of::<Row<T, N>>()
    }
}

impl<'a> Router<'a> {
    /// `points`: the destinations' (lon, lat), for their order in memory.
    ///
    /// # Errors
    /// `Stopped` when the caller cancels.
    pub fn new(
        timetable: &Timetable,
        legs: &'a StreetLegs,
        service: &ActiveTrips,
        query: Query,
        points: &[(f64, f64)],
        own_s: Option<u32>,
        executor: &dyn Executor,
    ) -> Result<Router<'a>> {
        let flow = TimeExpandedGraph::new(timetable, legs, service, &query, executor)?;
        Ok(Router::along(&flow, legs, service, query, points, own_s))
    }

    /// As [`Router::new`], with the flow of the same network and question (or of one without a limit of rides).
    pub fn along(
        flow: &TimeExpandedGraph,
        legs: &'a StreetLegs,
        service: &ActiveTrips,
        query: Query,
        points: &[(f64, f64)],
        own_s: Option<u32>,
    ) -> Router<'a> {
        let mut left = vec![false; flow.stop_of.len()];
        legs.egress.values().iter().for_each(|walk| left[walk.to as usize] = true);
        Router::over(SweepGraph::build(flow, service, &left), legs, query, points, own_s)
    }

    /// One that knows no destinations yet, where [`Router::towards`] is to name them.
    ///
    /// # Errors
    /// `Stopped` when the caller cancels.
    pub fn aimless(
        timetable: &Timetable,
        legs: &'a StreetLegs,
        service: &ActiveTrips,
        query: Query,
        executor: &dyn Executor,
    ) -> Result<Router<'a>> {
        let flow = TimeExpandedGraph::new(timetable, legs, service, &query, executor)?;
        let graph = SweepGraph::build(&flow, service, &vec![true; flow.stop_of.len()]);
        Ok(Router::over(graph, legs, query, &[], None))
    }

    /// The same network, with other destinations: those of `legs`, which lie at `points`. Access and transfers of
    /// `legs` must be the same.
    pub fn towards<'w>(self, legs: &'w StreetLegs, points: &[(f64, f64)]) -> Router<'w> {
        Router::over(self.whole.graph, legs, self.query, points, self.own_s)
    }

    fn over(
        graph: SweepGraph,
        legs: &'a StreetLegs,
        query: Query,
        points: &[(f64, f64)],
        own_s: Option<u32>,
    ) -> Router<'a> {
        let destinations = Destinations::new(&graph, legs, &hilbert_order(points));
        let whole = GroupSubgraph { tiles: destinations.tiles().collect(), graph };
        let held = AtomicUsize::new(0);
        Router { legs, direct: legs, query, whole, destinations, own_s, held }
    }

    /// The same, with other ways to go without a ride than the walks of the network.
    pub fn direct_by(self, direct: &'a dyn DirectTimes) -> Router<'a> {
        Router { direct, ..self }
    }

    /// Stops of the timetable, rising, where some of `origins` may be within the longest time: all that are, and
    /// perhaps more.
    pub fn stops_near(&self, origins: &[u32], how: KernelOptions) -> Vec<u32> {
        let stops = self.part(&self.whole, how, origins).graph.stops.into_values();
        let mut stops: Vec<u32> = stops.into_iter().map(Id::number).collect();
        stops.sort_unstable();
        stops
    }

    /// Operations of a sweep, and pushes, for the log.
    pub fn size(&self) -> (usize, usize) {
        (self.whole.graph.ops.len(), self.whole.graph.transfer_edges.len())
    }

    /// Origins that one sweep carries.
    pub fn lanes(&self, how: KernelOptions) -> usize {
        match self.greatest_label().max(how.least_label) {
            0..=65_535 => 128,
            _ => 64,
        }
    }

    /// Bytes that a thread has held at most for the batches that were routed so far: rows of labels, its part of the
    /// graph and the part of a region.
    pub fn bytes_per_thread(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// Bytes of a label: 1, 2 or 4.
    pub fn label_bytes(&self) -> usize {
        match self.greatest_label() {
            0..=255 => 1,
            256..=65_535 => 2,
            _ => 4,
        }
    }

    /// The results of `origins`, in their order, in batches of `lanes`.
    ///
    /// # Errors
    /// `Stopped` when the caller cancels.
    pub fn route<L: Listener>(
        &self,
        origins: &[u32],
        how: KernelOptions,
        listen: impl Fn(Batch<'_>) -> L + Sync,
        executor: &dyn Executor,
    ) -> Result<Vec<L::Output>> {
        match self.greatest_label().max(how.least_label) {
            0..=255 => self.route_with::<u8, 128, L>(origins, how, listen, executor),
            256..=65_535 => self.route_with::<u16, 128, L>(origins, how, listen, executor),
            _ => self.route_with::<u32, 64, L>(origins, how, listen, executor),
        }
    }

    /// As [`Router::route`], in lanes as few as a few origins need: a batch of them costs a fraction.
    ///
    /// # Errors
    /// As [`Router::route`].
    pub fn route_few<L: Listener>(
        &self,
        origins: &[u32],
        how: KernelOptions,
        listen: impl Fn(Batch<'_>) -> L + Sync,
        executor: &dyn Executor,
    ) -> Result<Vec<L::Output>> {
        let narrow = self.greatest_label().max(how.least_label) <= 65_535;
        if origins.len() > FEW || !narrow {
            return self.route(origins, how, listen, executor);
        }
        self.route_with::<u16, FEW, L>(origins, how, listen, executor)
    }

    /// The greatest number that a label or a count of steps must hold.
    fn greatest_label(&self) -> u32 {
        let steps = self.query.horizon_s() as u32 / self.query.window.every_s + 1;
        // Rests of steps are held in a label as well.
        steps.max(self.query.window.count()).max(self.query.window.every_s)
    }

    fn route_with<T: Label, const N: usize, L: Listener>(
        &self,
        origins: &[u32],
        how: KernelOptions,
        listen: impl Fn(Batch<'_>) -> L + Sync,
        executor: &dyn Executor,
    ) -> Result<Vec<L::Output>> {
        let pool: Pool<Box<Worker<T, N>>> = Pool::default();
        // Groups enough for many threads, where there are origins enough.
        let group = if how.grouped { (origins.len() / N / 32).clamp(1, GROUP) * N } else { N };
        let regions: Vec<Neighbourhood<'_>> =
            origins.chunks(group * REGION).map(|o| Neighbourhood::new(o, group)).collect();
        let outputs = collect(executor, origins.len().div_ceil(group), |g| {
            let region = &regions[g / REGION];
            let origins = &origins[g * group..origins.len().min((g + 1) * group)];
            let mut region_bytes = 0;
            let own = how.reachable.then(|| {
                if !how.grouped {
                    return self.part(&self.whole, how, origins);
                }
                let region = region.part(|origins| self.part(&self.whole, how, origins));
                region_bytes = region.graph.bytes();
                self.part(&region, how, origins)
            });
            let part = own.as_ref().unwrap_or(&self.whole);
            let batches = origins.chunks(N).enumerate().take_while(|_| !executor.cancelled());
            let route = |(i, origins): (usize, &[u32])| {
                let listener = listen(Batch { origins, first: g * group + i * N });
                let output = pool.with(
                    || Box::new(self.worker()),
                    |worker| {
                        self.fill(worker, &part.graph, origins);
                        let output = self.work(worker, part, listener, how);
                        let parts = if how.reachable { part.graph.bytes() + region_bytes } else { 0 };
                        self.held.fetch_max(worker.bytes() + parts, Ordering::Relaxed);
                        output
                    },
                );
                executor.advance(origins.len() as u64);
                output
            };
            batches.map(route).collect::<Vec<L::Output>>()
        })?;
        Ok(outputs.into_iter().flatten().collect())
    }

    /// What of `of` is near the origins.
    fn part(&self, of: &GroupSubgraph, how: KernelOptions, origins: &[u32]) -> GroupSubgraph {
        let mut nearest = ShortestToBoard::new(FAR, of.graph.stops.len());
        for walk in origins.iter().flat_map(|&origin| self.legs.access.row(origin as usize)) {
            let stop = of.graph.stop_of[StopId(walk.to)];
            if stop != GraphStop::NONE {
                let seconds = walk.seconds.saturating_add(self.query.board_slack_s);
                let nearest = &mut nearest[stop];
                *nearest = seconds.min(*nearest);
            }
        }
        let graph = of.graph.reachable(&nearest, self.clock(how));
        let tiles = self.destinations.reachable(&of.tiles, &graph);
        GroupSubgraph { graph, tiles }
    }

    fn clock(&self, how: KernelOptions) -> Clock {
        Clock {
            every_s: self.query.window.every_s,
            departures: self.query.window.count(),
            longest_s: if how.horizon_pruning { self.query.longest_s } else { u32::MAX },
        }
    }

    fn worker<T: Label, const N: usize>(&self) -> Worker<T, N> {
        Worker {
            access: Access { row_of: IdVec::default(), steps: Vec::new(), rest: Vec::new() },
            rows: SweepRows::default(),
            direct: DirectRows::new(self.legs.egress.len(), N),
            egress: Egress::default(),
        }
    }

    /// Access and direct walks of a batch.
    fn fill<T: Label, const N: usize>(&self, worker: &mut Worker<T, N>, graph: &SweepGraph, origins: &[u32]) {
        let every = self.query.window.every_s;
        let Worker { access, direct, .. } = worker;
        access.row_of.fill(AccessRow::NONE, graph.stops.len());
        access.steps.clear();
        access.rest.clear();
        direct.clear();
        for (lane, &origin) in origins.iter().enumerate() {
            for walk in self.legs.access.row(origin as usize) {
                let stop = graph.stop_of[StopId(walk.to)];
                if stop == GraphStop::NONE {
                    continue;
                }
                let row = &mut access.row_of[stop];
                if *row == AccessRow::NONE {
                    *row = AccessRow::of(access.steps.len() as u32);
                    access.steps.push(Row::splat(T::MAX));
                    access.rest.push(Row::zero());
                }
                let seconds = walk.seconds.saturating_add(self.query.board_slack_s);
                access.steps[row.index()].0[lane] = T::from_u32(seconds / every);
                access.rest[row.index()].0[lane] = T::from_u32(seconds % every);
            }
        }
        self.direct.fill(origins, direct);
        if let Some(own_s) = self.own_s {
            origins.iter().enumerate().for_each(|(lane, &origin)| direct.set(origin, lane, own_s));
        }
    }

    fn work<T: Label, const N: usize, L: Listener>(
        &self,
        worker: &mut Worker<T, N>,
        part: &GroupSubgraph,
        listener: L,
        how: KernelOptions,
    ) -> L::Output {
        // Only the sweep is compiled for each budget, and only what the listener does for each listener.
        match self.query.max_rides {
            None => self.sweep(worker, part, how, Unlimited),
            Some(rides) => self.sweep(worker, part, how, Rides(rides)),
        }
        #[cfg(target_arch = "x86_64")]
        if has_avx2(how) {
            // SAFETY: the machine has AVX2, asked in the line above.
            return unsafe { self.egress_avx2(worker, part, listener, how) };
        }
        self.egress(worker, part, listener, how, next_portable)
    }

    fn sweep<T: Label, const N: usize>(
        &self,
        worker: &mut Worker<T, N>,
        part: &GroupSubgraph,
        how: KernelOptions,
        budget: impl Budget,
    ) {
        let clock = self.clock(how);
        let Worker { access, rows, .. } = worker;
        #[cfg(target_arch = "x86_64")]
        if has_avx2(how) {
            // SAFETY: the machine has AVX2, asked in the line above.
            return unsafe { sweep_avx2(&part.graph, access, clock, budget, rows) };
        }
        sweep_portable(&part.graph, access, clock, budget, rows);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn egress_avx2<T: Label, const N: usize, L: Listener>(
        &self,
        worker: &mut Worker<T, N>,
        part: &GroupSubgraph,
        listener: L,
        how: KernelOptions,
    ) -> L::Output {
        self.egress(worker, part, listener, how, |egress, pass| next_avx2(egress, pass))
    }

    /// What a sweep has left, destination by destination.
    #[inline(always)]
    fn egress<T: Label, const N: usize, L: Listener>(
        &self,
        worker: &mut Worker<T, N>,
        part: &GroupSubgraph,
        mut listener: L,
        how: KernelOptions,
        next: impl Fn(&mut Egress<T, N>, &Pass<'_, T, N>) -> Option<u32>,
    ) -> L::Output {
        let Worker { rows, direct, egress, .. } = worker;
        let (clock, destinations) = (self.clock(how), &self.destinations);
        egress.begin(destinations, &part.tiles, direct);
        let (graph, longest_s, dominance_pruning) =
            (&part.graph, self.query.longest_s, how.dominance_pruning);
        let pass = Pass { graph, destinations, rows, direct, clock, longest_s, dominance_pruning };
        while let Some(destination) = next(egress, &pass) {
            listener.arrivals(destination, &egress.arrivals(&pass, destination));
        }
        listener.finish()
    }
}

/// Whether AVX2 is asked for, and there.
#[cfg(target_arch = "x86_64")]
fn has_avx2(how: KernelOptions) -> bool {
    how.path == super::options::SimdLevel::Avx2 && std::arch::is_x86_feature_detected!("avx2")
}

#[inline(never)]
fn sweep_portable<T: Label, const N: usize>(
    graph: &SweepGraph,
    access: &Access<T, N>,
    clock: Clock,
    budget: impl Budget,
    rows: &mut SweepRows<T, N>,
) {
    sweep(graph, access, clock, budget, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline(never)]
fn sweep_avx2<T: Label, const N: usize>(
    graph: &SweepGraph,
    access: &Access<T, N>,
    clock: Clock,
    budget: impl Budget,
    rows: &mut SweepRows<T, N>,
) {
    sweep(graph, access, clock, budget, rows);
}

#[inline(never)]
fn next_portable<T: Label, const N: usize>(egress: &mut Egress<T, N>, pass: &Pass<'_, T, N>) -> Option<u32> {
    egress.next(pass)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline(never)]
fn next_avx2<T: Label, const N: usize>(egress: &mut Egress<T, N>, pass: &Pass<'_, T, N>) -> Option<u32> {
    egress.next(pass)
}
