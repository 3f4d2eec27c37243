//! A copy of the demo town that a test may spoil, and the program run in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

const FILES: [&str; 5] = ["study.toml", "cells.csv", "town.osm.pbf", "town_gtfs.zip", "town_ferry.zip"];

pub struct Town {
    folder: TempDir,
}

/// What the program returned and said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    #[track_caller]
    pub fn well(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }

    /// It ended with `code`, said nothing on standard output and all of `words` on standard error.
    #[track_caller]
    pub fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(self.out.is_empty(), "{}", self.out);
        assert!(self.err.starts_with("error: "), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in:\n{}", self.err);
        }
    }
}

pub fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/skargard")
}

impl Town {
    pub fn new() -> Town {
        let folder = tempfile::tempdir().unwrap();
        for file in FILES {
            fs::copy(fixture().join(file), folder.path().join(file)).unwrap();
        }
        Town { folder }
    }

    /// Its study asks for figures of equity without intervals, which are most of a run.
    pub fn without_intervals() -> Town {
        let town = Town::new();
        town.edit("study.toml", "[outputs]", "[equity]\nbootstrap = { replicates = 0 }\n[outputs]");
        town
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// Replaces the first `from`, which must be there.
    #[track_caller]
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "no {from:?} in {name}");
        self.write(name, text.replacen(from, to, 1));
    }

    /// Runs the program in the town's folder; `words` are split at blanks.
    pub fn isokron(&self, words: &str) -> Said {
        self.isokron_with(words, &[])
    }

    /// With environment variables.
    pub fn isokron_with(&self, words: &str, environment: &[(&str, &str)]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_isokron"))
            .args(words.split_whitespace())
            .current_dir(self.root())
            .env_remove("RAYON_NUM_THREADS")
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code().expect("no signal ended it"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// All files below `name`, by their names relative to it.
    pub fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        gather(&self.path(name), "", &mut files);
        files
    }

    /// Beside what was given there is nothing but whole parts of the network and what is known of them.
    #[track_caller]
    pub fn nothing_half_written(&self) {
        for name in self.files("").into_keys() {
            let given = FILES.contains(&name.as_str());
            let part = name.starts_with("out/network/")
                && (name.ends_with(".isokron")
                    || ["out/network/known.tsv", "out/network/told.txt"].contains(&name.as_str()));
            assert!(given || part, "{name} is left");
        }
    }

    /// A table of results without the columns that say whose it is.
    pub fn values(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut all = rows(&self.read(name));
        for row in &mut all {
            row.retain(|column, _| !["scenario", "profile", "period"].contains(&column.as_str()));
        }
        all
    }

    /// The tables of a feed.
    pub fn feed(&self, zip: &str) -> BTreeMap<String, String> {
        tables(&self.path(zip))
    }

    pub fn write_feed(&self, zip: &str, tables: &BTreeMap<String, String>) {
        let mut writer = zip::ZipWriter::new(fs::File::create(self.path(zip)).unwrap());
        for (name, text) in tables {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap();
    }
}

pub fn tables(zip: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    let number = archive.len();
    let table = |i| {
        let mut file = archive.by_index(i).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().to_string(), text)
    };
    (0..number).map(table).collect()
}

fn gather(folder: &Path, before: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{before}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            // A pipe would wait for a writer.
            let is_read = entry.path().is_file();
            files.insert(name, if is_read { fs::read(entry.path()).unwrap() } else { Vec::new() });
        }
    }
}

/// Rows of a CSV text by column name.
pub fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// Plain numbers that look random (Lehmer's generator of 1951 with Park and Miller's factor of 1993).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 as usize % n
    }
}
