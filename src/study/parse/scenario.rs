//! `[[scenario]]` and the files of edits that it includes → scenarios.

mod edits;
mod kinds;
mod values;

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::walk::{Section, Walk, nearest, text};
use super::{several, single_list};
use crate::base::error::{Error, Result};
use crate::study::{PlacedEdit, Scenario};
pub(super) use kinds::keys_of;
pub use kinds::{EDITS, EditKind, LATER_EDITS, LaterKind, TABLES, edits_tables};

/// All scenarios of a study.
pub(super) fn scenarios<'t>(walk: &mut Walk<'t>, document: &DeTable<'t>, folder: &Path) -> Vec<Scenario> {
    several(document, "scenario").map(|(table, at)| scenario(walk, table, at, folder)).collect()
}

fn scenario<'t>(walk: &mut Walk<'t>, table: &DeTable<'t>, at: usize, folder: &Path) -> Scenario {
    let place = walk.place(at);
    let mut s = Section::open(walk, "scenario", Some(table), at);
    let name = s.name();
    if name == "base" {
        s.wrong("name", "is \"base\", which is the study without edits", "choose another name");
    }
    let include = s.files("include");
    let at_include = s.at("include");
    if !s.has("include") && !s.has("edit") {
        s.walk.wrong(at, "scenario: there is neither edit nor include", "write [[scenario.edit]] tables");
    }
    let mut edits = Vec::new();
    for file in &include {
        edits.extend(included(walk, at_include, file, folder));
    }
    edits.extend(list_of_edits(walk, table, Path::new("")));
    Scenario { name, place, include, edits }
}

/// The edits of one table's `edit`, in the order in which they stand.
fn list_of_edits<'t>(walk: &mut Walk<'t>, table: &DeTable<'t>, base: &Path) -> Vec<PlacedEdit> {
    if let Err(at) = single_list(table, "edit") {
        walk.wrong(
            at,
            "edit is not a list of tables",
            "write [[scenario.edit]], in a file of edits [[edit]]",
        );
    }
    several(table, "edit").filter_map(|(table, at)| edit(walk, table, at, base)).collect()
}

/// The edits of a file; what is wrong in it is said with its own lines.
fn included(walk: &mut Walk<'_>, at: usize, file: &Path, folder: &Path) -> Vec<PlacedEdit> {
    // A missing file is reported with all others that the study names.
    let Ok(bytes) = std::fs::read(folder.join(file)) else { return Vec::new() };
    let Ok(text) = String::from_utf8(bytes) else {
        walk.wrong(at, format!("{} is not UTF-8", file.display()), "save it as UTF-8");
        return Vec::new();
    };
    let (text, shown) = (text.strip_prefix('\u{feff}').unwrap_or(&text), super::shown(file));
    let mut inner = Walk::new(text, &shown);
    let edits = file_of_edits(&mut inner, text, file.parent().unwrap_or(Path::new("")));
    let named = std::mem::take(&mut inner.files);
    walk.adopt(at, inner.problems());
    walk.files.extend(named);
    edits
}

/// The edits of a file's text.
fn file_of_edits<'t>(walk: &mut Walk<'t>, text: &'t str, base: &Path) -> Vec<PlacedEdit> {
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        walk.wrong(at, format!("is not TOML: {}", error.message().replace('\n', "; ")), "correct this line");
    }
    if !errors.is_empty() {
        return Vec::new();
    }
    let document = document.get_ref();
    for (name, _) in document.iter().filter(|(name, _)| name.get_ref() != "edit") {
        let what = format!("{} is no [[edit]]", name.get_ref());
        walk.wrong(name.span().start, what, "this file is for [[edit]] tables alone");
    }
    if !document.iter().any(|(name, _)| name.get_ref() == "edit") {
        walk.missing("there is no [[edit]]", "write [[edit]] and kind = \"shift\", …");
    }
    list_of_edits(walk, document, base)
}

/// The edits of the text of a file of `[[edit]]` tables; `file` is the name to show.
///
/// # Errors
/// `Error::Input` with every problem found.
pub fn edits_of(text: &str, file: &str) -> Result<Vec<PlacedEdit>> {
    let mut walk = Walk::new(text, file);
    let edits = file_of_edits(&mut walk, text, Path::new(""));
    let problems = walk.problems();
    if problems.is_empty() { Ok(edits) } else { Err(Error::Input(problems)) }
}

fn edit<'t>(walk: &mut Walk<'t>, table: &DeTable<'t>, at: usize, base: &Path) -> Option<PlacedEdit> {
    let names = || EDITS.iter().map(|kind| kind.name);
    let found = table.iter().find(|(key, _)| key.get_ref() == "kind");
    let Some((_, value)) = found else {
        walk.wrong(
            at,
            "edit.kind is missing",
            format!("write one of {}", names().collect::<Vec<_>>().join(", ")),
        );
        return None;
    };
    let place = walk.place(at);
    let at_kind = value.span().start;
    let kind = match text(value.get_ref()) {
        Ok(kind) => kind,
        Err(what) => {
            walk.wrong(at_kind, format!("edit.kind {what}"), "write kind = \"shift\" or another");
            return None;
        }
    };
    if let Some(later) = LATER_EDITS.iter().find(|later| later.name == kind) {
        walk.wrong(
            at_kind,
            format!("edit.kind is \"{kind}\": not yet: needs {}", later.needs),
            "leave this edit out",
        );
        return None;
    }
    let Some(known) = EDITS.iter().find(|known| known.name == kind) else {
        let remedy = match nearest(&kind, names()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("the kinds are {}", names().collect::<Vec<_>>().join(", ")),
        };
        walk.wrong(at_kind, format!("edit.kind is \"{kind}\""), remedy);
        return None;
    };
    let mut s = Section::open(walk, known.name, Some(table), at);
    let edit = edits::edit(&mut s, known.name, base)?;
    Some(PlacedEdit { place, edit, written: values::json(&DeValue::Table(table.clone())).to_string() })
}

/// A path written in a file in folder `base`, seen from the study's folder.
fn below(base: &Path, file: PathBuf) -> PathBuf {
    if base.as_os_str().is_empty() { file } else { base.join(file) }
}
