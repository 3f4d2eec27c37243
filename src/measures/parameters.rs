//! What a user gave a measure or a decay, read key by key: values come out checked, and every mistake is kept
//! with its place.

use super::unit::Unit;
use crate::base::error::Problem;
use crate::base::near::nearest;
use crate::study::{WrittenKey, WrittenMeasure, WrittenValue};

/// A parameter: its name carries its unit.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub unset: Unset,
    pub meaning: &'static str,
}

/// What holds where a parameter is not given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unset {
    /// It must be.
    Must,
    /// What the words say.
    Words(&'static str),
    Number(f64),
    Word(&'static str),
}

pub const fn param(name: &'static str, unset: Unset, meaning: &'static str) -> Param {
    Param { name, unset, meaning }
}

impl Unset {
    /// For a table of parameters.
    pub fn shown(self) -> String {
        match self {
            Unset::Must => "(must be given)".to_string(),
            Unset::Words(words) => words.to_string(),
            Unset::Number(number) => format!("`{number}`"),
            Unset::Word(word) => format!("`\"{word}\"`"),
        }
    }
}

/// Which numbers a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParameterRange {
    AboveZero,
    ZeroOrMore,
    /// 0 < p ≤ 100.
    Percentile,
    /// 0 ≤ w ≤ 1.
    Weight,
}

impl ParameterRange {
    fn holds(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                ParameterRange::AboveZero => x > 0.0,
                ParameterRange::ZeroOrMore => x >= 0.0,
                ParameterRange::Percentile => x > 0.0 && x <= 100.0,
                ParameterRange::Weight => (0.0..=1.0).contains(&x),
            }
    }

    fn words(self) -> &'static str {
        match self {
            ParameterRange::AboveZero => "a number above 0",
            ParameterRange::ZeroOrMore => "a number, 0 or more",
            ParameterRange::Percentile => "a number above 0, up to 100",
            ParameterRange::Weight => "a number from 0 to 1",
        }
    }
}

/// One measure under way.
pub struct Parameters<'s> {
    spec: &'s WrittenMeasure,
    /// Keys are asked for as of minutes, and stand in the spec as of this.
    unit: &'s Unit,
    known: Vec<Param>,
    pub problems: Vec<Problem>,
}

impl<'s> Parameters<'s> {
    pub fn new(spec: &'s WrittenMeasure, unit: &'s Unit) -> Self {
        Parameters { spec, unit, known: Vec::new(), problems: Vec::new() }
    }

    /// These parameters may be read from now on.
    pub fn knows(&mut self, params: &[Param]) {
        self.known.extend_from_slice(params);
    }

    /// Reports the keys that nobody knows.
    pub fn check_keys(&mut self) {
        for written in &self.spec.keys {
            let known: Vec<_> = self.known.iter().map(|param| self.unit.key(param.name)).collect();
            if known.iter().all(|name| *name != written.key) {
                let remedy = match nearest(&written.key, known.iter().map(|name| &**name)) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("this measure knows: {}", known.join(", ")),
                };
                let what = format!("unknown key measure.{}", written.key);
                self.problems.push(Problem::new(&written.place, what, remedy));
            }
        }
        for (i, written) in self.spec.keys.iter().enumerate() {
            if self.spec.keys[..i].iter().any(|before| before.key == written.key) {
                self.wrong(&written.key, "is there twice", "leave out one of the two");
            }
        }
    }

    fn find(&self, key: &str) -> Option<&'s WrittenKey> {
        let key = self.unit.key(key);
        self.spec.keys.iter().find(|written| written.key == key)
    }

    fn unset(&self, key: &str) -> Unset {
        let param = self.known.iter().find(|param| param.name == key);
        debug_assert!(param.is_some(), "{key} is not among the parameters");
        param.map_or(Unset::Must, |param| param.unset)
    }

    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    pub fn wrong(&mut self, key: &str, what: impl AsRef<str>, remedy: impl Into<String>) {
        let place = self.find(key).map_or(&self.spec.place, |written| &written.place);
        let said =
            [format!("measure.{key} {}", what.as_ref()), remedy.into()].map(|text| self.unit.text(text));
        let [what, remedy] = said;
        self.problems.push(Problem::new(place, what, remedy));
    }

    fn missing(&mut self, key: &str, remedy: &str) {
        self.wrong(key, "is missing", format!("write {key} = {remedy}"));
    }

    /// A number; its default where it has one; `None` where it is absent or wrong.
    pub fn number(&mut self, key: &str, range: ParameterRange) -> Option<f64> {
        let Some(written) = self.find(key) else {
            return match self.unset(key) {
                Unset::Number(number) => Some(number),
                Unset::Must => {
                    self.missing(key, range.words());
                    None
                }
                _ => None,
            };
        };
        match &written.value {
            WrittenValue::Number(x) if range.holds(*x) => Some(*x),
            WrittenValue::Number(x) => {
                self.wrong(key, format!("is {x}"), format!("write {}", range.words()));
                None
            }
            other => {
                self.wrong(key, format!("is {}", other.what()), format!("write {}", range.words()));
                None
            }
        }
    }

    /// One or more numbers, none twice where they must differ; `None` where absent or wrong. A single number
    /// is a list of one.
    pub fn numbers(&mut self, key: &str, range: ParameterRange, apart: bool) -> Option<Vec<f64>> {
        let Some(written) = self.find(key) else {
            if self.unset(key) == Unset::Must {
                self.missing(key, &format!("a list, each {}", range.words()));
            }
            return None;
        };
        let single = std::slice::from_ref(&written.value);
        let items = if let WrittenValue::List(items) = &written.value { &items[..] } else { single };
        let mut numbers: Vec<f64> = Vec::new();
        for item in items {
            match item {
                WrittenValue::Number(x) if apart && numbers.contains(x) => {
                    self.wrong(key, format!("has {x} twice"), "leave out one of the two");
                    return None;
                }
                WrittenValue::Number(x) if range.holds(*x) => numbers.push(*x),
                other => {
                    let what = match other {
                        WrittenValue::Number(x) => x.to_string(),
                        other => other.what().to_string(),
                    };
                    self.wrong(key, format!("has {what}"), format!("each is {}", range.words()));
                    return None;
                }
            }
        }
        if numbers.is_empty() && key != "percentiles" {
            self.wrong(key, "is empty", "write at least one");
            return None;
        }
        Some(numbers)
    }

    pub fn text(&mut self, key: &str, example: &str) -> Option<String> {
        let Some(written) = self.find(key) else {
            match self.unset(key) {
                Unset::Word(word) => return Some(word.to_string()),
                Unset::Must => self.missing(key, example),
                _ => {}
            }
            return None;
        };
        match &written.value {
            WrittenValue::Text(text) if !text.trim().is_empty() => Some(text.clone()),
            other => {
                self.wrong(key, format!("is {}", other.what()), format!("write {key} = {example}"));
                None
            }
        }
    }

    /// One or more texts, none twice. A single one is a list of one.
    pub fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let written = self.find(key)?;
        let single = std::slice::from_ref(&written.value);
        let items = if let WrittenValue::List(items) = &written.value { &items[..] } else { single };
        let mut texts: Vec<String> = Vec::new();
        for item in items {
            match item {
                WrittenValue::Text(text) if !text.is_empty() && !texts.contains(text) => {
                    texts.push(text.clone())
                }
                WrittenValue::Text(text) => {
                    let what = if text.is_empty() { "an empty text".into() } else { format!("{text} twice") };
                    self.wrong(key, format!("has {what}"), "leave it out");
                    return None;
                }
                other => {
                    self.wrong(key, format!("has {}", other.what()), "write texts");
                    return None;
                }
            }
        }
        if texts.is_empty() {
            self.wrong(key, "is empty", "write at least one, or leave the key out");
            return None;
        }
        Some(texts)
    }

    /// One of a few words, by position; its default where it has one.
    pub fn choice(&mut self, key: &str, words: &[&str]) -> Option<usize> {
        let word = self.text(key, &format!("\"{}\"", words.join("\" or \"")))?;
        let found = words.iter().position(|known| *known == word);
        if found.is_none() {
            self.wrong(key, format!("is \"{word}\""), format!("write one of \"{}\"", words.join("\", \"")));
        }
        found
    }

    pub fn flag(&mut self, key: &str) -> bool {
        match self.find(key).map(|written| &written.value) {
            None => false,
            Some(WrittenValue::Flag(flag)) => *flag,
            Some(other) => {
                let what = format!("is {}", other.what());
                self.wrong(key, what, "write true or false");
                false
            }
        }
    }

    /// A list that must rise, and another of the same length; `None` where either is wrong.
    pub fn rising_pairs(
        &mut self,
        xs: &str,
        x: ParameterRange,
        ys: &str,
        y: ParameterRange,
    ) -> Option<Vec<(f64, f64)>> {
        let (at, values) = (self.numbers(xs, x, true), self.numbers(ys, y, false));
        let (at, values) = (at?, values?);
        if at.len() != values.len() {
            self.wrong(
                ys,
                format!("has {}, and {xs} has {}", values.len(), at.len()),
                "give as many of both",
            );
            return None;
        }
        if !at.is_sorted() {
            self.wrong(xs, "does not rise", "sort it");
            return None;
        }
        Some(at.into_iter().zip(values).collect())
    }
}
