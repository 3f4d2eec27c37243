//! Scenarios of Conveyal Analysis and R5: their JSON → a file of `[[edit]]` tables, and edits → their JSON. What a
//! modification is here, and an edit there, stands with each edit.

mod fields;
mod from;
pub(super) mod service;
mod to;

pub use fields::Fields;
pub(super) use fields::{EditToml, listed, point, points, quoted, texts, time};
pub use from::{Imported, Options, read};
pub use to::{Exported, IdOf, Ids, exported};
pub(super) use to::{Not, Translated, every_day};

/// The days of a timetable there, in their order.
pub const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A type of modification, and what makes edits of one; it is given the modification's number in its file.
pub(super) type Modification = (&'static str, fn(&mut Fields<'_>, usize) -> Vec<EditToml>);
