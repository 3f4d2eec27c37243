//! Contours of travel times: shapes worked out by hand, and laws that hold on random lattices.

use geo::{Coord, GeodesicArea, LineString, MultiPolygon, Validation};
use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::measures::isochrone::{Polygon, TimeField, area_m2};
use isokron::network::links::{KeptComponents, LinkRule, LinkStatus, Linkage, Linker};
use isokron::network::surface::{Lattice, Surface, metres_of_a_degree};
use isokron::run::load::{read_streets, read_timetable};
use proptest::prelude::*;

type Point = (i32, i32);

/// Columns and rows of 1,000 e-7 degrees, the first point at (0, 0).
fn lattice(columns: u32, rows: u32) -> Lattice {
    Lattice { west_e7: 0, south_e7: 0, step_lon_e7: 1000, step_lat_e7: 1000, columns, rows }
}

/// Rows of times from south to north, `-1` where there is none; a step is walked in 60 s.
fn within(rows: &[&[i32]], cutoff_s: u32) -> Vec<Polygon> {
    let lattice = lattice(rows[0].len() as u32, rows.len() as u32);
    let times: Vec<i32> = rows.concat();
    let reached = times.iter().enumerate().filter(|(_, time)| **time >= 0);
    TimeField::new(&lattice, 60, reached.map(|(node, time)| (node as u32, *time as u32))).within(cutoff_s)
}

#[test]
fn one_point_is_a_diamond() {
    // Nothing else is reached: towards nowhere it goes at half the walking speed, 30 s of 60 s a step is a half.
    let found = within(&[&[30]], 90);
    let shell = vec![(0, -500), (500, 0), (0, 500), (-500, 0), (0, -500)];
    assert_eq!(found, [Polygon { shell, holes: vec![] }]);
    // Just reached, it is a centimetre to each side; not reached, nothing.
    assert_eq!(within(&[&[30]], 30)[0].shell[0], (0, -1));
    assert_eq!(within(&[&[30]], 29), []);
    assert_eq!(within(&[&[-1]], 90), []);
}

#[test]
fn a_ridge_is_crossed_where_the_time_is_up() {
    // Along a street 0, 60 and 120 s: within 90 s the end lies midway between 60 and 120. To the sides, where
    // nothing is reached, it is (90 − 0) / 120 and (90 − 60) / 120 of a step: that of the second point lies on the
    // line between its neighbours, and is left out.
    let found = within(&[&[0, 60, 120]], 90);
    let shell = vec![(0, -750), (1500, 0), (0, 750), (-750, 0), (0, -750)];
    assert_eq!(found, [Polygon { shell, holes: vec![] }]);
    // 10 s more at the second point: (90 − 70) / 120 of a step there, and (90 − 70) / 50 towards the third.
    let found = within(&[&[0, 70, 120]], 90);
    let shell = vec![(0, -750), (1000, -166), (1400, 0), (1000, 166), (0, 750), (-750, 0), (0, -750)];
    assert_eq!(found, [Polygon { shell, holes: vec![] }]);
    // The same the other way round a river: 600 s on the other side count as two steps' walk, 60 + 120.
    let found = within(&[&[60, 600]], 90);
    assert_eq!(found[0].shell, [(0, -250), (250, 0), (0, 250), (-250, 0), (0, -250)]);
}

#[test]
fn a_block_that_nobody_reaches_is_a_hole() {
    let found = within(&[&[0, 0, 0], &[0, -1, 0], &[0, 0, 0]], 60);
    assert_eq!(found.len(), 1);
    // Half a step from each neighbour of the middle (1000, 1000): clockwise.
    assert_eq!(found[0].holes, [vec![(1000, 500), (500, 1000), (1000, 1500), (1500, 1000), (1000, 500)]]);
    // A square 2 steps wide with half a step around, its corners cut: idle corners along its sides are left out.
    let shell = [
        (0, -500),
        (2000, -500),
        (2500, 0),
        (2500, 2000),
        (2000, 2500),
        (0, 2500),
        (-500, 2000),
        (-500, 0),
        (0, -500),
    ];
    assert_eq!(found[0].shell, shell);
    // 1 + 4 sides of a half − nothing else: 9 − 4 · 1/8 of the corners − 1/2 of the hole = 8 squares of 1,000 × 1,000.
    assert_eq!(doubled_area(&found), 2 * 8 * 1_000_000);
}

#[test]
fn opposite_points_of_a_square_are_parted() {
    for rows in [[&[0, -1][..], &[-1, 0]], [&[-1, 0], &[0, -1]], [&[0, 61], &[61, 0]]] {
        let found = within(&rows, 60);
        assert_eq!(found.len(), 2, "{found:?}");
        valid(&found);
    }
}

/// On a plane walked at 1 m/s a cutoff of 1,000 s is a circle of 1 km.
///
/// How near? A side is 100 m long. Between its ends the distance from the middle is linear but for at most
/// h² / (8 (r − h)) = 100² / (8 · 900) = 1.39 m, times are rounded up by less than 1 s, which is 1 m, corners down by 1 cm:
/// corners lie within 2.5 m of the circle. A segment between two of them is at most a diagonal, 142 m, long, and its
/// middle at most 142² / (8 · 1000) = 2.52 m within the circle of its ends.
#[test]
fn a_cone_is_a_circle() {
    let middle = 59.0;
    let (m_lon, m_lat) = metres_of_a_degree(middle);
    let step = |of_a_degree: f64| (100.0 / of_a_degree * 1e7).round() as i32;
    let (step_lon_e7, step_lat_e7) = (step(m_lon), step(m_lat));
    let lattice = Lattice {
        west_e7: 180_000_000 - 15 * step_lon_e7,
        south_e7: 590_000_000 - 15 * step_lat_e7,
        step_lon_e7,
        step_lat_e7,
        columns: 31,
        rows: 31,
    };
    let metres = |lon: f64, lat: f64| ((lon - 18.0) * m_lon).hypot((lat - middle) * m_lat);
    let time = |node: u32| {
        let (lon, lat) = lattice.point(node);
        (node, metres(lon, lat).ceil() as u32)
    };
    let found = TimeField::new(&lattice, 100, (0..31 * 31).map(time)).within(1000);
    assert_eq!((found.len(), found[0].holes.len()), (1, 0));
    for &(lon, lat) in &found[0].shell {
        let r = metres(f64::from(lon) / 1e7, f64::from(lat) / 1e7);
        assert!((r - 1000.0).abs() < 2.5, "{r}");
    }
    let circle = |r: f64| std::f64::consts::PI * r * r;
    let area = area_m2(&found[0]);
    assert!(area > circle(1000.0 - 2.5 - 2.52) && area < circle(1000.0 + 2.5), "{area}");
}

/// Beside Karney's geodesic areas (2013), by `geo`. Geodesics between corners 100 m apart leave the straight line in
/// longitude and latitude by less than L² / (8 R) · tan 60° = 0.3 mm, so that areas agree to some 10⁻⁵.
#[test]
fn areas_are_those_on_the_ellipsoid() {
    for (lon, lat) in [(-51.2, -30.0), (18.0, 59.3), (0.0, 0.0), (179.9, -80.0)] {
        let (m_lon, m_lat) = metres_of_a_degree(lat);
        let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
        let (step_lon_e7, step_lat_e7) = (e7(100.0 / m_lon), e7(100.0 / m_lat));
        let lattice =
            Lattice { west_e7: e7(lon), south_e7: e7(lat), step_lon_e7, step_lat_e7, columns: 3, rows: 3 };
        let found =
            TimeField::new(&lattice, 60, (0..9).filter(|&node| node != 4).map(|node| (node, 0))).within(60);
        let geodesic = geometry(&found).geodesic_area_signed();
        let area: f64 = found.iter().map(area_m2).sum();
        assert!((area / geodesic - 1.0).abs() < 1e-5, "{area} {geodesic}");
        // 8 squares of 100 m: see `a_block_that_nobody_reaches_is_a_hole`. Their middle lies 100 m north of `lat`, where at
        // 80° steps are longer by 100 m · tan 80° / R = 0.9 · 10⁻⁴.
        assert!((area / 80_000.0 - 1.0).abs() < 1.5e-4, "{area}");
    }
}

fn geometry(polygons: &[Polygon]) -> MultiPolygon {
    let degrees = |&(lon, lat): &Point| Coord { x: f64::from(lon) / 1e7, y: f64::from(lat) / 1e7 };
    let line = |ring: &Vec<Point>| LineString::new(ring.iter().map(degrees).collect());
    let polygon = |p: &Polygon| geo::Polygon::new(line(&p.shell), p.holes.iter().map(line).collect());
    MultiPolygon(polygons.iter().map(polygon).collect())
}

/// Twice the area of a triangle, positive where it goes counter-clockwise.
fn cross(a: Point, b: Point, c: Point) -> i64 {
    let from_a = |p: Point| (i64::from(p.0) - i64::from(a.0), i64::from(p.1) - i64::from(a.1));
    let (b, c) = (from_a(b), from_a(c));
    b.0 * c.1 - b.1 * c.0
}

/// Twice the area, holes taken off, in squares of 1e-7 degrees.
fn doubled_area(polygons: &[Polygon]) -> i64 {
    let ring = |ring: &Vec<Point>| ring.windows(2).map(|s| cross((0, 0), s[0], s[1])).sum::<i64>();
    polygons.iter().flat_map(Polygon::rings).map(ring).sum()
}

fn segments(polygons: &[Polygon]) -> Vec<[Point; 2]> {
    let rings = polygons.iter().flat_map(Polygon::rings);
    rings.flat_map(|ring| ring.windows(2).map(|s| [s[0], s[1]])).collect()
}

/// Rings are closed, turn the right way, and no two segments share more than the corner between them; and `geo` says so.
fn valid(polygons: &[Polygon]) {
    for polygon in polygons {
        for (i, ring) in polygon.rings().enumerate() {
            assert!(ring.len() >= 4 && ring.first() == ring.last());
            let area: i64 = ring.windows(2).map(|s| cross((0, 0), s[0], s[1])).sum();
            assert!((i == 0) == (area > 0) && area != 0, "{ring:?}");
        }
    }
    let all = segments(polygons);
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            let shared = a[1] == b[0] || a[0] == b[1];
            assert!(a[0] != b[0] && a[1] != b[1], "a corner comes twice: {a:?} {b:?}");
            assert!(shared || !meet(*a, *b), "{a:?} {b:?}");
        }
    }
    assert!(geometry(polygons).is_valid());
}

/// Whether two segments have a point in common.
fn meet(a: [Point; 2], b: [Point; 2]) -> bool {
    let side = |s: [Point; 2], p: Point| cross(s[0], s[1], p).signum();
    let on = |s: [Point; 2], p: Point| side(s, p) == 0 && in_box(s, p);
    (side(a, b[0]) * side(a, b[1]) < 0 && side(b, a[0]) * side(b, a[1]) < 0)
        || on(a, b[0])
        || on(a, b[1])
        || on(b, a[0])
        || on(b, a[1])
}

fn in_box([a, b]: [Point; 2], p: Point) -> bool {
    (a.0.min(b.0)..=a.0.max(b.0)).contains(&p.0) && (a.1.min(b.1)..=a.1.max(b.1)).contains(&p.1)
}

/// Within or on the boundary: by the crossings of a ray to the east.
fn holds(polygon: &Polygon, p: Point) -> bool {
    let sides = segments(std::slice::from_ref(polygon));
    if sides.iter().any(|&s| cross(s[0], s[1], p) == 0 && in_box(s, p)) {
        return true;
    }
    let crosses = |&[a, b]: &[Point; 2]| {
        let (low, high) = if a.1 <= b.1 { (a, b) } else { (b, a) };
        low.1 <= p.1 && p.1 < high.1 && cross(low, high, p) > 0
    };
    sides.iter().filter(|side| crosses(side)).count() % 2 == 1
}

/// Twice the area within the cutoff in the square whose south-west point is (x, y), by its corners.
fn of_square(time: &dyn Fn(i32, i32) -> Option<u32>, (x, y): Point, cutoff_s: u32) -> i64 {
    let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
    let inside = |p: Point| time(p.0, p.1).is_some_and(|t| t <= cutoff_s);
    // From `a`, within, to `b`, beyond.
    let cut = |a: Point, b: Point| {
        let here = time(a.0, a.1).unwrap();
        let there = time(b.0, b.1).unwrap_or(u32::MAX).min(here + 120);
        let along = (1000 * (cutoff_s - here) / (there - here)).clamp(1, 999) as i32;
        (a.0 * 1000 + (b.0 - a.0) * along, a.1 * 1000 + (b.1 - a.1) * along)
    };
    let mut area = 0;
    let opposite = (0..4).all(|c| inside(corners[c]) != inside(corners[(c + 1) % 4]));
    if opposite {
        for c in (0..4).filter(|&c| inside(corners[c])) {
            let (a, before, after) = (corners[c], corners[(c + 3) % 4], corners[(c + 1) % 4]);
            area += cross((a.0 * 1000, a.1 * 1000), cut(a, after), cut(a, before));
        }
        return area;
    }
    let mut polygon = Vec::new();
    for c in 0..4 {
        let (a, b) = (corners[c], corners[(c + 1) % 4]);
        if inside(a) {
            polygon.push((a.0 * 1000, a.1 * 1000));
        }
        match (inside(a), inside(b)) {
            (true, false) => polygon.push(cut(a, b)),
            (false, true) => polygon.push(cut(b, a)),
            _ => {}
        }
    }
    for i in 1..polygon.len().max(1) - 1 {
        area += cross(polygon[0], polygon[i], polygon[i + 1]);
    }
    area
}

const SIDE: i32 = 9;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn laws_of_contours(
        times in prop::collection::vec(prop::option::weighted(0.85, 0u32..300), (SIDE * SIDE) as usize),
        mut cutoffs in prop::collection::vec(0u32..320, 3),
    ) {
        cutoffs.sort_unstable();
        let lattice = lattice(SIDE as u32, SIDE as u32);
        let reached = times.iter().enumerate().filter_map(|(node, time)| Some((node as u32, (*time)?)));
        let field = TimeField::new(&lattice, 60, reached);
        let time = |x: i32, y: i32| {
            let there = (0..SIDE).contains(&x) && (0..SIDE).contains(&y);
            there.then(|| times[(y * SIDE + x) as usize]).flatten()
        };
        let mut smaller: Vec<Polygon> = Vec::new();
        for cutoff_s in cutoffs {
            let found = field.within(cutoff_s);
            valid(&found);
            // A point within the cutoff lies in one polygon, any other in none: holes are where they belong.
            for y in 0..SIDE {
                for x in 0..SIDE {
                    let polygons = found.iter().filter(|polygon| holds(polygon, (x * 1000, y * 1000))).count();
                    let expected = time(x, y).is_some_and(|t| t <= cutoff_s);
                    prop_assert_eq!(polygons, usize::from(expected), "{} {}", x, y);
                }
            }
            let squares = (-1..SIDE).flat_map(|y| (-1..SIDE).map(move |x| (x, y)));
            let area: i64 = squares.map(|square| of_square(&time, square, cutoff_s)).sum();
            prop_assert_eq!(doubled_area(&found), area);
            // Nested: corners of the smaller lie in the larger, and no sides cross.
            let (inner, outer) = (segments(&smaller), segments(&found));
            for a in &inner {
                prop_assert!(found.iter().any(|polygon| holds(polygon, a[0])), "{:?}", a[0]);
                for b in &outer {
                    let side = |s: &[Point; 2], p: Point| cross(s[0], s[1], p).signum();
                    let crossed = side(a, b[0]) * side(a, b[1]) < 0 && side(b, a[0]) * side(b, a[1]) < 0;
                    prop_assert!(!crossed, "{:?} {:?}", a, b);
                }
            }
            prop_assert!(doubled_area(&smaller) <= doubled_area(&found));
            smaller = found;
        }
    }
}

/// What is made for speed says what the plain way says, on the demo town.
#[test]
fn short_cuts_link_as_the_whole_index_does() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/skargard/study.toml");
    let study = isokron::scenario::written::read(&file).unwrap();
    let mut diagnostics = Diagnostics::default();
    let streets = read_streets(&study, &mut diagnostics, &Quiet).unwrap();
    let timetable = read_timetable(&study, &mut diagnostics, &Quiet).unwrap();
    for max_link_m in [1000.0, 120.0] {
        let rule = LinkRule { max_link_m, fragment_reach_m: 250.0 };
        let whole = Linker::new(&streets, rule);
        let kept = whole.keep(&timetable.stops, &mut diagnostics, &Quiet).unwrap();
        let stops = whole.link_stops(&kept, &timetable.stops, &Quiet).unwrap();
        assert_eq!(KeptComponents::of(&streets, &stops), kept);

        // All points of the lattice, not those near streets alone.
        let lattice = Lattice::over(&streets, 150, max_link_m);
        let all: Vec<(f64, f64)> = (0..lattice.len() as u32).map(|node| lattice.point(node)).collect();
        let linked = whole.link(&kept, &all, &Quiet).unwrap();
        let surface = Surface::new(&streets, &whole, &kept, lattice, max_link_m, &Quiet).unwrap();
        let expected: Vec<u32> = (0..all.len() as u32)
            .filter(|&node| linked.status(node as usize) != LinkStatus::Unlinked)
            .collect();
        assert_eq!(surface.nodes[..], expected[..]);
        assert!(expected.len() > 1000 && expected.len() < all.len() && surface.check());
        for (at, &node) in expected.iter().enumerate() {
            assert_eq!(surface.linked.spot(at), linked.spot(node as usize));
        }
        for (point, node) in all.iter().zip(0..).step_by(311) {
            let near = Linker::around(&streets, rule, &[*point]);
            let alone = near.link(&kept, &[*point], &Quiet).unwrap();
            assert_eq!(alone.spot(0), linked.spot(node), "{point:?}");
        }
    }
}

/// What the same times give in the middle of nowhere, cut along the antimeridian: areas add up to the last digit, a corner
/// of the one is a corner of the other, and no longitude is beyond ±180°.
#[test]
fn over_the_antimeridian_as_anywhere() {
    const HALF: i32 = 1_800_000_000;
    let (columns, rows) = (9, 7);
    let plain = Lattice { west_e7: 0, south_e7: -3000, step_lon_e7: 1000, step_lat_e7: 1000, columns, rows };
    let mut dice = 1u32;
    let mut parted = 0;
    for round in 0..200 {
        let times: Vec<(u32, u32)> = (0..columns * rows)
            .filter_map(|node| {
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (!(dice >> 16).is_multiple_of(4)).then_some((node, (dice >> 20) % 900))
            })
            .collect();
        // The antimeridian at each of the columns, and from either side.
        let at = round % columns as i32;
        for west_e7 in [HALF - 1000 * at, -HALF - 1000 * at] {
            let lattice = Lattice { west_e7, ..plain };
            assert_eq!(lattice.antimeridian(), Some((at as u32, west_e7 > 0)));
            for cutoff in [100, 450, 880] {
                let whole = TimeField::new(&plain, 60, times.iter().copied()).within(cutoff);
                let parts = TimeField::new(&lattice, 60, times.iter().copied()).within(cutoff);
                assert_eq!(doubled_area(&parts), doubled_area(&whole));
                valid(&parts);
                let sides = |polygon: &Polygon| {
                    let lons: Vec<i32> = polygon.rings().flatten().map(|corner| corner.0).collect();
                    (
                        lons.iter().all(|lon| (0..=HALF).contains(lon)),
                        lons.iter().all(|lon| (-HALF..=0).contains(lon)),
                    )
                };
                assert!(parts.iter().all(|polygon| sides(polygon).0 != sides(polygon).1));
                let west = parts.iter().filter(|polygon| sides(polygon).0).count();
                parted += usize::from(west > 0 && west < parts.len());
            }
        }
    }
    assert!(parted > 500, "{parted}");
}

/// A street of 800 m on each side, and a lattice over both.
#[test]
fn a_lattice_goes_on_over_the_antimeridian() {
    use isokron::inputs::raw::{RawNode, RawStreets, RawWay};
    use isokron::network::streets::build;
    let lattice = |lons: [i64; 3]| {
        let node = |lon_e7: i64| RawNode { osm_id: lon_e7, lon_e7: lon_e7 as i32, lat_e7: 0, tags: vec![] };
        let tags = vec![("highway".to_string(), "residential".to_string())];
        let raw = RawStreets {
            nodes: lons.map(node).to_vec(),
            ways: vec![RawWay { osm_id: 1, nodes: vec![0, 1, 2], tags }],
            ..RawStreets::default()
        };
        let streets = build(&raw, 1, &mut Diagnostics::default());
        let lattice = Lattice::over(&streets, 100, 500.0);
        let linker = Linker::new(&streets, LinkRule { max_link_m: 500.0, fragment_reach_m: 250.0 });
        let kept = KeptComponents::of(&streets, &Linkage::default());
        let surface = Surface::new(&streets, &linker, &kept, lattice, 500.0, &Quiet).unwrap();
        assert!(surface.check());
        surface
    };
    let step = 8983; // 100 m on the equator
    let plain = lattice([100 * step - 71_864, 100 * step, 100 * step + 71_864]);
    for middle in [1_800_000_000, -1_800_000_000] {
        let turned = |lon: i64| (lon + 1_800_000_000).rem_euclid(3_600_000_000) - 1_800_000_000;
        let over = lattice([turned(middle - 71_864), middle, turned(middle + 71_864)]);
        assert_eq!((over.lattice.columns, over.lattice.rows), (plain.lattice.columns, plain.lattice.rows));
        assert_eq!(over.nodes, plain.nodes);
        assert_eq!(over.linked.link_mm, plain.linked.link_mm);
        assert!(over.points().iter().all(|(lon, _)| (-180.0..=180.0).contains(lon)));
        assert!(
            over.points().iter().any(|(lon, _)| *lon > 0.0)
                && over.points().iter().any(|(lon, _)| *lon < 0.0)
        );
    }
}
