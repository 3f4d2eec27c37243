//! Diagnostics for people: `diagnostics.csv` with places, and one line per input and kind for the terminal.

use std::collections::BTreeMap;

use super::tables::{ColumnData, ResultTable};
use crate::base::diagnostics::{Diagnostic, DiagnosticCode, Diagnostics, KEPT_PER_CODE, Severity};

/// The table `code, severity, input, file, line_or_id, what, what_to_do`: by code, then input. Of a code and input
/// the first 100; where there are more, a row with their number comes after them.
pub fn table(diagnostics: &Diagnostics) -> ResultTable {
    let mut kept: BTreeMap<(DiagnosticCode, &str), Vec<&Diagnostic>> = BTreeMap::new();
    for finding in diagnostics.kept() {
        kept.entry((finding.kind, &finding.input)).or_default().push(finding);
    }
    let mut columns: [Vec<String>; 7] = Default::default();
    let mut row = |cells: [&str; 7]| {
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell.to_string());
        }
    };
    for (kind, input, number) in diagnostics.counts() {
        let places = kept.get(&(*kind, input)).map_or(&[][..], Vec::as_slice);
        let shown = &places[..places.len().min(KEPT_PER_CODE)];
        let word = kind.severity.word();
        for finding in shown {
            let what = match (kind.meaning, finding.what.as_str()) {
                (meaning, "") => meaning.to_string(),
                ("", what) => what.to_string(),
                (meaning, what) => format!("{meaning}: {what}"),
            };
            row([kind.code, word, input, &finding.file, &finding.at, &what, kind.remedy]);
        }
        if number > shown.len() as u64 {
            let what = format!("{}: {} in all", kind.meaning, grouped(number));
            row([kind.code, word, input, "", "", &what, kind.remedy]);
        }
    }
    let mut table = ResultTable::default();
    let names = ["code", "severity", "input", "file", "line_or_id", "what", "what_to_do"];
    for (name, column) in names.into_iter().zip(columns) {
        table.push(name, ColumnData::Text(column));
    }
    table
}

/// A line per input and kind, gravest first: `poa_eptc: repaired 125,271 × blank stop times, interpolated`.
/// What was counted without places says how much, if it does, at the line's end.
pub fn summary(diagnostics: &Diagnostics) -> Vec<String> {
    told(diagnostics).into_iter().map(|told| told.line).collect()
}

/// What is told of one input and kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldDiagnostic {
    pub severity: Severity,
    pub line: String,
    /// The first place: `stop_times.txt:11 stop NADAR`.
    pub example: Option<String>,
}

/// As [`summary`], each with an example of where.
pub fn told(diagnostics: &Diagnostics) -> Vec<ToldDiagnostic> {
    let mut counts: Vec<(&str, Severity, &DiagnosticCode, u64)> =
        diagnostics.counts().map(|(kind, input, number)| (input, kind.severity, kind, number)).collect();
    counts.sort_by_key(|&(input, severity, kind, _)| (input, severity, kind));
    counts
        .into_iter()
        .map(|(input, severity, kind, number)| {
            let place = if input.is_empty() { String::new() } else { format!("{input}: ") };
            let mut line = format!("{place}{} {} × {}", severity.word(), grouped(number), kind.meaning);
            let first = diagnostics.kept().iter().find(|f| f.kind == *kind && f.input == input);
            let parts = first.map_or([""; 2], |first| [&first.file, &first.at]);
            let place: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let what = first.map_or("", |first| &first.what);
            let mut example = None;
            if !place.is_empty() {
                example = Some(format!("{} {what}", place.join(":")).trim_end().to_string());
            } else if !what.is_empty() {
                line += &format!(" ({what})");
            }
            ToldDiagnostic { severity, line, example }
        })
        .collect()
}

/// How many of what: `1 trip`, `2,374 trips`.
pub fn counted(number: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(number as u64), if number == 1 { "" } else { "s" })
}

/// A number with its thousands apart: `125,271`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
