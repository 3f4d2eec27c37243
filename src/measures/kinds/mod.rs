//! The measures of access: each stands in a file of its own and in one line of [`MEASURES`]; `--help`, the docs
//! and the study's keys come from there.

use std::fmt::Debug;
use std::sync::Arc;

use super::decay::{Decay, Weights};
use super::parameters::{Param, Parameters};
use super::rows::{TimesRow, TimesRows, by_column};
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};
use crate::base::error::Result;
use crate::base::executor::Executor;

mod balancing;
mod bfca;
mod completeness;
mod costs;
mod cumulative;
mod doubly_constrained;
mod dual;
mod e2sfca;
mod gravity;
mod interval;
mod logsum;
mod mean_time;
mod modified_two_step;
mod nearest;
mod parts;
mod singly_constrained;
mod spatial_availability;
mod three_step;
mod total_constrained;
mod two_step;

pub use doubly_constrained::{Balanced, furness};
pub use parts::Parts;

/// All measures, by the names that a study knows.
pub const MEASURES: &[&MeasureKind] = &[
    &cumulative::KIND,
    &interval::KIND,
    &gravity::KIND,
    &nearest::KIND,
    &mean_time::KIND,
    &dual::KIND,
    &balancing::KIND,
    &completeness::KIND,
    &logsum::KIND,
    &two_step::KIND,
    &e2sfca::KIND,
    &modified_two_step::KIND,
    &three_step::KIND,
    &bfca::KIND,
    &spatial_availability::KIND,
    &total_constrained::KIND,
    &singly_constrained::KIND,
    &doubly_constrained::KIND,
];

/// A kind of measure: what is said of it, and how one is made.
#[derive(Debug)]
pub struct MeasureKind {
    pub name: &'static str,
    /// i: origin; j, k: others; c: travel time; O: opportunities; P: people (demand); f: decay.
    pub formula: &'static str,
    /// Author and year.
    pub source: &'static str,
    pub unit: &'static str,
    /// Whether it takes `decay` and that function's parameters.
    pub decay: bool,
    /// Whether it asks who else wants the same: `demand`.
    pub demand: bool,
    pub parameters: &'static [Param],
    /// When one would use it.
    pub purpose: &'static str,
    /// What other tools call it, or mean by the same name.
    pub elsewhere: &'static str,
    /// `None` where a parameter is wrong: what it was stands in `Parameters`.
    pub make: fn(&mut Parameters<'_>) -> Option<Form>,
}

/// What a measure needs to see.
#[derive(Debug)]
pub enum Form {
    /// Σⱼ Oⱼ·f(cᵢⱼ) for each of some decay functions, which have words to be told by. Only these have a mean over
    /// departures.
    Sums(Vec<(String, Arc<dyn Decay>)>),
    /// As many such sums, and what is made of them; these have a mean, too.
    OfSums(Box<dyn OfSums>),
    /// One origin's row.
    Row(Box<dyn OfRow>),
    /// All rows, perhaps several times.
    All(Box<dyn OfAll>),
}

impl Form {
    /// The sums that it is, or is made of, with the words of the results; `None` where it is of another form.
    pub fn sums(&self) -> Option<Vec<(String, Arc<dyn Decay>)>> {
        match self {
            Form::Sums(sums) => Some(sums.clone()),
            Form::OfSums(of_sums) => Some(of_sums.sums()),
            _ => None,
        }
    }

    /// Slower journeys do not matter.
    pub fn reach_s(&self) -> f64 {
        match self {
            Form::Sums(_) | Form::OfSums(_) => {
                self.sums().into_iter().flatten().map(|(_, decay)| decay.reach_s()).fold(0.0, f64::max)
            }
            Form::Row(of_row) => of_row.reach_s(),
            Form::All(of_all) => of_all.reach_s(),
        }
    }

    /// The words of the results, where there are several a column: `["15min", "30min"]`; or one, empty.
    pub fn words(&self) -> Vec<String> {
        match self {
            Form::Sums(_) | Form::OfSums(_) => {
                self.sums().into_iter().flatten().map(|(words, _)| words).collect()
            }
            Form::Row(of_row) => of_row.words(),
            Form::All(of_all) => of_all.words(),
        }
    }

    /// Results of several modes, of which one may choose any, as one; `None` where that is not defined.
    pub fn over_modes(&self, values: &[f64]) -> Option<f64> {
        match self {
            Form::Row(of_row) => of_row.over_modes(values),
            _ => None,
        }
    }

    /// Whether all columns make one result together.
    pub fn across(&self) -> bool {
        matches!(self, Form::Row(of_row) if of_row.across())
    }
}

/// Whether a result of these words is a time, so that less is better.
pub fn is_time(words: &str) -> bool {
    words == "s" || words.ends_with("_s")
}

/// A measure made of sums Σⱼ Oⱼ·f(cᵢⱼ).
pub trait OfSums: Debug + Send + Sync {
    /// The weights of the sums, and the words of the results: as many.
    fn sums(&self) -> Vec<(String, Arc<dyn Decay>)>;

    /// Sums → results, in place. `all`: Σⱼ Oⱼ, reached or not.
    fn close(&self, sums: &mut [f64], all: f64);
}

/// A measure over one row.
pub trait OfRow: Debug + Send + Sync {
    fn words(&self) -> Vec<String>;

    /// Beyond so many seconds nothing matters.
    fn reach_s(&self) -> f64 {
        f64::INFINITY
    }

    /// Whether all columns make one result together: `row` then gets them all, else one.
    fn across(&self) -> bool {
        false
    }

    /// As [`Form::over_modes`].
    fn over_modes(&self, _: &[f64]) -> Option<f64> {
        None
    }

    /// A result for each of `words`. `demand`: the people at the row's own place, NaN where not asked for.
    fn row(&self, row: TimesRow<'_>, columns: &[&[f64]], demand: f64, out: &mut Vec<f64>);
}

/// A measure over all rows.
pub trait OfAll: Debug + Send + Sync {
    fn words(&self) -> Vec<String> {
        vec![String::new()]
    }

    fn reach_s(&self) -> f64;

    /// For each of `words` the values by origin; NaN where an origin has no row.
    ///
    /// # Errors
    /// As [`TimesRows::part`]; `Stopped`.
    fn all(&self, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>>;
}

/// What a measure over all rows is computed from.
#[derive(Clone, Copy)]
pub struct Over<'a> {
    pub rows: &'a dyn TimesRows,
    /// Opportunities by destination, people by origin.
    pub supply: &'a [f64],
    pub demand: &'a [f64],
    pub executor: &'a dyn Executor,
}

/// What is to be said of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    pub kind: DiagnosticCode,
    pub what: String,
}

const UNCLAIMED: DiagnosticCode = kind(
    "measure_unclaimed_opportunities",
    Severity::Note,
    "opportunities that nobody reaches: shared out to nobody",
    "nothing, or a longer time, a slower decay",
);

/// [`OfAll::all`] by one decay function.
type ByWeights = fn(&Weights, &Over<'_>, &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>>;

/// A measure over all rows that asks nothing but a decay function.
struct Weighted {
    weights: Weights,
    all: ByWeights,
}

impl Debug for Weighted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Weighted").field("weights", &self.weights).finish_non_exhaustive()
    }
}

impl OfAll for Weighted {
    fn reach_s(&self) -> f64 {
        self.weights.reach_s()
    }

    fn all(&self, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>> {
        (self.all)(&self.weights, over, doubts)
    }
}

/// A measure over all rows by the decay function that is given.
fn by_weights(given: &mut Parameters<'_>, all: ByWeights) -> Option<Form> {
    Some(Form::All(Box::new(Weighted { weights: weights(given)?, all })))
}

/// Σⱼ vⱼ·f(cᵢⱼ).
pub(super) fn weighted(row: TimesRow<'_>, weights: &Weights, values: &[f64]) -> f64 {
    row.iter().map(|(to, cost_s)| values[to] * weights.at(cost_s)).sum()
}

/// Σⱼ f(cᵢⱼ).
fn total_weight(row: TimesRow<'_>, weights: &Weights) -> f64 {
    row.iter().map(|(_, cost_s)| weights.at(cost_s)).sum()
}

/// x / y, and 0 where nothing is to be shared.
fn share(x: f64, y: f64) -> f64 {
    if y > 0.0 { x / y } else { 0.0 }
}

/// Σₖ pₖ·f(cₖⱼ) by destination.
fn wanted(over: &Over<'_>, weights: &Weights, people: &[f64]) -> Result<Vec<f64>> {
    by_column(over.rows, over.executor, |from, row, sums| {
        for (to, cost_s) in row.iter() {
            sums[to] += people[from as usize] * weights.at(cost_s);
        }
    })
}

/// `oⱼ / dⱼ`, 0 where nobody wants it.
fn shares(supply: &[f64], wanted: &[f64]) -> Vec<f64> {
    supply.iter().zip(wanted).map(|(&o, &d)| share(o, d)).collect()
}

/// [`shares`] of opportunities; says how many nobody wants.
fn claimed(supply: &[f64], wanted: &[f64], doubts: &mut Vec<Doubt>) -> Vec<f64> {
    let lost: f64 = supply.iter().zip(wanted).filter(|(_, wanted)| **wanted <= 0.0).map(|(o, _)| o).sum();
    unclaimed(lost, supply.iter().sum(), doubts);
    shares(supply, wanted)
}

/// Says how many opportunities nobody wants, if any.
fn unclaimed(lost: f64, all: f64, doubts: &mut Vec<Doubt>) {
    if lost > 0.0 {
        doubts.push(Doubt { kind: UNCLAIMED, what: format!("{lost} of {all}") });
    }
}

/// A number in a column's name: `2_5` for 2.5.
pub(super) fn in_name(number: f64) -> String {
    number.to_string().replace('.', "_")
}

/// The decay function of a measure over all rows, ready for times up to the longest profile's.
fn weights(given: &mut Parameters<'_>) -> Option<Weights> {
    super::decay::read(given).map(|decay| Weights::new(Arc::new(BoundedBelow(decay)), LOOKED_UP_S))
}

/// A decay function whose weights below this are 0: their squares and quotients would leave what numbers can be.
#[derive(Debug)]
struct BoundedBelow(Box<dyn Decay>);

const LEAST: f64 = 1e-100;

impl Decay for BoundedBelow {
    fn weight(&self, seconds: f64) -> f64 {
        Some(self.0.weight(seconds)).filter(|&weight| weight >= LEAST).unwrap_or(0.0)
    }

    fn reach_s(&self) -> f64 {
        self.0.reach_s()
    }
}

/// Two hours: of longer times the weight is computed when asked for.
const LOOKED_UP_S: u32 = 7200;
