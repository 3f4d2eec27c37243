//! Tables as text, row by row.

use std::fmt::Write;

/// Adds a row to a table.
pub fn line(table: &mut String, row: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = writeln!(table, "{row}");
}
