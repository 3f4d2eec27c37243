//! A scenario → the JSON of Conveyal Analysis and R5, edit by edit where there is one that means the same.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ids::{ConveyalIds, IdOf};
use crate::base::error::Problem;
use crate::scenario::edit::spec;
use crate::study::Scenario;

/// A scenario as it is there.
#[derive(Debug)]
pub struct Exported {
    pub json: Value,
    /// Edits that are in it.
    pub written: usize,
    /// Edits that are not, and why.
    pub left_out: Vec<Problem>,
}

/// `scoped`: an id as the study writes it → `feed:id`, or why that is not known.
pub fn exported(scenario: &Scenario, scoped: &dyn Fn(IdOf, &str) -> Result<String, String>) -> Exported {
    let mut ids = ConveyalIds { scoped, new: BTreeMap::new() };
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
