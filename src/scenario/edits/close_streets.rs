//! Streets that nobody uses any more, or not by some modes: a bridge out, a street without cars.

use crate::inputs::raw::{RawStreets, StressLine};
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::edit::{EditSpec, Lengths, StreetsEdit, Target, WrittenPlaces};
use crate::scenario::modes::Modes;
use crate::scenario::said::WrongEdit;
use crate::scenario::streets::{Among, WhichStreets, coordinates, cut_out};

const NAME: &str = "close_streets";

#[derive(Clone, Debug, PartialEq)]
pub struct CloseStreets {
    pub streets: WhichStreets,
    /// For whom.
    pub modes: Modes,
}

impl EditSpec for CloseStreets {
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

impl StreetsEdit for CloseStreets {
    fn modes(&self) -> Modes {
        self.modes
    }

    fn apply(&self, raw: &mut RawStreets, used: Modes, _: &[StressLine], said: &mut WrongEdit) -> Lengths {
        let meant = cut_out(raw, &self.streets, Among::Used(self.modes.and(used)), said);
        for way in meant.ways {
            self.modes.forbid(&mut raw.ways[way as usize].tags);
        }
        Lengths { added_mm: 0, removed_mm: meant.mm }
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{CloseStreets, Modes, NAME};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::reading::{Absent, EditKind, KeyGroup, group};
    use crate::scenario::street_use::written::{modes, modes_key};
    use crate::scenario::streets::written::{STREETS, polygon_there, streets};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "streets that nobody uses any more, or not by some modes: a bridge out, a street without cars",
            groups: &[&STREETS, &KEYS],
            read: |s, _| CloseStreets { streets: streets(s), modes: modes(s).unwrap_or(Modes::ALL) }.into(),
        },
        modifications: &[],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[modes_key(Absent("all"), "for whom they are closed; where one may walk one may push a bicycle")],
    );

    pub fn to_conveyal(edit: &CloseStreets, _: &mut ConveyalIds<'_>) -> Translated {
        if edit.modes != Modes::ALL {
            let remedy = "write change_streets with the modes that are left";
            return Err(("streets are closed there for all, or their modes are named anew".into(), remedy));
        }
        Ok(json!({
            "type": "modify-streets", "polygons": [polygon_there(&edit.streets)?], "allowedModes": [],
        }))
    }
}
