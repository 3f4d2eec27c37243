//! Two-step floating catchments with any decay.

use super::{Form, MeasureKind, shares, weighted};
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::measures::decay::Weights;
use crate::measures::given::Given;
use crate::measures::rows::{Rows, by_column, value_by_row};

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

fn make(given: &mut Given<'_>) -> Option<Form> {
    super::by_weights(given, all)
}

pub(super) fn all(
    weights: &Weights,
    rows: &dyn Rows,
    supply: &[f64],
    demand: &[f64],
    watch: &dyn Watch,
) -> Result<Vec<Vec<f64>>> {
    let wanted = by_column(rows, watch, |from, row, sums| {
        for (to, cost_s) in row.iter() {
            sums[to] += demand[from as usize] * weights.at(cost_s);
        }
    })?;
    let ratios = shares(supply, &wanted);
    Ok(vec![value_by_row(rows, watch, |_, row| weighted(row, weights, &ratios))?])
}
