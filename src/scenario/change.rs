//! Rows that an edit is for → what it makes of them, in-seat transfers kept valid.

use super::blocks::Seats;
use super::draft::{Draft, DraftTrip, Fate};
use super::said::WrongEdit;
use super::which::{Chosen, RowPart};
use crate::network::transit::Timetable;

impl<'b> Draft<'b> {
    /// Puts each row that is meant, or that part of its runs, through `edit`; says how many were meant. Nothing is
    /// done where something has been said already.
    pub fn change(
        &mut self,
        chosen: &Chosen,
        said: &WrongEdit,
        mut edit: impl FnMut(&Timetable, &mut DraftTrip<'b>) -> Fate,
    ) -> usize {
        if !said.is_well() {
            return 0;
        }
        let mut meant = 0;
        let seats = Seats::before(self, chosen);
        let rows = std::mem::take(&mut self.rows);
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            let (mut inside, outside) = match chosen.cut(self, &row) {
                RowPart::Nothing => {
                    kept.push(row);
                    continue;
                }
                RowPart::All => (row.clone(), None),
                RowPart::Parts { inside, outside } => (inside, Some(outside)),
            };
            let fate = edit(&self.table, &mut inside);
            meant += usize::from(fate != Fate::Other);
            let parted = outside.is_some();
            match fate {
                Fate::Other | Fate::Same => {
                    kept.push(row);
                    continue;
                }
                Fate::Gone if !parted => {
                    self.forget(&row);
                    self.touched.report.trips_removed += 1;
                    continue;
                }
                Fate::Gone | Fate::Changed => self.forget(&row),
            }
            self.touched.report.trips_changed += 1;
            let left = (fate == Fate::Changed).then_some(inside);
            for part in outside.into_iter().chain(left) {
                let part = DraftTrip { edit: self.edit, ..part };
                self.count(&part);
                kept.push(part);
            }
        }
        self.rows = kept;
        seats.keep(self);
        meant
    }

    /// As [`Draft::change`]; that nothing was meant is an error.
    pub fn change_some(
        &mut self,
        chosen: &Chosen,
        said: &mut WrongEdit,
        edit: impl FnMut(&Timetable, &mut DraftTrip<'b>) -> Fate,
    ) {
        if self.change(chosen, said, edit) == 0 && said.is_well() {
            said.wrong(
                "matches no trip",
                "look at the routes, trips, headsigns and times of day that it names",
            );
        }
    }
}
