//! What a region costs, end to end, and what it would cost otherwise: isokron beside range-RAPTOR and a plain scan a
//! departure, and by bicycle and car beside a search an origin, written here for it, on one study in one run.
//! `scripts/bench_region` starts it.
//!
//! The contestants take turns, round after round, and a ratio is of one round; CPU time is the threads' own. Before
//! anything is timed the baselines prove that they answer what isokron answers: the same opportunities at every
//! cutoff, and the same median time to every cell.

use std::path::PathBuf;

use isokron::base::executor::{Executor, Quiet};
use isokron::inputs::synth::Size;
use isokron::measures::times::{BatchTimes, ranks};
use isokron::routing::{Batch, KernelOptions, Query, Router, SimdLevel};
use isokron::run::cache::Cache;
use isokron::scenario::written::read;
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

mod clock;
#[path = "../hierarchy/dijkstra.rs"]
mod dijkstra;
mod hashed;
#[path = "../made/mod.rs"]
mod made;
#[path = "../place/mod.rs"]
mod place;
mod plain;
mod raptor;
#[path = "../ridden/mod.rs"]
mod ridden;
mod rides;
mod scan;
mod sink;
#[path = "../threads/mod.rs"]
mod threads;

use clock::{Cost, cost};
use hashed::Hashed;
use place::Place;
use plain::{Plain, simplify};
use raptor::Raptor;
use scan::Scan;
use sink::{Counts, disproved};
use threads::Threads;

const HELP: &str = "\
scripts/bench_region [--study FILE | --size town|city|stockholm] [--rounds N] [--origins N] [--seed N]
  --study    a study whose first period and profile are asked [default: a made-up one of --size]
  --size     [default: city]
  --rounds   how often the contestants take turns [default: 5]
  --origins  origins of range-RAPTOR; the plain scan has an eighth of them [default: 32]
  --seed     of the sample of origins [default: 1]";

/// isokron is timed on all origins where there are at most so many, else on neighbourhoods drawn by lot.
const ALL_UP_TO: usize = 6_000;
const NEIGHBOURS: usize = 128;
/// The plain scan is timed on one departure in so many: each costs about the same.
const SCAN_STEP: u32 = 12;

struct Options {
    study: Option<PathBuf>,
    size: Size,
    rounds: usize,
    origins: usize,
    seed: u64,
}

impl Options {
    fn of_command_line() -> Result<Options, String> {
        let mut options = Options { study: None, size: Size::City, rounds: 5, origins: 32, seed: 1 };
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| HELP.to_string())?;
            let number = || value.parse::<u64>().ok().filter(|&n| n > 0).ok_or_else(|| HELP.to_string());
            match word.as_str() {
                // Cargo starts a bench in the package's folder; the script tells where it was called.
                "--study" => {
                    let from = std::env::var_os("BENCH_FROM").unwrap_or_default();
                    options.study = Some(PathBuf::from(from).join(&value));
                }
                "--size" => options.size = made::size(&value).ok_or_else(|| HELP.to_string())?,
                "--rounds" => options.rounds = number()? as usize,
                "--origins" => options.origins = number()? as usize,
                "--seed" => options.seed = number()?,
                _ => return Err(HELP.to_string()),
            }
        }
        Ok(options)
    }
}

fn main() -> Result<(), String> {
    let options = Options::of_command_line()?;
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = made::study(options.study.as_deref(), options.size, temporary.path())?;
    let study = read(&file).map_err(|error| error.to_string())?;
    let folder = temporary.path().join("cache");
    let mut anew = Cache::new(&folder);
    anew.anew = true;
    let (built, mut place) = cost(|| Place::of(&study, &anew, &Quiet));
    let (opened, _) = cost(|| Place::of(&study, &Cache::new(&folder), &Quiet));
    let mut query = place.reachable(place.query);
    let left_out = {
        let timetable = std::sync::Arc::get_mut(&mut place.timetable).expect("nobody else has it");
        simplify(timetable, &mut query)
    };
    println!(
        "{}: {} origins, {} destinations",
        study.name,
        place.origins.len(),
        place.destinations.points.len()
    );
    if !left_out.is_empty() {
        println!("left out on all sides, for the baselines do not know them: {}", left_out.join(", "));
    }
    Bench::new(&options, &place, query).all(built, opened);
    rides::all(&file, &place.points, options.rounds)
}

/// A line of the table: its name, what it was timed on, and CPU seconds an origin by round.
struct Line {
    name: String,
    on: String,
    per_origin_s: Vec<f64>,
}

struct Bench<'a> {
    options: &'a Options,
    place: &'a Place,
    query: Query,
    /// Origins of isokron, and those of the baselines, drawn among them.
    ours: Vec<u32>,
    theirs: Vec<u32>,
}

impl<'a> Bench<'a> {
    fn new(options: &'a Options, place: &'a Place, query: Query) -> Bench<'a> {
        let mut dice = Pcg64::seed_from_u64(options.seed);
        let mut draw = |n: usize| (dice.next_u64() % n.max(1) as u64) as usize;
        let ours: Vec<u32> = if place.origins.len() <= ALL_UP_TO {
            place.origins.clone()
        } else {
            let mut blocks: Vec<&[u32]> = place.origins.chunks_exact(NEIGHBOURS).collect();
            let drawn = (0..ALL_UP_TO / NEIGHBOURS).map(|_| blocks.swap_remove(draw(blocks.len())));
            drawn.flatten().copied().collect()
        };
        let mut left = ours.clone();
        let n = options.origins.min(left.len());
        let theirs = (0..n).map(|_| left.swap_remove(draw(left.len()))).collect();
        Bench { options, place, query, ours, theirs }
    }

    fn scanned(&self) -> &[u32] {
        &self.theirs[..self.theirs.len().div_ceil(8)]
    }

    fn all(&self, built: Cost, opened: Cost) {
        let place = self.place;
        let plain = Plain::new(&place.timetable, &place.legs, self.query, place.own_s);
        let (service_cost, service) = cost(|| place.service(&self.query));
        let (graph_cost, router) = cost(|| place.router(&service, self.query));
        let once_s = service_cost.cpu_s + graph_cost.cpu_s;
        let minute = Query { window: place.with(60, None).window, ..self.query };
        let minute_service = place.service(&minute);
        let minute_router = place.router(&minute_service, minute);
        let mut raptor = Raptor::new(&plain);
        let mut scan = Scan::new(&plain);
        let (events, transfer_edges) = router.size();
        println!(
            "{} connections in {} patterns; {events} events, {transfer_edges} pushes; {} departures a cell\n",
            scan.connections(),
            raptor.patterns(),
            self.query.window.count()
        );
        self.prove(&plain, &router, &mut raptor, &mut scan);

        let limits: Vec<u32> = place.cutoffs_min.iter().map(|minutes| minutes * 60).collect();
        let mut counts = Counts::within(&plain, limits);
        let (columns, percentiles) = (&place.destinations.opportunities, &place.percentiles);
        let n = self.ours.len() as f64;
        // What is made once for the window is shared by all origins of the study.
        let once_s = once_s / place.origins.len() as f64;
        let route = |router: &Router<'_>, query: &Query, how: KernelOptions| {
            once_s + cost(|| place.access(router, query, &self.ours, how, &Quiet)).0.cpu_s / n
        };
        let all = if self.ours.len() == place.origins.len() { "all" } else { "sample of" };
        let on_ours = format!("{all} {} origins", self.ours.len());
        let departures = self.query.window.count().div_ceil(SCAN_STEP);
        let mut lines: Vec<Line> = [
            (format!("isokron, every {} s", self.query.window.every_s), on_ours.clone()),
            ("isokron, every 60 s".to_string(), on_ours.clone()),
            ("isokron, portable instructions".to_string(), on_ours.clone()),
            ("isokron, median times of all pairs, hashed".to_string(), on_ours),
            ("range-RAPTOR".to_string(), format!("sample of {} origins", self.theirs.len())),
            (
                "plain scan a departure".to_string(),
                format!("{} origins × {departures} departures, scaled", self.scanned().len()),
            ),
        ]
        .into_iter()
        .map(|(name, on)| Line { name, on, per_origin_s: Vec::new() })
        .collect();
        for _ in 0..self.options.rounds {
            let minute_s = route(&minute_router, &minute, KernelOptions::best());
            let medians = cost(|| self.hashed_medians(&router, &self.ours, &Quiet)).0.cpu_s / n + once_s;
            let raptor_s = cost(|| {
                for &origin in &self.theirs {
                    counts.clear();
                    raptor.window(origin, &mut counts);
                    std::hint::black_box(counts.access(&plain, origin, columns, percentiles));
                }
            });
            let scan_s = cost(|| {
                for &origin in self.scanned() {
                    counts.clear();
                    scan.window(origin, SCAN_STEP, &mut counts);
                    std::hint::black_box(counts.access(&plain, origin, columns, percentiles));
                }
            });
            let scaled = f64::from(self.query.window.count()) / f64::from(departures);
            let found = [
                route(&router, &self.query, KernelOptions::best()),
                minute_s,
                route(&router, &self.query, KernelOptions::on(SimdLevel::Portable)),
                medians,
                raptor_s.0.cpu_s / self.theirs.len() as f64,
                scan_s.0.cpu_s / self.scanned().len() as f64 * scaled,
            ];
            lines.iter_mut().zip(found).for_each(|(line, s)| line.per_origin_s.push(s));
        }
        print_lines(&lines);
        self.threads(&router);
        self.all_pairs(&router);
        self.sampled(&router, &minute_router, &minute);
        self.files(built, opened, least(&lines[0].per_origin_s) * place.origins.len() as f64);
    }

    /// The baselines give isokron's answers, or it stops here.
    fn prove(&self, plain: &Plain<'_>, router: &Router<'_>, raptor: &mut Raptor<'_>, scan: &mut Scan<'_>) {
        let place = self.place;
        let rank = ranks(&[50.0], self.query.window.count())[0];
        let limits: Vec<u32> = place.cutoffs_min.iter().map(|minutes| minutes * 60).collect();
        let (columns, percentiles) = (&place.destinations.opportunities, &place.percentiles);
        for (i, &origin) in self.theirs.iter().enumerate() {
            let ours = place.access(router, &self.query, &[origin], KernelOptions::best(), &Quiet);
            let medians = place.medians(router, &self.query, &[origin], KernelOptions::best());
            let mut counts = Counts::within(plain, limits.clone());
            raptor.window(origin, &mut counts);
            assert_eq!(ours[0], counts.access(plain, origin, columns, percentiles), "RAPTOR from {origin}");
            let wrong = disproved(plain, origin, &medians, rank, |counts| raptor.window(origin, counts));
            assert_eq!(wrong, None, "RAPTOR");
            // A scan of every departure takes long: the first origins.
            if i < 2 {
                counts.clear();
                scan.window(origin, 1, &mut counts);
                assert_eq!(ours[0], counts.access(plain, origin, columns, percentiles), "scan from {origin}");
                let wrong = disproved(plain, origin, &medians, rank, |counts| scan.window(origin, 1, counts));
                assert_eq!(wrong, None, "scan");
            }
        }
        println!(
            "The same answers: opportunities at {} cutoffs and median times to all cells, from {} origins by \
             range-RAPTOR, from {} by scans.\n",
            place.cutoffs_min.len(),
            self.theirs.len(),
            self.theirs.len().min(2)
        );
    }

    /// Exact medians from `origins` to all cells, hashed and forgotten.
    fn hashed_medians(&self, router: &Router<'_>, origins: &[u32], executor: &dyn Executor) -> blake3::Hash {
        let ranks = ranks(&[50.0], self.query.window.count());
        let places = self.place.destinations.points.len();
        let listen = |batch: Batch<'_>| Hashed(BatchTimes::listen(&ranks, places, batch));
        let hashes = router.route(origins, KernelOptions::best(), listen, executor).expect("nobody cancels");
        blake3::hash(hashes.as_flattened())
    }

    /// All pairs of the region by the wall's clock, on as many threads as there are cores.
    fn all_pairs(&self, router: &Router<'_>) {
        let pool = Threads::new(0);
        let threads = pool.count();
        let (cost, hash) = cost(|| self.hashed_medians(router, &self.place.origins, &pool));
        println!(
            "exact medians of all pairs from {} origins, hashed, on {threads} threads: {:.1} s ({:.1} s of CPU); hash {}",
            self.place.origins.len(),
            cost.wall_s,
            cost.cpu_s,
            &hash.to_hex()[..16],
        );
    }

    /// One thread beside two.
    fn threads(&self, router: &Router<'_>) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        if cores < 2 {
            println!("1 against 2 threads: this machine has one core\n");
            return;
        }
        let pools = [1, 2].map(Threads::new);
        let mut ratios = [Vec::new(), Vec::new()];
        for _ in 0..self.options.rounds {
            let [one, two] = [&pools[0], &pools[1]].map(|pool| {
                cost(|| self.place.access(router, &self.query, &self.ours, KernelOptions::best(), pool)).0
            });
            ratios[0].push(one.wall_s / two.wall_s);
            ratios[1].push(two.cpu_s / one.cpu_s);
        }
        println!(
            "2 threads instead of 1: {:.2} times as fast at best ({:.2} in the median round), for {:.2} times the CPU \
             time ({:.2}–{:.2})",
            ratios[0].iter().copied().fold(0.0, f64::max),
            median(&ratios[0]),
            median(&ratios[1]),
            least(&ratios[1]),
            ratios[1].iter().copied().fold(0.0, f64::max),
        );
    }

    /// What 60 departures an hour instead of 3,600 do to a median.
    fn sampled(&self, exact: &Router<'_>, sampled: &Router<'_>, minute: &Query) {
        let mut off_s = Vec::new();
        let mut lost = 0;
        for origins in self.theirs.chunks(exact.lanes(KernelOptions::best())) {
            let one = self.place.medians(exact, &self.query, origins, KernelOptions::best());
            let other = self.place.medians(sampled, minute, origins, KernelOptions::best());
            for (&a, &b) in one.iter().zip(&other) {
                match (a, b) {
                    (u32::MAX, u32::MAX) => {}
                    (u32::MAX, _) | (_, u32::MAX) => lost += 1,
                    _ => off_s.push(b as i64 - a as i64),
                }
            }
        }
        let mut far: Vec<i64> = off_s.iter().map(|s| s.abs()).collect();
        far.sort_unstable();
        let at = |q: f64| far.get(((far.len() as f64 * q) as usize).min(far.len().saturating_sub(1)));
        let mean = |list: &[i64]| list.iter().sum::<i64>() as f64 / list.len().max(1) as f64;
        println!(
            "p50 of every 60 s against every second, {} pairs: off by {:.1} s in the mean ({:+.1} s), 95 % within {} s, \
             at most {} s; {} % are equal; {lost} pairs have a time in one alone",
            far.len(),
            mean(&far),
            mean(&off_s),
            at(0.95).unwrap_or(&0),
            far.last().unwrap_or(&0),
            far.iter().filter(|s| **s == 0).count() * 100 / far.len().max(1),
        );
    }

    /// From files and from scratch.
    fn files(&self, built: Cost, opened: Cost, answer_s: f64) {
        println!(
            "network from its files {:.2} s of CPU, from scratch {:.2} s: with the answers for all origins {:.2} times \
             as much from scratch",
            opened.cpu_s,
            built.cpu_s,
            (built.cpu_s + answer_s) / (opened.cpu_s + answer_s)
        );
    }
}

/// The table: CPU time an origin, and ratios to the first line, round by round.
fn print_lines(lines: &[Line]) {
    println!("| CPU on one thread | ms an origin: least, median | × the first: least, median | timed on |");
    println!("| --- | ---: | ---: | --- |");
    for line in lines {
        let ratios: Vec<f64> =
            line.per_origin_s.iter().zip(&lines[0].per_origin_s).map(|(a, b)| a / b).collect();
        println!(
            "| {} | {:.3}, {:.3} | {:.2}, {:.2} | {} |",
            line.name,
            1000.0 * least(&line.per_origin_s),
            1000.0 * median(&line.per_origin_s),
            least(&ratios),
            median(&ratios),
            line.on
        );
    }
    println!();
}

fn least(list: &[f64]) -> f64 {
    list.iter().copied().fold(f64::INFINITY, f64::min)
}

fn median(list: &[f64]) -> f64 {
    let mut sorted = list.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
