//! Spatial interaction with only the total held.

use super::{Doubt, Form, MeasureKind, Over, share, unclaimed, weighted};
use crate::base::error::Result;
use crate::measures::decay::Weights;
use crate::measures::parameters::Parameters;
use crate::measures::rows::value_by_row;

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

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    super::by_weights(given, all)
}

fn all(weights: &Weights, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>> {
    let Over { rows, supply, executor, .. } = *over;
    let mut access = value_by_row(rows, executor, |_, row| weighted(row, weights, supply))?;
    let sum: f64 = access.iter().filter(|value| !value.is_nan()).sum();
    let total: f64 = supply.iter().sum();
    if sum == 0.0 {
        unclaimed(total, total, doubts);
    }
    let scale = share(total, sum);
    for value in &mut access {
        *value *= scale;
    }
    Ok(vec![access])
}
