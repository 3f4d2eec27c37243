//! What one scenario × profile × period says: its measures, how they are shared, the cells' statuses; and its files.

use serde_json::{Map, Value, json};

use super::places;
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::equity::{EquityContext, MeasuredValues};
use crate::engine::hours::MainByHour;
use crate::engine::measured::{Measured, Measures};
use crate::engine::overview::Overview;
use crate::engine::region::Region;
use crate::inputs::raw::RawPlaces;
use crate::measures::equity::{CurveRow, EquityRow};
use crate::measures::stream::OutputColumn;
use crate::network::transit::FREQUENCY_INEXACT;
use crate::outputs::folder::OutputFolder;
use crate::outputs::tables;
use crate::outputs::tables::Combination;
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
    pub by_hour: Option<MainByHour>,
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
        let (name, by_hour) = (of.folder(), None);
        measured.tell(&name, diagnostics);
        let Measured { measures, passive, slots, .. } = measured;
        let (equity, curves) = (Vec::new(), Vec::new());
        let mut results = Results { of, name, status, measures, passive, slots, equity, curves, by_hour };
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

    /// What they say in short.
    pub fn overview(&self, study: &Study, region: &Region) -> Overview {
        let found = (&self.measures, &self.equity[..]);
        Overview::new(study, region, &self.name, &self.status, found, self.by_hour.clone())
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
