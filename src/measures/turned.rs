//! Windows of arrivals: batches of the mirrored network, whose lanes are destinations → sums by origin.
//!
//! A batch marks, for each question and origin, the lanes that it is in time for. Turned round, 64 origins to a
//! word, these marks are what [`sums`] adds up: destination after destination in their order, so that a sum is the
//! same f64 as one over a batch of origins.

use super::access::{Cumulative, sums};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::routing::{ArrivalProfile, Batch, Label, Listener};

/// Origins in a word.
const GROUP: usize = 64;

/// Sums by origin that grow stretch by stretch of the destinations.
pub struct Turned<'a> {
    what: &'a Cumulative<'a>,
    origins: usize,
    /// (cutoff s, rank)
    questions: Vec<(u32, u32)>,
    /// Group of origins → (column × question) → origin of the group.
    sums: Vec<Vec<[f64; GROUP]>>,
}

impl<'a> Turned<'a> {
    /// `what` is asked of the arrivals of the window; its destinations are those of the journeys.
    pub fn new(what: &'a Cumulative<'a>, origins: usize) -> Turned<'a> {
        let questions = what.questions();
        let width = what.columns.len() * questions.len();
        let sums = vec![vec![[0.0; GROUP]; width]; origins.div_ceil(GROUP)];
        Turned { what, origins, questions, sums }
    }

    /// Bytes held for each destination of a stretch.
    pub fn bytes_per_destination(&self) -> usize {
        self.questions.len() * self.sums.len() * size_of::<u64>()
    }

    /// A listener for one batch.
    pub fn listen(&self, batch: Batch<'_>) -> Marks<'_> {
        let reached = vec![0; self.questions.len() * self.origins];
        Marks { questions: &self.questions, origins: self.origins, lanes: batch.origins.len(), reached }
    }

    /// Adds what the batches of a stretch marked: `stretch` as it was routed, `lanes` to a batch. Stretches follow
    /// each other in the order of the destinations, and all of one come before all of the next.
    pub fn add(
        &mut self,
        stretch: &[u32],
        lanes: usize,
        batches: &[Vec<u64>],
        executor: &dyn Executor,
    ) -> Result<()> {
        let mut order: Vec<(u32, usize)> = stretch.iter().copied().zip(0..).collect();
        order.sort_unstable();
        let (groups, questions) = (self.sums.len(), self.questions.len());
        let columns: Vec<Vec<f64>> = self
            .what
            .columns
            .iter()
            .map(|column| order.iter().map(|&(destination, _)| column.values[destination as usize]).collect())
            .collect();
        self.sums = collect(executor, groups, |group| {
            let mut grown = self.sums[group].clone();
            for q in 0..questions {
                let marked: Vec<u128> = order
                    .iter()
                    .map(|&(_, at)| {
                        let (batch, lane) = (at / lanes, at % lanes);
                        let width = lanes.min(stretch.len() - batch * lanes);
                        u128::from(batches[batch][(q * groups + group) * width + lane])
                    })
                    .collect();
                for (c, values) in columns.iter().enumerate() {
                    let marked = values.iter().copied().zip(marked.iter().copied());
                    sums(marked, &mut grown[c * questions + q]);
                }
            }
            grown
        })?;
        Ok(())
    }

    /// The results of an origin in the order of `Cumulative::names`.
    pub fn of(&self, origin: usize) -> impl Iterator<Item = f64> {
        self.sums[origin / GROUP].iter().map(move |of| of[origin % GROUP])
    }
}

/// Marks which origins are in time for the lanes of a batch.
pub struct Marks<'a> {
    questions: &'a [(u32, u32)],
    origins: usize,
    lanes: usize,
    /// Question × origin → a bit a lane.
    reached: Vec<u128>,
}

impl Listener for Marks<'_> {
    /// Question × group of origins × lane → a bit for each origin of the group.
    type Output = Vec<u64>;

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, origin: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        for (q, &(cutoff_s, rank)) in self.questions.iter().enumerate() {
            self.reached[q * self.origins + origin as usize] = arrivals.reached(cutoff_s, rank);
        }
    }

    fn finish(self) -> Self::Output {
        let mut out = Vec::with_capacity(self.questions.len() * self.origins.div_ceil(GROUP) * self.lanes);
        for of_question in self.reached.chunks(self.origins.max(1)) {
            for group in of_question.chunks(GROUP) {
                for first in (0..self.lanes).step_by(64) {
                    let mut square = [0; 64];
                    for (row, &bits) in square.iter_mut().zip(group) {
                        *row = (bits >> first) as u64;
                    }
                    transpose(&mut square);
                    out.extend_from_slice(&square[..(self.lanes - first).min(64)]);
                }
            }
        }
        out
    }
}

/// Bit `j` of word `i` becomes bit `i` of word `j`: halves, quarters … of the square exchange places.
fn transpose(square: &mut [u64; 64]) {
    let mut side = 32;
    // The columns of the left half of each pair of squares.
    let mut left = u64::MAX >> 32;
    while side > 0 {
        for i in (0..64).filter(|i| i & side == 0) {
            let exchanged = (square[i] >> side ^ square[i + side]) & left;
            square[i] ^= exchanged << side;
            square[i + side] ^= exchanged;
        }
        side /= 2;
        left ^= left << side;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        // Any bits, from a generator of Knuth's.
        let mut random = 1u64;
        let mut square = [0; 64];
        for row in &mut square {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *row = random ^ random >> 29;
        }
        let before = square;
        transpose(&mut square);
        for (i, row) in before.iter().enumerate() {
            for (j, column) in square.iter().enumerate() {
                assert_eq!(row >> j & 1, column >> i & 1, "{i}, {j}");
            }
        }
    }
}
