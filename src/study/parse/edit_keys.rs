//! Keys of edits: in groups that kinds share, and in tables within them; kinds that wait for something.

use crate::study::keys::{Fallback, Key, Shape, key};

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

/// What all kinds have.
pub static EVERY_EDIT: KeyGroup = KeyGroup {
    name: "every edit",
    keys: &[key("every edit", "kind", Fallback::Required, "\"shift\"", "what it does").takes(Shape::Text)],
    tables: &[],
    later: &[],
};
