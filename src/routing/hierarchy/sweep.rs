//! The sweep: 64 origins at once, each a lane. First up from their streets' ends, rank by rank, then down over the
//! planned rows. What costs more than the limit is not followed; labels above it are bounds only.

use super::graph::{CLOSED, INFINITE};
use super::plan::{ArcFromRow, Exit, RowPlan, SweepTargets};
use super::weights::RankArcs;
use crate::base::NONE;
use crate::routing::lanes::Row;

/// Origins of a batch.
pub const LANES: usize = 64;

type Labels = Row<u32, LANES>;

const NOWHERE: Labels = Row([INFINITE; LANES]);

/// Times of a batch of origins to the targets that it reaches; and the scratch memory that finding them takes, which is
/// used again by the next batch.
#[derive(Debug, Default)]
pub struct TravelTimes {
    /// Targets with a row, and their rows.
    targets: Vec<u32>,
    ms: Vec<Labels>,
    /// Target → row, or `NONE`.
    row_of: Vec<u32>,
    climb: Climb,
    /// Rows of the plan, and the least label of each. Rows whose least is above the limit are whatever they were.
    labels: Vec<Labels>,
    least: Vec<u32>,
}

/// The search upwards.
#[derive(Debug, Default)]
struct Climb {
    /// Ranks that were reached, as bits; all 0 between batches.
    reached: Vec<u64>,
    /// Rank → place of its labels; only those of reached ranks mean something.
    at: Vec<u32>,
    labels: Vec<Labels>,
    /// Planned rows that were reached, with the place of their labels; in the order of the rows.
    seeds: Vec<(u32, u32)>,
}

impl TravelTimes {
    /// The targets that some origin of the batch reaches within the limit, with ms by lane; [`CLOSED`] for those that
    /// do not reach it.
    pub fn reached(&self) -> impl Iterator<Item = (u32, &[u32; LANES])> {
        self.targets.iter().zip(&self.ms).map(|(&target, row)| (target, &row.0))
    }

    /// ms from the origin of a lane to a target, or [`CLOSED`].
    pub fn ms(&self, lane: usize, target: u32) -> u32 {
        match self.row_of.get(target as usize) {
            Some(&row) if row != NONE => self.ms[row as usize].0[lane],
            _ => CLOSED,
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let rows = self.ms.capacity() + self.labels.capacity() + self.climb.labels.capacity();
        let words = self.targets.capacity() + self.row_of.capacity() + self.least.capacity();
        rows * size_of::<Labels>()
            + 4 * (words + self.climb.at.capacity())
            + 8 * (self.climb.reached.capacity() + self.climb.seeds.capacity())
    }

    pub(super) fn begin(&mut self, ranks: usize, targets: &SweepTargets) {
        for &target in &self.targets {
            self.row_of[target as usize] = NONE;
        }
        self.targets.clear();
        self.ms.clear();
        self.climb.labels.clear();
        self.row_of.resize(targets.len(), NONE);
        self.climb.reached.resize(ranks.div_ceil(64), 0);
        self.climb.at.resize(ranks, NONE);
        let rows = targets.plan.first.len() - 1;
        if self.labels.len() < rows {
            self.labels.resize(rows, NOWHERE);
            self.least.resize(rows, INFINITE);
        }
    }

    /// An origin gets to a rank.
    pub(super) fn seed(&mut self, lane: usize, rank: u32, ms: u32) {
        let label = &mut self.climb.row(rank).0[lane];
        *label = ms.min(*label);
    }

    /// From the seeds to all targets within the limit.
    #[inline(always)]
    pub(super) fn sweep(&mut self, up: &RankArcs, plan: &RowPlan, limit_ms: u32) {
        self.climb.climb(up, plan, limit_ms);
        let (mut seed, mut row, mut exit, mut at) = (0, 0, 0, 0);
        while let Some(block) = plan.blocks.get(at) {
            let alive = |entry: &ArcFromRow| self.least[entry.row as usize] + entry.ms <= limit_ms;
            let lives = match block.enters {
                None => true,
                Some((begin, end)) => {
                    let seeded = self.climb.seeds.get(seed).is_some_and(|&(row, _)| row < block.rows_end);
                    seeded || plan.enters[begin as usize..end as usize].iter().any(alive)
                }
            };
            at = if lives { at + 1 } else { block.next as usize };
            if lives && !block.whole {
                continue;
            }
            let (rows_end, exits_end) = (block.rows_end as usize, block.exits_end as usize);
            if lives {
                for row in row..rows_end {
                    self.fill(plan, row, &mut seed, limit_ms);
                }
            } else {
                self.least[row..rows_end].fill(INFINITE);
            }
            for exit in &plan.exits[exit..exits_end] {
                // A target in a dead block may be reached from its other end.
                if lives || exit.from.iter().any(|entry| (entry.row as usize) < row) {
                    self.read_off(exit, limit_ms);
                }
            }
            (row, exit) = (rows_end, exits_end);
        }
    }

    /// Fills a row from those before it, and from what climbed there.
    #[inline(always)]
    fn fill(&mut self, plan: &RowPlan, row: usize, seed: &mut usize, limit_ms: u32) {
        let mut labels = NOWHERE;
        let mut touched = false;
        if let Some(&(at, climbed)) = self.climb.seeds.get(*seed)
            && at as usize == row
        {
            labels = self.climb.labels[climbed as usize];
            touched = true;
            *seed += 1;
        }
        for arc in &plan.arcs[plan.first[row] as usize..plan.first[row + 1] as usize] {
            if self.least[arc.row as usize] + arc.ms <= limit_ms {
                lower(&mut labels, &self.labels[arc.row as usize], arc.ms);
                touched = true;
            }
        }
        self.least[row] = INFINITE;
        if touched {
            self.least[row] = least(&labels);
            self.labels[row] = labels;
        }
    }

    #[inline(always)]
    fn read_off(&mut self, exit: &Exit, limit_ms: u32) {
        let mut ms = NOWHERE;
        for entry in &exit.from {
            if self.least[entry.row as usize] + entry.ms <= limit_ms {
                lower(&mut ms, &self.labels[entry.row as usize], entry.ms);
            }
        }
        if least(&ms) <= limit_ms {
            for lane in &mut ms.0 {
                *lane = if *lane <= limit_ms { *lane } else { CLOSED };
            }
            let row = &mut self.row_of[exit.target as usize];
            if *row == NONE {
                *row = self.targets.len() as u32;
                self.targets.push(exit.target);
                self.ms.push(ms);
            } else {
                lower(&mut self.ms[*row as usize], &ms, 0);
            }
        }
    }

    /// A time along the chain on which both the origin of a lane and a target lie.
    pub fn lower(&mut self, lane: usize, target: u32, ms: u32) {
        let row = &mut self.row_of[target as usize];
        if *row == NONE {
            *row = self.targets.len() as u32;
            self.targets.push(target);
            self.ms.push(Row([CLOSED; LANES]));
        }
        let label = &mut self.ms[*row as usize].0[lane];
        *label = ms.min(*label);
    }
}

impl Climb {
    /// The labels of a rank, which counts as reached from now on.
    #[inline(always)]
    fn row(&mut self, rank: u32) -> &mut Labels {
        let (word, bit) = (rank as usize / 64, 1 << (rank % 64));
        if self.reached[word] & bit == 0 {
            self.reached[word] |= bit;
            self.at[rank as usize] = self.labels.len() as u32;
            self.labels.push(NOWHERE);
        }
        &mut self.labels[self.at[rank as usize] as usize]
    }

    /// From the seeds up, in the order of ranks: arcs lead to higher ones only. Leaves what reached planned rows.
    #[inline(always)]
    fn climb(&mut self, up: &RankArcs, plan: &RowPlan, limit_ms: u32) {
        self.seeds.clear();
        for word in 0..self.reached.len() {
            // A rank may set bits of its own word: above its own.
            let mut done = 0u64;
            loop {
                let left = self.reached[word] & !done;
                if left == 0 {
                    break;
                }
                let bit = left.trailing_zeros();
                done |= 1 << bit;
                let rank = (word * 64) as u32 + bit;
                let at = self.at[rank as usize];
                let labels = self.labels[at as usize];
                let least = least(&labels);
                for arc in up.row(rank) {
                    if least + arc.ms <= limit_ms {
                        lower(self.row(arc.rank), &labels, arc.ms);
                    }
                }
                let row = plan.row_of[rank as usize];
                if row != NONE && least <= limit_ms {
                    self.seeds.push((row, at));
                }
            }
            self.reached[word] = 0;
        }
        // Rows go down where ranks go up.
        self.seeds.reverse();
    }
}

/// Each lane becomes what comes from another row, where that is less.
#[inline(always)]
fn lower(labels: &mut Labels, from: &Labels, ms: u32) {
    for lane in 0..LANES {
        labels.0[lane] = labels.0[lane].min(from.0[lane] + ms);
    }
}

#[inline(always)]
fn least(labels: &Labels) -> u32 {
    labels.0.iter().fold(INFINITE, |least, &label| label.min(least))
}
