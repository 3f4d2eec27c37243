//! In which formats results are written, in which projection, and on which grid.

use std::collections::BTreeSet;

use super::super::projection::Projection;
use super::super::raster::Grid;
use super::holds::FormatWriters;
use super::register::writers;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::inputs::project;
use crate::inputs::raw::RawPlaces;
use crate::study::{OutputCrs, OutputsSpec, TableFormat};

/// The formats that are asked for.
#[derive(Default)]
pub struct OutputFormats {
    /// Of tables, in the order of the register.
    pub tables: Vec<TableFormat>,
    /// `None`: longitude and latitude.
    pub projection: Option<Projection>,
    /// The squares of tables of cells, where these are asked for as rasters.
    pub grid: Option<Grid>,
    /// Columns of whole numbers, by name, whatever the table.
    pub whole: BTreeSet<String>,
}

impl OutputFormats {
    /// What a study asks for, of cells and other places.
    ///
    /// # Errors
    /// A projection that cannot be written, or places outside its area; rasters of cells that are no grid of squares.
    pub fn of(
        spec: &OutputsSpec,
        cells: &RawPlaces,
        others: Option<&RawPlaces>,
        diagnostics: &mut Diagnostics,
    ) -> Result<OutputFormats> {
        let projection = projection_of(spec, cells)?;
        if let Some(projection) = &projection {
            projection.tell("[outputs] crs", diagnostics);
            for places in std::iter::once(cells).chain(others) {
                let astray = |(i, &point): (usize, &(f64, f64))| Some((i, projection.place(point).err()?));
                if let Some((i, what)) = places.points.iter().enumerate().find_map(astray) {
                    let what = format!("{} of {}: {what}", places.ids[i], places.name);
                    return Err(Error::input(
                        "[outputs] crs",
                        what,
                        "take one that fits the place, or leave it out",
                    ));
                }
            }
        }
        let on_grid = spec.tables.iter().copied().find(|format| writers(*format).on_grid);
        let grid = on_grid.map(|format| grid(format, cells, projection.as_ref())).transpose()?;
        Ok(OutputFormats { tables: spec.tables.clone(), projection, grid, whole: BTreeSet::new() })
    }

    /// Those that are asked for and hold something, with what writes it.
    pub fn holding<W>(&self, writer: impl Fn(&FormatWriters) -> Option<W>) -> Vec<(TableFormat, W)> {
        self.tables.iter().filter_map(|&format| Some((format, writer(writers(format))?))).collect()
    }

    /// The same, or `otherwise` where none does.
    pub fn holding_or<W>(
        &self,
        otherwise: TableFormat,
        writer: impl Fn(&FormatWriters) -> Option<W>,
    ) -> Vec<(TableFormat, W)> {
        let asked = self.holding(&writer);
        if !asked.is_empty() {
            return asked;
        }
        writer(writers(otherwise)).map(|writer| (otherwise, writer)).into_iter().collect()
    }
}

fn projection_of(spec: &OutputsSpec, cells: &RawPlaces) -> Result<Option<Projection>> {
    let code = match &spec.crs {
        OutputCrs::Degrees => return Ok(None),
        OutputCrs::Cells => cells.crs.as_deref(),
        OutputCrs::Code(code) => Some(code.as_str()),
    };
    let Some(code) = code else { return Ok(None) };
    let remedy =
        "take the code of a projection in use, such as EPSG:3006, or leave it out for longitude and latitude";
    Projection::parse(code).map(Some).map_err(|what| Error::input("[outputs] crs", what, remedy))
}

/// The grid of the cells in their own projection, that of the results or the one that fits the place. A few cells may
/// by chance lie on a grid of many small squares, too: the one with the fewest is meant.
fn grid(format: TableFormat, cells: &RawPlaces, projection: Option<&Projection>) -> Result<Grid> {
    let name = format.name();
    let &(lon, lat) = cells.points.first().unwrap_or(&(0.0, 0.0));
    let own = cells.crs.clone().unwrap_or_else(|| "EPSG:4326".to_string());
    let asked = projection.map(|projection| format!("EPSG:{}", projection.code()));
    let fitting = format!("EPSG:{}", project::fitting(lon, lat));
    let mut codes: Vec<String> = [Some(own), asked, Some(fitting)].into_iter().flatten().collect();
    codes.dedup();
    let (mut grids, mut tried) = (Vec::new(), Vec::new());
    for code in codes {
        match Projection::parse(&code).and_then(|projection| Grid::of(cells, &projection)) {
            Ok(grid) => grids.push(grid),
            Err(what) => tried.push(format!("in {code} {what}")),
        }
    }
    if let Some(grid) = grids.into_iter().min_by_key(Grid::pixels) {
        return Ok(grid);
    }
    Err(Error::input(
        "[outputs] tables",
        format!(
            "\"{name}\" is for cells that are squares on a grid, and these are none ({})",
            tried.join("; ")
        ),
        format!("name the grid's projection with [outputs] crs = \"EPSG:…\", or leave out \"{name}\""),
    ))
}
