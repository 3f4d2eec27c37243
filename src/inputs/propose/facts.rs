//! What `init` was given and what it saw there.

use std::path::PathBuf;

use jiff::civil::Date;

use super::table::CellsFacts;

/// What `init` was given and what it saw there.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The folder of the study file to be written.
    pub folder: PathBuf,
    /// Of the study; [`super::name_of`] makes one.
    pub name: String,
    pub osm: Vec<PathBuf>,
    pub feeds: Vec<FeedFacts>,
    /// The day of travel; `None` where the feeds have no day of service near the streets, or there are none.
    pub date: Option<Date>,
    /// Stops with trips that lie near the streets.
    pub stops_near: usize,
    /// What of a feed was dropped, in words; `None`: nothing.
    pub dropped: Option<String>,
    /// Why it is that one; empty: somebody said so.
    pub why: String,
    /// The feeds have service on some day, if perhaps elsewhere.
    pub runs: bool,
    /// The window to take, seconds from midnight; `None`: one is chosen.
    pub depart: Option<(i32, i32)>,
    pub cells: Option<CellsFacts>,
    /// (lon, lat) amid the streets, or the stops where there are no streets.
    pub centre: Option<(f64, f64)>,
    /// (lon, lat) on a street, near the middle of all.
    pub street: Option<(f64, f64)>,
    /// The route with most trips that day, by its id (with its feed's where it must be), and its name.
    pub route: Option<(String, String)>,
    /// The page of results can show the travel times of all pairs.
    pub shows_times: bool,
}

/// A feed on the day of [`Facts::date`].
#[derive(Clone, Debug, Default)]
pub struct FeedFacts {
    pub file: PathBuf,
    /// The agencies' IANA zones.
    pub zones: Vec<String>,
    /// Trips that start in each hour from midnight; hours past 24 are of the same service day. Best counted
    /// for trips that call at a stop near the streets.
    pub starts_by_hour: Vec<u32>,
}

impl FeedFacts {
    pub fn name(&self) -> String {
        self.file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    pub fn trips(&self) -> u64 {
        self.starts_by_hour.iter().map(|trips| u64::from(*trips)).sum()
    }

    pub fn starts(&self, hours: std::ops::Range<usize>) -> u64 {
        let within = self.starts_by_hour.iter().enumerate().filter(|(hour, _)| hours.contains(hour));
        within.map(|(_, trips)| u64::from(*trips)).sum()
    }
}
