//! The user's own points with straight lines between.

use super::{Decay, DecayKind};
use crate::measures::parameters::{ParameterRange, Parameters, Unset, param};

pub const KIND: DecayKind = DecayKind {
    name: "table",
    formula: "straight between the points given; the first weight before them, 0 after them",
    source: "the user's own",
    parameters: &[
        param("at_min", Unset::Must, "minutes of the points, rising"),
        param("weights", Unset::Must, "their weights, 0 to 1"),
    ],
    elsewhere: "",
    make,
};

fn make(given: &mut Parameters<'_>) -> Option<Box<dyn Decay>> {
    let points =
        given.rising_pairs("at_min", ParameterRange::ZeroOrMore, "weights", ParameterRange::Weight)?;
    Some(Box::new(DecayTable {
        points_s: points.into_iter().map(|(at, weight)| (60.0 * at, weight)).collect(),
    }))
}

/// At least one point.
#[derive(Debug)]
struct DecayTable {
    points_s: Vec<(f64, f64)>,
}

impl Decay for DecayTable {
    fn weight(&self, seconds: f64) -> f64 {
        let after = self.points_s.partition_point(|&(at, _)| at < seconds);
        match (after.checked_sub(1).map(|i| self.points_s[i]), self.points_s.get(after)) {
            (_, None) => 0.0,
            (None, Some(&(_, weight))) => weight,
            (Some((from, high)), Some(&(to, low))) => high + (low - high) * (seconds - from) / (to - from),
        }
    }

    fn reach_s(&self) -> f64 {
        self.points_s.last().map_or(0.0, |&(at, _)| at)
    }
}
