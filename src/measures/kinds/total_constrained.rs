//! Spatial interaction with only the total held.

use super::{Form, MeasureKind, share, weighted};
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::measures::decay::Weights;
use crate::measures::given::Given;
use crate::measures::rows::{Rows, value_by_row};

pub const KIND: MeasureKind = MeasureKind {
    name: "total_constrained",
    formula: "Vᵢ = (Σⱼ Oⱼ)·Σⱼ Oⱼ·f(cᵢⱼ) / Σᵢ Σⱼ Oⱼ·f(cᵢⱼ)",
    source: "Wilson 1971; Soukhov et al. 2025",
    unit: "opportunities",
    decay: true,
    demand: false,
    parameters: &[],
    purpose: "gravity in units that add up to all opportunities",
    elsewhere: "R package accessibility: `constrained_accessibility`, \"total\"",
    make,
};

fn make(given: &mut Given<'_>) -> Option<Form> {
    super::by_weights(given, all)
}

fn all(
    weights: &Weights,
    rows: &dyn Rows,
    supply: &[f64],
    _: &[f64],
    watch: &dyn Watch,
) -> Result<Vec<Vec<f64>>> {
    let mut access = value_by_row(rows, watch, |_, row| weighted(row, weights, supply))?;
    let sum: f64 = access.iter().filter(|value| !value.is_nan()).sum();
    let scale = share(supply.iter().sum(), sum);
    for value in &mut access {
        *value *= scale;
    }
    Ok(vec![access])
}
