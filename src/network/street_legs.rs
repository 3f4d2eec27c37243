//! [`StreetLegs`]: the walks between cells, stops and destinations.

use crate::base::csr::{Csr, TimedArc};

/// The walks of one walking profile, each leg measured on the streets and rounded up to whole seconds once.
/// Rows are sorted by `to`; stops are indices of `Timetable::stops`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreetLegs {
    /// Origin → stops within `max_walk_s`.
    pub access: Csr<TimedArc>,
    /// Destination → stops from which it is within `max_walk_s` (walked stop → destination).
    pub egress: Csr<TimedArc>,
    /// Stop → other stops within `max_transfer_walk_s`, station siblings by straight line included; never itself.
    pub footpaths: Csr<TimedArc>,
    /// Origin → destinations within `max_direct_walk_s`; never an origin to itself.
    pub direct: Csr<TimedArc>,
}

impl StreetLegs {
    /// Of a profile that does not walk.
    pub fn none(origins: usize, destinations: usize, stops: usize) -> StreetLegs {
        let empty = |rows: usize| Csr::from_rows(std::iter::repeat_n([], rows));
        StreetLegs {
            access: empty(origins),
            egress: empty(destinations),
            footpaths: empty(stops),
            direct: empty(origins),
        }
    }
}
