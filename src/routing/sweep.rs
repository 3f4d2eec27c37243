//! The kernel: one pass over the graph carries the labels of `N` origins for the whole window of departures.
//!
//! For one origin, a label of a place and time is the latest departure from home with which one can be there.
//! A later departure that gets there as early is always better, so one number says it all. Rows of a run, of
//! an arrival place (`best`), of a boarding place (`board`) and of pushes on their way (`slots`):
//!
//! ```text
//! arrival:    e = run;  best = max(best, e);  if that raised a lane: survivor (time, best), and e into the
//!             slot of each departure that is first in time;  e into the runs that riders stay seated into
//! departure:  board = max(board, slot);  run = max(run, board, direct slot, access)
//! ```
//!
//! Access is the label by walking from home: the latest departure with which one is at the stop in time.
//! With a [`Budget`] each row has a sub-row for each level of spending, and boarding and riding move labels up;
//! without one there is one sub-row, and boarding takes from itself.

use super::budget::Budget;
use super::graph::{ALIGHTS, CONSUMES, DEPARTS, EventNode, LAST, LEAVES, SweepGraph};
use super::ids::{AccessRow, GraphStop, RunRow, Slot};
use super::lanes::{Label, Row};
use crate::base::ids::{Id, IdVec};

/// The walks of a batch of origins to the stops of the graph, with the slack of the first boarding.
#[derive(Debug)]
pub struct Access<T, const N: usize> {
    pub row_of: IdVec<GraphStop, AccessRow>,
    /// Walk + slack in steps of departures (rounded down), and the rest in seconds; the greatest label where
    /// a lane does not reach the stop.
    pub steps: Vec<Row<T, N>>,
    pub rest: Vec<Row<T, N>>,
}

/// What a sweep needs and leaves: one a thread.
#[derive(Debug, Default)]
pub struct SweepRows<T, const N: usize> {
    runs: Vec<Row<T, N>>,
    best: Vec<Row<T, N>>,
    board: Vec<Row<T, N>>,
    slots: Vec<Row<T, N>>,
    /// Rows of the runs of a stretch that repeats, as they were before it.
    entry: Vec<Row<T, N>>,
    /// Arrivals that raised a label, by stop: how many, when, and the labels then.
    pub survivor_counts: IdVec<GraphStop, u32>,
    pub survivor_times_s: Vec<i32>,
    pub survivor_rows: Vec<Row<T, N>>,
}

impl<T: Label, const N: usize> SweepRows<T, N> {
    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let labels = [&self.runs, &self.best, &self.board, &self.slots, &self.entry, &self.survivor_rows];
        let rows: usize = labels.iter().map(|rows| rows.capacity()).sum();
        rows * size_of::<Row<T, N>>()
            + 4 * (self.survivor_times_s.capacity() + self.survivor_counts.capacity())
    }

    /// Makes room for a sweep over `graph`. Rows of runs and slots are left at zero by every sweep; the others are
    /// not. Room of a larger graph before is kept.
    fn clear(&mut self, graph: &SweepGraph, budget: impl Budget) {
        let nondominated = graph.nondominated.last().copied().unwrap_or(0) as usize;
        let at_least = |rows: &mut Vec<Row<T, N>>, n: usize| {
            if rows.len() < n {
                rows.resize(n, Row::zero());
            }
        };
        at_least(&mut self.runs, graph.run_rows * budget.levels());
        at_least(&mut self.slots, graph.slots * budget.boarding_levels());
        at_least(&mut self.survivor_rows, nondominated);
        self.survivor_times_s.resize(nondominated.max(self.survivor_times_s.len()), 0);
        self.best.clear();
        self.best.resize(graph.best_rows * budget.levels(), Row::zero());
        self.board.clear();
        self.board.resize(graph.board_rows * budget.boarding_levels(), Row::zero());
        self.survivor_counts.fill(0, graph.stops.len());
    }
}

/// The clock of labels.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    pub every_s: u32,
    /// Number of departures: the greatest label.
    pub departures: u32,
    /// The longest travel time that matters, s.
    pub longest_s: u32,
}

impl Clock {
    /// The greatest label that is of no use at `time_s`: leaving with it, one has been on the way for longer than
    /// the longest time that matters. Such a label may stand in a row, but raises nothing.
    #[inline(always)]
    pub fn too_early(self, time_s: u32) -> u32 {
        self.steps_up(time_s.saturating_sub(self.longest_s))
    }

    /// Seconds as steps between departures, rounded up.
    #[inline(always)]
    pub fn steps_up(self, seconds: u32) -> u32 {
        // Mostly it is every second, and dividing is slow.
        if self.every_s == 1 { seconds } else { seconds.div_ceil(self.every_s) }
    }
}

#[inline(always)]
pub fn sweep<T: Label, const N: usize>(
    graph: &SweepGraph,
    access: &Access<T, N>,
    clock: Clock,
    budget: impl Budget,
    rows: &mut SweepRows<T, N>,
) {
    rows.clear(graph, budget);
    for segment in &graph.segments {
        let ops = &graph.ops[segment.ops.start as usize..segment.ops.end as usize];
        if !segment.repeats {
            for op in ops {
                step(graph, op, access, clock, budget, rows);
            }
            continue;
        }
        // A run's row grows along the run, so each time over it begins with what it held before the stretch.
        rows.entry.clear();
        for &run in &segment.runs {
            rows.entry.extend_from_slice(&rows.runs[run.index() * budget.levels()..][..budget.levels()]);
        }
        loop {
            let mut changed = false;
            for op in ops {
                changed |= step(graph, op, access, clock, budget, rows);
                changed |= keep_joined(graph, op, &segment.runs, budget, rows);
            }
            if !changed {
                break;
            }
            for (i, &run) in segment.runs.iter().enumerate() {
                let entry = &rows.entry[i * budget.levels()..][..budget.levels()];
                rows.runs[run.index() * budget.levels()..][..budget.levels()].copy_from_slice(entry);
            }
        }
        for &run in &segment.ended_runs {
            Row::clear(&mut rows.runs[run.index() * budget.levels()..][..budget.levels()]);
        }
        for &slot in &segment.ended_slots {
            let slot = slot.index() * budget.boarding_levels();
            Row::clear(&mut rows.slots[slot..slot + budget.boarding_levels()]);
        }
    }
}

/// Riders who stay seated into a run of the stretch are in it from its first operation on, the next time over.
#[inline(always)]
fn keep_joined<T: Label, const N: usize>(
    graph: &SweepGraph,
    op: &EventNode,
    runs: &[RunRow],
    budget: impl Budget,
    rows: &mut SweepRows<T, N>,
) -> bool {
    let mut changed = false;
    for &next in graph.joins(op) {
        let Ok(i) = runs.binary_search(&next) else { continue };
        for r in 0..budget.levels() {
            let e = &rows.runs[op.run_row.index() * budget.levels() + r];
            changed |= rows.entry[i * budget.levels() + r].lifted(e);
        }
    }
    changed
}

/// Does one operation; says whether it raised a label of an arrival place.
#[inline(always)]
fn step<T: Label, const N: usize>(
    graph: &SweepGraph,
    op: &EventNode,
    access: &Access<T, N>,
    clock: Clock,
    budget: impl Budget,
    rows: &mut SweepRows<T, N>,
) -> bool {
    let run = op.run_row.index() * budget.levels();
    let mut raised = false;
    if op.flags & DEPARTS != 0 {
        depart(op, run, access, clock, budget, rows);
    } else {
        raised = arrive(graph, op, run, clock, budget, rows);
    }
    if op.flags & LAST != 0 {
        Row::clear(&mut rows.runs[run..run + budget.levels()]);
    }
    raised
}

#[inline(always)]
fn arrive<T: Label, const N: usize>(
    graph: &SweepGraph,
    op: &EventNode,
    run: usize,
    clock: Clock,
    budget: impl Budget,
    rows: &mut SweepRows<T, N>,
) -> bool {
    let mut raised = false;
    let ridden = budget.riding(op);
    if ridden > 0 {
        spend(&mut rows.runs[run..run + budget.levels()], ridden);
    }
    if op.flags & ALIGHTS != 0 {
        let best = op.place_row as usize * budget.levels();
        let useless = T::from_u32(clock.too_early(op.time_s as u32));
        let mut last_raised = false;
        for r in 0..budget.levels() {
            last_raised = rows.best[best + r].lifted_above(&rows.runs[run + r], useless);
            raised |= last_raised;
        }
        if raised {
            if last_raised && op.flags & LEAVES != 0 {
                survive(graph, op, rows, best + budget.levels() - 1);
            }
            for push in &graph.transfer_edges[op.edges()] {
                let slot = push.slot.index() * budget.boarding_levels();
                for r in 0..budget.boarding_levels() {
                    rows.slots[slot + r].lift(&rows.runs[run + r]);
                }
            }
        }
    }
    for &next in graph.joins(op) {
        let next = next.index() * budget.levels();
        for r in 0..budget.levels() {
            let e = rows.runs[run + r];
            rows.runs[next + r].lift(&e);
        }
    }
    raised
}

/// Appends the arrival to its stop's survivors; of one second there is one.
#[inline(always)]
fn survive<T: Label, const N: usize>(
    graph: &SweepGraph,
    op: &EventNode,
    rows: &mut SweepRows<T, N>,
    best: usize,
) {
    let count = rows.survivor_counts[op.stop] as usize;
    let at = graph.first_survivor(op.stop) as usize + count;
    if count > 0 && rows.survivor_times_s[at - 1] == op.time_s {
        rows.survivor_rows[at - 1].lift(&rows.best[best]);
    } else {
        rows.survivor_times_s[at] = op.time_s;
        rows.survivor_rows[at] = rows.best[best];
        rows.survivor_counts[op.stop] += 1;
    }
}

#[inline(always)]
fn depart<T: Label, const N: usize>(
    op: &EventNode,
    run: usize,
    access: &Access<T, N>,
    clock: Clock,
    budget: impl Budget,
    rows: &mut SweepRows<T, N>,
) {
    let boarding = budget.boarding_levels();
    let board = op.place_row as usize * boarding;
    let [waiting, guaranteed] = op.slots();
    if waiting != Slot::NONE {
        let slot = waiting.index() * boarding;
        for r in 0..boarding {
            rows.board[board + r].lift(&rows.slots[slot + r]);
            if op.flags & CONSUMES != 0 {
                rows.slots[slot + r] = Row::zero();
            }
        }
    }
    let row = access.row_of[op.stop];
    if row != AccessRow::NONE {
        let on_foot = label_on_foot(access, row, op.time_s as u32, clock);
        for r in budget.first_boarding(op)..budget.levels() {
            rows.runs[run + r].lift(&on_foot);
        }
    }
    let spent = budget.boarding(op);
    for r in spent..budget.levels() {
        let e = &mut rows.runs[run + r];
        e.lift(&rows.board[board + r - spent]);
        if guaranteed != Slot::NONE {
            e.lift(&rows.slots[guaranteed.index() * boarding + r - spent]);
        }
    }
    if guaranteed != Slot::NONE && op.flags & CONSUMES != 0 {
        Row::clear(&mut rows.slots[guaranteed.index() * boarding..][..boarding]);
    }
}

/// Moves the labels of a row up by so many levels; the lowest are then empty.
#[inline(always)]
fn spend<T: Label, const N: usize>(levels: &mut [Row<T, N>], spent: usize) {
    let spent = spent.min(levels.len());
    levels.copy_within(..levels.len() - spent, spent);
    Row::clear(&mut levels[..spent]);
}

/// The latest departure from home, lane by lane, with which one boards at `time_s`:
/// ⌊(time − slack − walk) / every⌋ + 1, at most their number, 0 where that is before the first.
#[inline(always)]
fn label_on_foot<T: Label, const N: usize>(
    access: &Access<T, N>,
    row: AccessRow,
    time_s: u32,
    clock: Clock,
) -> Row<T, N> {
    let now = T::from_u32(time_s / clock.every_s + 1);
    let most = T::from_u32(clock.departures);
    let steps = &access.steps[row.index()];
    let mut label = Row::zero();
    if clock.every_s == 1 {
        for i in 0..N {
            label.0[i] = now.minus(steps.0[i]).min(most);
        }
        return label;
    }
    let rest = T::from_u32(time_s % clock.every_s);
    let one = T::from_u32(1);
    for i in 0..N {
        let borrow = if access.rest[row.index()].0[i] > rest { one } else { T::default() };
        label.0[i] = now.minus(steps.0[i].plus(borrow)).min(most);
    }
    label
}
