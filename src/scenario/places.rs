//! More, fewer or moved opportunities and people.

use geo::{Intersects, LineString, Point, Polygon};

use super::names::{Named, Said, hint};
use super::report::Report;
use crate::base::error::{Error, Problem, Result};
use crate::base::extent::Extent;
use crate::base::meridian::ring_onwards;
use crate::inputs::raw::RawPlaces;
use crate::network::streets::distance_mm;
use crate::study::{Amount, AmountChange, Area, Edit, MoveAmounts, Moved, PlacedEdit, SetAmounts, Whose};

/// Places after edits.
#[derive(Clone, Debug)]
pub struct EditedPlaces {
    pub cells: RawPlaces,
    /// All `[[destinations]]` together, where there are any.
    pub others: Option<RawPlaces>,
    /// One for each edit of places, in their order.
    pub reports: Vec<Report>,
}

/// Applies the edits that concern places, in their order; others are passed over. Points and ids stay.
///
/// Where people are added to a cell that had none, they are in groups as all people of the cells are; elsewhere
/// groups grow with the cell. Income stays.
///
/// # Errors
/// [`Error::Input`] with all that is wrong with all edits: unknown columns or ids, areas without places, more taken
/// than there is.
pub fn edit_places(
    cells: &RawPlaces,
    others: Option<&RawPlaces>,
    edits: &[PlacedEdit],
) -> Result<EditedPlaces> {
    let mut edited = EditedPlaces { cells: cells.clone(), others: others.cloned(), reports: Vec::new() };
    let mut problems: Vec<Problem> = Vec::new();
    for placed in edits {
        let mut said = Said::new(&placed.place, placed.edit.kind());
        let report = match &placed.edit {
            Edit::SetAmounts(edit) => set(&mut edited, edit, &mut said),
            Edit::MoveAmounts(edit) => shift(&mut edited, edit, &mut said),
            _ => continue,
        };
        problems.append(&mut said.problems);
        let of = |report| Report { place: placed.place.clone(), kind: placed.edit.kind(), ..report };
        edited.reports.extend(report.map(of));
    }
    if problems.is_empty() { Ok(edited) } else { Err(Error::Input(problems)) }
}

fn set(edited: &mut EditedPlaces, edit: &SetAmounts, said: &mut Said) -> Option<Report> {
    let places = of(edited, edit.places, &edit.amount, said)?;
    let area = within(places, &edit.area, said)?;
    let values = amounts(places, &edit.amount)?;
    let there: f64 = area.iter().map(|&i| values[i]).sum();
    if let AmountChange::Add(number) = edit.change
        && there + number < 0.0
    {
        said.wrong(format_args!("takes {} where there are {there}", -number), "take fewer, or write set = 0");
        return None;
    }
    let new = |i: usize| match edit.change {
        AmountChange::Set(number) => number,
        AmountChange::Scale(scale) => values[i] * scale,
        AmountChange::Add(number) if number >= 0.0 => values[i] + number / area.len() as f64,
        AmountChange::Add(number) => values[i] * ((there + number) / there),
    };
    let new: Vec<(usize, f64)> = area.iter().map(|&i| (i, new(i))).collect();
    Some(put(places, &edit.amount, &new))
}

fn shift(edited: &mut EditedPlaces, edit: &MoveAmounts, said: &mut Said) -> Option<Report> {
    let places = of(edited, edit.places, &edit.amount, said)?;
    let (from, to) = (within(places, &edit.from, said), within(places, &edit.to, said));
    let (from, to) = (from?, to?);
    let values = amounts(places, &edit.amount)?;
    let there: f64 = from.iter().map(|&i| values[i]).sum();
    let share = match edit.moved {
        Moved::Share(share) => share,
        Moved::Number(number) if number <= there => number / there,
        Moved::Number(number) => {
            said.wrong(
                format_args!("moves {number} from where there are {there}"),
                "move fewer, or share = 1",
            );
            return None;
        }
    };
    if there == 0.0 {
        said.wrong("moves nothing: there is nothing where it moves from", "look at the area from");
        return None;
    }
    let before: f64 = values.iter().sum();
    for values in columns(places, &edit.amount) {
        let mut taken = 0.0;
        for &i in &from {
            taken += values[i] * share;
            values[i] -= values[i] * share;
        }
        to.iter().for_each(|&i| values[i] += taken / to.len() as f64);
    }
    let mut touched: Vec<usize> = from.into_iter().chain(to).collect();
    touched.sort_unstable();
    touched.dedup();
    Some(Report {
        places: touched.iter().map(|&i| places.ids[i].clone()).collect(),
        total_before: before,
        total_after: amounts(places, &edit.amount)?.iter().sum(),
        ..Report::default()
    })
}

/// The list that an edit is for.
fn of<'p>(
    edited: &'p mut EditedPlaces,
    whose: Option<Whose>,
    amount: &Amount,
    said: &mut Said,
) -> Option<&'p mut RawPlaces> {
    let EditedPlaces { cells, others, .. } = edited;
    let Amount::Of(column) = amount else {
        if cells.population.is_none() {
            said.wrong("changes people, and the cells have none", "name the column with [cells] population");
            return None;
        }
        return Some(cells);
    };
    let has = |places: &RawPlaces| places.opportunities.iter().any(|known| known.name == *column);
    let found = (has(cells), others.as_ref().is_some_and(has));
    match (whose, found) {
        (Some(Whose::Cells) | None, (true, false)) | (Some(Whose::Cells), (true, true)) => Some(cells),
        (Some(Whose::Destinations) | None, (false, true)) | (Some(Whose::Destinations), (true, true)) => {
            others.as_mut()
        }
        (None, (true, true)) => {
            said.wrong(
                format_args!("names \"{column}\", which cells and destinations have"),
                "write places = \"cells\" or places = \"destinations\"",
            );
            None
        }
        _ => {
            let lists = [Some(&*cells), others.as_ref()].into_iter().flatten();
            let names = lists.flat_map(|places| places.opportunities.iter());
            let named = names.map(|known| Named { index: 0, feed: "", id: &known.name, name: "" });
            said.wrong(format_args!("names \"{column}\", which is no column there"), hint(column, named));
            None
        }
    }
}

/// The places of an area, in their order.
fn within(places: &RawPlaces, area: &Area, said: &mut Said) -> Option<Vec<usize>> {
    let all = 0..places.ids.len();
    let far = |i: usize, lon: f64, lat: f64| distance_mm(places.points[i], (lon, lat));
    let mut found: Vec<usize> = match area {
        Area::Ids(ids) => {
            let mut find = |id: &String| {
                let found = places.ids.iter().position(|known| known == id);
                if found.is_none() {
                    let named = places.ids.iter().map(|id| Named { index: 0, feed: "", id, name: "" });
                    said.wrong(
                        format_args!("names \"{id}\", which is none of the {}", places.name),
                        hint(id, named),
                    );
                }
                found
            };
            let found: Vec<Option<usize>> = ids.iter().map(&mut find).collect();
            found.into_iter().collect::<Option<Vec<usize>>>()?
        }
        Area::Polygon(ring) => {
            let (ring, opened) = ring_onwards(ring);
            let polygon = Polygon::new(LineString::from(ring), Vec::new());
            let point = |(lon, lat): (f64, f64)| Point::new(opened.lon(lon), lat);
            all.filter(|&i| polygon.intersects(&point(places.points[i]))).collect()
        }
        Area::Point { lon, lat, radius_m: Some(radius_m) } => {
            all.filter(|&i| far(i, *lon, *lat) as f64 <= radius_m * 1000.0).collect()
        }
        Area::Point { lon, lat, radius_m: None } => {
            // The nearest place is a place of the region, or none that is meant.
            let region = Extent::around(&places.points.iter().copied());
            if let Some(Err(astray)) = region.map(|region| region.near((*lon, *lat))) {
                let what = format!("has the point {lon}, {lat}, which {}", astray.what);
                said.wrong(what, astray.remedy);
                return None;
            }
            all.min_by_key(|&i| far(i, *lon, *lat)).into_iter().collect()
        }
    };
    found.sort_unstable();
    if found.is_empty() {
        said.wrong(
            format_args!("matches none of the {}", places.name),
            "are lon and lat in that order? Or widen the area",
        );
        return None;
    }
    Some(found)
}

fn amounts<'p>(places: &'p RawPlaces, amount: &Amount) -> Option<&'p Vec<f64>> {
    match amount {
        Amount::People => places.population.as_ref(),
        Amount::Of(name) => {
            places.opportunities.iter().find(|column| column.name == *name).map(|c| &c.values)
        }
    }
}

/// The column, or with people their groups' too.
fn columns<'p>(places: &'p mut RawPlaces, amount: &Amount) -> Vec<&'p mut Vec<f64>> {
    match amount {
        Amount::People => places
            .population
            .iter_mut()
            .chain(places.groups.iter_mut().map(|group| &mut group.values))
            .collect(),
        Amount::Of(name) => {
            let column = places.opportunities.iter_mut().find(|column| column.name == *name);
            column.into_iter().map(|column| &mut column.values).collect()
        }
    }
}

/// Puts new values in; of people their groups follow.
fn put(places: &mut RawPlaces, amount: &Amount, new: &[(usize, f64)]) -> Report {
    let sum = |places: &RawPlaces| amounts(places, amount).map_or(0.0, |values| values.iter().sum());
    let before: f64 = sum(places);
    if let (Amount::People, Some(people)) = (amount, &places.population) {
        for group in &mut places.groups {
            let share = if before > 0.0 { group.values.iter().sum::<f64>() / before } else { 0.0 };
            for &(i, number) in new {
                let grown = group.values[i] * (number / people[i]);
                group.values[i] = if people[i] > 0.0 { grown } else { number * share };
            }
        }
    }
    if let Some(values) = columns(places, amount).into_iter().next() {
        new.iter().for_each(|&(i, number)| values[i] = number);
    }
    Report {
        places: new.iter().map(|&(i, _)| places.ids[i].clone()).collect(),
        total_before: before,
        total_after: sum(places),
        ..Report::default()
    }
}
