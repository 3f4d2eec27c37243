//! Equity for the commands: of a table, and what it would cost in a run.

pub mod table;

use super::estimate::Timer;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::engine::equity::{EquityContext, MeasuredValues};
use crate::inputs::raw::RawPlaces;
use crate::measures::equity::{Bootstrap, Interval};
use crate::study::EquitySpec;

/// Replicates of a trial.
const TRIED: u32 = 120;

/// CPU time that so many measures would take, s: a few draws of one are timed.
///
/// # Errors
/// `Stopped`.
pub(super) fn trial_cpu_s(
    fairness: &EquityContext,
    spec: &EquitySpec,
    cells: &RawPlaces,
    measures: usize,
    executor: &dyn Executor,
) -> Result<f64> {
    // Any values will do that differ.
    let values: Vec<Option<f64>> = (0..cells.ids.len()).map(|cell| Some(cell as f64)).collect();
    let plan =
        |replicates| Bootstrap { replicates, interval: Interval::Percentile, ..fairness.settings.bootstrap };
    let timed = |replicates| {
        let mut few = fairness.clone();
        few.settings.bootstrap = plan(replicates);
        let found = [MeasuredValues { name: "trial", values: &values, less_is_better: false }];
        let timer = Timer::all();
        few.measure(spec, cells, &found, &mut Diagnostics::default(), executor)?;
        Ok::<f64, Error>(timer.stop().1)
    };
    // Pages are touched for the first time, and threads woken.
    timed(0)?;
    let (without, with) = (timed(0)?, timed(TRIED)?);
    let draw_s = (with - without).max(0.0) / f64::from(plan(TRIED).draws());
    Ok(measures as f64 * (without + draw_s * f64::from(fairness.settings.bootstrap.draws())))
}
