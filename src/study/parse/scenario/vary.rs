//! `[[scenario.vary]]`, `[scenario.rank]` and `[scenario.greedy]` → a scenario's variants, each parsed as if its
//! values stood in the edits.

use std::path::Path;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::edits::edit;
use super::grid;
use super::head::ScenarioHead;
use crate::base::error::Problem;
use crate::base::near::nearest;
use crate::study::parse::resolved::shown;
use crate::study::parse::tables::{several, single, single_list};
use crate::study::parse::value;
use crate::study::parse::walk::{Section, TableReader};
use crate::study::{PlacedEdit, RankSpec, Search, Variant};

/// Most variants of a scenario.
const MOST: usize = 1000;

/// One `[[scenario.vary]]`.
struct Vary<'v, 't> {
    /// The edit, from 0.
    edit: usize,
    key: String,
    values: &'v [Spanned<DeValue<'t>>],
}

/// A scenario that varies; `None` where nothing can be made of it, which is said.
pub(super) fn search<'t>(
    walk: &mut TableReader<'t>,
    table: &DeTable<'t>,
    at: usize,
    head: ScenarioHead,
) -> Option<Search> {
    let edits: Vec<(&DeTable<'t>, usize)> = several(table, "edit").collect();
    for key in ["vary", "edit"] {
        if let Err(at) = single_list(table, key) {
            let what = format!("scenario.{key} is not a list of tables");
            walk.wrong(at, what, format!("write [[scenario.{key}]]"));
            return None;
        }
    }
    let varies: Vec<Option<Vary<'_, 't>>> =
        several(table, "vary").map(|(table, at)| vary(walk, table, at, &edits)).collect();
    let rank = rank(walk, table, at);
    let greedy = greedy(walk, table, &varies);
    let varies: Vec<Vary<'_, 't>> = varies.into_iter().collect::<Option<_>>()?;
    for (i, vary) in varies.iter().enumerate() {
        if varies[..i].iter().any(|other| (other.edit, &other.key) == (vary.edit, &vary.key)) {
            let what = format!("scenario.vary: {} varies twice", vary.key);
            walk.wrong(at, what, "put all its values into one table");
            return None;
        }
    }
    let counts: Vec<usize> = varies.iter().map(|vary| vary.values.len()).collect();
    let number = counts.iter().try_fold(1usize, |all, &count| all.checked_mul(count));
    if number.is_none_or(|number| number > MOST) {
        let number = number.map_or("more than can be counted".to_string(), |number| number.to_string());
        let what = format!("scenario.vary makes {number} variants, and {MOST} are the most");
        walk.wrong(at, what, "give fewer values, or split the scenario");
        return None;
    }
    let texts: Vec<Vec<String>> = varies
        .iter()
        .map(|vary| vary.values.iter().map(|value| as_text(value.get_ref())).collect())
        .collect();
    let names = grid::names(&head.name, &texts);
    let mut variants = Vec::new();
    let mut found: Vec<(String, Vec<(usize, Problem)>)> = Vec::new();
    for (name, chosen) in names.into_iter().zip(grid::product(&counts)) {
        let mut tables: Vec<DeTable<'t>> = edits.iter().map(|(table, _)| (*table).clone()).collect();
        for (vary, &i) in varies.iter().zip(&chosen) {
            replace(&mut tables[vary.edit], &vary.key, &vary.values[i], edits[vary.edit].1);
        }
        let parse = |walk: &mut TableReader<'t>| -> Vec<PlacedEdit> {
            let edits = tables.iter().zip(&edits);
            edits.filter_map(|(table, (_, at))| edit(walk, table, *at, Path::new(""))).collect()
        };
        let (own, problems) = walk.apart(parse);
        found.push((name.clone(), problems));
        let values = chosen.iter().zip(&texts).map(|(&i, texts)| texts[i].clone()).collect();
        variants.push(Variant { scenario: ScenarioHead { name, ..head.clone() }.with(own), values });
    }
    say(walk, found);
    let keys: Vec<String> = varies
        .iter()
        .map(|vary| {
            let alone = varies.iter().filter(|other| other.key == vary.key).count() == 1;
            if alone { vary.key.clone() } else { format!("{}_{}", vary.key, vary.edit + 1) }
        })
        .collect();
    let varied = head.edits.len() + varies.first().map_or(0, |vary| vary.edit);
    let mut written = value::json(&DeValue::Table(table.clone()));
    if !head.include.is_empty() {
        written["include"] = head.include.iter().map(|path| shown(path)).collect::<Vec<_>>().into();
    }
    let written = written.to_string();
    let ScenarioHead { name, place, keep, .. } = head;
    Some(Search { name, place, keep, keys, variants, varied, rank, greedy, written })
}

fn vary<'v, 't>(
    walk: &mut TableReader<'t>,
    table: &'v DeTable<'t>,
    at: usize,
    edits: &[(&DeTable<'t>, usize)],
) -> Option<Vary<'v, 't>> {
    let mut s = Section::open(walk, "scenario.vary", Some(table), at);
    let number = s.whole("edit", 1..=1_000_000);
    let key = s.text("key");
    let listed =
        s.read("values", "write a list, such as values = [300, 600]", |value| match value.as_array() {
            Some(items) if items.is_empty() => Err("holds nothing".to_string()),
            Some(_) => Ok(()),
            None => Err("is not a list".to_string()),
        });
    if edits.is_empty() {
        s.walk.wrong(at, "scenario.vary: the scenario has no edit of its own", "write [[scenario.edit]]");
        return None;
    }
    let edit = match number {
        Some(number) if number as usize > edits.len() => {
            s.wrong("edit", format!("is {number}"), format!("there are {} edits", edits.len()));
            return None;
        }
        Some(number) => number as usize - 1,
        None if s.has("edit") => return None,
        None if edits.len() > 1 => {
            let remedy = "write edit = 1 for the first, and so on";
            s.wrong("edit", format!("is missing, and there are {} edits", edits.len()), remedy);
            return None;
        }
        None => 0,
    };
    let key = key?;
    if key == "kind" {
        s.wrong("key", "is \"kind\"", "write a scenario for each kind of edit");
        return None;
    }
    listed?;
    let (_, values) = table.iter().find(|(name, _)| name.get_ref() == "values")?;
    let values = values.get_ref().as_array()?;
    let kind = edits[edit].0.iter().find(|(name, _)| name.get_ref() == "kind");
    let kind = kind.and_then(|(_, kind)| kind.get_ref().as_str()).unwrap_or_default();
    let of_kind = s.walk.edits.keys_of(kind);
    let known = || of_kind.iter().map(|key| key.name);
    // Of an unknown kind the edit itself says that it is.
    if known().next().is_some() && !known().any(|name| name == key) {
        let remedy = match nearest(&key, known()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("{kind} has {}", known().collect::<Vec<_>>().join(", ")),
        };
        s.wrong("key", format!("is \"{key}\", which {kind} does not have"), remedy);
        return None;
    }
    Some(Vary { edit, key, values })
}

/// Puts a value where it would stand had it been written in the edit.
fn replace<'t>(table: &mut DeTable<'t>, key: &str, value: &Spanned<DeValue<'t>>, at: usize) {
    let known = table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, _)| name.clone());
    let name = known.unwrap_or_else(|| Spanned::new(at..at, key.to_string().into()));
    table.insert(name, value.clone());
}

/// Says what is wrong with variants: once what is wrong with all of them, else of which first.
fn say(walk: &mut TableReader<'_>, found: Vec<(String, Vec<(usize, Problem)>)>) {
    let all = found.len();
    let mut distinct: Vec<(usize, Problem, String, usize)> = Vec::new();
    for (name, problems) in found {
        for (at, problem) in problems {
            match distinct.iter_mut().find(|(there, known, ..)| *there == at && *known == problem) {
                Some((.., times)) => *times += 1,
                None => distinct.push((at, problem, name.clone(), 1)),
            }
        }
    }
    for (at, mut problem, name, times) in distinct {
        if times < all {
            problem.what += &format!(" (in variant {name})");
        }
        walk.adopt(at, vec![problem]);
    }
}

/// A value for a column of the ranking: texts and lists of one bare, all else as JSON.
fn as_text(value: &DeValue<'_>) -> String {
    match value::json(value) {
        Value::String(text) => text,
        Value::Array(items) => match items.as_slice() {
            [Value::String(text)] => text.clone(),
            [one] if !one.is_array() && !one.is_object() => one.to_string(),
            _ => Value::Array(items).to_string(),
        },
        other => other.to_string(),
    }
}

fn rank<'t>(walk: &mut TableReader<'t>, table: &DeTable<'t>, at: usize) -> RankSpec {
    let (inner, inner_at) = single(table, "rank");
    if inner.is_none() && inner_at > 0 {
        walk.wrong(inner_at, "scenario.rank is not a table", "write [scenario.rank] once");
    }
    let at = if inner.is_some() { inner_at } else { at };
    let place = walk.place(at);
    let mut s = Section::open(walk, "scenario.rank", inner, at);
    RankSpec {
        place,
        by: s.text("by"),
        index: s.text("index").unwrap_or_default(),
        group: s.text("group").unwrap_or_default(),
        profile: s.text("profile"),
        period: s.text("period"),
        largest: s.choice("best", &["largest", "smallest"]).map(|i| i == 0),
    }
}

/// How many values are to be chosen; 0: none.
fn greedy<'t>(walk: &mut TableReader<'t>, table: &DeTable<'t>, varies: &[Option<Vary<'_, 't>>]) -> u32 {
    let (inner, at) = single(table, "greedy");
    if inner.is_none() {
        if at > 0 {
            walk.wrong(at, "scenario.greedy is not a table", "write greedy = { k = 3 }");
        }
        return 0;
    }
    let mut s = Section::open(walk, "scenario.greedy", inner, at);
    let k = s.whole("k", 1..=MOST as u32).unwrap_or_default();
    match varies {
        [Some(vary)] if (vary.values.len() as u32) < k => {
            let what = format!("is {k}, and there are {} values", vary.values.len());
            s.wrong("k", what, "a value is chosen once: give more values, or choose fewer");
        }
        [_] => {}
        _ => s.walk.wrong(
            at,
            format!("scenario.greedy stands beside {} vary tables", varies.len()),
            "it chooses values of one",
        ),
    }
    k
}
