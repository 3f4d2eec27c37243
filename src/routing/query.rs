//! What is asked of routing: a window of departures, what a traveller needs, and how long a journey may take.

use crate::base::units::Window;

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
