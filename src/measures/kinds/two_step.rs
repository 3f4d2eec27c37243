//! Two-step floating catchments with a sharp edge.

use std::sync::Arc;

use super::e2sfca::all;
use super::{Form, LOOKED_UP_S, MeasureKind, Weighted};
use crate::measures::decay::{Step, Weights};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: MeasureKind = MeasureKind {
    name: "2sfca",
    formula: "Rⱼ = Oⱼ / Σₖ Pₖ·[cₖⱼ ≤ T]; Aᵢ = Σⱼ Rⱼ·[cᵢⱼ ≤ T]",
    source: "Luo & Wang 2003",
    unit: "opportunities a person",
    decay: false,
    demand: true,
    parameters: &[param("catchment_min", Unset::Must, "the edge T of the catchment")],
    purpose: "services with limited room, such as care: others want the same",
    elsewhere: "R package accessibility: `floating_catchment_area`, method \"2sfca\", with decay_binary; its other \
                decays are `e2sfca` here. Σᵢ Pᵢ·Aᵢ is what can be reached of O",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    let step = Step { cutoff_s: 60.0 * given.number("catchment_min", ParameterRange::AboveZero)? };
    let weights = Weights::new(Arc::new(step), LOOKED_UP_S);
    Some(Form::All(Box::new(Weighted { weights, all })))
}
