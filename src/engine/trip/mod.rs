//! One door-to-door journey in a window.

mod chained;
mod find;
mod place;

pub use chained::LegsBy;
pub use find::{FoundTrip, find};
pub use place::TripPlace;
