//! Figures of several choices → their order, best first; and several choices made one on top of the other.

/// Positions from the best figure to the worst; equal ones as they stand, those without a figure last.
///
/// ```
/// use isokron::measures::ranking::ranked;
///
/// assert_eq!(ranked(&[Some(2.0), None, Some(5.0)], true), [2, 0, 1]);
/// assert_eq!(ranked(&[Some(2.0), None, Some(5.0)], false), [0, 2, 1]);
/// ```
pub fn ranked(figures: &[Option<f64>], largest: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..figures.len()).collect();
    let known = |i: usize| figures[i].filter(|figure| !figure.is_nan());
    order.sort_by(|&a, &b| match (known(a), known(b)) {
        (Some(a), Some(b)) => {
            if largest {
                b.total_cmp(&a)
            } else {
                a.total_cmp(&b)
            }
        }
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    order
}

/// A choice of one round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pick {
    pub chosen: usize,
    pub figure: Option<f64>,
    /// The second best of its round, and its figure.
    pub runner_up: Option<(usize, Option<f64>)>,
}

/// Makes `rounds` of `choices` choices, each the best on top of those before it (Nemhauser, Wolsey & Fisher 1978:
/// where gains only shrink with what is there, at least 1 − 1/e of the best that so many choices can do; where they
/// simply add up, the best itself). `figures`: those of candidates, each with the choices made so far.
///
/// # Errors
/// Those of `figures`.
pub fn greedy<E>(
    choices: usize,
    rounds: usize,
    largest: bool,
    mut figures: impl FnMut(&[usize], &[usize]) -> Result<Vec<Option<f64>>, E>,
) -> Result<Vec<Pick>, E> {
    let (mut made, mut picks) = (Vec::new(), Vec::new());
    for _ in 0..rounds.min(choices) {
        let candidates: Vec<usize> = (0..choices).filter(|choice| !made.contains(choice)).collect();
        let found = figures(&made, &candidates)?;
        let order = ranked(&found, largest);
        let at = |nth: usize| order.get(nth).map(|&i| (candidates[i], found[i]));
        let Some((chosen, figure)) = at(0) else { break };
        picks.push(Pick { chosen, figure, runner_up: at(1) });
        made.push(chosen);
    }
    Ok(picks)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn best_first_and_ties_as_they_stand() {
        let figures = [Some(2.0), None, Some(5.0), Some(2.0), Some(f64::INFINITY)];
        assert_eq!(ranked(&figures, true), [4, 2, 0, 3, 1]);
        assert_eq!(ranked(&figures, false), [0, 3, 2, 4, 1]);
    }

    fn run(of: impl Fn(&[usize]) -> f64, choices: usize, rounds: usize, largest: bool) -> Vec<Pick> {
        let figures = |made: &[usize], candidates: &[usize]| {
            let with =
                |&c: &usize| Some(of(&made.iter().copied().chain(std::iter::once(c)).collect::<Vec<_>>()));
            Ok::<_, Infallible>(candidates.iter().map(with).collect())
        };
        greedy(choices, rounds, largest, figures).unwrap()
    }

    /// Where gains add up, two rounds find the best of all pairs.
    #[test]
    fn additive_gains_are_chosen_best() {
        let gains = [3.0, 7.0, 1.0, 5.0, 7.0];
        let of = |set: &[usize]| set.iter().map(|&i| gains[i]).sum::<f64>();
        let pairs = (0..5).flat_map(|i| (0..i).map(move |j| [i, j]));
        let best = pairs.clone().map(|pair| of(&pair)).fold(0.0, f64::max);
        let least = pairs.map(|pair| of(&pair)).fold(f64::INFINITY, f64::min);
        let picks = run(of, 5, 2, true);
        assert_eq!(picks[1].figure, Some(best));
        assert_eq!((picks[0].chosen, picks[0].runner_up), (1, Some((4, Some(7.0)))));
        assert_eq!(run(of, 5, 2, false)[1].figure, Some(least));
    }

    /// Two sites that serve the same people: by hand, a (10) first, then c (6), for b adds but 1 to a.
    #[test]
    fn what_is_there_counts() {
        let of = |set: &[usize]| {
            let has = |i: usize| set.contains(&i);
            let near = match (has(0), has(1)) {
                (true, true) => 11.0,
                (true, false) => 10.0,
                (false, true) => 9.0,
                _ => 0.0,
            };
            near + if has(2) { 6.0 } else { 0.0 }
        };
        let chosen: Vec<_> = run(of, 3, 9, true).iter().map(|pick| (pick.chosen, pick.figure)).collect();
        assert_eq!(chosen, [(0, Some(10.0)), (2, Some(16.0)), (1, Some(17.0))]);
    }
}
