//! The places that edits write, held to the region of the study.

use crate::base::error::Problem;
use crate::base::extent::Extent;
use crate::study::{Area, Edit, MoveAmounts, PlacedEdit, SetAmounts, StopAt};

type Place = (f64, f64);

/// What is wrong with the coordinates of edits, in their order: those that cannot be of the region. Of each list of
/// corners the first is said.
pub fn astray(edits: &[PlacedEdit], region: &Extent) -> Vec<Problem> {
    let mut problems = Vec::new();
    for placed in edits {
        for (name, places) in written(&placed.edit) {
            let mut wrong = places.iter().filter_map(|&place| Some((place, region.held(place).err()?)));
            let Some(((lon, lat), astray)) = wrong.next() else { continue };
            let others = match wrong.count() {
                0 => String::new(),
                more => format!(" (and {more} more of its {} corners do)", places.len()),
            };
            let what = format!("{}: {name} {lon}, {lat} {}{others}", placed.edit.kind(), astray.what);
            problems.push(Problem::new(&placed.place, what, astray.remedy));
        }
    }
    problems
}

/// Whether an edit writes any coordinates.
pub fn has_places(edits: &[PlacedEdit]) -> bool {
    edits.iter().any(|placed| !written(&placed.edit).is_empty())
}

/// The places of an edit, each list with what it is.
fn written(edit: &Edit) -> Vec<(String, Vec<Place>)> {
    let area = |name: &str, area: &Area| match area {
        Area::Ids(_) => None,
        Area::Polygon(ring) => {
            Some((format!("{name} corner"), ring[..ring.len().saturating_sub(1)].to_vec()))
        }
        Area::Point { lon, lat, .. } => Some((format!("{name} point"), vec![(*lon, *lat)])),
    };
    let stops = |stops: &[StopAt]| {
        let new = stops.iter().filter_map(|stop| match stop {
            StopAt::New { id, lon, lat, .. } => Some((format!("new stop \"{id}\" at"), vec![(*lon, *lat)])),
            StopAt::Known(_) => None,
        });
        new.collect::<Vec<_>>()
    };
    let ring = |ring: &[Place]| match ring {
        [] => Vec::new(),
        ring => vec![("polygon corner".to_string(), ring[..ring.len() - 1].to_vec())],
    };
    match edit {
        Edit::AddLine(edit) => stops(&edit.stops),
        Edit::Reroute(edit) => stops(&edit.stops),
        Edit::Extend(edit) => stops(&edit.stops),
        Edit::MoveStop(edit) => vec![(format!("stop \"{}\" to", edit.stop), vec![(edit.lon, edit.lat)])],
        Edit::SetAmounts(SetAmounts { area: of, .. }) => area("the", of).into_iter().collect(),
        Edit::MoveAmounts(MoveAmounts { from, to, .. }) => {
            [area("from:", from), area("to:", to)].into_iter().flatten().collect()
        }
        Edit::AddStreet(edit) => vec![("line point".to_string(), edit.line.clone())],
        Edit::CloseStreets(streets) => ring(&streets.polygon),
        Edit::ChangeStreets(edit) => ring(&edit.streets.polygon),
        Edit::RemoveTrips(_)
        | Edit::RemoveRoutes(_)
        | Edit::RemoveStops(_)
        | Edit::SetHeadway(_)
        | Edit::SetSpeed(_)
        | Edit::SetDwell(_)
        | Edit::Shift(_)
        | Edit::CutShort(_)
        | Edit::SetPickupDropoff(_)
        | Edit::AddFeed(_)
        | Edit::ReplaceFeed(_)
        | Edit::SetProfile(_) => Vec::new(),
    }
}
