//! Trips stand shorter or longer at stops on their way.

#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::doubts;
use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::timing::{retimed, rounded};
use crate::scenario::which::Which;

const NAME: &str = "set_dwell";

/// Seconds, or a multiple of what there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DwellChange {
    Seconds(u32),
    Scale(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct SetDwell {
    pub which: Which,
    /// Empty: all.
    pub stops: Vec<String>,
    pub change: DwellChange,
}

impl EditSpec for SetDwell {
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

impl TimetableEdit for SetDwell {
    /// Those at both ends of a trip do not matter.
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let chosen = draft.chosen(&self.which, said);
        let stops = draft.stops(&self.stops, said);
        draft.change_some(&chosen, said, |_, row| {
            let mut any = false;
            let changed = retimed(&row.calls, |i, dwell_s, hop_s| {
                if i == 0 || !(self.stops.is_empty() || stops.contains(&row.calls[i].stop)) {
                    return (dwell_s, hop_s);
                }
                any = true;
                let dwell_s = match self.change {
                    DwellChange::Seconds(seconds) => seconds as i32,
                    DwellChange::Scale(scale) => rounded(f64::from(dwell_s) * scale),
                };
                (dwell_s, hop_s)
            });
            if any { Fate::of_calls(row, changed) } else { Fate::Other }
        });
    }

    fn doubts(&self) -> Vec<String> {
        let longest = match self.change {
            DwellChange::Seconds(seconds) => Some(seconds),
            DwellChange::Scale(_) => None,
        };
        doubts::dwell(longest).into_iter().collect()
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{DwellChange, NAME, SetDwell};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, texts};
    use crate::scenario::conveyal::ids::{ConveyalIds, IdOf, Translated};
    use crate::scenario::reading::{
        Absent, EditKind, KeyGroup, Number, SECONDS, Section, TEXTS, group, key, number_of, whole_of,
    };
    use crate::scenario::which::written::{WHICH, chosen_there, of_which, some_given, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "trips stand shorter or longer at stops on their way",
            groups: &[&WHICH, &KEYS],
            read: |s, _| read(s).into(),
        },
        modifications: &[("adjust-dwell-time", from_conveyal)],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key("stops", TEXTS, Absent("all"), "[\"A\"]", "stop ids"),
            key("dwell_s", SECONDS, Absent("scale"), "20", "seconds from arrival to departure"),
            key("scale", Number(0.0, 100.0), Absent("dwell_s"), "0.5", "or times what there is"),
        ],
    );

    fn read(s: &mut Section<'_, '_>) -> SetDwell {
        let which = which(s);
        let stops = s.texts("stops");
        if stops.is_empty() {
            some_given(s, &which);
        }
        let change = match (s.has("dwell_s"), s.has("scale")) {
            (true, false) => whole_of(s, "dwell_s").map(DwellChange::Seconds),
            (false, true) => number_of(s, "scale").map(DwellChange::Scale),
            (true, true) => {
                s.wrong("scale", "stands beside dwell_s", "leave out one of the two");
                None
            }
            (false, false) => {
                s.wrong("dwell_s", "is missing, and so is scale", "write one of the two");
                None
            }
        };
        SetDwell { which, stops, change: change.unwrap_or(DwellChange::Scale(1.0)) }
    }

    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let which = chosen_there(m);
        let stops = m.ids("stops");
        // Below 0 is how an object without it is written there.
        let dwell_s = m.whole("dwellSecs").filter(|&dwell| dwell >= 0);
        let scale = m.number("scale").filter(|&scale| scale >= 0.0);
        if dwell_s.is_some() == scale.is_some() {
            m.wrong("needs one of dwellSecs and scale", "write one of the two");
        }
        let Some(which) = which else { return Vec::new() };
        let edit = which.put(EditToml::new(NAME));
        let edit = edit.maybe("stops", (!stops.is_empty()).then(|| texts(&stops)));
        vec![edit.maybe("dwell_s", dwell_s).maybe("scale", scale.map(|scale| format!("{scale:?}")))]
    }

    pub fn to_conveyal(edit: &SetDwell, ids: &mut ConveyalIds<'_>) -> Translated {
        let mut value = of_which(ids, "adjust-dwell-time", &edit.which)?;
        if !edit.stops.is_empty() {
            value["stops"] = json!(ids.all(IdOf::Stop, &edit.stops)?);
        }
        match edit.change {
            DwellChange::Seconds(seconds) => value["dwellSecs"] = json!(seconds),
            DwellChange::Scale(scale) => value["scale"] = json!(scale),
        }
        Ok(value)
    }
}
