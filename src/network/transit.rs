//! Feeds as one timetable: stops, routes, services, trips with all their times, rules of transfer.
//! Dates are still open: a period picks its trips when it is unrolled (`routing`).

use crate::base::array::Array;
use crate::base::csr::Csr;
use crate::base::strings::StringColumn;
use bytemuck::{Pod, Zeroable};

/// All feeds together. Indices are over all feeds; ids are as in the feed, `feed` tells them apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timetable {
    pub feeds: Vec<Feed>,
    /// IANA names; `Route::zone` points here.
    pub zones: Vec<String>,
    pub stops: Stops,
    pub routes: Array<Route>,
    pub route_ids: StringColumn,
    /// Short name, else long name.
    pub route_names: StringColumn,
    /// Service → its days, as days since 1970-01-01, sorted.
    pub services: Csr<i32>,
    pub trips: Array<Trip>,
    pub trip_ids: StringColumn,
    pub headsigns: StringColumn,
    /// Trip → its calls, in order. Times never fall along a trip; a trip has two calls or more.
    pub calls: Csr<Call>,
    /// Trip → shifts in seconds at which its calls run: `[0]`, or one for each run of frequencies.txt.
    pub shifts: Csr<i32>,
    /// Types 0–3 of transfers.txt, in the order of feeds and lines.
    pub rules: Array<TransferRule>,
    /// Types 4 and 5: trip pairs.
    pub joins: Array<InSeatTransfer>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    pub name: String,
    /// For the attribution: the agencies' names.
    pub agencies: Vec<String>,
}

/// Stops, stations among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stops {
    pub ids: StringColumn,
    pub names: StringColumn,
    pub feed: Array<u32>,
    /// Degrees; NaN where the feed has none.
    pub lon: Array<f64>,
    pub lat: Array<f64>,
    /// The parent station's index, or `NONE`.
    pub station: Array<u32>,
    /// Whether some trip calls here.
    pub called: Array<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Route {
    pub feed: u32,
    /// Index in `Timetable::zones`: the agency's.
    pub zone: u32,
    pub route_type: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Trip {
    pub feed: u32,
    pub route: u32,
    pub service: u32,
    /// Block (numbered over all feeds), or `NONE`; frequency trips have none.
    pub block: u32,
    /// [`FREQUENCY`] | [`FREQUENCY_INEXACT`] | [`BICYCLES`] | [`BICYCLES_UNKNOWN_OR_YES`].
    pub flags: u32,
}

/// The trip runs by frequencies.txt.
pub const FREQUENCY: u32 = 1;
/// … with `exact_times = 0`.
pub const FREQUENCY_INEXACT: u32 = 2;

/// The feed says that bicycles are taken along.
pub const BICYCLES: u32 = 4;
/// … or does not say that they are not.
pub const BICYCLES_UNKNOWN_OR_YES: u32 = 8;

/// A trip's visit to a stop. Seconds from noon − 12 h of the service day in the zone of the route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Call {
    pub stop: u32,
    pub arrival_s: i32,
    pub departure_s: i32,
    /// [`BOARD`] | [`ALIGHT`] as the feed (and `phone_ahead`) permits; first and last calls are not special here.
    pub flags: u32,
}

pub const BOARD: u32 = 1;
pub const ALIGHT: u32 = 2;

/// A rule of transfers.txt of type 0–3. `NONE` where a column is blank; stops may be stations.
/// `from_stop` and `to_stop` are never `NONE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct TransferRule {
    pub from_stop: u32,
    pub to_stop: u32,
    pub from_route: u32,
    pub to_route: u32,
    pub from_trip: u32,
    pub to_trip: u32,
    /// 0–3; a type 2 without a time is stored as 0.
    pub kind: u32,
    /// For type 2.
    pub min_s: u32,
}

/// Type 4 (stay seated from the last call of one trip to the first of the next) or 5 (not allowed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct InSeatTransfer {
    pub from_trip: u32,
    pub to_trip: u32,
    /// 1: type 4; 0: type 5.
    pub stay: u32,
}
