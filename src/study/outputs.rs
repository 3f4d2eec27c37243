//! `[outputs]`: what is written, and in which form.

use super::format::TableFormat;
use super::keys::declaration::Fallback::{Absent, Value};
use super::keys::declaration::Shape::{Either, Flag, List, Words};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::EPSG;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputsSpec {
    /// Each once, in the order of [`TableFormat::ALL`].
    pub tables: Vec<TableFormat>,
    pub crs: OutputCrs,
    pub matrix: MatrixOutput,
    /// What the travel times are made of.
    pub breakdown: bool,
    /// All measures as one long table.
    pub tidy: bool,
}

/// The projection of shapes and rasters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OutputCrs {
    /// Longitude and latitude on WGS 84.
    #[default]
    Degrees,
    /// That of the cells.
    Cells,
    /// `EPSG:n`.
    Code(String),
}

/// How travel times of all pairs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MatrixOutput {
    #[default]
    None,
    /// `matrix.parquet`.
    Whole,
    /// A folder of files, each of some origins.
    Partitioned,
}

impl OutputsSpec {
    pub const KEYS: &'static [Entry<OutputsSpec>] = &[
        key(
        "outputs",
        "tables",
        Value("[\"csv\", \"parquet\", \"geojson\"]"),
        "[\"csv\"]",
        "forms of the tables by cell; also \"gpkg\" (GeoPackage), and \"tif\" (GeoTIFF) where cells are squares on a grid",
    ).takes(List(&Words(TableFormat::NAMES))).apart(),
        key(
        "outputs",
        "crs",
        Absent("longitude and latitude"),
        "\"EPSG:3006\"",
        "projection of shapes in GeoParquet and GeoPackage: an EPSG code, or \"cells\", that of the cells",
    ).takes(Either(&[EPSG, Words(&["cells"])])).apart(),
        key(
        "outputs",
        "matrix",
        Value("false"),
        "true",
        "write all travel times as well: true for matrix.parquet, \"partitioned\" for a folder of files by origin",
    ).takes(Either(&[Flag, Words(&["partitioned"])])).apart(),
        key(
        "outputs",
        "breakdown",
        Value("false"),
        "true",
        "write of each pair of places what its travel times are made of as well, as tables breakdown: dear, for few cells",
    ).takes(Flag).apart(),
        key(
        "outputs",
        "tidy",
        Value("true"),
        "false",
        "write all measures as one long table as well, results.csv and .parquet: a row a cell, measure and scenario",
    ).takes(Flag).apart(),
    ];
}
