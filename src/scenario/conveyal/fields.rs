//! Fields of a modification, checked: each is read once, and what is never read is said.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::options::Options;
use crate::base::error::Problem;
use crate::base::units::clock;

/// These say nothing about times.
const FOR_SHOW: [&str; 6] = ["comment", "color", "id", "_id", "name", "entryId"];

pub struct ModificationFields<'a> {
    table: &'a Map<String, Value>,
    place: String,
    /// Before a field's name in messages: `frequencies[2].`.
    within: String,
    pub options: &'a Options,
    read: BTreeSet<&'static str>,
    pub wrong: Vec<Problem>,
    pub not_yet: Vec<Problem>,
    pub notes: Vec<String>,
}

impl<'a> ModificationFields<'a> {
    pub fn new(table: &'a Map<String, Value>, place: String, options: &'a Options) -> ModificationFields<'a> {
        ModificationFields {
            table,
            place,
            within: String::new(),
            options,
            read: BTreeSet::from(["type"]),
            wrong: Vec::new(),
            not_yet: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub fn wrong(&mut self, what: impl Into<String>, remedy: &str) {
        self.wrong.push(Problem::new(&self.place, what, remedy));
    }

    /// Right, but nothing of ours says the same.
    pub fn not_yet(&mut self, what: impl Into<String>, remedy: &str) {
        self.not_yet.push(Problem::new(&self.place, what, remedy));
    }

    pub fn note(&mut self, what: impl std::fmt::Display) {
        self.notes.push(format!("{}: {what}", self.place));
    }

    pub fn comment(&self) -> Option<&'a str> {
        self.table.get("comment").and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    /// Whatever was not asked for would be lost without a word.
    pub fn nothing_unread(&mut self) {
        let known = |key: &str| self.read.contains(key) || FOR_SHOW.contains(&key);
        let unread: Vec<&String> = self
            .table
            .iter()
            .filter(|(key, value)| !value.is_null() && !known(key))
            .map(|(key, _)| key)
            .collect();
        for key in unread {
            let what = format!("{}{key} has no counterpart here", self.within);
            self.not_yet(what, "take it out, if it does not matter");
        }
    }

    /// `null` is absent.
    fn get(&mut self, key: &'static str) -> Option<&'a Value> {
        self.read.insert(key);
        self.table.get(key).filter(|value| !value.is_null())
    }

    pub fn has(&self, key: &str) -> bool {
        self.table
            .get(key)
            .is_some_and(|value| !value.is_null() && value.as_array().is_none_or(|l| !l.is_empty()))
    }

    fn value<T>(
        &mut self,
        key: &'static str,
        must_be: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(key)?;
        let read = read(value);
        if read.is_none() {
            self.wrong(format!("{}{key} is not {must_be}", self.within), "correct it");
        }
        read
    }

    fn missing(&mut self, key: &str) {
        self.wrong(format!("{}{key} is missing", self.within), "add it");
    }

    pub fn text(&mut self, key: &'static str) -> Option<&'a str> {
        self.value(key, "a text", Value::as_str)
    }

    pub fn flag(&mut self, key: &'static str, default: bool) -> bool {
        self.value(key, "true or false", Value::as_bool).unwrap_or(default)
    }

    pub fn number(&mut self, key: &'static str) -> Option<f64> {
        self.value(key, "a number", Value::as_f64)
    }

    pub fn whole(&mut self, key: &'static str) -> Option<i64> {
        self.value(key, "a whole number", whole)
    }

    pub fn must<T>(&mut self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.table.get(key).is_none_or(|value| value.is_null()) {
            self.missing(key);
        }
        value
    }

    /// A list; `None` where there is none.
    pub fn list<T>(
        &mut self,
        key: &'static str,
        must_be: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.value(key, must_be, |value| value.as_array()?.iter().map(&read).collect())
    }

    pub fn wholes(&mut self, key: &'static str) -> Option<Vec<u32>> {
        self.list(key, "a list of whole numbers from 0", |value| u32::try_from(whole(value)?).ok())
    }

    /// Ids as the study writes them.
    pub fn ids(&mut self, key: &'static str) -> Vec<String> {
        let ids = self.list(key, "a list of ids", Value::as_str).unwrap_or_default();
        ids.into_iter().map(|id| self.id(id)).collect()
    }

    /// `feed:id`, with the feed's name here.
    pub fn id(&self, id: &str) -> String {
        let renamed = id.split_once(':').and_then(|(feed, id)| {
            let (_, here) = self.options.feeds.iter().find(|(there, _)| there == feed)?;
            Some(format!("{here}:{id}"))
        });
        renamed.unwrap_or_else(|| id.to_string())
    }

    /// Objects of a list, each read by `each`.
    pub fn objects<T>(
        &mut self,
        key: &'static str,
        each: impl Fn(&mut ModificationFields<'a>) -> Option<T>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        for (i, table) in
            self.list(key, "a list of objects", Value::as_object).unwrap_or_default().iter().enumerate()
        {
            let mut inner = ModificationFields::new(table, self.place.clone(), self.options);
            inner.within = format!("{}{key}[{}].", self.within, i + 1);
            let one = each(&mut inner);
            if inner.wrong.is_empty() {
                inner.nothing_unread();
            }
            self.wrong.append(&mut inner.wrong);
            self.not_yet.append(&mut inner.not_yet);
            self.notes.append(&mut inner.notes);
            all.extend(one);
        }
        all
    }

    /// The name of a field within what is read, for messages.
    pub fn named(&self, key: &str) -> String {
        format!("{}{key}", self.within)
    }
}

/// A number without a fraction, `600` or `600.0`.
fn whole(value: &Value) -> Option<i64> {
    let float = || value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
    value.as_i64().or_else(|| float().map(|number| number as i64))
}

/// Longitude and latitude.
pub fn point(value: &Value) -> Option<[f64; 2]> {
    let [lon, lat] = value.as_array()?.as_slice() else { return None };
    Some([lon.as_f64()?, lat.as_f64()?])
}

/// One `[[edit]]`: keys with values in TOML.
pub struct EditToml {
    lines: Vec<String>,
}

impl EditToml {
    pub fn new(kind: &str) -> EditToml {
        EditToml { lines: vec![format!("kind = {}", quoted(kind))] }
    }

    pub fn put(mut self, key: &str, value: impl std::fmt::Display) -> EditToml {
        self.lines.push(format!("{key} = {value}"));
        self
    }

    /// The same edit where the value is `None`.
    pub fn maybe(self, key: &str, value: Option<impl std::fmt::Display>) -> EditToml {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    pub fn text(&self, comment: Option<&str>, number: usize, kind: &str) -> String {
        let said = comment.map_or(String::new(), |text| {
            format!(": {}", text.split(char::is_control).collect::<Vec<_>>().join(" "))
        });
        format!("# {number}, {kind}{said}\n[[edit]]\n{}\n\n", self.lines.join("\n"))
    }
}

/// A text in TOML.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

pub fn listed<T>(items: &[T], each: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(each).collect::<Vec<_>>().join(", "))
}

pub fn texts(items: &[String]) -> String {
    listed(items, |text| quoted(text))
}

pub fn time(seconds: i64) -> String {
    quoted(&clock(seconds.clamp(0, 1_000_000) as i32))
}

pub fn points(items: &[[f64; 2]]) -> String {
    listed(items, |[lon, lat]| format!("[{lon:?}, {lat:?}]"))
}

/// A type of modification, and what makes edits of one; it is given the modification's number in its file.
pub type Modification = (&'static str, fn(&mut ModificationFields<'_>, usize) -> Vec<EditToml>);
