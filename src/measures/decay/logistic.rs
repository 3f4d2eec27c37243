//! An S, half-way near a cutoff.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "logistic",
    formula: "g(0) / g(c), g(c) = 1 + exp((c − cutoff) · π / (sd · √3))",
    source: "Bauer & Groneberg 2016",
    parameters: &[
        param("cutoff_min", Unset::Must, "the middle of the S"),
        param("sd_min", Unset::Must, "standard deviation of the logistic distribution"),
    ],
    elsewhere: "the same in R5 and the R package accessibility, scaled to 1 at c = 0",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    let (cutoff, sd) = (
        given.number("cutoff_min", ParameterRange::AboveZero),
        given.number("sd_min", ParameterRange::AboveZero),
    );
    Some(Box::new(Logistic { cutoff_min: cutoff?, per_min: std::f64::consts::PI / (sd? * 3f64.sqrt()) }))
}

#[derive(Debug)]
struct Logistic {
    cutoff_min: f64,
    per_min: f64,
}

impl Decay for Logistic {
    fn weight(&self, seconds: f64) -> f64 {
        let g = |minutes: f64| 1.0 + ((minutes - self.cutoff_min) * self.per_min).exp();
        g(0.0) / g(seconds / 60.0)
    }
}
