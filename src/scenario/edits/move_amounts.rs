//! Opportunities or people are elsewhere; what there is in all stays the same.

use crate::scenario::amounts::{Amount, Whose, amounts, columns, list_of};
use crate::scenario::area::{Area, coordinates, within};
use crate::scenario::edit::{EditSpec, PlacesEdit, Target, WrittenPlaces};
use crate::scenario::edited_places::EditedPlaces;
use crate::scenario::report::EditReport;
use crate::scenario::said::WrongEdit;

/// From one area to another; what there is in all stays the same.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveAmounts {
    pub places: Option<Whose>,
    pub amount: Amount,
    pub from: Area,
    pub to: Area,
    pub moved: Moved,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moved {
    /// 0 < share ≤ 1.
    Share(f64),
    Number(f64),
}

impl EditSpec for MoveAmounts {
    fn kind(&self) -> &'static str {
        match self.amount {
            Amount::Of(_) => "move_opportunities",
            Amount::People => "move_population",
        }
    }

    fn target(&self) -> Target<'_> {
        Target::Places(self)
    }

    fn coordinates(&self) -> Vec<WrittenPlaces> {
        [coordinates("from:", &self.from), coordinates("to:", &self.to)].into_iter().flatten().collect()
    }
}

impl PlacesEdit for MoveAmounts {
    fn apply(&self, edited: &mut EditedPlaces, said: &mut WrongEdit) -> Option<EditReport> {
        let places = list_of(edited, self.places, &self.amount, said)?;
        let (from, to) = (within(places, &self.from, said), within(places, &self.to, said));
        let (from, to) = (from?, to?);
        let values = amounts(places, &self.amount)?;
        let there: f64 = from.iter().map(|&i| values[i]).sum();
        let share = match self.moved {
            Moved::Share(share) => share,
            Moved::Number(number) if number <= there => number / there,
            Moved::Number(number) => {
                said.wrong(
                    format_args!("moves {number} from where there are {there}"),
                    "move fewer, or share = 1",
                );
                return None;
            }
        };
        if there == 0.0 {
            said.wrong("moves nothing: there is nothing where it moves from", "look at the area from");
            return None;
        }
        let before: f64 = values.iter().sum();
        for values in columns(places, &self.amount) {
            let mut taken = 0.0;
            for &i in &from {
                taken += values[i] * share;
                values[i] -= values[i] * share;
            }
            to.iter().for_each(|&i| values[i] += taken / to.len() as f64);
        }
        let mut touched: Vec<usize> = from.into_iter().chain(to).collect();
        touched.sort_unstable();
        touched.dedup();
        Some(EditReport {
            places: touched.iter().map(|&i| places.ids[i].clone()).collect(),
            total_before: before,
            total_after: amounts(places, &self.amount)?.iter().sum(),
            ..EditReport::default()
        })
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{MoveAmounts, Moved};
    use crate::scenario::amounts::written::{COLUMN, PLACES, column};
    use crate::scenario::amounts::{Amount, Whose};
    use crate::scenario::area::written::{KEYS, area_in};
    use crate::scenario::reading::{
        Above, Absent, EditKind, KeyGroup, KeyTable, Required, Section, Table, key, positive,
    };
    use crate::scenario::written::Registered;

    pub const OPPORTUNITIES: Registered = Registered {
        kind: EditKind {
            name: "move_opportunities",
            meaning: "opportunities are elsewhere",
            groups: &[&PLACES, &COLUMN, &FROM_TO],
            read: |s, _| {
                let (places, amount) = column(s);
                moved(s, places, amount).into()
            },
        },
        modifications: &[],
    };

    pub const POPULATION: Registered = Registered {
        kind: EditKind {
            name: "move_population",
            meaning: "people live elsewhere, in the groups that they are in",
            groups: &[&FROM_TO],
            read: |s, _| moved(s, Some(Whose::Cells), Amount::People).into(),
        },
        modifications: &[],
    };

    const FROM_TO: KeyGroup = KeyGroup {
        name: "from_to",
        keys: &[
            key("share", Above(0.0, 1.0), Absent("number"), "0.5", "how much of what is there moves"),
            key(
                "number",
                Above(0.0, 1e12),
                Absent("share"),
                "1000",
                "or how many in all, in proportion to what is there",
            ),
            key(
                "from",
                Table("from"),
                Required,
                "{ ids = [\"cell7\"] }",
                "area with the keys ids, polygon, lon, lat, radius_m",
            ),
            key(
                "to",
                Table("to"),
                Required,
                "{ lon = 18.07, lat = 59.33 }",
                "likewise; they are shared evenly there",
            ),
        ],
        tables: &[KeyTable { name: "from", keys: KEYS }, KeyTable { name: "to", keys: KEYS }],
        later: &[],
    };

    fn moved(s: &mut Section<'_, '_>, places: Option<Whose>, amount: Amount) -> MoveAmounts {
        let moved = match (s.has("share"), s.has("number")) {
            (true, false) => positive(s, "share").map(Moved::Share),
            (false, true) => positive(s, "number").map(Moved::Number),
            (true, true) => {
                s.wrong("number", "stands beside share", "leave out one of the two");
                None
            }
            (false, false) => {
                s.wrong("share", "is missing, and so is number", "write one of the two");
                None
            }
        };
        let (from, to) = (area_in(s, "from"), area_in(s, "to"));
        MoveAmounts { places, amount, from, to, moved: moved.unwrap_or(Moved::Share(1.0)) }
    }
}
