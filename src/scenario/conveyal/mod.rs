//! Scenarios of Conveyal Analysis and R5: their JSON → a file of `[[edit]]` tables, and edits → their JSON. What a
//! modification is here, and an edit there, stands with each edit.

pub(super) mod fields;
mod from;
pub(super) mod ids;
mod options;
pub(super) mod service;
mod to;

pub use fields::ModificationFields;
pub use from::{Imported, read};
pub use ids::{ConveyalIds, IdOf};
pub use options::{DAYS, Options};
pub use to::{Exported, exported};
