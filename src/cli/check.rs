//! `isokron check`: what is in the data, and what is wrong with it.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Said;
use crate::base::error::Result;
use crate::run::check::check;
use crate::run::progress::Progress;

/// Read everything and say what was found, repaired, dropped and is doubtful
///
/// Takes a study, or bare files: .osm.pbf, GTFS .zip, tables of cells (.csv, .geojson).
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron check city/study.toml
  isokron check buses.zip rail.zip
  isokron check city.osm.pbf grid.csv --json")]
pub struct Arguments {
    /// A study, or data files
    #[arg(required = true, value_name = "STUDY|FILE")]
    files: Vec<PathBuf>,
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let report = check(&self.files, executor)?;
        Ok(Said {
            json: json!({ "said": report.lines, "findings": report.diagnostics }),
            lines: report.lines,
        })
    }
}
