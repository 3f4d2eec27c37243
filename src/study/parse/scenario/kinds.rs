//! What the parser knows of edits: their kinds, each with its keys and what reads it. `scenario` has the list of them and
//! gives it to the parser, for it knows what edits do.

use std::path::Path;

use crate::study::HeldEdit;
use crate::study::keys::{Fallback, Key, Shape, key};
use crate::study::parse::walk::Section;

/// Keys that belong together; several kinds of edits may share them.
#[derive(Debug)]
pub struct KeyGroup {
    /// As the docs call it.
    pub name: &'static str,
    pub keys: &'static [Key],
    /// Tables that are values of these keys.
    pub tables: &'static [KeyTable],
    /// Keys that are not there yet, and what they would be.
    pub later: &'static [(&'static str, &'static str)],
}

/// A table within an edit.
#[derive(Debug)]
pub struct KeyTable {
    pub name: &'static str,
    pub keys: &'static [Key],
}

/// A kind of edit.
#[derive(Debug)]
pub struct EditKind {
    pub name: &'static str,
    pub meaning: &'static str,
    /// Beside [`EVERY_EDIT`].
    pub groups: &'static [&'static KeyGroup],
    /// Its table, which is opened already, and the folder of its file, seen from the study's → the edit. What is wrong
    /// is said, and has a value all the same.
    pub(crate) read: fn(&mut Section<'_, '_>, &Path) -> HeldEdit,
}

/// A kind that is refused with a word.
#[derive(Debug)]
pub struct LaterKind {
    pub name: &'static str,
    pub meaning: &'static str,
    /// What must be there first.
    pub needs: &'static str,
    /// What it is called in other tools' scenarios that are translated.
    pub elsewhere: Option<&'static str>,
}

/// All kinds of edits that a parser is to know; none by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct EditKinds {
    pub kinds: &'static [&'static EditKind],
    pub later: &'static [LaterKind],
}

/// What all kinds have.
pub static EVERY_EDIT: KeyGroup = KeyGroup {
    name: "every edit",
    keys: &[key("every edit", "kind", Fallback::Required, "\"shift\"", "what it does").takes(Shape::Text)],
    tables: &[],
    later: &[],
};

impl EditKind {
    /// Its groups of keys, that of every edit first.
    pub fn all_groups(&self) -> impl Iterator<Item = &'static KeyGroup> + use<> {
        std::iter::once(&EVERY_EDIT).chain(self.groups.iter().copied())
    }

    pub fn keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.all_groups().flat_map(|group| group.keys)
    }
}

impl EditKinds {
    pub fn find(&self, name: &str) -> Option<&'static EditKind> {
        self.kinds.iter().copied().find(|kind| kind.name == name)
    }

    /// The tables within edits, each once.
    pub fn tables(&self) -> Vec<&'static KeyTable> {
        let mut tables: Vec<&KeyTable> = Vec::new();
        for table in self.kinds.iter().flat_map(|kind| kind.groups).flat_map(|group| group.tables) {
            if tables.iter().all(|known| known.name != table.name) {
                tables.push(table);
            }
        }
        tables
    }

    /// The keys of a kind or of a table within one.
    pub fn keys_of(&self, name: &str) -> Vec<&'static Key> {
        if let Some(kind) = self.find(name) {
            return kind.keys().collect();
        }
        let table = self.tables().into_iter().find(|table| table.name == name);
        table.map_or(Vec::new(), |table| table.keys.iter().collect())
    }

    /// What a key that is not there yet would be.
    pub(in crate::study::parse) fn later_key(&self, kind: &str, key: &str) -> Option<&'static str> {
        let groups = self.find(kind)?.groups.iter();
        groups.flat_map(|group| group.later).find(|later| later.0 == key).map(|later| later.1)
    }
}
