//! Measures of places as tables and files: passive ones, and those over several profiles.

use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::over_profiles::{OfProfile, over_profiles};
use crate::engine::region::Region;
use crate::inputs::raw::RawPlaces;
use crate::measures::spec::MeasureSpec;
use crate::outputs::folder::OutputFolder;
use crate::outputs::tables::{ColumnData, Combination, ResultTable};
use crate::study::Period;

/// The table of destinations, where passive measures are about other places than the cells.
///
/// # Errors
/// The machine's.
pub fn write_passive(
    region: &Region,
    passive: &[(String, Vec<Option<f64>>)],
    of: &Combination,
    folder: &mut OutputFolder,
    executor: &dyn Executor,
) -> Result<()> {
    if passive.is_empty() {
        return Ok(());
    }
    let places = region.destinations().0;
    let table = places_table(places, passive).of(of.columns());
    folder.write_places(&format!("{}/passive", of.folder()), &table, places, executor)
}

/// A row a place: `id`, `lon`, `lat` and the columns.
pub fn places_table(places: &RawPlaces, columns: &[(String, Vec<Option<f64>>)]) -> ResultTable {
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(places.ids.clone()));
    table.push("lon", ColumnData::Number(places.points.iter().map(|&(lon, _)| Some(lon)).collect()));
    table.push("lat", ColumnData::Number(places.points.iter().map(|&(_, lat)| Some(lat)).collect()));
    for (name, values) in columns {
        table.push(name, ColumnData::Number(values.clone()));
    }
    table
}

/// Measures over modes, with a profile for each mode, as one table a period, a row a cell:
/// `base/over_profiles_<period>.csv`. Nothing where there is one profile, or no such measure.
///
/// # Errors
/// The machine's.
pub fn write_over_profiles(
    scenario: &str,
    region: &Region,
    asked: &[MeasureSpec],
    period: &Period,
    profiles: &[OfProfile<'_>],
    folder: &mut OutputFolder,
) -> Result<()> {
    let measures = over_profiles(asked, profiles);
    if measures.is_empty() {
        return Ok(());
    }
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(region.cells.ids.clone()));
    for (name, values) in measures {
        table.push(name, ColumnData::Number(values));
    }
    let table = table.of([("scenario", scenario), ("period", &*period.name)]);
    let formats = folder.formats().holding(|format| format.rows);
    folder.write_rows(&format!("{scenario}/over_profiles_{}", period.name), &table, formats)
}
