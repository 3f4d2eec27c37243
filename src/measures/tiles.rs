//! Travel times that outlive their batch: rows of whole seconds packed into bytes which the caller keeps where it
//! likes (a file), and read again as rows or, turned round, as columns.
//!
//! A tile is a batch of origins × a stretch of destinations. In it, origin by origin: how many destinations are
//! reached, and of each one number of 7 bits a byte: the difference of seconds from the one before, sign and "the
//! next destination" in its lowest bits; if it is not the next, the gap follows.
//!
//! Rows are handed out in parts of [`PART`] positions, whatever the batches in which they were routed: measures sum
//! part by part.

use std::ops::Range;

use super::rows::{TimesRow, TimesRows};
use crate::base::error::{Error, Result};

/// Destinations of a tile: turned round, a stretch is in memory with all its origins.
const STRETCH: usize = 128;

/// Positions of a part. No batch lies in two of them.
pub const PART: usize = 128;

/// Where the tiles of one matrix lie among the bytes kept: one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TileIndex {
    /// Batch by batch, stretch by stretch: the byte after the last.
    ends: Vec<u64>,
}

/// The tiles of one batch, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    pub bytes: Vec<u8>,
    /// Length of each tile.
    lengths: Vec<u32>,
}

impl TileIndex {
    /// From the ends of all tiles; `None` where these do not rise.
    pub fn from_ends(ends: Vec<u64>) -> Option<TileIndex> {
        ends.is_sorted().then_some(TileIndex { ends })
    }

    pub fn ends(&self) -> &[u64] {
        &self.ends
    }

    /// How many bytes are kept.
    pub fn bytes(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The next batch's bytes follow the others.
    pub fn push(&mut self, packed: &Packed) {
        for &length in &packed.lengths {
            self.ends.push(self.bytes() + u64::from(length));
        }
    }

    /// The tiles of other batches follow, and their bytes these.
    pub fn append(&mut self, next: &TileIndex) {
        let before = self.bytes();
        self.ends.extend(next.ends.iter().map(|end| before + end));
    }

    fn span(&self, tile: usize) -> (u64, u64) {
        (if tile == 0 { 0 } else { self.ends[tile - 1] }, self.ends[tile])
    }
}

/// Tiles of a batch.
pub fn stretches(destinations: usize) -> usize {
    destinations.div_ceil(STRETCH)
}

/// The batches of each part: `batches` gives where each begins, by position.
pub fn parts(batches: impl IntoIterator<Item = usize>) -> Vec<Range<usize>> {
    let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
    for (batch, first) in batches.into_iter().enumerate() {
        match parts.last_mut() {
            Some((part, batches)) if *part == first / PART => batches.end = batch + 1,
            _ => parts.push((first / PART, batch..batch + 1)),
        }
    }
    parts.into_iter().map(|(_, batches)| batches).collect()
}

/// Packs a batch: `time(lane, destination)` in seconds, `u32::MAX` for none.
pub fn pack(lanes: usize, destinations: usize, time: impl Fn(usize, usize) -> u32) -> Packed {
    let mut packed = Packed::default();
    for stretch in (0..destinations).step_by(STRETCH) {
        let before = packed.bytes.len();
        let end = (stretch + STRETCH).min(destinations);
        for lane in 0..lanes {
            let count = (stretch..end).filter(|&to| time(lane, to) != u32::MAX).count();
            put(&mut packed.bytes, count as u64);
            let (mut next, mut last) = (stretch, 0u32);
            for to in stretch..end {
                let time = time(lane, to);
                if time == u32::MAX {
                    continue;
                }
                let difference = i64::from(time) - i64::from(last);
                let zigzag = (difference << 1 ^ difference >> 63) as u64;
                put(&mut packed.bytes, zigzag << 1 | u64::from(to != next));
                if to != next {
                    put(&mut packed.bytes, (to - next) as u64);
                }
                (next, last) = (to + 1, time);
            }
        }
        packed.lengths.push((packed.bytes.len() - before) as u32);
    }
    packed
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 128 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn get(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

/// Gives the bytes from an offset on.
pub type ReadBytes<'a> = &'a (dyn Fn(u64, &mut [u8]) -> Result<()> + Sync);

/// Kept tiles as rows.
pub struct Tiles<'a> {
    /// The origins of each batch, in the order in which these were pushed.
    pub batches: &'a [&'a [u32]],
    /// As [`parts`] makes them.
    pub parts: &'a [Range<usize>],
    /// All places that routing could begin at.
    pub origins: usize,
    pub destinations: usize,
    pub index: &'a TileIndex,
    pub read: ReadBytes<'a>,
}

impl Tiles<'_> {
    /// Destinations as origins.
    pub fn turned(&self) -> TurnedTiles<'_> {
        TurnedTiles(self)
    }

    fn stretches(&self) -> usize {
        stretches(self.destinations)
    }

    fn tile(&self, batch: usize, stretch: usize, take: &mut dyn FnMut(usize, usize, f64)) -> Result<()> {
        let (from, end) = self.index.span(batch * self.stretches() + stretch);
        let mut bytes = vec![0; (end - from) as usize];
        (self.read)(from, &mut bytes)?;
        self.unpack(&bytes, self.batches[batch].len(), stretch * STRETCH, take)
            .ok_or_else(|| Error::machine("kept travel times", "the bytes came back other than they went"))
    }

    fn unpack(
        &self,
        mut bytes: &[u8],
        lanes: usize,
        first: usize,
        take: &mut dyn FnMut(usize, usize, f64),
    ) -> Option<()> {
        let end = (first + STRETCH).min(self.destinations);
        for lane in 0..lanes {
            let (mut next, mut time) = (first, 0i64);
            for _ in 0..get(&mut bytes)? {
                let number = get(&mut bytes)?;
                let zigzag = (number >> 1) as i64;
                time = time.checked_add(zigzag >> 1 ^ -(zigzag & 1))?;
                let gap = if number & 1 == 1 { usize::try_from(get(&mut bytes)?).ok()? } else { 0 };
                let to = next.checked_add(gap).filter(|&to| to < end)?;
                let seconds = u32::try_from(time).ok()?;
                take(lane, to, f64::from(seconds));
                next = to + 1;
            }
        }
        bytes.is_empty().then_some(())
    }
}

/// Rows under way.
type GatheredRows = Vec<(Vec<u32>, Vec<f64>)>;

fn hand_over(rows: &GatheredRows, from: impl Fn(usize) -> u32, take: &mut dyn FnMut(u32, TimesRow<'_>)) {
    for (i, (to, cost_s)) in rows.iter().enumerate() {
        take(from(i), TimesRow { to, cost_s });
    }
}

impl TimesRows for Tiles<'_> {
    fn origins(&self) -> usize {
        self.origins
    }

    fn destinations(&self) -> usize {
        self.destinations
    }

    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn part(&self, part: usize, take: &mut dyn FnMut(u32, TimesRow<'_>)) -> Result<()> {
        for batch in self.parts[part].clone() {
            let origins = self.batches[batch];
            let mut rows: GatheredRows = vec![Default::default(); origins.len()];
            for stretch in 0..self.stretches() {
                self.tile(batch, stretch, &mut |lane, to, cost_s| {
                    rows[lane].0.push(to as u32);
                    rows[lane].1.push(cost_s);
                })?;
            }
            hand_over(&rows, |lane| origins[lane], take);
        }
        Ok(())
    }
}

/// Tiles turned round: a row for each destination, over the origins in the order in which they were routed.
pub struct TurnedTiles<'a>(&'a Tiles<'a>);

#[allow(clippy::misnamed_getters)] // turned round, one is the other
impl TimesRows for TurnedTiles<'_> {
    fn origins(&self) -> usize {
        self.0.destinations
    }

    fn destinations(&self) -> usize {
        self.0.origins
    }

    fn parts(&self) -> usize {
        self.0.stretches()
    }

    fn part(&self, part: usize, take: &mut dyn FnMut(u32, TimesRow<'_>)) -> Result<()> {
        let first = part * STRETCH;
        let mut rows: GatheredRows = vec![Default::default(); STRETCH.min(self.0.destinations - first)];
        for batch in 0..self.0.batches.len() {
            self.0.tile(batch, part, &mut |lane, to, cost_s| {
                rows[to - first].0.push(self.0.batches[batch][lane]);
                rows[to - first].1.push(cost_s);
            })?;
        }
        hand_over(&rows, |i| (first + i) as u32, take);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_come_back_both_ways() {
        // 5 origins in batches of 2, 600 destinations; a pattern with gaps, jumps and equal times.
        let (batches, destinations) = ([&[3u32, 0][..], &[4, 2], &[1]], 600);
        let time = |from: u32, to: usize| {
            let t = (from as usize * 977 + to * to * 31) % 5000;
            if t.is_multiple_of(3) || from == 4 { u32::MAX } else { t as u32 }
        };
        let (mut kept, mut index) = (Vec::new(), TileIndex::default());
        for batch in &batches {
            let packed = pack(batch.len(), destinations, |lane, to| time(batch[lane], to));
            index.push(&packed);
            kept.extend_from_slice(&packed.bytes);
        }
        let read = |at: u64, bytes: &mut [u8]| {
            bytes.copy_from_slice(&kept[at as usize..at as usize + bytes.len()]);
            Ok(())
        };
        // The first two batches end where a part does.
        let parts = parts([PART - 4, PART - 2, PART]);
        assert_eq!(parts, [0..2, 2..3]);
        let tiles =
            Tiles { batches: &batches, parts: &parts, origins: 6, destinations, index: &index, read: &read };
        let mut pairs = Vec::new();
        for part in 0..tiles.parts() {
            tiles.part(part, &mut |from, row| pairs.extend(row.iter().map(|(to, s)| (from, to, s)))).unwrap();
        }
        let mut turned = Vec::new();
        for part in 0..tiles.turned().parts() {
            let mut take = |to: u32, row: TimesRow<'_>| {
                turned.extend(row.iter().map(|(from, s)| (from as u32, to as usize, s)));
            };
            tiles.turned().part(part, &mut take).unwrap();
        }
        let mut expected = Vec::new();
        for from in 0..5 {
            let reached = (0..destinations).filter(|&to| time(from, to) != u32::MAX);
            expected.extend(reached.map(|to| (from, to, f64::from(time(from, to)))));
        }
        let by_pair = |a: &(u32, usize, f64), b: &(u32, usize, f64)| (a.0, a.1).cmp(&(b.0, b.1));
        pairs.sort_by(by_pair);
        turned.sort_by(by_pair);
        assert_eq!((&pairs, &turned), (&expected, &expected));
    }
}
