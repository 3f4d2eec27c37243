//! A TOML table beside the list of its keys: values come out checked, and every mistake is kept with its
//! line and column. The kinds of edits stand here, too: a reader knows their keys, and each reads itself by a reader.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::edit_keys::{EVERY_EDIT, KeyGroup, KeyTable, LaterKind};
use super::known;
use super::value::{kind, number, quoted, text, whole};
use crate::base::error::Problem;
use crate::base::near::nearest;
use crate::base::place::{Place, Spot};
use crate::study::HeldEdit;
use crate::study::keys::{Fallback, Key, LATER, SECTIONS, Shape};

/// The text under way and what was wrong in it so far.
pub(crate) struct TableReader<'t> {
    /// As messages call it.
    file: &'t str,
    /// As one would open it.
    path: String,
    text: &'t str,
    unknown: Vec<(usize, Problem)>,
    wrong: Vec<(usize, Problem)>,
    /// Files that the study names, each with its place.
    pub files: Vec<(Place, PathBuf)>,
    /// What edits there may be.
    pub edits: EditKinds,
}

impl<'t> TableReader<'t> {
    /// `file`: as messages call it; `path`: as one would open it.
    pub fn new(text: &'t str, file: &'t str, path: &Path) -> Self {
        let path = path.strip_prefix(".").unwrap_or(path).display().to_string();
        let edits = EditKinds::default();
        TableReader { file, path, text, unknown: Vec::new(), wrong: Vec::new(), files: Vec::new(), edits }
    }

    /// The same, where there may be edits of these kinds.
    pub fn with_edits(self, edits: EditKinds) -> Self {
        TableReader { edits, ..self }
    }

    /// The keys of a section, a kind of edit, or a table within one.
    fn keys_of(&self, section: &str) -> Vec<&'static Key> {
        known::of_section(section).chain(self.edits.keys_of(section)).collect()
    }

    /// `file:line:column` of a byte offset.
    pub fn place(&self, at: usize) -> Place {
        let spot = Spot::of(self.path.clone(), self.text, at);
        Place::new(format!("{}:{}:{}", self.file, spot.line, spot.column), spot)
    }

    pub fn wrong(&mut self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        let problem = Problem::new(self.place(at), what, remedy);
        self.wrong.push((at, problem));
    }

    /// How many wrong values were found so far.
    pub fn wrongs(&self) -> usize {
        self.wrong.len()
    }

    /// As [`TableReader::wrong`], of something whose place is known already.
    pub fn wrong_at(&mut self, place: &Place, what: impl Into<String>, remedy: impl Into<String>) {
        self.wrong.push((usize::MAX, Problem::new(place, what, remedy)));
    }

    /// What `parse` finds wrong, apart from what was found before; files that it names are kept once.
    pub fn apart<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> (T, Vec<(usize, Problem)>) {
        let before = [std::mem::take(&mut self.unknown), std::mem::take(&mut self.wrong)];
        let files = self.files.len();
        let parsed = parse(self);
        for file in self.files.split_off(files) {
            if !self.files.contains(&file) {
                self.files.push(file);
            }
        }
        let [unknown, wrong] = before;
        let mut found = std::mem::replace(&mut self.unknown, unknown);
        found.append(&mut std::mem::replace(&mut self.wrong, wrong));
        (parsed, found)
    }

    /// Something that the file lacks altogether, and so has no line.
    pub fn missing(&mut self, what: &str, remedy: &str) {
        self.wrong.push((usize::MAX, Problem::new(self.file, what, remedy)));
    }

    /// Takes up what is wrong in a file that is named at `at`.
    pub fn adopt(&mut self, at: usize, problems: Vec<Problem>) {
        self.wrong.extend(problems.into_iter().map(|problem| (at, problem)));
    }

    /// Reports what is unknown or not done yet in the document's list of sections.
    pub fn check_sections(&mut self, document: &DeTable<'_>) {
        for (name, value) in document.iter() {
            let (at, name) = (name.span().start, name.get_ref().as_ref());
            match SECTIONS.iter().find(|section| section.0 == name) {
                Some((_, true)) if !value.get_ref().is_array() => {
                    self.wrong(at, format!("{name} is not a list"), format!("write [[{name}]]"));
                }
                Some((_, false)) if !value.get_ref().is_table() => {
                    self.wrong(at, format!("{name} is not a table"), format!("write [{name}] once"));
                }
                Some(_) => {}
                None => self.unknown(at, "", name, SECTIONS.iter().map(|section| section.0)),
            }
        }
    }

    fn unknown(
        &mut self,
        at: usize,
        section: &str,
        name: &str,
        known: impl Iterator<Item = &'static str> + Clone,
    ) {
        let full = if section.is_empty() { name.to_string() } else { format!("{section}.{name}") };
        let later = LATER.iter().find(|later| later.0 == section && later.1 == name);
        let later = later.map(|later| later.2).or_else(|| self.edits.later_key(section, name));
        let problem = match (later, nearest(name, known.clone())) {
            (Some(what), _) => Problem::new(
                self.place(at),
                format!("{full}: isokron does not do {what} yet"),
                "leave it out",
            ),
            (None, Some(near)) => {
                Problem::new(self.place(at), format!("unknown key {full}"), format!("did you mean {near}?"))
            }
            (None, None) => Problem::new(
                self.place(at),
                format!("unknown key {full}"),
                format!("known here: {}", known.collect::<Vec<_>>().join(", ")),
            ),
        };
        self.unknown.push((at, problem));
    }

    /// All problems: unknown keys first, each kind from top to bottom.
    pub fn problems(&mut self) -> Vec<Problem> {
        self.unknown.sort_by_key(|(at, _)| *at);
        self.wrong.sort_by_key(|(at, _)| *at);
        self.unknown.drain(..).chain(self.wrong.drain(..)).map(|(_, problem)| problem).collect()
    }
}

/// One section under way. Absent sections answer with defaults.
pub(crate) struct Section<'w, 't> {
    pub walk: &'w mut TableReader<'t>,
    pub name: &'static str,
    keys: Vec<&'static Key>,
    table: Option<&'w DeTable<'t>>,
    at: usize,
}

impl<'w, 't> Section<'w, 't> {
    /// Opens a section and reports its unknown keys.
    pub fn open(
        walk: &'w mut TableReader<'t>,
        name: &'static str,
        table: Option<&'w DeTable<'t>>,
        at: usize,
    ) -> Self {
        let keys = walk.keys_of(name);
        for (key, _) in table.into_iter().flat_map(|table| table.iter()) {
            if !keys.iter().any(|known| known.name == key.get_ref()) {
                let known = keys.iter().map(|key| key.name);
                walk.unknown(key.span().start, name, key.get_ref(), known);
            }
        }
        Section { walk, name, keys, table, at }
    }

    /// What is known of a key.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().copied().find(|key| key.name == name)
    }

    /// What a key takes.
    pub fn shape(&self, key: &str) -> Shape {
        self.key(key).map_or(Shape::Any, |key| key.takes)
    }

    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// What stands there.
    pub fn written(&self, key: &str) -> Option<&DeValue<'t>> {
        self.find(key).map(|value| value.get_ref())
    }

    /// Where the key's value stands; the section's own place if it does not.
    pub fn at(&self, key: &str) -> usize {
        self.find(key).map_or(self.at, |value| value.span().start)
    }

    fn find(&self, key: &str) -> Option<&'w toml::Spanned<DeValue<'t>>> {
        debug_assert!(self.key(key).is_some(), "{}.{key} is not in the register", self.name);
        self.table?.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    pub fn wrong(&mut self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let at = self.at(key);
        self.walk.wrong(at, format!("{}.{key} {}", self.name, what.into()), remedy);
    }

    /// The value as written or by default, through `read`; `None` where it is absent or wrong.
    pub fn read<T>(
        &mut self,
        key: &str,
        remedy: &str,
        read: impl Fn(&DeValue<'_>) -> Result<T, String>,
    ) -> Option<T> {
        let outcome = match (self.find(key), self.key(key)?.default) {
            (Some(value), _) => read(value.get_ref()),
            (None, Fallback::Value(text)) => read(DeValue::parse(text).expect("defaults are TOML").get_ref()),
            (None, Fallback::Required) => Err("is missing".into()),
            (None, Fallback::Absent(_) | Fallback::As(_)) => return None,
        };
        match outcome {
            Ok(value) => Some(value),
            // A section that is not there at all has no line; if it had to be, its keys say so.
            Err(what) if self.table.is_none() => {
                self.walk.missing(&format!("{}.{key} {what}", self.name), remedy);
                None
            }
            Err(what) => {
                self.wrong(key, what, remedy);
                None
            }
        }
    }

    pub fn text(&mut self, key: &str) -> Option<String> {
        let example = self.key(key)?.example;
        self.read(key, &format!("write {key} = {example}"), text)
    }

    /// A name of `[a-z0-9_]+`; empty where it is wrong.
    pub fn name(&mut self) -> String {
        self.get("name").unwrap_or_default()
    }

    /// One of a few words, by position.
    pub fn choice(&mut self, key: &str, words: &[&str]) -> Option<usize> {
        let remedy = format!("write one of {}", quoted(words));
        self.read(key, &remedy, |value| {
            let word = text(value)?;
            words.iter().position(|known| *known == word).ok_or(format!("is \"{word}\""))
        })
    }

    pub fn flag(&mut self, key: &str) -> bool {
        let read = |value: &DeValue<'_>| value.as_bool().ok_or_else(|| format!("is {}", kind(value)));
        self.read(key, "write true or false", read).unwrap_or_default()
    }

    /// A whole number in a range; `None` where it is absent or wrong.
    pub fn whole(&mut self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let remedy = format!("write a whole number from {} to {}", range.start(), range.end());
        self.read(key, &remedy, |value| whole(value, &range))
    }

    /// A number in a range; `None` where it is absent or wrong.
    pub fn number(&mut self, key: &str, range: RangeInclusive<f64>) -> Option<f64> {
        let remedy = format!("write a number from {} to {}", range.start(), range.end());
        self.read(key, &remedy, |value| number(value, &range))
    }

    /// A list, each item through `read`, none twice.
    pub fn list<T: PartialEq>(
        &mut self,
        key: &str,
        remedy: &str,
        read: impl Fn(&DeValue<'_>) -> Result<T, String>,
    ) -> Vec<T> {
        let all = |value: &DeValue<'_>| {
            let items = value.as_array().ok_or_else(|| format!("is {}, not a list", kind(value)))?;
            let mut list = Vec::new();
            for (i, item) in items.iter().enumerate() {
                let nth = |what: String| format!("[{}] {what}", i + 1);
                let item = read(item.get_ref()).map_err(nth)?;
                if list.contains(&item) {
                    return Err(nth("is there twice".into()));
                }
                list.push(item);
            }
            Ok(list)
        };
        self.read(key, remedy, all).unwrap_or_default()
    }

    pub fn texts(&mut self, key: &str) -> Vec<String> {
        let example = self.key(key).map_or("", |key| key.example);
        self.list(key, &format!("write a list of texts: {key} = {example}"), text)
    }

    /// A file that must be there when the study is read from disk.
    pub fn file(&mut self, key: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.text(key)?);
        let place = self.walk.place(self.at(key));
        self.walk.files.push((place, path.clone()));
        Some(path)
    }

    pub fn files(&mut self, key: &str) -> Vec<PathBuf> {
        let paths: Vec<PathBuf> = self.texts(key).into_iter().map(PathBuf::from).collect();
        let place = self.walk.place(self.at(key));
        self.walk.files.extend(paths.iter().map(|path| (place.clone(), path.clone())));
        paths
    }
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

/// All kinds of edits that a parser is to know; none by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct EditKinds {
    pub kinds: &'static [&'static EditKind],
    pub later: &'static [LaterKind],
}

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
    fn later_key(&self, kind: &str, key: &str) -> Option<&'static str> {
        let groups = self.find(kind)?.groups.iter();
        groups.flat_map(|group| group.later).find(|later| later.0 == key).map(|later| later.1)
    }
}
