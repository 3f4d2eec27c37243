//! Balanced floating catchments: nobody and nothing is counted twice.

use super::{Form, MeasureKind, share, total_weight};
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::measures::decay::Weights;
use crate::measures::given::Given;
use crate::measures::rows::{Rows, by_column, value_by_row};

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
            sums[to] += people * weights.at(cost_s);
        }
    })?;
    let totals = by_column(rows, watch, |_, row, sums| {
        for (to, cost_s) in row.iter() {
            sums[to] += weights.at(cost_s);
        }
    })?;
    let each = supply.iter().zip(&wanted).zip(&totals);
    let ratios: Vec<f64> = each.map(|((&o, &d), &total)| share(share(o, d), total)).collect();
    Ok(vec![value_by_row(rows, watch, |_, row| super::weighted(row, weights, &ratios))?])
}
