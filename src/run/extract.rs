//! The study's extracts, read for its streets.

use super::files::paths;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::inputs::osm;
use crate::inputs::raw::RawStreets;
use crate::study::Study;

/// The ways of the study's OSM files.
pub fn read_osm(study: &Study, diagnostics: &mut Diagnostics, executor: &dyn Executor) -> Result<RawStreets> {
    osm::read(&paths(study, &study.network.osm), diagnostics, executor)
}
