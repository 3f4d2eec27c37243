//! Results as plain columns in memory, and those columns as CSV.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::inputs::raw::RawPlaces;
use crate::measures::equity::{CurveRow, EquityRow};

/// One column; `None` (and NaN) is blank. Infinite numbers stay so, but for GeoJSON, which has none: blank there.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnData {
    Text(Vec<String>),
    Number(Vec<Option<f64>>),
    Integer(Vec<Option<i64>>),
    /// One text in so many rows.
    Same(String, usize),
}

impl ColumnData {
    pub fn len(&self) -> usize {
        match self {
            ColumnData::Text(values) => values.len(),
            ColumnData::Number(values) => values.len(),
            ColumnData::Integer(values) => values.len(),
            ColumnData::Same(_, rows) => *rows,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Named columns of equal length, in the order in which they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResultTable {
    columns: Vec<(String, ColumnData)>,
}

impl ResultTable {
    /// Adds a column. All columns of a table have one length: anything else is a fault of the caller.
    pub fn push(&mut self, name: impl Into<String>, data: ColumnData) {
        assert!(self.columns.is_empty() || data.len() == self.rows(), "columns of one table have one length");
        self.columns.push((name.into(), data));
    }

    pub fn columns(&self) -> &[(String, ColumnData)] {
        &self.columns
    }

    /// The same with columns behind that say whose results these are, for who puts tables together. A name that the
    /// table has already stays that column's.
    pub fn of<'n>(mut self, names: impl IntoIterator<Item = (&'static str, &'n str)>) -> ResultTable {
        let rows = self.rows();
        for (name, text) in names {
            if self.columns.iter().all(|(known, _)| !known.eq_ignore_ascii_case(name)) {
                self.columns.push((name.to_string(), ColumnData::Same(text.to_string(), rows)));
            }
        }
        self
    }

    /// The same with those columns of whole numbers that `whole` names as such, so that every form says so. A column
    /// that holds anything else after all stays as it is.
    pub fn counted(mut self, whole: &BTreeSet<String>) -> ResultTable {
        for (name, data) in &mut self.columns {
            if let (true, ColumnData::Number(values)) = (whole.contains(name), &*data)
                && values.iter().flatten().all(|value| value.is_nan() || is_whole(*value))
            {
                let count = |value: &Option<f64>| value.filter(|value| !value.is_nan()).map(|v| v as i64);
                *data = ColumnData::Integer(values.iter().map(count).collect());
            }
        }
        self
    }

    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, data)| data.len())
    }

    /// As CSV: UTF-8, a header, `\n`, numbers as the shortest text that reads back as the same, `inf` and `-inf`,
    /// blank for nothing.
    pub fn write_csv(&self, out: &mut impl Write) -> io::Result<()> {
        for (i, (name, _)) in self.columns.iter().enumerate() {
            write!(out, "{}{}", comma(i), csv_field(name))?;
        }
        writeln!(out)?;
        for row in 0..self.rows() {
            for (i, (_, data)) in self.columns.iter().enumerate() {
                out.write_all(comma(i).as_bytes())?;
                match data {
                    ColumnData::Text(values) => out.write_all(csv_field(&values[row]).as_bytes())?,
                    ColumnData::Number(values) => write_csv_number(out, values[row])?,
                    ColumnData::Integer(values) => write_integer(out, values[row], "")?,
                    ColumnData::Same(text, _) => out.write_all(csv_field(text).as_bytes())?,
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// Whether all of it is counted, and so exactly that sums of it are, too.
pub fn is_whole(value: f64) -> bool {
    value.fract() == 0.0 && value.abs() < 9e15
}

/// Of which scenario, profile and period a result is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combination {
    pub scenario: String,
    pub profile: String,
    pub period: String,
}

impl Combination {
    pub fn new(scenario: &str, profile: &str, period: &str) -> Combination {
        let [scenario, profile, period] = [scenario, profile, period].map(str::to_string);
        Combination { scenario, profile, period }
    }

    /// Its folder in the output: `base/adult-morning`.
    pub fn folder(&self) -> String {
        format!("{}/{}-{}", self.scenario, self.profile, self.period)
    }

    /// The columns that name it in its tables.
    pub fn columns(&self) -> [(&'static str, &str); 3] {
        [("scenario", &self.scenario), ("profile", &self.profile), ("period", &self.period)]
    }
}

/// The access table: a row per cell in the cells' order, then a column per measure, named like `jobs_30min_p50`.
/// `status` and `link_m` (metres to the street) have one value per cell, as each measure has.
pub fn access_table(
    places: &RawPlaces,
    status: &[&str],
    link_m: &[Option<f64>],
    measures: Vec<(String, Vec<Option<f64>>)>,
) -> ResultTable {
    let population = match &places.population {
        Some(people) => people.iter().copied().map(Some).collect(),
        None => vec![None; places.ids.len()],
    };
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(places.ids.clone()));
    table.push("lon", ColumnData::Number(places.points.iter().map(|&(lon, _)| Some(lon)).collect()));
    table.push("lat", ColumnData::Number(places.points.iter().map(|&(_, lat)| Some(lat)).collect()));
    table.push("status", ColumnData::Text(status.iter().map(|word| word.to_string()).collect()));
    table.push("link_m", ColumnData::Number(link_m.to_vec()));
    table.push("population", ColumnData::Number(population));
    for (name, values) in measures {
        table.push(name, ColumnData::Number(values));
    }
    table
}

/// Who lives in the cells and what is there: `id, lon, lat`, people and income, groups, opportunities.
pub fn cells_table(places: &RawPlaces) -> ResultTable {
    let mut table = ResultTable::default();
    table.push("id", ColumnData::Text(places.ids.clone()));
    table.push("lon", ColumnData::Number(places.points.iter().map(|&(lon, _)| Some(lon)).collect()));
    table.push("lat", ColumnData::Number(places.points.iter().map(|&(_, lat)| Some(lat)).collect()));
    let column = |values: &[f64]| {
        ColumnData::Number(values.iter().map(|&v| Some(v).filter(|v| !v.is_nan())).collect())
    };
    let people = [("population", &places.population), ("population_se", &places.population_se)];
    let income = [("income", &places.income), ("income_se", &places.income_se)];
    for (name, values) in people.into_iter().chain(income) {
        if let Some(values) = values {
            table.push(name, column(values));
        }
    }
    for of in places.groups.iter().chain(&places.opportunities) {
        // A column may be both people and opportunity.
        if table.columns().iter().any(|(name, _)| *name == of.name) {
            continue;
        }
        table.push(&of.name, column(&of.values));
    }
    table
}

/// The equity table: `measure, group, index, value, lower, upper`.
pub fn equity_table(rows: &[EquityRow]) -> ResultTable {
    let text =
        |of: fn(&EquityRow) -> &str| ColumnData::Text(rows.iter().map(|row| of(row).to_string()).collect());
    let number = |of: fn(&EquityRow) -> Option<f64>| ColumnData::Number(rows.iter().map(of).collect());
    let mut table = ResultTable::default();
    table.push("measure", text(|row| &row.measure));
    table.push("group", text(|row| &row.group));
    table.push("index", text(|row| &row.index));
    table.push("value", number(|row| row.value));
    table.push("lower", number(|row| row.lower));
    table.push("upper", number(|row| row.upper));
    table
}

/// The curves: `measure, curve, group, share_of_people, share_of_measure`.
pub fn curves_table(rows: &[CurveRow]) -> ResultTable {
    let text = |of: fn(&CurveRow) -> &str| ColumnData::Text(rows.iter().map(|r| of(r).to_string()).collect());
    let number = |of: fn(&CurveRow) -> f64| ColumnData::Number(rows.iter().map(|r| Some(of(r))).collect());
    let mut table = ResultTable::default();
    table.push("measure", text(|row| &row.measure));
    table.push("curve", text(|row| row.curve));
    table.push("group", text(|row| &row.group));
    table.push("share_of_people", number(|row| row.share_of_people));
    table.push("share_of_measure", number(|row| row.share_of_measure));
    table
}

/// A number in a CSV: infinite ones stay so.
pub(super) fn write_csv_number(out: &mut impl Write, value: Option<f64>) -> io::Result<()> {
    match value {
        Some(value) if value.is_infinite() => write!(out, "{value}"),
        value => write_number(out, value, ""),
    }
}

/// A number as the shortest decimal that reads back as the same (`5`, not `5.0`), or `blank`.
pub(super) fn write_number(out: &mut impl Write, value: Option<f64>, blank: &str) -> io::Result<()> {
    match value.filter(|v| v.is_finite()) {
        // Adding zero turns −0 into 0.
        Some(v) => write!(out, "{}", v + 0.0),
        None => out.write_all(blank.as_bytes()),
    }
}

pub(super) fn write_integer(out: &mut impl Write, value: Option<i64>, blank: &str) -> io::Result<()> {
    match value {
        Some(v) => write!(out, "{v}"),
        None => out.write_all(blank.as_bytes()),
    }
}

/// A text as a CSV field, quoted where it must be.
pub(super) fn csv_field(text: &str) -> Cow<'_, str> {
    let plain = !text.contains([',', '"', '\n', '\r']) && text.trim().len() == text.len();
    if plain { Cow::Borrowed(text) } else { Cow::Owned(format!("\"{}\"", text.replace('"', "\"\""))) }
}

fn comma(i: usize) -> &'static str {
    if i == 0 { "" } else { "," }
}
