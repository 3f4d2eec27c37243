//! Other people: the edits of profiles, made one after the other.

use super::edit::{Target, spec};
use super::report::EditReport;
use super::said::WrongEdit;
use crate::base::error::{Error, Problem, Result};
use crate::study::{PlacedEdit, Profile};

/// Applies the edits that concern profiles, in their order; others are passed over. Names and modes stay, and so do
/// limits that an edit does not name: `max_walk_s` alone leaves direct walks as they were.
///
/// # Errors
/// [`Error::Input`] with all profiles that there are none of, and those whose journeys became shorter than
/// `longest_cutoff_s`.
pub fn edit_profiles(
    profiles: &[Profile],
    edits: &[PlacedEdit],
    longest_cutoff_s: u32,
) -> Result<(Vec<Profile>, Vec<EditReport>)> {
    let mut edited = profiles.to_vec();
    let mut reports = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let Target::Profiles(edit) = spec(&placed.edit).target() else { continue };
        let mut said = WrongEdit::new(&placed.place, placed.edit.kind());
        let changed = edit.apply(&mut edited, longest_cutoff_s, &mut said);
        problems.append(&mut said.problems);
        let (place, kind) = (placed.place.clone(), placed.edit.kind());
        let doubts = edit.doubts();
        reports.push(EditReport { place, kind, profiles: changed, doubts, ..EditReport::default() });
    }
    if problems.is_empty() { Ok((edited, reports)) } else { Err(Error::Input(problems)) }
}
