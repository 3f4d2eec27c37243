//! The network's files: parts in the cache, each named by the hash of what it depends on. A part that is there
//! is read, one that is not is made and written; either way it comes with the findings of its making.

use std::path::{Path, PathBuf};

use crate::base::error::{Error, Result};
use crate::base::findings::Findings;
use crate::network::format::{Damage, Reader, VERSION, Writer};
use crate::network::parts;
use crate::outputs::staging;

/// A folder of parts.
pub struct Cache {
    folder: PathBuf,
    /// Parts are made anew although they are there.
    pub anew: bool,
}

/// What a part depends on, gathered into its name.
#[derive(Clone)]
pub struct Key(blake3::Hasher);

impl Key {
    /// The format and the program; all else is added.
    pub fn begin() -> Key {
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("isokron {} format {VERSION}", env!("CARGO_PKG_VERSION")).as_bytes());
        Key(hasher)
    }

    /// Adds something that the part depends on.
    pub fn and(mut self, what: impl std::fmt::Display) -> Key {
        let text = what.to_string();
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// Adds points, bit by bit.
    pub fn and_points(mut self, points: &[(f64, f64)]) -> Key {
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
        Cache { folder: folder.to_path_buf(), anew: false }
    }

    /// The part `name` for `key`: read if it is there, else made and written.
    ///
    /// # Errors
    /// A file that is damaged or foreign, with its path; what `make` meets; the machine's.
    pub fn part<T>(
        &self,
        name: &str,
        key: &Key,
        findings: &mut Findings,
        read: impl FnOnce(&Reader<'_>) -> std::result::Result<T, Damage>,
        make: impl FnOnce(&mut Findings) -> Result<T>,
        write: impl FnOnce(&T, &mut Writer),
    ) -> Result<T> {
        let path = self.folder.join(format!("{name}-{}.isokron", key.hex()));
        if !self.anew
            && let Some(bytes) = bytes_of(&path)?
        {
            let opened =
                Reader::open(&bytes).and_then(|reader| Ok((parts::read_findings(&reader)?, read(&reader)?)));
            let (found, part) = opened.map_err(|damage| {
                let remedy = "build again: isokron build STUDY (or delete the file)";
                Error::input(path.display().to_string(), damage.to_string(), remedy)
            })?;
            findings.append(found);
            return Ok(part);
        }
        let mut found = Findings::default();
        let part = make(&mut found)?;
        let mut writer = Writer::default();
        parts::write_findings(&found, &mut writer);
        write(&part, &mut writer);
        let bytes = writer.finish();
        std::fs::create_dir_all(&self.folder).map_err(|error| staging::failed(&self.folder, &error))?;
        staging::write_atomically(&path, |out| std::io::Write::write_all(out, &bytes))?;
        findings.append(found);
        Ok(part)
    }
}

/// The file's bytes, or `None` where there is none.
fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(staging::failed(path, &error)),
    }
}
