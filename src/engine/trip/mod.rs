//! One door-to-door journey in a window.

mod chained;
mod drawn;
mod find;
mod mode;
mod place;
mod spots;

pub use chained::LegsBy;
pub use drawn::{Drawing, DrawnLeg, LegEnd};
pub use find::{FoundTrip, find};
pub use mode::LegMode;
pub use place::TripPlace;
pub use spots::EndSpots;
