//! Spatial interaction with the supply held: each place's opportunities are shared out in full.

use super::spatial_availability::AvailabilityShares;
use super::{Form, MeasureKind};
use crate::measures::parameters::Parameters;

pub const KIND: MeasureKind = MeasureKind {
    name: "singly_constrained",
    formula: "Vᵢ = Σⱼ Oⱼ·Pᵢ·f(cᵢⱼ) / Σₖ Pₖ·f(cₖⱼ); passive: Mⱼ = Σᵢ Pᵢ·Oⱼ·f(cᵢⱼ) / Σₖ Oₖ·f(cᵢₖ)",
    source: "Wilson 1971; Soukhov et al. 2025",
    unit: "opportunities; passive: people",
    decay: true,
    demand: true,
    parameters: &[],
    purpose: "as spatial_availability with α = 1, in the family of Wilson's models",
    elsewhere: "R package accessibility: `constrained_accessibility`, \"singly\"",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    Some(Form::All(Box::new(AvailabilityShares { weights: super::weights(given)?, alpha: 1.0 })))
}
