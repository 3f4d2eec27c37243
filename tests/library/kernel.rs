//! The kernel against the oracle: one plain connection scan per departure over the plain tables, on random
//! small networks, to the second. And `trip`'s scan against the kernel.

mod affected;

use isokron::base::csr::{Csr, TimedArc};
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::units::rank;
use isokron::inputs::raw::Column;
use isokron::measures::access::Cumulative;
use isokron::measures::pairwise::Pairwise;
use isokron::measures::times::{BatchTimes, ranks};
use isokron::measures::turned::{Stretch, Turned};
use isokron::network::transit::{Call, Timetable};
use isokron::network::{StreetLegs, calendar, timetable};
use isokron::routing::journey::Scanner;
use isokron::routing::{
    ActiveTrips, DirectRows, DirectTimes, KernelOptions, Needs, Query, Router, SimdLevel,
};
use proptest::prelude::*;

use crate::engine::query;
use crate::oracle::{Case, case, legs_of};
use crate::{engine, oracle};

const PERCENTILES: [f64; 4] = [1.0, 37.5, 50.0, 100.0];

fn timetable_of(case: &Case) -> Timetable {
    timetable::build(&case.feeds, case.query.phone_ahead, &mut Diagnostics::default())
}

/// Origin → destination → percentile.
fn kernel(case: &Case, how: KernelOptions) -> Vec<Vec<Vec<Option<u32>>>> {
    routed(&timetable_of(case), &legs_of(case), query(case), case.ways.destinations as usize, how)
}

fn routed(
    timetable: &Timetable,
    legs: &StreetLegs,
    query: Query,
    destinations: usize,
    how: KernelOptions,
) -> Vec<Vec<Vec<Option<u32>>>> {
    let service = ActiveTrips::expand(timetable, &query);
    let points = vec![(0.0, 0.0); destinations];
    let router = Router::new(timetable, legs, &service, query, &points, None, &Quiet).unwrap();
    let ranks = ranks(&PERCENTILES, query.window.count());
    let origins: Vec<u32> = (0..legs.access.len() as u32).collect();
    let batches = router
        .route(&origins, how, |batch| BatchTimes::listen(&ranks, points.len(), batch), &Quiet)
        .expect("nobody cancels");
    let time = |&s: &u32| (s != u32::MAX).then_some(s);
    let row = |row: &[u32]| row.chunks(ranks.len()).map(|times| times.iter().map(time).collect()).collect();
    batches.iter().flat_map(|batch| batch.chunks(points.len() * ranks.len()).map(row)).collect()
}

/// Every way to be fast by itself, and all together, on both paths and with every width of labels.
fn ways() -> [KernelOptions; 9] {
    let plain = KernelOptions::plain(SimdLevel::best());
    [
        plain,
        KernelOptions { reachable: true, ..plain },
        KernelOptions { horizon_pruning: true, ..plain },
        KernelOptions { reachable: true, grouped: true, ..plain },
        KernelOptions { reachable: true, horizon_pruning: true, ..plain },
        KernelOptions { dominance_pruning: true, ..plain },
        KernelOptions::on(SimdLevel::Portable),
        KernelOptions { least_label: 65_536, ..KernelOptions::best() },
        KernelOptions::best(),
    ]
}

fn compare(case: &Case) -> Result<(), TestCaseError> {
    let plain = kernel(case, KernelOptions::plain(SimdLevel::Portable));
    for how in ways() {
        prop_assert_eq!(&plain, &kernel(case, how), "{:?}\n{:?}", how, case);
    }
    // The oracle takes its time: some origins of many.
    let step = (case.ways.origins as usize / 5).max(1);
    for origin in (0..case.ways.origins).step_by(step) {
        let expected = oracle::answer(case, origin, &PERCENTILES);
        prop_assert_eq!(&plain[origin as usize], &expected, "origin {}\n{:?}", origin, case);
    }
    Ok(())
}

fn scanned(case: &Case) -> Result<(), TestCaseError> {
    let (timetable, legs, query) = (timetable_of(case), legs_of(case), query(case));
    let service = ActiveTrips::expand(&timetable, &query);
    let scanner = Scanner::new(&timetable, &legs, &service, query);
    for origin in (0..case.ways.origins).take(2) {
        let times = oracle::times(case, origin);
        for destination in (0..case.ways.destinations).take(3) {
            let ends = engine::ends(&legs, origin, destination);
            let departures = &times[destination as usize];
            let step = (departures.len() / 6).max(1);
            for (k, expected) in departures.iter().enumerate().step_by(step) {
                let departs_s = k as i32 * query.window.every_s as i32;
                prop_assert_eq!(
                    scanner.time_s(&ends, departs_s),
                    *expected,
                    "{} → {}\n{:?}",
                    origin,
                    destination,
                    case
                );
                let journey = scanner.journey(&ends, departs_s);
                prop_assert_eq!(
                    journey.as_ref().map(|j| (j.arrives_s - departs_s) as u32),
                    *expected,
                    "journey\n{:?}",
                    case
                );
                if let (Some(j), Some(most)) = (&journey, query.max_rides) {
                    prop_assert!(j.rides <= most);
                }
            }
        }
    }
    Ok(())
}

/// A network that learns its destinations after its graph, those within reach alone, swept in narrow lanes.
fn towards(case: &Case) -> Result<(), TestCaseError> {
    let (timetable, legs, query) = (timetable_of(case), legs_of(case), query(case));
    let service = ActiveTrips::expand(&timetable, &query);
    let outset = StreetLegs { egress: Csr::default(), direct: Csr::default(), ..legs.clone() };
    let router = Router::aimless(&timetable, &outset, &service, query, &Quiet).unwrap();
    let origins: Vec<u32> = (0..case.ways.origins).collect();
    let reachable = router.stops_near(&origins, KernelOptions::best());
    let left: Vec<Vec<TimedArc>> = legs
        .egress
        .rows()
        .map(|row| row.iter().copied().filter(|walk| reachable.binary_search(&walk.to).is_ok()).collect())
        .collect();
    let within = StreetLegs { egress: Csr::from_rows(left), ..legs };
    let points = vec![(0.0, 0.0); case.ways.destinations as usize];
    let router = router.towards(&within, &points);
    let ranks = ranks(&PERCENTILES, query.window.count());
    let batches = router
        .route_few(
            &origins,
            KernelOptions::best(),
            |batch| BatchTimes::listen(&ranks, points.len(), batch),
            &Quiet,
        )
        .expect("nobody cancels");
    let times: Vec<Option<u32>> = batches.concat().iter().map(|&s| (s != u32::MAX).then_some(s)).collect();
    prop_assert_eq!(
        times,
        kernel(case, KernelOptions::plain(SimdLevel::Portable)).concat().concat(),
        "{:?}",
        case
    );
    Ok(())
}

/// A call that lacks a flag which a traveller needs is as one where nobody may board or alight, in both directions.
fn needed(case: &Case, seed: u64) -> Result<(), TestCaseError> {
    const STEP_FREE: u32 = 1 << 20;
    let mut marked = timetable_of(case);
    let mut plain = marked.clone();
    let rows: Vec<Vec<Call>> = marked.calls.rows().map(<[Call]>::to_vec).collect();
    let has = |trip: usize, i: usize| (seed >> ((trip * 7 + i) % 61)) & 3 != 0;
    let changed = |change: &dyn Fn(Call, bool) -> Call| {
        let row = |(t, row): (usize, &Vec<Call>)| {
            row.iter().enumerate().map(|(i, &call)| change(call, has(t, i))).collect::<Vec<_>>()
        };
        Csr::from_rows(rows.iter().enumerate().map(row))
    };
    marked.calls = changed(&|call, has| Call { flags: call.flags | (u32::from(has) * STEP_FREE), ..call });
    plain.calls = changed(&|call, has| Call { flags: call.flags * u32::from(has), ..call });
    let (query, destinations) = (query(case), case.ways.destinations as usize);
    let asking = Query { needs: Needs { calls: STEP_FREE, trips: 0 }, ..query };
    let answers = |timetable: &Timetable, query| {
        routed(timetable, &legs_of(case), query, destinations, KernelOptions::best())
    };
    prop_assert_eq!(answers(&marked, asking), answers(&plain, query), "{:?}", case);
    Ok(())
}

/// Direct times may come from elsewhere than the stored walks.
struct Elsewhere<'a>(&'a StreetLegs);

impl DirectTimes for Elsewhere<'_> {
    fn fill(&self, origins: &[u32], rows: &mut DirectRows) {
        for (lane, &origin) in origins.iter().enumerate().rev() {
            self.0.direct.row(origin as usize).iter().rev().for_each(|w| rows.set(w.to, lane, w.seconds));
        }
    }
}

fn direct_by_another(case: &Case) -> Result<(), TestCaseError> {
    let engine = engine::Engine::new(case);
    let without =
        StreetLegs { direct: Csr::from_rows(engine.legs.direct.rows().map(|_| [])), ..engine.legs.clone() };
    let points = vec![(0.0, 0.0); engine.destinations];
    let router =
        Router::new(&engine.timetable, &without, &engine.service, engine.query, &points, None, &Quiet);
    let elsewhere = Elsewhere(&engine.legs);
    let router = router.expect("nobody cancels").direct_by(&elsewhere);
    let ranks = ranks(&PERCENTILES, engine.query.window.count());
    let origins: Vec<u32> = (0..case.ways.origins).collect();
    let batches = router.route(
        &origins,
        KernelOptions::best(),
        |b| BatchTimes::listen(&ranks, points.len(), b),
        &Quiet,
    );
    let times = batches.expect("nobody cancels").concat();
    let times: Vec<Option<u32>> = times.iter().map(|&s| (s != u32::MAX).then_some(s)).collect();
    prop_assert_eq!(times, kernel(case, KernelOptions::best()).concat().concat(), "{:?}", case);
    Ok(())
}

/// Some thousand each time; `PROPTEST_CASES` for a longer hunt.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(3000)
}

/// With an arrival window: per second of arrival the latest departure, from the times of all departures. And the
/// scan of `trip`.
fn mirrored(case: &Case) -> Result<(), TestCaseError> {
    let (ground, asked) = engine::arrivals(case);
    let count = asked.query.window.count();
    let ranks = ranks(&PERCENTILES, count);
    let routed = engine::arriving(case, &ground, &asked, &ranks);
    let span = asked.span();
    let (timetable, legs) = (&ground.network.timetable, &ground.network.legs);
    let scanner = Scanner::new(timetable, legs, &asked.service, span);
    let step = (case.ways.origins as usize / 3).max(1);
    for origin in (0..case.ways.origins).step_by(step) {
        let Some(times) = oracle::arrival_times(case, origin) else { return Ok(()) };
        for (destination, expected) in times.iter().enumerate() {
            let mut sorted = expected.clone();
            sorted.sort_unstable_by_key(|time| time.unwrap_or(u32::MAX));
            for (p, &rank) in ranks.iter().enumerate() {
                let got = routed[origin as usize][destination][p];
                let expected = sorted[rank as usize - 1];
                prop_assert_eq!(got, expected, "{} → {}\n{:?}", origin, destination, case);
            }
            let ends = engine::ends(legs, origin, destination as u32);
            for k in (0..count).step_by((count as usize / 3).max(1)) {
                let by_s = (span.horizon_s() as u32 - (count - 1 - k) * case.query.every_s) as i32;
                let latest = scanner.latest_s(&ends, by_s, case.query.max_travel_time_s);
                let got = latest.map(|latest| (by_s - latest) as u32);
                prop_assert_eq!(got, expected[k as usize], "{} → {}\n{:?}", origin, destination, case);
                let journey = latest.and_then(|latest| scanner.journey(&ends, latest));
                prop_assert_eq!(journey.as_ref().map(|j| j.departs_s), latest, "{:?}", case);
                prop_assert!(journey.is_none_or(|j| j.arrives_s <= by_s), "{:?}", case);
            }
        }
    }
    Ok(())
}

/// What a run sums up of a window of arrivals: by origin, whatever the stretches of destinations.
fn summed(case: &Case) -> Result<(), TestCaseError> {
    let (ground, asked) = engine::arrivals(case);
    let destinations = case.ways.destinations;
    // Values whose sum depends on the order in the last bits.
    let values: Vec<f64> = (0..destinations).map(|d| 0.1 + f64::from(d * 7 % 5) / 3.0).collect();
    let columns = [Column { name: "jobs".into(), values: values.clone() }];
    let (cutoffs_min, percentiles) = ([1, 7, 20], [37.5, 100.0]);
    let count = asked.query.window.count();
    let departures = count;
    let what = Cumulative {
        columns: &columns,
        cutoffs_min: &cutoffs_min,
        percentiles: &percentiles,
        departures,
        destinations: destinations as usize,
    };
    let (cells, goals) =
        (vec![(0.0, 0.0); case.ways.origins as usize], vec![(0.0, 0.0); destinations as usize]);
    let router = ground.router(&asked, 1200, &cells, &goals, None, None, &Quiet).unwrap();
    let turned = Turned::new(&what, cells.len());
    // Two stretches, and the destinations in another order than theirs.
    let order: Vec<u32> = (0..destinations).rev().collect();
    let (how, half) = (KernelOptions::best(), order.len() / 2);
    let mut sums = Pairwise::default();
    for (first, stretch) in [(0, &order[..half]), (half, &order[half..])] {
        let marks = router.route(stretch, how, |batch| turned.listen(batch), &Quiet).expect("nobody cancels");
        let stretch = Stretch { first, destinations: stretch, lanes: router.lanes(how), marks: &marks };
        turned.add(stretch, &mut sums, &Quiet).unwrap();
    }
    let sums = sums.all().expect("all places");
    let step = (case.ways.origins as usize / 3).max(1);
    for origin in (0..case.ways.origins as usize).step_by(step) {
        let Some(times) = oracle::arrival_times(case, origin as u32) else { return Ok(()) };
        let mut expected = Vec::new();
        for cutoff in cutoffs_min {
            for p in percentiles {
                let rank = rank(p, count) as usize;
                let within = |list: &&Vec<Option<u32>>| {
                    let most = (cutoff * 60).min(case.query.max_travel_time_s);
                    list.iter().flatten().filter(|&&time| time <= most).count() >= rank
                };
                let reached = times.iter().zip(&values);
                let terms = reached.map(|(list, value)| if within(&list) { *value } else { 0.0 });
                expected.push(by_halves(&terms.rev().collect::<Vec<_>>()));
            }
        }
        let of_origin: Vec<f64> = sums.iter().skip(origin).step_by(cells.len()).copied().collect();
        prop_assert_eq!(of_origin, expected, "{}\n{:?}", origin, case);
    }
    Ok(())
}

/// The sum of the first 2ᵏ terms, as many as can be, and that of the rest.
fn by_halves(terms: &[f64]) -> f64 {
    match terms {
        [] => 0.0,
        [term] => *term,
        _ => {
            let half = terms.len().next_power_of_two() / 2;
            by_halves(&terms[..half]) + by_halves(&terms[half..])
        }
    }
}

/// With labels of 32 bits, in which a horizon of more than 18 hours is counted.
fn long(case: &Case) -> Result<(), TestCaseError> {
    let mut case = case.clone();
    let q = &mut case.query;
    (q.every_s, q.max_travel_time_s) = (1, q.max_travel_time_s + 66_000);
    q.end_s = q.end_s.min(q.start_s + 40);
    if calendar::wall(&q.zone, q.date, q.end_s).is_err() {
        return Ok(());
    }
    let (timetable, legs, query) = (timetable_of(&case), legs_of(&case), query(&case));
    let service = ActiveTrips::expand(&timetable, &query);
    let router = Router::new(&timetable, &legs, &service, query, &[], None, &Quiet).unwrap();
    prop_assert_eq!(router.label_bytes(), 4);
    compare(&case)
}

/// A window of 24 hours at every second, from any time of the day, in both directions.
fn whole_day(case: &Case) -> Result<(), TestCaseError> {
    let mut case = case.clone();
    // Two trips a feed and short journeys: the oracle looks at every second.
    for feed in &mut case.feeds {
        feed.stop_times.retain(|row| row.trip < 2);
        feed.frequencies.clear();
    }
    let q = &mut case.query;
    (q.every_s, q.end_s) = (1, q.start_s + 86_400);
    q.max_travel_time_s = q.max_travel_time_s.min(900);
    let exists = |s| calendar::wall(&q.zone, q.date, s).is_ok();
    if !exists(q.start_s) || !exists(q.end_s) {
        return Ok(());
    }
    let expected = oracle::answer(&case, 0, &PERCENTILES);
    for how in [KernelOptions::on(SimdLevel::Portable), KernelOptions::best()] {
        prop_assert_eq!(&kernel(&case, how)[0], &expected, "{:?}", case);
    }
    let Some(times) = oracle::arrival_times(&case, 0) else { return Ok(()) };
    let (ground, asked) = engine::arrivals(&case);
    let ranks = ranks(&PERCENTILES, asked.query.window.count());
    let routed = &engine::arriving(&case, &ground, &asked, &ranks)[0];
    for (times, routed) in times.into_iter().zip(routed) {
        let mut sorted = times;
        sorted.sort_unstable_by_key(|time| time.unwrap_or(u32::MAX));
        let expected: Vec<_> = ranks.iter().map(|&rank| sorted[rank as usize - 1]).collect();
        prop_assert_eq!(routed, &expected, "{:?}", case);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn the_kernel_equals_one_plain_scan_per_departure(case in case()) {
        compare(&case)?;
    }

    #[test]
    fn calls_that_lack_what_is_needed_are_passed(case in case(), seed in any::<u64>()) {
        needed(&case, seed)?;
    }

    #[test]
    fn direct_times_come_by_their_trait(case in case()) {
        direct_by_another(&case)?;
    }

    #[test]
    fn arrival_windows_are_the_mirror(case in case()) {
        mirrored(&case)?;
    }

    #[test]
    fn arrivals_are_summed_by_origin(case in case()) {
        summed(&case)?;
    }

    #[test]
    fn destinations_may_come_after_the_graph(case in case()) {
        towards(&case)?;
    }

    #[test]
    fn a_trip_takes_as_long_as_the_matrix_says(case in case()) {
        scanned(&case)?;
    }
}

proptest! {
    // A longer horizon has the oracle look at some three days.
    #![proptest_config(ProptestConfig { cases: cases() / 10, ..ProptestConfig::default() })]

    #[test]
    fn long_horizons_are_counted_in_32_bits(case in case()) {
        long(&case)?;
    }
}

proptest! {
    // Some 170,000 plain scans each.
    #![proptest_config(ProptestConfig { cases: cases() / 1000, ..ProptestConfig::default() })]

    #[test]
    fn a_whole_day_is_a_window(case in case()) {
        whole_day(&case)?;
    }
}

/// Edits leave alone what they cannot touch, and the bound is of use: with few changes many origins are left out.
#[test]
fn untouched_origins_have_the_same_times() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(cases()));
    let counts = std::cell::Cell::new(affected::Counts::default());
    let strategy = (case(), any::<u64>());
    let run = runner.run(&strategy, |(case, seed)| {
        let found = affected::same_where_untouched(&case, seed)?;
        let affected::Counts { left_out, outdone, all } = counts.get();
        counts.set(affected::Counts {
            left_out: left_out + found.left_out,
            outdone: outdone + found.outdone,
            all: all + found.all,
        });
        Ok(())
    });
    run.unwrap_or_else(|failed| panic!("{failed}"));
    let affected::Counts { left_out, outdone, all } = counts.get();
    println!("{left_out} of {all} origins left out, {outdone} where contacts are outdone");
    assert!(
        3 * left_out > all && 100 * outdone > all,
        "{left_out} of {all} origins left out, {outdone} outdone"
    );
}
