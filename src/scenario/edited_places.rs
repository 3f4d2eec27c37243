//! [`EditedPlaces`]: places that edits have changed.

use super::report::EditReport;
use crate::inputs::raw::RawPlaces;

/// Places after edits.
#[derive(Clone, Debug)]
pub struct EditedPlaces {
    pub cells: RawPlaces,
    /// All `[[destinations]]` together, where there are any.
    pub others: Option<RawPlaces>,
    /// One for each edit of places, in their order.
    pub reports: Vec<EditReport>,
}
