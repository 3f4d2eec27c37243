//! A timetable and edits → the timetable of a scenario.

use super::doubts;
use super::draft::Draft;
use super::edit::{Target, spec};
use super::edited::EditedTimetable;
use super::given::Given;
use super::report::EditReport;
use super::said::WrongEdit;
use crate::base::error::{Error, Problem, Result};
use crate::network::transit::Timetable;
use crate::study::PlacedEdit;

/// Applies the edits that concern a timetable, in their order: each sees what those before it have made. Others are
/// passed over.
///
/// # Errors
/// [`Error::Input`] with all that is wrong with all edits: names of nothing, edits that match nothing.
pub fn edit_timetable(base: &Timetable, edits: &[PlacedEdit], given: &Given) -> Result<EditedTimetable> {
    let mut draft = Draft::new(base, given);
    let mut reports = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let Target::Timetable(edit) = spec(&placed.edit).target() else { continue };
        let mut said = WrongEdit::new(&placed.place, placed.edit.kind());
        edit.apply(&mut draft, &mut said);
        let mut doubts = if said.is_well() { edit.doubts() } else { Vec::new() };
        if said.is_well() && edit.makes_hops() {
            doubts.extend(doubts::speeds(&mut draft));
        }
        let report = draft.report(&placed.place, placed.edit.kind());
        if said.is_well() {
            reports.push(EditReport { doubts, ..report });
        } else {
            draft.expect(edit.new_ids());
            problems.append(&mut said.problems);
        }
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    Ok(draft.finish(reports))
}
