//! [`Given`]: what edits of a timetable need to know beside it, and the days that this is of.

use std::path::Path;

use crate::network::calendar::day_number;
use crate::network::transit::Timetable;
use crate::study::Period;

/// What edits of a timetable need to know beside it.
#[derive(Clone, Copy, Debug)]
pub struct Given<'g> {
    /// Days since 1970-01-01 on which new service runs, sorted: see [`service_days`].
    pub days: &'g [i32],
    /// The days that figures in reports are of, sorted: the periods' dates.
    pub dates: &'g [i32],
    /// The study's zone, for a line where there is no feed.
    pub zone: &'g str,
    /// Feeds that edits add, by their file as in the edit, each read and built alone.
    pub feeds: &'g [(&'g Path, Timetable)],
}

/// Days on which service can matter to periods: from two days before each date, for trips past midnight and zones
/// to the east, to two days after the window's last.
pub fn service_days(periods: &[Period]) -> Vec<i32> {
    let days = periods.iter().flat_map(|period| {
        let date = day_number(period.date);
        date - 2..=date + period.end_s.div_euclid(86_400) + 3
    });
    let mut days: Vec<i32> = days.collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The periods' dates as days since 1970-01-01, sorted, each once.
pub fn dates(periods: &[Period]) -> Vec<i32> {
    let mut dates: Vec<i32> = periods.iter().map(|period| day_number(period.date)).collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}
