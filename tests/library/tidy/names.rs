//! One name, one meaning: no type is defined twice in `src/`, whether others see it or not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{code_only, rust_files};

/// Names that say what a type is to its file, and mean the same in each.
const IDIOMS: [(&str, &str); 2] = [
    ("Arguments", "what a subcommand takes: one a file of `cli`"),
    ("Options", "what a job takes: one a file of `run`, and that of Conveyal's scenarios"),
];

#[test]
fn no_two_types_have_one_name() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in rust_files(&src) {
        let name = path.strip_prefix(&src).expect("it lies below").to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).expect("a text file");
        for (line, of) in types(&text) {
            known.entry(of).or_default().push(format!("src/{name}:{line}"));
        }
    }
    let idiom = |name: &str| IDIOMS.iter().any(|(known, _)| *known == name);
    let doubles: Vec<String> = known
        .iter()
        .filter(|(name, places)| places.len() > 1 && !idiom(name))
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect();
    assert!(
        doubles.is_empty(),
        "{} names of types that mean more than one thing; call each by what sets it apart:\n{}",
        doubles.len(),
        doubles.join("\n")
    );
    for (name, _) in IDIOMS {
        let places = known.get(name).map_or(0, Vec::len);
        assert!(places > 1, "{name} is there {places} times: take it from the list of idioms");
    }
}

/// Types that a file defines, with their lines: those of its unit tests and associated ones are none.
fn types(text: &str) -> Vec<(usize, String)> {
    let code = code_only(text);
    let shipped = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let of_line = |(line, content): (usize, &str)| {
        let mut words = content.split_whitespace().skip_while(|word| word.starts_with("pub"));
        // `pub(in a::b)` is two words.
        let kind = words.by_ref().find(|word| !word.ends_with(')'))?;
        let is_type = match kind {
            "struct" | "enum" | "trait" | "union" => true,
            "type" => !content.starts_with(' '),
            _ => false,
        };
        let name = words.next().filter(|_| is_type)?;
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
        // In a macro it may have none of its own.
        (end > 0).then(|| (line + 1, name[..end].to_string()))
    };
    shipped.lines().enumerate().filter_map(of_line).collect()
}

#[test]
fn types_are_seen() {
    let text = "//! A\npub struct A<T>(T);\npub(in crate::b) enum B {\n    C,\n}\nimpl D for A {\n    type E = u8;\n}\n\
                type F = A;\n/// struct G\nfn h() {\n    struct I;\n}\n#[cfg(test)]\nmod tests {\n    struct J;\n}\n";
    let names: Vec<(usize, String)> = types(text);
    let expected = [(2, "A"), (3, "B"), (9, "F"), (12, "I")].map(|(line, name)| (line, name.to_string()));
    assert_eq!(names, expected);
}
