//! A table's text becomes rows with their physical line numbers; header and row lengths are put right and counted.

use std::borrow::Cow;
use std::collections::VecDeque;

use csv::StringRecord;
use serde::de::DeserializeOwned;

use super::cells::{QuotationMarks, RowCells};
use super::decode::TableLines;
use super::report::FeedReport;
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};

const HEADER: DiagnosticCode = kind(
    "gtfs_header",
    Severity::Repaired,
    "tables whose header has capitals, blanks, a column twice or another separator than the comma",
    "",
);
const SHORT_ROW: DiagnosticCode = kind(
    "gtfs_short_row",
    Severity::Repaired,
    "rows shorter than the header: missing cells taken as blank",
    "",
);
const LONG_ROW: DiagnosticCode =
    kind("gtfs_long_row", Severity::Repaired, "rows longer than the header: cells beyond it ignored", "");
const OPEN_QUOTE: DiagnosticCode = kind(
    "gtfs_open_quote",
    Severity::Repaired,
    "rows with a quotation mark that their line does not close: read without the mark, each line a row",
    "",
);
const OPEN_QUOTE_ROW: DiagnosticCode = kind(
    "gtfs_open_quote_row",
    Severity::Dropped,
    "rows with a quotation mark that is not closed, and whose cells cannot be told apart",
    "close the mark, or take it out",
);
const LINE_BREAK: DiagnosticCode = kind(
    "gtfs_line_break",
    Severity::Repaired,
    "rows with a line break within quotation marks, which GTFS does not allow: read as a blank",
    "",
);
const STRAY_QUOTE: DiagnosticCode = kind(
    "gtfs_stray_quote",
    Severity::Note,
    "rows with a quotation mark within a cell that is not written as GTFS asks: read as it stands",
    "",
);
const MISSING_COLUMN: DiagnosticCode =
    kind("gtfs_missing_column", Severity::Doubt, "columns that are missing: read as the value shown", "");
const BLANK_VALUE: DiagnosticCode = kind(
    "gtfs_blank_value",
    Severity::Repaired,
    "blank cells that GTFS wants filled: read as the value shown",
    "",
);
const BAD_VALUE: DiagnosticCode =
    kind("gtfs_bad_value", Severity::Repaired, "cells that make no sense: replaced as shown", "");
const ODD_VALUE: DiagnosticCode =
    kind("gtfs_odd_value", Severity::Repaired, "cells written in another way than GTFS asks: understood", "");
const BAD_ROW: DiagnosticCode = kind(
    "gtfs_bad_row",
    Severity::Dropped,
    "rows without a usable value in a column that they cannot do without",
    "",
);
const TABLE_UNUSABLE: DiagnosticCode = kind(
    "gtfs_table_unusable",
    Severity::Dropped,
    "optional tables that lack a column they cannot do without",
    "",
);

/// A cell that is broken into lines has no more of them, and a row of it no more bytes.
const MOST_BREAKS: usize = 100;
const LONGEST_BROKEN: usize = 64 << 10;
/// More rows have no tables but these.
const MOST_ROWS: u32 = 4_000_000;
const LARGE_TABLES: [&str; 4] = ["stop_times.txt", "trips.txt", "calendar_dates.txt", "transfers.txt"];
const MOST_ROWS_OF_LARGE: u32 = 1_000_000_000;

/// The rows of one table.
pub(super) struct TableRows<'z> {
    file: &'static str,
    lines: TableLines<'z>,
    delimiter: u8,
    header: Vec<String>,
    /// Lines that were looked at ahead, with their numbers.
    ahead: VecDeque<(u32, String)>,
    line: String,
    cells: RowCells,
    rows: u32,
}

impl<'z> TableRows<'z> {
    /// Reads the header: the first line that is not blank.
    pub fn open(file: &'static str, lines: TableLines<'z>, report: &mut FeedReport) -> Self {
        let (header, ahead, line, cells) = <(Vec<String>, VecDeque<_>, String, RowCells)>::default();
        let mut rows = TableRows { file, lines, delimiter: b',', header, ahead, line, cells, rows: 0 };
        let number = loop {
            match rows.next_text(report) {
                Some(_) if rows.line.trim().is_empty() => {}
                Some(number) => break number,
                None => return rows,
            }
        };
        let separators = [b',', b';', b'\t'];
        let used = separators.iter().find(|&&separator| rows.line.contains(char::from(separator)));
        rows.delimiter = used.copied().unwrap_or(b',');
        let mut odd = rows.delimiter != b',';
        let kind = match rows.cells.split(&rows.line, rows.delimiter) {
            QuotationMarks::Sound => None,
            QuotationMarks::Stray => Some(STRAY_QUOTE),
            QuotationMarks::Open => Some(OPEN_QUOTE),
        };
        if let Some(kind) = kind {
            // Names of columns have no separators of their own.
            report.find(kind, file, number, "the header");
            rows.cells.split_plainly(&rows.line, rows.delimiter);
        }
        for name in rows.cells.iter_untrimmed() {
            let clean = name.trim().trim_matches('"').trim().to_ascii_lowercase();
            odd |= clean != name || (!clean.is_empty() && rows.header.contains(&clean));
            rows.header.push(clean);
        }
        if odd {
            let names = rows.cells.iter_untrimmed().collect::<Vec<_>>().join(",");
            report.find(HEADER, file, number, names);
        }
        rows
    }

    /// Where a column is; the first of the name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|header| header == name)
    }

    /// Goes to the next row that is not blank: its line number, or `None` at the end.
    pub fn next_line(&mut self, report: &mut FeedReport) -> Option<u32> {
        loop {
            let line = self.next_text(report)?;
            let marks = self.cells.split(&self.line, self.delimiter);
            if self.cells.iter().all(str::is_empty) && marks != QuotationMarks::Open {
                continue;
            }
            let wanted = self.header.len();
            match marks {
                QuotationMarks::Sound => {}
                QuotationMarks::Stray => {
                    report.find(STRAY_QUOTE, self.file, line, "");
                    let with_marks = self.cells.len();
                    self.cells.split_plainly(&self.line, self.delimiter);
                    if with_marks == wanted || self.cells.len() != wanted {
                        self.cells.split(&self.line, self.delimiter);
                    }
                }
                QuotationMarks::Open if self.close(line, report) => {}
                QuotationMarks::Open => continue,
            }
            self.rows = self.rows.saturating_add(1);
            if self.rows > most_rows(self.file) {
                let what =
                    format!("has more than {} rows, the most that isokron reads", most_rows(self.file));
                report.problem(self.file, what, "is it the right file?");
                return None;
            }
            let cells = self.cells.len();
            if cells < wanted {
                report.find(SHORT_ROW, self.file, line, format!("{cells} of {wanted} cells"));
            } else if cells > wanted {
                report.find(LONG_ROW, self.file, line, format!("{cells} cells, {wanted} columns"));
            }
            return Some(line);
        }
    }

    /// A row whose line leaves a mark open. It goes on in the next lines only if they make a whole row with it and are
    /// none themselves; else the mark is one too many. Whether there is a row.
    fn close(&mut self, line: u32, report: &mut FeedReport) -> bool {
        let (wanted, delimiter) = (self.header.len(), self.delimiter);
        let mut joined = self.line.clone();
        let mut alone = RowCells::default();
        for more in 0..MOST_BREAKS {
            let Some(next) = self.peek(more, report) else { break };
            alone.split_plainly(next, delimiter);
            if alone.len() >= wanted || joined.len() + next.len() > LONGEST_BROKEN {
                break;
            }
            joined.push(' ');
            joined.push_str(next);
            match self.cells.split(&joined, delimiter) {
                QuotationMarks::Open => {}
                QuotationMarks::Sound | QuotationMarks::Stray if self.cells.len() == wanted => {
                    self.ahead.drain(..=more);
                    let last = line.saturating_add(more as u32 + 1);
                    report.find(LINE_BREAK, self.file, line, format!("up to line {last}"));
                    return true;
                }
                _ => break,
            }
        }
        self.cells.split_plainly(&self.line, delimiter);
        let cells = self.cells.len();
        if cells == wanted {
            report.find(OPEN_QUOTE, self.file, line, "");
            return true;
        }
        report.find(OPEN_QUOTE_ROW, self.file, line, format!("{cells} cells, {wanted} columns"));
        false
    }

    /// A cell of the row, trimmed; blank where the table lacks the column or the row is short.
    pub fn cell(&self, column: Option<usize>) -> &str {
        column.map_or("", |column| self.cells.get(column))
    }

    /// Goes to the next line: its number.
    fn next_text(&mut self, report: &mut FeedReport) -> Option<u32> {
        if let Some((number, line)) = self.ahead.pop_front() {
            self.line = line;
            return Some(number);
        }
        self.lines.next(&mut self.line, report)
    }

    /// A line to come, from 0.
    fn peek(&mut self, which: usize, report: &mut FeedReport) -> Option<&str> {
        while self.ahead.len() <= which {
            let mut line = String::new();
            let number = self.lines.next(&mut line, report)?;
            self.ahead.push_back((number, line));
        }
        self.ahead.get(which).map(|(_, line)| line.as_str())
    }
}

fn most_rows(file: &str) -> u32 {
    if LARGE_TABLES.contains(&file) { MOST_ROWS_OF_LARGE } else { MOST_ROWS }
}

/// What a cell is made of before a type of `gtfs-structures` sees it: as it is (borrowed), put right (owned, counted)
/// or unusable (`None`).
pub(super) type Clean = for<'c> fn(&'c str) -> Option<Cow<'c, str>>;

/// What becomes of the table or row where a column or its cell is missing or unusable.
#[derive(Clone, Copy)]
pub(super) enum Need {
    /// No column: no table. No usable cell: no row.
    Key,
    /// This value instead, counted, for a blank too.
    Expected(&'static str),
    /// Blank instead; counted only where it was not blank.
    Optional,
}

/// A column that is read.
#[derive(Clone, Copy)]
pub(super) struct ReadColumn {
    pub name: &'static str,
    pub need: Need,
    pub clean: Clean,
}

/// Reads a table row by row into `T`, a type of `gtfs-structures` mostly, and gives each row with its line to `take`.
/// Only `columns` are shown to it: what nobody uses (colours, addresses) can do no harm.
pub(super) fn typed<T: DeserializeOwned>(
    file: &'static str,
    table: Option<TableLines<'_>>,
    columns: &[ReadColumn],
    required: bool,
    report: &mut FeedReport,
    mut take: impl FnMut(u32, T, &mut FeedReport),
) {
    let Some(lines) = table else { return };
    let mut rows = TableRows::open(file, lines, report);
    if rows.header.is_empty() {
        // Nothing but blanks: as if it were not there.
        return;
    }
    let at: Vec<Option<usize>> = columns.iter().map(|column| rows.column(column.name)).collect();
    let mut missing_key = false;
    for (column, at) in columns.iter().zip(&at) {
        match (column.need, at) {
            (Need::Key, None) if required => {
                report.problem(
                    file,
                    format!("has no column {}", column.name),
                    "the table cannot do without it",
                );
                missing_key = true;
            }
            (Need::Key, None) => {
                report.find(TABLE_UNUSABLE, file, 1, format!("no column {}", column.name));
                missing_key = true;
            }
            (Need::Expected(value), None) => {
                report.find(MISSING_COLUMN, file, 1, format!("{} as {value:?}", column.name));
            }
            _ => {}
        }
    }
    if missing_key {
        return;
    }
    let names: StringRecord = columns.iter().map(|column| column.name).collect();
    let mut found = false;
    let mut record = StringRecord::new();
    while let Some(line) = rows.next_line(report) {
        record.clear();
        for (column, &at) in columns.iter().zip(&at) {
            let cell = rows.cell(at);
            let Some(value) = cleaned(column, at.is_some(), cell, file, line, report) else { break };
            record.push_field(&value);
        }
        if record.len() < columns.len() {
            continue;
        }
        match record.deserialize(Some(&names)) {
            Ok(row) => {
                found = true;
                take(line, row, report);
            }
            Err(error) => report.find(BAD_ROW, file, line, error.to_string()),
        }
    }
    if required && !found && !report.has_problems() && !report.is_over() {
        let dropped = report.dropped();
        report.problem(file, "has no usable row", format!("put right what was dropped: {dropped}"));
    }
}

/// The cell as it will be read; `None` drops the row (counted).
fn cleaned<'c>(
    column: &ReadColumn,
    there: bool,
    cell: &'c str,
    file: &str,
    line: u32,
    report: &mut FeedReport,
) -> Option<Cow<'c, str>> {
    let name = column.name;
    match (column.need, (column.clean)(cell)) {
        (Need::Optional, _) if cell.is_empty() => Some(Cow::Borrowed("")),
        (Need::Expected(value), _) if cell.is_empty() => {
            if there {
                report.find(BLANK_VALUE, file, line, format!("{name} read as {value:?}"));
            }
            Some(Cow::Borrowed(value))
        }
        (_, Some(value)) => {
            if let Cow::Owned(value) = &value {
                report.find(ODD_VALUE, file, line, format!("{name} {cell:?} read as {value:?}"));
            }
            Some(value)
        }
        (Need::Key, None) => {
            report.find(BAD_ROW, file, line, format!("{name} is {cell:?}{}", takes(name)));
            None
        }
        (Need::Expected(value), None) => {
            report.find(
                BAD_VALUE,
                file,
                line,
                format!("{name} {cell:?} replaced by {value:?}{}", takes(name)),
            );
            Some(Cow::Borrowed(value))
        }
        (Need::Optional, None) => {
            report.find(BAD_VALUE, file, line, format!("{name} {cell:?} left out{}", takes(name)));
            Some(Cow::Borrowed(""))
        }
    }
}

/// What a column takes, in words; of an id or text nothing needs to be said.
fn takes(column: &str) -> String {
    let takes = super::fields::takes(column);
    if takes.is_empty() { String::new() } else { format!(": it takes {takes}") }
}
