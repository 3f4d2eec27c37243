//! Network ↔ bytes: a part is a header and named sections of flat arrays, each with its hash.
//! Who reads or maps the file is not this module's business.
//!
//! ```text
//! magic (8) │ version u32 │ sections u32 │ hash of the table (32) │ table: name (24), offset u64, bytes u64,
//! hash (32) each │ sections, each on a 64-byte border, little-endian
//! ```

use bytemuck::Pod;

use crate::base::csr::Csr;
use crate::base::texts::Texts;

const MAGIC: &[u8; 8] = b"isokron\x01";
/// Grows with every change of what a part holds.
pub const VERSION: u32 = 1;
const NAME: usize = 24;
const ENTRY: usize = NAME + 8 + 8 + 32;
const HEADER: usize = 8 + 4 + 4 + 32;
const BORDER: usize = 64;

/// Why bytes are no part of a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("not a network file of isokron")]
    Foreign,
    #[error("a network file of format {0}, where this isokron writes {VERSION}")]
    OtherVersion(u32),
    #[error("damaged: {0}")]
    Damaged(String),
}

fn damaged(what: impl Into<String>) -> Damage {
    Damage::Damaged(what.into())
}

/// A part that is being written.
#[derive(Default)]
pub struct Writer {
    sections: Vec<(String, Vec<u8>)>,
}

impl Writer {
    pub fn array<T: Pod>(&mut self, name: &str, values: &[T]) {
        assert!(name.len() <= NAME, "section names are short");
        self.sections.push((name.to_string(), bytemuck::cast_slice(values).to_vec()));
    }

    pub fn csr<T: Pod>(&mut self, name: &str, csr: &Csr<T>) {
        self.array(&format!("{name}.at"), csr.offsets());
        self.array(name, csr.values());
    }

    pub fn texts(&mut self, name: &str, texts: &Texts) {
        self.array(&format!("{name}.at"), texts.offsets());
        self.array(name, texts.bytes());
    }

    pub fn finish(self) -> Vec<u8> {
        let mut table = Vec::new();
        let mut offset = (HEADER + self.sections.len() * ENTRY).next_multiple_of(BORDER);
        for (name, bytes) in &self.sections {
            let mut padded = [0u8; NAME];
            padded[..name.len()].copy_from_slice(name.as_bytes());
            table.extend_from_slice(&padded);
            table.extend_from_slice(&(offset as u64).to_le_bytes());
            table.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            table.extend_from_slice(blake3::hash(bytes).as_bytes());
            offset = (offset + bytes.len()).next_multiple_of(BORDER);
        }
        let mut out = Vec::with_capacity(offset);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        out.extend_from_slice(blake3::hash(&table).as_bytes());
        out.extend_from_slice(&table);
        for (_, bytes) in &self.sections {
            out.resize(out.len().next_multiple_of(BORDER), 0);
            out.extend_from_slice(bytes);
        }
        out
    }
}

/// A part whose header and hashes are right.
pub struct Reader<'a> {
    sections: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Reader<'a> {
    /// # Errors
    /// `Damage`, whatever the bytes are.
    pub fn open(bytes: &'a [u8]) -> Result<Reader<'a>, Damage> {
        let header = bytes.get(..HEADER).ok_or(Damage::Foreign)?;
        if &header[..8] != MAGIC {
            return Err(Damage::Foreign);
        }
        let version = u32::from_le_bytes(header[8..12].try_into().expect("4 bytes"));
        if version != VERSION {
            return Err(Damage::OtherVersion(version));
        }
        let count = u32::from_le_bytes(header[12..16].try_into().expect("4 bytes")) as usize;
        let table = count
            .checked_mul(ENTRY)
            .and_then(|length| bytes.get(HEADER..HEADER.checked_add(length)?))
            .ok_or_else(|| damaged("it is cut off within its table"))?;
        if blake3::hash(table).as_bytes() != &header[16..48] {
            return Err(damaged("its table does not match its hash"));
        }
        let mut sections = Vec::with_capacity(count);
        for entry in table.chunks_exact(ENTRY) {
            let name = &entry[..NAME];
            let number =
                |at: usize| u64::from_le_bytes(entry[at..at + 8].try_into().expect("8 bytes")) as usize;
            let (offset, length) = (number(NAME), number(NAME + 8));
            let section = offset
                .checked_add(length)
                .and_then(|end| bytes.get(offset..end))
                .ok_or_else(|| damaged("it is cut off"))?;
            if blake3::hash(section).as_bytes() != &entry[NAME + 16..] {
                return Err(damaged(format!("section {} does not match its hash", shown(name))));
            }
            sections.push((name, section));
        }
        Ok(Reader { sections })
    }

    pub fn array<T: Pod>(&self, name: &str) -> Result<Vec<T>, Damage> {
        let bytes = self
            .sections
            .iter()
            .find(|(n, _)| shown(n) == name)
            .map(|(_, bytes)| *bytes)
            .ok_or_else(|| damaged(format!("section {name} is missing")))?;
        if bytes.len() % size_of::<T>() != 0 {
            return Err(damaged(format!("section {name} has an odd size")));
        }
        Ok(bytemuck::allocation::pod_collect_to_vec(bytes))
    }

    pub fn csr<T: Pod>(&self, name: &str, rows: usize) -> Result<Csr<T>, Damage> {
        let csr = Csr::from_parts(self.array(&format!("{name}.at"))?, self.array(name)?);
        csr.filter(|csr| csr.len() == rows).ok_or_else(|| damaged(format!("section {name} has other rows")))
    }

    pub fn texts(&self, name: &str, rows: usize) -> Result<Texts, Damage> {
        let texts = Texts::from_parts(self.array(&format!("{name}.at"))?, self.array(name)?);
        texts.filter(|t| t.len() == rows).ok_or_else(|| damaged(format!("section {name} has other rows")))
    }

    /// Texts whose number is not known from elsewhere.
    pub fn all_texts(&self, name: &str) -> Result<Texts, Damage> {
        Texts::from_parts(self.array(&format!("{name}.at"))?, self.array(name)?)
            .ok_or_else(|| damaged(format!("section {name} is no list of texts")))
    }
}

/// `what` unless all indices are below `end` (or `NONE`, where that may be).
pub fn check_indices(
    what: &str,
    mut indices: impl Iterator<Item = u32>,
    end: usize,
    may_be_none: bool,
) -> Result<(), Damage> {
    let good = |i: u32| (i as usize) < end || (may_be_none && i == crate::base::NONE);
    if indices.all(good) { Ok(()) } else { Err(damaged(format!("{what} point outside their table"))) }
}

fn shown(name: &[u8]) -> &str {
    std::str::from_utf8(name).unwrap_or("").trim_end_matches('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part() -> Vec<u8> {
        let mut writer = Writer::default();
        writer.array("numbers", &[1u32, 2, 3]);
        writer.texts("names", &["Åsö", "Vik"].into_iter().collect());
        writer.csr("rows", &Csr::from_rows([vec![7i32], vec![]]));
        writer.finish()
    }

    #[test]
    fn sections_come_back() {
        let bytes = part();
        let reader = Reader::open(&bytes).unwrap();
        assert_eq!(reader.array::<u32>("numbers").unwrap(), [1, 2, 3]);
        assert_eq!(reader.texts("names", 2).unwrap().get(0), "Åsö");
        assert_eq!(reader.csr::<i32>("rows", 2).unwrap().row(0), [7]);
        assert!(reader.csr::<i32>("rows", 3).is_err());
        assert!(reader.array::<u32>("else").is_err());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        let bytes = part();
        // The bytes between sections are not covered by a hash, and mean nothing.
        let meant: Vec<bool> = {
            let mut meant = vec![false; bytes.len()];
            let sections = 5;
            meant[..HEADER + sections * ENTRY].fill(true);
            for entry in bytes[HEADER..HEADER + sections * ENTRY].chunks(ENTRY) {
                let number = |at: usize| u64::from_le_bytes(entry[at..at + 8].try_into().unwrap()) as usize;
                let (offset, length) = (number(NAME), number(NAME + 8));
                meant[offset..offset + length].fill(true);
            }
            meant
        };
        for (i, _) in meant.iter().enumerate().filter(|(_, meant)| **meant) {
            let mut flipped = bytes.clone();
            flipped[i] ^= 1 << (i % 8);
            assert!(Reader::open(&flipped).is_err(), "byte {i}");
        }
        let end = meant.iter().rposition(|&m| m).unwrap();
        for cut in 0..=end {
            assert!(Reader::open(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert_eq!(Reader::open(b"<html>").err(), Some(Damage::Foreign));
    }
}
