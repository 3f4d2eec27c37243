//! A scenario in the JSON of Conveyal Analysis and R5 → a file of `[[edit]]` tables.
//!
//! Modification by modification: each is translated, or it is said which one is not and why.

use serde_json::Value;

use super::fields::{EditToml, Modification, ModificationFields};
use super::options::Options;
use crate::base::error::{Error, Problem, Result};
use crate::scenario::edits::REGISTER;
use crate::scenario::written::{LATER_EDITS, edits_of};

/// Types that are translated.
fn known() -> impl Iterator<Item = &'static Modification> {
    REGISTER.iter().flat_map(|registered| registered.modifications)
}

fn names() -> String {
    known()
        .map(|known| known.0)
        .chain(LATER_EDITS.iter().filter_map(|later| later.elsewhere))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A scenario as it was read.
#[derive(Debug, Default)]
pub struct Imported {
    /// Of its modifications, this many are in `toml`.
    pub translated: usize,
    /// What was not translated, and why.
    pub left_out: Vec<Problem>,
    /// What means something else here, or nothing.
    pub notes: Vec<String>,
    /// The edits.
    pub toml: String,
}

/// Reads a scenario: an object with `modifications`, one that has it as `scenario`, or the modifications alone.
///
/// # Errors
/// `Error::Input` with all that is malformed: no JSON, fields of a wrong type or missing.
pub fn read(text: &str, file: &str, options: &Options) -> Result<Imported> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let place = format!("{file}:{}:{}", error.line(), error.column());
        Error::input(place, format!("is not JSON: {error}"), "give a scenario as Conveyal Analysis writes it")
    })?;
    let scenario = value.get("scenario").unwrap_or(&value);
    let list = scenario.get("modifications").unwrap_or(scenario).as_array().ok_or_else(|| {
        let remedy = "write { \"modifications\": [{ \"type\": \"add-trips\", … }] }";
        Error::input(file, "has no list of modifications", remedy)
    })?;
    let mut imported = Imported::default();
    if scenario.get("feedChecksums").and_then(Value::as_object).is_some_and(|sums| !sums.is_empty()) {
        imported.notes.push("feedChecksums: not looked at; see that the study's feeds are the same".into());
    }
    let mut wrong = Vec::new();
    for (i, value) in list.iter().enumerate() {
        modification(value, i + 1, file, options, &mut imported, &mut wrong);
    }
    if wrong.is_empty() { Ok(imported) } else { Err(Error::Input(wrong)) }
}

fn modification(
    value: &Value,
    number: usize,
    file: &str,
    options: &Options,
    imported: &mut Imported,
    wrong: &mut Vec<Problem>,
) {
    let kind = value.get("type").and_then(Value::as_str);
    let place = format!("{file}: modification {number} ({})", kind.unwrap_or("no type"));
    let Some(table) = value.as_object() else {
        wrong.push(Problem::new(place, "is no object", "write { \"type\": …, … }"));
        return;
    };
    let Some(kind) = kind else {
        wrong.push(Problem::new(place, "type is missing", format!("write one of {}", names())));
        return;
    };
    let mut fields = ModificationFields::new(table, place.clone(), options);
    let edits = edits(&mut fields, kind, number);
    if fields.wrong.is_empty() {
        fields.nothing_unread();
    }
    wrong.append(&mut fields.wrong);
    imported.notes.append(&mut fields.notes);
    if !fields.not_yet.is_empty() {
        imported.left_out.append(&mut fields.not_yet);
        return;
    }
    // Nothing of it runs on the day.
    if edits.is_empty() {
        return;
    }
    let mut text = String::new();
    for (e, edit) in edits.iter().enumerate() {
        text += &edit.text(fields.comment().filter(|_| e == 0), number, kind);
    }
    // What the study would say of it is said of the modification.
    match edits_of(&text, file) {
        Ok(_) => {
            imported.toml += &text;
            imported.translated += 1;
        }
        Err(Error::Input(problems)) if wrong.is_empty() => {
            wrong.extend(
                problems.into_iter().map(|problem| Problem { place: place.clone().into(), ..problem }),
            );
        }
        Err(_) => {}
    }
}

fn edits(m: &mut ModificationFields<'_>, kind: &str, number: usize) -> Vec<EditToml> {
    if let Some((_, translate)) = known().find(|known| known.0 == kind) {
        return translate(m, number);
    }
    match LATER_EDITS.iter().find(|later| later.elsewhere == Some(kind)) {
        Some(later) => m.not_yet(
            format!("is not supported yet: {} needs {}", later.meaning, later.needs),
            "leave it out",
        ),
        None => m.not_yet("is of a type that is not known", &format!("known are {}", names())),
    }
    Vec::new()
}
