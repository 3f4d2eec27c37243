//! A power of the minutes.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "power",
    formula: "min(1, c^(−exponent)), c in minutes: 1 in the first minute",
    source: "Hansen 1959",
    parameters: &[param("exponent", Unset::Must, "the exponent β; it belongs to minutes")],
    elsewhere: "R package accessibility: `decay_power`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    Some(Box::new(Power { exponent: given.number("exponent", ParameterRange::AboveZero)? }))
}

#[derive(Debug)]
struct Power {
    exponent: f64,
}

impl Decay for Power {
    fn weight(&self, seconds: f64) -> f64 {
        (seconds / 60.0).powf(-self.exponent).min(1.0)
    }
}
