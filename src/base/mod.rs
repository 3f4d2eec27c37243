//! The ground floor: what every other folder may use. It knows nothing of streets, timetables or files.

pub mod array;
pub mod csr;
pub mod diagnostics;
pub mod error;
pub mod executor;
pub mod extent;
pub mod format;
pub mod hilbert;
pub mod ids;
pub mod meridian;
pub mod near;
pub mod place;
pub mod strings;
pub mod units;

/// "No such thing" in an index column (`u32`).
pub const NONE: u32 = u32::MAX;
