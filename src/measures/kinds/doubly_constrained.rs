//! Spatial interaction with both ends held: all people go somewhere, all places are filled.

use super::{Form, MeasureKind, OfAll, share, weighted};
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::measures::decay::Weights;
use crate::measures::given::Given;
use crate::measures::rows::{Rows, by_column, value_by_row};

pub const KIND: MeasureKind = MeasureKind {
    name: "doubly_constrained",
    formula: "Tᵢⱼ = aᵢ·Pᵢ·bⱼ·Oⱼ·f(cᵢⱼ) with Σⱼ Tᵢⱼ = Pᵢ and Σᵢ Tᵢⱼ = Oⱼ (O scaled to the sum of P); potential = \
              1/aᵢ = Σⱼ bⱼ·Oⱼ·f(cᵢⱼ), b scaled so that Σⱼ bⱼ·Oⱼ = Σⱼ Oⱼ; cost = Σⱼ Tᵢⱼ·cᵢⱼ / Σⱼ Tᵢⱼ",
    source: "Wilson 1971; Furness 1965; Soukhov et al. 2025",
    unit: "potential: opportunities, weighted and competed for; cost: s",
    decay: true,
    demand: true,
    parameters: &[],
    purpose: "what is left to people when everybody is served; the row sums of T are the people themselves",
    elsewhere: "R package accessibility: `constrained_accessibility`, \"doubly\", returns Tᵢⱼ pair by pair and \
                refuses totals that differ",
    make,
};

/// Balancing ends with this gap between rows and people, as a share of all; or when a round has made it no smaller
/// than by this; or after so many rounds.
const GAP: f64 = 1e-7;
const GAIN: f64 = 1e-9;
const ROUNDS: usize = 1000;

fn make(given: &mut Given<'_>) -> Option<Form> {
    Some(Form::All(Box::new(Doubly { weights: super::weights(given)? })))
}

#[derive(Debug)]
struct Doubly {
    weights: Weights,
}

/// The factors of a doubly constrained model.
#[derive(Clone, Debug, PartialEq)]
pub struct Balanced {
    /// aᵢ·Pᵢ; 0 where nobody lives or nothing is reached.
    pub from: Vec<f64>,
    /// bⱼ·Oⱼ.
    pub to: Vec<f64>,
    pub rounds: usize,
    /// What the margins are still off, Σᵢ |Pᵢ − Σⱼ Tᵢⱼ| / ΣP: more than a hair where the people and the
    /// opportunities of some part of the region that is cut off from the rest do not match.
    pub gap: f64,
}

/// Balances rows and columns in turn (Furness 1965) until the margins hold. People who reach nothing, and
/// opportunities that nobody reaches, take no part; the other opportunities are scaled to the other people.
///
/// # Errors
/// As [`Rows::part`]; `Stopped`.
pub fn furness(
    rows: &dyn Rows,
    weights: &Weights,
    demand: &[f64],
    supply: &[f64],
    watch: &dyn Watch,
) -> Result<Balanced> {
    let reach = value_by_row(rows, watch, |_, row| weighted(row, weights, supply))?;
    let people: Vec<f64> =
        reach.iter().zip(demand).map(|(&reach, &people)| if reach > 0.0 { people } else { 0.0 }).collect();
    let columns = |from: &[f64]| {
        by_column(rows, watch, |origin, row, sums| {
            let people = from[origin as usize];
            if people > 0.0 {
                for (to, cost_s) in row.iter() {
                    sums[to] += people * weights.at(cost_s);
                }
            }
        })
    };
    let wanted = columns(&people)?;
    let mut jobs: Vec<f64> =
        supply.iter().zip(&wanted).map(|(&jobs, &wanted)| if wanted > 0.0 { jobs } else { 0.0 }).collect();
    let all: f64 = people.iter().sum();
    let scale = share(all, jobs.iter().sum());
    jobs.iter_mut().for_each(|jobs| *jobs *= scale);
    let mut balanced = Balanced { from: people.clone(), to: jobs.clone(), rounds: 0, gap: f64::INFINITY };
    let mut before = f64::INFINITY;
    while balanced.rounds < ROUNDS && balanced.gap > GAP {
        let offered = value_by_row(rows, watch, |_, row| weighted(row, weights, &balanced.to))?;
        // With the factors of the last round: how far are the rows from the people?
        let gaps = offered.iter().zip(&balanced.from).zip(&people).map(|((offered, from), people)| {
            if *people > 0.0 { (offered * from - people).abs() } else { 0.0 }
        });
        balanced.gap = if balanced.rounds == 0 { f64::INFINITY } else { share(gaps.sum(), all) };
        if before.is_finite() && before - balanced.gap < GAIN {
            break;
        }
        before = balanced.gap;
        balanced.from =
            people.iter().zip(&offered).map(|(&people, &offered)| share(people, offered)).collect();
        balanced.to = super::shares(&jobs, &columns(&balanced.from)?);
        balanced.rounds += 1;
    }
    if all == 0.0 {
        balanced.gap = 0.0;
    }
    Ok(balanced)
}

impl OfAll for Doubly {
    fn words(&self) -> Vec<String> {
        vec!["potential".to_string(), "cost_s".to_string()]
    }

    fn reach_s(&self) -> f64 {
        self.weights.reach_s()
    }

    fn all(
        &self,
        rows: &dyn Rows,
        supply: &[f64],
        demand: &[f64],
        watch: &dyn Watch,
    ) -> Result<Vec<Vec<f64>>> {
        let balanced = furness(rows, &self.weights, demand, supply, watch)?;
        let scale = share(supply.iter().sum(), balanced.to.iter().sum());
        let potential =
            value_by_row(rows, watch, |_, row| scale * weighted(row, &self.weights, &balanced.to))?;
        let cost = value_by_row(rows, watch, |_, row| {
            let trips = |to: usize, cost_s: f64| balanced.to[to] * self.weights.at(cost_s);
            let time: f64 = row.iter().map(|(to, cost_s)| trips(to, cost_s) * cost_s).sum();
            let all = weighted(row, &self.weights, &balanced.to);
            if all > 0.0 { time / all } else { f64::INFINITY }
        })?;
        Ok(vec![potential, cost])
    }
}
