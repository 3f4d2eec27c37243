//! A file that appears whole or not at all: written under a temporary name beside its place, hashed on the
//! way, synced, renamed, the folder synced.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use crate::base::error::{Error, Problem, Result, remedy_of};

/// Temporary names begin and end so; nothing else of ours does.
const PREFIX: &str = ".isokron-";
const SUFFIX: &str = ".part";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    pub bytes: u64,
    /// BLAKE3 of the contents, in hex.
    pub blake3: String,
}

/// A file on its way: write to it, then [`Staged::finish`]. Dropped before, it leaves nothing.
pub struct Staged {
    path: PathBuf,
    file: BufWriter<Hashing>,
}

struct Hashing {
    file: Temporary,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        // Past the wrapper, whose errors would name the temporary file.
        let n = self.file.as_file_mut().write(data)?;
        self.hasher.update(&data[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

impl Write for Staged {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.file.write(data)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Staged {
    /// Begins a file that will stand at `path`; makes the folders above it.
    pub fn create(path: &Path) -> Result<Self> {
        let path = &real_place(path)?;
        let file = new_temporary(path).map_err(|error| failed(path, &error))?;
        let hashing = Hashing { file, hasher: blake3::Hasher::new(), bytes: 0 };
        Ok(Staged { path: path.to_path_buf(), file: BufWriter::with_capacity(1 << 18, hashing) })
    }

    /// Where it will stand.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs it and gives it its name, over an older file of that name.
    pub fn finish(self) -> Result<WrittenFile> {
        let path = self.path;
        let Hashing { file, hasher, bytes } =
            self.file.into_inner().map_err(|error| failed(&path, error.error()))?;
        file.as_file().sync_all().map_err(|error| failed(&path, &error))?;
        file.persist(&path).map_err(|error| failed(&path, &error))?;
        sync_folder(&path).map_err(|error| failed(&path, &error))?;
        Ok(WrittenFile { bytes, blake3: hasher.finalize().to_hex().to_string() })
    }
}

/// A file on its way that must be written by its name, or not from front to back: write to it at
/// [`StagedPath::temporary`], then [`StagedPath::finish`]. Dropped before, it leaves nothing.
pub struct StagedPath {
    path: PathBuf,
    file: Temporary,
}

impl StagedPath {
    /// Begins a file that will stand at `path`; makes the folders above it.
    pub fn create(path: &Path) -> Result<Self> {
        let path = &real_place(path)?;
        let file = new_temporary(path).map_err(|error| failed(path, &error))?;
        // A lock of this kind keeps no other writer out but on Windows, where it would be ourselves.
        if cfg!(windows) {
            file.as_file().unlock().map_err(|error| failed(path, &error))?;
        }
        Ok(StagedPath { path: path.to_path_buf(), file })
    }

    /// Where it will stand.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it is now, empty at first.
    pub fn temporary(&self) -> &Path {
        self.file.path()
    }

    /// The open file.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Reads what was written, syncs it and gives it its name, over an older file of that name.
    pub fn finish(self) -> Result<WrittenFile> {
        let StagedPath { path, mut file } = self;
        let mut hash = || {
            let mut hasher = blake3::Hasher::new();
            file.as_file_mut().seek(SeekFrom::Start(0))?;
            let bytes = io::copy(file.as_file_mut(), &mut hasher)?;
            file.as_file().sync_all()?;
            Ok(WrittenFile { bytes, blake3: hasher.finalize().to_hex().to_string() })
        };
        let written = hash().map_err(|error: io::Error| failed(&path, &error))?;
        file.persist(&path).map_err(|error| failed(&path, &error))?;
        sync_folder(&path).map_err(|error| failed(&path, &error))?;
        Ok(written)
    }
}

/// Writes the file at `path` whole or not at all. An error of the machine (disk full, no permission) names `path`.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut Staged) -> io::Result<()>,
) -> Result<WrittenFile> {
    let mut staged = Staged::create(path)?;
    write(&mut staged).map_err(|error| failed(path, &error))?;
    staged.finish()
}

/// Removes a file if it is what a crash left: it has a temporary's name, and nobody is writing it. (A writer holds
/// its lock, which the system takes back when the process ends.)
pub fn remove_leftover(path: &Path) -> io::Result<()> {
    let is_temporary = |name: &str| name.starts_with(PREFIX) && name.ends_with(SUFFIX);
    if !path.file_name().and_then(|name| name.to_str()).is_some_and(is_temporary) {
        return Ok(());
    }
    let Ok(file) = File::open(path) else { return Ok(()) };
    if file.try_lock().is_ok() {
        // Ours until it is closed: a writer who made it just now finds it gone and makes another.
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Removes what crashes left beside `path`, where a file is to be written. What cannot be removed stays.
pub fn tidied(path: &Path) {
    for entry in std::fs::read_dir(folder_of(path)).into_iter().flatten().flatten() {
        let _ = remove_leftover(&entry.path());
    }
}

/// The machine failed at `path`, in a planner's words.
pub fn failed(path: &Path, error: &io::Error) -> Error {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "make room on the disk, or choose another output folder"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "choose an output folder that you may write to"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a part of the path is a file, not a folder: choose another output folder"
        }
        ErrorKind::IsADirectory => "a folder stands where the file should be: move it away",
        _ => remedy_of(error),
    };
    Error::Machine(Problem::new(path.display().to_string(), format!("cannot write: {error}"), remedy))
}

/// Where a file named by the user stands, links followed, so that a link stays one.
///
/// # Errors
/// A folder or a device is there: a file cannot take its place.
pub fn real_place(path: &Path) -> Result<PathBuf> {
    match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(failed(path, &ErrorKind::IsADirectory.into())),
        Ok(there) if !there.is_file() => {
            let what = "is a device or a pipe, and results go to files: they appear when they are whole";
            Err(Error::input(path.display().to_string(), what, "name a file"))
        }
        Ok(_) => std::fs::canonicalize(path).map_err(|error| failed(path, &error)),
        // Nothing is there, or nothing can be told: then writing will say so.
        Err(_) => Ok(path.to_path_buf()),
    }
}

/// A temporary file beside `path`, locked while it is open, to be persisted there.
pub fn new_temporary(path: &Path) -> io::Result<Temporary> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // The default is for the owner alone; results are for whomever the umask lets read.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    loop {
        let file = builder.tempfile_in(folder)?;
        // Where there are no locks, a leftover is not told from a file at work, and stays.
        let taken = matches!(file.as_file().try_lock(), Err(std::fs::TryLockError::WouldBlock));
        if !taken && file.path().exists() {
            let listed = Listed::new(file.path(), Unfinished::File);
            return Ok(Temporary { file, listed });
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new name is safe only once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    sync(folder_of(path))
}

/// Makes the names in a folder safe.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Makes the names in a folder, and in those below it, safe.
pub(super) fn sync_tree(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync(folder)
}

/// By what two names are known to be of one file: device and number. Where the system has none, never.
pub fn identity(file: &Metadata) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((file.dev(), file.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        None
    }
}

/// A temporary file; gone when it is dropped, and when the process is made to end ([`abandon`]).
pub struct Temporary {
    file: NamedTempFile,
    listed: Listed,
}

impl Temporary {
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    pub fn as_file(&self) -> &File {
        self.file.as_file()
    }

    pub fn as_file_mut(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Gives it its name, over an older file of that name.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        let Temporary { file, listed } = self;
        let kept = file.persist(path);
        drop(listed);
        kept.map(|_| ()).map_err(|error| error.error)
    }
}

/// What is not finished in this process, for [`abandon`]: names, and what they are. A process ends as a whole, so
/// this is the one thing that its runs share.
static UNFINISHED: Mutex<BTreeMap<PathBuf, Unfinished>> = Mutex::new(BTreeMap::new());
/// Held while files take their names together.
static WHOLE: Mutex<Changed> = Mutex::new(Changed(false));

/// Whether files of this process took their names together.
pub(super) struct Changed(bool);

impl Changed {
    pub fn note(&mut self) {
        self.0 = true;
    }
}

/// What goes when the process is made to end.
#[derive(Clone, Copy)]
pub(super) enum Unfinished {
    File,
    /// If nothing is in it.
    Folder,
    /// With all that is in it.
    Tree,
}

/// A name on the list of what is not finished, until it is dropped.
pub(super) struct Listed(PathBuf);

impl Listed {
    pub fn new(path: &Path, made: Unfinished) -> Listed {
        UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf(), made);
        Listed(path.to_path_buf())
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// While it is held, [`abandon`] waits.
pub(super) fn uninterrupted() -> MutexGuard<'static, Changed> {
    WHOLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes away all that this process has not finished, for it is about to end: waits for files that are just now taking
/// their names together. Nobody may write after it. Says whether a folder has changed.
pub fn abandon() -> bool {
    let whole = uninterrupted();
    let unfinished = std::mem::take(&mut *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner));
    // What is deeper first.
    for (path, made) in unfinished.iter().rev() {
        // What cannot be removed now, the next run removes.
        let _ = match made {
            Unfinished::File => std::fs::remove_file(path),
            Unfinished::Folder => std::fs::remove_dir(path),
            Unfinished::Tree => std::fs::remove_dir_all(path),
        };
    }
    // Nothing may take its name from here on.
    let changed = whole.0;
    std::mem::forget(whole);
    changed
}
