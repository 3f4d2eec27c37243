//! Tables of a folder of results → what the page shows of each profile and period.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde_json::{Value, json};

use super::codec::{base64, column, varint, zigzag};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Result};
use crate::base::strings::NumberedTexts;
use crate::inputs::rows::{LongTable, RowField};
use crate::inputs::tables::{self, Table};
use crate::inputs::travel_times::{self, TableHints};
use crate::outputs::formats::files as files_of;
use crate::outputs::matrix::WALK;

/// Travel times of all pairs travel with the page up to so many, at two bytes each 3 MiB.
pub const MOST_PAIRS: usize = 3 << 19;
/// Columns of the access table that are no measures.
const FIXED: [&str; 10] =
    ["id", "lon", "lat", "status", "link_m", "population", "scenario", "profile", "period", "contrast"];

/// The results in one folder: of a scenario, profile and period, or of a contrast, which has no statuses. `ids`: of
/// the cells, as `map.json` has them.
/// Travel times are for the page if they lead `to_cells`.
pub(super) fn of_folder(
    root: &Path,
    folder: &str,
    files: &BTreeSet<&str>,
    ids: &[&str],
    to_cells: bool,
) -> Result<Value> {
    let inside = format!("{folder}/matrix/");
    let matrix = match files.iter().any(|file| file.starts_with(&inside)) {
        true => format!("{folder}/matrix"),
        false => format!("{folder}/matrix.parquet"),
    };
    let has_matrix = files.contains(matrix.as_str()) || !matrix.ends_with(".parquet");
    let read = |file: &str| {
        let name = format!("{folder}/{file}");
        if files.contains(name.as_str()) { table(root, &name) } else { Ok(None) }
    };
    let access = files_of("access", |format| format.drawn);
    let access = access.map(|file| read(&file)).find_map(Result::transpose);
    let access = access.unwrap_or_else(|| Err(broken(folder, "has no table of access")))?;
    if access.len() != ids.len() {
        return Err(broken(&access.file, "has not the cells of map.json"));
    }
    let mut measures = Vec::new();
    for name in access.headers().iter().filter(|name| !FIXED.contains(&name.as_str())) {
        measures.push(json!({ "name": name, "values": column(&numbers(&access, name)?) }));
    }
    let (mut status, mut link_m) = (Value::Null, Value::Null);
    if access.has("status") {
        let at = position(&access, "status")?;
        let first = |row: usize| access.cell(row, at).chars().next().unwrap_or(' ');
        status = json!((0..access.len()).map(first).collect::<String>());
        link_m = column(&numbers(&access, "link_m")?);
    }
    let equity = read("equity.csv")?.map(|table| equity(&table)).transpose()?;
    let curves = read("curves.csv")?.map(|table| curves(&table)).transpose()?;
    let winners = read("winners.csv")?.map(|table| winners(&table)).transpose()?;
    let hours = read("means_by_hour.csv")?.map(|table| hours(&table)).transpose()?;
    Ok(json!({
        "status": status,
        "link_m": link_m,
        "measures": measures,
        "equity": equity,
        "curves": curves,
        "winners": winners,
        "hours": hours,
        "times": if to_cells && has_matrix { times(root, &matrix, ids)? } else { Value::Null },
    }))
}

/// A table of ours; `None` where it is a header alone, which is well for us and not for an input.
pub(super) fn table(root: &Path, name: &str) -> Result<Option<Table>> {
    let bytes = std::fs::read(root.join(name)).map_err(|error| {
        broken(&root.join(name).display().to_string(), format!("cannot be read: {error}"))
    })?;
    if name.ends_with(".csv") && bytes.iter().filter(|&&byte| byte == b'\n').count() < 2 {
        return Ok(None);
    }
    tables::from_bytes(bytes, name, &mut Diagnostics::default()).map(Some)
}

pub(super) fn broken(place: &str, what: impl Into<String>) -> Error {
    Error::input(place, what, "run the study again: isokron run STUDY")
}

fn position(table: &Table, name: &str) -> Result<usize> {
    table.column(name, name).map_err(|problem| Error::Input(vec![problem]))
}

/// Numbers of a column; blank, and what is none, is `None`.
fn numbers(table: &Table, name: &str) -> Result<Vec<Option<f64>>> {
    let column = position(table, name)?;
    Ok((0..table.len()).map(|row| table.cell(row, column).parse().ok()).collect())
}

/// Seven digits say enough in a figure of the page.
fn shown(text: &str) -> Value {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => {
            json!(format!("{value:.6e}").parse::<f64>().expect("a number as it was written"))
        }
        Ok(value) if value > 0.0 => json!("inf"),
        _ => Value::Null,
    }
}

/// Rows of `measure, group, index, value, lower, upper`, the first three by number.
fn equity(table: &Table) -> Result<Value> {
    let columns = positions(table, ["measure", "group", "index", "value", "lower", "upper"])?;
    let mut words: [NumberedTexts<'_>; 3] = Default::default();
    let mut rows = Vec::new();
    for row in 0..table.len() {
        let cell = |column: usize| table.cell(row, columns[column]);
        let mut values: Vec<Value> = (0..3).map(|i| json!(words[i].number(cell(i)))).collect();
        values.extend((3..6).map(|i| shown(cell(i))));
        // Blank intervals need no room.
        while values.len() > 4 && values.last() == Some(&Value::Null) {
            values.pop();
        }
        rows.push(values);
    }
    let [measures, groups, indices] = [0, 1, 2].map(|i| words[i].texts());
    Ok(json!({ "measures": measures, "groups": groups, "indices": indices, "rows": rows }))
}

/// Curve by curve: measure, kind, group, shares of the people and of the measure in ten-thousandths.
fn curves(table: &Table) -> Result<Value> {
    let columns = positions(table, ["measure", "curve", "group", "share_of_people", "share_of_measure"])?;
    let key = |row: usize| [0, 1, 2].map(|i| table.cell(row, columns[i]));
    let share = |row: usize, i: usize| {
        let share: f64 = table.cell(row, columns[i]).parse().unwrap_or(f64::NAN);
        json!((share * 1e4).round() as i64)
    };
    let rows: Vec<usize> = (0..table.len()).collect();
    let curve = |rows: &[usize]| {
        let [measure, kind, group] = key(rows[0]);
        // Every other of hundred points: the eye sees no difference.
        let kept = || rows.iter().step_by(2).chain(rows.last().filter(|_| rows.len().is_multiple_of(2)));
        let people: Vec<Value> = kept().map(|&row| share(row, 3)).collect();
        let measured: Vec<Value> = kept().map(|&row| share(row, 4)).collect();
        json!([measure, kind, group, people, measured])
    };
    Ok(rows.chunk_by(|&a, &b| key(a) == key(b)).map(curve).collect())
}

/// Rows of `measure, group`, the mean change and its interval.
fn winners(table: &Table) -> Result<Value> {
    let columns = positions(table, ["measure", "group", "change", "lower", "upper"])?;
    let row = |row: usize| {
        let cell = |i: usize| table.cell(row, columns[i]);
        json!([cell(0), cell(1), shown(cell(2)), shown(cell(3)), shown(cell(4))])
    };
    Ok((0..table.len()).map(row).collect())
}

/// Rows of `hour, measure, group, mean`.
fn hours(table: &Table) -> Result<Value> {
    let columns = positions(table, ["hour", "measure", "group", "mean"])?;
    let row = |row: usize| {
        let cell = |i: usize| table.cell(row, columns[i]);
        json!([cell(0), cell(1), cell(2), shown(cell(3))])
    };
    Ok((0..table.len()).map(row).collect())
}

fn positions<const N: usize>(table: &Table, names: [&str; N]) -> Result<[usize; N]> {
    let mut found = [0; N];
    for (at, name) in found.iter_mut().zip(names) {
        *at = position(table, name)?;
    }
    Ok(found)
}

/// Travel times from each cell to all, s, where the matrix is kept and small: an origin a text of numbers of variable
/// length, 0 none, else 1 more than the zigzag difference to the last. The file's name alone where it is too large.
fn times(root: &Path, name: &str, ids: &[&str]) -> Result<Value> {
    let n = ids.len();
    if n * n > MOST_PAIRS {
        return Ok(json!({ "file": name }));
    }
    let places: HashMap<String, u32> = (0..n as u32).map(|i| (ids[i as usize].to_string(), i)).collect();
    let found =
        travel_times::read(&root.join(name), &TableHints::default(), &places, &mut Diagnostics::default())?;
    let Some(times) = found.times.into_iter().next() else { return Ok(Value::Null) };
    let mut all = vec![None; n * n];
    for (from, to, seconds) in times.pairs {
        all[from as usize * n + to as usize] = Some(seconds).filter(|seconds| seconds.is_finite());
    }
    let on_foot = on_foot(&root.join(name), &places, &all)?;
    let row = |row: &[Option<f64>]| {
        let (mut bytes, mut last) = (Vec::new(), 0);
        for time in row {
            match time {
                None => varint(0, &mut bytes),
                Some(seconds) => {
                    let now = *seconds as i64;
                    varint(zigzag(now - last) + 1, &mut bytes);
                    last = now;
                }
            }
        }
        base64(&bytes)
    };
    let rows: Vec<String> = all.chunks(n.max(1)).map(row).collect();
    let on_foot = on_foot.map(|pairs| pairs.chunks(n.max(1)).map(bits).collect::<Vec<_>>());
    Ok(json!({ "file": name, "percentile": times.percentile, "rows": rows, "foot": on_foot }))
}

/// Pair by pair whether the time is that of walking all the way; `None` where the matrix has no walks, as older ones.
fn on_foot(path: &Path, places: &HashMap<String, u32>, times: &[Option<f64>]) -> Result<Option<Vec<bool>>> {
    let table = LongTable::open(path)?;
    let columns: Option<Vec<usize>> =
        ["from_id", "to_id", WALK].iter().map(|name| table.find(name)).collect();
    let Some(columns) = columns else { return Ok(None) };
    let mut on_foot = vec![false; times.len()];
    table.rows(&columns, |_, fields| {
        let place = |field: &RowField| field.id().and_then(|id| places.get(&id).copied());
        if let (Some(from), Some(to), RowField::Number(walk_s)) =
            (place(&fields[0]), place(&fields[1]), &fields[2])
        {
            let pair = from as usize * places.len() + to as usize;
            on_foot[pair] = times[pair] == Some(*walk_s);
        }
        Ok(())
    })?;
    Ok(Some(on_foot))
}

/// Bits in bytes, the first the lowest.
fn bits(flags: &[bool]) -> String {
    let byte = |eight: &[bool]| eight.iter().rev().fold(0, |byte, &flag| byte << 1 | u8::from(flag));
    base64(&flags.chunks(8).map(byte).collect::<Vec<_>>())
}
