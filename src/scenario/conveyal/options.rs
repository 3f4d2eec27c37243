//! How a scenario of Conveyal's is read.

/// The days of a timetable there, in their order.
pub const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// How to read it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Feeds of the file, and what they are called here.
    pub feeds: Vec<(String, String)>,
    /// New service is taken as it runs on this day, an index of [`DAYS`]; `None`: it must run on all.
    pub day: Option<usize>,
}
