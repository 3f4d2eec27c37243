//! Which components places are linked to by bicycle and by car.

use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::network::links::{KeptComponents, Linker};
use crate::network::streets::RiddenStreets;
use crate::network::transit::Stops;

/// By bicycle as on foot: large ones, and islets that are kept for their stops. By car large ones alone: an islet with a
/// stop is of no use to a car, and streets that are set apart hang together in name only.
///
/// # Errors
/// `Stopped` when `executor` wants to stop.
pub fn kept(
    linker: &Linker<'_>,
    streets: &RiddenStreets,
    stops: &Stops,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<KeptComponents> {
    match streets.driven.is_empty() {
        true => linker.keep(stops, diagnostics, executor),
        false => Ok(linker.keep_large(diagnostics)),
    }
}
