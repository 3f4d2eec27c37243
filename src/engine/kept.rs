//! Travel times that measures over all rows ask for again: tiles of bytes in room that the caller makes, in pieces that
//! follow each other.

use super::spill::{Rooms, Spill};
use crate::base::error::{Error, Result};
use crate::measures::tiles::{Packed, TileIndex};

/// The tiles of one percentile.
#[derive(Default)]
pub struct KeptTimes {
    pieces: Vec<RoomPiece>,
    pub index: TileIndex,
}

/// Bytes from `first` on of all that are kept.
struct RoomPiece {
    first: u64,
    room: Box<dyn Spill>,
}

impl KeptTimes {
    /// Puts away the tiles of the next batch; room is made when it is first needed.
    ///
    /// # Errors
    /// Those of the room.
    pub fn push(&mut self, packed: &Packed, rooms: &dyn Rooms) -> Result<()> {
        self.put(&packed.bytes, rooms)?;
        self.index.push(packed);
        Ok(())
    }

    /// Tiles whose bytes lie together.
    ///
    /// # Errors
    /// Those of the room.
    pub fn whole(bytes: &[u8], index: TileIndex, rooms: &dyn Rooms) -> Result<KeptTimes> {
        let mut kept = KeptTimes::default();
        kept.put(bytes, rooms)?;
        kept.index = index;
        Ok(kept)
    }

    fn put(&mut self, bytes: &[u8], rooms: &dyn Rooms) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.pieces.is_empty() {
            self.pieces.push(RoomPiece { first: 0, room: rooms.open()? });
        }
        self.pieces.last_mut().expect("opened above").room.append(bytes)
    }

    /// The tiles of other batches follow: no byte is copied.
    pub fn append(&mut self, next: KeptTimes) {
        let before = self.index.bytes();
        let moved = |piece: RoomPiece| RoomPiece { first: before + piece.first, room: piece.room };
        self.pieces.extend(next.pieces.into_iter().map(moved));
        self.index.append(&next.index);
    }

    /// Fills `bytes` with those from `at` on, which are of one tile or of all.
    ///
    /// # Errors
    /// Those of the room.
    pub fn read(&self, mut at: u64, mut bytes: &mut [u8]) -> Result<()> {
        while !bytes.is_empty() {
            let piece = self.pieces.partition_point(|piece| piece.first <= at).checked_sub(1);
            let piece = piece.ok_or_else(|| Error::machine("kept travel times", "there are none"))?;
            let end = self.pieces.get(piece + 1).map_or(u64::MAX, |next| next.first);
            let here = bytes.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
            let (now, rest) = bytes.split_at_mut(here);
            self.pieces[piece].room.read(at - self.pieces[piece].first, now)?;
            (at, bytes) = (at + here as u64, rest);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::spill::InMemory;
    use super::*;

    #[test]
    fn pieces_are_read_as_one() {
        let kept = |bytes: &[u8]| {
            let index = TileIndex::from_ends(vec![bytes.len() as u64]).unwrap();
            KeptTimes::whole(bytes, index, &InMemory).unwrap()
        };
        let mut all = kept(&[1, 2, 3]);
        all.append(kept(&[]));
        all.append(kept(&[4]));
        all.append(kept(&[5, 6]));
        assert_eq!(all.index.ends(), [3, 3, 4, 6]);
        for from in 0..6 {
            let mut bytes = vec![0; 6 - from];
            all.read(from as u64, &mut bytes).unwrap();
            assert_eq!(bytes, [1, 2, 3, 4, 5, 6][from..]);
        }
        assert!(all.read(6, &mut [0]).is_err(), "there is no more");
        assert!(kept(&[]).read(0, &mut [0]).is_err());
    }
}
