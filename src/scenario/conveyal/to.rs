//! A scenario → the JSON of Conveyal Analysis and R5, edit by edit where there is one that means the same.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::DAYS;
use crate::base::error::Problem;
use crate::scenario::edits::spec;
use crate::study::Scenario;

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdOf {
    Route,
    Stop,
    Trip,
}

/// A scenario as it is there.
#[derive(Debug)]
pub struct Exported {
    pub json: Value,
    /// Edits that are in it.
    pub written: usize,
    /// Edits that are not, and why.
    pub left_out: Vec<Problem>,
}

/// Why an edit cannot be written, and what to do.
pub type Not = (String, &'static str);

/// A modification.
pub type Translated = Result<Value, Not>;

/// `scoped`: an id as the study writes it → `feed:id`, or why that is not known.
pub fn exported(scenario: &Scenario, scoped: &dyn Fn(IdOf, &str) -> Result<String, String>) -> Exported {
    let mut ids = Ids { scoped, new: BTreeMap::new() };
    let (mut modifications, mut left_out, mut written) = (Vec::new(), Vec::new(), 0);
    for placed in &scenario.edits {
        match spec(&placed.edit).to_conveyal(&mut ids) {
            Ok(modification) => {
                modifications.push(modification);
                written += 1;
            }
            Err((what, remedy)) => {
                let what = format!("{}: {what}", placed.edit.kind());
                left_out.push(Problem::new(&placed.place, what, remedy));
            }
        }
    }
    let json = json!({ "description": scenario.name, "modifications": modifications });
    Exported { json, written, left_out }
}

/// Ids as they are there.
pub struct Ids<'a> {
    scoped: &'a dyn Fn(IdOf, &str) -> Result<String, String>,
    /// New stops of earlier edits, which have no ids there.
    pub(in crate::scenario) new: BTreeMap<String, Value>,
}

impl Ids<'_> {
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
