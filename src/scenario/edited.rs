//! [`EditedTimetable`]: a timetable that edits have changed.

use super::report::EditReport;
use crate::network::transit::Timetable;

/// A timetable after edits.
#[derive(Clone, Debug)]
pub struct EditedTimetable {
    /// Its stops are those before, in their order, and new ones behind them; a stop is never taken out.
    pub timetable: Timetable,
    /// Trip → the trip before the edits that it is or was made from, or [`crate::base::NONE`]. Never falls but for
    /// `NONE`s. Of a trip of frequencies.txt two may be made: each has some of its runs.
    pub came_from: Vec<u32>,
    /// Stops of before that are elsewhere now, sorted.
    pub moved_stops: Vec<u32>,
    /// One for each edit of the timetable, in their order.
    pub reports: Vec<EditReport>,
}

impl EditedTimetable {
    /// Stops whose walks are not those of before, sorted: new, elsewhere, or called at for the first time (stops that no
    /// trip calls at are not linked).
    pub fn stops_to_link(&self, base: &Timetable) -> Vec<u32> {
        let called = &self.timetable.stops.called;
        let differs = |stop: &u32| match base.stops.called.get(*stop as usize) {
            Some(&before) => before == 0 && called[*stop as usize] != 0 || self.moved_stops.contains(stop),
            None => true,
        };
        (0..called.len() as u32).filter(differs).collect()
    }
}
