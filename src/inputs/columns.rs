//! Columns of a table → people, opportunities, groups and income as numbers, each bad cell with its line.

use std::collections::BTreeMap;

use super::raw::{Column, MOST};
use super::tables::Table;
use crate::base::error::{Error, Problem, Result};
use crate::base::findings::{Findings, Kind, Severity};
use crate::study::{GroupsAre, PlacesSpec};

const BLANK: Kind = Kind {
    code: "cells_blank_number",
    severity: Severity::Repaired,
    meaning: "blank people or opportunities, taken as 0",
    remedy: "fill them in if they are not 0",
};
const NO_PEOPLE: Kind = Kind {
    code: "cells_no_people",
    severity: Severity::Doubt,
    meaning: "population columns that add up to 0",
    remedy: "name another column, or leave population out for equal weights",
};
const NO_OPPORTUNITIES: Kind = Kind {
    code: "cells_no_opportunities",
    severity: Severity::Doubt,
    meaning: "opportunity columns that add up to 0",
    remedy: "name another column",
};
const BLANK_INCOME: Kind = Kind {
    code: "cells_blank_income",
    severity: Severity::Note,
    meaning: "cells of unknown income",
    remedy: "",
};

/// Problems of a file's rows: the first of each sort in full, the rest counted.
#[derive(Default)]
pub(super) struct Wrong {
    kept: Vec<Problem>,
    counts: BTreeMap<(String, String), usize>,
}

impl Wrong {
    /// `sort` says what the problems have in common, after "and 12 more: ".
    pub fn add(&mut self, file: &str, sort: impl Into<String>, problem: Problem) {
        let count = self.counts.entry((file.to_string(), sort.into())).or_default();
        *count += 1;
        if *count <= super::tables::KEPT_ROWS {
            self.kept.push(problem);
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
    findings: &mut Findings,
    wrong: &mut Wrong,
) -> Numbers {
    let mut one = |name: &str, key: &str, holds: Holds| column(table, name, key, holds, findings, wrong);
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
        findings.add(NO_PEOPLE, &table.file, "", "", format!("column {name}"));
    }
    for column in opportunities.iter().filter(|column| empty(&column.values)) {
        findings.add(NO_OPPORTUNITIES, &table.file, "", "", format!("column {}", column.name));
    }
    Numbers { population, opportunities, groups, income, population_se, income_se }
}

/// One column, one number a row; empty where the table lacks it.
pub(super) fn column(
    table: &Table,
    name: &str,
    key: &str,
    holds: Holds,
    findings: &mut Findings,
    wrong: &mut Wrong,
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
                findings.add(BLANK, &table.file, "", table.at(row), name);
                0.0
            }
            Err((what, remedy)) => {
                let problem = Problem::new(table.place(row), format!("{name} {what}"), remedy);
                wrong.add(&table.file, format!("bad numbers in {name}"), problem);
                0.0
            }
        });
    }
    findings.count(BLANK_INCOME, &table.file, unknown, format!("column {name}"));
    let sum: f64 = values.iter().sum();
    if holds == Holds::Amounts && sum > MOST {
        let what = format!("{name} adds up to {sum:e}: more than can be reckoned with");
        let remedy = "are these amounts? Correct the column, or name another";
        wrong.add(&table.file, "too large columns", Problem::new(&table.file, what, remedy));
    }
    values
}

/// What is wrong and what to do.
type Fault = (String, String);

fn allowed(value: f64, holds: Holds) -> std::result::Result<f64, Fault> {
    match holds {
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

/// A finite number, or nothing where the text is blank.
pub(super) fn number(text: &str) -> std::result::Result<Option<f64>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    let unknown = "leave it blank where nothing is known".to_string();
    match text.parse::<f64>() {
        Ok(value) if value.is_nan() => Err(("is NaN".into(), unknown)),
        Ok(value) if value.is_infinite() => Err((format!("is {text}, which is infinite"), unknown)),
        Ok(value) => Ok(Some(value)),
        Err(_) => {
            let point = text.replace(',', ".");
            if text.matches(',').count() == 1 && point.parse::<f64>().is_ok() {
                Err((format!("is {text}, with a decimal comma"), format!("write it with a point: {point}")))
            } else {
                Err((format!("is \"{text}\", not a number"), unknown))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_what_is_none() {
        assert_eq!(number("12.5"), Ok(Some(12.5)));
        assert_eq!(number("1e3"), Ok(Some(1000.0)));
        assert_eq!(number(""), Ok(None));
        for (text, said) in [
            ("NaN", "is NaN"),
            ("inf", "is inf, which is infinite"),
            ("1e999", "is 1e999, which is infinite"),
            ("12,5", "is 12,5, with a decimal comma"),
            ("NA", "is \"NA\", not a number"),
            ("1 200", "is \"1 200\", not a number"),
        ] {
            assert_eq!(number(text).unwrap_err().0, said);
        }
    }
}
