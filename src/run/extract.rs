//! The study's extracts, read for its streets; kept with the network's files where scenarios change streets.

use super::cache::{Cache, EXTRACT, PartKey};
use super::files::paths;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::inputs::osm;
use crate::inputs::raw::RawStreets;
use crate::network::extract::{read_extract, write_extract};
use crate::study::{Concern, Study};

/// The ways of the study's OSM files; none where it names none. `osm_key`: their hash.
///
/// # Errors
/// As [`osm::read`]; the machine's.
pub(super) fn extract(
    study: &Study,
    cache: &Cache,
    osm_key: &PartKey,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<RawStreets> {
    let files = paths(study, &study.network.osm);
    if files.is_empty() {
        return Ok(RawStreets::default());
    }
    let make = |diagnostics: &mut Diagnostics| {
        let raw = osm::read(&files, diagnostics, executor)?;
        cache.unchanged(&files).map(|()| raw)
    };
    if !study.named_scenarios().any(|scenario| scenario.changes(Concern::Streets)) {
        return make(diagnostics);
    }
    let key = osm_key.clone().and(EXTRACT);
    cache.part(EXTRACT, &key, diagnostics, executor, read_extract, make, write_extract)
}
