//! `[network]` → what streets and timetables are read from, and how.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::tables::single;
use super::walk::{Section, TableReader};
use crate::base::near::nearest;
use crate::study::NetworkSpec;

pub(super) fn network<'t>(walk: &mut TableReader<'t>, document: &DeTable<'t>, output: &Path) -> NetworkSpec {
    let (table, at) = single(document, "network");
    let mut s = Section::open(walk, "network", table, at);
    let mut spec = NetworkSpec::default();
    s.fill(NetworkSpec::KEYS, &mut spec);
    spec.cache = s.text("cache").map_or_else(|| output.join("network"), PathBuf::from);
    if spec.osm.is_empty() && spec.gtfs.is_empty() && !s.has("osm") && !s.has("gtfs") {
        let (what, remedy) =
            ("network: neither osm nor gtfs is given", "name an OpenStreetMap extract, GTFS feeds, or both");
        match table {
            Some(_) => s.walk.wrong(at, what, remedy),
            None => s.walk.missing(what, remedy),
        }
    }
    let feeds: Vec<String> = spec.gtfs.iter().map(|path| feed_name(path)).collect();
    for (i, feed) in feeds.iter().enumerate() {
        if feeds[..i].contains(feed) {
            s.wrong("gtfs", format!("has two feeds called {feed}"), "rename one of the files");
        }
    }
    for feed in &spec.may_be_idle {
        if !feeds.contains(feed) {
            let near = nearest(feed, feeds.iter().map(String::as_str));
            let remedy = near.map_or(format!("the feeds are {}", feeds.join(", ")), |near| {
                format!("did you mean {near}?")
            });
            s.wrong("may_be_idle", format!("names \"{feed}\", which is no feed of this study"), remedy);
        }
    }
    spec
}

/// A feed's name: its file's without the ending.
pub(crate) fn feed_name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
