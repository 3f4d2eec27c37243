//! What a study asks of scenarios beyond their results: variants ranked, values chosen, changes shared among edits.

mod each;
mod figure;
mod ranked;
mod shared;

use super::load::StudyData;
use super::results::Results;
use super::windowed::Windowed;
use super::work::Work;
use crate::base::error::{Error, Problem, Result};
use crate::base::executor::Executor;
use crate::engine::profile_network::ProfileNetwork;
use crate::engine::scenario::Edited;
use crate::measures::spec::MeasureSpec;
use crate::routing::ReverseSearch;
use crate::study::Study;
pub(super) use each::Standing;
use ranked::Ranked;
use shared::Shared;

/// Makes the edits of all variants once, and takes apart what is to be taken apart; what there is to say.
///
/// # Errors
/// All that is wrong with them; the machine's; `Stopped`.
pub(super) fn tried(
    study: &Study,
    base: &StudyData,
    zone: &str,
    executor: &dyn Executor,
) -> Result<Vec<String>> {
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    let mut kept = |tried: Result<()>| match tried {
        Err(Error::Input(more)) => {
            problems.extend(more);
            Ok(())
        }
        other => other,
    };
    for search in &study.searches {
        kept(ranked::tried(study, base, zone, search, executor))?;
        lines.push(format!("scenario {}: {} variants", search.name, search.variants.len()));
    }
    for scenario in &study.scenarios {
        if let Some(attribute) = scenario.attribute {
            kept(Shared::new(study, base, zone, scenario, attribute, executor).map(|_| ()))?;
        }
    }
    if problems.is_empty() { Ok(lines) } else { Err(Error::Input(problems)) }
}

/// All that is to be searched and shared, each with what it has to say so far.
pub(super) struct Searches<'s> {
    ranked: Vec<(Ranked<'s>, Vec<String>)>,
    /// Beside: which of the study's scenarios it is.
    shared: Vec<(usize, Shared<'s>)>,
}

impl<'s> Searches<'s> {
    /// Resolves all names and tries all edits.
    ///
    /// # Errors
    /// All that is wrong with them; the machine's; `Stopped`.
    pub fn new(
        study: &'s Study,
        base: &StudyData,
        wanted: &[MeasureSpec],
        windows: &[Windowed<'_>],
        zone: &str,
        executor: &dyn Executor,
    ) -> Result<Searches<'s>> {
        let mut searches = Searches { ranked: Vec::new(), shared: Vec::new() };
        // Results of some cells alone cannot be ranked.
        if base.only.is_some() {
            return Ok(searches);
        }
        let mut problems: Vec<Problem> = Vec::new();
        let mut kept = |error| match error {
            Error::Input(more) => {
                problems.extend(more);
                Ok(())
            }
            other => Err(other),
        };
        for search in &study.searches {
            match Ranked::new(study, base, wanted, windows, zone, search, executor) {
                Ok(ranked) => searches.ranked.push((ranked, Vec::new())),
                Err(error) => kept(error)?,
            }
        }
        for (i, scenario) in study.scenarios.iter().enumerate() {
            let Some(attribute) = scenario.attribute else { continue };
            match Shared::new(study, base, zone, scenario, attribute, executor) {
                Ok(shared) => searches.shared.push((i, shared)),
                Err(error) => kept(error)?,
            }
        }
        if problems.is_empty() { Ok(searches) } else { Err(Error::Input(problems)) }
    }

    /// Answers what is asked of a window. `of_scenarios`: the study's scenarios with their results so far, of which
    /// the last are of this window.
    ///
    /// # Errors
    /// As [`each::each`].
    pub fn window<'g>(
        &mut self,
        work: &mut Work<'_>,
        base: &StudyData,
        (ground, window): (&'g ProfileNetwork, &'g Windowed<'g>),
        before: Option<&ReverseSearch<'_>>,
        of_base: &Results,
        scenarios: (&[Edited<'_>], &[Vec<Results>]),
    ) -> Result<()> {
        if self.ranked.is_empty() && self.shared.is_empty() {
            return Ok(());
        }
        let of_base = of_base.measured();
        let standing = Standing { base, ground, window, of_base: &of_base };
        let with_results = scenarios.0.iter().zip(scenarios.1);
        let kept: Vec<(&Edited<'_>, &Results)> =
            with_results.filter_map(|(edited, results)| Some((edited, results.last()?))).collect();
        for (ranked, lines) in &mut self.ranked {
            lines.append(&mut ranked.window(work, standing, before, &kept)?);
        }
        for (i, shared) in &mut self.shared {
            let (edited, results) = kept[*i];
            shared.window(work, standing, before, (&edited.region, &results.measured()))?;
        }
        Ok(())
    }

    /// What there is to say, for the terminal.
    ///
    /// # Errors
    /// The machine's.
    pub fn finish(self, work: &mut Work<'_>) -> Result<Vec<String>> {
        let mut lines: Vec<String> = self.ranked.into_iter().flat_map(|(_, lines)| lines).collect();
        for (_, shared) in &self.shared {
            lines.append(&mut shared.finish(work)?);
        }
        Ok(lines)
    }
}
