//! No circles between files: who reads one can begin with what it uses. Types that several files of a folder share stand in
//! a file of their own, not in the `mod.rs` that calls those files.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::Path;

use super::{code_only, opened, rust_files};

/// Registers name all that is in them, and what is in them is of the register's type: what they use is not followed.
const REGISTERS: [(&str, &str); 5] = [
    ("cli/mod.rs", "a subcommand a file, each of which gives what all of them say"),
    ("measures/decay/mod.rs", "a decay function a file: `DECAYS`"),
    ("measures/equity/register.rs", "a family of indices a file: `FAMILIES`"),
    ("measures/kinds/mod.rs", "a measure a file: `MEASURES`"),
    ("scenario/edits/mod.rs", "a kind of edit a file: `REGISTER`"),
];

/// What one file uses of another: the line, and the path as it is meant.
struct Use {
    line: usize,
    path: String,
}

/// File below `src` → the files that it uses.
type Graph = BTreeMap<String, BTreeMap<String, Use>>;

#[test]
fn files_use_each_other_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let texts: BTreeMap<String, String> = rust_files(&src)
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&src).expect("it lies below").to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(path).expect("a text file"))
        })
        .collect();
    let mut graph = graph(&texts);
    for (register, _) in REGISTERS {
        assert!(
            graph.remove(register).is_some(),
            "{register} is not there: take it from the list of registers"
        );
    }
    let mut circles: Vec<String> = Vec::new();
    while let Some(files) = graph.keys().find_map(|file| circle(&graph, file)) {
        circles.push(told(&graph, &files));
        // One circle of each knot is enough to begin with.
        files.iter().for_each(|file| drop(graph.remove(file)));
    }
    assert!(
        circles.is_empty(),
        "{} circles between files; put what they share into a file of its own:\n{}",
        circles.len(),
        circles.join("\n")
    );
}

/// `a.rs:3 → b.rs (crate::b::X)`, once round.
fn told(graph: &Graph, files: &[String]) -> String {
    let next = files.iter().cycle().skip(1);
    let step = |(from, to): (&String, &String)| {
        let used = &graph[from][to];
        format!("  src/{from}:{} uses {to}: {}", used.line, used.path)
    };
    files.iter().zip(next).map(step).collect::<Vec<_>>().join("\n")
}

/// The shortest way from a file back to itself.
fn circle(graph: &Graph, start: &str) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(file) = next.pop_front() {
        for used in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if used == start {
                let mut way = vec![file.to_string()];
                let mut at = file;
                while at != start {
                    at = came_from[at];
                    way.push(at.to_string());
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(used.as_str()) {
                came_from.insert(used, file);
                next.push_back(used);
            }
        }
    }
    None
}

/// Which file uses which. Unit tests may use what they like.
fn graph(texts: &BTreeMap<String, String>) -> Graph {
    let modules: BTreeMap<Vec<&str>, &String> = texts.keys().map(|file| (module(file), file)).collect();
    let mut graph = Graph::new();
    for (file, text) in texts {
        let own = module(file);
        let code = code_only(text);
        let shipped = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let mut uses = BTreeMap::new();
        for (line, path) in paths(shipped, &own) {
            let longest = (1..=path.len()).rev().find_map(|parts| {
                let parts: Vec<&str> = path[..parts].iter().map(String::as_str).collect();
                modules.get(&parts)
            });
            if let Some(used) = longest.filter(|used| **used != file) {
                uses.entry((*used).clone())
                    .or_insert(Use { line, path: format!("crate::{}", path.join("::")) });
            }
        }
        graph.insert(file.clone(), uses);
    }
    graph
}

/// `routing/mod.rs` → `routing`; the crate's root has no parts.
fn module(file: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    if matches!(parts.last(), Some(&"mod")) || matches!(parts[..], ["lib" | "main"]) {
        parts.pop();
    }
    parts
}

/// The modules that are written out within a file, `mod name { … }`: where each begins and ends, and its name.
fn written_out(code: &str) -> Vec<(usize, usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("mod ") {
        let starts_a_line = code[..at].rsplit('\n').next().is_some_and(|before| !before.starts_with(' '));
        let Some((name, _)) = code[at + 4..].split_once(" {\n") else { continue };
        if starts_a_line && !name.contains('\n') {
            // What `cargo fmt` has laid out ends with a brace at the margin.
            let end = code[at..].find("\n}").map_or(code.len(), |end| at + end);
            found.push((at, end, name));
        }
    }
    found
}

/// All paths in the code of a module that begin with `crate`, `super`, `self` or a module within it, from the crate's root.
fn paths(code: &str, own: &[&str]) -> Vec<(usize, Vec<String>)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let within: Vec<&str> = code
        .lines()
        .filter_map(|line| line.strip_suffix(';')?.rsplit_once("mod ").map(|(_, name)| name))
        .filter(|name| name.chars().all(is_part))
        .collect();
    let written_out = written_out(code);
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("::") {
        let start = code[..at].rfind(|c| !is_part(c)).map_or(0, |before| before + 1);
        // Only the first part of a path; `pub(in crate::…)` uses nothing.
        if code[..start].ends_with("::") || code[..start].ends_with("in ") {
            continue;
        }
        let mut base: Vec<&str> = own.to_vec();
        let around = written_out.iter().filter(|(from, to, _)| (*from..*to).contains(&start));
        base.extend(around.map(|(_, _, name)| name));
        match &code[start..at] {
            "crate" => base.clear(),
            "self" => {}
            "super" => drop(base.pop()),
            first if within.contains(&first) => base.push(first),
            _ => continue,
        }
        let mut rest = &code[at + 2..];
        while let Some(further) = rest.strip_prefix("super::") {
            base.pop();
            rest = further;
        }
        let line = code[..at].matches('\n').count() + 1;
        for path in opened(rest) {
            let mut all: Vec<String> = base.iter().map(|part| part.to_string()).collect();
            all.extend(path.split("::").filter(|part| !["", "self"].contains(part)).map(String::from));
            paths.push((line, all));
        }
    }
    paths
}

#[test]
fn circles_are_found() {
    let graph = |files: &[(&str, &str)]| {
        graph(&files.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect())
    };
    let uses = |graph: &Graph, file: &str| graph[file].keys().cloned().collect::<Vec<_>>();
    let files = [
        ("lib.rs", "pub mod a;\n"),
        ("a/mod.rs", "mod b;\nmod c;\npub struct A;\nfn f() { b::g() }\n"),
        ("a/b.rs", "use super::{\n    c::{self, C},\n};\npub(in crate::a) struct B;\n"),
        ("a/c.rs", "// crate::a::A\n#[cfg(test)]\nmod tests {\n    use super::super::A;\n}\n"),
        (
            "a/d.rs",
            "use crate::a::A as Other;\nstruct D;\nmod within {\n    use super::D;\n    use super::super::c::C;\n}\n",
        ),
    ];
    let open = graph(&files);
    assert_eq!(uses(&open, "a/mod.rs"), ["a/b.rs"]);
    assert_eq!(uses(&open, "a/b.rs"), ["a/c.rs"]);
    assert_eq!(uses(&open, "a/c.rs"), [""; 0]);
    // What a module within a file has above it is that file.
    assert_eq!(uses(&open, "a/d.rs"), ["a/c.rs", "a/mod.rs"]);
    assert!(open.keys().all(|file| circle(&open, file).is_none()));
    // A type of the folder's own file closes it.
    let mut closed = files;
    closed[3].1 = "fn f(a: super::A) {}\n";
    let closed = graph(&closed);
    let found = circle(&closed, "a/b.rs").expect("b → c → mod → b");
    assert_eq!(found, ["a/b.rs", "a/c.rs", "a/mod.rs"]);
    assert!(told(&closed, &found).contains("  src/a/c.rs:1 uses a/mod.rs: crate::a::A\n"));
    assert!(circle(&closed, "a/d.rs").is_none(), "it leads there and is not in it");
}
