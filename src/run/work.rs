//! A run under way: what is routed, measured, compared and written for the base and for each scenario.

use super::cache::Cache;
use super::compare::{Sides, changes_table, compare, differences_table, winners_table};
use super::equity::Fairness;
use super::load::Loaded;
use super::progress::Progress;
use super::results::{self, Results};
use super::spill::OnDisk;
use super::{Windowed, contrasts, hours, matrix, places, scenarios, switches};
use crate::base::error::Result;
use crate::base::findings::Findings;
use crate::base::watch::Watch;
use crate::engine::hours as hours_of;
use crate::engine::measured::Effort;
use crate::engine::measured::{self, Measured, Routed, measured};
use crate::engine::profile_network::Ground;
use crate::engine::region::Region;
use crate::engine::scenario::Edited;
use crate::engine::window::{self, Asked};
use crate::measures::asked::Asked as Wanted;
use crate::outputs::folder::OutputFolder;
use crate::outputs::log::RunLog;
use crate::outputs::tables::{self, Combination};
use crate::routing::{Backwards, Flow};
use crate::study::{Matrix, OutputsSpec, Period, Profile, Study, WindowOf};

/// A run under way.
pub(super) struct Work<'a> {
    pub study: &'a Study,
    pub wanted: &'a [Wanted],
    pub cache: &'a Cache,
    pub zone: &'a str,
    pub watch: &'a Progress,
    pub log: RunLog,
    pub findings: Findings,
    pub folder: OutputFolder,
}

/// What a scenario measures in a window.
pub(super) struct RoutedScenario {
    pub measured: Measured,
    /// How many origins were routed.
    pub routed: usize,
    /// Its ground and what is asked of it, where these are not the base's.
    pub own: Option<(Ground, Asked)>,
}

/// Where travel times are kept that measures ask for again: beside the results.
pub(super) fn rooms(study: &Study) -> OnDisk {
    OnDisk::new(&study.folder.join(&study.output))
}

/// What was measured; what it took goes to the log.
pub(super) fn logged(
    (measured, effort): (Vec<Measured>, Effort),
    name: &str,
    log: &mut RunLog,
) -> Vec<Measured> {
    log.note(&format!("{name}: {} events, {} pushes", effort.events, effort.pushes));
    log.note(&format!("{name}: {} origins routed", effort.origins));
    measured
}

impl Work<'_> {
    pub fn measured(
        &mut self,
        ground: &Ground,
        (profile, period, asked): (&Profile, &Period, &Asked),
        only: Option<&[u32]>,
        flow: Option<&Flow>,
        lands: &[&Region],
    ) -> Result<Vec<Measured>> {
        let name = format!("{} × {}", profile.name, period.name);
        let routed =
            Routed { study: self.study, wanted: self.wanted, ground, asked, name: &name, only, flow };
        Ok(logged(measured(routed, lands, &rooms(self.study), self.watch)?, &name, &mut self.log))
    }

    /// The network of a window seen backwards, where that can tell which cells a scenario touches.
    pub fn backwards<'g>(&self, ground: &'g Ground, asked: &'g Asked) -> Result<Option<Backwards<'g>>> {
        let some = self.wanted.iter().all(Wanted::is_of_one_origin) && switches::only_touched();
        let longest_s = measured::longest_s(self.study, self.wanted, asked);
        let departs = asked.of == WindowOf::Departures;
        (some && departs).then(|| ground.backwards(asked, longest_s, self.watch)).transpose()
    }

    /// Measures a scenario in a window, routing what it touches. `before`: the base seen backwards; `there`: what is
    /// measured on the base's network with the scenario's amounts.
    pub fn routed(
        &mut self,
        edited: &Edited<'_>,
        base: &Loaded,
        (ground, window): (&Ground, &Windowed<'_>),
        before: Option<&Backwards<'_>>,
        there: Measured,
    ) -> Result<RoutedScenario> {
        let profile = edited.profile(&window.profile.name).clone();
        if edited.travels_as(&base.region, &profile, window.profile) {
            return Ok(RoutedScenario { measured: there, routed: 0, own: None });
        }
        let (cache, watch, period) = (self.cache, self.watch, window.period);
        let walks_of = |profile: &Profile| Ok(base.network(profile, cache, watch)?.walks);
        let of_scenario = edited.ground(&base.region, ground, &profile, &walks_of, watch)?;
        let how = window.asked.how;
        let asked = Asked::plainly(&edited.region, self.zone, period, &profile, how)?;
        let after = if before.is_some() { self.backwards(&of_scenario, &asked)? } else { None };
        self.log.note(&format!("scenario {}: network made", edited.name()));
        let pair = before.zip(after.as_ref());
        let mut touched = match pair {
            Some((before, after)) => edited.touched(before, after, watch)?,
            None => None,
        };
        if let (Some(touched), Some(only)) = (&mut touched, &base.only) {
            touched.retain(|cell| only.binary_search(cell).is_ok());
        }
        if let Some(touched) = &touched {
            self.log.note(&format!("scenario {}: {} origins may be touched", edited.name(), touched.len()));
        }
        let only = touched.as_deref().or(base.only.as_deref());
        let flow = after.as_ref().map(Backwards::flow);
        let own = (&profile, period, &asked);
        let mut measured = self.measured(&of_scenario, own, only, flow, &[&edited.region])?.remove(0);
        if let Some(touched) = &touched {
            measured.take_but(touched, &there);
        }
        let routed = only.map_or(base.region.cells.ids.len(), <[u32]>::len);
        drop(after);
        Ok(RoutedScenario { measured, routed, own: Some((of_scenario, asked)) })
    }

    /// A scenario in a window, as [`Work::routed`], with all its files.
    pub fn scenario(
        &mut self,
        edited: &Edited<'_>,
        base: &Loaded,
        (ground, window): (&Ground, &Windowed<'_>),
        before: Option<&Backwards<'_>>,
        there: Measured,
    ) -> Result<(Results, String)> {
        let fairness = Fairness::new(&self.study.equity, &edited.region.cells)?;
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
        ground: &Ground,
        window: &Windowed<'_>,
        measured: Measured,
        fairness: &Fairness,
    ) -> Result<Results> {
        let (study, watch) = (self.study, self.watch);
        let Windowed { profile, period, asked, hours } = window;
        let of = Combination::new(scenario, &profile.name, &period.name);
        let status = window::statuses(region, &ground.network.walks, profile.transit.then_some(asked));
        let mut found =
            Results::new(study, of, status, measured, &region.cells, fairness, &mut self.findings, watch)?;
        self.log.note(&format!("{} equity figures", found.name));
        let folder = &mut self.folder;
        results::write(region, &found, folder, watch)?;
        if !hours.is_empty() {
            let wanted = self.wanted;
            let (of, log, findings) = (&found.of, &mut self.log, &mut self.findings);
            found.hours =
                hours::write(study, region, only, wanted, ground, hours, of, folder, watch, log, findings)?;
        }
        let whole = matrix::Whole { region, ground, asked, twins: &[] };
        match study.outputs.matrix {
            Matrix::None => {}
            Matrix::Whole => {
                let name = format!("{}/matrix.parquet", found.name);
                folder.record(&name, matrix::write_whole(study, whole, &folder.place(&name)?, watch)?);
            }
            Matrix::Partitioned => {
                let name = format!("{}/matrix", found.name);
                for (part, written) in matrix::write_parts(study, whole, &folder.place(&name)?, watch)? {
                    folder.record(&format!("{name}/{part}"), written);
                }
            }
        }
        self.log.note(&format!("{} written", found.name));
        Ok(found)
    }

    /// Who lives where, and what is there.
    pub fn cells(&mut self, scenario: &str, region: &Region) -> Result<()> {
        let table = tables::cells_table(&region.cells).counted(&self.folder.forms().whole);
        let table = table.of([("scenario", scenario)]);
        let (OutputsSpec { csv, parquet, gpkg, .. }, cells) = (self.study.outputs.clone(), &region.cells);
        if csv || !parquet {
            self.folder.write(&format!("{scenario}/cells.csv"), |out| table.write_csv(out))?;
        }
        if parquet {
            self.folder.write_geoparquet(&format!("{scenario}/cells"), &table, cells)?;
        }
        if gpkg {
            self.folder.write_geopackage(&format!("{scenario}/cells"), &table, cells)?;
        }
        Ok(())
    }

    /// A scenario against the base: `changes`, `winners.csv` and `differences.csv` of each of its results.
    pub fn compared(
        &mut self,
        base: &Region,
        before: &[Results],
        after: &[Results],
        fairness: &Fairness,
    ) -> Result<Vec<String>> {
        let (study, watch, cells) = (self.study, self.watch, &base.cells);
        let mut lines = Vec::new();
        for (before, after) in before.iter().zip(after) {
            watch.begin(&format!("comparing {}", after.name), 0);
            let less_is_better = |name: &str| after.found(name, &[]).less_is_better;
            let figures = |name: &str, [was, is]: [&[Option<f64>]; 2]| {
                let pair = [after.found(name, is), before.found(name, was)];
                fairness.differences_from(&study.equity, cells, &[&pair[0], &pair[1]], watch)
            };
            let material = |name: &str| study.equity.material_of(name);
            let sides = Sides { before: &before.measures, after: &after.measures };
            let people = fairness.people(&study.equity, cells);
            let found = compare(&sides, &people, less_is_better, material, figures, watch)?;
            let name = |file: &str| format!("{}/{file}", after.name);
            let folder = &mut self.folder;
            let status = after.status.iter().map(|word| word.to_string()).collect();
            let (ids, points, people) = (&cells.ids, &cells.points, cells.population.as_deref());
            let changes = changes_table(ids, points, Some(status), people, &found);
            let changes = changes.counted(&folder.forms().whole).of(after.of.columns());
            folder.write_cells(&name("changes"), &changes, cells, watch)?;
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
        fairness: &Fairness,
    ) -> Result<Vec<String>> {
        let Work { study, wanted, watch, log, findings, folder, .. } = self;
        for (t, period) in study.periods.iter().enumerate() {
            let of_period = results.iter().skip(t).step_by(study.periods.len());
            let profiles: Vec<_> = of_period.map(|found| (&found.slots[..], &found.measures[..])).collect();
            places::write_over_profiles(study, scenario, region, wanted, period, &profiles, folder)?;
        }
        let result = |(profile, period): (usize, usize)| &results[profile * study.periods.len() + period];
        let mut lines = Vec::new();
        for contrast in &study.access.contrasts {
            let sides = [result(contrast.first), result(contrast.second)];
            let cells = &region.cells;
            lines.extend(contrasts::write(
                study, scenario, cells, contrast, sides, fairness, findings, folder, *watch,
            )?);
            log.note(&format!("{scenario}/{} written", contrast.name));
        }
        Ok(lines)
    }
}
