//! Falling in steps.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "stepped",
    formula: "the weight of the last step ≤ c; 1 before the first",
    source: "Luo & Qi 2009",
    parameters: &[
        param("steps_min", Unset::Must, "where the weight changes, rising"),
        param("weights", Unset::Must, "the weight from each step on, 0 to 1; end with 0 for a limit"),
    ],
    elsewhere: "R package accessibility: `decay_stepped`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    let steps =
        given.rising_pairs("steps_min", ParameterRange::ZeroOrMore, "weights", ParameterRange::Weight)?;
    Some(Box::new(Stepped { steps_s: steps.into_iter().map(|(at, weight)| (60.0 * at, weight)).collect() }))
}

#[derive(Debug)]
struct Stepped {
    steps_s: Vec<(f64, f64)>,
}

impl Decay for Stepped {
    fn weight(&self, seconds: f64) -> f64 {
        let passed = self.steps_s.partition_point(|&(at, _)| at <= seconds);
        if passed == 0 { 1.0 } else { self.steps_s[passed - 1].1 }
    }

    fn reach_s(&self) -> f64 {
        // From the first step on after which nothing is above 0.
        let last = self.steps_s.iter().rposition(|&(_, weight)| weight > 0.0).map_or(0, |at| at + 1);
        self.steps_s.get(last).map_or(f64::INFINITY, |&(at, _)| at)
    }
}
