//! Two results on the same cells → what changed in each cell, who gains and who loses, and figures of equity of the one
//! less those of the other.

use super::measured::Measures;
use crate::base::error::Result;
use crate::base::executor::{Executor, try_collect};
use crate::measures::equity::{EquityRow, People};
use crate::measures::winners::{WinnersRow, winners};
use crate::study::Material;

/// Results before and after, measure by measure; those of one alone are passed over.
pub struct BeforeAndAfter<'a> {
    pub before: &'a Measures,
    pub after: &'a Measures,
}

/// What has changed.
#[derive(Debug, Default)]
pub struct Comparison {
    /// For each measure what was, what is, the difference and the difference as a share of what was.
    pub columns: Vec<(String, Vec<Option<f64>>)>,
    pub winners: Vec<WinnersRow>,
    pub figures: Vec<EquityRow>,
    /// What each figure was before, where it is a difference of figures.
    pub from: Vec<Option<f64>>,
}

impl Comparison {
    /// The mean of a measure over a group.
    pub fn mean(&self, measure: &str, group: &str) -> Option<&EquityRow> {
        let is = |row: &&EquityRow| row.index == "mean" && row.group == group && row.measure == measure;
        self.figures.iter().find(is)
    }
}

/// Compares. `material`: the least change of a measure that counts; `figures`: the equity figures of a measure after less
/// before, each with that before.
///
/// # Errors
/// Those of `figures`; `Stopped`.
pub fn compare(
    sides: &BeforeAndAfter<'_>,
    people: &People<'_>,
    less_is_better: impl Fn(&str) -> bool + Sync,
    material: impl Fn(&str) -> Material + Sync,
    figures: impl Fn(&str, [&[Option<f64>]; 2]) -> Result<Vec<(EquityRow, Option<f64>)>> + Sync,
    executor: &dyn Executor,
) -> Result<Comparison> {
    let of_measure = |(name, after): &(String, Vec<Option<f64>>)| {
        let mut found = Comparison::default();
        let Some((_, before)) = sides.before.iter().find(|(other, _)| other == name) else {
            return Ok(found);
        };
        let pairs = || before.iter().zip(after);
        let change = |(before, after): (&Option<f64>, &Option<f64>)| {
            before.zip(*after).map(|(before, after)| after - before).filter(|change| change.is_finite())
        };
        let relative = |(before, after): (&Option<f64>, &Option<f64>)| {
            before.zip(*after).map(|(before, after)| (after - before) / before).filter(|x| x.is_finite())
        };
        found.columns.push((format!("{name}_before"), before.clone()));
        found.columns.push((format!("{name}_after"), after.clone()));
        found.columns.push((format!("{name}_change"), pairs().map(change).collect()));
        found.columns.push((format!("{name}_relative"), pairs().map(relative).collect()));
        found.winners = winners(name, [before, after], less_is_better(name), material(name), people);
        (found.figures, found.from) = figures(name, [before, after])?.into_iter().unzip();
        Ok(found)
    };
    let mut all = Comparison::default();
    for mut found in try_collect(executor, sides.after.len(), |i| of_measure(&sides.after[i]))? {
        all.columns.append(&mut found.columns);
        all.winners.append(&mut found.winners);
        all.figures.append(&mut found.figures);
        all.from.append(&mut found.from);
    }
    Ok(all)
}
