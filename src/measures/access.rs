//! Arrivals → cumulative opportunities: how many can be reached within a cutoff, at a percentile of the
//! departures (Ingram 1971; the percentile over a window as in Conway, Byrd & van der Linden 2017).

use crate::base::units::rank;
use crate::inputs::raw::Column;
use crate::routing::{ArrivalProfile, Batch, Label, Listener};

/// What to count: every column × cutoff × percentile.
#[derive(Clone, Debug)]
pub struct Cumulative<'a> {
    /// Opportunities of the destinations.
    pub columns: &'a [Column],
    pub cutoffs_min: &'a [u32],
    pub percentiles: &'a [f64],
    /// Departures of the window.
    pub departures: u32,
    pub destinations: usize,
}

impl Cumulative<'_> {
    /// Names of the results, in the order of [`Counting`]'s: `jobs_30min_p50`.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for column in self.columns {
            for cutoff in self.cutoffs_min {
                for p in self.percentiles {
                    names.push(format!("{}_{cutoff}min_{}", column.name, percentile_name(*p)));
                }
            }
        }
        names
    }

    /// (cutoff s, rank) in the order of the names of one column.
    pub(super) fn questions(&self) -> Vec<(u32, u32)> {
        let of_cutoff =
            |&minutes: &u32| self.percentiles.iter().map(move |&p| (minutes * 60, rank(p, self.departures)));
        self.cutoffs_min.iter().flat_map(of_cutoff).collect()
    }

    /// A listener for one batch.
    pub fn listen(&self, batch: Batch<'_>) -> Counting<'_> {
        let questions = self.questions();
        Counting { what: self, lanes: batch.origins.len(), told: Vec::new(), reached: Vec::new(), questions }
    }
}

/// `p50`, `p2_5`.
pub fn percentile_name(p: f64) -> String {
    format!("p{p}").replace('.', "_")
}

/// Marks what a batch reaches, then sums in the order of the destinations.
pub struct Counting<'a> {
    what: &'a Cumulative<'a>,
    lanes: usize,
    questions: Vec<(u32, u32)>,
    /// Destinations that were told of, and for each × question a bit a lane.
    told: Vec<u32>,
    reached: Vec<u128>,
}

impl Listener for Counting<'_> {
    /// Lane → results in the order of `Cumulative::names`.
    type Output = Vec<Vec<f64>>;

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        self.told.push(destination);
        for &(cutoff_s, rank) in &self.questions {
            self.reached.push(arrivals.reached(cutoff_s, rank));
        }
    }

    fn finish(self) -> Self::Output {
        let questions = self.questions.len();
        let mut out = vec![vec![0.0; self.what.columns.len() * questions]; self.lanes];
        let mut order: Vec<u32> = (0..self.told.len() as u32).collect();
        order.sort_unstable_by_key(|&i| self.told[i as usize]);
        for (c, column) in self.what.columns.iter().enumerate() {
            for q in 0..questions {
                let reached = order.iter().map(|&i| {
                    let value = column.values[self.told[i as usize] as usize];
                    (value, self.reached[i as usize * questions + q])
                });
                let mut all = [0.0; 128];
                sums(reached, &mut all);
                for (sum, lane) in all.into_iter().zip(&mut out) {
                    lane[c * questions + q] = sum;
                }
            }
        }
        out
    }
}

/// Adds to each lane's sum the values whose bit is set, in their order. There are 128 sums.
fn sums(reached: impl Iterator<Item = (f64, u128)>, sums: &mut [f64]) {
    for (value, bits) in reached {
        if value == 0.0 || bits == 0 {
            continue;
        }
        // Adding 0 changes no sum, and this way there is no branch a lane.
        for (half, sums) in [bits as u64, (bits >> 64) as u64].into_iter().zip(sums.as_chunks_mut::<64>().0) {
            if half == 0 {
                continue;
            }
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum += if half >> i & 1 == 1 { value } else { 0.0 };
            }
        }
    }
}
