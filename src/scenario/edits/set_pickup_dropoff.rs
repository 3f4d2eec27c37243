//! Whether one may board or alight at stops.

use crate::network::transit::{ALIGHT, BOARD};
use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Which;

const NAME: &str = "set_pickup_dropoff";

#[derive(Clone, Debug, PartialEq)]
pub struct SetPickupDropoff {
    pub which: Which,
    pub stops: Vec<String>,
    pub pickup: Option<bool>,
    pub dropoff: Option<bool>,
}

impl EditSpec for SetPickupDropoff {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }
}

impl TimetableEdit for SetPickupDropoff {
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let chosen = draft.chosen(&self.which, said);
        let stops = draft.stops(&self.stops, said);
        let set = |flags: u32, flag: u32, to: Option<bool>| match to {
            Some(true) => flags | flag,
            Some(false) => flags & !flag,
            None => flags,
        };
        draft.change_some(&chosen, said, |_, row| {
            let mut calls = row.calls.to_vec();
            let mut any = false;
            for call in calls.iter_mut().filter(|call| stops.contains(&call.stop)) {
                call.flags = set(set(call.flags, BOARD, self.pickup), ALIGHT, self.dropoff);
                any = true;
            }
            if any { Fate::of_calls(row, calls) } else { Fate::Other }
        });
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{NAME, SetPickupDropoff};
    use crate::scenario::reading::{Absent, EditKind, Flag, KeyGroup, Section, group, key};
    use crate::scenario::which::written::{STOPS, WHICH, some_stops, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "whether one may board or alight at stops",
            groups: &[&WHICH, &STOPS, &KEYS],
            read: |s, _| {
                let given = |s: &mut Section<'_, '_>, key: &str| s.has(key).then(|| s.flag(key));
                if !s.has("pickup") && !s.has("dropoff") {
                    s.wrong("pickup", "is missing, and so is dropoff", "write one of them, or both");
                }
                let (which, stops) = (which(s), some_stops(s));
                let (pickup, dropoff) = (given(s, "pickup"), given(s, "dropoff"));
                SetPickupDropoff { which, stops, pickup, dropoff }.into()
            },
        },
        modifications: &[],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key("pickup", Flag, Absent("as it is"), "false", "whether one may board"),
            key("dropoff", Flag, Absent("as it is"), "true", "whether one may alight"),
        ],
    );
}
