//! What a change costs: from a run's arrival to another run's departure, by the most specific rule of transfers.txt.

use isokron::inputs::raw::{RawFeed, RawTransfer};

use super::Case;
use super::runs::Run;

/// Seconds from the arrival of run `a` at its call `i` to the earliest departure that one may take of run `b` at
/// its call `j`; `None` where there is no change.
pub fn needed(case: &Case, a: &Run, i: usize, b: &Run, j: usize) -> Option<u32> {
    let (from, to) = (a.calls[i].stop, b.calls[j].stop);
    let walk = if from == to { Some(0) } else { case.ways.transfers.get(&(from, to)).copied() };
    let ordinary = walk.map(|w| w + case.query.transfer_slack_s);
    let Some(rule) = rule_of(case, a, from, b, to) else { return ordinary };
    match (rule.transfer_type, rule.min_transfer_time_s) {
        (1, _) => walk,
        (2, Some(seconds)) => Some(seconds),
        (3, _) => None,
        _ => ordinary,
    }
}

/// The rule of types 0–3 that counts for a pair, if any.
fn rule_of<'a>(case: &'a Case, a: &Run, from: u32, b: &Run, to: u32) -> Option<&'a RawTransfer> {
    if a.feed != b.feed {
        return None;
    }
    let feed = &case.feeds[a.feed];
    let first = case.first_stop(a.feed);
    let (from, to) = (from - first, to - first);
    let fits = |rule: &&RawTransfer| {
        rule.transfer_type <= 3
            && stands_for(feed, rule.from_stop, from)
            && stands_for(feed, rule.to_stop, to)
            && rule.from_trip.is_none_or(|t| t == a.trip)
            && rule.to_trip.is_none_or(|t| t == b.trip)
            && rule.from_route.is_none_or(|r| r == a.route)
            && rule.to_route.is_none_or(|r| r == b.route)
    };
    // `min_by_key` takes the first of equals: the first in the file.
    feed.transfers.iter().filter(fits).min_by_key(|rule| {
        let side = |trip: Option<u32>, route: Option<u32>| match (trip, route) {
            (Some(_), _) => 2,
            (None, Some(_)) => 1,
            (None, None) => 0,
        };
        let (f, t) = (side(rule.from_trip, rule.from_route), side(rule.to_trip, rule.to_route));
        let class = match (f, t) {
            (2, 2) => 0,
            (2, 1) | (1, 2) => 1,
            (2, 0) | (0, 2) => 2,
            (1, 1) => 3,
            (1, 0) | (0, 1) => 4,
            _ => 5,
        };
        (class, f < t, rule.from_stop != Some(from), rule.to_stop != Some(to))
    })
}

/// A stop in a rule stands for itself, a station for its stops too. Rules of types 0–3 name both stops.
fn stands_for(feed: &RawFeed, named: Option<u32>, stop: u32) -> bool {
    named.is_some_and(|s| s == stop || feed.stops[stop as usize].parent == Some(s))
}
