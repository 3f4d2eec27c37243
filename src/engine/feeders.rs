//! Ways from many places to stops, or to park-and-ride sites: by a hierarchy of the streets, in place of a search each.

use super::swept::{LEAST_SWEPT, Swept};
use crate::base::csr::{Csr, TimedArc};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::network::rides::Feeder;
use crate::routing::SimdLevel;

/// The rows of a feeder, in the way that is worth it; both give the same legs.
///
/// # Errors
/// `Stopped` when `executor` wants to stop.
pub(super) fn rows(
    feeder: &Feeder,
    swept: Option<SimdLevel>,
    executor: &dyn Executor,
) -> Result<Csr<TimedArc>> {
    match swept.filter(|_| feeder.places().len() >= LEAST_SWEPT) {
        Some(simd) => swept_rows(feeder, simd, executor),
        None => feeder.rows(executor),
    }
}

/// What [`Feeder::rows`] finds, in another order in each row, by a hierarchy of the streets.
///
/// # Errors
/// `Stopped` when `executor` wants to stop.
pub fn swept_rows(feeder: &Feeder, simd: SimdLevel, executor: &dyn Executor) -> Result<Csr<TimedArc>> {
    let swept = Swept::along(feeder.graph(), feeder.places(), feeder.targets(), simd, executor)?;
    let batches = swept.batches();
    let found = collect(executor, batches.len(), |batch| {
        let mut found: Vec<(u32, TimedArc)> = Vec::new();
        let places = &batches[batch];
        swept.each(places, feeder.limit_s(), |lane, target, seconds| {
            feeder
                .beyond(target, seconds, |to, seconds| found.push((places[lane], TimedArc { to, seconds })));
        });
        executor.advance(1);
        found
    })?;
    Ok(Csr::from_pairs(feeder.places().len(), &found.concat()))
}
