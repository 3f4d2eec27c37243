//! What went wrong: where, what, and what to do about it. Gathered, not first-only.

use std::fmt;

use super::place::Place;

/// One thing that is wrong in what the user gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    /// What is wrong, without a full stop.
    pub what: String,
    /// What to do, without a full stop; may be empty.
    pub remedy: String,
}

impl Problem {
    pub fn new(place: impl Into<Place>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Problem { place: place.into(), what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}", self.what)?;
        if !self.remedy.is_empty() {
            write!(f, "\n  → {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Why a command stopped. Its kind decides the exit code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Wrong in the study or in a file that it names (exit code 1).
    #[error("{}", joined(.0))]
    Input(Vec<Problem>),
    /// Wrong on the command line (exit code 2).
    #[error("{0}")]
    Usage(Problem),
    /// Stopped by the caller (exit code 3).
    #[error("stopped")]
    Stopped,
    /// The machine failed: disk full, no permission (exit code 4).
    #[error("{0}")]
    Machine(Problem),
}

fn joined(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

impl Error {
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Input(_) => 1,
            Error::Usage(_) => 2,
            Error::Stopped => 3,
            Error::Machine(_) => 4,
        }
    }

    /// One problem with the input.
    pub fn input(place: impl Into<Place>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Error::Input(vec![Problem::new(place, what, remedy)])
    }

    /// The machine failed at `place` (a path, mostly).
    pub fn machine(place: impl Into<Place>, what: impl fmt::Display) -> Self {
        Error::Machine(Problem::new(place, what.to_string(), ""))
    }
}

pub type Result<T> = std::result::Result<T, Error>;
