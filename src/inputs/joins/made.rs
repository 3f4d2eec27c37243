//! Columns that a join made, and what is said of them.

use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};

const JOINED: DiagnosticCode = DiagnosticCode {
    code: "join_sums",
    severity: Severity::Note,
    meaning: "cells with columns of another table",
    remedy: "",
};
const OUTSIDE: DiagnosticCode = DiagnosticCode {
    code: "join_outside",
    severity: Severity::Dropped,
    meaning: "rows of a joined table that lie outside the cells, wholly or in part",
    remedy: "usual where the table covers a larger area; else are the cells all there?",
};
const NO_MATCH: DiagnosticCode = DiagnosticCode {
    code: "join_cells_without_row",
    severity: Severity::Note,
    meaning: "cells that no row of the joined table belongs to: its columns are blank there",
    remedy: "",
};

/// Columns that a join makes: a name and a text for each cell, blank where nothing is known.
pub(super) type MadeColumns = Vec<(String, Vec<String>)>;

/// Sums of columns before and after, and what lies outside.
pub(super) fn report(
    file: &str,
    sums: &[(&str, f64, f64)],
    rows_outside: u64,
    cells: (u64, u64),
    diagnostics: &mut Diagnostics,
) {
    let (with, without) = cells;
    let lost = |total: f64, given: f64| total - given > 1e-9 * total.abs();
    let said =
        sums.iter().map(|(name, total, given)| format!("{name} {} of {}", amount(*given), amount(*total)));
    diagnostics.count(JOINED, file, with, said.collect::<Vec<_>>().join(", "));
    let outside = sums.iter().filter(|(_, total, given)| lost(*total, *given));
    let outside = outside.map(|(name, total, given)| format!("{name} {}", amount(total - given)));
    let outside = outside.collect::<Vec<_>>().join(", ");
    // Figures that belong to no cell are no loss.
    diagnostics.count(OUTSIDE, file, if sums.is_empty() { 0 } else { rows_outside }, outside);
    diagnostics.count(NO_MATCH, file, without, "");
}

/// A sum for the eyes, to a tenth.
fn amount(value: f64) -> String {
    ((value * 10.0).round() / 10.0).to_string()
}

/// A number as text that reads back as the same number; blank where it is unknown.
pub(super) fn text(value: f64) -> String {
    if value.is_nan() { String::new() } else { value.to_string() }
}
