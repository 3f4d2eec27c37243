//! How long it takes until there is as much as there are people at home.

use super::costs::time_until;
use super::{Form, MeasureKind, OfRow};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};
use crate::measures::rows::TimesRow;

pub const KIND: MeasureKind = MeasureKind {
    name: "balancing",
    formula: "the least T on the grid 0, step, 2·step … with Σⱼ Oⱼ·[cᵢⱼ ≤ T] ≥ Pᵢ (or > Pᵢ); 0 where Pᵢ = 0; \
              infinite if there is none",
    source: "Barboza et al. 2021",
    unit: "s; less is better",
    decay: false,
    demand: true,
    parameters: &[
        param("step_min", Unset::Number(1.0), "the grid of T; 0: to the second"),
        param("rule", Unset::Word("at_least"), "at_least: as many as people, as the paper says; more_than"),
    ],
    purpose: "how far one must look for as many jobs as people live here",
    elsewhere: "R package accessibility: `balancing_cost` asks for more than Pᵢ: rule = \"more_than\"",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    let (step, rule) = (
        given.number("step_min", ParameterRange::ZeroOrMore),
        given.choice("rule", &["at_least", "more_than"]),
    );
    Some(Form::Row(Box::new(Balancing { step_s: 60.0 * step?, strict: rule? == 1 })))
}

#[derive(Debug)]
struct Balancing {
    step_s: f64,
    strict: bool,
}

impl OfRow for Balancing {
    fn words(&self) -> Vec<String> {
        vec!["s".to_string()]
    }

    fn row(&self, row: TimesRow<'_>, columns: &[&[f64]], demand: f64, out: &mut Vec<f64>) {
        if demand == 0.0 {
            out.push(0.0);
            return;
        }
        let time_s =
            time_until(row, columns[0], |sum| if self.strict { sum > demand } else { sum >= demand });
        out.push(match self.step_s > 0.0 && time_s.is_finite() {
            // A hair less, so that a time on the grid stays there.
            true => (time_s / self.step_s - 1e-9).ceil().max(0.0) * self.step_s,
            false => time_s,
        });
    }
}
