//! `[cells]` and `[[destinations]]`: where places come from and which columns say what.

use std::path::PathBuf;

use toml::de::DeTable;

use super::crs::crs;
use super::joins::{joins, tags};
use super::walk::{Section, TableReader};
use crate::study::{GroupsAre, PlacesSource, PlacesSpec, split_layer, with_layer};

pub(super) fn places<'t>(
    walk: &mut TableReader<'t>,
    section: &'static str,
    table: Option<&DeTable<'t>>,
    at: usize,
) -> PlacesSpec {
    let mut s = Section::open(walk, section, table, at);
    let name = if section == "cells" { section.to_string() } else { s.name() };
    if section == "destinations" && name == "cells" {
        s.wrong("name", "is \"cells\", which the grid is called", "choose another name");
    }
    let by_tags = section == "destinations" && s.has("tags");
    let source = match (s.has("file"), s.has("size_m")) {
        _ if by_tags => Some(elements(&mut s)),
        (true, true) => {
            s.wrong("size_m", "makes a grid, but there is a file too", "leave out one of file and size_m");
            None
        }
        (false, true) => Some(grid(&mut s)),
        (true, false) => Some(file(&mut s)),
        // A missing [cells] is reported once, by the caller.
        (false, false) if table.is_none() => None,
        (false, false) => {
            s.walk.wrong(
                at,
                format!("{section}: there is neither file nor size_m"),
                "name a file of places, or make a grid with size_m = 250 and crs",
            );
            None
        }
    };
    let (joins, interests) = joins(s.walk, section, table);
    let nowhere = PlacesSource::File {
        file: PathBuf::new(),
        id: String::new(),
        x: String::new(),
        y: String::new(),
        crs: String::new(),
    };
    let mut spec = PlacesSpec { joins, interests, ..PlacesSpec::bare(&name, source.unwrap_or(nowhere)) };
    s.fill(PlacesSpec::KEYS, &mut spec);
    for interest in &spec.interests {
        if !interest.column.is_empty() && !spec.opportunities.contains(&interest.column) {
            spec.opportunities.push(interest.column.clone());
        }
    }
    if spec.groups_are == GroupsAre::Shares && spec.population.is_none() {
        s.wrong(
            "groups_are",
            "is \"shares\", but there is no population to share",
            "name the population column",
        );
    }
    for (key, of, given) in [
        ("population_se", "population", spec.population_se.is_some() && spec.population.is_none()),
        ("income_se", "income", spec.income_se.is_some() && spec.income.is_none()),
    ] {
        if given {
            s.wrong(key, format!("stands without {of}"), format!("name the column of {of} too"));
        }
    }
    checked(&mut s, &spec);
    spec
}

/// Columns come from somewhere, and from one place alone.
fn checked(s: &mut Section<'_, '_>, spec: &PlacesSpec) {
    let added: Vec<&str> = spec.added().collect();
    for (i, name) in added.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if added[..i].contains(name) {
            let key = if spec.joins.is_empty() { "points_of_interest" } else { "join" };
            let what = format!("makes two columns called {name}");
            s.wrong(key, what, "give one another name: columns = [\"people as people_2020\"]");
        }
    }
    let values = match &spec.source {
        PlacesSource::File { .. } => return,
        PlacesSource::Grid { values, .. } => values.as_ref(),
        PlacesSource::Elements { .. } => None,
    };
    let people: &[&str] =
        if s.name == "cells" { &["population", "groups", "income", "population_se"] } else { &[] };
    for &key in ["opportunities"].iter().chain(people) {
        let names: Vec<&String> = match key {
            "opportunities" => spec.opportunities.iter().collect(),
            "groups" => spec.groups.iter().collect(),
            "population" => spec.population.iter().collect(),
            "income" => spec.income.iter().collect(),
            _ => spec.population_se.iter().collect(),
        };
        let own = names.iter().any(|name| !added.contains(&name.as_str()));
        if own && values.is_none() && spec.joins.is_empty() && spec.interests.is_empty() {
            let remedy = "name a table of points with values = \"…\", or join one with [[cells.join]]";
            s.wrong(key, "names columns, but a grid has none", remedy);
        } else if own && values.is_none() {
            let remedy = format!("those that are joined are {}", added.join(", "));
            s.wrong(key, "names a column that nothing joined has, and what is made here has none", remedy);
        } else if own && (key == "income" || key == "population_se") {
            let remedy = "leave it out, join it with [[cells.join]], or give the cells as a file";
            s.wrong(key, "cannot be summed into a grid", remedy);
        }
    }
    let elsewhere = |name: &String| added.contains(&name.as_str());
    let apart = spec.groups.iter().chain(&spec.population).map(elsewhere).collect::<Vec<_>>();
    if spec.groups_are == GroupsAre::Shares && apart.contains(&true) && apart.contains(&false) {
        let remedy = "take both from values, or both from one join";
        s.wrong("groups_are", "is \"shares\", of a population from another table", remedy);
    }
}

fn file(s: &mut Section<'_, '_>) -> PlacesSource {
    for key in ["boundary", "values"] {
        if s.has(key) {
            s.wrong(key, "belongs to a grid", "leave it out, or make a grid with size_m in place of file");
        }
    }
    let projected = s.has("x") || s.has("y") || s.has("crs");
    let file = layered(s);
    let id = s.text("id").unwrap_or_default();
    if !projected {
        let (x, y) = (s.text("lon").unwrap_or_default(), s.text("lat").unwrap_or_default());
        return PlacesSource::File { file, id, x, y, crs: "EPSG:4326".into() };
    }
    for key in ["lon", "lat"] {
        if s.has(key) {
            s.wrong(key, "stands beside x, y or crs", "give either lon and lat in degrees, or x, y and crs");
        }
    }
    if !s.has("crs") {
        s.wrong("crs", "is missing", "say what x and y are in, such as crs = \"EPSG:3006\"");
    }
    let x = s.text("x").unwrap_or_else(|| "x".into());
    let y = s.text("y").unwrap_or_else(|| "y".into());
    PlacesSource::File { file, id, x, y, crs: crs(s) }
}

fn elements(s: &mut Section<'_, '_>) -> PlacesSource {
    for key in ["file", "size_m", "id", "layer", "lon", "lat", "x", "y", "crs", "boundary", "values"] {
        if s.has(key) {
            s.wrong(key, "stands beside tags", "leave out one of the two: tags makes places by itself");
        }
    }
    PlacesSource::Elements { tags: tags(s) }
}

/// The file, with its layer behind it.
fn layered(s: &mut Section<'_, '_>) -> PathBuf {
    let written = s.file("file").unwrap_or_default();
    let (file, behind) = split_layer(&written);
    let layer = s.text("layer");
    let package = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gpkg"));
    if layer.is_some() && behind.is_some() {
        s.wrong("layer", "stands beside a layer in file", "leave out one of the two");
    } else if layer.is_some() && !package && !written.as_os_str().is_empty() {
        s.wrong("layer", "is of a GeoPackage (.gpkg), and file is none", "leave it out");
    }
    with_layer(&file, layer.or(behind).as_deref())
}

fn grid(s: &mut Section<'_, '_>) -> PlacesSource {
    for key in ["id", "layer", "lon", "lat", "x", "y"] {
        if s.has(key) {
            s.wrong(key, "belongs to a file", "leave it out: a grid makes its own ids and coordinates");
        }
    }
    if !s.has("crs") {
        s.wrong("crs", "is missing", "say what the squares are in, such as crs = \"EPSG:3006\"");
    }
    PlacesSource::Grid {
        size_m: s.get("size_m").unwrap_or_default(),
        crs: crs(s),
        boundary: s.has("boundary").then(|| s.file("boundary")).flatten(),
        values: s.has("values").then(|| s.file("values")).flatten(),
    }
}
