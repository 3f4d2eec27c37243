//! `isokron matrix`: travel times of all pairs.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Said;
use super::formats::format_that;
use crate::base::error::Result;
use crate::outputs::diagnostics::{grouped, summary};
use crate::run::estimate::{Resources, parse_size};
use crate::run::matrix::{MatrixAnswer, Options, matrix};
use crate::run::progress::Progress;
use crate::study::TableFormat;

/// Travel times from every cell to every destination, as one long table
///
/// Columns from_id, to_id, travel_time_s (one column a percentile where the study has several:
/// travel_time_p25_s, …) and walk_s, seconds on foot all the way. Pairs without a time are left out unless --all-pairs. For a period with arrive = "…" a time
/// is that from the latest departure to the second of arrival.
///
/// With --breakdown there are more columns for each time, of the journey that `isokron trip` gives for its departure (the
/// first of the window with just that time): departs; way, the mode or chain that won; walking_s, cycling_s, driving_s,
/// waiting_s, riding_s and changing_s, which add up to the time; rides and routes; walked_m, cycled_m, driven_m and
/// ridden_m. Each pair is searched by itself, some 50 ms of CPU in a city: for the places asked about, not for a region.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron matrix city/study.toml -o times.csv
  isokron matrix city/study.toml --origins homes.csv --destinations clinics.csv --breakdown -o made_of.csv
  isokron matrix city/study.toml --destinations clinics.csv --format parquet -o clinics.parquet
  isokron matrix city/study.toml --period night --profile elderly --all-pairs -o night.csv")]
pub struct Arguments {
    /// The study file
    study: PathBuf,
    /// Other origins than the cells: a file, in any form that cells are read in, with the cells' id and coordinate columns
    #[arg(long, value_name = "FILE")]
    origins: Option<PathBuf>,
    /// Other destinations than the study's, likewise
    #[arg(long, value_name = "FILE")]
    destinations: Option<PathBuf>,
    /// What kind of file [default: by its ending, else csv]
    #[arg(long, value_parser = format_that(TableFormat::Csv, |format| format.pairs.is_some()))]
    format: Option<TableFormat>,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Keep pairs without a time, their times blank
    #[arg(long)]
    all_pairs: bool,
    /// With what each time is made of, for the departure that has it
    #[arg(long, conflicts_with = "all_pairs")]
    breakdown: bool,
    /// Which period, where the study has several
    #[arg(long, value_name = "NAME")]
    period: Option<String>,
    /// Which profile, where the study has several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Which scenario [default: base, the study without edits]
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Memory to make do with, as in 2GiB or 500MB: fewer threads work where all would need more
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    memory_limit: Option<u64>,
}

impl Arguments {
    pub fn run(&self, threads: usize, executor: &Progress) -> Result<Said> {
        let options = Options {
            origins: self.origins.clone(),
            destinations: self.destinations.clone(),
            format: self.format,
            all_pairs: self.all_pairs,
            breakdown: self.breakdown,
            period: self.period.clone(),
            profile: self.profile.clone(),
            scenario: self.scenario.clone(),
            means: Resources { threads, memory: self.memory_limit },
        };
        let MatrixAnswer { pairs, diagnostics, news: mut lines } =
            matrix(&self.study, &options, &self.output, executor)?;
        let json = json!({ "pairs": pairs, "output": self.output, "said": summary(&diagnostics) });
        lines.push(format!("{} pairs in {}", grouped(pairs), self.output.display()));
        Ok(Said { json, lines })
    }
}
