//! What a format of results can hold, and what writes it.

use std::io;
use std::path::Path;

use super::super::isochrones::BeginIsochrones;
use super::super::matrix::BeginPairs;
use super::super::projection::Projection;
use super::super::raster::Grid;
use super::super::staging::{Staged, WrittenFile};
use super::super::tables::ResultTable;
use super::super::tidy::Series;
use crate::base::error::Result;
use crate::inputs::raw::RawPlaces;

/// Where the rows of a table are on the map.
#[derive(Clone, Copy)]
pub struct Placing<'a> {
    pub places: &'a RawPlaces,
    /// `None`: longitude and latitude.
    pub projection: Option<&'a Projection>,
    /// Where the places are cells on a grid that is asked for.
    pub grid: Option<&'a Grid>,
}

/// Writes a table, a row a place, to a path.
pub type WritePlaces = fn(&Path, &ResultTable, &Placing<'_>) -> Result<WrittenFile>;
/// Writes a table without shapes.
pub type WriteRows = fn(&ResultTable, &mut Staged) -> io::Result<()>;
/// Writes measures as one long table.
pub type WriteSeries = fn(&[Series<'_>], &mut Staged) -> io::Result<()>;

/// The writers of a format; `None` where it holds no such thing.
#[derive(Clone, Copy)]
pub struct FormatWriters {
    pub places: Option<WritePlaces>,
    /// Places are written only where they are cells on a grid.
    pub on_grid: bool,
    /// Tables without shapes.
    pub rows: Option<WriteRows>,
    /// Who lives in the cells is written in it, as in formats with `rows`.
    pub cells: bool,
    pub series: Option<WriteSeries>,
    pub isochrones: Option<BeginIsochrones>,
    pub pairs: Option<BeginPairs>,
    /// The report draws tables in it.
    pub drawn: bool,
}

/// A format that holds nothing.
pub(super) const NOTHING: FormatWriters = FormatWriters {
    places: None,
    on_grid: false,
    cells: false,
    rows: None,
    series: None,
    isochrones: None,
    pairs: None,
    drawn: false,
};
