//! Columns of values and the people of their rows → figures and curves of each column.

use super::equity::{few_blocks, outside_bounds};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::measures::equity::{CurveRow, EquityRow, Measure, People, Settings, curves, differences, equity};

/// A column of values, by its name.
pub type NamedValues = (String, Vec<Option<f64>>);

/// What is asked of the columns.
pub struct TableQuestion<'a> {
    pub columns: &'a [NamedValues],
    /// The figures of this one are taken off those of each.
    pub minus: Option<&'a NamedValues>,
    pub people: People<'a>,
    pub less_is_better: bool,
    pub standards: &'a [f64],
    pub settings: &'a Settings,
}

/// What comes of it.
#[derive(Debug, Default)]
pub struct TableFigures {
    /// Column by column.
    pub figures: Vec<Vec<EquityRow>>,
    /// Not of differences.
    pub curves: Vec<CurveRow>,
}

impl TableQuestion<'_> {
    /// Computes them. `input`: what the diagnostics call the table.
    ///
    /// # Errors
    /// Values that an index is not for; `Stopped`.
    pub fn answer(
        &self,
        input: &str,
        diagnostics: &mut Diagnostics,
        executor: &dyn Executor,
    ) -> Result<TableFigures> {
        let TableQuestion { people, settings, standards, less_is_better, .. } = self;
        let mut all = TableFigures::default();
        executor.begin("equity", self.columns.len() as u64);
        for (name, values) in self.columns {
            outside_bounds(name, values, settings.bounds, input, diagnostics);
            let measure = Measure { name, values, less_is_better: *less_is_better, standards };
            all.figures.push(match self.minus {
                Some((other, values)) => {
                    let name = format!("{name} - {other}");
                    differences(&name, &measure, &Measure { values, ..measure }, people, settings, executor)?
                }
                None => {
                    all.curves.extend(curves(&measure, people));
                    equity(&measure, people, settings, executor)?
                }
            });
            executor.advance(1);
        }
        few_blocks(&all.figures.concat(), input, diagnostics);
        Ok(all)
    }
}
