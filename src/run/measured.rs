//! A question and its task → what was measured, with travel times spilled beside the results and the effort in the log.

use super::spill::OnDisk;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::measured::Measured;
use crate::engine::task::{Question, Task};
use crate::engine::whole;
use crate::outputs::log::RunLog;
use crate::routing::TimeExpandedGraph;

/// As [`whole::measured`]; the log names it `name`.
pub(super) fn measured(
    question: &Question<'_>,
    task: &Task,
    graph: Option<&TimeExpandedGraph>,
    name: &str,
    executor: &dyn Executor,
    log: &mut RunLog,
) -> Result<Vec<Measured>> {
    let study = question.study;
    let rooms = OnDisk::new(&study.folder.join(&study.output));
    let (measured, effort) = whole::measured(question, task, graph, &rooms, executor)?;
    log.note(&format!("{name}: {} events, {} pushes", effort.events, effort.pushes));
    log.note(&format!("{name}: {} origins routed", effort.origins));
    Ok(measured)
}
