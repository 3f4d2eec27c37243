//! Travel times, origin by origin: the timetable is unrolled once into a fixed graph, and many neighbouring
//! origins are swept through it together, for the whole window of departures at once.
//!
//! `expand` picks the runs of a period, `events` puts all visits in one order, `rules` and `transfers` say who may change
//! to whom (together: a [`TimeExpandedGraph`]), `graph` makes of it what is swept, `reachable` takes of it what a group of origins can get to, `sweep` is the kernel over it,
//! `tiles` and `egress` turn its rows into arrivals at destinations (`arrive`), `batches` hands them to a [`Listener`]. `plain` answers one door-to-door question, leg by leg.

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
