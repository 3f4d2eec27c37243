//! How long it takes to reach so many opportunities.

use super::costs::time_until;
use super::{Form, MeasureKind, OfRow, in_name};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};
use crate::measures::rows::TimesRow;

pub const KIND: MeasureKind = MeasureKind {
    name: "dual",
    formula: "the least T with Σⱼ Oⱼ·[cᵢⱼ ≤ T] ≥ X; infinite if there is none",
    source: "Cui & Levinson 2020",
    unit: "s; less is better",
    decay: false,
    demand: false,
    parameters: &[param("amounts", Unset::Must, "how many opportunities X; one result each")],
    purpose: "access in minutes, which everybody understands, for a need of known size",
    elsewhere: "R package accessibility: `cost_to_closest` with n above 1; R5: dual accessibility",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    Some(Form::Row(Box::new(Dual { amounts: given.numbers("amounts", ParameterRange::AboveZero, true)? })))
}

#[derive(Debug)]
struct Dual {
    amounts: Vec<f64>,
}

impl OfRow for Dual {
    fn words(&self) -> Vec<String> {
        self.amounts.iter().map(|&amount| format!("{}_s", in_name(amount))).collect()
    }

    fn row(&self, row: TimesRow<'_>, columns: &[&[f64]], _: f64, out: &mut Vec<f64>) {
        for &amount in &self.amounts {
            // A hair less, so that ten times 0.1 is 1.
            out.push(time_until(row, columns[0], |sum| sum >= amount * (1.0 - 1e-12)));
        }
    }
}
