//! The bell curve cut and stretched so that it is 0 at the edge of a catchment.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "gaussian_catchment",
    formula: "(exp(−½ (c/cutoff)²) − exp(−½)) / (1 − exp(−½)) up to cutoff, then 0",
    source: "Dai 2010",
    parameters: &[param("cutoff_min", Unset::Must, "the edge of the catchment")],
    elsewhere: "the Gaussian of most papers on floating catchments",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    Some(Box::new(Catchment { cutoff_s: 60.0 * given.number("cutoff_min", ParameterRange::AboveZero)? }))
}

#[derive(Debug)]
struct Catchment {
    cutoff_s: f64,
}

impl Decay for Catchment {
    fn weight(&self, seconds: f64) -> f64 {
        let part = seconds / self.cutoff_s;
        let edge = (-0.5f64).exp();
        (((-0.5 * part * part).exp() - edge) / (1.0 - edge)).max(0.0)
    }

    fn reach_s(&self) -> f64 {
        self.cutoff_s
    }
}
