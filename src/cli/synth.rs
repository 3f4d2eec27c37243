//! `isokron synth`: a made-up region.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Said;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::inputs::synth::{Size, Synth};
use crate::outputs::feeds;
use crate::run::progress::Progress;

/// Make up a region: streets, heights, timetable, cells with people and jobs, and a study of it
///
/// The same seed and size give the same region. Everything in it is invented; it reads like real data. All but the town have
/// what riding and driving asks for: directions, limits, forbidden turns, cycleways, heights.
#[derive(Args)]
#[command(after_help = "\
Example:
  isokron synth --size town --seed 1 --output mytown
  isokron run mytown/study.toml")]
pub struct Arguments {
    /// How large a region
    #[arg(long, value_enum, default_value = "town")]
    size: NamedSize,
    /// Another number, another region
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The folder to write into
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum NamedSize {
    /// A town of some 60,000 people in 700 cells of 250 m
    Town,
    /// 200,000 people in 3,000 cells, 1,500 stops
    City,
    /// Two million people in 30,000 cells, 13,000 stops, a million calls a weekday
    Stockholm,
    /// Ten times that: cities of all sizes with railways between; some minutes of work
    Country,
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let size = match self.size {
            NamedSize::Town => Size::Town,
            NamedSize::City => Size::City,
            NamedSize::Stockholm => Size::Stockholm,
            NamedSize::Country => Size::Country,
        };
        let region = Synth { size, seed: self.seed }.make();
        executor.go_on()?;
        let files = feeds::write(&region, &self.output, executor)?;
        let mut lines: Vec<String> = files.iter().map(|file| format!("wrote {}", file.display())).collect();
        lines.push(format!("Next: isokron run {}", self.output.join("study.toml").display()));
        Ok(Said { json: json!({ "files": files }), lines })
    }
}
