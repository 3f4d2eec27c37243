//! What cells get from elsewhere: columns of other tables, and what OpenStreetMap has in them.

use std::path::PathBuf;

use super::keys::declaration::Fallback::{Absent, Required, Value};
use super::keys::declaration::Shape::{self, File, Filled, Text, Words};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::{EPSG, NEAR, TEXTS};

/// Filters of elements of OpenStreetMap.
pub const TAGS: Shape = Filled(&Text);

/// One `[[cells.join]]`: columns of another table.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinSpec {
    pub file: PathBuf,
    pub by: JoinBy,
    /// Amounts, such as people: given out once, and added up.
    pub columns: Vec<Taken>,
    /// Figures, such as a median income: averaged.
    pub mean: Vec<Taken>,
    /// Column of amounts that weight the means; with points that amounts are spread over, a column of theirs.
    pub weight: Option<String>,
    /// Of shapes or x and y that do not tell it themselves.
    pub crs: Option<String>,
}

impl JoinSpec {
    pub const KEYS: &'static [Entry<JoinSpec>] = &[
        key("cells.join", "file", Required, "\"income.csv\"", "the other table, in any form that is read").takes(File).apart(),
        key(
        "cells.join",
        "by",
        Value("\"key\""),
        "\"area\"",
        "\"key\", \"area\" (polygons, by share of area) or \"points\" (summed in the cell that holds them)",
    ).takes(Words(&["key", "area", "points"])).apart(),
        key("cells.join", "key", Absent("by area or points"), "\"id\"", "column of the file that is equal to on").takes(Text).apart(),
        key("cells.join", "on", Absent("the id"), "\"deso\"", "column of the cells that is equal to key").takes(Text).apart(),
        key(
        "cells.join",
        "columns",
        Value("[]"),
        "[\"Antal as people\"]",
        "amounts: given out once, and summed; \"a as b\": under another name",
    ).takes(TEXTS).apart(),
        key(
        "cells.join",
        "mean",
        Value("[]"),
        "[\"income\"]",
        "figures that are averaged; blank where not known",
    ).takes(TEXTS).apart(),
        key(
        "cells.join",
        "weights",
        Absent("the file has points"),
        "\"dwellings.csv\"",
        "by points: points within the file's polygons, over which these are spread",
    ).takes(File).apart(),
        key(
        "cells.join",
        "weight",
        Absent("area; each point as one"),
        "\"people\"",
        "column that weights means; with weights a column of theirs, which also spreads amounts",
    ).takes(Text).fills(|spec| &mut spec.weight),
        key(
        "cells.join",
        "within_m",
        Absent("cells must have outlines"),
        "200",
        "by points, where cells are points: at the nearest, not farther, m",
    ).takes(NEAR).apart(),
        key(
        "cells.join",
        "crs",
        Absent("the file's own, or lon and lat"),
        "\"EPSG:3006\"",
        "projection of shapes or x and y that do not tell it",
    ).takes(EPSG).apart(),
    ];

    /// The files that it names.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let weights = match &self.by {
            JoinBy::Points { weights, .. } => weights.as_ref(),
            JoinBy::Key { .. } | JoinBy::Area => None,
        };
        std::iter::once(&self.file).chain(weights)
    }
}

/// What makes a row belong to a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum JoinBy {
    /// Equal texts: the file's column, and the cells' (`None`: their id).
    Key { key: String, on: Option<String> },
    /// Polygons are spread over the cells by the share of their area.
    Area,
    /// Points are summed in the cell that holds them. With `weights` polygons are spread over its points first.
    Points { weights: Option<PathBuf>, within_m: Option<f64> },
}

/// A column and the name that it gets: `"Antal as people"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub column: String,
    pub name: String,
}

/// One `[[cells.points_of_interest]]`: a column of how many there are in each cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InterestSpec {
    pub column: String,
    /// An element counts, once, if one of these fits.
    pub tags: Vec<TagFilter>,
    /// Cells that are points count what is nearest to them, and not farther, m.
    pub within_m: Option<f64>,
}

impl InterestSpec {
    pub const KEYS: &'static [Entry<InterestSpec>] = &[
        key("cells.points_of_interest", "column", Required, "\"schools\"", "the column that is made")
            .takes(Text)
            .fills(|spec| &mut spec.column),
        key(
            "cells.points_of_interest",
            "tags",
            Required,
            "[\"amenity=school\"]",
            "what counts: key=value, key, and with & also key!=value and !key; one of the list is enough",
        )
        .takes(TAGS)
        .apart(),
        key(
            "cells.points_of_interest",
            "within_m",
            Absent("cells must have outlines"),
            "200",
            "where cells are points: at the nearest, not farther, m",
        )
        .takes(NEAR)
        .fills(|spec| &mut spec.within_m),
    ];
}

/// Conditions on the tags of one element, all of which must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagFilter(pub Vec<TagCondition>);

/// `key=value`, `key` (any value but no), and their opposites `key!=value` and `!key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCondition {
    pub key: String,
    pub value: Option<String>,
    pub not: bool,
}

impl TagFilter {
    /// From `amenity=school`, `shop`, `amenity=school & access!=private & !disused`.
    ///
    /// # Errors
    /// In words, where it is none, or where every condition is an opposite.
    pub fn parse(text: &str) -> Result<TagFilter, String> {
        let condition = |part: &str| {
            let part = part.trim();
            let (not, rest) = part.strip_prefix('!').map_or((false, part), |rest| (true, rest));
            let (key, value, not) = match (rest.split_once("!="), rest.split_once('=')) {
                (Some((key, value)), _) if !not => (key, Some(value), true),
                (None, Some((key, value))) => (key, Some(value), not),
                (None, None) => (rest, None, not),
                _ => return Err(format!("\"{text}\" has two signs of not")),
            };
            let (key, value) = (key.trim(), value.map(str::trim));
            if key.is_empty() || value == Some("") {
                return Err(format!("\"{text}\" is no tag"));
            }
            Ok(TagCondition { key: key.to_string(), value: value.map(str::to_string), not })
        };
        let conditions: Vec<TagCondition> = text.split('&').map(condition).collect::<Result<_, _>>()?;
        if conditions.iter().all(|condition| condition.not) {
            return Err(format!("\"{text}\" only says what is not there"));
        }
        Ok(TagFilter(conditions))
    }

    /// Whether tags, (key, value) each, fit.
    pub fn fits(&self, tags: &[(String, String)]) -> bool {
        let holds = |condition: &TagCondition| {
            let own = tags.iter().find(|(key, _)| *key == condition.key).map(|(_, value)| value);
            let is = match &condition.value {
                Some(value) => own.is_some_and(|own| own.split(';').any(|one| one.trim() == value)),
                None => own.is_some_and(|own| own != "no"),
            };
            is != condition.not
        };
        self.0.iter().all(holds)
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let one = |condition: &TagCondition| match (&condition.value, condition.not) {
            (Some(value), false) => format!("{}={value}", condition.key),
            (Some(value), true) => format!("{}!={value}", condition.key),
            (None, false) => condition.key.clone(),
            (None, true) => format!("!{}", condition.key),
        };
        self.0.iter().map(one).collect::<Vec<_>>().join(" & ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_fit() {
        let fits = |filter: &str, tags: &[(&str, &str)]| {
            let tags: Vec<_> = tags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
            TagFilter::parse(filter).unwrap().fits(&tags)
        };
        assert!(fits("amenity=school", &[("amenity", "school")]));
        // Several values of one key stand side by side.
        assert!(fits("amenity=school", &[("amenity", "kindergarten; school")]));
        assert!(!fits("amenity=school", &[("amenity", "school_of_fish")]));
        assert!(fits("shop", &[("shop", "bakery")]) && !fits("shop", &[("shop", "no")]));
        assert!(!fits("shop & !disused", &[("shop", "bakery"), ("disused", "yes")]));
        assert!(fits("shop & access!=private", &[("shop", "bakery"), ("access", "yes")]));
        assert!(!fits("shop & access != private", &[("shop", "bakery"), ("access", "private")]));
    }

    #[test]
    fn filters_that_are_none() {
        for text in ["", "=x", "a=", "!a", "!a=b & c!=d", "a &", "!a!=b"] {
            assert!(TagFilter::parse(text).is_err(), "{text:?}");
        }
        for text in ["a", "a=b", "a=b & c!=d & !e"] {
            assert_eq!(TagFilter::parse(text).unwrap().text(), text);
        }
    }
}
