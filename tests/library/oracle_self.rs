//! The oracle tested on networks of a few stops whose answers are worked out in the comments.

use isokron::inputs::raw::{RawCalendarDate, RawFrequency};

use crate::oracle::hand::{Hand, ask, day};
use crate::oracle::{Case, Oracle, answer, runs, times};

const ZONE: &str = "Europe/Stockholm";
/// A Wednesday.
const DATE: &str = "2025-05-14";

/// Time to destination 0 from origin 0 at the window's start.
fn first(case: &Case) -> Option<u32> {
    times(case, 0)[0][0]
}

/// A → B → C on two trips, asked at 08:00 at A: T1 A 08:05 → B 08:10; T2 B `leaves` → C ten minutes later.
fn two_trips(leaves: &str) -> (Hand, u32, u32) {
    let mut town = Hand::new("town", ZONE);
    let t1 = town.trip("T1", "A 08:05 B 08:10");
    let t2 = town.trip("T2", &format!("B {leaves} C 08:30"));
    (town, t1, t2)
}

fn a_to_c(town: &Hand) -> Case {
    ask(vec![town.feed.clone()], DATE, "08:00", "08:00:01").access(0, "A", 0).egress("C", 0, 0)
}

#[test]
fn waiting_counts_and_slack_is_kept() {
    // 60 s to the stop, 60 s slack, the vehicle leaves at 08:05: home must be left by 08:03:00.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:15");
    let mut case = ask(vec![town.feed], DATE, "08:00", "08:10").access(0, "A", 60).egress("B", 0, 30);
    case.query.board_slack_s = 60;
    let all = &times(&case, 0)[0];
    assert_eq!(all.len(), 600);
    // Arrival 08:15:30.
    assert_eq!((all[0], all[1], all[180], all[181]), (Some(930), Some(929), Some(750), None));
    // 181 of 600 departures arrive, in 750 … 930 s: rank ⌈0.3·600⌉ = 180 is 929 s, ⌈31 %⌉ = 186 is infinite,
    // ⌈0.1 % of 600⌉ = 1 is 750 s.
    assert_eq!(answer(&case, 0, &[0.1, 30.0, 31.0, 100.0])[0], [Some(750), Some(929), None, None]);
    case.query.every_s = 60;
    assert_eq!(
        times(&case, 0)[0],
        [Some(930), Some(870), Some(810), Some(750), None, None, None, None, None, None]
    );
    // 749 s: no departure is so short.
    case.query.max_travel_time_s = 749;
    assert_eq!(times(&case, 0)[0], [None; 10]);
    case.query.max_travel_time_s = 750;
    assert_eq!(times(&case, 0)[0][3], Some(750));
}

#[test]
fn a_sample_that_does_not_divide_the_window() {
    // 08:00:00, :07, …: 60 s hold ⌈60/7⌉ = 9 departures, the last at :56.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:15");
    let mut case = ask(vec![town.feed], DATE, "08:00", "08:01").access(0, "A", 0).egress("B", 0, 0);
    case.query.every_s = 7;
    let all = &times(&case, 0)[0];
    assert_eq!((all.len(), all[8]), (9, Some(900 - 56)));
}

#[test]
fn slack_at_a_change() {
    // B 08:10 → 08:11: with 60 s it is kept, with 61 s not; the next trip comes at 08:20.
    let (mut town, ..) = two_trips("08:11");
    town.trip("T3", "B 08:20 C 08:40");
    let mut case = a_to_c(&town);
    for (slack, time) in [(0, 1800), (60, 1800), (61, 2400)] {
        case.query.transfer_slack_s = slack;
        assert_eq!(first(&case), Some(time));
    }
    // Boarding the first vehicle has a slack of its own: 5 min to spare.
    case.query.board_slack_s = 300;
    assert_eq!(first(&case), Some(2400));
    case.query.board_slack_s = 301;
    assert_eq!(first(&case), None);
}

#[test]
fn walking_to_another_stop() {
    // B → D takes 90 s: 08:11:30 + slack 30 s = 08:12:00, just right; the way back is not walked.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "D 08:12 C 08:30");
    let mut case = a_to_c(&town).transfer("D", "B", 90);
    case.query.transfer_slack_s = 30;
    assert_eq!(first(&case), None);
    case = case.transfer("B", "D", 90);
    assert_eq!(first(&case), Some(1800));
    case = case.transfer("B", "D", 91);
    assert_eq!(first(&case), None);
}

#[test]
fn walks_are_not_chained() {
    // B → D → E are two footpaths: one may walk one of them between two rides.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "E 08:25 C 08:30");
    town.stop("D");
    let case = a_to_c(&town).transfer("B", "D", 10).transfer("D", "E", 10);
    assert_eq!(first(&case), None);
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
    for (rides, minutes) in [(None, 25), (Some(3), 25), (Some(4), 25), (Some(2), 40), (Some(1), 60)] {
        case.query.max_rides = rides;
        assert_eq!(first(&case), Some(minutes * 60), "{rides:?}");
    }
}

#[test]
fn walking_beats_riding() {
    // The vehicle arrives at 08:15, 900 s after 08:00; on foot it is 600 s. From 08:05:00 on the vehicle is as fast.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:15");
    let case = ask(vec![town.feed], DATE, "08:00", "08:06").access(0, "A", 0).egress("B", 0, 0);
    let case = case.direct(0, 0, 600);
    let all = &times(&case, 0)[0];
    assert_eq!((all[0], all[299], all[300], all[301]), (Some(600), Some(600), Some(600), Some(600)));
    let case = case.direct(0, 0, 700);
    let all = &times(&case, 0)[0];
    assert_eq!(
        (all[199], all[200], all[201], all[300], all[301]),
        (Some(700), Some(700), Some(699), Some(600), Some(700))
    );
    // To walk to a stop and from there to the destination is no ride and no direct walk.
    let case = case.egress("A", 1, 5);
    assert_eq!(times(&case, 0)[1][0], None);
}

#[test]
fn midnight_from_both_sides() {
    // "26:10" of the 14th and "02:20" of the 15th are on the same night: T1 then T2, asked at 26:00 of the 14th.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 26:10 B 26:15");
    town.trip("T2", "B 02:20 C 02:30");
    let mut case = ask(vec![town.feed], DATE, "26:00", "26:00:01").access(0, "A", 0).egress("C", 0, 0);
    assert_eq!(first(&case), Some(1800));
    // The same night asked as 02:00 of the 15th.
    case.query.date = day("2025-05-15");
    (case.query.start_s, case.query.end_s) = (2 * 3600, 2 * 3600 + 1);
    assert_eq!(first(&case), Some(1800));
    // Without the day before there is no T1.
    case.feeds[0].calendars[0].start = day("2025-05-15");
    assert_eq!(first(&case), None);
}

#[test]
fn days_of_service() {
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:15");
    let mondays = town.service("mondays", [true, false, false, false, false, false, false]);
    town.feed.trips[0].service = mondays;
    let mut case =
        ask(vec![town.feed], "2025-05-12", "08:00", "08:00:01").access(0, "A", 0).egress("B", 0, 0);
    assert_eq!(first(&case), Some(900));
    let exception = |service, date: &str, added| RawCalendarDate { service, date: day(date), added, line: 0 };
    case.feeds[0].calendar_dates.push(exception(mondays, "2025-05-12", false));
    assert_eq!(first(&case), None);
    case.query.date = day("2025-05-13");
    assert_eq!(first(&case), None);
    case.feeds[0].calendar_dates.push(exception(mondays, "2025-05-13", true));
    assert_eq!(first(&case), Some(900));
}

#[test]
fn two_zones() {
    // 08:05 in Helsinki is 07:05 in Stockholm.
    let mut town = Hand::new("town", "Europe/Helsinki");
    town.trip("T1", "A 08:05 B 08:15");
    let mut case = ask(vec![town.feed], DATE, "07:00", "07:00:01").access(0, "A", 0).egress("B", 0, 0);
    case.query.zone = ZONE.into();
    assert_eq!(first(&case), Some(900));
}

#[test]
fn the_night_when_clocks_go_forward() {
    // 2025-03-30 in Stockholm: 02:00 → 03:00. Noon − 12 h is 23:00 of the 29th on the wall, so a time of "01:50" is
    // 00:50 on the wall, and "04:10" is 04:10.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 01:50 B 04:10");
    let case =
        ask(vec![town.feed.clone()], "2025-03-30", "00:45", "00:45:01").access(0, "A", 0).egress("B", 0, 0);
    // 5 min of waiting + 140 min.
    assert_eq!(first(&case), Some(145 * 60));
    // The day before counts as usual: 25:55 of the 29th is 01:55 on the wall, 26:05 ten minutes later 03:05.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 25:55 B 26:05");
    let case = ask(vec![town.feed], "2025-03-30", "01:50", "03:00").access(0, "A", 0).egress("B", 0, 0);
    let all = &times(&case, 0)[0];
    // From 01:50 to 03:00 on the wall are ten minutes.
    assert_eq!((all.len(), all[0], all[300], all[301]), (600, Some(900), Some(600), None));
}

#[test]
fn the_night_when_clocks_go_back() {
    // 2025-10-26: 03:00 → 02:00; noon − 12 h is 01:00 on the wall of summer time. A time of "00:30" is 01:30 on the
    // wall, "02:30" is the second 02:30, "04:00" is 04:00.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 00:30 B 04:00");
    let case = ask(vec![town.feed], "2025-10-26", "01:00", "01:00:01").access(0, "A", 0).egress("B", 0, 0);
    assert_eq!(first(&case), Some(4 * 3600));
    // From 01:59:50 to 03:00:10 on the wall: an hour more than the clock says.
    let mut asked = case.query.clone();
    (asked.start_s, asked.end_s) = (2 * 3600 - 10, 3 * 3600 + 10);
    assert_eq!(runs::window(&asked).1, 3600 + 20 + 3600);
}

/// Arrival and departure at every call of the first trip.
fn filled(town: &Hand) -> Option<Vec<(i64, i64)>> {
    let rows: Vec<_> = town.feed.stop_times.iter().filter(|r| r.trip == 0).collect();
    runs::clock_times(&town.feed, &rows)
}

#[test]
fn interpolation() {
    let h8 = 8 * 3600;
    let at = |seconds: &[i64]| Some(seconds.iter().map(|s| (h8 + s, h8 + s)).collect::<Vec<_>>());
    // No coordinates, no distances: evenly. 100 s over three pieces: 33.3 → 33, 66.7 → 67.
    let mut town = Hand::new("town", ZONE);
    let t = town.trip("T1", "A 08:00 B - C - D 08:01:40");
    assert_eq!(filled(&town), at(&[0, 33, 67, 100]));
    // By distance 1 : 2 : 5 of 8: 12.5 → 13 (half up), 37.5 → 38.
    for (call, d) in [(0, 10.0), (1, 11.0), (2, 13.0), (3, 18.0)] {
        town.call(t, call).shape_dist_traveled = Some(d);
    }
    assert_eq!(filled(&town), at(&[0, 13, 38, 100]));
    // A falling distance is not used, nor one that is missing at the gap's end.
    town.call(t, 2).shape_dist_traveled = Some(10.5);
    assert_eq!(filled(&town), at(&[0, 33, 67, 100]));
    town.call(t, 2).shape_dist_traveled = Some(13.0);
    town.call(t, 3).shape_dist_traveled = None;
    assert_eq!(filled(&town), at(&[0, 33, 67, 100]));
    // On the equator B and C lie 1/4 and 3/4 along (degrees there are equal): 25, 75.
    for (stop, lon) in [("A", 10.00), ("B", 10.01), ("C", 10.03), ("D", 10.04)] {
        let s = town.stop(stop) as usize;
        town.feed.stops[s].lon_lat = Some((lon, 0.0));
    }
    assert_eq!(filled(&town), at(&[0, 25, 75, 100]));
    // All distances equal, or two of stops that lie apart: they say nothing, and the ground counts.
    for call in 0..4 {
        town.call(t, call).shape_dist_traveled = Some(7.0);
    }
    assert_eq!(filled(&town), at(&[0, 25, 75, 100]));
    town.call(t, 3).shape_dist_traveled = Some(9.0);
    assert_eq!(filled(&town), at(&[0, 25, 75, 100]));
    // From the last departure to the next arrival: C leaves 08:01:30, arrives 08:01:10; B halfway to it.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:00/08:00:10 B - C 08:01:10/08:01:30 D - E 08:02:00");
    let all = [(0, 10), (40, 40), (70, 90), (105, 105), (120, 120)];
    assert_eq!(filled(&town), Some(all.iter().map(|(a, d)| (h8 + a, h8 + d)).collect()));
    // One of two blank: the other.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A -/08:00 B 08:01/- C -/08:02 D 08:03/-");
    assert_eq!(filled(&town), at(&[0, 60, 120, 180]));
    // Untimed ends: no trip.
    for calls in ["A - B 08:01 C 08:02", "A 08:00 B 08:01 C -"] {
        let mut town = Hand::new("town", ZONE);
        town.trip("T1", calls);
        assert_eq!(filled(&town), None);
    }
}

#[test]
fn frequency() {
    // The template leaves B... A at 06:00; it runs at 08:00, 08:10 and 08:20 (08:30 is the end, not included).
    let mut town = Hand::new("town", ZONE);
    let trip = town.trip("T1", "A 06:00/06:01 B 06:06");
    let band = RawFrequency {
        trip,
        start_s: 8 * 3600,
        end_s: 8 * 3600 + 1800,
        headway_s: 600,
        ..Default::default()
    };
    town.feed.frequencies = vec![band.clone(), band];
    let case = ask(vec![town.feed.clone()], DATE, "08:00", "08:30").access(0, "A", 0).egress("B", 0, 0);
    let all = &times(&case, 0)[0];
    // The template's departure (06:01), not its arrival, is moved to 08:00: 5 min to B.
    assert_eq!(
        (all[0], all[1], all[600], all[1200], all[1201]),
        (Some(300), Some(899), Some(300), Some(300), None)
    );
    assert_eq!(Oracle::new(&case).runs.len(), 3);
    // Its own times are no service.
    let case = ask(vec![town.feed], DATE, "05:59", "05:59:01").access(0, "A", 0).egress("B", 0, 0);
    assert_eq!(first(&case), Some(121 * 60 + 300));
}

#[test]
fn gates() {
    // Pick-up 1 at B: T2 cannot be boarded there; 3: it can; 2: with a telephone.
    let (mut town, t1, t2) = two_trips("08:11");
    for (pickup, phone, open) in [(1, true, false), (3, true, true), (2, true, true), (2, false, false)] {
        town.call(t2, 0).pickup_type = pickup;
        let mut case = a_to_c(&town);
        case.query.phone_ahead = phone;
        assert_eq!(first(&case).is_some(), open);
    }
    town.call(t2, 0).pickup_type = 0;
    town.call(t1, 1).drop_off_type = 1;
    assert_eq!(first(&a_to_c(&town)), None);
}

#[test]
fn chains_of_hops_without_length() {
    // All at 08:10, in a feed order against the direction of travel, with changes of 0 s.
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
fn a_loop_that_calls_twice() {
    // A 08:05, B 08:10, A 08:15, C 08:20: whoever comes to A at 08:12 boards the second call.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10 A 08:15 C 08:20");
    let case =
        ask(vec![town.feed], DATE, "08:00", "08:16").access(0, "A", 0).egress("C", 0, 0).egress("A", 1, 0);
    let all = times(&case, 0);
    assert_eq!((all[0][0], all[0][720], all[0][900], all[0][901]), (Some(1200), Some(480), Some(300), None));
    // To A itself by the loop; the first call is not an arrival.
    assert_eq!((all[1][0], all[1][301]), (Some(900), None));
}

#[test]
fn timed_transfer_type_1() {
    // Slack 60 s and 08:10 → 08:10: the vehicle waits. Without the rule the change is missed.
    let (mut town, ..) = two_trips("08:10");
    let slack = |town: &Hand| {
        let mut case = a_to_c(town);
        case.query.transfer_slack_s = 60;
        case
    };
    assert_eq!(first(&slack(&town)), None);
    town.rule("B", "B", 1, None);
    assert_eq!(first(&slack(&town)), Some(1800));
    // Between two stops the walk still counts (90 s of 120), and without a walk there is no change.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "D 08:12 C 08:30");
    town.rule("B", "D", 1, None);
    assert_eq!(first(&slack(&town)), None);
    assert_eq!(first(&slack(&town).transfer("B", "D", 120)), Some(1800));
    assert_eq!(first(&slack(&town).transfer("B", "D", 121)), None);
}

#[test]
fn minimum_time_type_2() {
    // 08:10 → 08:15 at one stop: 300 s are enough, 301 are not, whatever the slack.
    for (min, open) in [(300, true), (301, false)] {
        let (mut town, ..) = two_trips("08:15");
        town.rule("B", "B", 2, Some(min));
        let mut case = a_to_c(&town);
        case.query.transfer_slack_s = 600;
        assert_eq!(first(&case).is_some(), open);
    }
    // It stands for walk and slack, also where no street joins; a blank time is the ordinary change.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "D 08:12 C 08:30");
    town.rule("B", "D", 2, Some(120));
    assert_eq!(first(&a_to_c(&town)), Some(1800));
    assert_eq!(first(&a_to_c(&town).transfer("B", "D", 500)), Some(1800));
    town.feed.transfers[0].min_transfer_time_s = None;
    assert_eq!(first(&a_to_c(&town)), None);
    assert_eq!(first(&a_to_c(&town).transfer("B", "D", 500)), None);
    assert_eq!(first(&a_to_c(&town).transfer("B", "D", 120)), Some(1800));
}

#[test]
fn no_change_type_3() {
    let (mut town, ..) = two_trips("08:15");
    town.rule("B", "B", 3, None);
    assert_eq!(first(&a_to_c(&town)), None);
    // Walking out to D and coming back is one walk to another stop: T2 calls there too, and that is allowed.
    town.trip("T3", "D 08:20 C 08:40");
    assert_eq!(first(&a_to_c(&town).transfer("B", "D", 60)), Some(2400));
}

#[test]
fn the_most_specific_rule_wins() {
    // All rules at B; from the least to the most specific each is put first or last in the file, and each time it
    // says the opposite of the one below it: 0 s (a change at 08:10/08:10) or none.
    let (town, t1, t2) = two_trips("08:10");
    let sides = [
        (None, None, None, None),
        (None, Some(0), None, None),
        (Some(0), None, None, None),
        (Some(0), Some(0), None, None),
        (None, None, None, Some(t2)),
        (None, None, Some(t1), None),
        (Some(0), None, None, Some(t2)),
        (None, Some(0), Some(t1), None),
        (None, None, Some(t1), Some(t2)),
    ];
    for first_in_file in [false, true] {
        let mut town = Hand { feed: town.feed.clone() };
        for (rank, (from_route, to_route, from_trip, to_trip)) in sides.into_iter().enumerate() {
            let open = rank % 2 == 0;
            let rule = town.rule("B", "B", if open { 1 } else { 3 }, None);
            (rule.from_route, rule.to_route, rule.from_trip, rule.to_trip) =
                (from_route, to_route, from_trip, to_trip);
            if first_in_file {
                let last = town.feed.transfers.pop().expect("just pushed");
                town.feed.transfers.insert(0, last);
            }
            let mut case = a_to_c(&town);
            case.query.transfer_slack_s = 60;
            assert_eq!(first(&case).is_some(), open, "rank {rank}");
        }
    }
}

#[test]
fn a_station_stands_for_its_stops() {
    // S holds B and D. The rule S → S forbids the change at B itself as well.
    let (mut town, ..) = two_trips("08:15");
    town.station("S", &["B", "D"]);
    town.rule("S", "S", 3, None);
    assert_eq!(first(&a_to_c(&town)), None);
    // The stop on the from side beats the station there, though the to side is a station; S → B loses to B → S.
    town.rule("S", "B", 3, None);
    town.rule("B", "S", 0, None);
    assert_eq!(first(&a_to_c(&town)), Some(1800));
    // Both stops beat all; of exact duplicates the first.
    town.rule("B", "B", 3, None);
    town.rule("B", "B", 0, None);
    assert_eq!(first(&a_to_c(&town)), None);
}

#[test]
fn staying_seated_in_a_block() {
    // T1 and T2 are one vehicle: no slack, no second ride, even without a walk from B to D.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "D 08:10 C 08:30");
    let rides = |town: &Hand| {
        let mut case = a_to_c(town);
        (case.query.transfer_slack_s, case.query.max_rides) = (600, Some(1));
        case
    };
    assert_eq!(first(&rides(&town)), None);
    town.feed.trips.iter_mut().for_each(|t| t.block_id = "block".into());
    assert_eq!(first(&rides(&town)), Some(1800));
    // Nobody alights at D, the first stop of T2, nor boards at B, the last of T1.
    assert_eq!(first(&rides(&town).egress("D", 0, 0)), Some(1800));
    assert_eq!(times(&rides(&town).access(1, "B", 0), 1)[0][0], None);
    // Type 5 parts them.
    town.join(0, 1, 5);
    assert_eq!(first(&rides(&town)), None);
}

#[test]
fn a_block_ends_where_the_next_trip_starts_too_early() {
    // By time: T1 (08:05), T3 (08:09, before T1 ends), T2 (08:20). T1 does not lead to T3, and T2 follows T3 only.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "B 08:20 C 08:30");
    let t3 = town.trip("T3", "E 08:09 F 08:15");
    town.feed.trips.iter_mut().for_each(|t| t.block_id = "block".into());
    let mut case = a_to_c(&town);
    case.query.max_rides = Some(1);
    assert_eq!(first(&case), None);
    assert_eq!(first(&case.clone().access(0, "E", 0)), Some(1800));
    // On a day without T3 the next that runs is T2.
    let weekend = town.service("weekend", [false, false, false, false, false, true, true]);
    case.feeds[0] = town.feed.clone();
    case.feeds[0].trips[t3 as usize].service = weekend;
    assert_eq!(first(&case), Some(1800));
}

#[test]
fn type_4_joins_what_it_names() {
    let (mut town, t1, t2) = two_trips("08:10");
    town.join(t1, t2, 4);
    let rides = |town: &Hand| {
        let mut case = a_to_c(town);
        (case.query.transfer_slack_s, case.query.max_rides) = (600, Some(1));
        case
    };
    assert_eq!(first(&rides(&town)), Some(1800));
    // Back in time: T2 would leave at 08:09.
    let (mut town, t1, t2) = two_trips("08:09");
    town.join(t1, t2, 4);
    assert_eq!(first(&rides(&town)), None);
    // Blocks and type 4 do not join service days: 24:10 of the 13th and 00:20 of the 14th.
    let mut town = Hand::new("town", ZONE);
    let t1 = town.trip("T1", "A 24:05 B 24:10");
    let t2 = town.trip("T2", "B 00:20 C 00:30");
    town.join(t1, t2, 4);
    let mut case = ask(vec![town.feed], DATE, "00:00", "00:00:01").access(0, "A", 0).egress("C", 0, 0);
    assert_eq!(first(&case), Some(1800));
    case.query.max_rides = Some(1);
    assert_eq!(first(&case), None);
}

#[test]
fn a_journey_is_told() {
    let (town, ..) = two_trips("08:11");
    let told = Oracle::new(&a_to_c(&town)).explain(0, 0, 0);
    let lines = [
        "leaving origin 0 at 0",
        "  from stop 0 at 300",
        "  at stop 1 at 600 by feed 0 trip 0 of day 0, ride 1",
        "  changing",
        "  from stop 1 at 660",
        "  at stop 2 at 1800 by feed 0 trip 1 of day 0, ride 2",
        "there at 1800; direct walk: None s",
    ];
    assert_eq!(told.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn overtaking() {
    // The later departure arrives earlier: at 08:00 the answer is 08:15 by the trip of 08:10.
    let mut town = Hand::new("town", ZONE);
    town.trip("slow", "A 08:05 B 08:30");
    town.trip("fast", "A 08:10 B 08:15");
    let case = ask(vec![town.feed], DATE, "08:00", "08:11").access(0, "A", 0).egress("B", 0, 0);
    let all = &times(&case, 0)[0];
    assert_eq!((all[0], all[600], all[601]), (Some(900), Some(300), None));
}
