//! Results as files: tables, maps, the manifest. Nothing half-written stands under its final name.

mod claim;
mod columnar;
pub mod diagnostics;
pub mod feeds;
pub mod folder;
pub mod formats;
pub mod geotiff;
pub mod isochrones;
pub mod lines;
pub mod log;
pub mod manifest;
pub mod matrix;
pub mod process;
pub mod projection;
pub mod raster;
pub mod report;
pub mod schema;
mod shapes;
pub mod staging;
pub mod swap;
pub mod tables;
pub mod tidy;
