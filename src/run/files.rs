//! Where the files of a study are.

use std::path::PathBuf;

use crate::study::Study;

/// Files of a study, from where we stand.
pub(super) fn paths(study: &Study, files: &[PathBuf]) -> Vec<PathBuf> {
    files.iter().map(|path| study.folder.join(path)).collect()
}
