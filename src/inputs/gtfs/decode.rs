//! A table's bytes, as they are unpacked, become lines of text with their numbers: UTF-8 without byte order mark and
//! NUL, whatever ends a line.

use std::io::{self, Read};

use super::report::FeedReport;
use crate::base::diagnostics::{DiagnosticCode, Severity, kind};

/// What to do about a table that unpacks to more than it may.
pub(super) const TOO_LARGE: &str = "timetables come to some 50 times: the zip is damaged, or made to fill the memory. Get it anew, or zip its tables anew";

const BOM: DiagnosticCode =
    kind("gtfs_bom", Severity::Note, "tables that begin with a byte order mark: skipped", "");
const NUL: DiagnosticCode = kind("gtfs_nul_byte", Severity::Repaired, "NUL bytes: left out", "");
const NOT_UTF8: DiagnosticCode = kind(
    "gtfs_not_utf8",
    Severity::Repaired,
    "lines that are not UTF-8: those bytes read as Windows-1252",
    "names may look odd; ask the publisher for UTF-8",
);
const MIXED_ENDS: DiagnosticCode = kind(
    "gtfs_mixed_line_ends",
    Severity::Note,
    "tables that mix CRLF and LF line ends: both understood",
    "",
);

/// No line of a table is longer, in bytes.
const LONGEST: usize = 1 << 20;
/// Bytes unpacked at once.
const PIECE: usize = 128 << 10;
/// Lines between two looks at whether to stop.
const LOOK_EVERY: u32 = 4096;

/// The lines of one table.
pub(super) struct TableLines<'z> {
    file: &'static str,
    source: Box<dyn Read + 'z>,
    piece: Vec<u8>,
    /// What of the piece is not read yet.
    at: usize,
    /// How many bytes the table may still have, and what to say where it has more.
    left: u64,
    too_large: String,
    /// The line that was read last, from 1.
    line: u32,
    /// Nothing comes any more: the end, or a problem that is noted.
    over: bool,
    crlf: bool,
    lf: bool,
    bytes: Vec<u8>,
}

impl<'z> TableLines<'z> {
    /// `most`: how many bytes the table may have; `too_large` says so.
    pub fn new(file: &'static str, source: Box<dyn Read + 'z>, most: u64, too_large: String) -> Self {
        TableLines {
            file,
            source,
            piece: Vec::new(),
            at: 0,
            left: most,
            too_large,
            line: 0,
            over: false,
            crlf: false,
            lf: false,
            bytes: Vec::new(),
        }
    }

    /// Whether the table has anything but blanks; `None` where a problem was noted.
    pub fn any_rows(mut self, report: &mut FeedReport) -> Option<bool> {
        let had = report.problems();
        let mut text = String::new();
        let mut silent = crate::base::diagnostics::Diagnostics::default();
        let filled = report.aside(&mut silent, |report| {
            loop {
                match self.next(&mut text, report) {
                    Some(_) if text.trim().is_empty() => {}
                    found => return found.is_some(),
                }
            }
        });
        (report.problems() == had && !report.is_over()).then_some(filled)
    }

    /// The next line, without its end, into `text`: its number, or `None` at the end of the table.
    pub fn next(&mut self, text: &mut String, report: &mut FeedReport) -> Option<u32> {
        text.clear();
        if self.over {
            return None;
        }
        if self.line.is_multiple_of(LOOK_EVERY) && report.is_stopped() {
            self.over = true;
            return None;
        }
        let found = self.bytes_of_line();
        let found = match found {
            Ok(true) if self.bytes.len() > LONGEST => Err(io::Error::from(io::ErrorKind::FileTooLarge)),
            other => other,
        };
        match found {
            Ok(true) => {}
            Ok(false) => {
                self.over = true;
                if self.crlf && self.lf {
                    report.find(MIXED_ENDS, self.file, "", "");
                }
                return None;
            }
            Err(error) => {
                self.over = true;
                self.say(error, report);
                return None;
            }
        }
        self.line = self.line.saturating_add(1);
        if self.line == 1 && !self.begin(report) {
            self.over = true;
            return None;
        }
        if self.bytes.contains(&0) {
            for _ in self.bytes.iter().filter(|byte| **byte == 0) {
                report.find(NUL, self.file, self.line, "");
            }
            self.bytes.retain(|&byte| byte != 0);
        }
        if let Ok(line) = std::str::from_utf8(&self.bytes) {
            text.push_str(line);
        } else {
            report.find(NOT_UTF8, self.file, self.line, "");
            from_windows_1252(&self.bytes, text);
        }
        Some(self.line)
    }

    /// Looks at the first line: `false` (a problem is noted) for UTF-16.
    fn begin(&mut self, report: &mut FeedReport) -> bool {
        let utf16 = matches!(
            self.bytes.as_slice(),
            [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, _, 0, _, ..] | [_, 0, _, 0, ..]
        );
        if utf16 {
            report.problem(
                self.file,
                "is UTF-16, where GTFS asks for UTF-8",
                "save the tables as UTF-8 and zip them again",
            );
            return false;
        }
        if self.bytes.starts_with(b"\xEF\xBB\xBF") {
            self.bytes.drain(..3);
            report.find(BOM, self.file, 1, "");
        }
        true
    }

    fn say(&self, error: io::Error, report: &mut FeedReport) {
        let file = format!("{}:{}", self.file, self.line.saturating_add(1));
        match error.kind() {
            io::ErrorKind::QuotaExceeded => {
                report.problem(self.file, self.too_large.clone(), TOO_LARGE);
            }
            io::ErrorKind::FileTooLarge => report.problem(
                &file,
                format!("the line is longer than {} bytes", LONGEST),
                "no row of a timetable is: see that the file is a table with a row a line",
            ),
            _ => report.cannot_unpack(self.file, error),
        }
    }

    /// The bytes of the next line without its end, CR, LF or CRLF; whether there was one. Stops beyond the longest.
    fn bytes_of_line(&mut self) -> io::Result<bool> {
        self.bytes.clear();
        let mut begun = false;
        loop {
            if self.at == self.piece.len() && !self.refill()? {
                return Ok(begun);
            }
            begun = true;
            let rest = &self.piece[self.at..];
            let end = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r');
            self.bytes.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
            let Some(end) = end else {
                self.at = self.piece.len();
                if self.bytes.len() > LONGEST {
                    return Ok(true);
                }
                continue;
            };
            let is_cr = rest[end] == b'\r';
            self.at += end + 1;
            if !is_cr {
                self.lf = true;
                return Ok(true);
            }
            if self.at == self.piece.len() {
                self.refill()?;
            }
            if self.piece.get(self.at) == Some(&b'\n') {
                self.at += 1;
                self.crlf = true;
            }
            return Ok(true);
        }
    }

    /// Unpacks the next piece; whether there was any.
    fn refill(&mut self) -> io::Result<bool> {
        self.piece.resize(PIECE, 0);
        self.at = 0;
        let read = loop {
            match self.source.read(&mut self.piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let read = read.inspect_err(|_| self.piece.clear())?;
        self.piece.truncate(read);
        self.left = self.left.checked_sub(read as u64).ok_or(io::ErrorKind::QuotaExceeded)?;
        Ok(read > 0)
    }
}

/// Keeps what is UTF-8 and reads every other byte as Windows-1252.
fn from_windows_1252(bytes: &[u8], text: &mut String) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|&byte| windows_1252(byte)));
    }
}

/// Windows-1252, its five unused bytes as control characters.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostics::Diagnostics;
    use crate::base::executor::Quiet;

    /// Gives three bytes at a time, so that ends of lines fall between two pieces.
    struct Slowly<'b>(&'b [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let few = self.0.len().min(3);
            into[..few].copy_from_slice(&self.0[..few]);
            self.0 = &self.0[few..];
            Ok(few)
        }
    }

    fn lines(bytes: &[u8], most: u64) -> (Vec<(u32, String)>, Diagnostics, String) {
        let mut diagnostics = Diagnostics::default();
        let mut report = FeedReport::new("f", "f.zip", &mut diagnostics, &Quiet);
        let mut lines = TableLines::new("stops.txt", Box::new(Slowly(bytes)), most, "is too large".into());
        let (mut found, mut text) = (Vec::new(), String::new());
        while let Some(line) = lines.next(&mut text, &mut report) {
            found.push((line, text.clone()));
        }
        let problem = report.into_error().map_or_else(String::new, |error| error.to_string());
        (found, diagnostics, problem)
    }

    #[test]
    fn lines_are_physical() {
        let (found, _, _) = lines(b"a\r\nb\n\nc\rde", 100);
        let found: Vec<(u32, &str)> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(found, [(1, "a"), (2, "b"), (3, ""), (4, "c"), (5, "de")]);
    }

    #[test]
    fn windows_1252_letters() {
        let (found, diagnostics, _) = lines(b"a\nTr\xF8nde\x80lag \xC3\xB8 \xE5\n\xE5", 100);
        let text: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(text, ["a", "Trønde€lag ø å", "å"]);
        assert_eq!(diagnostics.total("gtfs_not_utf8"), 2);
        assert_eq!(diagnostics.kept()[0].at, "2");
    }

    #[test]
    fn what_is_too_large_is_said() {
        let (_, _, problem) = lines(b"abcdefghijkl", 11);
        assert!(problem.starts_with("f.zip/stops.txt: is too large"), "{problem}");
        let (_, _, problem) = lines(&[b"a\n".to_vec(), vec![b'x'; LONGEST + 10]].concat(), u64::MAX);
        assert!(problem.starts_with("f.zip/stops.txt:2: the line is longer"), "{problem}");
    }
}
