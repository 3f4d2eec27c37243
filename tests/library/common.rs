//! Where real data lies. `build.rs` looks in the same two places: tests that need any are ignored where there is none.

use std::path::PathBuf;

/// `$ISOKRON_DATA/<rel>`, or `../shared/data/<rel>` beside the repository.
#[track_caller]
pub fn data(rel: &str) -> PathBuf {
    let folder = std::env::var_os("ISOKRON_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(rel);
    assert!(path.exists(), "{rel} is not in {}: that folder of data is not whole", folder.display());
    path
}
