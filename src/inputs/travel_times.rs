//! A long table of travel times that some tool made → pairs of places with their seconds.

use std::collections::HashMap;
use std::path::Path;

use super::rows::{Field, LongTable};
use crate::base::error::{Error, Problem, Result};
use crate::base::findings::{Findings, Kind, Severity, kind};

const NO_LAND_USE: Kind = kind(
    "matrix_place_without_land_use",
    Severity::Dropped,
    "pairs with a place that the land-use table lacks",
    "add it to the table, or are the ids of another kind?",
);

/// Columns of origins and destinations by the tool that writes them: r5r, r5py and ours; OpenTripPlanner's R package;
/// others.
const ENDS: &[(&str, &str)] =
    &[("from_id", "to_id"), ("fromPlace", "toPlace"), ("fromId", "toId"), ("origin_id", "destination_id")];

/// Hours beyond which a time is taken for one in another unit.
const LONGEST_H: f64 = 48.0;

/// Seconds or minutes beyond which a time is none, whatever is said of its unit.
const LONGEST_TOLD: f64 = 1e9;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Minutes,
}

/// What the user says of the table; `None` where it is to be found out.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub from: Option<String>,
    pub to: Option<String>,
    pub times: Vec<String>,
    pub unit: Option<Unit>,
}

/// Travel times of one column.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// The percentile that the column's name tells: `p50` of `travel_time_p50`; else empty.
    pub percentile: String,
    /// (origin, destination, seconds).
    pub pairs: Vec<(u32, u32, f64)>,
}

/// Reads a matrix. `places`: id → index; pairs with others are counted and left out.
///
/// # Errors
/// Columns or a unit that cannot be told; times that are none; a pair that is there twice.
pub fn read(
    path: &Path,
    told: &Told,
    places: &HashMap<String, u32>,
    findings: &mut Findings,
) -> Result<Vec<Times>> {
    let table = LongTable::open(path)?;
    let ends = ENDS.iter().find(|(from, to)| table.find(from).is_some() && table.find(to).is_some());
    let end = |told: &Option<String>, known: Option<&str>, flag: &str| match told.as_deref().or(known) {
        Some(column) => table.column(column, flag),
        None => Err(Problem::new(
            &table.file,
            format!("which column is which? Its columns are {}", table.headers.join(", ")),
            "say so with --from, --to and --time",
        )),
    };
    let mut problems = Vec::new();
    let mut kept = |column: std::result::Result<usize, Problem>| match column {
        Ok(column) => column,
        Err(problem) => {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            0
        }
    };
    let from = kept(end(&told.from, ends.map(|ends| ends.0), "--from"));
    let to = kept(end(&told.to, ends.map(|ends| ends.1), "--to"));
    let times = time_columns(&table, told)
        .into_iter()
        .filter_map(|column| column.map_err(|problem| problems.push(problem)).ok());
    let times: Vec<usize> = times.collect();
    let mut units = Vec::new();
    for &column in &times {
        units.push(told.unit.or_else(|| unit_of(&table.headers[column])).unwrap_or_else(|| {
            let what = format!("are the times of column {} seconds or minutes?", table.headers[column]);
            problems.push(Problem::new(&table.file, what, "say so with --unit s or --unit min"));
            Unit::Seconds
        }));
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    // Each pair is there once, so that a table of so many rows has a pair twice, at the least.
    let most = places.len() * places.len();
    let percentile = |&column: &usize| percentile_of(&table.headers[column]).unwrap_or_default();
    let mut all: Vec<Times> =
        times.iter().map(|column| Times { percentile: percentile(column), pairs: Vec::new() }).collect();
    let columns: Vec<usize> = [from, to].into_iter().chain(times.iter().copied()).collect();
    let mut lost: HashMap<String, u64> = HashMap::new();
    table.rows(&columns, |place, fields| {
        let mut ends = [0; 2];
        for (end, field) in ends.iter_mut().zip(fields) {
            let id =
                field.id().ok_or_else(|| Error::input(place(), "has no id", "give both ids in each row"))?;
            match places.get(&id) {
                Some(&index) => *end = index,
                None => {
                    *lost.entry(id).or_default() += 1;
                    return Ok(());
                }
            }
        }
        for ((times, field), unit) in all.iter_mut().zip(&fields[2..]).zip(&units) {
            if let Some(seconds) = seconds(field, *unit, told.unit.is_some(), place)? {
                if times.pairs.len() == most {
                    let what = "has more rows than there are pairs of places: one is there twice";
                    return Err(Error::input(place(), what, "give one row a pair"));
                }
                times.pairs.push((ends[0], ends[1], seconds));
            }
        }
        Ok(())
    })?;
    let mut lost: Vec<(String, u64)> = lost.into_iter().collect();
    lost.sort();
    for (id, pairs) in lost {
        findings.add(NO_LAND_USE, &table.file, "", &id, format!("{id} in {pairs} pairs"));
    }
    for times in &mut all {
        times.pairs.sort_by_key(|&(from, to, _)| (from, to));
        if let Some(twice) = times.pairs.windows(2).find(|two| (two[0].0, two[0].1) == (two[1].0, two[1].1)) {
            let id = |index: u32| places.iter().find(|of| *of.1 == index).map_or("", |of| of.0);
            return Err(Error::input(
                &table.file,
                format!("the pair {} → {} is there twice", id(twice[0].0), id(twice[0].1)),
                "give one row a pair: of several departures take a percentile first",
            ));
        }
    }
    if all.iter().all(|times| times.pairs.is_empty()) {
        return Err(Error::input(
            &table.file,
            "has no travel time between places of the land-use table",
            "are the ids of the same kind in both?",
        ));
    }
    Ok(all)
}

fn time_columns(table: &LongTable, told: &Told) -> Vec<std::result::Result<usize, Problem>> {
    if !told.times.is_empty() {
        return told.times.iter().map(|column| table.column(column, "--time")).collect();
    }
    let known = |header: &str| {
        ["travel_time", "travel_time_s", "travel_time_min", "duration"].contains(&header)
            || header.starts_with("travel_time_") && percentile_of(header).is_some()
    };
    let found: Vec<usize> = (0..table.headers.len()).filter(|&i| known(&table.headers[i])).collect();
    if found.is_empty() {
        return vec![Err(Problem::new(
            &table.file,
            format!("which column holds the times? Its columns are {}", table.headers.join(", ")),
            "say so with --time, and --unit",
        ))];
    }
    found.into_iter().map(Ok).collect()
}

/// `p50` of `travel_time_p50` or `travel_time_p50_s`.
fn percentile_of(header: &str) -> Option<String> {
    let part = header.split('_').find(|part| {
        part.strip_prefix('p')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    })?;
    // `p2_5` of `travel_time_p2_5_s`.
    let rest = header.split_once(part)?.1;
    let decimals = rest.trim_start_matches('_').split('_').next().unwrap_or_default();
    match !decimals.is_empty() && decimals.bytes().all(|b| b.is_ascii_digit()) {
        true => Some(format!("{part}_{decimals}")),
        false => Some(part.to_string()),
    }
}

/// The unit that a column's name tells: its ending; else r5r and r5py write minutes, OpenTripPlanner seconds.
fn unit_of(header: &str) -> Option<Unit> {
    let last = header.rsplit('_').next().unwrap_or_default();
    match last {
        "s" | "sec" | "seconds" => Some(Unit::Seconds),
        "min" | "mins" | "minutes" => Some(Unit::Minutes),
        _ if header == "duration" => Some(Unit::Seconds),
        _ if header.starts_with("travel_time") => Some(Unit::Minutes),
        _ => None,
    }
}

/// Seconds to the microsecond, so that 0.1 minutes are 6; nothing where blank.
fn seconds(field: &Field, unit: Unit, told: bool, place: &dyn Fn() -> String) -> Result<Option<f64>> {
    let wrong = |what: String, remedy: &str| Err(Error::Input(vec![Problem::new(place(), what, remedy)]));
    match field.number() {
        Ok(None) => Ok(None),
        Ok(Some(time)) if time < 0.0 => {
            wrong(format!("a time of {time}, below 0"), "leave out what is not reached")
        }
        Ok(Some(time)) => {
            let factor = if unit == Unit::Minutes { 60.0 } else { 1.0 };
            if !told && time * factor > LONGEST_H * 3600.0 {
                let in_unit = if unit == Unit::Minutes { "minutes" } else { "seconds" };
                let what = format!("a time of {time} {in_unit} is above {LONGEST_H} hours");
                return wrong(what, "leave out what is not reached; or say the unit: --unit s or --unit min");
            }
            if time > LONGEST_TOLD {
                return wrong(
                    format!("a time of {time:e} is no travel time"),
                    "leave out what is not reached",
                );
            }
            Ok(Some((time * factor * 1e6).round() / 1e6))
        }
        Err((what, remedy)) => wrong(format!("the time {what}"), &remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_tell_unit_and_percentile() {
        let told = |header: &str| (unit_of(header), percentile_of(header));
        let p = |text: &str| Some(text.to_string());
        assert_eq!(told("travel_time_p50"), (Some(Unit::Minutes), p("p50"))); // r5r
        assert_eq!(told("travel_time"), (Some(Unit::Minutes), None)); // r5py
        assert_eq!(told("travel_time_p2_5_s"), (Some(Unit::Seconds), p("p2_5"))); // ours
        assert_eq!(told("travel_time_s"), (Some(Unit::Seconds), None));
        assert_eq!(told("duration"), (Some(Unit::Seconds), None)); // OpenTripPlanner
        assert_eq!(told("cost"), (None, None));
    }
}
