//! [`Slopes`]: how much the edges of some streets rise, in pieces. `network::slopes` makes them.
//!
//! Kept are whole millimetres of rise of each piece of an edge, pieces of an edge being of one length and at most 10 m
//! long: what any table of speeds by slope needs, in either direction, in two bytes a piece (a city of 25,000 km of
//! streets: 5 MB). Lengths by class of slope would take more, and would fix the classes.

use super::table::Streets;
use crate::base::array::Array;
use crate::base::ids::{EdgeId, Id};

/// No piece is longer, mm.
pub const PIECE_MM: u32 = 10_000;

/// How much the edges of some streets rise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slopes {
    /// Edge → its pieces (`edges + 1` offsets).
    pub first_piece: Array<u32>,
    /// Piece → how much it rises in the order of the edge's shape, mm.
    pub rise_mm: Array<i16>,
    /// Edge → how much of its length is steps, mm.
    pub steps_mm: Array<u32>,
}

impl Default for Slopes {
    /// Of no edges.
    fn default() -> Self {
        Slopes { first_piece: vec![0].into(), rise_mm: Array::default(), steps_mm: Array::default() }
    }
}

/// Pieces of an edge.
pub fn pieces(edge_mm: u32) -> u32 {
    edge_mm.div_ceil(PIECE_MM).max(1)
}

/// Where the piece `k` of `n` begins, and the one before ends.
pub fn piece_start(edge_mm: u32, k: u32, n: u32) -> u32 {
    (u64::from(edge_mm) * u64::from(k) / u64::from(n)) as u32
}

impl Slopes {
    /// The pieces of an edge of so many mm in the order of travel: (length mm, rise mm).
    pub fn along(&self, edge: EdgeId, edge_mm: u32, backward: bool) -> impl Iterator<Item = (u32, i32)> + '_ {
        let own = self.first_piece[edge.index()] as usize..self.first_piece[edge.index() + 1] as usize;
        let rises = &self.rise_mm[own];
        let n = rises.len() as u32;
        (0..n).map(move |k| {
            let k = if backward { n - 1 - k } else { k };
            let mm = piece_start(edge_mm, k + 1, n) - piece_start(edge_mm, k, n);
            let rise = i32::from(rises[k as usize]);
            (mm, if backward { -rise } else { rise })
        })
    }

    /// Whether these are slopes of such streets: what a file must pass before it is used.
    pub fn check(&self, streets: &Streets) -> bool {
        let edges = streets.edges();
        self.first_piece.len() == edges + 1
            && self.steps_mm.len() == edges
            && self.first_piece.first() == Some(&0)
            && self.first_piece.last().is_some_and(|&last| last as usize == self.rise_mm.len())
            && self.first_piece.is_sorted()
            && (0..edges).all(|edge| {
                let mm = streets.edge_mm[edge];
                self.first_piece[edge + 1] - self.first_piece[edge] == pieces(mm) && self.steps_mm[edge] <= mm
            })
    }
}
