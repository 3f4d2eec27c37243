//! Cells that are squares on a grid as GeoTIFF: a band for each column of numbers.

use super::holds::{FormatWriters, NOTHING, Placing};
use crate::base::error::{Error, Result};
use crate::outputs::staging::WrittenFile;
use crate::outputs::tables::ResultTable;

pub(super) static WRITERS: FormatWriters = FormatWriters { places: Some(places), on_grid: true, ..NOTHING };

fn places(path: &std::path::Path, table: &ResultTable, placing: &Placing<'_>) -> Result<WrittenFile> {
    let no_grid = || {
        Error::input(path.display().to_string(), "is of places that are on no grid", "write another format")
    };
    placing.grid.ok_or_else(no_grid)?.write(path, table)
}
