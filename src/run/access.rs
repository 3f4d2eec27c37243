//! A matrix of travel times that some tool made + a table of land use → every measure of access, without routing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::guard;
use super::progress::Progress;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::given_matrix::{GivenMatrix, MatrixResult, columns, measured};
use crate::inputs::rows::LongTable;
use crate::inputs::travel_times::{self, TableHints};
use crate::measures::plan::PlacesSide;
use crate::measures::spec::{MeasureSpec, resolve_in};
use crate::measures::unit::Unit;
use crate::outputs::formats;
use crate::outputs::staging::{Staged, failed};
use crate::outputs::tables::{ColumnData, ResultTable};
use crate::study::{TableFormat, WrittenMeasure};

const BLANK: DiagnosticCode = kind(
    "land_use_blank_number",
    Severity::Repaired,
    "blank numbers of the land-use table, taken as 0",
    "fill them in if they are not 0",
);

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// One, or one for each mode.
    pub matrices: Vec<PathBuf>,
    pub told: TableHints,
    pub land_use: PathBuf,
    /// Its columns of ids and people.
    pub id: String,
    pub population: String,
    pub measures: Vec<WrittenMeasure>,
    /// What the matrices are in, where that is no time.
    pub unit: Unit,
    /// Where some of them stand.
    pub measure_file: Option<PathBuf>,
    /// `None`: that of the file's ending.
    pub format: Option<TableFormat>,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    pub places: usize,
    pub columns: Vec<String>,
    /// How many departures each matrix has, where it tells them apart.
    pub departures: Vec<Option<u32>>,
    pub diagnostics: Diagnostics,
}

/// Computes all measures of all places and writes them, a row a place in the order of the land-use table.
///
/// # Errors
/// What is wrong in the measures, the tables, or the command line; the machine's.
pub fn access(options: &Options, to: &Path, executor: &Progress) -> Result<Outcome> {
    let inputs = options.matrices.iter().chain([&options.land_use]).chain(&options.measure_file);
    guard::spares([to], inputs.cloned())?;
    let (_, write) = formats::chosen(options.format, to, TableFormat::Csv, |format| format.rows)?;
    let asked = resolve_in(&options.measures, &options.unit)?;
    check(&asked)?;
    let mut diagnostics = Diagnostics::default();
    let land_use = LandUse::read(options, &asked, &mut diagnostics)?;
    let index: HashMap<String, u32> =
        land_use.ids.iter().enumerate().map(|(i, id)| (id.clone(), i as u32)).collect();
    let mut found: Vec<Vec<MatrixResult>> = Vec::new();
    let mut departures = Vec::new();
    for matrix in &options.matrices {
        executor.begin(&format!("{}", matrix.display()), 0);
        let read = travel_times::read(matrix, &options.told, &index, &mut diagnostics)?;
        departures.push(read.departures);
        let times = read.times.into_iter().map(|times| (times.percentile, times.pairs)).collect();
        let given = GivenMatrix { times, departures: read.departures };
        check_means(&asked, &given)?;
        let input = matrix.display().to_string();
        found.push(measured(&asked, &land_use.side(), given, &input, &mut diagnostics, executor)?);
    }
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(land_use.ids.clone()));
    let name = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let modes: Vec<String> = options.matrices.iter().map(name).collect();
    for (column, values) in columns(&asked, found, &modes)? {
        // What is not defined is blank; what is infinite stays so.
        let known = |value: f64| (!value.is_nan()).then_some(value);
        table.push(column, ColumnData::Number(values.into_iter().map(known).collect()));
    }
    let mut out = Staged::create(to)?;
    write(&table, &mut out).map_err(|error| failed(to, &error))?;
    out.finish()?;
    let columns = table.columns().iter().skip(1).map(|(name, _)| name.clone()).collect();
    Ok(Outcome { places: land_use.ids.len(), columns, departures, diagnostics })
}

/// # Errors
/// What a matrix cannot answer.
fn check(asked: &[MeasureSpec]) -> Result<()> {
    let mut problems = Vec::new();
    let mut wrong = |asked: &MeasureSpec, what: &str, remedy: &str| {
        problems.push(Problem::new(&asked.place, format!("{}: {what}", asked.name), remedy));
    };
    for measure in asked {
        if measure.of.is_none() && !measure.passive {
            wrong(measure, "of what?", "name columns of the land-use table: of=jobs, or of=jobs+schools");
        }
    }
    if asked.is_empty() {
        problems.push(Problem::new(
            "",
            "there is no measure",
            "ask for one with --measure, or --measures FILE",
        ));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// # Errors
/// Means where there are no departures.
fn check_means(asked: &[MeasureSpec], given: &GivenMatrix) -> Result<()> {
    let mean = asked.iter().find(|measure| measure.mean).filter(|_| given.departures.is_none());
    let Some(measure) = mean else { return Ok(()) };
    let what = format!("{}: the matrix has no departures to take a mean over", measure.name);
    let remedy = "leave out mean; or give a matrix with a row for each departure, and --departure";
    Err(Error::Input(vec![Problem::new(&measure.place, what, remedy)]))
}

struct LandUse {
    ids: Vec<String>,
    columns: Vec<(String, Vec<f64>)>,
}

impl LandUse {
    /// Reads ids and the columns that measures name.
    fn read(options: &Options, asked: &[MeasureSpec], diagnostics: &mut Diagnostics) -> Result<LandUse> {
        let table = LongTable::open(&options.land_use)?;
        let mut problems = Vec::new();
        let mut find = |name: &str, flag: &str| match table.column(name, flag) {
            Ok(column) => column,
            Err(problem) => {
                problems.push(problem);
                0
            }
        };
        let id = find(&options.id, "--id");
        let mut names: Vec<&str> = Vec::new();
        for measure in asked {
            let passive = measure.of.is_none().then_some("population");
            let demand = measure.kind.demand.then_some(measure.demand.as_deref()).flatten();
            let of = measure.of.iter().flatten().map(String::as_str);
            names.extend(of.chain(demand).chain(passive));
            if measure.kind.demand && measure.demand.is_none() {
                names.push("population");
            }
        }
        names.sort_unstable();
        names.dedup();
        let mut at = vec![id];
        for name in &names {
            at.push(match *name {
                "population" if table.find("population").is_none() => {
                    find(&options.population, "--population")
                }
                name => find(name, "of ="),
            });
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let mut ids: Vec<String> = Vec::new();
        let mut columns: Vec<(String, Vec<f64>)> =
            names.iter().map(|name| (name.to_string(), Vec::new())).collect();
        let mut seen = HashMap::new();
        table.rows(&at, |place, fields| {
            let one = |what: String, remedy: &str| Error::input(place(), what, remedy);
            let id = fields[0].id().ok_or_else(|| one("has no id".into(), "give each place one"))?;
            if seen.insert(id.clone(), ()).is_some() {
                return Err(one(format!("the id {id} is there twice"), "give each place an id of its own"));
            }
            for ((name, values), field) in columns.iter_mut().zip(&fields[1..]) {
                values.push(match field.amount() {
                    Ok(Some(number)) => number,
                    Ok(None) => {
                        diagnostics.add(BLANK, &table.file, "", &id, name.clone());
                        0.0
                    }
                    Err((what, remedy)) => return Err(one(format!("{name} {what}"), &remedy)),
                });
            }
            ids.push(id);
            Ok(())
        })?;
        if ids.is_empty() {
            return Err(Error::input(&table.file, "has no rows", "give a row for each place"));
        }
        Ok(LandUse { ids, columns })
    }

    fn side(&self) -> PlacesSide<'_> {
        let columns = self.columns.iter().map(|(name, values)| (name.as_str(), &values[..])).collect();
        PlacesSide { places: self.ids.len(), columns, usual: 0 }
    }
}
