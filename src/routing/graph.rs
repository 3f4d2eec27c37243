//! Runs → the fixed graph: all arrivals and departures in the one order in which labels flow, each with the
//! rows that it reads and writes. Nothing here depends on an origin.

use super::Question;
use super::changes::{Changes, Places};
use super::unroll::{Service, alights, boards};
use crate::base::NONE;
use crate::base::curve::along_curve;
use crate::base::watch::Watch;
use crate::network::Walks;
use crate::network::transit::Timetable;

/// An arrival of a run at a stop where one may alight (or whose riders stay seated into another run).
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub time_s: i32,
    pub run: u32,
    /// Stop of the timetable.
    pub stop: u32,
    /// Whether one may alight.
    pub alights: bool,
}

/// A departure of a run from a stop where one may board.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    pub time_s: i32,
    pub run: u32,
    pub stop: u32,
}

/// Which event an operation is.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Arrival(u32),
    Departure(u32),
}

/// Arrivals and departures within the horizon, each list run by run in the order of calls, and their one order.
#[derive(Debug, Default)]
pub struct Events {
    pub arrivals: Vec<Arrival>,
    pub departures: Vec<Departure>,
    pub order: Vec<Event>,
    /// Run → its arrivals and departures.
    pub arrivals_of: Vec<std::ops::Range<u32>>,
    pub departures_of: Vec<std::ops::Range<u32>>,
    /// Where each arrival and departure stands in `order`.
    pub arrival_at: Vec<u32>,
    pub departure_at: Vec<u32>,
}

impl Events {
    /// Arrivals come before departures within a second, but along a run its own order holds: a hop of no
    /// length puts the next arrival after the departure (its rank is one higher).
    pub fn new(timetable: &Timetable, service: &Service, horizon: i32) -> Events {
        let mut events = Events::default();
        let mut keyed = Vec::new();
        let has_join: std::collections::BTreeSet<u32> = service.joins.iter().map(|&(from, _)| from).collect();
        for (r, run) in service.runs.iter().enumerate() {
            let calls = service.calls(timetable, r);
            let (arrivals, departures) = (events.arrivals.len() as u32, events.departures.len() as u32);
            let mut rank = 0u32;
            let mut before = i32::MIN;
            for (i, call) in calls.iter().enumerate() {
                let arrives = run.shift_s + call.arrival_s;
                let departs = run.shift_s + call.departure_s;
                rank = if arrives == before { rank + 1 } else { 0 };
                let last = i + 1 == calls.len();
                let may_alight = alights(call, i);
                if (may_alight || (last && has_join.contains(&(r as u32))))
                    && (0..=horizon).contains(&arrives)
                {
                    keyed.push((arrives, rank, false, Event::Arrival(events.arrivals.len() as u32)));
                    events.arrivals.push(Arrival {
                        time_s: arrives,
                        run: r as u32,
                        stop: call.stop,
                        alights: may_alight,
                    });
                }
                rank = if departs == arrives { rank } else { 0 };
                before = departs;
                if boards(call, i, calls.len()) && (0..=horizon).contains(&departs) {
                    keyed.push((departs, rank, true, Event::Departure(events.departures.len() as u32)));
                    events.departures.push(Departure { time_s: departs, run: r as u32, stop: call.stop });
                }
            }
            events.arrivals_of.push(arrivals..events.arrivals.len() as u32);
            events.departures_of.push(departures..events.departures.len() as u32);
        }
        // Stable: events that tie keep the order of runs and calls.
        keyed.sort_by_key(|&(time, rank, departs, _)| (time, rank, departs));
        events.arrival_at = vec![0; events.arrivals.len()];
        events.departure_at = vec![0; events.departures.len()];
        events.order = keyed.into_iter().map(|(_, _, _, event)| event).collect();
        for (at, event) in events.order.iter().enumerate() {
            match *event {
                Event::Arrival(a) => events.arrival_at[a as usize] = at as u32,
                Event::Departure(d) => events.departure_at[d as usize] = at as u32,
            }
        }
        events
    }

    pub fn time_s(&self, at: usize) -> i32 {
        match self.order[at] {
            Event::Arrival(a) => self.arrivals[a as usize].time_s,
            Event::Departure(d) => self.departures[d as usize].time_s,
        }
    }
}

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

/// A stretch of operations; one that repeats is run until nothing changes.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    pub ops: std::ops::Range<u32>,
    pub repeats: bool,
    /// Rows of all runs of a stretch that repeats, sorted.
    pub runs: Vec<u32>,
    /// Rows to set to zero after a stretch that repeats: of runs, and of `pre` slots.
    pub ended_runs: Vec<u32>,
    pub ended_slots: Vec<u32>,
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
    pub fn build(
        timetable: &Timetable,
        walks: &Walks,
        left: &[bool],
        service: &Service,
        question: &Question,
        watch: &dyn Watch,
    ) -> Graph {
        let events = Events::new(timetable, service, question.horizon_s());
        let (stops, stop_of) = stops_in_use(timetable, &events);
        let places = Places::new(timetable, walks, service, question, &events, &stops, watch);
        let changes = places.changes(service, &events, watch);
        let segments = segments(service, &events, &changes);
        let mut graph = compile(service, &events, &changes, &segments, &stop_of, left);
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
        graph.stops = stops;
        graph.stop_of = stop_of;
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

/// The stops with events, along Hilbert's curve, and the way back.
pub fn stops_in_use(timetable: &Timetable, events: &Events) -> (Vec<u32>, Vec<u32>) {
    let n = timetable.stops.ids.len();
    let mut used = vec![false; n];
    for stop in events.arrivals.iter().map(|a| a.stop).chain(events.departures.iter().map(|d| d.stop)) {
        used[stop as usize] = true;
    }
    let points: Vec<(f64, f64)> =
        timetable.stops.lon.iter().zip(&timetable.stops.lat).map(|(&lon, &lat)| (lon, lat)).collect();
    let stops: Vec<u32> = along_curve(&points).into_iter().filter(|&s| used[s as usize]).collect();
    let mut stop_of = vec![NONE; n];
    for (i, &s) in stops.iter().enumerate() {
        stop_of[s as usize] = i as u32;
    }
    (stops, stop_of)
}

/// Cuts the order into stretches: a second in which a label would flow backwards is one that repeats.
pub fn segments(service: &Service, events: &Events, changes: &Changes) -> Vec<Segment> {
    let n = events.order.len();
    let mut repeats = std::collections::BTreeSet::new();
    for (a, pushes) in changes.pushes.rows().enumerate() {
        let at = events.arrival_at[a];
        if pushes.iter().any(|&d| events.departure_at[d as usize] < at) {
            repeats.insert(events.arrivals[a].time_s);
        }
    }
    for (a, direct) in changes.directs.rows().enumerate() {
        let at = events.arrival_at[a];
        if direct.iter().any(|&d| events.departure_at[d as usize] < at) {
            repeats.insert(events.arrivals[a].time_s);
        }
    }
    for &(from, to) in &service.joins {
        let Some(last) = last_arrival(events, from) else { continue };
        // A run that nobody may board has arrivals only.
        let departs = events.departures_of[to as usize].clone().next();
        let arrives = events.arrivals_of[to as usize].clone().next();
        let first_event = departs
            .map(|d| events.departure_at[d as usize])
            .into_iter()
            .chain(arrives.map(|a| events.arrival_at[a as usize]))
            .min();
        if first_event.is_some_and(|first| first < events.arrival_at[last as usize]) {
            repeats.insert(events.arrivals[last as usize].time_s);
        }
    }
    let plain = |ops| Segment { ops, ..Segment::default() };
    let mut segments = Vec::new();
    let mut done = 0u32;
    for time in repeats {
        let start = first_at(events, time);
        let end = first_at(events, time + 1);
        if start > done {
            segments.push(plain(done..start));
        }
        segments.push(Segment { repeats: true, ..plain(start..end) });
        done = end;
    }
    if done < n as u32 {
        segments.push(plain(done..n as u32));
    }
    segments
}

fn first_at(events: &Events, time_s: i32) -> u32 {
    let (mut low, mut high) = (0, events.order.len());
    while low < high {
        let middle = (low + high) / 2;
        if events.time_s(middle) < time_s {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low as u32
}

/// The arrival of a run at its last call, if it is within the horizon.
/// (A run with a join always has one there, and it is its last event.)
pub fn last_arrival(events: &Events, run: u32) -> Option<u32> {
    let range = events.arrivals_of[run as usize].clone();
    let arrival = range.end.checked_sub(1).filter(|&a| a >= range.start)?;
    let departs_later = events.departures_of[run as usize]
        .clone()
        .next_back()
        .is_some_and(|d| events.departure_at[d as usize] > events.arrival_at[arrival as usize]);
    (!departs_later).then_some(arrival)
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
