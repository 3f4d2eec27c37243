//! Reading: files become plain tables (`raw`). The readers need files and so the feature `native`.

#[cfg(feature = "native")]
mod areas;
#[cfg(feature = "native")]
pub mod cells;
#[cfg(feature = "native")]
mod columnar;
#[cfg(feature = "native")]
mod columns;
#[cfg(feature = "native")]
pub mod content;
#[cfg(feature = "native")]
pub mod elevation;
#[cfg(feature = "native")]
pub mod geopackage;
#[cfg(feature = "native")]
pub mod grid;
#[cfg(feature = "native")]
pub mod gtfs;
#[cfg(feature = "native")]
mod joins;
#[cfg(feature = "native")]
mod numbers;
#[cfg(feature = "native")]
pub mod osm;
#[cfg(feature = "native")]
mod parquet;
#[cfg(feature = "native")]
mod points;
#[cfg(feature = "native")]
pub mod project;
#[cfg(feature = "native")]
pub mod propose;
#[cfg(feature = "native")]
mod quotes;
pub mod raw;
#[cfg(feature = "native")]
pub mod rows;
#[cfg(feature = "native")]
mod shapefile;
#[cfg(feature = "native")]
pub mod sites;
#[cfg(feature = "native")]
pub mod stress_lines;
#[cfg(feature = "native")]
pub mod synth;
#[cfg(feature = "native")]
pub mod tables;
#[cfg(feature = "native")]
pub mod traffic;
#[cfg(feature = "native")]
pub mod travel_times;
#[cfg(feature = "native")]
pub mod values;
#[cfg(feature = "native")]
mod wkb;
