//! What was verified, for the terminal.

use crate::outputs::diagnostics::grouped;
use crate::run::verify::{ComputedAnew, Verified};

pub fn lines(of: &Verified) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(theirs) = &of.made_by {
        let ours = env!("CARGO_PKG_VERSION");
        lines.push(format!("made by isokron {theirs}, verified by {ours}: CHANGELOG.md says what moved"));
    }
    lines.push(format!("outputs: {} files compared with their hashes", of.outputs));
    if let Some(first) = of.beside.first() {
        let number = grouped(of.beside.len() as u64);
        lines.push(format!(
            "beside them: {number} files that are not of this run, such as {}",
            first.display()
        ));
    }
    lines.push(format!("inputs: {} files compared with their hashes", of.inputs));
    lines.push(format!("network: {} parts compared with their hashes", of.parts));
    match of.anew {
        ComputedAnew::NoTable => {
            lines.push("nothing computed anew: no access.csv to compare with".to_string());
        }
        ComputedAnew::OtherQuestion => {
            lines.push("nothing computed anew: the study or its inputs are not those of the run".to_string());
        }
        ComputedAnew::Rows { cells, tables, exact } => {
            let cells = grouped(cells as u64);
            lines.push(format!(
                "{cells} cells × {tables} tables computed anew from the inputs, without the cache"
            ));
            if !exact {
                let why = "format 1 added up in another order";
                lines.push(format!("numbers may differ from the 12th digit on: {why}"));
            }
        }
    }
    lines
}
