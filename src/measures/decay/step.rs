//! 1 up to a cutoff, it included, then 0.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "step",
    formula: "1 if c ≤ cutoff, else 0",
    source: "Ingram 1971",
    parameters: &[param("cutoff_min", Unset::Must, "the last minute that counts")],
    elsewhere: "R package accessibility: `decay_binary`; R5's `step` is open at the cutoff: `step_below`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    Some(Box::new(Step { cutoff_s: 60.0 * given.number("cutoff_min", ParameterRange::AboveZero)? }))
}

#[derive(Debug)]
pub(in crate::measures) struct Step {
    pub cutoff_s: f64,
}

impl Decay for Step {
    fn weight(&self, seconds: f64) -> f64 {
        f64::from(u8::from(seconds <= self.cutoff_s))
    }

    fn reach_s(&self) -> f64 {
        self.cutoff_s
    }
}
