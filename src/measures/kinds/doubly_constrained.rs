//! Spatial interaction with both ends held: all people go somewhere, all places are filled.

use super::parts::{Parts, parts};
use super::{Doubt, Form, MeasureKind, OfAll, Over, share};
use crate::base::NONE;
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};
use crate::base::error::Result;
use crate::measures::decay::Weights;
use crate::measures::parameters::Parameters;
use crate::measures::rows::{TimesRow, by_column, value_by_row};

pub const KIND: MeasureKind = MeasureKind {
    name: "doubly_constrained",
    formula: "Tᵢⱼ = aᵢ·Pᵢ·bⱼ·Oⱼ·f(cᵢⱼ) with Σⱼ Tᵢⱼ = Pᵢ and Σᵢ Tᵢⱼ = Oⱼ (O scaled to the sum of P); potential = \
              1/aᵢ = Σⱼ bⱼ·Oⱼ·f(cᵢⱼ), b scaled so that Σⱼ bⱼ·Oⱼ = Σⱼ Oⱼ; cost = Σⱼ Tᵢⱼ·cᵢⱼ / Σⱼ Tᵢⱼ; each within \
              every part of the region that is cut off from the rest",
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

const BALANCED: DiagnosticCode = kind(
    "doubly_constrained_balanced",
    Severity::Note,
    "doubly constrained: balanced until all margins held",
    "",
);
const GAP: DiagnosticCode = kind(
    "doubly_constrained_gap",
    Severity::Doubt,
    "doubly constrained: balancing ended before all margins held",
    "take the results as good to about that gap; a slower decay balances sooner",
);
const UNMATCHED: DiagnosticCode = kind(
    "doubly_constrained_unmatched",
    Severity::Doubt,
    "doubly constrained: parts of the region that cannot exchange what they have too much of: opportunities are scaled \
     to the people part by part",
    "a slower decay or a longer time joins parts; else compare potentials within a part only",
);

/// Balancing ends when no margin is further off, as a share of itself; or after so many rounds.
const CLOSE: f64 = 1e-9;
const ROUNDS: usize = 1000;
/// A gap worth a doubt.
const WIDE: f64 = 1e-6;
/// The first round after which shortages are looked for; then after twice as many, and so on.
const FIRST_LOOK: usize = 8;
/// Opportunities that stand in other parts than the people, as a share of all: worth a doubt.
const SURPLUS: f64 = 1e-9;
/// As many opportunities as people about, as a share of those of the part.
const EVEN: f64 = 1e-12;

fn make(given: &mut Parameters<'_>) -> Option<Form> {
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
    /// bⱼ·Oⱼ, O scaled to the people of the part.
    pub to: Vec<f64>,
    /// Nobody goes from one part to another.
    pub parts: Parts,
    pub rounds: usize,
    /// The largest share by which a margin is off, with opportunities scaled to people part by part.
    pub gap: f64,
    /// The share of the opportunities that stand in other parts than the people for whom they would be.
    pub unmatched: f64,
}

/// Balances rows and columns in turn (Furness 1965) until the margins hold. People who reach nothing, and
/// opportunities that nobody reaches, take no part.
///
/// Factors of parts that do not touch know nothing of each other, so each part is balanced, and its opportunities are
/// scaled to its people, by itself. Where within a part some places have more opportunities than all people about could
/// fill, no factors make the margins hold; where they have as many, only factors without bounds do. Furness's then shrink
/// all other trips of those people towards 0 for ever. We take that limit at once: those places and people become a part
/// of their own.
///
/// # Errors
/// As `TimesRows::part`; `Stopped`.
pub fn furness(over: &Over<'_>, weights: &Weights) -> Result<Balanced> {
    let Over { rows, supply, demand, executor } = *over;
    let parts = parts(over, weights)?;
    let taking = |amounts: &[f64], parts: &[u32]| -> Vec<f64> {
        amounts.iter().zip(parts).map(|(&of, &part)| if part == NONE { 0.0 } else { of }).collect()
    };
    let (people, jobs) = (taking(demand, &parts.from), taking(supply, &parts.to));
    let mut work = BalancingWork {
        over,
        weights,
        targets: Vec::new(),
        people,
        jobs,
        parts,
        from: Vec::new(),
        to: Vec::new(),
    };
    work.scale();
    (work.from, work.to) = (work.people.clone(), work.targets.clone());
    let (mut rounds, mut gap, mut look) = (0, f64::INFINITY, FIRST_LOOK);
    loop {
        let mut offered = value_by_row(rows, executor, |from, row| work.offered(from, row))?;
        // Columns hold since the last round: how far are the rows from the people?
        if rounds > 0 {
            let of = offered.iter().zip(&work.from).zip(&work.people).filter(|of| *of.1 > 0.0);
            gap =
                of.map(|((offered, from), people)| (offered * from / people - 1.0).abs()).fold(0.0, f64::max);
        }
        if gap <= CLOSE || rounds == ROUNDS || work.parts.number == 0 {
            break;
        }
        if rounds == look {
            look *= 2;
            while work.cut()? {
                offered = value_by_row(rows, executor, |from, row| work.offered(from, row))?;
            }
        }
        work.from = super::shares(&work.people, &offered);
        let wanted = by_column(rows, executor, |from, row, sums| work.wanted(from, row, sums))?;
        work.to = super::shares(&work.targets, &wanted);
        rounds += 1;
    }
    if work.parts.number == 0 {
        gap = 0.0;
    }
    let unmatched = work.unmatched();
    Ok(Balanced { from: work.from, to: work.to, parts: work.parts, rounds, gap, unmatched })
}

/// Balancing under way.
struct BalancingWork<'a> {
    over: &'a Over<'a>,
    weights: &'a Weights,
    people: Vec<f64>,
    /// Opportunities as they are, and scaled to the people of their part.
    jobs: Vec<f64>,
    targets: Vec<f64>,
    parts: Parts,
    from: Vec<f64>,
    to: Vec<f64>,
}

impl BalancingWork<'_> {
    /// Σⱼ bⱼ·Oⱼ·f(cᵢⱼ) within the part.
    fn offered(&self, from: u32, row: TimesRow<'_>) -> f64 {
        within(&self.parts, from, row).map(|(to, cost_s)| self.to[to] * self.weights.at(cost_s)).sum()
    }

    /// Adds aᵢ·Pᵢ·f(cᵢⱼ) to the sums of the part.
    fn wanted(&self, from: u32, row: TimesRow<'_>, sums: &mut [f64]) {
        let people = self.from[from as usize];
        for (to, cost_s) in within(&self.parts, from, row) {
            sums[to] += people * self.weights.at(cost_s);
        }
    }

    /// Amounts summed by part.
    fn sums(&self, amounts: &[f64], parts: &[u32]) -> Vec<f64> {
        sums(amounts, parts, self.parts.number)
    }

    /// The opportunities of each part are scaled to its people.
    fn scale(&mut self) {
        let (people, jobs) =
            (self.sums(&self.people, &self.parts.from), self.sums(&self.jobs, &self.parts.to));
        let target = |(&jobs_here, &part): (&f64, &u32)| match part {
            NONE => 0.0,
            part => jobs_here * share(people[part as usize], jobs[part as usize]),
        };
        self.targets = self.jobs.iter().zip(&self.parts.to).map(target).collect();
    }

    /// ½ Σ over parts of |share of the people − share of the opportunities|.
    fn unmatched(&self) -> f64 {
        let (people, jobs) =
            (self.sums(&self.people, &self.parts.from), self.sums(&self.jobs, &self.parts.to));
        let (everybody, all) = (people.iter().sum(), jobs.iter().sum());
        people.iter().zip(&jobs).map(|(&p, &o)| (share(p, everybody) - share(o, all)).abs()).sum::<f64>()
            / 2.0
    }

    /// Looks for places that take all people about: where Furness's factors grow, those with factors above some limit, if
    /// all people who reach any of them are no more than their opportunities. That is a proof (Hall 1935). The places of
    /// the largest surplus and these people become a part; false: none was found.
    fn cut(&mut self) -> Result<bool> {
        let Over { rows, executor, .. } = *self.over;
        let factor = |to: usize| share(self.to[to], self.targets[to]);
        let highest = value_by_row(rows, executor, |from, row| {
            let reached = within(&self.parts, from, row).filter(|&(_, cost_s)| self.weights.at(cost_s) > 0.0);
            reached.map(|(to, _)| factor(to)).fold(0.0, f64::max)
        })?;
        // Part by part from the highest factor down: opportunities, and the people who reach one so high.
        let mut steps: Vec<(u32, f64, f64)> = Vec::new();
        let takes = |part: &u32| *part != NONE;
        for (to, &part) in self.parts.to.iter().enumerate().filter(|(_, part)| takes(part)) {
            steps.push((part, factor(to), self.targets[to]));
        }
        for (from, &part) in self.parts.from.iter().enumerate().filter(|(_, part)| takes(part)) {
            steps.push((part, highest[from], -self.people[from]));
        }
        steps.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let people = self.sums(&self.people, &self.parts.from);
        let mut limits = vec![f64::INFINITY; self.parts.number as usize];
        for steps in steps.chunk_by(|a, b| a.0 == b.0) {
            let part = steps[0].0 as usize;
            let (mut surplus, mut most) = (0.0, -EVEN * people[part]);
            for (i, &(_, factor, amount)) in steps.iter().enumerate() {
                surplus += amount;
                // All of one factor go together.
                let last = steps.get(i + 1).is_none_or(|next| next.1 < factor);
                if last && i + 1 < steps.len() && surplus > most {
                    (most, limits[part]) = (surplus, factor);
                }
            }
        }
        let mut names = vec![NONE; limits.len()];
        for (name, limit) in names.iter_mut().zip(&limits) {
            if limit.is_finite() {
                *name = self.parts.number;
                self.parts.number += 1;
            }
        }
        let over = |part: u32, factor: f64| part != NONE && factor >= limits[part as usize];
        let to: Vec<u32> = (0..self.parts.to.len())
            .map(|to| match self.parts.to[to] {
                part if over(part, factor(to)) => names[part as usize],
                part => part,
            })
            .collect();
        let from =
            |(&part, &highest): (&u32, &f64)| if over(part, highest) { names[part as usize] } else { part };
        self.parts.from = self.parts.from.iter().zip(&highest).map(from).collect();
        self.parts.to = to;
        self.scale();
        Ok(limits.iter().any(|limit| limit.is_finite()))
    }
}

/// The pairs of a row within its part; none of a place that takes no part.
fn within<'a>(parts: &'a Parts, from: u32, row: TimesRow<'a>) -> impl Iterator<Item = (usize, f64)> + 'a {
    let part = parts.from[from as usize];
    row.iter().filter(move |&(to, _)| part != NONE && parts.to[to] == part)
}

fn sums(amounts: &[f64], parts: &[u32], number: u32) -> Vec<f64> {
    let mut sums = vec![0.0; number as usize];
    for (amount, &part) in amounts.iter().zip(parts).filter(|(_, part)| **part != NONE) {
        sums[part as usize] += amount;
    }
    sums
}

impl Balanced {
    fn doubts(&self, doubts: &mut Vec<Doubt>) {
        let found = if self.gap > WIDE { GAP } else { BALANCED };
        let (parts, rounds) = (self.parts.number, self.rounds);
        let several = if parts == 1 { "part" } else { "parts" };
        let rounds = format!("{rounds} rounds, {parts} {several}, largest gap of a margin {:.1e}", self.gap);
        doubts.push(Doubt { kind: found, what: rounds });
        if self.unmatched > SURPLUS {
            let percent = 100.0 * self.unmatched;
            let what = format!(
                "{parts} {several}; {percent:.3} % of the opportunities are in others than the people"
            );
            doubts.push(Doubt { kind: UNMATCHED, what });
        }
    }
}

impl OfAll for Doubly {
    fn words(&self) -> Vec<String> {
        vec!["potential".to_string(), "cost_s".to_string()]
    }

    fn reach_s(&self) -> f64 {
        self.weights.reach_s()
    }

    fn all(&self, over: &Over<'_>, doubts: &mut Vec<Doubt>) -> Result<Vec<Vec<f64>>> {
        let Over { rows, supply, executor, .. } = *over;
        let balanced = furness(over, &self.weights)?;
        balanced.doubts(doubts);
        // Σ b·O is Σ O in each part.
        let parts = &balanced.parts;
        let (jobs, to) = (sums(supply, &parts.to, parts.number), sums(&balanced.to, &parts.to, parts.number));
        let scaled = |(&to_here, &part): (&f64, &u32)| match part {
            NONE => 0.0,
            part => to_here * share(jobs[part as usize], to[part as usize]),
        };
        let scaled: Vec<f64> = balanced.to.iter().zip(&parts.to).map(scaled).collect();
        // Where nobody lives, somebody would have the choice of all parts.
        let pairs = |from: u32, row: TimesRow<'_>| -> Vec<(usize, f64)> {
            match parts.from[from as usize] {
                NONE => row.iter().collect(),
                _ => within(parts, from, row).collect(),
            }
        };
        let potential = value_by_row(rows, executor, |from, row| {
            pairs(from, row).into_iter().map(|(to, cost_s)| scaled[to] * self.weights.at(cost_s)).sum()
        })?;
        let cost = value_by_row(rows, executor, |from, row| {
            let (mut time, mut all) = (0.0, 0.0);
            for (to, cost_s) in pairs(from, row) {
                let trips = scaled[to] * self.weights.at(cost_s);
                time += trips * cost_s;
                all += trips;
            }
            if all > 0.0 { time / all } else { f64::INFINITY }
        })?;
        Ok(vec![potential, cost])
    }
}
