//! New stops between those that trips have, or at their ends.

use rustc_hash::FxHashSet;

use super::draft::{Draft, DraftTrip, Fate};
use super::line::{Dwell, LineRoute, OPEN, Pace, StopAt, dwells, hops};
use super::said::WrongEdit;
use super::which::Which;
use crate::network::transit::{Call, Timetable};

/// Where new stops are put into a trip: after one of these stops, before one of those, or both.
struct Between {
    from: Option<FxHashSet<u32>>,
    to: Option<FxHashSet<u32>>,
    /// At the trip's ends only.
    ends: bool,
}

impl Between {
    /// Calls of a trip that stay before and after: how many, and from which on.
    fn of(&self, calls: &[Call]) -> Option<(Option<usize>, Option<usize>)> {
        let from = match &self.from {
            Some(set) => Some(calls.iter().position(|call| set.contains(&call.stop))?),
            None => None,
        };
        let after = from.map_or(0, |from| from + 1);
        let to = match &self.to {
            Some(set) => Some(after + calls[after..].iter().position(|call| set.contains(&call.stop))?),
            None => None,
        };
        if !self.ends {
            return Some((from, to));
        }
        // A loop calls at its end twice: what counts is the end.
        let last = calls.len() - 1;
        let ends = self.from.as_ref().is_none_or(|set| set.contains(&calls[last].stop))
            && self.to.as_ref().is_none_or(|set| set.contains(&calls[0].stop));
        ends.then_some((from.map(|_| last), to.map(|_| 0)))
    }
}

pub(super) struct New<'e> {
    pub stops: &'e [StopAt],
    pub pace: &'e Pace,
    pub dwell: &'e Dwell,
}

/// Puts them after `from`, before `to`, or between the two; with `ends` where trips end or begin there. What follows
/// keeps its distances in time. Where only the tail is replaced, times before it stay, and where only the head is, those
/// after it.
pub(super) fn put_between(
    draft: &mut Draft<'_>,
    which: &Which,
    (from, to): (Option<&String>, Option<&String>),
    ends: bool,
    new: &New<'_>,
    said: &mut WrongEdit,
) {
    let chosen = draft.chosen(which, said);
    let joined = from.or(to).and_then(|name| draft.stop(name, said));
    let feed = joined.map(|stop| draft.table.stops.feed[stop as usize]);
    let mut set = |name: Option<&String>| name.map(|name| draft.stops(std::slice::from_ref(name), said));
    let between = match joined {
        Some(_) => Between { from: set(from), to: set(to), ends },
        // Its name is said already, and the other's is to be.
        None => Between { from: None, to: set(to.filter(|_| from.is_some())), ends },
    };
    let route = LineRoute::find(draft, new.stops, feed, said);
    let Some(feed) = feed.filter(|_| said.is_well()) else { return };
    let stops = route.make(draft, feed);
    let dwells = dwells(new.dwell, stops.len());
    let mut unplaced = false;
    draft.change_some(&chosen, said, |table, row| {
        let Some(at) = between.of(&row.calls) else { return Fate::Other };
        match replaced(table, row, at, &stops, new.pace, &dwells) {
            Some(calls) => Fate::of_calls(row, calls),
            None => {
                unplaced = true;
                Fate::Same
            }
        }
    });
    if unplaced {
        said.wrong("has a stop without coordinates, and a speed", "write hop_s");
    }
}

/// A trip's calls with others between call `from` and call `to`.
fn replaced(
    table: &Timetable,
    row: &DraftTrip<'_>,
    (from, to): (Option<usize>, Option<usize>),
    stops: &[u32],
    pace: &Pace,
    dwells: &[i32],
) -> Option<Vec<Call>> {
    let old = &row.calls;
    let whole: Vec<u32> = from
        .map(|i| old[i].stop)
        .into_iter()
        .chain(stops.iter().copied())
        .chain(to.map(|i| old[i].stop))
        .collect();
    let hops = hops(table, &whole, pace)?;
    let new = |(stop, dwell_s): (&u32, &i32), arrival_s: i32| Call {
        stop: *stop,
        arrival_s,
        departure_s: arrival_s + dwell_s,
        flags: OPEN,
    };
    let mut calls: Vec<Call> = Vec::with_capacity(old.len() + stops.len());
    match from {
        Some(from) => {
            calls.extend_from_slice(&old[..=from]);
            let mut now = old[from].departure_s;
            for (stop, hop) in stops.iter().zip(dwells).zip(&hops) {
                calls.push(new(stop, now + hop));
                now = calls[calls.len() - 1].departure_s;
            }
            if let Some(to) = to {
                let later = now + hops[hops.len() - 1] - old[to].arrival_s;
                calls.extend(old[to..].iter().map(|call| Call {
                    arrival_s: call.arrival_s + later,
                    departure_s: call.departure_s + later,
                    ..*call
                }));
            } else if let Some(last) = calls.last_mut() {
                last.departure_s = last.arrival_s;
            }
            // Where a trip ended one could perhaps not board.
            if from + 1 == old.len() {
                calls[from].flags = OPEN;
            }
        }
        None => {
            let to = to?;
            let mut next = old[to].arrival_s;
            for (stop, hop) in stops.iter().zip(dwells).zip(&hops).rev() {
                let (departure_s, dwell_s) = (next - hop, *stop.1);
                next = departure_s - dwell_s;
                calls.push(new(stop, next));
            }
            calls.reverse();
            if let Some(first) = calls.first_mut() {
                first.arrival_s = first.departure_s;
            }
            let head = calls.len();
            calls.extend_from_slice(&old[to..]);
            if to == 0 {
                calls[head].flags = OPEN;
            }
        }
    }
    Some(calls)
}
