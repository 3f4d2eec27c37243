//! Tables of traffic. Streets of 0.001° are 111.319 m from west to east and 110.574 m from south to north; signs say
//! 36 km/h, ten metres a second, and 72 in the north.

use std::sync::Arc;

use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::{RawStreets, RawTraffic, TrafficOn, TrafficSpeed};
use isokron::network::modes::car_traffic::Traffic;
use isokron::network::rides::{CarSpeeds, RideLimits, Vehicle};
use isokron::study::CarDelays;

use super::car::built;
use super::{linked, matrix, times_between, town};

/// ```text
///  D──────E──────F      102, a primary road of 72 km/h
///  │             │      103 and 104 up and down
///  A──────B──────C      101, of 36 km/h
/// ```
fn square() -> RawStreets {
    let nodes =
        [(0.0, 0.0, ""), (1.0, 0.0, ""), (2.0, 0.0, ""), (0.0, 1.0, ""), (1.0, 1.0, ""), (2.0, 1.0, "")];
    let street = "highway=residential maxspeed=36";
    let ways: [(&[u32], &str); 4] = [
        (&[0, 1, 2], street),
        (&[3, 4, 5], "highway=primary maxspeed=72"),
        (&[0, 3], street),
        (&[2, 5], street),
    ];
    town(&nodes, &ways)
}

/// From 2.211 m north of A to 2.211 m north of C and back, with rows of traffic, at a time of the day.
fn times(rows: &[RawTraffic], at_s: Option<u32>) -> [Option<u32>; 2] {
    let mut streets = built(&square(), 1);
    let places = linked(&streets, &[(0.0, 0.02), (2.0, 0.02)]);
    streets.traffic = Some(Arc::new(Traffic::new(rows.to_vec())));
    let speeds =
        CarSpeeds { permille: 1000, delays: CarDelays::None, traffic_at_s: at_s, walk: SpeedMmPerS(1000) };
    let limits = RideLimits { by: Vehicle::Car { speeds, parking_s: 0 }, max_direct_s: 100_000 };
    let times = matrix(&times_between(streets, places, limits), 2);
    [times[0][1], times[1][0]]
}

fn on_way(osm_id: i64, forward: bool, backward: bool, speed: TrafficSpeed) -> RawTraffic {
    RawTraffic { on: TrafficOn::Way { osm_id, forward, backward }, hours: None, speed }
}

/// A box in thousandths of a degree.
fn on_box([w, s, e, n]: [f64; 4], priority: f64, speed: TrafficSpeed) -> RawTraffic {
    let ring = [(w, s), (e, s), (e, n), (w, n), (w, s)].map(|(x, y)| (x / 1000.0, y / 1000.0)).to_vec();
    RawTraffic { on: TrafficOn::Area { polygons: vec![vec![ring]], priority }, hours: None, speed }
}

const H: u32 = 3600;

#[test]
fn by_way_and_direction() {
    // 222.638 m and twice 2.211 m at 10 m/s: 22.71 s; round by the north 216.725 m at 10 and 222.638 m at 20 m/s: 32.80 s.
    assert_eq!(times(&[], None), [Some(23); 2]);
    let slow = TrafficSpeed::Kmh(27.0);
    assert_eq!(times(&[on_way(101, true, true, slow)], None), [Some(31); 2]);
    assert_eq!(times(&[on_way(101, true, false, slow)], None), [Some(31), Some(23)]);
    assert_eq!(times(&[on_way(101, false, true, slow)], None), [Some(23), Some(31)]);
    assert_eq!(times(&[on_way(101, true, true, TrafficSpeed::Factor(0.8))], None), [Some(29); 2]);
    assert_eq!(times(&[on_way(101, true, true, TrafficSpeed::Closed)], None), [Some(33); 2]);
    assert_eq!(times(&[on_way(101, true, false, TrafficSpeed::Closed)], None), [Some(33), Some(23)]);
    // The last row that holds counts.
    let rows = [on_way(101, true, true, TrafficSpeed::Closed), on_way(101, true, false, slow)];
    assert_eq!(times(&rows, None), [Some(31), Some(33)]);
    let all = [101, 102].map(|way| on_way(way, true, true, TrafficSpeed::Closed));
    assert_eq!(times(&all, None), [None; 2]);
}

#[test]
fn by_hour() {
    let at = |from: u32, to: u32| RawTraffic {
        hours: Some((from * H, to * H)),
        ..on_way(101, true, true, TrafficSpeed::Kmh(27.0))
    };
    for (hours, at_s, seconds) in [
        ((7, 9), None, 23),
        ((7, 9), Some(7 * H), 31),
        ((7, 9), Some(9 * H - 1), 31),
        ((7, 9), Some(9 * H), 23),
        // Over midnight.
        ((22, 6), Some(23 * H), 31),
        ((22, 6), Some(5 * H), 31),
        ((22, 6), Some(6 * H), 23),
    ] {
        assert_eq!(times(&[at(hours.0, hours.1)], at_s), [Some(seconds); 2], "{hours:?} {at_s:?}");
    }
}

#[test]
fn by_area() {
    let west = [-1.0, -1.0, 0.9, 0.1];
    // 111.319 m at 9 m/s and at 10, and 4.423 m: 12.369 + 11.132 + 0.442 s.
    assert_eq!(times(&[on_box(west, 0.0, TrafficSpeed::Factor(0.9))], None), [Some(24); 2]);
    assert_eq!(times(&[on_box(west, 0.0, TrafficSpeed::Closed)], None), [Some(33); 2]);
    // Of areas over each other the greatest priority counts, of equal ones the first.
    let all = [-9.0, -9.0, 9.0, 9.0];
    let rows = [on_box(all, 0.0, TrafficSpeed::Factor(0.5)), on_box(west, 1.0, TrafficSpeed::Factor(0.9))];
    // 12.369 s in the west, 22.264 s in the east, 0.885 s up and down; round by the north at half the speed it is 65.6.
    assert_eq!(times(&rows, None), [Some(36); 2]);
    let rows = [on_box(all, 1.0, TrafficSpeed::Factor(0.5)), on_box(west, 1.0, TrafficSpeed::Factor(0.9))];
    assert_eq!(times(&rows, None), [Some(46); 2]);
    // A way's row goes before areas.
    let rows =
        [on_box(all, 5.0, TrafficSpeed::Factor(0.5)), on_way(101, true, true, TrafficSpeed::Kmh(36.0))];
    assert_eq!(times(&rows, None), [Some(24); 2]);
}
