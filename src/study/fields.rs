//! Fields of a study's types as plain values and back: what a key fills, a scenario changes and the manifest shows.

use std::path::PathBuf;

use crate::base::units::{SpeedMmPerS, clock, parse_clock};

/// A value of a key, of the key's shape.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyValue {
    Nothing,
    Flag(bool),
    Whole(i64),
    Number(f64),
    Text(String),
    List(Vec<KeyValue>),
}

/// A field that a key can fill.
pub trait Field {
    /// # Errors
    /// What is wrong with the value, though it has the key's shape.
    fn put(&mut self, value: &KeyValue) -> Result<(), String>;

    fn value(&self) -> KeyValue;
}

/// A choice of a few, each with its word.
pub trait Choice: Copy + PartialEq + 'static {
    const WORDS: &'static [&'static str];
    /// In the order of their words.
    const ALL: &'static [Self];

    fn word(self) -> &'static str {
        let found = Self::ALL.iter().zip(Self::WORDS).find(|(one, _)| **one == self);
        found.map_or("", |(_, word)| word)
    }
}

/// Key and field do not fit each other: a key's shape is chosen so that this never happens.
fn misfit<T>() -> Result<T, String> {
    Err("is not what this key holds".to_string())
}

impl Field for bool {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::Flag(flag) = value else { return misfit() };
        *self = *flag;
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::Flag(*self)
    }
}

impl Field for u32 {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::Whole(number) = value else { return misfit() };
        *self = u32::try_from(*number).map_err(|_| format!("is {number}"))?;
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::Whole(i64::from(*self))
    }
}

impl Field for f64 {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::Number(number) = value else { return misfit() };
        *self = *number;
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::Number(*self)
    }
}

impl Field for String {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::Text(text) = value else { return misfit() };
        self.clone_from(text);
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::Text(self.clone())
    }
}

impl Field for PathBuf {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::Text(path) = value else { return misfit() };
        *self = PathBuf::from(path);
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::Text(self.to_string_lossy().into_owned())
    }
}

/// In m/s.
impl Field for SpeedMmPerS {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::Number(mps) = value else { return misfit() };
        *self = SpeedMmPerS::from_mps(*mps).ok_or_else(|| format!("is {mps}"))?;
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::Number(f64::from(self.0) / 1000.0)
    }
}

/// A time of the day, s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeOfDay(pub u32);

impl Field for TimeOfDay {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::Text(text) = value else { return misfit() };
        let seconds = parse_clock(text).filter(|&seconds| seconds < 24 * 3600);
        let seconds = seconds.ok_or_else(|| format!("is \"{text}\", which is no time of the day"))?;
        *self = TimeOfDay(seconds as u32);
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::Text(clock(self.0 as i32))
    }
}

impl<T: Field + Default> Field for Option<T> {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        *self = match value {
            KeyValue::Nothing => None,
            value => Some(made(value)?),
        };
        Ok(())
    }

    fn value(&self) -> KeyValue {
        self.as_ref().map_or(KeyValue::Nothing, Field::value)
    }
}

impl<T: Field + Default> Field for Vec<T> {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::List(items) = value else { return misfit() };
        *self = items.iter().map(made).collect::<Result<_, _>>()?;
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::List(self.iter().map(Field::value).collect())
    }
}

impl<T: Choice> Field for T {
    fn put(&mut self, value: &KeyValue) -> Result<(), String> {
        let KeyValue::Text(word) = value else { return misfit() };
        let found = Self::ALL.iter().zip(Self::WORDS).find(|(_, known)| *known == word);
        *self = *found.ok_or_else(|| format!("is \"{word}\""))?.0;
        Ok(())
    }

    fn value(&self) -> KeyValue {
        KeyValue::Text(self.word().to_string())
    }
}

/// A field of its own for a value.
///
/// # Errors
/// As [`Field::put`].
pub fn made<T: Field + Default>(value: &KeyValue) -> Result<T, String> {
    let mut field = T::default();
    field.put(value)?;
    Ok(field)
}
