//! Typed results → lines for a person: tables and bars of a terminal.

pub mod build;
pub mod comparison;
pub mod edits;
pub mod equity;
pub mod estimates;
pub mod facts;
mod overview;
pub mod run;
mod searches;
mod text;
pub mod verified;
