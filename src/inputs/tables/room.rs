//! What a table may take in memory, by the size of its file.

use crate::base::error::{Error, Result};

/// A file may unpack to so many times its size, or to [`ALWAYS`].
const TIMES: u64 = 100;
/// Bytes that any file may unpack to.
const ALWAYS: u64 = 256 << 20;
/// Bytes of text: [`crate::base::strings::StringColumn`] holds 4 GiB, and joins add columns.
const MOST_TEXT: u64 = 3 << 30;
/// Bytes that a field takes beside its text.
const FIELD: u64 = 4;
/// More columns than this are no table of places.
pub(in crate::inputs) const MOST_COLUMNS: usize = 10_000;

/// The room that is left for a table's fields.
pub(in crate::inputs) struct Room {
    file: String,
    bytes: u64,
    used: u64,
    text: u64,
}

impl Room {
    /// `bytes`: of the file.
    pub fn new(file: &str, bytes: u64) -> Room {
        Room { file: file.to_string(), bytes, used: 0, text: 0 }
    }

    /// What a file of so many bytes may unpack to.
    pub fn of_bytes(bytes: u64) -> u64 {
        ALWAYS.max(bytes.saturating_mul(TIMES))
    }

    /// One more row with so many fields and bytes of text.
    ///
    /// # Errors
    /// Where all rows so far take more than the file can mean.
    pub fn row(&mut self, fields: usize, text: usize) -> Result<()> {
        self.text += text as u64;
        self.used += (fields as u64).max(1) * FIELD + text as u64;
        let most = Room::of_bytes(self.bytes);
        if self.used <= most && self.text <= MOST_TEXT {
            return Ok(());
        }
        if self.text > MOST_TEXT {
            return Err(Error::input(
                &self.file,
                "has more than 3 GiB of text",
                "leave out columns that are not used",
            ));
        }
        Err(self.too_much())
    }

    /// # Errors
    /// Where so many fields, as a file says that it has, cannot be meant.
    pub fn claims(&self, fields: u64) -> Result<()> {
        if fields.saturating_mul(FIELD) <= Room::of_bytes(self.bytes) { Ok(()) } else { Err(self.too_much()) }
    }

    fn too_much(&self) -> Error {
        let most = Room::of_bytes(self.bytes) >> 20;
        let what =
            format!("has {} bytes and unpacks to more than {most} MiB: isokron does not read on", self.bytes);
        Error::input(&self.file, what, "is the file sound? Export it with only the columns that are used")
    }

    /// # Errors
    /// Where there are more columns than a table of places has.
    pub fn columns(&self, columns: usize) -> Result<()> {
        if columns <= MOST_COLUMNS {
            return Ok(());
        }
        let what = format!("has {columns} columns, and up to {MOST_COLUMNS} are read");
        Err(Error::input(&self.file, what, "export it with only the columns that are used"))
    }
}
