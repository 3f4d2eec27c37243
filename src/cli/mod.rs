//! The command line: one file per subcommand, no logic. Arguments go in, a summary or an error comes out.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::base::error::{Error, Problem, Result};
use crate::run::progress::{Progress, set_threads};

mod access;
mod build;
mod check;
mod compare;
mod completions;
mod equity;
mod formats;
mod init;
mod isochrone;
mod journey;
mod matrix;
pub mod memory;
mod problems;
mod report;
mod run;
mod scenario;
mod schema;
mod stops;
mod synth;
mod trip;
mod verify;
mod words;

/// Door-to-door travel times, accessibility and equity for every cell of a region, exact to the second.
#[derive(Parser)]
#[command(name = "isokron", version, about, arg_required_else_help = true, after_help = START)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

const START: &str = "\
To begin with your own city:
  isokron init city/study.toml --osm city.osm.pbf --gtfs buses.zip --cells grid.csv
  isokron check city/study.toml
  isokron run city/study.toml

`isokron COMMAND --help` has examples, units and defaults; docs/ has the guide.
A mistake in a study is shown under its line; with --json as data.

Exit codes: 0 done, 1 something is wrong in the study or a file, 2 wrong command line, 3 stopped,
4 the machine failed.";

/// What every command takes.
#[derive(Args)]
struct Common {
    /// Threads to use [default: RAYON_NUM_THREADS, else all cores granted]
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print the summary as JSON, also with --quiet; of a failure its problems
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Arguments),
    Check(check::Arguments),
    Build(build::Arguments),
    Run(run::Arguments),
    Matrix(matrix::Arguments),
    Isochrone(isochrone::Arguments),
    Trip(trip::Arguments),
    // Boxed: it takes more options than all others together.
    Equity(Box<equity::Arguments>),
    Access(access::Arguments),
    Compare(compare::Arguments),
    Report(report::Arguments),
    Scenario(scenario::Arguments),
    Verify(verify::Arguments),
    Synth(synth::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// What a command has to say: lines for a person, and the same as data.
struct Said {
    lines: Vec<String>,
    json: serde_json::Value,
}

/// Runs the command that the arguments name; returns the exit code.
pub fn main() -> ExitCode {
    memory::watch_over();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors.
            let code = if error.use_stderr() { 2 } else { 0 };
            if code == 2 && std::env::args_os().any(|argument| argument == "--json") {
                let words = error.render().to_string();
                let what = words.trim_end().strip_prefix("error: ").unwrap_or(words.trim_end());
                print(&problems::json(&Error::Usage(Problem::new("", what, "isokron --help"))));
            }
            return match error.print() {
                Err(error) if !is_gone(&error) => ExitCode::from(4),
                _ => ExitCode::from(code),
            };
        }
    };
    match command(&cli) {
        Ok(said) => say(&cli.common, &said),
        Err(error) => {
            let end = ending(&cli.common);
            match error {
                Error::Stopped => stops::tell(end),
                _ => end(&error),
            }
            ExitCode::from(error.exit_code())
        }
    }
}

/// How an error is told.
fn ending(common: &Common) -> fn(&Error) {
    if common.json {
        |error| {
            print(&problems::json(error));
            complain(error);
        }
    } else {
        complain
    }
}

/// Puts JSON on standard output; of an error the exit code tells too, should that fail.
fn print(json: &serde_json::Value) {
    let _ = writeln!(std::io::stdout(), "{json:#}");
}

/// Whether the reader has gone (`isokron … | head`): no failure.
fn is_gone(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::BrokenPipe
}

fn complain(error: &Error) {
    // The exit code tells it where standard error cannot.
    let words = match error {
        Error::Stopped => stops::KEPT.to_string(),
        _ => problems::words(error, problems::coloured()),
    };
    let _ = writeln!(std::io::stderr(), "{words}");
}

fn command(cli: &Cli) -> Result<Said> {
    let threads = set_threads(cli.common.threads)?;
    let executor = Arc::new(Progress::new(cli.common.quiet));
    stops::heed(&executor, ending(&cli.common))?;
    let said = match &cli.command {
        Command::Init(arguments) => arguments.run(&executor),
        Command::Check(arguments) => arguments.run(&executor),
        Command::Build(arguments) => arguments.run(&executor),
        Command::Run(arguments) => arguments.run(threads, &executor),
        Command::Matrix(arguments) => arguments.run(threads, &executor),
        Command::Isochrone(arguments) => arguments.run(&executor),
        Command::Trip(arguments) => arguments.run(&executor),
        Command::Access(arguments) => arguments.run(&executor),
        Command::Compare(arguments) => arguments.run(&executor),
        Command::Report(arguments) => arguments.run(&executor),
        Command::Verify(arguments) => arguments.run(threads, &executor),
        Command::Equity(arguments) => arguments.run(&executor),
        Command::Scenario(arguments) => arguments.run(),
        Command::Synth(arguments) => arguments.run(&executor),
        Command::Schema(arguments) => arguments.run(),
        Command::Completions(arguments) => arguments.run(),
        Command::Man(arguments) => arguments.run(),
    };
    executor.end();
    said
}

fn say(common: &Common, said: &Said) -> ExitCode {
    let text = match (common.json, common.quiet) {
        (true, _) => format!("{:#}\n", said.json),
        (false, true) => String::new(),
        (false, false) => said.lines.iter().map(|line| format!("{line}\n")).collect(),
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if !is_gone(&error) => {
            complain(&Error::machine("standard output", error));
            ExitCode::from(4)
        }
        _ => ExitCode::SUCCESS,
    }
}
