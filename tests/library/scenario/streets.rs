//! Streets closed, slowed and built, on two streets with a bridge between them.

use isokron::base::diagnostics::Diagnostics;
use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
use isokron::network::streets::{Streets, build};
use isokron::scenario::edit_streets;
use isokron::scenario::modes::Modes;

use super::hand::edits;

/// Along 0° and 0.001° N from 0° to 0.002° E, nodes every 0.001°; between them steps at 0.001° E.
/// On the equator 0.001° are 111,319 mm to the east and 110,574 mm to the north.
fn town() -> RawStreets {
    let at = |x: i32, y: i32| RawNode { lon_e7: x * 10_000, lat_e7: y * 10_000, ..RawNode::default() };
    let way = |osm_id: i64, nodes: &[u32], highway: &str| RawWay {
        osm_id,
        nodes: nodes.to_vec(),
        tags: vec![("highway".into(), highway.into())],
    };
    RawStreets {
        nodes: [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)].map(|(x, y)| at(x, y)).to_vec(),
        ways: vec![
            way(11, &[0, 1, 2], "residential"),
            way(12, &[3, 4, 5], "residential"),
            way(13, &[1, 4], "steps"),
        ],
        ..RawStreets::default()
    }
}

const EAST: i64 = 111_319;
const NORTH: i64 = 110_574;

fn after(text: &str) -> Streets {
    let mut raw = town();
    edit_streets(&mut raw, &edits(text), Modes::WALK, &|_| Ok(Vec::new()))
        .unwrap_or_else(|error| panic!("{error}"));
    let streets = build(&raw, 1, &mut Diagnostics::default());
    assert!(streets.check());
    streets
}

#[test]
fn a_bridge_is_out() {
    let base = build(&town(), 1, &mut Diagnostics::default());
    assert_eq!((base.components(), base.total_mm()), (1, 4 * EAST + NORTH));
    for which in [
        "ways = [13]",
        "tag = \"highway=steps\"",
        "polygon = [[0.0005, 0.0004], [0.0015, 0.0004], [0.0015, 0.0006], [0.0005, 0.0006]]",
    ] {
        let streets = after(&format!("kind = \"close_streets\"\n{which}"));
        assert_eq!((streets.components(), streets.total_mm()), (2, 4 * EAST), "{which}");
    }
    // Of way 11 only the segment in the west.
    let part = after(
        "kind = \"close_streets\"\nways = [11]\npolygon = [[-1, -1], [0.0005, -1], [0.0005, 1], [-1, 1]]",
    );
    assert_eq!((part.components(), part.total_mm()), (1, 3 * EAST + NORTH));
}

#[test]
fn steps_are_slow() {
    let slow = after("kind = \"change_streets\"\ntag = \"highway=steps\"\nwalk_factor = 2");
    assert_eq!((slow.components(), slow.total_mm()), (1, 4 * EAST + 2 * NORTH));
    let twice = "kind = \"change_streets\"\nways = [13]\nwalk_factor = 2; kind = \"change_streets\"\nways = [13]\nwalk_factor = 0.5";
    assert_eq!(after(twice).total_mm(), 4 * EAST + NORTH);
}

#[test]
fn a_bridge_is_built() {
    // Between the middles of the streets' eastern halves, from 5 m south to 5 m north of them (0.00005°, 5,529 mm):
    // the ends are joined straight to the streets. Halves of 111,319 mm are 55,660 rounded.
    let out = "kind = \"close_streets\"\nways = [13]";
    let new = "kind = \"add_street\"\nline = [[0.0015, -0.00005], [0.0015, 0.00105]]";
    let streets = after(&format!("{out}; {new}"));
    assert_eq!(streets.components(), 1);
    let ends = 2 * 5_529;
    let expected = 2 * EAST + 4 * 55_660 + NORTH + 2 * ends;
    assert!((streets.total_mm() - expected).abs() <= 4, "{} {expected}", streets.total_mm());
}

#[test]
fn wrong_streets_are_named() {
    let said = |text: &str| {
        edit_streets(&mut town(), &edits(text), Modes::WALK, &|_| Ok(Vec::new())).expect_err(text).to_string()
    };
    let all = said(
        "kind = \"close_streets\"\nways = [13, 99]; kind = \"close_streets\"\ntag = \"highway=steps\"\npolygon = [[5, 5], [6, 5], [6, 6]]; \
         kind = \"add_street\"\nline = [[0.001, 0], [0.001, 0.01]]",
    );
    for what in [
        "close_streets names way 99, which is none that people walk here",
        "close_streets matches no street that people walk",
        // 0.009° north of the upper street.
        "add_street ends 995 m from the nearest street",
    ] {
        assert!(all.contains(what), "{all}");
    }
}
