//! In which forms results are written, in which projection, and on which grid.

use std::collections::BTreeSet;

use super::projection::Projection;
use super::raster::Grid;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::inputs::project;
use crate::inputs::raw::RawPlaces;
use crate::study::{OutputCrs, OutputsSpec};

/// The forms of tables by place.
#[derive(Default)]
pub struct Forms {
    pub csv: bool,
    pub parquet: bool,
    pub geojson: bool,
    pub gpkg: bool,
    /// `None`: longitude and latitude.
    pub projection: Option<Projection>,
    /// The squares of tables of cells, where these are asked for as rasters.
    pub grid: Option<Grid>,
    /// Columns of whole numbers, by name, whatever the table.
    pub whole: BTreeSet<String>,
}

impl Forms {
    /// What a study asks for, of cells and other places.
    ///
    /// # Errors
    /// A projection that cannot be written, or places outside its area; rasters of cells that are no grid of squares.
    pub fn of(
        spec: &OutputsSpec,
        cells: &RawPlaces,
        others: Option<&RawPlaces>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Forms> {
        let projection = asked(spec, cells)?;
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
        let grid = if spec.tif { Some(grid(cells, projection.as_ref())?) } else { None };
        let OutputsSpec { csv, parquet, geojson, gpkg, .. } = *spec;
        Ok(Forms { csv, parquet, geojson, gpkg, projection, grid, whole: BTreeSet::new() })
    }
}

fn asked(spec: &OutputsSpec, cells: &RawPlaces) -> Result<Option<Projection>> {
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
fn grid(cells: &RawPlaces, projection: Option<&Projection>) -> Result<Grid> {
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
        format!("\"tif\" is for cells that are squares on a grid, and these are none ({})", tried.join("; ")),
        "name the grid's projection with [outputs] crs = \"EPSG:…\", or leave out \"tif\"",
    ))
}
