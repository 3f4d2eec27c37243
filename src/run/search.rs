//! What a study asks of scenarios beyond their results: variants ranked, values chosen, changes shared among edits.

mod tables;

use super::results::Results;
use super::summary::{AttributionSummary, ChoiceSummary, FigureName, RankingSummary};
use super::work::RunUnderWay;
use crate::base::error::{Error, Problem, Result};
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::scenario::{EditMaker, Edited};
use crate::engine::search::{
    Figure, Ranked, Ranking, Shared, SharedRow, Standing, named, tried as tried_variants,
};
use crate::engine::setting::Setting;
use crate::engine::windowed::Windowed;
use crate::measures::ranking::Pick;
use crate::routing::ReverseSearch;

/// Makes the edits of all variants once, and takes apart what is to be taken apart; scenarios with their variants' number.
///
/// # Errors
/// All that is wrong with them; the machine's; `Stopped`.
pub(super) fn tried(edits: &EditMaker<'_>) -> Result<Vec<(String, usize)>> {
    let (mut variants, mut problems) = (Vec::new(), Vec::new());
    for search in &edits.study.searches {
        keep(tried_variants(edits, search), &mut problems)?;
        variants.push((search.name.clone(), search.variants.len()));
    }
    for scenario in &edits.study.scenarios {
        if let Some(attribute) = scenario.attribute {
            keep(Shared::new(edits, scenario, attribute), &mut problems)?;
        }
    }
    if problems.is_empty() { Ok(variants) } else { Err(Error::Input(problems)) }
}

/// Keeps what is wrong with the input for later; nothing else can wait.
fn keep<T>(tried: Result<T>, problems: &mut Vec<Problem>) -> Result<Option<T>> {
    match tried {
        Ok(made) => Ok(Some(made)),
        Err(Error::Input(more)) => {
            problems.extend(more);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// All that is to be searched and shared, each with what it has found so far.
pub(super) struct StudySearches<'s> {
    ranked: Vec<(Ranked<'s>, Vec<RankingSummary>)>,
    /// Beside: which of the study's scenarios it is.
    shared: Vec<(usize, Shared<'s>)>,
}

impl<'s> StudySearches<'s> {
    /// Resolves all names and tries all edits.
    ///
    /// # Errors
    /// All that is wrong with them; the machine's; `Stopped`.
    pub fn new(setting: &Setting<'s>, windows: &[Windowed<'_>]) -> Result<StudySearches<'s>> {
        let mut searches = StudySearches { ranked: Vec::new(), shared: Vec::new() };
        // Results of some cells alone cannot be ranked.
        if setting.only.is_some() {
            return Ok(searches);
        }
        let (edits, mut problems) = (&setting.edits, Vec::new());
        for search in &edits.study.searches {
            let ranked = keep(Ranked::new(edits, setting.wanted, windows, search), &mut problems)?;
            searches.ranked.extend(ranked.map(|ranked| (ranked, Vec::new())));
        }
        for (i, scenario) in edits.study.scenarios.iter().enumerate() {
            let Some(attribute) = scenario.attribute else { continue };
            let shared = keep(Shared::new(edits, scenario, attribute), &mut problems)?;
            searches.shared.extend(shared.map(|shared| (i, shared)));
        }
        if problems.is_empty() { Ok(searches) } else { Err(Error::Input(problems)) }
    }

    /// Answers what is asked of a window. `of_scenarios`: the study's scenarios with their results so far, of which
    /// the last are of this window.
    ///
    /// # Errors
    /// As [`Ranked::window`] and [`Shared::window`]; the machine's.
    pub fn window(
        &mut self,
        work: &mut RunUnderWay<'_>,
        (ground, window): (&ProfileNetwork, &Windowed<'_>),
        before: Option<&ReverseSearch<'_>>,
        of_base: &Results,
        scenarios: (&[Edited<'_>], &[Vec<Results>]),
    ) -> Result<()> {
        if self.ranked.is_empty() && self.shared.is_empty() {
            return Ok(());
        }
        let of_base = of_base.measured();
        let standing = Standing { ground, window, of_base: &of_base, before };
        let with_results = scenarios.0.iter().zip(scenarios.1);
        let kept: Vec<(&Edited<'_>, &Results)> =
            with_results.filter_map(|(edited, results)| Some((edited, results.last()?))).collect();
        let by_name = |name: &str| -> Option<(&Region, _)> {
            let (edited, results) = kept.iter().find(|(edited, _)| edited.name() == name)?;
            Some((&edited.region, results.measured()))
        };
        let setting = work.setting;
        for (ranked, summaries) in &mut self.ranked {
            let found = ranked.window(&setting, standing, &by_name, &mut work.log)?;
            let Some(found) = found else { continue };
            let name = |file: &str| format!("{}/{file}", ranked.search.name);
            let table = tables::ranking(ranked, &found);
            work.folder.write(&name("ranking.csv"), |out| table.write_csv(out))?;
            if let Some(choices) = &found.choices {
                let table = tables::choices(ranked, choices);
                work.folder.write(&name("greedy.csv"), |out| table.write_csv(out))?;
            }
            summaries.push(ranking(ranked, &found));
        }
        for (i, shared) in &mut self.shared {
            let (edited, results) = kept[*i];
            shared.window(&setting, standing, (&edited.region, &results.measured()), &mut work.log)?;
        }
        Ok(())
    }

    /// What was found.
    ///
    /// # Errors
    /// The machine's.
    pub fn finish(
        self,
        work: &mut RunUnderWay<'_>,
    ) -> Result<(Vec<RankingSummary>, Vec<AttributionSummary>)> {
        for (_, shared) in &self.shared {
            let table = tables::attribution(shared);
            let name = format!("{}/attribution.csv", shared.scenario.name);
            work.folder.write(&name, |out| table.write_csv(out))?;
        }
        let attributions = self.shared.iter().filter_map(|(_, shared)| attribution(shared)).collect();
        Ok((self.ranked.into_iter().flat_map(|(_, summaries)| summaries).collect(), attributions))
    }
}

fn ranking(of: &Ranked<'_>, Ranking { order, found, choices }: &Ranking) -> RankingSummary {
    let variants = &of.search.variants;
    let value = |i: usize| variants[i].values[0].clone();
    let choice = |pick: &Pick| ChoiceSummary {
        value: value(pick.chosen),
        figure: pick.figure,
        next: pick.runner_up.map(|(i, figure)| (value(i), figure)),
    };
    let Figure { measure, row, group, .. } = &of.figure;
    RankingSummary {
        name: of.search.name.clone(),
        figure: FigureName { measure: measure.clone(), row: row.clone(), group: group.clone() },
        profile: of.profile.to_string(),
        period: of.period.to_string(),
        variants: order.iter().map(|&i| (variants[i].scenario.name.clone(), found[i])).collect(),
        choices: choices.iter().flat_map(|choices| &choices.picks).map(choice).collect(),
    }
}

/// Of the first measure.
fn attribution(shared: &Shared<'_>) -> Option<AttributionSummary> {
    let Shared { scenario, every, rows } = shared;
    let SharedRow { measure, profile, period, whole, .. } = rows.first()?.clone();
    let edits = rows[..scenario.edits.len()].iter().map(|row| (named(scenario, row.edit), row.share));
    let (edits, scenario) = (edits.collect(), scenario.name.clone());
    Some(AttributionSummary { scenario, measure, profile, period, whole, edits, every: *every })
}
