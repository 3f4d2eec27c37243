//! Isochrones of a window, from some points or from every cell: the times of the kernel to every point of a lattice over
//! the streets, at each percentile, contoured by `measures::isochrone`.

mod contoured;
mod lattice;
mod origins;
mod ridden;

pub use contoured::{Contoured, ReachSink, SummedColumn};
pub use lattice::{LatticeNetwork, lattice};
pub use origins::Origins;
