//! Travel times, origin by origin: the timetable is unrolled once into a fixed graph, and many neighbouring
//! origins are swept through it together, for the whole window of departures at once.
//!
//! `expand` picks the runs of a period, `events` puts all visits in one order, `rules` and `transfers` say who may change
//! to whom (together: a [`TimeExpandedGraph`]), `graph` makes of it what is swept, `reachable` takes of it what a group of origins can get to, `sweep` is the kernel over it,
//! `tiles` and `egress` turn its rows into arrivals at destinations (`arrive`), `batches` hands them to a [`Listener`]. `plain` answers one door-to-door question, leg by leg.

use std::fmt;

use crate::base::units::Window;

mod affected;
mod arrival_profile;
mod budget;
mod direct;
mod dominated;
mod egress;
mod events;
mod expand;
mod graph;
pub mod hierarchy;
pub mod journey;
mod lanes;
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
pub use reverse_search::{Network as AffectedNetwork, ReverseSearch};
pub use reversed::{ReversedNetwork, before};
pub use router::{Batch, Listener, Router};
pub use summed::Summed;
pub use time_expanded::TimeExpandedGraph;

/// What a period and a profile ask of routing. Times are seconds; the window starts at `start_unix_s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// The window's start as unix time.
    pub start_unix_s: i64,
    pub window: Window,
    /// Before the first boarding, and before later ones.
    pub board_slack_s: u32,
    pub transfer_slack_s: u32,
    /// `None`: unlimited.
    pub max_rides: Option<u32>,
    /// The longest travel time that matters: slower is infinite.
    pub longest_s: u32,
    pub needs: Needs,
}

/// What a traveller needs of trips and calls: the flags that each must bear (`network::transit`). No one is in a trip
/// that lacks some, and no one boards or alights at such a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub trips: u32,
    pub calls: u32,
}

impl Query {
    /// Time of the last departure of the window, s from its start.
    pub fn last_departure_s(&self) -> u32 {
        (self.window.count() - 1) * self.window.every_s
    }

    /// The last second that can matter.
    pub fn horizon_s(&self) -> i32 {
        (self.last_departure_s() + self.longest_s) as i32
    }
}

/// Which instructions the kernel uses. The results are the same, byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimdLevel {
    /// What every machine of the architecture has.
    Portable,
    /// AVX2, where the machine has it.
    Avx2,
}

impl SimdLevel {
    /// The fastest one that this machine has.
    pub fn best() -> SimdLevel {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return SimdLevel::Avx2;
        }
        SimdLevel::Portable
    }
}

/// How the kernel goes about it: to be fast, or to show that each way to be fast gives the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelOptions {
    pub path: SimdLevel,
    /// Labels hold at least this number: 256 asks for two bytes, 65,536 for four.
    pub least_label: u32,
    /// A group of origins is swept through the part of the graph that it can get to, not through the whole.
    pub reachable: bool,
    /// Neighbouring batches share such a part; else each has its own, which takes less memory and more time.
    pub grouped: bool,
    /// Labels too early to matter raise nothing.
    pub horizon_pruning: bool,
    /// Blocks and quads of destinations drop what comes too late for all of them.
    pub dominance_pruning: bool,
}

impl KernelOptions {
    /// Everything that makes it faster.
    pub fn best() -> KernelOptions {
        KernelOptions::on(SimdLevel::best())
    }

    pub fn on(path: SimdLevel) -> KernelOptions {
        KernelOptions {
            path,
            least_label: 0,
            reachable: true,
            grouped: true,
            horizon_pruning: true,
            dominance_pruning: true,
        }
    }

    /// Nothing but the plain kernel.
    pub fn plain(path: SimdLevel) -> KernelOptions {
        KernelOptions {
            reachable: false,
            grouped: false,
            horizon_pruning: false,
            dominance_pruning: false,
            ..KernelOptions::on(path)
        }
    }
}

impl fmt::Display for SimdLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SimdLevel::Portable => "portable",
            SimdLevel::Avx2 => "AVX2",
        })
    }
}
