//! Columns of a table → people, opportunities, groups and income as numbers, each bad cell with its line.

use std::collections::BTreeMap;

pub(super) use super::numbers::number;
use super::numbers::{Fault, MOST_AMOUNT, may_be_thousands};
use super::raw::Column;
use super::tables::Table;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::study::{GroupsAre, PlacesSpec};

const BLANK: DiagnosticCode = DiagnosticCode {
    code: "cells_blank_number",
    severity: Severity::Repaired,
    meaning: "blank people or opportunities, taken as 0",
    remedy: "fill them in if they are not 0",
};
const NO_PEOPLE: DiagnosticCode = DiagnosticCode {
    code: "cells_no_people",
    severity: Severity::Doubt,
    meaning: "population columns that add up to 0",
    remedy: "name another column, or leave population out for equal weights",
};
const NO_OPPORTUNITIES: DiagnosticCode = DiagnosticCode {
    code: "cells_no_opportunities",
    severity: Severity::Doubt,
    meaning: "opportunity columns that add up to 0",
    remedy: "name another column",
};
const BLANK_INCOME: DiagnosticCode = DiagnosticCode {
    code: "cells_blank_income",
    severity: Severity::Note,
    meaning: "cells of unknown income",
    remedy: "",
};

const THOUSANDTHS: DiagnosticCode = DiagnosticCode {
    code: "cells_points_before_thousands",
    severity: Severity::Doubt,
    meaning: "columns in which every point stands before three digits: do they part thousands?",
    remedy: "write thousands without separators: 1008, not 1.008",
};

/// Problems of a file's rows: the first of each sort in full, the rest counted.
#[derive(Default)]
pub(super) struct WrongRows {
    kept: Vec<Problem>,
    counts: BTreeMap<(String, String), usize>,
}

impl WrongRows {
    /// `sort` says what the problems have in common, after "and 12 more: ".
    pub fn add(&mut self, file: &str, sort: impl Into<String>, problem: Problem) {
        let count = self.counts.entry((file.to_string(), sort.into())).or_default();
        *count += 1;
        if *count <= super::tables::KEPT_ROWS {
            self.kept.push(problem);
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Keeps the problems of an error of the input; hands back what is none.
    ///
    /// # Errors
    /// Whatever else went wrong: the machine, a stop.
    pub fn take<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Input(problems)) => {
                self.kept.extend(problems);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// # Errors
    /// Where anything was added.
    pub fn finish(mut self) -> Result<()> {
        for ((file, sort), count) in &self.counts {
            if let Some(more) = count.checked_sub(super::tables::KEPT_ROWS).filter(|more| *more > 0) {
                self.kept.push(Problem::new(file, format!("and {more} more: {sort}"), ""));
            }
        }
        if self.kept.is_empty() { Ok(()) } else { Err(Error::Input(self.kept)) }
    }
}

/// The numbers of places, as `RawPlaces` has them.
pub(super) struct Numbers {
    pub population: Option<Vec<f64>>,
    pub opportunities: Vec<Column>,
    pub groups: Vec<Column>,
    pub income: Option<Vec<f64>>,
    pub population_se: Option<Vec<f64>>,
    pub income_se: Option<Vec<f64>>,
}

/// What a column may hold.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Holds {
    /// 0 or more.
    Amounts,
    /// 0 to 1.
    Shares,
    /// Anything finite, or blank for unknown.
    Incomes,
}

/// Reads all number columns that the study names.
pub(super) fn numbers(
    table: &Table,
    spec: &PlacesSpec,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongRows,
) -> Numbers {
    let mut one = |name: &str, key: &str, holds: Holds| column(table, name, key, holds, diagnostics, wrong);
    let population = spec.population.as_ref().map(|name| one(name, "population", Holds::Amounts));
    let opportunities: Vec<Column> = spec
        .opportunities
        .iter()
        .map(|name| Column { name: name.clone(), values: one(name, "opportunities", Holds::Amounts) })
        .collect();
    let holds = if spec.groups_are == GroupsAre::Shares { Holds::Shares } else { Holds::Amounts };
    let mut groups: Vec<Column> = spec
        .groups
        .iter()
        .map(|name| Column { name: name.clone(), values: one(name, "groups", holds) })
        .collect();
    let income = spec.income.as_ref().map(|name| one(name, "income", Holds::Incomes));
    let mut error =
        |name: &Option<String>, key: &str| name.as_ref().map(|name| one(name, key, Holds::Amounts));
    let population_se = error(&spec.population_se, "population_se");
    let income_se = error(&spec.income_se, "income_se");
    if let (Holds::Shares, Some(people)) = (holds, &population) {
        for group in &mut groups {
            for (share, people) in group.values.iter_mut().zip(people) {
                *share *= people;
            }
        }
    }
    let empty = |values: &[f64]| !values.is_empty() && values.iter().all(|value| *value == 0.0);
    if let (Some(name), Some(true)) = (&spec.population, population.as_deref().map(empty)) {
        diagnostics.add(NO_PEOPLE, &table.file, "", "", format!("column {name}"));
    }
    for column in opportunities.iter().filter(|column| empty(&column.values)) {
        diagnostics.add(NO_OPPORTUNITIES, &table.file, "", "", format!("column {}", column.name));
    }
    Numbers { population, opportunities, groups, income, population_se, income_se }
}

/// One column, one number a row; empty where the table lacks it.
pub(super) fn column(
    table: &Table,
    name: &str,
    key: &str,
    holds: Holds,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongRows,
) -> Vec<f64> {
    let index = match table.column(name, key) {
        Ok(index) => index,
        Err(problem) => {
            wrong.add(&table.file, "missing columns", problem);
            return Vec::new();
        }
    };
    let mut values = Vec::with_capacity(table.len());
    let mut unknown = 0;
    for row in 0..table.len() {
        let value = match number(table.cell(row, index)) {
            Ok(Some(value)) => allowed(value, holds).map(Some),
            other => other,
        };
        values.push(match value {
            Ok(Some(value)) => value,
            Ok(None) if holds == Holds::Incomes => {
                unknown += 1;
                f64::NAN
            }
            Ok(None) => {
                diagnostics.add(BLANK, &table.file, "", table.at(row), name);
                0.0
            }
            Err((what, remedy)) => {
                let problem = Problem::new(table.place(row), format!("{name} {what}"), remedy);
                wrong.add(&table.file, format!("bad numbers in {name}"), problem);
                0.0
            }
        });
    }
    if holds != Holds::Shares {
        let texts = || (0..table.len()).map(|row| table.cell(row, index)).filter(|text| text.contains('.'));
        let all = texts().next().is_some() && texts().all(may_be_thousands);
        if let (true, Some(example)) = (all, texts().next()) {
            let plain = example.replace('.', "");
            diagnostics.add(
                THOUSANDTHS,
                &table.file,
                "",
                "",
                format!("column {name}: {example} is read so, not as {plain}"),
            );
        }
    }
    diagnostics.count(BLANK_INCOME, &table.file, unknown, format!("column {name}"));
    values
}

pub(super) fn allowed(value: f64, holds: Holds) -> std::result::Result<f64, Fault> {
    match holds {
        Holds::Amounts | Holds::Incomes if value.abs() > MOST_AMOUNT => Err((
            format!("is {value:e}, more than {MOST_AMOUNT:e}"),
            "correct it: sums of such numbers would overflow".into(),
        )),
        Holds::Amounts if value < 0.0 => Err((
            format!("is {value}, below 0"),
            "give 0 or more; leave it blank where nothing is known".into(),
        )),
        Holds::Shares if !(0.0..=1.0).contains(&value) => Err((
            format!("is {value}, not a share from 0 to 1"),
            "write 35 % as 0.35, or set groups_are = \"counts\"".into(),
        )),
        _ => Ok(value),
    }
}
