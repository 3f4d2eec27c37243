//! `[[cells.join]]` and `[[cells.points_of_interest]]`: what cells get from other tables and from OpenStreetMap.

use toml::de::{DeTable, DeValue};

use super::crs::crs;
use super::tables::{several, single_list};
use super::value::text;
use super::walk::{Section, TableReader};
use crate::study::{InterestSpec, JoinBy, JoinSpec, TagFilter, Taken};

/// Both lists of `[cells]` or one of `[[destinations]]`.
pub(super) fn joins<'t>(
    walk: &mut TableReader<'t>,
    section: &'static str,
    table: Option<&DeTable<'t>>,
) -> (Vec<JoinSpec>, Vec<InterestSpec>) {
    let Some(table) = table else { return Default::default() };
    for key in ["join", "points_of_interest"] {
        if let Err(at) = single_list(table, key) {
            let what = format!("{section}.{key} is not a list of tables");
            walk.wrong(at, what, format!("write [[{section}.{key}]]"));
            return Default::default();
        }
    }
    let names = if section == "cells" {
        ["cells.join", "cells.points_of_interest"]
    } else {
        ["destinations.join", "destinations.points_of_interest"]
    };
    let joins = several(table, "join").map(|(table, at)| join(walk, names[0], table, at)).collect();
    let interests =
        several(table, "points_of_interest").map(|(table, at)| interest(walk, names[1], table, at)).collect();
    (joins, interests)
}

fn join<'t>(walk: &mut TableReader<'t>, name: &'static str, table: &DeTable<'t>, at: usize) -> JoinSpec {
    let mut s = Section::open(walk, name, Some(table), at);
    let file = s.file("file").unwrap_or_default();
    let chosen = s.word("by");
    let how = match (s.has("by"), s.has("key")) {
        (false, true) => Some(0),
        (false, false) => {
            s.wrong(
                "file",
                "does not say how it is joined",
                "write key = \"…\", by = \"area\" or by = \"points\"",
            );
            None
        }
        (true, _) => chosen,
    };
    let by = match how {
        Some(1) => JoinBy::Area,
        Some(2) => JoinBy::Points {
            weights: if s.has("weights") { s.file("weights") } else { None },
            within_m: s.get("within_m"),
        },
        _ => JoinBy::Key { key: s.text("key").unwrap_or_default(), on: s.text("on") },
    };
    let fitting: &[&str] = match by {
        JoinBy::Key { .. } => &["key", "on"],
        JoinBy::Area => &["weight", "crs"],
        JoinBy::Points { .. } => &["weights", "weight", "within_m", "crs"],
    };
    for key in ["key", "on", "weights", "weight", "within_m", "crs"] {
        if how.is_some() && s.has(key) && !fitting.contains(&key) {
            let what = format!("is not for a join by {}", ["key", "area", "points"][how.unwrap_or(0)]);
            s.wrong(key, what, format!("leave it out; such a join takes {}", fitting.join(", ")));
        }
    }
    if matches!(by, JoinBy::Key { .. }) && how == Some(0) && !s.has("key") {
        s.wrong("key", "is missing", "name the column of the file that holds the cells' ids");
    }
    let (columns, mean) = (taken(&mut s, "columns"), taken(&mut s, "mean"));
    if columns.is_empty() && mean.is_empty() && !s.has("columns") && !s.has("mean") {
        let remedy =
            "name amounts such as people with columns = [\"…\"], figures such as incomes with mean = [\"…\"]";
        s.wrong("columns", "is missing, and so is mean", remedy);
    }
    let crs = if s.has("crs") { Some(crs(&mut s)) } else { None };
    let mut spec = JoinSpec { file, by, columns, mean, weight: None, crs };
    s.fill(JoinSpec::KEYS, &mut spec);
    spec
}

fn taken(s: &mut Section<'_, '_>, key: &str) -> Vec<Taken> {
    let read = |value: &DeValue<'_>| {
        let written = text(value)?;
        let (column, name) = written.split_once(" as ").unwrap_or((&written, &written));
        let (column, name) = (column.trim().to_string(), name.trim().to_string());
        if column.is_empty() || name.is_empty() {
            Err(format!("is \"{written}\""))
        } else {
            Ok(Taken { column, name })
        }
    };
    s.list(key, &format!("write a list of columns: {key} = [\"people\"], or [\"Antal as people\"]"), read)
}

fn interest<'t>(
    walk: &mut TableReader<'t>,
    name: &'static str,
    table: &DeTable<'t>,
    at: usize,
) -> InterestSpec {
    let mut s = Section::open(walk, name, Some(table), at);
    let mut spec = InterestSpec::default();
    s.fill(InterestSpec::KEYS, &mut spec);
    spec.tags = tags(&mut s);
    spec
}

/// Filters, at least one.
pub(super) fn tags(s: &mut Section<'_, '_>) -> Vec<TagFilter> {
    const REMEDY: &str =
        "write tags such as [\"amenity=school\", \"shop\", \"leisure=park & access!=private\"]";
    let (written, wrongs) = (s.has("tags"), s.walk.wrongs());
    let tags = s.list("tags", REMEDY, |value| TagFilter::parse(&text(value)?));
    if tags.is_empty() && written && s.walk.wrongs() == wrongs {
        s.wrong("tags", "is empty", REMEDY);
    }
    tags
}
