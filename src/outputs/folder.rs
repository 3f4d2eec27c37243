//! The output folder of a run: all files are written beside the results of the run before, and take their places
//! together at the end. So a folder with a manifest holds one run, whole.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::forms::Forms;
use super::manifest::{self, InputFile, Manifest};
use super::staging::{self, Staged, Written, failed};
use super::swap::{self, Swap};
use super::tables::ResultTable;
use super::{geo, gpkg};
use crate::base::error::{Error, Result};
use crate::base::executor::{Executor, try_collect};
use crate::inputs::raw::RawPlaces;

const MANIFEST: &str = "manifest.json";

/// An output folder that is being filled. Names in it are relative, with `/` between their parts.
pub struct OutputFolder {
    swap: Swap,
    written: BTreeMap<String, Written>,
    /// Files that the manifest does not list.
    unlisted: Vec<String>,
    /// What the manifest of an earlier run lists: gone at the end unless written anew.
    earlier: Vec<InputFile>,
    forms: Forms,
}

impl OutputFolder {
    /// Begins new results in a folder that was claimed for them.
    ///
    /// # Errors
    /// A `manifest.json` that is not ours is left alone and refused; the machine's errors name the path.
    pub fn over(swap: Swap, forms: Forms) -> Result<Self> {
        let earlier = earlier(swap.root())?;
        // Of versions that wrote beside the place.
        remove_leftovers(swap.root(), 0).map_err(|error| failed(swap.root(), &error))?;
        Ok(OutputFolder { swap, written: BTreeMap::new(), unlisted: Vec::new(), earlier, forms })
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

    /// The forms of tables by place.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Writes a table, a row a place, in all forms that are asked for, side by side: `name` and their endings.
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
        self.write_forms(name, table, places, false, executor)
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
        self.write_forms(name, table, cells, true, executor)
    }

    fn write_forms(
        &mut self,
        name: &str,
        table: &ResultTable,
        places: &RawPlaces,
        on_grid: bool,
        executor: &dyn Executor,
    ) -> Result<()> {
        let Forms { csv, parquet, geojson, gpkg, projection, .. } = &self.forms;
        let (projection, grid) = (projection.as_ref(), self.forms.grid.as_ref().filter(|_| on_grid));
        let in_csv = |path: &Path| staging::write_atomically(path, |out| table.write_csv(out));
        let in_parquet = |path: &Path| {
            staging::write_atomically(path, |out| geo::write_geoparquet(table, places, projection, out))
        };
        let in_geojson =
            |path: &Path| staging::write_atomically(path, |out| geo::write_geojson(table, places, out));
        let in_gpkg = |path: &Path| gpkg::write_places(path, table, places, projection);
        let in_tif = |path: &Path| grid.expect("only where there is one").write(path, table);
        type Form<'a> = (bool, &'a str, &'a (dyn Fn(&Path) -> Result<Written> + Sync));
        let all: [Form<'_>; 5] = [
            (*csv, "csv", &in_csv),
            (*parquet, "parquet", &in_parquet),
            (*geojson, "geojson", &in_geojson),
            (*gpkg, "gpkg", &in_gpkg),
            (grid.is_some(), "tif", &in_tif),
        ];
        let forms: Vec<(String, Form<'_>)> =
            all.into_iter().filter(|form| form.0).map(|form| (format!("{name}.{}", form.1), form)).collect();
        let written = try_collect(executor, forms.len(), |i| {
            let (name, (.., write)) = &forms[i];
            write(&self.place(name)?)
        })?;
        let names: Vec<String> = forms.into_iter().map(|(name, _)| name).collect();
        for (name, written) in names.iter().zip(written) {
            self.record(name, written);
        }
        Ok(())
    }

    pub fn write_geoparquet(&mut self, name: &str, table: &ResultTable, places: &RawPlaces) -> Result<()> {
        let (name, projection) = (format!("{name}.parquet"), self.forms.projection.as_ref());
        let path = self.place(&name)?;
        let written =
            staging::write_atomically(&path, |out| geo::write_geoparquet(table, places, projection, out))?;
        self.record(&name, written);
        Ok(())
    }

    pub fn write_geopackage(&mut self, name: &str, table: &ResultTable, places: &RawPlaces) -> Result<()> {
        let name = format!("{name}.gpkg");
        let written = gpkg::write_places(&self.place(&name)?, table, places, self.forms.projection.as_ref())?;
        self.record(&name, written);
        Ok(())
    }

    /// Remembers a file that was written by other means, at [`OutputFolder::place`].
    pub fn record(&mut self, name: &str, written: Written) {
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
