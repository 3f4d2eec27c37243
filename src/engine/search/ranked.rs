//! A scenario that varies → its variants by a figure of equity, and values chosen one on top of the other.

use super::each::{Standing, check, each};
use super::figure::{Figure, Valued};
use crate::base::error::{Error, Problem, Result};
use crate::base::near::nearest;
use crate::engine::measured::Measured;
use crate::engine::region::Region;
use crate::engine::scenario::EditMaker;
use crate::engine::setting::{Journal, Setting};
use crate::engine::windowed::Windowed;
use crate::measures::ranking::{Pick, greedy, ranked};
use crate::measures::spec::MeasureSpec;
use crate::study::{Scenario, Search};

/// A search, its names resolved.
pub struct Ranked<'s> {
    pub search: &'s Search,
    pub profile: &'s str,
    pub period: &'s str,
    pub figure: Figure,
}

/// The variants of a search by their figures.
#[derive(Debug)]
pub struct Ranking {
    /// Variants, the best first.
    pub order: Vec<usize>,
    /// Variant → its figure.
    pub found: Vec<Valued>,
    /// Where values are chosen one on top of the other.
    pub choices: Option<Choices>,
}

/// Values chosen one on top of the other.
#[derive(Debug)]
pub struct Choices {
    /// The base's figure.
    pub start: Option<f64>,
    pub picks: Vec<Pick>,
}

impl<'s> Ranked<'s> {
    /// # Errors
    /// Names that there are none of; edits that cannot be made; the machine's; `Stopped`.
    pub fn new(
        edits: &EditMaker<'s>,
        wanted: &[MeasureSpec],
        windows: &[Windowed<'_>],
        search: &'s Search,
    ) -> Result<Ranked<'s>> {
        let study = edits.study;
        let spec = &search.rank;
        let mut problems = Vec::new();
        let mut chosen = |key: &str, name: &Option<String>, known: Vec<&'s str>| match name {
            None => known[0],
            Some(name) => known.iter().find(|known| *known == name).copied().unwrap_or_else(|| {
                let what = format!("scenario.rank.{key} is \"{name}\", which is none of this study");
                let remedy = match nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("there are {}", known.join(", ")),
                };
                problems.push(Problem::new(&spec.place, what, remedy));
                known[0]
            }),
        };
        let profiles = study.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let profile = chosen("profile", &spec.profile, profiles);
        let periods = study.periods.iter().map(|period| period.name.as_str()).collect();
        let period = chosen("period", &spec.period, periods);
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let is = |window: &&Windowed<'_>| window.profile.name == profile && window.period.name == period;
        let window = windows.iter().find(is).expect("there is a window for each profile and period");
        let figure = Figure::new(study, edits.base, wanted, window, spec)?;
        tried(edits, search)?;
        Ok(Ranked { search, profile, period, figure })
    }

    fn is_of(&self, window: &Windowed<'_>) -> bool {
        window.profile.name == self.profile && window.period.name == self.period
    }

    /// Ranks and chooses, if this window is the one. `kept`: the region and the results of a scenario of the study, for
    /// variants may be among these.
    ///
    /// # Errors
    /// What is wrong with edits; the machine's; `Stopped`.
    pub fn window<'k>(
        &self,
        setting: &Setting<'_>,
        standing: Standing<'_>,
        kept: &dyn Fn(&str) -> Option<(&'k Region, Measured)>,
        journal: &mut dyn Journal,
    ) -> Result<Option<Ranking>> {
        if !self.is_of(standing.window) {
            return Ok(None);
        }
        let EditMaker { study, base, executor, .. } = setting.edits;
        let (of_base, variants) = (standing.of_base, &self.search.variants);
        let mut found: Vec<Valued> = Vec::new();
        let mut value = |region: &Region, after: &Measured| {
            found.push(self.figure.valued(study, base, &region.cells, [of_base, after], executor)?);
            Ok(())
        };
        if self.search.keep {
            for variant in variants {
                let (region, after) = kept(&variant.scenario.name).expect("kept variants are scenarios");
                value(region, &after)?;
            }
        } else {
            let scenarios: Vec<&Scenario> = variants.iter().map(|variant| &variant.scenario).collect();
            each(setting, standing, &scenarios, journal, |_, region, after| value(region, after))?;
        }
        let values: Vec<Option<f64>> = found.iter().map(|found| found.value).collect();
        let order = ranked(&values, self.figure.largest);
        let choices = match self.search.greedy {
            0 => None,
            _ => {
                let start = self.figure.value(study, &base.cells, of_base, executor)?;
                Some(Choices { start, picks: self.picks(setting, standing, &values, journal)? })
            }
        };
        Ok(Some(Ranking { order, found, choices }))
    }

    /// Chooses values one on top of the other; `alone`: the figures of the first round, which are known.
    fn picks(
        &self,
        setting: &Setting<'_>,
        standing: Standing<'_>,
        alone: &[Option<f64>],
        journal: &mut dyn Journal,
    ) -> Result<Vec<Pick>> {
        let EditMaker { study, executor, .. } = setting.edits;
        let (choices, rounds) = (self.search.variants.len(), self.search.greedy as usize);
        greedy(choices, rounds, self.figure.largest, |made, candidates| {
            if made.is_empty() {
                return Ok(alone.to_vec());
            }
            let scenarios: Vec<Scenario> =
                candidates.iter().map(|&candidate| together(self.search, made, candidate)).collect();
            let scenarios: Vec<&Scenario> = scenarios.iter().collect();
            let mut figures = Vec::new();
            each(setting, standing, &scenarios, journal, |_, region, after| {
                figures.push(self.figure.value(study, &region.cells, after, executor)?);
                Ok(())
            })?;
            Ok(figures)
        })
    }
}

/// Makes the edits of all variants once.
///
/// # Errors
/// What is wrong with them; the machine's; `Stopped`.
pub fn tried(edits: &EditMaker<'_>, search: &Search) -> Result<()> {
    if !search.keep {
        check(edits, search.variants.iter().map(|variant| &variant.scenario))?;
    }
    if search.greedy > 1 {
        // What cannot stand beside another mostly shows in the first two.
        let two = together(search, &[0], 1);
        check(edits, std::iter::once(&two))?;
    }
    Ok(())
}

/// The scenario with the varied edit as often as values are chosen, in their order.
fn together(search: &Search, made: &[usize], last: usize) -> Scenario {
    let at = search.varied;
    let mut scenario = search.variants[last].scenario.clone();
    let chosen = made.iter().map(|&i| search.variants[i].scenario.edits[at].clone());
    scenario.edits.splice(at..at, chosen.collect::<Vec<_>>());
    scenario
}
