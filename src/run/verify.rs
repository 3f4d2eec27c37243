//! Is a folder of results what its study gives? Every hash is compared: inputs, outputs, the network's parts; and
//! the rows of some cells, drawn by lot, are computed anew from the input files, past the cache.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;
use serde_json::{Value, json};

use super::cache::{self, Cache};
use super::estimate::Resources;
use super::progress::Progress;
use super::{as_shown, compute, given, guard, load};
use crate::base::error::{Error, Problem, Result};
use crate::base::ids::{CellId, Id};
use crate::outputs::diagnostics::grouped;
use crate::outputs::log::RunLog;
use crate::outputs::manifest::{InputFile, Recorded};
use crate::study::keys::Fallback;
use crate::study::parse::{as_json, of_section, resolved};
use crate::study::{self, Study};

/// What to verify.
#[derive(Clone, Debug)]
pub struct Options {
    /// A study, or the folder of its results.
    pub file: PathBuf,
    /// The study, if the folder does not tell (its `run.log` does).
    pub study: Option<PathBuf>,
    /// So many cells are computed anew.
    pub origins: usize,
    pub seed: u64,
}

/// What was looked at, and what is not as it should be.
#[derive(Debug)]
pub struct Verified {
    /// The version that made the results, where it is another than this.
    pub made_by: Option<String>,
    /// Files and parts that were compared with their hashes.
    pub outputs: usize,
    pub inputs: usize,
    pub parts: usize,
    /// Files in the folder that are not of this run.
    pub beside: Vec<PathBuf>,
    pub anew: ComputedAnew,
    pub faults: Vec<Problem>,
}

/// What was computed anew and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComputedAnew {
    /// Nothing: there is no table to compare with.
    NoTable,
    /// Nothing: the study or its inputs are not those of the run.
    OtherQuestion,
    /// Rows of so many cells in so many tables; `exact`: with all digits.
    Rows { cells: usize, tables: usize, exact: bool },
}

/// Verifies results.
///
/// # Errors
/// There are no results; what [`super::run`] meets. What differs is no error here, but a fault.
pub fn verify(options: &Options, threads: usize, executor: &Progress) -> Result<Verified> {
    let (file, folder) = found(options)?;
    let study = given::study(&file)?;
    let folder = folder.unwrap_or_else(|| study.folder.join(&study.output));
    let recorded = Recorded::read(&folder)?;
    let network = study.folder.join(&study.network.cache);

    let mut faults = Vec::new();
    let made_by = (recorded.version != env!("CARGO_PKG_VERSION")).then(|| recorded.version.clone());
    hashes(&folder, &recorded.outputs, &mut faults)?;
    let beside = beside(&folder, &network, &recorded.outputs);

    let cache = Cache::to_compare(&network);
    let before = faults.len();
    let given: Vec<InputFile> = load::input_files(&study, &cache, executor)?.iter().map(as_shown).collect();
    inputs(&recorded.inputs, &given, &mut faults);
    parameters("", &recorded.parameters, &resolved(&study), &mut faults);
    let same_question = faults.len() == before;

    let parts = cache::parts_in(&network)?;
    for path in parts.keys() {
        match cache::check_part(path) {
            Err(Error::Input(problems)) => faults.extend(problems),
            other => other?,
        }
    }

    let names = recorded.outputs.iter().map(|file| &file.path).filter(|path| path.ends_with("/access.csv"));
    let mut tables = Vec::new();
    for name in names {
        let path = folder.join(name);
        match ResultsTable::read(&path) {
            Ok(table) => tables.push((name.as_str(), table)),
            // One that is gone was said to be so above.
            Err(fault) if path.exists() => faults.push(fault),
            Err(_) => {}
        }
    }
    let anew = match tables.first() {
        None => ComputedAnew::NoTable,
        _ if !same_question => ComputedAnew::OtherQuestion,
        Some((_, table)) => {
            let chosen = chosen(table.rows.len(), options);
            let exact = recorded.format >= 2;
            let anew = Anew { study: &study, file: &file, threads, cache: &cache, exact, executor };
            anew.compare(&folder, &tables, &chosen, &mut faults)?;
            for path in cache.different() {
                let what = "the part holds something else than what its inputs give now";
                faults.push(Problem::new(path.display().to_string(), what, "isokron build --anew STUDY"));
            }
            ComputedAnew::Rows { cells: chosen.len(), tables: tables.len(), exact }
        }
    };
    executor.end();
    let (outputs, inputs, parts) = (recorded.outputs.len(), recorded.inputs.len(), parts.len());
    Ok(Verified { made_by, outputs, inputs, parts, beside, anew, faults })
}

impl Verified {
    pub fn json(&self) -> Value {
        let origins = match self.anew {
            ComputedAnew::Rows { cells, .. } => cells,
            _ => 0,
        };
        json!({
            "outputs": self.outputs,
            "inputs": self.inputs,
            "parts": self.parts,
            "beside": self.beside.len(),
            "origins": origins,
            "faults": self.faults.iter().map(Problem::to_string).collect::<Vec<_>>(),
        })
    }
}

/// The study file, and the folder where it is told.
fn found(options: &Options) -> Result<(PathBuf, Option<PathBuf>)> {
    let file = &options.file;
    load::must_be_there([file.as_path()])?;
    if !file.is_dir() {
        return Ok((file.clone(), None));
    }
    let told = || {
        let log = std::fs::read_to_string(file.join("run.log")).ok()?;
        let study = log.lines().find_map(|line| line.strip_prefix("study: "))?;
        Some(PathBuf::from(study)).filter(|study| study.exists())
    };
    let study = options.study.clone().or_else(told).ok_or_else(|| {
        let what = "its run.log does not tell where the study is (or it is there no more)";
        Error::input(file.display().to_string(), what, "isokron verify OUT --study STUDY")
    })?;
    Ok((study, Some(file.clone())))
}

/// Files in the folder that the run did not write: of an earlier one, or somebody's own. Not the network's.
fn beside(folder: &Path, network: &Path, recorded: &[InputFile]) -> Vec<PathBuf> {
    let ours: BTreeSet<PathBuf> = recorded.iter().map(|file| folder.join(&file.path)).collect();
    let own = |path: &Path| path == folder.join("manifest.json") || path == folder.join("run.log");
    let (mut found, mut folders) = (Vec::new(), vec![(folder.to_path_buf(), 0)]);
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                // Deeper than that no result lies.
                Ok(kind) if kind.is_dir() && depth < 4 && !guard::is_same(&path, network) => {
                    folders.push((path, depth + 1));
                }
                Ok(kind) if kind.is_file() && !ours.contains(&path) && !own(&path) => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Compares files with the hashes that were recorded of them.
fn hashes(folder: &Path, recorded: &[InputFile], faults: &mut Vec<Problem>) -> Result<()> {
    for file in recorded {
        let path = folder.join(&file.path);
        let shown = path.display().to_string();
        match InputFile::read(&shown, &path) {
            Ok(found) if found.blake3 == file.blake3 => {}
            Ok(found) => faults.push(changed(&shown, file, &found, "isokron run STUDY")),
            Err(Error::Input(_)) => {
                faults.push(Problem::new(shown, "the file is gone or cannot be read", "isokron run STUDY"));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

fn changed(path: &str, then: &InputFile, now: &InputFile, remedy: &str) -> Problem {
    let (a, b) = (grouped(then.bytes), grouped(now.bytes));
    Problem::new(path, format!("changed since the run: {a} bytes then, {b} now, with another hash"), remedy)
}

fn inputs(recorded: &[InputFile], given: &[InputFile], faults: &mut Vec<Problem>) {
    let remedy = "run again: isokron run STUDY";
    for file in recorded {
        match given.iter().find(|now| now.path == file.path) {
            Some(now) if now.blake3 == file.blake3 => {}
            Some(now) => faults.push(changed(&file.path, file, now, remedy)),
            None => faults.push(Problem::new(&file.path, "the study names this input no more", remedy)),
        }
    }
    for file in given.iter().filter(|now| recorded.iter().all(|then| then.path != now.path)) {
        faults.push(Problem::new(&file.path, "the run did not have this input", remedy));
    }
}

/// Names the parameters that differ, `[access] cutoffs_min` and the like. A key that the isokron of the run did not
/// know yet is as it was then if it has its default.
fn parameters(at: &str, then: &Value, now: &Value, faults: &mut Vec<Problem>) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            let keys = then.keys().chain(now.keys().filter(|key| !then.contains_key(*key)));
            for key in keys {
                let value = |of: &serde_json::Map<String, Value>| of.get(key).cloned().unwrap_or_default();
                if !then.contains_key(key) && is_default(at, key, &value(now)) {
                    continue;
                }
                let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                // Of a section that it did not know, every key.
                let nothing = if now[key.as_str()].is_object() { json!({}) } else { Value::Null };
                parameters(&at, then.get(key).unwrap_or(&nothing), &value(now), faults);
            }
        }
        (Value::Array(then), Value::Array(now))
            if then.len() == now.len() && now.iter().all(Value::is_object) =>
        {
            then.iter().zip(now).for_each(|(then, now)| parameters(at, then, now, faults));
        }
        (then, now) if then == now => {}
        (then, now) => {
            let what = format!("changed since the run: {then} then, {now} now");
            faults.push(Problem::new(at, what, "run again: isokron run STUDY"));
        }
    }
}

/// Whether a value is what holds where the key of a section is not written.
fn is_default(section: &str, key: &str, value: &Value) -> bool {
    let known = of_section(section).find(|known| known.name == key);
    let default = known.and_then(|key| match key.default {
        Fallback::Value(default) => as_json(default),
        _ => None,
    });
    let nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    default.map_or(nothing, |default| is_same(&default, value))
}

/// 250 in the table of keys is 250.0 in what was resolved, in lists, too.
fn is_same(default: &Value, value: &Value) -> bool {
    match (default, value) {
        (Value::Array(defaults), Value::Array(values)) => {
            defaults.len() == values.len() && defaults.iter().zip(values).all(|(a, b)| is_same(a, b))
        }
        _ => match (default.as_f64(), value.as_f64()) {
            (Some(default), Some(value)) => default == value,
            _ => default == value,
        },
    }
}

/// Cells by lot, in order; none twice.
fn chosen(rows: usize, options: &Options) -> Vec<CellId> {
    let mut rest: Vec<CellId> = (0..rows as u32).map(CellId).collect();
    let mut random = Pcg32::new(options.seed, 0);
    // The first of a shuffle (Fisher & Yates 1938, as of Durstenfeld 1964).
    let number = options.origins.min(rest.len());
    for i in 0..number {
        let left = (rest.len() - i) as u64;
        let j = i + ((u64::from(random.next_u32()) * left) >> 32) as usize;
        rest.swap(i, j);
    }
    rest.truncate(number);
    rest.sort_unstable();
    rest
}

/// A table of results as it was written.
struct ResultsTable {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl ResultsTable {
    fn read(path: &Path) -> std::result::Result<ResultsTable, Problem> {
        let wrong = |error: csv::Error| {
            Problem::new(path.display().to_string(), format!("cannot be read: {error}"), "isokron run STUDY")
        };
        let cells = |record: &csv::StringRecord| record.iter().map(str::to_string).collect();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(wrong)?;
        let header = cells(reader.headers().map_err(wrong)?);
        let rows = reader.records().map(|record| record.map(|record| cells(&record)).map_err(wrong));
        Ok(ResultsTable { header, rows: rows.collect::<std::result::Result<_, Problem>>()? })
    }

    /// Column → value.
    fn row(&self, cell: CellId) -> BTreeMap<&str, &str> {
        let names = self.header.iter().map(String::as_str);
        names.zip(self.rows[cell.index()].iter().map(String::as_str)).collect()
    }
}

/// A second run, of some cells.
struct Anew<'a> {
    study: &'a Study,
    file: &'a Path,
    threads: usize,
    cache: &'a Cache,
    /// Whether numbers must be the same to the last digit.
    exact: bool,
    executor: &'a Progress,
}

impl Anew<'_> {
    /// Computes the rows `chosen` anew and compares them with those of the tables in `folder`.
    fn compare(
        &self,
        folder: &Path,
        tables: &[(&str, ResultsTable)],
        chosen: &[CellId],
        faults: &mut Vec<Problem>,
    ) -> Result<()> {
        let beside = tempfile::tempdir().map_err(|error| Error::machine("a temporary folder", error))?;
        let mut study = self.study.clone();
        study.output = beside.path().to_path_buf();
        study.outputs = study::OutputsSpec { tables: vec![study::TableFormat::Csv], ..Default::default() };
        let log = RunLog::begin(self.file, self.threads);
        let means = Resources { threads: self.threads, memory: None };
        compute(&study, self.cache, Some(chosen.to_vec()), means, log, self.executor)?;
        for (name, then) in tables {
            let now =
                ResultsTable::read(&beside.path().join(name)).map_err(|fault| Error::Input(vec![fault]))?;
            rows(&folder.join(name).display().to_string(), (then, &now), chosen, self.exact, faults);
        }
        Ok(())
    }
}

/// The chosen rows of a table, by the columns of either.
fn rows(
    path: &str,
    (then, now): (&ResultsTable, &ResultsTable),
    chosen: &[CellId],
    exact: bool,
    faults: &mut Vec<Problem>,
) {
    if then.rows.len() != now.rows.len() {
        let what = format!("it has {} rows, computed anew {}", then.rows.len(), now.rows.len());
        faults.push(Problem::new(path, what, "isokron run STUDY"));
        return;
    }
    let word = |value: Option<&&str>| match value {
        None => "not there".to_string(),
        Some(&"") => "blank".to_string(),
        Some(text) => text.to_string(),
    };
    for &cell in chosen {
        let (then, now) = (then.row(cell), now.row(cell));
        let id = word(then.get("id"));
        let columns: BTreeSet<&&str> = then.keys().chain(now.keys()).collect();
        // Earlier tables did not name whose they are.
        let named = |column: &str| ["scenario", "profile", "period"].contains(&column);
        let same = |then: Option<&&str>, now: Option<&&str>| {
            then == now || !exact && then.zip(now).is_some_and(|(then, now)| is_rounding(then, now))
        };
        let differs = |column: &&&&str| {
            let (then, now) = (then.get(***column), now.get(***column));
            !same(then, now) && (then.is_some() || !named(column))
        };
        for column in columns.into_iter().filter(|column| differs(&column)) {
            let (then, now) = (word(then.get(column)), word(now.get(column)));
            let what = format!("{column} is {then}, computed anew {now}");
            faults.push(Problem::new(format!("{path}, cell {id}"), what, "isokron run STUDY"));
        }
    }
}

/// What the order of a sum may change in a number.
const ROUNDING: f64 = 1e-12;

/// Whether two numbers differ by no more than the order of sums may bring about.
fn is_rounding(then: &str, now: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    number(then).zip(number(now)).is_some_and(|(a, b)| (a - b).abs() <= ROUNDING * a.abs().max(b.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_digits_are_rounding() {
        assert!(is_rounding("0.1", "0.10000000000000002"));
        assert!(is_rounding("-252000.00000000003", "-252000"));
        assert!(!is_rounding("1", "1.00000000001"));
        assert!(!is_rounding("1", ""));
        assert!(!is_rounding("ok", "no_service"));
        assert!(!is_rounding("inf", "NaN"));
    }
}
