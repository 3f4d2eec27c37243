//! Plain tables → runs: every journey of a vehicle near the window, with its calls in seconds from the window's start,
//! and which run follows which with the passengers in their seats.

use std::collections::BTreeSet;

use geo::{Distance, Geodesic, Point};
use isokron::inputs::raw::{RawFeed, RawStopTime};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Case, Query};

/// One journey of a vehicle on one service day.
#[derive(Clone, Debug)]
pub struct Run {
    pub feed: usize,
    pub trip: u32,
    pub route: u32,
    /// Days after the query's date.
    pub day: i32,
    /// Laid out by frequencies.txt.
    pub frequency: bool,
    pub calls: Vec<Call>,
}

/// Seconds are from the window's start.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Numbered over all feeds.
    pub stop: u32,
    pub arrival: i64,
    pub departure: i64,
    pub board: bool,
    pub alight: bool,
}

impl Run {
    pub fn starts(&self) -> i64 {
        self.calls[0].departure
    }

    pub fn ends(&self) -> i64 {
        self.calls[self.calls.len() - 1].arrival
    }
}

/// The window in seconds since 1970: its start, and how long it lasts.
pub fn window(query: &Query) -> (i64, i64) {
    let zone = TimeZone::get(&query.zone).expect("a known zone");
    let instant = |wall: i32| {
        let date = query.date.checked_add(i64::from(wall.div_euclid(86_400)).days()).expect("near");
        let s = wall.rem_euclid(86_400);
        let clock = date.at((s / 3600) as i8, (s / 60 % 60) as i8, (s % 60) as i8, 0);
        let once = zone.to_ambiguous_timestamp(clock).unambiguous();
        once.expect("a wall time that exists once").as_second()
    };
    let start = instant(query.start_s);
    (start, instant(query.end_s) - start)
}

/// Noon − 12 h of a service day, in seconds since 1970.
pub fn day_zero(date: Date, zone: &str) -> i64 {
    date.at(12, 0, 0, 0).in_tz(zone).expect("a known zone").timestamp().as_second() - 12 * 3600
}

/// Whether a service runs on a date: the weekly calendar, then the exceptions.
pub fn runs_on(feed: &RawFeed, service: u32, date: Date) -> bool {
    let weekday = date.weekday().to_monday_zero_offset() as usize;
    let mut runs = feed
        .calendars
        .iter()
        .any(|c| c.service == service && c.weekdays[weekday] && c.start <= date && date <= c.end);
    for exception in feed.calendar_dates.iter().filter(|x| x.service == service && x.date == date) {
        runs = exception.added;
    }
    runs
}

/// Arrival and departure at each call, blanks filled; `None` where the trip cannot run: fewer than two calls, an end
/// without a time, or times that fall.
pub fn clock_times(feed: &RawFeed, rows: &[&RawStopTime]) -> Option<Vec<(i64, i64)>> {
    let mut times: Vec<Option<(i64, i64)>> = rows
        .iter()
        .map(|row| {
            let either = row.arrival_s.or(row.departure_s)?;
            Some((i64::from(row.arrival_s.unwrap_or(either)), i64::from(row.departure_s.unwrap_or(either))))
        })
        .collect();
    if rows.len() < 2 || times[0].is_none() || times[rows.len() - 1].is_none() {
        return None;
    }
    if times.iter().flatten().any(|(arrival, departure)| departure < arrival) {
        return None;
    }
    let mut before = 0;
    for after in 1..rows.len() {
        let Some((arrival, _)) = times[after] else { continue };
        let (_, departure) = times[before].expect("timed");
        if arrival < departure {
            return None;
        }
        let gap = &rows[before..=after];
        for (k, offset) in offsets(feed, gap, arrival - departure).into_iter().enumerate() {
            let t = departure + offset;
            times[before + 1 + k] = Some((t, t));
        }
        before = after;
    }
    Some(times.into_iter().map(|t| t.expect("filled")).collect())
}

/// Seconds after the gap's start for each stop inside it, the gap lasting `span` seconds.
fn offsets(feed: &RawFeed, gap: &[&RawStopTime], span: i64) -> Vec<i64> {
    let pieces = gap.len() as i64 - 1;
    let long = |way: &Vec<f64>| way[pieces as usize] > 0.0;
    let way = shape_way(feed, gap).filter(long).or_else(|| ground_way(feed, gap).filter(long));
    (1..pieces)
        .map(|k| match &way {
            Some(way) => {
                let exact = span as f64 * way[k as usize] / way[pieces as usize];
                let whole = exact.floor();
                whole as i64 + i64::from(exact - whole >= 0.5)
            }
            _ => (2 * span * k + pieces) / (2 * pieces),
        })
        .collect()
}

/// How far each stop of the gap lies from the first by `shape_dist_traveled`, if that can be used: it never falls, and
/// where it stays the two stops are not known to lie apart.
fn shape_way(feed: &RawFeed, gap: &[&RawStopTime]) -> Option<Vec<f64>> {
    let given: Vec<f64> = gap.iter().map(|row| row.shape_dist_traveled).collect::<Option<_>>()?;
    for (k, pair) in gap.windows(2).enumerate() {
        let apart = ground_way(feed, pair).is_some_and(|way| way[1] > 0.0);
        if given[k + 1] < given[k] || (given[k + 1] == given[k] && apart) {
            return None;
        }
    }
    Some(given.iter().map(|d| d - given[0]).collect())
}

/// … by the geodesic from stop to stop, in whole millimetres, so that equal hops are equal.
fn ground_way(feed: &RawFeed, gap: &[&RawStopTime]) -> Option<Vec<f64>> {
    let mut way = vec![0.0];
    for pair in gap.windows(2) {
        let a = Point::from(feed.stops[pair[0].stop as usize].lon_lat?);
        let b = Point::from(feed.stops[pair[1].stop as usize].lon_lat?);
        way.push(way[way.len() - 1] + (Geodesic.distance(a, b) * 1000.0).round());
    }
    Some(way)
}

/// All runs of all days around the window, and the pairs that follow each other with passengers seated.
pub fn all_runs(case: &Case) -> (Vec<Run>, Vec<(usize, usize)>) {
    let (start, length) = window(&case.query);
    let horizon = length + i64::from(case.query.max_travel_time_s);
    let mut all = Vec::new();
    for feed in 0..case.feeds.len() {
        lay_out_feed(case, feed, start, horizon, &mut all);
    }
    let seated = seated(case, &all);
    (all, seated)
}

/// … those that touch the window and the longest travel time after it.
pub fn lay_out(case: &Case) -> (Vec<Run>, Vec<(usize, usize)>) {
    let horizon = window(&case.query).1 + i64::from(case.query.max_travel_time_s);
    let (all, seated) = all_runs(case);
    let near = |run: &Run| run.ends() >= 0 && run.starts() <= horizon;
    let mut place = vec![usize::MAX; all.len()];
    let mut kept = Vec::new();
    for (i, run) in all.into_iter().enumerate() {
        if near(&run) {
            place[i] = kept.len();
            kept.push(run);
        }
    }
    let seated = seated.into_iter().map(|(a, b)| (place[a], place[b]));
    (kept, seated.filter(|(a, b)| *a != usize::MAX && *b != usize::MAX).collect())
}

fn lay_out_feed(case: &Case, feed_index: usize, start: i64, horizon: i64, out: &mut Vec<Run>) {
    let feed = &case.feeds[feed_index];
    let first_stop = case.first_stop(feed_index);
    let longest = feed.stop_times.iter().filter_map(|r| r.arrival_s.max(r.departure_s)).max().unwrap_or(0);
    let latest = longest + feed.frequencies.iter().map(|f| f.end_s).max().unwrap_or(0);
    let back = latest / 86_400 + 2;
    let forth = ((i64::from(case.query.start_s) + horizon) / 86_400 + 2) as i32;
    for (trip, row) in feed.trips.iter().enumerate() {
        let rows: Vec<&RawStopTime> = feed.stop_times.iter().filter(|r| r.trip as usize == trip).collect();
        let Some(times) = clock_times(feed, &rows) else { continue };
        let frequency = feed.frequencies.iter().any(|f| f.trip as usize == trip);
        let shifts = shifts(feed, trip as u32, times[0].1);
        let zone = &feed.agencies[feed.routes[row.route as usize].agency as usize].timezone;
        for day in -back..=forth {
            let date = case.query.date.checked_add(day.days()).expect("near");
            if !runs_on(feed, row.service, date) {
                continue;
            }
            let zero = day_zero(date, zone) - start;
            for shift in &shifts {
                let calls = calls(&case.query, first_stop, &rows, &times, zero + shift);
                out.push(Run {
                    feed: feed_index,
                    trip: trip as u32,
                    route: row.route,
                    day,
                    frequency,
                    calls,
                });
            }
        }
    }
}

/// By how much a trip's times are moved for each of its runs.
pub fn shifts(feed: &RawFeed, trip: u32, first_departure: i64) -> BTreeSet<i64> {
    let mut starts = BTreeSet::new();
    let mut by_frequency = false;
    for row in feed.frequencies.iter().filter(|f| f.trip == trip) {
        by_frequency = true;
        let mut start = i64::from(row.start_s);
        while start < i64::from(row.end_s) {
            starts.insert(start - first_departure);
            start += i64::from(row.headway_s);
        }
    }
    if by_frequency { starts } else { BTreeSet::from([0]) }
}

fn calls(
    query: &Query,
    first_stop: u32,
    rows: &[&RawStopTime],
    times: &[(i64, i64)],
    zero: i64,
) -> Vec<Call> {
    let may = |kind: u8| kind == 0 || kind == 3 || (kind == 2 && query.phone_ahead);
    let last = rows.len() - 1;
    rows.iter()
        .zip(times)
        .enumerate()
        .map(|(i, (row, (arrival, departure)))| Call {
            stop: first_stop + row.stop,
            arrival: zero + arrival,
            departure: zero + departure,
            board: may(row.pickup_type) && i != last,
            alight: may(row.drop_off_type) && i != 0,
        })
        .collect()
}

/// Pairs (from, to) of runs of one service day: whoever sits in `from` at its end sits in `to` from its start.
fn seated(case: &Case, runs: &[Run]) -> Vec<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for (f, feed) in case.feeds.iter().enumerate() {
        let of_feed: Vec<usize> =
            (0..runs.len()).filter(|&r| runs[r].feed == f && !runs[r].frequency).collect();
        let days: BTreeSet<i32> = of_feed.iter().map(|&r| runs[r].day).collect();
        for day in days {
            let today: Vec<usize> = of_feed.iter().copied().filter(|&r| runs[r].day == day).collect();
            let run_of = |trip: u32| today.iter().copied().find(|&r| runs[r].trip == trip);
            // Blocks: next by time.
            let blocks: BTreeSet<&str> = feed.trips.iter().map(|t| t.block_id.as_str()).collect();
            for block in blocks.into_iter().filter(|b| !b.is_empty()) {
                let in_block = |&r: &usize| feed.trips[runs[r].trip as usize].block_id == block;
                let mut chain: Vec<usize> = today.iter().copied().filter(in_block).collect();
                chain.sort_by_key(|&r| (runs[r].starts(), runs[r].ends(), runs[r].trip));
                for pair in chain.windows(2) {
                    if runs[pair[1]].starts() >= runs[pair[0]].ends() {
                        pairs.insert((pair[0], pair[1]));
                    }
                }
            }
            // Type 4 joins, type 5 parts.
            for rule in &feed.transfers {
                let (Some(from), Some(to)) = (rule.from_trip, rule.to_trip) else { continue };
                let (Some(a), Some(b)) = (run_of(from), run_of(to)) else { continue };
                let names = |named: Option<u32>, call: Call| {
                    named.is_none_or(|s| {
                        let own = call.stop - case.first_stop(f);
                        s == own || feed.stops[own as usize].parent == Some(s)
                    })
                };
                let ends = names(rule.from_stop, runs[a].calls[runs[a].calls.len() - 1]);
                let starts = names(rule.to_stop, runs[b].calls[0]);
                if rule.transfer_type == 4 && a != b && ends && starts && runs[b].starts() >= runs[a].ends() {
                    pairs.insert((a, b));
                }
            }
            for rule in feed.transfers.iter().filter(|r| r.transfer_type == 5) {
                let (Some(from), Some(to)) = (rule.from_trip, rule.to_trip) else { continue };
                pairs.retain(|(a, b)| {
                    runs[*a].feed != f || runs[*a].day != day || (runs[*a].trip, runs[*b].trip) != (from, to)
                });
            }
        }
    }
    pairs.into_iter().collect()
}
