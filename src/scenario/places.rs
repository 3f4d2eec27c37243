//! More, fewer or moved opportunities and people: the edits of places, made one after the other.

use super::edit::{Target, spec};
use super::edited_places::EditedPlaces;
use super::report::EditReport;
use super::said::WrongEdit;
use crate::base::error::{Error, Problem, Result};
use crate::inputs::raw::RawPlaces;
use crate::study::PlacedEdit;

/// Applies the edits that concern places, in their order; others are passed over. Points and ids stay.
///
/// Where people are added to a cell that had none, they are in groups as all people of the cells are; elsewhere
/// groups grow with the cell. Income stays.
///
/// # Errors
/// [`Error::Input`] with all that is wrong with all edits: unknown columns or ids, areas without places, more taken
/// than there is.
pub fn edit_places(
    cells: &RawPlaces,
    others: Option<&RawPlaces>,
    edits: &[PlacedEdit],
) -> Result<EditedPlaces> {
    let mut edited = EditedPlaces { cells: cells.clone(), others: others.cloned(), reports: Vec::new() };
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let Target::Places(edit) = spec(&placed.edit).target() else { continue };
        let mut said = WrongEdit::new(&placed.place, placed.edit.kind());
        let report = edit.apply(&mut edited, &mut said);
        problems.append(&mut said.problems);
        let of = |report| EditReport { place: placed.place.clone(), kind: placed.edit.kind(), ..report };
        edited.reports.extend(report.map(of));
    }
    if problems.is_empty() { Ok(edited) } else { Err(Error::Input(problems)) }
}
