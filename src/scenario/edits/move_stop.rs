//! A stop is elsewhere.

use crate::base::meridian::wrapped;
use crate::scenario::draft::Draft;
use crate::scenario::edit::{EditSpec, Target, TimetableEdit, WrittenPlaces};
use crate::scenario::said::WrongEdit;

const NAME: &str = "move_stop";

#[derive(Clone, Debug, PartialEq)]
pub struct MoveStop {
    pub stop: String,
    pub lon: f64,
    pub lat: f64,
}

impl EditSpec for MoveStop {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Timetable(self)
    }

    fn coordinates(&self) -> Vec<WrittenPlaces> {
        vec![(format!("stop \"{}\" to", self.stop), vec![(self.lon, self.lat)])]
    }
}

impl TimetableEdit for MoveStop {
    /// A station takes its stops along, by as many degrees. Times of trips stay.
    fn apply(&self, draft: &mut Draft<'_>, said: &mut WrongEdit) {
        let Some(stop) = draft.stop(&self.stop, said) else { return };
        let (lon, lat) = (draft.table.stops.lon[stop as usize], draft.table.stops.lat[stop as usize]);
        for platform in draft.with_platforms(stop) {
            let at = (draft.table.stops.lon[platform as usize], draft.table.stops.lat[platform as usize]);
            let to = match platform == stop {
                true => (self.lon, self.lat),
                false => (wrapped(at.0 + self.lon - lon), at.1 + self.lat - lat),
            };
            if platform == stop || to.0.is_finite() && to.1.is_finite() {
                draft.move_stop(platform, to);
            }
        }
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{MoveStop, NAME};
    use crate::scenario::reading::{EditKind, KeyGroup, LAT, LON, Required, Text, group, key, lon_lat};
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "a stop is elsewhere; times of trips stay",
            groups: &[&KEYS],
            read: |s, _| {
                let (lon, lat) = lon_lat(s).unwrap_or_default();
                MoveStop { stop: s.text("stop").unwrap_or_default(), lon, lat }.into()
            },
        },
        modifications: &[],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key("stop", Text, Required, "\"A\"", "stop id; a station takes its stops along"),
            key("lon", LON, Required, "18.07", "degrees"),
            key("lat", LAT, Required, "59.33", "degrees"),
        ],
    );
}
