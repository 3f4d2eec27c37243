//! Times of those who do not ride, a batch of origins at once: what competes with every journey by public transport.

use crate::base::NONE;
use crate::network::StreetLegs;

/// Where direct times come from: stored ones of walking, or those that a search over the streets finds for a batch.
pub trait DirectTimes: Sync {
    /// Sets in `rows` the seconds from each of `origins`, whose place in the list is its lane, to each destination that
    /// it gets to without a ride.
    fn fill(&self, origins: &[u32], rows: &mut DirectRows);
}

impl DirectTimes for StreetLegs {
    fn fill(&self, origins: &[u32], rows: &mut DirectRows) {
        for (lane, &origin) in origins.iter().enumerate() {
            for walk in self.direct.row(origin as usize) {
                rows.set(walk.to, lane, walk.seconds);
            }
        }
    }
}

/// Direct times of a batch: for each destination that some origin gets to a row of seconds, one lane an origin;
/// `u32::MAX` in the lanes of the others.
#[derive(Debug)]
pub struct DirectRows {
    lanes: usize,
    /// Destination → row, or `NONE`.
    row_of: Vec<u32>,
    /// Row after row; the first is that of whoever gets nowhere.
    seconds: Vec<u32>,
    destinations: Vec<u32>,
}

impl DirectRows {
    pub(super) fn new(destinations: usize, lanes: usize) -> DirectRows {
        DirectRows {
            lanes,
            row_of: vec![NONE; destinations],
            seconds: vec![u32::MAX; lanes],
            destinations: Vec::new(),
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        4 * (self.row_of.capacity() + self.destinations.capacity() + self.seconds.capacity())
    }

    pub(super) fn clear(&mut self) {
        for &destination in &self.destinations {
            self.row_of[destination as usize] = NONE;
        }
        self.destinations.clear();
        self.seconds.truncate(self.lanes);
    }

    /// The time from the origin of a lane to a destination.
    #[inline]
    pub fn set(&mut self, destination: u32, lane: usize, seconds: u32) {
        let row = &mut self.row_of[destination as usize];
        if *row == NONE {
            *row = (self.seconds.len() / self.lanes) as u32;
            self.seconds.resize(self.seconds.len() + self.lanes, u32::MAX);
            self.destinations.push(destination);
        }
        self.seconds[*row as usize * self.lanes + lane] = seconds;
    }

    /// The same, where it is less than what is known.
    #[inline]
    pub fn offer(&mut self, destination: u32, lane: usize, seconds: u32) {
        let row = self.row_of[destination as usize];
        if row == NONE || seconds < self.seconds[row as usize * self.lanes + lane] {
            self.set(destination, lane, seconds);
        }
    }

    /// Destinations with a row, in the order in which they were first set.
    pub(super) fn destinations(&self) -> &[u32] {
        &self.destinations
    }

    #[inline(always)]
    pub(super) fn has(&self, destination: u32) -> bool {
        self.row_of[destination as usize] != NONE
    }

    /// One lane an origin.
    #[inline(always)]
    pub(super) fn get<const N: usize>(&self, destination: u32) -> &[u32; N] {
        let row = self.row_of[destination as usize];
        let row = if row == NONE { 0 } else { row as usize };
        self.seconds[row * N..].first_chunk().expect("rows have as many lanes as the batch")
    }
}
