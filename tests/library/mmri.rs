//! Networks with known answers: the Dutch MMRI test (answers from OpenTripPlanner's tests, departures on the fixed
//! timetable) and pairs of feeds that say the same by blocks and by transfers of types 4 and 5 (from the tests of
//! GTFS-blocks-to-transfers). Both by the oracle and by the engine, which must agree.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Distance, Geodesic, Point};
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::units::{clock, parse_clock};
use isokron::inputs::gtfs;
use isokron::inputs::raw::{RawFeed, RawTransfer};
use isokron::routing::KernelOptions;
use isokron::routing::journey::Scanner;

use crate::engine::Engine;
use crate::oracle::hand::ask;
use crate::oracle::{Case, Oracle};
use crate::{common, engine, oracle};

fn feed(rel: &str) -> RawFeed {
    let path = common::data(rel);
    gtfs::read(&path, &mut Diagnostics::default(), &Quiet).expect("a feed that loads")
}

/// A case where every stop is an origin and a destination, 0 s away, and stops of one station are joined by a
/// straight walk at 1 m/s.
fn stop_to_stop(feed: RawFeed, date: &str, from: &str, to: &str) -> Case {
    let mut case = ask(vec![feed], date, from, to);
    let stops = &case.feeds[0].stops;
    let n = stops.len() as u32;
    (case.ways.origins, case.ways.destinations) = (n, n);
    for (a, stop) in stops.iter().enumerate() {
        case.ways.access.insert((a as u32, a as u32), 0);
        case.ways.egress.insert((a as u32, a as u32), 0);
        for (b, other) in stops.iter().enumerate() {
            if a != b && stop.parent.is_some() && stop.parent == other.parent {
                let place = |s: Option<(f64, f64)>| Point::from(s.expect("coordinates"));
                let metres = Geodesic.distance(place(stop.lon_lat), place(other.lon_lat));
                case.ways.transfers.insert((a as u32, b as u32), metres.ceil() as u32);
            }
        }
    }
    case
}

/// Time from stop to stop at the window's start, and the rides of the best journey. Oracle, router, scan and journey
/// say the same.
fn time(case: &Case, from: u32, to: u32) -> Option<(u32, u32)> {
    let known = Oracle::new(case).times(from);
    let engine = Engine::new(case);
    assert_eq!(engine.times(from), known);
    let journey = engine.journey(from, to, 0);
    assert_eq!(journey.as_ref().map(|j| j.arrives_s as u32), known[to as usize][0]);
    journey.map(|j| (j.arrives_s as u32, j.rides))
}

/// When one is at `to`, having left `from` at `leave`, with at most `rides` rides; and with how many one is.
fn arrival(
    feed: &RawFeed,
    date: &str,
    from: &str,
    to: &str,
    leave: &str,
    rides: Option<u32>,
) -> Option<(String, u32)> {
    let start = parse_clock(leave).expect("a time");
    let mut case = stop_to_stop(feed.clone(), date, leave, &clock(start + 1));
    case.query.max_rides = rides;
    let (origin, destination) = (case.stop(from), case.stop(to));
    let (time, rides) = time(&case, origin, destination)?;
    Some((clock(start + time as i32), rides))
}

const NEW_YEAR: &str = "2014-01-01";

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn mmri() {
    // Feed, from, to, leaving, arriving, with how many rides (one fewer does not do).
    let questions = [
        ("1g", "1g1", "1g2", "00:02", "00:04:00", 1),
        ("2a1", "2a1", "2a2", "00:01", "00:02:00", 1),
        ("2a1", "2a1", "2a2", "00:03", "00:06:00", 1),
        ("2b", "2b1", "2b2", "00:01", "00:02:00", 1),
        ("2c", "2c1", "2c3", "00:01", "00:04:00", 2),
        ("2d", "2d1", "2d4", "00:01", "00:04:00", 2),
        ("2e1", "2e11", "2e16", "00:01", "00:05:00", 2),
        ("2e2", "2e21", "2e26", "00:01", "00:05:00", 2),
        ("2e3", "2e31", "2e36", "00:01", "00:05:00", 2),
        ("2e4", "2e41", "2e46", "00:01", "00:05:00", 2),
        ("3b", "3b1", "3b2", "00:01", "00:02:00", 1),
        ("3c", "3c2", "3c3", "00:04", "00:06:00", 1),
        ("3d", "3d1", "3d2", "00:01", "00:02:00", 1),
        ("3e", "3e1", "3e2", "00:01", "00:02:00", 1),
        ("3g1", "3g11", "3g16", "00:01", "00:05:00", 2),
        ("3g2", "3g21", "3g26", "00:01", "00:05:00", 2),
    ];
    for (name, from, to, leave, arrive, rides) in questions {
        let feed = feed(&format!("feeds/mmri/{name}.zip"));
        let get = |rides| arrival(&feed, NEW_YEAR, from, to, leave, rides);
        let known = Some((arrive.to_string(), rides));
        assert_eq!(get(None), known, "{name}");
        assert_eq!(get(Some(rides)), known, "{name} with {rides} rides");
        if rides > 1 {
            let fewer = get(Some(rides - 1));
            assert_ne!(fewer.map(|(at, _)| at).as_deref(), Some(arrive), "{name} with {} rides", rides - 1);
        }
    }
    // 1g also runs on the 3rd, and not on the 2nd.
    let feed = feed("feeds/mmri/1g.zip");
    let on = |date| arrival(&feed, date, "1g1", "1g2", "00:03", None);
    assert_eq!((on("2014-01-03"), on("2014-01-02")), (Some(("00:04:00".to_string(), 1)), None));
}

/// When one must leave `from` at the latest to be at `to` by `by`, at most `within` seconds before, and when one is
/// there then. Oracle, mirrored router and scan say the same.
fn latest(
    feed: &RawFeed,
    date: &str,
    from: &str,
    to: &str,
    by: &str,
    within: u32,
) -> Option<(String, String)> {
    let by_s = parse_clock(by).expect("a time");
    let mut case = stop_to_stop(feed.clone(), date, by, &clock(by_s + 1));
    case.query.max_travel_time_s = within;
    let (origin, destination) = (case.stop(from), case.stop(to));
    let known = oracle::arrival_times(&case, origin).expect("no clock changes")[destination as usize][0];
    let (ground, asked) = engine::arrivals(&case);
    let routed = engine::arriving(&case, &ground, &asked, &[1]);
    assert_eq!(routed[origin as usize][destination as usize], [known]);
    let (timetable, legs) = (&ground.network.timetable, &ground.network.legs);
    let scanner = Scanner::new(timetable, legs, &asked.service, asked.span());
    let ends = engine::ends(legs, origin, destination);
    let latest = scanner.latest_s(&ends, within as i32, within);
    assert_eq!(latest.map(|latest| within - latest as u32), known);
    let journey = scanner.journey(&ends, latest?)?;
    // The scan's clock begins `within` before the arrival.
    let shown = |s: i32| clock(by_s - within as i32 + s);
    Some((shown(journey.departs_s), shown(journey.arrives_s)))
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn mmri_arriving_by() {
    let feed = feed("feeds/mmri/1g.zip");
    let get = |date, by, within| latest(&feed, date, "1g1", "1g2", by, within);
    let pair = |a: &str, b: &str| Some((a.to_string(), b.to_string()));
    // OTP's TimeTest 1g2, 1g6 and 1g4 (as it was before OTP 2), its arrive-by questions: on the 2nd nothing runs,
    // and one has to go with the last of the day before, 24 h and more in advance seen from 00:06.
    assert_eq!(get(NEW_YEAR, "00:03", 7200), pair("00:01:00", "00:02:00"));
    assert_eq!(get("2014-01-03", "00:04", 7200), pair("00:03:00", "00:04:00"));
    assert_eq!(get("2014-01-02", "00:04", 86_400), pair("-23:55:00", "-23:54:00"));
    assert_eq!(get("2014-01-02", "00:04", 86_400 - 61), None);
    // The other questions, asked for the arrival that OTP knows: its first leg leaves then, and nothing later does.
    for (name, from, to, leave, arrive) in [
        ("1g", "1g1", "1g2", "00:03:00", "00:04:00"),
        ("2a1", "2a1", "2a2", "00:05:00", "00:06:00"),
        ("2b", "2b1", "2b2", "00:01:00", "00:02:00"),
        ("2c", "2c1", "2c3", "00:01:00", "00:04:00"),
        ("2d", "2d1", "2d4", "00:01:00", "00:04:00"),
        ("2e1", "2e11", "2e16", "00:01:00", "00:05:00"),
        ("2e2", "2e21", "2e26", "00:01:00", "00:05:00"),
        ("2e3", "2e31", "2e36", "00:01:00", "00:05:00"),
        ("2e4", "2e41", "2e46", "00:01:00", "00:05:00"),
        ("3b", "3b1", "3b2", "00:01:00", "00:02:00"),
        ("3c", "3c2", "3c3", "00:05:00", "00:06:00"),
        ("3d", "3d1", "3d2", "00:01:00", "00:02:00"),
        ("3e", "3e1", "3e2", "00:01:00", "00:02:00"),
        ("3g1", "3g11", "3g16", "00:01:00", "00:05:00"),
        ("3g2", "3g21", "3g26", "00:01:00", "00:05:00"),
    ] {
        let feed = self::feed(&format!("feeds/mmri/{name}.zip"));
        assert_eq!(latest(&feed, NEW_YEAR, from, to, arrive, 7200), pair(leave, arrive), "{name}");
        // A second earlier it is another journey, or none.
        let sooner = clock(parse_clock(arrive).expect("a time") - 1);
        assert_ne!(latest(&feed, NEW_YEAR, from, to, &sooner, 7200), pair(leave, arrive), "{name}");
    }
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn mmri_where_one_changes() {
    // Feed, the stop of the change, the other stop where both lines call (its change is forbidden by type 3 already,
    // or as good). With the change forbidden at both there is none; at the other stop alone it does not matter.
    for (name, here, other) in [
        ("2e1", "2e13", "2e14"),
        ("2e2", "2e24", "2e23"),
        ("2e3", "2e34", "2e33"),
        ("2e4", "2e43", "2e44"),
        ("3g1", "3g14", "3g13"),
        ("3g2", "3g23", "3g24"),
    ] {
        let feed = feed(&format!("feeds/mmri/{name}.zip"));
        let forbid = |stops: &[&str]| {
            let mut feed = feed.clone();
            for id in stops {
                let stop = feed.stops.iter().position(|s| s.id == *id).map(|s| s as u32);
                let general = |r: &RawTransfer| {
                    (r.from_stop, r.to_stop, r.from_trip, r.to_trip) == (stop, stop, None, None)
                };
                feed.transfers.retain(|r| !general(r));
                let rule = RawTransfer {
                    from_stop: stop,
                    to_stop: stop,
                    transfer_type: 3,
                    ..RawTransfer::default()
                };
                feed.transfers.push(rule);
            }
            let (from, to) = (format!("{name}1"), format!("{name}6"));
            arrival(&feed, NEW_YEAR, &from, &to, "00:01", None).map(|(at, _)| at)
        };
        assert_eq!(forbid(&[other]).as_deref(), Some("00:05:00"), "{name}: the change is at {here}");
        assert_eq!(forbid(&[here, other]), None, "{name}: there is no third place to change");
    }
    // 2d hangs on the timed transfer as soon as a change takes time: with 60 s of slack the next trip arrives 00:08.
    let feed = feed("feeds/mmri/2d.zip");
    let slow = |feed: &RawFeed| {
        let mut case = stop_to_stop(feed.clone(), NEW_YEAR, "00:01", "00:01:01");
        case.query.transfer_slack_s = 60;
        let (from, to) = (case.stop("2d1"), case.stop("2d4"));
        time(&case, from, to)
    };
    let mut plain = feed.clone();
    plain.transfers.clear();
    assert_eq!((slow(&feed), slow(&plain)), (Some((180, 2)), Some((420, 2))));
}

/// Stop id to stop id with at most 1, 2, 3 or any number of rides → times for a departure every minute from 10:00 to 25:00,
/// of those pairs that are joined at all.
type Times = BTreeMap<(String, String, Option<u32>), Vec<Option<u32>>>;

fn all_times(feed: &RawFeed, date: &str, slack: u32) -> Times {
    let mut case = stop_to_stop(feed.clone(), date, "10:00", "25:00");
    (case.query.every_s, case.query.transfer_slack_s) = (60, slack);
    let called: BTreeSet<u32> = feed.stop_times.iter().map(|r| r.stop).collect();
    case.ways.egress.retain(|k, _| called.contains(&k.1));
    let mut all = BTreeMap::new();
    for rides in [Some(1), Some(2), Some(3), None] {
        case.query.max_rides = rides;
        let oracle = Oracle::new(&case);
        let times: Vec<_> = called.iter().map(|&origin| oracle.times(origin)).collect();
        by_engine(&case, &called, &times);
        for (&origin, times) in called.iter().zip(times) {
            for (destination, times) in times.into_iter().enumerate() {
                if times.iter().any(Option::is_some) {
                    let id = |s: usize| feed.stops[s].id.clone();
                    all.insert((id(origin as usize), id(destination), rides), times);
                }
            }
        }
    }
    all
}

/// Holds the engine to the oracle's times, `[origin][destination][departure]`: the router at every 30th rank, the scan
/// and its journeys at every 450th departure.
fn by_engine(case: &Case, origins: &BTreeSet<u32>, times: &[Vec<Vec<Option<u32>>>]) {
    let engine = Engine::new(case);
    let scanner = engine.scanner();
    let list: Vec<u32> = origins.iter().copied().collect();
    let ranks: Vec<u32> = (1..=engine.query.window.count()).step_by(30).collect();
    let routed = engine.ranked(&list, &ranks, KernelOptions::best(), &Quiet);
    for ((&origin, times), routed) in list.iter().zip(times).zip(&routed) {
        for (destination, times) in times.iter().enumerate() {
            let mut sorted = times.clone();
            sorted.sort_by_key(|time| time.unwrap_or(u32::MAX));
            let at: Vec<_> = ranks.iter().map(|&rank| sorted[rank as usize - 1]).collect();
            assert_eq!(at, routed[destination], "{origin} → {destination}");
            let ends = engine.ends(origin, destination as u32);
            for (k, &known) in times.iter().enumerate().step_by(450) {
                let departs_s = (k * 60) as i32;
                let journey = scanner.journey(&ends, departs_s);
                assert_eq!(scanner.time_s(&ends, departs_s), known, "{origin} → {destination}");
                assert_eq!(journey.as_ref().map(|j| (j.arrives_s - departs_s) as u32), known);
                assert!(journey.is_none_or(|j| j.rides <= case.query.max_rides.unwrap_or(u32::MAX)));
            }
        }
    }
}

/// The rules of type 5 of one feed, put into the other: by trip ids, of which the converter may have split some.
fn with_type_5(blocks: &RawFeed, transfers: &RawFeed) -> RawFeed {
    let mut feed = blocks.clone();
    let original = |trip: u32| {
        let id = transfers.trips[trip as usize].id.split("_b2t:").next().expect("a part");
        blocks.trips.iter().position(|t| t.id == id).map(|t| t as u32)
    };
    for rule in transfers.transfers.iter().filter(|r| r.transfer_type == 5) {
        let (Some(from), Some(to)) = (rule.from_trip.and_then(original), rule.to_trip.and_then(original))
        else {
            panic!("a type 5 of trips that the blocks know");
        };
        let transfer_type = 5;
        feed.transfers.push(RawTransfer {
            from_trip: Some(from),
            to_trip: Some(to),
            transfer_type,
            ..RawTransfer::default()
        });
    }
    feed
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn blocks_equal_transfers() {
    // Monday, Friday and Sunday see every service; slack 0 shows times, a slack of 30 min that seats are kept.
    let days = ["2021-03-01", "2021-03-05", "2021-03-07"];
    for (name, parted, joined) in [
        ("full_loops", false, true),
        ("half_loops", false, true),
        ("single_continuation", false, true),
        ("competing_continuations_on_same_day", true, true),
        ("trip_in_several_blocks", true, true),
        ("with_other_existing_transfers", false, true),
    ] {
        let blocks = feed(&format!("feeds/inseat/{name}_blocks.zip"));
        let transfers = feed(&format!("feeds/inseat/{name}_transfers.zip"));
        // Without its blocks the second feed still says all by its transfers.
        let mut alone = transfers.clone();
        alone.trips.iter_mut().for_each(|t| t.block_id.clear());
        let mut unjoined = alone.clone();
        unjoined.transfers.retain(|r| r.transfer_type != 4);
        let parted_blocks = with_type_5(&blocks, &transfers);
        let (mut differs, mut matters) = (false, false);
        for date in days {
            for slack in [0, 1800] {
                let by_transfers = all_times(&transfers, date, slack);
                assert_eq!(by_transfers, all_times(&parted_blocks, date, slack), "{name} on {date}");
                assert_eq!(by_transfers, all_times(&alone, date, slack), "{name} on {date}");
                differs |= by_transfers != all_times(&blocks, date, slack);
                matters |= by_transfers != all_times(&unjoined, date, slack);
            }
        }
        assert_eq!((differs, matters), (parted, joined), "{name}");
    }
}

#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn blocks_end_with_the_service_day() {
    // Fri trip_2 runs junction 24:15:30 → slocan-park 28:59, Sat trip_2a slocan-park 05:00 → junction 05:01, in the
    // same block: two rides, and 4 h 45 min 30 s after 24:15:30 one is back at the junction.
    for name in ["simple_multi_day_block", "multi_day_blocks"] {
        let feed = feed(&format!("feeds/inseat/{name}_blocks.zip"));
        let mut case = stop_to_stop(feed, "2024-05-10", "24:15:30", "24:15:31");
        case.query.max_travel_time_s = 12 * 3600;
        let junction = case.stop("junction");
        let there = |case: &Case| time(case, junction, junction);
        assert_eq!(there(&case), Some((4 * 3600 + 45 * 60 + 30, 2)), "{name}");
        case.query.max_rides = Some(1);
        assert_eq!(there(&case), None, "{name}");
    }
}
