//! Where a feed's findings and problems are gathered while it is read.

use crate::base::error::Problem;
use crate::base::findings::{Findings, Kind, Severity};

/// What is said of one feed.
pub(super) struct Report<'f> {
    /// The feed's name.
    feed: String,
    /// The zip as the user names it.
    zip: String,
    findings: &'f mut Findings,
    problems: Vec<Problem>,
}

impl<'f> Report<'f> {
    pub fn new(feed: &str, zip: &str, findings: &'f mut Findings) -> Self {
        Report { feed: feed.to_string(), zip: zip.to_string(), findings, problems: Vec::new() }
    }

    /// A finding at a line (or an id) of a table.
    pub fn find(&mut self, kind: Kind, file: &str, at: impl ToString, what: impl Into<String>) {
        self.findings.add(kind, &self.feed, file, at, what);
    }

    /// Findings without places of their own.
    pub fn count(&mut self, kind: Kind, number: u64, what: impl Into<String>) {
        self.findings.count(kind, &self.feed, number, what);
    }

    /// Something that makes the feed unusable; `file` may be empty for the zip itself.
    pub fn problem(&mut self, file: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let place = if file.is_empty() { self.zip.clone() } else { format!("{}/{file}", self.zip) };
        self.problems.push(Problem::new(place, what, remedy));
    }

    /// What was dropped so far, in words: for errors that come of it.
    pub fn dropped(&self) -> String {
        let mine = self
            .findings
            .counts()
            .filter(|(kind, input, _)| kind.severity == Severity::Dropped && *input == self.feed);
        let list: Vec<String> = mine.map(|(kind, _, number)| format!("{number} {}", kind.meaning)).collect();
        if list.is_empty() {
            "nothing was dropped: the tables hold too little".into()
        } else {
            list.join("; ")
        }
    }

    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    pub fn problems(&self) -> usize {
        self.problems.len()
    }

    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
