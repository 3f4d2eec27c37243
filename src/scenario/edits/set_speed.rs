//! Trips run faster or slower.

use rustc_hash::FxHashSet;

#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::timing::{retimed, rounded};
use crate::scenario::which::Which;

const NAME: &str = "set_speed";

#[derive(Clone, Debug, PartialEq)]
pub struct SetSpeed {
    pub which: Which,
    /// 2: twice as fast.
    pub scale: f64,
    /// Pairs of neighbouring stops, in the order of travel; empty: all.
    pub hops: Vec<(String, String)>,
    pub scale_dwells: bool,
}

impl EditSpec for SetSpeed {
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

impl TimetableEdit for SetSpeed {
    /// Each hop's seconds are divided by the scale, rounded half up; the first departure stays.
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let chosen = draft.chosen(&self.which, said);
        let mut set = |name: &String| draft.stops(std::slice::from_ref(name), said);
        let pairs: Vec<(FxHashSet<u32>, FxHashSet<u32>)> =
            self.hops.iter().map(|(from, to)| (set(from), set(to))).collect();
        let mut met = vec![false; pairs.len()];
        let times = |seconds: i32| rounded(f64::from(seconds) / self.scale);
        draft.change_some(&chosen, said, |_, row| {
            let mut any = false;
            let scaled = retimed(&row.calls, |i, dwell_s, hop_s| {
                let (from, to) = (row.calls[i].stop, row.calls[i + 1].stop);
                let pair = pairs.iter().position(|pair| pair.0.contains(&from) && pair.1.contains(&to));
                pair.into_iter().for_each(|pair| met[pair] = true);
                let meant = pairs.is_empty() || pair.is_some();
                any |= meant;
                let dwell_s = if self.scale_dwells && meant { times(dwell_s) } else { dwell_s };
                (dwell_s, if meant { times(hop_s) } else { hop_s })
            });
            // Hops that none of the trips makes are said below.
            if any || !pairs.is_empty() { Fate::of_calls(row, scaled) } else { Fate::Other }
        });
        if said.is_well() {
            for ((from, to), _) in self.hops.iter().zip(met).filter(|(_, met)| !met) {
                said.wrong(
                    format_args!("names the hop {from} → {to}, which no trip that it is for makes"),
                    "hops go from each stop to the next, in the order of travel",
                );
            }
        }
    }

    fn makes_hops(&self) -> bool {
        true
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Value as Json, json};
    use toml::de::DeValue;

    use super::{NAME, SetSpeed};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, listed, texts};
    use crate::scenario::conveyal::ids::{ConveyalIds, IdOf, Translated};
    use crate::scenario::reading::{
        Absent, EditKind, Exactly, Flag, KeyGroup, List, Number, Required, Section, Text, Value, group,
        items, key, number_of, text,
    };
    use crate::scenario::which::written::{WHICH, chosen_there, of_which, some_given, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "trips run faster or slower",
            groups: &[&WHICH, &KEYS],
            read: |s, _| {
                let which = which(s);
                some_given(s, &which);
                let scale = number_of(s, "scale").unwrap_or(1.0);
                SetSpeed { which, scale, hops: pairs(s, "hops"), scale_dwells: s.flag("scale_dwells") }.into()
            },
        },
        modifications: &[("adjust-speed", from_conveyal)],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key(
                "scale",
                Number(0.01, 100.0),
                Required,
                "1.2",
                "1.2: a fifth faster; the first departure stays",
            ),
            key(
                "hops",
                List(&Exactly(2, &Text)),
                Absent("all"),
                "[[\"A\", \"B\"]]",
                "pairs of neighbouring stops, in the order of travel",
            ),
            key("scale_dwells", Flag, Value("false"), "true", "dwells become shorter too"),
        ],
    );

    /// Pairs of texts.
    fn pairs(s: &mut Section<'_, '_>, key: &str) -> Vec<(String, String)> {
        let one = |value: &DeValue<'_>| match items(value, text)?.as_slice() {
            [from, to] => Ok((from.clone(), to.clone())),
            other => Err(format!("has {} names, not two", other.len())),
        };
        s.list(key, "write pairs of stops, such as [[\"A\", \"B\"]]", one)
    }

    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let which = chosen_there(m);
        let scale = m.number("scale");
        let scale = m.must("scale", scale);
        let pair = |value: &Json| match value.as_array()?.as_slice() {
            [from, to] => Some([from.as_str()?.to_string(), to.as_str()?.to_string()]),
            _ => None,
        };
        let hops = m.list("hops", "a list of pairs of stops", pair).unwrap_or_default();
        let dwells = m.flag("scaleDwells", false);
        let reference = m.has("referenceStops");
        m.ids("referenceStops");
        if reference {
            m.not_yet("referenceStops keep their time, and ours the first departure", "take them out");
        }
        let (Some(which), Some(scale)) = (which, scale) else { return Vec::new() };
        let pairs = listed(&hops, |pair| texts(&[m.id(&pair[0]), m.id(&pair[1])]));
        let edit = which.put(EditToml::new(NAME)).put("scale", format!("{scale:?}"));
        vec![
            edit.maybe("hops", (!hops.is_empty()).then_some(pairs))
                .maybe("scale_dwells", dwells.then_some(true)),
        ]
    }

    pub fn to_conveyal(edit: &SetSpeed, ids: &mut ConveyalIds<'_>) -> Translated {
        let mut value = of_which(ids, "adjust-speed", &edit.which)?;
        value["scale"] = json!(edit.scale);
        if !edit.hops.is_empty() {
            let pair = |(a, b): &(String, String)| ids.all(IdOf::Stop, &[a.clone(), b.clone()]);
            value["hops"] = json!(edit.hops.iter().map(pair).collect::<Result<Vec<_>, _>>()?);
        }
        value["scaleDwells"] = json!(edit.scale_dwells);
        Ok(value)
    }
}
