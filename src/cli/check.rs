//! `isokron check`: what is in the data, and what is wrong with it.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Said, words};
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::run::check::{CheckAnswer, check};
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
        let CheckAnswer { facts, diagnostics, problems } = check(&self.files, executor)?;
        let mut lines: Vec<String> = facts.iter().flat_map(words::facts::lines).collect();
        lines.extend(words::facts::findings(&diagnostics));
        if !problems.is_empty() {
            // What could be read is worth saying too.
            lines.iter().for_each(|line| executor.note(line));
            return Err(Error::Input(problems));
        }
        let rows = diagnostics.counts().map(|(kind, input, number)| {
            json!({ "code": kind.code, "severity": kind.severity.word(), "input": input, "number": number,
                "meaning": kind.meaning, "remedy": kind.remedy })
        });
        let findings: Vec<_> = rows.collect();
        Ok(Said { json: json!({ "said": lines, "findings": findings }), lines })
    }
}
