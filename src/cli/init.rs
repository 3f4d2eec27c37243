//! `isokron init`: a study from the data.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Said;
use crate::base::error::Result;
use crate::run::init::{Options, init};
use crate::run::progress::Progress;

/// Look into your data and write a commented study that runs as it is
///
/// The study gets the service date with most trips, a window in which the feeds run, the opportunity and
/// population columns that the cells have, and every other setting commented out with its default.
/// It never overwrites a file.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron init poa/study.toml --osm poa_osm.pbf --gtfs poa_eptc.zip --gtfs poa_trensurb.zip --cells poa_hexgrid.csv
  isokron init porto/study.toml --osm porto.osm.pbf --gtfs stcp.zip     (no cells: a 250 m grid is made)")]
pub struct Arguments {
    /// The study file to write
    study: PathBuf,
    /// OpenStreetMap extracts (.osm.pbf)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    osm: Vec<PathBuf>,
    /// GTFS feeds (.zip)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    gtfs: Vec<PathBuf>,
    /// Cells, points or polygons: CSV, GeoJSON, Parquet, GeoPackage or Shapefile
    #[arg(long, value_name = "FILE")]
    cells: Option<PathBuf>,
}

impl Arguments {
    pub fn run(&self, watch: &Progress) -> Result<Said> {
        let options = Options { osm: self.osm.clone(), gtfs: self.gtfs.clone(), cells: self.cells.clone() };
        let mut lines = init(&self.study, &options, watch)?;
        lines.push(format!("Next: isokron check {0}, then isokron run {0}", self.study.display()));
        Ok(Said { json: json!({ "study": self.study, "said": lines }), lines })
    }
}
