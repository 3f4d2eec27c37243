//! What each key of a study takes, for a schema that editors read: the same limits that the parser holds values to.
//! Keys that are not named here take what their example is.

use serde_json::Value;
use toml::de::DeValue;

use super::keys::Key;
use super::scenario::json;
use crate::study::TableFormat;

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A text that is not blank.
    Text,
    /// A text of this form, as a regular expression.
    Form(&'static str),
    /// One of a few words.
    Words(&'static [&'static str]),
    Flag,
    /// A whole number, from and to.
    Whole(i64, i64),
    /// A number, from and to.
    Number(f64, f64),
    /// A number above the first, up to the second.
    Above(f64, f64),
    /// A number between the two, both excluded.
    Between(f64, f64),
    /// Any number of items.
    List(&'static Shape),
    /// One or more items.
    Filled(&'static Shape),
    /// So many items.
    Exactly(usize, &'static Shape),
    Either(&'static [Shape]),
    /// A table with the keys of this section, kind of edit, or table within one.
    Table(&'static str),
    /// A table with keys of any name.
    Map(&'static Shape),
    /// One of the kinds of edits.
    Edit,
    Any,
}

use Shape::{
    Above, Any, Between, Edit, Either, Exactly, Filled, Flag, Form, List, Map, Number, Table, Text, Whole,
    Words,
};

pub const NAME: Shape = Form("^[a-z0-9_]+$");
const WINDOW: Shape =
    Form(r"^\s*[0-9]{1,3}:[0-5][0-9](:[0-5][0-9])?\s*/\s*[0-9]{1,3}:[0-5][0-9](:[0-5][0-9])?\s*$");
const DATE: Shape = Form("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
const EPSG: Shape = Form(r"^\s*[Ee][Pp][Ss][Gg]:[0-9]+\s*$");
const SHARE: Shape = Form(r"^\s*[0-9]+(\.[0-9]+)?\s*%\s*$");
pub const SECONDS: Shape = Whole(0, super::MAX_SECONDS as i64);
pub const SOME_SECONDS: Shape = Whole(1, super::MAX_SECONDS as i64);
const SPEED: Shape = Above(0.0, 100.0);
const LARGE: f64 = f64::MAX;
const POSITIVE: Shape = Above(0.0, LARGE);
const PERCENT: Shape = Above(0.0, 100.0);
const MINUTES: Shape = Whole(1, super::MAX_SECONDS as i64 / 60);
const LON: Shape = Number(-180.0, 180.0);
const BOUNDS: Shape = Exactly(2, &Number(-LARGE, LARGE));
const NONE: Shape = Exactly(0, &Any);

/// By section ("" for any) and key; the first that holds.
const SHAPES: &[(&str, &str, Shape)] = &[
    ("", "name", NAME),
    ("network", "max_link_m", Number(0.0, 100_000.0)),
    ("network", "fragment_reach_m", Number(0.0, 100_000.0)),
    ("network", "min_island_nodes", Whole(0, 1_000_000)),
    ("outputs", "crs", Either(&[EPSG, Words(&["cells"])])),
    ("outputs", "matrix", Either(&[Flag, Words(&["partitioned"])])),
    ("", "crs", EPSG),
    ("", "tags", Filled(&Text)),
    ("", "within_m", Number(0.0, 100_000.0)),
    ("cells", "join", List(&Table("cells.join"))),
    ("cells", "points_of_interest", List(&Table("cells.points_of_interest"))),
    ("cells.join", "by", Words(&["key", "area", "points"])),
    ("", "size_m", Whole(1, 100_000)),
    ("cells", "groups_are", Words(&["counts", "shares"])),
    ("period", "date", DATE),
    ("period", "depart", WINDOW),
    ("period", "arrive", WINDOW),
    ("period", "departures", Words(&["exact"])),
    ("period", "every_s", Whole(1, 86_400)),
    ("profile", "modes", List(&Words(&["walk", "bicycle", "transit"]))),
    ("", "walk_speed_mps", SPEED),
    ("", "max_walk_s", SECONDS),
    ("", "max_direct_walk_s", SECONDS),
    ("profile", "bicycle_speed_kmh", Number(1.0, 100.0)),
    ("profile", "max_direct_bicycle_s", SECONDS),
    ("", "max_transfer_walk_s", SECONDS),
    ("", "max_rides", Whole(1, 100)),
    ("", "board_slack_s", SECONDS),
    ("", "transfer_slack_s", SECONDS),
    ("", "max_travel_time_s", SOME_SECONDS),
    ("access", "cutoffs_min", Filled(&MINUTES)),
    ("access", "percentiles", Filled(&PERCENT)),
    ("access", "unlinked", Words(&["blank", "zero"])),
    ("access", "own_cell_s", SECONDS),
    ("equity", "income", Flag),
    ("equity", "income_groups", Whole(0, 100)),
    ("equity", "quantiles", List(&Between(0.0, 100.0))),
    ("equity", "atkinson", List(&POSITIVE)),
    ("equity", "kolm", List(&POSITIVE)),
    ("equity", "kolm_kappa", POSITIVE),
    // Empty: as if it were not there.
    ("equity", "ge", List(&Number(-10.0, 10.0))),
    ("equity", "kernel_m", Whole(1, 100_000)),
    ("equity", "bounds", Either(&[BOUNDS, NONE, Map(&Either(&[BOUNDS, NONE]))])),
    ("equity", "standards", Either(&[List(&POSITIVE), Map(&List(&POSITIVE))])),
    (
        "equity",
        "material_change",
        Either(&[Number(0.0, LARGE), SHARE, Map(&Either(&[Number(0.0, LARGE), SHARE]))]),
    ),
    ("equity", "bootstrap", Table("equity.bootstrap")),
    ("equity.bootstrap", "replicates", Either(&[Whole(0, 0), Whole(100, 1_000_000)])),
    ("equity.bootstrap", "seed", Whole(0, u32::MAX as i64)),
    ("equity.bootstrap", "block_m", Whole(0, 1_000_000)),
    ("equity.bootstrap", "interval", Words(&["percentile", "bca"])),
    ("equity.bootstrap", "level", Between(0.0, 1.0)),
    ("isochrones", "at", Filled(&Exactly(2, &LON))),
    ("isochrones", "cutoffs_min", Filled(&MINUTES)),
    ("isochrones", "percentiles", Filled(&PERCENT)),
    ("isochrones", "departures_percent", Filled(&PERCENT)),
    ("isochrones", "grid_m", Whole(10, 5000)),
    ("outputs", "tables", List(&Words(TableFormat::NAMES))),
    ("scenario", "edit", List(&Edit)),
    ("scenario", "attribute", Words(&["one_at_a_time", "shapley"])),
    ("scenario", "vary", List(&Table("scenario.vary"))),
    ("scenario", "rank", Table("scenario.rank")),
    ("scenario", "greedy", Table("scenario.greedy")),
    ("scenario.vary", "edit", Whole(1, 1_000_000)),
    ("scenario.vary", "values", Filled(&Any)),
    ("scenario.rank", "best", Words(&["largest", "smallest"])),
    ("scenario.greedy", "k", Whole(1, 1000)),
];

/// What a key takes.
pub fn shape(key: &Key) -> Shape {
    if let Some(shape) = key.shape {
        return shape;
    }
    // Columns of a file of cells are called lon and lat, too.
    let column = key.section == "cells" && ["lon", "lat"].contains(&key.name);
    let of = |(section, name, _): &&(&str, &str, Shape)| {
        *name == key.name && (*section == key.section || section.is_empty())
    };
    match SHAPES.iter().find(of) {
        Some(found) if !column => found.2,
        _ => DeValue::parse(key.example).map_or(Any, |example| of_example(example.get_ref())),
    }
}

fn of_example(example: &DeValue<'_>) -> Shape {
    match example {
        DeValue::String(_) => Text,
        DeValue::Boolean(_) => Flag,
        DeValue::Integer(_) | DeValue::Float(_) => Number(-LARGE, LARGE),
        DeValue::Array(items) if items.iter().all(|item| item.get_ref().is_str()) => List(&Text),
        _ => Any,
    }
}

/// A default or an example as JSON.
pub fn as_json(toml: &str) -> Option<Value> {
    DeValue::parse(toml).ok().map(|value| json(value.get_ref()))
}
