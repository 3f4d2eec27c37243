//! Level of traffic stress of a way, 1 (children) to 4 (the fearless), by named tables. They disagree, and so each is kept
//! under its own name; a file a table. An `lts` tag (1 to 4) goes before all of them.
//!
//! The scale is that of Mekuria, Furth & Nixon 2012, "Low-stress bicycling and network connectivity" (MTI report 11-19).

mod bna;
mod conveyal;
mod levels;
mod osm_lts;
mod tables;

pub use levels::Levels;
pub use tables::{NamedTable, TABLES, examples_table, levels, number, tables_table};
