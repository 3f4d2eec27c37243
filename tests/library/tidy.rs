//! The house's borders, kept by a test: folders use only those to their left, the inner ones touch no file, clock,
//! terminal or thread, and every file says what it is, stays short and leaves nothing half-done.

use std::fs;
use std::path::{Path, PathBuf};

mod circles;
mod names;

/// The folders of `src/`, left to right; each may use itself and those before it.
const ORDER: [&str; 11] = [
    "base", "study", "inputs", "network", "scenario", "routing", "measures", "engine", "outputs", "run",
    "cli",
];

/// These come from bytes or plain tables alone, and so compile everywhere.
const PURE: [&str; 5] = ["network", "scenario", "routing", "measures", "engine"];

/// What the pure folders must not name, and whose business it is.
const BANNED: [(&str, &str); 17] = [
    ("std::fs", "readers live in `inputs`, writers in `outputs`"),
    ("File", "readers live in `inputs`, writers in `outputs`"),
    ("std::io", "work on bytes and slices"),
    ("std::env", "take it as an argument"),
    ("std::process", "return an error"),
    ("std::net", "nothing here uses a network of that kind"),
    ("Instant", "whoever calls measures the time"),
    ("SystemTime", "whoever calls measures the time"),
    ("Timestamp::now", "results must not depend on the clock"),
    ("Zoned::now", "results must not depend on the clock"),
    ("println!", "return what is to be said"),
    ("eprintln!", "return what is to be said"),
    ("print!", "return what is to be said"),
    ("eprint!", "return what is to be said"),
    ("dbg!", "return what is to be said"),
    ("thread", "spread work by `base::executor::Executor`"),
    ("rayon", "spread work by `base::executor::Executor`"),
];

const LONGEST: usize = 700;

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for place in ["src", "tests", "benches"] {
        for path in rust_files(&root.join(place)) {
            let name = path.strip_prefix(root).expect("it lies below").to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).expect("a text file");
            faults.extend(check(&name, &text));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// The faults of one file, as `name:line: what`.
fn check(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !text.starts_with("//!") {
        faults.push(format!("{name}:1: no `//!` at the top that says what the file is"));
    }
    for mark in [concat!("TO", "DO"), concat!("FIX", "ME")] {
        for (line, _) in text.lines().enumerate().filter(|(_, line)| words(line).any(|word| word == mark)) {
            faults.push(format!("{name}:{}: {mark}: do it, or write an issue", line + 1));
        }
    }
    let Some(inside) = name.strip_prefix("src/") else { return faults };
    let lines = text.lines().count();
    if lines > LONGEST {
        faults.push(format!("{name}:{LONGEST}: {lines} lines, at most {LONGEST}: find the seam"));
    }
    let folder = inside.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    let Some(place) = ORDER.iter().position(|&known| known == folder) else {
        if !["lib", "main"].contains(&folder) {
            faults.push(format!(
                "{name}:1: folder `{folder}` has no place in the order of {}",
                ORDER.join(", ")
            ));
        }
        return faults;
    };
    let code = code_only(text);
    if !inside.starts_with("scenario/edits/") {
        faults.extend(named_edits(&code).into_iter().map(|(line, path)| {
            format!("{name}:{line}: names the edit `{path}`: a kind of edit is known by its register alone")
        }));
    }
    for (line, path) in crate_paths(&code) {
        let used = path.split("::").next().unwrap_or_default();
        let to_the_right = ORDER.iter().position(|&known| known == used).is_some_and(|at| at > place);
        // From the network on, of `inputs` only the plain tables.
        let reader = PURE.contains(&folder) && used == "inputs" && !path.starts_with("inputs::raw");
        if to_the_right || reader {
            let allowed: Vec<String> = ORDER[..=place]
                .iter()
                .map(|&f| if f == "inputs" && PURE.contains(&folder) { "inputs::raw" } else { f }.to_string())
                .collect();
            let allowed = allowed.join(", ");
            faults.push(format!("{name}:{line}: uses `crate::{path}`; `{folder}` may use: {allowed}"));
        }
    }
    if PURE.contains(&folder) || inside == "inputs/raw.rs" {
        // Unit tests may read files and print.
        let shipped = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for (line, content) in shipped.lines().enumerate() {
            for (banned, instead) in BANNED.iter().filter(|(banned, _)| has_word(content, banned)) {
                faults.push(format!("{name}:{}: `{banned}` in `{folder}`: {instead}", line + 1));
            }
        }
    }
    faults
}

/// Paths into the file of a kind of edit, with their lines: a second place that a new kind would have to change.
fn named_edits(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for (at, start) in code.match_indices("edits::") {
        let line = code[..at].matches('\n').count() + 1;
        let named = opened(&code[at + start.len()..]).into_iter().filter(|path| path.contains("::"));
        paths.extend(named.map(|path| (line, path)));
    }
    paths
}

/// Paths after `crate::` (and `super::super::` where it leads to a folder), with their lines; groups are opened.
fn crate_paths(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for start in ["crate::", "super::super::"] {
        for (at, _) in code.match_indices(start) {
            let line = code[..at].matches('\n').count() + 1;
            for path in opened(&code[at + start.len()..]) {
                let folder = path.split("::").next().unwrap_or_default();
                if start == "crate::" || ORDER.contains(&folder) {
                    paths.push((line, path));
                }
            }
        }
    }
    paths
}

/// The paths at the start of `rest`: one, or those of a `{…}` group, to two parts.
fn opened(rest: &str) -> Vec<String> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let rest = rest.trim_start();
    if !rest.starts_with('{') {
        let end = rest.find(|c: char| !is_path(c)).unwrap_or(rest.len());
        let (path, after) = rest.split_at(end);
        return match path.strip_suffix("::") {
            Some(folder) if after.starts_with('{') => {
                opened(after).into_iter().map(|inner| format!("{folder}::{inner}")).collect()
            }
            _ => vec![path.to_string()],
        };
    }
    let mut items = Vec::new();
    let (mut depth, mut begin) = (0, 1);
    for (at, c) in rest.char_indices() {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if (c == ',' && depth == 1) || (c == '}' && depth == 0) {
            items.extend(opened(&rest[begin..at]));
            begin = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// The text without comments and the insides of string literals; lines stay where they are.
fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if c == '"' {
            string_end(rest)
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            raw_string_end(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with("'\\\"'") {
            4
        } else {
            0
        };
        if skipped == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..skipped].chars().filter(|&c| c == '\n'));
            rest = &rest[skipped..];
        }
    }
    code
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// 0 where it is no raw string but a raw identifier.
fn raw_string_end(rest: &str) -> usize {
    let hashes = rest[1..].chars().take_while(|&c| c == '#').count();
    let body = 1 + hashes;
    if !rest[body..].starts_with('"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    rest[body + 1..].find(&close).map_or(rest.len(), |end| body + 1 + end + close.len())
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

/// Whether `word` stands in `line` and is not a part of a longer word.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let after = &line[at + word.len()..];
        !line[..at].ends_with(part) && !after.starts_with(part)
    })
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return files };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn faults_are_found() {
    let faults = |name: &str, text: &str| check(name, text).join("\n");
    let seen = faults("src/network/links.rs", "//! Links.\nuse crate::routing::sweep::X;\n");
    assert_eq!(
        seen,
        "src/network/links.rs:2: uses `crate::routing::sweep::X`; `network` may use: \
         base, study, inputs::raw, network"
    );
    let group = "//! T.\nuse crate::{\n    base::NONE,\n    outputs::{tables, geo},\n};\n";
    assert!(faults("src/routing/a.rs", group).contains("a.rs:2: uses `crate::outputs::tables`"));
    let reader = "//! T.\nuse crate::inputs::{gtfs::read, raw::RawFeed};\n";
    assert!(faults("src/measures/a.rs", reader).contains("`crate::inputs::gtfs::read`"));
    assert!(!faults("src/measures/a.rs", reader).contains("`crate::inputs::raw"));
    assert!(faults("src/study/a.rs", "//! T.\nfn f() { crate::run::go() }\n").contains("crate::run::go"));
    assert!(
        faults("src/network/a.rs", "//! T.\nuse super::super::cli::main;\n").contains("crate::cli::main")
    );
    assert!(
        faults("src/network/a.rs", "//! T.\nfn f() { println!(\"x\") }\n").contains("a.rs:2: `println!`")
    );
    assert!(faults("src/routing/a.rs", "//! T.\nuse rayon::prelude::*;\n").contains("Executor"));
    assert!(faults("src/measures/a.rs", "use std::fs::File;\n").contains("no `//!`"));
    let edit = "//! T.\nuse crate::scenario::edits::{spec, shift::Shift};\n";
    assert!(faults("src/engine/a.rs", edit).contains("a.rs:2: names the edit `shift::Shift`"));
    assert!(faults("src/attic/a.rs", "//! T.\n").contains("no place in the order"));
    assert!(faults("tests/a.rs", &format!("//! T.\n// {}: later\n", concat!("TO", "DO"))).contains("a.rs:2"));
    let long = "//! T.\n".repeat(LONGEST + 1);
    assert!(faults("src/run.rs", &long).contains("701 lines"));
}

#[test]
fn what_is_allowed_is_let_be() {
    let clean = |name: &str, text: &str| assert_eq!(check(name, text), Vec::<String>::new());
    clean("src/run.rs", "//! T.\nuse crate::{inputs::gtfs, outputs::tables};\nuse rayon::prelude::*;\n");
    clean("src/network/a.rs", "//! T.\nuse crate::inputs::raw::RawFeed;\nuse crate::study::Study;\n");
    clean("src/engine/a.rs", "//! T.\nuse crate::scenario::edits::{Target, spec};\n");
    clean("src/scenario/edits/a.rs", "//! T.\nuse crate::scenario::edits::shift::Shift;\n");
    // Words in comments and texts, parts of words, and unit tests are no faults.
    clean(
        "src/network/a.rs",
        "//! T.\n// crate::cli, std::fs, a File\nconst A: &str = \"crate::run \\\" File\";\n",
    );
    clean("src/network/a.rs", "//! T.\nconst A: &str = r#\"println! \"quoted\" File\"#;\nstruct FileName;\n");
    clean("src/routing/a.rs", "//! T.\n#[cfg(test)]\nmod tests {\n    fn f() { println!() }\n}\n");
    clean(
        "src/measures/a.rs",
        "//! T.\nfn f(c: char) -> bool { c == '\"' }\nfn g(threads: u32, x: &str) {}\n",
    );
}
