//! Decay functions: travel time → the weight that an opportunity so far away still has. Each stands in a file of
//! its own and in one line of [`DECAYS`]; `--help`, the docs and the study's keys come from there.

use std::fmt::Debug;
use std::sync::Arc;

use super::parameters::{Param, Parameters};
use crate::base::near::nearest;
pub(super) use step::Step;

mod exponential;
mod gaussian;
mod gaussian_catchment;
mod linear_around_cutoff;
mod linear_from_start;
mod log_normal;
mod logistic;
mod power;
mod step;
mod step_below;
mod stepped;
mod table;

/// All decay functions, by the names that a study knows.
pub const DECAYS: &[&DecayKind] = &[
    &step::KIND,
    &step_below::KIND,
    &linear_from_start::KIND,
    &linear_around_cutoff::KIND,
    &exponential::KIND,
    &power::KIND,
    &logistic::KIND,
    &stepped::KIND,
    &gaussian::KIND,
    &gaussian_catchment::KIND,
    &log_normal::KIND,
    &table::KIND,
];

/// A kind of decay function: what is said of it, and how one is made.
#[derive(Debug)]
pub struct DecayKind {
    pub name: &'static str,
    /// c is the travel time in minutes.
    pub formula: &'static str,
    /// Author and year.
    pub source: &'static str,
    pub parameters: &'static [Param],
    /// What other tools call it, or mean by the same name.
    pub elsewhere: &'static str,
    /// `None` where a parameter is wrong: what it was stands in `Parameters`.
    pub make: fn(&mut Parameters<'_>) -> Option<Box<dyn Decay>>,
}

/// Travel time → weight.
///
/// ```
/// use isokron::measures::decay::Decay;
///
/// /// Half of it is left after so many seconds, a quarter after twice as many.
/// #[derive(Debug)]
/// struct HalfLife(f64);
///
/// impl Decay for HalfLife {
///     fn weight(&self, seconds: f64) -> f64 {
///         0.5_f64.powf(seconds / self.0)
///     }
/// }
///
/// assert_eq!(HalfLife(600.0).weight(1200.0), 0.25);
/// ```
pub trait Decay: Debug + Send + Sync {
    /// The weight, 0 to 1, at a travel time of `seconds` ≥ 0.
    fn weight(&self, seconds: f64) -> f64;

    /// Beyond so many seconds the weight is 0.
    fn reach_s(&self) -> f64 {
        f64::INFINITY
    }
}

/// The decay function that `decay = "…"` names, made with its parameters; `None` where something is wrong.
pub fn read(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    let all = || DECAYS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
    let name = given.text("decay", "\"exponential\"")?;
    match DECAYS.iter().find(|kind| kind.name == name) {
        Some(kind) => {
            given.knows(kind.parameters);
            (kind.make)(given)
        }
        None => {
            let remedy = match name.as_str() {
                "linear" => "two things go by that name: linear_from_start (1 − c/cutoff) and \
                             linear_around_cutoff (R5's)"
                    .to_string(),
                _ => match nearest(&name, DECAYS.iter().map(|kind| kind.name)) {
                    Some(near) => format!("did you mean {near}? The decay functions are {}", all()),
                    None => format!("the decay functions are {}", all()),
                },
            };
            given.wrong("decay", format!("is \"{name}\""), remedy);
            None
        }
    }
}

/// A decay function with its weights at whole seconds ready.
#[derive(Debug)]
pub struct Weights {
    decay: Arc<dyn Decay>,
    at_second: Vec<f64>,
}

impl Weights {
    /// Times up to `longest_s` (a day and a half at most) are looked up, others computed.
    pub fn new(decay: Arc<dyn Decay>, longest_s: u32) -> Weights {
        let last = f64::from(longest_s.min(129_600)).min(decay.reach_s());
        let at_second = (0..=last as u32).map(|s| decay.weight(f64::from(s))).collect();
        Weights { decay, at_second }
    }

    #[inline]
    pub fn at(&self, seconds: f64) -> f64 {
        let whole = seconds as u32;
        match self.at_second.get(whole as usize) {
            Some(&weight) if f64::from(whole) == seconds => weight,
            _ if seconds > self.decay.reach_s() => 0.0,
            _ => self.decay.weight(seconds),
        }
    }

    /// As [`Weights::at`], of whole seconds.
    #[inline]
    pub fn at_second(&self, seconds: u32) -> f64 {
        self.at_second.get(seconds as usize).copied().unwrap_or_else(|| self.at(f64::from(seconds)))
    }

    pub fn reach_s(&self) -> f64 {
        self.decay.reach_s()
    }
}
