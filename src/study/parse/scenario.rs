//! `[[scenario]]` and the files of edits that it includes → scenarios, and those that are run many times.

mod grid;
mod kinds;
mod values;
mod vary;

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::walk::{Section, TableReader, nearest, text};
use super::{several, single_list, syntax, unique};
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::study::{Attribute, MAX_SHAPLEY, PlacedEdit, Scenario, Search};
pub use kinds::{EVERY_EDIT, EditKind, EditKinds, KeyGroup, KeyTable, LaterKind};
pub(super) use values::json;

/// All scenarios of a study, and its searches.
pub(super) fn scenarios<'t>(
    walk: &mut TableReader<'t>,
    document: &DeTable<'t>,
    folder: &Path,
) -> (Vec<Scenario>, Vec<Search>) {
    let (mut scenarios, mut searches) = (Vec::new(), Vec::<Search>::new());
    let mut names = Vec::new();
    for (table, at) in several(document, "scenario") {
        let head = head(walk, table, at, folder);
        names.push(head.name.clone());
        if table.iter().any(|(key, _)| key.get_ref() == "vary") {
            if let Some(search) = vary::search(walk, table, at, head) {
                let variants = search.variants.iter().filter(|_| search.keep);
                scenarios.extend(variants.map(|variant| variant.scenario.clone()));
                searches.push(search);
            }
        } else {
            let own = list_of_edits(walk, table, Path::new(""));
            let scenario = head.with(own);
            enough_for_shares(walk, at, &scenario);
            scenarios.push(scenario);
        }
    }
    unique(walk, document, "scenario", names.iter().map(String::as_str));
    for (i, search) in searches.iter().enumerate() {
        let of_others = searches[..i].iter().flat_map(|other| &other.variants);
        let mut taken = names.iter().chain(of_others.map(|variant| &variant.scenario.name));
        let variant = |name: &&String| search.variants.iter().any(|own| own.scenario.name == **name);
        if let Some(name) = taken.find(variant) {
            let what = format!("has a variant called {name}, and so is another scenario");
            walk.wrong_at(&search.place, format!("scenario {} {what}", search.name), "rename one of the two");
        }
    }
    (scenarios, searches)
}

/// What a scenario has beside its own edits.
#[derive(Clone)]
struct Head {
    name: String,
    place: Place,
    include: Vec<PathBuf>,
    /// Those of the included files.
    edits: Vec<PlacedEdit>,
    attribute: Option<Attribute>,
    /// Of variants.
    keep: bool,
}

impl Head {
    fn with(&self, own: Vec<PlacedEdit>) -> Scenario {
        let edits = self.edits.iter().cloned().chain(own).collect();
        let Head { name, place, include, attribute, .. } = self;
        Scenario {
            name: name.clone(),
            place: place.clone(),
            include: include.clone(),
            edits,
            attribute: *attribute,
        }
    }
}

fn head<'t>(walk: &mut TableReader<'t>, table: &DeTable<'t>, at: usize, folder: &Path) -> Head {
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
    let attribute = s.choice("attribute", &["one_at_a_time", "shapley"]);
    let attribute = attribute.map(|i| [Attribute::OneAtATime, Attribute::Shapley][i]);
    for (key, why) in [
        ("rank", "ranks variants"),
        ("greedy", "chooses among variants"),
        ("keep", "is of the tables of variants"),
    ] {
        if s.has(key) && !s.has("vary") {
            s.wrong(key, format!("{why}, and there are none"), "write [[scenario.vary]], or leave it out");
        }
    }
    if s.has("vary") && attribute.is_some() {
        s.wrong(
            "attribute",
            "stands beside vary",
            "leave out one of the two: attribution is of one scenario",
        );
    }
    let keep = s.flag("keep");
    let mut edits = Vec::new();
    for file in &include {
        edits.extend(included(walk, at_include, file, folder));
    }
    Head { name, place, include, edits, attribute, keep }
}

/// Shapley's shares take all subsets of the edits.
fn enough_for_shares(walk: &mut TableReader<'_>, at: usize, scenario: &Scenario) {
    let edits = scenario.edits.len();
    if scenario.attribute == Some(Attribute::Shapley) && edits > MAX_SHAPLEY {
        let what = format!(
            "scenario.attribute is \"shapley\", and there are {edits} edits: it takes {MAX_SHAPLEY} at most, for every subset is run"
        );
        walk.wrong(at, what, "write attribute = \"one_at_a_time\"");
    }
}

/// The edits of one table's `edit`, in the order in which they stand.
fn list_of_edits<'t>(walk: &mut TableReader<'t>, table: &DeTable<'t>, base: &Path) -> Vec<PlacedEdit> {
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
fn included(walk: &mut TableReader<'_>, at: usize, file: &Path, folder: &Path) -> Vec<PlacedEdit> {
    // A missing file is reported with all others that the study names.
    let Ok(bytes) = std::fs::read(folder.join(file)) else { return Vec::new() };
    let Ok(text) = String::from_utf8(bytes) else {
        walk.wrong(at, format!("{} is not UTF-8", file.display()), "save it as UTF-8");
        return Vec::new();
    };
    let (text, shown) = (text.strip_prefix('\u{feff}').unwrap_or(&text), super::shown(file));
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

fn edit<'t>(walk: &mut TableReader<'t>, table: &DeTable<'t>, at: usize, base: &Path) -> Option<PlacedEdit> {
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
    Some(PlacedEdit { place, edit, written: values::json(&DeValue::Table(table.clone())).to_string() })
}
