//! Turns: what they cost, which are forbidden, and where one may turn back.

use isokron::base::executor::Quiet;
use isokron::network::streets::{BACKWARD, FORWARD};
use isokron::routing::SimdLevel;
use isokron::routing::hierarchy::{CLOSED, Hierarchy, StreetPlace, Turn};
use proptest::prelude::*;

use super::hand::{place, town};
use super::plain_turns::Town;
use super::random::{Threads, grid, limit, places, some_places, streets};
use super::{Streets, times};

const BOTH: u8 = FORWARD | BACKWARD;

/// By every way, and by the twin.
fn all(streets: &Streets, turns: &[Turn], turns_ms: &[u32], places: &[StreetPlace]) -> Vec<Vec<u32>> {
    let hierarchy = Hierarchy::with_turns(&streets.graph(), turns, &Quiet).unwrap();
    let customised = hierarchy.customise_with_turns(&streets.costs(), turns_ms, &Quiet).unwrap();
    let found = times(&customised, places, places, 1_000, 64, SimdLevel::best());
    assert_eq!(
        found,
        Town { streets, turns, turns_ms }.times(places, places, 1_000),
        "the slow twin says so, too"
    );
    found
}

/// ```text
///       2
///       20      A in the middle of street 0 (0 to 1), B in the middle of street 1 (1 to 2)
/// 0 ─10─ 1 ─30─ 3
/// ```
#[test]
fn who_may_not_turn_off_turns_back_at_a_dead_end() {
    let streets = town(4, &[(0, 1, BOTH, 10), (1, 2, BOTH, 20), (1, 3, BOTH, 30)]);
    let places = [place(&streets, 0, 5, 0), place(&streets, 1, 10, 0)];
    // Street 0 forward, into street 1 forward; and the end of street 2, back into it.
    let turns = [Turn { from: 0, into: 2 }, Turn { from: 4, into: 5 }];
    // Free: 5 + 10. A turn of 3: 18. Forbidden: 5 + 30 + 30 + 10 by the dead end, 7 more where turning there costs that.
    assert_eq!(all(&streets, &turns, &[0, 0], &places), [[0, 15], [15, 0]]);
    assert_eq!(all(&streets, &turns, &[3, 0], &places), [[0, 18], [15, 0]]);
    assert_eq!(all(&streets, &turns, &[CLOSED, 0], &places), [[0, 75], [15, 0]]);
    assert_eq!(all(&streets, &turns, &[CLOSED, 7], &places), [[0, 82], [15, 0]]);
    // Forbidden there, too: A may still leave the other way, turns back at 0, and is where it was.
    assert_eq!(all(&streets, &turns, &[CLOSED, CLOSED], &places), [[0, CLOSED], [15, 0]]);
}

/// At a junction where another turn is left nobody turns back; where all others are forbidden one does.
///
/// ```text
/// 0 ─10─ 1 ─20─ 2     A on street 0, 2 before junction 1, B on street 0, 8 before it; street 0 is entered at 0
/// ```
#[test]
fn turning_back_is_for_those_who_have_no_other_way() {
    // Street 0 may be gone back as well, but the two places lie on a one-way street that leads to it: street 2, 3 to 1.
    let streets = town(4, &[(0, 1, BOTH, 10), (1, 2, BOTH, 20), (3, 1, FORWARD, 4)]);
    let places = [place(&streets, 2, 2, 0), place(&streets, 0, 5, 0), place(&streets, 1, 5, 0)];
    let turns = [Turn { from: 4, into: 1 }, Turn { from: 3, into: 1 }, Turn { from: 3, into: 2 }];
    // All free: 2 + 5 from the one-way street to each.
    assert_eq!(all(&streets, &turns, &[0, 0, 0], &places)[0], [0, 7, 7]);
    // From the one-way street only into street 1; that ends at 2, where one turns back: 2 + 20 + 20 + 5.
    assert_eq!(all(&streets, &turns, &[CLOSED, 0, 0], &places)[0], [0, 47, 7]);
    // And from street 1 neither into street 0 (the only other one): it turns back at 1 for ever, at no use.
    assert_eq!(all(&streets, &turns, &[CLOSED, CLOSED, 0], &places)[0], [0, CLOSED, 7]);
    // A loop at junction 1 is a way on: who comes from street 1 goes round it and then into street 0.
    let with_loop = town(4, &[(0, 1, BOTH, 10), (1, 2, BOTH, 20), (3, 1, FORWARD, 4), (1, 1, FORWARD, 6)]);
    // 2 + 6 round the loop, then 5 into street 0.
    assert_eq!(all(&with_loop, &turns, &[CLOSED, CLOSED, 0], &places)[0], [0, 13, 7]);
}

/// Three one-way streets in a ring, 10, 20 and 40 ms. A stands at the start of the second, B at the end of the first: at
/// the same junction, but only from B to A does a street go on. (Where turns cost nothing, both are at the junction.)
#[test]
fn at_a_junction_one_comes_and_goes_by_ones_own_street() {
    let streets = town(3, &[(0, 1, FORWARD, 10), (1, 2, FORWARD, 20), (2, 0, FORWARD, 40)]);
    let places = [place(&streets, 1, 0, 0), place(&streets, 0, 10, 0)];
    assert_eq!(all(&streets, &[], &[], &places), [[0, 70], [0, 0]]);
    let found = times(&streets.customised(), &places, &places, 1_000, 64, SimdLevel::best());
    assert_eq!(found, [[0, 0], [0, 0]]);
}

/// Turns of a town as drawn: any directed street, and any that leaves where it ends.
fn some_turns(streets: &Streets, drawn: &[(u32, u32, u32)]) -> (Vec<Turn>, Vec<u32>) {
    let directed = 2 * streets.from.len() as u32;
    let head = |d: u32| [&streets.to, &streets.from][d as usize % 2][d as usize / 2];
    let mut list = Vec::new();
    for &(from, into, ms) in drawn {
        let from = from % directed;
        let on: Vec<u32> = (0..directed).filter(|&into| head(into ^ 1) == head(from)).collect();
        // At least the street itself, back.
        list.push((Turn { from, into: on[into as usize % on.len()] }, ms));
    }
    list.into_iter().unzip()
}

fn turn() -> impl Strategy<Value = (u32, u32, u32)> {
    (any::<u32>(), any::<u32>(), prop_oneof![Just(CLOSED), 0u32..30])
}

proptest! {
    #[test]
    fn every_way_gives_dijkstras_milliseconds_with_turns(
        (streets, list) in streets(),
        drawn in prop::collection::vec(turn(), 0..60),
        origins in some_places(),
        targets in some_places(),
        limit_ms in limit(),
        lanes in 1usize..=64,
    ) {
        let (turns, turns_ms) = some_turns(&streets, &drawn);
        let (origins, targets) = (places(&list, &origins), places(&list, &targets));
        let hierarchy = Hierarchy::with_turns(&streets.graph(), &turns, &Quiet).unwrap();
        let customised = hierarchy.customise_with_turns(&streets.costs(), &turns_ms, &Quiet).unwrap();
        let town = Town { streets: &streets, turns: &turns, turns_ms: &turns_ms };
        let expected = town.times(&origins, &targets, limit_ms);
        for simd in [SimdLevel::Portable, SimdLevel::best()] {
            prop_assert_eq!(&times(&customised, &origins, &targets, limit_ms, lanes, simd), &expected);
        }
        // Other turns on the same map.
        let free = vec![1; turns.len()];
        let again = hierarchy.customise_with_turns(&streets.costs(), &free, &Quiet).unwrap();
        let town = Town { turns_ms: &free, ..town };
        prop_assert_eq!(
            times(&again, &origins, &targets, limit_ms, lanes, SimdLevel::best()),
            town.times(&origins, &targets, limit_ms)
        );
    }
}

#[test]
fn a_town_with_turns() {
    let (streets, list) = grid(24);
    let drawn: Vec<(u32, u32, u32)> =
        (0..900u32).map(|i| (i * 2_654_435, i * 40_503, if i % 3 == 0 { CLOSED } else { i % 20 })).collect();
    let (turns, turns_ms) = some_turns(&streets, &drawn);
    let all = places(&list, &(0..300u32).map(|i| (i * 2_654_435, i * 40_503, i % 5)).collect::<Vec<_>>());
    let some: Vec<StreetPlace> = all.iter().copied().step_by(25).collect();
    let hierarchy = Hierarchy::with_turns(&streets.graph(), &turns, &Quiet).unwrap();
    let customised = hierarchy.customise_with_turns(&streets.costs(), &turns_ms, &Quiet).unwrap();
    let threads = Threads::four();
    let by_threads = Hierarchy::with_turns(&streets.graph(), &turns, &threads).unwrap();
    let by_threads = by_threads.customise_with_turns(&streets.costs(), &turns_ms, &threads).unwrap();
    assert_eq!(by_threads.arcs(), customised.arcs());
    let town = Town { streets: &streets, turns: &turns, turns_ms: &turns_ms };
    for limit_ms in [60, u32::MAX] {
        let found = times(&customised, &some, &all, limit_ms, 64, SimdLevel::best());
        assert_eq!(found, town.times(&some, &all, limit_ms));
        assert_eq!(times(&by_threads, &some, &all, limit_ms, 64, SimdLevel::best()), found);
    }
}
