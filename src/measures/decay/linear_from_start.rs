//! Straight down from 1 at once to 0 at a cutoff.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "linear_from_start",
    formula: "max(0, 1 − c / cutoff)",
    source: "Pereira & Herszenhut 2023",
    parameters: &[param("cutoff_min", Unset::Must, "where the weight is 0")],
    elsewhere: "R package accessibility: `decay_linear`; R5's `linear` is `linear_around_cutoff`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    Some(Box::new(LinearFromStart {
        cutoff_s: 60.0 * given.number("cutoff_min", ParameterRange::AboveZero)?,
    }))
}

#[derive(Debug)]
struct LinearFromStart {
    cutoff_s: f64,
}

impl Decay for LinearFromStart {
    fn weight(&self, seconds: f64) -> f64 {
        (1.0 - seconds / self.cutoff_s).max(0.0)
    }

    fn reach_s(&self) -> f64 {
        self.cutoff_s
    }
}
