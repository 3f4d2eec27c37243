//! A matrix of travel times that some tool made + a table of land use → every measure of access, without routing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::guard;
use super::progress::Progress;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::measured::OVERFLOW;
use crate::inputs::rows::LongTable;
use crate::inputs::travel_times::{self, ReadMatrix, TableHints};
use crate::measures::access::percentile_name;
use crate::measures::departures::Departures;
use crate::measures::kinds::is_time;
use crate::measures::plan::{BoundMeasure, PlacesSide, bind};
use crate::measures::rows::{TimesInMemory, TimesRows};
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
const FROM_NOWHERE: DiagnosticCode = kind(
    "matrix_place_without_times",
    Severity::Doubt,
    "places of the land-use table that the matrix has no time from: they reach nothing",
    "was the matrix made for all of them?",
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
        found.push(measured(&asked, &land_use, read, matrix, &mut diagnostics, executor)?);
    }
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(land_use.ids.clone()));
    for (column, values) in named(&asked, found, &options.matrices)? {
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

/// One result of one matrix.
struct MatrixResult {
    name: String,
    /// Index of its measure.
    measure: usize,
    /// It is a time, or another cost.
    less_is_better: bool,
    values: Vec<f64>,
}

/// Results with their columns' names: of several matrices each with its own, `jobs_gravity_walk`, and where a
/// measure is one over all modes, that too, without.
fn named(
    asked: &[MeasureSpec],
    found: Vec<Vec<MatrixResult>>,
    matrices: &[PathBuf],
) -> Result<Vec<(String, Vec<f64>)>> {
    let modes: Vec<String> =
        matrices.iter().map(|path| path.file_stem().unwrap_or_default().to_string_lossy().into()).collect();
    let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
    for first in found.first().into_iter().flatten().filter(|_| found.len() > 1) {
        let alike: Vec<&MatrixResult> =
            found.iter().filter_map(|mode| mode.iter().find(|of| of.name == first.name)).collect();
        let at = |place: usize| alike.iter().map(|of| of.values[place]).collect::<Vec<f64>>();
        let form = &asked[first.measure].form;
        let values: Option<Vec<f64>> =
            (0..first.values.len()).map(|place| form.over_modes(&at(place))).collect();
        columns.extend(values.map(|values| (first.name.clone(), values)));
    }
    for (mode, found) in modes.iter().zip(found) {
        for of in found {
            let name = if modes.len() == 1 { of.name } else { format!("{}_{mode}", of.name) };
            if columns.iter().any(|column| column.0 == name) {
                let remedy = "give the matrices files of other names, or the measures other names";
                return Err(Error::input("results", format!("two would be called {name}"), remedy));
            }
            columns.push((name, of.values));
        }
    }
    Ok(columns)
}

/// Times at one percentile: its name, empty where the matrix tells none.
type TimesView = (String, Vec<(u32, u32, f64)>);

/// All measures of one matrix.
fn measured(
    asked: &[MeasureSpec],
    land_use: &LandUse,
    read: ReadMatrix,
    matrix: &Path,
    diagnostics: &mut Diagnostics,
    executor: &Progress,
) -> Result<Vec<MatrixResult>> {
    let places = land_use.ids.len();
    let side = land_use.side();
    let (views, departures) = views(asked, read)?;
    let names: Vec<String> = views.iter().map(|(name, _)| name.clone()).collect();
    let mut all = Vec::new();
    let input = matrix.display().to_string();
    let mut push = |bound: &BoundMeasure<'_>, measure: usize, view: &str, results: Vec<Vec<f64>>| {
        let words = bound.asked.form.words();
        for (result, (stem, mut values)) in bound.stems.iter().zip(results).enumerate() {
            let less_is_better = is_time(&words[result % words.len()]);
            if less_is_better {
                values.iter_mut().for_each(|value| *value = bound.asked.unit.result(*value));
            }
            let name = [stem, view].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
            all.push(MatrixResult { name, measure, less_is_better, values });
        }
    };
    let otherwise = departures.is_some().then_some([MIDDLE]);
    for (percentile, pairs) in views {
        let rows = TimesInMemory::new(places, places, pairs);
        let nowhere = (0..places as u32).filter(|&from| rows.row(from).to.is_empty()).count();
        diagnostics.count(FROM_NOWHERE, &input, nowhere as u64, &percentile);
        let turned = asked.iter().any(|measure| measure.passive).then(|| rows.transposed());
        let bound: Vec<BoundMeasure<'_>> = bind(asked, &side, &side, rows.longest_s() as u32)?;
        for (measure, bound) in bound.iter().enumerate() {
            if !wanted(bound.asked, &percentile, &names, otherwise.as_ref().map(|of| &of[..]))? {
                continue;
            }
            let rows: &dyn TimesRows = match &turned {
                Some(turned) if bound.asked.passive => turned,
                _ => &rows,
            };
            let mut doubts = Vec::new();
            push(bound, measure, &percentile, bound.whole(rows, executor, &mut doubts)?);
            for doubt in doubts {
                diagnostics.add(doubt.kind, &input, "", "", doubt.what);
            }
        }
    }
    if let Some(departures) = &departures {
        for (measure, bound) in bind(asked, &side, &side, 0)?.iter().enumerate() {
            if bound.asked.mean {
                push(bound, measure, "mean", departures.means(bound, places));
            }
        }
    }
    for found in all.iter().filter(|found| !found.less_is_better) {
        let beyond = found.values.iter().filter(|value| **value == f64::INFINITY).count();
        if beyond > 0 {
            diagnostics.add(OVERFLOW, &input, "", "", format!("{} of {beyond} places", found.name));
        }
    }
    Ok(all)
}

/// The times of a matrix percentile by percentile: its own columns, or those of its departures that measures ask for.
///
/// # Errors
/// Means where there are no departures.
fn views(asked: &[MeasureSpec], read: ReadMatrix) -> Result<(Vec<TimesView>, Option<Departures>)> {
    let Some(number) = read.departures else {
        let mean = asked.iter().find(|measure| measure.mean).map(|measure| {
            let what = format!("{}: the matrix has no departures to take a mean over", measure.name);
            let remedy = "leave out mean; or give a matrix with a row for each departure, and --departure";
            Problem::new(&measure.place, what, remedy)
        });
        let views = read.times.into_iter().map(|times| (times.percentile, times.pairs)).collect();
        return mean.map_or(Ok((views, None)), |problem| Err(Error::Input(vec![problem])));
    };
    let pairs = read.times.into_iter().next().map(|times| times.pairs).unwrap_or_default();
    let departures = Departures::new(number, pairs);
    let mut percentiles: Vec<f64> = Vec::new();
    for &percentile in asked.iter().flat_map(|measure| measure.percentiles(&[MIDDLE])) {
        if !percentiles.contains(&percentile) {
            percentiles.push(percentile);
        }
    }
    let view = |&percentile: &f64| (percentile_name(percentile), departures.at(percentile));
    Ok((percentiles.iter().map(view).collect(), Some(departures)))
}

/// The percentile of departures that measures are computed at where they name none.
const MIDDLE: f64 = 50.0;

/// Whether a measure is asked for at a percentile of the matrix; where it names none, at `otherwise`, or all.
fn wanted(asked: &MeasureSpec, percentile: &str, all: &[String], otherwise: Option<&[f64]>) -> Result<bool> {
    let Some(percentiles) = asked.percentiles.as_deref().or(otherwise) else { return Ok(true) };
    let names: Vec<String> = percentiles.iter().map(|&p| percentile_name(p)).collect();
    match names.iter().find(|name| !all.contains(name)) {
        None => Ok(names.iter().any(|name| name == percentile)),
        Some(name) => Err(Error::input(
            &asked.place,
            format!("{}: the matrix has no column of {name}", asked.name),
            "leave out percentiles: all columns are taken",
        )),
    }
}
