//! `isokron build`: the network's files alone.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Said, words};
use crate::base::error::Result;
use crate::run::build::{Options, build};
use crate::run::cache::Used;
use crate::run::progress::Progress;

/// Build the network and keep it: streets, timetable, links, walks
///
/// `run` does this by itself. A part is named by what it depends on: one that is there is kept, so a changed file
/// or setting builds only what depends on it. Parts that no study has used for 30 days are removed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron build city/study.toml
  isokron build city/study.toml --prune")]
pub struct Arguments {
    /// The study file
    study: PathBuf,
    /// Build every part anew, though it is there
    #[arg(long)]
    anew: bool,
    /// Afterwards remove all parts in the cache that this study does not use
    #[arg(long)]
    prune: bool,
}

impl Arguments {
    pub fn run(&self, executor: &Progress) -> Result<Said> {
        let built = build(&self.study, Options { anew: self.anew, prune: self.prune }, executor)?;
        let lines = words::build::lines(&built);
        let part = |part: &Used| {
            let Used { name, path, made, bytes } = part;
            json!({ "name": name, "path": path, "built": made, "bytes": bytes })
        };
        let parts: Vec<_> = built.parts.iter().map(part).collect();
        let json = json!({ "parts": parts, "removed": built.removed, "said": lines });
        Ok(Said { json, lines })
    }
}
