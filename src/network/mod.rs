//! The network: streets, timetable, and the walks between cells, stops and destinations.
//! Immutable once built, its parts shared. It touches no file, clock, terminal or thread.

use std::sync::Arc;

use crate::base::csr::{Csr, TimedArc};

pub mod calendar;
pub mod costs;
mod doubts;
pub mod format;
mod interpolate;
pub mod links;
pub mod modes;
pub mod parts;
pub mod reach;
pub mod ridden_times;
mod rules;
mod runs;
pub mod span;
pub mod streets;
pub mod surface;
pub mod timetable;
pub mod transit;

/// All that routing needs, for one profile.
#[derive(Clone, Debug)]
pub struct Network {
    pub timetable: Arc<transit::Timetable>,
    pub legs: Arc<StreetLegs>,
    /// From door to door by bicycle, where the profile cycles.
    pub bicycle: Option<Arc<ridden_times::RiddenTimes>>,
}

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
        let empty = |rows: usize| Csr::from_pairs(rows, &[]);
        StreetLegs {
            access: empty(origins),
            egress: empty(destinations),
            footpaths: empty(stops),
            direct: empty(origins),
        }
    }
}
