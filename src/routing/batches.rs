//! Origins in batches of lanes, each swept on some thread; the results placed by index.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::arrive::Arrivals;
use super::blocks::Destinations;
use super::budget::{Budget, Rides, Unlimited};
use super::direct::{DirectRows, DirectTimes};
use super::flow::Flow;
use super::gather::{Gather, Pass};
use super::graph::Graph;
use super::lanes::{Label, Row};
use super::near::FAR;
use super::sweep::{Access, Clock, Rows, sweep};
use super::unroll::Service;
use super::{How, Path, Question};
use crate::base::NONE;
use crate::base::curve::along_curve;
use crate::base::error::Result;
use crate::base::watch::{Pool, Watch, collect};
use crate::network::Walks;
use crate::network::transit::Timetable;

/// Who listens to the arrivals of a batch: one destination after another, each at most once. Of a destination that no
/// origin of the batch gets to within the longest time, nothing is heard.
pub trait Listener {
    type Output: Send + Default;

    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &Arrivals<'_, T, N>);

    fn finish(self) -> Self::Output;
}

/// Several that listen to one routing.
impl<L: Listener> Listener for Vec<L> {
    type Output = Vec<L::Output>;

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &Arrivals<'_, T, N>) {
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
}

/// A network unrolled for one question: answers for any origin.
pub struct Router<'a> {
    walks: &'a Walks,
    direct: &'a dyn DirectTimes,
    question: Question,
    whole: Part,
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
struct Part {
    graph: Graph,
    blocks: Vec<u32>,
}

/// Neighbouring groups: their part is made when the first of them asks, and dropped after the last.
struct Region<'o> {
    origins: &'o [u32],
    held: Mutex<Held>,
}

struct Held {
    part: Option<Arc<Part>>,
    groups_to_come: usize,
}

impl<'o> Region<'o> {
    fn new(origins: &'o [u32], group: usize) -> Region<'o> {
        let groups_to_come = origins.len().div_ceil(group);
        Region { origins, held: Mutex::new(Held { part: None, groups_to_come }) }
    }

    fn part(&self, make: impl FnOnce(&[u32]) -> Part) -> Arc<Part> {
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
    rows: Rows<T, N>,
    direct: DirectRows,
    gather: Gather<T, N>,
}

impl<T: Label, const N: usize> Worker<T, N> {
    fn bytes(&self) -> usize {
        let access = &self.access;
        let walks = access.steps.capacity() + access.rest.capacity();
        self.rows.bytes() + self.gather.bytes() + self.direct.bytes() + walks * size_of::<Row<T, N>>()
    }
}

impl<'a> Router<'a> {
    /// `points`: the destinations' (lon, lat), for their order in memory.
    ///
    /// # Errors
    /// `Stopped` when the caller cancels.
    pub fn new(
        timetable: &Timetable,
        walks: &'a Walks,
        service: &Service,
        question: Question,
        points: &[(f64, f64)],
        own_s: Option<u32>,
        watch: &dyn Watch,
    ) -> Result<Router<'a>> {
        let flow = Flow::new(timetable, walks, service, &question, watch)?;
        Ok(Router::along(&flow, walks, service, question, points, own_s))
    }

    /// As [`Router::new`], with the flow of the same network and question (or of one without a limit of rides).
    pub fn along(
        flow: &Flow,
        walks: &'a Walks,
        service: &Service,
        question: Question,
        points: &[(f64, f64)],
        own_s: Option<u32>,
    ) -> Router<'a> {
        let mut left = vec![false; flow.stop_of.len()];
        walks.egress.values().iter().for_each(|walk| left[walk.to as usize] = true);
        Router::over(Graph::build(flow, service, &left), walks, question, points, own_s)
    }

    /// One that knows no destinations yet, where [`Router::towards`] is to name them.
    ///
    /// # Errors
    /// `Stopped` when the caller cancels.
    pub fn aimless(
        timetable: &Timetable,
        walks: &'a Walks,
        service: &Service,
        question: Question,
        watch: &dyn Watch,
    ) -> Result<Router<'a>> {
        let flow = Flow::new(timetable, walks, service, &question, watch)?;
        let graph = Graph::build(&flow, service, &vec![true; flow.stop_of.len()]);
        Ok(Router::over(graph, walks, question, &[], None))
    }

    /// The same network, with other destinations: those of `walks`, which lie at `points`. Access and transfers of
    /// `walks` must be the same.
    pub fn towards<'w>(self, walks: &'w Walks, points: &[(f64, f64)]) -> Router<'w> {
        Router::over(self.whole.graph, walks, self.question, points, self.own_s)
    }

    fn over(
        graph: Graph,
        walks: &'a Walks,
        question: Question,
        points: &[(f64, f64)],
        own_s: Option<u32>,
    ) -> Router<'a> {
        let destinations = Destinations::new(&graph, walks, &along_curve(points));
        let whole = Part { blocks: destinations.blocks().collect(), graph };
        let held = AtomicUsize::new(0);
        Router { walks, direct: walks, question, whole, destinations, own_s, held }
    }

    /// The same, with other ways to go without a ride than the walks of the network.
    pub fn direct_by(self, direct: &'a dyn DirectTimes) -> Router<'a> {
        Router { direct, ..self }
    }

    /// Stops of the timetable, rising, where some of `origins` may be within the longest time: all that are, and
    /// perhaps more.
    pub fn stops_near(&self, origins: &[u32], how: How) -> Vec<u32> {
        let mut stops = self.part(&self.whole, how, origins).graph.stops;
        stops.sort_unstable();
        stops
    }

    /// Operations of a sweep, and pushes, for the log.
    pub fn size(&self) -> (usize, usize) {
        (self.whole.graph.ops.len(), self.whole.graph.pushes.len())
    }

    /// Origins that one sweep carries.
    pub fn lanes(&self, how: How) -> usize {
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
        how: How,
        listen: impl Fn(Batch<'_>) -> L + Sync,
        watch: &dyn Watch,
    ) -> Result<Vec<L::Output>> {
        match self.greatest_label().max(how.least_label) {
            0..=255 => self.route_with::<u8, 128, L>(origins, how, listen, watch),
            256..=65_535 => self.route_with::<u16, 128, L>(origins, how, listen, watch),
            _ => self.route_with::<u32, 64, L>(origins, how, listen, watch),
        }
    }

    /// As [`Router::route`], in lanes as few as a few origins need: a batch of them costs a fraction.
    ///
    /// # Errors
    /// As [`Router::route`].
    pub fn route_few<L: Listener>(
        &self,
        origins: &[u32],
        how: How,
        listen: impl Fn(Batch<'_>) -> L + Sync,
        watch: &dyn Watch,
    ) -> Result<Vec<L::Output>> {
        let narrow = self.greatest_label().max(how.least_label) <= 65_535;
        if origins.len() > FEW || !narrow {
            return self.route(origins, how, listen, watch);
        }
        self.route_with::<u16, FEW, L>(origins, how, listen, watch)
    }

    /// The greatest number that a label or a count of steps must hold.
    fn greatest_label(&self) -> u32 {
        let steps = self.question.horizon_s() as u32 / self.question.window.every_s + 1;
        // Rests of steps are held in a label as well.
        steps.max(self.question.window.count()).max(self.question.window.every_s)
    }

    fn route_with<T: Label, const N: usize, L: Listener>(
        &self,
        origins: &[u32],
        how: How,
        listen: impl Fn(Batch<'_>) -> L + Sync,
        watch: &dyn Watch,
    ) -> Result<Vec<L::Output>> {
        let pool: Pool<Box<Worker<T, N>>> = Pool::default();
        // Groups enough for many threads, where there are origins enough.
        let group = if how.grouped { (origins.len() / N / 32).clamp(1, GROUP) * N } else { N };
        let regions: Vec<Region<'_>> =
            origins.chunks(group * REGION).map(|o| Region::new(o, group)).collect();
        let outputs = collect(watch, origins.len().div_ceil(group), |g| {
            let region = &regions[g / REGION];
            let origins = &origins[g * group..origins.len().min((g + 1) * group)];
            let mut region_bytes = 0;
            let own = how.near.then(|| {
                if !how.grouped {
                    return self.part(&self.whole, how, origins);
                }
                let region = region.part(|origins| self.part(&self.whole, how, origins));
                region_bytes = region.graph.bytes();
                self.part(&region, how, origins)
            });
            let part = own.as_ref().unwrap_or(&self.whole);
            let batches = origins.chunks(N).take_while(|_| !watch.cancelled());
            let route = |origins| {
                let listener = listen(Batch { origins });
                let output = pool.with(
                    || Box::new(self.worker()),
                    |worker| {
                        self.fill(worker, &part.graph, origins);
                        let output = self.work(worker, part, listener, how);
                        let parts = if how.near { part.graph.bytes() + region_bytes } else { 0 };
                        self.held.fetch_max(worker.bytes() + parts, Ordering::Relaxed);
                        output
                    },
                );
                watch.advance(origins.len() as u64);
                output
            };
            batches.map(route).collect::<Vec<L::Output>>()
        })?;
        Ok(outputs.into_iter().flatten().collect())
    }

    /// What of `of` is near the origins.
    fn part(&self, of: &Part, how: How, origins: &[u32]) -> Part {
        let mut nearest = vec![FAR; of.graph.stops.len()];
        for walk in origins.iter().flat_map(|&origin| self.walks.access.row(origin as usize)) {
            let stop = of.graph.stop_of[walk.to as usize];
            if stop != NONE {
                let seconds = walk.seconds.saturating_add(self.question.board_slack_s);
                let nearest = &mut nearest[stop as usize];
                *nearest = seconds.min(*nearest);
            }
        }
        let graph = of.graph.near(&nearest, self.clock(how));
        let blocks = self.destinations.near(&of.blocks, &graph);
        Part { graph, blocks }
    }

    fn clock(&self, how: How) -> Clock {
        Clock {
            every_s: self.question.window.every_s,
            departures: self.question.window.count(),
            longest_s: if how.bounded { self.question.longest_s } else { u32::MAX },
        }
    }

    fn worker<T: Label, const N: usize>(&self) -> Worker<T, N> {
        Worker {
            access: Access { row_of: Vec::new(), steps: Vec::new(), rest: Vec::new() },
            rows: Rows::default(),
            direct: DirectRows::new(self.walks.egress.len(), N),
            gather: Gather::default(),
        }
    }

    /// Access and direct walks of a batch.
    fn fill<T: Label, const N: usize>(&self, worker: &mut Worker<T, N>, graph: &Graph, origins: &[u32]) {
        let every = self.question.window.every_s;
        let Worker { access, direct, .. } = worker;
        access.row_of.clear();
        access.row_of.resize(graph.stops.len(), NONE);
        access.steps.clear();
        access.rest.clear();
        direct.clear();
        for (lane, &origin) in origins.iter().enumerate() {
            for walk in self.walks.access.row(origin as usize) {
                let stop = graph.stop_of[walk.to as usize];
                if stop == NONE {
                    continue;
                }
                let row = &mut access.row_of[stop as usize];
                if *row == NONE {
                    *row = access.steps.len() as u32;
                    access.steps.push(Row::splat(T::MAX));
                    access.rest.push(Row::zero());
                }
                let seconds = walk.seconds.saturating_add(self.question.board_slack_s);
                access.steps[*row as usize].0[lane] = T::from_u32(seconds / every);
                access.rest[*row as usize].0[lane] = T::from_u32(seconds % every);
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
        part: &Part,
        listener: L,
        how: How,
    ) -> L::Output {
        match self.question.max_rides {
            None => self.work_within(worker, part, listener, how, Unlimited),
            Some(rides) => self.work_within(worker, part, listener, how, Rides(rides)),
        }
    }

    fn work_within<T: Label, const N: usize, L: Listener>(
        &self,
        worker: &mut Worker<T, N>,
        part: &Part,
        listener: L,
        how: How,
        budget: impl Budget,
    ) -> L::Output {
        let clock = self.clock(how);
        let Worker { access, rows, .. } = &mut *worker;
        #[cfg(target_arch = "x86_64")]
        if how.path == Path::Avx2 && std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has AVX2, asked in the line above.
            return unsafe {
                sweep_avx2(&part.graph, access, clock, budget, rows);
                self.gather_avx2(worker, part, listener, how)
            };
        }
        sweep_portable(&part.graph, access, clock, budget, rows);
        self.gather(worker, part, listener, how, next_portable)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn gather_avx2<T: Label, const N: usize, L: Listener>(
        &self,
        worker: &mut Worker<T, N>,
        part: &Part,
        listener: L,
        how: How,
    ) -> L::Output {
        self.gather(worker, part, listener, how, |gather, pass| next_avx2(gather, pass))
    }

    /// What a sweep has left, destination by destination; only what the listener does is compiled for each listener.
    #[inline(always)]
    fn gather<T: Label, const N: usize, L: Listener>(
        &self,
        worker: &mut Worker<T, N>,
        part: &Part,
        mut listener: L,
        how: How,
        next: impl Fn(&mut Gather<T, N>, &Pass<'_, T, N>) -> Option<u32>,
    ) -> L::Output {
        let Worker { rows, direct, gather, .. } = worker;
        let (clock, destinations) = (self.clock(how), &self.destinations);
        gather.begin(destinations, &part.blocks, direct);
        let (graph, longest_s, sifted) = (&part.graph, self.question.longest_s, how.sifted);
        let pass = Pass { graph, destinations, rows, direct, clock, longest_s, sifted };
        while let Some(destination) = next(gather, &pass) {
            listener.arrivals(destination, &gather.arrivals(&pass, destination));
        }
        listener.finish()
    }
}

#[inline(never)]
fn sweep_portable<T: Label, const N: usize>(
    graph: &Graph,
    access: &Access<T, N>,
    clock: Clock,
    budget: impl Budget,
    rows: &mut Rows<T, N>,
) {
    sweep(graph, access, clock, budget, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline(never)]
fn sweep_avx2<T: Label, const N: usize>(
    graph: &Graph,
    access: &Access<T, N>,
    clock: Clock,
    budget: impl Budget,
    rows: &mut Rows<T, N>,
) {
    sweep(graph, access, clock, budget, rows);
}

#[inline(never)]
fn next_portable<T: Label, const N: usize>(gather: &mut Gather<T, N>, pass: &Pass<'_, T, N>) -> Option<u32> {
    gather.next(pass)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline(never)]
fn next_avx2<T: Label, const N: usize>(gather: &mut Gather<T, N>, pass: &Pass<'_, T, N>) -> Option<u32> {
    gather.next(pass)
}
