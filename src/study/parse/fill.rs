//! A section's table → the fields of its type, key by key as the register says: what a key takes, what holds without it,
//! and what to write instead of what is wrong.

use std::path::PathBuf;

use toml::de::DeValue;

use super::value::{integer, kind, number, quoted, text};
use super::walk::Section;
use crate::study::fields::{Field, KeyValue, made};
use crate::study::keys::shapes::LARGE;
use crate::study::keys::{Entry, Fallback, Key, Shape};

impl Section<'_, '_> {
    /// Fills the fields of all keys that have one. What is wrong is told, and leaves its field as it is.
    pub fn fill<S>(&mut self, entries: &[Entry<S>], spec: &mut S) {
        for Entry { key, field } in entries {
            // Destinations share the keys of cells, but for some.
            let Some(field) = field.filter(|_| self.key(key.name).is_some()) else { continue };
            match (self.value(key), key.default) {
                (Some(value), _) => {
                    if let Err(what) = field(spec).put(&value) {
                        self.wrong(key.name, what, remedy(key));
                    }
                }
                (None, Fallback::As(other)) => {
                    let other = entries.iter().find(|entry| entry.key.name == other);
                    let value = other.and_then(|other| other.field).map(|other| other(spec).value());
                    value.map(|value| field(spec).put(&value));
                }
                (None, _) => {}
            }
        }
    }

    /// Keys that are written, with their values; `scratch` shows whether their fields take them.
    pub fn values<S>(&mut self, entries: &[Entry<S>], scratch: &mut S) -> Vec<(&'static str, KeyValue)> {
        let mut values = Vec::new();
        for Entry { key, field } in entries {
            let Some(field) = field.filter(|_| self.has(key.name)) else { continue };
            let Some(value) = self.value(key) else { continue };
            match field(scratch).put(&value) {
                Ok(()) => values.push((key.name, value)),
                Err(what) => self.wrong(key.name, what, remedy(key)),
            }
        }
        values
    }

    /// What stands at a key that the section's own code reads, or its default.
    pub fn get<T: Field + Default>(&mut self, name: &str) -> Option<T> {
        let key = self.key(name)?;
        let value = self.value(key)?;
        match made(&value) {
            Ok(value) => Some(value),
            Err(what) => {
                self.wrong(name, what, remedy(key));
                None
            }
        }
    }

    /// One of a key's words, by position.
    pub fn word(&mut self, name: &str) -> Option<usize> {
        let Shape::Words(words) = self.key(name)?.takes else { return None };
        let word = self.get::<String>(name)?;
        words.iter().position(|known| *known == word)
    }

    /// The value of a key as it takes it; files are noted, to be looked for.
    fn value(&mut self, key: &Key) -> Option<KeyValue> {
        let value = self.read(key.name, &remedy(key), |value| checked(value, &key.takes))?;
        let files: Vec<&String> = match (&key.takes, &value) {
            (Shape::File, KeyValue::Text(file)) => vec![file],
            (Shape::List(Shape::File), KeyValue::List(files)) => files
                .iter()
                .filter_map(|file| if let KeyValue::Text(file) = file { Some(file) } else { None })
                .collect(),
            _ => Vec::new(),
        };
        let place = self.walk.place(self.at(key.name));
        self.walk.files.extend(files.into_iter().map(|file| (place.clone(), PathBuf::from(file))));
        Some(value)
    }
}

/// A value of a shape; or what is wrong with it.
fn checked(value: &DeValue<'_>, shape: &Shape) -> Result<KeyValue, String> {
    let in_range = |holds: &dyn Fn(f64) -> bool| {
        let number = number(value, &(f64::MIN..=f64::MAX))?;
        if holds(number) { Ok(KeyValue::Number(number)) } else { Err(format!("is {number}")) }
    };
    match shape {
        Shape::Text | Shape::File | Shape::Form(_) | Shape::Index => text(value).map(KeyValue::Text),
        Shape::Name => {
            let name = text(value)?;
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if name.chars().all(good) { Ok(KeyValue::Text(name)) } else { Err(format!("is \"{name}\"")) }
        }
        Shape::Words(words) => {
            let word = text(value)?;
            if words.contains(&word.as_str()) {
                Ok(KeyValue::Text(word))
            } else {
                Err(format!("is \"{word}\""))
            }
        }
        Shape::Flag => value.as_bool().map(KeyValue::Flag).ok_or_else(|| format!("is {}", kind(value))),
        Shape::Whole(from, to) => {
            let number = integer(value)?;
            let holds = |number: &i64| (*from..=*to).contains(number);
            let good = i64::try_from(number).ok().filter(holds);
            good.map(KeyValue::Whole).ok_or_else(|| format!("is {number}"))
        }
        Shape::Number(from, to) => in_range(&|x| (*from..=*to).contains(&x)),
        Shape::Above(from, to) => in_range(&|x| x > *from && x <= *to),
        Shape::Speed(most) => in_range(&|x| x > 0.0 && x <= *most),
        Shape::Between(from, to) => in_range(&|x| x > *from && x < *to),
        Shape::List(item) => items(value, item),
        Shape::Filled(item) => match items(value, item)? {
            KeyValue::List(items) if items.is_empty() => Err("is empty".into()),
            items => Ok(items),
        },
        Shape::Either(shapes) => {
            let mut outcome = Err("is nothing that this key takes".to_string());
            for shape in *shapes {
                outcome = outcome.or_else(|_| checked(value, shape));
            }
            outcome
        }
        // Tables and points have code of their own.
        Shape::Exactly(..) | Shape::Table(_) | Shape::Map(_) | Shape::Edit | Shape::Any => {
            Err(format!("is {}", kind(value)))
        }
    }
}

/// A list, none of its items twice.
fn items(value: &DeValue<'_>, item: &Shape) -> Result<KeyValue, String> {
    let values = value.as_array().ok_or_else(|| format!("is {}, not a list", kind(value)))?;
    let mut list = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let nth = |what: String| format!("[{}] {what}", i + 1);
        let item = checked(value.get_ref(), item).map_err(nth)?;
        if list.contains(&item) {
            return Err(nth("is there twice".into()));
        }
        list.push(item);
    }
    Ok(KeyValue::List(list))
}

/// What to write at a key.
pub(super) fn remedy(key: &Key) -> String {
    let Key { name, example, .. } = key;
    match key.takes {
        Shape::Text | Shape::File | Shape::Index | Shape::Form(_) => format!("write {name} = {example}"),
        Shape::Name => "use small letters a-z, digits and _ only".to_string(),
        Shape::Speed(most) => {
            format!("write m/s above 0, up to {most}, with at most three decimals: {name} = {example}")
        }
        Shape::List(Shape::Text | Shape::File | Shape::Index) => {
            format!("write a list of texts: {name} = {example}")
        }
        Shape::List(item) | Shape::Filled(item) => {
            format!("write {}, such as {example}", words(item, true))
        }
        shape => format!("write {}", words(&shape, false)),
    }
}

/// What a shape is, in words; many of it, or one.
fn words(shape: &Shape, many: bool) -> String {
    let of = |one: &str| if many { format!("{one}s") } else { format!("a {one}") };
    match *shape {
        Shape::Words(words) => format!("{} of {}", if many { "some" } else { "one" }, quoted(words)),
        Shape::Flag => "true or false".to_string(),
        Shape::Whole(from, to) if from == to => from.to_string(),
        Shape::Whole(from, to) => format!("{} from {from} to {to}", of("whole number")),
        Shape::Above(from, LARGE) => format!("{} above {from}", of("number")),
        Shape::Number(from, to) => format!("{} from {from} to {to}", of("number")),
        Shape::Above(from, to) => format!("{} above {from}, up to {to}", of("number")),
        Shape::Between(from, to) => format!("{} above {from} and below {to}", of("number")),
        Shape::Either(shapes) => {
            shapes.iter().map(|shape| words(shape, many)).collect::<Vec<_>>().join(", or ")
        }
        _ => of("value"),
    }
}
