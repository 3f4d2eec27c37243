//! Trips, routes and stops go.

use super::draft::{Draft, Fate};
use super::names::Said;
use super::which::Chosen;
use crate::network::transit::Call;
use crate::study::{RemoveRoutes, RemoveStops, Which};

pub(super) fn trips(draft: &mut Draft<'_>, which: &Which, said: &mut Said) {
    let chosen = draft.chosen(which, said);
    draft.change_some(&chosen, said, |_, _| Fate::Gone);
}

pub(super) fn routes(draft: &mut Draft<'_>, edit: &RemoveRoutes, said: &mut Said) {
    let routes = edit.routes.iter().filter_map(|route| draft.route(route, said)).collect();
    draft.change_some(&Chosen::of_routes(routes), said, |_, _| Fate::Gone);
}

/// Trips pass the stops: they gain the dwell there and what is saved beside it, as far as times do not fall. A trip
/// that loses its first stops keeps its times at the others; one that keeps fewer than two goes.
pub(super) fn stops(draft: &mut Draft<'_>, edit: &RemoveStops, said: &mut Said) {
    let chosen = draft.chosen(&edit.which, said);
    let stops = draft.stops(&edit.stops, said);
    let saved = edit.seconds_saved as i32;
    draft.change_some(&chosen, said, |_, row| {
        if !row.calls.iter().any(|call| stops.contains(&call.stop)) {
            return Fate::Other;
        }
        let mut calls: Vec<Call> = Vec::with_capacity(row.calls.len());
        let mut gained = 0;
        for call in row.calls.iter() {
            match calls.last() {
                _ if stops.contains(&call.stop) => {
                    if !calls.is_empty() {
                        gained += call.departure_s - call.arrival_s + saved;
                    }
                }
                None => calls.push(*call),
                Some(before) => {
                    let arrival_s = (call.arrival_s - gained).max(before.departure_s);
                    gained = call.arrival_s - arrival_s;
                    calls.push(Call { arrival_s, departure_s: call.departure_s - gained, ..*call });
                }
            }
        }
        if calls.len() < 2 {
            return Fate::Gone;
        }
        row.calls = calls.into();
        Fate::Changed
    });
}
