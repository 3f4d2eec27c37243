//! Data files that lie in a folder: streets, feeds, and what may be tables of cells.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::base::error::{Error, Result};

/// Endings of tables of places.
const TABLES: [&str; 6] = ["csv", "tsv", "geojson", "parquet", "gpkg", "shp"];

/// Files by what they are, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesAround {
    pub osm: Vec<PathBuf>,
    pub gtfs: Vec<PathBuf>,
    /// By their ending; who reads them finds out.
    pub tables: Vec<PathBuf>,
}

/// Looks into a folder, not below it.
///
/// # Errors
/// The machine's.
pub fn look(folder: &Path) -> Result<FilesAround> {
    let failed = |error| Error::machine(folder.display().to_string(), error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        paths.extend(path.is_file().then_some(path));
    }
    paths.sort();
    let mut around = FilesAround::default();
    for path in paths {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match ending.as_str() {
            "pbf" => around.osm.push(path),
            "zip" if is_feed(&path) => around.gtfs.push(path),
            ending if TABLES.contains(&ending) => around.tables.push(path),
            _ => {}
        }
    }
    Ok(around)
}

/// Whether a zip file holds stops.txt, as every feed does.
fn is_feed(path: &Path) -> bool {
    let archive = File::open(path).ok().and_then(|file| zip::ZipArchive::new(file).ok());
    archive.is_some_and(|archive| {
        let is_stops = |name: &str| name == "stops.txt" || name.ends_with("/stops.txt");
        archive.file_names().any(is_stops)
    })
}
