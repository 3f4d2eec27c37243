//! A city of a planned region, and places around it.

use crate::inputs::synth::land::direction;
use crate::inputs::synth::plan::{Point, distance};

/// A city of the region: everything around it follows from these.
pub struct Centre {
    pub name: String,
    pub at: Point,
    /// To the outermost villages, m.
    pub radius_m: f64,
    /// Where density has fallen to half, m.
    pub core_m: f64,
    /// In the middle.
    pub people_km2: f64,
    /// Parts of the land around the one in the middle.
    pub parts: usize,
    pub metros: u32,
    pub trains: u32,
}

impl Centre {
    /// How dense it is at a distance, 1 in the middle.
    pub fn fall(&self, p: Point) -> f64 {
        let far = distance(p, self.at) / self.core_m;
        1.0 / (1.0 + far * far)
    }

    /// Parts around the middle lie this far from it, m.
    pub fn ring_m(&self) -> f64 {
        self.radius_m * 0.3
    }
}

/// The point at a distance from another; a full turn has 3600 parts.
pub fn towards(from: Point, turn: i64, metres: f64) -> Point {
    let (x, y) = direction(turn.rem_euclid(3600) as u32, 3600);
    (from.0 + x * metres, from.1 + y * metres)
}
