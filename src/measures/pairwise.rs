//! Sums over the places that are routed, which no split of these places changes in a bit.
//!
//! Places have positions, along the curve. Their terms are added up by a tree that depends on positions alone: 0 + 1,
//! 2 + 3 …, then (0 + 1) + (2 + 3) … (pairwise summation; Higham 1993). Who has the terms of some range of positions
//! keeps a sum for each *block* of it: a stretch of 2ᵏ positions that begins at a multiple of 2ᵏ, as large as the range
//! allows. Of a range of n positions these are at most 2·log₂ n. Two ranges that follow each other make one: where their
//! blocks are halves of a larger one, the halves are added. So every sum is one of the tree, whoever makes it.

use std::ops::Range;

/// The largest blocks of which a range of positions is made, in their order.
pub fn blocks(range: Range<usize>) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut first = range.start;
    while first < range.end {
        // As large as its beginning allows, and the range.
        let room = 1 << (range.end - first).ilog2();
        let size = if first == 0 { room } else { room.min(1 << first.trailing_zeros()) };
        blocks.push(first..first + size);
        first += size;
    }
    blocks
}

/// The terms of one block, as many as a power of two, added up by the tree; they are lost.
#[inline]
pub fn sum_of_block(terms: &mut [f64]) -> f64 {
    let mut number = terms.len();
    while number > 1 {
        number /= 2;
        for i in 0..number {
            terms[i] = terms[2 * i] + terms[2 * i + 1];
        }
    }
    terms[0]
}

/// Sums of one block: how they are numbered is their maker's business.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Position of its first place.
    pub first: usize,
    /// A power of two; places beyond the last add nothing.
    pub size: usize,
    pub sums: Vec<f64>,
}

impl Block {
    /// Whether `next` is its other half in the tree.
    fn is_left_of(&self, next: &Block) -> bool {
        self.size == next.size
            && self.first.is_multiple_of(2 * self.size)
            && self.first + self.size == next.first
    }
}

/// The sums of a range of positions, by its blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairwise {
    blocks: Vec<Block>,
}

impl Pairwise {
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Adds the block that follows.
    pub fn push(&mut self, mut block: Block) {
        while let Some(left) = self.blocks.pop_if(|left| left.is_left_of(&block)) {
            block = Block { first: left.first, size: 2 * left.size, sums: added(left.sums, &block.sums) };
        }
        self.blocks.push(block);
    }

    /// Adds the range that follows.
    pub fn append(&mut self, next: Pairwise) {
        next.blocks.into_iter().for_each(|block| self.push(block));
    }

    /// No place follows: the last blocks are those of larger ones whose other places are none.
    pub fn close(&mut self) {
        while let [.., before, last] = &mut self.blocks[..] {
            while last.size < before.size && last.first.is_multiple_of(2 * last.size) {
                last.size *= 2;
            }
            if !before.is_left_of(last) {
                return;
            }
            let last = self.blocks.pop().expect("there are two");
            self.push(last);
        }
    }

    /// The sums of all places, where these began at position 0; `None` where there are none, or some are missing.
    pub fn all(mut self) -> Option<Vec<f64>> {
        self.close();
        let block = self.blocks.pop()?;
        (self.blocks.is_empty() && block.first == 0).then_some(block.sums)
    }
}

fn added(mut left: Vec<f64>, right: &[f64]) -> Vec<f64> {
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_made_of_its_largest_blocks() {
        assert!(blocks(0..0).is_empty());
        assert_eq!(blocks(0..13), [0..8, 8..12, 12..13]);
        assert_eq!(blocks(1..16), [1..2, 2..4, 4..8, 8..16]);
        assert_eq!(blocks(5..11), [5..6, 6..8, 8..10, 10..11]);
        assert_eq!(blocks(128..384), [128..256, 256..384]);
        // No range of n positions has more than 2·log₂ n of them.
        assert_eq!(blocks(1..1023).len(), 18);
    }

    /// By the definition: the sum over 2ᵏ positions is that of its first half and that of its second.
    fn tree(terms: &[f64], first: usize, size: usize) -> f64 {
        match size {
            1 => terms.get(first).copied().unwrap_or(0.0),
            _ => tree(terms, first, size / 2) + tree(terms, first + size / 2, size / 2),
        }
    }

    fn of(terms: &[f64], range: Range<usize>) -> Pairwise {
        let mut sums = Pairwise::default();
        for block in blocks(range) {
            let sum = sum_of_block(&mut terms[block.clone()].to_vec());
            sums.push(Block { first: block.start, size: block.len(), sums: vec![sum] });
        }
        sums
    }

    #[test]
    fn every_pair_of_borders_gives_the_bits_of_the_tree() {
        // √1, √2 … times powers of ten: another order of these gives other last digits.
        let terms: Vec<f64> = (0..23).map(|i| f64::from(i + 1).sqrt() * 10f64.powi(i % 5)).collect();
        let whole = tree(&terms, 0, 32);
        assert_ne!(whole, terms.iter().sum::<f64>(), "the order matters");
        for a in 0..=terms.len() {
            for b in a..=terms.len() {
                let parts = || [of(&terms, 0..a), of(&terms, a..b), of(&terms, b..terms.len())];
                let [mut left, middle, right] = parts();
                left.append(middle);
                left.append(right);
                assert_eq!(left.all().unwrap()[0].to_bits(), whole.to_bits(), "{a}, {b}");
                let [mut left, mut middle, mut right] = parts();
                // What ends where all end may know it or not.
                right.close();
                middle.append(right);
                left.append(middle);
                assert_eq!(left.all().unwrap()[0].to_bits(), whole.to_bits(), "{a}, {b}, the last two first");
            }
        }
    }

    #[test]
    fn what_is_missing_is_not_summed() {
        let terms = [1.0; 8];
        assert_eq!(of(&terms, 0..0).all(), None);
        assert_eq!(of(&terms, 3..8).all(), None);
        let mut gap = of(&terms, 0..3);
        gap.append(of(&terms, 4..8));
        assert_eq!(gap.all(), None);
        assert_eq!(of(&terms, 0..8).all(), Some(vec![8.0]));
    }
}
