//! A bell curve over the logarithm of the minutes.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "log_normal",
    formula: "exp(−rate · (ln c)²), c in minutes: 1 in the first minute",
    source: "Reggiani, Bucci & Russo 2011",
    parameters: &[param("rate", Unset::Must, "the rate β; it belongs to minutes")],
    elsewhere: "others call the survival function of the log-normal distribution so: give that as a `table`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    Some(Box::new(LogNormal { rate: given.number("rate", ParameterRange::AboveZero)? }))
}

#[derive(Debug)]
struct LogNormal {
    rate: f64,
}

impl Decay for LogNormal {
    fn weight(&self, seconds: f64) -> f64 {
        let log = (seconds / 60.0).max(1.0).ln();
        (-self.rate * log * log).exp()
    }
}
