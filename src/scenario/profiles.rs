//! Another person: parameters of profiles are replaced.

use super::doubts;
use super::names::{Named, Said, hint};
use super::report::Report;
use crate::base::error::{Error, Problem, Result};
use crate::study::{Edit, PlacedEdit, Profile};

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
) -> Result<(Vec<Profile>, Vec<Report>)> {
    let mut edited = profiles.to_vec();
    let mut reports = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let Edit::SetProfile(edit) = &placed.edit else { continue };
        let mut said = Said::new(&placed.place, placed.edit.kind());
        for name in edit.profiles.iter().filter(|name| profiles.iter().all(|profile| profile.name != **name))
        {
            let named =
                profiles.iter().map(|profile| Named { index: 0, feed: "", id: &profile.name, name: "" });
            said.wrong(format_args!("names profile \"{name}\", which there is none of"), hint(name, named));
        }
        let mut changed = Vec::new();
        for profile in &mut edited {
            if edit.profiles.is_empty() || edit.profiles.contains(&profile.name) {
                for (parameter, value) in &edit.to {
                    if let Err(what) = profile.set(parameter, value) {
                        said.wrong(format_args!("{parameter} {what}"), "leave it out");
                    }
                }
                changed.push(profile.name.clone());
                if profile.max_travel_time_s < longest_cutoff_s {
                    said.wrong(
                        format_args!("leaves {} journeys of {} s", profile.name, profile.max_travel_time_s),
                        format!("the largest cutoff needs max_travel_time_s = {longest_cutoff_s}"),
                    );
                }
            }
        }
        problems.append(&mut said.problems);
        let (place, kind) = (placed.place.clone(), placed.edit.kind());
        let doubts = doubts::of_profile(edit);
        reports.push(Report { place, kind, profiles: changed, doubts, ..Report::default() });
    }
    if problems.is_empty() { Ok((edited, reports)) } else { Err(Error::Input(problems)) }
}
