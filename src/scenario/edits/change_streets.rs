//! Streets that are walked more slowly, or faster.

use crate::inputs::raw::RawStreets;
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::doubts;
use crate::scenario::edit::{EditSpec, Lengths, StreetsEdit, Target, WrittenPlaces};
use crate::scenario::said::WrongEdit;
use crate::scenario::streets::{WhichStreets, change, coordinates};

const NAME: &str = "change_streets";

#[derive(Clone, Debug, PartialEq)]
pub struct ChangeStreets {
    pub streets: WhichStreets,
    /// Walking takes so many times longer; above 0.
    pub walk_factor: f64,
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
    fn apply(&self, raw: &mut RawStreets, said: &mut WrongEdit) -> Lengths {
        let mm = change(raw, &self.streets, Some(self.walk_factor), said);
        Lengths { added_mm: mm, removed_mm: mm }
    }

    fn doubts(&self) -> Vec<String> {
        doubts::walk_factor(self.walk_factor).into_iter().collect()
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::{Value, json};

    use super::{ChangeStreets, NAME};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields, point, points};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::edits::close_streets;
    use crate::scenario::reading::{EditKind, FACTOR, KeyGroup, Required, key, positive};
    use crate::scenario::streets::written::{
        STREETS, factor_there, not_on_foot, polygon_there, streets, walk_factor_there, walked,
    };
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "streets that are walked more slowly, or faster",
            groups: &[&STREETS, &KEYS],
            read: |s, _| {
                let streets = streets(s);
                ChangeStreets { streets, walk_factor: positive(s, "walk_factor").unwrap_or(1.0) }.into()
            },
        },
        modifications: &[("modify-streets", from_conveyal)],
    };

    const KEYS: KeyGroup = KeyGroup {
        name: NAME,
        keys: &[key("walk_factor", FACTOR, Required, "1.5", "walking takes so many times longer")],
        tables: &[],
        later: &[
            ("modes", "streets for bicycles or cars"),
            ("car_speed_kmh", "driving"),
            ("car_speed_factor", "driving"),
            ("bicycle_factor", "edits of streets to cycle on"),
            ("stress", "stress of cycling"),
        ],
    };

    /// Where nobody may walk they are edits of the other kind.
    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let ring = |value: &Value| value.as_array()?.iter().map(point).collect::<Option<Vec<_>>>();
        let polygons = m.list("polygons", "a list of polygons [[lon, lat], …]", ring);
        let polygons = m.must("polygons", polygons).unwrap_or_default();
        let walked = walked(m);
        let factor = walk_factor_there(m);
        not_on_foot(m, ["carSpeedKph", "carSpeedFactor", "bikeTimeFactor", "bikeLts"]);
        match (walked, factor) {
            (Some(false), _) => {
                let close = |ring: &Vec<[f64; 2]>| {
                    EditToml::new(close_streets::written::KIND.kind.name).put("polygon", points(ring))
                };
                polygons.iter().map(close).collect()
            }
            (_, Some(factor)) => {
                if polygons.len() > 1 {
                    let remedy = "write a modification for each polygon";
                    m.not_yet(
                        "has a walkTimeFactor for several polygons, which would count twice in both",
                        remedy,
                    );
                }
                if walked == Some(true) {
                    m.note("streets that may not be walked stay so, also where allowedModes has WALK");
                }
                let change = |ring: &Vec<[f64; 2]>| {
                    EditToml::new(NAME).put("polygon", points(ring)).put("walk_factor", &factor)
                };
                polygons.iter().map(change).collect()
            }
            _ => {
                m.not_yet("changes nothing for people who walk", "cars and bicycles are not there yet");
                Vec::new()
            }
        }
    }

    pub fn to_conveyal(edit: &ChangeStreets, _: &mut ConveyalIds<'_>) -> Translated {
        factor_there(edit.walk_factor)?;
        Ok(json!({
            "type": "modify-streets", "polygons": [polygon_there(&edit.streets)?],
            "walkTimeFactor": edit.walk_factor,
        }))
    }
}
