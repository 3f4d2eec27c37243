//! Streets and the heights of points → how much each edge rises, every ten metres (`make`; one edge in `profile`, what tags
//! say in `tagged`), and the streets of those who walk uphill and downhill (`walked`).

mod heights;
mod make;
mod profile;
mod tagged;
mod walked;

pub use heights::Heights;
pub use walked::WalkLengths;
