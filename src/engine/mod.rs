//! The engine: a region and a question → results. It knows no file, clock, flag, environment, terminal, thread pool or
//! panic hook: the caller hands in parts, an executor and room for what does not fit into memory.
//!
//! `region` is what a study or a scenario of it stands on, `profile_network` what the periods of a profile share,
//! `window` what a period asks. A `task` routes some of the places and gives a `partial`; `merge` makes partials of all
//! places the answers, `measured`. `scenario` makes edits and says which answers they can change; `setting` measures the
//! base and scenarios of a study. `equity`, `contrast`, `compare` and `search` say how results are shared and how they
//! differ. `matrix`, `isochrones` and `trip` answer other questions of a window. `given_matrix` and `equity_of_table` compute from travel
//! times and values that are there already; `overview` is what results say in short.

pub mod breakdown;
pub mod compare;
pub mod contrast;
mod direct;
pub mod equity;
pub mod equity_of_table;
pub mod extent;
pub mod feeders;
pub mod given_matrix;
pub mod hours;
pub mod isochrones;
mod kept;
pub mod matrix;
pub mod measured;
pub mod merge;
pub mod name;
pub mod over_profiles;
pub mod overview;
pub mod partial;
mod partial_bytes;
pub mod profile_network;
pub mod region;
pub mod scenario;
pub mod search;
pub mod setting;
pub mod spill;
pub mod status;
pub mod streamed;
pub mod swept;
pub mod task;
pub mod trip;
mod turning;
pub mod vehicles;
pub mod whole;
pub mod window;
pub mod windowed;
