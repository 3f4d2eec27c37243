//! The nearest place on the streets: straight pieces in space (earth-centred coordinates, so that neither
//! the poles nor the antimeridian are special) in an R-tree; what it finds is measured on the ellipsoid.

use geo::{Geodesic, InterpolatePoint, Point};
use rstar::primitives::GeomWithData;
use rstar::{AABB, PointDistance, RTree, RTreeObject};

use crate::base::ids::{EdgeId, Id};
use crate::network::streets::{Streets, distance_mm};

/// WGS 84: half the equator's diameter in m, flattening.
const A: f64 = 6_378_137.0;
const F: f64 = 1.0 / 298.257_223_563;

/// A chord of this length, in mm, runs 2 cm below the ellipsoid; longer segments are cut into such pieces.
const PIECE_MM: u32 = 1_000_000;
/// More than a piece can be nearer to a point than the street above it, m.
const MARGIN_M: f64 = 0.1;

type Xyz = [f64; 3];

/// (lon, lat) in degrees → m from the Earth's centre, on the ellipsoid.
fn xyz((lon, lat): (f64, f64)) -> Xyz {
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    let e2 = F * (2.0 - F);
    let n = A / (1.0 - e2 * lat.sin().powi(2)).sqrt();
    [n * lat.cos() * lon.cos(), n * lat.cos() * lon.sin(), n * (1.0 - e2) * lat.sin()]
}

/// The other way (Bowring 1976, "Transformation from spatial to geographical coordinates"; one step, exact
/// near the surface to far below a mm).
fn lon_lat([x, y, z]: Xyz) -> (f64, f64) {
    let b = A * (1.0 - F);
    let (e2, e2_prime) = (F * (2.0 - F), (A * A - b * b) / (b * b));
    let p = x.hypot(y);
    let theta = (z * A).atan2(p * b);
    let lat = (z + e2_prime * b * theta.sin().powi(3)).atan2(p - e2 * A * theta.cos().powi(3));
    (y.atan2(x).to_degrees(), lat.to_degrees())
}

/// A straight piece in space.
#[derive(Clone, Copy, Debug)]
struct Chord {
    from: Xyz,
    to: Xyz,
}

impl Chord {
    /// Where along the chord (0 … 1) it is nearest to a point, and that place.
    fn foot(&self, point: &Xyz) -> (f64, Xyz) {
        let along: Xyz = std::array::from_fn(|i| self.to[i] - self.from[i]);
        let off: Xyz = std::array::from_fn(|i| point[i] - self.from[i]);
        let dot = |a: &Xyz, b: &Xyz| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let length_2 = dot(&along, &along);
        let t = if length_2 > 0.0 { (dot(&off, &along) / length_2).clamp(0.0, 1.0) } else { 0.0 };
        (t, std::array::from_fn(|i| self.from[i] + t * along[i]))
    }
}

impl RTreeObject for Chord {
    type Envelope = AABB<Xyz>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.from, self.to)
    }
}

impl PointDistance for Chord {
    fn distance_2(&self, point: &Xyz) -> f64 {
        let (_, foot) = self.foot(point);
        (0..3).map(|i| (point[i] - foot[i]).powi(2)).sum()
    }
}

/// Which part of which segment a chord stands for.
#[derive(Clone, Copy, Debug)]
struct ChordPart {
    edge: EdgeId,
    /// Index of the segment's first point in the `shape_…` arrays.
    point: u32,
    /// Which piece of the segment, from 0.
    piece: u32,
}

/// A place on the streets; the order is that of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StreetHit {
    pub link_mm: u64,
    pub edge: EdgeId,
    pub at_mm: u32,
}

/// All segments of the streets.
pub(super) struct SegmentIndex<'a> {
    streets: &'a Streets,
    tree: RTree<GeomWithData<Chord, ChordPart>>,
}

fn pieces(mm: u32) -> u32 {
    mm.div_ceil(PIECE_MM).max(1)
}

impl<'a> SegmentIndex<'a> {
    /// Of the edges that are `wanted`.
    pub fn new(streets: &'a Streets, wanted: impl Fn(EdgeId) -> bool) -> Self {
        let mut chords = Vec::new();
        for edge in streets.edge_ids().filter(|&edge| wanted(edge)) {
            let shape = streets.shape(edge);
            for point in shape.start..shape.end - 1 {
                let ends = [point, point + 1].map(|p| corner(streets, p));
                let count = pieces(streets.shape_mm[point + 1] - streets.shape_mm[point]);
                let mut from = xyz(ends[0]);
                for piece in 0..count {
                    let to = between(ends, f64::from(piece + 1) / f64::from(count));
                    let part = ChordPart { edge, point: point as u32, piece };
                    chords.push(GeomWithData::new(Chord { from, to }, part));
                    from = to;
                }
            }
        }
        SegmentIndex { streets, tree: RTree::bulk_load(chords) }
    }

    /// The nearest places within `max_mm` of a point: on a component of `kept` (1 each), and on others if
    /// none of the first kind is there. Nothing for a point that is not on Earth.
    pub fn nearest(
        &self,
        point: (f64, f64),
        kept: &[u8],
        max_mm: u64,
    ) -> (Option<StreetHit>, Option<StreetHit>) {
        let (mut best, mut island): (Option<StreetHit>, Option<StreetHit>) = (None, None);
        if !point.0.is_finite() || !(-90.0..=90.0).contains(&point.1) {
            return (None, None);
        }
        let at = xyz(point);
        let beyond = |metres: f64, mm: u64| metres > mm as f64 / 1000.0 + MARGIN_M;
        for (chord, metres_2) in self.tree.nearest_neighbor_iter_with_distance_2(&at) {
            let metres = metres_2.sqrt();
            if beyond(metres, best.map_or(max_mm, |hit| hit.link_mm)) {
                break;
            }
            let is_kept = kept[self.streets.edge_component[chord.data.edge.index()] as usize] != 0;
            let known = if is_kept { &mut best } else { &mut island };
            if known.is_some_and(|hit| beyond(metres, hit.link_mm)) {
                continue;
            }
            let hit = self.measured(point, &at, chord);
            if hit.link_mm <= max_mm && known.is_none_or(|known| hit < known) {
                *known = Some(hit);
            }
        }
        (best, island)
    }

    fn measured(&self, point: (f64, f64), at: &Xyz, chord: &GeomWithData<Chord, ChordPart>) -> StreetHit {
        let ChordPart { edge, point: first, piece } = chord.data;
        let first = first as usize;
        let (start, end) = (self.streets.shape_mm[first], self.streets.shape_mm[first + 1]);
        let (t, foot) = chord.geom().foot(at);
        let count = f64::from(pieces(end - start));
        let ratio = (f64::from(piece) + t) / count;
        let foot = if ratio <= 0.0 {
            corner(self.streets, first)
        } else if ratio >= 1.0 {
            corner(self.streets, first + 1)
        } else {
            lon_lat(foot)
        };
        let along = (ratio * f64::from(end - start)).round() as u32;
        StreetHit { link_mm: distance_mm(point, foot), edge, at_mm: (start + along).min(end) }
    }
}

/// A point of a shape in degrees.
fn corner(streets: &Streets, point: usize) -> (f64, f64) {
    (f64::from(streets.shape_lon_e7[point]) / 1e7, f64::from(streets.shape_lat_e7[point]) / 1e7)
}

/// A place on the geodesic between two points, at a ratio of its length.
fn between([from, to]: [(f64, f64); 2], ratio: f64) -> Xyz {
    if ratio >= 1.0 {
        return xyz(to);
    }
    let point = Geodesic.point_at_ratio_between(Point::from(from), Point::from(to), ratio);
    xyz((point.x(), point.y()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for place in [(0.0, 0.0), (18.07, 59.33), (-51.2, -30.03), (179.99999, 71.0), (-180.0, -89.999)] {
            let (lon, lat) = lon_lat(xyz(place));
            let off = distance_mm(place, (lon, lat));
            assert_eq!(off, 0, "{place:?}");
        }
        // The poles: any longitude will do.
        assert_eq!(distance_mm((0.0, 90.0), lon_lat(xyz((77.0, 90.0)))), 0);
    }
}
