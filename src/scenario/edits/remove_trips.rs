//! Trips go, or with a time of day some of their runs.

#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Which;

const NAME: &str = "remove_trips";

#[derive(Clone, Debug, PartialEq)]
pub struct RemoveTrips {
    pub which: Which,
}

impl EditSpec for RemoveTrips {
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

impl TimetableEdit for RemoveTrips {
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let chosen = draft.chosen(&self.which, said);
        draft.change_some(&chosen, said, |_, _| Fate::Gone);
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{NAME, RemoveTrips};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::edits::remove_routes;
    use crate::scenario::reading::EditKind;
    use crate::scenario::which::written::{WHICH, chosen_there, of_which, some_given, which};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "trips go, or with from and to the runs of a time of day",
            groups: &[&WHICH],
            read: |s, _| {
                let which = which(s);
                some_given(s, &which);
                RemoveTrips { which }.into()
            },
        },
        modifications: &[("remove-trips", from_conveyal)],
    };

    /// By routes they are edits of the other kind.
    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let Some(chosen) = chosen_there(m) else { return Vec::new() };
        let kind = match chosen.key {
            "routes" => &remove_routes::written::KIND,
            _ => &KIND,
        };
        vec![chosen.put(EditToml::new(kind.kind.name))]
    }

    pub fn to_conveyal(edit: &RemoveTrips, ids: &mut ConveyalIds<'_>) -> Translated {
        of_which(ids, "remove-trips", &edit.which)
    }
}
