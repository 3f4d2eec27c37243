//! Times that come destination by destination → the same origin by origin: kept in memory, or, where they are
//! too many, in a nameless temporary file beside the table that they are for.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::staging::failed;
use crate::base::error::Result;

/// Blocks of some destinations' times from all origins, origin after origin.
pub struct Turning {
    origins: usize,
    /// Values that each block holds for an origin.
    widths: Vec<usize>,
    store: Store,
}

enum Store {
    Memory(Vec<Vec<u32>>),
    /// The table's path is for messages.
    File(File, PathBuf),
}

impl Turning {
    /// `in_memory`, or in a file in the folder of `table`.
    ///
    /// # Errors
    /// The machine's.
    pub fn new(origins: usize, in_memory: bool, table: &Path) -> Result<Turning> {
        let store = if in_memory {
            Store::Memory(Vec::new())
        } else {
            let folder = table.parent().filter(|folder| !folder.as_os_str().is_empty());
            let file = tempfile::tempfile_in(folder.unwrap_or(Path::new(".")));
            Store::File(file.map_err(|error| failed(table, &error))?, table.to_path_buf())
        };
        Ok(Turning { origins, widths: Vec::new(), store })
    }

    /// Takes the next block: `width` values for each origin.
    ///
    /// # Errors
    /// The machine's.
    pub fn add(&mut self, width: usize, block: Vec<u32>) -> Result<()> {
        assert_eq!(block.len(), width * self.origins, "a block has a row for every origin");
        self.widths.push(width);
        match &mut self.store {
            Store::Memory(blocks) => blocks.push(block),
            Store::File(file, table) => {
                file.write_all(bytemuck::cast_slice(&block)).map_err(|error| failed(table, &error))?;
            }
        }
        Ok(())
    }

    /// The rows of some origins over all blocks, one after another.
    ///
    /// # Errors
    /// The machine's.
    pub fn rows(&mut self, origins: Range<usize>) -> Result<Vec<u32>> {
        let all: usize = self.widths.iter().sum();
        let mut rows = vec![0; all * origins.len()];
        let (mut before, mut part) = (0, Vec::new());
        for (b, &width) in self.widths.iter().enumerate() {
            let within = origins.start * width..origins.end * width;
            let block = match &mut self.store {
                Store::Memory(blocks) => &blocks[b][within],
                Store::File(file, table) => {
                    part.resize(within.len(), 0);
                    let at = (before * self.origins + within.start) * size_of::<u32>();
                    read_at(file, at as u64, &mut part).map_err(|error| failed(table, &error))?;
                    &part
                }
            };
            for (row, values) in rows.chunks_mut(all.max(1)).zip(block.chunks(width.max(1))) {
                row[before..before + width].copy_from_slice(values);
            }
            before += width;
        }
        Ok(rows)
    }
}

fn read_at(file: &mut File, at: u64, values: &mut [u32]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytemuck::cast_slice_mut(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_turns_as_memory_does() {
        // Origin o, destination d: 10 o + d; destinations 0 and 1 in the first block, 2 alone, 3 to 5.
        let folder = tempfile::tempdir().unwrap();
        for in_memory in [true, false] {
            let mut turning = Turning::new(4, in_memory, &folder.path().join("times.csv")).unwrap();
            for block in [0..2u32, 2..3, 3..6] {
                let values = (0..4).flat_map(|o| block.clone().map(move |d| 10 * o + d)).collect();
                turning.add(block.len(), values).unwrap();
            }
            assert_eq!(turning.rows(0..1).unwrap(), [0, 1, 2, 3, 4, 5]);
            assert_eq!(turning.rows(2..4).unwrap(), [20, 21, 22, 23, 24, 25, 30, 31, 32, 33, 34, 35]);
        }
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
