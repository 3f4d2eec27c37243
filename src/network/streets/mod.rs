//! The streets of a mode as flat arrays: junctions, edges with their shapes, arcs to walk along, components.
//!
//! An edge is a chain of OSM segments between two junctions. Every component is here, small islands too;
//! which ones points may be linked to is for `links` to say, for stops decide with it.

mod build;
mod build_ridden;
mod built_up;
mod directed;
mod restricted;
mod ridden;
mod slopes;
mod strong;
mod table;

pub use build::{build, distance_mm};
pub use directed::DirectedEdge;
pub use ridden::{DrivenWay, RiddenStreets, RiddenWay};
pub use slopes::{PIECE_MM, Slopes, piece_start, pieces};
pub use table::{BACKWARD, FORWARD, MAX_EDGE_MM, Streets};
