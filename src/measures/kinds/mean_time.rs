//! How long it takes on average, to all of those that are reached in time.

use std::sync::Arc;

use super::{Form, MeasureKind, OfSums, share};
use crate::measures::decay::{Decay, Step};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: MeasureKind = MeasureKind {
    name: "mean_time",
    formula: "arriving_s = Σⱼ Oⱼ·cᵢⱼ·[cᵢⱼ ≤ T] / Σⱼ Oⱼ·[cᵢⱼ ≤ T]; arriving_share = Σⱼ Oⱼ·[cᵢⱼ ≤ T] / Σⱼ Oⱼ; s = \
              arriving_s if all arrive (share 1), else infinite; as mean the sums run over departures, too",
    source: "Gutiérrez, González & Gómez 1996 (location indicator)",
    unit: "s, less is better; 0 to 1",
    decay: false,
    demand: false,
    parameters: &[param("within_min", Unset::Must, "the longest time T that counts as arriving")],
    purpose: "how long journeys take: of those that arrive, with the share that do, and of all. Read the first with the \
              second: where fewer arrive, those that still do are often the quick ones",
    elsewhere: "other tools average over what arrives and leave out the share",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Form> {
    Some(Form::OfSums(Box::new(MeanTime {
        longest_s: 60.0 * given.number("within_min", ParameterRange::AboveZero)?,
    })))
}

#[derive(Debug)]
struct MeanTime {
    longest_s: f64,
}

/// The time as a share of the longest.
#[derive(Debug)]
struct ShareOfLongest {
    longest_s: f64,
}

impl Decay for ShareOfLongest {
    fn weight(&self, seconds: f64) -> f64 {
        if seconds <= self.longest_s { seconds / self.longest_s } else { 0.0 }
    }

    fn reach_s(&self) -> f64 {
        self.longest_s
    }
}

/// Sums of all opportunities and of those that arrive run in other orders.
const ALL: f64 = 1.0 - 1e-12;

impl OfSums for MeanTime {
    fn sums(&self) -> Vec<(String, Arc<dyn Decay>)> {
        let longest_s = self.longest_s;
        let arrive: Arc<dyn Decay> = Arc::new(Step { cutoff_s: longest_s });
        vec![
            ("s".to_string(), arrive.clone()),
            ("arriving_s".to_string(), Arc::new(ShareOfLongest { longest_s })),
            ("arriving_share".to_string(), arrive),
        ]
    }

    fn close(&self, sums: &mut [f64], all: f64) {
        let (times, arrive) = (sums[1], sums[2]);
        if arrive.is_nan() {
            return;
        }
        let mean_s = if arrive > 0.0 { self.longest_s * (times / arrive) } else { f64::INFINITY };
        let share = share(arrive, all).min(1.0);
        sums.copy_from_slice(&[if share < ALL { f64::INFINITY } else { mean_s }, mean_s, share]);
    }
}
