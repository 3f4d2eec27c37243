//! Travel times, origin by origin. The timetable is expanded once into a fixed graph; many neighbouring origins are
//! swept through it together, for all departures of the window at once.
//!
//! | file | what it does |
//! | --- | --- |
//! | `expand`, `events` | find the trip instances of a query, and put all their events into one order |
//! | `transfer_rules`, `transfers` | say who may change to what; with the events: a [`TimeExpandedGraph`] |
//! | `graph`, `reachable` | make of it the graph that is swept, and of that the part that a group of origins can reach |
//! | `sweep`, `lanes`, `budget` | the kernel |
//! | `tiles`, `egress`, `arrival_profile` | turn its rows into arrivals at destinations |
//! | `router` | sweeps origins batch by batch and hands arrivals to a [`Listener`] |
//! | `reversed` | does the same for windows of arrivals |
//! | `affected`, `dominated`, `reverse_search` | find the origins that a scenario can change |
//! | `journey` | answers one question, leg by leg |

mod affected;
mod arrival_profile;
mod budget;
mod contacts;
mod direct;
mod dominated;
mod egress;
mod events;
mod expand;
mod graph;
pub mod hierarchy;
pub mod journey;
mod lanes;
mod options;
mod query;
mod reachable;
mod reverse_search;
mod reversed;
mod router;
mod summed;
mod sweep;
mod tiles;
mod time_expanded;
mod transfer_rules;
mod transfers;

pub use affected::{ORIGINS_PER_REVERSE_PASS, affected};
pub use arrival_profile::ArrivalProfile;
pub use direct::{DirectRows, DirectTimes};
pub use expand::ActiveTrips;
pub use lanes::{Label, Row};
pub use options::{KernelOptions, SimdLevel};
pub use query::{Needs, Query};
pub use reverse_search::{Network as AffectedNetwork, ReverseSearch};
pub use reversed::{ReversedNetwork, before};
pub use router::{Batch, Listener, Router};
pub use summed::Summed;
pub use time_expanded::TimeExpandedGraph;
