//! `isokron run`: all that a study asks for.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Said, words};
use crate::base::error::Result;
use crate::outputs::diagnostics;
use crate::run::estimate::{Estimate, Resources, parse_size};
use crate::run::progress::Progress;
use crate::run::{dry_run, run};

/// Compute all that the study asks for, into its output folder
///
/// For each profile × period: access.csv, .parquet and .geojson (a row for every cell, with its status; as the study asks
/// also .gpkg and .tif) and equity.csv (with [access] by_hour = true also access_by_hour and means_by_hour); beside them
/// results.csv and .parquet (all of it as one long table), diagnostics.csv and manifest.json, which is written last.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron run fixtures/skargard/study.toml
  isokron run city/study.toml --threads 8 --json
  isokron run country/study.toml --dry-run
  isokron run country/study.toml --memory-limit 2GiB")]
pub struct Arguments {
    /// The study file
    study: PathBuf,
    /// Say what the run would cost, by trying some batches, and write no results
    #[arg(long)]
    dry_run: bool,
    /// Memory to make do with, as in 2GiB or 500MB: where all would need more, batches share less and fewer threads work
    #[arg(long, value_name = "SIZE", value_parser = parse_size, conflicts_with = "dry_run")]
    memory_limit: Option<u64>,
}

impl Arguments {
    pub fn run(&self, threads: usize, executor: &Progress) -> Result<Said> {
        if self.dry_run {
            let estimates = dry_run(&self.study, threads, executor)?;
            let lines = estimates.iter().flat_map(words::estimates::lines).collect();
            return Ok(Said { lines, json: estimates.iter().map(Estimate::json).collect() });
        }
        let means = Resources { threads, memory: self.memory_limit };
        let summary = run(&self.study, means, executor)?;
        let mut said = words::run::lines(&summary);
        said.push(format!("Results in {}", summary.folder.display()));
        let lines = summary.news.into_iter().chain(said.iter().cloned()).collect();
        // Machines are told everything, whatever was said before.
        let all: Vec<String> = diagnostics::summary(&summary.diagnostics).into_iter().chain(said).collect();
        let json = json!({ "output": summary.folder, "counts": summary.counts, "said": all });
        Ok(Said { lines, json })
    }
}
