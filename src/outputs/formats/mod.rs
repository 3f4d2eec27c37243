//! What each format of results can hold, and what writes it: a file a format.

mod asked;
mod csv;
mod geojson;
mod gpkg;
mod holds;
mod parquet;
mod register;
mod tif;

pub use asked::OutputFormats;
pub use holds::{FormatWriters, Placing, WritePlaces, WriteRows, WriteSeries};
pub use register::{chosen, files, formats_table, that, writers};
