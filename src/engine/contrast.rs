//! Two results of a study → how one stands to the other: cell by cell, and over all people.

use super::equity::{EquityContext, MeasuredValues};
use super::measured::Measures;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::inputs::raw::RawPlaces;
use crate::measures::equity::EquityRow;
use crate::measures::stream::OutputColumn;
use crate::study::{Against, Contrast, EquitySpec};

const NO_NUMBER: DiagnosticCode = DiagnosticCode {
    code: "contrast_without_number",
    severity: Severity::Note,
    meaning: "values of cells left blank in a contrast: divided by 0, or never reached on both sides",
    remedy: "",
};

/// One of two results.
#[derive(Clone, Copy)]
pub struct ContrastSide<'a> {
    pub measures: &'a Measures,
    pub slots: &'a [OutputColumn],
}

impl<'a> ContrastSide<'a> {
    fn found(&self, name: &'a str, values: &'a [Option<f64>]) -> MeasuredValues<'a> {
        let less_is_better = self.slots.iter().any(|slot| slot.name == name && slot.less_is_better);
        MeasuredValues { name, values, less_is_better }
    }
}

/// How the first stands to the second.
pub struct Contrasted {
    pub measures: Measures,
    pub rows: Vec<EquityRow>,
}

/// Computes a contrast. Figures of a difference are those of the first minus those of the second, with paired intervals;
/// figures of a ratio are the ratio's own.
///
/// # Errors
/// `Stopped`.
pub fn contrasted(
    contrast: &Contrast,
    [first, second]: [ContrastSide<'_>; 2],
    (spec, fairness): (&EquitySpec, &EquityContext),
    cells: &RawPlaces,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<Contrasted> {
    let (measures, lost) = against(contrast.against, first.measures, second.measures);
    diagnostics.count(NO_NUMBER, &contrast.name, lost, "");
    executor.begin(&format!("equity of {}", contrast.name), measures.len() as u64);
    let rows = match contrast.against {
        Against::Ratio => {
            let found: Vec<MeasuredValues<'_>> =
                measures.iter().map(|(name, values)| first.found(name, values)).collect();
            // Standards and bounds are of the measure, in its own unit.
            let spec = EquitySpec { standards: Vec::new(), bounds: Vec::new(), ..spec.clone() };
            fairness.measure(&spec, cells, &found, diagnostics, executor)?.0
        }
        Against::Difference => {
            let mut rows = Vec::new();
            for (name, values) in first.measures {
                if let Some((_, others)) = second.measures.iter().find(|(other, _)| other == name) {
                    let pair = [first.found(name, values), second.found(name, others)];
                    rows.extend(fairness.differences(spec, cells, &pair, executor)?);
                }
                executor.advance(1);
            }
            rows
        }
    };
    Ok(Contrasted { measures, rows })
}

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
