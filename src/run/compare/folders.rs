//! Two folders of results → what changed between them: for `isokron compare`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::guard;
use super::{changes_table, differences_table, winners_table};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::compare::{BeforeAndAfter, Comparison, compare};
use crate::engine::equity::{EquityContext, MeasuredValues};
use crate::inputs::raw::RawPlaces;
use crate::inputs::tables;
use crate::inputs::values::{self, FoundColumns, RowPlaces, WantedColumns};
use crate::outputs::formats;
use crate::outputs::manifest::Recorded;
use crate::outputs::staging::write_atomically;
use crate::outputs::swap::Swap;
use crate::study::EquitySpec;
use crate::study::parse::equity_of;

/// What the command line asks.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to write `changes.csv`, `winners.csv` and `differences.csv`, below the name of each combination.
    pub output: Option<PathBuf>,
    /// In place of what `[equity] bootstrap` of the results says.
    pub replicates: Option<u32>,
    pub seed: Option<u64>,
    pub block_m: Option<f64>,
}

/// What is told.
#[derive(Debug, Default)]
pub struct CompareAnswer {
    /// What to know first.
    pub notes: Vec<String>,
    /// Combination, and what changed in it; without the columns of cells.
    pub found: Vec<(String, Comparison)>,
    /// What was written, below the output folder.
    files: Vec<String>,
}

/// A folder of results: `out`, `out/base` or `out/base/adult-morning`.
struct ResultsFolder {
    folder: PathBuf,
    /// The run's folder.
    root: PathBuf,
    recorded: Recorded,
    /// Tables of access below the folder, by their place: `adult-morning`.
    tables: BTreeMap<String, PathBuf>,
    /// Contrasts among them, which are comparisons already, and left out.
    contrasts: Vec<String>,
}

impl ResultsFolder {
    fn open(folder: &Path) -> Result<ResultsFolder> {
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
            let of_access =
                formats::files("access", |format| format.rows.is_some()).any(|file| path.ends_with(file));
            let place = root.join(path);
            let inside = place.strip_prefix(folder).ok()?.parent()?.to_string_lossy().replace('\\', "/");
            of_access.then_some((inside, place))
        };
        // Of two formats the first that is listed, CSV, is read.
        let mut tables = BTreeMap::new();
        for (inside, place) in recorded.outputs.iter().filter_map(|file| below(&file.path)) {
            tables.entry(inside).or_insert(place);
        }
        if tables.is_empty() {
            let what = "holds no table of access";
            return Err(Error::input(shown, what, "[outputs] tables = [\"csv\"], and isokron run STUDY"));
        }
        let names = recorded.parameters["access"]["contrasts"].as_array().into_iter().flatten();
        let names: Vec<&str> = names.filter_map(Value::as_str).collect();
        let contrast = |place: &Path| {
            let name = place.parent()?.file_name()?.to_str()?;
            names.contains(&name).then(|| name.to_string())
        };
        let mut contrasts: Vec<String> = tables.values().filter_map(|place| contrast(place)).collect();
        contrasts.sort_unstable();
        contrasts.dedup();
        tables.retain(|_, place| contrast(place).is_none());
        if tables.is_empty() {
            let what =
                format!("holds no result of a profile and period, but a contrast: {}", contrasts.join(", "));
            let remedy = "a contrast is a comparison already: name the results that it is made of";
            return Err(Error::input(shown, what, remedy));
        }
        Ok(ResultsFolder {
            folder: folder.to_path_buf(),
            root: root.to_path_buf(),
            recorded,
            tables,
            contrasts,
        })
    }

    /// `[equity]` of the run.
    fn equity(&self) -> Result<EquitySpec> {
        equity_of(&self.recorded.parameters, &self.root.join("manifest.json").display().to_string())
    }

    /// A table with its people, who stand in `cells` of its scenario.
    fn read(&self, table: &Path, diagnostics: &mut Diagnostics) -> Result<FoundColumns> {
        let beside = table.parent().and_then(Path::parent);
        let people = formats::files("cells", |format| format.rows.is_some())
            .filter_map(|name| Some(beside?.join(name)));
        let cells = &self.recorded.parameters["cells"];
        let groups = cells["groups"].as_array().into_iter().flatten();
        let groups = groups.filter_map(Value::as_str).map(str::to_string);
        // In our tables they are called so, whatever they were called in the study's.
        let named = |key: &str| cells[key].is_string().then(|| key.to_string());
        let wanted = WantedColumns {
            people: people.into_iter().find(|path| path.is_file()),
            groups: groups.collect(),
            population_se: named("population_se"),
            income_se: named("income_se"),
            ..WantedColumns::default()
        };
        let mut values = values::read(table, &wanted, diagnostics)?;
        values.income = values.income.filter(|_| cells["income"].is_string());
        Ok(values)
    }

    /// Status of each cell.
    fn status(table: &Path, diagnostics: &mut Diagnostics) -> Result<Option<Vec<String>>> {
        let table = tables::read(table, &table.display().to_string(), diagnostics)?;
        let Ok(status) = table.column("status", "status") else { return Ok(None) };
        Ok(Some((0..table.len()).map(|row| table.cell(row, status).to_string()).collect()))
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
pub fn folders(
    before: &Path,
    after: &Path,
    options: &Options,
    executor: &dyn Executor,
) -> Result<CompareAnswer> {
    let sides = [ResultsFolder::open(before)?, ResultsFolder::open(after)?];
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
        let list = |side: &ResultsFolder| side.tables.keys().cloned().collect::<Vec<_>>().join(", ");
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
    let mut answer = CompareAnswer::default();
    if sides[0].recorded.parameters["equity"] != sides[1].recorded.parameters["equity"] {
        let [before, after] = [0, 1].map(|side: usize| sides[side].root.display());
        answer.notes.push(format!("[equity] differs between {before} and {after}: that of {before} is used"));
    }
    let contrasts: BTreeSet<&String> = sides.iter().flat_map(|side| &side.contrasts).collect();
    if !contrasts.is_empty() {
        let names = contrasts.into_iter().cloned().collect::<Vec<_>>().join(", ");
        answer.notes.push(format!("contrasts are comparisons already, and left out: {names}"));
    }
    let equity = sides[0].equity()?;
    for name in shared {
        executor.begin(&format!("comparing {name}"), 0);
        one(name, &sides, &equity, options, swap.as_ref(), executor, &mut answer)?;
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
fn spares(output: &Path, sides: &[ResultsFolder; 2], shared: &[&String]) -> Result<()> {
    let files = shared.iter().flat_map(|name| FILES.map(|file| output.join(below(name, file))));
    let files: Vec<PathBuf> = files.collect();
    let results =
        sides.iter().flat_map(|side| side.recorded.outputs.iter().map(|file| side.root.join(&file.path)));
    guard::spares(files.iter().map(PathBuf::as_path), results)
}

#[allow(clippy::too_many_arguments)] // one combination, with all that is asked of it
fn one(
    name: &str,
    sides: &[ResultsFolder; 2],
    equity: &EquitySpec,
    options: &Options,
    swap: Option<&Swap>,
    executor: &dyn Executor,
    answer: &mut CompareAnswer,
) -> Result<()> {
    let mut diagnostics = Diagnostics::default();
    let before = sides[0].read(&sides[0].tables[name], &mut diagnostics)?;
    let after = sides[1].read(&sides[1].tables[name], &mut diagnostics)?;
    let (ids, others) = (&before.ids, &after.ids);
    if ids != others {
        let same = ids.iter().zip(others).take_while(|(a, b)| a == b).count();
        let what =
            format!("other cells: {} and {}, which differ from row {} on", ids.len(), others.len(), same + 1);
        return Err(Error::input(name, what, "compare results on the same cells"));
    }
    let RowPlaces::Degrees(points) = &before.places else {
        let table = sides[0].tables[name].display().to_string();
        return Err(Error::input(table, "does not say where cells are: lon and lat", "isokron run STUDY"));
    };
    let cells = RawPlaces {
        ids: before.ids.clone(),
        points: points.clone(),
        population: before.population.clone(),
        groups: before.groups.clone(),
        income: before.income.clone(),
        population_se: before.population_se.clone(),
        income_se: before.income_se.clone(),
        ..RawPlaces::default()
    };
    let mut fairness = EquityContext::new(equity, &cells)?;
    let plan = &mut fairness.settings.bootstrap;
    plan.replicates = options.replicates.unwrap_or(plan.replicates);
    plan.seed = options.seed.unwrap_or(plan.seed);
    plan.block_m = options.block_m.unwrap_or(plan.block_m);
    // Times say so: `nearest`, `dual` and costs end in seconds.
    let is_time = |measure: &str| measure.contains("_s_") || measure.ends_with("_s");
    let figures = |name: &str, [before, after]: [&[Option<f64>]; 2]| {
        let of = |values| MeasuredValues { name, values, less_is_better: is_time(name) };
        fairness.differences_from(equity, &cells, &[&of(after), &of(before)], executor)
    };
    let both = BeforeAndAfter { before: &before.columns, after: &after.columns };
    let people = fairness.people(equity, &cells);
    let found = compare(&both, &people, is_time, |name| equity.material_of(name), figures, executor)?;
    let title = if name.is_empty() { "all" } else { name };
    if let Some(swap) = swap {
        let status = ResultsFolder::status(&sides[1].tables[name], &mut diagnostics)?;
        let changes = changes_table(&cells.ids, points, status, cells.population.as_deref(), &found);
        let tables = [&changes, &winners_table(&found), &differences_table(&found)];
        for (file, table) in FILES.into_iter().zip(tables) {
            let name = below(name, file);
            write_atomically(&swap.place(&name)?, |out| table.write_csv(out))?;
            answer.files.push(name);
        }
    }
    answer.found.push((title.to_string(), Comparison { columns: Vec::new(), ..found }));
    Ok(())
}
