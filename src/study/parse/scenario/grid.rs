//! Values of several keys → all their combinations, and a name for each.

use std::collections::BTreeSet;

/// Longest part of a name that is made of a value.
const LONGEST: usize = 24;

/// All combinations of `counts` choices each, the last running fastest.
pub(super) fn product(counts: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for &count in counts {
        all = all
            .iter()
            .flat_map(|chosen| {
                (0..count).map(move |i| chosen.iter().copied().chain(std::iter::once(i)).collect())
            })
            .collect();
    }
    all
}

/// Names of combinations, in the order of [`product`]: `name`, then a part for each value. Values that make no part,
/// or the same as others of their key, are numbered from 1; so are all combinations where names would be the same.
pub(super) fn names(name: &str, values: &[Vec<String>]) -> Vec<String> {
    let parts: Vec<Vec<String>> = values.iter().map(|of_key| parts(of_key)).collect();
    let counts: Vec<usize> = values.iter().map(Vec::len).collect();
    let chosen = product(&counts);
    let joined = |chosen: &Vec<usize>| {
        let parts = chosen.iter().zip(&parts).map(|(&i, parts)| parts[i].as_str());
        std::iter::once(name).chain(parts).collect::<Vec<_>>().join("_")
    };
    let names: Vec<String> = chosen.iter().map(joined).collect();
    if all_differ(&names) { names } else { (1..=chosen.len()).map(|n| format!("{name}_{n}")).collect() }
}

fn parts(values: &[String]) -> Vec<String> {
    let parts: Vec<String> = values.iter().map(|value| part(value)).collect();
    let good = |part: &String| !part.is_empty() && part.len() <= LONGEST;
    if parts.iter().all(good) && all_differ(&parts) {
        parts
    } else {
        (1..=values.len()).map(|n| n.to_string()).collect()
    }
}

fn all_differ(names: &[String]) -> bool {
    names.iter().collect::<BTreeSet<_>>().len() == names.len()
}

/// A value in the letters of names: `-1.5` is `m1_5`.
fn part(value: &str) -> String {
    let negative = value.parse::<f64>().is_ok_and(|number| number < 0.0);
    let mut part = String::from(if negative { "m" } else { "" });
    for c in value.trim_start_matches('-').chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => part.push(c),
            _ if part.ends_with('_') => {}
            _ => part.push('_'),
        }
    }
    part.trim_matches('_').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<const N: usize>(of: [&str; N]) -> Vec<String> {
        of.map(str::to_string).into()
    }

    #[test]
    fn a_grid_has_every_combination_once() {
        assert_eq!(product(&[2, 3]), [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
        assert_eq!(product(&[]), [[0; 0]]);
        let found = names("tram", &[texts(["300", "600"]), texts(["true", "-1.5"])]);
        assert_eq!(found, ["tram_300_true", "tram_300_m1_5", "tram_600_true", "tram_600_m1_5"]);
    }

    #[test]
    fn names_differ_and_are_short() {
        assert_eq!(
            names("hub", &[texts(["Å Odenplan", "T-Centralen"])]),
            ["hub_odenplan", "hub_t_centralen"]
        );
        // The same letters, none at all, and too many: numbered.
        for values in [["a b", "a-b"], ["?", "a"], ["abcdefghijklmnopqrstuvwxyz", "a"]] {
            assert_eq!(names("h", &[texts(values)]), ["h_1", "h_2"], "{values:?}");
        }
        // a + 1_2 and a_1 + 2 would be one name.
        let found = names("h", &[texts(["a", "a_1"]), texts(["1_2", "2"])]);
        assert_eq!(found, ["h_1", "h_2", "h_3", "h_4"]);
    }
}
