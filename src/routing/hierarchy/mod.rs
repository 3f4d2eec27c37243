//! A street graph and places on it → travel times between all of them: a hierarchy of junctions, swept for 64 origins
//! at once.
//!
//! `fold` takes chains of streets as one, `turns` lists where one may go on, `dissection` finds an order of the junctions
//! (`cut` halves a part), `chordal` adds the arcs that the order needs, `weights` gives them their times, `place` says how
//! places meet them, `plan` keeps the rows that lead to the targets, `sweep` fills them, `matrix` does so batch by batch.
//! What depends on the map alone is in [`Hierarchy`]; what depends on speeds in [`Customised`].
//! Customizable contraction hierarchies: Dibbelt, Strasser & Wagner 2016; the sweep over lanes: PHAST, Delling,
//! Goldberg, Nowatzyk & Werneck 2011; the order: inertial flow, Schild & Sommer 2015.

mod chordal;
mod customised;
mod cut;
mod dissection;
mod fold;
mod graph;
mod map;
mod matrix;
mod place;
mod plan;
mod sweep;
mod turns;
mod weights;

pub use customised::{Customised, Hierarchy};
pub use graph::{CLOSED, StreetCosts, StreetGraph};
pub use place::{GraphSpot, StreetPlace};
pub use plan::SweepTargets;
pub use sweep::{LANES, TravelTimes};
pub use turns::Turn;
