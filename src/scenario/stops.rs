//! A stop is elsewhere, or one may no longer board or alight there.

use super::draft::{Draft, Fate};
use super::names::Said;
use crate::base::meridian::wrapped;
use crate::network::transit::{ALIGHT, BOARD};
use crate::study::{MoveStop, SetPickupDropoff};

/// A station takes its stops along, by as many degrees. Times of trips stay.
pub(super) fn move_stop(draft: &mut Draft<'_>, edit: &MoveStop, said: &mut Said) {
    let Some(stop) = draft.stop(&edit.stop, said) else { return };
    let (lon, lat) = (draft.table.stops.lon[stop as usize], draft.table.stops.lat[stop as usize]);
    for platform in draft.with_platforms(stop) {
        let at = (draft.table.stops.lon[platform as usize], draft.table.stops.lat[platform as usize]);
        let to = match platform == stop {
            true => (edit.lon, edit.lat),
            false => (wrapped(at.0 + edit.lon - lon), at.1 + edit.lat - lat),
        };
        if platform == stop || to.0.is_finite() && to.1.is_finite() {
            draft.move_stop(platform, to);
        }
    }
}

pub(super) fn pickup_dropoff(draft: &mut Draft<'_>, edit: &SetPickupDropoff, said: &mut Said) {
    let chosen = draft.chosen(&edit.which, said);
    let stops = draft.stops(&edit.stops, said);
    let set = |flags: u32, flag: u32, to: Option<bool>| match to {
        Some(true) => flags | flag,
        Some(false) => flags & !flag,
        None => flags,
    };
    draft.change_some(&chosen, said, |_, row| {
        let mut calls = row.calls.to_vec();
        let mut any = false;
        for call in calls.iter_mut().filter(|call| stops.contains(&call.stop)) {
            call.flags = set(set(call.flags, BOARD, edit.pickup), ALIGHT, edit.dropoff);
            any = true;
        }
        if any { Fate::of_calls(row, calls) } else { Fate::Other }
    });
}
