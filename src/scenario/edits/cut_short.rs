//! Trips end or begin at a stop on their way.

use rustc_hash::FxHashSet;

use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Which;

const NAME: &str = "cut_short";

#[derive(Clone, Debug, PartialEq)]
pub struct CutShort {
    pub which: Which,
    pub start_at: Option<String>,
    pub end_at: Option<String>,
}

impl EditSpec for CutShort {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }
}

impl TimetableEdit for CutShort {
    /// Their times there stay.
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let chosen = draft.chosen(&self.which, said);
        let mut set =
            |name: &Option<String>| name.as_ref().map(|name| draft.stops(std::slice::from_ref(name), said));
        let (start, end) = (set(&self.start_at), set(&self.end_at));
        draft.change_some(&chosen, said, |_, row| {
            let at = |set: &FxHashSet<u32>, from: usize| {
                row.calls[from..].iter().position(|call| set.contains(&call.stop)).map(|i| from + i)
            };
            let first = match &start {
                Some(set) => at(set, 0),
                None => Some(0),
            };
            let Some(first) = first else { return Fate::Other };
            let last = match &end {
                Some(set) => at(set, first + 1),
                None => Some(row.calls.len() - 1),
            };
            let Some(last) = last.filter(|&last| last > first) else { return Fate::Other };
            if (first, last) == (0, row.calls.len() - 1) {
                return Fate::Other;
            }
            let calls = row.calls[first..=last].to_vec();
            Fate::of_calls(row, calls)
        });
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{CutShort, NAME};
    use crate::scenario::reading::{Absent, EditKind, KeyGroup, Text, group, key};
    use crate::scenario::which::written::{WHICH, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "trips end or begin at a stop on their way",
            groups: &[&WHICH, &KEYS],
            read: |s, _| {
                if !s.has("start_at") && !s.has("end_at") {
                    s.wrong("end_at", "is missing, and so is start_at", "write one of them, or both");
                }
                CutShort { which: which(s), start_at: s.text("start_at"), end_at: s.text("end_at") }.into()
            },
        },
        modifications: &[],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key("start_at", Text, Absent("where they start"), "\"B\"", "trips begin here"),
            key("end_at", Text, Absent("where they end"), "\"C\"", "trips end here"),
        ],
    );
}
