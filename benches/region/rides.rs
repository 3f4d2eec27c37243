//! Times from door to door by bicycle and by car: the sweep over the hierarchy of streets beside a search an origin, in one
//! run. The searches are the engine's own (a heap) and two that share no code with it: buckets, and another heap.
//! Before anything is timed all of them prove that they find the same seconds.

use std::path::Path;
use std::sync::Arc;

use isokron::base::executor::Quiet;
use isokron::base::hilbert::hilbert_order;
use isokron::engine::swept::Swept;
use isokron::network::reach::EdgePosition;
use isokron::network::rides::{RiddenTimes, RideNode};
use isokron::routing::SimdLevel;
use isokron::routing::hierarchy::LANES;

use crate::clock::cost;
use crate::dijkstra::{Graph, Scratch};
use crate::ridden::{self, MODES};
use crate::{Line, print_lines};

const MINUTES: u32 = 60;
const LIMIT_S: u32 = 60 * MINUTES;
/// Batches of neighbours that the sweep is timed on; one origin in so many of them for the searches.
const BATCHES: usize = 16;
const SEARCHED: usize = 8;
/// One in so many of those proves that all find the same.
const PROVED: usize = 8;

pub fn all(file: &Path, points: &[(f64, f64)], rounds: usize) -> Result<(), String> {
    for mode in MODES {
        let times = ridden::times(file, mode, MINUTES)?;
        let (prepared, swept) = cost(|| Swept::new(&times, SimdLevel::best(), &Quiet));
        let swept = swept.map_err(|error| error.to_string())?;
        let bench = Rides::new(times, swept, points);
        println!(
            "\nby {mode}, from door to door within {MINUTES} min: {} nodes, {} arcs; hierarchy and places in {:.1} s of CPU",
            bench.times.graph().nodes(),
            bench.times.graph().arcs().head.len(),
            prepared.cpu_s
        );
        bench.prove();
        bench.contest(rounds);
    }
    Ok(())
}

struct Rides {
    times: Arc<RiddenTimes>,
    swept: Swept,
    plain: Graph,
    /// Destination → nodes from which one gets to it, with ms.
    goals: Vec<Vec<(RideNode, u64)>>,
    /// Origins in batches of neighbours, and some of them.
    ours: Vec<Vec<u32>>,
    theirs: Vec<u32>,
}

impl Rides {
    fn new(times: Arc<RiddenTimes>, swept: Swept, points: &[(f64, f64)]) -> Rides {
        let (graph, places) = (times.graph(), times.places());
        let arcs = graph.arcs();
        let mut plain = Vec::with_capacity(arcs.head.len());
        for node in 0..graph.nodes() {
            let own = arcs.first_out[node] as usize..arcs.first_out[node + 1] as usize;
            plain.extend(own.map(|arc| (node as u32, arcs.head[arc].0, arcs.cost[arc])));
        }
        let goal = |to: usize| places.destinations.spot(to).map_or(Vec::new(), |at| graph.goals(at));
        let linked = |&origin: &u32| places.origins.spot(origin as usize).is_some();
        let order: Vec<u32> = hilbert_order(points).into_iter().filter(linked).collect();
        let batches: Vec<&[u32]> = order.chunks(LANES).collect();
        let step = batches.len().div_ceil(BATCHES).max(1);
        let ours: Vec<Vec<u32>> = batches.into_iter().step_by(step).map(<[u32]>::to_vec).collect();
        Rides {
            plain: Graph::new(graph.nodes(), plain),
            goals: (0..places.destinations.len()).map(goal).collect(),
            theirs: ours.iter().flat_map(|batch| batch.iter().copied().step_by(SEARCHED)).collect(),
            ours,
            swept,
            times,
        }
    }

    /// Times from one origin to all destinations by one of the plain searches, s; `u32::MAX` beyond the limit.
    fn plain(&self, origin: u32, by: Search, scratch: &mut Scratch) -> Vec<u32> {
        let (graph, places) = (self.times.graph(), self.times.places());
        let from = places.origins.spot(origin as usize).expect("it is linked");
        let starts: Vec<(u32, u32)> =
            graph.starts(from).into_iter().map(|(node, ms)| (node.0, ms as u32)).collect();
        let limit_ms = 1000 * LIMIT_S;
        by(&self.plain, &starts, limit_ms, scratch);
        let along = |to: EdgePosition| (to.edge == from.edge).then(|| graph.along(from, to)).flatten();
        let time = |(to, goals): (usize, &Vec<(RideNode, u64)>)| {
            let reached = goals.iter().filter(|(node, _)| scratch.label[node.0 as usize] != u32::MAX);
            let by_nodes = reached.map(|&(node, ms)| u64::from(scratch.label[node.0 as usize]) + ms).min();
            let along = places.destinations.spot(to).and_then(along);
            let ms = by_nodes.into_iter().chain(along).min().filter(|&ms| ms <= u64::from(limit_ms));
            ms.map_or(u32::MAX, |ms| ms.div_ceil(1000) as u32)
        };
        self.goals.iter().enumerate().map(time).collect()
    }

    fn sweep(&self, origins: &[u32], mut hit: impl FnMut(usize, u32, u32)) {
        self.times.all_within(|limit_s, _| self.swept.each(origins, limit_s.min(LIMIT_S), &mut hit));
    }

    fn prove(&self) {
        let mut scratch = Scratch::default();
        let (mut pairs, mut origins) = (0u64, 0);
        for batch in &self.ours {
            let mut swept = vec![vec![u32::MAX; self.goals.len()]; batch.len()];
            self.sweep(batch, |lane, to, seconds| {
                let known = &mut swept[lane][to as usize];
                *known = seconds.min(*known);
            });
            for (lane, &origin) in batch.iter().enumerate().step_by(SEARCHED * PROVED) {
                for by in [Graph::by_buckets as Search, Graph::by_heap] {
                    assert_eq!(swept[lane], self.plain(origin, by, &mut scratch), "from {origin}");
                }
                let mut searched = vec![u32::MAX; self.goals.len()];
                let mut extra = 0;
                self.times.all_within(|_, extra_s| extra = extra_s);
                self.times
                    .from_origin(origin as usize, |to, seconds| searched[to as usize] = seconds - extra);
                // The engine's limit is that of the whole journey.
                for (&one, &other) in swept[lane].iter().zip(&searched) {
                    assert_eq!(one, other, "from {origin}");
                    pairs += u64::from(one != u32::MAX);
                }
                origins += 1;
            }
        }
        println!("The same {pairs} times from {origins} origins by the sweep and by all searches.\n");
    }

    fn contest(&self, rounds: usize) {
        let mut scratch = Scratch::default();
        let ours: usize = self.ours.iter().map(Vec::len).sum();
        let on = [format!("{ours} origins"), format!("{} origins", self.theirs.len())];
        let names =
            ["sweep over the hierarchy", "search, heap (isokron's)", "search, buckets", "search, heap"];
        let line = |at: usize| Line {
            name: names[at].to_string(),
            on: on[at.min(1)].clone(),
            per_origin_s: Vec::new(),
        };
        let mut lines: Vec<Line> = (0..names.len()).map(line).collect();
        for _ in 0..rounds {
            let swept = cost(|| {
                let mut hits = 0u64;
                self.ours.iter().for_each(|batch| self.sweep(batch, |_, _, _| hits += 1));
                std::hint::black_box(hits);
            });
            let engine = cost(|| {
                let mut hits = 0u64;
                for &origin in &self.theirs {
                    self.times.from_origin(origin as usize, |_, _| hits += 1);
                }
                std::hint::black_box(hits);
            });
            let mut plain = |by: Search| {
                let each = |&origin: &u32| self.plain(origin, by, &mut scratch).len();
                cost(|| std::hint::black_box(self.theirs.iter().map(each).sum::<usize>())).0.cpu_s
            };
            let (buckets, heap) = (plain(Graph::by_buckets), plain(Graph::by_heap));
            let n = self.theirs.len() as f64;
            let found = [swept.0.cpu_s / ours as f64, engine.0.cpu_s / n, buckets / n, heap / n];
            lines.iter_mut().zip(found).for_each(|(line, s)| line.per_origin_s.push(s));
        }
        print_lines(&lines);
    }
}

type Search = fn(&Graph, &[(u32, u32)], u32, &mut Scratch);
