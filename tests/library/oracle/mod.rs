//! The slow twin of the router: plain tables and walks → travel times, one plain scan per departure.
//! It reads `inputs::raw` and nothing else of the engine, so that whatever the engine derives from these
//! tables (days, interpolated times, rules of transfer, seats that are kept) is derived twice.
//!
//! `runs` lays out the vehicles' journeys day by day, `rules` says what a change costs, `scan` travels;
//! `random` (with `random_rules`) makes networks, `shrink` makes a failing one smaller, `show` prints one, `hand` builds one by hand,
//! `brute` checks the scan itself.

pub mod brute;
pub mod hand;
pub mod random;
mod random_rules;
pub mod rules;
pub mod runs;
pub mod scan;
pub mod show;
pub mod shrink;

use std::collections::BTreeMap;

use isokron::base::csr::{Csr, TimedArc};
use isokron::inputs::raw::RawFeed;
use isokron::network::{StreetLegs, calendar};
use jiff::civil::Date;

pub use random::case;
pub use scan::Oracle;

/// Walks in seconds. Stops are numbered over all feeds, feed by feed.
#[derive(Clone, Default, PartialEq)]
pub struct Ways {
    pub origins: u32,
    pub destinations: u32,
    /// (origin, stop).
    pub access: BTreeMap<(u32, u32), u32>,
    /// (stop, destination).
    pub egress: BTreeMap<(u32, u32), u32>,
    /// (stop, other stop).
    pub transfers: BTreeMap<(u32, u32), u32>,
    /// (origin, destination).
    pub direct: BTreeMap<(u32, u32), u32>,
}

/// What is asked.
#[derive(Clone, PartialEq)]
pub struct Query {
    pub date: Date,
    /// The study's zone: the window is by the clock on its walls.
    pub zone: String,
    pub start_s: i32,
    pub end_s: i32,
    pub every_s: u32,
    pub board_slack_s: u32,
    pub transfer_slack_s: u32,
    pub max_rides: Option<u32>,
    pub max_travel_time_s: u32,
    pub phone_ahead: bool,
}

/// A whole small world and a question about it. `{:?}` prints it for a person.
#[derive(Clone, PartialEq)]
pub struct Case {
    pub feeds: Vec<RawFeed>,
    pub ways: Ways,
    pub query: Query,
}

impl Case {
    /// The number that stop 0 of feed `feed` has among all stops.
    pub fn first_stop(&self, feed: usize) -> u32 {
        self.feeds[..feed].iter().map(|f| f.stops.len() as u32).sum()
    }

    pub fn stops(&self) -> u32 {
        self.first_stop(self.feeds.len())
    }
}

/// Travel times in seconds from `origin`: `[destination][departure]`, `None` where the time is infinite.
pub fn times(case: &Case, origin: u32) -> Vec<Vec<Option<u32>>> {
    Oracle::new(case).times(origin)
}

/// Percentile travel times from `origin`: `[destination][percentile]`.
pub fn answer(case: &Case, origin: u32, percentiles: &[f64]) -> Vec<Vec<Option<u32>>> {
    Oracle::new(case).answer(origin, percentiles)
}

/// With the window as one of arrivals: `[destination][arrival]`, seconds from the latest departure to the time at
/// which one is to be there, by looking at every departure of the longest time before it. `None` where the clocks
/// change in between: the wall's seconds are not to be counted then.
pub fn arrival_times(case: &Case, origin: u32) -> Option<Vec<Vec<Option<u32>>>> {
    let longest = case.query.max_travel_time_s;
    let mut earlier = case.clone();
    earlier.query.start_s -= longest as i32;
    earlier.query.every_s = 1;
    let (q, (start, length)) = (&earlier.query, runs::window(&case.query));
    if calendar::wall(&q.zone, q.date, q.start_s) != Ok(start - i64::from(longest)) {
        return None;
    }
    let latest = |arrives: &dyn Fn(u32) -> Option<u32>, by: u32| {
        let left = (by - longest..=by).rev().find(|&left| arrives(left).is_some_and(|at| at <= by));
        left.map(|left| by - left)
    };
    let of_destination = |times: Vec<Option<u32>>| {
        let arrives = |left: u32| times.get(left as usize).copied().flatten().map(|time| left + time);
        let arrivals = (0..length as u32).step_by(case.query.every_s as usize);
        arrivals.map(|k| latest(&arrives, longest + k)).collect()
    };
    Some(times(&earlier, origin).into_iter().map(of_destination).collect())
}

/// The same walks as the engine takes them.
pub fn legs_of(case: &Case) -> StreetLegs {
    let rows = |n: u32, pairs: &mut dyn Iterator<Item = (u32, u32, u32)>| {
        let mut rows: Vec<Vec<TimedArc>> = vec![Vec::new(); n as usize];
        for (row, to, seconds) in pairs {
            rows[row as usize].push(TimedArc { to, seconds });
        }
        rows.iter_mut().for_each(|row| row.sort());
        Csr::from_rows(rows)
    };
    let ways = &case.ways;
    StreetLegs {
        access: rows(ways.origins, &mut ways.access.iter().map(|(k, s)| (k.0, k.1, *s))),
        egress: rows(ways.destinations, &mut ways.egress.iter().map(|(k, s)| (k.1, k.0, *s))),
        footpaths: rows(case.stops(), &mut ways.transfers.iter().map(|(k, s)| (k.0, k.1, *s))),
        direct: rows(ways.origins, &mut ways.direct.iter().map(|(k, s)| (k.0, k.1, *s))),
    }
}
