//! Two results of a study set against each other, as files: cell by cell, and over all people.

use super::places::places_table;
use super::results::Results;
use super::summary::ContrastSummary;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::contrast::{ContrastSide, Contrasted, contrasted};
use crate::engine::equity::EquityContext;
use crate::inputs::raw::RawPlaces;
use crate::measures::equity::ALL;
use crate::outputs::folder::OutputFolder;
use crate::outputs::tables;
use crate::study::{Against, Contrast, Study};

/// Computes a contrast and writes its folder: `access` (a row a cell) and `equity.csv`. Figures of a difference are
/// those of the first minus those of the second, with paired intervals; figures of a ratio are the ratio's own.
///
/// # Errors
/// `Stopped`; the machine's.
#[allow(clippy::too_many_arguments)] // one step of `run`, named
pub(super) fn write(
    study: &Study,
    scenario: &str,
    cells: &RawPlaces,
    contrast: &Contrast,
    [first, second]: [&Results; 2],
    fairness: &EquityContext,
    diagnostics: &mut Diagnostics,
    folder: &mut OutputFolder,
    executor: &dyn Executor,
) -> Result<ContrastSummary> {
    let sides = [first, second].map(|side| ContrastSide { measures: &side.measures, slots: &side.slots });
    let equity = (&study.equity, fairness);
    let Contrasted { measures, rows } = contrasted(contrast, sides, equity, cells, diagnostics, executor)?;
    let name = |file: &str| format!("{scenario}/{}/{file}", contrast.name);
    let of = [("scenario", scenario), ("contrast", &*contrast.name)];
    let mut access = places_table(cells, &measures);
    if contrast.against == Against::Difference {
        access = access.counted(&folder.formats().whole);
    }
    folder.write_cells(&name("access"), &access.of(of), cells, executor)?;
    folder.write(&name("equity.csv"), |out| tables::equity_table(&rows).of(of).write_csv(out))?;
    let means = rows.into_iter().filter(|row| row.group == ALL && row.index == "mean").collect();
    Ok(ContrastSummary { name: format!("{scenario}/{}", contrast.name), against: contrast.against, means })
}
