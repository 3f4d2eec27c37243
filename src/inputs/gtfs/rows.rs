//! A table's text becomes rows with their physical line numbers; header and row lengths are put right and counted.

use std::borrow::Cow;

use csv::StringRecord;
use serde::de::DeserializeOwned;

use super::archive::Lines;
use super::report::Report;
use crate::base::findings::{Kind, Severity, kind};

const HEADER: Kind = kind(
    "gtfs_header",
    Severity::Repaired,
    "tables whose header has capitals, blanks, a column twice or another separator than the comma",
    "",
);
const SHORT_ROW: Kind = kind(
    "gtfs_short_row",
    Severity::Repaired,
    "rows shorter than the header: missing cells taken as blank",
    "",
);
const LONG_ROW: Kind =
    kind("gtfs_long_row", Severity::Repaired, "rows longer than the header: cells beyond it ignored", "");
const OPEN_QUOTE: Kind = kind(
    "gtfs_open_quote",
    Severity::Doubt,
    "quoted texts that run over many lines: rows may be swallowed",
    "look for a quotation mark that is never closed",
);
const MISSING_COLUMN: Kind =
    kind("gtfs_missing_column", Severity::Doubt, "columns that are missing: read as the value shown", "");
const BLANK_VALUE: Kind = kind(
    "gtfs_blank_value",
    Severity::Repaired,
    "blank cells that GTFS wants filled: read as the value shown",
    "",
);
const BAD_VALUE: Kind =
    kind("gtfs_bad_value", Severity::Repaired, "cells that make no sense: replaced as shown", "");
const ODD_VALUE: Kind =
    kind("gtfs_odd_value", Severity::Repaired, "cells written in another way than GTFS asks: understood", "");
const BAD_ROW: Kind = kind(
    "gtfs_bad_row",
    Severity::Dropped,
    "rows without a usable value in a column that they cannot do without",
    "",
);
const TABLE_UNUSABLE: Kind = kind(
    "gtfs_table_unusable",
    Severity::Dropped,
    "optional tables that lack a column they cannot do without",
    "",
);

/// A text that runs over so many lines is taken for a forgotten quotation mark.
const LINES_IN_A_TEXT: usize = 5;

/// The rows of one table.
pub(super) struct Rows<'t> {
    file: &'static str,
    reader: csv::Reader<&'t [u8]>,
    lines: Lines<'t>,
    header: Vec<String>,
    record: StringRecord,
}

impl<'t> Rows<'t> {
    /// Reads the header.
    pub fn open(file: &'static str, text: &'t str, report: &mut Report) -> Self {
        let first = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
        let delimiter = match first {
            line if line.contains(',') => b',',
            line if line.contains(';') => b';',
            line if line.contains('\t') => b'\t',
            _ => b',',
        };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let (header, record) = (Vec::new(), StringRecord::new());
        let mut rows = Rows { file, reader, lines: Lines::new(text.as_bytes()), header, record };
        if rows.read().is_none() {
            return rows;
        }
        let mut odd = delimiter != b',';
        for name in &rows.record {
            let clean = name.trim().trim_matches('"').trim().to_ascii_lowercase();
            odd |= clean != name || (!clean.is_empty() && rows.header.contains(&clean));
            rows.header.push(clean);
        }
        if odd {
            let names = rows.record.iter().collect::<Vec<_>>().join(",");
            report.find(HEADER, file, 1, names);
        }
        rows
    }

    /// Where a column is; the first of the name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|header| header == name)
    }

    /// Goes to the next row that is not blank: its line number, or `None` at the end.
    pub fn next_line(&mut self, report: &mut Report) -> Option<u32> {
        loop {
            let line = self.read()?;
            if self.record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let (cells, wanted) = (self.record.len(), self.header.len());
            if cells < wanted {
                report.find(SHORT_ROW, self.file, line, format!("{cells} of {wanted} cells"));
            } else if cells > wanted {
                report.find(LONG_ROW, self.file, line, format!("{cells} cells, {wanted} columns"));
            }
            let text = self.record.as_slice();
            if text.len() > 200
                && text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count() >= LINES_IN_A_TEXT
            {
                report.find(OPEN_QUOTE, self.file, line, "");
            }
            return Some(line);
        }
    }

    /// A cell of the row, trimmed; blank where the table lacks the column or the row is short.
    pub fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.record.get(column)).unwrap_or_default().trim()
    }

    fn read(&mut self) -> Option<u32> {
        // The text is UTF-8 and rows may have any length, so that no error is left.
        let more = self.reader.read_record(&mut self.record).unwrap_or(false);
        let start = self.record.position().map_or(0, |position| position.byte() as usize);
        more.then(|| self.lines.line_of_text(start))
    }
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
pub(super) struct Column {
    pub name: &'static str,
    pub need: Need,
    pub clean: Clean,
}

/// Reads a small table row by row into `T`, a type of `gtfs-structures` mostly, with the line of each row.
/// Only `columns` are shown to it: what nobody uses (colours, addresses) can do no harm.
pub(super) fn typed<T: DeserializeOwned>(
    file: &'static str,
    text: &str,
    columns: &[Column],
    required: bool,
    report: &mut Report,
) -> Vec<(u32, T)> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut rows = Rows::open(file, text, report);
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
        return Vec::new();
    }
    let names: StringRecord = columns.iter().map(|column| column.name).collect();
    let mut found = Vec::new();
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
            Ok(row) => found.push((line, row)),
            Err(error) => report.find(BAD_ROW, file, line, error.to_string()),
        }
    }
    if required && found.is_empty() {
        let dropped = report.dropped();
        report.problem(file, "has no usable row", format!("put right what was dropped: {dropped}"));
    }
    found
}

/// The cell as it will be read; `None` drops the row (counted).
fn cleaned<'c>(
    column: &Column,
    there: bool,
    cell: &'c str,
    file: &str,
    line: u32,
    report: &mut Report,
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
            report.find(BAD_ROW, file, line, format!("{name} is {cell:?}"));
            None
        }
        (Need::Expected(value), None) => {
            report.find(BAD_VALUE, file, line, format!("{name} {cell:?} replaced by {value:?}"));
            Some(Cow::Borrowed(value))
        }
        (Need::Optional, None) => {
            report.find(BAD_VALUE, file, line, format!("{name} {cell:?} left out"));
            Some(Cow::Borrowed(""))
        }
    }
}
