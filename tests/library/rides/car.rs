//! By car. Streets are signed with 36 km/h, ten metres a second, and links are walked at a metre a second.

use isokron::base::diagnostics::Diagnostics;
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::{RawRestriction, RawStreets};
use isokron::network::modes::car_speeds::law_of;
use isokron::network::rides::{CarSpeeds, RideLimits, Vehicle, set_trapped_apart};
use isokron::network::streets::RiddenStreets;
use isokron::study::CarDelays;

use super::{linked, matrix, tags, times_between, town};

pub(super) fn by_car(delays: CarDelays) -> RideLimits {
    let speeds = CarSpeeds { permille: 1000, delays, traffic_at_s: None, walk: SpeedMmPerS(1000) };
    RideLimits { by: Vehicle::Car { speeds, parking_s: 0 }, max_direct_s: 100_000 }
}

pub(super) fn built(raw: &RawStreets, min_island_nodes: u32) -> RiddenStreets {
    let streets = RiddenStreets::car(raw, None, min_island_nodes, &mut Diagnostics::default());
    assert!(streets.check());
    streets
}

fn times(raw: &RawStreets, points: &[(f64, f64)], limits: RideLimits) -> Vec<Vec<Option<u32>>> {
    let streets = built(raw, 1);
    let places = linked(&streets, points);
    matrix(&times_between(streets, places, limits), points.len())
}

/// A restriction of the town's ways and nodes (their indices).
fn restriction(text: &str, from: u32, via: (&[u32], &[u32]), to: u32) -> RawRestriction {
    RawRestriction {
        osm_id: 1001,
        tags: tags(text),
        from: vec![from],
        via_nodes: via.0.to_vec(),
        via_ways: via.1.to_vec(),
        to: vec![to],
        missing: 0,
    }
}

const STREET: &str = "highway=residential maxspeed=36";

/// ```text
///        C            0.001° a street: west to east 11.132 s, south to north 11.058 s
///        │
///  A─────B─────D
///        │
///        E─────F
/// ```
fn crossing(restrictions: Vec<RawRestriction>) -> RawStreets {
    let nodes =
        [(0.0, 0.0, ""), (1.0, 0.0, ""), (1.0, 1.0, ""), (2.0, 0.0, ""), (1.0, -1.0, ""), (2.0, -1.0, "")];
    let ways: [(&[u32], &str); 5] =
        [(&[0, 1], STREET), (&[1, 2], STREET), (&[1, 3], STREET), (&[1, 4], STREET), (&[4, 5], STREET)];
    RawStreets { restrictions, ..town(&nodes, &ways) }
}

/// A … F.
const AT: [(f64, f64); 6] = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (2.0, 0.0), (1.0, -1.0), (2.0, -1.0)];

#[test]
fn one_drives_what_the_sign_says() {
    let raw = |text: &str| town(&[(0.0, 0.0, ""), (1.0, 0.0, "")], &[(&[0, 1], text)]);
    let along = |text: &str| {
        let times = times(&raw(text), &[(0.0, 0.0), (1.0, 0.0)], by_car(CarDelays::None));
        [times[0][1], times[1][0]]
    };
    // 111.319 m at 36 km/h: 11.1319 s; at 18 km/h 22.2638 s; at 25 km/h, usual in residential streets, 16.03 s.
    assert_eq!(along(STREET), [Some(12), Some(12)]);
    assert_eq!(along("highway=residential maxspeed=36 maxspeed:backward=18"), [Some(12), Some(23)]);
    assert_eq!(along("highway=residential maxspeed=36 oneway=yes"), [Some(12), None]);
    assert_eq!(along("highway=residential"), [Some(17), Some(17)]);
    // Half of it: 22.2638 s. With five minutes to park.
    let speeds =
        CarSpeeds { permille: 500, delays: CarDelays::None, traffic_at_s: None, walk: SpeedMmPerS(1000) };
    let slow = RideLimits { by: Vehicle::Car { speeds, parking_s: 300 }, max_direct_s: 323 };
    let points = [(0.0, 0.0), (1.0, 0.0)];
    assert_eq!(times(&raw(STREET), &points, slow)[0][1], Some(323));
    assert_eq!(times(&raw(STREET), &points, RideLimits { max_direct_s: 322, ..slow })[0][1], None);
}

#[test]
fn turns_take_time() {
    // Without delays A → C is 22.19 s, A → D 22.264 s.
    let plain = times(&crossing(Vec::new()), &AT, by_car(CarDelays::None));
    assert_eq!([plain[0][2], plain[0][3], plain[0][4]], [Some(23); 3]);
    // Four streets meet at B: 9.4 s from a small one. At E two: none. A → F: 11.132 + 9.4 + 11.058 + 11.132 = 42.722 s.
    let delayed = times(&crossing(Vec::new()), &AT, by_car(CarDelays::Helsinki));
    assert_eq!([delayed[0][2], delayed[0][3], delayed[0][5]], [Some(32), Some(32), Some(43)]);
    // As R5: left 30 s, right 10 s, straight on none; at E, from south to east, left.
    let by_angle = times(&crossing(Vec::new()), &AT, by_car(CarDelays::Conveyal));
    assert_eq!([by_angle[0][2], by_angle[0][3], by_angle[0][4]], [Some(53), Some(23), Some(33)]);
    assert_eq!(by_angle[0][5], Some(74));
}

#[test]
fn a_forbidden_turn_is_gone_round() {
    // No left turn from A into C: to D (11.132 + 11.132 s), back there, for it is a dead end, and right into C
    // (11.132 + 11.058 s): 44.454 s.
    let no_left = || vec![restriction("restriction=no_left_turn", 0, (&[1], &[]), 1)];
    let found = times(&crossing(no_left()), &AT, by_car(CarDelays::None));
    assert_eq!([found[0][2], found[0][3], found[4][2]], [Some(45), Some(23), Some(23)]);
    // Except cars, or at some hours only: as if it were not there.
    for text in ["restriction=no_left_turn except=motorcar", "restriction:conditional=no_left_turn"] {
        let raw = crossing(vec![restriction(text, 0, (&[1], &[]), 1)]);
        assert_eq!(times(&raw, &AT, by_car(CarDelays::None))[0][2], Some(23), "{text}");
    }
    // Only straight on from A: to C as above, and to E by D as well.
    let only = vec![restriction("restriction=only_straight_on", 0, (&[1], &[]), 2)];
    let found = times(&crossing(only), &AT, by_car(CarDelays::None));
    assert_eq!([found[0][2], found[0][3], found[0][4]], [Some(45), Some(23), Some(45)]);
}

#[test]
fn a_restriction_over_a_way_forbids_the_whole_of_it() {
    // Nobody drives A–B, B–E, E–F; C–B, B–E, E–F one may. A → F: to C, back, then by E: 11.132 + 2 · 11.058 + 11.058 +
    // 11.132 = 55.437 s, or by D as 2 · 11.132 more instead: 55.586 s.
    let raw = crossing(vec![restriction("restriction=no_left_turn", 0, (&[], &[3]), 4)]);
    let found = times(&raw, &AT, by_car(CarDelays::None));
    assert_eq!([found[0][5], found[2][5], found[0][4]], [Some(56), Some(34), Some(23)]);
}

#[test]
fn nobody_turns_back_but_at_a_dead_end() {
    // From the middle of A–B towards B only (one way): to A one goes by B, and back at a dead end: C, D or E … F.
    let ways: [(&[u32], &str); 3] =
        [(&[0, 1], STREET), (&[1, 2], STREET), (&[1, 3], "highway=residential maxspeed=36 oneway=yes")];
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, ""), (1.0, 1.0, ""), (2.0, 0.0, "")];
    let raw = town(&nodes, &ways);
    let found = times(&raw, &[(0.5, 0.0), (1.9, 0.0), (1.0, 0.9)], by_car(CarDelays::None));
    // A to the one-way street and not back from it.
    assert_eq!([found[0][1], found[1][0]], [Some(16), None]);
    assert_eq!([found[0][2], found[2][0]], [Some(16), Some(16)]);
}

#[test]
fn nobody_drives_through_what_leads_to_one_place() {
    //  A───B═══C───D    ═ a parking aisle: 10 km/h
    //  │           │
    //  F───────────G
    let nodes =
        [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, ""), (3.0, 0.0, ""), (0.0, -1.0, ""), (3.0, -1.0, "")];
    let ways: [(&[u32], &str); 3] = [
        (&[0, 1], STREET),
        (&[1, 2], "highway=service service=parking_aisle maxspeed=36"),
        (&[2, 3, 5, 4, 0], STREET),
    ];
    let found = times(&town(&nodes, &ways), &[(0.0, 0.0), (3.0, 0.0), (1.5, 0.0)], by_car(CarDelays::None));
    // A → D by F and G: 2 · 11.0574 + 3 · 11.1319 = 55.51 s; to the aisle's middle 11.1319 + 55.66 / 2.7778 = 31.169 s.
    assert_eq!([found[0][1], found[1][0]], [Some(56); 2]);
    assert_eq!([found[0][2], found[2][0], found[1][2]], [Some(32), Some(32), Some(32)]);
}

#[test]
fn a_bollard_stops_cars() {
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, "barrier=bollard"), (2.0, 0.0, ""), (1.0, 1.0, "")];
    let ways: [(&[u32], &str); 2] = [(&[0, 1, 2], STREET), (&[0, 3, 2], STREET)];
    let found = times(&town(&nodes, &ways), &[(0.5, 0.0), (1.5, 0.0)], by_car(CarDelays::None));
    // Round by the north: 2 · 5.566 + 2 · 15.69 (hypotenuse of 111.319 and 110.574 m: 156.902 m) = 42.51 s.
    assert_eq!(found[0][1], Some(43));
}

#[test]
fn the_law_holds_where_no_sign_stands() {
    // A lonely tertiary road in Sweden is rural: 70 km/h; 0.01° are 1,113.195 m: 57.25 s. Where nobody says whose law
    // counts, 40 km/h: 100.19 s.
    let raw = town(&[(0.0, 0.0, ""), (10.0, 0.0, "")], &[(&[0, 1], "highway=tertiary")]);
    for (country, expected) in [("SE", 58), ("", 101)] {
        let streets = RiddenStreets::car(&raw, law_of(country), 1, &mut Diagnostics::default());
        let places = linked(&streets, &[(0.0, 0.0), (10.0, 0.0)]);
        let times = times_between(streets, places, by_car(CarDelays::None));
        assert_eq!(matrix(&times, 2)[0][1], Some(expected), "{country}");
    }
}

#[test]
fn one_drives_on_the_left_in_britain() {
    let raw = crossing(Vec::new());
    let streets = RiddenStreets::car(&raw, law_of("GB"), 1, &mut Diagnostics::default());
    let places = linked(&streets, &AT);
    let found = matrix(&times_between(streets, places, by_car(CarDelays::Conveyal)), AT.len());
    // Left is the near side there: 10 s, and right 30 s.
    assert_eq!([found[0][2], found[0][4]], [Some(33), Some(53)]);
}

#[test]
fn no_place_is_linked_to_a_trap_or_a_motorway() {
    //  A─────J─────B     From A–J nobody may go on into J–B, though one comes from there.
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, "")];
    let linked_to = |second: &str, restrictions: Vec<RawRestriction>| {
        let ways: [(&[u32], &str); 2] = [(&[0, 1], STREET), (&[1, 2], second)];
        let raw = RawStreets { restrictions, ..town(&nodes, &ways) };
        let mut streets = built(&raw, 1);
        set_trapped_apart(&mut streets, &mut Diagnostics::default());
        assert!(streets.check());
        // On the second street, 22 m from the first.
        let spot = linked(&streets, &[(1.2, 0.0)]).spot(0).unwrap();
        streets.way(spot.edge).osm_id
    };
    assert_eq!(linked_to(STREET, Vec::new()), 102);
    let no_way_in = restriction("restriction=no_straight_on", 0, (&[1], &[]), 1);
    assert_eq!(linked_to(STREET, vec![no_way_in]), 101);
    assert_eq!(linked_to("highway=motorway oneway=no", Vec::new()), 101);
}
