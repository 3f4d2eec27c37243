//! What a reader found doubtful, repaired or dropped: counted always, the first of each kind kept with its place.

use std::collections::BTreeMap;

/// After so many of one code and input only the count grows.
pub const KEPT_PER_CODE: usize = 100;

/// What became of the thing that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Left as it is, but doubtful: the results may mislead.
    Doubt,
    /// Left out.
    Dropped,
    /// Put right, in the way that `what` says.
    Repaired,
    /// Worth knowing, nothing wrong.
    Note,
}

impl Severity {
    pub const ALL: [Severity; 4] = [Severity::Doubt, Severity::Dropped, Severity::Repaired, Severity::Note];

    pub fn word(self) -> &'static str {
        match self {
            Severity::Doubt => "doubt",
            Severity::Dropped => "dropped",
            Severity::Repaired => "repaired",
            Severity::Note => "note",
        }
    }
}

/// What is said of a whole code: fixed words, whatever the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DiagnosticCode {
    /// A stable name, `snake_case`: `gtfs_unknown_stop`.
    pub code: &'static str,
    pub severity: Severity,
    /// What it means, for the table: "stop times at a stop that stops.txt lacks".
    pub meaning: &'static str,
    /// What the user can do; may be empty.
    pub remedy: &'static str,
}

/// A [`DiagnosticCode`] in one line.
pub const fn kind(
    code: &'static str,
    severity: Severity,
    meaning: &'static str,
    remedy: &'static str,
) -> DiagnosticCode {
    DiagnosticCode { code, severity, meaning, remedy }
}

/// One diagnostic with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub kind: DiagnosticCode,
    /// The input's name: a feed's, or a file's as the study has it.
    pub input: String,
    /// The file in it (`stop_times.txt`), or empty.
    pub file: String,
    /// Line number or id, or empty.
    pub at: String,
    /// What exactly: "stop NADAR".
    pub what: String,
}

/// All diagnostics of a run, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    counts: BTreeMap<(DiagnosticCode, String), u64>,
}

impl Diagnostics {
    /// Counts one diagnostic and keeps its place if it is among the first of its code and input.
    pub fn add(
        &mut self,
        kind: DiagnosticCode,
        input: &str,
        file: &str,
        at: impl ToString,
        what: impl Into<String>,
    ) {
        let count = self.counts.entry((kind, input.to_string())).or_insert(0);
        *count += 1;
        if *count as usize <= KEPT_PER_CODE {
            self.kept.push(Diagnostic {
                kind,
                input: input.to_string(),
                file: file.to_string(),
                at: at.to_string(),
                what: what.into(),
            });
        }
    }

    /// Counts `number` of one code that have no places of their own.
    pub fn count(&mut self, kind: DiagnosticCode, input: &str, number: u64, what: impl Into<String>) {
        if number == 0 {
            return;
        }
        let count = self.counts.entry((kind, input.to_string())).or_insert(0);
        let first = *count == 0;
        *count += number;
        if first {
            self.kept.push(Diagnostic {
                kind,
                input: input.to_string(),
                file: String::new(),
                at: String::new(),
                what: what.into(),
            });
        }
    }

    pub fn append(&mut self, other: Diagnostics) {
        for (key, number) in other.counts {
            *self.counts.entry(key).or_insert(0) += number;
        }
        self.kept.extend(other.kept);
    }

    /// The diagnostics that were kept with their places.
    pub fn kept(&self) -> &[Diagnostic] {
        &self.kept
    }

    /// (kind, input) → how many, sorted by code, then input.
    pub fn counts(&self) -> impl Iterator<Item = (&DiagnosticCode, &str, u64)> {
        self.counts.iter().map(|((kind, input), &number)| (kind, input.as_str(), number))
    }

    /// From what [`Diagnostics::kept`] and [`Diagnostics::counts`] gave.
    pub fn restore(
        kept: Vec<Diagnostic>,
        counts: impl IntoIterator<Item = (DiagnosticCode, String, u64)>,
    ) -> Diagnostics {
        let counts = counts.into_iter().map(|(kind, input, number)| ((kind, input), number)).collect();
        Diagnostics { kept, counts }
    }

    /// What of an input was dropped, in words; `None`: nothing.
    pub fn dropped(&self, input: &str) -> Option<String> {
        let mine = self.counts().filter(|(kind, of, _)| kind.severity == Severity::Dropped && *of == input);
        let list: Vec<String> = mine.map(|(kind, _, number)| format!("{number} {}", kind.meaning)).collect();
        (!list.is_empty()).then(|| list.join("; "))
    }

    /// How many of one code, over all inputs.
    pub fn total(&self, code: &str) -> u64 {
        self.counts.iter().filter(|((kind, _), _)| kind.code == code).map(|(_, n)| n).sum()
    }
}
