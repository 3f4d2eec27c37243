//! The network's files: parts in the cache, each named by the hash of what it depends on. A part that is there
//! is mapped, one that is not is made and written; either way it comes with the diagnostics of its making.
//!
//! Processes may share a cache. A part appears whole, under its final name, and is never changed in place; a
//! newer one of that name, or its removal, leaves the maps of those who use it as they are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::base::array::Bytes;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::inputs::content;
use crate::network::format::{Damage, Reader, VERSION, Writer};
use crate::network::parts;
use crate::outputs::manifest::InputFile;
use crate::outputs::staging;
use crate::run::ledger::{self, Ledger, Stamp};

const ENDING: &str = ".isokron";
/// What was read from OpenStreetMap.
pub(super) const EXTRACT: &str = "extract";
/// Parts of those who cycle.
pub(super) const BICYCLE: &str = "bicycle";
pub(super) const BICYCLE_LINKS: &str = "bicycle_links";
pub(super) const CAR: &str = "car";
pub(super) const CAR_LINKS: &str = "car_links";
pub(super) const SITES: &str = "sites";
/// How streets rise.
pub(super) const SLOPES: &str = "slopes";
pub(super) const BICYCLE_SLOPES: &str = "bicycle_slopes";
/// Parts that no study has used for so many days are removed.
const KEPT_DAYS: u64 = 30;

/// A folder of parts.
pub struct Cache {
    folder: PathBuf,
    /// Parts are made anew although they are there.
    pub anew: bool,
    /// Nothing is read from the folder or written to it: all is made anew, and compared with what is there.
    compare: bool,
    /// Parts are mapped; else read into memory (as they are where the system cannot map).
    pub mapped: bool,
    state: Mutex<CacheState>,
}

struct CacheState {
    ledger: Ledger,
    /// The inputs as they were when they were hashed.
    inputs: BTreeMap<PathBuf, Stamp>,
    used: Vec<Used>,
    different: Vec<PathBuf>,
}

/// A part that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// "streets", "walks" …
    pub name: String,
    pub path: PathBuf,
    /// It was not there, or damaged.
    pub made: bool,
    pub bytes: u64,
}

/// What a part depends on, gathered into its name.
#[derive(Clone)]
pub struct PartKey(blake3::Hasher);

impl PartKey {
    /// The format and the program; all else is added.
    pub fn begin() -> PartKey {
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("isokron {} format {VERSION}", env!("CARGO_PKG_VERSION")).as_bytes());
        PartKey(hasher)
    }

    /// Adds something that the part depends on.
    pub fn and(mut self, what: impl std::fmt::Display) -> PartKey {
        let text = what.to_string();
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// Adds points, bit by bit.
    pub fn and_points(mut self, points: &[(f64, f64)]) -> PartKey {
        self.0.update(&(points.len() as u64).to_le_bytes());
        for (lon, lat) in points {
            self.0.update(&lon.to_bits().to_le_bytes());
            self.0.update(&lat.to_bits().to_le_bytes());
        }
        self
    }

    pub fn hex(&self) -> String {
        self.0.finalize().to_hex()[..16].to_string()
    }
}

impl Cache {
    pub fn new(folder: &Path) -> Cache {
        Cache::with(folder, Ledger::open(folder))
    }

    /// Takes nothing from the folder and leaves it as it is: hashes, parts, all is made anew. A part that is there
    /// and holds something else is noted ([`Cache::different`]).
    pub fn to_compare(folder: &Path) -> Cache {
        Cache { compare: true, ..Cache::with(folder, Ledger::default()) }
    }

    fn with(folder: &Path, ledger: Ledger) -> Cache {
        let state = CacheState { ledger, inputs: BTreeMap::new(), used: Vec::new(), different: Vec::new() };
        let state = Mutex::new(state);
        Cache { folder: folder.to_path_buf(), anew: false, compare: false, mapped: true, state }
    }

    /// Where its parts are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn state(&self) -> MutexGuard<'_, CacheState> {
        self.state.lock().expect("nobody panics with it")
    }

    /// An input file, which the study calls `name`, with its hash: from memory where it has not changed.
    ///
    /// # Errors
    /// It is not there, or may not be read.
    pub fn input(&self, name: &str, path: &Path) -> Result<InputFile> {
        content::no_pipe(path)?;
        let stamp = |path: &Path| std::fs::metadata(path).map(|file| Stamp::of(&file)).ok();
        let before = stamp(path);
        let known = before.and_then(|stamp| self.state().ledger.hash(path, &stamp));
        let file = match (known, before) {
            (Some(blake3), Some(stamp)) => InputFile { path: name.to_string(), bytes: stamp.bytes, blake3 },
            _ => InputFile::read(name, path)?,
        };
        if let Some(before) = before {
            let mut state = self.state();
            if stamp(path) == Some(before) && !before.is_young() {
                state.ledger.remember_if_new(path, before, &file.blake3);
            }
            state.inputs.insert(path.to_path_buf(), before);
        }
        Ok(file)
    }

    /// Whether inputs are still as they were hashed: what was made of them must not go by the old hash.
    ///
    /// # Errors
    /// Names the file that changed while it was read.
    pub fn unchanged<'p>(&self, paths: impl IntoIterator<Item = &'p PathBuf>) -> Result<()> {
        let state = self.state();
        for path in paths {
            let now = std::fs::metadata(path).map(|file| Stamp::of(&file)).ok();
            if state.inputs.get(path).is_some_and(|then| now.as_ref() != Some(then)) {
                let what = "the file changed while it was read";
                return Err(Error::input(path.display().to_string(), what, "run again"));
            }
        }
        Ok(())
    }

    /// The part `name` for `key`: opened if it is there and sound, else made and written.
    ///
    /// # Errors
    /// A file of that name that is none of ours, with its path; what `make` meets; the machine's.
    #[allow(clippy::too_many_arguments)] // a part's three ways, named
    pub fn part<T>(
        &self,
        name: &str,
        key: &PartKey,
        diagnostics: &mut Diagnostics,
        executor: &dyn Executor,
        read: impl FnOnce(&Reader) -> std::result::Result<T, Damage>,
        make: impl FnOnce(&mut Diagnostics) -> Result<T>,
        write: impl for<'a> FnOnce(&'a T, &mut Writer<'a>),
    ) -> Result<T> {
        let path = self.folder.join(format!("{name}-{}{ENDING}", key.hex()));
        if !self.anew
            && !self.compare
            && let Some((stamp, bytes)) = self.bytes(&path)?
        {
            match self.opened(&path, stamp, bytes, read) {
                Ok((found, part)) => {
                    diagnostics.append(found);
                    self.used(name, path, false, stamp.bytes);
                    return Ok(part);
                }
                Err(Damage::Foreign) => {
                    let remedy = "move it away, or isokron build --anew STUDY to replace it";
                    return Err(Error::input(
                        path.display().to_string(),
                        Damage::Foreign.to_string(),
                        remedy,
                    ));
                }
                Err(damage) => executor.note(&format!("{}: {damage}; built again", path.display())),
            }
        }
        let mut found = Diagnostics::default();
        let part = make(&mut found)?;
        let mut writer = Writer::default();
        parts::write_diagnostics(&found, &mut writer);
        write(&part, &mut writer);
        let file = writer.finish();
        if self.compare {
            // One that cannot be opened is for `check_part` to report.
            if let Some((_, bytes)) = self.bytes(&path)?
                && Reader::open(bytes).is_ok_and(|there| *there.digest() != file.digest)
            {
                self.state().different.push(path);
            }
            diagnostics.append(found);
            return Ok(part);
        }
        std::fs::create_dir_all(&self.folder).map_err(|error| staging::failed(&self.folder, &error))?;
        let written = staging::write_atomically(&path, |out| {
            file.write(|piece| std::io::Write::write_all(out, piece))
        })?;
        // Just made, it need not be checked. (Another process may have put its own there: so look.)
        if let Some((stamp, bytes)) = self.bytes(&path)?
            && Reader::open(bytes).is_ok_and(|there| *there.digest() == file.digest)
        {
            self.state().ledger.remember(&path, stamp, &file.digest);
        }
        diagnostics.append(found);
        self.used(name, path, true, written.bytes);
        Ok(part)
    }

    /// Opens a part. Its sections are compared with their hashes, and its indices checked, once a file.
    fn opened<T>(
        &self,
        path: &Path,
        stamp: Stamp,
        bytes: Bytes,
        read: impl FnOnce(&Reader) -> std::result::Result<T, Damage>,
    ) -> std::result::Result<(Diagnostics, T), Damage> {
        let mut reader = Reader::open(bytes)?;
        if self.state().ledger.hash(path, &stamp).as_ref() == Some(reader.digest()) {
            reader.trust();
        } else {
            reader.check_sections()?;
        }
        let part = (parts::read_diagnostics(&reader)?, read(&reader)?);
        if !reader.is_known() {
            self.state().ledger.remember(path, stamp, reader.digest());
        }
        Ok(part)
    }

    fn used(&self, name: &str, path: PathBuf, made: bool, bytes: u64) {
        self.state().used.push(Used { name: name.to_string(), path, made, bytes });
    }

    /// The parts used so far, by name.
    pub fn parts(&self) -> Vec<Used> {
        let mut used = self.state().used.clone();
        used.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
        used
    }

    /// Bytes of the parts that were opened, all of which may come to lie in memory.
    pub fn opened_bytes(&self) -> u64 {
        self.state().used.iter().filter(|part| !part.made).map(|part| part.bytes).sum()
    }

    /// Parts in the folder that hold something else than what was made now.
    pub fn different(&self) -> Vec<PathBuf> {
        self.state().different.clone()
    }

    /// Writes down what is known of inputs and parts.
    pub fn save(&self) {
        if !self.compare {
            self.state().ledger.save();
        }
    }

    /// After parts were made, removes those that no study has used for a month. A failure is only said.
    pub fn clean_up(&self, executor: &dyn Executor) -> Vec<PathBuf> {
        if self.state().used.iter().all(|part| !part.made) {
            return Vec::new();
        }
        self.clean(false).unwrap_or_else(|error| {
            executor.note(&error.to_string());
            Vec::new()
        })
    }

    /// Removes parts that were not used now: those that none has used for a month, or all. Returns what was
    /// removed. Who has them open keeps them; who wants them again builds them again.
    ///
    /// # Errors
    /// The machine's.
    pub fn clean(&self, all: bool) -> Result<Vec<PathBuf>> {
        let state = self.state();
        let mut removed = Vec::new();
        for (path, file) in parts_in(&self.folder)? {
            let stamp = Stamp::of(&file);
            let idle_days = ledger::today().saturating_sub(state.ledger.last_used_day(&path, &stamp));
            let in_use = state.used.iter().any(|used| used.path == path);
            if in_use || !(all || idle_days > KEPT_DAYS) {
                continue;
            }
            match std::fs::remove_file(&path) {
                Ok(()) => removed.push(path),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(staging::failed(&path, &error)),
            }
        }
        Ok(removed)
    }

    /// The file's bytes and stamp, or `None` where there is none.
    fn bytes(&self, path: &Path) -> Result<Option<(Stamp, Bytes)>> {
        bytes_of(path, self.mapped)
    }
}

/// The parts in a folder, by name; what crashes left there is removed.
///
/// # Errors
/// The machine's; no folder is no part.
pub fn parts_in(folder: &Path) -> Result<BTreeMap<PathBuf, std::fs::Metadata>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(BTreeMap::new()),
        Err(error) => return Err(staging::failed(folder, &error)),
    };
    let mut parts = BTreeMap::new();
    for entry in entries {
        let entry = entry.map_err(|error| staging::failed(folder, &error))?;
        staging::remove_leftover(&entry.path()).map_err(|error| staging::failed(folder, &error))?;
        if entry.file_name().to_str().is_some_and(is_part)
            && let Ok(file) = entry.metadata()
        {
            parts.insert(entry.path(), file);
        }
    }
    Ok(parts)
}

/// Whether a file has the name of a part: `streets-` and sixteen digits.
fn is_part(name: &str) -> bool {
    let hex = |hex: &str| hex.len() == 16 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    let parts = name.strip_suffix(ENDING).and_then(|name| name.split_once('-'));
    parts.is_some_and(|(kind, key)| {
        let known = [
            EXTRACT,
            "streets",
            "timetable",
            "elements",
            "water",
            "links",
            "walks",
            SLOPES,
            BICYCLE_SLOPES,
            BICYCLE,
            BICYCLE_LINKS,
            CAR,
            CAR_LINKS,
            SITES,
        ];
        known.contains(&kind) && hex(key)
    })
}

/// Checks a part in full, whatever is remembered of it.
///
/// # Errors
/// `Input` with the file and what is wrong; the machine's.
pub fn check_part(path: &Path) -> Result<()> {
    let wrong = |damage: Damage| {
        Error::input(path.display().to_string(), damage.to_string(), "isokron build --anew STUDY")
    };
    match bytes_of(path, true)? {
        None => Err(Error::input(path.display().to_string(), "there is no such file", "")),
        Some((_, bytes)) => Reader::open(bytes).and_then(|reader| reader.check_sections()).map_err(wrong),
    }
}

/// There is nothing of that name (a file where a folder should be shows when something is to be written).
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn bytes_of(path: &Path, mapped: bool) -> Result<Option<(Stamp, Bytes)>> {
    let failed =
        |error: std::io::Error| Error::machine(path.display().to_string(), format!("cannot read: {error}"));
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let stamp = Stamp::of(&file.metadata().map_err(failed)?);
    // SAFETY: a map must not change while it is read. Parts are files of our own: written under a temporary
    // name, synced, renamed, and never opened for writing again, by this or any other isokron; one that is
    // replaced or removed lives on under the maps of its readers. Nothing can keep others from writing into the
    // file: then what is read may be anything (but indexing stays checked), and if they cut it off, or the disk
    // fails under it, touching the lost pages ends the process with SIGBUS.
    if mapped && let Ok(map) = unsafe { memmap2::Mmap::map(&file) } {
        return Ok(Some((stamp, Arc::new(map))));
    }
    let mut read = Vec::new();
    file.read_to_end(&mut read).map_err(failed)?;
    Ok(Some((stamp, Arc::new(Aligned::new(&read)))))
}

/// Bytes read into memory on a border of 8, so that arrays can look at them where they lie.
struct Aligned {
    words: Vec<u64>,
    bytes: usize,
}

impl Aligned {
    fn new(bytes: &[u8]) -> Aligned {
        let mut words = vec![0; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Aligned { words, bytes: bytes.len() }
    }
}

impl AsRef<[u8]> for Aligned {
    fn as_ref(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.bytes]
    }
}
