//! Streets between junctions and what they cost, as a caller hands them over.

#[cfg(doc)]
use crate::network::streets::{BACKWARD, FORWARD};

/// The cost of a direction that nobody may go.
pub const CLOSED: u32 = u32::MAX;
/// What cannot be reached costs so much; two such sums fit in 32 bits. A dearer street (12 days) is closed.
pub(super) const INFINITE: u32 = 1 << 30;

/// Streets between junctions. Both arrays of a kind are equally long.
#[derive(Clone, Copy, Debug)]
pub struct StreetGraph<'a> {
    /// The junctions at a street's ends.
    pub from: &'a [u32],
    pub to: &'a [u32],
    /// Directions that may be gone: [`FORWARD`] | [`BACKWARD`].
    pub directions: &'a [u8],
    /// Junctions, 1e-7 degrees.
    pub lon_e7: &'a [i32],
    pub lat_e7: &'a [i32],
    /// Junctions that stay vertices, for places that are on no street meet the graph there ([`super::GraphSpot`]).
    pub gates: &'a [u32],
}

impl StreetGraph<'_> {
    /// Whether all arrays fit each other.
    pub(super) fn is_sound(&self) -> bool {
        let (streets, junctions) = (self.from.len(), self.lon_e7.len());
        let inside = |ends: &[u32]| ends.iter().all(|&end| (end as usize) < junctions);
        streets == self.to.len()
            && streets == self.directions.len()
            && junctions == self.lat_e7.len()
            && inside(self.from)
            && inside(self.to)
            && inside(self.gates)
    }
}

/// What a street costs by direction, ms; [`CLOSED`] where nobody may go, beside the directions that are not the graph's.
/// Nothing costs less than 1 ms.
#[derive(Clone, Copy, Debug)]
pub struct StreetCosts<'a> {
    pub forward_ms: &'a [u32],
    pub backward_ms: &'a [u32],
}

/// A sum that stays infinite.
pub(super) fn plus(a: u32, b: u32) -> u32 {
    a.saturating_add(b).min(INFINITE)
}

/// What a caller's cost is here.
pub(super) fn at_least_1(cost_ms: u32) -> u32 {
    cost_ms.clamp(1, INFINITE)
}
