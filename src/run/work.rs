//! A run under way: what is routed, measured, compared and written for the base and for each scenario.

use super::cache::Cache;
use super::compare::{Sides, changes_table, compare, differences_table, winners_table};
use super::equity::EquityContext;
use super::load::{StudyData, StudyNetworks};
use super::measured::measured;
use super::progress::Progress;
use super::results::{self, Results};
use super::windowed::Windowed;
use super::{contrasts, debug_environment, hours, matrix, places, scenarios};
use crate::base::diagnostics::Diagnostics;
use crate::base::error::Result;
use crate::base::executor::Executor;
use crate::engine::hours as hours_of;
use crate::engine::measured::Measured;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::scenario::Edited;
use crate::engine::status;
use crate::engine::task::{self, Question};
use crate::engine::window::WindowQuery;
use crate::measures::spec::MeasureSpec;
use crate::outputs::folder::OutputFolder;
use crate::outputs::log::RunLog;
use crate::outputs::tables::{self, Combination};
use crate::routing::{ReverseSearch, TimeExpandedGraph};
use crate::study::{Matrix, Period, Profile, Study, WindowOf};

/// A run under way.
pub(super) struct Work<'a> {
    pub study: &'a Study,
    pub wanted: &'a [MeasureSpec],
    pub cache: &'a Cache,
    pub zone: &'a str,
    pub executor: &'a Progress,
    pub log: RunLog,
    pub diagnostics: Diagnostics,
    pub folder: OutputFolder,
}

/// What a scenario measures in a window.
pub(super) struct RoutedScenario {
    pub measured: Measured,
    /// How many origins were routed.
    pub routed: usize,
    /// Its ground and what is asked of it, where these are not the base's.
    pub own: Option<(ProfileNetwork, WindowQuery)>,
}

impl Work<'_> {
    pub fn measured(
        &mut self,
        scenario: &str,
        ground: &ProfileNetwork,
        (profile, period, asked): (&Profile, &Period, &WindowQuery),
        only: Option<&[u32]>,
        flow: Option<&TimeExpandedGraph>,
        lands: &[&Region],
    ) -> Result<Vec<Measured>> {
        let Work { study, wanted, executor, .. } = *self;
        let question = Question { study, wanted, ground, asked, only, lands };
        let task = question.task(scenario, &profile.name, &period.name);
        measured(&question, &task, flow, &task.label(), executor, &mut self.log)
    }

    /// The network of a window seen backwards, where that can tell which cells a scenario touches.
    pub fn backwards<'g>(
        &self,
        ground: &'g ProfileNetwork,
        asked: &'g WindowQuery,
    ) -> Result<Option<ReverseSearch<'g>>> {
        let some =
            self.wanted.iter().all(MeasureSpec::is_of_one_origin) && debug_environment::only_affected();
        let longest_s = task::longest_s(self.study, self.wanted, asked);
        let departs = asked.of == WindowOf::Departures;
        (some && departs).then(|| ground.backwards(asked, longest_s, self.executor)).transpose()
    }

    /// Measures a scenario in a window, routing what it touches. `before`: the base seen backwards; `there`: what is
    /// measured on the base's network with the scenario's amounts.
    pub fn routed(
        &mut self,
        edited: &Edited<'_>,
        base: &StudyData,
        (ground, window): (&ProfileNetwork, &Windowed<'_>),
        before: Option<&ReverseSearch<'_>>,
        there: Measured,
    ) -> Result<RoutedScenario> {
        let profile = edited.profile(&window.profile.name).clone();
        if edited.travels_as(&base.region, &profile, window.profile) {
            return Ok(RoutedScenario { measured: there, routed: 0, own: None });
        }
        let (cache, executor, period) = (self.cache, self.executor, window.period);
        let networks = StudyNetworks { study: self.study, base, cache, executor };
        let of_scenario = edited.ground(&base.region, ground, &profile, &networks, executor)?;
        let how = window.asked.how;
        let asked = WindowQuery::plainly(&edited.region, self.zone, period, &profile, how)?;
        let after = if before.is_some() { self.backwards(&of_scenario, &asked)? } else { None };
        self.log.note(&format!("scenario {}: network made", edited.name()));
        // Who cycles otherwise than before may get anywhere otherwise.
        let pair = before.zip(after.as_ref()).filter(|_| ground.rides_as(&profile));
        let mut affected = match pair {
            Some((before, after)) => edited.affected(before, after, executor)?,
            None => None,
        };
        if let (Some(affected), Some(only)) = (&mut affected, &base.only) {
            affected.retain(|cell| only.binary_search(cell).is_ok());
        }
        if let Some(affected) = &affected {
            self.log.note(&format!("scenario {}: {} origins may be touched", edited.name(), affected.len()));
        }
        let only = affected.as_deref().or(base.only.as_deref());
        let flow = after.as_ref().map(ReverseSearch::flow);
        let own = (&profile, period, &asked);
        let mut measured =
            self.measured(edited.name(), &of_scenario, own, only, flow, &[&edited.region])?.remove(0);
        if let Some(affected) = &affected {
            measured.take_but(affected, &there);
        }
        let routed = only.map_or(base.region.cells.ids.len(), <[u32]>::len);
        drop(after);
        Ok(RoutedScenario { measured, routed, own: Some((of_scenario, asked)) })
    }

    /// A scenario in a window, as [`Work::routed`], with all its files.
    pub fn scenario(
        &mut self,
        edited: &Edited<'_>,
        base: &StudyData,
        (ground, window): (&ProfileNetwork, &Windowed<'_>),
        before: Option<&ReverseSearch<'_>>,
        there: Measured,
    ) -> Result<(Results, String)> {
        let fairness = EquityContext::new(&self.study.equity, &edited.region.cells)?;
        let of_window = (ground, window);
        let RoutedScenario { measured, routed, own } = self.routed(edited, base, of_window, before, there)?;
        let line = scenarios::routed(edited, window, routed, base.region.cells.ids.len());
        let (name, region, only) = (edited.name(), &edited.region, base.only.as_deref());
        let Some((of_scenario, asked)) = own else {
            return Ok((self.answer(name, region, only, ground, window, measured, &fairness)?, line));
        };
        let (profile, period) = (edited.profile(&window.profile.name), window.period);
        let hours = match window.hours.is_empty() {
            true => Vec::new(),
            false => hours_of::ask(region, self.zone, period, profile, asked.how)?,
        };
        let own = Windowed { profile, period, asked, hours };
        Ok((self.answer(name, region, only, &of_scenario, &own, measured, &fairness)?, line))
    }

    /// What was measured, with how it is shared: as results and in files.
    #[allow(clippy::too_many_arguments)] // one step of `run`, named
    pub fn answer(
        &mut self,
        scenario: &str,
        region: &Region,
        only: Option<&[u32]>,
        ground: &ProfileNetwork,
        window: &Windowed<'_>,
        measured: Measured,
        fairness: &EquityContext,
    ) -> Result<Results> {
        let (study, executor) = (self.study, self.executor);
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
            let wanted = self.wanted;
            let (of, log, diagnostics) = (&found.of, &mut self.log, &mut self.diagnostics);
            found.hours = hours::write(
                study,
                region,
                only,
                wanted,
                ground,
                hours,
                of,
                folder,
                executor,
                log,
                diagnostics,
            )?;
        }
        let whole = matrix::Whole { region, ground, asked, twins: &[] };
        match study.outputs.matrix {
            Matrix::None => {}
            Matrix::Whole => {
                let name = format!("{}/matrix.parquet", found.name);
                folder.record(&name, matrix::write_whole(study, whole, &folder.place(&name)?, executor)?);
            }
            Matrix::Partitioned => {
                let name = format!("{}/matrix", found.name);
                // Each part finds its place when all are put there: here stands a folder, of an earlier run perhaps.
                let to = folder.staged().join(&name);
                for (part, written) in matrix::write_parts(study, whole, &to, executor)? {
                    folder.record(&format!("{name}/{part}"), written);
                }
            }
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
    ) -> Result<Vec<String>> {
        let (study, executor, cells) = (self.study, self.executor, &base.cells);
        let mut lines = Vec::new();
        for (before, after) in before.iter().zip(after) {
            executor.begin(&format!("comparing {}", after.name), 0);
            let less_is_better = |name: &str| after.found(name, &[]).less_is_better;
            let figures = |name: &str, [was, is]: [&[Option<f64>]; 2]| {
                let pair = [after.found(name, is), before.found(name, was)];
                fairness.differences_from(&study.equity, cells, &[&pair[0], &pair[1]], executor)
            };
            let material = |name: &str| study.equity.material_of(name);
            let sides = Sides { before: &before.measures, after: &after.measures };
            let people = fairness.people(&study.equity, cells);
            let found = compare(&sides, &people, less_is_better, material, figures, executor)?;
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
            lines.push(format!("{} against {}", after.name, before.name));
            lines.extend(found.said(4));
        }
        Ok(lines)
    }

    /// What is told of a scenario's profiles and periods together. Results lie profile by profile, period by period.
    pub fn together(
        &mut self,
        scenario: &str,
        region: &Region,
        results: &[Results],
        fairness: &EquityContext,
    ) -> Result<Vec<String>> {
        let Work { study, wanted, executor, log, diagnostics, folder, .. } = self;
        for (t, period) in study.periods.iter().enumerate() {
            let of_period = results.iter().skip(t).step_by(study.periods.len());
            let profiles: Vec<_> = of_period.map(|found| (&found.slots[..], &found.measures[..])).collect();
            places::write_over_profiles(scenario, region, wanted, period, &profiles, folder)?;
        }
        let result = |(profile, period): (usize, usize)| &results[profile * study.periods.len() + period];
        let mut lines = Vec::new();
        for contrast in &study.access.contrasts {
            let sides = [result(contrast.first), result(contrast.second)];
            let cells = &region.cells;
            lines.extend(contrasts::write(
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
        Ok(lines)
    }
}
