//! What a study asks of scenarios beyond their results: variants ranked, values chosen one on top of the other, changes
//! shared among edits.

mod each;
mod figure;
mod ranked;
mod shared;

pub use each::Standing;
pub use figure::{Figure, Valued};
pub use ranked::{Choices, Ranked, Ranking, tried};
pub use shared::{Shared, SharedRow, named};
