//! The kernel on whole networks: unrolling a timetable, building the graph, and routes from neighbouring origins. On
//! the demo town, and on Porto Alegre where its data is there. What is timed is first held to known answers, so that
//! what is faster but wrong fails.

use std::hint::black_box;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use isokron::base::curve::along_curve;
use isokron::base::units::Window;
use isokron::base::watch::Quiet;
use isokron::inputs::raw::Column;
use isokron::measures::access::Cumulative;
use isokron::measures::times::{Times, ranks};
use isokron::network::Walks;
use isokron::network::transit::Timetable;
use isokron::routing::plain::{Ends, Scanner};
use isokron::routing::{How, Question, Router, Service};
use isokron::run::cache::Cache;
use isokron::run::load::Loaded;
use isokron::run::periods;
use isokron::study::{Study, parse};

/// Origins of a route: two sweeps of 64 lanes, or one of 128.
const ORIGINS: usize = 128;
const CUTOFFS_MIN: [u32; 4] = [15, 30, 45, 60];
const MEDIAN: [f64; 1] = [50.0];

/// What a place must answer: the sum of all median times below 2 h, s, and of all opportunities within the cutoffs,
/// over the origins: every second; every minute; every second with four rides.
type Known = [(u64, f64); 3];

/// A network and a question about it.
struct Place {
    name: &'static str,
    timetable: Arc<Timetable>,
    walks: Arc<Walks>,
    question: Question,
    points: Vec<(f64, f64)>,
    columns: Vec<Column>,
    origins: Vec<u32>,
}

impl Place {
    fn new(name: &'static str, study: &Study) -> Place {
        let folder = tempfile::tempdir().expect("a folder for the cache");
        let cache = Cache::new(folder.path());
        let mut loaded = Loaded::load(study, &cache, &Quiet).expect("a sound study");
        let (period, profile) = (&study.periods[0], &study.profiles[0]);
        let zone = periods::zone(study, &loaded.timetable).expect("one zone");
        let question =
            periods::question(&zone, period, profile, profile.max_travel_time_s).expect("a window");
        let network = loaded.network(profile, &cache, &Quiet).expect("walks");
        let points = loaded.cells.points.clone();
        // Neighbours from the middle of the town, where most is to be reached.
        let curve = along_curve(&points);
        let middle = curve.len().saturating_sub(ORIGINS) / 2;
        let origins = curve.into_iter().skip(middle).take(ORIGINS).collect();
        let columns = loaded.cells.opportunities.clone();
        Place { name, timetable: network.timetable, walks: network.walks, question, points, columns, origins }
    }

    fn with(&self, every_s: u32, max_rides: Option<u32>) -> Question {
        let window = Window { every_s, ..self.question.window };
        Question { window, max_rides, ..self.question }
    }

    fn router(&self, service: &Service, question: Question) -> Router<'_> {
        Router::new(&self.timetable, &self.walks, service, question, &self.points, Some(0), &Quiet)
    }

    /// Median times: origin by origin, destination by destination.
    fn times(&self, router: &Router<'_>, question: &Question) -> Vec<u32> {
        let ranks = ranks(&MEDIAN, question.window.count());
        let listen = |batch: isokron::routing::Batch<'_>| Times::listen(&ranks, self.points.len(), batch);
        router.route(&self.origins, How::best(), listen, &Quiet).expect("nobody cancels").concat()
    }

    fn access(&self, router: &Router<'_>, question: &Question) -> Vec<Vec<f64>> {
        let what = Cumulative {
            columns: &self.columns,
            cutoffs_min: &CUTOFFS_MIN,
            percentiles: &MEDIAN,
            departures: question.window.count(),
            destinations: self.points.len(),
        };
        let route = router.route(&self.origins, How::best(), |batch| what.listen(batch), &Quiet);
        route.expect("nobody cancels").concat()
    }

    /// Medians of some pairs equal those of one plain scan per departure.
    fn check_by_scans(&self, service: &Service, question: Question, times: &[u32]) {
        let scanner = Scanner::new(&self.timetable, &self.walks, service, question);
        for (o, &origin) in self.origins.iter().enumerate().step_by(47) {
            for destination in (0..self.points.len()).step_by(self.points.len() / 3) {
                if destination as u32 == origin {
                    continue;
                }
                let direct = self.walks.direct.row(origin as usize).iter();
                let ends = Ends {
                    access: self.walks.access.row(origin as usize).to_vec(),
                    egress: self.walks.egress.row(destination).to_vec(),
                    direct_s: direct.clone().find(|w| w.to as usize == destination).map(|w| w.seconds),
                };
                let window = question.window;
                let departs = |k: u32| (k * window.every_s) as i32;
                let mut all: Vec<u32> = (0..window.count())
                    .map(|k| scanner.time_s(&ends, departs(k)).unwrap_or(u32::MAX))
                    .collect();
                all.sort_unstable();
                let median = all[ranks(&MEDIAN, window.count())[0] as usize - 1];
                assert_eq!(times[o * self.points.len() + destination], median, "{origin} → {destination}");
            }
        }
    }

    fn bench(&self, criterion: &mut Criterion, known: &Known) {
        let mut group = criterion.benchmark_group(self.name);
        group.sample_size(10);
        let exact = self.with(1, None);
        let service = Service::unroll(&self.timetable, &exact);
        group.bench_function("unroll", |b| b.iter(|| black_box(Service::unroll(&self.timetable, &exact))));
        group.bench_function("graph", |b| b.iter(|| black_box(self.router(&service, exact).size())));
        group.throughput(Throughput::Elements(self.origins.len() as u64));
        let questions = [
            ("every second", exact),
            ("every minute", self.with(60, None)),
            ("every second, four rides", self.with(1, Some(4))),
        ];
        let services = questions.map(|(_, question)| Service::unroll(&self.timetable, &question));
        let routers: Vec<Router<'_>> =
            questions.iter().zip(&services).map(|((_, q), service)| self.router(service, *q)).collect();
        let answers: Vec<(u64, f64)> = (0..questions.len())
            .map(|i| {
                let ((_, question), router) = (&questions[i], &routers[i]);
                let minutes = question.window.every_s == 60;
                assert_eq!(router.label_bytes(), if minutes { 1 } else { 2 });
                let times = self.times(router, question);
                if minutes {
                    self.check_by_scans(&services[i], *question, &times);
                }
                let sum = times.iter().filter(|t| **t != u32::MAX).map(|&t| u64::from(t)).sum();
                (sum, self.access(router, question).iter().flatten().sum())
            })
            .collect();
        assert_eq!(answers, known, "{}: other answers than known", self.name);
        for ((what, question), router) in questions.iter().zip(&routers) {
            group.bench_function(format!("{what}: opportunities"), |b| {
                b.iter(|| black_box(self.access(router, question)));
            });
            if question.max_rides.is_none() {
                group.bench_function(format!("{what}: times"), |b| {
                    b.iter(|| black_box(self.times(router, question)));
                });
            }
        }
        group.finish();
    }
}

/// The demo in `fixtures/`; a change of it changes what is known.
fn demo(criterion: &mut Criterion) {
    let file = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/skargard/study.toml");
    let study = parse::read(&file).expect("the demo's study");
    let known = [(220_384_551, 8_036_806.0), (220_343_393, 8_041_420.0), (220_384_551, 8_036_806.0)];
    Place::new("skargard", &study).bench(criterion, &known);
}

/// Porto Alegre, Monday 2019-05-13, 14:00–15:00.
const PORTO_ALEGRE: &str = r#"
[study]
name = "porto_alegre"
[network]
osm = ["poa_osm.pbf"]
gtfs = ["poa_eptc.zip", "poa_trensurb.zip"]
[cells]
file = "poa_hexgrid.csv"
id = "id"
population = "population"
opportunities = ["jobs", "schools", "healthcare"]
[[period]]
name = "midday"
date = 2019-05-13
depart = "14:00/15:00"
[[profile]]
name = "adult"
modes = ["walk", "transit"]
walk_speed_mps = 1.0
max_walk_s = 1800
max_transfer_walk_s = 900
board_slack_s = 60
max_travel_time_s = 7200
[access]
cutoffs_min = [15, 30, 45, 60]
percentiles = [50]
"#;

fn porto_alegre(criterion: &mut Criterion) {
    let data = std::env::var_os("ISOKRON_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let folder = data.join("porto_alegre");
    if !folder.join("poa_eptc.zip").exists() {
        eprintln!("skipped: {} is not there (set ISOKRON_DATA)", folder.display());
        return;
    }
    let study = parse::parse(PORTO_ALEGRE, "study.toml", &folder).expect("a sound study");
    let known = [(398_813_546, 91_118_480.0), (397_867_369, 91_258_913.0), (398_817_599, 91_115_295.0)];
    Place::new("porto_alegre", &study).bench(criterion, &known);
}

criterion_group!(benches, demo, porto_alegre);
criterion_main!(benches);
