//! Networks of a few stops through the engine (router and scan, which must agree), with answers worked out in the
//! comments: waiting, slack, midnight, interpolation, frequencies, rides, percentiles, label widths, opportunities.

use isokron::base::executor::Quiet;
use isokron::inputs::raw::{Column, RawFrequency};
use isokron::measures::times::BatchTimes;
use isokron::routing::journey::Leg;
use isokron::routing::{ActiveTrips, KernelOptions, Router};

use crate::engine::{Engine, first, times};
use crate::oracle::Case;
use crate::oracle::hand::{Hand, ask, day};

const ZONE: &str = "Europe/Stockholm";
/// A Wednesday.
const DATE: &str = "2025-05-14";

/// One trip A 08:05 → B 08:15, asked from `from` to `to`; home is 0 s from A, the goal 0 s from B.
fn one_trip(from: &str, to: &str) -> Case {
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:15");
    ask(vec![town.feed], DATE, from, to).access(0, "A", 0).egress("B", 0, 0)
}

/// A bus from A to B in ten minutes at 08:00, 08:10 … 09:00, asked from 08:00 to 09:00.
fn every_ten_minutes() -> Case {
    let mut town = Hand::new("town", ZONE);
    for k in 0..7 {
        let clock = |m: u32| format!("{:02}:{:02}", 8 + m / 60, m % 60);
        town.trip(&format!("T{k}"), &format!("A {} B {}", clock(10 * k), clock(10 * k + 10)));
    }
    ask(vec![town.feed], DATE, "08:00", "09:00").access(0, "A", 0).egress("B", 0, 0)
}

#[test]
fn waiting_counts_and_slack_is_kept() {
    // 60 s to the stop, 60 s slack, the vehicle leaves at 08:05: home must be left by 08:03:00. There at 08:15:30.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:15");
    let mut case = ask(vec![town.feed], DATE, "08:00", "08:10").access(0, "A", 60).egress("B", 0, 30);
    case.query.board_slack_s = 60;
    // The slack of changes does not bind the first boarding.
    case.query.transfer_slack_s = 3600;
    let all = &times(&case)[0];
    assert_eq!(all.len(), 600);
    assert_eq!((all[0], all[1], all[180], all[181]), (Some(930), Some(929), Some(750), None));
    // 181 of 600 departures arrive, in 750 … 930 s: rank ⌈30 %⌉ = 180 is 929 s, ⌈31 %⌉ = 186 is infinite,
    // ⌈0.1 %⌉ = 1 is 750 s.
    let percentiles = Engine::new(&case).percentiles(&[0.1, 30.0, 31.0, 100.0]);
    assert_eq!(percentiles[0][0], [Some(750), Some(929), None, None]);
}

#[test]
fn slack_at_a_change() {
    // B 08:10 → 08:11: with 60 s it is kept, with 61 s not; the next trip comes at 08:20, at C at 08:40.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "B 08:11 C 08:30");
    town.trip("T3", "B 08:20 C 08:40");
    let mut case = ask(vec![town.feed], DATE, "08:00", "08:00:01").access(0, "A", 0).egress("C", 0, 0);
    for (slack, time) in [(0, 1800), (59, 1800), (60, 1800), (61, 2400), (601, u32::MAX)] {
        case.query.transfer_slack_s = slack;
        assert_eq!(first(&case), Some(time).filter(|t| *t != u32::MAX), "slack {slack}");
    }
    // With a slack of its own before the first boarding: 300 s to spare, not 301.
    case.query.transfer_slack_s = 0;
    for (slack, time) in [(300, Some(1800)), (301, None)] {
        case.query.board_slack_s = slack;
        assert_eq!(first(&case), time);
    }
    // B → D on foot in 90 s, 30 s of slack: 08:10 + 120 s = 08:12.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "D 08:12 C 08:30");
    let mut case = ask(vec![town.feed], DATE, "08:00", "08:00:01").access(0, "A", 0).egress("C", 0, 0);
    case.query.transfer_slack_s = 30;
    for (walk, time) in [(90, Some(1800)), (91, None)] {
        assert_eq!(first(&case.clone().transfer("B", "D", walk)), time);
    }
    // The way back alone is not walked; two footpaths are not walked one after the other.
    assert_eq!(first(&case.clone().transfer("D", "B", 1)), None);
    assert_eq!(first(&case.clone().transfer("B", "C", 1).transfer("C", "D", 1)), None);
}

#[test]
fn over_midnight() {
    // From 23:30 to 24:30: a trip of the day at 23:50, one past midnight of the same day at 24:10, and an early trip
    // of the next day at 00:25. 5 minutes each, home at the stop.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 23:50 B 23:55");
    town.trip("T2", "A 24:10 B 24:15");
    town.trip("T3", "A 00:25 B 00:30");
    let mut case = ask(vec![town.feed], DATE, "23:30", "24:30").access(0, "A", 0).egress("B", 0, 0);
    let all = &times(&case)[0];
    assert_eq!(all.len(), 3600);
    // Leaving at 23:30 (20 + 5 min), 23:50 (5), 23:50:01 (24:15 − …), 24:10 (5), 24:10:01 (14:59 + 5), 24:25 (5).
    assert_eq!((all[0], all[1200], all[1201]), (Some(1500), Some(300), Some(1499)));
    assert_eq!((all[2400], all[2401], all[3300]), (Some(300), Some(1199), Some(300)));
    // After 00:25 T1 of the next day comes at 23:50 of the next day: beyond 4 h.
    assert_eq!(all[3301], None);
    // The same half hour as that of the next day.
    case.query.date = day("2025-05-15");
    (case.query.start_s, case.query.end_s) = (0, 1800);
    assert_eq!(times(&case)[0], all[1800..]);
    // Service that starts on the 15th: T2 belonged to the 14th, T3 does not.
    case.feeds[0].calendars[0].start = day("2025-05-15");
    assert_eq!(times(&case)[0][0], Some(1800));
    // Service that ends on the 14th: T2 runs after its last day, T3 does not.
    let dates = &mut case.feeds[0].calendars[0];
    (dates.start, dates.end) = (day("2025-05-01"), day("2025-05-14"));
    let all = &times(&case)[0];
    assert_eq!((all[0], all[600], all[601]), (Some(900), Some(300), None));
}

#[test]
fn nights_of_the_clock_change() {
    // 2025-03-30: 02:00 → 03:00. Of the 29th, 25:55 is 01:55 on the wall and 26:05, ten minutes later, 03:05.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 25:55 B 26:05");
    let case = ask(vec![town.feed], "2025-03-30", "01:50", "03:00").access(0, "A", 0).egress("B", 0, 0);
    let all = &times(&case)[0];
    // From 01:50 to 03:00 on the wall are ten minutes.
    assert_eq!((all.len(), all[0], all[300], all[301]), (600, Some(900), Some(600), None));
    // Noon − 12 h of the 30th is 23:00 of the 29th: "01:50" is 00:50 on the wall, "04:10" is 04:10, 140 min apart.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 01:50 B 04:10");
    let case = ask(vec![town.feed], "2025-03-30", "00:45", "00:45:01").access(0, "A", 0).egress("B", 0, 0);
    assert_eq!(first(&case), Some(145 * 60));
    // 2025-10-26: 03:00 → 02:00. Noon − 12 h is 01:00 of summer time: "00:30" is 01:30, "04:00" is 04:00: 3:30 h.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 00:30 B 04:00");
    let case = ask(vec![town.feed], "2025-10-26", "01:00", "01:00:01").access(0, "A", 0).egress("B", 0, 0);
    assert_eq!(first(&case), Some(4 * 3600));
    // 01:59:50 to 03:00:10 are 2 h 20 s, every minute of them: 121 departures.
    let mut case = case;
    (case.query.start_s, case.query.end_s, case.query.every_s) = (2 * 3600 - 10, 3 * 3600 + 10, 60);
    assert_eq!(times(&case)[0].len(), 121);
}

#[test]
fn blank_times() {
    // A 08:00, B and C blank, D 08:01:40. Evenly: B 33, C 67. By distance 1 : 2 : 5 of 8: 12.5 → 13, 37.5 → 38.
    let mut town = Hand::new("town", ZONE);
    let trip = town.trip("T1", "A 08:00 B - C - D 08:01:40");
    let arrivals = |town: &Hand| {
        let case = ask(vec![town.feed.clone()], DATE, "08:00", "08:00:01").access(0, "A", 0);
        let case = case.egress("B", 0, 0).egress("C", 1, 0).egress("D", 2, 0);
        times(&case).iter().map(|to| to[0].expect("there")).collect::<Vec<_>>()
    };
    assert_eq!(arrivals(&town), [33, 67, 100]);
    for (call, distance) in [(0, 10.0), (1, 11.0), (2, 13.0), (3, 18.0)] {
        town.call(trip, call).shape_dist_traveled = Some(distance);
    }
    assert_eq!(arrivals(&town), [13, 38, 100]);
    // On the equator, without distances, B and C lie 1/4 and 3/4 along.
    for call in 0..4 {
        town.call(trip, call).shape_dist_traveled = None;
    }
    for (stop, lon) in [("A", 10.00), ("B", 10.01), ("C", 10.03), ("D", 10.04)] {
        let stop = town.stop(stop) as usize;
        town.feed.stops[stop].lon_lat = Some((lon, 0.0));
    }
    assert_eq!(arrivals(&town), [25, 75, 100]);
    // One boards at an interpolated time as well: C is left at 08:01:15.
    let case = ask(vec![town.feed], DATE, "08:00", "08:02").access(0, "C", 0).egress("D", 0, 0);
    let all = &times(&case)[0];
    assert_eq!((all[75], all[76]), (Some(25), None));
}

#[test]
fn by_headway() {
    // The template leaves A at 06:01; it runs at 08:00, 08:10, 08:20 (08:30 is the end, not included), 5 min to B.
    let mut town = Hand::new("town", ZONE);
    let trip = town.trip("T1", "A 06:00/06:01 B 06:06");
    for exact in [true, false] {
        let (start_s, end_s, headway_s) = (8 * 3600, 8 * 3600 + 1800, 600);
        town.feed.frequencies = vec![RawFrequency { trip, start_s, end_s, headway_s, exact, line: 0 }];
        let case = ask(vec![town.feed.clone()], DATE, "08:00", "08:30").access(0, "A", 0).egress("B", 0, 0);
        let engine = Engine::new(&case);
        let all = &engine.times(0)[0];
        assert_eq!((all[0], all[1], all[600], all[1200]), (Some(300), Some(899), Some(300), Some(300)));
        assert_eq!(all[1201], None);
        let inexact = if exact { 0 } else { 3 };
        assert_eq!((engine.service.departures, engine.service.inexact_departures), (3, inexact));
    }
    // The template's own times are no service.
    let case = ask(vec![town.feed], DATE, "05:59", "05:59:01").access(0, "A", 0).egress("B", 0, 0);
    assert_eq!(first(&case), Some(121 * 60 + 300));
}

#[test]
fn one_ride_too_many() {
    // Three rides by 08:25, two by 08:40, one by 09:00.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:00 B 08:05");
    town.trip("T2", "B 08:05 C 08:10");
    town.trip("T3", "C 08:20 D 08:25");
    town.trip("T4", "B 08:30 D 08:40");
    town.trip("T5", "A 08:10 D 09:00");
    let mut case = ask(vec![town.feed], DATE, "08:00", "08:00:01").access(0, "A", 0).egress("D", 0, 0);
    for (most, minutes, rides) in
        [(None, 25, 3), (Some(4), 25, 3), (Some(3), 25, 3), (Some(2), 40, 2), (Some(1), 60, 1)]
    {
        case.query.max_rides = most;
        assert_eq!(first(&case), Some(minutes * 60), "{most:?}");
        assert_eq!(Engine::new(&case).journey(0, 0, 0).expect("a journey").rides, rides);
    }
}

#[test]
fn a_trip_that_lacks_what_is_needed_does_not_run() {
    const STEP_FREE: u32 = 1 << 20;
    // One vehicle goes on from A to D as three trips of a block: through at 08:30, though nobody may board or alight
    // between. The trip in the middle has steps, so who needs none waits for the slow one: D 09:00.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:00 B 08:10");
    town.trip("T2", "B 08:10 C 08:20");
    town.trip("T3", "C 08:20 D 08:30");
    town.trip("T4", "A 08:20 D 09:00");
    town.feed.trips.iter_mut().take(3).for_each(|trip| trip.block_id = "block".into());
    let case = ask(vec![town.feed], DATE, "08:00", "08:00:01").access(0, "A", 0).egress("D", 0, 0);
    let mut engine = Engine::new(&case);
    for trip in [0, 2, 3] {
        engine.timetable.trips.to_mut()[trip].flags |= STEP_FREE;
    }
    assert_eq!(engine.times(0)[0][0], Some(30 * 60));
    engine.query.needs.trips = STEP_FREE;
    engine.service = ActiveTrips::expand(&engine.timetable, &engine.query);
    assert_eq!(engine.times(0)[0][0], Some(60 * 60));
}

#[test]
fn walking_beats_riding() {
    // By vehicle one arrives at 08:15; on foot in 600 s. Leaving at 08:05:00 the vehicle is as fast.
    let case = one_trip("08:00", "08:06").direct(0, 0, 600);
    let all = &times(&case)[0];
    assert_eq!([all[0], all[299], all[300], all[301]], [Some(600); 4]);
    // In 700 s: from 08:03:21 to 08:05:00 the vehicle wins.
    let case = one_trip("08:00", "08:06").direct(0, 0, 700);
    let all = &times(&case)[0];
    assert_eq!((all[199], all[200], all[201]), (Some(700), Some(700), Some(699)));
    assert_eq!((all[300], all[301]), (Some(600), Some(700)));
    // Home → stop A → goal, both walks short, is neither a ride nor a direct walk.
    assert_eq!(times(&case.egress("A", 1, 5))[1][0], None);
}

#[test]
fn nearest_ranks() {
    // Waits of 0 … 599 s, six departures each; the ride takes 600 s. Rank 36 (1 %) is the 36th of them: wait
    // ⌈36/6⌉ − 1 = 5 s; rank 1800 (50 %): 299 s; rank 3240 (90 %): 539 s; 3600: 599 s.
    let mut case = every_ten_minutes();
    let at = |case: &Case, p: &[f64]| Engine::new(case).percentiles(p)[0][0].clone();
    let p = [1.0, 50.0, 90.0, 100.0];
    assert_eq!(at(&case, &p), [Some(605), Some(899), Some(1139), Some(1199)]);
    // Every minute: waits of 0, 9, 8 … 1 min, six departures each. Rank 1 (1 % of 60), 30, 54, 60: waits of the
    // 1st, 5th, 9th and 10th value: 0, 4, 8, 9 min. The sample is more hopeful than the truth.
    case.query.every_s = 60;
    assert_eq!(at(&case, &p), [Some(600), Some(840), Some(1080), Some(1140)]);
    // Every 7 minutes from 08:00: 9 departures, at :00 :07 :14 :21 :28 :35 :42 :49 :56, waits of
    // 0 3 6 9 2 5 8 1 4 min. The median is the 5th of 0 … 9 without 7: 4 min; 60 % of 9 is the 6th: 5 min.
    case.query.every_s = 420;
    assert_eq!(at(&case, &[50.0, 60.0, 100.0]), [Some(840), Some(900), Some(1140)]);
    // A limit of 899 s leaves 1800 of 3600 departures: half of them do at least as well, not 50.1 %.
    (case.query.every_s, case.query.max_travel_time_s) = (1, 899);
    assert_eq!(at(&case, &[50.0, 50.1]), [Some(899), None]);
}

#[test]
fn the_longest_time() {
    // Home is left by 08:03: there at 08:15:30 after 750 s, the shortest of all times.
    let mut case = one_trip("08:00", "08:10").access(0, "A", 120).egress("B", 0, 30);
    for (longest, time) in [(749, None), (750, Some(750))] {
        case.query.max_travel_time_s = longest;
        assert_eq!(times(&case)[0][180], time);
        assert_eq!(times(&case)[0][179], None);
    }
    // The limit holds for walks as well.
    let mut case = one_trip("08:00", "08:01").direct(0, 0, 400);
    for (longest, time) in [(399, None), (400, Some(400))] {
        case.query.max_travel_time_s = longest;
        assert_eq!(first(&case), time);
    }
}

#[test]
fn a_loop_that_calls_twice() {
    // A 08:05, B 08:10, A 08:15, C 08:20: whoever comes to A at 08:12 boards the second call.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10 A 08:15 C 08:20");
    let case = ask(vec![town.feed], DATE, "08:00", "08:16").access(0, "A", 0);
    let all = times(&case.egress("C", 0, 0).egress("A", 1, 0));
    assert_eq!((all[0][0], all[0][720], all[0][900], all[0][901]), (Some(1200), Some(480), Some(300), None));
    // To A itself by the loop; its first call is not an arrival.
    assert_eq!((all[1][0], all[1][301]), (Some(900), None));
}

#[test]
fn overtaking_and_hops_without_length() {
    // The later departure arrives earlier.
    let mut town = Hand::new("town", ZONE);
    town.trip("slow", "A 08:05 B 08:30");
    town.trip("fast", "A 08:10 B 08:15");
    let case = ask(vec![town.feed], DATE, "08:00", "08:11").access(0, "A", 0).egress("B", 0, 0);
    let all = &times(&case)[0];
    assert_eq!((all[0], all[600], all[601]), (Some(900), Some(300), None));
    // All at 08:10, the feed's order against the direction of travel, changes of 0 s: 0 s, three rides.
    let mut town = Hand::new("town", ZONE);
    town.trip("T3", "D 08:10 E 08:10");
    town.trip("T2", "C 08:10 D 08:10");
    town.trip("T1", "A 08:10 B 08:10 C 08:10");
    let mut case = ask(vec![town.feed], DATE, "08:10", "08:10:01").access(0, "A", 0).egress("E", 0, 0);
    assert_eq!(first(&case), Some(0));
    case.query.max_rides = Some(2);
    assert_eq!(first(&case), None);
}

#[test]
fn two_feeds_in_two_zones() {
    // A 08:05 → B 08:15 in Helsinki is 07:05 → 07:15 in Stockholm; there a tram leaves C, 60 s from B, at 07:16.
    let mut east = Hand::new("east", "Europe/Helsinki");
    east.trip("T1", "A 08:05 B 08:15");
    let mut west = Hand::new("west", ZONE);
    west.trip("T1", "C 07:16 D 07:20");
    let mut case = ask(vec![east.feed, west.feed], DATE, "07:00", "07:00:01").access(0, "A", 0);
    case.query.zone = ZONE.into();
    let case = case.egress("D", 0, 0).transfer("B", "C", 60);
    assert_eq!(first(&case), Some(1200));
    // The legs: ride, walk, ride.
    let journey = Engine::new(&case).journey(0, 0, 0).expect("a journey");
    let kinds: Vec<&str> =
        journey.legs.iter().map(|l| if matches!(l, Leg::Street { .. }) { "walk" } else { "ride" }).collect();
    assert_eq!((kinds, journey.departs_s, journey.rides), (vec!["ride", "walk", "ride"], 300, 2));
}

#[test]
fn labels_of_any_width_say_the_same() {
    // The horizon in steps chooses the width: 55 + 199 + 1 = 255 is the last that fits a byte, 3599 + 61,935 + 1 =
    // 65,535 the last for two.
    for (window, longest, bytes) in
        [("08:00:56", 199, 1), ("08:00:56", 200, 2), ("09:00", 61_935, 2), ("09:00", 61_936, 4)]
    {
        let mut case = one_trip("08:00", window);
        case.query.max_travel_time_s = longest;
        assert_eq!(Engine::new(&case).router().label_bytes(), bytes, "{window} {longest}");
    }
    // Three rides, the last 100 s after the first; 150 origins (more than any lanes), the i-th i s from the stop.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:00:30 B 08:01:00");
    town.trip("T2", "A 08:00:45 B 08:01:20");
    town.trip("T3", "B 08:01:05 C 08:01:40");
    town.trip("T4", "B 08:01:20 C 08:02:00");
    let mut case = ask(vec![town.feed], DATE, "08:00", "08:00:50").egress("C", 0, 10).egress("B", 1, 3);
    for origin in 0..150 {
        case = case.access(origin, "A", origin);
    }
    // A stop within sight that is too far to matter at any width.
    case = case.access(150, "A", 70_000).direct(151, 0, 77);
    case.ways.origins = 152;
    let all = |longest: u32, bytes: usize| {
        let mut case = case.clone();
        case.query.max_travel_time_s = longest;
        let engine = Engine::new(&case);
        assert_eq!(engine.router().label_bytes(), bytes);
        // All in two or three sweeps, and one by one.
        let together =
            engine.ranked(&(0..152).collect::<Vec<u32>>(), &[1, 25], KernelOptions::best(), &Quiet);
        let alone: Vec<_> =
            (0..152).map(|o| engine.ranked(&[o], &[1, 25], KernelOptions::best(), &Quiet)).collect();
        assert_eq!(together, alone.concat());
        (0..152).map(|origin| engine.times(origin)).collect::<Vec<_>>()
    };
    let narrow = all(190, 1);
    // Leaving at 0 and i s from A: 08:00:30 is caught while i ≤ 30, at C at 110 s, at B after 63 s. Then T2 and T4
    // while i ≤ 45 s: 130 s and 83 s.
    for (origin, of_origin) in narrow.iter().enumerate().take(46) {
        let (c, b) = if origin <= 30 { (110, 63) } else { (130, 83) };
        assert_eq!((of_origin[0][0], of_origin[1][0]), (Some(c), Some(b)), "{origin}");
    }
    assert_eq!((narrow[150][0][0], narrow[151][0][0]), (None, Some(77)));
    assert_eq!(narrow, all(7200, 2));
    assert_eq!(narrow, all(66_000, 4));
}

#[test]
fn steps_of_any_length() {
    // A bus every 10 min, asked every 60, 255, 256, 300, 599, 600, 3600 s: the k-th departure waits for the next
    // full ten minutes, whatever width the step chooses.
    for every in [60u32, 255, 256, 300, 599, 600, 3600] {
        let mut case = every_ten_minutes();
        case.query.every_s = every;
        let expected: Vec<_> = (0..3600u32.div_ceil(every))
            .map(|k| Some((k * every).next_multiple_of(600) - k * every + 600))
            .collect();
        assert_eq!(times(&case)[0], expected, "every {every}");
    }
}

#[test]
fn opportunities_tell_which_places_were_reached() {
    // Places 0 … 4 hold 1, 2, 4, 8, 16 jobs, so that a sum names them. Places are not the origins.
    //   0: on foot in 900 s = 15 min.  1: at A, no ride, so never.  2: at B, 08:15.  3: 901 s on foot.
    //   4: 1 s from B.
    let mut case = one_trip("08:00", "08:10").direct(0, 0, 900).direct(0, 3, 901);
    (case.ways.destinations, case.ways.egress) = (5, Default::default());
    let case = case.egress("B", 2, 0).egress("B", 4, 1).egress("A", 1, 0).access(1, "A", 301);
    let values = |v: &[f64]| Column { name: "jobs".into(), values: v.to_vec() };
    let columns = [values(&[1.0, 2.0, 4.0, 8.0, 16.0]), values(&[0.5, 0.0, 0.0, 0.0, 0.25])];
    // Until 08:05:00 (301 of 600 departures) the vehicle is caught. Within 15 min: from 08:00:00 on to place 2 (301
    // departures: p50 needs 300), from 08:00:01 on to place 4 (300: just enough), p51 (306) neither; within 10 min:
    // place 2 from 08:05:00 alone (1 of 600: p0.1 needs 1); within 16 min all but place 1.
    let access = Engine::new(&case).access(&columns, &[10, 15, 16], &[0.1, 50.0, 51.0]);
    let jobs = [4.0, 0.0, 0.0, 1.0 + 4.0 + 16.0, 1.0 + 4.0 + 16.0, 1.0, 29.0, 29.0, 1.0 + 8.0];
    assert_eq!(access[0][..9], jobs);
    assert_eq!(access[0][9..], [0.0, 0.0, 0.0, 0.75, 0.75, 0.5, 0.75, 0.75, 0.5]);
    // From the second origin, 301 s away: no departure catches it but those before 08:00: none.
    assert_eq!(access[1], vec![0.0; 18]);
}

#[test]
fn opportunities_agree_with_times() {
    // 70 places (more than a block, more than 64 bits of a sum), the i-th 10·i s from B; the bus every ten minutes.
    let mut case = every_ten_minutes();
    for place in 1..70 {
        case = case.egress("B", place, 10 * place);
    }
    let jobs = Column { name: "jobs".into(), values: (0..70).map(f64::from).collect() };
    let access = Engine::new(&case).access(&[jobs], &[15, 20, 25], &[50.0, 100.0]);
    // At p50 the time is 899 + 10·i, at p100 1199 + 10·i. Sums of 0 … n: n(n + 1)/2, with n = 0, 30, 60 at p50 and
    // none, 0, 30 at p100.
    assert_eq!(access[0], [0.0, 0.0, 465.0, 0.0, 1830.0, 465.0]);
}

#[test]
fn a_cell_to_itself() {
    // Origins and destinations are one set; from a place to itself it is 7 s, as asked.
    let case = one_trip("08:00", "08:01").egress("A", 0, 0).egress("B", 1, 0).access(1, "B", 5);
    let engine = Engine::new(&case);
    let points = [(0.0, 0.0), (1.0, 0.0)];
    let (timetable, service) = (&engine.timetable, &engine.service);
    let router =
        Router::new(timetable, &engine.legs, service, engine.query, &points, Some(7), &Quiet).unwrap();
    let times =
        router.route(&[1, 0], KernelOptions::best(), |batch| BatchTimes::listen(&[1], 2, batch), &Quiet);
    // From 1: none to 0, 7 to 1. From 0: 7 to 0, to 1 the last departure (08:00:59) takes 14 min 1 s.
    assert_eq!(times.expect("nobody cancels"), [[u32::MAX, 7, 7, 841]]);
}

#[test]
fn gates() {
    // Pick-up 1: no; 3 (ask the driver): yes; 2: with a telephone only. Drop-off the same.
    for (kind, phone, open) in
        [(0, false, true), (1, true, false), (3, false, true), (2, true, true), (2, false, false)]
    {
        let mut case = one_trip("08:00", "08:00:01");
        case.query.phone_ahead = phone;
        case.feeds[0].stop_times[0].pickup_type = kind;
        assert_eq!(first(&case).is_some(), open, "pick-up {kind}");
        case.feeds[0].stop_times[0].pickup_type = 0;
        case.feeds[0].stop_times[1].drop_off_type = kind;
        assert_eq!(first(&case).is_some(), open, "drop-off {kind}");
    }
}
