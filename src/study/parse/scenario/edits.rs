//! `[[scenario.edit]]`, and `[[edit]]` of files → edits.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::base::error::{Error, Result};
use crate::base::near::nearest;
use crate::study::PlacedEdit;
use crate::study::parse::resolved::shown;
use crate::study::parse::syntax;
use crate::study::parse::tables::{several, single_list};
use crate::study::parse::value::{json, text};
use crate::study::parse::walk::{EditKinds, Section, TableReader};

/// The edits of one table's `edit`, in the order in which they stand.
pub(super) fn list_of_edits<'t>(
    walk: &mut TableReader<'t>,
    table: &DeTable<'t>,
    base: &Path,
) -> Vec<PlacedEdit> {
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
pub(super) fn included(walk: &mut TableReader<'_>, at: usize, file: &Path, folder: &Path) -> Vec<PlacedEdit> {
    // A missing file is reported with all others that the study names.
    let Ok(bytes) = std::fs::read(folder.join(file)) else { return Vec::new() };
    let Ok(text) = String::from_utf8(bytes) else {
        walk.wrong(at, format!("{} is not UTF-8", file.display()), "save it as UTF-8");
        return Vec::new();
    };
    let (text, shown) = (text.strip_prefix('\u{feff}').unwrap_or(&text), shown(file));
    let mut inner = TableReader::new(text, &shown, &folder.join(file)).with_edits(walk.edits);
    let edits = file_of_edits(&mut inner, text, file.parent().unwrap_or(Path::new("")));
    let named = std::mem::take(&mut inner.files);
    walk.adopt(at, inner.problems());
    walk.files.extend(named);
    edits
}

/// The edits of a file's text.
fn file_of_edits<'t>(walk: &mut TableReader<'t>, text: &'t str, base: &Path) -> Vec<PlacedEdit> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if syntax::told(walk, text, &errors) {
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
pub fn edits_of(text: &str, file: &str, edits: EditKinds) -> Result<Vec<PlacedEdit>> {
    let mut walk = TableReader::new(text, file, Path::new(file)).with_edits(edits);
    let edits = file_of_edits(&mut walk, text, Path::new(""));
    let problems = walk.problems();
    if problems.is_empty() { Ok(edits) } else { Err(Error::Input(problems)) }
}

pub(super) fn edit<'t>(
    walk: &mut TableReader<'t>,
    table: &DeTable<'t>,
    at: usize,
    base: &Path,
) -> Option<PlacedEdit> {
    let edits = walk.edits;
    let names = || edits.kinds.iter().map(|kind| kind.name);
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
    if let Some(later) = edits.later.iter().find(|later| later.name == kind) {
        walk.wrong(
            at_kind,
            format!("edit.kind is \"{kind}\": not yet: needs {}", later.needs),
            "leave this edit out",
        );
        return None;
    }
    let Some(known) = edits.find(&kind) else {
        let remedy = match nearest(&kind, names()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("the kinds are {}", names().collect::<Vec<_>>().join(", ")),
        };
        walk.wrong(at_kind, format!("edit.kind is \"{kind}\""), remedy);
        return None;
    };
    let mut s = Section::open(walk, known.name, Some(table), at);
    let edit = (known.read)(&mut s, base);
    Some(PlacedEdit { place, edit, written: json(&DeValue::Table(table.clone())).to_string() })
}
