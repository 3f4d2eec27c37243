//! A join by equal ids.

use std::collections::HashMap;

use super::super::columns::{WrongRows, number};
use super::super::tables::Table;
use super::made::{MadeColumns, report};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::study::JoinSpec;

const TWICE: DiagnosticCode = DiagnosticCode {
    code: "join_amounts_repeated",
    severity: Severity::Doubt,
    meaning: "rows of a joined table whose amounts several cells get, each in full",
    remedy: "spread amounts with by = \"area\" or by = \"points\"; list figures such as incomes in mean",
};

/// Each cell gets the texts of the row whose `key` is its own.
///
/// # Errors
/// A column that is missing, a key that stands there twice, no key that fits any cell.
pub(super) fn by_key(
    join: &JoinSpec,
    source: &Table,
    key: &str,
    own: &[String],
    diagnostics: &mut Diagnostics,
) -> Result<MadeColumns> {
    let mut wrong = WrongRows::default();
    let mut find = |name: &str, role: &str| {
        source.column(name, role).map_err(|problem| wrong.add(&source.file, "missing columns", problem)).ok()
    };
    let key = find(key, "key");
    let amounts: Vec<_> = join.columns.iter().map(|taken| find(&taken.column, "columns")).collect();
    let figures: Vec<_> = join.mean.iter().map(|taken| find(&taken.column, "mean")).collect();
    let mut rows: HashMap<&str, usize> = HashMap::new();
    for row in 0..source.len() {
        let Some(key) = key else { break };
        let text = source.cell(row, key);
        if text.is_empty() {
            continue;
        }
        if let Some(before) = rows.insert(text, row) {
            let what = format!("the key {text} stands in {} already", source.place(before));
            wrong.add(
                &source.file,
                "keys that stand there twice",
                Problem::new(source.place(row), what, "give each key one row"),
            );
        }
    }
    let at: Vec<Option<usize>> =
        own.iter().map(|id| rows.get(id.as_str()).copied().filter(|_| !id.is_empty())).collect();
    // What is no number is told of where it stands, not in the cells that get it.
    for (column, name) in amounts.iter().zip(&join.columns).chain(figures.iter().zip(&join.mean)) {
        for &row in at.iter().flatten() {
            let Some(column) = *column else { continue };
            if let Err((what, remedy)) = number(source.cell(row, column)) {
                let problem = Problem::new(source.place(row), format!("{} {what}", name.column), remedy);
                wrong.add(&source.file, "values that are no numbers", problem);
            }
        }
    }
    wrong.finish()?;
    if at.iter().all(Option::is_none) {
        let example = key.map_or("", |key| source.cell(0, key));
        let what = format!(
            "no key fits any cell: they look like \"{example}\", and the cells have \"{}\"",
            own.first().map_or("", String::as_str)
        );
        return Err(Error::input(&source.file, what, "name the columns that are equal with key and on"));
    }
    let mut taken = vec![0_u32; source.len()];
    at.iter().flatten().for_each(|&row| taken[row] += 1);
    if !join.columns.is_empty() {
        for row in (0..source.len()).filter(|&row| taken[row] > 1) {
            let what = format!("{} cells", taken[row]);
            diagnostics.add(TWICE, &source.file, "", source.at(row), what);
        }
    }
    let mut made = MadeColumns::new();
    let mut sums = Vec::new();
    for (column, name) in amounts.iter().zip(&join.columns).chain(figures.iter().zip(&join.mean)) {
        let Some(column) = *column else { continue };
        let text =
            |row: &Option<usize>| row.map_or(String::new(), |row| source.cell(row, column).to_string());
        made.push((name.name.clone(), at.iter().map(text).collect()));
    }
    for (column, name) in amounts.iter().zip(&join.columns) {
        let Some(column) = *column else { continue };
        let value = |row: usize| number(source.cell(row, column)).ok().flatten().unwrap_or(0.0);
        let total: f64 = (0..source.len()).map(value).sum();
        let given: f64 = at.iter().flatten().map(|&row| value(row)).sum();
        sums.push((name.name.as_str(), total, given));
    }
    let outside = taken.iter().filter(|&&cells| cells == 0).count() as u64;
    let with = at.iter().flatten().count() as u64;
    report(&source.file, &sums, outside, (with, own.len() as u64 - with), diagnostics);
    Ok(made)
}
