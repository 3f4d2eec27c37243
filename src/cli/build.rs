//! `isokron build`: the network's files alone.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Said;
use crate::base::error::Result;
use crate::run::build;
use crate::run::progress::Progress;

/// Build the network and keep it: streets, timetable, walks
///
/// `run` does this by itself where it is missing, and takes it from the cache where nothing has changed.
/// `build` makes every part anew.
#[derive(Args)]
#[command(after_help = "Example:\n  isokron build city/study.toml")]
pub struct Arguments {
    /// The study file
    study: PathBuf,
}

impl Arguments {
    pub fn run(&self, watch: &Progress) -> Result<Said> {
        let lines = build(&self.study, watch)?;
        Ok(Said { json: json!({ "said": lines }), lines })
    }
}
