//! A folder whose files change all at once: new ones are written to `.work/new`; when all are there, a list of what is
//! to be done is put beside them, and then done. Stopped before the list, the folder is as it was; stopped after it,
//! whoever writes next into the folder finishes the list, and readers are told.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::claim::{Claim, WORK, not_linked};
use super::staging::{self, Listed, Unfinished, failed};
use crate::base::error::{Error, Result};
use crate::base::format::PROGRAM;

const NEW: &str = "new";
const LIST: &str = "swap.json";
/// What says that the others are whole comes last.
const LAST: &str = "manifest.json";

/// New files for a folder, on their way.
pub struct Swap {
    claim: Claim,
    new: PathBuf,
    listed: Option<Listed>,
    /// The list stands: what is new must not be thrown away.
    decided: bool,
}

impl Swap {
    /// Claims the folder; finishes what was cut off there, and throws away what was not ready then.
    ///
    /// # Errors
    /// As [`Claim::take`]; a list that is not ours; the machine's.
    pub fn begin(root: &Path, doing: &str) -> Result<Swap> {
        let claim = Claim::take(root, doing)?;
        if let Some(list) = List::read(root)? {
            list.carry_out(root, &mut |_| Ok(()))?;
        }
        let new = root.join(WORK).join(NEW);
        not_linked(&new)?;
        remove_all(&new)?;
        std::fs::create_dir(&new).map_err(|error| failed(&new, &error))?;
        let listed = Some(Listed::new(&new, Unfinished::Tree));
        Ok(Swap { claim, new, listed, decided: false })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        self.claim.root()
    }

    /// Where the new files are until they replace the others.
    pub fn staged(&self) -> &Path {
        &self.new
    }

    /// Where to write file `name` (relative, `/` between its parts).
    ///
    /// # Errors
    /// The name leaves the folder, or runs over a link or a file; a folder stands where the file should be.
    pub fn place(&self, name: &str) -> Result<PathBuf> {
        place(self.root(), name)?;
        Ok(self.new.join(name))
    }

    /// Puts the new files in their places, and takes `stale` ones away.
    ///
    /// # Errors
    /// The machine's. Before the list is written nothing has changed; after it the next writer goes on.
    pub fn commit(mut self, names: impl IntoIterator<Item = String>, stale: Vec<String>) -> Result<()> {
        let names: BTreeSet<String> = names.into_iter().collect();
        let mut order: Vec<String> = names.iter().filter(|name| *name != LAST).cloned().collect();
        order.extend(names.get(LAST).cloned());
        let list = List { names: order, stale };
        let mut whole = staging::uninterrupted();
        for name in &list.names {
            place(self.root(), name)?;
        }
        staging::sync_tree(&self.new).map_err(|error| failed(&self.new, &error))?;
        list.write(self.root())?;
        self.decided = true;
        self.listed = None;
        list.carry_out(self.root(), &mut |_| Ok(()))?;
        whole.note();
        Ok(())
    }
}

impl Drop for Swap {
    fn drop(&mut self) {
        self.listed = None;
        if !self.decided {
            let _ = remove_all(&self.new);
        }
    }
}

/// Says that a swap in the folder was cut off, or is under way.
///
/// # Errors
/// `Input`, if so.
pub fn is_whole(root: &Path) -> Result<()> {
    if !root.join(WORK).join(LIST).exists() {
        return Ok(());
    }
    Err(Error::input(
        root.display().to_string(),
        "new results are being put in place, or that was cut off: files of two runs may lie here",
        "wait for the run that is under way; where there is none, `isokron report` with this folder finishes it",
    ))
}

/// What is to be done once all is there.
#[derive(Debug, PartialEq)]
struct List {
    names: Vec<String>,
    stale: Vec<String>,
}

impl List {
    fn write(&self, root: &Path) -> Result<()> {
        let list = json!({ "program": PROGRAM, "put": self.names, "remove": self.stale });
        staging::write_atomically(&root.join(WORK).join(LIST), |out| writeln!(out, "{list:#}"))?;
        Ok(())
    }

    fn read(root: &Path) -> Result<Option<List>> {
        let path = root.join(WORK).join(LIST);
        not_linked(&path)?;
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path, &error)),
        };
        let parsed = || {
            let list: Value = serde_json::from_slice(&bytes).ok()?;
            let names = |key: &str| {
                let names = list[key].as_array()?.iter().map(|name| name.as_str().map(str::to_string));
                names.collect::<Option<Vec<String>>>()
            };
            let list = (list["program"] == PROGRAM)
                .then_some(List { names: names("put")?, stale: names("remove")? })?;
            list.names.iter().chain(&list.stale).all(|name| is_plain(name)).then_some(list)
        };
        parsed().map(Some).ok_or_else(|| {
            let what = "is none of isokron's, or was changed";
            Error::input(path.display().to_string(), what, "remove it, and run the study again")
        })
    }

    /// Does what is listed, as far as it is not done. `step` is told before each change.
    fn carry_out(&self, root: &Path, step: &mut dyn FnMut(&Path) -> io::Result<()>) -> Result<()> {
        let new = root.join(WORK).join(NEW);
        not_linked(&new)?;
        let mut folders = BTreeSet::new();
        for name in &self.names {
            let (from, to) = (new.join(name), place(root, name)?);
            // One that is not there has been moved before.
            if std::fs::symlink_metadata(&from).is_err() {
                continue;
            }
            let folder = to.parent().unwrap_or(root);
            let moved = std::fs::create_dir_all(folder)
                .and_then(|()| step(&to))
                .and_then(|()| std::fs::rename(&from, &to));
            moved.map_err(|error| failed(&to, &error))?;
            folders.extend(folder.ancestors().take_while(|f| f.starts_with(root)).map(Path::to_path_buf));
        }
        for name in &self.stale {
            let path = place(root, name)?;
            step(&path).and_then(|()| removed(&path)).map_err(|error| failed(&path, &error))?;
            // Folders that it leaves empty.
            let above = path.ancestors().skip(1).take_while(|folder| *folder != root);
            above.map(std::fs::remove_dir).take_while(io::Result::is_ok).for_each(drop);
        }
        for folder in folders {
            staging::sync(&folder).map_err(|error| failed(&folder, &error))?;
        }
        let list = root.join(WORK).join(LIST);
        step(&list).and_then(|()| removed(&list)).map_err(|error| failed(&list, &error))?;
        remove_all(&new)
    }
}

fn removed(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn remove_all(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(folder, &error)),
        _ => Ok(()),
    }
}

/// Whether a name stays within the folder, on any system, and out of what is ours.
pub(super) fn is_plain(name: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    name.split('/').all(part) && name.split('/').next() != Some(WORK)
}

/// Where file `name` of the folder stands.
///
/// # Errors
/// The name leaves the folder, runs over a link or through a file, or is a folder's.
pub(super) fn place(root: &Path, name: &str) -> Result<PathBuf> {
    if !is_plain(name) {
        let what = format!("\"{name}\" is no name of a file within the folder");
        return Err(Error::input(root.display().to_string(), what, "choose other names in the study"));
    }
    let path = root.join(name);
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != root) {
        not_linked(folder)?;
        if folder.is_file() {
            return Err(failed(folder, &ErrorKind::NotADirectory.into()));
        }
    }
    if std::fs::symlink_metadata(&path).is_ok_and(|there| there.is_dir()) {
        return Err(failed(&path, &ErrorKind::IsADirectory.into()));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const NAMES: [&str; 4] = ["base/a/access.csv", "base/b.csv", "diagnostics.csv", "manifest.json"];
    const STALE: [&str; 2] = ["tram/x.csv", "old.csv"];

    fn old(root: &Path) {
        for name in NAMES[1..].iter().chain(&STALE).chain(&["notes.txt"]) {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "old").unwrap();
        }
    }

    fn staged(root: &Path) -> Swap {
        let swap = Swap::begin(root, "a test").unwrap();
        for name in NAMES {
            staging::write_atomically(&swap.place(name).unwrap(), |out| out.write_all(b"new")).unwrap();
        }
        swap
    }

    fn texts(root: &Path) -> Vec<(String, String)> {
        let read = |name: &&str| Some((name.to_string(), fs::read_to_string(root.join(name)).ok()?));
        NAMES.iter().chain(&STALE).chain(&["notes.txt"]).filter_map(read).collect()
    }

    fn list() -> List {
        List { names: NAMES.map(str::to_string).to_vec(), stale: STALE.map(str::to_string).to_vec() }
    }

    fn is_new(root: &Path) {
        let expected: Vec<(String, String)> = NAMES
            .iter()
            .map(|n| (n.to_string(), "new".into()))
            .chain([("notes.txt".into(), "old".into())])
            .collect();
        assert_eq!(texts(root), expected);
        assert!(!root.join(WORK).exists() && !root.join("tram").exists());
    }

    #[test]
    fn dropped_before_the_list_the_folder_is_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        old(folder.path());
        let before = texts(folder.path());
        drop(staged(folder.path()));
        assert_eq!(texts(folder.path()), before);
        assert!(!folder.path().join(WORK).exists() && is_whole(folder.path()).is_ok());
    }

    #[test]
    fn committed_all_is_new_and_what_is_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        old(folder.path());
        let List { names, stale } = list();
        staged(folder.path()).commit(names, stale).unwrap();
        is_new(folder.path());
    }

    /// Four files put, two removed, the list taken away: seven changes. Before each the process may die.
    #[test]
    fn cut_off_at_any_step_the_next_writer_finishes_it_and_readers_are_told() {
        for cut in 0..7 {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path();
            old(root);
            let mut swap = staged(root);
            list().write(root).unwrap();
            let mut step = 0;
            let stopped = list().carry_out(root, &mut |_| {
                step += 1;
                if step > cut { Err(io::Error::other("killed")) } else { Ok(()) }
            });
            assert_eq!(stopped.unwrap_err().exit_code(), 4, "{cut}");
            (swap.decided, swap.listed) = (true, None);
            drop(swap);
            assert!(is_whole(root).is_err(), "{cut}");
            drop(Swap::begin(root, "the next").unwrap());
            is_new(root);
            assert!(is_whole(root).is_ok());
        }
    }

    #[test]
    fn names_stay_within_the_folder() {
        for name in ["../a", "/a", "a/../b", "a//b", "", ".", "a\\b", "c:a", ".work/new/x", "a/."] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(is_plain("base/adult-morning/access.csv") && is_plain("São João/ä.csv"));
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join(WORK)).unwrap();
        for bad in ["{}", "{\"program\":\"isokron\",\"put\":[\"../a\"],\"remove\":[]}", "\u{0}"] {
            fs::write(root.join(".work/swap.json"), bad).unwrap();
            assert!(Swap::begin(root, "").err().unwrap().to_string().contains("swap.json"), "{bad}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_or_removed_through_a_link() {
        let beside = tempfile::tempdir().unwrap();
        let (root, other) = (beside.path().join("out"), beside.path().join("other"));
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(&other).unwrap();
        fs::write(other.join("b.csv"), "mine").unwrap();
        std::os::unix::fs::symlink(&other, root.join("base")).unwrap();
        let swap = Swap::begin(&root, "").unwrap();
        assert!(swap.place("base/b.csv").unwrap_err().to_string().contains("is a link"));
        swap.commit([], vec!["base/b.csv".into()]).unwrap_err();
        assert_eq!(fs::read_to_string(other.join("b.csv")).unwrap(), "mine");
    }
}
