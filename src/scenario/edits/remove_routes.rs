//! All trips of routes go.

#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::draft::{Draft, Fate};
use crate::scenario::edit::{EditSpec, Target, TimetableEdit};
use crate::scenario::said::WrongEdit;
use crate::scenario::which::Chosen;

const NAME: &str = "remove_routes";

#[derive(Clone, Debug, PartialEq)]
pub struct RemoveRoutes {
    pub routes: Vec<String>,
}

impl EditSpec for RemoveRoutes {
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

impl TimetableEdit for RemoveRoutes {
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let routes = self.routes.iter().filter_map(|route| draft.route(route, said)).collect();
        draft.change_some(&Chosen::of_routes(routes), said, |_, _| Fate::Gone);
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{NAME, RemoveRoutes};
    use crate::scenario::conveyal::ids::{ConveyalIds, IdOf, Translated};
    use crate::scenario::reading::EditKind;
    use crate::scenario::which::written::{ROUTES, some_routes};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "all trips of routes go",
            groups: &[&ROUTES],
            read: |s, _| RemoveRoutes { routes: some_routes(s) }.into(),
        },
        modifications: &[],
    };

    pub fn to_conveyal(edit: &RemoveRoutes, ids: &mut ConveyalIds<'_>) -> Translated {
        Ok(json!({ "type": "remove-trips", "routes": ids.all(IdOf::Route, &edit.routes)? }))
    }
}
