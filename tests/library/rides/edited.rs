//! Streets changed for those who cycle and drive. Streets of 0.001° are 111.319 m from west to east and 110.574 m from
//! south to north; cars drive 36 km/h where a sign says so, ten metres a second, bicycles 18 km/h, five.

use std::sync::Arc;

use isokron::base::diagnostics::Diagnostics;
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::{RawRestriction, RawStreets, StressLine};
use isokron::network::extract::{read_extract, write_extract};
use isokron::network::format::{Reader, Writer};
use isokron::network::rides::{RideLimits, Speeds, Vehicle};
use isokron::network::streets::{RiddenStreets, Streets, build};
use isokron::scenario::edit_streets;
use isokron::scenario::modes::Modes;
use isokron::scenario::written::edits_of;
use isokron::study::CarDelays;
use proptest::prelude::*;

use super::car::{built, by_car};
use super::{linked, matrix, tags, times_between, town};

const STREET: &str = "highway=residential maxspeed=36";

/// ```text
///  D──────E──────F      D–E–F is a primary road of 72 km/h, A–B–C a residential street of 36.
///  │             │
///  A──────B──────C
/// ```
fn square() -> RawStreets {
    let nodes =
        [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, ""), (0.0, 1.0, ""), (1.0, 1.0, ""), (2.0, 1.0, "")];
    let ways: [(&[u32], &str); 4] = [
        (&[0, 1, 2], STREET),
        (&[3, 4, 5], "highway=primary maxspeed=72"),
        (&[0, 3], STREET),
        (&[2, 5], STREET),
    ];
    town(&nodes, &ways)
}

/// A and C.
const ENDS: [(f64, f64); 2] = [(0.0, 0.0), (2.0, 0.0)];

fn after(raw: &RawStreets, text: &str) -> RawStreets {
    let edits: String = text.split(';').map(|edit| format!("[[edit]]\n{}\n", edit.trim())).collect();
    let mut raw = raw.clone();
    let edits = edits_of(&edits, "edits.toml").unwrap_or_else(|error| panic!("{error}"));
    edit_streets(&mut raw, &edits, Modes::ALL, &|_| Ok(surveyed())).unwrap_or_else(|error| panic!("{error}"));
    raw
}

/// A line of level 4 along A–B, 2 m north of it, and one of level 1 along D–E–F.
fn surveyed() -> Vec<StressLine> {
    let line = |level: u8, points: &[(f64, f64)]| StressLine { level, points: points.to_vec() };
    vec![line(4, &[(-0.001, 0.00002), (0.001, 0.00002)]), line(1, &[(0.0, 0.001), (0.002, 0.001)])]
}

/// Seconds between A and C.
fn driven(raw: &RawStreets) -> [Option<u32>; 2] {
    let streets = built(raw, 1);
    let places = linked(&streets, &ENDS);
    let times = matrix(&times_between(streets, places, by_car(CarDelays::None)), 2);
    [times[0][1], times[1][0]]
}

fn cycled(raw: &RawStreets, max_stress: u8) -> Option<u32> {
    let streets = RiddenStreets::bicycle(raw, 1, &mut Diagnostics::default());
    assert!(streets.check());
    let places = linked(&streets, &ENDS);
    let speeds = Speeds { max_stress, ..Speeds::plain(18_000, SpeedMmPerS(1000)) };
    let limits = RideLimits { by: Vehicle::Bicycle(speeds), max_direct_s: 100_000 };
    matrix(&times_between(streets, places, limits), 2)[0][1]
}

fn walked(raw: &RawStreets) -> Streets {
    build(raw, 1, &mut Diagnostics::default())
}

#[test]
fn cars_by_edit() {
    let raw = square();
    // 222.638 m at 10 m/s; round by the primary road 221.148 m at 10 and 222.638 m at 20 m/s: 33.25 s.
    assert_eq!(driven(&raw), [Some(23); 2]);
    for (text, seconds) in [
        ("kind = \"change_streets\"\nways = [101]\ncar_speed_kmh = 18", 34),
        ("kind = \"change_streets\"\nways = [101]\ncar_speed_kmh = 30", 27),
        ("kind = \"change_streets\"\ntag = \"highway=residential\"\ncar_speed_factor = 0.8", 28),
        // Half of it in the west: 111.319 m at 5 m/s and at 10.
        (
            "kind = \"change_streets\"\nways = [101]\npolygon = [[-1, -1], [0.0005, -1], [0.0005, 0.0005], [-1, 0.0005]]\ncar_speed_factor = 0.5",
            34,
        ),
        (
            "kind = \"change_streets\"\nways = [101]\npolygon = [[-1, -1], [0.0005, -1], [0.0005, 0.0005], [-1, 0.0005]]\ncar_speed_factor = 0.9",
            24,
        ),
        ("kind = \"close_streets\"\nways = [101]\nmodes = \"car\"", 34),
        ("kind = \"close_streets\"\nways = [101]", 34),
        ("kind = \"change_streets\"\nways = [101]\nmodes = [\"walk\", \"bicycle\"]", 34),
        ("kind = \"change_streets\"\nways = [101]\ntags = [\"motor_vehicle=no\"]", 34),
        ("kind = \"change_streets\"\nways = [102]\ncar_speed_kmh = 30", 23),
        ("kind = \"change_streets\"\nways = [101]\nbicycle_factor = 3\nwalk_factor = 2\nstress = 4", 23),
    ] {
        assert_eq!(driven(&after(&raw, text)), [Some(seconds); 2], "{text}");
    }
    // One way through: the other round by the north.
    let one_way = after(&raw, "kind = \"change_streets\"\nways = [101]\ntags = [\"oneway=yes\"]");
    assert_eq!(driven(&one_way), [Some(23), Some(34)]);
    // Not for cars: walkers and those who cycle are where they were.
    let no_cars = after(&raw, "kind = \"close_streets\"\nways = [101]\nmodes = [\"car\"]");
    assert_eq!((walked(&no_cars), cycled(&no_cars, 4)), (walked(&raw), cycled(&raw, 4)));
}

#[test]
fn bicycles_by_edit() {
    let raw = square();
    // 222.638 m at 5 m/s.
    assert_eq!(cycled(&raw, 4), Some(45));
    let slow = after(&raw, "kind = \"change_streets\"\nways = [101]\nbicycle_factor = 1.5");
    assert_eq!(cycled(&slow, 4), Some(67));
    assert_eq!(driven(&slow), driven(&raw));
    // Too much traffic: pushed, a metre a second; round by the north it is a primary road.
    let busy = after(&raw, "kind = \"change_streets\"\nways = [101]\nstress = 4");
    assert_eq!(cycled(&busy, 2), Some(223));
    assert_eq!(cycled(&busy, 4), Some(45));
    // A cycleway along the primary road: 443.786 m at 5 m/s.
    let track = after(&busy, "kind = \"change_streets\"\nways = [102]\nstress = 1");
    assert_eq!(cycled(&track, 2), Some(89));
    // Conveyal's table: a lane makes a large street of 72 km/h a 3.
    let lane = after(&busy, "kind = \"change_streets\"\nways = [102]\ntags = [\"cycleway=lane\"]");
    assert_eq!([cycled(&lane, 2), cycled(&lane, 3)], [Some(223), Some(89)]);
    // From lines: half of A–B–C is pushed along, or all of it is avoided by the calm road in the north.
    let lines = "kind = \"set_stress\"\nfile = \"lines.shp\"";
    let surveyed = after(&raw, lines);
    assert_eq!((surveyed.ways.len(), cycled(&surveyed, 2)), (5, Some(89)));
    let primary = after(&raw, &format!("{lines}; kind = \"change_streets\"\nways = [102]\nstress = 4"));
    // 111.319 m at a metre a second and at five.
    assert_eq!(cycled(&primary, 2), Some(134));
    // No bicycles: pushed where one walks; not there at all where nobody walks.
    let no_bicycles = after(&raw, "kind = \"close_streets\"\nways = [101]\nmodes = [\"bicycle\"]");
    assert_eq!(cycled(&no_bicycles, 4), Some(89));
    let closed = after(&raw, "kind = \"close_streets\"\nways = [101, 102]");
    assert_eq!(cycled(&closed, 4), None);
}

#[test]
fn a_street_is_built_for_some() {
    // Two streets that nothing joins, and a bridge between their eastern ends, 110.574 m.
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, ""), (0.0, 1.0, ""), (1.0, 1.0, "")];
    let streets: [(&[u32], &str); 2] = [(&[0, 1], STREET), (&[2, 3], STREET)];
    let raw = town(&nodes, &streets);
    let new = "kind = \"add_street\"\nline = [[0.001, 0], [0.001, 0.001]]";
    let far = [(0.0, 0.0), (0.0, 1.0)];
    let by_car = |text: &str| {
        let streets = built(&after(&raw, text), 1);
        let places = linked(&streets, &far);
        let times = matrix(&times_between(streets, places, by_car(CarDelays::None)), 2);
        [times[0][1], times[1][0]]
    };
    assert_eq!(by_car(new), [None; 2], "for walkers alone");
    // 111.319 m there, 110.574 m over at 10 m/s, and 111.319 m.
    let cars = format!("{new}\nmodes = [\"walk\", \"car\"]\ncar_speed_kmh = 36");
    assert_eq!(by_car(&cars), [Some(34); 2]);
    assert_eq!(by_car(&format!("{cars}\noneway = true")), [Some(34), None]);
    let walkers = |text: &str| walked(&after(&raw, text));
    assert_eq!(walkers(new).total_mm(), 2 * 111_319 + 110_574);
    assert_eq!(walkers(&cars), walkers(new));
    assert_eq!(walkers(&format!("{new}\nmodes = \"car\"")), walked(&raw));
}

#[test]
fn each_mode_joins_its_own_streets() {
    // A street, and 11 m north of it a footway that nothing joins to it; the new street begins 5.5 m north of that.
    let nodes =
        [(0.0, 0.0, ""), (2.0, 0.0, ""), (0.0, 0.1, ""), (2.0, 0.1, ""), (0.0, 2.0, ""), (2.0, 2.0, "")];
    let ways: [(&[u32], &str); 3] = [
        (&[0, 1], "highway=residential maxspeed=36 foot=no"),
        (&[2, 3], "highway=footway bicycle=no"),
        (&[4, 5], STREET),
    ];
    let raw = town(&nodes, &ways);
    let new = after(
        &raw,
        "kind = \"add_street\"\nline = [[0.001, 0.00015], [0.001, 0.002]]\nmodes = [\"walk\", \"car\"]",
    );
    let streets = built(&new, 1);
    let places = linked(&streets, &[(0.0, 0.0), (0.0, 2.0)]);
    assert!(matrix(&times_between(streets, places, by_car(CarDelays::None)), 2)[0][1].is_some());
    // Walkers: footway, new street and the street in the north hang together.
    assert_eq!(walked(&new).components(), 1);
}

/// A left turn stays forbidden where the street before it is cut into pieces.
#[test]
fn restrictions_hold_for_pieces() {
    let nodes = [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, ""), (2.0, 1.0, ""), (3.0, 0.0, "")];
    let ways: [(&[u32], &str); 3] = [(&[0, 1, 2], STREET), (&[2, 3], STREET), (&[2, 4], STREET)];
    let no_left = RawRestriction {
        osm_id: 1001,
        tags: tags("restriction=no_left_turn"),
        from: vec![0],
        via_nodes: vec![2],
        to: vec![1],
        ..RawRestriction::default()
    };
    let raw = RawStreets { restrictions: vec![no_left], ..town(&nodes, &ways) };
    let east = "[[0.0012, -1], [0.0018, -1], [0.0018, 1], [0.0012, 1]]";
    let west = "[[0.0002, -1], [0.0008, -1], [0.0008, 1], [0.0002, 1]]";
    for ring in [east, west] {
        let cut =
            after(&raw, &format!("kind = \"change_streets\"\npolygon = {ring}\ncar_speed_factor = 0.5"));
        assert_eq!(cut.ways.len(), 4);
        let streets = built(&cut, 1);
        assert_eq!(streets.forbidden_sequences().count(), 1, "{ring}");
        let places = linked(&streets, &[(0.0, 0.0), (2.0, 1.0)]);
        // Straight on to the dead end in the east, back, and right: 111.319 m at 5 m/s, 333.957 and 110.574 m at 10.
        let times = matrix(&times_between(streets, places, by_car(CarDelays::None)), 2);
        assert_eq!(times[0][1], Some(67), "{ring}");
    }
}

fn random_streets() -> impl Strategy<Value = RawStreets> {
    let tag = prop::sample::select(vec![
        "highway=residential",
        "highway=cycleway oneway=yes",
        "foot=no",
        "",
        "maxspeed=30 name=Å",
    ]);
    let node = (-100..100_i32, -100..100_i32, tag.clone());
    let way = (prop::collection::vec(0..8_u32, 0..5), tag);
    (prop::collection::vec(node, 8), prop::collection::vec(way, 1..6)).prop_map(|(nodes, ways)| {
        let nodes: Vec<(f64, f64, &str)> =
            nodes.iter().map(|&(x, y, text)| (f64::from(x), f64::from(y), text)).collect();
        let ways: Vec<(&[u32], &str)> = ways.iter().map(|(nodes, text)| (&**nodes, *text)).collect();
        let turn = RawRestriction {
            tags: tags("restriction=no_u_turn"),
            from: vec![0],
            to: vec![0],
            via_nodes: vec![3],
            missing: 2,
            ..RawRestriction::default()
        };
        RawStreets { restrictions: vec![turn], ..town(&nodes, &ways) }
    })
}

proptest! {
    /// What is kept of an extract is all of it.
    #[test]
    fn extracts_are_kept_whole(raw in random_streets()) {
        let mut writer = Writer::default();
        write_extract(&raw, &mut writer);
        let reader = Reader::open(Arc::new(writer.finish().bytes())).unwrap();
        prop_assert_eq!(read_extract(&reader).unwrap(), raw);
    }
}
