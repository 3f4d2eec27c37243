//! Towns of a few streets, with their times worked out by hand.

use isokron::network::streets::{BACKWARD, FORWARD};
use isokron::routing::SimdLevel;
use isokron::routing::hierarchy::{CLOSED, StreetPlace};

use super::{Streets, plain, times};

const BOTH: u8 = FORWARD | BACKWARD;

/// Streets as (from, to, directions, ms either way).
pub fn town(junctions: usize, streets: &[(u32, u32, u8, u32)]) -> Streets {
    let closed = |bit: u8, &(_, _, directions, ms): &(u32, u32, u8, u32)| {
        if directions & bit == 0 { CLOSED } else { ms }
    };
    Streets {
        from: streets.iter().map(|street| street.0).collect(),
        to: streets.iter().map(|street| street.1).collect(),
        directions: streets.iter().map(|street| street.2).collect(),
        lon_e7: (0..junctions as i32).map(|i| 180_000_000 + i * 10_000).collect(),
        lat_e7: (0..junctions as i32).map(|i| 590_000_000 + i * i % 7 * 10_000).collect(),
        forward_ms: streets.iter().map(|street| closed(FORWARD, street)).collect(),
        backward_ms: streets.iter().map(|street| closed(BACKWARD, street)).collect(),
    }
}

pub fn place(streets: &Streets, street: u32, forward_ms: u32, link_ms: u32) -> StreetPlace {
    let cost = streets.forward_ms[street as usize].min(streets.backward_ms[street as usize]);
    StreetPlace { street, forward_ms, backward_ms: cost - forward_ms, link_ms }
}

fn all(streets: &Streets, places: &[StreetPlace], limit_ms: u32) -> Vec<Vec<u32>> {
    let found = times(&streets.customised(), places, places, limit_ms, 64, SimdLevel::best());
    assert_eq!(found, plain::times(streets, places, places, limit_ms), "the slow twin says so, too");
    found
}

/// ```text
/// 0 ──10── 1 ──→20── 2      street 0: both ways, street 1: from 1 to 2 only,
/// └───────40────────┘       street 2: both ways
/// ```
#[test]
fn one_way_streets_lead_round() {
    let streets = town(3, &[(0, 1, BOTH, 10), (1, 2, FORWARD, 20), (0, 2, BOTH, 40)]);
    // A in the middle of street 0; B and C on the one-way street, 5 and 15 after junction 1.
    let places = [place(&streets, 0, 5, 0), place(&streets, 1, 5, 0), place(&streets, 1, 15, 0)];
    // A to B: 5 + 5. B to C: 10 along the street. C to B: 5 to junction 2, 40 to 0, 10 to 1, 5. B to A: 15 + 40 + 5.
    assert_eq!(all(&streets, &places, 1_000), [vec![0, 10, 20], vec![60, 0, 10], vec![50, 60, 0]]);
    // With 59 ms nobody gets round.
    assert_eq!(all(&streets, &places, 59), [vec![0, 10, 20], vec![CLOSED, 0, 10], vec![50, CLOSED, 0]]);
    // At its end, junction 1, a place on the one-way street is reached, and left, as the junction is.
    let ends = [places[0], place(&streets, 1, 0, 0), place(&streets, 1, 20, 0)];
    assert_eq!(all(&streets, &ends, 1_000), [vec![0, 5, 25], vec![5, 0, 20], vec![45, 50, 0]]);
}

/// The way round is shorter than the street on which both lie: 100 ms long between two junctions that 10 ms join. Links
/// of 3 and 4 ms count at the start and at the end, also for oneself.
#[test]
fn the_way_round_may_be_shorter_than_the_street() {
    let streets = town(2, &[(0, 1, BOTH, 100), (1, 0, BOTH, 10)]);
    let places = [place(&streets, 0, 5, 3), place(&streets, 0, 95, 4)];
    // 3 + 5 + 10 + 5 + 4 = 27 and not 3 + 90 + 4.
    assert_eq!(all(&streets, &places, 1_000), [vec![6, 27], vec![27, 8]]);
}

/// A ring that nothing else meets, of three streets: 10, 20 and 40 ms; and a loop at one junction of a street that
/// nobody else may go.
#[test]
fn rings_and_loops_are_kept() {
    let streets =
        town(5, &[(0, 1, BOTH, 10), (1, 2, BOTH, 20), (2, 0, BOTH, 40), (3, 3, FORWARD, 30), (3, 4, 0, 7)]);
    let places = [place(&streets, 0, 5, 0), place(&streets, 2, 20, 0), place(&streets, 3, 10, 0)];
    // From the middle of the first to the middle of the third: 5 + 20 the one way, 5 + 20 + 20 the other.
    assert_eq!(
        all(&streets, &places, 1_000),
        [vec![0, 25, CLOSED], vec![25, 0, CLOSED], vec![CLOSED, CLOSED, 0]]
    );
    // Round the loop: 20 on to the junction, then 5.
    let on_loop = [place(&streets, 3, 10, 0), place(&streets, 3, 5, 0)];
    assert_eq!(all(&streets, &on_loop, 1_000), [vec![0, 25], vec![5, 0]]);
    let nobody = StreetPlace { street: 4, forward_ms: 0, backward_ms: 0, link_ms: 0 };
    let found = times(&streets.customised(), &[nobody], &places, 1_000, 64, SimdLevel::best());
    assert_eq!(found, [[CLOSED; 3]], "no street that one may go");
}

/// Nothing at all is no fault.
#[test]
fn no_streets() {
    let streets = town(0, &[]);
    assert!(times(&streets.customised(), &[], &[], 1_000, 64, SimdLevel::best()).is_empty());
    assert_eq!(streets.customised().targets(&[]).len(), 0);
}
