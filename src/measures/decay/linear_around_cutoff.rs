//! 1, then straight down to 0, half-way at the cutoff.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "linear_around_cutoff",
    formula: "1 up to cutoff − width/2, 0 from cutoff + width/2, straight in between",
    source: "Conway, Byrd & van der Linden 2017",
    parameters: &[
        param("cutoff_min", Unset::Must, "where the weight is one half"),
        param("width_min", Unset::Must, "minutes from weight 1 to 0; at most twice the cutoff"),
    ],
    elsewhere: "R5, r5r: `linear`, whose table holds the values in the middle of each second",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    let (cutoff, width) = (
        given.number("cutoff_min", ParameterRange::AboveZero),
        given.number("width_min", ParameterRange::AboveZero),
    );
    let (cutoff, width) = (cutoff?, width?);
    if width > 2.0 * cutoff {
        given.wrong(
            "width_min",
            format!("is {width}, more than twice the cutoff"),
            "the weight at 0 is to be 1",
        );
        return None;
    }
    Some(Box::new(LinearAroundCutoff { cutoff_s: 60.0 * cutoff, width_s: 60.0 * width }))
}

#[derive(Debug)]
struct LinearAroundCutoff {
    cutoff_s: f64,
    width_s: f64,
}

impl Decay for LinearAroundCutoff {
    fn weight(&self, seconds: f64) -> f64 {
        (0.5 + (self.cutoff_s - seconds) / self.width_s).clamp(0.0, 1.0)
    }

    fn reach_s(&self) -> f64 {
        self.cutoff_s + self.width_s / 2.0
    }
}
