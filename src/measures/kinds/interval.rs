//! What lies within a time, summed up over many limits.

use std::sync::Arc;

use super::{Form, MeasureKind, OfRow};
use crate::measures::decay::Decay;
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};
use crate::measures::rows::TimesRow;

pub const KIND: MeasureKind = MeasureKind {
    name: "interval",
    formula: "Aᵢ = summary over T = from, from + step, … ≤ to of Σⱼ Oⱼ·[cᵢⱼ ≤ T]",
    source: "Tomasiello et al. 2023",
    unit: "opportunities",
    decay: false,
    demand: false,
    parameters: &[
        param("from_min", Unset::Must, "the shortest limit"),
        param("to_min", Unset::Must, "the longest limit"),
        param("step_min", Unset::Number(1.0), "from one limit to the next"),
        param(
            "summary",
            Unset::Word("median"),
            "median, mean, min or max; of an even number the median is the mean of the middle two",
        ),
    ],
    purpose: "where no single limit can be defended",
    elsewhere: "R package accessibility: `cumulative_interval`, which cuts the result down to a whole number",
    make,
};

/// A limit a second, for a day and a half.
const MOST_LIMITS: f64 = 129_600.0;

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    let (from, to) = (
        given.number("from_min", ParameterRange::AboveZero),
        given.number("to_min", ParameterRange::AboveZero),
    );
    let (step, summary) = (
        given.number("step_min", ParameterRange::AboveZero),
        given.choice("summary", &["median", "mean", "min", "max"]),
    );
    let (from, to, step, summary) = (from?, to?, step?, summary?);
    if to < from {
        given.wrong("to_min", format!("is {to}, below from_min"), "write the longer limit");
        return None;
    }
    if (to - from) / step > MOST_LIMITS {
        given.wrong("step_min", format!("is {step}: too many limits"), "write a longer step");
        return None;
    }
    // A hair more, so that 0.1 ten times is 1.
    let limits = ((to - from) / step + 1e-9).floor() as usize + 1;
    let limits_s: Vec<f64> = (0..limits).map(|k| 60.0 * (from + k as f64 * step)).collect();
    Some(match summary {
        1 => Form::Sums(vec![(String::new(), Arc::new(Mean { limits_s }))]),
        _ => Form::Row(Box::new(TimeIntervals { limits_s, summary })),
    })
}

/// The mean over limits of what lies within is a sum with a decay: the share of the limits not yet passed.
#[derive(Debug)]
struct Mean {
    limits_s: Vec<f64>,
}

impl Decay for Mean {
    fn weight(&self, seconds: f64) -> f64 {
        let passed = self.limits_s.partition_point(|&limit| limit < seconds);
        (self.limits_s.len() - passed) as f64 / self.limits_s.len() as f64
    }

    fn reach_s(&self) -> f64 {
        self.limits_s.last().copied().unwrap_or_default()
    }
}

#[derive(Debug)]
struct TimeIntervals {
    limits_s: Vec<f64>,
    summary: usize,
}

impl OfRow for TimeIntervals {
    fn words(&self) -> Vec<String> {
        vec![String::new()]
    }

    fn reach_s(&self) -> f64 {
        self.limits_s.last().copied().unwrap_or_default()
    }

    fn row(&self, row: TimesRow<'_>, columns: &[&[f64]], _: f64, out: &mut Vec<f64>) {
        let limits = self.limits_s.len();
        let mut within = vec![0.0; limits + 1];
        for (to, cost_s) in row.iter() {
            within[self.limits_s.partition_point(|&limit| limit < cost_s)] += columns[0][to];
        }
        for k in 1..limits {
            within[k] += within[k - 1];
        }
        // Within longer limits there is never less: the values are in order.
        out.push(match self.summary {
            0 if limits.is_multiple_of(2) => (within[limits / 2 - 1] + within[limits / 2]) / 2.0,
            0 => within[limits / 2],
            2 => within[0],
            _ => within[limits - 1],
        });
    }
}
