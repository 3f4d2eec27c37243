//! The study file: what it says, its defaults, and what is said about its mistakes.

use std::path::Path;

use isokron::base::error::{Error, Result};
use isokron::scenario::written::parse;
use isokron::study::Study;

pub mod every_key;
mod read;
mod refused;

const SMALL: &str = "[study]\nname = \"town\"\n[network]\ngtfs = [\"bus.zip\"]\n[cells]\nfile = \"cells.csv\"\n\
                     [[period]]\nname = \"am\"\ndate = 2025-03-04\ndepart = \"7:00/9:00\"\n";

fn text(text: &str) -> Result<Study> {
    parse(text, "study.toml", Path::new("."))
}

/// The problems of a text, one a line with its remedy behind an arrow; checks the exit code.
fn wrong(study: &str) -> String {
    let error = text(study).expect_err("this study is wrong");
    assert_eq!(error.exit_code(), 1);
    match error {
        Error::Input(problems) => problems
            .iter()
            .map(|problem| format!("{}: {} -> {}\n", problem.place, problem.what, problem.remedy))
            .collect(),
        other => panic!("{other:?}"),
    }
}
