//! Amounts: what opportunities and people there are at places, as edits change them; keys that such edits share.

use super::edited_places::EditedPlaces;
use super::said::{NamedThing, WrongEdit, hint};
use crate::inputs::raw::RawPlaces;

/// Which list of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Cells,
    /// All `[[destinations]]` together.
    Destinations,
}

/// What an amount is of.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// A column of opportunities.
    Of(String),
    /// People, and with them their groups.
    People,
}

/// The list that an edit is for.
pub(super) fn list_of<'p>(
    edited: &'p mut EditedPlaces,
    whose: Option<Whose>,
    amount: &Amount,
    said: &mut WrongEdit,
) -> Option<&'p mut RawPlaces> {
    let EditedPlaces { cells, others, .. } = edited;
    let Amount::Of(column) = amount else {
        if cells.population.is_none() {
            said.wrong("changes people, and the cells have none", "name the column with [cells] population");
            return None;
        }
        return Some(cells);
    };
    let has = |places: &RawPlaces| places.opportunities.iter().any(|known| known.name == *column);
    let found = (has(cells), others.as_ref().is_some_and(has));
    match (whose, found) {
        (Some(Whose::Cells) | None, (true, false)) | (Some(Whose::Cells), (true, true)) => Some(cells),
        (Some(Whose::Destinations) | None, (false, true)) | (Some(Whose::Destinations), (true, true)) => {
            others.as_mut()
        }
        (None, (true, true)) => {
            said.wrong(
                format_args!("names \"{column}\", which cells and destinations have"),
                "write places = \"cells\" or places = \"destinations\"",
            );
            None
        }
        _ => {
            let lists = [Some(&*cells), others.as_ref()].into_iter().flatten();
            let names = lists.flat_map(|places| places.opportunities.iter());
            let named = names.map(|known| NamedThing { index: 0, feed: "", id: &known.name, name: "" });
            said.wrong(format_args!("names \"{column}\", which is no column there"), hint(column, named));
            None
        }
    }
}

pub(super) fn amounts<'p>(places: &'p RawPlaces, amount: &Amount) -> Option<&'p Vec<f64>> {
    match amount {
        Amount::People => places.population.as_ref(),
        Amount::Of(name) => {
            places.opportunities.iter().find(|column| column.name == *name).map(|c| &c.values)
        }
    }
}

/// The column, or with people their groups' too.
pub(super) fn columns<'p>(places: &'p mut RawPlaces, amount: &Amount) -> Vec<&'p mut Vec<f64>> {
    match amount {
        Amount::People => places
            .population
            .iter_mut()
            .chain(places.groups.iter_mut().map(|group| &mut group.values))
            .collect(),
        Amount::Of(name) => {
            let column = places.opportunities.iter_mut().find(|column| column.name == *name);
            column.into_iter().map(|column| &mut column.values).collect()
        }
    }
}

/// Reading of what an amount is.
#[cfg(feature = "native")]
pub(super) mod written {
    use super::{Amount, Whose};
    use crate::scenario::reading::{Absent, KeyGroup, Required, Section, Text, Words, group, key, word_of};

    pub const PLACES: KeyGroup = group(
        "places",
        &[key(
            "places",
            Words(&["cells", "destinations"]),
            Absent("where the column is"),
            "\"cells\"",
            "\"cells\" or \"destinations\"",
        )],
    );

    pub const COLUMN: KeyGroup =
        group("column", &[key("column", Text, Required, "\"jobs\"", "a column of opportunities")]);

    /// Of the keys of [`PLACES`] and [`COLUMN`].
    pub fn column(s: &mut Section<'_, '_>) -> (Option<Whose>, Amount) {
        let whose = [Whose::Cells, Whose::Destinations];
        let places = word_of(s, "places").map(|which| whose[which]);
        (places, Amount::Of(s.text("column").unwrap_or_default()))
    }
}
