//! Costs → times along the arcs of the hierarchy, and those arcs that a search needs. First each arc costs what the way
//! over lower ranks costs (basic customisation), then the shortest way at all (perfect customisation, Dibbelt, Strasser
//! & Wagner 2016). An arc that is not shorter than a way over some higher rank than its lower end is left out.
//!
//! That is sound because every arc costs at least 1 ms. Take the shortest times d. Of the ranks inside the shortest ways
//! from s to t > s let h be the highest. If h > s, both d(s, h) and d(h, t) are less than d(s, t), and by induction
//! there are ways that climb only, from s to h and on to t. Else the arc from s to t costs d(s, t), and no way
//! over a higher rank than s is as short: it is kept.

use super::chordal::Chordal;
use super::graph::INFINITE;
use crate::base::error::Result;
use crate::base::executor::Executor;

/// The arcs that a search needs, by rank of their lower end.
#[derive(Clone, Debug, Default)]
pub(super) struct SearchGraph {
    /// From a rank to higher ones.
    pub up: RankArcs,
    /// To a rank from higher ones.
    pub down: RankArcs,
}

/// Arcs of each rank.
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
        let mut ms = vec![[INFINITE; 2]; chordal.head.len()];
        for (tail, head, cost) in own {
            let (tail, head) = (chordal.rank_of[tail as usize], chordal.rank_of[head as usize]);
            if tail != head {
                let arc = &mut ms[chordal.arc(tail.min(head), tail.max(head))][usize::from(tail > head)];
                *arc = cost.min(*arc);
            }
        }
        for rank in 0..chordal.len() as u32 {
            over_lower(chordal, rank, &mut ms);
            if rank % 4_096 == 0 {
                executor.go_on()?;
            }
        }
        let mut kept = vec![0u8; ms.len()];
        let mut over = Vec::new();
        for rank in (0..chordal.len() as u32).rev() {
            over_higher(chordal, rank, &mut ms, &mut kept, &mut over);
            if rank % 4_096 == 0 {
                executor.go_on()?;
            }
        }
        let side = |side: usize| {
            let count = kept.iter().filter(|&&bits| bits & 1 << side != 0).count();
            let mut arcs = RankArcs { first: vec![0], arcs: Vec::with_capacity(count) };
            for rank in 0..chordal.len() as u32 {
                for arc in chordal.arcs(rank).filter(|&arc| kept[arc] & 1 << side != 0) {
                    arcs.arcs.push(Arc { rank: chordal.head[arc], ms: ms[arc][side] });
                }
                arcs.first.push(arcs.arcs.len() as u32);
            }
            arcs
        };
        Ok(SearchGraph { up: side(0), down: side(1) })
    }
}

/// Calls `with(i, j, arc)` for each two arcs i < j of a rank (counted from its first) and the arc between their heads.
#[inline(always)]
fn triangles(chordal: &Chordal, rank: u32, mut with: impl FnMut(usize, usize, usize)) {
    let heads = &chordal.head[chordal.arcs(rank)];
    for (i, &middle) in heads.iter().enumerate() {
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

/// Ways over a rank between two higher ones.
fn over_lower(chordal: &Chordal, rank: u32, ms: &mut [UpAndDown]) {
    let arcs = chordal.arcs(rank);
    let (own, above) = ms.split_at_mut(arcs.end);
    let own = &own[arcs.start..];
    triangles(chordal, rank, |i, j, arc| {
        let ([up_i, down_i], [up_j, down_j]) = (own[i], own[j]);
        let [up, down] = &mut above[arc - arcs.end];
        *up = (*up).min(down_i + up_j);
        *down = (*down).min(down_j + up_i);
    });
}

/// Ways from a rank to a higher one over another higher one: those arcs are kept that are shorter.
fn over_higher(
    chordal: &Chordal,
    rank: u32,
    ms: &mut [UpAndDown],
    kept: &mut [u8],
    over: &mut Vec<UpAndDown>,
) {
    let arcs = chordal.arcs(rank);
    let (own, above) = ms.split_at_mut(arcs.end);
    let own = &mut own[arcs.start..];
    over.clear();
    over.resize(own.len(), [INFINITE; 2]);
    triangles(chordal, rank, |i, j, arc| {
        let [up, down] = above[arc - arcs.end];
        let ([up_i, down_i], [up_j, down_j]) = (own[i], own[j]);
        over[j] = [over[j][0].min(up_i + up), over[j][1].min(down + down_i)];
        over[i] = [over[i][0].min(up_j + down), over[i][1].min(up + down_j)];
    });
    for ((own, over), kept) in own.iter_mut().zip(over).zip(&mut kept[arcs]) {
        for side in 0..2 {
            *kept |= u8::from(own[side] < over[side]) << side;
            own[side] = own[side].min(over[side]);
        }
    }
}
