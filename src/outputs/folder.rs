//! The output folder of a run: all files are written beside the results of the run before, and take their places
//! together at the end. So a folder with a manifest holds one run, whole.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::formats::{OutputFormats, Placing, WriteRows};
use super::manifest::{self, InputFile, Manifest};
use super::staging::{self, Staged, WrittenFile, failed};
use super::swap::{self, Swap};
use super::tables::ResultTable;
use crate::base::error::{Error, Result};
use crate::base::executor::{Executor, try_collect};
use crate::inputs::raw::RawPlaces;
use crate::study::TableFormat;

const MANIFEST: &str = "manifest.json";

/// An output folder that is being filled. Names in it are relative, with `/` between their parts.
pub struct OutputFolder {
    swap: Swap,
    written: BTreeMap<String, WrittenFile>,
    /// Files that the manifest does not list.
    unlisted: Vec<String>,
    /// What the manifest of an earlier run lists: gone at the end unless written anew.
    earlier: Vec<InputFile>,
    formats: OutputFormats,
}

impl OutputFolder {
    /// Begins new results in a folder that was claimed for them.
    ///
    /// # Errors
    /// A `manifest.json` that is not ours is left alone and refused; the machine's errors name the path.
    pub fn over(swap: Swap, formats: OutputFormats) -> Result<Self> {
        let earlier = earlier(swap.root())?;
        // Of versions that wrote beside the place.
        remove_leftovers(swap.root(), 0).map_err(|error| failed(swap.root(), &error))?;
        Ok(OutputFolder { swap, written: BTreeMap::new(), unlisted: Vec::new(), earlier, formats })
    }

    /// Where to write `name`, to be told of with [`OutputFolder::record`].
    ///
    /// # Errors
    /// As [`Swap::place`].
    pub fn place(&self, name: &str) -> Result<PathBuf> {
        self.swap.place(name)
    }

    /// The folder that the new files stand in until [`OutputFolder::finish`].
    pub fn staged(&self) -> &Path {
        self.swap.staged()
    }

    /// Where to write a file that the manifest does not list.
    ///
    /// # Errors
    /// As [`Swap::place`].
    pub fn beside(&mut self, name: &str) -> Result<PathBuf> {
        self.unlisted.push(name.to_string());
        self.place(name)
    }

    /// Writes file `name` whole or not at all and remembers it for the manifest.
    pub fn write(&mut self, name: &str, write: impl FnOnce(&mut Staged) -> io::Result<()>) -> Result<()> {
        let written = staging::write_atomically(&self.place(name)?, write)?;
        self.record(name, written);
        Ok(())
    }

    /// The formats that are asked for.
    pub fn formats(&self) -> &OutputFormats {
        &self.formats
    }

    /// Writes a table, a row a place, in all formats that are asked for, side by side: `name` and their endings.
    ///
    /// # Errors
    /// The machine's; a place outside the area of the projection; `Stopped`.
    pub fn write_places(
        &mut self,
        name: &str,
        table: &ResultTable,
        places: &RawPlaces,
        executor: &dyn Executor,
    ) -> Result<()> {
        self.write_shapes(name, table, places, false, executor)
    }

    /// The same for a table of the cells, which may be on a grid, too.
    ///
    /// # Errors
    /// As [`OutputFolder::write_places`].
    pub fn write_cells(
        &mut self,
        name: &str,
        table: &ResultTable,
        cells: &RawPlaces,
        executor: &dyn Executor,
    ) -> Result<()> {
        self.write_shapes(name, table, cells, true, executor)
    }

    fn write_shapes(
        &mut self,
        name: &str,
        table: &ResultTable,
        places: &RawPlaces,
        on_grid: bool,
        executor: &dyn Executor,
    ) -> Result<()> {
        let grid = self.formats.grid.as_ref().filter(|_| on_grid);
        let placing = Placing { places, projection: self.formats.projection.as_ref(), grid };
        let asked =
            self.formats.holding(|format| format.places.filter(|_| grid.is_some() || !format.on_grid));
        let written = try_collect(executor, asked.len(), |i| {
            let (format, write) = asked[i];
            write(&self.place(&format.file(name))?, table, &placing)
        })?;
        for ((format, _), written) in asked.into_iter().zip(written) {
            self.record(&format.file(name), written);
        }
        Ok(())
    }

    /// Writes who lives in the cells, and what is there, in the formats that are asked for and take it, and in one that
    /// is read back.
    ///
    /// # Errors
    /// The machine's; a place outside the area of the projection.
    pub fn write_land_use(&mut self, name: &str, table: &ResultTable, cells: &RawPlaces) -> Result<()> {
        let rows = self.formats.holding_or(TableFormat::Csv, |format| format.rows.and(format.places));
        let more =
            self.formats.holding(|format| format.places.filter(|_| format.cells && format.rows.is_none()));
        for (format, write) in rows.into_iter().chain(more) {
            let name = format.file(name);
            let placing = Placing { places: cells, projection: self.formats.projection.as_ref(), grid: None };
            let written = write(&self.place(&name)?, table, &placing)?;
            self.record(&name, written);
        }
        Ok(())
    }

    /// Writes a table without shapes in each of these formats.
    ///
    /// # Errors
    /// The machine's.
    pub fn write_rows(
        &mut self,
        name: &str,
        table: &ResultTable,
        formats: Vec<(TableFormat, WriteRows)>,
    ) -> Result<()> {
        for (format, write) in formats {
            self.write(&format.file(name), |out| write(table, out))?;
        }
        Ok(())
    }

    /// Remembers a file that was written by other means, at [`OutputFolder::place`].
    pub fn record(&mut self, name: &str, written: WrittenFile) {
        self.written.insert(name.to_string(), written);
    }

    /// What the manifest would say now, for those who write of it.
    pub fn manifest(&self, manifest: &Manifest) -> Value {
        manifest.value(&self.written)
    }

    /// Puts the new results, and their manifest, in the place of those of the run before; what that run alone wrote is
    /// taken away. Returns those of its files that stay: they were changed since.
    ///
    /// # Errors
    /// As [`Swap::commit`].
    pub fn finish(self, manifest: &Manifest) -> Result<Vec<String>> {
        write_manifest(&self.swap, &self.manifest(manifest))?;
        let OutputFolder { swap, written, unlisted, earlier, .. } = self;
        let (mut stale, mut changed) = (Vec::new(), Vec::new());
        for file in earlier.into_iter().filter(|file| !written.contains_key(&file.path)) {
            // A manifest may have been written by anybody: what is not as it says is not ours.
            match swap::place(swap.root(), &file.path) {
                Ok(path) if is_still(&path, &file) => stale.push(file.path),
                Ok(path) if !path.exists() => {}
                _ => changed.push(file.path),
            }
        }
        let names = written.into_keys().chain(unlisted).chain([MANIFEST.to_string()]);
        swap.commit(names, stale)?;
        Ok(changed)
    }
}

fn write_manifest(swap: &Swap, manifest: &Value) -> Result<()> {
    staging::write_atomically(&swap.place(MANIFEST)?, |out| writeln!(out, "{manifest:#}"))?;
    Ok(())
}

/// Whether a file is as the manifest lists it.
fn is_still(path: &Path, listed: &InputFile) -> bool {
    let size = std::fs::symlink_metadata(path).map(|file| if file.is_file() { file.len() } else { u64::MAX });
    let same_size = size.is_ok_and(|bytes| bytes == listed.bytes);
    same_size && InputFile::read(&listed.path, path).is_ok_and(|found| found.blake3 == listed.blake3)
}

/// Puts one more file, or one file anew, into a finished folder and its manifest, both at once. `make` is told what the
/// manifest says of the others.
///
/// # Errors
/// As [`Recorded::read`](super::manifest::Recorded::read), and those of `make`.
pub fn add(root: &Path, name: &str, make: impl FnOnce(&Value) -> Result<String>) -> Result<()> {
    if !root.is_dir() {
        manifest::read(root)?;
    }
    // Finishes what was cut off, and keeps others out until this is done.
    let swap = Swap::begin(root, "isokron report")?;
    let mut manifest = manifest::read(root)?;
    let outputs = manifest["outputs"].as_array_mut().expect("read tells that they are there");
    outputs.retain(|file| file["path"] != name);
    let text = make(&manifest)?;
    let written = staging::write_atomically(&swap.place(name)?, |out| out.write_all(text.as_bytes()))?;
    let outputs = manifest["outputs"].as_array_mut().expect("read tells that they are there");
    outputs.push(manifest::listed(name, written.bytes, &written.blake3));
    outputs.sort_by(|a, b| a["path"].as_str().cmp(&b["path"].as_str()));
    write_manifest(&swap, &manifest)?;
    swap.commit([name.to_string(), MANIFEST.to_string()], Vec::new())
}

/// The files that the manifest of an earlier run lists, as far as they are plain names within the folder.
///
/// # Errors
/// The manifest is not ours; the machine's.
pub fn earlier(root: &Path) -> Result<Vec<InputFile>> {
    let manifest = root.join(MANIFEST);
    let bytes = match std::fs::read(&manifest) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(&manifest, &error)),
    };
    let files = manifest::outputs(&bytes).ok_or_else(|| {
        Error::input(
            manifest.display().to_string(),
            "this manifest.json is not one of isokron's",
            "choose another output folder in the study, `[study] output`",
        )
    })?;
    Ok(files.into_iter().filter(|file| swap::is_plain(&file.path)).collect())
}

/// Temporary files of a crash, in the folder and the results' folders below it.
fn remove_leftovers(folder: &Path, depth: usize) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < 3 {
            remove_leftovers(&entry.path(), depth + 1)?;
        } else if kind.is_file() {
            staging::remove_leftover(&entry.path())?;
        }
    }
    Ok(())
}
