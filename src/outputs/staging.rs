//! A file that appears whole or not at all: written under a temporary name beside its place, hashed on the
//! way, synced, renamed, the folder synced.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::base::error::{Error, Problem, Result};

/// Temporary names begin and end so; nothing else of ours does.
const PREFIX: &str = ".isokron-";
const SUFFIX: &str = ".part";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
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
    file: NamedTempFile,
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
        self.file.flush()
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
        let file = new_temporary(path).map_err(|error| failed(path, &error))?;
        let hashing = Hashing { file, hasher: blake3::Hasher::new(), bytes: 0 };
        Ok(Staged { path: path.to_path_buf(), file: BufWriter::with_capacity(1 << 18, hashing) })
    }

    /// Where it will stand.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs it and gives it its name, over an older file of that name.
    pub fn finish(self) -> Result<Written> {
        let path = self.path;
        let Hashing { file, hasher, bytes } =
            self.file.into_inner().map_err(|error| failed(&path, error.error()))?;
        file.as_file().sync_all().map_err(|error| failed(&path, &error))?;
        file.persist(&path).map_err(|error| failed(&path, &error.error))?;
        sync_folder(&path).map_err(|error| failed(&path, &error))?;
        Ok(Written { bytes, blake3: hasher.finalize().to_hex().to_string() })
    }
}

/// A file on its way that must be written by its name, or not from front to back: write to it at
/// [`StagedPath::temporary`], then [`StagedPath::finish`]. Dropped before, it leaves nothing.
pub struct StagedPath {
    path: PathBuf,
    file: NamedTempFile,
}

impl StagedPath {
    /// Begins a file that will stand at `path`; makes the folders above it.
    pub fn create(path: &Path) -> Result<Self> {
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
    pub fn finish(self) -> Result<Written> {
        let StagedPath { path, mut file } = self;
        let mut hash = || {
            let mut hasher = blake3::Hasher::new();
            file.as_file_mut().seek(SeekFrom::Start(0))?;
            let bytes = io::copy(file.as_file_mut(), &mut hasher)?;
            file.as_file().sync_all()?;
            Ok(Written { bytes, blake3: hasher.finalize().to_hex().to_string() })
        };
        let written = hash().map_err(|error: io::Error| failed(&path, &error))?;
        file.persist(&path).map_err(|error| failed(&path, &error.error))?;
        sync_folder(&path).map_err(|error| failed(&path, &error))?;
        Ok(written)
    }
}

/// Writes the file at `path` whole or not at all. An error of the machine (disk full, no permission) names `path`.
pub fn write_atomically(path: &Path, write: impl FnOnce(&mut Staged) -> io::Result<()>) -> Result<Written> {
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
        _ => "",
    };
    Error::Machine(Problem::new(path.display().to_string(), format!("cannot write: {error}"), remedy))
}

/// A temporary file beside `path`, locked while it is open, to be persisted there.
pub fn new_temporary(path: &Path) -> io::Result<NamedTempFile> {
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
            return Ok(file);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new name is safe only once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder_of(path))?.sync_all() } else { Ok(()) }
}
