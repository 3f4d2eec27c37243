//! `isokron compare`: who gains and who loses from one result to another.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Said, words};
use crate::base::error::Result;
use crate::run::compare::folders::{Options, folders};
use crate::run::progress::Progress;

/// Compare two results: what changed, who gains and who loses
///
/// Takes scenarios of one run (out/base and out/tram), profiles and periods of one (out/base/adult-morning and
/// out/base/adult-night), or the results of two runs (out and other/out). They must have the same cells and the same
/// definitions; what differs is said. People, groups and [equity] (indices, standards, income groups, material_change,
/// intervals) are those of the first. A run with scenarios does this by itself, against the base.
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
    /// Resamples for the intervals; 0: no intervals [default: the study's]
    #[arg(long, value_name = "N")]
    replicates: Option<u32>,
    #[arg(long, value_name = "N", help = "Another seed draws other resamples [default: the study's]")]
    seed: Option<u64>,
    /// Side of the blocks, m; 0: cells one by one [default: the study's]
    #[arg(long, value_name = "M")]
    block_m: Option<f64>,
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let (replicates, seed, block_m) = (self.replicates, self.seed, self.block_m);
        let options = Options { output: self.output.clone(), replicates, seed, block_m };
        let answer = folders(&self.before, &self.after, &options, executor)?;
        let mut lines: Vec<String> = answer.notes.iter().map(|note| format!("note: {note}")).collect();
        for (name, found) in &answer.found {
            lines.push(name.clone());
            lines.extend(words::comparison::lines(found, 12));
        }
        lines.extend(self.output.iter().map(|folder| format!("Written: {}", folder.display())));
        let rows =
            answer.found.iter().flat_map(|(name, found)| found.winners.iter().map(move |row| (name, row)));
        let rows = rows.map(|(name, row)| {
            json!({
                "in": name, "measure": row.measure, "group": row.group, "people": row.people, "gain": row.gain,
                "lose": row.lose, "same": row.same, "unknown": row.unknown, "before": row.before,
                "after": row.after, "material_change": row.material.to_string(),
            })
        });
        Ok(Said { lines, json: json!({ "winners": rows.collect::<Vec<_>>(), "said": answer.notes }) })
    }
}
