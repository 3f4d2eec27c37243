//! Travel times, origin by origin: the timetable is unrolled once into a fixed graph, and many neighbouring
//! origins are swept through it together, for the whole window of departures at once.
//!
//! `unroll` picks the runs of a period, `events` puts all visits in one order, `rules` and `changes` say who may change
//! to whom (together: a [`Flow`]), `graph` makes of it what is swept, `near` takes of it what a group of origins can get to, `sweep` is the kernel over it,
//! `blocks` and `gather` turn its rows into arrivals at destinations (`arrive`), `batches` hands them to a [`Listener`]. `plain` answers one door-to-door question, leg by leg.

use std::fmt;

use crate::base::units::Window;

mod arrive;
mod backwards;
mod batches;
mod blocks;
mod budget;
mod changes;
mod direct;
mod events;
mod flow;
mod gather;
mod graph;
mod lanes;
mod mirror;
mod near;
mod outdone;
pub mod plain;
mod rules;
mod summed;
mod sweep;
mod touched;
mod unroll;

pub use arrive::Arrivals;
pub use backwards::{Backwards, Network as TouchedNetwork};
pub use batches::{Batch, Listener, Router};
pub use direct::{DirectRows, DirectTimes};
pub use flow::Flow;
pub use lanes::{Label, Row};
pub use mirror::{Mirror, before};
pub use summed::Summed;
pub use touched::{A_LOOK, touched};
pub use unroll::Service;

/// What a period and a profile ask of routing. Times are seconds; the window starts at `start_unix_s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
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

impl Question {
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
pub enum Path {
    /// What every machine of the architecture has.
    Portable,
    /// AVX2, where the machine has it.
    Avx2,
}

impl Path {
    /// The fastest one that this machine has.
    pub fn best() -> Path {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return Path::Avx2;
        }
        Path::Portable
    }
}

/// How the kernel goes about it: to be fast, or to show that each way to be fast gives the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct How {
    pub path: Path,
    /// Labels hold at least this number: 256 asks for two bytes, 65,536 for four.
    pub least_label: u32,
    /// A group of origins is swept through the part of the graph that it can get to, not through the whole.
    pub near: bool,
    /// Neighbouring batches share such a part; else each has its own, which takes less memory and more time.
    pub grouped: bool,
    /// Labels too early to matter raise nothing.
    pub bounded: bool,
    /// Blocks and quads of destinations drop what comes too late for all of them.
    pub sifted: bool,
}

impl How {
    /// Everything that makes it faster.
    pub fn best() -> How {
        How::on(Path::best())
    }

    pub fn on(path: Path) -> How {
        How { path, least_label: 0, near: true, grouped: true, bounded: true, sifted: true }
    }

    /// Nothing but the plain kernel.
    pub fn plain(path: Path) -> How {
        How { near: false, grouped: false, bounded: false, sifted: false, ..How::on(path) }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Path::Portable => "portable",
            Path::Avx2 => "AVX2",
        })
    }
}
