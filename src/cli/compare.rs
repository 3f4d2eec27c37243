//! `isokron compare`: who gains and who loses from one result to another.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Said;
use crate::base::error::Result;
use crate::measures::equity::Bootstrap;
use crate::run::compare::folders::{Options, folders};
use crate::run::progress::Progress;

/// Compare two results: what changed, who gains and who loses
///
/// Takes scenarios of one run (out/base and out/tram), profiles and periods of one (out/base/adult-morning and
/// out/base/adult-night), or the results of two runs (out and other/out). They must have the same cells and the same
/// definitions; what differs is said. People and groups are those of the first. A run with scenarios does this by itself,
/// against the base.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron compare city/out/base city/out/tram
  isokron compare city/out/base city/out/tram -o changes
  isokron compare out2025 out2026 --replicates 0 --json")]
pub struct Arguments {
    /// The results before
    before: PathBuf,
    /// The results after
    after: PathBuf,
    /// Write changes.csv (a row a cell), winners.csv and differences.csv into a folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Resamples for the intervals; 0: no intervals
    #[arg(long, value_name = "N", default_value_t = 1000)]
    replicates: u32,
    #[arg(long, value_name = "N", default_value_t = 1, help = "Another seed draws other resamples")]
    seed: u64,
    /// Side of the blocks, m; 0: cells one by one
    #[arg(long, value_name = "M", default_value_t = 2000.0)]
    block_m: f64,
}

impl Arguments {
    pub fn run(&self, watch: &Progress) -> Result<Said> {
        let (replicates, seed, block_m) = (self.replicates, self.seed, self.block_m);
        let bootstrap = Bootstrap { replicates, seed, block_m, ..Bootstrap::default() };
        let options = Options { output: self.output.clone(), bootstrap };
        let answer = folders(&self.before, &self.after, &options, watch)?;
        let mut lines = answer.lines;
        lines.extend(self.output.iter().map(|folder| format!("Written: {}", folder.display())));
        let rows = answer.rows.iter().map(|(name, row)| {
            json!({
                "in": name, "measure": row.measure, "group": row.group, "people": row.people, "gain": row.gain,
                "lose": row.lose, "same": row.same, "unknown": row.unknown, "before": row.before,
                "after": row.after,
            })
        });
        Ok(Said { lines, json: json!({ "winners": rows.collect::<Vec<_>>() }) })
    }
}
