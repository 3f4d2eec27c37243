//! The study that a bench is asked for: a given one, or a made-up one of a size.

use std::path::{Path, PathBuf};

use isokron::base::executor::Quiet;
use isokron::inputs::synth::{Size, Synth};
use isokron::outputs::feeds;

/// What `--size` takes.
pub fn size(name: &str) -> Option<Size> {
    Some(match name {
        "town" => Size::Town,
        "city" => Size::City,
        "stockholm" => Size::Stockholm,
        _ => return None,
    })
}

/// The file of the study that is given, or of one made in the folder `to`.
pub fn study(given: Option<&Path>, size: Size, to: &Path) -> Result<PathBuf, String> {
    if let Some(file) = given {
        return Ok(file.to_path_buf());
    }
    let region = Synth { size, seed: 1 }.make();
    feeds::write(&region, to, &Quiet).map_err(|error| error.to_string())?;
    Ok(to.join("study.toml"))
}
