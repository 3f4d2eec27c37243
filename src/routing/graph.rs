//! A time-expanded graph → the sweep graph: each event with the rows that it reads and writes. Nothing here depends on
//! an origin.

use super::events::{Event, Events, last_arrival};
use super::expand::ActiveTrips;
use super::ids::{ArrivalId, DepartureId, GraphStop, InstanceId, RunRow, Slot};
use super::time_expanded::{Segment, TimeExpandedGraph};
use super::transfers::Transfers;
use crate::base::NONE;
use crate::base::ids::{Id, IdVec, StopId};

/// The operation is a departure; else an arrival.
pub const DEPARTS: u32 = 1;
/// The run's row is set to zero after the operation: the run has ended.
pub const LAST: u32 = 2;
/// An arrival from which somebody can walk to a destination.
pub const LEAVES: u32 = 4;
/// An arrival where one may alight.
pub const ALIGHTS: u32 = 8;
/// The slots of a departure are set to zero after it.
pub const CONSUMES: u32 = 16;
/// From this bit on: how many runs the riders stay seated into.
pub const JOINS_SHIFT: u32 = 8;

/// One step of the sweep: 32 bytes.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct EventNode {
    pub time_s: i32,
    pub flags: u32,
    /// The run's row.
    pub run_row: RunRow,
    /// An arrival's `best` row, a departure's `board` row.
    pub place_row: u32,
    pub stop: GraphStop,
    /// Of an arrival [`EventNode::edges`], of a departure [`EventNode::slots`].
    pub a: u32,
    pub b: u32,
    /// First of an arrival's in-seat transfers in `join_rows`.
    pub joins: u32,
}

impl EventNode {
    /// An arrival's transfer edges, in `transfer_edges`.
    #[inline(always)]
    pub fn edges(&self) -> std::ops::Range<usize> {
        self.a as usize..self.b as usize
    }

    /// Where labels wait for a departure, or `NONE`: those that go through its boarding place, and those that only it takes.
    #[inline(always)]
    pub fn slots(&self) -> [Slot; 2] {
        [Slot(self.a), Slot(self.b)]
    }
}

/// To the row `slot`, which waits for the operation `departure`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct TransferEdge {
    pub slot: Slot,
    pub departure: u32,
}

/// The graph of a period, a profile and their walks.
#[derive(Debug, Default)]
pub struct SweepGraph {
    pub ops: Vec<EventNode>,
    pub transfer_edges: Vec<TransferEdge>,
    pub join_rows: Vec<RunRow>,
    pub segments: Vec<Segment>,
    pub run_rows: usize,
    pub best_rows: usize,
    pub board_rows: usize,
    pub slots: usize,
    pub stops: IdVec<GraphStop, StopId>,
    pub stop_of: IdVec<StopId, GraphStop>,
    /// Where the survivors of each stop of the graph lie; one more than `stops`.
    pub nondominated: Vec<u32>,
}

impl SweepGraph {
    /// `left`: the stops from which somebody may walk to a destination.
    pub fn build(flow: &TimeExpandedGraph, service: &ActiveTrips, left: &[bool]) -> SweepGraph {
        let TimeExpandedGraph { events, transfers, segments, stops, stop_of } = flow;
        let mut graph = compile(service, events, transfers, segments, stop_of, left);
        let mut nondominated = vec![0u32; stops.len() + 1];
        for op in graph.ops.iter().filter(|op| op.flags & (DEPARTS | LEAVES) == LEAVES) {
            nondominated[op.stop.index() + 1] += 1;
        }
        for i in 0..stops.len() {
            nondominated[i + 1] += nondominated[i];
        }
        graph.best_rows = transfers.arrival_places;
        graph.board_rows = transfers.boarding_places;
        graph.nondominated = nondominated;
        graph.stops = stops.clone();
        graph.stop_of = stop_of.clone();
        graph
    }

    /// Bytes held, less what hardly counts.
    pub fn bytes(&self) -> usize {
        self.ops.capacity() * size_of::<EventNode>()
            + self.transfer_edges.capacity() * size_of::<TransferEdge>()
            + 4 * (self.stops.capacity() + self.stop_of.capacity() + self.nondominated.capacity())
    }

    /// Where the survivors of a stop begin.
    #[inline(always)]
    pub fn first_survivor(&self, stop: GraphStop) -> u32 {
        self.nondominated[stop.index()]
    }

    /// The runs that riders stay seated into after an arrival: their rows.
    #[inline(always)]
    pub fn joins(&self, op: &EventNode) -> &[RunRow] {
        let joins = if op.flags & DEPARTS == 0 { (op.flags >> JOINS_SHIFT) as usize } else { 0 };
        &self.join_rows[op.joins as usize..op.joins as usize + joins]
    }
}

/// Hands out rows: a row that was given back is used again.
pub struct RowPool<K> {
    free: Vec<K>,
    made: u32,
}

impl<K: Id> RowPool<K> {
    pub fn new() -> RowPool<K> {
        RowPool { free: Vec::new(), made: 0 }
    }

    #[inline]
    pub fn take(&mut self) -> K {
        self.free.pop().unwrap_or_else(|| {
            self.made += 1;
            K::of(self.made - 1)
        })
    }

    #[inline]
    pub fn give(&mut self, row: K) {
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
    service: &ActiveTrips,
    events: &Events,
    transfers: &Transfers,
    segments: &[Segment],
    stop_of: &IdVec<StopId, GraphStop>,
    left: &[bool],
) -> SweepGraph {
    let mut segments = segments.to_vec();
    let repeating = repeating(&segments, events.order.len());
    let Lifetimes { runs: run_life, slots: slot_life, joins_from } = lifetimes(service, events, transfers);
    // Rows are taken before the stretch or operation that first needs them and given back after the last.
    let bounds = |life: Life| {
        let (first, last) = (repeating[life.first as usize], repeating[life.last as usize]);
        (
            if first == NONE { life.first } else { segments[first as usize].ops.start },
            if last == NONE { life.last } else { segments[last as usize].ops.end - 1 },
        )
    };
    let runs = assign(run_life.values(), events.order.len(), bounds);
    let slots = assign(&slot_life, events.order.len(), bounds);

    // What a life in a repeating stretch ends with need not be an event of its own: riders may join late.
    for (instance, life) in run_life.iter().filter(|(_, life)| life.lives()) {
        let repeating = repeating[life.last as usize];
        if repeating != NONE {
            segments[repeating as usize].ended_runs.push(runs.row[instance.index()]);
        }
    }
    let graph = SweepGraph { run_rows: runs.made, slots: slots.made, ..SweepGraph::default() };
    let mut compiler = Compiler { events, transfers, stop_of, left, joins_from, runs, slots, graph };
    for (at, event) in events.order.iter().enumerate() {
        let instance = instance_of(events, event);
        let mut op = match *event {
            Event::Arrival(arrival) => compiler.arrival(arrival),
            Event::Departure(departure) => compiler.departure(departure),
        };
        op.run_row = compiler.runs.row[instance.index()];
        if repeating[at] == NONE {
            op.flags |= u32::from(run_life[instance].last == at as u32) * LAST;
            op.flags |= u32::from(op.flags & DEPARTS != 0) * CONSUMES;
        } else {
            let segment = &mut segments[repeating[at] as usize];
            segment.runs.push(op.run_row);
            if op.flags & DEPARTS != 0 {
                segment.ended_slots.extend(op.slots().iter().filter(|&&slot| slot != Slot::NONE));
            }
        }
        compiler.graph.ops.push(op);
    }
    for segment in &mut segments {
        segment.runs.sort_unstable();
        segment.runs.dedup();
    }
    SweepGraph { segments, ..compiler.graph }
}

fn instance_of(events: &Events, event: &Event) -> InstanceId {
    match *event {
        Event::Arrival(a) => events.arrivals[a].instance,
        Event::Departure(d) => events.departures[d].instance,
    }
}

/// Operation → the stretch that repeats and that it lies in, or `NONE`.
fn repeating(segments: &[Segment], ops: usize) -> Vec<u32> {
    let mut of = vec![NONE; ops];
    for (s, segment) in segments.iter().enumerate().filter(|(_, segment)| segment.repeats) {
        of[segment.ops.start as usize..segment.ops.end as usize].fill(s as u32);
    }
    of
}

/// When the rows of instances, and the slots of departures, are needed.
struct Lifetimes {
    runs: IdVec<InstanceId, Life>,
    /// Of each departure's slot; then of each departure's direct slot.
    slots: Vec<Life>,
    /// Instance → those within the horizon that its riders stay seated into.
    joins_from: IdVec<InstanceId, Vec<InstanceId>>,
}

fn lifetimes(service: &ActiveTrips, events: &Events, transfers: &Transfers) -> Lifetimes {
    let mut runs = IdVec::new(Life::NEVER, service.instances.len());
    for (at, event) in events.order.iter().enumerate() {
        runs[instance_of(events, event)].touch(at as u32);
    }
    let mut joins_from: IdVec<InstanceId, Vec<InstanceId>> = IdVec::new(Vec::new(), service.instances.len());
    for &(from, to) in &service.joins {
        if let Some(last) = last_arrival(events, from)
            && runs[to].lives()
        {
            joins_from[from].push(to);
            runs[to].touch(events.arrival_at[last]);
        }
    }
    let departures = events.departures.len();
    let mut slots = vec![Life::NEVER; 2 * departures];
    for (transfer_edges, first) in [(&transfers.transfer_edges, 0), (&transfers.guaranteed_edges, departures)]
    {
        for (&arrives_at, row) in events.arrival_at.values().iter().zip(transfer_edges.rows()) {
            for &departure in row {
                let life = &mut slots[first + departure.index()];
                life.touch(arrives_at);
                life.touch(events.departure_at[departure]);
            }
        }
    }
    Lifetimes { runs, slots, joins_from }
}

/// Events → operations, with the rows given out.
struct Compiler<'a> {
    events: &'a Events,
    transfers: &'a Transfers,
    stop_of: &'a IdVec<StopId, GraphStop>,
    left: &'a [bool],
    joins_from: IdVec<InstanceId, Vec<InstanceId>>,
    runs: Assigned<RunRow>,
    slots: Assigned<Slot>,
    graph: SweepGraph,
}

impl Compiler<'_> {
    fn arrival(&mut self, a: ArrivalId) -> EventNode {
        let Compiler { events, transfers, graph, slots, runs, .. } = self;
        let arrival = events.arrivals[a];
        let leaves = arrival.alights && self.left[arrival.stop.index()];
        let mut op = EventNode {
            time_s: arrival.time_s,
            flags: (u32::from(arrival.alights) * ALIGHTS) | (u32::from(leaves) * LEAVES),
            place_row: transfers.arrival_place[a].number(),
            stop: self.stop_of[arrival.stop],
            a: graph.transfer_edges.len() as u32,
            ..EventNode::default()
        };
        for (transfer_edges, first) in
            [(&transfers.transfer_edges, 0), (&transfers.guaranteed_edges, events.departures.len())]
        {
            graph.transfer_edges.extend(transfer_edges.row(a.index()).iter().map(|&d| TransferEdge {
                slot: slots.row[first + d.index()],
                departure: events.departure_at[d],
            }));
        }
        op.b = graph.transfer_edges.len() as u32;
        if last_arrival(events, arrival.instance) == Some(a) {
            let joined = &self.joins_from[arrival.instance];
            op.joins = graph.join_rows.len() as u32;
            op.flags |= (joined.len() as u32) << JOINS_SHIFT;
            graph.join_rows.extend(joined.iter().map(|&to| runs.row[to.index()]));
        }
        op
    }

    fn departure(&self, d: DepartureId) -> EventNode {
        let departure = self.events.departures[d];
        EventNode {
            time_s: departure.time_s,
            flags: DEPARTS,
            place_row: self.transfers.boarding_place[d].number(),
            stop: self.stop_of[departure.stop],
            a: self.slots.row[d.index()].number(),
            b: self.slots.row[self.events.departures.len() + d.index()].number(),
            ..EventNode::default()
        }
    }
}

struct Assigned<K> {
    /// `NONE` where there is no life.
    row: Vec<K>,
    made: usize,
}

/// Gives each life a row of its own while it lasts.
fn assign<K: Id>(lives: &[Life], positions: usize, bounds: impl Fn(Life) -> (u32, u32)) -> Assigned<K> {
    let mut starts: Vec<(u32, u32)> = Vec::new();
    let mut ends: Vec<(u32, u32)> = Vec::new();
    for (i, &life) in lives.iter().enumerate().filter(|(_, life)| life.lives()) {
        let (first, last) = bounds(life);
        starts.push((first, i as u32));
        ends.push((last, i as u32));
    }
    starts.sort_unstable();
    ends.sort_unstable();
    let mut rows = RowPool::new();
    let mut row = vec![K::NONE; lives.len()];
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
