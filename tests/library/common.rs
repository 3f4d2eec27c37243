//! Where real data lies, if it is there.
use std::path::PathBuf;
/// `../shared/data/<rel>` or `$ISOKRON_DATA/<rel>`; says so when it is missing.
pub fn data(rel: &str) -> Option<PathBuf> {
    let base = std::env::var_os("ISOKRON_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let path = base.join(rel);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (set ISOKRON_DATA)", path.display());
    None
}
