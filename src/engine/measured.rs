//! What a window measures: a value for every cell, or for every destination.

use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::ids::CellId;
use crate::measures::kinds::Doubt;
use crate::measures::stream::OutputColumn;

/// A measure's name and its value for every cell.
pub type Measures = Vec<(String, Vec<Option<f64>>)>;

/// All that one window says.
#[derive(Clone)]
pub struct Measured {
    /// By cell: `[access]`, then `[[measure]]`s.
    pub measures: Measures,
    /// By destination, where these are other places than the cells.
    pub passive: Measures,
    /// What the columns of `[[measure]]`s are.
    pub slots: Vec<OutputColumn>,
    /// What is to be said of them.
    pub doubts: Vec<Doubt>,
}

pub const OVERFLOW: DiagnosticCode = kind(
    "measure_overflows",
    Severity::Doubt,
    "measures with values beyond what a number can hold",
    "are the amounts of people and opportunities right?",
);

impl Measured {
    /// Adds what is to be said of them to the diagnostics, as of `name`.
    pub fn tell(&self, name: &str, diagnostics: &mut Diagnostics) {
        for doubt in &self.doubts {
            diagnostics.add(doubt.kind, name, "", "", doubt.what.clone());
        }
        // A time may be infinite; a sum that is has no room in a number.
        let may_be = |name: &str| self.slots.iter().any(|slot| slot.name == name && slot.less_is_better);
        for (column, values) in self.measures.iter().chain(&self.passive) {
            let beyond = values.iter().filter(|value| **value == Some(f64::INFINITY)).count();
            if beyond > 0 && !may_be(column) {
                diagnostics.add(OVERFLOW, name, "", "", format!("{column} of {beyond} places"));
            }
        }
    }

    /// Takes what `other` says of all cells but `own`, which are sorted.
    pub fn take_but(&mut self, own: &[CellId], other: &Measured) {
        for ((_, column), (_, others)) in self.measures.iter_mut().zip(&other.measures) {
            let mut own = own.iter().peekable();
            for (cell, (value, &other)) in column.iter_mut().zip(others).enumerate() {
                if own.next_if_eq(&&CellId(cell as u32)).is_none() {
                    *value = other;
                }
            }
        }
    }
}
