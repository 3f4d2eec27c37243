//! The engine: a region and a question → results. It knows no file, clock, flag, environment, terminal, thread pool or
//! panic hook: the caller hands in parts, an executor and room for what does not fit into memory.
//!
//! `region` is what a study or a scenario of it stands on, `profile_network` what the periods of a profile share,
//! `window` what a period asks, `measured` the answers; `scenario` makes edits and says which answers they can change.

mod direct;
pub mod extent;
pub mod hours;
pub mod measured;
pub mod profile_network;
pub mod region;
pub mod scenario;
pub mod spill;
pub mod streamed;
pub mod window;
