//! `manifest.json`: from what, with which parameters and by which version the results were made. It holds nothing
//! that differs between equal runs: no clock, threads, host or absolute path (those go to `run.log`).

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::staging::WrittenFile;
use super::swap;
use crate::base::error::{Error, Result, unread};
use crate::base::format::{self, PROGRAM};

/// What the licence of OpenStreetMap's data asks to be said.
pub const OSM_ATTRIBUTION: &str =
    "© OpenStreetMap contributors, Open Database Licence (ODbL) 1.0, https://www.openstreetmap.org/copyright";

/// An input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// As the study has it.
    pub path: String,
    pub bytes: u64,
    /// BLAKE3 of the contents, in hex.
    pub blake3: String,
}

impl InputFile {
    /// Reads and hashes the file at `path`, which the study calls `name`.
    pub fn read(name: &str, path: &Path) -> Result<Self> {
        let hashed = || -> io::Result<(u64, String)> {
            let mut hasher = blake3::Hasher::new();
            let bytes = io::copy(&mut std::fs::File::open(path)?, &mut hasher)?;
            Ok((bytes, hasher.finalize().to_hex().to_string()))
        };
        let (bytes, blake3) =
            hashed().map_err(|error| unread(name, &error, "check the path in the study"))?;
        Ok(InputFile { path: name.to_string(), bytes, blake3 })
    }
}

/// What the manifest of a finished run says, as far as it can be verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub version: String,
    /// That of the results.
    pub format: u64,
    pub parameters: Value,
    pub inputs: Vec<InputFile>,
    pub outputs: Vec<InputFile>,
}

impl Recorded {
    /// Reads the manifest of an output folder.
    ///
    /// # Errors
    /// There is none, or it is not one of ours.
    pub fn read(folder: &Path) -> Result<Recorded> {
        Recorded::parsed(&read(folder)?).ok_or_else(|| not_ours(folder))
    }

    fn parsed(manifest: &Value) -> Option<Recorded> {
        let text = |value: &Value| value.as_str().map(str::to_string);
        let files = |key: &str| manifest[key].as_array()?.iter().map(file).collect::<Option<Vec<_>>>();
        let outputs = files("outputs")?;
        // What leaves the folder is not looked at, whoever wrote the manifest.
        outputs.iter().all(|file| swap::is_plain(&file.path)).then_some(())?;
        Some(Recorded {
            version: text(&manifest["version"])?,
            format: manifest["format"].as_u64().unwrap_or(1),
            parameters: manifest["parameters"].clone(),
            inputs: files("inputs")?,
            outputs,
        })
    }
}

fn file(listed: &Value) -> Option<InputFile> {
    let text = |key: &str| listed[key].as_str().map(str::to_string);
    Some(InputFile { path: text("path")?, bytes: listed["bytes"].as_u64()?, blake3: text("blake3")? })
}

/// The files that a manifest lists, as far as it tells what they were; `None` if it is not ours.
pub(super) fn outputs(manifest: &[u8]) -> Option<Vec<InputFile>> {
    let manifest: Value = serde_json::from_slice(manifest).ok()?;
    (manifest["program"] == PROGRAM).then_some(())?;
    Some(manifest["outputs"].as_array()?.iter().filter_map(file).collect())
}

fn not_ours(folder: &Path) -> Error {
    let shown = folder.join("manifest.json").display().to_string();
    Error::input(shown, "this manifest.json is not one of isokron's", "")
}

/// The manifest of an output folder, with a list of outputs.
///
/// # Errors
/// There is none, it is not one of ours, or of a later isokron; a swap of its files was cut off.
pub fn read(folder: &Path) -> Result<Value> {
    swap::is_whole(folder)?;
    let path = folder.join("manifest.json");
    let shown = path.display().to_string();
    let text = std::fs::read(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Error::input(&shown, "there is no such file: no finished run", "isokron run STUDY")
        }
        _ => unread(&shown, &error, ""),
    })?;
    let manifest: Option<Value> = serde_json::from_slice(&text).ok();
    let is_ours = |manifest: &Value| manifest["program"] == PROGRAM && manifest["outputs"].is_array();
    let manifest = manifest.filter(is_ours).ok_or_else(|| not_ours(folder))?;
    format::known(&shown, manifest["format"].as_u64())?;
    Ok(manifest)
}

/// A file as the manifest lists it.
pub(super) fn listed(path: &str, bytes: u64, blake3: &str) -> Value {
    json!({ "path": path, "bytes": bytes, "blake3": blake3 })
}

/// What the manifest says beside the list of outputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    pub study: String,
    /// All keys of the study with their defaults resolved.
    pub parameters: Value,
    pub inputs: Vec<InputFile>,
    /// What the edits of each scenario changed.
    pub scenarios: Vec<Value>,
    /// Numbers that sum up the run: cells, stops, trips …
    pub counts: Map<String, Value>,
    pub warnings: Vec<String>,
    /// Whose data it is: [`OSM_ATTRIBUTION`], the feeds' agencies.
    pub attribution: Vec<String>,
}

impl Manifest {
    pub(super) fn value(&self, outputs: &BTreeMap<String, WrittenFile>) -> Value {
        let inputs: Vec<Value> = self.inputs.iter().map(|f| listed(&f.path, f.bytes, &f.blake3)).collect();
        let outputs: Vec<Value> = outputs.iter().map(|(path, w)| listed(path, w.bytes, &w.blake3)).collect();
        json!({
            "program": PROGRAM,
            "version": env!("CARGO_PKG_VERSION"),
            "format": format::RESULTS,
            "study": self.study,
            "parameters": self.parameters,
            "inputs": inputs,
            "outputs": outputs,
            "scenarios": self.scenarios,
            "counts": self.counts,
            "warnings": self.warnings,
            "attribution": self.attribution,
        })
    }
}
