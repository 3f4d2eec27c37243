//! What a key of the study is: its one declaration, from which the parser takes names, limits and defaults, `init` its
//! comments, the schema what editors check, the docs their table and the manifest its order.

use crate::study::fields::Field;

/// A day and a half: no walk, slack or journey is longer.
pub const MAX_SECONDS: u32 = 129_600;

/// What holds where a key is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It must be written.
    Required,
    /// Nothing, or what the words say.
    Absent(&'static str),
    /// What this other key of the section says.
    As(&'static str),
    /// This value, as TOML.
    Value(&'static str),
}

impl Fallback {
    /// For a table of keys.
    pub fn shown(self) -> String {
        match self {
            Fallback::Required => "(must be given)".to_string(),
            Fallback::Absent(words) | Fallback::As(words) => words.to_string(),
            Fallback::Value(text) => format!("`{text}`"),
        }
    }

    /// What holds instead, where that is no value.
    pub fn otherwise(self) -> Option<&'static str> {
        match self {
            Fallback::Absent(words) | Fallback::As(words) => Some(words),
            Fallback::Required | Fallback::Value(_) => None,
        }
    }
}

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A text that is not blank.
    Text,
    /// A name of `[a-z0-9_]+`.
    Name,
    /// The path of a file that must be there.
    File,
    /// A text of this form, as a regular expression.
    Form(&'static str),
    /// One of a few words.
    Words(&'static [&'static str]),
    /// An index of equity, or "all".
    Index,
    Flag,
    /// A whole number, from and to.
    Whole(i64, i64),
    /// A number, from and to.
    Number(f64, f64),
    /// A number above the first, up to the second.
    Above(f64, f64),
    /// A speed above 0, up to this, m/s; whole mm/s.
    Speed(f64),
    /// A number between the two, both excluded.
    Between(f64, f64),
    /// Any number of items.
    List(&'static Shape),
    /// One or more items.
    Filled(&'static Shape),
    /// So many items.
    Exactly(usize, &'static Shape),
    Either(&'static [Shape]),
    /// A table with the keys of this section, kind of edit, or table within one.
    Table(&'static str),
    /// A table with keys of any name.
    Map(&'static Shape),
    /// One of the kinds of edits.
    Edit,
    Any,
}

/// A key of the study file.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub section: &'static str,
    pub name: &'static str,
    pub takes: Shape,
    pub default: Fallback,
    /// A value as one would write it, as TOML.
    pub example: &'static str,
    pub meaning: &'static str,
}

/// A key that takes anything; [`Key::takes`] says less.
pub const fn key(
    section: &'static str,
    name: &'static str,
    default: Fallback,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    Key { section, name, takes: Shape::Any, default, example, meaning }
}

impl Key {
    pub const fn takes(self, takes: Shape) -> Key {
        Key { takes, ..self }
    }

    /// The same key in another section, with another default.
    pub const fn of(self, section: &'static str, default: Fallback) -> Key {
        Key { section, default, ..self }
    }

    /// With the field that it fills.
    pub const fn fills<S>(self, field: FieldOf<S>) -> Entry<S> {
        Entry { key: self, field: Some(field) }
    }

    /// The section's own code reads it, and writes it into the manifest.
    pub const fn apart<S>(self) -> Entry<S> {
        Entry { key: self, field: None }
    }
}

/// Where in a section's type a key's value lies.
pub type FieldOf<S> = fn(&mut S) -> &mut dyn Field;

/// A key of a section whose type is `S`.
pub struct Entry<S> {
    pub key: Key,
    pub field: Option<FieldOf<S>>,
}
