//! A table of results, ours or another tool's, perhaps beside a table of people → columns of values, people, groups
//! and income, and where the rows are.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::columns::{self, WrongRows, number};
use super::points::{self, Where};
use super::raw::Column;
use super::tables::{self, Table};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Problem, Result};
use crate::study::{GroupsAre, PlacesSource, PlacesSpec};

const MIXED_COLUMN: DiagnosticCode = DiagnosticCode {
    code: "values_mixed_column",
    severity: Severity::Dropped,
    meaning: "columns left out though most of their cells are numbers, for others are not",
    remedy: "write numbers, inf, or nothing; --value COL says what is wrong with a column",
};
const NOT_AMONG_PEOPLE: DiagnosticCode = DiagnosticCode {
    code: "values_without_people",
    severity: Severity::Dropped,
    meaning: "rows whose id the table of people lacks",
    remedy: "do the ids of both tables belong together?",
};
/// Columns that are no results, in our tables and others.
const OTHER: [&str; 19] = [
    "id",
    "lon",
    "lat",
    "x",
    "y",
    "status",
    "link_m",
    "population",
    "income",
    "from_id",
    "to_id",
    "fid",
    "index",
    "geometry",
    "name",
    "scenario",
    "profile",
    "period",
    "contrast",
];
/// Squares of more, summed over all rows, overflow.
const MOST_VALUE: f64 = 1e100;
/// More groups than this are no groups.
const MOST_GROUPS: usize = 50;

/// Which columns are what. What is not named is looked for by its usual name.
#[derive(Clone, Debug, Default)]
pub struct WantedColumns {
    /// A table of population, groups and income, joined by id.
    pub people: Option<PathBuf>,
    pub id: Option<String>,
    /// None: all columns of numbers that are nothing else.
    pub values: Vec<String>,
    pub population: Option<String>,
    pub population_se: Option<String>,
    pub income: Option<String>,
    pub income_se: Option<String>,
    pub groups: Vec<String>,
    pub groups_are: GroupsAre,
    /// A column whose words or numbers make the groups.
    pub by: Option<String>,
    pub x: Option<String>,
    pub y: Option<String>,
    /// Of x and y; none: metres on some plane.
    pub crs: Option<String>,
}

/// The columns that were found, all as long as the table.
#[derive(Clone, Debug, Default)]
pub struct FoundColumns {
    /// Of the table's rows; empty where it has no such column.
    pub ids: Vec<String>,
    pub columns: Vec<(String, Vec<Option<f64>>)>,
    pub population: Option<Vec<f64>>,
    pub population_se: Option<Vec<f64>>,
    pub income: Option<Vec<f64>>,
    pub income_se: Option<Vec<f64>>,
    pub groups: Vec<Column>,
    pub places: RowPlaces,
}

/// Where rows are.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RowPlaces {
    #[default]
    Unknown,
    /// (lon, lat).
    Degrees(Vec<(f64, f64)>),
    Metres(Vec<(f64, f64)>),
}

/// Reads the columns of the table at `path`.
///
/// # Errors
/// What is wrong with the files and columns, all of it.
pub fn read(path: &Path, wanted: &WantedColumns, diagnostics: &mut Diagnostics) -> Result<FoundColumns> {
    let mut wrong = WrongRows::default();
    let table = wrong.take(tables::read(path, &path.display().to_string(), diagnostics))?;
    let people =
        wanted.people.as_ref().map(|people| tables::read(people, &people.display().to_string(), diagnostics));
    let people = people.map(|people| wrong.take(people)).transpose()?.flatten();
    let Some(table) = table.filter(|_| wrong.is_empty()) else {
        return Err(wrong.finish().err().unwrap_or(Error::Input(Vec::new())));
    };
    let who = people.as_ref().unwrap_or(&table);
    let usual = |given: &Option<String>, name: &str| {
        given.clone().or_else(|| who.has(name).then(|| name.to_string()))
    };
    let spec = PlacesSpec {
        name: String::new(),
        source: PlacesSource::File {
            file: PathBuf::new(),
            id: String::new(),
            x: String::new(),
            y: String::new(),
            crs: String::new(),
        },
        population: usual(&wanted.population, "population"),
        opportunities: Vec::new(),
        groups: wanted.groups.clone(),
        groups_are: wanted.groups_are,
        income: usual(&wanted.income, "income"),
        population_se: wanted.population_se.clone(),
        income_se: wanted.income_se.clone(),
        joins: Vec::new(),
        interests: Vec::new(),
    };
    let numbers = columns::numbers(who, &spec, diagnostics, &mut wrong);
    let mut found = FoundColumns {
        population: numbers.population,
        population_se: numbers.population_se,
        income: numbers.income,
        income_se: numbers.income_se,
        groups: numbers.groups,
        ..FoundColumns::default()
    };
    if let Some(by) = &wanted.by {
        match groups_by(who, by, found.population.as_deref()) {
            Ok(groups) => found.groups.extend(groups),
            Err(problem) => wrong.add(&who.file, "groups", problem),
        }
    }
    found.places = places(who, wanted, diagnostics, &mut wrong);
    if let Ok(id) = table.column(wanted.id.as_deref().unwrap_or("id"), "--id") {
        found.ids = (0..table.len()).map(|row| table.cell(row, id).to_string()).collect();
    }
    let names = if wanted.values.is_empty() {
        results(&table, wanted, &spec, diagnostics)
    } else {
        wanted.values.clone()
    };
    for name in names {
        let values = values(&table, &name, &mut wrong);
        found.columns.push((name, values));
    }
    if found.columns.is_empty() {
        let what = "has no column of numbers that could be a result";
        let remedy = format!("name one with --value: its columns are {}", table.headers().join(", "));
        wrong.add(&table.file, "values", Problem::new(&table.file, what, remedy));
    }
    if people.is_some() {
        for file in [&table, who] {
            if let Err(problem) = file.column(wanted.id.as_deref().unwrap_or("id"), "--id") {
                wrong.add(&file.file, "missing columns", problem);
            }
        }
    }
    wrong.finish()?;
    match people {
        Some(people) => joined(found, &table, &people, wanted, diagnostics),
        None => Ok(found),
    }
}

/// Columns of numbers that are not known to be something else. Those with a few other words are counted.
fn results(
    table: &Table,
    wanted: &WantedColumns,
    spec: &PlacesSpec,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let named = [
        &wanted.id,
        &wanted.by,
        &wanted.x,
        &wanted.y,
        &spec.population,
        &spec.population_se,
        &spec.income,
        &spec.income_se,
    ];
    let other = |name: &String| {
        OTHER.contains(&name.as_str())
            || named.iter().any(|named| named.as_ref() == Some(name))
            || wanted.groups.contains(name)
    };
    let mut numbers = |name: &String| {
        let Ok(column) = table.column(name, "value") else { return false };
        let filled = |row: &usize| !table.cell(*row, column).is_empty();
        let (good, bad): (Vec<usize>, Vec<usize>) =
            (0..table.len()).filter(filled).partition(|row| value(table.cell(*row, column)).is_ok());
        if let Some(&row) = bad.first().filter(|_| good.len() > bad.len()) {
            let what = format!("{name}: {}", table.cell(row, column));
            diagnostics.add(MIXED_COLUMN, &table.file, "", table.at(row), what);
        }
        bad.is_empty() && !good.is_empty()
    };
    table.headers().iter().filter(|name| !other(name)).filter(|name| numbers(name)).cloned().collect()
}

fn values(table: &Table, name: &str, wrong: &mut WrongRows) -> Vec<Option<f64>> {
    let column = match table.column(name, "--value") {
        Ok(column) => column,
        Err(problem) => {
            wrong.add(&table.file, "missing columns", problem);
            return Vec::new();
        }
    };
    let mut one = |row: usize| match value(table.cell(row, column)) {
        Ok(value) => value,
        Err((what, remedy)) => {
            let problem = Problem::new(table.place(row), format!("{name} {what}"), remedy);
            wrong.add(&table.file, format!("bad numbers in {name}"), problem);
            None
        }
    };
    (0..table.len()).map(&mut one).collect()
}

/// A result: blank, `NA` and `NaN` are unknown, `inf` is never reached, `-inf` the utility of nothing.
fn value(text: &str) -> std::result::Result<Option<f64>, (String, String)> {
    match text.to_ascii_lowercase().as_str() {
        "na" | "nan" | "null" => Ok(None),
        "inf" | "+inf" | "infinity" | "+infinity" => Ok(Some(f64::INFINITY)),
        "-inf" | "-infinity" => Ok(Some(f64::NEG_INFINITY)),
        _ => match number(text)? {
            Some(value) if value.abs() > MOST_VALUE => Err((
                format!("is {value:e}, more than {MOST_VALUE:e}"),
                "correct it: sums of such numbers overflow".into(),
            )),
            value => Ok(value),
        },
    }
}

/// The people of each cell under the word that its row has, in the order of the words (numbers by size).
fn groups_by(
    table: &Table,
    by: &str,
    population: Option<&[f64]>,
) -> std::result::Result<Vec<Column>, Problem> {
    let column = table.column(by, "--by")?;
    let mut groups: BTreeMap<(bool, u64, String), Vec<f64>> = BTreeMap::new();
    for row in 0..table.len() {
        let word = table.cell(row, column);
        if word.is_empty() {
            continue;
        }
        // Whole numbers by size, before words.
        let number = word.parse::<u64>().ok();
        let key = (number.is_none(), number.unwrap_or(0), word.to_string());
        let people = groups.entry(key).or_insert_with(|| vec![0.0; table.len()]);
        people[row] = population.map_or(1.0, |people| people.get(row).copied().unwrap_or(0.0));
    }
    if groups.is_empty() || groups.len() > MOST_GROUPS {
        let what = format!("{by} has {} different words, which makes no groups", groups.len());
        let remedy = format!("name a column of 1 to {MOST_GROUPS} words, or counts with --groups");
        return Err(Problem::new(&table.file, what, remedy));
    }
    let named = |((_, _, word), values)| Column { name: format!("{by}_{word}"), values };
    Ok(groups.into_iter().map(named).collect())
}

fn places(
    table: &Table,
    wanted: &WantedColumns,
    diagnostics: &mut Diagnostics,
    wrong: &mut WrongRows,
) -> RowPlaces {
    let named = wanted.x.is_some() || wanted.y.is_some();
    let pair = |x: &str, y: &str| {
        let name = |given: &Option<String>, usual: &str| given.clone().unwrap_or_else(|| usual.to_string());
        (name(&wanted.x, x), name(&wanted.y, y))
    };
    let degrees = |x: &str, y: &str, crs: &str, diagnostics: &mut Diagnostics, wrong: &mut WrongRows| {
        let at = Where { x, y, crs, ids: None };
        RowPlaces::Degrees(points::points(table, at, diagnostics, wrong).points)
    };
    let (x, y) = pair("x", "y");
    if let Some(crs) = &wanted.crs {
        return degrees(&x, &y, crs, diagnostics, wrong);
    }
    if table.shapes().is_some() || (!named && table.has("lon") && table.has("lat")) {
        return degrees("lon", "lat", "EPSG:4326", diagnostics, wrong);
    }
    if named || (table.has("x") && table.has("y")) {
        let (east, north) = (values(table, &x, wrong), values(table, &y, wrong));
        let both: Option<Vec<(f64, f64)>> = east
            .into_iter()
            .zip(north)
            .map(|(x, y)| Some((x?, y?)).filter(|(x, y)| x.is_finite() && y.is_finite()))
            .collect();
        return both.map_or(RowPlaces::Unknown, RowPlaces::Metres);
    }
    let id = table.column(wanted.id.as_deref().unwrap_or("id"), "--id").ok();
    let ids = id.map(|id| (0..table.len()).map(|row| table.cell(row, id).to_string()).collect::<Vec<_>>());
    match ids.as_deref().and_then(points::h3_centres) {
        Some(points) => RowPlaces::Degrees(points),
        None => RowPlaces::Unknown,
    }
}

/// The people's columns in the order of the table's rows. Rows without people stay, with nobody.
fn joined(
    found: FoundColumns,
    table: &Table,
    people: &Table,
    wanted: &WantedColumns,
    diagnostics: &mut Diagnostics,
) -> Result<FoundColumns> {
    let id = wanted.id.as_deref().unwrap_or("id");
    let column = |table: &Table| table.column(id, "--id").map_err(|problem| Error::Input(vec![problem]));
    let (mine, theirs) = (column(table)?, column(people)?);
    let mut rows: HashMap<&str, usize> = HashMap::new();
    for row in 0..people.len() {
        if let Some(before) = rows.insert(people.cell(row, theirs), row) {
            let what = format!("has the id {} of {} again", people.cell(row, theirs), people.place(before));
            return Err(Error::input(people.place(row), what, "give each place one row"));
        }
    }
    let mut at = Vec::with_capacity(table.len());
    for row in 0..table.len() {
        let found = rows.get(table.cell(row, mine)).copied();
        if found.is_none() {
            diagnostics.add(NOT_AMONG_PEOPLE, &table.file, "", table.at(row), table.cell(row, mine));
        }
        at.push(found);
    }
    if at.iter().all(Option::is_none) {
        let what = format!("shares no id with {}", people.file);
        return Err(Error::input(&table.file, what, "name the column of the ids with --id"));
    }
    let pick = |column: &Vec<f64>, otherwise: f64| -> Vec<f64> {
        at.iter().map(|row| row.map_or(otherwise, |row| column[row])).collect()
    };
    // Where a place is not known, no block can be told: then cells are drawn one by one.
    let place =
        |points: Vec<(f64, f64)>| at.iter().map(|row| Some(points[(*row)?])).collect::<Option<Vec<_>>>();
    let places = match found.places {
        RowPlaces::Degrees(points) => place(points).map_or(RowPlaces::Unknown, RowPlaces::Degrees),
        RowPlaces::Metres(points) => place(points).map_or(RowPlaces::Unknown, RowPlaces::Metres),
        RowPlaces::Unknown => RowPlaces::Unknown,
    };
    // Without a population a row with people weighs 1, and one without nothing.
    let population = found.population.as_ref().map(|column| pick(column, 0.0)).or_else(|| {
        at.iter()
            .any(Option::is_none)
            .then(|| at.iter().map(|row| f64::from(u8::from(row.is_some()))).collect())
    });
    let group = |group: &Column| Column { name: group.name.clone(), values: pick(&group.values, 0.0) };
    Ok(FoundColumns {
        population,
        population_se: found.population_se.as_ref().map(|column| pick(column, 0.0)),
        income: found.income.as_ref().map(|column| pick(column, f64::NAN)),
        income_se: found.income_se.as_ref().map(|column| pick(column, 0.0)),
        groups: found.groups.iter().map(group).collect(),
        places,
        ids: found.ids,
        columns: found.columns,
    })
}
