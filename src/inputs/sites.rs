//! Park-and-ride sites of a table: where, for how many cars, and at what price.

use std::path::Path;

use super::cells;
use super::numbers::number;
use super::tables;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::study::{PlacesSource, PlacesSpec};

/// Sites, in the table's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawSites {
    pub ids: Vec<String>,
    /// (lon, lat) in degrees.
    pub points: Vec<(f64, f64)>,
    /// Cars; `None` where blank, or where there is no such column.
    pub capacity: Vec<Option<f64>>,
    /// In whatever currency.
    pub price: Vec<Option<f64>>,
}

/// Reads a table with columns `id`, `lon`, `lat`, and where it has them `capacity` and `price`.
///
/// # Errors
/// Everything that is wrong in it, each with its line.
pub fn read(file: &Path, folder: &Path, diagnostics: &mut Diagnostics) -> Result<RawSites> {
    let [id, x, y, crs] = ["id", "lon", "lat", "EPSG:4326"].map(str::to_string);
    let source = PlacesSource::File { file: file.to_path_buf(), id, x, y, crs };
    let places = cells::read(&PlacesSpec::bare("park_and_ride_sites", source), folder, None, diagnostics)?;
    let shown = file.display().to_string();
    let table = tables::read(&folder.join(file), &shown, &mut Diagnostics::default())?;
    let mut problems: Vec<Problem> = Vec::new();
    let mut amounts = |name: &str| -> Vec<Option<f64>> {
        if !table.has(name) {
            return vec![None; table.len()];
        }
        let Ok(column) = table.column(name, name).map_err(|problem| problems.push(problem)) else {
            return Vec::new();
        };
        let amount = |row: usize| {
            let text = table.cell(row, column);
            match number(text) {
                Ok(None) => None,
                Ok(Some(value)) if value >= 0.0 => Some(value),
                _ => {
                    let what = format!("{name} is \"{text}\", no number from 0 on");
                    problems.push(Problem::new(table.place(row), what, "write a number, or leave it blank"));
                    None
                }
            }
        };
        (0..table.len()).map(amount).collect()
    };
    let (capacity, price) = (amounts("capacity"), amounts("price"));
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    Ok(RawSites { ids: places.ids, points: places.points, capacity, price })
}
