//! A long table of travel times, or of other costs, that some tool made → pairs of places with their seconds, of one
//! departure or of many.

use std::collections::HashMap;
use std::path::Path;

use super::rows::{LongTable, RowField};
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity, kind};
use crate::base::error::{Error, Problem, Result};

const NO_LAND_USE: DiagnosticCode = kind(
    "matrix_place_without_land_use",
    Severity::Dropped,
    "pairs with a place that the land-use table lacks",
    "add it to the table, or are the ids of another kind?",
);

/// Columns of origins and destinations by the tool that writes them: r5r, r5py and ours; OpenTripPlanner's R package;
/// others.
const ENDS: &[(&str, &str)] =
    &[("from_id", "to_id"), ("fromPlace", "toPlace"), ("fromId", "toId"), ("origin_id", "destination_id")];

/// Columns that part the departures, by the tool that writes them, and those that part them further (r5r's draws of
/// services by headway).
const DEPARTURES: &[(&str, Option<&str>)] = &[
    ("departure", None),
    ("departure_time", Some("draw_number")),
    ("depart_time", None),
    ("departure_s", None),
];

/// Hours beyond which a time is taken for one in another unit.
const LONGEST_H: f64 = 48.0;

/// No cost is larger: to the microsecond, or the millionth of a unit, it would not be a number of 53 bits.
const LARGEST: f64 = 1e9;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    Seconds,
    Minutes,
    /// No times: held as minutes are.
    Other,
}

impl TimeUnit {
    fn seconds(self) -> f64 {
        if self == TimeUnit::Seconds { 1.0 } else { 60.0 }
    }

    fn word(self) -> &'static str {
        if self == TimeUnit::Other { "cost" } else { "time" }
    }
}

/// What the user says of the table; `None` where it is to be found out.
#[derive(Clone, Debug, Default)]
pub struct TableHints {
    pub from: Option<String>,
    pub to: Option<String>,
    pub times: Vec<String>,
    pub unit: Option<TimeUnit>,
    /// Columns that together name a departure.
    pub departure: Vec<String>,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct ReadMatrix {
    pub times: Vec<TimesColumn>,
    /// How many departures there are, where the table tells them apart: of each pair a time for every one that arrives.
    pub departures: Option<u32>,
}

/// Travel times of one column.
#[derive(Clone, Debug, Default)]
pub struct TimesColumn {
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
    told: &TableHints,
    places: &HashMap<String, u32>,
    diagnostics: &mut Diagnostics,
) -> Result<ReadMatrix> {
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
            problems.push(Problem::new(
                &table.file,
                what,
                "say so with --unit s or --unit min; other costs as --unit m, --unit eur",
            ));
            TimeUnit::Seconds
        }));
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    let parted = departure_columns(&table, told)?;
    // Without departures each pair is there once: a table of more rows has a pair twice, at the least.
    let most = if parted.is_empty() { places.len().saturating_mul(places.len()) } else { usize::MAX };
    let percentile = |&column: &usize| percentile_of(&table.headers[column]).unwrap_or_default();
    let mut all: Vec<TimesColumn> = times
        .iter()
        .map(|column| TimesColumn { percentile: percentile(column), pairs: Vec::new() })
        .collect();
    if let (false, Some(of)) = (parted.is_empty(), all.iter().find(|times| !times.percentile.is_empty())) {
        let what = format!("has departures and a column of {}, which is over departures", of.percentile);
        return Err(Error::input(&table.file, what, "name the column of each departure's times with --time"));
    }
    if times.len() > 1 && !parted.is_empty() {
        let columns: Vec<&str> = times.iter().map(|&column| table.headers[column].as_str()).collect();
        let what = format!("has departures and several columns of times: {}", columns.join(", "));
        return Err(Error::input(&table.file, what, "name one with --time"));
    }
    let columns: Vec<usize> = [from, to].iter().chain(&times).chain(&parted).copied().collect();
    let mut departures: HashMap<Vec<String>, u32> = HashMap::new();
    // Pair by pair which departure a time is of, in the order of the times.
    let mut which: Vec<Vec<u32>> = vec![Vec::new(); all.len()];
    let mut lost: HashMap<String, u64> = HashMap::new();
    table.rows(&columns, |place, fields| {
        let mut departure = Vec::new();
        for field in &fields[2 + times.len()..] {
            let blank =
                || Error::input(place(), "has no departure", "say in each row which one its time is of");
            departure.push(field.id().ok_or_else(blank)?);
        }
        let next = departures.len() as u32;
        let departure = *departures.entry(departure).or_insert(next);
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
        for (((times, which), field), unit) in all.iter_mut().zip(&mut which).zip(&fields[2..]).zip(&units) {
            if let Some(seconds) = seconds(field, *unit, told.unit.is_some(), place)? {
                if times.pairs.len() == most {
                    let what = "has more rows than there are pairs of places: one is there twice";
                    return Err(Error::input(place(), what, "give one row a pair"));
                }
                times.pairs.push((ends[0], ends[1], seconds));
                if !parted.is_empty() {
                    which.push(departure);
                }
            }
        }
        Ok(())
    })?;
    let mut lost: Vec<(String, u64)> = lost.into_iter().collect();
    lost.sort();
    for (id, pairs) in lost {
        diagnostics.add(NO_LAND_USE, &table.file, "", &id, format!("{id} in {pairs} pairs"));
    }
    for (times, which) in all.iter_mut().zip(which) {
        let id = |index: u32| places.iter().find(|of| *of.1 == index).map_or("", |of| of.0);
        if let Some((from, to)) = twice(times, which) {
            let (times, what) = match parted.is_empty() {
                true => {
                    ("", "give one row a pair; where rows are departures, name their column with --departure")
                }
                false => (" at one departure", "give one row a pair and departure"),
            };
            let pair = format!("the pair {} → {} is there twice{times}", id(from), id(to));
            return Err(Error::input(&table.file, pair, what));
        }
    }
    if all.iter().all(|times| times.pairs.is_empty()) {
        return Err(Error::input(
            &table.file,
            "has no travel time between places of the land-use table",
            "are the ids of the same kind in both?",
        ));
    }
    Ok(ReadMatrix { times: all, departures: (!parted.is_empty()).then_some(departures.len() as u32) })
}

/// Sorts the pairs; one that is there twice, at one departure where those are told apart.
fn twice(times: &mut TimesColumn, which: Vec<u32>) -> Option<(u32, u32)> {
    if which.is_empty() {
        times.pairs.sort_by_key(|&(from, to, _)| (from, to));
        let twice = times.pairs.windows(2).find(|two| (two[0].0, two[0].1) == (two[1].0, two[1].1));
        return twice.map(|two| (two[0].0, two[0].1));
    }
    let mut all: Vec<(u32, u32, u32)> =
        times.pairs.iter().zip(&which).map(|(&(from, to, _), &departure)| (from, to, departure)).collect();
    all.sort_unstable();
    all.windows(2).find(|two| two[0] == two[1]).map(|two| (two[0].0, two[0].1))
}

/// The columns that tell departures apart, if any.
fn departure_columns(table: &LongTable, told: &TableHints) -> Result<Vec<usize>> {
    if !told.departure.is_empty() {
        let columns = told.departure.iter().map(|column| table.column(column, "--departure"));
        return columns.collect::<std::result::Result<_, _>>().map_err(|problem| Error::Input(vec![problem]));
    }
    let known = |(name, more): &(&str, Option<&str>)| {
        let more = more.and_then(|more| table.find(more));
        table.find(name).map(|at| std::iter::once(at).chain(more).collect())
    };
    Ok(DEPARTURES.iter().find_map(known).unwrap_or_default())
}

fn time_columns(table: &LongTable, told: &TableHints) -> Vec<std::result::Result<usize, Problem>> {
    if !told.times.is_empty() {
        return told.times.iter().map(|column| table.column(column, "--time")).collect();
    }
    let known = |header: &str| {
        ["travel_time", "travel_time_s", "travel_time_min", "duration", "total_time"].contains(&header)
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
fn unit_of(header: &str) -> Option<TimeUnit> {
    let last = header.rsplit('_').next().unwrap_or_default();
    match last {
        "s" | "sec" | "seconds" => Some(TimeUnit::Seconds),
        "min" | "mins" | "minutes" => Some(TimeUnit::Minutes),
        _ if header == "duration" => Some(TimeUnit::Seconds),
        _ if header.starts_with("travel_time") || header == "total_time" => Some(TimeUnit::Minutes),
        _ => None,
    }
}

/// Seconds to the microsecond, so that 0.1 minutes are 6; nothing where blank.
fn seconds(field: &RowField, unit: TimeUnit, told: bool, place: &dyn Fn() -> String) -> Result<Option<f64>> {
    let wrong = |what: String, remedy: &str| Err(Error::Input(vec![Problem::new(place(), what, remedy)]));
    match field.number() {
        Ok(None) => Ok(None),
        Ok(Some(time)) if time < 0.0 => {
            wrong(format!("a {} of {time}, below 0", unit.word()), "leave out what is not reached")
        }
        Ok(Some(time)) => {
            let factor = unit.seconds();
            if time > LARGEST {
                let what = format!("a {} of {time:e}: more than can be reckoned with", unit.word());
                return wrong(what, "leave it blank where it is not reached");
            }
            if !told && time * factor > LONGEST_H * 3600.0 {
                let in_unit = if unit == TimeUnit::Minutes { "minutes" } else { "seconds" };
                let what = format!("a time of {time} {in_unit} is above {LONGEST_H} hours");
                return wrong(what, "leave out what is not reached; or say the unit: --unit s or --unit min");
            }
            Ok(Some((time * factor * 1e6).round() / 1e6))
        }
        Err((what, remedy)) => wrong(format!("the {} {what}", unit.word()), &remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_tell_unit_and_percentile() {
        let told = |header: &str| (unit_of(header), percentile_of(header));
        let p = |text: &str| Some(text.to_string());
        assert_eq!(told("travel_time_p50"), (Some(TimeUnit::Minutes), p("p50"))); // r5r
        assert_eq!(told("travel_time"), (Some(TimeUnit::Minutes), None)); // r5py
        assert_eq!(told("travel_time_p2_5_s"), (Some(TimeUnit::Seconds), p("p2_5"))); // ours
        assert_eq!(told("travel_time_s"), (Some(TimeUnit::Seconds), None));
        assert_eq!(told("duration"), (Some(TimeUnit::Seconds), None)); // OpenTripPlanner
        assert_eq!(told("cost"), (None, None));
    }
}
