//! A table with a value for each cell → its equity figures: for `isokron equity`.

use std::path::{Path, PathBuf};

use super::super::guard;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::equity::named;
use crate::engine::equity_of_table::{TableFigures, TableQuestion};
use crate::inputs::values::{self, FoundColumns, RowPlaces, WantedColumns};
use crate::measures::equity::{Bootstrap, EquityRow, People, Settings, metres};
use crate::outputs::staging::{Staged, failed};
use crate::outputs::tables;

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
    /// Column by column.
    pub figures: Vec<Vec<EquityRow>>,
    /// How intervals were drawn, and whether by blocks of cells: where the table says where these are.
    pub bootstrap: Bootstrap,
    pub blocks: bool,
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
    let question = TableQuestion {
        columns: &found.columns,
        minus: minus.as_ref(),
        people,
        less_is_better: options.less_is_better,
        standards: &options.standards,
        settings: &settings,
    };
    let TableFigures { figures: by_column, curves } = question.answer(&shown, &mut diagnostics, executor)?;
    let rows = by_column.concat();
    let (figures, curves) = (tables::equity_table(&rows), tables::curves_table(&curves));
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
    let blocks = places_m.is_some();
    Ok(EquityAnswer { figures: by_column, bootstrap: settings.bootstrap, blocks, diagnostics })
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
