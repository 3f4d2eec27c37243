//! Three-step floating catchments: people spread over what they can choose from.

use super::{Doubt, Form, MeasureKind, Over, claimed, share, weighted};
use crate::base::error::Result;
use crate::measures::decay::Weights;
use crate::measures::parameters::Parameters;
use crate::measures::rows::{by_column, value_by_row};

pub const KIND: MeasureKind = MeasureKind {
    name: "3sfca",
    formula: "Gᵢⱼ = f(cᵢⱼ) / Σₖ f(cᵢₖ) over places k with Oₖ > 0; Rⱼ = Oⱼ / Σₖ Gₖⱼ·Pₖ·f(cₖⱼ); Aᵢ = Σⱼ Gᵢⱼ·Rⱼ·f(cᵢⱼ)",
    source: "Wan, Zou & Sternberg 2012",
    unit: "opportunities a person",
    decay: true,
    demand: true,
    parameters: &[],
    purpose: "as e2sfca, where choice among many makes each less crowded; a place without opportunities is no choice",
    elsewhere: "no other of the tools we know has it",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    super::by_weights(given, all)
}

fn all(weights: &Weights, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>> {
    let Over { rows, supply, demand, executor } = *over;
    // A place without opportunities is no choice.
    let there: Vec<f64> = supply.iter().map(|&o| if o > 0.0 { 1.0 } else { 0.0 }).collect();
    let wanted = by_column(rows, executor, |from, row, sums| {
        let people = share(demand[from as usize], weighted(row, weights, &there));
        for (to, cost_s) in row.iter() {
            let weight = weights.at(cost_s);
            sums[to] += people * weight * weight;
        }
    })?;
    let ratios = claimed(supply, &wanted, doubts);
    let access = value_by_row(rows, executor, |_, row| {
        let squares = row.iter().map(|(to, cost_s)| ratios[to] * weights.at(cost_s).powi(2));
        share(squares.sum(), weighted(row, weights, &there))
    })?;
    Ok(vec![access])
}
