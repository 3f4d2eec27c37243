//! Network ↔ bytes: a part is a header and named sections of flat arrays, each with its hash.
//! Who reads or maps the file is not this module's business.
//!
//! ```text
//! magic (8) │ version u32 │ word order u32 │ sections u32 │ 0 u32 │ bytes in all u64 │ hash of the table (32)
//! table: name (24), offset u64, bytes u64, hash (32) each │ sections, each on a 64-byte border
//! ```
//!
//! The header is little-endian; the sections are as the machine has them, for they are used where they lie, and
//! the word order says which machine that was.

use std::borrow::Cow;
use std::ops::Range;

use bytemuck::Pod;

use crate::base::array::{Array, Bytes};
use crate::base::csr::Csr;
use crate::base::strings::StringColumn;

const MAGIC: &[u8; 8] = b"isokron\x01";
/// Grows with every change of what a part holds.
pub const VERSION: u32 = 6;
/// Reads as another number where the bytes of a word are in another order.
const WORD_ORDER: u32 = 0x0102_0304;
const NAME: usize = 24;
const ENTRY: usize = NAME + 8 + 8 + 32;
const HEADER: usize = 8 + 4 * 4 + 8 + 32;
const BORDER: usize = 64;

/// Why bytes are no part of a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("not a network file of isokron")]
    Foreign,
    #[error("a network file of format {0}, where this isokron writes {VERSION}")]
    OtherVersion(u32),
    #[error("a network file of a machine with another order of bytes")]
    OtherWordOrder,
    #[error("damaged: {0}")]
    Damaged(String),
}

fn damaged(what: impl Into<String>) -> Damage {
    Damage::Damaged(what.into())
}

/// BLAKE3 of a part's table, in hex: it stands for all that the part holds, the sections' hashes being in it.
pub type Digest = String;

/// A part that is being written: it borrows the large arrays.
#[derive(Default)]
pub struct Writer<'a> {
    sections: Vec<(String, Cow<'a, [u8]>)>,
}

impl<'a> Writer<'a> {
    pub fn array<T: Pod>(&mut self, name: &str, values: &'a [T]) {
        self.section(name, Cow::Borrowed(bytemuck::cast_slice(values)));
    }

    /// An array made for the file.
    pub fn made<T: Pod>(&mut self, name: &str, values: &[T]) {
        self.section(name, Cow::Owned(bytemuck::cast_slice(values).to_vec()));
    }

    pub fn csr<T: Pod>(&mut self, name: &str, csr: &'a Csr<T>) {
        self.array(&format!("{name}.at"), csr.offsets());
        self.array(name, csr.values());
    }

    pub fn texts(&mut self, name: &str, texts: &'a StringColumn) {
        self.array(&format!("{name}.at"), texts.offsets());
        self.array(name, texts.bytes());
    }

    /// Texts gathered for the file.
    pub fn made_texts<S: AsRef<str>>(&mut self, name: &str, texts: impl IntoIterator<Item = S>) {
        let texts: StringColumn = texts.into_iter().collect();
        self.made(&format!("{name}.at"), texts.offsets());
        self.made(name, texts.bytes());
    }

    fn section(&mut self, name: &str, bytes: Cow<'a, [u8]>) {
        assert!(name.len() <= NAME, "section names are short");
        self.sections.push((name.to_string(), bytes));
    }

    pub fn finish(self) -> WrittenPart<'a> {
        let mut table = Vec::new();
        let mut end = HEADER + self.sections.len() * ENTRY;
        for (name, bytes) in &self.sections {
            let offset = end.next_multiple_of(BORDER);
            let mut padded = [0u8; NAME];
            padded[..name.len()].copy_from_slice(name.as_bytes());
            table.extend_from_slice(&padded);
            table.extend_from_slice(&(offset as u64).to_le_bytes());
            table.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            table.extend_from_slice(blake3::hash(bytes).as_bytes());
            end = offset + bytes.len();
        }
        let digest = blake3::hash(&table);
        let mut head = Vec::with_capacity(HEADER + table.len());
        head.extend_from_slice(MAGIC);
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&WORD_ORDER.to_ne_bytes());
        head.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        head.extend_from_slice(&0u32.to_le_bytes());
        head.extend_from_slice(&(end as u64).to_le_bytes());
        head.extend_from_slice(digest.as_bytes());
        head.extend_from_slice(&table);
        let sections = self.sections.into_iter().map(|(_, bytes)| bytes).collect();
        WrittenPart { digest: digest.to_hex().to_string(), head, sections }
    }
}

/// A part as bytes, in pieces.
pub struct WrittenPart<'a> {
    pub digest: Digest,
    head: Vec<u8>,
    sections: Vec<Cow<'a, [u8]>>,
}

impl WrittenPart<'_> {
    /// Hands the file over to `take`, piece by piece.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn write<E>(&self, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        take(&self.head)?;
        let mut end = self.head.len();
        for bytes in &self.sections {
            let gap = end.next_multiple_of(BORDER) - end;
            take(&[0; BORDER][..gap])?;
            take(bytes)?;
            end += gap + bytes.len();
        }
        Ok(())
    }

    /// The whole file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let taken = self.write(|piece| {
            out.extend_from_slice(piece);
            Ok::<(), std::convert::Infallible>(())
        });
        match taken {
            Ok(()) => out,
            Err(never) => match never {},
        }
    }
}

struct PartSection {
    name: String,
    range: Range<usize>,
    hash: blake3::Hash,
}

/// A part whose header is right: magic, version, order of words, size, table. What it gives looks at the bytes
/// and copies none of them.
pub struct Reader {
    bytes: Bytes,
    sections: Vec<PartSection>,
    digest: Digest,
    known: bool,
}

impl Reader {
    /// Opens a part; the sections are not looked at yet.
    ///
    /// # Errors
    /// `Damage`, whatever the bytes are.
    pub fn open(bytes: Bytes) -> Result<Reader, Damage> {
        let (digest, sections) = header((*bytes).as_ref())?;
        Ok(Reader { bytes, sections, digest, known: false })
    }

    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Compares every section with its hash.
    ///
    /// # Errors
    /// `Damage` that names the first section that differs.
    pub fn check_sections(&self) -> Result<(), Damage> {
        let all = (*self.bytes).as_ref();
        for section in &self.sections {
            let bytes = all.get(section.range.clone()).ok_or_else(|| damaged("it is cut off"))?;
            if blake3::hash(bytes) != section.hash {
                return Err(damaged(format!("section {} does not match its hash", section.name)));
            }
        }
        Ok(())
    }

    /// From now on the part is taken as it is: it was read and checked in full before, indices and all, and has
    /// not been changed since. A file is written once, under another name, so what was checked is what is there;
    /// were a known file changed behind our back after all, an index out of range would end the program (safe
    /// code indexes with checks), not read elsewhere.
    pub fn trust(&mut self) {
        self.known = true;
    }

    /// Whether indices need no check.
    pub fn is_known(&self) -> bool {
        self.known
    }

    pub fn array<T: Pod>(&self, name: &str) -> Result<Array<T>, Damage> {
        let section = self.sections.iter().find(|section| section.name == name);
        let section = section.ok_or_else(|| damaged(format!("section {name} is missing")))?;
        Array::from_bytes(&self.bytes, section.range.clone())
            .ok_or_else(|| damaged(format!("section {name} has an odd size")))
    }

    pub fn csr<T: Pod>(&self, name: &str, rows: usize) -> Result<Csr<T>, Damage> {
        let csr = Csr::from_parts(self.array(&format!("{name}.at"))?, self.array(name)?);
        csr.filter(|csr| csr.len() == rows).ok_or_else(|| damaged(format!("section {name} has other rows")))
    }

    pub fn texts(&self, name: &str, rows: usize) -> Result<StringColumn, Damage> {
        let texts = self.all_texts(name)?;
        (texts.len() == rows)
            .then_some(texts)
            .ok_or_else(|| damaged(format!("section {name} has other rows")))
    }

    /// Texts whose number is not known from elsewhere.
    pub fn all_texts(&self, name: &str) -> Result<StringColumn, Damage> {
        StringColumn::from_parts(self.array(&format!("{name}.at"))?, self.array(name)?)
            .filter(|texts| self.known || texts.is_utf8())
            .ok_or_else(|| damaged(format!("section {name} is no list of texts")))
    }
}

/// The table's digest and the sections of a part.
fn header(bytes: &[u8]) -> Result<(Digest, Vec<PartSection>), Damage> {
    let magic = &bytes[..bytes.len().min(MAGIC.len())];
    if !MAGIC.starts_with(magic) {
        return Err(Damage::Foreign);
    }
    let head = bytes.get(..HEADER).ok_or_else(|| damaged("it is cut off within its header"))?;
    let word = |at: usize| [head[at], head[at + 1], head[at + 2], head[at + 3]];
    let version = u32::from_le_bytes(word(8));
    if version != VERSION {
        return Err(Damage::OtherVersion(version));
    }
    let order = u32::from_ne_bytes(word(12));
    if order == WORD_ORDER.swap_bytes() {
        return Err(Damage::OtherWordOrder);
    }
    if order != WORD_ORDER || word(20) != [0; 4] {
        return Err(damaged("its header holds what was never written"));
    }
    let count = u32::from_le_bytes(word(16)) as usize;
    if long(head, 24) != bytes.len() as u64 {
        let what = format!("it has {} bytes, and should have {}", bytes.len(), long(head, 24));
        return Err(damaged(what));
    }
    let table = count
        .checked_mul(ENTRY)
        .and_then(|length| bytes.get(HEADER..HEADER.checked_add(length)?))
        .ok_or_else(|| damaged("it is cut off within its table"))?;
    let digest = blake3::hash(table);
    if digest.as_bytes() != &head[32..HEADER] {
        return Err(damaged("its table does not match its hash"));
    }
    let section = |entry: &[u8]| {
        let name = std::str::from_utf8(&entry[..NAME]).unwrap_or_default().trim_end_matches('\0').to_string();
        let offset = usize::try_from(long(entry, NAME)).ok()?;
        let end = offset.checked_add(usize::try_from(long(entry, NAME + 8)).ok()?)?;
        let hash = blake3::Hash::from_slice(&entry[NAME + 16..]).ok()?;
        bytes.get(offset..end).map(|_| PartSection { name, range: offset..end, hash })
    };
    let sections: Option<Vec<PartSection>> = table.chunks_exact(ENTRY).map(section).collect();
    let sections = sections.ok_or_else(|| damaged("its table points outside the file"))?;
    Ok((digest.to_hex().to_string(), sections))
}

/// A little-endian number of 8 bytes.
fn long(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn part() -> Vec<u8> {
        let mut writer = Writer::default();
        let rows = Csr::from_rows([vec![7i32], vec![]]);
        writer.array("numbers", &[1u32, 2, 3]);
        writer.made_texts("names", ["Åsö", "Vik"]);
        writer.csr("rows", &rows);
        writer.finish().bytes()
    }

    fn checked(bytes: &[u8]) -> Result<Reader, Damage> {
        let reader = Reader::open(std::sync::Arc::new(bytes.to_vec()))?;
        reader.check_sections()?;
        Ok(reader)
    }

    #[test]
    fn sections_come_back() {
        let reader = checked(&part()).unwrap();
        assert_eq!(reader.array::<u32>("numbers").unwrap(), [1u32, 2, 3]);
        assert_eq!(reader.texts("names", 2).unwrap().get(0), "Åsö");
        assert_eq!(reader.csr::<i32>("rows", 2).unwrap().row(0), [7]);
        assert!(reader.csr::<i32>("rows", 3).is_err());
        assert!(reader.array::<u32>("else").is_err());
        assert!(reader.sections.iter().all(|section| section.range.start % BORDER == 0));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        let bytes = part();
        // The bytes between sections are not covered by a hash, and mean nothing.
        let mut meant = vec![false; bytes.len()];
        let sections = header(&bytes).unwrap().1;
        meant[..HEADER + sections.len() * ENTRY].fill(true);
        sections.iter().for_each(|section| meant[section.range.clone()].fill(true));
        for (i, _) in meant.iter().enumerate().filter(|(_, meant)| **meant) {
            let mut flipped = bytes.clone();
            flipped[i] ^= 1 << (i % 8);
            assert!(checked(&flipped).is_err(), "byte {i}");
        }
        for cut in 0..bytes.len() {
            assert!(checked(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(checked(&[&bytes[..], &[0]].concat()).is_err(), "a byte too many");
    }

    #[test]
    fn what_is_not_ours_is_told_apart() {
        let at = |at: usize, with: &[u8]| {
            let mut bytes = part();
            bytes[at..at + with.len()].copy_from_slice(with);
            checked(&bytes).err()
        };
        assert_eq!(checked(b"<html>").err(), Some(Damage::Foreign));
        assert_eq!(checked(b"PK").err(), Some(Damage::Foreign));
        assert_eq!(checked(b"").err(), Some(damaged("it is cut off within its header")));
        assert_eq!(at(8, &7u32.to_le_bytes()), Some(Damage::OtherVersion(7)));
        assert_eq!(at(12, &WORD_ORDER.swap_bytes().to_ne_bytes()), Some(Damage::OtherWordOrder));
    }
}
