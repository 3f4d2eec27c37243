//! A timetable, places, profiles and edits → those of a scenario, with a report on what each edit changed. Nothing
//! that is given is changed; arrays that no edit touches are shared.
//!
//! `draft` holds a timetable under way as rows, one a trip; `names` and `which` find what edits name, `change` puts rows
//! through an edit, `blocks` keeps in-seat transfers valid, `finish` lays the rows out again. Each kind of edit has a file in `edits`; what several
//! have in common (`which`, `line`, `bands`, `area`, `amounts`, `streets`, `feeds`) has its keys with it, too.

pub mod amounts;
pub mod area;
pub mod bands;
mod between;
mod blocks;
mod change;
#[cfg(feature = "native")]
pub mod conveyal;
mod doubts;
mod draft;
mod edit;
mod edited;
mod edited_places;
pub mod edits;
mod feeds;
mod finish;
mod given;
pub mod line;
pub mod modes;
mod names;
mod near_lines;
mod places;
mod profiles;
#[cfg(feature = "native")]
mod reading;
mod region;
mod report;
mod said;
pub mod street_use;
pub mod streets;
mod timetable;
mod timing;
pub mod which;
#[cfg(feature = "native")]
pub mod written;

pub use edited::EditedTimetable;
pub use edited_places::EditedPlaces;
pub use given::{Given, dates, service_days};
pub use places::edit_places;
pub use profiles::edit_profiles;
pub use region::{astray, has_places};
pub use report::{EditReport, RouteService, ServiceFigures};
pub use streets::{ReadLines, edit_streets};
pub use timetable::edit_timetable;
