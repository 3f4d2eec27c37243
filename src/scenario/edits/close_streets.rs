//! Streets that nobody walks: a bridge out.

use crate::inputs::raw::RawStreets;
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::edit::{EditSpec, Lengths, StreetsEdit, Target, WrittenPlaces};
use crate::scenario::said::WrongEdit;
use crate::scenario::streets::{WhichStreets, change, coordinates};

const NAME: &str = "close_streets";

#[derive(Clone, Debug, PartialEq)]
pub struct CloseStreets {
    pub streets: WhichStreets,
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
    fn apply(&self, raw: &mut RawStreets, said: &mut WrongEdit) -> Lengths {
        Lengths { added_mm: 0, removed_mm: change(raw, &self.streets, None, said) }
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{CloseStreets, NAME};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::reading::EditKind;
    use crate::scenario::streets::written::{STREETS, polygon_there, streets};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "streets that nobody walks: a bridge out",
            groups: &[&STREETS],
            read: |s, _| CloseStreets { streets: streets(s) }.into(),
        },
        modifications: &[],
    };

    pub fn to_conveyal(edit: &CloseStreets, _: &mut ConveyalIds<'_>) -> Translated {
        Ok(json!({
            "type": "modify-streets", "polygons": [polygon_there(&edit.streets)?], "allowedModes": [],
        }))
    }
}
