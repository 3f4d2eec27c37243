//! Results as files: tables, maps, the manifest. Nothing half-written stands under its final name.

pub mod diagnostics;
pub mod feeds;
pub mod geo;
pub mod manifest;
pub mod staging;
pub mod tables;
