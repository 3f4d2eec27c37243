//! What all times by street between the cells of a region cost: the hierarchy beside Dijkstra's search with buckets and
//! with a heap, written here for it, in one run.
//!
//! Streets are those for walking: at 16 km/h where turns cost nothing, and at 48 km/h where each costs up to 5 s and 3 in
//! 100 are forbidden: harder than most cities. (`benches/region` asks for rides and drives as a study does.) The contestants take turns, round after round, and a
//! ratio is of one round; CPU time is the threads' own. Before anything is timed the baselines prove
//! that they find the same milliseconds.

use std::path::{Path, PathBuf};

use isokron::base::NONE;
use isokron::base::executor::Quiet;
use isokron::base::ids::{EdgeId, Id};
use isokron::engine::region::Region;
use isokron::inputs::synth::Size;
use isokron::network::links::Linkage;
use isokron::network::streets::{BACKWARD, FORWARD, Streets};
use isokron::routing::SimdLevel;
use isokron::routing::hierarchy::{
    CLOSED, Customised, GraphSpot, Hierarchy, LANES, StreetCosts, StreetGraph, StreetPlace, SweepTargets,
    TravelTimes,
};
use isokron::run::cache::Cache;
use isokron::run::load::StudyData;
use isokron::scenario::written::read;

mod car;
#[path = "../region/clock.rs"]
mod clock;
mod dijkstra;
#[path = "../made/mod.rs"]
mod made;
#[path = "../threads/mod.rs"]
mod threads;

use clock::{Cost, cost};
use dijkstra::{Graph, Scratch};
use threads::{CROWDS, Rehearsal};

const HELP: &str = "\
cargo bench --bench hierarchy -- [--study FILE | --size town|city|stockholm] [--minutes N] [--rounds N] [--batches N]
  --study    a study whose streets and cells are taken [default: a made-up one of --size]
  --size     [default: city]
  --minutes  the farthest that is asked for [default: 60]
  --rounds   how often the contestants take turns [default: 3]
  --batches  batches of 64 neighbouring origins that are timed; one origin in eight for the baselines [default: 16]";

struct Options {
    study: Option<PathBuf>,
    size: Size,
    minutes: u32,
    rounds: usize,
    batches: usize,
}

impl Options {
    fn of_command_line() -> Result<Options, String> {
        let mut options = Options { study: None, size: Size::City, minutes: 60, rounds: 3, batches: 16 };
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| HELP.to_string())?;
            let number = || value.parse::<u32>().ok().filter(|&n| n > 0).ok_or_else(|| HELP.to_string());
            match word.as_str() {
                "--study" => options.study = Some(PathBuf::from(&value)),
                "--size" => options.size = made::size(&value).ok_or_else(|| HELP.to_string())?,
                "--minutes" => options.minutes = number()?.min(24 * 60),
                "--rounds" => options.rounds = number()? as usize,
                "--batches" => options.batches = number()? as usize,
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
    let loaded = load(&file, &temporary.path().join("cache"))?;
    let town = |ms: u64| Town::new(&loaded.streets, &loaded.links.cells, ms);
    let by_bicycle = town(BICYCLE);
    println!(
        "{} junctions, {} streets, {} cells on them, {} min",
        by_bicycle.lon_e7.len(),
        by_bicycle.from.len(),
        by_bicycle.cells.len(),
        options.minutes
    );
    bicycle(&by_bicycle, &options);
    car::car(&town(CAR), &options);
    println!("at the most {} MiB, reading and baselines among them", peak_mib());
    Ok(())
}

fn load(file: &Path, cache: &Path) -> Result<Region, String> {
    let study = read(file).map_err(|error| error.to_string())?;
    let loaded = StudyData::load(&study, &Cache::new(cache), &Quiet).map_err(|error| error.to_string())?;
    Ok(loaded.region)
}

/// Streets at one speed.
struct Town<'a> {
    from: &'a [u32],
    to: &'a [u32],
    directions: &'a [u8],
    lon_e7: Vec<i32>,
    lat_e7: Vec<i32>,
    forward_ms: Vec<u32>,
    backward_ms: Vec<u32>,
    cells: Vec<StreetPlace>,
}

/// ms for 40 mm: 16 and 48 km/h.
const BICYCLE: u64 = 9;
const CAR: u64 = 3;

impl<'a> Town<'a> {
    fn new(streets: &'a Streets, cells: &Linkage, ms_for_40_mm: u64) -> Town<'a> {
        let ms = |mm: u32| (u64::from(mm) * ms_for_40_mm / 40) as u32;
        let (mut lon_e7, mut lat_e7) = (vec![0; streets.nodes()], vec![0; streets.nodes()]);
        for street in 0..streets.edges() {
            let shape = streets.shape(EdgeId(street as u32));
            let ends = [(streets.edge_from[street], shape.start), (streets.edge_to[street], shape.end - 1)];
            for (junction, point) in ends {
                lon_e7[junction.index()] = streets.shape_lon_e7[point];
                lat_e7[junction.index()] = streets.shape_lat_e7[point];
            }
        }
        let cost = |bit: u8| -> Vec<u32> {
            let of =
                |(&mm, &directions): (&u32, &u8)| if directions & bit == 0 { CLOSED } else { ms(mm).max(1) };
            streets.edge_mm.iter().zip(&streets.edge_directions).map(of).collect()
        };
        let place = |cell: usize| {
            let street = cells.edge[cell];
            let whole = ms(streets.edge_mm[street.index()]).max(1);
            let forward_ms = ms(cells.at_mm[cell]).min(whole);
            StreetPlace {
                street: street.0,
                forward_ms,
                backward_ms: whole - forward_ms,
                link_ms: ms(cells.link_mm[cell]),
            }
        };
        Town {
            from: bytemuck::cast_slice(&streets.edge_from),
            to: bytemuck::cast_slice(&streets.edge_to),
            directions: &streets.edge_directions,
            lon_e7,
            lat_e7,
            forward_ms: cost(FORWARD),
            backward_ms: cost(BACKWARD),
            cells: (0..cells.len()).filter(|&cell| cells.has_street(cell)).map(place).collect(),
        }
    }

    fn graph(&self) -> StreetGraph<'_> {
        let Town { from, to, directions, lon_e7, lat_e7, .. } = self;
        StreetGraph { from, to, directions, lon_e7, lat_e7, gates: &[] }
    }

    fn costs(&self) -> StreetCosts<'_> {
        StreetCosts { forward_ms: &self.forward_ms, backward_ms: &self.backward_ms }
    }

    /// The cells, as the hierarchy takes them.
    fn spots(&self) -> Vec<GraphSpot> {
        self.cells.iter().copied().map(GraphSpot::from).collect()
    }

    /// Whether one may go a street forward, and backward.
    fn open(&self, street: u32) -> [bool; 2] {
        [self.forward_ms[street as usize] != CLOSED, self.backward_ms[street as usize] != CLOSED]
    }

    /// From a place to the junctions of its street. Both directions cost the same here, so that an offset from one end
    /// is that to it the other way.
    fn leave(&self, place: &StreetPlace) -> [Option<(u32, u32)>; 2] {
        let (street, [forward, backward]) = (place.street as usize, self.open(place.street));
        [
            (backward || place.forward_ms == 0).then_some((self.from[street], place.forward_ms)),
            (forward || place.backward_ms == 0).then_some((self.to[street], place.backward_ms)),
        ]
    }

    /// The other way.
    fn arrive(&self, place: &StreetPlace) -> [Option<(u32, u32)>; 2] {
        let (street, [forward, backward]) = (place.street as usize, self.open(place.street));
        [
            (forward || place.forward_ms == 0).then_some((self.from[street], place.forward_ms)),
            (backward || place.backward_ms == 0).then_some((self.to[street], place.backward_ms)),
        ]
    }

    /// From one place to another on the same street, along it.
    fn along(&self, from: &StreetPlace, to: &StreetPlace) -> Option<u32> {
        let [forward, backward] = self.open(from.street);
        let may = if to.forward_ms > from.forward_ms {
            forward
        } else {
            backward || to.forward_ms == from.forward_ms
        };
        (from.street == to.street && may).then_some(from.forward_ms.abs_diff(to.forward_ms))
    }
}

fn bicycle(town: &Town<'_>, options: &Options) {
    let by = [Rehearsal::default(), Rehearsal::default()];
    let (build, hierarchy) = cost(|| Hierarchy::build(&town.graph(), &by[0]).expect("nobody stops it"));
    let (customise, customised) =
        cost(|| hierarchy.customise(&town.costs(), &by[1]).expect("nobody stops it"));
    let (plan, targets) = cost(|| customised.targets(&town.spots()));
    println!("bicycle, no turns: {}", prepared([build, customise, plan], &by, &hierarchy, &customised));
    let mut arcs = Vec::new();
    for street in 0..town.from.len() {
        let (from, to) = (town.from[street], town.to[street]);
        arcs.extend((town.forward_ms[street] != CLOSED).then_some((from, to, town.forward_ms[street])));
        arcs.extend((town.backward_ms[street] != CLOSED).then_some((to, from, town.backward_ms[street])));
    }
    let plain = Graph::new(town.lon_e7.len(), arcs);
    let contest = Contest {
        town,
        customised: &customised,
        targets: &targets,
        plain: &plain,
        leave: &|place| town.leave(place).into_iter().flatten().collect(),
        arrive: &|place| town.arrive(place).into_iter().flatten().collect(),
    };
    contest.all(options);
}

/// What preparing a hierarchy cost: its order, its times, the places; and how much faster threads would be.
fn prepared(
    [order, times, places]: [Cost; 3],
    by: &[Rehearsal; 2],
    hierarchy: &Hierarchy,
    customised: &Customised,
) -> String {
    let [order, times] = [(order, &by[0]), (times, &by[1])].map(|(cost, by)| {
        let faster = by.speedups(cost.cpu_s).map(|times| format!("{times:.1}")).join(", ");
        format!("{:.2} s of CPU ({faster} times as fast on {CROWDS:?} threads)", cost.cpu_s)
    });
    format!(
        "order {order}, customised {times}, targets {:.2} s; {} arcs, {} left",
        places.cpu_s,
        hierarchy.arcs(),
        customised.arcs()
    )
}

/// Where a search from a place begins, or gets to it: (vertex, ms without the link).
type Ends<'a> = &'a dyn Fn(&StreetPlace) -> Vec<(u32, u32)>;

struct Contest<'a> {
    town: &'a Town<'a>,
    customised: &'a Customised,
    targets: &'a SweepTargets,
    plain: &'a Graph,
    leave: Ends<'a>,
    arrive: Ends<'a>,
}

impl Contest<'_> {
    fn all(&self, options: &Options) {
        let limit_ms = options.minutes * 60_000;
        let batches = self.customised.batches(&self.town.spots());
        let step = batches.len().div_ceil(options.batches).max(1);
        let ours: Vec<&[u32]> = batches.iter().step_by(step).map(Vec::as_slice).collect();
        let theirs: Vec<u32> = ours.iter().flat_map(|batch| batch.iter().copied().step_by(8)).collect();
        self.prove(&ours, limit_ms);
        let origins = ours.iter().map(|batch| batch.len()).sum::<usize>() as f64;
        let mut scratch = Scratch::default();
        for round in 1..=options.rounds {
            let sweep = |simd| cost(|| self.sweep(&ours, limit_ms, simd)).0.cpu_s * 1e3 / origins;
            let (best, portable) = (sweep(SimdLevel::best()), sweep(SimdLevel::Portable));
            let mut search = |by: Search| {
                let each = |&origin: &u32| self.search(origin, limit_ms, by, &mut scratch).len();
                cost(|| theirs.iter().map(each).sum::<usize>()).0.cpu_s * 1e3 / theirs.len() as f64
            };
            let (buckets, heap) = (search(Graph::by_buckets), search(Graph::by_heap));
            println!(
                "round {round}: ms an origin: {} {best:.4}, portable {portable:.4}, buckets {buckets:.3}, heap \
                 {heap:.3}: {:.0} and {:.0} times as fast",
                SimdLevel::best(),
                buckets / best,
                heap / best
            );
        }
    }

    fn sweep(&self, batches: &[&[u32]], limit_ms: u32, simd: SimdLevel) -> usize {
        let mut times = TravelTimes::default();
        let mut reached = 0;
        for batch in batches {
            self.customised.rows(
                &self.spots(batch).iter().collect::<Vec<_>>(),
                self.targets,
                limit_ms,
                simd,
                &mut times,
            );
            reached += times.reached().count();
        }
        reached
    }

    fn spots(&self, batch: &[u32]) -> Vec<GraphSpot> {
        self.places(batch).into_iter().map(GraphSpot::from).collect()
    }

    fn places(&self, batch: &[u32]) -> Vec<StreetPlace> {
        batch.iter().map(|&cell| self.town.cells[cell as usize]).collect()
    }

    /// Times from one cell to all.
    fn search(&self, origin: u32, limit_ms: u32, by: Search, scratch: &mut Scratch) -> Vec<u32> {
        let from = &self.town.cells[origin as usize];
        let seeds: Vec<(u32, u32)> =
            (self.leave)(from).into_iter().map(|(vertex, ms)| (vertex, ms + from.link_ms)).collect();
        by(self.plain, &seeds, limit_ms, scratch);
        let time = |to: &StreetPlace| {
            let mut least = u64::MAX;
            for (vertex, ms) in (self.arrive)(to) {
                let label = scratch.label[vertex as usize];
                if label != u32::MAX {
                    least = least.min(u64::from(label) + u64::from(ms));
                }
            }
            if let Some(along) = self.town.along(from, to) {
                least = least.min(u64::from(from.link_ms) + u64::from(along));
            }
            let ms = least.saturating_add(u64::from(to.link_ms));
            if ms <= u64::from(limit_ms) { ms as u32 } else { CLOSED }
        };
        self.town.cells.iter().map(time).collect()
    }

    /// Both baselines find what the sweep finds, whatever its instructions.
    fn prove(&self, batches: &[&[u32]], limit_ms: u32) {
        let mut scratch = Scratch::default();
        let mut times = TravelTimes::default();
        let mut pairs = 0;
        for batch in batches {
            for simd in [SimdLevel::Portable, SimdLevel::best()] {
                self.customised.rows(
                    &self.spots(batch).iter().collect::<Vec<_>>(),
                    self.targets,
                    limit_ms,
                    simd,
                    &mut times,
                );
                for lane in (0..batch.len()).step_by(LANES / 4) {
                    for by in [Graph::by_buckets as Search, Graph::by_heap] {
                        let row = self.search(batch[lane], limit_ms, by, &mut scratch);
                        for (target, &ms) in row.iter().enumerate() {
                            assert_eq!(times.ms(lane, target as u32), ms, "from {} to {target}", batch[lane]);
                            pairs += u64::from(ms != CLOSED);
                        }
                    }
                }
            }
        }
        println!("proved: {pairs} times within the limit are those of both baselines");
    }
}

type Search = fn(&Graph, &[(u32, u32)], u32, &mut Scratch);

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}
