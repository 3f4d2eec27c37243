//! A town of 11 × 11 junctions, 100 m apart, with a river, a bridge and two crossing lines, from OSM-like tables to
//! opportunities: every answer is arithmetic.
//!
//! On the equator 8,983·10⁻⁷° of longitude are 99.998 m and 9,043·10⁻⁷° of latitude 99.992 m, so that k blocks, summed
//! in mm and rounded up to seconds once at 1 m/s, are 100·k s for any k below 100.

use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::units::{SpeedMmPerS, rank};
use isokron::inputs::raw::{Column, RawNode, RawStreets, RawWay};
use isokron::measures::access::Cumulative;
use isokron::measures::times::{BatchTimes, ranks};
use isokron::network::links::{Limits, LinkRule, LinkStatus, Linker, legs};
use isokron::network::slopes::WalkLengths;
use isokron::network::{streets, timetable};
use isokron::routing::{ActiveTrips, KernelOptions, Router};

use crate::engine;
use crate::oracle::hand::{Hand, ask};

const SIDE: i32 = 11;
/// 1e-7 degrees of a block, east and north.
const EAST: i32 = 8983;
const NORTH: i32 = 9043;
const SLACK: u32 = 60;
const MAX_WALK: u32 = 700;
const MAX_CHANGE: u32 = 300;
const LONGEST: u32 = 1800;
/// Seconds a block by bus, and between buses.
const HOP: u32 = 20;
const HEADWAY: u32 = 600;

/// (x, y), 0 … 10.
type Corner = (i32, i32);

/// Streets along all rows and columns; between y = 7 and y = 8 a river, bridged at x = 0 only.
fn town() -> RawStreets {
    let node = |(x, y): Corner| (y * SIDE + x) as u32;
    let nodes = (0..SIDE * SIDE).map(|i| RawNode {
        osm_id: i64::from(i),
        lon_e7: i % SIDE * EAST,
        lat_e7: i / SIDE * NORTH,
        tags: vec![],
    });
    let mut ways: Vec<RawWay> = Vec::new();
    let mut way = |corners: Vec<Corner>| {
        let tags = vec![("highway".to_string(), "residential".to_string())];
        ways.push(RawWay { osm_id: ways.len() as i64, nodes: corners.into_iter().map(node).collect(), tags });
    };
    for i in 0..SIDE {
        way((0..SIDE).map(|x| (x, i)).collect());
        way((0..8).map(|y| (i, y)).collect());
        way((8..SIDE).map(|y| (i, y)).collect());
    }
    way(vec![(0, 7), (0, 8)]);
    RawStreets { nodes: nodes.collect(), ways, ..RawStreets::default() }
}

/// Seconds on foot from corner to corner: as the streets run, over the bridge where the river is between.
fn on_foot(a: Corner, b: Corner) -> u32 {
    let same_side = (a.1 <= 7) == (b.1 <= 7);
    let across = if same_side { (a.0 - b.0).abs() } else { a.0 + b.0 };
    100 * (across + (a.1 - b.1).abs()) as u32
}

/// The stops: line 0 along y = 5, line 1 along x = 5, at every second corner.
fn stops() -> Vec<(usize, Corner)> {
    let row = (0..6).map(|i| (0, (2 * i, 5)));
    row.chain((0..6).map(|i| (1, (5, 2 * i)))).collect()
}

/// Seconds after 08:00 + k·600 at which the bus of a line and direction (0 up, 1 down) is at its i-th stop: the lines
/// start two minutes apart, the ways back five minutes later.
fn passes(line: usize, direction: u32, i: u32) -> u32 {
    let along = if direction == 0 { i } else { 5 - i };
    120 * line as u32 + 300 * direction + 2 * HOP * along
}

fn feed() -> Hand {
    let mut hand = Hand::new("town", "Europe/Stockholm");
    for (i, (_, (x, y))) in stops().into_iter().enumerate() {
        let stop = hand.stop(&format!("s{i}")) as usize;
        let degrees = |blocks: i32, e7: i32| f64::from(blocks * e7) / 1e7;
        hand.feed.stops[stop].lon_lat = Some((degrees(x, EAST), degrees(y, NORTH)));
    }
    for line in 0..2 {
        for direction in 0..2 {
            for k in 0..11 {
                let mut order: Vec<u32> = (0..6).collect();
                if direction == 1 {
                    order.reverse();
                }
                let call = |i: &u32| {
                    let s = 8 * 3600 + HEADWAY * k + passes(line, direction, *i);
                    format!("s{} {:02}:{:02}:{:02}", 6 * line as u32 + i, s / 3600, s / 60 % 60, s % 60)
                };
                let calls: Vec<String> = order.iter().map(call).collect();
                hand.trip(&format!("T{line}{direction}{k}"), &calls.join(" "));
            }
        }
    }
    hand
}

/// From being ready at stop `i` of a line (s after 08:00) to the arrival at its stop `j`: the next bus that way.
fn ride(line: usize, i: u32, j: u32, ready: u32) -> u32 {
    let direction = u32::from(j < i);
    let leaves = passes(line, direction, i);
    let buses = ready.saturating_sub(leaves).div_ceil(HEADWAY);
    leaves + buses * HEADWAY + 2 * HOP * i.abs_diff(j)
}

/// Seconds door to door for one departure: on foot; by one bus; by one and, after a walk, another. (Two buses of one
/// line help too: who may not walk so far in one leg rides to the next stop and back, and walks on.)
fn time(from: Corner, to: Corner, departs: u32) -> Option<u32> {
    let stops = stops();
    let mut best = Some(on_foot(from, to)).filter(|&walk| walk <= MAX_WALK).map(|walk| departs + walk);
    let mut arrive = |at: u32| best = Some(best.map_or(at, |b| b.min(at)));
    let egress = |stop: usize| Some(on_foot(stops[stop].1, to)).filter(|&walk| walk <= MAX_WALK);
    for (a, &(line, place)) in stops.iter().enumerate() {
        let walk = on_foot(from, place);
        if walk > MAX_WALK {
            continue;
        }
        for b in (0..stops.len()).filter(|&b| b != a && stops[b].0 == line) {
            let there = ride(line, a as u32 % 6, b as u32 % 6, departs + walk + SLACK);
            if let Some(walk) = egress(b) {
                arrive(there + walk);
            }
            for c in 0..stops.len() {
                let line = stops[c].0;
                let change = on_foot(stops[b].1, stops[c].1);
                if change > MAX_CHANGE {
                    continue;
                }
                for d in (0..stops.len()).filter(|&d| d != c && stops[d].0 == line) {
                    if let Some(walk) = egress(d) {
                        let at = ride(line, c as u32 % 6, d as u32 % 6, there + change + SLACK);
                        arrive(at + walk);
                    }
                }
            }
        }
    }
    best.map(|at| at - departs).filter(|&s| s <= LONGEST)
}

#[test]
fn every_answer_is_arithmetic() {
    let streets = streets::build(&town(), 40, &mut Diagnostics::default());
    let corners: Vec<Corner> = (0..SIDE * SIDE).map(|i| (i % SIDE, i / SIDE)).collect();
    let degrees = |(x, y): Corner| (f64::from(x * EAST) / 1e7, f64::from(y * NORTH) / 1e7);
    let mut points: Vec<(f64, f64)> = corners.iter().map(|&c| degrees(c)).collect();
    // A cell half a block east of (2, 3) and 0.3 blocks north of the street; and one far out of town.
    points.push((f64::from(5 * EAST) / 2.0 / 1e7, f64::from(33 * NORTH) / 10.0 / 1e7));
    points.push((0.5, 0.5));
    let (garden, far) = (121, 122);

    let mut case = ask(vec![feed().feed], "2025-05-14", "08:00", "09:00");
    (case.query.board_slack_s, case.query.transfer_slack_s) = (SLACK, SLACK);
    case.query.max_travel_time_s = LONGEST;
    let table = timetable::build(&case.feeds, true, &mut Diagnostics::default());
    let linker = Linker::new(&streets, LinkRule { max_link_m: 1000.0, fragment_reach_m: 250.0 });
    let kept = linker.keep(&table.stops, &mut Diagnostics::default(), &Quiet).expect("nobody stops it");
    let cells = linker.link(&kept, &points, &Quiet).expect("nobody stops it");
    let halts = linker.link_stops(&kept, &table.stops, &Quiet).expect("nobody stops it");
    assert_eq!((cells.status(garden), cells.status(far)), (LinkStatus::Linked, LinkStatus::Unlinked));
    // 0.3 blocks are 29.998 m.
    assert!(cells.link_mm[garden].abs_diff(29_998) <= 1 && cells.link_mm[0] == 0);
    let limits = Limits {
        speed: SpeedMmPerS::from_mps(1.0).expect("a speed"),
        max_walk_s: MAX_WALK,
        max_transfer_walk_s: MAX_CHANGE,
        max_direct_walk_s: MAX_WALK,
        lengths: WalkLengths::PLAIN,
    };
    let legs =
        legs(&streets, &cells, &cells, true, &halts, &table.stops, limits, &Quiet).expect("nobody stops it");

    // On foot: (0, 0) → (3, 4) is 700 s, (3, 7) → (0, 8) 400 s over the bridge, (5, 7) → (5, 8) is 1,100 s and too far.
    let index = |(x, y): Corner| (y * SIDE + x) as usize;
    let walk = |a: usize, b: usize| legs.direct.row(a).iter().find(|w| w.to as usize == b).map(|w| w.seconds);
    assert_eq!(walk(index((0, 0)), index((3, 4))), Some(700));
    assert_eq!(walk(index((3, 7)), index((0, 8))), Some(400));
    assert_eq!(walk(index((5, 7)), index((5, 8))), None);
    for (&from, a) in corners.iter().zip(0..) {
        for (&to, b) in corners.iter().zip(0..) {
            let expected = Some(on_foot(from, to)).filter(|&s| s <= MAX_WALK && a != b);
            assert_eq!(walk(a, b), expected, "{from:?} → {to:?}");
        }
    }
    // The garden: 30 m to the street, 50 m along it to (2, 3) or (3, 3), then blocks.
    assert_eq!((walk(garden, index((2, 3))), walk(garden, index((3, 3)))), (Some(80), Some(80)));
    assert_eq!((walk(garden, index((2, 5))), walk(index((0, 3)), garden)), (Some(280), Some(280)));
    // Stops 2 and 8 of the lines: (4, 5) and (5, 4), two blocks apart; (4, 5) and (5, 2), four: too far to change.
    let change = |a: usize, b: u32| legs.footpaths.row(a).iter().find(|w| w.to == b).map(|w| w.seconds);
    assert_eq!((change(2, 8), change(2, 7)), (Some(200), None));

    let percentiles = [10.0, 50.0, 100.0];
    for (every, steps) in [(60, (11, 1)), (1, (61, 11))] {
        case.query.every_s = every;
        case.query.max_rides = Some(2);
        let query = engine::query(&case);
        let service = ActiveTrips::expand(&table, &query);
        let router = Router::new(&table, &legs, &service, query, &points, Some(0), &Quiet).unwrap();
        let n = query.window.count();
        let ranks = ranks(&percentiles, n);
        let origins: Vec<u32> = (0..points.len() as u32).collect();
        let listen = |batch: isokron::routing::Batch<'_>| BatchTimes::listen(&ranks, points.len(), batch);
        let times =
            router.route(&origins, KernelOptions::best(), listen, &Quiet).expect("nobody cancels").concat();
        let at = |a: usize, b: usize| &times[(a * points.len() + b) * ranks.len()..][..ranks.len()];

        // From some corners to all by minutes, to some by seconds.
        let mut by_bus = 0;
        let mut expected_jobs = vec![0.0; corners.len()];
        for a in (0..corners.len()).step_by(steps.0) {
            for b in (0..corners.len()).step_by(steps.1) {
                let depart = |k: u32| time(corners[a], corners[b], k * every).unwrap_or(u32::MAX);
                let mut all: Vec<u32> = (0..n).map(depart).collect();
                all.sort_unstable();
                let expected: Vec<u32> = ranks.iter().map(|&r| all[r as usize - 1]).collect();
                assert_eq!(at(a, b), expected, "{:?} → {:?} every {every}", corners[a], corners[b]);
                by_bus += usize::from(walk(a, b).is_none() && expected[1] != u32::MAX);
                // A job at every corner, within 15 min in half of the departures.
                expected_jobs[a] += f64::from(u8::from(all[rank(50.0, n) as usize - 1] <= 900));
            }
        }
        assert!(by_bus > 5, "the buses matter: {by_bus}");
        assert_eq!(at(far, 0), [u32::MAX; 3]);
        let mut jobs = vec![1.0; corners.len()];
        jobs.extend([0.0, 0.0]);
        let columns = [Column { name: "jobs".into(), values: jobs }];
        let what = Cumulative {
            columns: &columns,
            cutoffs_min: &[15],
            percentiles: &[50.0],
            departures: n,
            destinations: points.len(),
        };
        let access = router.route(&origins, KernelOptions::best(), |batch| what.listen(batch), &Quiet);
        let access = access.expect("nobody cancels").concat();
        for a in (0..corners.len()).step_by(steps.0).filter(|_| steps.1 == 1) {
            assert_eq!(access[a], [expected_jobs[a]], "{:?}", corners[a]);
        }
    }
}
