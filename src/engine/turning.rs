//! Times that come destination by destination → the same origin by origin: kept in memory, or, where they are too many,
//! in the caller's room.

use std::ops::Range;

use super::spill::{Rooms, Spill};
use crate::base::error::Result;

/// Blocks of some destinations' times from all origins, origin after origin.
pub(super) struct Turning {
    origins: usize,
    /// Values that each block holds for an origin.
    widths: Vec<usize>,
    store: Store,
}

enum Store {
    Memory(Vec<Vec<u32>>),
    Room(Box<dyn Spill>),
}

impl Turning {
    /// In memory, or where there are `rooms` in one of these.
    ///
    /// # Errors
    /// Those of `rooms`.
    pub fn new(origins: usize, rooms: Option<&dyn Rooms>) -> Result<Turning> {
        let store = match rooms {
            None => Store::Memory(Vec::new()),
            Some(rooms) => Store::Room(rooms.open()?),
        };
        Ok(Turning { origins, widths: Vec::new(), store })
    }

    /// Takes the next block: `width` values for each origin.
    ///
    /// # Errors
    /// Those of the room.
    pub fn add(&mut self, width: usize, block: Vec<u32>) -> Result<()> {
        assert_eq!(block.len(), width * self.origins, "a block has a row for every origin");
        self.widths.push(width);
        match &mut self.store {
            Store::Memory(blocks) => blocks.push(block),
            Store::Room(room) => room.append(bytemuck::cast_slice(&block))?,
        }
        Ok(())
    }

    /// The rows of some origins over all blocks, one after another.
    ///
    /// # Errors
    /// Those of the room.
    pub fn rows(&self, origins: Range<usize>) -> Result<Vec<u32>> {
        let all: usize = self.widths.iter().sum();
        let mut rows = vec![0; all * origins.len()];
        let (mut before, mut part) = (0, Vec::new());
        for (b, &width) in self.widths.iter().enumerate() {
            let within = origins.start * width..origins.end * width;
            let block = match &self.store {
                Store::Memory(blocks) => &blocks[b][within],
                Store::Room(room) => {
                    part.resize(within.len(), 0);
                    let at = (before * self.origins + within.start) * size_of::<u32>();
                    room.read(at as u64, bytemuck::cast_slice_mut(&mut part))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::spill::InMemory;

    #[test]
    fn a_room_turns_as_memory_does() {
        // Origin o, destination d: 10 o + d; destinations 0 and 1 in the first block, 2 alone, 3 to 5.
        for rooms in [None, Some(&InMemory as &dyn Rooms)] {
            let mut turning = Turning::new(4, rooms).unwrap();
            for block in [0..2u32, 2..3, 3..6] {
                let values = (0..4).flat_map(|o| block.clone().map(move |d| 10 * o + d)).collect();
                turning.add(block.len(), values).unwrap();
            }
            assert_eq!(turning.rows(0..1).unwrap(), [0, 1, 2, 3, 4, 5]);
            assert_eq!(turning.rows(2..4).unwrap(), [20, 21, 22, 23, 24, 25, 30, 31, 32, 33, 34, 35]);
        }
    }
}
