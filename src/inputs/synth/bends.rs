//! Points between the corners of streets: real ones bend, and have more points than crossings.

use super::dice::Dice;
use super::plan::{Point, distance};

/// How many there are on a street between two corners, one draw as likely as the other. With these one point of streets in
/// five is a junction (`tests/library/synth`), as in Porto's extract (21 %).
const COUNTS: [u32; 8] = [0, 0, 1, 1, 2, 2, 3, 4];
/// A street leaves the straight line by so much of its length at the most.
const ASIDE: f64 = 0.1;

/// Draws the points of one street after the other.
pub struct Bends(Dice);

impl Bends {
    pub fn new(seed: u64) -> Self {
        Bends(Dice::new(seed, 60))
    }

    /// From one corner to the other, without both: evenly along a bow.
    pub fn between(&mut self, a: Point, b: Point) -> Vec<Point> {
        let count = COUNTS[self.0.below(COUNTS.len() as u64) as usize];
        let aside = self.0.both() * ASIDE;
        if distance(a, b) < 1.0 {
            return Vec::new();
        }
        let point = |k: u32| {
            let part = f64::from(k) / f64::from(count + 1);
            let bow = aside * 4.0 * part * (1.0 - part);
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            (a.0 + dx * part - dy * bow, a.1 + dy * part + dx * bow)
        };
        (1..=count).map(point).collect()
    }
}
