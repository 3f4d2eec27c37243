//! The kernel against the oracle: one plain connection scan per departure over the plain tables, on random
//! small networks, to the second. And `trip`'s scan against the kernel.

mod engine;
mod oracle;

use engine::question;
use isokron::base::findings::Findings;
use isokron::base::watch::Quiet;
use isokron::measures::times::{Times, ranks};
use isokron::network::calendar;
use isokron::network::timetable;
use isokron::network::transit::Timetable;
use isokron::routing::plain::{Ends, Scanner};
use isokron::routing::{Mirror, Path, Router, Service, before};
use oracle::{Case, case, walks_of};
use proptest::prelude::*;

const PERCENTILES: [f64; 4] = [1.0, 37.5, 50.0, 100.0];

fn timetable_of(case: &Case) -> Timetable {
    timetable::build(&case.feeds, case.query.phone_ahead, &mut Findings::default())
}

/// Origin → destination → percentile.
fn kernel(case: &Case, path: Path) -> Vec<Vec<Vec<Option<u32>>>> {
    let (timetable, walks, question) = (timetable_of(case), walks_of(case), question(case));
    let service = Service::unroll(&timetable, &question);
    let points = vec![(0.0, 0.0); case.ways.destinations as usize];
    let router = Router::new(&timetable, &walks, &service, question, &points, None, &Quiet);
    let ranks = ranks(&PERCENTILES, question.window.count());
    let origins: Vec<u32> = (0..case.ways.origins).collect();
    let batches = router
        .route(&origins, path, |batch| Times::listen(&ranks, points.len(), batch), &Quiet)
        .expect("nobody cancels");
    let time = |&s: &u32| (s != u32::MAX).then_some(s);
    let row = |row: &[u32]| row.chunks(ranks.len()).map(|times| times.iter().map(time).collect()).collect();
    batches.iter().flat_map(|batch| batch.chunks(points.len() * ranks.len()).map(row)).collect()
}

fn compare(case: &Case) -> Result<(), TestCaseError> {
    let portable = kernel(case, Path::Portable);
    prop_assert_eq!(&portable, &kernel(case, Path::best()), "the paths of the kernel differ");
    // The oracle takes its time: some origins of many.
    let step = (case.ways.origins as usize / 5).max(1);
    for origin in (0..case.ways.origins).step_by(step) {
        let expected = oracle::answer(case, origin, &PERCENTILES);
        prop_assert_eq!(&portable[origin as usize], &expected, "origin {}\n{:?}", origin, case);
    }
    Ok(())
}

fn scanned(case: &Case) -> Result<(), TestCaseError> {
    let (timetable, walks, question) = (timetable_of(case), walks_of(case), question(case));
    let service = Service::unroll(&timetable, &question);
    let scanner = Scanner::new(&timetable, &walks, &service, question);
    for origin in (0..case.ways.origins).take(2) {
        let times = oracle::times(case, origin);
        for destination in (0..case.ways.destinations).take(3) {
            let direct = walks.direct.row(origin as usize).iter().find(|w| w.to == destination);
            let ends = Ends {
                access: walks.access.row(origin as usize).to_vec(),
                egress: walks.egress.row(destination as usize).to_vec(),
                direct_s: direct.map(|w| w.seconds),
            };
            let departures = &times[destination as usize];
            let step = (departures.len() / 6).max(1);
            for (k, expected) in departures.iter().enumerate().step_by(step) {
                let departs_s = k as i32 * question.window.every_s as i32;
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
                if let (Some(j), Some(most)) = (&journey, question.max_rides) {
                    prop_assert!(j.rides <= most);
                }
            }
        }
    }
    Ok(())
}

/// Some thousand each time; `PROPTEST_CASES` for a longer hunt.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(3000)
}

/// With an arrival window: per second of arrival the latest departure, from the times of all departures.
fn mirrored(case: &Case) -> Result<(), TestCaseError> {
    let (timetable, walks, arrivals) = (timetable_of(case), walks_of(case), question(case));
    let asked = before(&arrivals);
    let service = Service::unroll(&timetable, &asked);
    let mirror = Mirror::new(&timetable, &walks, arrivals.board_slack_s);
    let points = vec![(0.0, 0.0); case.ways.origins as usize];
    let router = Router::new(
        &mirror.timetable,
        &mirror.walks,
        &Mirror::service(&service, &asked, &arrivals),
        Mirror::question(&arrivals),
        &points,
        None,
        &Quiet,
    );
    let ranks = ranks(&PERCENTILES, arrivals.window.count());
    let destinations: Vec<u32> = (0..case.ways.destinations).collect();
    let batches = router
        .route(&destinations, Path::best(), |batch| Times::listen(&ranks, points.len(), batch), &Quiet)
        .expect("nobody cancels");
    let rows: Vec<&[u32]> =
        batches.iter().flat_map(|batch| batch.chunks(points.len() * ranks.len())).collect();

    // All departures from the longest time before the window to its end, by the oracle.
    let longest = case.query.max_travel_time_s;
    let mut earlier = case.clone();
    earlier.query.start_s -= longest as i32;
    earlier.query.every_s = 1;
    let q = &earlier.query;
    if calendar::wall(&q.zone, q.date, q.start_s) != Ok(arrivals.start_unix_s - i64::from(longest)) {
        // The clocks change in between: the wall's seconds are not the oracle's to count.
        return Ok(());
    }
    let step = (case.ways.origins as usize / 3).max(1);
    for origin in (0..case.ways.origins).step_by(step) {
        let times = oracle::times(&earlier, origin);
        for destination in 0..case.ways.destinations as usize {
            let arrives = |d: usize| times[destination][d].map(|t| d as u32 + t);
            let mut expected: Vec<u32> = (0..arrivals.window.count())
                .map(|k| {
                    let by = longest + k * arrivals.window.every_s;
                    let latest = (by - longest..=by).rev().find(|&d| {
                        (d as usize) < times[destination].len()
                            && arrives(d as usize).is_some_and(|at| at <= by)
                    });
                    latest.map_or(u32::MAX, |d| by - d)
                })
                .collect();
            expected.sort_unstable();
            for (p, &rank) in ranks.iter().enumerate() {
                let got = rows[destination][origin as usize * ranks.len() + p];
                prop_assert_eq!(got, expected[rank as usize - 1], "{} → {}\n{:?}", origin, destination, case);
            }
        }
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
    fn arrival_windows_are_the_mirror(case in case()) {
        mirrored(&case)?;
    }

    #[test]
    fn a_trip_takes_as_long_as_the_matrix_says(case in case()) {
        scanned(&case)?;
    }
}
