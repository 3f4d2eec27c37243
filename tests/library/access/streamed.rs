//! Measures streamed from routing, on random networks: the same as over the stored matrix of travel times; means over
//! departures the same as departure by departure through the oracle; the same whatever the threads.

use isokron::base::executor::{Executor, Quiet};
use isokron::base::units::rank;
use isokron::engine::spill::InMemory;
use isokron::engine::streamed::{SlotValues, Streamed, route};
use isokron::measures::plan::{BoundMeasure, PlacesSide, bind};
use isokron::measures::rows::{TimesInMemory, TimesRows};
use isokron::measures::spec::MeasureSpec;
use isokron::measures::stream::MeasureListener;
use isokron::measures::times::BatchTimes;
use isokron::routing::KernelOptions;
use proptest::prelude::*;

use super::{asked, near, side};

use crate::engine::Engine;
use crate::oracle::random::Dice;
use crate::oracle::{self, Case, case};

const PERCENTILES: [f64; 2] = [30.0, 90.0];

/// Of each form one or more, both ways.
const FLAGS: [&str; 20] = [
    "cumulative:cutoffs_min=1+7.5,of=jobs+beds,mean=true",
    "gravity:decay=exponential,half_life_min=4,of=jobs,mean=true,percentiles=50",
    "gravity:decay=linear_from_start,cutoff_min=9,of=population,direction=passive,mean=true",
    "interval:name=steps,from_min=1,to_min=10,summary=mean,of=beds,mean=true",
    "mean_time:name=slow,within_min=11,of=jobs+beds,mean=true",
    "mean_time:within_min=6,of=population,direction=passive,mean=true",
    "interval:from_min=1,to_min=10,of=jobs",
    "nearest:n=1+2,of=beds",
    "nearest:n=2,of=population,direction=passive",
    "dual:amounts=20,of=jobs",
    "balancing:of=jobs,demand=population",
    "completeness:cutoffs_min=5,of=jobs+beds",
    "logsum:rate_per_min=0.1,of=jobs",
    "2sfca:catchment_min=8,of=beds",
    "m2sfca:decay=linear_from_start,cutoff_min=8,of=beds",
    "3sfca:decay=linear_from_start,cutoff_min=8,of=beds",
    "bfca:decay=exponential,half_life_min=4,of=jobs,percentiles=30",
    "spatial_availability:decay=exponential,half_life_min=4,of=jobs",
    "singly_constrained:decay=exponential,half_life_min=4,of=population,direction=passive,demand=jobs",
    "doubly_constrained:decay=gaussian,sd_min=5,of=jobs",
];

struct World {
    engine: Engine,
    people: Vec<f64>,
    jobs: Vec<f64>,
    beds: Vec<f64>,
}

impl World {
    fn new(case: &Case) -> World {
        let engine = Engine::new(case);
        let mut dice = Dice(u64::from(engine.origins) + 5);
        let mut amounts = |n: usize| -> Vec<f64> {
            (0..n).map(|_| if dice.chance(30) { 0.0 } else { dice.below(90) as f64 / 3.0 }).collect()
        };
        let (people, jobs) = (amounts(engine.origins as usize), amounts(engine.destinations));
        let beds = amounts(engine.destinations);
        World { engine, people, jobs, beds }
    }

    fn sides(&self) -> (PlacesSide<'_>, PlacesSide<'_>) {
        (side(&[("population", &self.people)], 0), side(&[("jobs", &self.jobs), ("beds", &self.beds)], 2))
    }

    /// `mirrored`: as if routing went from destinations to origins.
    fn bound<'a>(&'a self, asked: &'a [MeasureSpec], mirrored: bool) -> Vec<BoundMeasure<'a>> {
        let (origins, destinations) = match mirrored {
            false => self.sides(),
            true => (
                side(&[("population", &self.jobs)], 0),
                side(&[("jobs", &self.people), ("beds", &self.people)], 2),
            ),
        };
        bind(asked, &origins, &destinations, self.engine.query.longest_s).expect("columns are there")
    }

    /// What streaming says, and the times of percentiles 30, 90 and 50 of the same pass.
    fn streamed(
        &self,
        bound: &[BoundMeasure<'_>],
        mirrored: bool,
        executor: &dyn Executor,
    ) -> (Vec<SlotValues>, Vec<Vec<u32>>) {
        let (query, to) = (self.engine.query, self.engine.destinations);
        let stream = MeasureListener::new(bound, mirrored, to, &PERCENTILES, query.window, query.longest_s);
        let origins: Vec<u32> = (0..self.engine.origins).collect();
        let ranks = [30.0, 90.0, 50.0].map(|p| rank(p, query.window.count()));
        let listen = |_, batch: isokron::routing::Batch<'_>| BatchTimes::listen(&ranks, to, batch);
        let (router, mut streamed) = (self.engine.router(), Streamed::new(&stream, 0));
        // In stretches that are no whole number of batches, as if there were many.
        let mut times = Vec::new();
        for first in (0..origins.len()).step_by(70) {
            let stretch = (&origins[..], first..origins.len().min(first + 70));
            let (how, mut next) = (KernelOptions::best(), [Streamed::new(&stream, first)]);
            let listener = std::slice::from_ref(&stream);
            let heard = route(&router, stretch, how, listener, &mut next, listen, &InMemory, executor);
            times.append(&mut heard.expect("nobody stops it")[0]);
            next.into_iter().for_each(|next| streamed.append(next));
        }
        let sides = (origins.len(), to);
        let (found, _) = streamed.finish(&stream, &origins, sides, executor).expect("nobody stops it");
        let rows = times.iter().flat_map(|batch| batch.chunks((to * 3).max(1)).map(<[u32]>::to_vec));
        (found, rows.collect())
    }
}

/// The stored matrix of one of the percentiles.
fn matrix(world: &World, rows: &[Vec<u32>], p: usize) -> TimesInMemory {
    let mut pairs = Vec::new();
    for (from, row) in rows.iter().enumerate() {
        let times = row.chunks(3).enumerate().filter(|(_, times)| times[p] != u32::MAX);
        pairs.extend(times.map(|(to, times)| (from as u32, to as u32, f64::from(times[p]))));
    }
    TimesInMemory::new(world.engine.origins as usize, world.engine.destinations, pairs)
}

/// Streaming equals the plain formulas over the stored matrix.
fn compare(case: &Case) -> Result<(), TestCaseError> {
    let world = World::new(case);
    let asked = asked(&FLAGS);
    for mirrored in [false, true] {
        compare_with(case, &world, &asked, mirrored)?;
    }
    Ok(())
}

fn compare_with(
    case: &Case,
    world: &World,
    asked: &[MeasureSpec],
    mirrored: bool,
) -> Result<(), TestCaseError> {
    let bound = world.bound(asked, mirrored);
    let (found, rows) = world.streamed(&bound, mirrored, &Quiet);
    let stored: Vec<TimesInMemory> = (0..3).map(|p| matrix(world, &rows, p)).collect();
    let turned: Vec<TimesInMemory> = stored.iter().map(TimesInMemory::transposed).collect();
    for (slot, values) in &found {
        if slot.name.ends_with("_mean") {
            continue;
        }
        let (_, p) = slot.name.rsplit_once("_p").expect("a percentile");
        let p = ["30", "90", "50"].iter().position(|known| *known == p).expect("a percentile");
        let rows: &dyn TimesRows = if slot.passive != mirrored { &turned[p] } else { &stored[p] };
        let plain =
            &bound[slot.measure].whole(rows, &Quiet, &mut Vec::new()).expect("nobody stops it")[slot.result];
        // Rows are summed in one order; sums over origins by pairs.
        for (a, b) in values.iter().zip(plain) {
            prop_assert!(near(*a, *b, 1e-9), "{}: {:?}, plainly {:?}\n{:?}", slot.name, values, plain, case);
        }
        prop_assert_eq!(values.len(), plain.len());
    }
    Ok(())
}

/// The mean over departures equals the mean of what each departure says by the oracle's scan.
fn means(case: &Case) -> Result<(), TestCaseError> {
    let world = World::new(case);
    let asked = asked(&FLAGS[..4]);
    let bound = world.bound(&asked, false);
    let (found, _) = world.streamed(&bound, false, &Quiet);
    let departures = world.engine.query.window.count();
    let (from, to) = (world.engine.origins as usize, world.engine.destinations);
    // The oracle takes its time: few origins, and then what is passive only where these are all.
    let some = from.min(3);
    let times: Vec<Vec<Vec<Option<u32>>>> = (0..some).map(|i| oracle::times(case, i as u32)).collect();
    let mut plain: Vec<Vec<f64>> = found.iter().map(|(_, values)| vec![0.0; values.len()]).collect();
    for d in 0..departures as usize {
        let mut pairs = Vec::new();
        for (i, row) in times.iter().enumerate() {
            let reached = row.iter().enumerate().filter_map(|(j, times)| times[d].map(|time| (j, time)));
            pairs.extend(reached.map(|(j, time)| (i as u32, j as u32, f64::from(time))));
        }
        let matrix = TimesInMemory::new(from, to, pairs);
        let turned = matrix.transposed();
        for ((slot, _), sums) in found.iter().zip(&mut plain) {
            let rows: &dyn TimesRows = if slot.passive { &turned } else { &matrix };
            let values = &bound[slot.measure].whole(rows, &Quiet, &mut Vec::new()).expect("nobody stops it")
                [slot.result];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value / f64::from(departures);
            }
        }
    }
    for ((slot, values), plain) in found.iter().zip(&plain) {
        if !slot.name.ends_with("_mean") || (slot.passive && some < from) {
            continue;
        }
        let known = if slot.passive { values.len() } else { some };
        for (a, b) in values.iter().zip(plain).take(known) {
            prop_assert!(
                (a - b).abs() <= 1e-9 * (1.0 + b),
                "{}: {:?}, plainly {:?}\n{:?}",
                slot.name,
                values,
                plain,
                case
            );
        }
    }
    Ok(())
}

/// Mean times over departures: those of all pairs and departures of the oracle's scan that arrive, jobs counting.
fn mean_times(case: &Case) -> Result<(), TestCaseError> {
    let world = World::new(case);
    let asked = asked(&["mean_time:within_min=11,of=jobs,mean=true,percentiles=50"]);
    let bound = world.bound(&asked, false);
    let (found, _) = world.streamed(&bound, false, &Quiet);
    let column = |name: &str| &found.iter().find(|(slot, _)| slot.name == name).expect("it is there").1;
    let named =
        ["jobs_mean_time_s_mean", "jobs_mean_time_arriving_s_mean", "jobs_mean_time_arriving_share_mean"];
    let all = f64::from(world.engine.query.window.count()) * world.jobs.iter().sum::<f64>();
    for i in 0..(world.engine.origins as usize).min(3) {
        let (mut time, mut arrive, mut every) = (0.0, 0.0, true);
        for (times, jobs) in oracle::times(case, i as u32).iter().zip(&world.jobs) {
            for seconds in times {
                match seconds.filter(|&seconds| seconds <= 660) {
                    Some(seconds) => (time, arrive) = (time + jobs * f64::from(seconds), arrive + jobs),
                    None => every &= *jobs == 0.0,
                }
            }
        }
        let mean = if arrive > 0.0 { time / arrive } else { f64::INFINITY };
        let share = if arrive > 0.0 { arrive / all } else { 0.0 };
        let plain = [if every { mean } else { f64::INFINITY }, mean, share];
        for (name, plain) in named.iter().zip(plain) {
            let found = column(name)[i];
            let same = found == plain || (found - plain).abs() <= 1e-7;
            prop_assert!(same, "{}: {}, plainly {}\n{:?}", name, found, plain, case);
        }
    }
    Ok(())
}

/// Tasks from the last to the first.
struct ReverseSearch;

impl Executor for ReverseSearch {
    fn each(&self, n: usize, task: &(dyn Fn(usize) + Sync)) -> isokron::base::error::Result<()> {
        for i in (0..n).rev() {
            task(i);
        }
        Ok(())
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn streamed_is_the_plain_formula_over_the_stored_matrix(case in case()) {
        compare(&case)?;
    }

    #[test]
    fn the_mean_is_that_of_all_departures(case in case()) {
        means(&case)?;
    }

    #[test]
    fn the_mean_time_is_that_of_those_who_arrive(case in case()) {
        mean_times(&case)?;
    }

    #[test]
    fn the_order_of_tasks_changes_no_bit(case in case()) {
        let world = World::new(&case);
        let asked = asked(&FLAGS);
        let bound = world.bound(&asked, false);
        let bits = |executor: &dyn Executor| -> Vec<Vec<u64>> {
            let found = world.streamed(&bound, false, executor).0;
            found.iter().map(|(_, values)| values.iter().map(|value| value.to_bits()).collect()).collect()
        };
        prop_assert_eq!(bits(&Quiet), bits(&ReverseSearch));
    }
}
