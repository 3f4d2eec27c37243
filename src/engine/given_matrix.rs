//! Travel times that some tool made + columns of places → every measure of access, without routing.

use super::measured::OVERFLOW;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::error::{Error, Result};
use crate::base::executor::Executor;
use crate::measures::access::percentile_name;
use crate::measures::departures::Departures;
use crate::measures::kinds::is_time;
use crate::measures::plan::{BoundMeasure, PlacesSide, bind};
use crate::measures::rows::{TimesInMemory, TimesRows};
use crate::measures::spec::MeasureSpec;

const FROM_NOWHERE: DiagnosticCode = kind(
    "matrix_place_without_times",
    Severity::Doubt,
    "places of the land-use table that the matrix has no time from: they reach nothing",
    "was the matrix made for all of them?",
);

/// One result of one matrix.
pub struct MatrixResult {
    name: String,
    /// Index of its measure.
    measure: usize,
    /// It is a time, or another cost.
    less_is_better: bool,
    values: Vec<f64>,
}

/// Results with their columns' names: of several matrices each with its mode, `jobs_gravity_walk`, and where a
/// measure is one over all modes, that too, without.
///
/// # Errors
/// Two results of one name.
pub fn columns(
    asked: &[MeasureSpec],
    found: Vec<Vec<MatrixResult>>,
    modes: &[String],
) -> Result<Vec<(String, Vec<f64>)>> {
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
pub type TimesView = (String, Vec<(u32, u32, f64)>);

/// Travel times that are given.
pub struct GivenMatrix {
    /// Times by percentile; of departures all of them are in the first, whatever that is called.
    pub times: Vec<TimesView>,
    /// How many departures there are, where they are told apart.
    pub departures: Option<u32>,
}

/// All measures of one matrix. `input`: what the diagnostics call it.
///
/// # Errors
/// Columns and percentiles that are not there; two results of one name; `Stopped`.
pub fn measured(
    asked: &[MeasureSpec],
    side: &PlacesSide<'_>,
    matrix: GivenMatrix,
    input: &str,
    diagnostics: &mut Diagnostics,
    executor: &dyn Executor,
) -> Result<Vec<MatrixResult>> {
    let places = side.places;
    let (views, departures) = views(asked, matrix);
    let names: Vec<String> = views.iter().map(|(name, _)| name.clone()).collect();
    let mut all = Vec::new();
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
        diagnostics.count(FROM_NOWHERE, input, nowhere as u64, &percentile);
        let turned = asked.iter().any(|measure| measure.passive).then(|| rows.transposed());
        let bound: Vec<BoundMeasure<'_>> = bind(asked, side, side, rows.longest_s() as u32)?;
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
                diagnostics.add(doubt.kind, input, "", "", doubt.what);
            }
        }
    }
    if let Some(departures) = &departures {
        for (measure, bound) in bind(asked, side, side, 0)?.iter().enumerate() {
            if bound.asked.mean {
                push(bound, measure, "mean", departures.means(bound, places));
            }
        }
    }
    for found in all.iter().filter(|found| !found.less_is_better) {
        let beyond = found.values.iter().filter(|value| **value == f64::INFINITY).count();
        if beyond > 0 {
            diagnostics.add(OVERFLOW, input, "", "", format!("{} of {beyond} places", found.name));
        }
    }
    Ok(all)
}

/// The times of a matrix percentile by percentile: its own, or those of its departures that measures ask for.
fn views(asked: &[MeasureSpec], matrix: GivenMatrix) -> (Vec<TimesView>, Option<Departures>) {
    let Some(number) = matrix.departures else { return (matrix.times, None) };
    let pairs = matrix.times.into_iter().next().map(|(_, pairs)| pairs).unwrap_or_default();
    let departures = Departures::new(number, pairs);
    let mut percentiles: Vec<f64> = Vec::new();
    for &percentile in asked.iter().flat_map(|measure| measure.percentiles(&[MIDDLE])) {
        if !percentiles.contains(&percentile) {
            percentiles.push(percentile);
        }
    }
    let view = |&percentile: &f64| (percentile_name(percentile), departures.at(percentile));
    (percentiles.iter().map(view).collect(), Some(departures))
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
