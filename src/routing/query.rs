//! What is asked of routing: a window of departures, what a traveller needs, and how long a journey may take.

use crate::base::units::Window;

/// What a period and a profile ask of routing. Times are seconds; the window starts at `start_unix_s`.
///
/// ```
/// use isokron::base::units::Window;
/// use isokron::routing::{Needs, Query};
///
/// let query = Query {
///     start_unix_s: 1_773_122_400,
///     window: Window { length_s: 3600, every_s: 60 },
///     board_slack_s: 60,
///     transfer_slack_s: 0,
///     max_rides: Some(2),
///     longest_s: 5400,
///     needs: Needs::default(),
/// };
/// // The last of 60 departures leaves after 59 minutes, and may take an hour and a half.
/// assert_eq!(query.last_departure_s(), 3540);
/// assert_eq!(query.horizon_s(), 8940);
/// ```
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
