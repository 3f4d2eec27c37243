//! Changing and staying seated through the engine, on networks of a few stops with answers worked out in the
//! comments: every type of transfers.txt, favourable and unfavourable, by stop, station, route and trip; blocks.

use isokron::inputs::raw::{RawTransfer, RawTrip};

use crate::engine::{Engine, first, times};
use crate::oracle;
use crate::oracle::Case;
use crate::oracle::hand::{Hand, ask};

const ZONE: &str = "Europe/Stockholm";
/// A Wednesday.
const DATE: &str = "2025-05-14";

/// T1 A 08:05 → B 08:10, then T2 B `leaves` → C 08:30.
fn two_trips(leaves: &str) -> (Hand, u32, u32) {
    let mut town = Hand::new("town", ZONE);
    let t1 = town.trip("T1", "A 08:05 B 08:10");
    let t2 = town.trip("T2", &format!("B {leaves} C 08:30"));
    (town, t1, t2)
}

/// From A to C at 08:00.
fn a_to_c(town: &Hand, slack: u32, rides: Option<u32>) -> Case {
    let mut case =
        ask(vec![town.feed.clone()], DATE, "08:00", "08:00:01").access(0, "A", 0).egress("C", 0, 0);
    (case.query.transfer_slack_s, case.query.max_rides) = (slack, rides);
    case
}

/// What a rule names.
#[derive(Clone, Copy, Debug)]
struct Scope {
    from_station: bool,
    to_station: bool,
    from_route: bool,
    to_route: bool,
    from_trip: bool,
    to_trip: bool,
}

/// All that the columns allow: stop or station, and nothing, route, trip or both, on either side.
fn scopes() -> Vec<Scope> {
    let bit = |i: u32, k: u32| i >> k & 1 == 1;
    (0..64)
        .map(|i| Scope {
            from_station: bit(i, 0),
            to_station: bit(i, 1),
            from_route: bit(i, 2),
            to_route: bit(i, 3),
            from_trip: bit(i, 4),
            to_trip: bit(i, 5),
        })
        .collect()
}

impl Scope {
    /// Whether the rule speaks of T1 only, or of any vehicle that arrives.
    fn of_t1_only(self) -> bool {
        self.from_route || self.from_trip
    }

    fn of_t2_only(self) -> bool {
        self.to_route || self.to_trip
    }
}

/// A place where two vehicles arrive at 08:10 (T1 from A, home of 0; T1b from A2, home of 1), and two leave for C:
/// T2 120 s (at one stop: 60 s) later, there 08:30, T3 660 (600) s later, there 08:40. Each has a route of its own.
/// `apart`: they leave from another stop of the station, 60 s away, the ordinary change being 60 s + slack.
struct Place {
    town: Hand,
    apart: bool,
}

impl Place {
    fn new(apart: bool) -> Place {
        let mut town = Hand::new("town", ZONE);
        town.trip("T1", "A 08:05 B 08:10");
        let leave = if apart { ["D 08:12", "D 08:21"] } else { ["B 08:11", "B 08:20"] };
        town.trip("T2", &format!("{} C 08:30", leave[0]));
        town.trip("T3", &format!("{} C 08:40", leave[1]));
        town.trip("T1b", "A2 08:05 B 08:10");
        town.station("S", &["B", "D"]);
        for trip in 1..4 {
            let route = town.route(&format!("R{trip}"));
            town.feed.trips[trip as usize].route = route;
        }
        Place { town, apart }
    }

    fn walk(&self) -> u32 {
        if self.apart { 60 } else { 0 }
    }

    fn with(&self, scope: Scope, kind: u8, min_s: Option<u32>) -> Place {
        let mut town = Hand { feed: self.town.feed.clone() };
        let from = if scope.from_station { "S" } else { "B" };
        let to = match (scope.to_station, self.apart) {
            (true, _) => "S",
            (false, true) => "D",
            (false, false) => "B",
        };
        let rule: &mut RawTransfer = town.rule(from, to, kind, min_s);
        rule.from_route = scope.from_route.then_some(0);
        rule.to_route = scope.to_route.then_some(1);
        rule.from_trip = scope.from_trip.then_some(0);
        rule.to_trip = scope.to_trip.then_some(1);
        Place { town, apart: self.apart }
    }

    /// Minutes from home to C for both homes, with any number of rides and with two at most, which must agree.
    fn minutes(&self, slack: u32) -> [Option<u32>; 2] {
        let case = a_to_c(&self.town, slack, None).access(1, "A2", 0);
        let case = if self.apart { case.transfer("B", "D", 60) } else { case };
        let all = |rides| {
            let mut case = case.clone();
            case.query.max_rides = rides;
            let engine = Engine::new(&case);
            [0, 1].map(|origin| engine.times(origin)[0][0].map(|s| s / 60))
        };
        assert_eq!(all(None), all(Some(2)));
        all(None)
    }
}

/// What both homes get: `named` where the rule speaks of their vehicle, else `other`.
fn both(scope: Scope, named: Option<u32>, other: Option<u32>) -> [Option<u32>; 2] {
    [named, if scope.of_t1_only() { other } else { named }]
}

#[test]
fn rules_that_help() {
    for apart in [false, true] {
        let place = Place::new(apart);
        // 120 s of slack: T2 is missed, T3 caught.
        assert_eq!(place.minutes(120), [Some(40); 2]);
        for scope in scopes() {
            // Type 1 waits (the walk still counts); type 2 of 60 s stands for walk and slack.
            for (kind, min_s) in [(1, None), (2, Some(60)), (2, Some(0))] {
                let minutes = place.with(scope, kind, min_s).minutes(120);
                assert_eq!(minutes, both(scope, Some(30), Some(40)), "{apart} {kind} {scope:?}");
            }
            // With so much slack that no change is possible, the rule alone carries.
            let minutes = place.with(scope, 1, None).minutes(7200);
            assert_eq!(minutes, both(scope, Some(30), None), "{apart} {scope:?}");
        }
    }
}

#[test]
fn rules_that_hinder() {
    for apart in [false, true] {
        let place = Place::new(apart);
        assert_eq!(place.minutes(0), [Some(30); 2]);
        let (to_t2, to_t3) = (60 + place.walk(), 600 + place.walk());
        for scope in scopes() {
            // Where the rule does not speak of T3, that is still there.
            let t3 = Some(40).filter(|_| scope.of_t2_only());
            let minutes = place.with(scope, 3, None).minutes(0);
            assert_eq!(minutes, both(scope, t3, Some(30)), "{apart} {scope:?}");
            // Type 2: as long as it takes; a second more; a second more than for T3.
            for (min_s, named) in
                [(to_t2, Some(30)), (to_t2 + 1, Some(40)), (to_t3, Some(40)), (to_t3 + 1, t3)]
            {
                let minutes = place.with(scope, 2, Some(min_s)).minutes(0);
                assert_eq!(minutes, both(scope, named, Some(30)), "{apart} {min_s} {scope:?}");
            }
        }
    }
}

#[test]
fn rules_that_restore() {
    // Everything is forbidden from station to station; type 0, or 2 without a time, restores what it names: T2 with
    // 60 s of slack, just caught, with 61 s T3 if the rule speaks of it as well.
    for apart in [false, true] {
        for (kind, scope) in scopes().into_iter().flat_map(|s| [(0, s), (2, s)]) {
            // The restoring rule comes first: of exact duplicates (station to station) that one counts.
            let place = Place::new(apart).with(scope, kind, None);
            let all = Scope {
                from_station: true,
                to_station: true,
                from_route: false,
                to_route: false,
                from_trip: false,
                to_trip: false,
            };
            let place = place.with(all, 3, None);
            assert_eq!(place.minutes(60), both(scope, Some(30), None), "{apart} {kind} {scope:?}");
            let t3 = Some(40).filter(|_| !scope.of_t2_only());
            assert_eq!(place.minutes(61), both(scope, t3, None), "{apart} {kind} {scope:?}");
        }
    }
}

#[test]
fn rules_need_a_walk_or_not() {
    // B 08:10 → D 08:12 without a street: type 1 needs one, type 2 does not.
    let town = |kind, min_s| {
        let mut town = Hand::new("town", ZONE);
        town.trip("T1", "A 08:05 B 08:10");
        town.trip("T2", "D 08:12 C 08:30");
        town.rule("B", "D", kind, min_s);
        a_to_c(&town, 300, None)
    };
    assert_eq!(first(&town(1, None)), None);
    assert_eq!(first(&town(1, None).transfer("B", "D", 120)), Some(1800));
    assert_eq!(first(&town(1, None).transfer("B", "D", 121)), None);
    assert_eq!(first(&town(2, Some(120))), Some(1800));
    assert_eq!(first(&town(2, Some(121))), None);
    assert_eq!(first(&town(2, Some(120)).transfer("B", "D", 900)), Some(1800));
    // A rule of type 2 does not make a footpath for the end of a journey or its beginning.
    assert_eq!(times(&town(2, Some(0)).egress("D", 1, 0))[1][0], None);
}

#[test]
fn the_most_specific_rule_wins() {
    // All rules at B, from the least to the most specific, each saying the opposite of the one before: 0 s (a change
    // 08:10 → 08:10) or none; each new one is put first or last in the file.
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
            assert_eq!(first(&a_to_c(&town, 60, None)).is_some(), open, "rank {rank}");
        }
    }
    // Stations: S → S loses to S → B, that to B → S (the from side first), that to B → B; of two the first.
    let (mut town, ..) = two_trips("08:15");
    town.station("S", &["B"]);
    for (from, to, kind, open) in [
        ("S", "S", 3, false),
        ("S", "B", 0, true),
        ("B", "S", 3, false),
        ("B", "B", 0, true),
        ("B", "B", 3, true),
    ] {
        town.rule(from, to, kind, None);
        assert_eq!(first(&a_to_c(&town, 0, None)).is_some(), open, "{from} → {to}");
    }
}

#[test]
fn a_rule_for_one_trip_helps_nobody_else() {
    // Two vehicles leave B at 08:10, when T1 arrives: T2 waits for it (type 1 by trips), T3, which is faster, does
    // not. Slack 60 s.
    let mut town = Hand::new("town", ZONE);
    let t1 = town.trip("T1", "A 08:05 B 08:10");
    let t2 = town.trip("T2", "B 08:10 C 08:30");
    town.trip("T3", "B 08:10 C 08:20");
    town.trip("T4", "B 08:12 C 08:25");
    let rule = town.rule("B", "B", 1, None);
    (rule.from_trip, rule.to_trip) = (Some(t1), Some(t2));
    // T4 of 08:12 takes the ordinary change and is the fastest that one may take; without it T2.
    assert_eq!(first(&a_to_c(&town, 60, None)), Some(25 * 60));
    assert_eq!(first(&a_to_c(&town, 121, None)), Some(30 * 60));
    // Somebody who walks to B may board T3 at 08:10 at leisure.
    let case = a_to_c(&town, 60, None).access(0, "B", 600);
    assert_eq!(first(&case), Some(20 * 60));
}

#[test]
fn staying_seated_in_a_block() {
    // T1 and T2 are one vehicle: no slack, no second ride, even without a walk from B to D.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "D 08:10 C 08:30");
    let ride = |town: &Hand| a_to_c(town, 600, Some(1));
    assert_eq!(first(&ride(&town)), None);
    let block = |trip: &mut RawTrip| trip.block_id = "block".into();
    town.feed.trips.iter_mut().for_each(block);
    assert_eq!(first(&ride(&town)), Some(1800));
    let journey = Engine::new(&ride(&town)).journey(0, 0, 0).expect("a journey");
    assert_eq!((journey.rides, journey.legs.len()), (1, 2));
    // Nobody alights at D, the first stop of T2, nor boards at B, the last of T1.
    assert_eq!(times(&ride(&town).egress("D", 1, 0))[1][0], None);
    assert_eq!(Engine::new(&ride(&town).access(1, "B", 0)).times(1)[0][0], None);
    // On to E by a third trip of the block; F is one change more.
    town.trip("T3", "C 08:31 E 08:40");
    block(&mut town.feed.trips[2]);
    town.trip("T4", "E 08:55 F 09:00");
    let case = ride(&town).egress("E", 1, 0).egress("F", 2, 0);
    let all = times(&case);
    assert_eq!((all[1][0], all[2][0]), (Some(2400), None));
    let mut case = case;
    case.query.max_rides = Some(2);
    assert_eq!(times(&case)[2][0], Some(3600));
    // Type 5 parts T1 from T2, and T2 still leads to T3.
    town.join(0, 1, 5);
    let all = times(&ride(&town).egress("E", 1, 0));
    assert_eq!((all[0][0], all[1][0]), (None, None));
    let case = ride(&town).egress("E", 1, 0).access(1, "D", 0);
    assert_eq!(Engine::new(&case).times(1)[1][0], Some(2400));
}

#[test]
fn a_vehicle_goes_on_within_the_second_as_a_trip_that_nobody_may_board() {
    // T2 stands at B until 08:06 and ends there at 08:06; its vehicle leaves B at 08:06 as T1, which nobody may
    // board, for C. Whoever boards T2 at B at 08:06 is at C at 08:06. T1 comes first in the file.
    let mut town = Hand::new("town", ZONE);
    let t1 = town.trip("T1", "B 08:06 C 08:06");
    town.trip("T2", "A 08:01 B 08:04/08:06 B 08:06");
    town.call(t1, 0).pickup_type = 1;
    let case = |town: &Hand| a_to_c(town, 0, Some(1)).access(1, "B", 0);
    assert_eq!(Engine::new(&case(&town)).times(1)[0][0], None);
    town.feed.trips.iter_mut().for_each(|t| t.block_id = "block".into());
    assert_eq!(Engine::new(&case(&town)).times(1)[0][0], Some(6 * 60));
}

#[test]
fn a_block_ends_where_the_next_trip_starts_too_early() {
    // By time: T1 (08:05), T3 (08:09, before T1 ends), T2 (08:20). T1 does not lead to T3, and T2 follows T3 only.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 08:05 B 08:10");
    town.trip("T2", "B 08:20 C 08:30");
    let t3 = town.trip("T3", "E 08:09 F 08:15");
    town.feed.trips.iter_mut().for_each(|t| t.block_id = "block".into());
    let case = a_to_c(&town, 0, Some(1));
    assert_eq!(first(&case), None);
    assert_eq!(Engine::new(&case).service.overlapping_blocks, 1);
    assert_eq!(first(&case.access(0, "E", 0)), Some(1800));
    // On a day without T3 the next that runs is T2.
    let weekend = town.service("weekend", [false, false, false, false, false, true, true]);
    town.feed.trips[t3 as usize].service = weekend;
    assert_eq!(first(&a_to_c(&town, 0, Some(1))), Some(1800));
}

#[test]
fn a_block_is_that_of_the_whole_day() {
    // By time: T1 08:05 → 08:25, T3 08:09 → 08:15, T2 08:30. T3 follows T1 too early, so nobody stays seated from T1
    // into T2; and so it is when one asks at 08:20, T3 being over.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "X 08:05 A 08:22 B 08:25");
    town.trip("T2", "B 08:30 C 08:40");
    town.trip("T3", "E 08:09 F 08:15");
    town.feed.trips.iter_mut().for_each(|t| t.block_id = "block".into());
    let ask = |from: &str, to: &str| {
        let case = ask(vec![town.feed.clone()], DATE, from, to).access(0, "A", 0).egress("C", 0, 0);
        let mut one = case.clone();
        one.query.max_rides = Some(1);
        (first(&case), first(&one), oracle::times(&one, 0)[0][0])
    };
    assert_eq!(ask("08:00", "08:00:01"), (Some(2400), None, None));
    assert_eq!(ask("08:20", "08:20:01"), (Some(1200), None, None));
}

#[test]
fn type_4_joins_what_it_names() {
    let (mut town, t1, t2) = two_trips("08:10");
    town.join(t1, t2, 4);
    assert_eq!(first(&a_to_c(&town, 600, Some(1))), Some(1800));
    // Both types: parted.
    town.join(t1, t2, 5);
    assert_eq!(first(&a_to_c(&town, 600, Some(1))), None);
    // Back in time: T2 would leave at 08:09; counted.
    let (mut town, t1, t2) = two_trips("08:09");
    town.join(t1, t2, 4);
    let case = a_to_c(&town, 600, Some(1));
    assert_eq!((first(&case), Engine::new(&case).service.backward_joins), (None, 1));
    // One vehicle is split in two: both T2 and T3 go on from T1.
    let (mut town, t1, t2) = two_trips("08:10");
    let t3 = town.trip("T3", "B 08:12 E 08:20");
    town.join(t1, t2, 4);
    town.join(t1, t3, 4);
    let all = times(&a_to_c(&town, 600, Some(1)).egress("E", 1, 0));
    assert_eq!((all[0][0], all[1][0]), (Some(1800), Some(1200)));
    // Two become one: who comes by T4 sits in T2 as well.
    let t4 = town.trip("T4", "G 08:06 B 08:09");
    town.join(t4, t2, 4);
    let case = a_to_c(&town, 600, Some(1)).egress("E", 1, 0).access(1, "G", 0);
    let all = Engine::new(&case).times(1);
    assert_eq!((all[0][0], all[1][0]), (Some(1800), None));
}

#[test]
fn seats_do_not_join_service_days() {
    // 24:10 of the 13th and 00:20 of the 14th, type 4 or one block: two rides.
    for block in [true, false] {
        let mut town = Hand::new("town", ZONE);
        let t1 = town.trip("T1", "A 24:05 B 24:10");
        let t2 = town.trip("T2", "B 00:20 C 00:30");
        if block {
            town.feed.trips.iter_mut().for_each(|t| t.block_id = "block".into());
        } else {
            town.join(t1, t2, 4);
        }
        let mut case = ask(vec![town.feed], DATE, "00:00", "00:00:01").access(0, "A", 0).egress("C", 0, 0);
        assert_eq!(first(&case), Some(1800));
        case.query.max_rides = Some(1);
        assert_eq!(first(&case), None);
    }
    // Past midnight of one service day they do: 23:50 → 24:05 → 24:20.
    let mut town = Hand::new("town", ZONE);
    town.trip("T1", "A 23:50 B 24:00");
    town.trip("T2", "B 24:05 C 24:20");
    town.feed.trips.iter_mut().for_each(|t| t.block_id = "block".into());
    let mut case = ask(vec![town.feed], DATE, "23:45", "23:45:01").access(0, "A", 0).egress("C", 0, 0);
    (case.query.transfer_slack_s, case.query.max_rides) = (3600, Some(1));
    assert_eq!(first(&case), Some(35 * 60));
}
