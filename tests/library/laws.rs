//! Laws that travel times obey, whatever the network, on random small ones through the engine: more service and
//! longer walks never hurt, more slack never helps, and nothing hangs on the order in which things are told.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use isokron::base::executor::{Executor, Quiet};
use isokron::inputs::raw::*;
use isokron::measures::times::ranks;
use isokron::routing::{KernelOptions, SimdLevel};
use jiff::ToSpan;
use proptest::prelude::*;

use crate::engine::{Engine, Time};
use crate::oracle;
use crate::oracle::random::{Dice, askable};
use crate::oracle::{Case, case};

const PERCENTILES: [f64; 5] = [1.0, 37.5, 50.0, 90.0, 100.0];

type Times = Vec<Vec<Vec<Time>>>;

fn all(case: &Case) -> Times {
    Engine::new(case).percentiles(&PERCENTILES)
}

/// The first place where `better` is slower than `worse`.
fn slower(better: &Times, worse: &Times) -> Option<(usize, usize)> {
    let infinite = |time: &Time| time.unwrap_or(u32::MAX);
    for (origin, (better, worse)) in better.iter().zip(worse).enumerate() {
        for (destination, (better, worse)) in better.iter().zip(worse).enumerate() {
            if better.iter().zip(worse).any(|(b, w)| infinite(b) > infinite(w)) {
                return Some((origin, destination));
            }
        }
    }
    None
}

/// New numbers for 0 … n − 1, by their old ones.
fn permutation(dice: &mut Dice, n: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    for i in (1..n).rev() {
        order.swap(i, dice.below(i + 1));
    }
    order
}

/// `list` with item `i` at place `to[i]`.
fn moved<T: Clone>(list: &[T], to: &[u32]) -> Vec<T> {
    let mut out = list.to_vec();
    for (item, &to) in list.iter().zip(to) {
        out[to as usize] = item.clone();
    }
    out
}

/// A feed whose one trip calls at stops of its own, and the footpaths that join them to stops of the others.
fn add_service(case: &mut Case, dice: &mut Dice) {
    let old = case.stops();
    let zone = case.query.zone.clone();
    let mut feed = RawFeed { name: "more".into(), ..RawFeed::default() };
    feed.agencies.push(RawAgency { timezone: zone, ..RawAgency::default() });
    feed.routes.push(RawRoute { id: "R".into(), route_type: 3, ..RawRoute::default() });
    feed.services.push("daily".into());
    let near = |days: i64| case.query.date.checked_add(days.days()).expect("near");
    feed.calendars.push(RawCalendar {
        service: 0,
        weekdays: [true; 7],
        start: near(-2),
        end: near(2),
        line: 0,
    });
    for trip in 0..dice.range(1, 3) as u32 {
        let mut now = case.query.start_s + dice.below(case.query.max_travel_time_s as usize / 2) as i32;
        for call in 0..dice.range(2, 3) as u32 {
            let stop = feed.stops.len() as u32;
            feed.stops.push(RawStop { id: format!("m{stop}"), ..RawStop::default() });
            feed.stop_times.push(RawStopTime {
                trip,
                stop,
                sequence: call,
                arrival_s: Some(now),
                departure_s: Some(now),
                ..RawStopTime::default()
            });
            now += dice.below(120) as i32;
            for other in 0..old {
                if dice.chance(40) {
                    let walk = dice.below(60) as u32;
                    case.ways.transfers.insert((other, old + stop), walk);
                    case.ways.transfers.insert((old + stop, other), walk);
                }
            }
            if dice.chance(50) {
                case.ways.access.insert((dice.below(case.ways.origins as usize) as u32, old + stop), 5);
            }
            if dice.chance(50) {
                case.ways.egress.insert((old + stop, dice.below(case.ways.destinations as usize) as u32), 5);
            }
        }
        feed.trips.push(RawTrip { id: format!("trip{trip}"), ..RawTrip::default() });
    }
    case.feeds.push(feed);
}

/// More walks, and shorter ones.
fn widen(case: &mut Case, dice: &mut Dice) {
    let (stops, ways) = (case.stops(), &mut case.ways);
    let mut shorten = |table: &mut BTreeMap<(u32, u32), u32>, rows: u32, columns: u32, apart: bool| {
        for walk in table.values_mut() {
            *walk -= dice.below(*walk as usize + 1) as u32;
        }
        for _ in 0..3 {
            let pair = (dice.below(rows as usize) as u32, dice.below(columns as usize) as u32);
            if !apart || pair.0 != pair.1 {
                table.entry(pair).or_insert(dice.below(300) as u32);
            }
        }
    };
    shorten(&mut ways.access, ways.origins, stops, false);
    shorten(&mut ways.egress, stops, ways.destinations, false);
    shorten(&mut ways.transfers, stops, stops, true);
    shorten(&mut ways.direct, ways.origins, ways.destinations, false);
}

/// The same world with the feeds, and in each the stops, trips, routes and services, told in another order.
fn renumber(case: &mut Case, dice: &mut Dice) {
    let feeds = permutation(dice, case.feeds.len());
    let first: Vec<u32> = (0..case.feeds.len()).map(|f| case.first_stop(f)).collect();
    let mut stops_of = Vec::new();
    for feed in &mut case.feeds {
        let (stops, trips) = (permutation(dice, feed.stops.len()), permutation(dice, feed.trips.len()));
        let (routes, services) =
            (permutation(dice, feed.routes.len()), permutation(dice, feed.services.len()));
        let to = |order: &[u32], index: &mut u32| *index = order[*index as usize];
        let to_some = |order: &[u32], index: &mut Option<u32>| *index = index.map(|i| order[i as usize]);
        feed.stops.iter_mut().for_each(|s| to_some(&stops, &mut s.parent));
        for trip in &mut feed.trips {
            to(&routes, &mut trip.route);
            to(&services, &mut trip.service);
        }
        for row in &mut feed.stop_times {
            to(&trips, &mut row.trip);
            to(&stops, &mut row.stop);
        }
        for rule in &mut feed.transfers {
            to_some(&stops, &mut rule.from_stop);
            to_some(&stops, &mut rule.to_stop);
            to_some(&trips, &mut rule.from_trip);
            to_some(&trips, &mut rule.to_trip);
            to_some(&routes, &mut rule.from_route);
            to_some(&routes, &mut rule.to_route);
        }
        feed.frequencies.iter_mut().for_each(|f| to(&trips, &mut f.trip));
        feed.calendars.iter_mut().for_each(|c| to(&services, &mut c.service));
        feed.calendar_dates.iter_mut().for_each(|c| to(&services, &mut c.service));
        feed.stops = moved(&feed.stops, &stops);
        feed.trips = moved(&feed.trips, &trips);
        feed.routes = moved(&feed.routes, &routes);
        feed.services = moved(&feed.services, &services);
        feed.stop_times.sort_by_key(|r| (r.trip, r.sequence));
        stops_of.push(stops);
    }
    case.feeds = moved(&case.feeds, &feeds);
    let new_first: Vec<u32> = (0..case.feeds.len()).map(|f| case.first_stop(f)).collect();
    let new = |stop: u32| {
        let feed = first.iter().rposition(|&f| f <= stop).expect("a feed");
        // Feeds without stops share a first stop with the next; rposition takes the last, which has the stop.
        new_first[feeds[feed] as usize] + stops_of[feed][(stop - first[feed]) as usize]
    };
    let ways = &mut case.ways;
    let of = |table: &BTreeMap<(u32, u32), u32>, from: bool, to: bool| {
        let key = |&(a, b): &(u32, u32)| (if from { new(a) } else { a }, if to { new(b) } else { b });
        table.iter().map(|(k, &s)| (key(k), s)).collect()
    };
    (ways.access, ways.egress) = (of(&ways.access, false, true), of(&ways.egress, true, false));
    ways.transfers = of(&ways.transfers, true, true);
}

/// Blocks whose order by time is a tie are told apart by their trips' order in the feed; such worlds change with it.
/// Where agencies lie in several zones a tie is hard to see.
fn has_tied_blocks(case: &Case) -> bool {
    case.feeds.iter().any(|feed| {
        if feed.agencies.len() > 1 && feed.trips.iter().any(|t| !t.block_id.is_empty()) {
            return true;
        }
        let ends = |trip: u32| {
            let times = || feed.stop_times.iter().filter(move |r| r.trip == trip);
            let first = times().next().and_then(|r| r.departure_s.or(r.arrival_s));
            let last = times().next_back().and_then(|r| r.arrival_s.or(r.departure_s));
            (first, last)
        };
        let mut seen = std::collections::BTreeSet::new();
        (0..feed.trips.len() as u32).any(|t| {
            let block = &feed.trips[t as usize].block_id;
            !block.is_empty() && !seen.insert((block, ends(t)))
        })
    })
}

/// Everything `seconds` later.
fn shift_seconds(case: &mut Case, seconds: i32) {
    for feed in &mut case.feeds {
        for row in &mut feed.stop_times {
            row.arrival_s = row.arrival_s.map(|s| s + seconds);
            row.departure_s = row.departure_s.map(|s| s + seconds);
        }
        for band in &mut feed.frequencies {
            band.start_s += seconds;
            band.end_s += seconds;
        }
    }
    case.query.start_s += seconds;
    case.query.end_s += seconds;
}

/// Everything `weeks` weeks later: another date with the same weekday.
fn shift_weeks(case: &mut Case, weeks: i64) {
    let later = |date: jiff::civil::Date| date.checked_add((7 * weeks).days()).expect("near");
    case.query.date = later(case.query.date);
    for feed in &mut case.feeds {
        for row in &mut feed.calendars {
            (row.start, row.end) = (later(row.start), later(row.end));
        }
        feed.calendar_dates.iter_mut().for_each(|row| row.date = later(row.date));
    }
}

/// Everything a day later, the weekdays with it.
fn shift_day(case: &mut Case) {
    let later = |date: jiff::civil::Date| date.checked_add(1.days()).expect("near");
    case.query.date = later(case.query.date);
    for feed in &mut case.feeds {
        for row in &mut feed.calendars {
            (row.start, row.end) = (later(row.start), later(row.end));
            row.weekdays.rotate_right(1);
        }
        feed.calendar_dates.iter_mut().for_each(|row| row.date = later(row.date));
    }
}

/// Whether no clock changes within the days that matter, nor in those after a shift.
fn steady(case: &Case) -> bool {
    case.query.date == oracle::hand::day("2025-05-14") || case.query.date == oracle::hand::day("2025-05-16")
}

/// Several threads, each taking the next task.
struct Threads {
    number: usize,
    steps: AtomicUsize,
}

impl Executor for Threads {
    fn advance(&self, steps: u64) {
        self.steps.fetch_add(steps as usize, Ordering::Relaxed);
    }

    fn each(&self, n: usize, task: &(dyn Fn(usize) + Sync)) -> isokron::base::error::Result<()> {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.number {
                scope.spawn(|| {
                    loop {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        if i >= n {
                            break;
                        }
                        task(i);
                    }
                });
            }
        });
        Ok(())
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn more_service_never_hurts(case in case(), seed: u64) {
        let mut more = case.clone();
        add_service(&mut more, &mut Dice(seed));
        let (more, less) = (all(&more), all(&case));
        prop_assert_eq!(slower(&more, &less), None);
    }

    #[test]
    fn more_slack_never_helps(case in case(), board in 0u32..90, transfer in 0u32..90) {
        let mut hasty = case.clone();
        hasty.query.board_slack_s = case.query.board_slack_s.saturating_sub(board);
        let mut quick = hasty.clone();
        quick.query.transfer_slack_s = case.query.transfer_slack_s.saturating_sub(transfer);
        let (slow, hasty, quick) = (all(&case), all(&hasty), all(&quick));
        prop_assert_eq!(slower(&hasty, &slow), None);
        prop_assert_eq!(slower(&quick, &hasty), None);
    }

    #[test]
    fn more_and_shorter_walks_never_hurt(case in case(), seed: u64) {
        let mut wide = case.clone();
        widen(&mut wide, &mut Dice(seed));
        prop_assert_eq!(slower(&all(&wide), &all(&case)), None);
    }

    #[test]
    fn one_ride_more_never_hurts(case in case()) {
        let with = |rides| {
            let mut case = case.clone();
            case.query.max_rides = rides;
            all(&case)
        };
        let limits = [Some(1), Some(2), Some(3), Some(4), Some(5), None];
        let times: Vec<Times> = limits.into_iter().map(with).collect();
        for pair in times.windows(2) {
            prop_assert_eq!(slower(&pair[1], &pair[0]), None);
        }
    }

    #[test]
    fn a_longer_limit_changes_no_time_below_it(case in case(), more in 1u32..3000) {
        let mut longer = case.clone();
        longer.query.max_travel_time_s += more;
        let limit = case.query.max_travel_time_s;
        let cut = |times: Times| -> Times {
            let below = |time: Time| time.filter(|&s| s <= limit);
            let row = |row: Vec<Time>| row.into_iter().map(below).collect();
            times.into_iter().map(|t| t.into_iter().map(row).collect()).collect()
        };
        prop_assert_eq!(cut(all(&longer)), all(&case));
    }

    #[test]
    fn later_is_the_same(case in case(), seconds in 1i32..5000, weeks in 1i64..4) {
        if steady(&case) {
            let expected = all(&case);
            let mut later = case.clone();
            shift_day(&mut later);
            prop_assert_eq!(&all(&later), &expected, "a day");
            let mut later = case.clone();
            shift_weeks(&mut later, weeks);
            prop_assert_eq!(&all(&later), &expected, "weeks");
            let mut later = case.clone();
            shift_seconds(&mut later, seconds);
            if askable(&later.query) {
                prop_assert_eq!(&all(&later), &expected, "seconds");
            }
        }
    }

    #[test]
    fn the_order_of_things_does_not_matter(case in case(), seed: u64) {
        if !has_tied_blocks(&case) {
            let mut other = case.clone();
            renumber(&mut other, &mut Dice(seed));
            prop_assert_eq!(all(&other), all(&case), "{:?}", other);
        }
    }

    #[test]
    fn batches_paths_and_threads_do_not_matter(case in case(), seed: u64) {
        let engine = Engine::new(&case);
        let ranks = ranks(&PERCENTILES, engine.query.window.count());
        let n = engine.origins;
        let straight: Vec<u32> = (0..n).collect();
        let expected = engine.ranked(&straight, &ranks, KernelOptions::best(), &Quiet);
        prop_assert_eq!(&engine.ranked(&straight, &ranks, KernelOptions::on(SimdLevel::Portable), &Quiet), &expected, "portable");
        // In any order, and some of them twice.
        let mut order = permutation(&mut Dice(seed), n as usize);
        order.extend_from_within(..n as usize / 2);
        let permuted: Times = order.iter().map(|&o| expected[o as usize].clone()).collect();
        prop_assert_eq!(&engine.ranked(&order, &ranks, KernelOptions::best(), &Quiet), &permuted, "permuted");
        // One by one: the first, the last and some between.
        for origin in (0..n).step_by((n as usize / 4).max(1)).chain([n - 1]) {
            let alone = engine.ranked(&[origin], &ranks, KernelOptions::best(), &Quiet);
            prop_assert_eq!(&alone[0], &expected[origin as usize], "alone");
        }
        // Enough origins for several batches, on several threads.
        let many: Vec<u32> = (0..600).map(|i| i % n).collect();
        let threads = Threads { number: 3, steps: AtomicUsize::new(0) };
        let by_threads = engine.ranked(&many, &ranks, KernelOptions::best(), &threads);
        let repeated: Times = many.iter().map(|&o| expected[o as usize].clone()).collect();
        prop_assert_eq!(&by_threads, &repeated, "threads");
        prop_assert_eq!(threads.steps.into_inner(), 600, "each origin is told once");
    }

    #[test]
    fn exact_is_every_second(case in case(), every in 2u32..70) {
        // Of the exact window every k-th departure is the sample; the scan's times are the same for both.
        let mut exact = case.clone();
        exact.query.every_s = 1;
        if askable(&exact.query) {
            let mut sampled = exact.clone();
            sampled.query.every_s = every;
            let (exact, sampled) = (Engine::new(&exact), Engine::new(&sampled));
            let (fine, coarse) = (exact.times(0), sampled.times(0));
            for (fine, coarse) in fine.iter().zip(&coarse) {
                let thinned: Vec<Time> = fine.iter().copied().step_by(every as usize).collect();
                prop_assert_eq!(&thinned, coarse);
            }
        }
    }
}
