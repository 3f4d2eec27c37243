//! The kernel on whole networks: unrolling a timetable, making the graph, the sweep, and the pass over the cells,
//! each apart. On the demo town, and on Porto Alegre where its data is there. What is timed is first held to known
//! answers, so that what is faster but wrong fails.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use isokron::base::executor::Quiet;
use isokron::measures::times::{BatchTimes, ranks};
use isokron::routing::journey::{JourneyEnds, Scanner};
use isokron::routing::{ActiveTrips, ArrivalProfile, Batch, KernelOptions, Label, Listener, Query, Router};

mod place;

use place::Place;

/// Origins of a route: two sweeps of 64 lanes, or one of 128.
const ORIGINS: usize = 128;
const MEDIAN: [f64; 1] = [50.0];

/// What a place must answer: the sum of all median times below 2 h, s, and of all opportunities within the cutoffs,
/// over the origins: every second; every minute; every second with four rides.
type Known = [(u64, f64); 3];

/// Hands all on, and adds up the time from the first destination to the end: the pass over the cells, less the
/// first block of them.
struct Timed<L> {
    inner: L,
    begun: Option<Instant>,
}

impl<L: Listener> Listener for Timed<L> {
    type Output = (Duration, L::Output);

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        self.begun.get_or_insert_with(Instant::now);
        self.inner.arrivals(destination, arrivals);
    }

    fn finish(self) -> Self::Output {
        let output = self.inner.finish();
        (self.begun.map_or(Duration::ZERO, |begun| begun.elapsed()), output)
    }
}

/// Medians of some pairs equal those of one plain scan per departure.
fn check_by_scans(place: &Place, origins: &[u32], service: &ActiveTrips, query: Query, times: &[u32]) {
    let scanner = Scanner::new(&place.timetable, &place.legs, service, query);
    let places = place.destinations.points.len();
    for (o, &origin) in origins.iter().enumerate().step_by(47) {
        for destination in (0..places).step_by(places / 3) {
            if destination as u32 == origin {
                continue;
            }
            let direct = place.legs.direct.row(origin as usize).iter();
            let ends = JourneyEnds {
                access: place.legs.access.row(origin as usize).to_vec(),
                egress: place.legs.egress.row(destination).to_vec(),
                direct_s: direct.clone().find(|w| w.to as usize == destination).map(|w| w.seconds),
            };
            let window = query.window;
            let departs = |k: u32| (k * window.every_s) as i32;
            let mut all: Vec<u32> =
                (0..window.count()).map(|k| scanner.time_s(&ends, departs(k)).unwrap_or(u32::MAX)).collect();
            all.sort_unstable();
            let median = all[ranks(&MEDIAN, window.count())[0] as usize - 1];
            assert_eq!(times[o * places + destination], median, "{origin} → {destination}");
        }
    }
}

fn bench(criterion: &mut Criterion, name: &str, place: &Place, known: &Known) {
    let nowhere = place.clone().without_destinations();
    let origins = place.middle(ORIGINS);
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    let exact = place.with(1, None);
    let service = place.service(&exact);
    group.bench_function("unroll", |b| b.iter(|| black_box(place.service(&exact))));
    group.bench_function("graph", |b| b.iter(|| black_box(place.router(&service, exact).size())));
    group.throughput(Throughput::Elements(origins.len() as u64));
    let questions = [
        ("every second", exact),
        ("every minute", place.with(60, None)),
        ("every second, four rides", place.with(1, Some(4))),
    ];
    let services = questions.map(|(_, query)| place.service(&query));
    let routers: Vec<Router<'_>> =
        questions.iter().zip(&services).map(|((_, q), service)| place.router(service, *q)).collect();
    let answers: Vec<(u64, f64)> = (0..questions.len())
        .map(|i| {
            let ((_, query), router) = (&questions[i], &routers[i]);
            let times = place.medians(router, query, &origins, KernelOptions::best());
            if query.window.every_s == 60 {
                check_by_scans(place, &origins, &services[i], *query, &times);
            }
            let sum = times.iter().filter(|t| **t != u32::MAX).map(|&t| u64::from(t)).sum();
            let access = place.access(router, query, &origins, KernelOptions::best(), &Quiet);
            (sum, access.iter().flatten().sum())
        })
        .collect();
    assert_eq!(answers, known, "{name}: other answers than known");
    for (((what, query), router), service) in questions.iter().zip(&routers).zip(&services) {
        let sweeper = nowhere.router(service, *query);
        group.bench_function(format!("sweep, {what}"), |b| {
            b.iter(|| black_box(nowhere.access(&sweeper, query, &origins, KernelOptions::best(), &Quiet)));
        });
        if query.max_rides.is_some() {
            continue;
        }
        let measure = place.measure(query);
        let ranks = ranks(&MEDIAN, query.window.count());
        let places = place.destinations.points.len();
        group.bench_function(format!("cells, {what}: opportunities"), |b| {
            b.iter_custom(|n| cells(router, &origins, n, |batch| measure.listen(batch)));
        });
        group.bench_function(format!("cells, {what}: times"), |b| {
            b.iter_custom(|n| cells(router, &origins, n, |batch| BatchTimes::listen(&ranks, places, batch)));
        });
    }
    group.finish();
}

/// The time of `n` passes over the cells.
fn cells<L: Listener>(
    router: &Router<'_>,
    origins: &[u32],
    n: u64,
    listen: impl Fn(Batch<'_>) -> L + Sync,
) -> Duration {
    let timed = |batch: Batch<'_>| Timed { inner: listen(batch), begun: None };
    let once =
        || black_box(router.route(origins, KernelOptions::best(), timed, &Quiet).expect("nobody cancels"));
    (0..n).flat_map(|_| once()).map(|(took, _)| took).sum()
}

/// The demo in `fixtures/`; a change of it changes what is known.
fn demo(criterion: &mut Criterion) {
    let known = [(220_384_551, 8_036_806.0), (220_343_393, 8_041_420.0), (220_384_551, 8_036_806.0)];
    bench(criterion, "skargard", &Place::demo(), &known);
}

fn porto_alegre(criterion: &mut Criterion) {
    let known = [(398_813_546, 91_118_480.0), (397_867_369, 91_258_913.0), (398_817_599, 91_115_295.0)];
    if let Some(place) = Place::porto_alegre() {
        bench(criterion, "porto_alegre", &place, &known);
    }
}

criterion_group!(benches, demo, porto_alegre);
criterion_main!(benches);
