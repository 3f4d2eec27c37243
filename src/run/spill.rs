//! Room on disk for travel times that do not fit into memory: files without a name beside the results, which are gone
//! when the program is.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::base::error::{Error, Result};
use crate::engine::spill::{Rooms, Spill};

/// A folder in which such files are made.
pub struct OnDisk {
    folder: PathBuf,
}

impl OnDisk {
    pub fn new(folder: &Path) -> OnDisk {
        OnDisk { folder: folder.to_path_buf() }
    }
}

impl Rooms for OnDisk {
    fn open(&self) -> Result<Box<dyn Spill>> {
        let place = self.folder.display().to_string();
        let file = tempfile::tempfile_in(&self.folder).map_err(|error| Error::machine(&place, error))?;
        Ok(Box::new(Unnamed { place, file: Mutex::new(file) }))
    }
}

struct Unnamed {
    place: String,
    file: Mutex<File>,
}

impl Spill for Unnamed {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let file = self.file.get_mut().expect("nobody panics with the file");
        file.seek(SeekFrom::End(0))
            .and_then(|_| file.write_all(bytes))
            .map_err(|error| Error::machine(&self.place, error))
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<()> {
        let mut file = self.file.lock().expect("nobody panics with the file");
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(bytes))
            .map_err(|error| Error::machine(&self.place, error))
    }
}
