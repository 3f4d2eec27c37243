//! What is doubtful in the data → lines for the terminal: in full the first time that a network's user sees them, then
//! their number and where they stand. What was said is remembered in the network's folder, line by line; a hint, no more:
//! lost, all is said again.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use super::cache::Cache;
use super::progress::Progress;
use crate::base::diagnostics::{Diagnostics, Severity};
use crate::outputs::diagnostics::{counted, told};
use crate::outputs::staging;

const NAME: &str = "told.txt";
const FIRST_LINE: &str = "isokron said these findings of the data before: hashes of the lines";
/// As many lines are remembered; longer lists are said again.
const MOST: usize = 10_000;

/// The lines that were not said before, and one for all that were; `also` names a file that has them all.
pub fn news(
    diagnostics: &Diagnostics,
    cache: &Cache,
    study: &Path,
    also: Option<&Path>,
    executor: &Progress,
) -> Vec<String> {
    let told = told(diagnostics);
    let path = cache.folder().join(NAME);
    let before = read(&path);
    let (old, new): (Vec<_>, Vec<_>) = told.into_iter().partition(|told| before.contains(&hash(&told.line)));
    let mut lines: Vec<String> = new.into_iter().map(|told| told.line).collect();
    if !executor.is_quiet() {
        remember_lines(&path, before, &lines);
    }
    if !old.is_empty() {
        let number = |severity: Severity| old.iter().filter(|told| told.severity == severity).count();
        let some = Severity::ALL.map(|severity| (number(severity), severity.word()));
        let some = some.into_iter().filter(|(number, _)| *number > 0);
        let some: Vec<String> = some.map(|(number, word)| format!("{number} {word}")).collect();
        let also = also.map_or_else(String::new, |file| format!(", or {}", file.display()));
        lines.push(format!(
            "{} as said before ({}): isokron check {}{also}",
            counted(old.len(), "finding"),
            some.join(", "),
            study.display()
        ));
    }
    lines
}

/// Remembers that all were said.
pub fn remember(diagnostics: &Diagnostics, cache: &Cache, executor: &Progress) {
    if !executor.is_quiet() {
        let lines: Vec<String> = told(diagnostics).into_iter().map(|told| told.line).collect();
        let path = cache.folder().join(NAME);
        remember_lines(&path, read(&path), &lines);
    }
}

fn remember_lines(path: &Path, mut known: BTreeSet<String>, lines: &[String]) {
    let before = known.len();
    known.extend(lines.iter().map(|line| hash(line)));
    // Without a folder of the network there is nothing that could be said twice of it.
    let there = path.parent().is_some_and(Path::is_dir);
    if there && known.len() > before && known.len() <= MOST {
        let _ = staging::write_atomically(path, |out| {
            writeln!(out, "{FIRST_LINE}")?;
            known.iter().try_for_each(|hash| writeln!(out, "{hash}"))
        });
    }
}

fn read(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut lines = text.lines();
    match lines.next() {
        Some(FIRST_LINE) => lines.map(str::to_string).collect(),
        _ => BTreeSet::new(),
    }
}

fn hash(line: &str) -> String {
    blake3::hash(line.as_bytes()).to_hex()[..16].to_string()
}
