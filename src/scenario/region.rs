//! The places that edits write, held to the region of the study.

use super::edit::spec;
use crate::base::error::Problem;
use crate::base::extent::Extent;
use crate::study::PlacedEdit;

/// What is wrong with the coordinates of edits, in their order: those that cannot be of the region. Of each list of
/// corners the first is said.
pub fn astray(edits: &[PlacedEdit], region: &Extent) -> Vec<Problem> {
    let mut problems = Vec::new();
    for placed in edits {
        for (name, places) in spec(&placed.edit).coordinates() {
            let mut wrong = places.iter().filter_map(|&place| Some((place, region.held(place).err()?)));
            let Some(((lon, lat), astray)) = wrong.next() else { continue };
            let others = match wrong.count() {
                0 => String::new(),
                more => format!(" (and {more} more of its {} corners do)", places.len()),
            };
            let what = format!("{}: {name} {lon}, {lat} {}{others}", placed.edit.kind(), astray.what);
            problems.push(Problem::new(&placed.place, what, astray.remedy));
        }
    }
    problems
}

/// Whether an edit writes any coordinates.
pub fn has_places(edits: &[PlacedEdit]) -> bool {
    edits.iter().any(|placed| !spec(&placed.edit).coordinates().is_empty())
}
