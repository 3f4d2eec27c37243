//! A table with a value for each cell → its equity figures: for `isokron equity`.

use std::path::{Path, PathBuf};

use super::super::guard;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::equity::{few_blocks, named, outside_bounds};
use crate::inputs::values::{self, FoundColumns, RowPlaces, WantedColumns};
use crate::measures::equity::{
    ALL, EquityRow, Measure, People, Settings, curves, differences, equity, metres,
};
use crate::outputs::diagnostics::grouped;
use crate::outputs::staging::{Staged, failed};
use crate::outputs::tables;
use crate::outputs::text::{aligned, bar, cut};

const NO_PLACES: DiagnosticCode = DiagnosticCode {
    code: "equity_no_places",
    severity: Severity::Doubt,
    meaning: "tables without coordinates: cells are drawn one by one, as if neighbours had nothing in common, and \
              intervals are too narrow",
    remedy: "add lon and lat, x and y, or H3 ids, or name them with --x, --y, --id",
};
const NO_POPULATION: DiagnosticCode = DiagnosticCode {
    code: "equity_equal_weights",
    severity: Severity::Note,
    meaning: "tables without a population: every row weighs the same",
    remedy: "--population COL",
};

/// What the command line asks.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub wanted: WantedColumns,
    /// The figures of this column are taken off those of each value.
    pub minus: Option<String>,
    pub standards: Vec<f64>,
    pub less_is_better: bool,
    pub settings: Settings,
    /// Where to write `equity.csv`, and the curves.
    pub output: Option<PathBuf>,
    pub curves: Option<PathBuf>,
}

/// What comes of it.
#[derive(Debug)]
pub struct EquityAnswer {
    pub rows: Vec<EquityRow>,
    pub lines: Vec<String>,
    pub diagnostics: Diagnostics,
}

/// Reads the table, computes and writes what is asked for.
///
/// # Errors
/// What is wrong in the table or the settings; the machine's; `Stopped`.
pub fn of_table(path: &Path, options: &Options, executor: &dyn Executor) -> Result<EquityAnswer> {
    let mut diagnostics = Diagnostics::default();
    let settings =
        Settings { indices: named(&options.settings.indices, "--indices")?, ..options.settings.clone() };
    let beside = options.wanted.people.iter().chain([&path.to_path_buf()]).cloned().collect::<Vec<_>>();
    let files = options.output.iter().chain(&options.curves).map(PathBuf::as_path);
    guard::spares(files, beside)?;
    let mut wanted = options.wanted.clone();
    if let (Some(minus), false) = (&options.minus, wanted.values.is_empty()) {
        wanted.values.retain(|value| value != minus);
        wanted.values.push(minus.clone());
    }
    let mut found = values::read(path, &wanted, &mut diagnostics)?;
    let minus = match &options.minus {
        Some(name) => Some(taken_out(&mut found, name, path)?),
        None => None,
    };
    let places_m = match &found.places {
        RowPlaces::Degrees(points) => Some(metres(points)),
        RowPlaces::Metres(points) => Some(points.clone()),
        RowPlaces::Unknown => None,
    };
    let shown = path.display().to_string();
    if places_m.is_none() && settings.bootstrap.replicates > 0 && settings.bootstrap.block_m > 0.0 {
        diagnostics.add(NO_PLACES, &shown, "", "", "");
    }
    if found.population.is_none() {
        diagnostics.add(NO_POPULATION, &shown, "", "", "");
    }
    let people = People {
        population: found.population.as_deref(),
        groups: &found.groups,
        income: found.income.as_deref(),
        population_se: found.population_se.as_deref(),
        income_se: found.income_se.as_deref(),
        places_m: places_m.as_deref(),
    };
    let (mut rows, mut points, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    executor.begin("equity", found.columns.len() as u64);
    for (name, values) in &found.columns {
        outside_bounds(name, values, settings.bounds, &shown, &mut diagnostics);
        let measure =
            Measure { name, values, less_is_better: options.less_is_better, standards: &options.standards };
        let figures = match &minus {
            Some((other, values)) => {
                let name = format!("{name} - {other}");
                differences(&name, &measure, &Measure { values, ..measure }, &people, &settings, executor)?
            }
            None => {
                points.extend(curves(&measure, &people));
                equity(&measure, &people, &settings, executor)?
            }
        };
        lines.extend(printed(&figures, &settings, places_m.is_some()));
        rows.extend(figures);
        executor.advance(1);
    }
    few_blocks(&rows, &shown, &mut diagnostics);
    let (figures, curves) = (tables::equity_table(&rows), tables::curves_table(&points));
    let mut staged = Vec::new();
    for (file, table) in [(&options.output, &figures), (&options.curves, &curves)] {
        if let Some(file) = file {
            let mut out = Staged::create(file)?;
            table.write_csv(&mut out).map_err(|error| failed(file, &error))?;
            staged.push(out);
        }
    }
    // None gets its name before all are written.
    for out in staged {
        out.finish()?;
    }
    Ok(EquityAnswer { rows, lines, diagnostics })
}

/// The column to take off, out of the others.
fn taken_out(found: &mut FoundColumns, name: &str, path: &Path) -> Result<(String, Vec<Option<f64>>)> {
    let at = found.columns.iter().rposition(|(column, _)| column == name).ok_or_else(|| {
        let names: Vec<&str> = found.columns.iter().map(|(name, _)| name.as_str()).collect();
        let remedy = format!("its columns of results are {}", names.join(", "));
        Error::input(path.display().to_string(), format!("has no result \"{name}\" (--minus)"), remedy)
    })?;
    let taken = found.columns.remove(at);
    if found.columns.is_empty() {
        let what = "--minus leaves no other result to take it from";
        return Err(Error::Usage(Problem::new("", what, "name the results with --value")));
    }
    Ok(taken)
}

/// The figures of one measure for 80 columns.
fn printed(rows: &[EquityRow], settings: &Settings, blocks: bool) -> Vec<String> {
    let Some(first) = rows.first() else { return Vec::new() };
    let plan = &settings.bootstrap;
    let count = |index: &str| {
        let row = rows.iter().find(|row| row.group == ALL && row.index == index);
        row.and_then(|row| row.value)
    };
    let mut lines = vec![first.measure.clone()];
    let drawn = count("blocks").unwrap_or(0.0);
    if plan.replicates > 0 && drawn >= 2.0 {
        let what = match blocks && plan.block_m > 0.0 {
            true => format!("blocks of {} m", plan.block_m),
            false => "single cells".to_string(),
        };
        let (replicates, drawn) = (grouped(u64::from(plan.replicates)), grouped(drawn as u64));
        lines.push(
            format!("  {:.4} % intervals: {replicates} resamples of {drawn} {what}", 100.0 * plan.level)
                .replace(".0000", ""),
        );
    }
    lines.push(format!("  {:<34} {:>12} {:>12} {:>12}", "", "value", "lower", "upper"));
    let mut group = "";
    for row in rows {
        if row.group != group {
            group = &row.group;
            lines.push(format!("  {}", cut(group, 76)));
        }
        let [value, lower, upper] = [row.value, row.lower, row.upper].map(short);
        let line = format!("    {:<32} {value:>12} {lower:>12} {upper:>12}", cut(&row.index, 32));
        lines.push(line.trim_end().to_string());
    }
    lines.append(&mut means(rows));
    lines
}

/// The mean of each group with a bar, where there are several groups and no mean is below 0.
fn means(rows: &[EquityRow]) -> Vec<String> {
    let of = |row: &EquityRow| Some((row.group.clone(), row.value.filter(|value| *value >= 0.0)?));
    let means = rows.iter().filter(|row| row.index == "mean").map(of).collect::<Option<Vec<_>>>();
    let means = means.filter(|means| means.len() > 2).unwrap_or_default();
    let most = means.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    if most == 0.0 {
        return Vec::new();
    }
    let row = |(group, value): &(String, f64)| {
        vec![format!("  {group}"), short(Some(*value)), bar(value / most, 30)]
    };
    let chart = aligned(&means.iter().map(row).collect::<Vec<_>>());
    std::iter::once("  mean by group".to_string()).chain(chart).collect()
}

/// Four digits or so; thousands in groups.
fn short(value: Option<f64>) -> String {
    match value {
        None => "-".to_string(),
        Some(value) if value.abs() >= 1e12 => format!("{value:.3e}"),
        Some(value) if value.abs() >= 1000.0 => {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", grouped(value.abs().round() as u64))
        }
        Some(value) if value.fract() == 0.0 => format!("{value}"),
        Some(value) => format!("{value:.4}"),
    }
}
