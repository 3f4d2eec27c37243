//! `isokron verify`: are the results what the study gives?

use std::path::PathBuf;

use clap::Args;

use super::{Said, words};
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::run::progress::Progress;
use crate::run::verify::{Options, verify};

/// Verify results: every hash, and some cells computed anew
///
/// Inputs and outputs are compared with the hashes in manifest.json, the parameters with the study, the
/// network's files with their own hashes. Then the rows of some cells, drawn by lot, are computed anew from the
/// input files, without the cache, and compared with access.csv. Anything that differs: exit code 1 and the place.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron verify city/study.toml
  isokron verify city/out --origins 200 --seed 7")]
pub struct Arguments {
    /// The study file, or the folder of its results
    #[arg(value_name = "STUDY|OUT")]
    file: PathBuf,
    /// The study, where the folder's run.log does not tell
    #[arg(long, value_name = "FILE")]
    study: Option<PathBuf>,
    /// So many cells are computed anew
    #[arg(long, value_name = "N", default_value_t = 16)]
    origins: usize,
    /// Draws the cells: another seed, other cells
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Arguments {
    pub fn run(&self, threads: usize, executor: &Progress) -> Result<Said> {
        let options = Options {
            file: self.file.clone(),
            study: self.study.clone(),
            origins: self.origins,
            seed: self.seed,
        };
        let found = verify(&options, threads, executor)?;
        let (mut lines, json) = (words::verified::lines(&found), found.json());
        if !found.faults.is_empty() {
            // What was looked at is worth saying too.
            lines.iter().for_each(|line| executor.note(line));
            return Err(Error::Input(found.faults));
        }
        lines.push("all as it should be".to_string());
        Ok(Said { lines, json })
    }
}
