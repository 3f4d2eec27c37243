//! What is known of files that have not changed since: a file's place, size, times and number → its hash. So
//! inputs are hashed and parts checked once, not at every start. A hint, no more: lost, all is hashed again.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::outputs::staging;

const NAME: &str = "known.tsv";
const FIRST_LINE: &str =
    "isokron knows these files: hash, bytes, modified ns, changed ns, number, device, last used day";
/// A file that was changed so short a time ago may change again without a later time (clocks of file systems
/// tick coarsely), so it is not remembered.
const YOUNG_NS: u128 = 2_000_000_000;
const DAY_S: u64 = 86_400;

/// By what a file is known again. It differs after every honest change: `changed_ns` cannot be set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub bytes: u64,
    modified_ns: u128,
    changed_ns: i128,
    number: u64,
    device: u64,
}

impl Stamp {
    pub fn of(file: &Metadata) -> Stamp {
        let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        let modified_ns = file.modified().map_or(0, since);
        let (changed_ns, number, device) = identity(file);
        Stamp { bytes: file.len(), modified_ns, changed_ns, number, device }
    }

    /// Whether the file was changed just now (or in the future).
    pub fn is_young(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        let newest = self.modified_ns.max(u128::try_from(self.changed_ns).unwrap_or(0));
        newest + YOUNG_NS > now
    }

    /// The day of its last change, since 1970.
    pub fn day(&self) -> u64 {
        (self.modified_ns / 1_000_000_000) as u64 / DAY_S
    }
}

#[cfg(unix)]
fn identity(file: &Metadata) -> (i128, u64, u64) {
    use std::os::unix::fs::MetadataExt;
    let changed_ns = i128::from(file.ctime()) * 1_000_000_000 + i128::from(file.ctime_nsec());
    (changed_ns, file.ino(), file.dev())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (i128, u64, u64) {
    (0, 0, 0)
}

/// Today, in days since 1970.
pub fn today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() / DAY_S)
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct KnownFile {
    stamp: Stamp,
    hash: String,
    used_day: u64,
}

/// The files known in one cache folder.
#[derive(Default)]
pub struct Ledger {
    folder: PathBuf,
    known: BTreeMap<String, KnownFile>,
    /// What this process learned.
    news: BTreeMap<String, KnownFile>,
}

impl Ledger {
    /// Reads what is known; what cannot be read is not known.
    pub fn open(folder: &Path) -> Ledger {
        let text = std::fs::read_to_string(folder.join(NAME)).unwrap_or_default();
        let mut lines = text.lines();
        let ours = lines.next() == Some(FIRST_LINE);
        let known = if ours { lines.filter_map(parsed).collect() } else { BTreeMap::new() };
        Ledger { folder: folder.to_path_buf(), known, news: BTreeMap::new() }
    }

    /// The hash of a file if it is as it was when it was hashed.
    pub fn hash(&mut self, path: &Path, stamp: &Stamp) -> Option<String> {
        let name = name(path)?;
        let known = self.known.get_mut(&name).filter(|known| known.stamp == *stamp)?;
        if known.used_day < today() {
            known.used_day = today();
            self.news.insert(name, known.clone());
        }
        Some(known.hash.clone())
    }

    /// When the file was last used or made, as a day since 1970.
    pub fn last_used_day(&self, path: &Path, stamp: &Stamp) -> u64 {
        let used = name(path).and_then(|name| self.known.get(&name)).map_or(0, |known| known.used_day);
        used.max(stamp.day())
    }

    pub fn remember(&mut self, path: &Path, stamp: Stamp, hash: &str) {
        let Some(name) = name(path) else { return };
        let known = KnownFile { stamp, hash: hash.to_string(), used_day: today() };
        self.known.insert(name.clone(), known.clone());
        self.news.insert(name, known);
    }

    /// As [`Ledger::remember`], unless it is known already.
    pub fn remember_if_new(&mut self, path: &Path, stamp: Stamp, hash: &str) {
        if self.hash(path, &stamp).is_none() {
            self.remember(path, stamp, hash);
        }
    }

    /// Writes what is new to what others wrote meanwhile. Where that fails nothing is lost but time.
    pub fn save(&mut self) {
        if self.news.is_empty() {
            return;
        }
        let mut all = Ledger::open(&self.folder).known;
        all.append(&mut self.news);
        all.retain(|path, _| Path::new(path).exists());
        let mut text = format!("{FIRST_LINE}\n");
        for (path, KnownFile { stamp, hash, used_day }) in &all {
            let Stamp { bytes, modified_ns, changed_ns, number, device } = stamp;
            text += &format!(
                "{hash}\t{bytes}\t{modified_ns}\t{changed_ns}\t{number}\t{device}\t{used_day}\t{path}\n"
            );
        }
        // Whole or not at all; not synced, for it may be lost.
        let path = self.folder.join(NAME);
        let written = staging::new_temporary(&path)
            .and_then(|mut file| file.as_file_mut().write_all(text.as_bytes()).map(|()| file));
        if let Ok(file) = written {
            let _ = file.persist(&path);
        }
    }
}

/// The file's absolute path, where it fits in a line.
fn name(path: &Path) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    path.to_str().filter(|text| !text.contains(['\n', '\r'])).map(str::to_string)
}

fn parsed(line: &str) -> Option<(String, KnownFile)> {
    let mut parts = line.splitn(8, '\t');
    let mut next = || parts.next();
    let hash = next()?.to_string();
    let stamp = Stamp {
        bytes: next()?.parse().ok()?,
        modified_ns: next()?.parse().ok()?,
        changed_ns: next()?.parse().ok()?,
        number: next()?.parse().ok()?,
        device: next()?.parse().ok()?,
    };
    let used_day = next()?.parse().ok()?;
    Some((next()?.to_string(), KnownFile { stamp, hash, used_day }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp_of(path: &Path) -> Stamp {
        Stamp::of(&std::fs::metadata(path).unwrap())
    }

    #[test]
    fn a_file_is_known_until_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b.csv");
        std::fs::write(&file, "one").unwrap();
        let first = stamp_of(&file);
        assert!(first.is_young());
        let mut ledger = Ledger::open(folder.path());
        assert_eq!(ledger.hash(&file, &first), None);
        ledger.remember(&file, first, "abc");
        ledger.save();
        assert_eq!(Ledger::open(folder.path()).hash(&file, &first), Some("abc".into()));
        // Another file of that name and size, as an editor that renames leaves it.
        let other = folder.path().join("other");
        std::fs::write(&other, "two").unwrap();
        std::fs::rename(&other, &file).unwrap();
        assert_eq!(Ledger::open(folder.path()).hash(&file, &stamp_of(&file)), None);
    }

    #[test]
    fn two_that_write_keep_what_the_other_learned_and_rubbish_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        [&a, &b].iter().for_each(|file| std::fs::write(file, "x").unwrap());
        let (mut one, mut two) = (Ledger::open(folder.path()), Ledger::open(folder.path()));
        one.remember(&a, stamp_of(&a), "1");
        two.remember(&b, stamp_of(&b), "2");
        one.save();
        two.save();
        let mut both = Ledger::open(folder.path());
        assert_eq!(both.hash(&a, &stamp_of(&a)), Some("1".into()));
        assert_eq!(both.hash(&b, &stamp_of(&b)), Some("2".into()));
        for rubbish in ["", "else\n1\t2", "\u{0}"] {
            std::fs::write(folder.path().join(NAME), rubbish).unwrap();
            assert_eq!(Ledger::open(folder.path()).hash(&a, &stamp_of(&a)), None);
        }
        std::fs::write(folder.path().join(NAME), format!("{FIRST_LINE}\n1\tx\n\t\t\t\t\t\t\t\n")).unwrap();
        assert_eq!(Ledger::open(folder.path()).hash(&a, &stamp_of(&a)), None);
    }
}
