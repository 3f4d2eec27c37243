//! Polygons in a plane: how much two of them share, and which holds a point.
//!
//! A ring is cut by the lines of a convex piece, one after the other (Sutherland & Hodgman, Reentrant polygon clipping,
//! 1974). What runs along a line then encloses nothing, so the signed area is right for any ring, and polygons with
//! holes and parts are sums of signed rings and pieces.

use std::cell::RefCell;

use geo::{Geometry, Polygon};
use rstar::{AABB, RTree, RTreeObject};

use super::points::LonLatRing;
use super::project::Crs;

type Xy = (f64, f64);

/// Where areas are measured.
pub(super) enum Plane {
    /// A projection in metres, to the millimetre.
    Metric(Box<Crs>),
    /// An equal-area cylinder (Snyder, Map Projections: A Working Manual, 1987, eq. 10-13, 10-14, 3-12) around a point.
    EqualArea { lon: f64, k: f64 },
}

/// WGS 84: half axis, m, and eccentricity squared.
const A: f64 = 6_378_137.0;
const E2: f64 = 0.006_694_379_990_141_316;

impl Plane {
    /// The projection of the places, if it is in metres; else a cylinder that touches near `(lon, lat)`.
    pub fn new(crs: Option<&Crs>, (lon, lat): Xy) -> Plane {
        match crs.filter(|crs| crs.is_metric()) {
            Some(crs) => Plane::Metric(Box::new(crs.clone())),
            None => {
                let (sin, cos) = lat.to_radians().sin_cos();
                Plane::EqualArea { lon, k: (cos / (1.0 - E2 * sin * sin).sqrt()).max(0.01) }
            }
        }
    }

    /// From x and y in `crs`; `None` outside its area.
    pub fn at(&self, crs: &Crs, (x, y): Xy) -> Option<Xy> {
        match self {
            Plane::Metric(own) if own.code() == crs.code() => Some((x, y)),
            _ if crs.code() == 4326 => self.at_degrees((x, y)),
            _ => self.at_degrees(crs.to_lon_lat(x, y).ok()?),
        }
    }

    pub fn at_degrees(&self, (lon, lat): Xy) -> Option<Xy> {
        match self {
            Plane::Metric(crs) => {
                let (x, y) = crs.from_lon_lat(lon, lat).ok()?;
                // A corner that went through degrees is a corner again.
                Some(((x * 1000.0).round() / 1000.0, (y * 1000.0).round() / 1000.0))
            }
            Plane::EqualArea { lon: middle, k } => {
                let east = (lon - middle + 540.0).rem_euclid(360.0) - 180.0;
                let (sin, e) = (lat.to_radians().sin(), E2.sqrt());
                let logarithm = ((1.0 - e * sin) / (1.0 + e * sin)).ln() / (2.0 * e);
                let q = (1.0 - E2) * (sin / (1.0 - E2 * sin * sin) - logarithm);
                Some((A * k * east.to_radians(), A * q / (2.0 * k)))
            }
        }
    }
}

/// Shells counter-clockwise and holes clockwise, each ring with its first corner once.
#[derive(Clone, Debug, Default)]
pub(super) struct RingsOfArea {
    rings: Vec<Vec<Xy>>,
    /// West, south, east, north.
    bounds: [f64; 4],
    pub size: f64,
}

impl RingsOfArea {
    /// Of rings that are shells (`true`) or holes.
    fn new(rings: impl IntoIterator<Item = (Vec<Xy>, bool)>) -> RingsOfArea {
        let mut area =
            RingsOfArea { bounds: [f64::MAX, f64::MAX, f64::MIN, f64::MIN], ..RingsOfArea::default() };
        for (mut ring, shell) in rings {
            if ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            if (signed(&ring) < 0.0) == shell {
                ring.reverse();
            }
            let [w, s, e, n] = &mut area.bounds;
            for &(x, y) in &ring {
                (*w, *s, *e, *n) = (w.min(x), s.min(y), e.max(x), n.max(y));
            }
            area.size += signed(&ring);
            area.rings.push(ring);
        }
        area
    }

    /// Of a shape in `crs`; `None` where it is none or lies outside the plane.
    pub fn of_shape(shape: &Geometry, crs: &Crs, plane: &Plane) -> Option<RingsOfArea> {
        let parts: &[Polygon] = match shape {
            Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
            Geometry::MultiPolygon(parts) => &parts.0,
            _ => return None,
        };
        let mut rings = Vec::new();
        for part in parts {
            let shell = std::iter::once((part.exterior(), true));
            for (ring, shell) in shell.chain(part.interiors().iter().map(|hole| (hole, false))) {
                let ring: Option<Vec<Xy>> = ring.coords().map(|c| plane.at(crs, (c.x, c.y))).collect();
                rings.push((ring?, shell));
            }
        }
        Some(RingsOfArea::new(rings))
    }

    /// Of an outline in degrees, the shell first.
    pub fn of_outline(outline: &[LonLatRing], plane: &Plane) -> Option<RingsOfArea> {
        let mut rings = Vec::new();
        for (i, ring) in outline.iter().enumerate() {
            let ring: Option<Vec<Xy>> = ring.iter().map(|&corner| plane.at_degrees(corner)).collect();
            rings.push((ring?, i == 0));
        }
        (!rings.is_empty()).then(|| RingsOfArea::new(rings))
    }

    /// The area that both cover.
    #[cfg(test)]
    fn shared(&self, other: &RingsOfArea) -> f64 {
        shared(&self.rings, other)
    }

    /// Whether a point lies in it. A point on a line between two areas lies in one of them, or on the rim of both.
    pub fn holds(&self, (x, y): Xy) -> bool {
        let mut inside = false;
        for ring in &self.rings {
            for (a, b) in edges(ring) {
                // The same sums for the same line, whichever way it runs.
                let (low, high) = if (a.1, a.0) <= (b.1, b.0) { (a, b) } else { (b, a) };
                let side = (high.0 - low.0) * (y - low.1) - (high.1 - low.1) * (x - low.0);
                let on = side == 0.0
                    && (low.1..=high.1).contains(&y)
                    && (low.0.min(high.0)..=low.0.max(high.0)).contains(&x);
                if on {
                    return true;
                }
                if low.1 <= y && y < high.1 && side > 0.0 {
                    inside = !inside;
                }
            }
        }
        inside
    }
}

fn edges(ring: &[Xy]) -> impl Iterator<Item = (Xy, Xy)> {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(&a, &b)| (a, b))
}

/// Positive where the ring runs counter-clockwise.
fn signed(ring: &[Xy]) -> f64 {
    let Some(&(x0, y0)) = ring.first() else { return 0.0 };
    let cross = |(a, b): (Xy, Xy)| (a.0 - x0) * (b.1 - y0) - (b.0 - x0) * (a.1 - y0);
    edges(ring).map(cross).sum::<f64>() / 2.0
}

/// What of a ring lies to the left of the line from `p` to `q`.
fn cut(ring: &[Xy], p: Xy, q: Xy) -> Vec<Xy> {
    let side = |v: Xy| (q.0 - p.0) * (v.1 - p.1) - (q.1 - p.1) * (v.0 - p.0);
    let mut kept = Vec::with_capacity(ring.len() + 4);
    for (a, b) in edges(ring) {
        let (sa, sb) = (side(a), side(b));
        if sa >= 0.0 {
            kept.push(a);
        }
        if (sa > 0.0 && sb < 0.0) || (sa < 0.0 && sb > 0.0) {
            let t = sa / (sa - sb);
            kept.push((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)));
        }
    }
    kept
}

fn cut_to(ring: &[Xy], convex: &[Xy]) -> Vec<Xy> {
    let mut kept = ring.to_vec();
    for (p, q) in edges(convex) {
        if kept.is_empty() {
            break;
        }
        kept = cut(&kept, p, q);
    }
    kept
}

fn boxed([w, s, e, n]: [f64; 4]) -> [Xy; 4] {
    [(w, s), (e, s), (e, n), (w, n)]
}

fn is_convex(ring: &[Xy]) -> bool {
    let corners = ring.len();
    corners >= 3
        && (0..corners).all(|i| {
            let (a, b, c) = (ring[i], ring[(i + 1) % corners], ring[(i + 2) % corners]);
            (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0) >= 0.0
        })
}

/// The area that rings share with an area. A ring that is not convex is a fan of triangles, each with its sign.
fn shared(rings: &[Vec<Xy>], other: &RingsOfArea) -> f64 {
    let rings: Vec<Vec<Xy>> =
        rings.iter().map(|ring| cut_to(ring, &boxed(other.bounds))).filter(|ring| ring.len() >= 3).collect();
    let piece = |convex: &[Xy]| rings.iter().map(|ring| signed(&cut_to(ring, convex))).sum::<f64>();
    match other.rings.as_slice() {
        _ if rings.is_empty() => 0.0,
        [ring] if is_convex(ring) => piece(ring),
        all => {
            let mut sum = 0.0;
            for ring in all {
                for i in 1..ring.len().saturating_sub(1) {
                    let mut triangle = [ring[0], ring[i], ring[i + 1]];
                    let size = signed(&triangle);
                    if size < 0.0 {
                        triangle.swap(1, 2);
                    }
                    if size != 0.0 {
                        sum += size.signum() * piece(&triangle);
                    }
                }
            }
            sum
        }
    }
}

struct Boxed {
    bounds: [f64; 4],
    number: usize,
}

impl RTreeObject for Boxed {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let [w, s, e, n] = self.bounds;
        AABB::from_corners([w, s], [e, n])
    }
}

/// Areas that can be found by where they are.
pub(super) struct Areas {
    pub areas: Vec<RingsOfArea>,
    tree: RTree<Boxed>,
}

impl Areas {
    pub fn new(areas: Vec<RingsOfArea>) -> Areas {
        let boxes = areas.iter().enumerate().filter(|(_, area)| !area.rings.is_empty());
        let boxes = boxes.map(|(number, area)| Boxed { bounds: area.bounds, number }).collect();
        Areas { tree: RTree::bulk_load(boxes), areas }
    }

    /// Numbers of the areas whose boxes touch, rising.
    fn near(&self, [w, s, e, n]: [f64; 4]) -> Vec<usize> {
        let around = AABB::from_corners([w, s], [e, n]);
        let mut near: Vec<usize> =
            self.tree.locate_in_envelope_intersecting(&around).map(|found| found.number).collect();
        near.sort_unstable();
        near
    }

    /// The first area that holds a point.
    pub fn holder(&self, (x, y): Xy) -> Option<usize> {
        self.near([x, y, x, y]).into_iter().find(|&area| self.areas[area].holds((x, y)))
    }

    /// How much of a polygon lies in which areas: (number, m²), rising, nothing where they only touch.
    pub fn shares(&self, of: &RingsOfArea) -> Vec<(usize, f64)> {
        let near = self.near(of.bounds);
        let found = RefCell::new(Vec::with_capacity(near.len()));
        if !near.is_empty() {
            self.halve(&of.rings, near, &found);
        }
        let mut found = found.into_inner();
        found.sort_unstable_by_key(|&(area, _)| area);
        found
    }

    /// Long rings are cut down to what lies around ever fewer areas.
    fn halve(&self, rings: &[Vec<Xy>], mut near: Vec<usize>, found: &RefCell<Vec<(usize, f64)>>) {
        const FEW: usize = 8;
        const SHORT: usize = 32;
        let corners: usize = rings.iter().map(Vec::len).sum();
        if near.len() <= FEW || corners <= SHORT {
            for area in near {
                let shared = shared(rings, &self.areas[area]);
                // Below is what rounding makes of a common border.
                if shared > 1e-9 * self.areas[area].size {
                    found.borrow_mut().push((area, shared));
                }
            }
            return;
        }
        let around = |areas: &[usize]| {
            areas.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[w, s, e, n], &area| {
                let [a, b, c, d] = self.areas[area].bounds;
                [w.min(a), s.min(b), e.max(c), n.max(d)]
            })
        };
        let [w, s, e, n] = around(&near);
        let middle = |&area: &usize| {
            let [a, b, c, d] = self.areas[area].bounds;
            if e - w > n - s { a + c } else { b + d }
        };
        near.sort_by(|a, b| middle(a).total_cmp(&middle(b)).then(a.cmp(b)));
        let right = near.split_off(near.len() / 2);
        for half in [near, right] {
            let window = boxed(around(&half));
            let rings: Vec<Vec<Xy>> =
                rings.iter().map(|ring| cut_to(ring, &window)).filter(|ring| ring.len() >= 3).collect();
            if !rings.is_empty() {
                self.halve(&rings, half, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(corners: &[Xy]) -> RingsOfArea {
        RingsOfArea::new([(corners.to_vec(), true)])
    }

    fn square(x: f64, y: f64, side: f64) -> Vec<Xy> {
        boxed([x, y, x + side, y + side]).to_vec()
    }

    #[test]
    fn shared_areas_by_hand() {
        let unit = area(&square(0.0, 0.0, 4.0));
        // A quarter, all of the smaller one, a common side, nothing.
        for (other, found) in [
            (square(2.0, 2.0, 4.0), 4.0),
            (square(1.0, 1.0, 2.0), 4.0),
            (square(4.0, 0.0, 4.0), 0.0),
            (square(9.0, 9.0, 1.0), 0.0),
        ] {
            assert_eq!(unit.shared(&area(&other)), found);
            assert_eq!(area(&other).shared(&unit), found);
        }
        // The lower left half, whichever way it runs round.
        assert_eq!(unit.shared(&area(&[(0.0, 0.0), (4.0, 0.0), (0.0, 4.0)])), 8.0);
        assert_eq!(unit.shared(&area(&[(0.0, 0.0), (0.0, 4.0), (4.0, 0.0)])), 8.0);
        // A U: 3 × 3 without the upper two squares of its middle column, 7; below y = 2 lie 3 + 2 of them.
        let u =
            [(0.0, 0.0), (3.0, 0.0), (3.0, 3.0), (2.0, 3.0), (2.0, 1.0), (1.0, 1.0), (1.0, 3.0), (0.0, 3.0)];
        assert_eq!(area(&u).size, 7.0);
        let low = area(&[(-1.0, -1.0), (5.0, -1.0), (5.0, 2.0), (-1.0, 2.0)]);
        assert_eq!((area(&u).shared(&low), low.shared(&area(&u))), (5.0, 5.0));
        // A hole of 2 × 2 in a square of 4 × 4; a square over one corner of the hole: 4 less 1.
        let ring = RingsOfArea::new([(square(0.0, 0.0, 4.0), true), (square(1.0, 1.0, 2.0), false)]);
        assert_eq!(ring.size, 12.0);
        let corner = area(&square(0.0, 0.0, 2.0));
        assert_eq!((ring.shared(&corner), corner.shared(&ring)), (3.0, 3.0));
    }

    #[test]
    fn points_on_lines_lie_somewhere() {
        let both = Areas::new(vec![area(&square(0.0, 0.0, 1.0)), area(&square(1.0, 0.0, 1.0))]);
        for (point, found) in [
            ((0.5, 0.5), Some(0)),
            ((1.0, 0.5), Some(0)),
            ((1.0, 1.0), Some(0)),
            ((2.0, 1.0), Some(1)),
            ((2.1, 0.5), None),
        ] {
            assert_eq!(both.holder(point), found, "{point:?}");
        }
        let ring = RingsOfArea::new([(square(0.0, 0.0, 4.0), true), (square(1.0, 1.0, 2.0), false)]);
        assert!(ring.holds((0.5, 2.0)) && !ring.holds((2.0, 2.0)) && ring.holds((1.0, 2.0)));
    }

    /// A star of many corners over a lattice that covers it: nothing is lost, however the lattice is halved.
    #[test]
    fn shares_add_up_to_the_whole() {
        let star: Vec<Xy> = (0..400)
            .map(|i| {
                let (angle, r) =
                    (f64::from(i) * std::f64::consts::TAU / 400.0, if i % 2 == 0 { 9.0 } else { 4.0 });
                (r * angle.cos(), r * angle.sin())
            })
            .collect();
        let lattice =
            (-10..10).flat_map(|x| (-10..10).map(move |y| area(&square(f64::from(x), f64::from(y), 1.0))));
        let lattice = Areas::new(lattice.collect());
        let star = area(&star);
        let sum: f64 = lattice.shares(&star).iter().map(|share| share.1).sum();
        assert!((sum - star.size).abs() < 1e-9 * star.size, "{sum} of {}", star.size);
        // The star's area: 400 triangles of half 9 · 4 · sin(2π/400).
        let by_hand = 400.0 * 18.0 * (std::f64::consts::TAU / 400.0).sin();
        assert!((star.size - by_hand).abs() < 1e-9);
    }

    /// A quadrangle of meridians and parallels: its area on the ellipsoid by Karney's geodesics of many short sides.
    #[test]
    fn the_cylinder_keeps_areas() {
        use geo::GeodesicArea;
        let plane = Plane::new(None, (18.0, 59.0));
        let n = 200;
        let side = |i: i32| f64::from(i) / f64::from(n) * 0.2;
        let mut ring: LonLatRing = (0..=n).map(|i| (18.0 + side(i), 59.0)).collect();
        ring.extend((0..=n).rev().map(|i| (18.0 + side(i), 59.1)));
        ring.push(ring[0]);
        let planar = RingsOfArea::of_outline(std::slice::from_ref(&ring), &plane).unwrap().size;
        let polygon = Polygon::new(ring.into(), Vec::new());
        let geodesic = polygon.geodesic_area_unsigned();
        assert!((planar / geodesic - 1.0).abs() < 1e-7, "{planar} {geodesic}");
    }
}
