//! Trips run earlier or later.

use crate::network::transit::FREQUENCY;
use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Which;

const NAME: &str = "shift";

#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    pub which: Which,
    /// Below 0: earlier.
    pub by_s: i32,
}

impl EditSpec for Shift {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }
}

impl TimetableEdit for Shift {
    /// Trips of frequencies.txt keep their calls and run at other shifts.
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let chosen = draft.chosen(&self.which, said);
        draft.change_some(&chosen, said, |_, row| {
            if self.by_s == 0 {
                return Fate::Same;
            }
            if row.trip.flags & FREQUENCY != 0 {
                row.shifts.to_mut().iter_mut().for_each(|shift| *shift += self.by_s);
            } else {
                for call in row.calls.to_mut() {
                    call.arrival_s += self.by_s;
                    call.departure_s += self.by_s;
                }
            }
            Fate::Changed
        });
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{NAME, Shift};
    use crate::scenario::reading::{EditKind, KeyGroup, Required, Whole, group, key, signed};
    use crate::scenario::which::written::{WHICH, some_given, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "trips run earlier or later",
            groups: &[&WHICH, &KEYS],
            read: |s, _| {
                let which = which(s);
                some_given(s, &which);
                Shift { which, by_s: signed(s, "by_s").unwrap_or_default() }.into()
            },
        },
        modifications: &[],
    };

    const KEYS: KeyGroup = group(
        NAME,
        // A day.
        &[key("by_s", Whole(-86_400, 86_400), Required, "-60", "seconds; below 0: earlier")],
    );
}
