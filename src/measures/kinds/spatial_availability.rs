//! Every opportunity is shared out among all who want it.

use super::{Doubt, Form, MeasureKind, OfAll, Over, claimed, wanted, weighted};
use crate::base::error::Result;
use crate::measures::decay::Weights;
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};
use crate::measures::rows::{TimesRow, value_by_row};

pub const KIND: MeasureKind = MeasureKind {
    name: "spatial_availability",
    formula: "Vᵢ = Σⱼ Oⱼ·Pᵢ^α·f(cᵢⱼ) / Σₖ Pₖ^α·f(cₖⱼ)",
    source: "Soukhov, Páez, Higgins & Mohamed 2023",
    unit: "opportunities",
    decay: true,
    demand: true,
    parameters: &[param("alpha", Unset::Number(1.0), "how strongly the number of people draws, α")],
    purpose: "who gets what: Σᵢ Vᵢ is the sum of all opportunities that anybody reaches",
    elsewhere: "R package accessibility: `spatial_availability`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    let (weights, alpha) = (super::weights(given), given.number("alpha", ParameterRange::AboveZero));
    Some(Form::All(Box::new(AvailabilityShares { weights: weights?, alpha: alpha? })))
}

#[derive(Debug)]
pub(super) struct AvailabilityShares {
    pub weights: Weights,
    pub alpha: f64,
}

impl OfAll for AvailabilityShares {
    fn reach_s(&self) -> f64 {
        self.weights.reach_s()
    }

    fn all(&self, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>> {
        let drawn: Vec<f64> = over.demand.iter().map(|people| people.powf(self.alpha)).collect();
        let ratios = claimed(over.supply, &wanted(over, &self.weights, &drawn)?, doubts);
        let got = |from: u32, row: TimesRow<'_>| drawn[from as usize] * weighted(row, &self.weights, &ratios);
        Ok(vec![value_by_row(over.rows, over.executor, got)?])
    }
}
