//! The utility that all places together are expected to have.

use std::sync::Arc;

use super::{Form, MeasureKind, OfRow, weighted};
use crate::measures::decay::{Decay, Weights};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};
use crate::measures::rows::TimesRow;

pub const KIND: MeasureKind = MeasureKind {
    name: "logsum",
    formula: "Aᵢ = ln(Σₘ Σⱼ Oⱼ·exp(μ·Vᵢⱼₘ)) / μ over modes m, Vᵢⱼₘ = −rate·cᵢⱼₘ; −infinite where nothing is reached",
    source: "Ben-Akiva & Lerman 1985",
    unit: "utility; divided by the rate it is minutes",
    decay: false,
    demand: false,
    parameters: &[
        param("rate_per_min", Unset::Must, "what a minute costs, in utility"),
        param("scale", Unset::Number(1.0), "μ, the scale of the choice"),
    ],
    purpose: "benefits of a plan in the terms of transport models: differences matter, not levels",
    elsewhere: "modes are the profiles of a study, or the matrices of `isokron access`; within a profile the best of its \
                modes counts",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    let (rate, scale) = (
        given.number("rate_per_min", ParameterRange::AboveZero),
        given.number("scale", ParameterRange::AboveZero),
    );
    let (rate, scale) = (rate?, scale?);
    let decay = Arc::new(Utility { per_s: rate * scale / 60.0 });
    Some(Form::Row(Box::new(Logsum { weights: Weights::new(decay, super::LOOKED_UP_S), scale })))
}

/// exp(μ·V).
#[derive(Debug)]
struct Utility {
    per_s: f64,
}

impl Decay for Utility {
    fn weight(&self, seconds: f64) -> f64 {
        (-self.per_s * seconds).exp()
    }
}

#[derive(Debug)]
struct Logsum {
    weights: Weights,
    scale: f64,
}

impl OfRow for Logsum {
    fn words(&self) -> Vec<String> {
        vec![String::new()]
    }

    /// The sum over places and modes is the sum over modes of the sums over places.
    fn over_modes(&self, values: &[f64]) -> Option<f64> {
        let sum: f64 = values.iter().map(|value| (self.scale * value).exp()).sum();
        Some(sum.ln() / self.scale)
    }

    fn row(&self, row: TimesRow<'_>, columns: &[&[f64]], _: f64, out: &mut Vec<f64>) {
        out.push(weighted(row, &self.weights, columns[0]).ln() / self.scale);
    }
}
