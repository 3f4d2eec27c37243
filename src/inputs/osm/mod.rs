//! `.osm.pbf` files → the nodes and ways that may matter for travel; elements that fit tag filters; water.

mod blocks;
mod elements;
mod format;
mod frames;
mod reader;
mod restrictions;
mod streets;
mod wire;

pub use elements::{elements, water};
pub use streets::read;
