//! Costs → times along the arcs of the hierarchy, and those arcs that a search needs. First each arc costs what the way
//! over lower ranks costs (basic customisation), then the shortest way at all (perfect customisation, Dibbelt, Strasser
//! & Wagner 2016). An arc that is not shorter than a way over some higher rank than its lower end is left out.
//!
//! That is sound because every arc costs at least 1 ms. Take the shortest times d. Of the ranks inside the shortest ways
//! from s to t > s let h be the highest. If h > s, both d(s, h) and d(h, t) are less than d(s, t), and by induction
//! there are ways that climb only, from s to h and on to t. Else the arc from s to t costs d(s, t), and no way
//! over a higher rank than s is as short: it is kept.

use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU8, AtomicU32};

use super::chordal::Chordal;
use super::graph::INFINITE;
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};

/// The arcs that a search needs, by rank of their lower end.
#[derive(Clone, Debug, Default)]
pub(super) struct SearchGraph {
    /// From a rank to higher ones.
    pub up: RankArcs,
    /// To a rank from higher ones.
    pub down: RankArcs,
}

/// RankArcs of each rank.
#[derive(Clone, Debug, Default)]
pub(super) struct RankArcs {
    pub first: Vec<u32>,
    pub arcs: Vec<Arc>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    /// The other end.
    pub rank: u32,
    pub ms: u32,
}

impl RankArcs {
    pub fn row(&self, rank: u32) -> &[Arc] {
        &self.arcs[self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize]
    }
}

/// Of each arc of the chordal graph: from its lower end up, and down to it.
type UpAndDown = [u32; 2];

/// Ranks that hang below one are a task where they are at most so many of all; above them are the ranks of the spine.
const PARTS: usize = 64;
/// Ranks of the spine that are done together: among themselves by one thread, with all others by any.
const BLOCK: usize = 32;
/// Higher ranks of the spine that such a task looks at.
const PIECE: usize = 64;

impl SearchGraph {
    /// From (tail, head, ms) of the graph's own arcs, as vertices are numbered there.
    ///
    /// # Errors
    /// `Stopped` when `executor` wants to stop.
    pub fn of(
        chordal: &Chordal,
        own: impl Iterator<Item = (u32, u32, u32)>,
        executor: &dyn Executor,
    ) -> Result<SearchGraph> {
        let mut weights = ArcWeights::new(chordal);
        for (tail, head, cost) in own {
            let (tail, head) = (chordal.rank_of[tail as usize], chordal.rank_of[head as usize]);
            if tail != head {
                let arc = chordal.arc(tail.min(head), tail.max(head));
                let ms = weights.ms[arc][usize::from(tail > head)].get_mut();
                *ms = cost.min(*ms);
            }
        }
        let tree = Tree::new(chordal);
        weights.lower_over_lower(&tree, executor)?;
        weights.lower_over_higher(&tree, executor)?;
        let mut sides = collect(executor, 2, |side| weights.kept_arcs(side))?.into_iter();
        let mut next = || sides.next().expect("two of them");
        Ok(SearchGraph { up: next(), down: next() })
    }
}

/// The elimination tree in parts.
struct Tree {
    /// Ranks that hang below one which is among them; none of these parts has to do with another.
    parts: Vec<Range<u32>>,
    /// All other ranks, rising.
    spine: Vec<u32>,
}

impl Tree {
    fn new(chordal: &Chordal) -> Tree {
        let n = chordal.len();
        let (mut parts, mut spine) = (Vec::new(), Vec::new());
        let mut end = n as u32;
        while end > 0 {
            let below = chordal.below[end as usize - 1];
            if below as usize <= n / PARTS {
                parts.push(end - below..end);
                end -= below;
            } else {
                spine.push(end - 1);
                end -= 1;
            }
        }
        spine.reverse();
        Tree { parts, spine }
    }
}

/// What arcs cost while many threads lower it. Least values do not depend on the order in which they are found; and
/// whoever reads an arc does so after all that lower it, for the executor returns in between.
struct ArcWeights<'a> {
    chordal: &'a Chordal,
    ms: Vec<[AtomicU32; 2]>,
    /// A bit for each direction in which a search needs the arc.
    kept: Vec<AtomicU8>,
}

impl ArcWeights<'_> {
    fn new(chordal: &Chordal) -> ArcWeights<'_> {
        let arcs = chordal.head.len();
        ArcWeights {
            chordal,
            ms: (0..arcs).map(|_| [AtomicU32::new(INFINITE), AtomicU32::new(INFINITE)]).collect(),
            kept: (0..arcs).map(|_| AtomicU8::new(0)).collect(),
        }
    }

    #[inline(always)]
    fn get(&self, arc: usize) -> UpAndDown {
        [self.ms[arc][0].load(Relaxed), self.ms[arc][1].load(Relaxed)]
    }

    fn of_rank(&self, rank: u32) -> Vec<UpAndDown> {
        self.chordal.arcs(rank).map(|arc| self.get(arc)).collect()
    }

    /// Ways over lower ranks: each rank looks at the arcs between its heads.
    fn lower_over_lower(&self, tree: &Tree, executor: &dyn Executor) -> Result<()> {
        let all = 0..self.chordal.len() as u32;
        executor.each(tree.parts.len(), &|part| {
            tree.parts[part].clone().for_each(|rank| self.over(rank, &self.of_rank(rank), &all));
        })?;
        for (first, block) in (0..).step_by(BLOCK).zip(tree.spine.chunks(BLOCK)) {
            executor.go_on()?;
            let after = block[block.len() - 1] + 1;
            block.iter().for_each(|&rank| self.over(rank, &self.of_rank(rank), &(0..after)));
            let own: Vec<Vec<UpAndDown>> = block.iter().map(|&rank| self.of_rank(rank)).collect();
            let pieces: Vec<&[u32]> = tree.spine[first + block.len()..].chunks(PIECE).collect();
            executor.each(pieces.len(), &|piece| {
                let piece = pieces[piece];
                let middles = piece[0]..piece[piece.len() - 1] + 1;
                block.iter().zip(&own).for_each(|(&rank, own)| self.over(rank, own, &middles));
            })?;
        }
        executor.go_on()
    }

    /// Lowers the arcs from those heads of a rank that are in `middles` to its higher heads.
    fn over(&self, rank: u32, own: &[UpAndDown], middles: &Range<u32>) {
        let lower = |arc: &AtomicU32, ms: u32| {
            if ms < arc.load(Relaxed) {
                arc.fetch_min(ms, Relaxed);
            }
        };
        triangles(self.chordal, rank, middles, |i, j, arc| {
            let ([up_i, down_i], [up_j, down_j]) = (own[i], own[j]);
            let [up, down] = &self.ms[arc];
            lower(up, down_i + up_j);
            lower(down, down_j + up_i);
        });
    }

    /// Ways from a rank to a higher one over another higher one: those arcs are kept that are shorter.
    fn lower_over_higher(&self, tree: &Tree, executor: &dyn Executor) -> Result<()> {
        let n = self.chordal.len() as u32;
        for block in tree.spine.rchunks(BLOCK) {
            let after = block[block.len() - 1] + 1;
            let round = collect(executor, block.len(), |at| self.round(block[at], &(after..n)))?;
            for (&rank, mut round) in block.iter().zip(round).rev() {
                for (round, more) in round.iter_mut().zip(self.round(rank, &(0..after))) {
                    *round = [round[0].min(more[0]), round[1].min(more[1])];
                }
                self.keep(rank, &round);
            }
        }
        executor.each(tree.parts.len(), &|part| {
            tree.parts[part].clone().rev().for_each(|rank| self.keep(rank, &self.round(rank, &(0..n))));
        })?;
        executor.go_on()
    }

    /// What a rank's arcs would cost over those of its heads that are in `middles`.
    fn round(&self, rank: u32, middles: &Range<u32>) -> Vec<UpAndDown> {
        let own = self.of_rank(rank);
        let mut round = vec![[INFINITE; 2]; own.len()];
        triangles(self.chordal, rank, middles, |i, j, arc| {
            let [up, down] = self.get(arc);
            let ([up_i, down_i], [up_j, down_j]) = (own[i], own[j]);
            round[j] = [round[j][0].min(up_i + up), round[j][1].min(down + down_i)];
            round[i] = [round[i][0].min(up_j + down), round[i][1].min(up + down_j)];
        });
        round
    }

    fn keep(&self, rank: u32, round: &[UpAndDown]) {
        for (arc, round) in self.chordal.arcs(rank).zip(round) {
            let own = self.get(arc);
            let mut kept = 0;
            for side in 0..2 {
                kept |= u8::from(own[side] < round[side]) << side;
                self.ms[arc][side].store(own[side].min(round[side]), Relaxed);
            }
            self.kept[arc].store(kept, Relaxed);
        }
    }

    fn kept_arcs(&self, side: usize) -> RankArcs {
        let is_kept = |arc: &usize| self.kept[*arc].load(Relaxed) & 1 << side != 0;
        let count = (0..self.kept.len()).filter(is_kept).count();
        let mut arcs = RankArcs { first: vec![0], arcs: Vec::with_capacity(count) };
        for rank in 0..self.chordal.len() as u32 {
            for arc in self.chordal.arcs(rank).filter(is_kept) {
                arcs.arcs.push(Arc { rank: self.chordal.head[arc], ms: self.get(arc)[side] });
            }
            arcs.first.push(arcs.arcs.len() as u32);
        }
        arcs
    }
}

/// Calls `with(i, j, arc)` for each two arcs i < j of a rank (counted from its first), the first of them to one of
/// `middles`, and the arc between their heads.
#[inline(always)]
fn triangles(chordal: &Chordal, rank: u32, middles: &Range<u32>, mut with: impl FnMut(usize, usize, usize)) {
    let heads = &chordal.head[chordal.arcs(rank)];
    let first = heads.partition_point(|&head| head < middles.start);
    for (i, &middle) in heads.iter().enumerate().skip(first) {
        if middle >= middles.end {
            break;
        }
        let others = &heads[i + 1..];
        let arcs = chordal.arcs(middle);
        // All of `others` are heads of `middle`, too. Where these are many more, we look each up.
        if arcs.len() > 8 * others.len() {
            let mut from = arcs.start;
            for (k, &other) in others.iter().enumerate() {
                from += chordal.head[from..arcs.end].partition_point(|&head| head < other);
                with(i, i + 1 + k, from);
            }
        } else {
            let mut arc = arcs.start;
            for (k, &other) in others.iter().enumerate() {
                while chordal.head[arc] != other {
                    arc += 1;
                }
                with(i, i + 1 + k, arc);
            }
        }
    }
}
