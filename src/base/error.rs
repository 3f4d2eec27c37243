//! What went wrong: where, what, and what to do about it. Gathered, not first-only.

use std::fmt;
use std::io::{self, ErrorKind};

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

/// A file that the user named cannot be read. That it is not there, or is no file, is wrong in the study or on the
/// command line (`Input`, with `remedy`); that it is cut off, too. All else (no permission, too many open files, a disk
/// or network drive that fails, no memory) is the machine's.
pub fn unread(place: impl Into<Place>, error: &io::Error, remedy: &str) -> Error {
    let (what, remedy) = match error.kind() {
        ErrorKind::NotFound => ("there is no such file".to_string(), remedy),
        ErrorKind::NotADirectory => ("a part of its path is a file, not a folder".to_string(), remedy),
        ErrorKind::IsADirectory => ("is a folder".to_string(), "name the file itself"),
        ErrorKind::InvalidInput | ErrorKind::InvalidFilename => {
            (format!("is no name of a file ({error})"), remedy)
        }
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
            (format!("cannot be read ({error})"), "is the file whole? Download or export it once more")
        }
        _ => {
            let what = format!("cannot be read: {error}");
            return Error::Machine(Problem::new(place, what, remedy_of(error)));
        }
    };
    Error::input(place, what, remedy)
}

/// The machine's error that lies behind one of a library that reads files, if one does.
pub fn machine_behind(place: impl Into<Place>, error: &(dyn std::error::Error + 'static)) -> Option<Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        let of_system =
            |error: &&io::Error| error.raw_os_error().is_some() || error.kind() == ErrorKind::OutOfMemory;
        if let Some(error) = error.downcast_ref::<io::Error>().filter(of_system) {
            return Some(unread(place, error, "")).filter(|error| matches!(error, Error::Machine(_)));
        }
        next = error.source();
    }
    None
}

/// What to do about an error of the machine, for a planner; may be empty.
pub fn remedy_of(error: &io::Error) -> &'static str {
    match (error.kind(), error.raw_os_error()) {
        (ErrorKind::PermissionDenied, _) => "ask whoever owns it to let you read it",
        (ErrorKind::OutOfMemory, _) => "there is too little memory: free some, or give the program more",
        (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, _) => "make room on the disk",
        // ENFILE and EMFILE, EIO, ESTALE: without kinds of their own in Rust, and the same numbers on Linux and macOS.
        (_, Some(23 | 24)) if cfg!(unix) => {
            "the system lets no more files be open at once: raise the limit (ulimit -n 1024), or use fewer --threads"
        }
        (_, Some(5)) if cfg!(unix) => {
            "the disk or network drive fails: copy the file elsewhere, or look into the system's log"
        }
        (ErrorKind::StaleNetworkFileHandle, _) => "the network drive lost the file: run again",
        _ => "",
    }
}

pub type Result<T> = std::result::Result<T, Error>;
