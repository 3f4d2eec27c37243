//! All there is, each the less the farther it lies.

use super::{Form, MeasureKind};
use crate::measures::decay;
use crate::measures::parameters::Parameters;

pub const KIND: MeasureKind = MeasureKind {
    name: "gravity",
    formula: "Aᵢ = Σⱼ Oⱼ·f(cᵢⱼ)",
    source: "Hansen 1959",
    unit: "opportunities, weighted",
    decay: true,
    demand: false,
    parameters: &[],
    purpose: "no sharp edge; the decay should come from how people travel",
    elsewhere: "R package accessibility: `gravity`; R5: decay functions of any access",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    Some(Form::Sums(vec![(String::new(), decay::read(given)?.into())]))
}
