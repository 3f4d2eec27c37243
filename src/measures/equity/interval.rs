//! Replicates of a figure → an interval: plain percentiles, or bias-corrected and accelerated ones. Its ends are always
//! among the replicates, so that no end lies where the figure cannot.

/// How an interval is read off the replicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interval {
    /// Quantiles of the replicates (Efron 1979).
    Percentile,
    /// Bias-corrected and accelerated (Efron 1987), the acceleration from a jackknife over the blocks.
    #[default]
    Bca,
}

/// Of the replicates so many must be defined, or there is no interval.
const DEFINED: f64 = 0.9;

/// The interval of `level` around `value`, `by` times as wide as the replicates say: `by` moves the quantiles that are
/// read, normal deviates ±z to ±by·z, so that both ends stay what the figure can be, a share a share (quantiles follow
/// every rising scale: on the scale on which the replicates are normal, this is the stretch by `by`).
///
/// Replicates that are not defined are left out; `None` if those are more than a tenth. An infinite one is the largest
/// (or smallest) of all: `None` where it would be an end. `without` holds the figure with each group of blocks left out
/// in turn; empty for percentiles.
pub(super) fn interval(
    value: f64,
    mut replicates: Vec<f64>,
    without: &[f64],
    kind: Interval,
    level: f64,
    by: f64,
) -> Option<(f64, f64)> {
    let asked = replicates.len() as f64;
    replicates.retain(|replicate| !replicate.is_nan());
    if !value.is_finite() || replicates.is_empty() || (replicates.len() as f64) < DEFINED * asked {
        return None;
    }
    replicates.sort_by(f64::total_cmp);
    let deviate = by * normal_quantile((1.0 - level) / 2.0);
    let (low, high) = match kind {
        Interval::Percentile => (normal(deviate), normal(-deviate)),
        Interval::Bca => {
            let n = replicates.len() as f64;
            let below = replicates.partition_point(|&replicate| replicate < value) as f64;
            let ties = replicates.partition_point(|&replicate| replicate <= value) as f64 - below;
            // Never quite 0 or 1: there the bias would be infinite.
            let bias = normal_quantile(((below + ties / 2.0) / n).clamp(0.5 / n, 1.0 - 0.5 / n));
            let acceleration = acceleration(without);
            let moved = |z: f64| {
                let shifted = bias + z;
                let room = 1.0 - acceleration * shifted;
                if room > 0.0 { normal(bias + shifted / room) } else { normal(bias + shifted) }
            };
            (moved(deviate), moved(-deviate))
        }
    };
    let ends = (at(&replicates, low), at(&replicates, high));
    (ends.0.is_finite() && ends.1.is_finite()).then_some(ends)
}

/// By how much an interval of blocks must be stretched: √(2 − V(b/2) / V(b)), the variances as the middle 68 % of the
/// replicates show them; never below 1. 1 where nothing was drawn of half blocks.
pub(super) fn stretch(replicates: &[f64], halved: &[f64]) -> f64 {
    let spread = |drawn: &[f64]| {
        let mut sorted: Vec<f64> = drawn.iter().copied().filter(|figure| figure.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        if sorted.is_empty() { 0.0 } else { at(&sorted, normal(1.0)) - at(&sorted, normal(-1.0)) }
    };
    let (whole, half) = (spread(replicates), spread(halved));
    if half > 0.0 && whole > half { (2.0 - (half / whole).powi(2)).sqrt() } else { 1.0 }
}

/// The q-quantile of sorted replicates, position q·(n + 1), between neighbours in proportion.
fn at(sorted: &[f64], q: f64) -> f64 {
    let position = (q * (sorted.len() + 1) as f64 - 1.0).clamp(0.0, (sorted.len() - 1) as f64);
    let low = position.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    // Of two alike, also two infinite ones, it is what they are.
    if sorted[low] == sorted[high] {
        sorted[low]
    } else {
        sorted[low] + (sorted[high] - sorted[low]) * position.fract()
    }
}

/// Σ d³ / (6 (Σ d²)^1.5), d the mean of the figures with one left out minus each (Efron & Tibshirani 1993, 14.15).
fn acceleration(without: &[f64]) -> f64 {
    let sound: Vec<f64> = without.iter().copied().filter(|figure| figure.is_finite()).collect();
    let mean = sound.iter().sum::<f64>() / sound.len().max(1) as f64;
    let power = |p: i32| sound.iter().map(|figure| (mean - figure).powi(p)).sum::<f64>();
    let squares = power(2);
    if squares > 0.0 { power(3) / (6.0 * squares.powf(1.5)) } else { 0.0 }
}

/// The standard normal distribution, by its series (Marsaglia 2004), to some 1e-15.
fn normal(z: f64) -> f64 {
    if z.abs() > 8.0 {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut term, mut sum, mut odd) = (z, z, 1.0);
    while sum + term != sum {
        odd += 2.0;
        term *= z * z / odd;
        sum += term;
    }
    0.5 + sum * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt()
}

/// Its inverse, by halving.
fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-8.0, 8.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if normal(middle) < p { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution() {
        // Tables of the normal distribution.
        for (z, p) in
            [(0.0, 0.5), (1.0, 0.841344746068543), (1.959963984540054, 0.975), (-3.0, 0.001349898031630)]
        {
            assert!((normal(z) - p).abs() < 1e-14, "{z}");
            assert!((normal_quantile(p) - z).abs() < 1e-11, "{z}");
        }
    }

    #[test]
    fn percentiles_by_hand() {
        // 99 replicates 1 … 99: the 5 % are at position 0.05·100 = 5.
        let replicates: Vec<f64> = (1..=99).map(f64::from).collect();
        let found = interval(50.0, replicates.clone(), &[], Interval::Percentile, 0.9, 1.0).unwrap();
        assert!((found.0 - 5.0).abs() < 1e-9 && (found.1 - 95.0).abs() < 1e-9);
        // Without bias and acceleration BCa is the same.
        let (low, high) =
            interval(50.0, replicates.clone(), &[1.0, 2.0, 3.0], Interval::Bca, 0.9, 1.0).unwrap();
        assert!((low - 5.0).abs() < 1e-6 && (high - 95.0).abs() < 1e-6, "{low} {high}");
        // With 60 of 99 below the value, z0 = Φ⁻¹(60.5/99) = 0.28261: the lower end is at Φ(2·0.28261 − 1.64485).
        let (low, _) = interval(61.0, replicates.clone(), &[1.0, 2.0, 3.0], Interval::Bca, 0.9, 1.0).unwrap();
        assert!((low - 100.0 * normal(2.0 * normal_quantile(60.5 / 99.0) - 1.6448536269514722)).abs() < 1e-6);
        // One in ten may be missing, not more.
        let mut holes = replicates;
        holes.truncate(90);
        holes.extend([f64::NAN; 10]);
        assert!(interval(50.0, holes.clone(), &[], Interval::Percentile, 0.9, 1.0).is_some());
        holes.push(f64::NAN);
        assert!(interval(50.0, holes, &[], Interval::Percentile, 0.9, 1.0).is_none());
    }

    #[test]
    fn stretch_by_hand() {
        // Spreads as 1 to √½: 2 − ½, whose root is 1.2247. Half blocks that spread more say nothing.
        let replicates: Vec<f64> = (1..=99).map(f64::from).collect();
        let narrow: Vec<f64> = replicates.iter().map(|x| x * 0.5f64.sqrt()).collect();
        assert!((stretch(&replicates, &narrow) - 1.5f64.sqrt()).abs() < 1e-12);
        assert_eq!((stretch(&narrow, &replicates), stretch(&replicates, &[])), (1.0, 1.0));
    }

    #[test]
    fn a_stretched_interval_stays_among_the_replicates() {
        let of =
            |replicates: &[f64], by| interval(50.0, replicates.to_vec(), &[], Interval::Percentile, 0.9, by);
        let even: Vec<f64> = (1..=99).map(f64::from).collect();
        // ±1.64485 · 1.4 = ±2.30280: Φ(−2.30280) = 0.010645 of 100 positions.
        let (low, high) = of(&even, 1.4).unwrap();
        assert!((low - 1.0645).abs() < 1e-3 && (high - 98.9355).abs() < 1e-3, "{low} {high}");
        // However wide: the first and the last. Linear, it was 50 − 1.4·45 = −13.
        assert_eq!(of(&even, 3.0), Some((1.0, 99.0)));
        // On another scale the same replicates are the ends.
        let squares: Vec<f64> = even.iter().map(|x| x * x).collect();
        let (low, high) = of(&squares, 1.2).unwrap();
        let plain = of(&even, 1.2).unwrap();
        assert!((low.sqrt() - plain.0).abs() < 0.1 && (high.sqrt() - plain.1).abs() < 0.1, "{low} {high}");
        // Six of 99 never arrive: the upper end would be never, and no interval can say so. At 80 % it is a number.
        let mut never = even.clone();
        never[93..].fill(f64::INFINITY);
        assert_eq!(of(&never, 1.0), None);
        let (low, high) = interval(50.0, never, &[], Interval::Percentile, 0.8, 1.0).unwrap();
        assert!((low - 10.0).abs() < 1e-9 && (high - 90.0).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn acceleration_by_hand() {
        // d = 1, 1, −2: Σd³ = −6, Σd² = 6.
        assert!((acceleration(&[0.0, 0.0, 3.0]) + 6.0 / (6.0 * 6f64.powf(1.5))).abs() < 1e-15);
        assert_eq!(acceleration(&[2.0, 2.0]), 0.0);
        assert_eq!(acceleration(&[]), 0.0);
    }
}
