//! Small towns whose lengths follow from arithmetic, shapes that contraction must not lose, and real places.
//!
//! On the equator 0.001° of longitude are 6,378,137 m · π / 180,000 = 111.319 m, and the first 0.001° of a
//! meridian are 6,378,137 m · (1 − e²) · π / 180,000 = 110.574 m (e² = 0.00669438).

use isokron::base::NONE;
use isokron::base::csr::TimedArc;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::ids::{Id, JunctionId};
use isokron::base::strings::StringColumn;
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::osm;
use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
use isokron::network::StreetLegs;
use isokron::network::links::{KeptComponents, Limits, LinkRule, LinkStatus, Linkage, Linker, legs};
use isokron::network::slopes::WalkLengths;
use isokron::network::streets::{self, Streets, distance_mm};
use isokron::network::transit::Stops;

use crate::common;

const EAST: u64 = 111_319;
const NORTH: u64 = 110_574;

/// Nodes at (lon, lat) in thousandths of a degree, ways as (nodes, tags).
fn town(nodes: &[(f64, f64)], ways: &[(&[u32], &str)]) -> RawStreets {
    let node = |(i, &(x, y)): (usize, &(f64, f64))| RawNode {
        osm_id: i as i64 + 1,
        lon_e7: (x * 1e4).round() as i32,
        lat_e7: (y * 1e4).round() as i32,
        tags: vec![],
    };
    let way = |(i, &(nodes, text)): (usize, &(&[u32], &str))| {
        let mut tags: Vec<(String, String)> = text
            .split_whitespace()
            .map(|tag| tag.split_once('=').expect("key=value"))
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        tags.sort();
        RawWay { osm_id: i as i64 + 1, nodes: nodes.to_vec(), tags }
    };
    RawStreets {
        nodes: nodes.iter().enumerate().map(node).collect(),
        ways: ways.iter().enumerate().map(way).collect(),
        ..RawStreets::default()
    }
}

fn built(raw: &RawStreets) -> Streets {
    let streets = streets::build(raw, 1, &mut Diagnostics::default());
    assert!(streets.check());
    streets
}

/// Stops at points, in thousandths of a degree; all are called at. Stations by index, or `NONE`.
fn stops(points: &[(f64, f64)], station: &[u32]) -> Stops {
    let mut ids = StringColumn::default();
    points.iter().for_each(|_| ids.push("stop"));
    Stops {
        names: ids.clone(),
        ids,
        feed: vec![0; points.len()].into(),
        lon: points.iter().map(|p| p.0 / 1000.0).collect(),
        lat: points.iter().map(|p| p.1 / 1000.0).collect(),
        station: station.to_vec().into(),
        called: vec![1; points.len()].into(),
    }
}

fn no_stops() -> Stops {
    stops(&[], &[])
}

/// 1 mm/s: seconds are millimetres.
const IN_MM: Limits = Limits {
    speed: SpeedMmPerS(1),
    max_walk_s: 1_000_000,
    max_transfer_walk_s: 1_000_000,
    max_direct_walk_s: 1_000_000,
    lengths: WalkLengths::PLAIN,
};

fn within(max_link_m: f64) -> LinkRule {
    LinkRule { max_link_m, fragment_reach_m: 250.0 }
}

fn linked(streets: &Streets, points: &[(f64, f64)]) -> (KeptComponents, Linkage) {
    let linker = Linker::new(streets, within(1000.0));
    let kept = linker.keep(&no_stops(), &mut Diagnostics::default(), &Quiet).unwrap();
    let degrees: Vec<_> = points.iter().map(|p| (p.0 / 1000.0, p.1 / 1000.0)).collect();
    let linked = linker.link(&kept, &degrees, &Quiet).unwrap();
    assert!(linked.check(streets));
    (kept, linked)
}

/// Direct walks among points (in thousandths of a degree), in mm.
fn direct_mm(streets: &Streets, points: &[(f64, f64)]) -> Vec<Vec<(u32, u32)>> {
    let (_, points) = linked(streets, points);
    let none = no_stops();
    let legs = legs(streets, &points, &points, true, &Linkage::default(), &none, IN_MM, &Quiet).unwrap();
    legs.direct.rows().map(|row| row.iter().map(|walk| (walk.to, walk.seconds)).collect()).collect()
}

fn walks_of_stops(streets: &Streets, table: &Stops, limits: Limits) -> StreetLegs {
    let linker = Linker::new(streets, within(1000.0));
    let kept = linker.keep(table, &mut Diagnostics::default(), &Quiet).unwrap();
    let stops = linker.link_stops(&kept, table, &Quiet).unwrap();
    let none = Linkage::default();
    legs(streets, &none, &none, true, &stops, table, limits, &Quiet).unwrap()
}

const PATH: &str = "highway=footway";

#[test]
fn a_leg_is_link_and_street_and_link() {
    // ·──·──· along the equator; one point on the street, one 0.1 thousandths of a degree north of it.
    let streets = built(&town(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)], &[(&[0, 1, 2], PATH)]));
    assert_eq!((streets.nodes(), streets.edges(), streets.total_mm()), (2, 1, 2 * EAST as i64));
    let (_, points) = linked(&streets, &[(0.5, 0.0), (1.5, 0.1)]);
    // Half of 111,319 mm is rounded up: 55,660; the link is a tenth of 110,574 mm.
    assert_eq!(points.at_mm, [55_660, 111_319 + 55_660]);
    assert_eq!(points.link_mm, [0, 11_057]);
    let rows = direct_mm(&streets, &[(0.5, 0.0), (1.5, 0.1)]);
    assert_eq!(rows, [[(1, 111_319 + 11_057)], [(0, 111_319 + 11_057)]]);
    // 122.376 m at 1 m/s: 123 s, rounded up once (112 s + 12 s would be 124). A limit of 122 s is too short.
    let limits = |max_direct_walk_s| Limits { speed: SpeedMmPerS(1000), max_direct_walk_s, ..IN_MM };
    let none = no_stops();
    let direct = |limit| {
        legs(&streets, &points, &points, true, &Linkage::default(), &none, limits(limit), &Quiet)
            .unwrap()
            .direct
    };
    assert_eq!(direct(123).row(0), [TimedArc { to: 1, seconds: 123 }]);
    assert!(direct(122).values().is_empty() && direct(0).values().is_empty());
}

#[test]
fn a_one_way_path_is_walked_round_the_block() {
    // A square; its southern side may be walked eastwards only.
    let nodes = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    let streets =
        built(&town(&nodes, &[(&[0, 1], "highway=footway oneway:foot=yes"), (&[1, 2, 3, 0], PATH)]));
    let rows = direct_mm(&streets, &[(0.25, 0.0), (0.75, 0.0)]);
    // Eastwards half of the side; westwards all but that.
    let (quarter, half) = (27_830, 83_489 - 27_830);
    assert_eq!(rows[0], [(1, half)]);
    let north = distance_mm((0.0, 0.001), (0.001, 0.001));
    let round = (EAST - u64::from(half) + 2 * NORTH + north) as u32;
    assert_eq!(rows[1], [(0, round)]);
    assert!(quarter + half < EAST as u32);
}

#[test]
fn two_links_at_one_place_are_nothing_apart() {
    // On a one-way path, at the same position (links of 11.057 m on both sides), and at the same corner from
    // two different edges.
    let nodes = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)];
    let ways: &[(&[u32], &str)] =
        &[(&[0, 1], "highway=footway oneway:foot=yes"), (&[1, 2], "highway=footway oneway:foot=-1")];
    let streets = built(&town(&nodes, ways));
    assert_eq!(direct_mm(&streets, &[(0.5, 0.1), (0.5, -0.1)]), [[(1, 22_114)], [(0, 22_114)]]);
    assert_eq!(direct_mm(&streets, &[(1.0, 0.1), (1.0, -0.1)]), [[(1, 22_114)], [(0, 22_114)]]);
}

#[test]
fn vehicles_only_oneway_binds_nobody_on_foot() {
    let raw = town(&[(0.0, 0.0), (1.0, 0.0)], &[(&[0, 1], "highway=residential oneway=yes")]);
    assert_eq!(direct_mm(&built(&raw), &[(0.0, 0.0), (1.0, 0.0)]), [[(1, EAST as u32)], [(0, EAST as u32)]]);
}

#[test]
fn a_closed_gate_parts_the_way_and_an_open_one_does_not() {
    let mut raw = town(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)], &[(&[0, 1, 2], PATH)]);
    let ends = [(0.0, 0.0), (2.0, 0.0)];
    let barrier = |access: &str| vec![("access".into(), access.into()), ("barrier".into(), "gate".into())];
    raw.nodes[1].tags = barrier("yes");
    assert_eq!(direct_mm(&built(&raw), &ends)[0], [(1, 2 * EAST as u32)]);
    raw.nodes[1].tags = barrier("private");
    let mut diagnostics = Diagnostics::default();
    let streets = streets::build(&raw, 1, &mut diagnostics);
    assert_eq!((streets.components(), diagnostics.total("street_closed_barrier")), (2, 1));
    assert_eq!(direct_mm(&streets, &ends), [[], []]);
}

#[test]
fn ways_are_cut_at_absent_nodes() {
    let streets = built(&town(
        &[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)],
        &[(&[0, 1, NONE, 2, 77, 3, 2], PATH)],
    ));
    assert_eq!((streets.components(), streets.edges(), streets.total_mm()), (2, 2, 2 * EAST as i64));
}

#[test]
fn shapes_survive_contraction() {
    let grid: Vec<(f64, f64)> = (0..12).map(|i| (f64::from(i % 4), f64::from(i / 4))).collect();
    let counts = |ways: &[(&[u32], &str)]| {
        let streets = built(&town(&grid, ways));
        (streets.nodes(), streets.edges(), streets.shape_mm.len())
    };
    // A ring by itself: one junction, one loop of five points.
    assert_eq!(counts(&[(&[0, 1, 5, 4, 0], PATH)]), (1, 1, 5));
    // A lollipop: stick and loop.
    assert_eq!(counts(&[(&[8, 4, 5, 1, 0, 4], PATH)]), (2, 2, 2 + 5));
    // Two ways between the same corners, of different shape, with a dead end at each.
    assert_eq!(counts(&[(&[0, 1, 2, 3], PATH), (&[1, 5, 6, 2], PATH)]), (4, 4, 2 + 2 + 2 + 4));
    // There and back is one way; a way drawn twice is one edge; a lone node is none.
    assert_eq!(counts(&[(&[0, 1, 0], PATH), (&[1, 0], PATH), (&[5], PATH), (&[6, 6], PATH)]), (2, 1, 2));
    // A chain is cut where its direction changes, not where two ways of one direction meet head to head.
    let (onward, against) = ("highway=path oneway:foot=yes", "highway=path oneway:foot=-1");
    assert_eq!(counts(&[(&[0, 1], onward), (&[2, 1], against), (&[2, 3], PATH)]), (3, 2, 3 + 2));
}

#[test]
fn a_chain_of_a_hundred_thousand_nodes_overflows_no_stack() {
    let nodes: Vec<(f64, f64)> = (0..100_000).map(|i| (f64::from(i) * 0.01, 0.0)).collect();
    let refs: Vec<u32> = (0..100_000).collect();
    let streets = built(&town(&nodes, &[(&refs, PATH)]));
    assert_eq!((streets.nodes(), streets.edges(), streets.components()), (2, 1, 1));
    assert_eq!(streets.component_nodes, [100_000]);
    // 1,113 mm each (0.00001° are 1,113.19 mm).
    assert_eq!(streets.total_mm(), 99_999 * 1_113);
}

#[test]
fn lengths_beyond_sense_are_cut_or_left_out() {
    // Five segments of 890 km in a row: more than one edge can hold. One of 10,000 km: no street.
    let nodes: Vec<(f64, f64)> =
        (0..6).map(|i| (f64::from(i) * 8000.0, 0.0)).chain([(90_000.0, 0.0)]).collect();
    let mut diagnostics = Diagnostics::default();
    let streets = streets::build(&town(&nodes, &[(&[0, 1, 2, 3, 4, 5, 6], PATH)]), 1, &mut diagnostics);
    assert!(streets.check());
    assert_eq!((streets.edges(), streets.nodes(), streets.components()), (5, 6, 1));
    assert_eq!(diagnostics.total("street_segment_too_long"), 1);
}

#[test]
fn islands_are_kept_for_stops_and_cells_there_say_so() {
    // A main street of four nodes, and two islets of two nodes each, 1 km and 2 km north; 3 nodes are large.
    let nodes =
        [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0), (0.0, 10.0), (1.0, 10.0), (0.0, 20.0), (1.0, 20.0)];
    let raw = town(&nodes, &[(&[0, 1, 2, 3], PATH), (&[4, 5], PATH), (&[6, 7], PATH)]);
    let streets = streets::build(&raw, 3, &mut Diagnostics::default());
    assert_eq!(streets.component_nodes, [4, 2, 2]);
    let linker = Linker::new(&streets, within(500.0));
    let mut table = stops(&[(0.5, 10.1), (0.5, 19.0), (f64::NAN, f64::NAN)], &[NONE; 3]);
    // No trip calls at the stop of the second islet.
    table.called[1] = 0;
    let mut diagnostics = Diagnostics::default();
    let kept = linker.keep(&table, &mut diagnostics, &Quiet).unwrap();
    assert_eq!(diagnostics.total("street_island"), 1);
    let report: Vec<&str> = diagnostics.kept().iter().map(|finding| finding.what.as_str()).collect();
    assert_eq!(report, ["2 nodes and 111 m in all"]);
    let points = [
        (0.0, 0.001),
        (0.0, 0.011),
        (0.0, 0.0201),
        (0.0, 0.03),
        (0.001, 0.0201),
        (f64::NAN, 0.0),
        (0.0, 91.0),
    ];
    let cells = linker.link(&kept, &points, &Quiet).unwrap();
    let status: Vec<LinkStatus> = (0..points.len()).map(|cell| cells.status(cell)).collect();
    use LinkStatus::*;
    assert_eq!(status, [Linked, Linked, Island, Unlinked, Island, Unlinked, Unlinked]);
    // Times on the islet only.
    let stops = linker.link_stops(&kept, &table, &Quiet).unwrap();
    let all = legs(&streets, &cells, &cells, true, &stops, &table, IN_MM, &Quiet).unwrap();
    let to = |cell: usize| all.direct.row(cell).iter().map(|walk| walk.to).collect::<Vec<_>>();
    assert_eq!((to(0), to(2), to(4)), (vec![], vec![4], vec![2]));
    let near: Vec<usize> = (0..points.len()).filter(|&cell| !all.access.row(cell).is_empty()).collect();
    assert_eq!((near, &all.access), (vec![1], &all.egress));
}

/// A main street of four nodes along the equator, and pieces of two nodes; 3 nodes are large. Answers: the component
/// that each stop is linked to (0: the street), its state, metres to it, and metres to a smaller one that it passes.
#[track_caller]
fn stops_lie(
    rule: LinkRule,
    pieces: &[[(f64, f64); 2]],
    points: &[(f64, f64)],
    expected: &[(u32, LinkStatus, f64, Option<f64>)],
) {
    let mut nodes = vec![(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)];
    nodes.extend(pieces.iter().flatten());
    let refs: Vec<[u32; 2]> = (0..pieces.len() as u32).map(|i| [4 + 2 * i, 5 + 2 * i]).collect();
    let mut ways: Vec<(&[u32], &str)> = vec![(&[0, 1, 2, 3], PATH)];
    ways.extend(refs.iter().map(|refs| (&refs[..], PATH)));
    let streets = streets::build(&town(&nodes, &ways), 3, &mut Diagnostics::default());
    let linker = Linker::new(&streets, rule);
    let table = stops(points, &vec![NONE; points.len()]);
    let kept = linker.keep(&table, &mut Diagnostics::default(), &Quiet).unwrap();
    let linked = linker.link_stops(&kept, &table, &Quiet).unwrap();
    assert_eq!(KeptComponents::of(&streets, &linked), kept);
    let passed_mm = linker.passed(&table, &linked, &Quiet).unwrap();
    for (stop, &(component, status, metres, passed)) in expected.iter().enumerate() {
        let spot = linked.spot(stop).unwrap();
        let found = (streets.edge_component[spot.edge.index()], linked.status(stop));
        assert_eq!(found, (component, status), "stop {stop}");
        assert!((f64::from(spot.link_mm) / 1000.0 - metres).abs() < 0.01, "stop {stop}: {} mm", spot.link_mm);
        let mm = passed.map_or(NONE, |metres| (metres * 1000.0) as u32);
        assert!(passed_mm[stop].abs_diff(mm) < 10, "stop {stop} passes {} mm", passed_mm[stop]);
    }
}

#[test]
fn a_fragment_never_hides_a_street() {
    use LinkStatus::{Island, Linked};
    // 0.001° north are 110.574 m. A stray footway 0.1 (11.06 m) north of the street, a stop at 0.07: 7.74 m from the
    // street, 3.32 m from the footway.
    let footway = [(0.0, 0.1), (0.2, 0.1)];
    stops_lie(within(1000.0), &[footway], &[(0.1, 0.07)], &[(0, Linked, 7.74, Some(3.32))]);
    // A footway 1.8 north, a stop at 1.836: 203.01 m from the street, 3.98 m from the footway (as Porto Alegre's 2485).
    let footway = [(0.0, 1.8), (0.2, 1.8)];
    stops_lie(within(1000.0), &[footway], &[(0.1, 1.836)], &[(0, Linked, 203.01, Some(3.98))]);
    // 2.26 north are 249.90 m, 2.262 are 250.12 m: the first is led to the street, the second keeps its islet. Where the
    // islet is kept for the second, the first is still led to the street.
    let islet = [(0.0, 2.3), (0.2, 2.3)];
    let [near, far] = [(0.1, 2.26), (0.1, 2.262)];
    stops_lie(within(1000.0), &[islet], &[near], &[(0, Linked, 249.90, Some(4.42))]);
    stops_lie(within(1000.0), &[islet], &[far], &[(1, Linked, 4.20, None)]);
    let both = [(0, Linked, 249.90, Some(4.42)), (1, Linked, 4.20, None)];
    stops_lie(within(1000.0), &[islet], &[near, far], &both);
    // An islet 3.618 north (400.06 m), its ferry 0.4 before it (44.23 m): it is kept, and for a stop 0.5 off it (55.29 m),
    // too. By itself that one is none of the islet's: it is led to the street, 4.118 or 455.34 m away.
    let islet = [(0.0, 3.618), (0.2, 3.618)];
    let (ferry, off) = ((0.1, 3.218), (0.1, 4.118));
    let kept = [(1, Linked, 44.23, None), (1, Linked, 55.29, None)];
    stops_lie(within(1000.0), &[islet], &[ferry, off], &kept);
    stops_lie(within(1000.0), &[islet], &[off], &[(0, Linked, 455.34, Some(55.29))]);
    // … and where the street is beyond max_link_m, to what there is, which is not kept for it.
    stops_lie(within(450.0), &[islet], &[off], &[(1, Island, 55.29, None)]);
    // Of two pieces that a stop lies on the nearest is kept: another stop, 51.97 m off the other piece and 85.14 off the
    // first, is linked to the first.
    let pieces = [[(0.0, 5.0), (0.2, 5.0)], [(0.0, 5.3), (0.2, 5.3)]];
    let expected = [(1, Linked, 15.48, None), (1, Linked, 85.14, Some(51.97))];
    stops_lie(within(500.0), &pieces, &[(0.1, 5.14), (0.1, 5.77)], &expected);
    // Without a reach a fragment 3.32 m away is kept although the street is 7.74 m away; one behind the street is not.
    let rule = LinkRule { max_link_m: 1000.0, fragment_reach_m: 0.0 };
    let footway = [(0.0, 0.1), (0.2, 0.1)];
    stops_lie(rule, &[footway], &[(0.1, 0.07)], &[(1, Linked, 3.32, None)]);
    stops_lie(rule, &[footway], &[(0.1, 0.03)], &[(0, Linked, 3.32, None)]);
}

#[test]
fn what_lies_behind_a_closed_gate_is_a_fragment() {
    // A yard of two nodes 22.11 m north of the street, joined to it by a path with a gate in the middle (11.06 m). A stop
    // in the yard, 1.11 m from its path: with the gate open it is linked there, with the gate locked to what is left of
    // the path on the street's side, whose end is the gate.
    let nodes = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0), (1.0, 0.1), (1.0, 0.2), (1.2, 0.2)];
    let mut raw = town(&nodes, &[(&[0, 1, 2, 3], PATH), (&[1, 4, 5, 6], PATH)]);
    let link = |raw: &RawStreets| {
        let streets = streets::build(raw, 5, &mut Diagnostics::default());
        let linker = Linker::new(&streets, within(1000.0));
        let table = stops(&[(1.0, 0.21)], &[NONE]);
        let kept = linker.keep(&table, &mut Diagnostics::default(), &Quiet).unwrap();
        let linked = linker.link_stops(&kept, &table, &Quiet).unwrap();
        (streets.components(), linked.link_mm[0])
    };
    assert_eq!(link(&raw), (1, 1_106));
    raw.nodes[4].tags = vec![("access".into(), "no".into()), ("barrier".into(), "gate".into())];
    assert_eq!(link(&raw), (2, 12_163));
}

#[test]
fn a_platform_that_meets_no_street_is_no_street() {
    let nodes = [(0.0, 0.0), (1.0, 0.0), (0.0, 0.1), (1.0, 0.1), (0.2, 0.2), (0.4, 0.2), (0.4, 0.3)];
    let ways: &[(&[u32], &str)] =
        &[(&[0, 1], PATH), (&[2, 3], "railway=platform"), (&[4, 5, 6, 4], "highway=pedestrian area=yes")];
    let mut diagnostics = Diagnostics::default();
    let streets = streets::build(&town(&nodes, ways), 1, &mut diagnostics);
    assert_eq!((streets.components(), diagnostics.total("street_loose_piece")), (1, 2));
    // Joined to the street it is one.
    let mut joined = ways.to_vec();
    joined.push((&[0, 2], PATH));
    assert_eq!(built(&town(&nodes, &joined)).total_mm(), 2 * EAST as i64 + 11_057);
}

#[test]
fn children_of_a_station_are_joined_straight() {
    // Two platforms 0.2 thousandths of a degree apart (22.115 m), on parallel paths that meet at one end.
    let nodes = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.2), (0.0, 0.2)];
    let streets = built(&town(&nodes, &[(&[0, 1, 2, 3], PATH)]));
    let points = [(0.0, 0.0), (0.0, 0.2), (0.0, 0.1)];
    let by_street = (2 * EAST + 22_115) as u32;
    let apart = walks_of_stops(&streets, &stops(&points[..2], &[NONE, NONE]), IN_MM);
    assert_eq!(apart.footpaths.row(0), [TimedArc { to: 1, seconds: by_street }]);
    let table = stops(&points, &[2, 2, NONE]);
    let joined = walks_of_stops(&streets, &table, IN_MM);
    assert_eq!(joined.footpaths.row(0)[0], TimedArc { to: 1, seconds: 22_115 });
    assert_eq!(joined.footpaths.row(1)[0], TimedArc { to: 0, seconds: 22_115 });
    // Within the limit only: 22.115 m at 1 m/s are 23 s.
    let limits = |max_transfer_walk_s| Limits { speed: SpeedMmPerS(1000), max_transfer_walk_s, ..IN_MM };
    let nobody = |legs: StreetLegs| legs.footpaths.row(0).iter().all(|walk| walk.to != 1);
    assert!(
        nobody(walks_of_stops(&streets, &table, limits(22)))
            && !nobody(walks_of_stops(&streets, &table, limits(23)))
    );
    // Without streets siblings are all there is, and only those that trips call at.
    let none = Streets::default();
    assert!(none.check());
    let bare = walks_of_stops(&none, &table, IN_MM);
    assert_eq!(
        (bare.footpaths.row(0), bare.footpaths.values().len()),
        (&[TimedArc { to: 1, seconds: 22_115 }][..], 2)
    );
    let mut idle = table.clone();
    idle.called[1] = 0;
    assert!(walks_of_stops(&none, &idle, IN_MM).footpaths.values().is_empty());
}

#[test]
fn without_streets_nothing_is_linked() {
    let streets = built(&RawStreets::default());
    assert_eq!(streets, Streets::default());
    assert_eq!((streets.nodes(), streets.largest_share()), (0, 0.0));
    let (_, points) = linked(&streets, &[(0.0, 0.0)]);
    assert_eq!((points.status(0), points.spot(0)), (LinkStatus::Unlinked, None));
    assert_eq!(direct_mm(&streets, &[(0.0, 0.0), (1.0, 0.0)]), [[], []]);
}

#[test]
fn the_antimeridian_and_the_pole_are_places_like_others() {
    // A street across 180° at 0.001° to each side, and one across the North Pole (89.999° on both sides).
    let node = |osm_id, lon_e7, lat_e7| RawNode { osm_id, lon_e7, lat_e7, tags: vec![] };
    let mut raw = town(&[(0.0, 0.0); 4], &[(&[0, 1], PATH), (&[2, 3], PATH)]);
    raw.nodes = vec![
        node(1, 1_799_990_000, 0),
        node(2, -1_799_990_000, 0),
        node(3, 0, 899_990_000),
        node(4, 1_800_000_000, 899_990_000),
    ];
    let streets = built(&raw);
    // 0.002° of the equator; 0.002° of the polar meridian, 6,399,593.626 m in radius: 223.388 m.
    assert_eq!(streets.edge_mm, [2 * EAST as u32 + 1, 223_388]);
    let (_, points) = linked(
        &streets,
        &[(179_999.75, 0.1), (-179_999.75, 0.1), (90_000.0, 89_999.9), (123_000.0, 90_000.0)],
    );
    assert_eq!(points.link_mm, [11_057, 11_057, 11_169, 0]);
    // The first edge begins in the west, at -179.999°.
    assert_eq!(points.at_mm, [139_149, 83_490, 111_694, 111_694]);
}

#[test]
fn damaged_arrays_are_seen() {
    let sound = built(&town(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)], &[(&[0, 1, 2], PATH), (&[1, 0], PATH)]));
    let harms: [fn(&mut Streets); 9] = [
        |s| s.arc_to[0] = JunctionId(9),
        |s| s.edge_to[0] = JunctionId(9),
        |s| s.edge_mm[0] += 1,
        |s| s.edge_directions[0] = 0,
        |s| s.edge_component[0] = 1,
        |s| s.shape_offsets[1] = 1,
        |s| s.shape_lon_e7.push(0),
        |s| s.arc_offsets.to_mut().clear(),
        |s| s.component_large.push(1),
    ];
    for harm in harms {
        let mut streets = sound.clone();
        harm(&mut streets);
        assert!(!streets.check());
    }
}

/// Walkable components and the share of nodes in the largest, by another program (the READMEs beside the data)
/// and by us. Where they differ we know why: platforms, piers and areas that meet no street are left out here
/// (the last number, most of the difference in Porto, Helsinki, Oslo and L'Aquila) and counted there; private
/// ways and closed gates part streets here; multipolygons lend their outlines (Lund, Helsinki).
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn real_places() {
    let places = [
        ("porto_alegre/poa_osm.pbf", (67, 983), (61, 984), 20),
        ("porto/porto.osm.pbf", (946, 964), (329, 986), 687),
        ("newport/newport.osm.pbf", (70, 980), (85, 978), 6),
        ("helsinki/helsinki_centre.osm.pbf", (23, 979), (8, 991), 52),
        ("oslo_east/oslo_east.osm.pbf", (71, 973), (53, 976), 66),
        ("lund_station/lund_station.osm.pbf", (8, 817), (2, 981), 2),
        ("stockholm_centre/stockholm_centre.osm.pbf", (1, 1000), (1, 1000), 2),
        ("addison/addison.osm.pbf", (351, 977), (349, 977), 6),
        ("beatty/beatty.osm.pbf", (3, 956), (3, 956), 0),
        ("laquila/laquila.osm.pbf", (67, 990), (54, 990), 69),
        ("portland/portland_central.osm.pbf", (25, 995), (24, 996), 2),
        ("sao_paulo/spo_osm.pbf", (39, 976), (29, 982), 29),
    ];
    for (file, theirs, ours, loose) in places {
        let path = common::data(file);
        let mut diagnostics = Diagnostics::default();
        let raw = osm::read(&[path], &mut diagnostics, &Quiet).unwrap();
        let streets = streets::build(&raw, 40, &mut diagnostics);
        assert!(streets.check());
        let per_mille = (streets.largest_share() * 1000.0).round() as u32;
        let here = (streets.components(), per_mille);
        println!("{file}: {here:?} (theirs {theirs:?}), {} km", streets.total_mm() / 1_000_000);
        assert_eq!((here, diagnostics.total("street_loose_piece")), (ours, loose), "{file}");
    }
}

/// The reference study without its stops: all 1,227 cells link. Five lie on islands in the Guaíba whose few
/// streets only a motorway joins to the town; five more are farther from a walkable street than the 300 m that
/// its README gives for any street.
#[test]
#[cfg_attr(not(isokron_data), ignore = "needs real data: set ISOKRON_DATA")]
fn porto_alegre_links() {
    let osm = common::data("porto_alegre/poa_osm.pbf");
    let cells = common::data("porto_alegre/poa_hexgrid.csv");
    let raw = osm::read(&[osm], &mut Diagnostics::default(), &Quiet).unwrap();
    let streets = streets::build(&raw, 40, &mut Diagnostics::default());
    let mut reader = csv::Reader::from_path(cells).unwrap();
    let points: Vec<(f64, f64)> = reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[1].parse::<f64>().unwrap() * 1000.0, row[2].parse::<f64>().unwrap() * 1000.0))
        .collect();
    let (_, cells) = linked(&streets, &points);
    assert_eq!(cells.len(), 1227);
    let of = |status: LinkStatus| (0..cells.len()).filter(|&cell| cells.status(cell) == status).count();
    assert_eq!((of(LinkStatus::Linked), of(LinkStatus::Island), of(LinkStatus::Unlinked)), (1222, 5, 0));
    let near = cells.link_mm.iter().filter(|&&mm| mm < 300_000).count();
    assert_eq!((near, cells.link_mm.iter().max()), (1222, Some(&952_691)));
}
