//! Rows of text fields, parted by commas, semicolons or tabs.

use super::room::Room;
use super::shapes::KEPT_ROWS;
use super::table::Table;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::strings::StringColumn;
use crate::inputs::quotes;

const SHORT_ROW: DiagnosticCode = DiagnosticCode {
    code: "table_short_row",
    severity: Severity::Repaired,
    meaning: "rows with fewer fields than the header, the rest taken as blank",
    remedy: "complete the rows",
};

const LINE_BREAKS: DiagnosticCode = DiagnosticCode {
    code: "table_line_breaks",
    severity: Severity::Doubt,
    meaning: "fields in quotation marks that go over several lines: is a mark left open?",
    remedy: "see that each mark is closed; what stands between two marks is one field",
};

pub(super) fn csv(text: &str, file: &str, diagnostics: &mut Diagnostics) -> Result<Table> {
    let delimiter = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut lines = LineStarts::new(text);
    let mut table = Table {
        file: file.to_string(),
        headers: Vec::new(),
        cells: StringColumn::default(),
        lines: Vec::new(),
        rows: 0,
        shapes: None,
        crs: None,
        unknown_crs: None,
    };
    let mut room = Room::new(file, text.len() as u64);
    let mut problems = Vec::new();
    let mut broken = 0_u64;
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                return Err(Error::input(file, format!("is not a table ({error})"), "export it once more"));
            }
        }
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        if table.headers.is_empty() {
            table.headers = record.iter().map(str::to_string).collect();
            // A separator at the end of each line makes a nameless column.
            while table.headers.len() > 1 && table.headers.last().is_some_and(String::is_empty) {
                table.headers.pop();
            }
            room.columns(table.headers.len())?;
            all_closed(text, delimiter, table.headers.len(), file, diagnostics)?;
            continue;
        }
        let columns = table.headers.len();
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.iter().skip(columns).any(|field| !field.is_empty()) {
            broken += 1;
            if problems.len() < KEPT_ROWS {
                problems.push(Problem::new(
                    format!("{file}:{line}"),
                    format!("has {} fields, and the header {columns}", record.len()),
                    "put fields with a separator in quotes; write numbers with a decimal point, and without separators between \
                     thousands",
                ));
            }
            continue;
        }
        if record.len() < columns {
            let what = format!("{} fields, and the header {columns}", record.len());
            diagnostics.add(SHORT_ROW, file, "", line, what);
        }
        room.row(columns, record.as_slice().len())?;
        for column in 0..columns {
            table.cells.push(record.get(column).unwrap_or(""));
        }
        table.lines.push(line);
        table.rows += 1;
    }
    if broken > problems.len() as u64 {
        let more = broken - problems.len() as u64;
        problems.push(Problem::new(file, format!("and {more} more rows with too many fields"), ""));
    }
    if problems.is_empty() { Ok(table) } else { Err(Error::Input(problems)) }
}

/// Counts fields over several lines.
///
/// # Errors
/// Where a quotation mark is left open, and takes in the rows that follow.
fn all_closed(
    text: &str,
    separator: u8,
    columns: usize,
    file: &str,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let mut problems = Vec::new();
    for field in quotes::over_lines(text.as_bytes(), separator, columns) {
        let (first, last) = field.lines;
        if !field.open {
            diagnostics.add(LINE_BREAKS, file, "", first, format!("lines {first} to {last}"));
        } else if problems.len() < KEPT_ROWS {
            let what = match first == last {
                true => "has a quotation mark that is not closed".to_string(),
                false => format!(
                    "has a quotation mark that is not closed in its row: it takes in all up to line {last}"
                ),
            };
            problems.push(Problem::new(format!("{file}:{first}"), what, "close it, or take it away"));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// The separator that the first line has most of, outside quotes.
pub fn separator(text: &str) -> u8 {
    let (mut counts, mut quoted) = ([0_u32; 3], false);
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            b',' if !quoted => counts[0] += 1,
            b';' if !quoted => counts[1] += 1,
            b'\t' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let first = counts.iter().position(|count| *count == most).unwrap_or(0);
    b",;\t"[first]
}

/// Physical lines by byte: the `csv` crate's own are too small after CRLF and blank lines.
struct LineStarts<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl<'t> LineStarts<'t> {
    fn new(text: &'t str) -> Self {
        LineStarts { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of the record at a byte, which may still be in line ends before it. Bytes must not fall.
    fn of(&mut self, byte: u64) -> u64 {
        let mut start = (byte as usize).min(self.text.len());
        while matches!(self.text.get(start), Some(b'\n' | b'\r')) {
            start += 1;
        }
        for i in self.at..start {
            let lone_return = self.text[i] == b'\r' && self.text.get(i + 1) != Some(&b'\n');
            if self.text[i] == b'\n' || lone_return {
                self.line += 1;
            }
        }
        self.at = start.max(self.at);
        self.line
    }
}
