//! dBASE (`.dbf`) → texts by row and column. Numbers are text there already.

use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::strings::StringColumn;
use crate::inputs::tables::room::Room;
use crate::inputs::tables::table::{NOT_UTF8, SKIPPED};

/// The rows of a `.dbf`.
pub(super) struct DbfRows {
    pub headers: Vec<String>,
    /// Row by row, without those marked as deleted.
    pub cells: StringColumn,
    /// Which rows are there.
    pub kept: Vec<bool>,
}

struct DbfField {
    name: String,
    /// Bytes of a row.
    at: std::ops::Range<usize>,
}

/// Encodings whose letters are those of Latin-1, by what is left of their names without `-`, `_` and space.
const LATIN: [&str; 10] =
    ["1252", "CP1252", "WINDOWS1252", "ANSI1252", "ANSI", "88591", "ISO88591", "LATIN1", "8859", "CP819"];

/// `cpg`: the text of the file that names the encoding. Text that is UTF-8 is taken as such; else it is Latin-1, if
/// nothing says otherwise.
///
/// # Errors
/// A header that does not add up, rows that are cut off, an encoding that is not read.
pub(super) fn read(
    bytes: &[u8],
    cpg: Option<&str>,
    file: &str,
    diagnostics: &mut Diagnostics,
) -> Result<DbfRows> {
    let broken = |what: &str| {
        Error::input(file, format!("is no dBASE table that can be read ({what})"), "copy the .dbf once more")
    };
    let number = |at: usize| bytes.get(at..at + 2).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])));
    let count = bytes.get(4..8).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let (Some(count), Some(start), Some(length)) = (count, number(8), number(10)) else {
        return Err(broken("its header is cut off"));
    };
    let mut decode = Decoder { cpg, file, doubtful: None };
    let (mut fields, mut at, mut offset) = (Vec::new(), 32, 1);
    while bytes.get(at).is_some_and(|&first| first != 0x0d) && at + 32 <= start {
        let field = bytes.get(at..at + 32).ok_or_else(|| broken("its header is cut off"))?;
        let name = field[..11].split(|&byte| byte == 0).next().unwrap_or_default();
        let name = decode.text(name)?;
        let (kind, width) = (field[11], usize::from(field[16]));
        if b"CNFDLM".contains(&kind) {
            fields.push(DbfField { name, at: offset..offset + width });
        } else {
            diagnostics.add(SKIPPED, file, "", &name, format!("{name} (dBASE type {})", char::from(kind)));
        }
        (at, offset) = (at + 32, offset + width);
    }
    if length == 0 || offset > length {
        return Err(broken("its columns are wider than its rows"));
    }
    if bytes.len() < start.saturating_add(count.saturating_mul(length)) {
        return Err(broken("rows are cut off"));
    }
    let (mut cells, mut kept) = (StringColumn::default(), Vec::new());
    let mut room = Room::new(file, bytes.len() as u64);
    room.columns(fields.len())?;
    for row in bytes[start..].chunks_exact(length).take(count) {
        kept.push(row[0] != b'*');
        if row[0] == b'*' {
            continue;
        }
        // A letter of Latin-1 is two bytes of UTF-8.
        room.row(fields.len(), 2 * length)?;
        for field in &fields {
            // Programs fill what is not known with stars or zeros.
            let text = row[field.at.clone()].split(|&byte| byte == 0).next().unwrap_or_default();
            let text = decode.text(text.trim_ascii())?;
            cells.push(if text.bytes().all(|byte| byte == b'*') { "" } else { &text });
        }
    }
    if let Some(text) = decode.doubtful {
        diagnostics.add(NOT_UTF8, file, "", "", format!("such as {text}"));
    }
    Ok(DbfRows { headers: fields.into_iter().map(|field| field.name).collect(), cells, kept })
}

struct Decoder<'a> {
    cpg: Option<&'a str>,
    file: &'a str,
    /// The first text that was taken for Latin-1 though nothing says that it is.
    doubtful: Option<String>,
}

impl Decoder<'_> {
    fn text(&mut self, bytes: &[u8]) -> Result<String> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(text.to_string());
        }
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        let plain = |name: &str| name.trim().to_uppercase().replace(['-', '_', ' '], "");
        match self.cpg.map(plain).as_deref() {
            Some(name) if LATIN.contains(&name) => {}
            // A name cut in the middle of a letter is the usual damage of UTF-8 here.
            None | Some("" | "UTF8" | "65001") => {
                self.doubtful.get_or_insert_with(|| text.clone());
            }
            Some(_) => {
                let what =
                    format!("is written in {}, which isokron does not read", self.cpg.unwrap_or("").trim());
                return Err(Error::input(self.file, what, "export it as UTF-8, or as GeoPackage"));
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of one row with the columns `(name, kind, text)`, each as wide as its text.
    fn dbf(columns: &[(&str, u8, &[u8])]) -> Vec<u8> {
        let width: usize = columns.iter().map(|column| column.2.len()).sum();
        let mut bytes = vec![3, 0, 0, 0, 1, 0, 0, 0];
        bytes.extend(((32 + 32 * columns.len() + 1) as u16).to_le_bytes());
        bytes.extend(((width + 1) as u16).to_le_bytes());
        bytes.resize(32, 0);
        for (name, kind, text) in columns {
            let mut field = [0; 32];
            field[..name.len()].copy_from_slice(name.as_bytes());
            (field[11], field[16]) = (*kind, text.len() as u8);
            bytes.extend(field);
        }
        bytes.extend([0x0d, b' ']);
        columns.iter().for_each(|column| bytes.extend(column.2));
        bytes
    }

    #[test]
    fn texts_numbers_and_what_is_not_known() {
        let bytes =
            dbf(&[("id", b'C', b"a  "), ("n", b'N', b" 12.5"), ("m", b'N', b"***"), ("o", b'O', b"xx")]);
        let mut diagnostics = Diagnostics::default();
        let rows = read(&bytes, None, "t.dbf", &mut diagnostics).unwrap();
        assert_eq!(rows.headers, ["id", "n", "m"]);
        assert_eq!(rows.cells.iter().collect::<Vec<_>>(), ["a", "12.5", ""]);
        assert_eq!(diagnostics.total("table_column_skipped"), 1);
    }

    #[test]
    fn encodings() {
        let of = |text: &[u8], cpg: Option<&str>| {
            let mut diagnostics = Diagnostics::default();
            let rows = read(&dbf(&[("n", b'C', text)]), cpg, "t.dbf", &mut diagnostics);
            let text = rows.map(|rows| rows.cells.get(0).to_string());
            (text.map_err(|error| error.to_string()), diagnostics.total("table_not_utf8"))
        };
        assert_eq!(of("Malmö".as_bytes(), None), (Ok("Malmö".to_string()), 0));
        assert_eq!(of(b"Malm\xf6", None), (Ok("Malmö".to_string()), 1));
        assert_eq!(of(b"Malm\xf6", Some("ISO-8859-1")), (Ok("Malmö".to_string()), 0));
        assert!(of(b"Malm\xf6", Some("1251")).0.unwrap_err().contains("is written in 1251"));
    }

    #[test]
    fn damage_is_said() {
        let whole = dbf(&[("id", b'C', b"abc")]);
        for cut in 0..whole.len() {
            assert!(read(&whole[..cut], None, "t.dbf", &mut Diagnostics::default()).is_err(), "{cut}");
        }
    }
}
