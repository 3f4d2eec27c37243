//! Cells and destinations: a file or a grid → plain tables of places.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use super::columns::{self, WrongRows};
use super::grid;
use super::joins::{self, JoinCells};
use super::points::{self, Where};
use super::project::Crs;
use super::raw::{Column, RawElement, RawPlaces};
use super::tables::{self, Table};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::study::{PlacesSource, PlacesSpec, TagFilter};

/// Reads the places of a study's `[cells]` or `[[destinations]]`, in the file's order (a grid's: by rows from
/// the north-west).
///
/// `nodes` are the walkable street nodes (lon, lat); a grid without a boundary needs them.
///
/// # Errors
/// `Error::Input` with everything that is wrong in the file, each with its line.
pub fn read(
    spec: &PlacesSpec,
    folder: &Path,
    nodes: Option<&[(f64, f64)]>,
    diagnostics: &mut Diagnostics,
) -> Result<RawPlaces> {
    read_with(spec, folder, nodes, &[], diagnostics)
}

/// As [`read`], with what OpenStreetMap has for each of the places' columns of interest.
///
/// # Errors
/// As [`read`]; what is wrong in joined tables.
pub fn read_with(
    spec: &PlacesSpec,
    folder: &Path,
    nodes: Option<&[(f64, f64)]>,
    elements: &[Vec<RawElement>],
    diagnostics: &mut Diagnostics,
) -> Result<RawPlaces> {
    match &spec.source {
        PlacesSource::Grid { crs, .. } => {
            let places = grid::make(&of_its_own(spec), folder, nodes, diagnostics)?;
            let crs = Crs::parse(crs).map_err(|what| Error::input(&spec.name, what, "correct crs"))?;
            with_added(spec, folder, places, Some(&crs), elements, diagnostics)
        }
        PlacesSource::Elements { tags } => {
            let places = from_elements(spec, tags, elements)?;
            with_added(spec, folder, places, None, elements, diagnostics)
        }
        PlacesSource::File { file, id, x, y, crs } => {
            let shown = file.display().to_string();
            let table = tables::read(&folder.join(file), &shown, diagnostics)?;
            from_table(spec, folder, table, [id, x, y, crs], elements, diagnostics)
        }
    }
}

/// What a grid's own values have: no column that is added.
fn of_its_own(spec: &PlacesSpec) -> PlacesSpec {
    let mut own = spec.clone();
    let added: Vec<&str> = spec.added().collect();
    let is_added = |name: &String| added.contains(&name.as_str());
    own.population = own.population.filter(|name| !is_added(name));
    own.population_se = own.population_se.filter(|name| !is_added(name));
    own.income = own.income.filter(|name| !is_added(name));
    own.income_se = own.income_se.filter(|name| !is_added(name));
    own.opportunities.retain(|name| !is_added(name));
    own.groups.retain(|name| !is_added(name));
    own
}

/// What OpenStreetMap has, as places; it comes after what it has for the columns.
fn from_elements(spec: &PlacesSpec, tags: &[TagFilter], elements: &[Vec<RawElement>]) -> Result<RawPlaces> {
    let found = elements.get(spec.interests.len()).map_or(&[][..], Vec::as_slice);
    if found.is_empty() {
        let tags = tags.iter().map(TagFilter::text).collect::<Vec<_>>().join(", ");
        let remedy = "are the tags right, and is the extract whole, not one of streets only?";
        return Err(Error::input(&spec.name, format!("nothing in the extract is {tags}"), remedy));
    }
    Ok(RawPlaces {
        name: spec.name.clone(),
        ids: found.iter().map(RawElement::id).collect(),
        points: found.iter().map(|element| (element.lon, element.lat)).collect(),
        ..RawPlaces::default()
    })
}

/// Places that are made here, in `crs`, with the columns that are added to them, in the order of the study.
fn with_added(
    spec: &PlacesSpec,
    folder: &Path,
    mut places: RawPlaces,
    crs: Option<&Crs>,
    elements: &[Vec<RawElement>],
    diagnostics: &mut Diagnostics,
) -> Result<RawPlaces> {
    if spec.added().next().is_none() {
        return Ok(places);
    }
    let mut table = joins::bare_table(&places);
    let cells = JoinCells::new(&places.points, &places.outlines, None, crs);
    joins::add(spec, folder, &cells, &mut table, &places.ids, elements, diagnostics)?;
    let own = of_its_own(spec);
    let mut added = spec.clone();
    added.population = added.population.filter(|_| own.population.is_none());
    added.opportunities.retain(|name| !own.opportunities.contains(name));
    added.groups.retain(|name| !own.groups.contains(name));
    let mut wrong = WrongRows::default();
    let numbers = columns::numbers(&table, &added, diagnostics, &mut wrong);
    wrong.finish()?;
    let merged = |names: &[String], own: Vec<Column>, more: Vec<Column>| -> Vec<Column> {
        let mut all: Vec<Column> = own.into_iter().chain(more).collect();
        all.sort_by_key(|column| names.iter().position(|name| *name == column.name));
        all
    };
    places.population = places.population.or(numbers.population);
    places.opportunities = merged(&spec.opportunities, places.opportunities, numbers.opportunities);
    places.groups = merged(&spec.groups, places.groups, numbers.groups);
    places.income = numbers.income;
    places.population_se = numbers.population_se;
    places.income_se = numbers.income_se;
    Ok(places)
}

fn from_table(
    spec: &PlacesSpec,
    folder: &Path,
    mut table: Table,
    [id, x, y, crs]: [&str; 4],
    elements: &[Vec<RawElement>],
    diagnostics: &mut Diagnostics,
) -> Result<RawPlaces> {
    let mut wrong = WrongRows::default();
    let ids = ids(&table, id, &mut wrong);
    // Ids that are not there do not stand for coordinates.
    let at = Where { x, y, crs, ids: Some(ids.as_slice()).filter(|ids| !ids.is_empty()) };
    let found = points::points(&table, at, diagnostics, &mut wrong);
    let mut of_table = Cow::Borrowed(spec);
    if spec.added().next().is_some() {
        // What is joined is missing where nothing could be joined: only the table's own columns are looked at then.
        of_table = Cow::Owned(of_its_own(spec));
    }
    if spec.added().next().is_some() && wrong.is_empty() {
        let shapes = table.shapes().map(<[geo::Geometry]>::to_vec);
        let cells = JoinCells::new(&found.points, &found.outlines, shapes.as_deref(), found.crs.as_ref());
        let joined = joins::add(spec, folder, &cells, &mut table, &ids, elements, diagnostics);
        if wrong.take(joined)?.is_some() {
            of_table = Cow::Borrowed(spec);
        }
    }
    let numbers = columns::numbers(&table, &of_table, diagnostics, &mut wrong);
    wrong.finish()?;
    Ok(RawPlaces {
        name: spec.name.clone(),
        ids,
        points: found.points,
        outlines: found.outlines,
        crs: found.crs.filter(|crs| crs.code() != 4326).map(|crs| crs.to_string()),
        population: numbers.population,
        opportunities: numbers.opportunities,
        groups: numbers.groups,
        income: numbers.income,
        population_se: numbers.population_se,
        income_se: numbers.income_se,
    })
}

/// The ids of the rows: there, and each only once.
fn ids(table: &Table, id: &str, wrong: &mut WrongRows) -> Vec<String> {
    let column = match table.column(id, "id") {
        Ok(column) => column,
        Err(problem) => {
            wrong.add(&table.file, "missing columns", problem);
            return Vec::new();
        }
    };
    let ids: Vec<String> = (0..table.len()).map(|row| table.cell(row, column).to_string()).collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (row, id) in ids.iter().enumerate() {
        if id.is_empty() {
            let problem = Problem::new(table.place(row), "has no id", "give each place an id of its own");
            wrong.add(&table.file, "places without id", problem);
        } else if let Some(before) = first.get(id.as_str()) {
            let what = format!("the id {id} stands in {} already", table.place(*before));
            let problem = Problem::new(table.place(row), what, "give each place an id of its own");
            wrong.add(&table.file, "ids that stand there twice", problem);
        } else {
            first.insert(id, row);
        }
    }
    ids
}

/// Whether most points would lie in the streets' box (min lon, min lat, max lon, max lat) if lon and lat were
/// exchanged, and do not as they are.
pub fn would_swap_help(points: &[(f64, f64)], bbox: (f64, f64, f64, f64)) -> bool {
    // A tenth of a degree around, for points beyond the last street.
    const AROUND: f64 = 0.1;
    let inside = |x: f64, y: f64| {
        (bbox.0 - AROUND..=bbox.2 + AROUND).contains(&x) && (bbox.1 - AROUND..=bbox.3 + AROUND).contains(&y)
    };
    let as_they_are = points.iter().filter(|&&(x, y)| inside(x, y)).count();
    let exchanged = points.iter().filter(|&&(x, y)| inside(y, x)).count();
    2 * as_they_are < points.len() && 2 * exchanged > points.len()
}
