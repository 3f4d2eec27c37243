//! Two-step floating catchments with any decay.

use super::{Doubt, Form, MeasureKind, Over, claimed, wanted, weighted};
use crate::base::error::Result;
use crate::measures::decay::Weights;
use crate::measures::parameters::Parameters;
use crate::measures::rows::value_by_row;

pub const KIND: MeasureKind = MeasureKind {
    name: "e2sfca",
    formula: "Rⱼ = Oⱼ / Σₖ Pₖ·f(cₖⱼ); Aᵢ = Σⱼ Rⱼ·f(cᵢⱼ)",
    source: "Luo & Qi 2009 (stepped); Shen 1998 (any decay); Dai 2010 (gaussian)",
    unit: "opportunities a person",
    decay: true,
    demand: true,
    parameters: &[],
    purpose: "as 2sfca, without its sharp edge",
    elsewhere: "R package accessibility: method \"2sfca\" with that decay; KD2SFCA is this with a kernel",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    super::by_weights(given, all)
}

pub(super) fn all(weights: &Weights, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>> {
    let ratios = claimed(over.supply, &wanted(over, weights, over.demand)?, doubts);
    Ok(vec![value_by_row(over.rows, over.executor, |_, row| weighted(row, weights, &ratios))?])
}
