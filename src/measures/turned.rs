//! Windows of arrivals: batches of the mirrored network, whose lanes are destinations → sums by origin.
//!
//! A batch marks, for each question and origin, the lanes that it is in time for. Turned round, 64 origins to a word,
//! these marks say what is added up: destination by destination in the order in which they are routed, by the tree of
//! `pairwise`.

use super::access::Cumulative;
use super::pairwise::{Block, Pairwise, blocks};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::routing::{ArrivalProfile, Batch, Label, Listener};

/// Origins in a word.
const GROUP: usize = 64;

/// What is asked of the arrivals of a window, whose destinations are those of the journeys.
pub struct Turned<'a> {
    what: &'a Cumulative<'a>,
    origins: usize,
    /// (cutoff s, rank)
    questions: Vec<(u32, u32)>,
}

/// A stretch of destinations as it was routed.
#[derive(Clone, Copy)]
pub struct Stretch<'a> {
    /// Position of the first.
    pub first: usize,
    pub destinations: &'a [u32],
    /// How many of them are in a batch.
    pub lanes: usize,
    /// What the batches marked.
    pub marks: &'a [Vec<u64>],
}

impl<'a> Turned<'a> {
    pub fn new(what: &'a Cumulative<'a>, origins: usize) -> Turned<'a> {
        Turned { what, origins, questions: what.questions() }
    }

    /// Sums of each origin: one for each of `Cumulative::names`.
    pub fn width(&self) -> usize {
        self.what.columns.len() * self.questions.len()
    }

    fn groups(&self) -> usize {
        self.origins.div_ceil(GROUP)
    }

    /// Bytes held for each destination of a stretch.
    pub fn bytes_per_destination(&self) -> usize {
        self.questions.len() * self.groups() * size_of::<u64>()
    }

    /// A listener for one batch.
    pub fn listen(&self, batch: Batch<'_>) -> Marks<'_> {
        let reached = vec![0; self.questions.len() * self.origins];
        Marks { questions: &self.questions, origins: self.origins, lanes: batch.origins.len(), reached }
    }

    /// Adds what the batches of a stretch marked: name × origin of each block.
    ///
    /// # Errors
    /// `Stopped`.
    pub fn add(&self, stretch: Stretch<'_>, sums: &mut Pairwise, executor: &dyn Executor) -> Result<()> {
        let Stretch { first, destinations, lanes, marks } = stretch;
        let (groups, questions, width) = (self.groups(), self.questions.len(), self.width());
        let columns: Vec<Vec<f64>> = self
            .what
            .columns
            .iter()
            // A value of −0 is 0: the sum of some may not depend on whether others are there.
            .map(|column| destinations.iter().map(|&place| column.values[place as usize] + 0.0).collect())
            .collect();
        let blocks = blocks(first..first + destinations.len());
        // Group of origins → (name × block) → origin of the group.
        let found = collect(executor, groups, |group| {
            let mut found = vec![[0.0; GROUP]; width * blocks.len()];
            for q in 0..questions {
                let marked = |at: usize| {
                    let (batch, lane) = (at / lanes, at % lanes);
                    let of_batch = lanes.min(destinations.len() - batch * lanes);
                    marks[batch][(q * groups + group) * of_batch + lane]
                };
                let marked: Vec<u64> = (0..destinations.len()).map(marked).collect();
                for (c, values) in columns.iter().enumerate() {
                    for (b, block) in blocks.iter().enumerate() {
                        let block = block.start - first..block.end - first;
                        let sum = sum_of_marked(&values[block.clone()], &marked[block]);
                        found[(c * questions + q) * blocks.len() + b] = sum;
                    }
                }
            }
            found
        })?;
        for (b, block) in blocks.iter().enumerate() {
            let mut of_block = vec![0.0; width * self.origins];
            for (name, of_name) in of_block.chunks_mut(self.origins.max(1)).enumerate() {
                for (of_group, found) in of_name.chunks_mut(GROUP).zip(&found) {
                    of_group.copy_from_slice(&found[name * blocks.len() + b][..of_group.len()]);
                }
            }
            sums.push(Block { first: block.start, size: block.len(), sums: of_block });
        }
        Ok(())
    }
}

/// Values added at once: so many words stay in registers.
const ABREAST: usize = 8;

/// The values of a block added up by the tree, for each origin those that its bit marks.
fn sum_of_marked(values: &[f64], marked: &[u64]) -> [f64; GROUP] {
    // Sums that wait for the other half; `None`: of nothing.
    let mut halves: Vec<Option<[f64; GROUP]>> = Vec::new();
    for (i, (some, bits)) in values.chunks(ABREAST).zip(marked.chunks(ABREAST)).enumerate() {
        // Where there are fewer, 0 in place of the others changes no sum.
        let (mut values, mut marked) = ([0.0; ABREAST], [0; ABREAST]);
        values[..some.len()].copy_from_slice(some);
        marked[..bits.len()].copy_from_slice(bits);
        let any = marked.iter().any(|&bits| bits != 0);
        let mut sums = any.then(|| sum_of_eight(&values, &marked));
        for _ in 0..(i + 1).trailing_zeros() {
            sums = match (halves.pop().flatten(), sums) {
                (Some(mut left), Some(right)) => {
                    left.iter_mut().zip(&right).for_each(|(left, right)| *left += right);
                    Some(left)
                }
                (left, right) => left.or(right),
            };
        }
        halves.push(sums);
    }
    halves.pop().flatten().unwrap_or([0.0; GROUP])
}

#[inline]
fn sum_of_eight(values: &[f64; ABREAST], marked: &[u64; ABREAST]) -> [f64; GROUP] {
    std::array::from_fn(|origin| {
        let term = |i: usize| if marked[i] >> origin & 1 == 1 { values[i] } else { 0.0 };
        ((term(0) + term(1)) + (term(2) + term(3))) + ((term(4) + term(5)) + (term(6) + term(7)))
    })
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
    use super::super::pairwise::sum_of_block;
    use super::*;

    #[test]
    fn marked_values_are_added_by_the_tree() {
        let values: Vec<f64> = (0..64).map(|i| f64::from(i + 1) / 3.0 * 10f64.powi(i % 5)).collect();
        // Of origin o each (o + 1)th value, and of origin 63 none.
        let bit = |i: usize, o: usize| u64::from(o < 63 && i.is_multiple_of(o + 1)) << o;
        let marked: Vec<u64> = (0..64).map(|i| (0..GROUP).map(|o| bit(i, o)).sum()).collect();
        for size in [1, 2, 4, 8, 16, 64] {
            let found = sum_of_marked(&values[..size], &marked[..size]);
            for (o, found) in found.iter().enumerate() {
                let term = |i: usize| if bit(i, o) != 0 { values[i] } else { 0.0 };
                let plain = sum_of_block(&mut (0..size).map(term).collect::<Vec<_>>());
                assert_eq!(found.to_bits(), plain.to_bits(), "{size} values, origin {o}");
            }
        }
    }

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
