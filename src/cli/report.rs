//! `isokron report`: the page of a folder of results, made anew.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Said;
use crate::base::error::Result;
use crate::outputs::{folder, report};
use crate::run::progress::Progress;

/// Make report.html anew from the files of a run
///
/// Every `run` ends with report.html: map, charts, findings and method on one page that works offline and can be
/// mailed. This makes it again, from the tables and map.json in the folder, and notes its hash in manifest.json.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron report city/out")]
pub struct Arguments {
    /// The folder of a run's results
    #[arg(value_name = "OUT")]
    folder: PathBuf,
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        folder::add(&self.folder, report::REPORT, |manifest| report::page(&self.folder, manifest, executor))?;
        let path = self.folder.join(report::REPORT).display().to_string();
        Ok(Said { lines: vec![format!("Written: {path}")], json: json!({ "report": path }) })
    }
}
