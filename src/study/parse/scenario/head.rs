//! What a scenario has beside its own edits: its name, the edits of files that it includes, what is to be computed.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::edits::included;
use crate::base::place::Place;
use crate::study::parse::walk::{Section, TableReader};
use crate::study::{Attribute, PlacedEdit, Scenario};

/// What a scenario has beside its own edits.
#[derive(Clone)]
pub(super) struct ScenarioHead {
    pub name: String,
    pub place: Place,
    pub include: Vec<PathBuf>,
    /// Those of the included files.
    pub edits: Vec<PlacedEdit>,
    pub attribute: Option<Attribute>,
    /// Of variants.
    pub keep: bool,
}

impl ScenarioHead {
    pub fn with(&self, own: Vec<PlacedEdit>) -> Scenario {
        let edits = self.edits.iter().cloned().chain(own).collect();
        let ScenarioHead { name, place, include, attribute, .. } = self;
        Scenario {
            name: name.clone(),
            place: place.clone(),
            include: include.clone(),
            edits,
            attribute: *attribute,
        }
    }
}

pub(super) fn head<'t>(
    walk: &mut TableReader<'t>,
    table: &DeTable<'t>,
    at: usize,
    folder: &Path,
) -> ScenarioHead {
    let place = walk.place(at);
    let mut s = Section::open(walk, "scenario", Some(table), at);
    let name = s.name();
    if name == "base" {
        s.wrong("name", "is \"base\", which is the study without edits", "choose another name");
    }
    let include = s.files("include");
    let at_include = s.at("include");
    if !s.has("include") && !s.has("edit") {
        s.walk.wrong(at, "scenario: there is neither edit nor include", "write [[scenario.edit]] tables");
    }
    let attribute = s.choice("attribute", &["one_at_a_time", "shapley"]);
    let attribute = attribute.map(|i| [Attribute::OneAtATime, Attribute::Shapley][i]);
    for (key, why) in [
        ("rank", "ranks variants"),
        ("greedy", "chooses among variants"),
        ("keep", "is of the tables of variants"),
    ] {
        if s.has(key) && !s.has("vary") {
            s.wrong(key, format!("{why}, and there are none"), "write [[scenario.vary]], or leave it out");
        }
    }
    if s.has("vary") && attribute.is_some() {
        s.wrong(
            "attribute",
            "stands beside vary",
            "leave out one of the two: attribution is of one scenario",
        );
    }
    let keep = s.flag("keep");
    let mut edits = Vec::new();
    for file in &include {
        edits.extend(included(walk, at_include, file, folder));
    }
    ScenarioHead { name, place, include, edits, attribute, keep }
}
