//! Three-step floating catchments: people spread over what they can choose from.

use super::{Form, MeasureKind, share, shares, total_weight};
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::measures::decay::Weights;
use crate::measures::given::Given;
use crate::measures::rows::{Rows, by_column, value_by_row};

pub const KIND: MeasureKind = MeasureKind {
    name: "3sfca",
    formula: "Gᵢⱼ = f(cᵢⱼ) / Σₖ f(cᵢₖ); Rⱼ = Oⱼ / Σₖ Gₖⱼ·Pₖ·f(cₖⱼ); Aᵢ = Σⱼ Gᵢⱼ·Rⱼ·f(cᵢⱼ)",
    source: "Wan, Zou & Sternberg 2012",
    unit: "opportunities a person",
    decay: true,
    demand: true,
    parameters: &[],
    purpose: "as e2sfca, where choice among many makes each less crowded; choice counts all places, also those \
              without opportunities",
    elsewhere: "no other of the tools we know has it",
    make,
};

fn make(given: &mut Given<'_>) -> Option<Form> {
    super::by_weights(given, all)
}

fn all(
    weights: &Weights,
    rows: &dyn Rows,
    supply: &[f64],
    demand: &[f64],
    watch: &dyn Watch,
) -> Result<Vec<Vec<f64>>> {
    let wanted = by_column(rows, watch, |from, row, sums| {
        let people = share(demand[from as usize], total_weight(row, weights));
        for (to, cost_s) in row.iter() {
            let weight = weights.at(cost_s);
            sums[to] += people * weight * weight;
        }
    })?;
    let ratios = shares(supply, &wanted);
    let access = value_by_row(rows, watch, |_, row| {
        let squares = row.iter().map(|(to, cost_s)| ratios[to] * weights.at(cost_s).powi(2));
        share(squares.sum(), total_weight(row, weights))
    })?;
    Ok(vec![access])
}
