//! Balanced floating catchments: nobody and nothing is counted twice.

use super::{Doubt, Form, MeasureKind, Over, claimed, share, shares, total_weight};
use crate::base::error::Result;
use crate::measures::decay::Weights;
use crate::measures::parameters::Parameters;
use crate::measures::rows::{by_column, value_by_row};

pub const KIND: MeasureKind = MeasureKind {
    name: "bfca",
    formula: "uᵢⱼ = f(cᵢⱼ) / Σₖ f(cᵢₖ); vᵢⱼ = f(cᵢⱼ) / Σₖ f(cₖⱼ); Rⱼ = Oⱼ / Σₖ Pₖ·uₖⱼ; Aᵢ = Σⱼ Rⱼ·vᵢⱼ",
    source: "Páez, Higgins & Vivona 2019",
    unit: "opportunities a person",
    decay: true,
    demand: true,
    parameters: &[],
    purpose: "as 2sfca, without inflating demand and supply where catchments overlap",
    elsewhere: "R package accessibility: `floating_catchment_area`, method \"bfca\"",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    super::by_weights(given, all)
}

fn all(weights: &Weights, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>> {
    let Over { rows, supply, demand, executor } = *over;
    let wanted = by_column(rows, executor, |from, row, sums| {
        let people = share(demand[from as usize], total_weight(row, weights));
        for (to, cost_s) in row.iter() {
            sums[to] += people * weights.at(cost_s);
        }
    })?;
    let everywhere = vec![1.0; rows.origins()];
    let ratios = shares(&claimed(supply, &wanted, doubts), &super::wanted(over, weights, &everywhere)?);
    Ok(vec![value_by_row(rows, executor, |_, row| super::weighted(row, weights, &ratios))?])
}
