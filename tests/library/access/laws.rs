//! What must hold whatever the matrix: nothing is lost or made in sharing out.

use super::plain::Dense;
use super::{near, side, whole};

use crate::oracle::random::Dice;

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
