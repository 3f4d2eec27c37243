//! The same share is lost every minute.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "exponential",
    formula: "exp(−rate · c), or 2^(−c / half_life); one of the two is given",
    source: "Hansen 1959; Wilson 1971",
    parameters: &[
        param("rate_per_min", Unset::Words("half_life_min is given"), "the rate β, per minute"),
        param("half_life_min", Unset::Words("rate_per_min is given"), "minutes until the weight is one half"),
    ],
    elsewhere: "R package accessibility: `decay_exponential` is by rate; R5's `exponential` is by half-life, its \
                `fixed_exponential` by rate per second (times 60 here)",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    match (given.has("rate_per_min"), given.has("half_life_min")) {
        (true, false) => {
            let rate = given.number("rate_per_min", ParameterRange::AboveZero)?;
            Some(Box::new(Exponential { rate_per_s: rate / 60.0 }))
        }
        (false, true) => {
            let half_life = given.number("half_life_min", ParameterRange::AboveZero)?;
            Some(Box::new(HalfLife { half_life_s: 60.0 * half_life }))
        }
        (true, true) => {
            given.wrong("half_life_min", "stands beside rate_per_min", "leave out one of the two");
            None
        }
        (false, false) => {
            given.wrong(
                "decay",
                "is \"exponential\", but how fast?",
                "write rate_per_min = 0.05 or half_life_min = 20",
            );
            None
        }
    }
}

#[derive(Debug)]
struct Exponential {
    rate_per_s: f64,
}

impl Decay for Exponential {
    fn weight(&self, seconds: f64) -> f64 {
        (-self.rate_per_s * seconds).exp()
    }
}

#[derive(Debug)]
struct HalfLife {
    half_life_s: f64,
}

impl Decay for HalfLife {
    fn weight(&self, seconds: f64) -> f64 {
        (-seconds / self.half_life_s).exp2()
    }
}
