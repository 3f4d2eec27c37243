//! `isokron schema`: the study file as a JSON Schema.

use clap::Args;

use super::Said;
use crate::base::error::Result;
use crate::outputs::schema;

/// Print a JSON Schema of the study file, for editors
///
/// It names every key with its meaning, default and limits, every kind of edit and every measure, so that an editor
/// completes them and marks what is wrong while you write. What keys want of each other, and of the data, `isokron
/// check` says.
///
/// VS Code with "Even Better TOML", Helix, Zed and others with taplo: write this as the study's first line:
///   #:schema ./isokron.schema.json
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  isokron schema > isokron.schema.json
  isokron schema --edits > edits.schema.json       (for files that a scenario includes)
  taplo check --schema file://$PWD/isokron.schema.json study.toml"
)]
pub struct Arguments {
    /// Of a file of [[edit]] tables in place of a study
    #[arg(long)]
    edits: bool,
}

impl Arguments {
    pub fn run(&self) -> Result<Said> {
        let json = if self.edits { schema::edits() } else { schema::study() };
        Ok(Said { lines: vec![format!("{json:#}")], json })
    }
}
