//! Tells the tests whether there is real data: `cfg(isokron_data)` in `$ISOKRON_DATA`, or in `../shared/data` where that
//! is not set. Without it such tests are ignored, by name. It looks again when the variable changes: to name a folder that
//! is not there would build everything anew each time.
//!
//! It also takes the names of functions out of the program (3.4 MB), unless that is built with debug information
//! (`CARGO_PROFILE_RELEASE_DEBUG=line-tables-only`). Benches keep theirs, by which `scripts/instructions` finds its loops:
//! `strip` in the profile would take them too, or have benches compile every crate once more.

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=ISOKRON_DATA");
    println!("cargo::rustc-check-cfg=cfg(isokron_data)");
    let root = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let data =
        env::var_os("ISOKRON_DATA").map_or_else(|| Path::new(&root).join("../shared/data"), PathBuf::from);
    if data.is_dir() {
        println!("cargo::rustc-cfg=isokron_data");
    }
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("DEBUG", "false") && is("CARGO_CFG_TARGET_OS", "linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,--strip-all");
    }
}
