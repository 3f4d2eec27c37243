//! How far the nearest places are that have any opportunity at all.

use super::{Form, MeasureKind, OfRow};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};
use crate::measures::rows::TimesRow;

pub const KIND: MeasureKind = MeasureKind {
    name: "nearest",
    formula: "the n-th smallest cᵢⱼ over places with Oⱼ > 0; infinite if there are fewer",
    source: "Pacione 1989; Geurs & van Wee 2004",
    unit: "s; less is better",
    decay: false,
    demand: false,
    parameters: &[param("n", Unset::Number(1.0), "which place: 1 is the nearest; one result each")],
    purpose: "services of which one is enough, or a choice of n",
    elsewhere: "R package accessibility: `cost_to_closest`, n = 1; with n above 1 it counts opportunities, not \
                places: `dual`",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    let n = if given.has("n") { given.numbers("n", ParameterRange::AboveZero, true)? } else { vec![1.0] };
    if let Some(part) = n.iter().find(|n| n.fract() != 0.0 || **n > 1e6) {
        given.wrong("n", format!("has {part}"), "write whole numbers");
        return None;
    }
    Some(Form::Row(Box::new(Nearest { n: n.into_iter().map(|n| n as usize).collect() })))
}

#[derive(Debug)]
struct Nearest {
    n: Vec<usize>,
}

impl OfRow for Nearest {
    fn words(&self) -> Vec<String> {
        self.n.iter().map(|n| format!("{n}_s")).collect()
    }

    fn row(&self, row: TimesRow<'_>, columns: &[&[f64]], _: f64, out: &mut Vec<f64>) {
        let mut costs_s: Vec<f64> =
            row.iter().filter(|&(to, _)| columns[0][to] > 0.0).map(|(_, cost_s)| cost_s).collect();
        for &n in &self.n {
            out.push(match costs_s.len() < n {
                true => f64::INFINITY,
                false => *costs_s.select_nth_unstable_by(n - 1, f64::total_cmp).1,
            });
        }
    }
}
