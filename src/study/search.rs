//! Scenarios that are run many times, with one value after another: what varies, and by which figure they are ranked.

use super::keys::declaration::Fallback::{Absent, Required, Value};
use super::keys::declaration::Shape::{Any, Edit, Filled, Flag, List, Name, Table, Text, Whole, Words};
use super::keys::declaration::{Key, key};
use super::keys::shapes::FILES;
use super::scenario::Scenario;
use crate::base::place::Place;

/// A scenario with `[[scenario.vary]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    pub name: String,
    /// `study.toml:41:1`.
    pub place: Place,
    /// Each variant is one of the study's scenarios, too, with all its files.
    pub keep: bool,
    /// What varies, as columns of the ranking are called.
    pub keys: Vec<String>,
    /// The last key's values run fastest.
    pub variants: Vec<Variant>,
    /// The edit, counted from 0, of which the first key is.
    pub varied: usize,
    pub rank: RankSpec,
    /// So many values are chosen, one on top of the other; 0: none.
    pub greedy: u32,
    /// Its keys as JSON, for the manifest.
    pub written: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub scenario: Scenario,
    /// One for each key, as text.
    pub values: Vec<String>,
}

/// The figure of equity by which variants are ranked.
#[derive(Clone, Debug, PartialEq)]
pub struct RankSpec {
    pub place: Place,
    /// A measure; `None`: the first.
    pub by: Option<String>,
    pub index: String,
    pub group: String,
    /// `None`: the study's first.
    pub profile: Option<String>,
    pub period: Option<String>,
    /// Whether large figures are good; `None`: as the measure and the index are.
    pub largest: Option<bool>,
}

/// Of `[[scenario]]`, apart from its edits, and of the tables within.
pub const KEYS: &[Key] = &[
    key("scenario", "name", Required, "\"tram_every_5\"", "a name, [a-z0-9_]+, not base").takes(Name),
    key(
        "scenario",
        "include",
        Value("[]"),
        "[\"tram.toml\"]",
        "files of [[edit]] tables, applied before the own",
    )
    .takes(FILES),
    key(
        "scenario",
        "edit",
        Absent("none"),
        "[{ kind = \"shift\" }]",
        "[[scenario.edit]] tables, see docs/scenarios.md",
    )
    .takes(List(&Edit)),
    key(
        "scenario",
        "attribute",
        Absent("no attribution"),
        "\"shapley\"",
        "which edit did how much: \"one_at_a_time\", or \"shapley\" beside, for up to 6 edits",
    )
    .takes(Words(&["one_at_a_time", "shapley"])),
    key(
        "scenario",
        "vary",
        Absent("run once"),
        "[{ key = \"headway_s\", values = [300, 600] }]",
        "[[scenario.vary]] tables: run with each value, ranked; several make a grid",
    )
    .takes(List(&Table("scenario.vary"))),
    key(
        "scenario",
        "keep",
        Value("false"),
        "true",
        "each variant is a scenario with all files, held in memory like others",
    )
    .takes(Flag),
    key(
        "scenario",
        "rank",
        Absent("its keys below have their defaults"),
        "{ by = \"jobs_30min_p50\" }",
        "by which figure of equity variants are ranked",
    )
    .takes(Table("scenario.rank")),
    key(
        "scenario",
        "greedy",
        Absent("none"),
        "{ k = 3 }",
        "choose several values, each the best on top of those before",
    )
    .takes(Table("scenario.greedy")),
    key(
        "scenario.vary",
        "edit",
        Absent("the only one"),
        "1",
        "which [[scenario.edit]] of this scenario, from 1",
    )
    .takes(Whole(1, 1_000_000)),
    key("scenario.vary", "key", Required, "\"headway_s\"", "its key that varies").takes(Text),
    key("scenario.vary", "values", Required, "[300, 600]", "what stands there, one after the other")
        .takes(Filled(&Any)),
    key("scenario.rank", "by", Absent("the first measure"), "\"jobs_30min_p50\"", "a measure").takes(Text),
    key(
        "scenario.rank",
        "index",
        Value("\"mean\""),
        "\"p10\"",
        "a row of equity.csv; its index need not be in [equity] indices",
    )
    .takes(Text),
    key("scenario.rank", "group", Value("\"all\""), "\"low_income\"", "a group of people").takes(Text),
    key("scenario.rank", "profile", Absent("the first"), "\"adult\"", "a profile").takes(Text),
    key("scenario.rank", "period", Absent("the first"), "\"morning\"", "a period").takes(Text),
    key(
        "scenario.rank",
        "best",
        Absent("as measure and index are"),
        "\"smallest\"",
        "\"largest\" or \"smallest\"",
    )
    .takes(Words(&["largest", "smallest"])),
    key("scenario.greedy", "k", Required, "3", "how many values").takes(Whole(1, 1000)),
];
