//! What one scenario × profile × period says: its measures, how they are shared, the cells' statuses; its files, and
//! what is told of it.

use serde_json::{Map, Value, json};

use super::places;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::equity::{EquityContext, MeasuredValues};
use crate::engine::measured::{Measured, Measures};
use crate::engine::region::Region;
use crate::inputs::raw::{Column, RawPlaces};
use crate::measures::equity::{ALL, CurveRow, EquityRow};
use crate::measures::stream::OutputColumn;
use crate::network::transit::FREQUENCY_INEXACT;
use crate::outputs::folder::OutputFolder;
use crate::outputs::tables::Combination;
use crate::outputs::{diagnostics, tables, text};
use crate::study::Study;

/// One combination's results.
pub(super) struct Results {
    pub of: Combination,
    /// `base/adult-morning`: its folder.
    pub name: String,
    pub status: Vec<&'static str>,
    pub measures: Measures,
    pub equity: Vec<EquityRow>,
    /// By destination, where these are other places than the cells.
    pub passive: Measures,
    pub slots: Vec<OutputColumn>,
    pub curves: Vec<CurveRow>,
    /// What is told of its hours.
    pub hours: Vec<String>,
}

impl Results {
    /// What was measured, and how it is shared among the people.
    ///
    /// # Errors
    /// As [`EquityContext::measure`].
    #[allow(clippy::too_many_arguments)] // one step of `run`, named
    pub fn new(
        study: &Study,
        of: Combination,
        status: Vec<&'static str>,
        measured: Measured,
        cells: &RawPlaces,
        fairness: &EquityContext,
        diagnostics: &mut Diagnostics,
        executor: &dyn Executor,
    ) -> Result<Results> {
        let (name, hours) = (of.folder(), Vec::new());
        measured.tell(&name, diagnostics);
        let Measured { measures, passive, slots, .. } = measured;
        let (equity, curves) = (Vec::new(), Vec::new());
        let mut results = Results { of, name, status, measures, passive, slots, equity, curves, hours };
        let found = results.measures.iter().map(|(name, values)| results.found(name, values));
        let found: Vec<MeasuredValues<'_>> = found.collect();
        executor.begin(&format!("equity of {}", results.name), found.len() as u64);
        let (equity, curves) = fairness.measure(&study.equity, cells, &found, diagnostics, executor)?;
        (results.equity, results.curves) = (equity, curves);
        Ok(results)
    }

    /// What they were made from.
    pub fn measured(&self) -> Measured {
        let Results { measures, passive, slots, .. } = self;
        let (measures, passive, slots) = (measures.clone(), passive.clone(), slots.clone());
        Measured { measures, passive, slots, doubts: Vec::new() }
    }

    /// A measure as `[equity]` wants it: of opportunities more is better, of times less.
    pub fn found<'a>(&self, name: &'a str, values: &'a [Option<f64>]) -> MeasuredValues<'a> {
        let less_is_better = self.slots.iter().any(|slot| slot.name == name && slot.less_is_better);
        MeasuredValues { name, values, less_is_better }
    }
}

/// The tables of a result.
///
/// # Errors
/// The machine's.
pub(super) fn write(
    region: &Region,
    found: &Results,
    folder: &mut OutputFolder,
    executor: &dyn Executor,
) -> Result<()> {
    let cells = &region.cells;
    let table = tables::access_table(cells, &found.status, &region.link_m(), found.measures.clone());
    let table = table.counted(&folder.formats().whole).of(found.of.columns());
    let name = |file: &str| format!("{}/{file}", found.name);
    places::write_passive(region, &found.passive, &found.of, folder, executor)?;
    folder.write_cells(&name("access"), &table, cells, executor)?;
    let (curves, equity) = (tables::curves_table(&found.curves), tables::equity_table(&found.equity));
    folder.write(&name("curves.csv"), |out| curves.of(found.of.columns()).write_csv(out))?;
    folder.write(&name("equity.csv"), |out| equity.of(found.of.columns()).write_csv(out))
}

/// Numbers that sum up the run.
pub(super) fn counts(region: &Region, results: &[&Results]) -> Map<String, Value> {
    let timetable = &*region.timetable;
    let mut counts = Map::new();
    let mut set = |name: &str, value: Value| counts.insert(name.to_string(), value);
    set("cells", json!(region.cells.ids.len()));
    set("destinations", json!(region.destinations().0.ids.len()));
    set("street_edges", json!(region.streets.edges()));
    set("street_km", json!(region.streets.total_mm() / 1_000_000));
    set("stops_called", json!(timetable.stops.called.iter().filter(|&&c| c != 0).count()));
    set("trips", json!(timetable.trips.len()));
    let by_headway = timetable.trips.iter().filter(|trip| trip.flags & FREQUENCY_INEXACT != 0);
    set("trips_by_headway", json!(by_headway.count()));
    for found in results {
        let mut by_status = Map::new();
        for word in ["ok", "no_service", "island", "unlinked"] {
            by_status.insert(word.to_string(), json!(found.status.iter().filter(|&&s| s == word).count()));
        }
        set(&format!("status of {}", found.name), Value::Object(by_status));
    }
    counts
}

/// Most measures that are told of.
const MOST: usize = 6;

/// What the results say, in a few lines.
pub(super) fn said(study: &Study, region: &Region, results: &[Results]) -> Vec<String> {
    let mut lines = Vec::new();
    for found in results {
        let number = |word: &str| found.status.iter().filter(|&&s| s == word).count();
        let mut line = format!("{}: {} cells", found.name, diagnostics::grouped(found.status.len() as u64));
        for word in ["no_service", "island", "unlinked"] {
            if number(word) > 0 {
                line += &format!(", {} {word}", number(word));
            }
        }
        lines.push(line);
        lines.append(&mut measured(study, region, found));
        lines.extend(found.hours.iter().cloned());
    }
    lines
}

/// Lengths of bars, in characters.
const BAR: usize = 20;

/// The first column at each cutoff of the first percentile, which says most; and by group at one of them.
fn measured(study: &Study, region: &Region, found: &Results) -> Vec<String> {
    let Some(column) = region.destinations().0.opportunities.first() else { return Vec::new() };
    let total: f64 = column.values.iter().sum();
    let (cutoffs, percentiles) = (study.access.cutoffs_min.len(), study.access.percentiles.len());
    let names = found.measures.iter().take(cutoffs * percentiles).step_by(percentiles).take(MOST);
    let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
    let value = |name: &str, group: &str, index: &str| {
        let row = |row: &&EquityRow| row.measure == name && row.group == group && row.index == index;
        found.equity.iter().find(row).and_then(|row| row.value)
    };
    let shown = |value: Option<f64>| value.map_or(String::new(), |v| diagnostics::grouped(v.round() as u64));
    let share = |mean: f64| if total > 0.0 { mean / total } else { 0.0 };
    let mut rows = vec![["", "mean", "of all", "median", "Gini", ""].map(str::to_string).to_vec()];
    for name in &names {
        let Some(mean) = value(name, ALL, "mean") else { continue };
        rows.push(vec![
            name.to_string(),
            shown(Some(mean)),
            format!("{:.1} %", 100.0 * share(mean)),
            shown(value(name, ALL, "median")),
            value(name, ALL, "gini").map_or_else(String::new, |gini| format!("{gini:.3}")),
            text::bar(share(mean), BAR),
        ]);
    }
    if rows.len() == 1 {
        return Vec::new();
    }
    let mut lines = text::aligned(&rows);
    let name = names[(names.len() - 1) / 2];
    let of_group = |group: &Column| Some((group.name.clone(), value(name, &group.name, "mean")?));
    let groups: Vec<(String, f64)> = region.cells.groups.iter().filter_map(of_group).collect();
    if groups.len() > 1 {
        lines.push(format!("  {name}, mean by group"));
        lines.append(&mut bars(&groups));
    }
    lines
}

/// Names and numbers with a bar each, the largest full.
pub(super) fn bars(values: &[(String, f64)]) -> Vec<String> {
    let most = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let row = |(name, value): &(String, f64)| {
        let bar = text::bar(if most > 0.0 { value / most } else { 0.0 }, BAR);
        vec![format!("  {name}"), diagnostics::grouped(value.round() as u64), bar]
    };
    text::aligned(&values.iter().map(row).collect::<Vec<_>>())
}
