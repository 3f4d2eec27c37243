//! Trips go on after their last stop, or begin before their first.

use crate::scenario::between::{New, put_between};
use crate::scenario::doubts;
use crate::scenario::draft::Draft;
use crate::scenario::edit::{EditSpec, Target, TimetableEdit, WrittenPlaces};
use crate::scenario::line::{Dwell, Pace, StopAt, longest, new_ids, new_places};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Which;

const NAME: &str = "extend";

#[derive(Clone, Debug, PartialEq)]
pub struct Extend {
    pub which: Which,
    /// Trips that end here go on …
    pub after: Option<String>,
    /// … or those that begin here begin earlier.
    pub before: Option<String>,
    pub stops: Vec<StopAt>,
    pub pace: Pace,
    pub dwell: Dwell,
}

impl EditSpec for Extend {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }

    fn coordinates(&self) -> Vec<WrittenPlaces> {
        new_places(&self.stops)
    }
}

impl TimetableEdit for Extend {
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let Extend { which, after, before, stops, pace, dwell } = self;
        let new = New { stops, pace, dwell };
        put_between(draft, which, (after.as_ref(), before.as_ref()), true, &new, said);
    }

    fn new_ids(&self) -> Vec<&str> {
        new_ids(&self.stops).collect()
    }

    fn doubts(&self) -> Vec<String> {
        doubts::dwell(longest(&self.dwell)).into_iter().collect()
    }

    fn makes_hops(&self) -> bool {
        true
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{Extend, NAME};
    use crate::scenario::line::written::{NEW_STOPS, dwell, pace, stops};
    use crate::scenario::reading::{Absent, EditKind, KeyGroup, Section, Text, group, key};
    use crate::scenario::which::written::{WHICH, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "trips go on after their last stop, or begin before their first",
            groups: &[&WHICH, &KEYS, &NEW_STOPS],
            read: |s, _| read(s).into(),
        },
        modifications: &[],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key("after", Text, Absent("before"), "\"D\"", "trips that end here go on to the stops"),
            key("before", Text, Absent("after"), "\"A\"", "trips that begin here begin at the stops"),
        ],
    );

    fn read(s: &mut Section<'_, '_>) -> Extend {
        let which = which(s);
        let (after, before) = (s.text("after"), s.text("before"));
        match (s.has("after"), s.has("before")) {
            (true, true) => s.wrong("before", "stands beside after", "write two edits, one for each end"),
            (false, false) => s.wrong("after", "is missing, and so is before", "write one of the two"),
            _ => {}
        }
        let stops = stops(s, "stops");
        if stops.is_empty() && s.has("stops") {
            s.wrong("stops", "is empty", "name the stops to go on to");
        }
        Extend { which, after, before, pace: pace(s, stops.len()), dwell: dwell(s, stops.len()), stops }
    }
}
