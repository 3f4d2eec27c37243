//! Travel times departure by departure, as some tool wrote them → times at percentiles of the departures, and means
//! over them.

use super::plan::BoundMeasure;
use crate::base::units::rank;

/// Times of pairs, one for each departure that arrives.
#[derive(Clone, Debug, Default)]
pub struct Departures {
    number: u32,
    /// (origin, destination, seconds), by pair, then time.
    pairs: Vec<(u32, u32, f64)>,
}

impl Departures {
    /// `number`: how many departures there are. Times of a pair that lacks some do not arrive.
    pub fn new(number: u32, mut pairs: Vec<(u32, u32, f64)>) -> Departures {
        pairs.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        Departures { number, pairs }
    }

    /// The pairs that are reached at a percentile, by nearest rank; who does not arrive takes longest.
    pub fn at(&self, percentile: f64) -> Vec<(u32, u32, f64)> {
        let rank = rank(percentile, self.number) as usize;
        let of_pair = self.pairs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
        of_pair.filter_map(|times| times.get(rank - 1).copied()).collect()
    }

    /// Means over the departures of a measure made of sums: for each of its stems a value for each of `places`
    /// (origins; passive: destinations).
    pub fn means(&self, bound: &BoundMeasure<'_>, places: usize) -> Vec<Vec<f64>> {
        let mut sums: Vec<Vec<f64>> = bound.stems.iter().map(|_| vec![0.0; places]).collect();
        for (sums, (column, decay)) in sums.iter_mut().zip(bound.sums()) {
            let weights = &bound.weights[decay];
            for &(from, to, cost_s) in &self.pairs {
                let (here, there) = if bound.asked.passive { (to, from) } else { (from, to) };
                sums[here as usize] += column[there as usize] * weights.at(cost_s);
            }
            sums.iter_mut().for_each(|sum| *sum /= f64::from(self.number));
        }
        bound.close(&mut sums);
        sums
    }
}
