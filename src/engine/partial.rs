//! What a task found: all that its range of places contributes to a window's answers. Partials of ranges that follow each
//! other make one, and nothing in it tells where they met.

use std::ops::Range;

use super::streamed::Streamed;
use crate::base::error::{Error, Result};
use crate::measures::pairwise::Pairwise;

/// Of the bytes that a partial is kept as: grows with every change of what they hold.
pub(super) const VERSION: u64 = 1;

/// The answers of a window as far as a range of the places that are routed contributes to them.
pub struct Partial {
    /// Positions along the curve.
    pub range: Range<usize>,
    /// As many as lands were asked for.
    pub(super) lands: Vec<OfLand>,
    pub effort: Effort,
}

/// Amounts at the places of one network: the base's, or a scenario's.
pub(super) struct OfLand {
    /// `[access]` of the places themselves: name → place of the range. Of windows of departures.
    pub access: Vec<Vec<f64>>,
    /// `[access]` summed over the places: name × cell. Of windows of arrivals.
    pub access_sums: Pairwise,
    /// `[[measure]]`s.
    pub measures: Streamed,
}

/// What routing took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Operations of a sweep over the whole graph, and pushes.
    pub events: usize,
    pub pushes: usize,
    pub origins: usize,
}

impl Partial {
    /// Takes what the next range contributes.
    ///
    /// # Errors
    /// `next` does not begin where this one ends, or is of other lands.
    pub fn append(&mut self, next: Partial) -> Result<()> {
        if next.range.start != self.range.end || next.lands.len() != self.lands.len() {
            let what = format!(
                "one of places {} to {} does not follow one that ends before place {}",
                next.range.start, next.range.end, self.range.end
            );
            return Err(Error::machine("partial results", what));
        }
        self.range.end = next.range.end;
        self.effort.origins += next.effort.origins;
        for (own, next) in self.lands.iter_mut().zip(next.lands) {
            own.access.iter_mut().zip(next.access).for_each(|(own, next)| own.extend(next));
            own.access_sums.append(next.access_sums);
            own.measures.append(next.measures);
        }
        Ok(())
    }
}
