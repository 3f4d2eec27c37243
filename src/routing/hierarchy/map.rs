//! What a hierarchy knows of the map alone.

use super::chordal::Chordal;
use super::fold::FoldedChains;
use super::turns::Turns;

#[derive(Debug)]
pub(super) struct VertexMap {
    pub chains: FoldedChains,
    pub chordal: Chordal,
    /// `None`: every turn costs nothing.
    pub turns: Option<Turns>,
    /// The junctions that are left; lon, lat in degrees.
    pub points: Vec<(f64, f64)>,
}
