//! The output folder of a run: the old manifest goes first, the new one comes last, so that a folder with a
//! manifest is a finished one.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::forms::Forms;
use super::manifest::{self, Manifest, PROGRAM};
use super::staging::{self, Staged, Written, failed};
use super::tables::ResultTable;
use super::{geo, gpkg};
use crate::base::error::{Error, Result};
use crate::base::watch::{Watch, collect};
use crate::inputs::raw::RawPlaces;

const MANIFEST: &str = "manifest.json";

/// An output folder that is being filled. Names in it are relative, with `/` between their parts.
pub struct OutputFolder {
    root: PathBuf,
    written: BTreeMap<String, Written>,
    /// What the manifest of an earlier run listed: gone at the end unless written anew.
    earlier: Vec<String>,
    forms: Forms,
}

impl OutputFolder {
    /// Makes the folder if need be, takes away the manifest of an earlier run and what crashes left.
    ///
    /// # Errors
    /// A `manifest.json` that is not ours is left alone and refused; the machine's errors name the path.
    pub fn begin(root: &Path, forms: Forms) -> Result<Self> {
        std::fs::create_dir_all(root).map_err(|error| failed(root, &error))?;
        let manifest = root.join(MANIFEST);
        let earlier = match std::fs::read(&manifest) {
            Ok(bytes) => {
                let earlier = listed(&bytes).ok_or_else(|| {
                    Error::input(
                        manifest.display().to_string(),
                        "this manifest.json is not one of isokron's",
                        "choose another output folder in the study, `[study] output`",
                    )
                })?;
                std::fs::remove_file(&manifest).map_err(|error| failed(&manifest, &error))?;
                earlier
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed(&manifest, &error)),
        };
        remove_leftovers(root, 0).map_err(|error| failed(root, &error))?;
        Ok(OutputFolder { root: root.to_path_buf(), written: BTreeMap::new(), earlier, forms })
    }

    /// Where `name` stands or will stand.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes file `name` whole or not at all and remembers it for the manifest.
    pub fn write(&mut self, name: &str, write: impl FnOnce(&mut Staged) -> io::Result<()>) -> Result<()> {
        let written = staging::write_atomically(&self.path(name), write)?;
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
        watch: &dyn Watch,
    ) -> Result<()> {
        self.write_forms(name, table, places, false, watch)
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
        watch: &dyn Watch,
    ) -> Result<()> {
        self.write_forms(name, table, cells, true, watch)
    }

    fn write_forms(
        &mut self,
        name: &str,
        table: &ResultTable,
        places: &RawPlaces,
        on_grid: bool,
        watch: &dyn Watch,
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
        let written = collect(watch, forms.len(), |i| {
            let (name, (.., write)) = &forms[i];
            Some(write(&self.root.join(name)))
        });
        let names: Vec<String> = forms.into_iter().map(|(name, _)| name).collect();
        for (name, written) in names.iter().zip(written) {
            self.record(name, written.ok_or(Error::Stopped)??);
        }
        Ok(())
    }

    pub fn write_geoparquet(&mut self, name: &str, table: &ResultTable, places: &RawPlaces) -> Result<()> {
        let (name, projection) = (format!("{name}.parquet"), self.forms.projection.as_ref());
        let path = self.path(&name);
        let written =
            staging::write_atomically(&path, |out| geo::write_geoparquet(table, places, projection, out))?;
        self.record(&name, written);
        Ok(())
    }

    pub fn write_geopackage(&mut self, name: &str, table: &ResultTable, places: &RawPlaces) -> Result<()> {
        let name = format!("{name}.gpkg");
        let written = gpkg::write_places(&self.path(&name), table, places, self.forms.projection.as_ref())?;
        self.record(&name, written);
        Ok(())
    }

    /// Remembers a file that was written by other means, at [`OutputFolder::path`].
    pub fn record(&mut self, name: &str, written: Written) {
        self.written.insert(name.to_string(), written);
    }

    /// What the manifest would say now, for those who write of it.
    pub fn manifest(&self, manifest: &Manifest) -> Value {
        manifest.value(&self.written)
    }

    /// Takes away results of an earlier run that this one did not write, then writes the manifest.
    pub fn finish(self, manifest: &Manifest) -> Result<()> {
        for name in self.earlier.iter().filter(|name| !self.written.contains_key(*name)) {
            let path = self.path(name);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&path, &error)),
                _ => {}
            }
        }
        write_manifest(&self.root, &self.manifest(manifest))
    }
}

fn write_manifest(root: &Path, manifest: &Value) -> Result<()> {
    staging::write_atomically(&root.join(MANIFEST), |out| writeln!(out, "{manifest:#}"))?;
    Ok(())
}

/// Puts one more file, or one file anew, into a finished folder and its manifest. `make` is told what the manifest
/// says of the others.
///
/// # Errors
/// As [`Recorded::read`](super::manifest::Recorded::read), and those of `make`.
pub fn add(root: &Path, name: &str, make: impl FnOnce(&Value) -> Result<String>) -> Result<()> {
    let mut manifest = manifest::read(root)?;
    let outputs = manifest["outputs"].as_array_mut().expect("read tells that they are there");
    outputs.retain(|file| file["path"] != name);
    let text = make(&manifest)?;
    let written = staging::write_atomically(&root.join(name), |out| out.write_all(text.as_bytes()))?;
    let outputs = manifest["outputs"].as_array_mut().expect("read tells that they are there");
    outputs.push(manifest::listed(name, written.bytes, &written.blake3));
    outputs.sort_by(|a, b| a["path"].as_str().cmp(&b["path"].as_str()));
    write_manifest(root, &manifest)
}

/// The outputs that one of our manifests lists; `None` if it is not ours. Names that leave the folder are skipped.
fn listed(bytes: &[u8]) -> Option<Vec<String>> {
    let manifest: Value = serde_json::from_slice(bytes).ok()?;
    (manifest["program"] == PROGRAM).then_some(())?;
    let names = manifest["outputs"].as_array()?.iter().filter_map(|output| output["path"].as_str());
    let inside = |name: &&str| Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    Some(names.filter(inside).map(str::to_string).collect())
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
