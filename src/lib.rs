//! isokron: door-to-door travel times, accessibility and equity for every cell of a region.
//!
//! Data flows one way, and each word is a folder that uses only those before it:
//! `study` (what) → `inputs` (OSM, GTFS, cells) → `network` (streets, stops, walks) → `scenario` →
//! `routing` (times, origin by origin) → `measures` (access, equity) → `outputs` (tables, maps, manifest).
//! `base` is the ground floor; `run` is the one conductor.

pub mod base;
pub mod study;
pub mod inputs;
pub mod network;
pub mod routing;
pub mod measures;
#[cfg(feature = "native")]
pub mod outputs;
#[cfg(feature = "native")]
pub mod run;
#[cfg(feature = "native")]
pub mod cli;
