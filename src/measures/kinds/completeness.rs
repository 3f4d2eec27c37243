//! How many kinds of things lie within x minutes.

use super::{Form, MeasureKind, OfRow, in_name};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};
use crate::measures::rows::TimesRow;

pub const KIND: MeasureKind = MeasureKind {
    name: "completeness",
    formula: "the number, and the share, of the categories (the columns of `of`) with Σⱼ Oⱼ·[cᵢⱼ ≤ T] ≥ at_least",
    source: "Moreno et al. 2021; Logan et al. 2022",
    unit: "categories; 0 to 1",
    decay: false,
    demand: false,
    parameters: &[
        param("cutoffs_min", Unset::Must, "the limits T; one pair of results each"),
        param("at_least", Unset::Number(1.0), "what there must be of a category"),
    ],
    purpose: "the 15-minute city: is all of daily life near? By mode: a profile each",
    elsewhere: "definitions differ from study to study: the categories are yours",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    let (cutoffs, at_least) = (
        given.numbers("cutoffs_min", ParameterRange::AboveZero, true),
        given.number("at_least", ParameterRange::AboveZero),
    );
    Some(Form::Row(Box::new(Completeness { cutoffs_min: cutoffs?, at_least: at_least? })))
}

#[derive(Debug)]
struct Completeness {
    cutoffs_min: Vec<f64>,
    at_least: f64,
}

impl OfRow for Completeness {
    fn words(&self) -> Vec<String> {
        let words = |cutoff: &f64| {
            let cutoff = in_name(*cutoff);
            [format!("{cutoff}min_count"), format!("{cutoff}min_share")]
        };
        self.cutoffs_min.iter().flat_map(words).collect()
    }

    fn reach_s(&self) -> f64 {
        60.0 * self.cutoffs_min.iter().copied().fold(0.0, f64::max)
    }

    fn across(&self) -> bool {
        true
    }

    fn row(&self, row: TimesRow<'_>, columns: &[&[f64]], _: f64, out: &mut Vec<f64>) {
        for cutoff in &self.cutoffs_min {
            let there = |values: &&&[f64]| {
                let within = row.iter().filter(|&(_, cost_s)| cost_s <= 60.0 * cutoff);
                within.map(|(to, _)| values[to]).sum::<f64>() >= self.at_least
            };
            let count = columns.iter().filter(there).count() as f64;
            out.extend([count, count / columns.len() as f64]);
        }
    }
}
