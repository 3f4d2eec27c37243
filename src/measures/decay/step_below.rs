//! 1 below a cutoff, 0 from it on.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "step_below",
    formula: "1 if c < cutoff, else 0",
    source: "Conway, Byrd & van der Linden 2017",
    parameters: &[param("cutoff_min", Unset::Must, "the first minute that does not count")],
    elsewhere: "R5, r5r: `step`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    Some(Box::new(StepBelow { cutoff_s: 60.0 * given.number("cutoff_min", ParameterRange::AboveZero)? }))
}

#[derive(Debug)]
struct StepBelow {
    cutoff_s: f64,
}

impl Decay for StepBelow {
    fn weight(&self, seconds: f64) -> f64 {
        f64::from(u8::from(seconds < self.cutoff_s))
    }

    fn reach_s(&self) -> f64 {
        self.cutoff_s
    }
}
