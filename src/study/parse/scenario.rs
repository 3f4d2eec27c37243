//! `[[scenario]]` and the files of edits that it includes → scenarios, and those that are run many times.

mod edits;
mod grid;
mod head;
mod vary;

use std::path::Path;

use toml::de::DeTable;

use super::tables::{several, unique};
use super::walk::TableReader;
use crate::study::{Attribute, MAX_SHAPLEY, Scenario, Search};
pub use edits::edits_of;
use edits::list_of_edits;
use head::head;

/// All scenarios of a study, and its searches.
pub(super) fn scenarios<'t>(
    walk: &mut TableReader<'t>,
    document: &DeTable<'t>,
    folder: &Path,
) -> (Vec<Scenario>, Vec<Search>) {
    let (mut scenarios, mut searches) = (Vec::new(), Vec::<Search>::new());
    let mut names = Vec::new();
    for (table, at) in several(document, "scenario") {
        let head = head(walk, table, at, folder);
        names.push(head.name.clone());
        if table.iter().any(|(key, _)| key.get_ref() == "vary") {
            if let Some(search) = vary::search(walk, table, at, head) {
                let variants = search.variants.iter().filter(|_| search.keep);
                scenarios.extend(variants.map(|variant| variant.scenario.clone()));
                searches.push(search);
            }
        } else {
            let own = list_of_edits(walk, table, Path::new(""));
            let scenario = head.with(own);
            enough_for_shares(walk, at, &scenario);
            scenarios.push(scenario);
        }
    }
    unique(walk, document, "scenario", names.iter().map(String::as_str));
    for (i, search) in searches.iter().enumerate() {
        let of_others = searches[..i].iter().flat_map(|other| &other.variants);
        let mut taken = names.iter().chain(of_others.map(|variant| &variant.scenario.name));
        let variant = |name: &&String| search.variants.iter().any(|own| own.scenario.name == **name);
        if let Some(name) = taken.find(variant) {
            let what = format!("has a variant called {name}, and so is another scenario");
            walk.wrong_at(&search.place, format!("scenario {} {what}", search.name), "rename one of the two");
        }
    }
    (scenarios, searches)
}

/// Shapley's shares take all subsets of the edits.
fn enough_for_shares(walk: &mut TableReader<'_>, at: usize, scenario: &Scenario) {
    let edits = scenario.edits.len();
    if scenario.attribute == Some(Attribute::Shapley) && edits > MAX_SHAPLEY {
        let what = format!(
            "scenario.attribute is \"shapley\", and there are {edits} edits: it takes {MAX_SHAPLEY} at most, for every subset is run"
        );
        walk.wrong(at, what, "write attribute = \"one_at_a_time\"");
    }
}
