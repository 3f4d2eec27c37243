//! Elevation and inclines → the part of the network's files with how much streets rise.

use super::cache::{Cache, PartKey};
use super::files::paths;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::region::walk_lengths;
use crate::inputs::elevation::Rasters;
use crate::inputs::raw::RawStreets;
use crate::network::slopes::WalkLengths;
use crate::network::streets::{Slopes, Streets};
use crate::scenario::edit_profiles;
use crate::study::{Profile, Study};

/// Whether somebody asks how streets rise, in the study or in a scenario.
pub(super) fn asked(study: &Study) -> bool {
    let asks =
        |profiles: &[Profile]| profiles.iter().any(|person| walk_lengths(person) != WalkLengths::PLAIN);
    // What is wrong with an edit is said where it is made.
    let edited = |edits| edit_profiles(&study.profiles, edits, 0).is_ok_and(|(profiles, _)| asks(&profiles));
    asks(&study.profiles) || study.named_scenarios().any(|scenario| edited(&scenario.edits))
}

/// How some streets of a study rise; `extract` is what they were built from.
///
/// # Errors
/// What is wrong in the rasters, and the machine's; those of `extract`; `Stopped`.
pub(super) fn slopes<'a>(
    name: &str,
    key: &PartKey,
    streets: &Streets,
    extract: impl FnOnce() -> Result<&'a RawStreets>,
    (study, cache): (&Study, &Cache),
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<Slopes> {
    let files = paths(study, &study.network.elevation);
    let make = |diagnostics: &mut Diagnostics| {
        let slopes = made(study, streets, extract()?, diagnostics, executor)?;
        cache.unchanged(&files).map(|()| slopes)
    };
    let read = |reader: &_| Slopes::read(reader, streets);
    cache.part(name, key, diagnostics, executor, read, make, Slopes::write)
}

/// How the streets of a scenario rise, where somebody asks; what is doubtful the base's have said.
///
/// # Errors
/// As [`slopes`].
pub(super) fn of_edited(
    study: &Study,
    streets: &Streets,
    raw: &RawStreets,
    executor: &dyn Executor,
) -> Result<Option<Slopes>> {
    let unsaid = &mut Diagnostics::default();
    asked(study).then(|| made(study, streets, raw, unsaid, executor)).transpose()
}

fn made(
    study: &Study,
    streets: &Streets,
    raw: &RawStreets,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<Slopes> {
    let files = paths(study, &study.network.elevation);
    if files.is_empty() {
        return Slopes::new(streets, raw, None, diagnostics, executor);
    }
    let rasters = Rasters::open(&files, diagnostics)?;
    Slopes::new(streets, raw, Some(&|points| rasters.heights(points)), diagnostics, executor)
}
