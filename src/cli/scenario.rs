//! `isokron scenario`: scenarios from and to other programs.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::Said;
use crate::base::error::{Error, Problem, Result};
use crate::run::conveyal::{ConveyalAnswer, from_conveyal, to_conveyal};
use crate::scenario::conveyal::{DAYS, Options};

/// Scenarios from and to Conveyal Analysis (R5)
///
/// Scenarios of your own are [[scenario]] tables of the study: docs/scenarios.md lists every edit. `run` computes
/// them, `compare`, `matrix --scenario` and `trip --scenario` look into them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron scenario from-conveyal tram.json -o tram.toml --day tuesday
  isokron scenario to-conveyal city/study.toml --scenario tram -o tram.json")]
pub struct Arguments {
    #[command(subcommand)]
    command: ScenarioCommand,
}

#[derive(Subcommand)]
enum ScenarioCommand {
    FromConveyal(FromArguments),
    ToConveyal(To),
}

/// Translate a scenario of Conveyal Analysis into a file of [[edit]] tables
///
/// A study names the file in a scenario: include = ["tram.toml"]. docs/scenarios.md says which modification becomes
/// which edit, and what differs.
#[derive(Args)]
#[command(after_help = "\
Examples:
  isokron scenario from-conveyal tram.json -o tram.toml --day tuesday --feed 5f3a91=bus
  isokron scenario from-conveyal all.json -o all.toml --partly")]
struct FromArguments {
    /// The scenario, as JSON
    file: PathBuf,
    /// The file of edits to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Take new service as it runs on this day; it must run on all days otherwise
    #[arg(long, value_name = "DAY", value_parser = DAYS)]
    day: Option<String>,
    /// A feed's name in the file, and its name in the study
    #[arg(long, value_name = "THERE=HERE")]
    feed: Vec<String>,
    /// Write what can be translated, and say what cannot
    #[arg(long)]
    partly: bool,
}

/// Write a scenario of a study as JSON of Conveyal Analysis
#[derive(Args)]
#[command(after_help = "\
Example:
  isokron scenario to-conveyal city/study.toml --scenario tram -o tram.json --feed bus=5f3a91")]
struct To {
    /// The study file
    study: PathBuf,
    /// Which scenario
    #[arg(long, value_name = "NAME")]
    scenario: String,
    /// The JSON file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// A feed's name in the study, and its name in the file
    #[arg(long, value_name = "HERE=THERE")]
    feed: Vec<String>,
    /// Write what can be translated, and say what cannot
    #[arg(long)]
    partly: bool,
}

impl Arguments {
    pub fn run(&self) -> Result<Said> {
        match &self.command {
            ScenarioCommand::FromConveyal(from) => {
                let day = from.day.as_ref().and_then(|day| DAYS.iter().position(|known| known == day));
                let options = Options { feeds: names(&from.feed)?, day };
                let answer = from_conveyal(&from.file, &from.output, &options, from.partly)?;
                Ok(said(&answer, &from.output, "modifications"))
            }
            ScenarioCommand::ToConveyal(to) => {
                let answer = to_conveyal(&to.study, &to.scenario, &to.output, &names(&to.feed)?, to.partly)?;
                Ok(said(&answer, &to.output, "edits"))
            }
        }
    }
}

fn names(pairs: &[String]) -> Result<Vec<(String, String)>> {
    let one = |pair: &String| {
        let (left, right) =
            pair.split_once('=').filter(|(left, right)| !left.is_empty() && !right.is_empty())?;
        Some((left.to_string(), right.to_string()))
    };
    let wrong = |pair: &String| {
        Error::Usage(Problem::new("--feed", format!("{pair} is no pair of names"), "write --feed 5f3a91=bus"))
    };
    pairs.iter().map(|pair| one(pair).ok_or_else(|| wrong(pair))).collect()
}

fn said(answer: &ConveyalAnswer, output: &std::path::Path, what: &str) -> Said {
    let all = answer.translated + answer.left_out.len();
    let mut lines = vec![format!("{} of {all} {what} written to {}", answer.translated, output.display())];
    lines.extend(answer.left_out.iter().map(|problem| format!("left out: {problem}")));
    lines.extend(answer.notes.iter().map(|note| format!("note: {note}")));
    let left_out: Vec<String> = answer.left_out.iter().map(Problem::to_string).collect();
    let json = json!({ "translated": answer.translated, "left_out": left_out, "notes": answer.notes, "output": output });
    Said { lines, json }
}
