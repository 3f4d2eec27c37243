//! Two results on the same cells → who is better off, and who is worse, group by group.

use super::equity::{ALL, People, mean};

/// So small a share of a value is rounding, not change.
const ROUNDING: f64 = 1e-9;

/// One measure and group.
#[derive(Clone, Debug, PartialEq)]
pub struct WinnersRow {
    pub measure: String,
    pub group: String,
    /// People (cells where there is no population), and how many of them gain, lose, stay as they are, and live
    /// where one of the two is not known.
    pub people: f64,
    pub gain: f64,
    pub lose: f64,
    pub same: f64,
    pub unknown: f64,
    /// Weighted means over those whose both values are known and finite; `None` where there is nobody.
    pub before: Option<f64>,
    pub after: Option<f64>,
}

/// Who gains and who loses from `before` to `after`, all people and then each group. More is a gain, less where
/// `less_is_better`; to reach at all what was never reached is one too.
pub fn winners(
    measure: &str,
    [before, after]: [&[Option<f64>]; 2],
    less_is_better: bool,
    people: &People<'_>,
) -> Vec<WinnersRow> {
    let equal = vec![1.0; before.len()];
    let mut groups = vec![(ALL, people.population.unwrap_or(&equal))];
    groups.extend(people.groups.iter().map(|group| (group.name.as_str(), group.values.as_slice())));
    let both = |of: &[Option<f64>], other: &[Option<f64>]| -> Vec<Option<f64>> {
        let finite = |value: &Option<f64>| value.filter(|value| value.is_finite());
        of.iter().zip(other).map(|(of, other)| finite(other).and(finite(of))).collect()
    };
    let (first, second) = (both(before, after), both(after, before));
    let row = |(group, weights): (&str, &[f64])| {
        let mut row = WinnersRow {
            measure: measure.to_string(),
            group: group.to_string(),
            people: 0.0,
            gain: 0.0,
            lose: 0.0,
            same: 0.0,
            unknown: 0.0,
            before: mean(&first, weights),
            after: mean(&second, weights),
        };
        for ((before, after), weight) in before.iter().zip(after).zip(weights) {
            row.people += weight;
            let Some((before, after)) = before.zip(*after) else {
                row.unknown += weight;
                continue;
            };
            let more = if less_is_better { before - after } else { after - before };
            // Never on both sides is no number.
            if more.is_nan() || more.abs() <= ROUNDING * before.abs().max(after.abs()) && more.is_finite() {
                row.same += weight;
            } else if more > 0.0 {
                row.gain += weight;
            } else {
                row.lose += weight;
            }
        }
        row
    };
    groups.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::raw::Column;

    #[test]
    fn winners_by_hand() {
        let never = Some(f64::INFINITY);
        let before = [Some(10.0), Some(10.0), Some(10.0), None, never, never];
        let after = [Some(15.0), Some(10.0), Some(4.0), Some(1.0), Some(20.0), never];
        let population = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        let groups = [Column { name: "old".into(), values: vec![0.0, 0.0, 3.0, 0.0, 0.0, 0.0] }];
        let people = People { population: Some(&population), groups: &groups, ..People::default() };
        let rows = winners("jobs", [&before, &after], false, &people);
        let of = |row: &WinnersRow| (row.people, row.gain, row.lose, row.same, row.unknown);
        // Of an access, 20 after never is less than infinite: it makes sense for times alone.
        assert_eq!(of(&rows[0]), (63.0, 1.0, 4.0 + 16.0, 2.0 + 32.0, 8.0));
        // Means over the first three: (10 + 20 + 40) / 7, (15 + 20 + 16) / 7.
        assert_eq!((rows[0].before, rows[0].after), (Some(10.0), Some(51.0 / 7.0)));
        assert_eq!((rows[1].group.as_str(), of(&rows[1])), ("old", (3.0, 0.0, 3.0, 0.0, 0.0)));
        // A time: less is a gain, and so is what can be reached now.
        let rows = winners("nearest", [&before, &after], true, &people);
        assert_eq!(of(&rows[0]), (63.0, 4.0 + 16.0, 1.0, 2.0 + 32.0, 8.0));
        let alone = winners("jobs", [&[Some(1.0)], &[Some(1.0 + 1e-12)]], false, &People::default());
        assert_eq!(of(&alone[0]), (1.0, 0.0, 0.0, 1.0, 0.0));
    }
}
