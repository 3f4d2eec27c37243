//! What must hold whatever the matrix: nothing is lost or made in sharing out, margins hold.

use std::sync::Arc;

use isokron::base::watch::Quiet;
use isokron::measures::decay::{Decay, Weights};
use isokron::measures::kinds::furness;
use isokron::measures::rows::Matrix;

use super::plain::Dense;
use super::{near, side, whole};

use crate::oracle::random::Dice;

#[derive(Debug)]
struct Halving;

impl Decay for Halving {
    fn weight(&self, seconds: f64) -> f64 {
        (-seconds / 900.0).exp2()
    }
}

/// Everything that some person reaches is given to somebody, and no more.
#[test]
fn what_is_shared_out_adds_up() {
    let mut dice = Dice(3);
    for _ in 0..300 {
        let dense = Dense::random(&mut dice);
        let (origins, destinations) =
            (side(&[("population", &dense.people)], 0), side(&[("jobs", &dense.jobs)], 1));
        let sum = |flag: &str, weights: Option<&[f64]>| -> f64 {
            let found = whole(flag, &dense.matrix(), &origins, &destinations).remove(0);
            found.iter().enumerate().map(|(i, value)| value * weights.map_or(1.0, |weights| weights[i])).sum()
        };
        let reached = |j: usize| {
            (0..dense.people.len()).any(|i| dense.people[i] > 0.0 && dense.cost_s[i][j].is_finite())
        };
        let all: f64 = (0..dense.jobs.len()).filter(|&j| reached(j)).map(|j| dense.jobs[j]).sum();
        let decay = "decay=exponential,half_life_min=15,of=jobs";
        for kind in ["spatial_availability", "singly_constrained"] {
            assert!(near(sum(&format!("{kind}:{decay}"), None), all, 1e-9), "{kind}\n{dense:?}");
        }
        // Catchments with a decay share out among people.
        assert!(near(sum(&format!("e2sfca:{decay}"), Some(&dense.people)), all, 1e-9), "{dense:?}");
        assert!(near(sum(&format!("3sfca:{decay}"), Some(&dense.people)), all, 1e-9), "{dense:?}");
        // The total is held if anybody reaches anything, be it that nobody lives there.
        let gravity = sum(&format!("gravity:{decay}"), None);
        let total = if gravity > 0.0 { dense.jobs.iter().sum() } else { 0.0 };
        assert!(near(sum(&format!("total_constrained:{decay}"), None), total, 1e-9), "{dense:?}");
    }
}

/// Row sums are the people, column sums the opportunities in the same proportions.
#[test]
fn doubly_constrained_margins_hold() {
    let mut dice = Dice(11);
    let weights = Weights::new(Arc::new(Halving), 7200);
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
        let balanced = furness(&matrix, &weights, &dense.people, &dense.jobs, &Quiet).unwrap();
        let scale = dense.people.iter().sum::<f64>() / dense.jobs.iter().sum::<f64>();
        let trips = |i: usize, j: usize| balanced.from[i] * balanced.to[j] * weights.at(dense.cost_s[i][j]);
        for (i, people) in dense.people.iter().enumerate() {
            let row: f64 = (0..dense.jobs.len()).map(|j| trips(i, j)).sum();
            assert!((row - people).abs() < 1e-5 * (1.0 + people), "row {i}: {row}, not {people}\n{dense:?}");
        }
        for (j, jobs) in dense.jobs.iter().enumerate() {
            let column: f64 = (0..dense.people.len()).map(|i| trips(i, j)).sum();
            assert!(near(column, jobs * scale, 1e-9), "column {j}: {column}\n{dense:?}");
        }
        assert!(balanced.gap <= 1e-7 && balanced.rounds < 1000);
    }
}

/// Two places cut off from each other whose people and jobs do not match: no factors can make the margins hold;
/// the balancing ends and says by how much they are off.
#[test]
fn margins_that_cannot_hold_are_said() {
    let matrix = Matrix::new(2, 2, vec![(0, 0, 60.0), (1, 1, 60.0)]);
    let weights = Weights::new(Arc::new(Halving), 7200);
    let balanced = furness(&matrix, &weights, &[30.0, 10.0], &[20.0, 20.0], &Quiet).unwrap();
    // Columns hold: 20 each, where 30 and 10 live: |30 − 20| + |10 − 20| of 40.
    assert!(near(balanced.gap, 0.5, 1e-12));
    // Nobody at all.
    let nobody = furness(&matrix, &weights, &[0.0, 0.0], &[20.0, 20.0], &Quiet).unwrap();
    assert_eq!((nobody.gap, nobody.to), (0.0, vec![0.0, 0.0]));
}

/// Cost by hand: two homes of one person, two places of one job each, 10 minutes to the own and 20 to the other.
/// By symmetry T is a on the diagonal and 1 − a beside it, a / (1 − a) = f(10) / f(20) = 2^(2/3).
#[test]
fn doubly_constrained_cost_by_hand() {
    let pairs = vec![(0, 0, 600.0), (0, 1, 1200.0), (1, 0, 1200.0), (1, 1, 600.0)];
    let (ones, matrix) = ([1.0, 1.0], Matrix::new(2, 2, pairs));
    let (origins, destinations) = (side(&[("population", &ones)], 0), side(&[("jobs", &ones)], 1));
    let flag = "doubly_constrained:decay=exponential,half_life_min=15,of=jobs";
    let found = whole(flag, &matrix, &origins, &destinations);
    let odds = 2f64.powf(2.0 / 3.0);
    let a = odds / (1.0 + odds);
    // b is 1 for both, so the potential is f(10) + f(20).
    let potential = 2f64.powf(-2.0 / 3.0) + 2f64.powf(-4.0 / 3.0);
    for (found, cost) in found[0].iter().zip(&found[1]) {
        assert!(near(*found, potential, 1e-6), "{found}");
        assert!(near(*cost, a * 600.0 + (1.0 - a) * 1200.0, 1e-6), "{cost}");
    }
}
