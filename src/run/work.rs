//! A run under way: what is shared, compared and written for the base and for each scenario.

use super::compare::{changes_table, differences_table, winners_table};
use super::progress::Progress;
use super::results::{self, Results};
use super::summary::{ComparedResults, ContrastSummary, RoutedOrigins};
use super::{breakdown, contrasts, hours, matrix, places};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::compare::{BeforeAndAfter, compare};
use crate::engine::equity::EquityContext;
use crate::engine::hours as hours_of;
use crate::engine::matrix::Matrix as AllPairs;
use crate::engine::measured::Measured;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::scenario::{EditMaker, Edited};
use crate::engine::setting::{RoutedScenario, Setting};
use crate::engine::status;
use crate::engine::windowed::Windowed;
use crate::outputs::folder::OutputFolder;
use crate::outputs::log::RunLog;
use crate::outputs::tables::{self, Combination};
use crate::routing::ReverseSearch;
use crate::study::{MatrixOutput, TableFormat, WindowOf};

/// A run under way.
pub(super) struct RunUnderWay<'a> {
    pub setting: Setting<'a>,
    pub executor: &'a Progress,
    pub log: RunLog,
    pub diagnostics: Diagnostics,
    pub folder: OutputFolder,
}

impl RunUnderWay<'_> {
    /// A scenario in a window, as [`Setting::routed`], with all its files.
    pub fn scenario(
        &mut self,
        edited: &Edited<'_>,
        (ground, window): (&ProfileNetwork, &Windowed<'_>),
        before: Option<&ReverseSearch<'_>>,
        there: Measured,
    ) -> Result<(Results, RoutedOrigins)> {
        let (setting, of_window) = (self.setting, (ground, window));
        let EditMaker { study, base, zone, .. } = setting.edits;
        let fairness = EquityContext::new(&study.equity, &edited.region.cells)?;
        let RoutedScenario { measured, routed, own } =
            setting.routed(edited, of_window, before, there, &mut self.log)?;
        let (profile, period) = (window.profile.name.clone(), window.period.name.clone());
        let origins = RoutedOrigins { profile, period, routed, all: base.cells.ids.len() };
        let (name, region) = (edited.name(), &edited.region);
        let Some((of_scenario, asked)) = own else {
            return Ok((self.answer(name, region, ground, window, measured, &fairness)?, origins));
        };
        let (profile, period) = (edited.profile(&window.profile.name), window.period);
        let hours = match window.hours.is_empty() {
            true => Vec::new(),
            false => hours_of::ask(region, zone, period, profile, asked.how)?,
        };
        let own = Windowed { profile, period, asked, hours };
        Ok((self.answer(name, region, &of_scenario, &own, measured, &fairness)?, origins))
    }

    /// What was measured, with how it is shared: as results and in files.
    #[allow(clippy::too_many_arguments)] // one step of `run`, named
    pub fn answer(
        &mut self,
        scenario: &str,
        region: &Region,
        ground: &ProfileNetwork,
        window: &Windowed<'_>,
        measured: Measured,
        fairness: &EquityContext,
    ) -> Result<Results> {
        let (study, executor) = (self.setting.edits.study, self.executor);
        let Windowed { profile, period, asked, hours } = window;
        let of = Combination::new(scenario, &profile.name, &period.name);
        let status = status::statuses(region, ground, profile.transit.then_some(asked));
        let mut found = Results::new(
            study,
            of,
            status,
            measured,
            &region.cells,
            fairness,
            &mut self.diagnostics,
            executor,
        )?;
        self.log.note(&format!("{} equity figures", found.name));
        let folder = &mut self.folder;
        results::write(region, &found, folder, executor)?;
        if !hours.is_empty() {
            let (of, log, diagnostics) = (&found.of, &mut self.log, &mut self.diagnostics);
            found.by_hour = hours::write(&self.setting, region, ground, hours, of, folder, log, diagnostics)?;
        }
        let pairs = AllPairs { study, region, ground, asked, twins: &[] };
        match study.outputs.matrix {
            MatrixOutput::None => {}
            MatrixOutput::Whole => {
                let name = format!("{}/matrix.parquet", found.name);
                folder.record(&name, matrix::write_whole(pairs, &folder.place(&name)?, executor)?);
            }
            MatrixOutput::Partitioned => {
                let name = format!("{}/matrix", found.name);
                // Each part finds its place when all are put there: here stands a folder, of an earlier run perhaps.
                let to = folder.staged().join(&name);
                for (part, written) in matrix::write_parts(pairs, &to, executor)? {
                    folder.record(&format!("{name}/{part}"), written);
                }
            }
        }
        if study.outputs.breakdown && asked.of == WindowOf::Departures {
            let of = breakdown::Asked { profile, period, zone: self.setting.edits.zone };
            let table = breakdown::broken_down(pairs, of, executor)?.of(found.of.columns());
            let formats = folder.formats().holding_or(TableFormat::Csv, |format| format.rows);
            folder.write_rows(&format!("{}/breakdown", found.name), &table, formats)?;
        }
        self.log.note(&format!("{} written", found.name));
        Ok(found)
    }

    /// Who lives where, and what is there.
    pub fn cells(&mut self, scenario: &str, region: &Region) -> Result<()> {
        let table = tables::cells_table(&region.cells).counted(&self.folder.formats().whole);
        let table = table.of([("scenario", scenario)]);
        self.folder.write_land_use(&format!("{scenario}/cells"), &table, &region.cells)
    }

    /// A scenario against the base: `changes`, `winners.csv` and `differences.csv` of each of its results.
    pub fn compared(
        &mut self,
        base: &Region,
        before: &[Results],
        after: &[Results],
        fairness: &EquityContext,
    ) -> Result<Vec<ComparedResults>> {
        let (study, executor, cells) = (self.setting.edits.study, self.executor, &base.cells);
        let mut compared = Vec::new();
        for (before, after) in before.iter().zip(after) {
            executor.begin(&format!("comparing {}", after.name), 0);
            let less_is_better = |name: &str| after.found(name, &[]).less_is_better;
            let figures = |name: &str, [was, is]: [&[Option<f64>]; 2]| {
                let pair = [after.found(name, is), before.found(name, was)];
                fairness.differences_from(&study.equity, cells, &[&pair[0], &pair[1]], executor)
            };
            let material = |name: &str| study.equity.material_of(name);
            let sides = BeforeAndAfter { before: &before.measures, after: &after.measures };
            let people = fairness.people(&study.equity, cells);
            let mut found = compare(&sides, &people, less_is_better, material, figures, executor)?;
            let name = |file: &str| format!("{}/{file}", after.name);
            let folder = &mut self.folder;
            let status = after.status.iter().map(|word| word.to_string()).collect();
            let (ids, points, people) = (&cells.ids, &cells.points, cells.population.as_deref());
            let changes = changes_table(ids, points, Some(status), people, &found);
            let changes = changes.counted(&folder.formats().whole).of(after.of.columns());
            folder.write_cells(&name("changes"), &changes, cells, executor)?;
            let winners = winners_table(&found).of(after.of.columns());
            folder.write(&name("winners.csv"), |out| winners.write_csv(out))?;
            let differences = differences_table(&found).of(after.of.columns());
            folder.write(&name("differences.csv"), |out| differences.write_csv(out))?;
            self.log.note(&format!("{} against {}", after.name, before.name));
            found.columns.clear();
            let (after, before) = (after.name.clone(), before.name.clone());
            compared.push(ComparedResults { after, before, found });
        }
        Ok(compared)
    }

    /// What a scenario's profiles and periods say together. Results lie profile by profile, period by period.
    pub fn together(
        &mut self,
        scenario: &str,
        region: &Region,
        results: &[Results],
        fairness: &EquityContext,
    ) -> Result<Vec<ContrastSummary>> {
        let RunUnderWay { setting, executor, log, diagnostics, folder } = self;
        let (study, wanted) = (setting.edits.study, setting.wanted);
        for (t, period) in study.periods.iter().enumerate() {
            let of_period = results.iter().skip(t).step_by(study.periods.len());
            let profiles: Vec<_> = of_period.map(|found| (&found.slots[..], &found.measures)).collect();
            places::write_over_profiles(scenario, region, wanted, period, &profiles, folder)?;
        }
        let result = |(profile, period): (usize, usize)| &results[profile * study.periods.len() + period];
        let mut summaries = Vec::new();
        for contrast in &study.access.contrasts {
            let sides = [result(contrast.first), result(contrast.second)];
            let cells = &region.cells;
            summaries.push(contrasts::write(
                study,
                scenario,
                cells,
                contrast,
                sides,
                fairness,
                diagnostics,
                folder,
                *executor,
            )?);
            log.note(&format!("{scenario}/{} written", contrast.name));
        }
        Ok(summaries)
    }
}
