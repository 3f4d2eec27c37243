//! A flow → the fixed graph of the sweep: each event with the rows that it reads and writes. Nothing here depends on an
//! origin.

use super::changes::Changes;
use super::events::{Event, Events, last_arrival};
use super::flow::{Flow, Segment};
use super::unroll::Service;
use crate::base::NONE;

/// The operation is a departure; else an arrival.
pub const DEPARTS: u32 = 1;
/// The run's row is set to zero after the operation: the run has ended.
pub const LAST: u32 = 2;
/// An arrival from which somebody can walk to a destination.
pub const LEAVES: u32 = 4;
/// An arrival where one may alight.
pub const ALIGHTS: u32 = 8;
/// The `pre` and `direct` rows of a departure are set to zero after it.
pub const CONSUMES: u32 = 16;
/// From this bit on: how many runs the riders stay seated into.
pub const JOINS_SHIFT: u32 = 8;

/// One step of the sweep: 32 bytes.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Op {
    pub time_s: i32,
    pub flags: u32,
    /// The run's row.
    pub run_row: u32,
    /// An arrival's `best` row, a departure's `board` row.
    pub place_row: u32,
    /// Stop of the graph.
    pub stop: u32,
    /// An arrival's pushes are `pushes[a..b]`; a departure's `pre` row is `a`, its `direct` row `b`, or `NONE`.
    pub a: u32,
    pub b: u32,
    /// First of an arrival's joins in `join_rows`.
    pub joins: u32,
}

/// To the row `slot`, which waits for the operation `departure`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Push {
    pub slot: u32,
    pub departure: u32,
}

/// The graph of a period, a profile and their walks.
#[derive(Debug, Default)]
pub struct Graph {
    pub ops: Vec<Op>,
    pub pushes: Vec<Push>,
    pub join_rows: Vec<u32>,
    pub segments: Vec<Segment>,
    pub run_rows: usize,
    pub best_rows: usize,
    pub board_rows: usize,
    pub slots: usize,
    /// Stops of the graph, along a curve: their index in the timetable.
    pub stops: Vec<u32>,
    /// Stop of the timetable → stop of the graph, or `NONE`.
    pub stop_of: Vec<u32>,
    /// Stop of the graph → where its survivors lie; one longer than `stops`.
    pub survivors: Vec<u32>,
}

impl Graph {
    /// `left`: the stops from which somebody may walk to a destination.
    pub fn build(flow: &Flow, service: &Service, left: &[bool]) -> Graph {
        let Flow { events, changes, segments, stops, stop_of } = flow;
        let mut graph = compile(service, events, changes, segments, stop_of, left);
        let mut survivors = vec![0u32; stops.len() + 1];
        for op in graph.ops.iter().filter(|op| op.flags & (DEPARTS | LEAVES) == LEAVES) {
            survivors[op.stop as usize + 1] += 1;
        }
        for i in 0..stops.len() {
            survivors[i + 1] += survivors[i];
        }
        graph.best_rows = changes.arrival_places;
        graph.board_rows = changes.boarding_places;
        graph.survivors = survivors;
        graph.stops = stops.clone();
        graph.stop_of = stop_of.clone();
        graph
    }

    /// Bytes held, less what hardly counts.
    pub fn bytes(&self) -> usize {
        self.ops.capacity() * size_of::<Op>()
            + self.pushes.capacity() * size_of::<Push>()
            + 4 * (self.stops.capacity() + self.stop_of.capacity() + self.survivors.capacity())
    }

    /// The runs that riders stay seated into after an arrival: their rows.
    #[inline(always)]
    pub fn joins(&self, op: &Op) -> &[u32] {
        let joins = if op.flags & DEPARTS == 0 { (op.flags >> JOINS_SHIFT) as usize } else { 0 };
        &self.join_rows[op.joins as usize..op.joins as usize + joins]
    }
}

/// Hands out rows: a row that was given back is used again.
#[derive(Default)]
pub struct Rows {
    free: Vec<u32>,
    made: u32,
}

impl Rows {
    pub fn take(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.made += 1;
            self.made - 1
        })
    }

    pub fn give(&mut self, row: u32) {
        self.free.push(row);
    }

    pub fn made(&self) -> usize {
        self.made as usize
    }
}

/// When a row is needed: from `first` to `last`, positions in the order, widened to whole repeating stretches.
#[derive(Clone, Copy)]
struct Life {
    first: u32,
    last: u32,
}

impl Life {
    const NEVER: Life = Life { first: u32::MAX, last: 0 };

    fn touch(&mut self, at: u32) {
        self.first = self.first.min(at);
        self.last = self.last.max(at);
    }

    fn lives(self) -> bool {
        self.first != u32::MAX
    }
}

fn compile(
    service: &Service,
    events: &Events,
    changes: &Changes,
    segments: &[Segment],
    stop_of: &[u32],
    left: &[bool],
) -> Graph {
    let mut joins_from: Vec<Vec<u32>> = vec![Vec::new(); service.runs.len()];
    let mut run_life = vec![Life::NEVER; service.runs.len()];
    for (at, event) in events.order.iter().enumerate() {
        let run = match *event {
            Event::Arrival(a) => events.arrivals[a as usize].run,
            Event::Departure(d) => events.departures[d as usize].run,
        };
        run_life[run as usize].touch(at as u32);
    }
    for &(from, to) in &service.joins {
        if let Some(last) = last_arrival(events, from)
            && run_life[to as usize].lives()
        {
            joins_from[from as usize].push(to);
            run_life[to as usize].touch(events.arrival_at[last as usize]);
        }
    }
    let n_dep = events.departures.len();
    let (mut pre_life, mut direct_life) = (vec![Life::NEVER; n_dep], vec![Life::NEVER; n_dep]);
    for (pushes, life) in [(&changes.pushes, &mut pre_life), (&changes.directs, &mut direct_life)] {
        for (a, row) in pushes.rows().enumerate() {
            for &d in row {
                life[d as usize].touch(events.arrival_at[a]);
                life[d as usize].touch(events.departure_at[d as usize]);
            }
        }
    }

    // Rows are taken before the stretch or operation that first needs them and given back after the last.
    let mut segments = segments.to_vec();
    let mut repeat_of = vec![NONE; events.order.len()];
    for (s, segment) in segments.iter().enumerate().filter(|(_, s)| s.repeats) {
        repeat_of[segment.ops.start as usize..segment.ops.end as usize].fill(s as u32);
    }
    let bounds = |life: Life| {
        let first = repeat_of[life.first as usize];
        let last = repeat_of[life.last as usize];
        (
            if first == NONE { life.first } else { segments[first as usize].ops.start },
            if last == NONE { life.last } else { segments[last as usize].ops.end - 1 },
        )
    };
    let runs = assign(&run_life, events.order.len(), bounds);
    let both: Vec<Life> = pre_life.iter().chain(&direct_life).copied().collect();
    let slots = assign(&both, events.order.len(), bounds);

    // What a life in a repeating stretch ends with need not be an event of its own: riders may join late.
    for (run, life) in run_life.iter().enumerate().filter(|(_, life)| life.lives()) {
        let repeating = repeat_of[life.last as usize];
        if repeating != NONE {
            segments[repeating as usize].ended_runs.push(runs.row[run]);
        }
    }
    let mut graph = Graph { run_rows: runs.made, slots: slots.made, ..Graph::default() };
    for (at, event) in events.order.iter().enumerate() {
        let repeating = repeat_of[at];
        let run = match *event {
            Event::Arrival(a) => events.arrivals[a as usize].run,
            Event::Departure(d) => events.departures[d as usize].run,
        };
        let mut op = Op { run_row: runs.row[run as usize], a: NONE, b: NONE, ..Op::default() };
        if repeating != NONE {
            segments[repeating as usize].runs.push(op.run_row);
        }
        if repeating == NONE && run_life[run as usize].last == at as u32 {
            op.flags |= LAST;
        }
        match *event {
            Event::Arrival(a) => {
                let arrival = events.arrivals[a as usize];
                op.time_s = arrival.time_s;
                op.stop = stop_of[arrival.stop as usize];
                op.place_row = changes.arrival_place[a as usize];
                op.flags |= u32::from(arrival.alights) * ALIGHTS;
                op.flags |= u32::from(arrival.alights && left[arrival.stop as usize]) * LEAVES;
                op.a = graph.pushes.len() as u32;
                graph.pushes.extend(changes.pushes.row(a as usize).iter().map(|&d| Push {
                    slot: slots.row[d as usize],
                    departure: events.departure_at[d as usize],
                }));
                graph.pushes.extend(changes.directs.row(a as usize).iter().map(|&d| Push {
                    slot: slots.row[n_dep + d as usize],
                    departure: events.departure_at[d as usize],
                }));
                op.b = graph.pushes.len() as u32;
                if last_arrival(events, arrival.run) == Some(a) {
                    op.joins = graph.join_rows.len() as u32;
                    let joined = &joins_from[arrival.run as usize];
                    graph.join_rows.extend(joined.iter().map(|&to| runs.row[to as usize]));
                    op.flags |= (joined.len() as u32) << JOINS_SHIFT;
                }
            }
            Event::Departure(d) => {
                let departure = events.departures[d as usize];
                op.time_s = departure.time_s;
                op.stop = stop_of[departure.stop as usize];
                op.place_row = changes.boarding_place[d as usize];
                op.flags |= DEPARTS;
                op.a = slots.row[d as usize];
                op.b = slots.row[n_dep + d as usize];
                if repeating == NONE {
                    op.flags |= CONSUMES;
                } else {
                    let ended = &mut segments[repeating as usize].ended_slots;
                    ended.extend([op.a, op.b].iter().filter(|&&slot| slot != NONE));
                }
            }
        }
        graph.ops.push(op);
    }
    for segment in &mut segments {
        segment.runs.sort_unstable();
        segment.runs.dedup();
    }
    graph.segments = segments;
    graph
}

struct Assigned {
    /// `NONE` where there is no life.
    row: Vec<u32>,
    made: usize,
}

/// Gives each life a row of its own while it lasts.
fn assign(lives: &[Life], positions: usize, bounds: impl Fn(Life) -> (u32, u32)) -> Assigned {
    let mut starts: Vec<(u32, u32)> = Vec::new();
    let mut ends: Vec<(u32, u32)> = Vec::new();
    for (i, &life) in lives.iter().enumerate().filter(|(_, life)| life.lives()) {
        let (first, last) = bounds(life);
        starts.push((first, i as u32));
        ends.push((last, i as u32));
    }
    starts.sort_unstable();
    ends.sort_unstable();
    let mut rows = Rows::default();
    let mut row = vec![NONE; lives.len()];
    let (mut s, mut e) = (0, 0);
    for at in 0..positions as u32 {
        while s < starts.len() && starts[s].0 == at {
            row[starts[s].1 as usize] = rows.take();
            s += 1;
        }
        while e < ends.len() && ends[e].0 == at {
            rows.give(row[ends[e].1 as usize]);
            e += 1;
        }
    }
    Assigned { row, made: rows.made as usize }
}
