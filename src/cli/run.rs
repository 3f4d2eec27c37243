//! `isokron run`: all that a study asks for.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Said;
use crate::base::error::Result;
use crate::outputs::diagnostics;
use crate::run::progress::Progress;
use crate::run::run;

/// Compute all that the study asks for, into its output folder
///
/// For each profile × period: access.csv, .parquet and .geojson (a row for every cell, with its status) and
/// equity.csv (with [access] by_hour = true also access_by_hour and means_by_hour); beside them diagnostics.csv and
/// manifest.json, which is written last.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron run fixtures/skargard/study.toml
  isokron run city/study.toml --threads 8 --json")]
pub struct Arguments {
    /// The study file
    study: PathBuf,
}

impl Arguments {
    pub fn run(&self, threads: usize, watch: &Progress) -> Result<Said> {
        let summary = run(&self.study, threads, watch)?;
        let mut lines = diagnostics::summary(&summary.findings);
        lines.extend(summary.lines);
        lines.push(format!("Results in {}", summary.folder.display()));
        let json = json!({ "output": summary.folder, "counts": summary.counts, "said": lines });
        Ok(Said { lines, json })
    }
}
