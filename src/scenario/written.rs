//! Studies and files of edits with all kinds of edits that there are; what is known of the kinds, for schema and docs.

use std::path::Path;

use super::conveyal::fields::Modification;
use super::edits::REGISTER;
use crate::base::error::{Problem, Result};
use crate::study::parse::{self, EditKind, EditKinds, KeyGroup, LaterKind};
use crate::study::{PlacedEdit, Study};

/// A kind of edit, and the modifications of Conveyal's that become edits of it.
#[derive(Debug)]
pub struct Registered {
    pub kind: EditKind,
    pub modifications: &'static [Modification],
}

/// All kinds, as parser, schema and docs know them.
pub static EDITS: &[&EditKind] = &kinds(REGISTER);

/// What the parser is given.
pub static EDIT_KINDS: EditKinds = EditKinds { kinds: EDITS, later: LATER_EDITS };

const fn kinds(register: &'static [&'static Registered]) -> [&'static EditKind; REGISTER.len()] {
    let mut kinds = [&register[0].kind; REGISTER.len()];
    let mut i = 0;
    while i < kinds.len() {
        kinds[i] = &register[i].kind;
        i += 1;
    }
    kinds
}

const fn later(name: &'static str, meaning: &'static str, needs: &'static str) -> LaterKind {
    LaterKind { name, meaning, needs, elsewhere: None }
}

/// One that Conveyal's scenarios have.
const fn later_too(
    name: &'static str,
    there: &'static str,
    meaning: &'static str,
    needs: &'static str,
) -> LaterKind {
    LaterKind { name, meaning, needs, elsewhere: Some(there) }
}

/// Kinds that wait for something.
pub static LATER_EDITS: &[LaterKind] = &[
    later_too("pickup_delay", "pickup-delay", "waiting for on-demand vehicles, by zone", "on-demand zones"),
    later("sun", "walks in the sun, from a raster", "rasters of shade"),
    later("set_docks", "new or closed docks of shared vehicles", "shared vehicles"),
    later("set_fares", "fares of a scenario", "fares"),
    later_too("set_fare_calculator", "set-fare-calculator", "fares of a scenario", "fares"),
    later("set_emissions", "emission factors of a scenario", "emissions"),
    later("set_parking", "parking and what it costs", "cars"),
];

/// Reads a study file; the files that it names must be there.
///
/// # Errors
/// `Error::Input` with every problem found.
pub fn read(path: &Path) -> Result<Study> {
    parse::read(path, EDIT_KINDS)
}

/// A study as far as it can be understood, and all that is wrong with it; what is wrong has its default.
///
/// # Errors
/// Where nothing can be known: there is no file, it is no text, or no TOML.
pub fn read_all(path: &Path) -> Result<(Study, Vec<Problem>)> {
    parse::read_all(path, EDIT_KINDS)
}

/// Makes a study of text. `file` is the name to show in messages, `folder` what its paths are relative to.
///
/// # Errors
/// `Error::Input` with every problem found.
pub fn parse(text: &str, file: &str, folder: &Path) -> Result<Study> {
    parse::parse(text, file, folder, EDIT_KINDS)
}

/// The edits of the text of a file of `[[edit]]` tables; `file` is the name to show.
///
/// # Errors
/// `Error::Input` with every problem found.
pub fn edits_of(text: &str, file: &str) -> Result<Vec<PlacedEdit>> {
    parse::edits_of(text, file, EDIT_KINDS)
}

/// What edits there are, their keys, and those to come, as Markdown tables.
pub fn edits_tables() -> String {
    let mut text = String::from("| kind | what it does | its keys |\n| --- | --- | --- |\n");
    let mut groups: Vec<&'static KeyGroup> = Vec::new();
    for kind in EDITS {
        let of: Vec<&str> = kind.groups.iter().map(|group| group.name).collect();
        text += &format!("| `{}` | {} | {} |\n", kind.name, kind.meaning, of.join(", "));
        for group in kind.all_groups() {
            if groups.iter().all(|known| known.name != group.name) {
                groups.push(group);
            }
        }
    }
    groups.sort_by_key(|group| EDIT_KINDS.find(group.name).is_some());
    text += "\n| keys | key | default | meaning |\n| --- | --- | --- | --- |\n";
    for group in groups {
        for key in group.keys {
            let default = key.default.shown();
            text += &format!("| {} | `{}` | {default} | {} |\n", group.name, key.name, key.meaning);
        }
    }
    text += "\n| not yet | what it would do | needs |\n| --- | --- | --- |\n";
    for kind in LATER_EDITS {
        text += &format!("| `{}` | {} | {} |\n", kind.name, kind.meaning, kind.needs);
    }
    text
}
