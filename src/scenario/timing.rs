//! Trips run earlier, later, faster or slower, or stand longer.

use super::draft::{Draft, Fate};
use super::names::Said;
use crate::network::transit::FREQUENCY;
use crate::study::Shift;

/// Trips of frequencies.txt keep their calls and run at other shifts.
pub(super) fn shift(draft: &mut Draft<'_>, edit: &Shift, said: &mut Said) {
    let chosen = draft.chosen(&edit.which, said);
    draft.change_some(&chosen, said, |_, row| {
        if edit.by_s == 0 {
            return Fate::Same;
        }
        if row.trip.flags & FREQUENCY != 0 {
            row.shifts.to_mut().iter_mut().for_each(|shift| *shift += edit.by_s);
        } else {
            for call in row.calls.to_mut() {
                call.arrival_s += edit.by_s;
                call.departure_s += edit.by_s;
            }
        }
        Fate::Changed
    });
}
