//! One writer a folder: a lock in it, which the system takes back when its process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::staging::{self, Listed, Unfinished, failed};
use crate::base::error::{Error, Result};

/// Where a folder of results keeps what is not finished. Nothing of ours in it outlives a run that ended well.
pub(super) const WORK: &str = ".work";
const LOCK: &str = "lock";
/// More writers than that do not come and go between two looks.
const TRIES: usize = 100;

/// A folder that this process alone writes into. Let go, it leaves no trace of itself.
pub struct Claim {
    root: PathBuf,
    /// It was not there before.
    made: bool,
    _lock: File,
    listed: Vec<Listed>,
}

impl Claim {
    /// Claims a folder, which is made where it is not there; `doing` is told to whoever comes second.
    ///
    /// # Errors
    /// `Input` where another process has it, or where `.work` in it is a link; the machine's.
    pub fn take(root: &Path, doing: &str) -> Result<Claim> {
        let made = !root.exists();
        std::fs::create_dir_all(root).map_err(|error| failed(root, &error))?;
        let (work, lock) = (root.join(WORK), root.join(WORK).join(LOCK));
        for _ in 0..TRIES {
            match std::fs::create_dir(&work) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(&work, &error)),
                _ => {}
            }
            not_linked(&work)?;
            not_linked(&lock)?;
            let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&lock);
            let mut file = match opened {
                Ok(file) => file,
                // Who had it has just let it go, and taken the folder away.
                Err(error) if error.kind() == ErrorKind::NotFound && root.exists() => continue,
                Err(error) => return Err(failed(&lock, &error)),
            };
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Err(taken(root, file)),
                // Where there are no locks, nobody can be kept out.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            if !is_at(&file, &lock) {
                continue;
            }
            let now = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
            let who = format!("{doing}, process {}, since {now}", std::process::id());
            let said = file.set_len(0).and_then(|()| file.write_all(who.as_bytes()));
            said.map_err(|error| failed(&lock, &error))?;
            let listed = vec![Listed::new(&work, Unfinished::Folder), Listed::new(&lock, Unfinished::File)];
            return Ok(Claim { root: root.to_path_buf(), made, _lock: file, listed });
        }
        let what = "others take this folder and let it go all the time";
        Err(Error::input(root.display().to_string(), what, "choose an output folder of its own"))
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.listed.clear();
        // While it is held, so that nobody locks a file that is about to go. A folder with something in it stays.
        let work = self.root.join(WORK);
        let _ = std::fs::remove_file(work.join(LOCK));
        let _ = std::fs::remove_dir(work);
        if self.made {
            let _ = std::fs::remove_dir(&self.root);
        }
    }
}

fn taken(root: &Path, mut lock: File) -> Error {
    let mut who = String::new();
    // Where a lock keeps readers out, too, nobody is named.
    let _ = lock.rewind().and_then(|()| lock.read_to_string(&mut who));
    let who = if who.is_empty() { "another isokron".to_string() } else { format!("another isokron ({who})") };
    Error::input(
        root.display().to_string(),
        format!("{who} is writing into this folder"),
        "wait until it is done, or stop it; or choose another output folder",
    )
}

/// # Errors
/// `Input` where `path` is a link: what is written or removed there would be somewhere else.
pub(super) fn not_linked(path: &Path) -> Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(file) if file.file_type().is_symlink() => Err(Error::input(
            path.display().to_string(),
            "is a link to another place, and isokron follows no link inside a folder of results",
            "move it away; to keep results elsewhere, let the output folder itself be there",
        )),
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(failed(path, &error))
        }
        _ => Ok(()),
    }
}

/// Whether the open file is the one that has this name now.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(named)) => staging::identity(&open) == staging::identity(&named),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_until_the_first_lets_go_and_no_trace_stays() {
        let beside = tempfile::tempdir().unwrap();
        let root = beside.path().join("out");
        let first = Claim::take(&root, "isokron run a.toml").unwrap();
        let second = Claim::take(&root, "isokron run b.toml").err().unwrap();
        assert_eq!(second.exit_code(), 1);
        let said = second.to_string();
        assert!(
            said.contains("isokron run a.toml") && said.contains(&std::process::id().to_string()),
            "{said}"
        );
        drop(first);
        assert!(!root.exists(), "it was made by the claim, and nothing is in it");
        std::fs::create_dir(&root).unwrap();
        std::fs::create_dir(root.join(WORK)).unwrap();
        std::fs::write(root.join(WORK).join("theirs"), "x").unwrap();
        drop(Claim::take(&root, "isokron run b.toml").unwrap());
        assert!(root.join(".work/theirs").exists() && !root.join(".work/lock").exists());
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed() {
        let beside = tempfile::tempdir().unwrap();
        let (root, target) = (beside.path().join("out"), beside.path().join("target"));
        std::fs::create_dir_all(root.join(WORK)).unwrap();
        std::fs::write(&target, "mine").unwrap();
        std::os::unix::fs::symlink(&target, root.join(".work/lock")).unwrap();
        assert!(Claim::take(&root, "").err().unwrap().to_string().contains("is a link"));
        std::fs::remove_file(root.join(".work/lock")).unwrap();
        std::fs::remove_dir(root.join(WORK)).unwrap();
        std::os::unix::fs::symlink(beside.path(), root.join(WORK)).unwrap();
        assert!(Claim::take(&root, "").err().unwrap().to_string().contains("is a link"));
        assert_eq!(std::fs::read_to_string(target).unwrap(), "mine");
    }
}
