//! Two-step floating catchments that leave unused what lies far from everybody.

use super::{Doubt, Form, MeasureKind, Over, claimed, wanted};
use crate::base::error::Result;
use crate::measures::decay::Weights;
use crate::measures::parameters::Parameters;
use crate::measures::rows::value_by_row;

pub const KIND: MeasureKind = MeasureKind {
    name: "m2sfca",
    formula: "Aᵢ = Σⱼ Oⱼ·f(cᵢⱼ)² / Σₖ Pₖ·f(cₖⱼ)",
    source: "Delamater 2013",
    unit: "opportunities a person",
    decay: true,
    demand: true,
    parameters: &[],
    purpose: "as e2sfca, where even those who need not share a place have the less of it the farther it lies: \
              Σᵢ Pᵢ·Aᵢ falls short of what can be reached of O by what distance wastes",
    elsewhere: "no other of the tools we know has it",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    super::by_weights(given, all)
}

fn all(weights: &Weights, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>> {
    let ratios = claimed(over.supply, &wanted(over, weights, over.demand)?, doubts);
    let access = value_by_row(over.rows, over.executor, |_, row| {
        row.iter().map(|(to, cost_s)| ratios[to] * weights.at(cost_s).powi(2)).sum()
    })?;
    Ok(vec![access])
}
