//! Trips take another way between two stops, before one or after one.

use crate::scenario::between::{New, put_between};
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::doubts;
use crate::scenario::draft::Draft;
use crate::scenario::edit::{EditSpec, Target, TimetableEdit, WrittenPlaces};
use crate::scenario::line::{Dwell, Pace, StopAt, longest, new_ids, new_places};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Which;

const NAME: &str = "reroute";

/// What is between `from_stop` and `to_stop` is replaced; without the one the head is, without the other the tail.
#[derive(Clone, Debug, PartialEq)]
pub struct Reroute {
    pub which: Which,
    pub from_stop: Option<String>,
    pub to_stop: Option<String>,
    /// The new stops between the two; may be empty where both are given.
    pub stops: Vec<StopAt>,
    pub pace: Pace,
    pub dwell: Dwell,
}

impl EditSpec for Reroute {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }

    fn coordinates(&self) -> Vec<WrittenPlaces> {
        new_places(&self.stops)
    }

    #[cfg(feature = "native")]
    fn to_conveyal(&self, ids: &mut ConveyalIds<'_>) -> Translated {
        written::to_conveyal(self, ids)
    }
}

impl TimetableEdit for Reroute {
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let Reroute { which, from_stop, to_stop, stops, pace, dwell } = self;
        let new = New { stops, pace, dwell };
        put_between(draft, which, (from_stop.as_ref(), to_stop.as_ref()), false, &new, said);
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
    use serde_json::json;

    use super::{NAME, Reroute};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, listed, quoted};
    use crate::scenario::conveyal::ids::{ConveyalIds, IdOf, Translated};
    use crate::scenario::conveyal::service::slug;
    use crate::scenario::line::written::{
        NEW_STOPS, dwell, dwells_there, dwells_toml, hops_there, pace, stops, stops_there, stops_toml,
    };
    use crate::scenario::reading::{Absent, EditKind, KeyGroup, Section, Text, group, key};
    use crate::scenario::which::written::{WHICH, chosen_there, of_which, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "what trips do between two stops, before one or after one is replaced by other stops",
            groups: &[&WHICH, &KEYS, &NEW_STOPS],
            read: |s, _| read(s).into(),
        },
        modifications: &[("reroute", from_conveyal)],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key(
                "from_stop",
                Text,
                Absent("the head is replaced"),
                "\"A\"",
                "last stop before what is replaced",
            ),
            key("to_stop", Text, Absent("the tail is replaced"), "\"D\"", "first stop after it"),
        ],
    );

    fn read(s: &mut Section<'_, '_>) -> Reroute {
        let which = which(s);
        let (from_stop, to_stop) = (s.text("from_stop"), s.text("to_stop"));
        if !s.has("from_stop") && !s.has("to_stop") {
            s.wrong("from_stop", "is missing, and so is to_stop", "write one of them, or both");
        }
        let stops = stops(s, "stops");
        let both = from_stop.is_some() && to_stop.is_some();
        if stops.is_empty() && s.has("stops") && !both {
            s.wrong("stops", "is empty", "name stops, or end trips on their way with cut_short");
        }
        let hops = stops.len() + usize::from(both);
        Reroute { which, from_stop, to_stop, pace: pace(s, hops), dwell: dwell(s, stops.len()), stops }
    }

    fn from_conveyal(m: &mut ModificationFields<'_>, number: usize) -> Vec<EditToml> {
        let which = chosen_there(m);
        let end = |m: &mut ModificationFields<'_>, key| m.text(key).map(|id| m.id(id));
        let (from, to) = (end(m, "fromStop"), end(m, "toStop"));
        if from.is_none() && to.is_none() {
            m.wrong("fromStop is missing, and so is toStop", "add one of them, or both");
        }
        let line = m.comment().map_or(format!("reroute_{number}"), slug);
        let stops = stops_there(m, &line);
        let ends = usize::from(from.is_some()) + usize::from(to.is_some());
        let (hop_s, dwell_s) = (m.wholes("hopTimes"), m.wholes("dwellTimes"));
        let (hop_s, dwell_s) = (m.must("hopTimes", hop_s), m.must("dwellTimes", dwell_s));
        let (Some(which), Some(hop_s), Some(dwell_s)) = (which, hop_s, dwell_s) else { return Vec::new() };
        let calls = stops.len() + ends;
        for (key, has, must) in
            [("hopTimes", hop_s.len(), calls.saturating_sub(1)), ("dwellTimes", dwell_s.len(), calls)]
        {
            if has != must {
                m.wrong(format!("{key} has {has} numbers"), &format!("write {must}"));
                return Vec::new();
            }
        }
        // The first and the last dwell are those at the stops that stay.
        let first = usize::from(from.is_some());
        let (before, rest) = dwell_s.split_at(first);
        let (own, after) = rest.split_at(stops.len());
        for (dwell, stop) in before.iter().zip(&from).chain(after.iter().zip(&to)) {
            m.note(format_args!("trips stand at {stop} as long as they did; there it would be {dwell} s"));
        }
        let edit = which.put(EditToml::new(NAME));
        let edit = edit
            .maybe("from_stop", from.map(|stop| quoted(&stop)))
            .maybe("to_stop", to.map(|stop| quoted(&stop)))
            .put("stops", stops_toml(&stops, false))
            .put("hop_s", listed(&hop_s, u32::to_string));
        vec![edit.maybe("dwell_s", (!own.is_empty()).then(|| dwells_toml(own)))]
    }

    /// Dwells at the two stops that stay are 0 there: what they were is each trip's own.
    pub fn to_conveyal(edit: &Reroute, ids: &mut ConveyalIds<'_>) -> Translated {
        let mut value = of_which(ids, "reroute", &edit.which)?;
        let mut dwells = dwells_there(&edit.dwell, edit.stops.len());
        if let Some(stop) = &edit.from_stop {
            value["fromStop"] = json!(ids.one(IdOf::Stop, stop)?);
            dwells.insert(0, 0);
        }
        if let Some(stop) = &edit.to_stop {
            value["toStop"] = json!(ids.one(IdOf::Stop, stop)?);
            dwells.push(0);
        }
        value["stops"] = json!(ids.stops(&edit.stops)?);
        value["hopTimes"] = json!(hops_there(&edit.pace)?);
        value["dwellTimes"] = json!(dwells);
        Ok(value)
    }
}
