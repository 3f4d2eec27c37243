//! More, fewer or other opportunities or people.

use crate::inputs::raw::RawPlaces;
use crate::scenario::amounts::{Amount, Whose, amounts, columns, list_of};
use crate::scenario::area::{Area, coordinates, within};
use crate::scenario::edit::{EditSpec, PlacesEdit, Target, WrittenPlaces};
use crate::scenario::edited_places::EditedPlaces;
use crate::scenario::report::EditReport;
use crate::scenario::said::WrongEdit;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AmountChange {
    /// To all of the area together, evenly; below 0: taken from what is there, in proportion.
    Add(f64),
    Scale(f64),
    /// In each place.
    Set(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct SetAmounts {
    /// `None`: where the amount is found.
    pub places: Option<Whose>,
    pub amount: Amount,
    pub area: Area,
    pub change: AmountChange,
}

impl EditSpec for SetAmounts {
    /// `close_opportunities` is an edit that sets 0, and has the name of one in reports.
    fn kind(&self) -> &'static str {
        match self.amount {
            Amount::Of(_) => "set_opportunities",
            Amount::People => "set_population",
        }
    }

    fn target(&self) -> Target<'_> {
        Target::Places(self)
    }

    fn coordinates(&self) -> Vec<WrittenPlaces> {
        coordinates("the", &self.area).into_iter().collect()
    }
}

impl PlacesEdit for SetAmounts {
    fn apply(&self, edited: &mut EditedPlaces, said: &mut WrongEdit) -> Option<EditReport> {
        let places = list_of(edited, self.places, &self.amount, said)?;
        let area = within(places, &self.area, said)?;
        let values = amounts(places, &self.amount)?;
        let there: f64 = area.iter().map(|&i| values[i]).sum();
        if let AmountChange::Add(number) = self.change
            && there + number < 0.0
        {
            said.wrong(
                format_args!("takes {} where there are {there}", -number),
                "take fewer, or write set = 0",
            );
            return None;
        }
        let new = |i: usize| match self.change {
            AmountChange::Set(number) => number,
            AmountChange::Scale(scale) => values[i] * scale,
            AmountChange::Add(number) if number >= 0.0 => values[i] + number / area.len() as f64,
            AmountChange::Add(number) => values[i] * ((there + number) / there),
        };
        let new: Vec<(usize, f64)> = area.iter().map(|&i| (i, new(i))).collect();
        Some(put(places, &self.amount, &new))
    }
}

/// Puts new values in; of people their groups follow.
fn put(places: &mut RawPlaces, amount: &Amount, new: &[(usize, f64)]) -> EditReport {
    let sum = |places: &RawPlaces| amounts(places, amount).map_or(0.0, |values| values.iter().sum());
    let before: f64 = sum(places);
    if let (Amount::People, Some(people)) = (amount, &places.population) {
        for group in &mut places.groups {
            let share = if before > 0.0 { group.values.iter().sum::<f64>() / before } else { 0.0 };
            for &(i, number) in new {
                let grown = group.values[i] * (number / people[i]);
                group.values[i] = if people[i] > 0.0 { grown } else { number * share };
            }
        }
    }
    if let Some(values) = columns(places, amount).into_iter().next() {
        new.iter().for_each(|&(i, number)| values[i] = number);
    }
    EditReport {
        places: new.iter().map(|&(i, _)| places.ids[i].clone()).collect(),
        total_before: before,
        total_after: sum(places),
        ..EditReport::default()
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use super::{AmountChange, SetAmounts};
    use crate::scenario::amounts::written::{COLUMN, PLACES, column};
    use crate::scenario::amounts::{Amount, Whose};
    use crate::scenario::area::written::{AREA, area};
    use crate::scenario::reading::{Absent, EditKind, KeyGroup, Number, Section, group, key, number_of};
    use crate::scenario::written::Registered;

    pub const OPPORTUNITIES: Registered = Registered {
        kind: EditKind {
            name: "set_opportunities",
            meaning: "more, fewer, or other opportunities: a work hub, a school",
            groups: &[&PLACES, &COLUMN, &AREA, &CHANGE],
            read: |s, _| {
                let change = change(s);
                of_column(s, change).into()
            },
        },
        modifications: &[],
    };

    pub const CLOSED: Registered = Registered {
        kind: EditKind {
            name: "close_opportunities",
            meaning: "opportunities are gone",
            groups: &[&PLACES, &COLUMN, &AREA],
            read: |s, _| of_column(s, AmountChange::Set(0.0)).into(),
        },
        modifications: &[],
    };

    pub const POPULATION: Registered = Registered {
        kind: EditKind {
            name: "set_population",
            meaning: "more or fewer people, and of each group in proportion",
            groups: &[&AREA, &CHANGE],
            read: |s, _| {
                let (places, amount) = (Some(Whose::Cells), Amount::People);
                SetAmounts { places, amount, area: area(s), change: change(s) }.into()
            },
        },
        modifications: &[],
    };

    const CHANGE: KeyGroup = group(
        "amounts",
        &[
            key(
                "add",
                Number(-1e12, 1e12),
                Absent("scale or set"),
                "5000",
                "so many more in all, shared evenly; below 0: less, in proportion",
            ),
            key("scale", Number(0.0, 1e6), Absent("add or set"), "1.2", "times what is there"),
            key("set", Number(0.0, 1e12), Absent("add or scale"), "300", "this in each place"),
        ],
    );

    fn of_column(s: &mut Section<'_, '_>, change: AmountChange) -> SetAmounts {
        let (places, amount) = column(s);
        SetAmounts { places, amount, area: area(s), change }
    }

    fn change(s: &mut Section<'_, '_>) -> AmountChange {
        match (s.has("add"), s.has("scale"), s.has("set")) {
            (true, false, false) => AmountChange::Add(number_of(s, "add").unwrap_or_default()),
            (false, true, false) => AmountChange::Scale(number_of(s, "scale").unwrap_or(1.0)),
            (false, false, true) => AmountChange::Set(number_of(s, "set").unwrap_or_default()),
            (false, false, false) => {
                s.wrong("add", "is missing, and so are scale and set", "write one of the three");
                AmountChange::Scale(1.0)
            }
            (add, ..) => {
                let key = if add { "add" } else { "scale" };
                s.wrong(key, "stands beside another of add, scale, set", "keep one of the three");
                AmountChange::Scale(1.0)
            }
        }
    }
}
