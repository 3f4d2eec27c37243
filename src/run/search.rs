//! What a study asks of scenarios beyond their results: variants ranked, values chosen, changes shared among edits; as
//! files, and for the terminal.

mod said;
mod tables;

use super::results::Results;
use super::work::RunUnderWay;
use crate::base::error::{Error, Problem, Result};
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::region::Region;
use crate::engine::scenario::{EditMaker, Edited};
use crate::engine::search::{Ranked, Shared, Standing, tried as tried_variants};
use crate::engine::setting::Setting;
use crate::engine::windowed::Windowed;
use crate::routing::ReverseSearch;

/// Makes the edits of all variants once, and takes apart what is to be taken apart; what there is to say.
///
/// # Errors
/// All that is wrong with them; the machine's; `Stopped`.
pub(super) fn tried(edits: &EditMaker<'_>) -> Result<Vec<String>> {
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    for search in &edits.study.searches {
        keep(tried_variants(edits, search), &mut problems)?;
        lines.push(format!("scenario {}: {} variants", search.name, search.variants.len()));
    }
    for scenario in &edits.study.scenarios {
        if let Some(attribute) = scenario.attribute {
            keep(Shared::new(edits, scenario, attribute), &mut problems)?;
        }
    }
    if problems.is_empty() { Ok(lines) } else { Err(Error::Input(problems)) }
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

/// All that is to be searched and shared, each with what it has to say so far.
pub(super) struct StudySearches<'s> {
    ranked: Vec<(Ranked<'s>, Vec<String>)>,
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
        for (ranked, lines) in &mut self.ranked {
            let found = ranked.window(&setting, standing, &by_name, &mut work.log)?;
            let Some(found) = found else { continue };
            let name = |file: &str| format!("{}/{file}", ranked.search.name);
            let table = tables::ranking(ranked, &found);
            work.folder.write(&name("ranking.csv"), |out| table.write_csv(out))?;
            lines.extend(said::ranking(ranked, &found));
            if let Some(choices) = &found.choices {
                let table = tables::choices(ranked, choices);
                work.folder.write(&name("greedy.csv"), |out| table.write_csv(out))?;
                lines.extend(said::choices(ranked, &choices.picks));
            }
        }
        for (i, shared) in &mut self.shared {
            let (edited, results) = kept[*i];
            shared.window(&setting, standing, (&edited.region, &results.measured()), &mut work.log)?;
        }
        Ok(())
    }

    /// What there is to say, for the terminal.
    ///
    /// # Errors
    /// The machine's.
    pub fn finish(self, work: &mut RunUnderWay<'_>) -> Result<Vec<String>> {
        let mut lines: Vec<String> = self.ranked.into_iter().flat_map(|(_, lines)| lines).collect();
        for (_, shared) in &self.shared {
            let table = tables::attribution(shared);
            let name = format!("{}/attribution.csv", shared.scenario.name);
            work.folder.write(&name, |out| table.write_csv(out))?;
            lines.extend(said::attribution(shared));
        }
        Ok(lines)
    }
}
