//! Two results on the same cells → who is better off, and who is worse, group by group.

use super::equity::{ALL, People, mean};
use crate::study::Material;

/// So small a share of a value is rounding, not change.
const ROUNDING: f64 = 1e-9;

/// One measure and group.
#[derive(Clone, Debug, PartialEq)]
pub struct WinnersRow {
    pub measure: String,
    pub group: String,
    /// People (cells where there is no population), and how many of them gain, lose, stay as they are (or change less
    /// than matters), and live where one of the two is not known.
    pub people: f64,
    pub gain: f64,
    pub lose: f64,
    pub same: f64,
    pub unknown: f64,
    /// Weighted means over those whose both values are known and finite; `None` where there is nobody.
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// The least change that counts.
    pub material: Material,
}

/// Who gains and who loses from `before` to `after`, all people and then each group. More is a gain, less where
/// `less_is_better`; to reach at all what was never reached is one too.
pub fn winners(
    measure: &str,
    [before, after]: [&[Option<f64>]; 2],
    less_is_better: bool,
    material: Material,
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
            material,
        };
        for ((before, after), weight) in before.iter().zip(after).zip(weights) {
            row.people += weight;
            let Some((before, after)) = before.zip(*after) else {
                row.unknown += weight;
                continue;
            };
            let more = if less_is_better { before - after } else { after - before };
            // Never on both sides is no number; to reach or lose all at once always counts.
            let rounding = ROUNDING * before.abs().max(after.abs());
            let small = more.is_finite() && (more.abs() <= rounding || !material.is_reached(before, more));
            if more.is_nan() || small {
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

    const ANY: Material = Material::Absolute(0.0);

    /// Of 10, 10, 200 and 0 people's jobs become 14, 15, 206 and 1; what was out of reach is 20 min away.
    #[test]
    fn changes_that_do_not_matter() {
        let (before, after) = (
            [Some(10.0), Some(10.0), Some(200.0), Some(0.0), Some(f64::INFINITY)],
            [Some(14.0), Some(15.0), Some(194.0), Some(1.0), Some(20.0)],
        );
        let population = [1.0, 2.0, 4.0, 8.0, 16.0];
        let people = People { population: Some(&population), ..People::default() };
        let of = |less: bool, material: Material| {
            let row = winners("m", [&before, &after], less, material, &people).remove(0);
            (row.gain, row.lose, row.same)
        };
        // 5 and more: the second gains, the third loses; to lose what was never reached is no small change.
        assert_eq!(of(false, Material::Absolute(5.0)), (2.0, 4.0 + 16.0, 1.0 + 8.0));
        // A tenth of what was and more: 4 and 5 of 10 are, 6 of 200 is not, 1 of 0 is.
        assert_eq!(of(false, Material::Share(0.1)), (1.0 + 2.0 + 8.0, 16.0, 4.0));
        assert_eq!(of(true, Material::Share(0.1)), (16.0, 1.0 + 2.0 + 8.0, 4.0));
        assert_eq!(of(false, ANY), (1.0 + 2.0 + 8.0, 4.0 + 16.0, 0.0));
        // Means are of all that changes, however little: (14 + 30 + 776 + 8) / 15.
        assert_eq!(
            winners("m", [&before, &after], false, Material::Absolute(5.0), &people)[0].after,
            Some(828.0 / 15.0)
        );
        assert_eq!(
            (Material::Share(0.07).to_string(), Material::Absolute(2.5).to_string()),
            ("7%".into(), "2.5".into())
        );
    }

    #[test]
    fn winners_by_hand() {
        let never = Some(f64::INFINITY);
        let before = [Some(10.0), Some(10.0), Some(10.0), None, never, never];
        let after = [Some(15.0), Some(10.0), Some(4.0), Some(1.0), Some(20.0), never];
        let population = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        let groups = [Column { name: "old".into(), values: vec![0.0, 0.0, 3.0, 0.0, 0.0, 0.0] }];
        let people = People { population: Some(&population), groups: &groups, ..People::default() };
        let rows = winners("jobs", [&before, &after], false, ANY, &people);
        let of = |row: &WinnersRow| (row.people, row.gain, row.lose, row.same, row.unknown);
        // Of an access, 20 after never is less than infinite: it makes sense for times alone.
        assert_eq!(of(&rows[0]), (63.0, 1.0, 4.0 + 16.0, 2.0 + 32.0, 8.0));
        // Means over the first three: (10 + 20 + 40) / 7, (15 + 20 + 16) / 7.
        assert_eq!((rows[0].before, rows[0].after), (Some(10.0), Some(51.0 / 7.0)));
        assert_eq!((rows[1].group.as_str(), of(&rows[1])), ("old", (3.0, 0.0, 3.0, 0.0, 0.0)));
        // A time: less is a gain, and so is what can be reached now.
        let rows = winners("nearest", [&before, &after], true, ANY, &people);
        assert_eq!(of(&rows[0]), (63.0, 4.0 + 16.0, 1.0, 2.0 + 32.0, 8.0));
        let alone = winners("jobs", [&[Some(1.0)], &[Some(1.0 + 1e-12)]], false, ANY, &People::default());
        assert_eq!(of(&alone[0]), (1.0, 0.0, 0.0, 1.0, 0.0));
    }
}
