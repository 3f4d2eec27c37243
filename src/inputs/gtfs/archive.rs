//! A zip file becomes the texts of its GTFS tables: members found in whatever folder, bytes made UTF-8.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::report::Report;
use crate::base::error::{Error, Result};
use crate::base::findings::{Kind, Severity, kind};

const BOM: Kind = kind("gtfs_bom", Severity::Note, "tables that begin with a byte order mark: skipped", "");
const NUL: Kind = kind("gtfs_nul_byte", Severity::Repaired, "NUL bytes: left out", "");
const NOT_UTF8: Kind = kind(
    "gtfs_not_utf8",
    Severity::Repaired,
    "lines that are not UTF-8: those bytes read as Windows-1252",
    "names may look odd; ask the publisher for UTF-8",
);
const MIXED_ENDS: Kind = kind(
    "gtfs_mixed_line_ends",
    Severity::Note,
    "tables that mix CRLF and LF line ends: both understood",
    "",
);

/// The tables that tell in which folder of a zip a feed lies.
const CORE: [&str; 7] = [
    "agency.txt",
    "stops.txt",
    "routes.txt",
    "trips.txt",
    "stop_times.txt",
    "calendar.txt",
    "calendar_dates.txt",
];

/// An opened feed.
pub(super) struct Archive {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    /// File name without folder, lower case → index in the zip.
    members: BTreeMap<String, usize>,
}

impl Archive {
    /// Finds the one feed in the zip; `place` is its name for messages.
    pub fn open(place: &str, bytes: Vec<u8>) -> Result<Archive> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
            Error::input(
                place,
                format!("is not a readable zip file ({error})"),
                "give the GTFS feed as the zip that its publisher offers, whole",
            )
        })?;
        // Folder → its files.
        let mut folders: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for index in 0..zip.len() {
            let Some(path) = zip.name_for_index(index) else { continue };
            let path = path.replace('\\', "/");
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
            // Macs add a shadow file `__MACOSX/._x` for every `x`.
            let shadow = folder.split('/').any(|part| part == "__MACOSX") || file.starts_with("._");
            if !file.is_empty() && !shadow {
                folders.entry(folder.to_string()).or_default().insert(file.to_ascii_lowercase(), index);
            }
        }
        folders.retain(|_, files| CORE.iter().any(|&name| files.contains_key(name)));
        if folders.len() > 1 {
            let list = folders.keys().map(|f| format!("{f}/")).collect::<Vec<_>>().join(" and ");
            return Err(Error::input(
                place,
                format!("holds more than one feed (in {list})"),
                "make a zip of each and name them all in the study",
            ));
        }
        match folders.into_values().next() {
            Some(members) => Ok(Archive { zip, members }),
            None => Err(Error::input(
                place,
                "is a zip, but holds no table of a GTFS feed (stops.txt, trips.txt …)",
                "is it the right file?",
            )),
        }
    }

    pub fn has(&self, file: &str) -> bool {
        self.members.contains_key(file)
    }

    /// A table as text; `None` where there is none, or it is empty, or (a problem is noted) unreadable.
    pub fn text(&mut self, file: &str, report: &mut Report) -> Option<String> {
        let index = *self.members.get(file)?;
        let mut bytes = Vec::new();
        let read = self
            .zip
            .by_index(index)
            .map_err(|error| error.to_string())
            .and_then(|mut member| member.read_to_end(&mut bytes).map_err(|error| error.to_string()));
        if let Err(error) = read {
            report.problem(file, format!("cannot be unpacked ({error})"), "get the zip anew: it is damaged");
            return None;
        }
        decode(file, bytes, report).filter(|text| !text.trim().is_empty())
    }
}

/// Bytes → text without byte order mark and NUL; `None` (a problem is noted) for UTF-16.
fn decode(file: &str, mut bytes: Vec<u8>, report: &mut Report) -> Option<String> {
    let utf16 =
        matches!(bytes.as_slice(), [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, _, 0, _, ..] | [_, 0, _, 0, ..]);
    if utf16 {
        report.problem(
            file,
            "is UTF-16, where GTFS asks for UTF-8",
            "save the tables as UTF-8 and zip them again",
        );
        return None;
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
        report.find(BOM, file, 1, "");
    }
    if bytes.contains(&0) {
        let mut lines = Lines::new(&bytes);
        for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == 0) {
            report.find(NUL, file, lines.line_at(at), "");
        }
        bytes.retain(|&byte| byte != 0);
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => from_windows_1252(file, error.as_bytes(), report),
    };
    let crlf = text.matches("\r\n").count();
    if crlf > 0 && text.bytes().filter(|&byte| byte == b'\n').count() > crlf {
        report.find(MIXED_ENDS, file, "", "");
    }
    Some(text)
}

/// Keeps what is UTF-8 and reads every other byte as Windows-1252; each line with such bytes is counted once.
fn from_windows_1252(file: &str, bytes: &[u8], report: &mut Report) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    let mut lines = Lines::new(bytes);
    let (mut at, mut last) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            let line = lines.line_at(at);
            if line != last {
                report.find(NOT_UTF8, file, line, "");
                last = line;
            }
            text.extend(chunk.invalid().iter().map(|&byte| windows_1252(byte)));
            at += chunk.invalid().len();
        }
    }
    text
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

/// Physical line numbers, whether lines end in LF, CRLF or CR alone.
/// (The csv crate's own are off in CRLF files, after blank lines and where lines end in CR.)
pub(super) struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    pub fn new(bytes: &'t [u8]) -> Self {
        Lines { bytes, at: 0, line: 1 }
    }

    /// The line of the byte at `offset`, from 1; offsets may not fall from call to call.
    pub fn line_at(&mut self, offset: usize) -> u32 {
        let offset = offset.min(self.bytes.len());
        while self.at < offset {
            let ends = match self.bytes[self.at] {
                b'\n' => true,
                b'\r' => self.bytes.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u32::from(ends);
            self.at += 1;
        }
        self.line
    }

    /// The line of the first byte at or after `offset` that ends no line.
    pub fn line_of_text(&mut self, offset: usize) -> u32 {
        let rest = self.bytes.get(offset..).unwrap_or_default();
        let skip = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line_at(offset + skip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_physical() {
        let text = b"a\r\nb\n\nc\rd";
        let mut lines = Lines::new(text);
        let at = |byte| text.iter().position(|&b| b == byte).expect("it is there");
        assert_eq!([b'a', b'b', b'c', b'd'].map(|byte| lines.line_at(at(byte))), [1, 2, 4, 5]);
    }

    #[test]
    fn windows_1252_letters() {
        let mut findings = crate::base::findings::Findings::default();
        let mut report = Report::new("f", "f.zip", &mut findings);
        let text = decode("stops.txt", b"a\nTr\xF8nde\x80lag \xC3\xB8 \xE5\n\xE5".to_vec(), &mut report);
        assert_eq!(text.as_deref(), Some("a\nTrønde€lag ø å\nå"));
        assert_eq!(findings.total("gtfs_not_utf8"), 2);
        assert_eq!(findings.kept()[0].at, "2");
    }
}
