//! What a caller asks, as JSON.

use serde::Deserialize;

/// A period and a person on a network whose parts follow the head.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// IANA name of the zone in which times are meant.
    pub zone: String,
    /// `2026-03-10`.
    pub date: String,
    /// The window of departures, seconds from midnight by the clock on the wall.
    pub start_s: i32,
    pub end_s: i32,
    pub every_s: u32,
    pub traveller: Traveller,
    pub cutoffs_min: Vec<u32>,
    pub percentiles: Vec<f64>,
    pub own_cell_s: u32,
    /// Degrees, a place a cell.
    pub lon: Vec<f64>,
    pub lat: Vec<f64>,
    pub opportunities: Vec<Opportunity>,
    /// How long each part is, in bytes; each begins at a multiple of eight behind the head.
    pub parts: Parts,
}

#[derive(Debug, Deserialize)]
pub struct Traveller {
    pub transit: bool,
    pub walk_speed_mps: f64,
    pub max_walk_s: u32,
    pub max_direct_walk_s: u32,
    pub max_transfer_walk_s: u32,
    pub max_rides: Option<u32>,
    pub board_slack_s: u32,
    pub transfer_slack_s: u32,
    pub max_travel_time_s: u32,
}

#[derive(Debug, Deserialize)]
pub struct Opportunity {
    pub name: String,
    /// By cell.
    pub values: Vec<f64>,
}

#[derive(Debug, Deserialize)]
pub struct Parts {
    pub streets: usize,
    pub timetable: usize,
    pub links: usize,
    pub legs: usize,
}
