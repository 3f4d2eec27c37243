//! `cells.gpkg:layer` → the file and its layer: the one way to name a layer, wherever a file of places is named.

use std::path::{Path, PathBuf};

const ENDING: &str = ".gpkg";

/// The file itself, and the layer that is named after it.
pub fn split_layer(path: &Path) -> (PathBuf, Option<String>) {
    let found = path.to_str().and_then(|text| {
        let at = text.to_ascii_lowercase().rfind(&format!("{ENDING}:"))? + ENDING.len();
        Some((PathBuf::from(&text[..at]), text[at + 1..].to_string()))
    });
    match found {
        Some((file, layer)) if !layer.is_empty() => (file, Some(layer)),
        _ => (path.to_path_buf(), None),
    }
}

/// The path that names a layer of a file.
pub fn with_layer(file: &Path, layer: Option<&str>) -> PathBuf {
    match layer {
        Some(layer) => PathBuf::from(format!("{}:{layer}", file.display())),
        None => file.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_named_after_the_ending() {
        let of = |text: &str| {
            let (file, layer) = split_layer(Path::new(text));
            (file.display().to_string(), layer)
        };
        assert_eq!(of("a/b.gpkg"), ("a/b.gpkg".to_string(), None));
        assert_eq!(of("a/b.GPKG:rutor 250"), ("a/b.GPKG".to_string(), Some("rutor 250".to_string())));
        assert_eq!(of("C:\\b.csv"), ("C:\\b.csv".to_string(), None));
        assert_eq!(with_layer(Path::new("b.gpkg"), Some("x")), Path::new("b.gpkg:x"));
    }
}
