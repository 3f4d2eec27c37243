//! What OpenStreetMap has beside streets: the study's places of interest, and water for the report's map. Read once, and
//! kept with the network's files.

use super::cache::{Cache, PartKey};
use super::files::paths;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::inputs::osm;
use crate::inputs::raw::{RawElement, RawWater};
use crate::network::parts::{read_elements, read_water, write_elements, write_water};
use crate::study::{PlacesSource, PlacesSpec, Study, TagFilter};

/// Elements by column of the cells, then of each list of destinations, which may be elements itself after its columns.
pub struct Elements(Vec<Vec<RawElement>>);

impl Elements {
    /// `osm`: the key of the study's OSM files.
    ///
    /// # Errors
    /// As [`osm::elements`]; columns of interest without an extract.
    pub fn read(
        study: &Study,
        cache: &Cache,
        osm: &PartKey,
        diagnostics: &mut Diagnostics,
        executor: &dyn Executor,
    ) -> Result<Elements> {
        let all = std::iter::once(&study.cells).chain(&study.destinations);
        let columns: Vec<Vec<TagFilter>> = all.flat_map(columns).cloned().collect();
        if columns.is_empty() {
            return Ok(Elements(Vec::new()));
        }
        if study.network.osm.is_empty() {
            let what = "names no extract, and the study asks for places of interest in it";
            return Err(Error::input("[network] osm", what, "name an OpenStreetMap extract"));
        }
        let words =
            |filters: &Vec<TagFilter>| filters.iter().map(TagFilter::text).collect::<Vec<_>>().join("\n");
        let key = columns.iter().map(words).fold(osm.clone().and("elements"), |key, words| key.and(words));
        let files = paths(study, &study.network.osm);
        let make = |diagnostics: &mut Diagnostics| {
            let found = osm::elements(&files, &columns, diagnostics, executor)?;
            cache.unchanged(&files).map(|()| found)
        };
        let number = columns.len();
        let read = |from: &_| read_elements(from, number);
        let part = cache
            .part("elements", &key, diagnostics, executor, read, make, |found, to| write_elements(found, to));
        part.map(Elements)
    }

    /// Those of the cells.
    pub fn of_cells(&self, study: &Study) -> &[Vec<RawElement>] {
        &self.0[..study.cells.interests.len()]
    }

    /// Those of a list of destinations.
    pub fn of_list(&self, study: &Study, list: usize) -> &[Vec<RawElement>] {
        let own = |spec: &PlacesSpec| columns(spec).count();
        let first = own(&study.cells) + study.destinations[..list].iter().map(own).sum::<usize>();
        &self.0[first..first + own(&study.destinations[list])]
    }
}

/// Water for the report's map. `extracts`: the key of the study's OSM files.
///
/// # Errors
/// As [`osm::water`].
pub fn water(
    study: &Study,
    cache: &Cache,
    extracts: &PartKey,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<RawWater> {
    let files = paths(study, &study.network.osm);
    if files.is_empty() {
        return Ok(RawWater::default());
    }
    let make = |_: &mut Diagnostics| {
        let found = osm::water(&files, executor)?;
        cache.unchanged(&files).map(|()| found)
    };
    let key = extracts.clone().and("water");
    cache.part("water", &key, diagnostics, executor, read_water, make, write_water)
}

fn columns(spec: &PlacesSpec) -> impl Iterator<Item = &Vec<TagFilter>> {
    let own = match &spec.source {
        PlacesSource::Elements { tags } => Some(tags),
        PlacesSource::File { .. } | PlacesSource::Grid { .. } => None,
    };
    spec.interests.iter().map(|interest| &interest.tags).chain(own)
}
