//! The network: streets, timetable, and the walks between cells, stops and destinations.
//! Immutable once built, its parts shared. It touches no file, clock, terminal or thread.

use std::sync::Arc;

pub mod calendar;
mod doubts;
pub mod extract;
pub mod format;
mod interpolate;
pub mod links;
pub mod modes;
pub mod parts;
pub mod paths;
pub mod reach;
pub mod rides;
mod rules;
mod runs;
pub mod slopes;
pub mod span;
mod street_legs;
pub mod streets;
pub mod surface;
pub mod timetable;
pub mod transit;

pub use street_legs::StreetLegs;

/// All that routing needs, for one profile.
#[derive(Clone, Debug)]
pub struct Network {
    pub timetable: Arc<transit::Timetable>,
    pub legs: Arc<StreetLegs>,
    /// From door to door by bicycle, by car: as the profile has them.
    pub rides: Vec<Arc<rides::RiddenTimes>>,
    /// Where the profile gets to public transport otherwise than on foot: how. The legs are those of it already.
    pub chains: Option<Arc<rides::Chains>>,
}
