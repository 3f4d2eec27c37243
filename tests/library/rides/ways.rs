//! Ways edge by edge: which streets, how far, and along which line.
//!
//! ```text
//!  D─────C      0.001° (111.319 m) east-west, 110.574 m north-south; nodes A to D lie at thousandths (0, 0), (1, 0),
//!  │     │      (1, 1), (0, 1). From A one may not turn at B towards C by car; B–C has a node in its middle, 0.0001°
//!  A─────B      (11.13 m) to the east.
//! ```

use isokron::base::executor::Quiet;
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::{RawRestriction, RawStreets};
use isokron::network::links::{LinkRule, Linker};
use isokron::network::paths::walked;
use isokron::network::rides::{CarSpeeds, RideGraph, Speeds};
use isokron::network::streets::build;
use isokron::study::CarDelays;
use std::sync::Arc;

use super::{bicycle, car, linked, tags, town};

fn square() -> RawStreets {
    let nodes =
        [(0.0, 0.0, ""), (1.0, 0.0, ""), (1.0, 1.0, ""), (0.0, 1.0, ""), (1.1, 0.5, ""), (2.0, 0.0, "")];
    let street = "highway=residential maxspeed=36";
    let mut raw = town(
        &nodes,
        &[(&[0, 1], street), (&[1, 4, 2], street), (&[2, 3], street), (&[3, 0], street), (&[1, 5], street)],
    );
    raw.restrictions.push(RawRestriction {
        osm_id: 1,
        tags: tags("restriction=no_left_turn type=restriction"),
        from: vec![0],
        to: vec![1],
        via_nodes: vec![1],
        ..RawRestriction::default()
    });
    raw
}

/// A tenth of the way from A to B, and just short of C on the street from B.
const FROM: (f64, f64) = (0.1, 0.0);
const TO: (f64, f64) = (1.1, 0.5);

#[test]
fn a_way_turns_where_it_may() {
    // By bicycle 0.9 · 111.319 m to B, and half of the street to C: 110.574 / 2 = 55.287 m north and 11.132 m east, so
    // √(55.287² + 11.132²) = 56.397 m.
    let streets = Arc::new(bicycle::built(&square(), 1));
    let spots = linked(&streets, &[FROM, TO]);
    let ends = (spots.spot(0).unwrap(), spots.spot(1).unwrap());
    let speeds = Speeds::plain(3600, SpeedMmPerS(1000));
    let (ms, path) = RideGraph::bicycle(Arc::clone(&streets), speeds).way(ends.0, ends.1).unwrap();
    assert!(path.mm().abs_diff(100_187 + 56_397) <= 3, "{}", path.mm());
    assert!(ms.abs_diff(100_187 + 56_397) <= 5, "{ms} at a metre a second");
    assert_eq!(path.line(&streets.streets), [(0.0001, 0.0), (0.001, 0.0), (0.0011, 0.0005)]);
    let ways: Vec<i64> = path.stretches.iter().map(|part| streets.way(part.edge).osm_id).collect();
    assert_eq!(ways, [101, 102]);

    // By car not left at B: back to A behind one, by D and C: 11.132 + 110.574 + 111.319 + 56.397 m.
    let streets = Arc::new(car::built(&square(), 1));
    let spots = linked(&streets, &[FROM, TO]);
    let ends = (spots.spot(0).unwrap(), spots.spot(1).unwrap());
    let speeds =
        CarSpeeds { permille: 1000, delays: CarDelays::None, walk: SpeedMmPerS(1000), traffic_at_s: None };
    let (ms, path) = RideGraph::car(Arc::clone(&streets), speeds).way(ends.0, ends.1).unwrap();
    let mm = 11_132 + 110_574 + 111_319 + 56_397;
    assert!(path.mm().abs_diff(mm) <= 4, "{}", path.mm());
    assert!(ms.abs_diff(mm / 10) <= 5, "{ms} at ten metres a second");
    let line = [(0.0001, 0.0), (0.0, 0.0), (0.0, 0.001), (0.001, 0.001), (0.0011, 0.0005)];
    assert_eq!(path.line(&streets.streets), line);
    let ways: Vec<i64> = path.stretches.iter().map(|part| streets.way(part.edge).osm_id).collect();
    assert_eq!(ways, [101, 104, 103, 102]);
}

#[test]
fn a_walk_counts_its_links() {
    let streets = build(&square(), 1, &mut Default::default());
    let linker = Linker::new(&streets, LinkRule { max_link_m: 100.0, fragment_reach_m: 250.0 });
    let kept = linker.keep(&Default::default(), &mut Default::default(), &Quiet).unwrap();
    // 0.0001° (11.057 m) south of the street, and on B–C.
    let points = [(0.0001, -0.0001), (0.0011, 0.0005), (0.0003, 0.0)];
    let spots = linker.link(&kept, &points, &Quiet).unwrap();
    let spot = |place| spots.spot(place).unwrap();
    let (mm, path) = walked(&streets, spot(0), spot(1)).unwrap();
    assert!(mm.abs_diff(11_057 + 100_187 + 56_397) <= 4 && path.mm() == mm, "{mm}");
    // On one street: 0.0002° and the link.
    let (mm, path) = walked(&streets, spot(0), spot(2)).unwrap();
    assert!(mm.abs_diff(11_057 + 22_264) <= 3 && path.stretches.len() == 1, "{mm}");
    assert_eq!(path.line(&streets), [(0.0001, 0.0), (0.0003, 0.0)]);
}
