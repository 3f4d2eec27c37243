//! A window → the measures of every cell, by one task over all places.

use super::measured::Measured;
use super::merge::merge;
use super::partial::Effort;
use super::spill::Rooms;
use super::task::{self, Question, Task};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::routing::TimeExpandedGraph;

/// Routes all places of a question, which are one task, and measures for each of its lands. `flow`: as in
/// [`Question::router`].
///
/// # Errors
/// As [`task::run`] and [`merge`].
pub fn measured(
    question: &Question<'_>,
    task: &Task,
    flow: Option<&TimeExpandedGraph>,
    rooms: &dyn Rooms,
    executor: &dyn Executor,
) -> Result<(Vec<Measured>, Effort)> {
    let router = question.router(flow, executor)?;
    let partial = task::run(question, &router, task, rooms, executor)?;
    drop(router);
    merge(question, [partial], executor)
}
