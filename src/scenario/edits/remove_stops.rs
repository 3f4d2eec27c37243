//! Trips pass stops.

use crate::network::transit::Call;
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::doubts::minutes;
use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Which;

const NAME: &str = "remove_stops";

/// No stop that is passed saves more, s.
const MOST_SAVED_S: u32 = 600;

#[derive(Clone, Debug, PartialEq)]
pub struct RemoveStops {
    pub which: Which,
    pub stops: Vec<String>,
    /// Beside the dwell, at each stop that is passed.
    pub seconds_saved: u32,
}

impl EditSpec for RemoveStops {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }

    #[cfg(feature = "native")]
    fn to_conveyal(&self, ids: &mut ConveyalIds<'_>) -> Translated {
        written::to_conveyal(self, ids)
    }
}

impl TimetableEdit for RemoveStops {
    /// They gain the dwell there and what is saved beside it, as far as times do not fall. A trip that loses its first
    /// stops keeps its times at the others; one that keeps fewer than two goes.
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let chosen = draft.chosen(&self.which, said);
        let stops = draft.stops(&self.stops, said);
        let saved = self.seconds_saved as i32;
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

    fn doubts(&self) -> Vec<String> {
        let doubt = || format!("each stop that is passed saves {}", minutes(self.seconds_saved));
        (self.seconds_saved > MOST_SAVED_S).then(doubt).into_iter().collect()
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{NAME, RemoveStops};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, texts};
    use crate::scenario::conveyal::ids::{ConveyalIds, IdOf, Translated};
    use crate::scenario::reading::{EditKind, KeyGroup, Value, Whole, group, key, whole_of};
    use crate::scenario::which::written::{STOPS, WHICH, chosen_there, of_which, some_stops, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "trips pass stops: the dwell there and seconds_saved are gained",
            groups: &[&WHICH, &STOPS, &KEYS],
            read: |s, _| {
                let (which, stops) = (which(s), some_stops(s));
                let seconds_saved = whole_of(s, "seconds_saved").unwrap_or_default();
                RemoveStops { which, stops, seconds_saved }.into()
            },
        },
        modifications: &[("remove-stops", from_conveyal)],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[key(
            "seconds_saved",
            Whole(0, 3600),
            Value("0"),
            "15",
            "beside the dwell, at each stop that is passed",
        )],
    );

    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let which = chosen_there(m);
        let stops = m.ids("stops");
        if stops.is_empty() {
            m.wrong("stops is missing or empty", "name the stops to pass");
        }
        let saved = m.whole("secondsSavedAtEachStop").filter(|&seconds| seconds != 0);
        let Some(which) = which else { return Vec::new() };
        let edit = which.put(EditToml::new(NAME)).put("stops", texts(&stops));
        vec![edit.maybe("seconds_saved", saved)]
    }

    pub fn to_conveyal(edit: &RemoveStops, ids: &mut ConveyalIds<'_>) -> Translated {
        let mut value = of_which(ids, "remove-stops", &edit.which)?;
        value["stops"] = json!(ids.all(IdOf::Stop, &edit.stops)?);
        value["secondsSavedAtEachStop"] = json!(edit.seconds_saved);
        Ok(value)
    }
}
