//! A table of keys and values as written, each with its place: what `[[measure]]` is before `measures`, which
//! knows the kinds and their parameters, has made sense of it.

use crate::base::place::Place;

/// One `[[measure]]` of a study, or one `--measure` of the command line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrittenMeasure {
    /// Where it stands: `study.toml:31:1`.
    pub place: Place,
    pub keys: Vec<WrittenKey>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WrittenKey {
    pub key: String,
    pub place: Place,
    pub value: WrittenValue,
}

#[derive(Clone, Debug, PartialEq)]
pub enum WrittenValue {
    Text(String),
    Number(f64),
    Flag(bool),
    List(Vec<WrittenValue>),
    /// What no key takes: "a date or time", "a table".
    Other(&'static str),
}

impl WrittenValue {
    /// What it is, for messages.
    pub fn what(&self) -> &'static str {
        match self {
            WrittenValue::Text(_) => "a text",
            WrittenValue::Number(_) => "a number",
            WrittenValue::Flag(_) => "true or false",
            WrittenValue::List(_) => "a list",
            WrittenValue::Other(what) => what,
        }
    }
}
