//! Which of some lines runs along a segment of a street: near to its middle, and in its direction.

use geo::{Coord, Distance, Euclidean, Line, Point};
use rstar::{AABB, RTree, RTreeObject};

use crate::inputs::raw::StressLine;

/// Directions differ by no more, as cosine: 30°.
const SAME_WAY: f64 = 0.866;
/// Metres by degree of latitude.
const M_PER_DEGREE: f64 = 111_195.0;

/// A piece of a line, in degrees.
struct LinePart {
    level: u8,
    /// Of the line in the file: of equally near ones the first counts.
    number: usize,
    ends: [(f64, f64); 2],
}

impl RTreeObject for LinePart {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> AABB<[f64; 2]> {
        let [a, b] = self.ends;
        AABB::from_corners([a.0, a.1], [b.0, b.1])
    }
}

/// Lines, ready to be asked.
pub(super) struct NearLines {
    parts: RTree<LinePart>,
    within_m: f64,
}

impl NearLines {
    pub fn new(lines: &[StressLine], within_m: f64) -> NearLines {
        let parts = lines.iter().enumerate().flat_map(|(number, line)| {
            let part =
                move |pair: &[(f64, f64)]| LinePart { level: line.level, number, ends: [pair[0], pair[1]] };
            line.points.windows(2).map(part)
        });
        NearLines { parts: RTree::bulk_load(parts.collect()), within_m }
    }

    /// The level of the nearest line along a segment between two points in degrees.
    pub fn level(&self, a: (f64, f64), b: (f64, f64)) -> Option<u8> {
        let middle = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        let east = middle.1.to_radians().cos().max(1e-6);
        // Metres from the middle: right for what is near.
        let flat = |(lon, lat): (f64, f64)| Coord {
            x: (lon - middle.0) * east * M_PER_DEGREE,
            y: (lat - middle.1) * M_PER_DEGREE,
        };
        let own = flat(b) - flat(a);
        let lat = self.within_m / M_PER_DEGREE;
        let lon = lat / east;
        let around = AABB::from_corners([middle.0 - lon, middle.1 - lat], [middle.0 + lon, middle.1 + lat]);
        let near = self.parts.locate_in_envelope_intersecting(&around).filter_map(|part| {
            let line = Line::new(flat(part.ends[0]), flat(part.ends[1]));
            let along = line.delta();
            let lengths = own.x.hypot(own.y) * along.x.hypot(along.y);
            let is_along = (own.x * along.x + own.y * along.y).abs() >= SAME_WAY * lengths && lengths > 0.0;
            let far_m = Euclidean.distance(&line, &Point::new(0.0, 0.0));
            (is_along && far_m <= self.within_m).then_some((far_m, part.number, part.level))
        });
        near.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, _, level)| level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Along the equator a degree is as long as to the north: 0.0001° are 11.1 m.
    #[test]
    fn the_nearest_line_in_the_same_direction() {
        let line = |level: u8, points: &[(f64, f64)]| StressLine { level, points: points.to_vec() };
        let lines = NearLines::new(
            &[
                line(3, &[(0.0, 0.0001), (0.01, 0.0001)]),
                line(1, &[(0.0, -0.00005), (0.01, -0.00005)]),
                line(4, &[(0.005, -0.01), (0.005, 0.01)]),
            ],
            10.0,
        );
        // 5.6 m to the south; that in the north is 11.1 m off.
        assert_eq!(lines.level((0.004, 0.0), (0.006, 0.0)), Some(1));
        assert_eq!(lines.level((0.006, 0.0), (0.004, 0.0)), Some(1));
        // Across all but the one from south to north.
        assert_eq!(lines.level((0.005, 0.004), (0.005, 0.006)), Some(4));
        assert_eq!(lines.level((0.004, 0.004), (0.006, 0.004)), None);
        assert_eq!(lines.level((0.02, 0.0), (0.03, 0.0)), None);
    }
}
