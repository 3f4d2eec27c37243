//! `[access]`: which figures of access are wanted.

use super::contrast::Contrast;
use super::fields::Choice;
use super::keys::declaration::Fallback::Value;
use super::keys::declaration::Shape::{Flag, Words};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::{MINUTES, PERCENTILES, SECONDS, TEXTS};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessSpec {
    pub cutoffs_min: Vec<u32>,
    /// 0 < p ≤ 100.
    pub percentiles: Vec<f64>,
    pub unlinked: Unlinked,
    pub own_cell_s: u32,
    /// The measures for each hour that a longer window touches, too.
    pub by_hour: bool,
    /// Results to set against each other.
    pub contrasts: Vec<Contrast>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unlinked {
    #[default]
    Blank,
    Zero,
}

impl Choice for Unlinked {
    const WORDS: &'static [&'static str] = &["blank", "zero"];
    const ALL: &'static [Self] = &[Unlinked::Blank, Unlinked::Zero];
}

impl AccessSpec {
    pub const KEYS: &'static [Entry<AccessSpec>] = &[
        key(
        "access",
        "cutoffs_min",
        Value("[15, 30, 45, 60]"),
        "[15, 30, 45, 60]",
        "limits of travel time, minutes",
    ).takes(MINUTES).fills(|spec| &mut spec.cutoffs_min),
        key("access", "percentiles", Value("[50]"), "[50]", "percentiles of travel time over the window").takes(PERCENTILES).fills(|spec| &mut spec.percentiles),
        key(
        "access",
        "unlinked",
        Value("\"blank\""),
        "\"zero\"",
        "what cells without a street nearby get: \"blank\" or \"zero\"",
    ).takes(Words(Unlinked::WORDS)).fills(|spec| &mut spec.unlinked),
        key("access", "own_cell_s", Value("0"), "0", "travel time from a cell to itself, s").takes(SECONDS).fills(|spec| &mut spec.own_cell_s),
        key(
        "access",
        "by_hour",
        Value("false"),
        "true",
        "for windows of more than an hour also tables by hour of the day; each hour costs a run of its own",
    ).takes(Flag).fills(|spec| &mut spec.by_hour),
        key(
        "access",
        "contrasts",
        Value("[]"),
        "[\"adult / child\", \"morning - night\"]",
        "profiles, periods or profile-periods set against each other: ratios with /, differences with -",
    ).takes(TEXTS).apart(),
    ];
}
