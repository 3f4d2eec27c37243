//! What is wrong with an edit, and what may have been meant by a name that nothing has.

use crate::base::error::Problem;
use crate::base::place::Place;

/// What is wrong with one edit.
pub struct WrongEdit {
    place: Place,
    kind: &'static str,
    pub problems: Vec<Problem>,
    /// It needs what a wrong edit before it would have made, and cannot be judged.
    pub waits: bool,
}

impl WrongEdit {
    pub fn new(place: &Place, kind: &'static str) -> WrongEdit {
        WrongEdit { place: place.clone(), kind, problems: Vec::new(), waits: false }
    }

    pub fn wrong(&mut self, what: impl std::fmt::Display, remedy: impl Into<String>) {
        self.problems.push(Problem::new(&self.place, format!("{} {what}", self.kind), remedy));
    }

    pub fn is_well(&self) -> bool {
        self.problems.is_empty() && !self.waits
    }
}

/// Something with an id in a feed.
pub(super) struct NamedThing<'n> {
    pub index: u32,
    pub feed: &'n str,
    pub id: &'n str,
    /// What people call it, for hints; may be empty.
    pub name: &'n str,
}

impl NamedThing<'_> {
    pub fn is(&self, written: &str) -> bool {
        let scoped =
            || written.strip_prefix(self.feed).and_then(|rest| rest.strip_prefix(':')) == Some(self.id);
        self.id == written || scoped()
    }
}

/// The names most like it: ids of what is called so, else up to three that differ little.
pub(super) fn hint<'n>(written: &str, all: impl Iterator<Item = NamedThing<'n>> + Clone) -> String {
    let folded = written.to_lowercase();
    let called: Vec<String> = all
        .clone()
        .filter(|named| named.name.to_lowercase() == folded)
        .take(3)
        .map(|named| format!("{} ({})", named.id, named.name))
        .collect();
    if !called.is_empty() {
        return format!("write its id: {}", called.join(" or "));
    }
    let most = folded.chars().count() / 3 + 1;
    let far = |named: &NamedThing<'_>| {
        [
            named.id.to_lowercase(),
            named.name.to_lowercase(),
            format!("{}:{}", named.feed, named.id).to_lowercase(),
        ]
        .iter()
        .map(|name| apart(&folded, name, most))
        .min()
        .unwrap_or(usize::MAX)
    };
    let mut near: Vec<(usize, String)> =
        all.map(|named| (far(&named), named.id.to_string())).filter(|&(far, _)| far <= most).collect();
    near.sort();
    near.dedup();
    let near: Vec<String> = near.into_iter().take(3).map(|(_, id)| id).collect();
    if near.is_empty() {
        "write an id as the feed has it, or feed:id".into()
    } else {
        format!("did you mean {}?", near.join(" or "))
    }
}

/// Letters to add, take out or replace to make one of the other (Levenshtein, 1966); above `most` any number above.
fn apart(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = (before + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            before = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn letters_apart() {
        // kitten → sitten → sittin → sitting.
        assert_eq!(apart("kitten", "sitting", 9), 3);
        assert_eq!((apart("", "ab", 9), apart("ab", "ab", 9), apart("a", "abcdef", 2)), (2, 0, usize::MAX));
    }
}
