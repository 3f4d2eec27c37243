//! What a journey may spend, as a second criterion beside time. A row of labels has a sub-row for each level of
//! spending: sub-row `r` holds what is reached having spent at most `r` levels. Boarding and riding move labels up by
//! so many sub-rows, and what would rise past the last is lost.
//!
//! The number of rides is such a budget, with one level a boarding. Whoever adds another (grams of carbon, money)
//! implements [`Budget`]; the sweep is compiled for each, so that an unlimited journey pays for none of them.
//! (The idea of labels by level: Delling, Pajor & Werneck 2012, whose rounds are levels of rides.)

use super::graph::EventNode;

/// How much a journey may spend, and on what.
pub trait Budget: Copy {
    /// Sub-rows of a row: the levels that there are.
    fn levels(self) -> usize;

    /// The fewest levels that a boarding after the first costs: from the sub-rows above `levels − least_boarding`
    /// nobody can board any more, so no row waits there.
    fn least_boarding(self) -> usize;

    /// Levels that the first boarding of a journey costs at a departure.
    fn first_boarding(self, departure: &EventNode) -> usize;

    /// Levels that a later boarding costs at a departure: at least `least_boarding`.
    fn boarding(self, departure: &EventNode) -> usize;

    /// Levels that riding from the run's event before to this arrival costs.
    fn riding(self, arrival: &EventNode) -> usize;

    /// Sub-rows from which one can still board.
    #[inline(always)]
    fn boarding_levels(self) -> usize {
        self.levels().saturating_sub(self.least_boarding())
    }
}

/// No limit at all.
#[derive(Clone, Copy, Debug)]
pub struct Unlimited;

impl Budget for Unlimited {
    #[inline(always)]
    fn levels(self) -> usize {
        1
    }

    #[inline(always)]
    fn least_boarding(self) -> usize {
        0
    }

    #[inline(always)]
    fn first_boarding(self, _: &EventNode) -> usize {
        0
    }

    #[inline(always)]
    fn boarding(self, _: &EventNode) -> usize {
        0
    }

    #[inline(always)]
    fn riding(self, _: &EventNode) -> usize {
        0
    }
}

/// At most so many rides: sub-row `r` is for `r + 1` of them, so the first boarding costs nothing.
#[derive(Clone, Copy, Debug)]
pub struct Rides(pub u32);

impl Budget for Rides {
    #[inline(always)]
    fn levels(self) -> usize {
        self.0 as usize
    }

    #[inline(always)]
    fn least_boarding(self) -> usize {
        1
    }

    #[inline(always)]
    fn first_boarding(self, _: &EventNode) -> usize {
        0
    }

    #[inline(always)]
    fn boarding(self, _: &EventNode) -> usize {
        1
    }

    #[inline(always)]
    fn riding(self, _: &EventNode) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NONE;
    use crate::base::ids::{Id, StopId};
    use crate::routing::graph::{ALIGHTS, CONSUMES, DEPARTS, LAST, LEAVES, SweepGraph, TransferEdge};
    use crate::routing::ids::{AccessRow, GraphStop, RunRow, Slot};
    use crate::routing::lanes::Row;
    use crate::routing::sweep::{Access, Clock, SweepRows, sweep};
    use crate::routing::time_expanded::Segment;

    /// At most so many stops on the way, each a level; boarding is free.
    #[derive(Clone, Copy)]
    struct Stops(usize);

    impl Budget for Stops {
        fn levels(self) -> usize {
            self.0 + 1
        }

        fn least_boarding(self) -> usize {
            0
        }

        fn first_boarding(self, _: &EventNode) -> usize {
            0
        }

        fn boarding(self, _: &EventNode) -> usize {
            0
        }

        fn riding(self, _: &EventNode) -> usize {
            1
        }
    }

    /// From stop 0 to stop 2: by A and B with a change at stop 1, two stops, there at 20 s; or by C past stop 3, which
    /// it calls at three times, four stops, there at 15 s.
    fn two_ways() -> SweepGraph {
        let op = |time_s, flags, run_row, stop, place_row| EventNode {
            time_s,
            flags,
            run_row: RunRow(run_row),
            stop: GraphStop(stop),
            place_row,
            a: if flags & DEPARTS == 0 { 0 } else { NONE },
            b: if flags & DEPARTS == 0 { 0 } else { NONE },
            ..EventNode::default()
        };
        let (a, b, c) = (0, 1, 2);
        let ops = vec![
            op(5, DEPARTS, a, 0, 0),
            op(6, DEPARTS, c, 0, 0),
            op(8, 0, c, 3, 0),
            EventNode { b: 1, ..op(10, ALIGHTS | LAST, a, 1, 0) },
            op(11, 0, c, 3, 0),
            EventNode { a: 0, ..op(12, DEPARTS | CONSUMES, b, 1, 1) },
            op(13, 0, c, 3, 0),
            op(15, ALIGHTS | LEAVES | LAST, c, 2, 1),
            op(20, ALIGHTS | LEAVES | LAST, b, 2, 1),
        ];
        let segments = vec![Segment { ops: 0..ops.len() as u32, ..Segment::default() }];
        SweepGraph {
            ops,
            segments,
            transfer_edges: vec![TransferEdge { slot: Slot(0), departure: 5 }],
            run_rows: 3,
            best_rows: 2,
            board_rows: 2,
            slots: 1,
            stops: (0..4).map(StopId).collect(),
            stop_of: (0..4).map(GraphStop).collect(),
            nondominated: vec![0, 0, 0, 2, 2],
            ..SweepGraph::default()
        }
    }

    /// When stop 2 is reached by whoever may spend so much.
    fn reached(budget: impl Budget) -> Vec<i32> {
        let graph = two_ways();
        let access = Access::<u8, 16> {
            row_of: vec![AccessRow(0), AccessRow::NONE, AccessRow::NONE, AccessRow::NONE].into(),
            steps: vec![Row::zero()],
            rest: vec![Row::zero()],
        };
        let clock = Clock { every_s: 1, departures: 1, longest_s: 100 };
        let mut rows = SweepRows::default();
        // Twice: a sweep leaves its rows as the next one needs them.
        for _ in 0..2 {
            sweep(&graph, &access, clock, budget, &mut rows);
        }
        rows.survivor_times_s[..rows.survivor_counts[GraphStop(2)] as usize].to_vec()
    }

    #[test]
    fn what_may_be_spent_decides_the_way() {
        assert_eq!(reached(Unlimited), [15]);
        assert_eq!(reached(Rides(1)), [15]);
        let none: [i32; 0] = [];
        assert_eq!(reached(Stops(1)), none);
        assert_eq!(reached(Stops(2)), [20]);
        assert_eq!(reached(Stops(3)), [20]);
        assert_eq!(reached(Stops(4)), [15]);
    }
}
