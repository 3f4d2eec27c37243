//! Where a feed's diagnostics and problems are gathered while it is read.

use std::io;

use crate::base::diagnostics::{DiagnosticCode, Diagnostics};
use crate::base::error::{Error, Problem};
use crate::base::executor::Executor;

/// What is said of one feed.
pub(super) struct FeedReport<'f> {
    /// The feed's name.
    feed: String,
    /// The zip as the user names it.
    zip: String,
    diagnostics: &'f mut Diagnostics,
    problems: Vec<Problem>,
    executor: &'f dyn Executor,
    /// What ends the reading, whatever is wrong with the feed: the caller or the machine.
    over: Option<Error>,
}

impl<'f> FeedReport<'f> {
    pub fn new(feed: &str, zip: &str, diagnostics: &'f mut Diagnostics, executor: &'f dyn Executor) -> Self {
        let (feed, zip) = (feed.to_string(), zip.to_string());
        FeedReport { feed, zip, diagnostics, problems: Vec::new(), executor, over: None }
    }

    /// A diagnostic at a line (or an id) of a table.
    pub fn find(&mut self, kind: DiagnosticCode, file: &str, at: impl ToString, what: impl Into<String>) {
        self.diagnostics.add(kind, &self.feed, file, at, what);
    }

    /// Diagnostics without places of their own.
    pub fn count(&mut self, kind: DiagnosticCode, number: u64, what: impl Into<String>) {
        self.diagnostics.count(kind, &self.feed, number, what);
    }

    /// Something that makes the feed unusable; `file` may be empty for the zip itself.
    pub fn problem(&mut self, file: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let place = if file.is_empty() { self.zip.clone() } else { format!("{}/{file}", self.zip) };
        self.problems.push(Problem::new(place, what, remedy));
    }

    /// A table cannot be unpacked to its end: the machine's fault, or the zip's.
    pub fn cannot_unpack(&mut self, file: &str, error: io::Error) {
        if error.raw_os_error().is_some() {
            self.over.get_or_insert(Error::machine(format!("{}/{file}", self.zip), error));
        } else {
            let what = format!("cannot be unpacked ({error})");
            self.problem(file, what, "get the zip anew: it is damaged");
        }
    }

    /// Whether the caller wants to stop; then nothing more is read.
    pub fn is_stopped(&mut self) -> bool {
        if self.executor.cancelled() {
            self.over.get_or_insert(Error::Stopped);
        }
        self.is_over()
    }

    /// Whether something ended the reading that is not the feed's fault.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Runs `task` with its diagnostics put aside.
    pub fn aside<T>(&mut self, diagnostics: &mut Diagnostics, task: impl FnOnce(&mut FeedReport) -> T) -> T {
        std::mem::swap(self.diagnostics, diagnostics);
        let done = task(self);
        std::mem::swap(self.diagnostics, diagnostics);
        done
    }

    /// What was dropped so far, in words: for errors that come of it.
    pub fn dropped(&self) -> String {
        self.diagnostics
            .dropped(&self.feed)
            .unwrap_or_else(|| "nothing was dropped: the tables hold too little".into())
    }

    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    pub fn problems(&self) -> usize {
        self.problems.len()
    }

    /// Why the feed cannot be used, or `None`.
    pub fn into_error(self) -> Option<Error> {
        let problems = self.problems;
        self.over.or((!problems.is_empty()).then_some(Error::Input(problems)))
    }
}
