//! How much lies within a time.

use std::sync::Arc;

use super::{Form, MeasureKind, in_name};
use crate::measures::decay::{Decay, Step};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: MeasureKind = MeasureKind {
    name: "cumulative",
    formula: "Aᵢ = Σⱼ Oⱼ·[cᵢⱼ ≤ T]",
    source: "Wickstrom 1971; Ingram 1971",
    unit: "opportunities",
    decay: false,
    demand: false,
    parameters: &[param("cutoffs_min", Unset::Must, "the limits T; one result each")],
    purpose: "what most people understand at once; blind to what lies just beyond T",
    elsewhere: "R package accessibility: `cumulative_cutoff`; R5's step leaves out c = T: gravity with step_below",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    let cutoffs = given.numbers("cutoffs_min", ParameterRange::AboveZero, true)?;
    let sums = cutoffs.into_iter().map(|cutoff| {
        let decay: Arc<dyn Decay> = Arc::new(Step { cutoff_s: 60.0 * cutoff });
        (format!("{}min", in_name(cutoff)), decay)
    });
    Some(Form::Sums(sums.collect()))
}
