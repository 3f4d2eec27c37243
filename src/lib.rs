//! isokron: door-to-door travel times, accessibility and equity for every cell of a region.
//!
//! Data flows one way, and each word is a folder that uses only those before it:
//! `study` (what) → `inputs` (OSM, GTFS, cells) → `network` (streets, stops, walks) → `scenario` (edits of it) →
//! `routing` (times, origin by origin) → `measures` (access, equity) → `outputs` (tables, maps, manifest).
//! `base` is the ground floor; `run` is the one conductor.

// Unit tests may stop at what they do not expect, and print.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr))]

pub mod base;
#[cfg(feature = "native")]
pub mod cli;
pub mod engine;
pub mod inputs;
pub mod measures;
pub mod network;
#[cfg(feature = "native")]
pub mod outputs;
pub mod routing;
#[cfg(feature = "native")]
pub mod run;
pub mod scenario;
pub mod study;
