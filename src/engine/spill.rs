//! Room for travel times that measures over all rows ask for again: the caller's, on disk or in memory.

use crate::base::error::{Error, Result};

/// Bytes that can be put away, one piece after the other, and read again from any place.
pub trait Spill: Send + Sync {
    /// # Errors
    /// The machine's.
    fn append(&mut self, bytes: &[u8]) -> Result<()>;

    /// Fills `bytes` with those from `at` on.
    ///
    /// # Errors
    /// The machine's.
    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<()>;
}

/// Makes such room where it is needed.
pub trait Rooms: Sync {
    /// # Errors
    /// The machine's.
    fn open(&self) -> Result<Box<dyn Spill>>;
}

/// Room in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct InMemory;

impl Rooms for InMemory {
    fn open(&self) -> Result<Box<dyn Spill>> {
        Ok(Box::new(Vec::new()))
    }
}

impl Spill for Vec<u8> {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<()> {
        let at = at as usize;
        let there = self.get(at..at + bytes.len());
        let there = there.ok_or_else(|| Error::machine("kept travel times", "fewer than were put away"))?;
        bytes.copy_from_slice(there);
        Ok(())
    }
}
