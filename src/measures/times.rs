//! Arrivals → travel times at percentiles of the departures: the rows of a matrix; and which departures have them.

use crate::base::units::rank;
use crate::routing::{ArrivalProfile, Batch, Label, Listener};

/// Travel times of a batch: lane → destination → percentile, s; `u32::MAX` where there is none.
pub struct BatchTimes<'a> {
    ranks: &'a [u32],
    destinations: usize,
    lanes: usize,
    times_s: Vec<u32>,
}

/// The nearest ranks of percentiles among the departures of a window.
pub fn ranks(percentiles: &[f64], departures: u32) -> Vec<u32> {
    percentiles.iter().map(|&p| rank(p, departures)).collect()
}

impl<'a> BatchTimes<'a> {
    pub fn listen(ranks: &'a [u32], destinations: usize, batch: Batch<'_>) -> BatchTimes<'a> {
        let lanes = batch.origins.len();
        BatchTimes { ranks, destinations, lanes, times_s: vec![u32::MAX; lanes * destinations * ranks.len()] }
    }
}

impl Listener for BatchTimes<'_> {
    /// Lane by lane, destination by destination, percentile by percentile.
    type Output = Vec<u32>;

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        for (p, &rank) in self.ranks.iter().enumerate() {
            let times = arrivals.ranked(rank);
            for (lane, &time) in times.iter().enumerate().take(self.lanes) {
                self.times_s[(lane * self.destinations + destination as usize) * self.ranks.len() + p] = time;
            }
        }
    }

    fn finish(self) -> Self::Output {
        self.times_s
    }
}

/// As [`Times`], with the first departure of each of these times, counted from 0.
pub struct TimesAt<'a> {
    ranks: &'a [u32],
    destinations: usize,
    lanes: usize,
    found: Vec<(u32, u32)>,
}

impl<'a> TimesAt<'a> {
    pub fn listen(ranks: &'a [u32], destinations: usize, batch: Batch<'_>) -> TimesAt<'a> {
        let lanes = batch.origins.len();
        TimesAt { ranks, destinations, lanes, found: vec![(u32::MAX, 0); lanes * destinations * ranks.len()] }
    }
}

impl Listener for TimesAt<'_> {
    /// As of [`Times`]: time, departure.
    type Output = Vec<(u32, u32)>;

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        for (p, &rank) in self.ranks.iter().enumerate() {
            let times = arrivals.ranked(rank);
            for (lane, &time) in
                times.iter().enumerate().take(self.lanes).filter(|(_, time)| **time != u32::MAX)
            {
                let at = (lane * self.destinations + destination as usize) * self.ranks.len() + p;
                self.found[at] = (time, arrivals.first_with(lane, time));
            }
        }
    }

    fn finish(self) -> Self::Output {
        self.found
    }
}
