//! Trips, routes and stops go.

use super::draft::{Draft, Fate};
use super::names::Said;
use crate::study::Which;

pub(super) fn trips(draft: &mut Draft<'_>, which: &Which, said: &mut Said) {
    let chosen = draft.chosen(which, said);
    draft.change_some(&chosen, said, |_, _| Fate::Gone);
}
