//! The doubly constrained model: against plain iterative proportional fitting over dense matrices, part by part, and
//! against figures by hand where parts do not touch, or margins cannot hold.

use std::sync::Arc;

use isokron::base::executor::Quiet;
use isokron::measures::decay::{Decay, Weights};
use isokron::measures::kinds::{Balanced, Over, furness};
use isokron::measures::plan::bind;
use isokron::measures::rows::TimesInMemory;

use super::plain::Dense;
use super::{asked, near, side, whole};

use crate::oracle::random::Dice;

#[derive(Debug)]
struct Halving;

impl Decay for Halving {
    fn weight(&self, seconds: f64) -> f64 {
        (-seconds / 900.0).exp2()
    }
}

const FLAG: &str = "doubly_constrained:decay=exponential,half_life_min=15,of=jobs";

fn balanced(matrix: &TimesInMemory, people: &[f64], jobs: &[f64]) -> Balanced {
    let weights = Weights::new(Arc::new(Halving), 7200);
    let over = Over { rows: matrix, supply: jobs, demand: people, executor: &Quiet };
    furness(&over, &weights).expect("nobody stops it")
}

/// Potential and cost of every origin, and what is said.
fn measured(matrix: &TimesInMemory, people: &[f64], jobs: &[f64]) -> (Vec<Vec<f64>>, Vec<String>) {
    let (origins, destinations) = (side(&[("population", people)], 0), side(&[("jobs", jobs)], 1));
    let (asked, mut doubts) = (asked(&[FLAG]), Vec::new());
    let bound = bind(&asked, &origins, &destinations, 100).unwrap();
    let found = bound[0].whole(matrix, &Quiet, &mut doubts).unwrap();
    (found, doubts.into_iter().map(|doubt| format!("{}: {}", doubt.kind.code, doubt.what)).collect())
}

/// Plain iterative proportional fitting (Deming & Stephan 1940) of a dense table, other code than Furness's factors: the
/// cells themselves are scaled, row by row, column by column. For tables whose margins can be met.
fn fitted(mut table: Vec<Vec<f64>>, rows: &[f64], columns: &[f64]) -> Vec<Vec<f64>> {
    for _ in 0..20_000 {
        let before = table.clone();
        for (cells, wanted) in table.iter_mut().zip(rows) {
            let sum: f64 = cells.iter().sum();
            cells.iter_mut().filter(|_| sum > 0.0).for_each(|cell| *cell *= wanted / sum);
        }
        for (j, wanted) in columns.iter().enumerate() {
            let sum: f64 = table.iter().map(|cells| cells[j]).sum();
            table.iter_mut().filter(|_| sum > 0.0).for_each(|cells| cells[j] *= wanted / sum);
        }
        let change = |(a, b): (&f64, &f64)| (a - b).abs();
        let changes = before.iter().flatten().zip(table.iter().flatten()).map(change);
        if changes.fold(0.0, f64::max) < 1e-12 {
            break;
        }
    }
    table
}

/// Several towns that do not touch, each of which everybody can cross: the trips are those of fitting every town by
/// itself, with its jobs scaled to its people, whatever the numbers of the others; a town's potentials do not hang on them.
#[test]
fn towns_apart_are_fitted_each_by_itself() {
    let mut dice = Dice(19);
    for _ in 0..60 {
        let towns: Vec<Dense> = (0..dice.range(2, 4))
            .map(|_| {
                let mut town = Dense::random(&mut dice);
                town.cost_s.iter_mut().flatten().for_each(|s| *s = if s.is_finite() { *s } else { 3000.0 });
                town
            })
            .filter(|town| town.people.iter().sum::<f64>() > 0.0 && town.jobs.iter().sum::<f64>() > 0.0)
            .collect();
        if towns.is_empty() {
            continue;
        }
        let (mut pairs, mut people, mut jobs) = (Vec::new(), Vec::new(), Vec::new());
        for town in &towns {
            for (i, row) in town.cost_s.iter().enumerate() {
                let (from, to) = (people.len() + i, jobs.len());
                pairs.extend(row.iter().enumerate().map(|(j, &s)| (from as u32, (to + j) as u32, s)));
            }
            people.extend_from_slice(&town.people);
            jobs.extend_from_slice(&town.jobs);
        }
        let matrix = TimesInMemory::new(people.len(), jobs.len(), pairs);
        let (all, whole) = (balanced(&matrix, &people, &jobs), measured(&matrix, &people, &jobs).0);
        assert!(all.gap <= 1e-9 && all.parts.number as usize == towns.len(), "{all:?}");
        let (mut i0, mut j0) = (0, 0);
        for town in &towns {
            let weight = |s: f64| (-s / 900.0f64).exp2();
            let ratio = town.people.iter().sum::<f64>() / town.jobs.iter().sum::<f64>();
            let targets: Vec<f64> = town.jobs.iter().map(|jobs| jobs * ratio).collect();
            let table = town.cost_s.iter().map(|row| row.iter().map(|&s| weight(s)).collect()).collect();
            let expected = fitted(table, &town.people, &targets);
            let alone = measured(&town.matrix(), &town.people, &town.jobs).0;
            for (i, row) in expected.iter().enumerate() {
                for (j, trips) in row.iter().enumerate() {
                    let found = all.from[i0 + i] * all.to[j0 + j] * weight(town.cost_s[i][j]);
                    assert!(
                        (found - trips).abs() <= 1e-6 * (1.0 + trips),
                        "{found}, fitted {trips}\n{town:?}"
                    );
                }
                // Where nobody lives, the whole region is looked at: here the same, for towns do not touch.
                assert!(
                    near(whole[0][i0 + i], alone[0][i], 1e-6),
                    "{} alone {}",
                    whole[0][i0 + i],
                    alone[0][i]
                );
            }
            (i0, j0) = (i0 + town.people.len(), j0 + town.jobs.len());
        }
    }
}

/// Two homes with a way between them, and a lone one with 1 person and 50 jobs. The two, by hand, as in
/// `cost_by_hand`: potentials f(10) + f(20), whatever is elsewhere. The lone one has its own 50 jobs at 0 minutes.
/// People 1, 1, 1 of 3; jobs 1, 1, 50 of 52: 50/52 − 1/3 are elsewhere.
#[test]
fn a_lone_cell_moves_nobody_else() {
    let pairs = vec![(0, 0, 600.0), (0, 1, 1200.0), (1, 0, 1200.0), (1, 1, 600.0), (2, 2, 0.0)];
    let matrix = TimesInMemory::new(3, 3, pairs);
    let (found, said) = measured(&matrix, &[1.0; 3], &[1.0, 1.0, 50.0]);
    let potential = 2f64.powf(-2.0 / 3.0) + 2f64.powf(-4.0 / 3.0);
    for (found, expected) in found[0].iter().zip([potential, potential, 50.0]) {
        assert!(near(*found, expected, 1e-9), "{found}, not {expected}");
    }
    assert_eq!(found[1][2], 0.0);
    assert!(
        said[0].starts_with("doubly_constrained_balanced: jobs_doubly_constrained_potential: "),
        "{said:?}"
    );
    let percent = 100.0 * (50.0 / 52.0 - 1.0 / 3.0);
    let unmatched = format!("2 parts; {percent:.3} % of the opportunities are in others than the people");
    assert!(said[1].starts_with("doubly_constrained_unmatched") && said[1].ends_with(&unmatched), "{said:?}");
}

/// The same lone home, but its person reaches the others' jobs, too, and nobody comes to its 50. No factors fill these
/// with 1 of 3 people; the limit is that the person stays at home, and the others share their jobs as if it were not
/// there. Without that the factors grow for ever, and all other potentials shrink with every round.
#[test]
fn a_surplus_within_a_part_moves_nobody_else() {
    let pairs = vec![
        (0, 0, 600.0),
        (0, 1, 1200.0),
        (1, 0, 1200.0),
        (1, 1, 600.0),
        (2, 2, 0.0),
        (2, 0, 900.0),
        (2, 1, 900.0),
    ];
    let matrix = TimesInMemory::new(3, 3, pairs);
    let (found, said) = measured(&matrix, &[1.0; 3], &[1.0, 1.0, 50.0]);
    let potential = 2f64.powf(-2.0 / 3.0) + 2f64.powf(-4.0 / 3.0);
    for (found, expected) in found[0].iter().zip([potential, potential, 50.0]) {
        assert!(near(*found, expected, 1e-9), "{found}, not {expected}");
    }
    assert!(said.iter().any(|said| said.starts_with("doubly_constrained_unmatched")), "{said:?}");
    let all = balanced(&matrix, &[1.0; 3], &[1.0, 1.0, 50.0]);
    assert!(all.gap <= 1e-9 && all.rounds < 100 && all.parts.number == 2, "{all:?}");
}

/// A chain of homes of one person, each as far from the jobs on its either side; at the ends there are `first` and
/// `last` jobs, in between 1.
fn chain(n: u32, first: f64, last: f64) -> (TimesInMemory, Vec<f64>, Vec<f64>) {
    let pairs = (0..n).flat_map(|i| [(i, i, 600.0), (i, i + 1, 600.0)]).collect();
    let mut jobs = vec![1.0; n as usize + 1];
    (jobs[0], jobs[n as usize]) = (first, last);
    (TimesInMemory::new(n as usize, n as usize + 1, pairs), vec![1.0; n as usize], jobs)
}

/// By hand: half of each home goes each way.
#[test]
fn a_long_chain_is_followed_to_its_end() {
    let n = 20;
    let (matrix, people, jobs) = chain(n, 0.5, 0.5);
    let all = balanced(&matrix, &people, &jobs);
    assert!(all.gap <= 1e-9, "{} after {}", all.gap, all.rounds);
    let weight = 2f64.powf(-2.0 / 3.0);
    for i in 0..n as usize {
        for j in [i, i + 1] {
            let trips = all.from[i] * all.to[j] * weight;
            assert!(near(trips, 0.5, 1e-5), "{i} → {j}: {trips}");
        }
    }
}

/// With 0.9 and 0.1 the shortage of one end has to be passed on through all homes to the other, and the sum of the errors
/// falls by less than any limit for many rounds: that is no reason to stop, and where the rounds end, the gap that is told
/// is that of the factors given.
#[test]
fn balancing_goes_on_where_the_sum_of_errors_stands_still() {
    let (matrix, people, jobs) = chain(60, 0.9, 0.1);
    let all = balanced(&matrix, &people, &jobs);
    let weight = 2f64.powf(-2.0 / 3.0);
    let row = |i: usize| all.from[i] * weight * (all.to[i] + all.to[i + 1]);
    let worst = (0..60).map(|i| (row(i) - 1.0).abs()).fold(0.0, f64::max);
    assert!(near(all.gap, worst, 1e-9) && all.rounds == 1000 && all.gap > 1e-6, "{} {worst}", all.gap);
    let (_, said) = measured(&matrix, &people, &jobs);
    let gap = format!("1000 rounds, 1 part, largest gap of a margin {:.1e}", all.gap);
    assert!(said[0].starts_with("doubly_constrained_gap: ") && said[0].ends_with(&gap), "{said:?}");
}

/// Margins that can only be met in the limit: jobs 1 and 1, of which home 0 reaches both and home 1 only the second. By hand
/// home 1 fills the second, so nobody goes 0 → 1: with factors of rounds, 1 / (2 · rounds) still would.
#[test]
fn limits_are_taken_at_once() {
    let matrix = TimesInMemory::new(2, 2, vec![(0, 0, 600.0), (0, 1, 600.0), (1, 1, 600.0)]);
    let all = balanced(&matrix, &[1.0, 1.0], &[1.0, 1.0]);
    assert!(all.gap <= 1e-9 && all.rounds < 20 && all.unmatched < 1e-12, "{all:?}");
    assert_eq!((&all.parts.from, all.parts.from == all.parts.to), (&vec![1, 0], true));
    let (found, said) = measured(&matrix, &[1.0, 1.0], &[1.0, 1.0]);
    let weight = 2f64.powf(-2.0 / 3.0);
    for (potential, cost) in found[0].iter().zip(&found[1]) {
        assert!(near(*potential, weight, 1e-9) && near(*cost, 600.0, 1e-12), "{potential} {cost}");
    }
    assert!(said.iter().all(|said| said.starts_with("doubly_constrained_balanced")), "{said:?}");
}

/// Row sums are the people, column sums the opportunities in the same proportions.
#[test]
fn doubly_constrained_margins_hold() {
    let mut dice = Dice(11);
    let weight = |s: f64| (-s / 900.0f64).exp2();
    for _ in 0..100 {
        let mut dense = Dense::random(&mut dice);
        // Everything reaches everything, or the margins cannot hold.
        for cost_s in dense.cost_s.iter_mut().flatten() {
            *cost_s = if cost_s.is_finite() { *cost_s } else { 5000.0 };
        }
        if dense.jobs.iter().sum::<f64>() == 0.0 || dense.people.iter().sum::<f64>() == 0.0 {
            continue;
        }
        let matrix = dense.matrix();
        let balanced = balanced(&matrix, &dense.people, &dense.jobs);
        let scale = dense.people.iter().sum::<f64>() / dense.jobs.iter().sum::<f64>();
        let trips = |i: usize, j: usize| balanced.from[i] * balanced.to[j] * weight(dense.cost_s[i][j]);
        for (i, people) in dense.people.iter().enumerate() {
            let row: f64 = (0..dense.jobs.len()).map(|j| trips(i, j)).sum();
            assert!(near(row, *people, 2e-9), "row {i}: {row}, not {people}\n{dense:?}");
        }
        for (j, jobs) in dense.jobs.iter().enumerate() {
            let column: f64 = (0..dense.people.len()).map(|i| trips(i, j)).sum();
            assert!(near(column, jobs * scale, 1e-9), "column {j}: {column}\n{dense:?}");
        }
        assert!(balanced.gap <= 1e-9 && balanced.rounds < 1000);
    }
}

/// Two places cut off from each other whose people and jobs do not match: each one's jobs are scaled to its people, and
/// it is said how many stand where they are not wanted: ½ (|30/40 − 20/40| + |10/40 − 20/40|).
#[test]
fn margins_that_cannot_hold_are_said() {
    let matrix = TimesInMemory::new(2, 2, vec![(0, 0, 60.0), (1, 1, 60.0)]);
    let all = balanced(&matrix, &[30.0, 10.0], &[20.0, 20.0]);
    assert!(all.gap <= 1e-9 && near(all.unmatched, 0.25, 1e-12), "{all:?}");
    // Nobody at all.
    let nobody = balanced(&matrix, &[0.0, 0.0], &[20.0, 20.0]);
    assert_eq!((nobody.gap, nobody.unmatched, nobody.to), (0.0, 0.0, vec![0.0, 0.0]));
}

/// Cost by hand: two homes of one person, two places of one job each, 10 minutes to the own and 20 to the other.
/// By symmetry T is a on the diagonal and 1 − a beside it, a / (1 − a) = f(10) / f(20) = 2^(2/3).
#[test]
fn doubly_constrained_cost_by_hand() {
    let pairs = vec![(0, 0, 600.0), (0, 1, 1200.0), (1, 0, 1200.0), (1, 1, 600.0)];
    let (ones, matrix) = ([1.0, 1.0], TimesInMemory::new(2, 2, pairs));
    let (origins, destinations) = (side(&[("population", &ones)], 0), side(&[("jobs", &ones)], 1));
    let found = whole(FLAG, &matrix, &origins, &destinations);
    let odds = 2f64.powf(2.0 / 3.0);
    let a = odds / (1.0 + odds);
    // b is 1 for both, so the potential is f(10) + f(20).
    let potential = 2f64.powf(-2.0 / 3.0) + 2f64.powf(-4.0 / 3.0);
    for (found, cost) in found[0].iter().zip(&found[1]) {
        assert!(near(*found, potential, 1e-6), "{found}");
        assert!(near(*cost, a * 600.0 + (1.0 - a) * 1200.0, 1e-6), "{cost}");
    }
}
