//! The bell curve.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "gaussian",
    formula: "exp(−c² / (2 · sd²))",
    source: "Ingram 1971",
    parameters: &[param("sd_min", Unset::Must, "standard deviation")],
    elsewhere: "some write exp(−c² / v): v is 2 · sd². Dai's (2010), which ends at a catchment, is `gaussian_catchment`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    Some(Box::new(Gaussian { sd_s: 60.0 * given.number("sd_min", ParameterRange::AboveZero)? }))
}

#[derive(Debug)]
struct Gaussian {
    sd_s: f64,
}

impl Decay for Gaussian {
    fn weight(&self, seconds: f64) -> f64 {
        let sds = seconds / self.sd_s;
        (-0.5 * sds * sds).exp()
    }
}
