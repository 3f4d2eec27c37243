//! What slopes cost those who walk and those who cycle: a hill worked out by hand, and random hills beside plain formulas.

use std::sync::Arc;

use isokron::base::array::Array;
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::base::ids::{EdgeId, Id};
use isokron::base::units::SpeedMmPerS;
use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
use isokron::network::links::{Limits, LinkRule, Linkage, Linker, legs};
use isokron::network::rides::{EdgeCosts, Speeds};
use isokron::network::slopes::WalkLengths;
use isokron::network::streets::{BACKWARD, FORWARD, PIECE_MM, RiddenStreets, Slopes, Streets, build};
use isokron::network::transit::Stops;
use isokron::study::{BicycleKind, StressTable};
use proptest::prelude::*;

/// A street of each kind along the equator, 111.319 m long, 0.01° apart.
fn streets_with(tags: &[&str]) -> RawStreets {
    let node = |i: usize| RawNode {
        osm_id: i as i64 + 1,
        lon_e7: (i as i32 % 2) * 10_000,
        lat_e7: (i as i32 / 2) * 100_000,
        tags: Vec::new(),
    };
    let way = |(i, text): (usize, &&str)| {
        let pair = |tag: &str| tag.split_once('=').map(|(k, v)| (k.to_string(), v.to_string())).unwrap();
        let mut tags: Vec<_> = text.split_whitespace().map(pair).collect();
        tags.sort();
        RawWay { osm_id: i as i64 + 101, nodes: vec![2 * i as u32, 2 * i as u32 + 1], tags }
    };
    RawStreets {
        nodes: (0..2 * tags.len()).map(node).collect(),
        ways: tags.iter().enumerate().map(way).collect(),
        ..RawStreets::default()
    }
}

/// Slopes with the rises of a formula: (edge, piece) → mm.
fn slopes_of(streets: &Streets, rise: impl Fn(usize, usize) -> i16) -> Slopes {
    let mut slopes = Slopes::default();
    let mut rises: Vec<i16> = Vec::new();
    for edge in 0..streets.edges() {
        let pieces = streets.edge_mm[edge].div_ceil(PIECE_MM).max(1) as usize;
        rises.extend((0..pieces).map(|piece| rise(edge, piece)));
        slopes.first_piece.push(rises.len() as u32);
        slopes.steps_mm.push(0);
    }
    slopes.rise_mm = Array::from(rises);
    assert!(slopes.check(streets));
    slopes
}

const HILLY: WalkLengths = WalkLengths { slopes: true, steps_permille: 1000 };

fn walking(raw: &RawStreets) -> Streets {
    build(raw, 1, &mut Diagnostics::default())
}

#[test]
fn a_walk_up_and_down() {
    let streets = walking(&streets_with(&["highway=residential"]));
    let mm = streets.edge_mm[0];
    // 12 pieces of 9.2766 m that rise by 0.928 m each: 10.0037 %, exp(3.5·0.100037) = 1.41925 times as long up, and
    // exp(3.5·(0.100037 − 0.1)) = 1.00013 times down.
    let slopes = slopes_of(&streets, |_, _| 928);
    let hilly = slopes.walked(&streets, HILLY);
    let times = |mm: u32, factor: f64| (f64::from(mm) * factor).round() as u32;
    assert!(
        hilly.walked_mm(EdgeId(0), false).abs_diff(times(mm, 1.41925)) <= 2,
        "{}",
        hilly.walked_mm(EdgeId(0), false)
    );
    assert!(
        hilly.walked_mm(EdgeId(0), true).abs_diff(times(mm, 1.00013)) <= 2,
        "{}",
        hilly.walked_mm(EdgeId(0), true)
    );
    assert_eq!(hilly.edge_mm, streets.edge_mm, "places keep their positions");
    // Arcs are as long, in the order of the junctions.
    let mut arcs = hilly.arc_mm.to_vec();
    arcs.sort_unstable();
    let mut both = vec![hilly.walked_mm(EdgeId(0), false), hilly.walked_mm(EdgeId(0), true)];
    both.sort_unstable();
    assert_eq!(arcs, both);
    // On the flat, and where nobody asks, all is as it was.
    let flat = slopes_of(&streets, |_, _| 0).walked(&streets, HILLY);
    assert_eq!((&flat.arc_mm, &flat.walked_mm[0]), (&streets.arc_mm, &streets.edge_mm));
    assert_eq!(slopes.walked(&streets, WalkLengths::PLAIN).arc_mm, streets.arc_mm);
}

#[test]
fn steps_by_a_factor() {
    let streets = walking(&streets_with(&["highway=steps", "highway=residential"]));
    let raw = streets_with(&["highway=steps", "highway=residential"]);
    let slopes = Slopes::new(&streets, &raw, None, &mut Diagnostics::default(), &Quiet).unwrap();
    let walked = slopes.walked(&streets, WalkLengths { slopes: false, steps_permille: 2500 });
    // 111,319 mm · 2.5 = 278,297.5, rounded up; the street is as long as it is.
    let mut lengths: Vec<u32> = (0..2).map(|edge| walked.walked_mm(EdgeId(edge), false)).collect();
    lengths.sort_unstable();
    assert_eq!(lengths[1], 278_298);
    assert_eq!(lengths[0], streets.edge_mm.iter().copied().max().unwrap());
}

const SPEEDS: Speeds = Speeds { slopes: true, ..Speeds::plain(16_000, SpeedMmPerS(1200)) };

/// Milliseconds up and down a street that rises by so many mm a piece.
fn ridden(tags: &str, rise: i16, speeds: Speeds) -> [u32; 2] {
    let mut streets = RiddenStreets::bicycle(&streets_with(&[tags]), 1, &mut Diagnostics::default());
    streets.slopes = Some(Arc::new(slopes_of(&streets.streets, |_, _| rise)));
    EdgeCosts::bicycle(&streets, speeds).ms.map(|ms| ms[0])
}

/// About so many ms.
#[track_caller]
fn near(found: u32, expected: f64) {
    assert!((f64::from(found) - expected).abs() <= 3.0, "{found} ms is not {expected} ms");
}

#[test]
fn a_ride_up_and_down() {
    // 111,319 mm at 16 km/h: 25,046.8 ms.
    let flat = 111_319.0_f64 * 3600.0 / 16_000.0;
    let street = "highway=residential";
    assert_eq!(ridden(street, 0, SPEEDS), ridden(street, 0, Speeds { slopes: false, ..SPEEDS }));
    assert_eq!(ridden(street, 835, Speeds { slopes: false, ..SPEEDS })[0], flat.ceil() as u32);
    // 835 mm in 9,276.6 mm: 9.0012 % (of 9,277 mm 9.0007 %). Up the speed is 1 − 0.427 · 9.001/9 of it, down that of the
    // flat.
    let [up, down] = ridden(street, 835, SPEEDS);
    near(up, flat / (1.0 - 0.427 * 9.0012 / 9.0));
    near(down, flat);
    // 278 mm: 2.9968 %. Down 25/22, nearly.
    let [up, down] = ridden(street, 278, SPEEDS);
    near(up, flat / (1.0 - 0.427 * 2.9968 / 9.0));
    near(down, flat / (1.0 + 3.0 / 22.0 * 2.9968 / 3.0));
    // 1,855 mm: 20 %. One gets off, and walks at 1.2 m/s up 20 %: exp(0.7) times as long.
    let [up, _] = ridden(street, 1855, SPEEDS);
    near(up, 111_319.0 / 1.2 * (3.5f64 * 1855.0 / 9276.6).exp());
    // A footway is pushed along, up and down.
    let [up, down] = ridden("highway=footway", 928, SPEEDS);
    near(up, 111_319.0 / 1.2 * (3.5f64 * 928.0 / 9276.6).exp());
    near(down, 111_319.0 / 1.2 * (3.5f64 * (928.0 / 9276.6 - 0.1)).exp());
}

#[test]
fn kinds_of_bicycles_on_a_hill() {
    let up = |kind| f64::from(ridden("highway=residential", 464, Speeds { kind, ..SPEEDS })[0]);
    // 464 mm in 9,276.6: 5.0019 %.
    let flat = 111_319.0_f64 * 3600.0 / 16_000.0;
    let loss = 0.427 * 5.0019 / 9.0;
    for (kind, factor) in
        [(BicycleKind::Standard, 1.0), (BicycleKind::EBike, 0.3), (BicycleKind::Cargo, 165.0 / 95.0)]
    {
        let expected = flat / (1.0 - loss * factor);
        assert!((up(kind) - expected).abs() <= 5.0, "{kind:?}: {} {expected}", up(kind));
    }
}

#[test]
fn stressful_streets_are_pushed_along() {
    let to = |max_stress: u8, stress: StressTable, tags: &str| {
        let speeds = Speeds { max_stress, stress, ..SPEEDS };
        let streets = RiddenStreets::bicycle(&streets_with(&[tags]), 1, &mut Diagnostics::default());
        EdgeCosts::bicycle(&streets, speeds).ms.map(|ms| ms[0])
    };
    let (ride, push) = (25_047, 92_766);
    let tertiary = "highway=tertiary maxspeed=30 lanes=2";
    // 2 by R5, 3 by BNA and by osm-lts.
    assert_eq!(to(2, StressTable::Conveyal, tertiary), [ride; 2]);
    assert_eq!(to(1, StressTable::Conveyal, tertiary), [push; 2]);
    assert_eq!(to(2, StressTable::Bna, tertiary), [push; 2]);
    assert_eq!(to(3, StressTable::OsmLts, tertiary), [ride; 2]);
    // By direction.
    assert_eq!(
        to(2, StressTable::Conveyal, "highway=tertiary cycleway:right=lane maxspeed=50"),
        [ride, push]
    );
    // Where nobody may walk, there is no way.
    assert_eq!(to(3, StressTable::Conveyal, "highway=primary foot=no"), [u32::MAX; 2]);
    assert_eq!(to(4, StressTable::Conveyal, "highway=primary foot=no"), [ride; 2]);
    // What is not rated is for everybody.
    assert_eq!(to(1, StressTable::Conveyal, "highway=service"), [ride; 2]);
}

#[test]
fn smoothness_slows_down() {
    // 40 hundredths of 25,046.8 ms.
    let [along, _] = ridden("highway=residential smoothness=very_bad", 0, SPEEDS);
    assert_eq!(along, (111_319.0f64 * 3600.0 / 16_000.0 / 0.4).ceil() as u32);
}

/// A town of four by four corners, about a hundred metres apart, with some of the streets between neighbours, some of them
/// one way for walkers.
fn random_town() -> impl Strategy<Value = (RawStreets, Vec<i16>, Vec<(f64, f64)>)> {
    let corner = |i: usize| (i % 4, i / 4);
    let pairs: Vec<(usize, usize)> = (0..16)
        .flat_map(|a| (a + 1..16).map(move |b| (a, b)))
        .filter(|&(a, b)| {
            let ((ax, ay), (bx, by)) = (corner(a), corner(b));
            ax.abs_diff(bx) <= 1 && ay.abs_diff(by) <= 1
        })
        .collect();
    let ways = prop::collection::vec((0..pairs.len(), 0..5u8), 6..30);
    let rises = prop::collection::vec(-3000..3000i16, 16);
    let places = prop::collection::vec((0.0..3.0f64, 0.0..3.0f64), 2..5);
    (ways, rises, places).prop_map(move |(ways, rises, places)| {
        let node = |i: usize| RawNode {
            osm_id: i as i64 + 1,
            lon_e7: corner(i).0 as i32 * 9_173,
            lat_e7: corner(i).1 as i32 * 8_911,
            tags: Vec::new(),
        };
        let way = |(i, &(pair, kind)): (usize, &(usize, u8))| {
            let (a, b) = pairs[pair];
            let mut tags = vec![("highway".to_string(), "footway".to_string())];
            if kind == 0 {
                tags.push(("oneway:foot".to_string(), "yes".to_string()));
            }
            RawWay { osm_id: i as i64 + 101, nodes: vec![a as u32, b as u32], tags }
        };
        let raw = RawStreets {
            nodes: (0..16).map(node).collect(),
            ways: ways.iter().enumerate().map(way).collect(),
            ..RawStreets::default()
        };
        let places = places.iter().map(|&(x, y)| (x * 9_173e-7, y * 8_911e-7)).collect();
        (raw, rises, places)
    })
}

/// Seconds between places in mm/s = 1: by the definition, over all pairs of junctions (Floyd 1962, Warshall 1962).
fn plain(streets: &Streets, slopes: &Slopes, places: &Linkage) -> Vec<Vec<Option<u64>>> {
    let longer = |mm: u32, rise: i32| {
        let slope = f64::from(rise) / f64::from(mm);
        (1e6 * (3.5 * ((slope.clamp(-1.0, 1.0) + 0.05).abs() - 0.05)).exp()).round() as u64
    };
    let whole = |edge: EdgeId, backward: bool| -> u64 {
        let pieces = slopes.along(edge, streets.edge_mm[edge.index()], backward);
        pieces.map(|(mm, rise)| u64::from(mm) * longer(mm, rise)).sum::<u64>().div_ceil(1_000_000)
    };
    let part = |edge: EdgeId, at: u32, backward: bool| -> u64 {
        (whole(edge, backward) * u64::from(at)).div_ceil(u64::from(streets.edge_mm[edge.index()]).max(1))
    };
    let n = streets.nodes();
    let mut far = vec![vec![None::<u64>; n]; n];
    let offer = |far: &mut Vec<Vec<Option<u64>>>, a: usize, b: usize, mm: u64| {
        far[a][b] = Some(far[a][b].map_or(mm, |known| known.min(mm)));
    };
    (0..n).for_each(|node| offer(&mut far, node, node, 0));
    let ends =
        |edge: EdgeId| (streets.edge_from[edge.index()].index(), streets.edge_to[edge.index()].index());
    for edge in streets.edge_ids() {
        let (a, b) = ends(edge);
        if streets.edge_directions[edge.index()] & FORWARD != 0 {
            offer(&mut far, a, b, whole(edge, false));
        }
        if streets.edge_directions[edge.index()] & BACKWARD != 0 {
            offer(&mut far, b, a, whole(edge, true));
        }
    }
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                if let (Some(a), Some(b)) = (far[i][k], far[k][j]) {
                    offer(&mut far, i, j, a + b);
                }
            }
        }
    }
    // (Junction, mm) that one comes to from a place, and from which one comes to it.
    let out = |place: usize| -> Vec<(usize, u64)> {
        let spot = places.spot(place).unwrap();
        let (e, at, (a, b)) = (spot.edge, spot.at_mm, ends(spot.edge));
        let directions = streets.edge_directions[e.index()];
        let back = (directions & BACKWARD != 0 || at == 0).then(|| (a, part(e, at, true)));
        let is_at_end = at == streets.edge_mm[e.index()];
        let on = (directions & FORWARD != 0 || is_at_end).then(|| (b, whole(e, false) - part(e, at, false)));
        back.into_iter().chain(on).collect()
    };
    let into = |place: usize| -> Vec<(usize, u64)> {
        let spot = places.spot(place).unwrap();
        let (e, at, (a, b)) = (spot.edge, spot.at_mm, ends(spot.edge));
        let directions = streets.edge_directions[e.index()];
        let on = (directions & FORWARD != 0 || at == 0).then(|| (a, part(e, at, false)));
        let is_at_end = at == streets.edge_mm[e.index()];
        let back = (directions & BACKWARD != 0 || is_at_end).then(|| (b, whole(e, true) - part(e, at, true)));
        on.into_iter().chain(back).collect()
    };
    let between = |from: usize, to: usize| -> Option<u64> {
        let (a, b) = (places.spot(from)?, places.spot(to)?);
        let mut ways: Vec<u64> = Vec::new();
        for (start, before) in out(from) {
            for (end, after) in into(to) {
                ways.extend(far[start][end].map(|mm| before + mm + after));
            }
        }
        if a.edge == b.edge {
            let directions = streets.edge_directions[a.edge.index()];
            let backward = b.at_mm < a.at_mm;
            if a.at_mm == b.at_mm || directions & if backward { BACKWARD } else { FORWARD } != 0 {
                ways.push(part(a.edge, a.at_mm, backward).abs_diff(part(a.edge, b.at_mm, backward)));
            }
        }
        let links = u64::from(a.link_mm) + u64::from(b.link_mm);
        ways.into_iter().min().map(|mm| mm + links)
    };
    (0..places.len()).map(|from| (0..places.len()).map(|to| between(from, to)).collect()).collect()
}

proptest! {
    #[test]
    fn walks_on_random_hills((raw, rises, points) in random_town()) {
        let streets = walking(&raw);
        let slopes = slopes_of(&streets, |edge, piece| rises[(edge * 5 + piece) % rises.len()]);
        let linker = Linker::new(&streets, LinkRule { max_link_m: 1000.0, fragment_reach_m: 250.0 });
        let none = Stops::default();
        let kept = linker.keep(&none, &mut Diagnostics::default(), &Quiet).unwrap();
        let places = linker.link(&kept, &points, &Quiet).unwrap();
        prop_assume!((0..points.len()).all(|place| places.spot(place).is_some()));
        let limits = Limits {
            speed: SpeedMmPerS(1),
            max_walk_s: 0,
            max_transfer_walk_s: 0,
            max_direct_walk_s: 2_000_000_000,
            lengths: HILLY,
        };
        let hilly = slopes.walked(&streets, HILLY);
        let walks =
            legs(&hilly, &places, &places, false, &Linkage::default(), &none, limits, &Quiet).unwrap();
        let expected = plain(&streets, &slopes, &places);
        for (from, expected) in expected.iter().enumerate() {
            let mut found = vec![None; points.len()];
            walks.direct.row(from).iter().for_each(|walk| found[walk.to as usize] = Some(u64::from(walk.seconds)));
            prop_assert_eq!(&found, expected, "from {}", from);
        }
    }

    /// What an edge costs a bicycle: as the formula of each piece says, in real numbers, to a millisecond and a half.
    #[test]
    fn rides_on_random_hills(
        rises in prop::collection::vec(-2500..2500i16, 12),
        (ride_kmh, push) in (5..40u32, 500..2000u32),
        (kind, surface) in (0..3usize, 0..4usize),
    ) {
        let kind = [BicycleKind::Standard, BicycleKind::EBike, BicycleKind::Cargo][kind];
        let (surface, part) = [("asphalt", 1.0), ("gravel", 0.4), ("sand", 0.2), ("sett", 0.6)][surface];
        let speeds = Speeds { ride_m_per_h: ride_kmh * 1000, push: SpeedMmPerS(push), kind, ..SPEEDS };
        let raw = streets_with(&[&format!("highway=residential surface={surface}")]);
        let mut streets = RiddenStreets::bicycle(&raw, 1, &mut Diagnostics::default());
        let slopes = slopes_of(&streets.streets, |_, piece| rises[piece]);
        streets.slopes = Some(Arc::new(slopes.clone()));
        let costs = EdgeCosts::bicycle(&streets, speeds);
        let uphill = 0.427 / 0.09 * match kind {
            BicycleKind::Standard => 1.0,
            BicycleKind::EBike => 0.3,
            BicycleKind::Cargo => 165.0 / 95.0,
        };
        for backward in [false, true] {
            let mut ms = 0.0;
            for (mm, rise) in slopes.along(EdgeId(0), streets.streets.edge_mm[0], backward) {
                let (mm, slope) = (f64::from(mm), f64::from(rise) / f64::from(mm));
                let flat_mm_per_ms = f64::from(ride_kmh) / 3.6 * part;
                let faster = match slope {
                    s if s >= 0.0 => 1.0 - uphill * s,
                    s if s > -0.03 => 1.0 - s * 3.0 / 22.0 / 0.03,
                    s if s > -0.06 => 25.0 / 22.0,
                    s if s > -0.09 => 1.0 + (s + 0.09) / 0.03 * 3.0 / 22.0,
                    _ => 1.0,
                };
                let mut speed = flat_mm_per_ms * faster.max(1e-9);
                if slope > 0.0 && kind == BicycleKind::EBike {
                    speed = speed.min(25.0 / 3.6);
                }
                let tobler = (3.5 * ((slope + 0.05).abs() - 0.05)).exp();
                let on_foot = f64::from(push) / 1000.0 / tobler;
                let mut took = mm / speed;
                if faster < 1.0 || speed < flat_mm_per_ms {
                    took = took.min((mm / on_foot).max(mm / flat_mm_per_ms));
                }
                ms += took;
            }
            let found = f64::from(costs.ms[usize::from(backward)][0]);
            prop_assert!((found - ms).abs() < 1.5 + ms * 1e-5, "{found} ms, and {ms}");
        }
    }
}
