//! Edits → modifications of Conveyal's: ids as they are there, and what cannot be written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::options::DAYS;

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdOf {
    Route,
    Stop,
    Trip,
}

/// Why an edit cannot be written, and what to do.
pub type Not = (String, &'static str);

/// A modification.
pub type Translated = Result<Value, Not>;

/// Ids as they are there.
pub struct ConveyalIds<'a> {
    pub(super) scoped: &'a dyn Fn(IdOf, &str) -> Result<String, String>,
    /// New stops of earlier edits, which have no ids there.
    pub(in crate::scenario) new: BTreeMap<String, Value>,
}

impl ConveyalIds<'_> {
    pub(in crate::scenario) fn one(&self, of: IdOf, id: &str) -> Result<String, Not> {
        (self.scoped)(of, id).map_err(|what| (what, "there only what is in a feed of the study can be named"))
    }

    pub(in crate::scenario) fn all(&self, of: IdOf, ids: &[String]) -> Result<Vec<String>, Not> {
        ids.iter().map(|id| self.one(of, id)).collect()
    }
}

/// A timetable that runs every day.
pub fn every_day(mut value: Value) -> Value {
    for day in DAYS {
        value[day] = json!(true);
    }
    value
}
