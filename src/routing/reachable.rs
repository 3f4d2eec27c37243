//! The part of a graph that a group of origins can reach within the longest travel time. The group is swept through
//! that part alone, so that an origin costs what lies within its reach, however large the country is.
//!
//! We bound the group by a *virtual origin*: its access time to each stop is the group's least, its rides are
//! unlimited, and every transfer edge is open to it. At each event its label is at least that of every origin of the
//! group, because labels fall as access grows and every later label is a maximum of earlier ones. Where its label is
//! too early to matter ([`Clock::too_early`]), so are all labels of the group. Such an event cannot change any result,
//! here or later on, because a label that is too early once stays too early.

use super::graph::{
    ALIGHTS, CONSUMES, DEPARTS, EventNode, JOINS_SHIFT, LAST, LEAVES, RowPool, SweepGraph, TransferEdge,
};
use super::ids::{GraphStop, RunRow, Slot};
use super::sweep::Clock;
use super::time_expanded::Segment;
use crate::base::NONE;
use crate::base::ids::{Id, IdVec, StopId};

/// No walk.
pub const FAR: u32 = u32::MAX;

/// The shortest way to a boarding at each stop of any origin of a group, walk and slack, s; or `FAR`.
pub type ShortestToBoard = IdVec<GraphStop, u32>;

impl SweepGraph {
    /// The part of the graph within reach of a group.
    pub fn reachable(&self, nearest: &ShortestToBoard, clock: Clock) -> SweepGraph {
        let labels = labels(self, nearest, clock);
        let mut part = DraftSubgraph::new(self, labels, clock);
        for segment in &self.segments {
            part.segment(segment);
        }
        part.finish()
    }
}

/// The virtual origin's label at each event: at an arrival that of its instance, at a departure that of whoever boards; 0
/// where it is too early.
fn labels(graph: &SweepGraph, nearest: &ShortestToBoard, clock: Clock) -> Vec<u32> {
    let mut labels = vec![0u32; graph.ops.len()];
    let mut runs: IdVec<RunRow, u32> = IdVec::new(0, graph.run_rows);
    let mut board = vec![0u32; graph.board_rows];
    let mut slots: IdVec<Slot, u32> = IdVec::new(0, graph.slots);
    for segment in &graph.segments {
        // Rows only grow here, so a stretch that repeats is over when no label has.
        let mut changed = true;
        while changed {
            changed = false;
            let range = segment.ops.start as usize..segment.ops.end as usize;
            for (op, kept) in graph.ops[range.clone()].iter().zip(&mut labels[range]) {
                let run = op.run_row;
                let label = if op.flags & DEPARTS != 0 {
                    let [waiting, guaranteed] = op.slots();
                    let mut label = on_foot(nearest[op.stop], op.time_s as u32, clock);
                    let place = &mut board[op.place_row as usize];
                    if waiting != Slot::NONE {
                        *place = slots[waiting].max(*place);
                    }
                    label = label.max(*place);
                    if guaranteed != Slot::NONE {
                        label = label.max(slots[guaranteed]);
                    }
                    if op.flags & CONSUMES != 0 {
                        op.slots()
                            .iter()
                            .filter(|slot| **slot != Slot::NONE)
                            .for_each(|&slot| slots[slot] = 0);
                    }
                    runs[run] = runs[run].max(label);
                    label
                } else {
                    runs[run]
                };
                if label > clock.too_early(op.time_s as u32) {
                    changed |= segment.repeats && label > *kept;
                    *kept = label;
                    if op.flags & DEPARTS == 0 {
                        for push in &graph.transfer_edges[op.edges()] {
                            let slot = &mut slots[push.slot];
                            *slot = label.max(*slot);
                        }
                        for &next in graph.joins(op) {
                            runs[next] = label.max(runs[next]);
                        }
                    }
                }
                if op.flags & LAST != 0 {
                    runs[run] = 0;
                }
            }
        }
        segment.ended_runs.iter().for_each(|&run| runs[run] = 0);
        segment.ended_slots.iter().for_each(|&slot| slots[slot] = 0);
    }
    labels
}

fn on_foot(seconds: u32, time_s: u32, clock: Clock) -> u32 {
    time_s.checked_sub(seconds).map_or(0, |late| (late / clock.every_s + 1).min(clock.departures))
}

/// Old rows → new ones while they are in use.
struct Lives<K> {
    new: IdVec<K, K>,
    rows: RowPool<K>,
}

impl<K: Id> Lives<K> {
    fn new(rows: usize) -> Lives<K> {
        Lives { new: IdVec::new(K::NONE, rows), rows: RowPool::new() }
    }

    #[inline]
    fn get(&mut self, old: K) -> K {
        let new = &mut self.new[old];
        if *new == K::NONE {
            *new = self.rows.take();
        }
        *new
    }

    /// The row is in use no longer; what it was, or `NONE`.
    #[inline]
    fn end(&mut self, old: K) -> K {
        let new = std::mem::replace(&mut self.new[old], K::NONE);
        if new != K::NONE {
            self.rows.give(new);
        }
        new
    }
}

/// The part of a graph that is being made.
struct DraftSubgraph<'a> {
    whole: &'a SweepGraph,
    labels: Vec<u32>,
    clock: Clock,
    ops: Vec<EventNode>,
    transfer_edges: Vec<TransferEdge>,
    join_rows: Vec<RunRow>,
    segments: Vec<Segment>,
    runs: Lives<RunRow>,
    slots: Lives<Slot>,
    /// Row of a run → its last operation, if that is in a stretch that does not repeat; else `NONE`.
    last_op: IdVec<RunRow, u32>,
    /// Operation → its place in the part.
    moved: Vec<u32>,
}

impl<'a> DraftSubgraph<'a> {
    fn new(whole: &'a SweepGraph, labels: Vec<u32>, clock: Clock) -> DraftSubgraph<'a> {
        DraftSubgraph {
            ops: Vec::new(),
            transfer_edges: Vec::new(),
            join_rows: Vec::new(),
            segments: Vec::new(),
            runs: Lives::new(whole.run_rows),
            slots: Lives::new(whole.slots),
            last_op: IdVec::new(NONE, whole.run_rows),
            moved: vec![NONE; whole.ops.len()],
            whole,
            labels,
            clock,
        }
    }

    fn segment(&mut self, old: &Segment) {
        let start = self.ops.len() as u32;
        let mut new = Segment { ops: start..start, repeats: old.repeats, ..Segment::default() };
        if old.repeats {
            // What flows backwards in the stretch has its row from the stretch's start on.
            new.runs = old.runs.iter().map(|&run| self.runs.get(run)).collect();
            new.runs.sort_unstable();
            for at in old.ops.clone().filter(|&at| self.labels[at as usize] > 0) {
                let op = self.whole.ops[at as usize];
                if op.flags & DEPARTS != 0 {
                    for slot in op.slots().into_iter().filter(|&slot| slot != Slot::NONE) {
                        self.slots.get(slot);
                    }
                }
            }
        }
        for at in old.ops.clone() {
            self.op(at as usize, old.repeats);
        }
        new.ops.end = self.ops.len() as u32;
        let ended = old.ended_runs.iter().map(|&run| self.runs.end(run));
        new.ended_runs = ended.filter(|&run| run != RunRow::NONE).collect();
        let ended = old.ended_slots.iter().map(|&slot| self.slots.end(slot));
        new.ended_slots = ended.filter(|&slot| slot != Slot::NONE).collect();
        if !new.ops.is_empty() || !new.ended_runs.is_empty() || !new.ended_slots.is_empty() {
            self.segments.push(new);
        }
    }

    fn op(&mut self, at: usize, repeats: bool) {
        let old = &self.whole.ops[at];
        let kept = self.labels[at] > 0
            && if old.flags & DEPARTS != 0 { self.departure(old) } else { self.arrival(at) };
        if kept {
            self.moved[at] = self.ops.len() as u32 - 1;
            let row = self.ops[self.ops.len() - 1].run_row;
            self.last_op[row] = if repeats { NONE } else { self.ops.len() as u32 - 1 };
        }
        if old.flags & LAST != 0 {
            let row = self.runs.end(old.run_row);
            if row != RunRow::NONE {
                match self.last_op[row] {
                    // Riders stayed seated into a run that nothing else is left of: its row is set to zero alone.
                    NONE => self.ops.push(EventNode {
                        flags: LAST,
                        run_row: row,
                        time_s: old.time_s,
                        ..EventNode::default()
                    }),
                    last => self.ops[last as usize].flags |= LAST,
                }
                self.last_op[row] = NONE;
            }
        }
    }

    fn departure(&mut self, old: &EventNode) -> bool {
        let mut slot = |old_slot: Slot| match old_slot {
            Slot::NONE => Slot::NONE,
            _ if old.flags & CONSUMES != 0 => self.slots.end(old_slot),
            _ => self.slots.get(old_slot),
        };
        let [a, b] = old.slots();
        let (a, b) = (slot(a).number(), slot(b).number());
        let run_row = self.runs.get(old.run_row);
        self.ops.push(EventNode { a, b, run_row, flags: old.flags & !LAST, ..*old });
        true
    }

    /// Says whether the arrival leads anywhere, and so was kept.
    fn arrival(&mut self, at: usize) -> bool {
        let (whole, label) = (self.whole, self.labels[at]);
        let old = &whole.ops[at];
        let (a, joins) = (self.transfer_edges.len() as u32, self.join_rows.len() as u32);
        for push in &whole.transfer_edges[old.edges()] {
            let departs_s = whole.ops[push.departure as usize].time_s as u32;
            if self.labels[push.departure as usize] > 0 && label > self.clock.too_early(departs_s) {
                self.transfer_edges.push(TransferEdge { slot: self.slots.get(push.slot), ..*push });
            }
        }
        for &next in whole.joins(old) {
            self.join_rows.push(self.runs.get(next));
        }
        let joined = self.join_rows.len() as u32 - joins;
        let b = self.transfer_edges.len() as u32;
        if a == b && joined == 0 && old.flags & LEAVES == 0 {
            return false;
        }
        let run_row = self.runs.get(old.run_row);
        let flags = old.flags & (ALIGHTS | LEAVES) | joined << JOINS_SHIFT;
        self.ops.push(EventNode { flags, run_row, a, b, joins, ..*old });
        true
    }

    /// Numbers places and stops anew, in their old order, and says where departures have moved to.
    fn finish(self) -> SweepGraph {
        let DraftSubgraph { whole, mut ops, mut transfer_edges, moved, .. } = self;
        for push in &mut transfer_edges {
            push.departure = moved[push.departure as usize];
        }
        let mut best = vec![NONE; whole.best_rows];
        let mut board = vec![NONE; whole.board_rows];
        let mut stop: IdVec<GraphStop, GraphStop> = IdVec::new(GraphStop::NONE, whole.stops.len());
        for op in &ops {
            if op.flags & DEPARTS != 0 {
                board[op.place_row as usize] = 0;
                stop[op.stop] = GraphStop(0);
            } else if op.flags & ALIGHTS != 0 {
                best[op.place_row as usize] = 0;
                stop[op.stop] = GraphStop(0);
            }
        }
        let (best_rows, board_rows) = (number(&mut best), number(&mut board));
        stop.renumber();
        let kept = stop.ids().filter(|&old| stop[old] != GraphStop::NONE);
        let stops: IdVec<GraphStop, StopId> = kept.map(|old| whole.stops[old]).collect();
        let stop_of = stops.inverse(whole.stop_of.len());
        let mut nondominated = vec![0u32; stops.len() + 1];
        for op in &mut ops {
            if op.flags & DEPARTS != 0 {
                op.place_row = board[op.place_row as usize];
                op.stop = stop[op.stop];
            } else if op.flags & ALIGHTS != 0 {
                op.place_row = best[op.place_row as usize];
                op.stop = stop[op.stop];
                nondominated[op.stop.index() + 1] += u32::from(op.flags & LEAVES != 0);
            }
        }
        for i in 0..stops.len() {
            nondominated[i + 1] += nondominated[i];
        }
        SweepGraph {
            ops,
            transfer_edges,
            join_rows: self.join_rows,
            segments: self.segments,
            run_rows: self.runs.rows.made(),
            best_rows,
            board_rows,
            slots: self.slots.rows.made(),
            stops,
            stop_of,
            nondominated,
        }
    }
}

/// Numbers those that are not `NONE`, in order; says how many there are.
fn number(rows: &mut [u32]) -> usize {
    let mut n = 0;
    for row in rows.iter_mut().filter(|row| **row != NONE) {
        *row = n;
        n += 1;
    }
    n as usize
}
