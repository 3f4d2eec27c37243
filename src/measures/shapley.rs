//! A figure for every subset of a few causes → how much of the whole each cause makes.

/// What one cause makes of the change from no cause to all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// With it alone, less without any.
    pub alone: f64,
    /// With all, less with all but it.
    pub last: f64,
    /// Its mean step over all orders in which causes can come; `None` where not all subsets are known.
    pub shapley: Option<f64>,
}

/// The subsets, as bits (cause i is bit i), whose figures [`shares`] needs of `causes` causes, rising.
pub fn subsets(causes: usize, every: bool) -> Vec<usize> {
    let whole = (1usize << causes) - 1;
    let needed = |set: &usize| {
        let size = set.count_ones() as usize;
        every || size <= 1 || size + 1 >= causes
    };
    (0..=whole).filter(needed).collect()
}

/// Shares of each cause. `figure`: that of a subset, asked for those of [`subsets`] alone; `every`: Shapley's too
/// (Shapley 1953): φᵢ = Σ over subsets S without i of |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S)). They add up to
/// v(all) − v(none) but for rounding: within 2⁻⁴⁴ of the largest figure for up to six causes, whose 192 weighted terms
/// each are off by a few times 2⁻⁵³.
///
/// ```
/// use isokron::measures::shapley::shares;
///
/// // A new line reaches 10 jobs, a new bridge none, both together 30: the bridge makes the line worth more.
/// let jobs = [0.0, 10.0, 0.0, 30.0];
/// let found = shares(2, true, |set| jobs[set]);
/// assert_eq!((found[0].alone, found[0].last, found[0].shapley), (10.0, 30.0, Some(20.0)));
/// assert_eq!((found[1].alone, found[1].last, found[1].shapley), (0.0, 20.0, Some(10.0)));
/// ```
pub fn shares(causes: usize, every: bool, figure: impl Fn(usize) -> f64) -> Vec<Share> {
    let whole = (1usize << causes) - 1;
    let share = |cause: usize| {
        let bit = 1usize << cause;
        let without = (0..=whole).filter(|set| set & bit == 0);
        let step = |set: usize| weight(causes, set.count_ones() as usize) * (figure(set | bit) - figure(set));
        Share {
            alone: figure(bit) - figure(0),
            last: figure(whole) - figure(whole & !bit),
            shapley: every.then(|| without.map(step).sum()),
        }
    };
    (0..causes).map(share).collect()
}

/// size! (n − size − 1)! / n! = 1 / (n · C(n − 1, size)).
fn weight(n: usize, size: usize) -> f64 {
    let choose = (0..size).fold(1.0, |all, i| all * (n - 1 - i) as f64 / (i + 1) as f64);
    1.0 / (n as f64 * choose)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By hand: a bridge (bit 0) gives 10, a bus (bit 1) 0 without the bridge and 6 with it, a hub (bit 2) always 3.
    /// Of the bus's 6 each of the two that are needed makes half.
    #[test]
    fn what_needs_another_is_shared() {
        let figure = |set: usize| {
            let has = |bit: usize| if set & bit != 0 { 1.0 } else { 0.0 };
            100.0 + 10.0 * has(1) + 6.0 * has(1) * has(2) + 3.0 * has(4)
        };
        let found = shares(3, true, figure);
        let expected = [(10.0, 16.0, 13.0), (0.0, 6.0, 3.0), (3.0, 3.0, 3.0)];
        for (share, (alone, last, shapley)) in found.iter().zip(expected) {
            assert!((share.alone - alone).abs() < 1e-12 && (share.last - last).abs() < 1e-12, "{found:?}");
            assert!((share.shapley.unwrap() - shapley).abs() < 1e-12, "{found:?}");
        }
        assert!(shares(3, false, figure).iter().all(|share| share.shapley.is_none()));
    }

    #[test]
    fn no_more_subsets_than_needed() {
        assert_eq!(subsets(1, false), [0, 1]);
        assert_eq!(subsets(4, false), [0b0, 0b1, 0b10, 0b100, 0b111, 0b1000, 0b1011, 0b1101, 0b1110, 0b1111]);
        assert_eq!(subsets(6, true).len(), 64);
    }

    proptest! {
        /// They add up to the whole change; causes that always do the same have the same share; one that does
        /// nothing has none; and they are the means over all orders, counted one by one.
        #[test]
        fn shapleys_laws(n in 1usize..=6, figures in prop::collection::vec(-1e6..1e6, 64)) {
            let found = shares(n, true, |set| figures[set]);
            let sum: f64 = found.iter().map(|share| share.shapley.unwrap()).sum();
            prop_assert!((sum - (figures[(1 << n) - 1] - figures[0])).abs() <= 1e6 * 2f64.powi(-44), "{sum}");

            // Figures that ask only how many of the first two there are, and never for the last.
            let same = |set: usize| {
                let others = ((1usize << (n - 1)) - 1) & !3;
                figures[(set & 3).count_ones() as usize + 3 * ((set & others) >> 2)]
            };
            if n >= 3 {
                let found = shares(n, true, same);
                let of = |i: usize| found[i].shapley.unwrap();
                prop_assert!((of(0) - of(1)).abs() < 1e-7);
                prop_assert_eq!(of(n - 1), 0.0);
            }

            let (mut sums, mut orders) = (vec![0.0; n], 0.0);
            walk(n, 0, &mut |set, cause| sums[cause] += figures[set | (1 << cause)] - figures[set], &mut orders);
            for (share, sum) in found.iter().zip(sums) {
                prop_assert!((share.shapley.unwrap() - sum / orders).abs() < 1e-6);
            }
        }
    }

    /// All orders in which the rest can come after `set`: each step of each order, as often as orders go by it.
    fn walk(n: usize, set: usize, step: &mut impl FnMut(usize, usize), orders: &mut f64) {
        let mut path = Vec::new();
        every_order(n, set, &mut path, &mut |path| {
            *orders += 1.0;
            path.iter().fold(set, |set, &cause| {
                step(set, cause);
                set | (1 << cause)
            });
        });
    }

    fn every_order(n: usize, set: usize, path: &mut Vec<usize>, whole: &mut impl FnMut(&[usize])) {
        if path.len() == n {
            return whole(path);
        }
        for cause in (0..n).filter(|cause| set & (1 << cause) == 0) {
            path.push(cause);
            every_order(n, set | (1 << cause), path, whole);
            path.pop();
        }
    }
}
