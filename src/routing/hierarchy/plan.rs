//! SweepTargets → the rows of labels that lead to them, from the highest rank down, in blocks that can be passed over as a
//! whole.

use super::chordal::Chordal;
use super::customised::Customised;
use super::graph::INFINITE;
use super::place::{GraphSpot, Located};
use super::weights::RankArcs;
use crate::base::NONE;
use crate::base::csr::Csr;

/// What hangs below one rank is a block where it has at most so many ranks, and what hangs above does not. Smaller ones
/// lie in larger ones.
const BLOCKS: [u32; 5] = [128, 512, 2_048, 8_192, 32_768];

/// PlacesOnChains to be reached, and how.
#[derive(Clone, Debug)]
pub struct SweepTargets {
    pub(super) plan: RowPlan,
    /// Target → where it lies, if it is on a street.
    pub(super) located: Vec<Option<Located>>,
    /// Chain → the targets on it.
    pub(super) on_chain: Csr<u32>,
}

/// Rows in the order in which they are filled.
#[derive(Clone, Debug, Default)]
pub(super) struct RowPlan {
    /// Rank → row, or `NONE` where it leads to no target.
    pub row_of: Vec<u32>,
    /// Row → the arcs that enter it (offsets).
    pub first: Vec<u32>,
    pub arcs: Vec<ArcFromRow>,
    pub blocks: Vec<RowBlock>,
    /// Rows before a block that enter it, with the least cost of doing so; by block.
    pub enters: Vec<ArcFromRow>,
    /// In the order in which they can be read off.
    pub exits: Vec<Exit>,
}

/// An arc from an earlier row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ArcFromRow {
    pub row: u32,
    pub ms: u32,
}

/// Rows that are filled, or passed over, together. They begin, as its exits do, where those before it end.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowBlock {
    pub rows_end: u32,
    pub exits_end: u32,
    /// The range of those who enter it; `None`: a row by itself, whose arcs tell.
    pub enters: Option<(u32, u32)>,
    /// Its rows are filled one after another; else they are in smaller blocks, which follow.
    pub whole: bool,
    /// The block after all of its rows.
    pub next: u32,
}

/// A target and two rows from which one gets to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    pub target: u32,
    pub from: [ArcFromRow; 2],
}

impl SweepTargets {
    pub(super) fn new(customised: &Customised, targets: &[GraphSpot]) -> SweepTargets {
        let places = &customised.places;
        let located: Vec<Option<Located>> =
            targets.iter().map(|spot| places.locate(spot.on.as_ref()?)).collect();
        let mut by_chain = Vec::new();
        for (target, place) in located.iter().enumerate() {
            by_chain.extend(place.map(|place| (place.chain, target as u32)));
        }
        let on_chain = Csr::from_pairs(places.map.chains.from.len(), &by_chain);
        let mut arrivals = Vec::new();
        for (target, (place, spot)) in located.iter().zip(targets).enumerate() {
            let ends = customised.ends(place.as_ref(), spot, customised.against);
            arrivals.extend(ends.chunks(2).map(|pair| (target as u32, [pair[0], pair[pair.len() - 1]])));
        }
        let (_, down) = customised.arcs_up_and_down();
        SweepTargets { plan: RowPlan::new(&places.map.chordal, down, &arrivals), located, on_chain }
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.located.len()
    }

    pub fn is_empty(&self) -> bool {
        self.located.is_empty()
    }
}

impl RowPlan {
    /// For targets and two (rank, ms) from which one gets to each; a target may come several times.
    fn new(chordal: &Chordal, down: &RankArcs, arrivals: &[(u32, [(u32, u32); 2])]) -> RowPlan {
        let n = chordal.len();
        let mut needed = vec![false; n];
        for (rank, _) in arrivals.iter().flat_map(|(_, ends)| ends) {
            needed[*rank as usize] = true;
        }
        for rank in 0..n as u32 {
            if needed[rank as usize] {
                down.row(rank).iter().for_each(|arc| needed[arc.rank as usize] = true);
            }
        }
        let mut plan = RowPlan { row_of: vec![NONE; n], first: vec![0], ..RowPlan::default() };
        for rank in (0..n).rev().filter(|&rank| needed[rank]) {
            plan.row_of[rank] = plan.first.len() as u32 - 1;
            for arc in down.row(rank as u32) {
                plan.arcs.push(ArcFromRow { row: plan.row_of[arc.rank as usize], ms: arc.ms });
            }
            plan.first.push(plan.arcs.len() as u32);
        }
        let exits = plan.exits(arrivals);
        plan.cut_into_blocks(chordal, &needed, exits);
        plan
    }

    /// Exits in the order of the later of their rows.
    fn exits(&self, arrivals: &[(u32, [(u32, u32); 2])]) -> Vec<Exit> {
        let mut exits = Vec::with_capacity(arrivals.len());
        for &(target, ends) in arrivals {
            let [a, b] = ends.map(|(rank, ms)| ArcFromRow { row: self.row_of[rank as usize], ms });
            match [a.ms < INFINITE, b.ms < INFINITE] {
                [true, true] => exits.push(Exit { target, from: [a, b] }),
                [true, false] => exits.push(Exit { target, from: [a, a] }),
                [false, true] => exits.push(Exit { target, from: [b, b] }),
                [false, false] => {}
            }
        }
        exits.sort_by_key(Exit::last_row);
        exits
    }

    fn cut_into_blocks(&mut self, chordal: &Chordal, needed: &[bool], exits: Vec<Exit>) {
        let n = chordal.len();
        // Needed ranks from a rank up: where the rows of what lies below it end.
        let mut rows_from = vec![0; n + 1];
        for rank in (0..n).rev() {
            rows_from[rank] = rows_from[rank + 1] + u32::from(needed[rank]);
        }
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut end = n;
        while end > 0 {
            while let Some((block, _)) = open.pop_if(|&mut (_, begin)| end <= begin) {
                self.blocks[block].next = self.blocks.len() as u32;
            }
            let rank = end - 1;
            let below = chordal.below[rank];
            let begin = end - below as usize;
            let (rows_begin, rows_end) = (rows_from[end], rows_from[begin]);
            if rows_begin == rows_end {
                end = begin;
                continue;
            }
            let parent = chordal.head[chordal.arcs(rank as u32)].first();
            let above = parent.map_or(u32::MAX, |&parent| chordal.below[parent as usize]);
            let whole = below <= BLOCKS[0];
            if whole || BLOCKS.iter().any(|&size| below <= size && size < above) {
                let enters = self.gather_enters(rows_begin, rows_end);
                self.push_block(&exits, rows_end, Some(enters), whole);
                if whole {
                    end = begin;
                    continue;
                }
                open.push((self.blocks.len() - 1, begin));
            }
            if needed[rank] {
                self.push_block(&exits, rows_begin + 1, None, true);
            }
            end = rank;
        }
        for (block, _) in open {
            self.blocks[block].next = self.blocks.len() as u32;
        }
        self.exits = exits;
    }

    fn push_block(&mut self, exits: &[Exit], rows_end: u32, enters: Option<(u32, u32)>, whole: bool) {
        let exits_end = exits.partition_point(|exit| exit.last_row() < rows_end) as u32;
        let next = self.blocks.len() as u32 + 1;
        self.blocks.push(RowBlock { rows_end, exits_end, enters, whole, next });
    }

    /// The rows before some that enter them, each once, as a range of `enters`.
    fn gather_enters(&mut self, rows_begin: u32, rows_end: u32) -> (u32, u32) {
        let arcs = self.first[rows_begin as usize] as usize..self.first[rows_end as usize] as usize;
        let mut enters: Vec<ArcFromRow> =
            self.arcs[arcs].iter().filter(|entry| entry.row < rows_begin).copied().collect();
        enters.sort_unstable_by_key(|entry| (entry.row, entry.ms));
        enters.dedup_by_key(|entry| entry.row);
        let begin = self.enters.len() as u32;
        self.enters.extend(enters);
        (begin, self.enters.len() as u32)
    }
}

impl Exit {
    fn last_row(&self) -> u32 {
        self.from[0].row.max(self.from[1].row)
    }
}
