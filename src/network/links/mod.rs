//! Points and stops → where they are linked to the streets.

mod again;
mod around;
mod kept;
mod legs;
mod linkage;
mod linker;
mod nearest;
mod stops;

pub use again::{LegEnds, legs_again, relinked};
pub use around::Around;
pub use kept::KeptComponents;
pub use legs::{Limits, legs, outward, to_places};
pub use linkage::{LinkStatus, Linkage};
pub use linker::{LinkRule, Linker};
