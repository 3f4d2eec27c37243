//! `isokron completions` and `isokron man`: the command line, told to shells and to `man`.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use super::{Cli, Said};
use crate::base::error::{Error, Result};

/// Print completions for a shell: commands, options and their words
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron completions bash > ~/.local/share/bash-completion/completions/isokron
  isokron completions zsh > ~/.zfunc/_isokron       (with fpath+=~/.zfunc before compinit)
  isokron completions fish > ~/.config/fish/completions/isokron.fish
  isokron completions powershell >> $PROFILE")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(&self) -> Result<Said> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "isokron", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let json = json!({ "shell": self.shell.to_string(), "script": script });
        Ok(Said { lines: script.lines().map(str::to_string).collect(), json })
    }
}

/// Write man pages: isokron.1, and one for each command
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron man ~/.local/share/man/man1
  man isokron-run")]
pub struct Man {
    /// The folder to write into; it is made where it is missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub fn run(&self) -> Result<Said> {
        let shown = self.folder.display().to_string();
        let failed = |error| Error::machine(&shown, error);
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        // `help` would have a page for each command once more.
        let command = Cli::command().disable_help_subcommand(true);
        clap_mangen::generate_to(command, &self.folder).map_err(failed)?;
        let line = format!("Man pages written to {shown}");
        Ok(Said { lines: vec![line], json: json!({ "folder": self.folder }) })
    }
}
