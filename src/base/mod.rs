//! The ground floor: what every other folder may use. It knows nothing of streets, timetables or files.

pub mod array;
pub mod csr;
pub mod curve;
pub mod error;
pub mod extent;
pub mod findings;
pub mod format;
pub mod meridian;
pub mod near;
pub mod place;
pub mod texts;
pub mod units;
pub mod watch;

/// "No such thing" in an index column (`u32`).
pub const NONE: u32 = u32::MAX;
