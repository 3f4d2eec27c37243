//! Every journey there is, one after another: no labels, no order of events, rules looked up from the most specific
//! form down. For networks of a few trips only; it checks the scan.

use isokron::inputs::raw::RawTransfer;

use super::Case;
use super::runs::{Run, all_runs};

/// Travel times to every destination, leaving `origin` at `leave`; `None` where the journeys are too many.
pub fn from(case: &Case, origin: u32, leave: i64) -> Option<Vec<Option<u32>>> {
    let runs = all_runs(case).0;
    let n = case.ways.destinations as usize;
    let mut search =
        Search { case, runs: &runs, times: vec![i64::MAX; n], leave, boarded: Vec::new(), steps: 0 };
    for (b, run) in runs.iter().enumerate() {
        for (j, call) in run.calls.iter().enumerate() {
            if let Some(walk) = case.ways.access.get(&(origin, call.stop))
                && call.board
                && leave + i64::from(*walk) + i64::from(case.query.board_slack_s) <= call.departure
            {
                search.board(b, j);
            }
        }
    }
    for ((from, to), s) in &case.ways.direct {
        if *from == origin {
            let time = &mut search.times[*to as usize];
            *time = (*time).min(i64::from(*s));
        }
    }
    let within = |t: &i64| *t <= i64::from(case.query.max_travel_time_s);
    (search.steps < LIMIT).then(|| search.times.iter().map(|t| within(t).then_some(*t as u32)).collect())
}

const LIMIT: u64 = 200_000;

struct Search<'a> {
    case: &'a Case,
    runs: &'a [Run],
    times: Vec<i64>,
    leave: i64,
    /// Where one has boarded on this journey: (run, call). Nobody boards the same vehicle at the same call twice.
    boarded: Vec<(usize, usize)>,
    steps: u64,
}

impl Search<'_> {
    fn board(&mut self, b: usize, j: usize) {
        let rides = self.boarded.len() as u32;
        let late =
            self.runs[b].calls[j].departure > self.leave + i64::from(self.case.query.max_travel_time_s);
        if late || self.boarded.contains(&(b, j)) || self.case.query.max_rides.is_some_and(|max| rides >= max)
        {
            return;
        }
        self.boarded.push((b, j));
        self.sit(b, j, &mut if j == 0 { vec![b] } else { vec![] });
        self.boarded.pop();
    }

    /// Sits in run `b` as it leaves call `j`; `seen` are the runs that one has sat in from their start
    /// since boarding.
    fn sit(&mut self, b: usize, j: usize, seen: &mut Vec<usize>) {
        for i in j + 1..self.runs[b].calls.len() {
            self.steps += 1;
            if self.steps >= LIMIT {
                return;
            }
            if self.runs[b].calls[i].alight {
                self.alight(b, i);
            }
        }
        for next in 0..self.runs.len() {
            if !seen.contains(&next) && follows(self.case, self.runs, b, next) {
                seen.push(next);
                self.sit(next, 0, seen);
                seen.pop();
            }
        }
    }

    fn alight(&mut self, a: usize, i: usize) {
        let arrives = self.runs[a].calls[i];
        for ((stop, destination), walk) in &self.case.ways.egress {
            if *stop == arrives.stop {
                let time = &mut self.times[*destination as usize];
                *time = (*time).min(arrives.arrival + i64::from(*walk) - self.leave);
            }
        }
        for b in 0..self.runs.len() {
            for j in 0..self.runs[b].calls.len() {
                let leaves = self.runs[b].calls[j];
                if leaves.board && may_change(self.case, &self.runs[a], i, &self.runs[b], j) {
                    self.board(b, j);
                }
            }
        }
    }
}

fn may_change(case: &Case, a: &Run, i: usize, b: &Run, j: usize) -> bool {
    let (from, to) = (a.calls[i], b.calls[j]);
    let time = to.departure - from.arrival;
    let walk = if from.stop == to.stop {
        Some(0)
    } else {
        case.ways.transfers.get(&(from.stop, to.stop)).map(|s| i64::from(*s))
    };
    let rule = rule(case, a, from.stop, b, to.stop);
    match rule.map(|r| (r.transfer_type, r.min_transfer_time_s)) {
        Some((3, _)) => false,
        Some((2, Some(s))) => time >= i64::from(s),
        Some((1, _)) => walk.is_some_and(|w| time >= w),
        _ => walk.is_some_and(|w| time >= w + i64::from(case.query.transfer_slack_s)),
    }
}

/// Goes down the forms that a rule can have, by what the two sides name, and takes the first rule of the first form.
fn rule<'a>(case: &'a Case, a: &Run, from: u32, b: &Run, to: u32) -> Option<&'a RawTransfer> {
    if a.feed != b.feed {
        return None;
    }
    let feed = &case.feeds[a.feed];
    let first = case.first_stop(a.feed);
    #[derive(Clone, Copy, PartialEq)]
    enum Who {
        Trip,
        Route,
        Any,
    }
    use Who::*;
    let who = |trip: Option<u32>, route: Option<u32>, run: &Run| match (trip, route) {
        (Some(t), _) => (t == run.trip).then_some(Trip),
        (_, Some(r)) => (r == run.route).then_some(Route),
        _ => Some(Any),
    };
    let pairs = [
        (Trip, Trip),
        (Trip, Route),
        (Route, Trip),
        (Trip, Any),
        (Any, Trip),
        (Route, Route),
        (Route, Any),
        (Any, Route),
        (Any, Any),
    ];
    let (platform, other) = (from - first, to - first);
    let station = feed.stops[platform as usize].parent;
    let other_station = feed.stops[other as usize].parent;
    for pair in pairs {
        for from_stop in [Some(platform), station] {
            for to_stop in [Some(other), other_station] {
                let found = feed.transfers.iter().find(|r| {
                    r.transfer_type < 4
                        && from_stop.is_some()
                        && to_stop.is_some()
                        && (r.from_stop, r.to_stop) == (from_stop, to_stop)
                        && who(r.from_trip, r.from_route, a) == Some(pair.0)
                        && who(r.to_trip, r.to_route, b) == Some(pair.1)
                });
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

/// Whether those who sit in run `a` at its end sit in run `b` when it starts.
fn follows(case: &Case, runs: &[Run], a: usize, b: usize) -> bool {
    let (x, y) = (&runs[a], &runs[b]);
    if a == b || x.feed != y.feed || x.day != y.day || x.frequency || y.frequency || y.starts() < x.ends() {
        return false;
    }
    let feed = &case.feeds[x.feed];
    let rules = |kind: u8| {
        feed.transfers.iter().filter(move |r| {
            r.transfer_type == kind && (r.from_trip, r.to_trip) == (Some(x.trip), Some(y.trip))
        })
    };
    if rules(5).next().is_some() {
        return false;
    }
    let first = case.first_stop(x.feed);
    let last_stop = x.calls.last().expect("calls").stop - first;
    let start_stop = y.calls[0].stop - first;
    let is = |named: Option<u32>, stop: u32| match named {
        None => true,
        Some(s) => s == stop || feed.stops[stop as usize].parent == Some(s),
    };
    if rules(4).any(|r| is(r.from_stop, last_stop) && is(r.to_stop, start_stop)) {
        return true;
    }
    let block = |r: &Run| &feed.trips[r.trip as usize].block_id;
    let key = |r: &Run| (r.starts(), r.ends(), r.trip);
    let between = |r: &Run| {
        (r.feed, r.day, r.frequency, block(r)) == (x.feed, x.day, false, block(x))
            && key(x) < key(r)
            && key(r) < key(y)
    };
    let of_feed = |r: &&Run| r.feed == x.feed;
    !block(x).is_empty()
        && block(x) == block(y)
        && key(x) < key(y)
        && !runs.iter().filter(of_feed).any(between)
}
