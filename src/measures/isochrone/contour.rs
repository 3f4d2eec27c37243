//! Travel times on a lattice → polygons of what lies within a cutoff: marching squares (Lorensen & Cline 1987, in the
//! plane), the boundary between two points interpolated between their times.
//!
//! All in whole 1e-7 degrees, which is what the files hold, so that what is shown here holds there to the last digit:
//! - **Valid.** A side of a square with one end within the cutoff has one corner of a polygon, strictly between its
//!   ends, and two segments of a square cut off opposite corners of it. So no two segments meet but at their ends,
//!   and every ring is simple; rings do not touch.
//! - **Nested.** Along a side the corner moves outwards as the cutoff grows, and where two opposite points of a square
//!   alone are within, they are always parted. So what a smaller cutoff holds, a larger one holds.
//! - **Holes** belong to the shell around the same points: those connected along sides within the cutoff.
//!
//! A lattice over the antimeridian is contoured in two parts, one on each side, as RFC 7946 (section 3.1.9) has it: the
//! column of points that lies on it belongs to both, and where the boundary would go on beyond it runs along it. Parts
//! are what a cut along the meridian leaves of the whole, to the last digit.

use crate::base::NONE;
use crate::base::meridian::TURN_E7;
use crate::network::surface::Lattice;

/// A closed ring: the first corner comes again at the end; (lon, lat) in 1e-7 degrees.
pub type Ring = Vec<(i32, i32)>;

/// A shell, counter-clockwise, and its holes, clockwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Polygon {
    pub shell: Ring,
    pub holes: Vec<Ring>,
}

impl Polygon {
    /// The shell, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.shell).chain(&self.holes)
    }
}

/// Travel times at points of a lattice, on each side of the antimeridian.
pub struct TimeField<'a> {
    parts: Vec<LatticePart<'a>>,
}

impl<'a> TimeField<'a> {
    /// From points of the lattice and their times; `walk_s`: time to walk from a point to the next, 1 s or more.
    pub fn new(
        lattice: &'a Lattice,
        walk_s: u32,
        reached: impl Iterator<Item = (u32, u32)> + Clone,
    ) -> TimeField<'a> {
        let Some((meridian, is_east)) = lattice.antimeridian() else {
            return TimeField { parts: vec![LatticePart::new(lattice, walk_s, reached, None, 0)] };
        };
        let column = |&(node, _): &(u32, u32)| node % lattice.columns;
        let west = reached.clone().filter(|point| column(point) <= meridian);
        let east = reached.filter(|point| column(point) >= meridian);
        // Each within −180° and 180°.
        let turns = if is_east { (0, -TURN_E7) } else { (TURN_E7, 0) };
        TimeField {
            parts: vec![
                LatticePart::new(lattice, walk_s, west, Some((meridian as i32, PartEnd::East)), turns.0),
                LatticePart::new(lattice, walk_s, east, Some((meridian as i32, PartEnd::West)), turns.1),
            ],
        }
    }

    /// What lies within `cutoff_s`; polygons in the order of their southernmost points, from the west, those west of the
    /// antimeridian first.
    pub fn within(&self, cutoff_s: u32) -> Vec<Polygon> {
        self.parts.iter().flat_map(|part| part.within(cutoff_s)).collect()
    }
}

/// On which side a part ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartEnd {
    East,
    West,
}

/// Travel times at the points of a part of a lattice, in s, `u32::MAX` where there is none: everywhere on its border.
struct LatticePart<'a> {
    lattice: &'a Lattice,
    /// The column of the lattice at which the part ends, if any.
    end: Option<(i32, PartEnd)>,
    /// What its longitudes are shifted by, 1e-7 degrees.
    turn_e7: i64,
    /// Time to walk from a point to the next, s.
    walk_s: u32,
    /// Where the part lies in the lattice; its border may lie outside.
    left: i32,
    bottom: i32,
    width: usize,
    height: usize,
    times_s: Vec<u32>,
}

impl<'a> LatticePart<'a> {
    fn new(
        lattice: &'a Lattice,
        walk_s: u32,
        reached: impl Iterator<Item = (u32, u32)> + Clone,
        end: Option<(i32, PartEnd)>,
        turn_e7: i64,
    ) -> LatticePart<'a> {
        let place = |node: u32| ((node % lattice.columns) as i32, (node / lattice.columns) as i32);
        let (mut left, mut right, mut bottom, mut top) = (i32::MAX, i32::MIN, i32::MAX, i32::MIN);
        for (x, y) in reached.clone().map(|(node, _)| place(node)) {
            (left, right) = (left.min(x), right.max(x));
            (bottom, top) = (bottom.min(y), top.max(y));
        }
        if left > right {
            let (width, height, times_s) = (0, 0, Vec::new());
            return LatticePart { lattice, end, turn_e7, walk_s, left: 0, bottom: 0, width, height, times_s };
        }
        let (left, bottom) = (left - 1, bottom - 1);
        let (width, height) = ((right - left + 2) as usize, (top - bottom + 2) as usize);
        let mut times_s = vec![u32::MAX; width * height];
        for (node, time_s) in reached {
            let (x, y) = place(node);
            times_s[(y - bottom) as usize * width + (x - left) as usize] = time_s;
        }
        LatticePart { lattice, end, turn_e7, walk_s, left, bottom, width, height, times_s }
    }

    fn within(&self, cutoff_s: u32) -> Vec<Polygon> {
        let mut next = self.segments(cutoff_s);
        let mut polygons: Vec<Polygon> = Vec::new();
        let mut holes: Vec<(usize, Ring)> = Vec::new();
        // Point → its polygon.
        let mut polygon_of = vec![NONE; self.times_s.len()];
        for side in 0..next.len() {
            if next[side] == NONE {
                continue;
            }
            let ring = self.ring(side, &mut next, cutoff_s);
            let inner = self.ends(side, cutoff_s).0;
            if is_counter_clockwise(&ring) {
                self.flood(inner, cutoff_s, polygons.len() as u32, &mut polygon_of);
                polygons.push(Polygon { shell: ring, holes: Vec::new() });
            } else {
                holes.push((inner, ring));
            }
        }
        for (inner, hole) in holes {
            polygons[polygon_of[inner] as usize].holes.push(hole);
        }
        polygons
    }

    /// Side → the one that the boundary goes to from there, what is within on its left; `NONE` where none begins.
    /// The side from point `i` to the east is `2 i`, that to the north `2 i + 1`.
    fn segments(&self, cutoff_s: u32) -> Vec<u32> {
        let mut next = vec![NONE; 2 * self.times_s.len()];
        for y in 1..self.height {
            for i in (y - 1) * self.width..y * self.width - 1 {
                let above = i + self.width;
                // Corners and the sides after them, counter-clockwise from the south-west.
                let within = [i, i + 1, above + 1, above].map(|point| self.times_s[point] <= cutoff_s);
                if within[1..].iter().all(|&other| other == within[0]) {
                    continue;
                }
                let sides = [2 * i, 2 * (i + 1) + 1, 2 * above, 2 * i + 1];
                for corner in 0..4 {
                    if within[corner] && !within[(corner + 1) % 4] {
                        let mut first = corner;
                        while within[(first + 3) % 4] {
                            first = (first + 3) % 4;
                        }
                        next[sides[corner]] = sides[(first + 3) % 4] as u32;
                    }
                }
            }
        }
        next
    }

    /// Takes the ring that goes through a side out of `next`.
    fn ring(&self, start: usize, next: &mut [u32], cutoff_s: u32) -> Ring {
        let mut corners = Vec::new();
        let mut side = start;
        while next[side] != NONE {
            corners.push(self.corner(side, cutoff_s));
            side = std::mem::replace(&mut next[side], NONE) as usize;
        }
        without_idle(&corners)
    }

    /// The points of a side: the one within the cutoff, the other.
    fn ends(&self, side: usize, cutoff_s: u32) -> (usize, usize) {
        let first = side / 2;
        let second = if is_east(side) { first + 1 } else { first + self.width };
        if self.times_s[first] <= cutoff_s { (first, second) } else { (second, first) }
    }

    /// Where the boundary crosses a side.
    fn corner(&self, side: usize, cutoff_s: u32) -> (i32, i32) {
        let (inner, outer) = self.ends(side, cutoff_s);
        let east = is_east(side);
        if east && self.ends_at(inner, if outer > inner { PartEnd::East } else { PartEnd::West }) {
            return self.position(inner);
        }
        let step = if east { self.lattice.step_lon_e7 } else { self.lattice.step_lat_e7 };
        // A point that is far off by time, or is not reached, counts as two steps' walk away: the boundary goes
        // towards it at half the walking speed.
        let here_s = u64::from(self.times_s[inner]);
        let there_s = u64::from(self.times_s[outer]).min(here_s + 2 * u64::from(self.walk_s));
        let along = step as u64 * (u64::from(cutoff_s) - here_s) / (there_s - here_s);
        let along = (along as i64).clamp(1, i64::from(step) - 1) as i32;
        let (lon, lat) = self.position(inner);
        let along = if outer > inner { along } else { -along };
        if east { (lon + along, lat) } else { (lon, lat + along) }
    }

    fn position(&self, point: usize) -> (i32, i32) {
        let (x, y) = ((point % self.width) as i32, (point / self.width) as i32);
        let Lattice { west_e7, south_e7, step_lon_e7, step_lat_e7, .. } = *self.lattice;
        let lon_e7 = i64::from(west_e7) + i64::from(self.left + x) * i64::from(step_lon_e7) + self.turn_e7;
        (lon_e7 as i32, south_e7 + (self.bottom + y) * step_lat_e7)
    }

    /// Whether the part ends at a point, on this side of it.
    fn ends_at(&self, point: usize, side: PartEnd) -> bool {
        self.end == Some((self.left + (point % self.width) as i32, side))
    }

    /// Marks the points within the cutoff that are connected with `start` along sides.
    fn flood(&self, start: usize, cutoff_s: u32, polygon: u32, polygon_of: &mut [u32]) {
        let mut waiting = vec![start];
        while let Some(point) = waiting.pop() {
            if self.times_s[point] <= cutoff_s && polygon_of[point] == NONE {
                polygon_of[point] = polygon;
                // Points within never lie on the border.
                waiting.extend([point - 1, point + 1, point - self.width, point + self.width]);
            }
        }
    }
}

/// Whether a side goes to the east; else to the north.
fn is_east(side: usize) -> bool {
    side.is_multiple_of(2)
}

/// Twice the signed area of the corner b between a and c.
fn turn(a: (i32, i32), b: (i32, i32), c: (i32, i32)) -> i128 {
    let way =
        |a: (i32, i32), b: (i32, i32)| (i128::from(b.0) - i128::from(a.0), i128::from(b.1) - i128::from(a.1));
    let (ab, bc) = (way(a, b), way(b, c));
    ab.0 * bc.1 - ab.1 * bc.0
}

/// By the sign of the area (Gauss's shoelace).
fn is_counter_clockwise(ring: &Ring) -> bool {
    let area: i128 = ring.windows(2).map(|side| turn(ring[0], side[0], side[1])).sum();
    area > 0
}

/// The corners where the ring turns, closed.
fn without_idle(corners: &[(i32, i32)]) -> Ring {
    let n = corners.len();
    let turns = |i: &usize| turn(corners[(i + n - 1) % n], corners[*i], corners[(i + 1) % n]) != 0;
    let mut ring: Ring = (0..n).filter(turns).map(|i| corners[i]).collect();
    ring.extend(ring.first().copied());
    ring
}
