//! Two results of a study → how one stands to the other: cell by cell, and over all people.

use super::equity::{EquityContext, Found};
use super::places::places_table;
use super::results::Results;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::measured::Measures;
use crate::inputs::raw::RawPlaces;
use crate::measures::equity::EquityRow;
use crate::outputs::diagnostics::grouped;
use crate::outputs::folder::OutputFolder;
use crate::outputs::tables;
use crate::study::{Against, Contrast, EquitySpec, Study};

const NO_NUMBER: DiagnosticCode = DiagnosticCode {
    code: "contrast_without_number",
    severity: Severity::Note,
    meaning: "values of cells left blank in a contrast: divided by 0, or never reached on both sides",
    remedy: "",
};

/// The measures of both sides set against each other, and how many values have no number.
fn against(how: Against, first: &Measures, second: &Measures) -> (Measures, u64) {
    let mut lost = 0;
    let mut value = |a: Option<f64>, b: Option<f64>| {
        let (a, b) = a.zip(b)?;
        let value = match how {
            Against::Ratio => a / b,
            Against::Difference => a - b,
        };
        lost += u64::from(!value.is_finite());
        value.is_finite().then_some(value)
    };
    let mut measures = Vec::new();
    for (name, values) in first {
        if let Some((_, others)) = second.iter().find(|(other, _)| other == name) {
            let column = values.iter().zip(others).map(|(&a, &b)| value(a, b)).collect();
            measures.push((name.clone(), column));
        }
    }
    (measures, lost)
}

/// Computes a contrast and writes its folder: `access` (a row a cell) and `equity.csv`. Figures of a difference are
/// those of the first minus those of the second, with paired intervals; figures of a ratio are the ratio's own.
///
/// Says in a line or two what there is to say.
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
) -> Result<Vec<String>> {
    let (measures, lost) = against(contrast.against, &first.measures, &second.measures);
    diagnostics.count(NO_NUMBER, &contrast.name, lost, "");
    executor.begin(&format!("equity of {}", contrast.name), measures.len() as u64);
    let rows = match contrast.against {
        Against::Ratio => {
            let found: Vec<Found<'_>> =
                measures.iter().map(|(name, values)| first.found(name, values)).collect();
            // Standards and bounds are of the measure, in its own unit.
            let spec = EquitySpec { standards: Vec::new(), bounds: Vec::new(), ..study.equity.clone() };
            fairness.measure(&spec, cells, &found, diagnostics, executor)?.0
        }
        Against::Difference => {
            let mut rows = Vec::new();
            for (name, values) in &first.measures {
                if let Some((_, others)) = second.measures.iter().find(|(other, _)| other == name) {
                    let pair = [first.found(name, values), second.found(name, others)];
                    rows.extend(fairness.differences(&study.equity, cells, &pair, executor)?);
                }
                executor.advance(1);
            }
            rows
        }
    };
    let name = |file: &str| format!("{scenario}/{}/{file}", contrast.name);
    let of = [("scenario", scenario), ("contrast", &*contrast.name)];
    let mut access = places_table(cells, &measures);
    if contrast.against == Against::Difference {
        access = access.counted(&folder.formats().whole);
    }
    folder.write_cells(&name("access"), &access.of(of), cells, executor)?;
    folder.write(&name("equity.csv"), |out| tables::equity_table(&rows).of(of).write_csv(out))?;
    Ok(said(&format!("{scenario}/{}", contrast.name), contrast.against, &rows))
}

/// The mean of the first measure and of the last of its kind, with their intervals.
fn said(name: &str, against: Against, rows: &[EquityRow]) -> Vec<String> {
    let number = |value: f64| match against {
        Against::Ratio => format!("{value:.3}"),
        Against::Difference if value < 0.0 => format!("−{}", grouped(-value.round() as u64)),
        Against::Difference => grouped(value.round() as u64),
    };
    let means = rows.iter().filter(|row| row.group == "all" && row.index == "mean").take(3);
    let line = |row: &EquityRow| {
        let range = match (row.lower, row.upper) {
            (Some(lower), Some(upper)) => format!(" ({} to {})", number(lower), number(upper)),
            _ => String::new(),
        };
        let value = row.value.map_or("unknown".to_string(), number);
        format!("  {}: {value}{range} on average", row.measure)
    };
    std::iter::once(name.to_string()).chain(means.map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_against_cells() {
        let of = |values: [Option<f64>; 4]| vec![("jobs".to_string(), values.to_vec())];
        let never = Some(f64::INFINITY);
        let (first, second) =
            (of([Some(6.0), Some(0.0), None, never]), of([Some(4.0), Some(0.0), Some(1.0), never]));
        // 0 ÷ 0 and never ÷ never have no number; what is unknown stays so, uncounted.
        assert_eq!(against(Against::Ratio, &first, &second), (of([Some(1.5), None, None, None]), 2));
        assert_eq!(
            against(Against::Difference, &first, &second),
            (of([Some(2.0), Some(0.0), None, None]), 1)
        );
    }
}
