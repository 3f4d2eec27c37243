//! The sum of a weight of the travel time over all departures of a window. Prefix sums over seconds let a stretch of
//! departures with one arrival cost two look-ups.

/// Prefix sums of a weight. Weights are rounded to 2⁻⁴⁴, so that sums are of whole numbers and do not depend on their
/// order, however arrivals were found; 65,535 departures of weight 1 fit.
#[derive(Clone, Debug)]
pub struct PrefixSums {
    every_s: u32,
    /// `every_s` zeros, then at t the weights of t, t − every, t − 2·every … summed.
    sums: Vec<u64>,
}

/// 1 as a weight.
const ONE: f64 = (1u64 << 44) as f64;

impl PrefixSums {
    /// `weight`: 0 to 1, of travel times up to `longest_s`; slower journeys weigh nothing.
    pub fn new(weight: impl Fn(u32) -> f64, longest_s: u32, every_s: u32) -> PrefixSums {
        let mut sums = vec![0; every_s as usize];
        for time_s in 0..=longest_s {
            let before = sums[time_s as usize];
            sums.push(before + (weight(time_s).clamp(0.0, 1.0) * ONE).round() as u64);
        }
        PrefixSums { every_s, sums }
    }

    /// The weights of the departures after the first `early` up to the first `late`, which all arrive at `time_s`.
    #[inline(always)]
    pub(super) fn between(&self, time_s: u32, early: u32, late: u32) -> u64 {
        let at = |departures: u32| self.sums[(time_s + self.every_s - departures * self.every_s) as usize];
        at(early) - at(late)
    }

    /// The weight of one travel time.
    #[inline(always)]
    pub(super) fn weight(&self, time_s: u32) -> u64 {
        self.sums[(time_s + self.every_s) as usize] - self.sums[time_s as usize]
    }

    /// The mean over departures, from their sum.
    pub fn mean(sum: u64, departures: u32) -> f64 {
        sum as f64 / (ONE * f64::from(departures))
    }
}
