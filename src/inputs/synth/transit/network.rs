//! Stops, stations and lines where they lie, before anybody says when they run.

use crate::inputs::synth::plan::Point;

/// A stop to wait at.
pub struct Platform {
    pub id: String,
    pub name: String,
    pub at: Point,
    /// Id of the station, or empty.
    pub station: String,
    /// Letter or track, or empty.
    pub code: String,
}

/// A station over its platforms.
pub struct Station {
    pub id: String,
    pub name: String,
    pub at: Point,
}

/// One direction of a line: where it calls and how long it takes without traffic.
#[derive(Clone, Default)]
pub struct Pattern {
    /// Indices of `SynthNetwork::platforms`.
    pub platforms: Vec<usize>,
    /// Metres from the first stop.
    pub along_m: Vec<f64>,
    /// Seconds from the call before (0 first), halts included.
    pub hops_s: Vec<i32>,
}

#[derive(Default)]
pub struct SynthNetwork {
    pub platforms: Vec<Platform>,
    pub stations: Vec<Station>,
    /// By the plan's order; out and back.
    pub metros: Vec<[Pattern; 2]>,
    pub buses: Vec<[Pattern; 2]>,
    pub ferries: Vec<[Pattern; 2]>,
    /// Ferry piers with their platform: (street node, place, platform).
    pub piers: Vec<(u32, Point, usize)>,
    /// How many platforms are not the ferries'.
    pub ashore: usize,
}
