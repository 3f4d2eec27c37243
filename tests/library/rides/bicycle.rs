//! By bicycle. One rides 3.6 km/h, a metre a second, and pushes at half of that, so that seconds are metres, or two a
//! metre.

use isokron::base::diagnostics::Diagnostics;
use isokron::base::ids::{EdgeId, Id};
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::RawStreets;
use isokron::network::links::LinkStatus;
use isokron::network::rides::{RideLimits, Speeds, Vehicle};
use isokron::network::streets::{BACKWARD, FORWARD, RiddenStreets};

use super::{linked, matrix, times_between, town};

pub(super) fn by_bicycle(speeds: Speeds, max_direct_s: u32) -> RideLimits {
    RideLimits { by: Vehicle::Bicycle(speeds), max_direct_s }
}

pub(super) fn built(raw: &RawStreets, min_island_nodes: u32) -> RiddenStreets {
    let streets = RiddenStreets::bicycle(raw, min_island_nodes, &mut Diagnostics::default());
    assert!(streets.check());
    streets
}

/// 3.6 km/h, and half of it.
const SLOW: Speeds = Speeds::plain(3600, SpeedMmPerS(500));

/// The times of a town at the slow speeds; no component is small.
fn slow(raw: &RawStreets, points: &[(f64, f64)]) -> Vec<Vec<Option<u32>>> {
    let streets = built(raw, 1);
    let points_linked = linked(&streets, points);
    let limits = by_bicycle(SLOW, 100_000);
    matrix(&times_between(streets, points_linked, limits), points.len())
}

/// There and back along one way from a node to another 0.001° further east.
fn along(text: &str) -> [Option<u32>; 2] {
    let raw = town(&[(0.0, 0.0, ""), (1.0, 0.0, "")], &[(&[0, 1], text)]);
    let times = slow(&raw, &[(0.0, 0.0), (1.0, 0.0)]);
    [times[0][1], times[1][0]]
}

#[test]
fn one_rides_along_and_pushes_against() {
    // 111.319 s riding, 222.638 s pushing; rounded up once.
    assert_eq!(along("highway=residential"), [Some(112), Some(112)]);
    assert_eq!(along("highway=residential oneway=yes"), [Some(112), Some(223)]);
    assert_eq!(along("highway=residential oneway=-1"), [Some(223), Some(112)]);
    assert_eq!(along("highway=residential oneway=yes oneway:bicycle=no"), [Some(112), Some(112)]);
    assert_eq!(along("highway=residential oneway=yes cycleway=opposite_lane"), [Some(112), Some(112)]);
    assert_eq!(along("highway=cycleway oneway=yes foot=no"), [Some(112), None]);
    assert_eq!(along("highway=footway"), [Some(223), Some(223)]);
    assert_eq!(along("highway=path bicycle=dismount"), [Some(223), Some(223)]);
}

#[test]
fn surfaces_and_classes_slow_down() {
    // Gravel 6/15: 278.2975 s; a path 13/15: 128.445 s; paving stones on a path: the slower, 10/15: 166.9785 s.
    assert_eq!(along("highway=residential surface=gravel")[0], Some(279));
    assert_eq!(along("highway=path")[0], Some(129));
    assert_eq!(along("highway=path surface=paving_stones")[0], Some(167));
    // One pushes no slower for the surface.
    assert_eq!(along("highway=footway surface=gravel")[0], Some(223));
}

#[test]
fn sixteen_km_an_hour_are_the_speed_in_between() {
    // 0.01° are 1,113,195 mm, at 16 km/h 250,468.875 ms: rounded up to 250,469 ms an edge, and to 251 s a leg.
    let raw = town(&[(0.0, 0.0, ""), (10.0, 0.0, "")], &[(&[0, 1], "highway=residential")]);
    let streets = built(&raw, 1);
    let points = linked(&streets, &[(0.0, 0.0), (10.0, 0.0)]);
    let speeds = Speeds::plain(16_000, SpeedMmPerS(1200));
    let times = times_between(streets, points, by_bicycle(speeds, 100_000));
    assert_eq!(times.graph().arcs().cost, [250_469, 250_469]);
    assert_eq!(matrix(&times, 2)[0][1], Some(251));
}

#[test]
fn the_limit_is_one_of_the_whole_leg() {
    let raw = town(&[(0.0, 0.0, ""), (1.0, 0.0, "")], &[(&[0, 1], "highway=residential")]);
    let streets = built(&raw, 1);
    // A tenth of 110,574 mm beside the street: 11,057 mm, pushed in 22.114 s; with 111.319 s: 133.433 s.
    let points = linked(&streets, &[(0.0, 0.1), (1.0, 0.0)]);
    for (max_direct_s, expected) in [(134, Some(134)), (133, None), (0, None)] {
        let limits = by_bicycle(SLOW, max_direct_s);
        let times = times_between(streets.clone(), points.clone(), limits);
        assert_eq!(matrix(&times, 2)[0][1], expected, "{max_direct_s}");
    }
}

#[test]
fn nobody_passes_through_private_streets() {
    //  A───B═══C───D    ═ private
    //  │           │
    //  F───────────G
    let nodes =
        [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, ""), (3.0, 0.0, ""), (0.0, -1.0, ""), (3.0, -1.0, "")];
    let street = "highway=residential";
    let ways: [(&[u32], &str); 3] =
        [(&[0, 1], street), (&[1, 2], "highway=service access=private"), (&[2, 3, 5, 4, 0], street)];
    let times = slow(&town(&nodes, &ways), &[(0.0, 0.0), (3.0, 0.0), (1.5, 0.0)]);
    // A → D by F and G: 2 · 110.574 + 3 · 111.319 = 555.105 s; through B and C it would be 333.957 s.
    assert_eq!(times[0][1], Some(556));
    assert_eq!(times[1][0], Some(556));
    // To the middle of the private street and from there: 1.5 · 111.319 = 166.979 s.
    assert_eq!([times[0][2], times[2][0], times[1][2], times[2][1]], [Some(167); 4]);
    // With bicycle=yes it is a street like others.
    let ways = [ways[0], (&[1, 2][..], "highway=service access=private bicycle=yes"), ways[2]];
    assert_eq!(slow(&town(&nodes, &ways), &[(0.0, 0.0), (3.0, 0.0)])[0][1], Some(334));
}

#[test]
fn barriers_stop_those_who_cannot_push_through() {
    let through = |gate: &str| {
        let nodes = [(0.0, 0.0, ""), (1.0, 0.0, gate), (2.0, 0.0, "")];
        let raw = town(&nodes, &[(&[0, 1, 2], "highway=residential")]);
        slow(&raw, &[(0.0, 0.0), (2.0, 0.0)])[0][1]
    };
    // 2 · 111.319 s.
    assert_eq!(through("barrier=bollard"), Some(223));
    assert_eq!(through("barrier=gate bicycle=no"), Some(223));
    assert_eq!(through("barrier=gate access=private"), None);
    assert_eq!(through("barrier=stile"), None);
}

#[test]
fn a_roundabout_goes_one_way() {
    // A square of streets drawn A, B, C, D, A: to B 111.319 s, from B round the other three sides.
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, ""), (1.0, 1.0, ""), (0.0, 1.0, "")];
    let ring = "highway=tertiary junction=roundabout foot=no";
    let times = slow(&town(&nodes, &[(&[0, 1, 2, 3, 0], ring)]), &[(0.0, 0.0), (1.0, 0.0)]);
    // 111.319 + 2 · 110.574 = 332.467 s.
    assert_eq!((times[0][1], times[1][0]), (Some(112), Some(333)));
}

#[test]
fn places_are_linked_where_one_can_leave_and_arrive() {
    //  A───B───C      and, 0.0002° (22 m) north of it, a one-way cycleway that leads out of B to the east, into nothing.
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, ""), (1.2, 0.2, ""), (2.0, 0.2, "")];
    let ways: [(&[u32], &str); 2] =
        [(&[0, 1, 2], "highway=residential"), (&[1, 3, 4], "highway=cycleway oneway=yes foot=no")];
    let streets = built(&town(&nodes, &ways), 1);
    let points = linked(&streets, &[(1.6, 0.2)]);
    assert_eq!(points.status(0), LinkStatus::Linked);
    let way = streets.way(points.edge[0]);
    assert_eq!((way.osm_id, points.link_mm[0]), (101, 22_115));
    // A private drive counts to the street that it leads to.
    let ways = [ways[0], (&[1, 3, 4][..], "highway=service access=private")];
    let streets = built(&town(&nodes, &ways), 3);
    let points = linked(&streets, &[(1.6, 0.2)]);
    assert_eq!((points.status(0), points.link_mm[0]), (LinkStatus::Linked, 0));
    assert_eq!(streets.way(points.edge[0]).osm_id, 102);
}

#[test]
fn edges_are_of_one_way_and_keep_what_it_is() {
    // Two ways in a line: a node between them, and each edge knows its own. Motorways are there for nobody.
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, ""), (3.0, 0.0, "")];
    let ways: [(&[u32], &str); 3] = [
        (&[0, 1], "highway=track surface=gravel"),
        (&[2, 1], "highway=residential oneway=yes"),
        (&[2, 3], "highway=motorway"),
    ];
    let streets = built(&town(&nodes, &ways), 1);
    assert_eq!((streets.streets.nodes(), streets.streets.edges(), streets.ways.len()), (3, 2, 2));
    let of = |edge: EdgeId| {
        let (way, ridden) = (streets.way(edge), streets.edge_ridden[edge.index()]);
        (way.osm_id, ridden, streets.streets.edge_directions[edge.index()])
    };
    let mut kept: Vec<_> = (0..2).map(EdgeId).map(of).collect();
    kept.sort();
    // The second is drawn westwards; the edge may run either way.
    let both = FORWARD | BACKWARD;
    assert_eq!((kept[0], kept[1].0, kept[1].2), ((101, both, both), 102, both));
    assert!([FORWARD, BACKWARD].contains(&kept[1].1));
}
