//! Two folders of results → what changed between them: for `isokron compare`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::guard;
use super::{Sides, compare, winners_table};
use crate::base::error::{Error, Problem, Result};
use crate::base::findings::Findings;
use crate::base::watch::Watch;
use crate::inputs::values::{self, Places, Values, Wanted};
use crate::measures::equity::{Bootstrap, Measure, People, Settings, differences, metres};
use crate::measures::winners::WinnersRow;
use crate::outputs::manifest::Recorded;
use crate::outputs::staging::write_atomically;
use crate::outputs::swap::Swap;
use crate::outputs::tables::{self, ColumnData, ResultTable};

/// What the command line asks.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to write `changes.csv`, `winners.csv` and `differences.csv`, below the name of each combination.
    pub output: Option<PathBuf>,
    pub bootstrap: Bootstrap,
}

/// What is told.
#[derive(Debug, Default)]
pub struct Answer {
    pub lines: Vec<String>,
    /// Combination, and a row of its table of winners.
    pub rows: Vec<(String, WinnersRow)>,
    /// What was written, below the output folder.
    files: Vec<String>,
}

/// A folder of results: `out`, `out/base` or `out/base/adult-morning`.
struct Side {
    folder: PathBuf,
    /// The run's folder.
    root: PathBuf,
    recorded: Recorded,
    /// Tables of access below the folder, by their place: `adult-morning`.
    tables: BTreeMap<String, PathBuf>,
}

impl Side {
    fn open(folder: &Path) -> Result<Side> {
        let shown = folder.display().to_string();
        if !folder.is_dir() {
            return Err(Error::input(
                shown,
                "there is no such folder",
                "name results, such as out/base and out/tram",
            ));
        }
        let root = folder.ancestors().take(3).find(|above| above.join("manifest.json").is_file());
        let Some(root) = root else {
            let what = "is no folder of results: there is no manifest.json in it or above";
            return Err(Error::input(
                shown,
                what,
                "isokron run STUDY, then name out/base, or a folder in it",
            ));
        };
        let recorded = Recorded::read(root)?;
        let below = |name: &str| {
            let path = Path::new(name);
            let of_access = ["access.csv", "access.parquet"].iter().any(|file| path.ends_with(file));
            let place = root.join(path);
            let inside = place.strip_prefix(folder).ok()?.parent()?.to_string_lossy().replace('\\', "/");
            of_access.then_some((inside, place))
        };
        // Of two forms the first that is listed, CSV, is read.
        let mut tables = BTreeMap::new();
        for (inside, place) in recorded.outputs.iter().filter_map(|file| below(&file.path)) {
            tables.entry(inside).or_insert(place);
        }
        if tables.is_empty() {
            let what = "holds no table of access";
            return Err(Error::input(shown, what, "[outputs] tables = [\"csv\"], and isokron run STUDY"));
        }
        Ok(Side { folder: folder.to_path_buf(), root: root.to_path_buf(), recorded, tables })
    }

    /// A table with its people, who stand in `cells` of its scenario.
    fn read(&self, table: &Path, findings: &mut Findings) -> Result<Values> {
        let beside = table.parent().and_then(Path::parent);
        let people = ["cells.csv", "cells.parquet"].iter().filter_map(|name| Some(beside?.join(name)));
        let names = &self.recorded.parameters["cells"]["groups"];
        let groups = names.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string);
        let wanted = Wanted {
            people: people.into_iter().find(|path| path.is_file()),
            groups: groups.collect(),
            ..Wanted::default()
        };
        values::read(table, &wanted, findings)
    }

    /// Parameters that must be the same for two results to be comparable, each with its name.
    fn definitions(&self) -> [(&'static str, Value); 4] {
        let of = |key: &str| self.recorded.parameters[key].clone();
        // The day may be another one: that is what is compared then.
        let mut periods = of("period");
        for period in periods.as_array_mut().into_iter().flatten() {
            if let Some(period) = period.as_object_mut() {
                period.remove("date");
            }
        }
        [
            ("[access]", of("access")),
            ("[[measure]]", of("measure")),
            ("[[period]]", periods),
            ("[[profile]]", of("profile")),
        ]
    }
}

/// Compares the results in `before` and `after`, combination by combination.
///
/// # Errors
/// Folders without results; results that are not comparable, saying what differs; the machine's; `Stopped`.
pub fn folders(before: &Path, after: &Path, options: &Options, watch: &dyn Watch) -> Result<Answer> {
    let sides = [Side::open(before)?, Side::open(after)?];
    let mut problems = Vec::new();
    if sides[0].root != sides[1].root {
        for ((name, one), (_, other)) in sides[0].definitions().into_iter().zip(sides[1].definitions()) {
            if one != other {
                let what = format!(
                    "{name} differs: {one} in {}, {other} in {}",
                    sides[0].root.display(),
                    sides[1].root.display()
                );
                problems.push(Problem::new(name, what, "run both with the same definitions"));
            }
        }
    }
    let shared: Vec<&String> =
        sides[0].tables.keys().filter(|name| sides[1].tables.contains_key(*name)).collect();
    if shared.is_empty() {
        let list = |side: &Side| side.tables.keys().cloned().collect::<Vec<_>>().join(", ");
        let what = format!(
            "{} has {}, {} has {}",
            sides[0].folder.display(),
            list(&sides[0]),
            sides[1].folder.display(),
            list(&sides[1])
        );
        problems.push(Problem::new(
            "compare",
            format!("no profile and period is in both: {what}"),
            "name folders of the same level, such as out/base and out/tram",
        ));
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    let swap = match &options.output {
        Some(output) => {
            spares(output, &sides, &shared)?;
            Some(Swap::begin(output, "isokron compare")?)
        }
        None => None,
    };
    let mut answer = Answer::default();
    for name in shared {
        watch.begin(&format!("comparing {name}"), 0);
        one(name, &sides, options, swap.as_ref(), watch, &mut answer)?;
    }
    if let Some(swap) = swap {
        swap.commit(std::mem::take(&mut answer.files), Vec::new())?;
    }
    Ok(answer)
}

/// What is written of a combination.
const FILES: [&str; 3] = ["changes.csv", "winners.csv", "differences.csv"];

/// A combination's file below the output folder.
fn below(name: &str, file: &str) -> String {
    if name.is_empty() { file.to_string() } else { format!("{name}/{file}") }
}

/// # Errors
/// A file would take the place of one of the results.
fn spares(output: &Path, sides: &[Side; 2], shared: &[&String]) -> Result<()> {
    let files = shared.iter().flat_map(|name| FILES.map(|file| output.join(below(name, file))));
    let files: Vec<PathBuf> = files.collect();
    let results =
        sides.iter().flat_map(|side| side.recorded.outputs.iter().map(|file| side.root.join(&file.path)));
    guard::spares(files.iter().map(PathBuf::as_path), results)
}

fn one(
    name: &str,
    sides: &[Side; 2],
    options: &Options,
    swap: Option<&Swap>,
    watch: &dyn Watch,
    answer: &mut Answer,
) -> Result<()> {
    let mut findings = Findings::default();
    let before = sides[0].read(&sides[0].tables[name], &mut findings)?;
    let after = sides[1].read(&sides[1].tables[name], &mut findings)?;
    let (ids, others) = (&before.ids, &after.ids);
    if ids != others {
        let same = ids.iter().zip(others).take_while(|(a, b)| a == b).count();
        let what =
            format!("other cells: {} and {}, which differ from row {} on", ids.len(), others.len(), same + 1);
        return Err(Error::input(name, what, "compare results on the same cells"));
    }
    let points = match &before.places {
        Places::Degrees(points) => points.clone(),
        Places::Metres(_) | Places::Unknown => Vec::new(),
    };
    let places_m = (!points.is_empty()).then(|| metres(&points));
    let people = People {
        population: before.population.as_deref(),
        groups: &before.groups,
        income: before.income.as_deref(),
        population_se: None,
        income_se: None,
        places_m: places_m.as_deref(),
    };
    let settings = Settings { bootstrap: options.bootstrap, ..Settings::default() };
    // Times say so: `nearest`, `dual` and costs end in seconds.
    let is_time = |measure: &str| measure.contains("_s_") || measure.ends_with("_s");
    let figures = |name: &str, [before, after]: [&[Option<f64>]; 2]| {
        let of = |values| Measure { name, values, less_is_better: is_time(name), standards: &[] };
        differences(name, &of(after), &of(before), &people, &settings, watch)
    };
    let both = Sides { before: &before.columns, after: &after.columns };
    let found = compare(&both, &people, is_time, figures, watch)?;
    let title = if name.is_empty() { "all" } else { name };
    answer.lines.push(title.to_string());
    answer.lines.extend(found.said(12));
    let table = winners_table(&found);
    if let Some(swap) = swap {
        let mut changes = ResultTable::default();
        changes.push("id", ColumnData::Text(before.ids.clone()));
        for (name, values) in &found.columns {
            changes.push(name.clone(), ColumnData::Number(values.clone()));
        }
        let figures = tables::equity_table(&found.figures);
        for (file, table) in FILES.into_iter().zip([&changes, &table, &figures]) {
            let name = below(name, file);
            write_atomically(&swap.place(&name)?, |out| table.write_csv(out))?;
            answer.files.push(name);
        }
    }
    answer.rows.extend(found.winners.into_iter().map(|row| (title.to_string(), row)));
    Ok(())
}
