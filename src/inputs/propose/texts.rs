//! Paths and texts as a study has them.

use std::path::Path;

use crate::study::{split_layer, with_layer};

/// A path as seen from a folder, with `/`; absolute where there is no way.
pub(super) fn relative(path: &Path, folder: &Path) -> String {
    let (path, layer) = split_layer(path);
    let real =
        |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or(path.into());
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let (path, folder) = (real(&path), real(here));
    let shared = path.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let shown = if shared == 0 {
        path
    } else {
        let up = folder.components().skip(shared).map(|_| "..".as_ref());
        up.chain(path.components().skip(shared).map(|part| part.as_os_str())).collect()
    };
    with_layer(&shown, layer.as_deref()).to_string_lossy().replace('\\', "/")
}

/// A TOML text: JSON's escapes are among TOML's.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
