//! Streets that are walked, cycled or driven otherwise: slower, faster, by others.

use crate::inputs::raw::{RawStreets, StressLine};
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::edit::{EditSpec, Lengths, StreetsEdit, Target, WrittenPlaces};
use crate::scenario::modes::Modes;
use crate::scenario::said::WrongEdit;
use crate::scenario::street_use::StreetUse;
use crate::scenario::streets::{WhichStreets, coordinates, cut_out};

const NAME: &str = "change_streets";

#[derive(Clone, Debug, PartialEq)]
pub struct ChangeStreets {
    pub streets: WhichStreets,
    pub to: StreetUse,
}

impl EditSpec for ChangeStreets {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Streets(self)
    }

    fn coordinates(&self) -> Vec<WrittenPlaces> {
        coordinates(&self.streets)
    }

    #[cfg(feature = "native")]
    fn to_conveyal(&self, ids: &mut ConveyalIds<'_>) -> Translated {
        written::to_conveyal(self, ids)
    }
}

impl StreetsEdit for ChangeStreets {
    fn modes(&self) -> Modes {
        self.to.among().modes()
    }

    fn apply(&self, raw: &mut RawStreets, used: Modes, _: &[StressLine], said: &mut WrongEdit) -> Lengths {
        let meant = cut_out(raw, &self.streets, self.to.among().and(used), said);
        meant.ways.iter().for_each(|&way| self.to.apply(raw, way));
        Lengths { added_mm: meant.mm, removed_mm: meant.mm }
    }

    fn doubts(&self) -> Vec<String> {
        self.to.doubts()
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Map, Value, json};

    use super::{ChangeStreets, NAME};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, point, points};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::edits::close_streets;
    use crate::scenario::reading::{Absent, EditKind, KeyGroup, group};
    use crate::scenario::street_use::StreetUse;
    use crate::scenario::street_use::written::{
        USE, modes, modes_key, modes_there, modes_toml, put_there, put_use, read, use_there,
    };
    use crate::scenario::streets::written::{STREETS, polygon_there, streets};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "streets that are walked, cycled or driven otherwise: slower, faster, by others",
            groups: &[&STREETS, &KEYS, &USE],
            read: |s, _| {
                let streets = streets(s);
                let to = StreetUse { modes: modes(s), ..read(s) };
                let asks = USE.keys.iter().chain(KEYS.keys).any(|key| s.has(key.name));
                if !asks {
                    s.wrong(
                        "walk_factor",
                        "is missing, and so are the others: nothing changes",
                        "say what changes",
                    );
                }
                ChangeStreets { streets, to }.into()
            },
        },
        modifications: &[("modify-streets", from_conveyal)],
    };

    const KEYS: KeyGroup =
        group(NAME, &[modes_key(Absent("as they are"), "who may use them: nobody else may any more")]);

    /// Where nobody may go any more they are edits of the other kind.
    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let ring = |value: &Value| value.as_array()?.iter().map(point).collect::<Option<Vec<_>>>();
        let polygons = m.list("polygons", "a list of polygons [[lon, lat], …]", ring);
        let polygons = m.must("polygons", polygons).unwrap_or_default();
        let (modes, keys) = (modes_there(m), use_there(m));
        if modes.as_ref().is_some_and(Vec::is_empty) {
            let close = |ring: &Vec<[f64; 2]>| {
                EditToml::new(close_streets::written::KIND.kind.name).put("polygon", points(ring))
            };
            return polygons.iter().map(close).collect();
        }
        if keys.iter().any(|(key, _)| key.ends_with("_factor")) && polygons.len() > 1 {
            let remedy = "write a modification for each polygon";
            m.not_yet("has a factor for several polygons, which would count twice in both", remedy);
        }
        if modes.is_none() && keys.is_empty() {
            m.not_yet("changes nothing", "take it out");
            return Vec::new();
        }
        let modes = modes.map(|modes| modes_toml(&modes));
        let change = |ring: &Vec<[f64; 2]>| {
            put_use(EditToml::new(NAME).put("polygon", points(ring)).maybe("modes", modes.clone()), &keys)
        };
        polygons.iter().map(change).collect()
    }

    pub fn to_conveyal(edit: &ChangeStreets, _: &mut ConveyalIds<'_>) -> Translated {
        let mut there = Map::new();
        there.insert("type".into(), json!("modify-streets"));
        there.insert("polygons".into(), json!([polygon_there(&edit.streets)?]));
        put_there(&edit.to, &mut there)?;
        Ok(Value::Object(there))
    }
}
